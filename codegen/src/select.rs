//! Selection of the operations of a contract for a crate.
//!
//! A selector names operations by their tag (`tag:pets`), by their path (`/pets/*`, or `GET
//! /pets/*` for one method), or by their id (`listPets`). In each, `*` stands for any characters
//! (in a path, within one segment), and `**` for any number of segments. Types that no selected
//! operation uses are not part of the crate.

use crate::catalogue::{Entry, FILE};
use crate::diagnostics::{Error, Result, Station};
use crate::document::{Document, METHODS, Node, Object, child, resolve};
use serde_json::Value;

/// How many candidates an error lists.
const SHOWN: usize = 12;

/// Removes the operations that the entry does not select from a contract.
///
/// # Errors
///
/// When a selector is invalid or matches no operation, or no operation is left.
pub(crate) fn apply(document: &mut Document, api: &Entry) -> Result<()> {
    if api.include.is_empty() && api.exclude.is_empty() {
        return Ok(());
    }
    let include = selectors(api, "include", &api.include)?;
    let exclude = selectors(api, "exclude", &api.exclude)?;
    let mut fits = vec![false; include.len() + exclude.len()];
    if let (false, Some(root)) = (include.is_empty(), document.as_object_mut()) {
        // The vendor's server sends these requests, so callers do not select them.
        root.retain(|key, _| !["webhooks", "x-webhooks"].contains(&key.as_str()));
    }
    let (mut kept, mut known) = (0, Vec::new());
    // The target of a path item may also be the target of others.
    let items = document.map("paths").iter();
    let referring = items.filter(|(_, item)| item.get("$ref").is_some());
    let resolved =
        referring.filter_map(|(path, item)| Some((path.clone(), resolve(document, item)?.clone())));
    let resolved: Vec<(String, Value)> = resolved.collect();
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return Ok(());
    };
    paths.extend(resolved);
    paths.retain(|path, item| {
        let Some(item) = item.as_object_mut() else {
            return true;
        };
        let before = kept;
        for method in METHODS {
            let Some(operation) = item.get(method) else {
                continue;
            };
            let place = OperationPlace {
                path,
                method,
                operation: operation.as_object(),
            };
            known.push(place.shown());
            let mut fit = |index: usize, selector: &Selector<'_>| {
                let fit = selector.fits(&place);
                fits[index] |= fit;
                fit
            };
            let included = include
                .iter()
                .enumerate()
                .fold(false, |any, (index, selector)| fit(index, selector) | any);
            let excluded = exclude.iter().enumerate().fold(false, |any, (index, selector)| {
                fit(include.len() + index, selector) | any
            });
            if (included || include.is_empty()) && !excluded {
                kept += 1;
            } else {
                item.remove(method);
            }
        }
        kept > before
    });
    let given = api.include.iter().map(|text| ("include", text));
    let given = given.chain(api.exclude.iter().map(|text| ("exclude", text)));
    let unfit = given.zip(&fits).enumerate().find(|(_, (_, fits))| !**fits);
    if let Some((index, ((key, text), _))) = unfit {
        let index = index - if key == "include" { 0 } else { include.len() };
        let more = known.len().saturating_sub(SHOWN);
        known.truncate(SHOWN);
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        return Err(wrong(api, key, index, format!("{text:?} matches no operation"))
            .help(format!("there are {}{more}", known.join(", "))));
    }
    if kept == 0 && !api.types_only {
        return Err(
            wrong(api, "exclude", 0, "no operation is left".to_owned()).help("exclude less, or include more")
        );
    }
    Ok(())
}

fn wrong(api: &Entry, key: &str, index: usize, message: String) -> Error {
    let place = child(&format!("/api/{}/{key}", api.index), &index.to_string());
    Error::new(Station::Catalogue, place, message).in_file(FILE)
}

fn selectors<'t>(api: &Entry, key: &str, texts: &'t [String]) -> Result<Vec<Selector<'t>>> {
    let read = |(index, text): (usize, &'t String)| {
        Selector::read(text).ok_or_else(|| {
            wrong(api, key, index, format!("{text:?} selects nothing"))
                .help("write `tag:NAME`, a path such as `/pets/*`, `GET /pets/*`, or the id of an operation")
        })
    };
    texts.iter().enumerate().map(read).collect()
}

/// An operation and its place.
struct OperationPlace<'a> {
    path: &'a str,
    method: &'static str,
    operation: Option<&'a Object>,
}

impl OperationPlace<'_> {
    fn shown(&self) -> String {
        format!("`{} {}`", self.method.to_uppercase(), self.path)
    }
}

