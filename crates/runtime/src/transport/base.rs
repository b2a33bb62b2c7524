//! The address of the API's server, with which every request's address begins.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};
use url::Url;

/// The maximum length of an address that is built without a further allocation.
const ROOM: usize = 256;

/// The address of a server, without query and fragment.
pub(super) struct Base {
    url: Url,
    /// The same, with space for path and query.
    roomy: Url,
    /// Addresses of paths without values, with space for a query, by the location of the path in
    /// memory. There are no more of them than operations.
    known: RwLock<BTreeMap<(usize, usize), Url>>,
}

/// A copy of an address with spare capacity. Cloning would not preserve spare capacity, so the
/// address has a placeholder query, which is replaced before sending.
fn with_room(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_query(Some(&"_".repeat(ROOM)));
    url
}

impl Base {
    pub(super) fn new(url: Url) -> Self {
        let roomy = with_room(&url);
        Self {
            url,
            roomy,
            known: RwLock::default(),
        }
    }

    pub(super) const fn url(&self) -> &Url {
        &self.url
    }

    /// The address for a path and a query that are already encoded.
    pub(super) fn address(&self, path: &str, query: &str) -> Url {
        let mut url = self.roomy.clone();
        url.set_query(None);
        complete(&mut url, path, query);
        url
    }

    /// The same for a path that never changes, which is parsed only once.
    pub(super) fn address_of(&self, path: &'static str, query: &str) -> Url {
        let place = (path.as_ptr().addr(), path.len());
        if let Some(mut url) = self.known(place) {
            url.set_query((!query.is_empty()).then_some(query));
            return url;
        }
        // An address with its own query is assembled each time.
        if !path.contains('?') {
            let url = with_room(&self.address(path, ""));
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            known.insert(place, url);
        }
        self.address(path, query)
    }

    fn known(&self, place: (usize, usize)) -> Option<Url> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&place).cloned()
    }
}

/// Appends a path and a query, which are already encoded, to the address of a server.
pub(super) fn complete(url: &mut Url, path: &str, query: &str) {
    // Some paths have a query of their own; question marks in values are encoded.
    let (path, literal) = path
        .split_once('?')
        .map_or((path, ""), |(path, query)| (path, query));
    // Parsing the host again each time would cost more than everything else.
    match url.path().trim_end_matches('/') {
        "" => url.set_path(path),
        prefix => url.set_path(&format!("{prefix}{path}")),
    }
    match (literal, query) {
        ("", "") => {}
        ("", query) | (query, "") => url.set_query(Some(query)),
        (literal, query) => url.set_query(Some(&format!("{literal}&{query}"))),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// A random text of letters, encoded characters, and characters with a meaning in addresses.
    fn any_text(random: &mut fastrand::Rng) -> String {
        const PIECES: [&str; 24] = [
            "a", "Z", "0", "-", ".", "_", "~", "%2F", "%2e", "%", "/", "//", "?", "#", "&", "=", "+", " ",
            "\t", "\\", "é", "'", "\"", "..",
        ];
        let length = random.usize(..40);
        (0..length)
            .map(|_| PIECES[random.usize(..PIECES.len())])
            .collect()
    }

    #[test]
    fn test_room_changes_nothing_about_an_address() {
        let mut random = fastrand::Rng::with_seed(7);
        for base in [
            "https://api.example",
            "http://127.0.0.1:8080/",
            "https://[::1]/api/v2/",
            "https://a.example/x%20y//",
        ] {
            let plain: Url = base.parse().unwrap();
            let base = Base::new(plain.clone());
            for _ in 0..2000 {
                let path = format!("/{}", any_text(&mut random));
                let query = any_text(&mut random);
                let mut expected = plain.clone();
                complete(&mut expected, &path, &query);
                let address = base.address(&path, &query);
                assert_eq!(address, expected, "{path} {query}");
                let again: Url = address.as_str().parse().unwrap();
                assert_eq!(address, again, "{path} {query}");
            }
        }
    }

    #[test]
    fn test_address_of_a_known_path_is_the_same_each_time() {
        let mut random = fastrand::Rng::with_seed(8);
        let base = Base::new("https://a.example/v1/".parse().unwrap());
        for path in ["", "/", "/eyes", "/eyes/of%20hawks", "/eyes?all=1", "/a/../b c"] {
            for _ in 0..500 {
                let query = any_text(&mut random);
                assert_eq!(
                    base.address_of(path, &query),
                    base.address(path, &query),
                    "{path}"
                );
            }
            assert_eq!(base.address_of(path, ""), base.address(path, ""), "{path}");
        }
        assert_eq!(base.known.read().unwrap().len(), 5);
    }
}