/// The operations that one selector means.
enum Selector<'t> {
    Tag(&'t str),
    Path(Option<&'t str>, &'t str),
    Id(&'t str),
}

impl<'t> Selector<'t> {
    fn read(text: &'t str) -> Option<Self> {
        let text = text.trim();
        if let Some(tag) = text.strip_prefix("tag:") {
            return Some(Self::Tag(tag.trim())).filter(|_| !tag.trim().is_empty());
        }
        if text.starts_with('/') {
            return Some(Self::Path(None, text));
        }
        if let Some((method, path)) = text.split_once(' ') {
            let path = path.trim();
            let is_method = METHODS.iter().any(|known| known.eq_ignore_ascii_case(method));
            return (is_method && path.starts_with('/')).then_some(Self::Path(Some(method), path));
        }
        (!text.is_empty()).then_some(Self::Id(text))
    }

    fn fits(&self, place: &OperationPlace<'_>) -> bool {
        let member = |name: &str| place.operation.and_then(|operation| operation.get(name));
        match self {
            Self::Tag(pattern) => {
                let tags = member("tags").and_then(Value::as_array).into_iter().flatten();
                tags.filter_map(Value::as_str).any(|tag| is_like(pattern, tag))
            }
            Self::Id(pattern) => member("operationId")
                .and_then(Value::as_str)
                .is_some_and(|id| is_like(pattern, id)),
            Self::Path(method, pattern) => {
                method.is_none_or(|method| method.eq_ignore_ascii_case(place.method))
                    && is_path(
                        &pattern.split('/').skip(1).collect::<Vec<_>>(),
                        &place.path.split('/').skip(1).collect::<Vec<_>>(),
                    )
            }
        }
    }
}

/// Whether the segments of a path match those of a pattern.
fn is_path(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern, path) {
        ([], []) => true,
        (["**", rest @ ..], _) => {
            // Consecutive `**` mean the same as one.
            (0..=path.len()).any(|taken| is_path(rest, &path[taken..]))
        }
        ([first, rest @ ..], [segment, more @ ..]) => is_like(first, segment) && is_path(rest, more),
        _ => false,
    }
}

/// Whether a text matches a pattern, in which `*` stands for any characters.
fn is_like(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(start) else {
        return false;
    };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        let Some(at) = text.find(piece) else {
            return false;
        };
        text = &text[at + piece.len()..];
    }
    text.ends_with(last)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on is a test that fails")]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use serde_json::json;

    fn document() -> Document {
        json!({
            "paths": {
                "/pets": {"get": {"operationId": "listPets", "tags": ["pets"]}, "post": {"operationId": "addPet", "tags": ["pets"]}},
                "/pets/{id}": {"parameters": [], "get": {"operationId": "getPet", "tags": ["pets", "one"]}},
                "/pets/{id}/photos": {"$ref": "#/x-items/photos"},
                "/shops": {"get": {"operationId": "listShops", "tags": ["shops"]}}
            },
            "x-items": {"photos": {"get": {"operationId": "listPhotos", "tags": ["photos"]}, "put": {"tags": ["photos"]}}}
        })
    }

    fn selected(include: &[&str], exclude: &[&str]) -> Result<Vec<String>> {
        let entry = "[[api]]\nname = 'a'\ntitle = ''\nvendor = ''\ncontract = 'openapi.json'\ndocumentation = ''\n\
            source = ''\nauthentication = ''\n";
        let entry = format!("{entry}include = {include:?}\nexclude = {exclude:?}\n");
        let catalogue = Catalogue::parse(&entry).unwrap();
        let mut document = document();
        apply(&mut document, &catalogue.apis[0])?;
        let operations = crate::document::operations(&document);
        Ok(operations
            .map(|place| format!("{} {}", place.method, place.path))
            .collect())
    }

    #[test]
    fn test_operations_are_chosen_by_tag_path_and_id() {
        let all = |include: &[&str], exclude: &[&str]| selected(include, exclude).unwrap();
        assert_eq!(all(&["tag:shops"], &[]), ["get /shops"]);
        assert_eq!(all(&["/pets/*"], &[]), ["get /pets/{id}"]);
        assert_eq!(
            all(&["/pets/**"], &["photos", "listPhotos"][1..]),
            [
                "get /pets",
                "post /pets",
                "get /pets/{id}",
                "put /pets/{id}/photos"
            ]
        );
        assert_eq!(all(&["list*"], &["tag:*s"][..0]).len(), 3);
        assert_eq!(
            all(&["post /pets", "get*"], &[]),
            ["post /pets", "get /pets/{id}"]
        );
        assert_eq!(all(&[], &["tag:p*"]), ["get /shops"]);
    }

    #[test]
    fn test_selector_that_means_nothing_is_an_error_that_lists_what_there_is() {
        let error = selected(&["tag:pets", "/lamps"], &[]).unwrap_err();
        assert_eq!(error.pointer, "/api/0/include/1");
        assert!(error.help.contains("`GET /shops`"), "{}", error.help);
        let error = selected(&[], &["tag:lamps"]).unwrap_err();
        assert_eq!(error.pointer, "/api/0/exclude/0");
        for text in ["", "tag:", "FETCH /pets"] {
            assert!(selected(&[text], &[]).is_err(), "{text}");
        }
        assert!(selected(&["/shops"], &["tag:shops"]).is_err());
    }

    #[test]
    fn test_asterisks_stand_for_any_characters() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a*b*c", "aXbXc", true),
            ("a*b*c", "acb", false),
            ("a*a", "a", false),
            ("a*", "b", false),
        ] {
            assert_eq!(is_like(pattern, text), expected, "{pattern} {text}");
        }
    }
}
