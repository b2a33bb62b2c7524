//! Decides whether a redirect is followed, and what is sent with it. It sends nothing itself.
//!
//! The rules are those of browsers, except for anything that could reveal a secret to another
//! server: credentials, the caller's header fields and bodies are never sent there.

use super::address::{AddressRules, Purpose};
use super::authenticate::Credentials;
use crate::error::Failure;
use http::header::{ACCEPT, ACCEPT_LANGUAGE, IF_RANGE, LOCATION, RANGE, USER_AGENT};
use http::{HeaderMap, HeaderName, Method, StatusCode};
use percent_encoding::percent_decode_str;
use std::borrow::Cow;
use url::Url;
use zeroize::Zeroizing;

/// Header fields that are sent to another server. They describe the desired response, and nothing
/// about the caller.
const HARMLESS: [HeaderName; 5] = [ACCEPT, ACCEPT_LANGUAGE, IF_RANGE, RANGE, USER_AGENT];

/// The parts of a request that determine its redirects.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent<'a> {
    pub(crate) method: &'a Method,
    /// The address that it was sent to, without the parts that credentials added.
    pub(crate) url: &'a Url,
    pub(crate) has_body: bool,
    pub(crate) can_resend: bool,
    pub(crate) credentials: &'a Credentials,
    /// The number of redirects that led there.
    pub(crate) hops: u32,
    pub(crate) rules: AddressRules,
}

/// The decision on a response.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Redirect {
    /// The response is not a redirect, or not one for this method: it is final.
    None,
    /// Send the request to this address; `is_elsewhere` if that is another server.
    Follow { url: Url, is_elsewhere: bool },
    /// The response is final, with the reason why it was not followed.
    Refuse(Cow<'static, str>),
}

/// The decision on a response with this status and these headers.
pub(crate) fn decide(sent: &Sent<'_>, status: StatusCode, headers: &HeaderMap) -> Redirect {
    let keeps_method = matches!(
        status,
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT
    );
    let may_change_it = matches!(
        status,
        StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND | StatusCode::SEE_OTHER
    );
    let is_reading = matches!(*sent.method, Method::GET | Method::HEAD);
    // If one of these three turns a POST into a GET, the response is not the one that the operation
    // declares.
    if !(keeps_method || may_change_it && is_reading) {
        return Redirect::None;
    }
    let policy = sent.rules.redirects;
    if policy.is_none() {
        return Redirect::refuse("it redirects the request, and `redirects` of the client follows none");
    }
    let Some(url) = headers
        .get(LOCATION)
        .and_then(|location| target(sent, location.as_bytes()))
    else {
        return Redirect::refuse("it redirects the request without a target");
    };
    let is_elsewhere = url.origin() != sent.url.origin();
    if sent.hops >= policy.most() {
        return Redirect::refuse("it redirects the request too often; check the base URL");
    }
    if !sent.can_resend {
        return Redirect::refuse(
            "it redirects a body that cannot be sent twice; use the address it leads to",
        );
    }
    if is_elsewhere && sent.has_body {
        return Redirect::refuse(
            "it redirects the body to another server, where it may hold secrets; check the base URL",
        );
    }
    let purpose = Purpose::Redirect {
        from: sent.url,
        method: sent.method,
    };
    if is_elsewhere && holds(&url, sent.credentials) {
        return Redirect::refuse("it redirects to another server at an address that holds the credentials");
    }
    match sent.rules.judge(&url, purpose) {
        Ok(()) => Redirect::Follow { url, is_elsewhere },
        Err(what) => Redirect::Refuse(leads_wrong(what)),
    }
}

/// Whether the host or the path of an address contains a part of the credentials.
fn holds(url: &Url, credentials: &Credentials) -> bool {
    credentials.query().any(|(_, secret)| {
        let secret = secret.expose();
        // Host names are in lower case.
        let lower = Zeroizing::new(secret.to_ascii_lowercase());
        repeats(url.path(), secret) || url.host_str().is_some_and(|host| repeats(host, &lower))
    })
}

/// The reason why a redirect is refused if its address must not receive requests.
pub(crate) fn leads_wrong(what: &str) -> Cow<'static, str> {
    format!("it redirects to an address that {what}; nothing is sent there").into()
}

impl Redirect {
    fn refuse(reason: &'static str) -> Self {
        Self::Refuse(reason.into())
    }
}

/// The target of a redirect, without anything that credentials added to the address.
fn target(sent: &Sent<'_>, location: &[u8]) -> Option<Url> {
    let mut url = sent.url.join(std::str::from_utf8(location).ok()?).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    url.set_fragment(None);
    // A user and a password would be credentials that the server chose.
    url.set_username("").ok()?;
    url.set_password(None).ok()?;
    forget(&mut url, sent.credentials);
    Some(url)
}

/// Removes parameters that contain a value of the credentials. Many servers repeat the query in a
/// redirect, some encoded once more, or as part of an address in another parameter, which may have
/// no name.
fn forget(url: &mut Url, credentials: &Credentials) {
    let is_secret = |text: &str| {
        credentials
            .query()
            .any(|(_, secret)| repeats(text, secret.expose()))
    };
    if url
        .query_pairs()
        .any(|(name, value)| is_secret(&name) || is_secret(&value))
    {
        let kept: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(name, value)| !is_secret(name) && !is_secret(value))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        url.set_query(None);
        if !kept.is_empty() {
            url.query_pairs_mut().extend_pairs(kept);
        }
    }
    // A secret with an unencoded `&` or `=` consists of several parts.
    if url.query().is_some_and(is_secret) {
        url.set_query(None);
    }
}

/// Whether a query value contains a secret, however often it was encoded.
fn repeats(value: &str, secret: &str) -> bool {
    if secret.is_empty() {
        return false;
    }
    // A short secret may occur in a word by chance.
    let is_in = |value: &str| value == secret || secret.len() >= LEAST_PART && value.contains(secret);
    let mut value = Cow::Borrowed(value);
    for _ in 0..DEEPEST {
        let spaced = value.replace('+', " ");
        if is_in(&value) || is_in(&spaced) {
            return true;
        }
        let decoded = percent_decode_str(&spaced).decode_utf8_lossy().into_owned();
        if decoded == *value {
            return false;
        }
        value = Cow::Owned(decoded);
    }
    // Repeated encoding to this depth has no legitimate use.
    true
}

/// The minimum length of a secret that is searched for within a value.
const LEAST_PART: usize = 8;

/// The maximum number of encodings of a value that are undone.
const DEEPEST: usize = 8;

/// The headers that are sent to another server.
pub(crate) fn harmless(headers: &HeaderMap) -> HeaderMap {
    HARMLESS
        .iter()
        .filter_map(|name| Some((name.clone(), headers.get(name)?.clone())))
        .collect()
}

/// Adds to the error that a redirect led to the failed server, since the server that the caller
/// knows may be working.
pub(super) fn led(hops: u32, mut failure: Box<Failure>) -> Box<Failure> {
    if hops > 0 {
        failure.what.push_str("; a redirect led there");
    }
    failure
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::model::Secret;
    use crate::transport::authenticate::Fields;
    use http::HeaderValue;
    use std::sync::Arc;

    fn decided(method: &Method, status: u16, location: &str, change: fn(&mut Sent<'_>)) -> Redirect {
        let url = "https://api.example/a/b?c=d".parse().unwrap();
        let fields = Fields::new().query("token", &Secret::new("hunter 2")).unwrap();
        let credentials = Credentials::new(Arc::new(fields));
        let mut sent = Sent {
            method,
            url: &url,
            has_body: false,
            can_resend: true,
            credentials: &credentials,
            hops: 0,
            rules: AddressRules::default(),
        };
        change(&mut sent);
        let location = HeaderValue::from_str(location).unwrap();
        let status = StatusCode::from_u16(status).unwrap();
        decide(&sent, status, &HeaderMap::from_iter([(LOCATION, location)]))
    }

    fn followed(location: &str) -> (String, bool) {
        match decided(&Method::GET, 302, location, |_| {}) {
            Redirect::Follow { url, is_elsewhere } => (url.into(), is_elsewhere),
            other => (format!("{other:?}"), false),
        }
    }

    fn is_refused(redirect: &Redirect) -> bool {
        matches!(redirect, Redirect::Refuse(_))
    }

    #[test]
    fn test_method_decides_which_redirects_are_followed() {
        for (status, reading, writing) in [
            (300, false, false),
            (301, true, false),
            (302, true, false),
            (303, true, false),
            (304, false, false),
            (305, false, false),
            (307, true, true),
            (308, true, true),
            (200, false, false),
            (201, false, false),
        ] {
            for (method, is_followed) in [
                (Method::GET, reading),
                (Method::HEAD, reading),
                (Method::POST, writing),
                (Method::DELETE, writing),
            ] {
                let redirect = decided(&method, status, "/x", |_| {});
                assert_eq!(redirect != Redirect::None, is_followed, "{method} {status}");
            }
        }
    }

    #[test]
    fn test_location_is_resolved_and_cleaned() {
        let here = |url: &str| (url.to_owned(), false);
        assert_eq!(followed("x"), here("https://api.example/a/x"));
        assert_eq!(followed("/x?y=z#fragment"), here("https://api.example/x?y=z"));
        assert_eq!(followed("?token=hunter+2"), here("https://api.example/a/b"));
        assert_eq!(
            followed("/x?y=a%20b&other=hunter%202"),
            here("https://api.example/x?y=a+b")
        );
        assert_eq!(
            followed("https://ada:lovelace@api.example/"),
            here("https://api.example/")
        );
        let elsewhere = |url: &str| (url.to_owned(), true);
        assert_eq!(
            followed("//cdn.example/x?token=hunter+2"),
            elsewhere("https://cdn.example/x")
        );
        assert_eq!(
            followed("https://api.example:444/"),
            elsewhere("https://api.example:444/")
        );
    }

    #[test]
    fn test_address_that_holds_a_secret_is_found() {
        let fields = Fields::new().query("token", &Secret::new("S3cret-c4nary"));
        let credentials = Credentials::new(Arc::new(fields.unwrap()));
        for (address, is_held) in [
            ("https://s3cret-c4nary.example/", true),
            ("https://S3CRET-c4nary.example/", true),
            ("https://a.example/x/S3cret-c4nary", true),
            ("https://a.example/x%2FS3cret-c4nary", true),
            ("https://c4nary.example/s3cret", false),
        ] {
            assert_eq!(
                holds(&address.parse().unwrap(), &credentials),
                is_held,
                "{address}"
            );
        }
    }

    #[test]
    fn test_secret_is_forgotten_however_the_query_cuts_it() {
        let fields = Fields::new().query("token", &Secret::new("a=c4nary&s=3cret"));
        let credentials = Credentials::new(Arc::new(fields.unwrap()));
        for (query, left) in [
            ("x=1&token=a%3Dc4nary%26s%3D3cret", Some("x=1")),
            ("x=1&a%3Dc4nary%26s%3D3cret", Some("x=1")),
            ("x=1&a=c4nary&s=3cret", None),
            ("x=1&token=a=c4nary&s=3cret", None),
            ("x=1&a=c4nary", Some("x=1&a=c4nary")),
        ] {
            let mut url: Url = format!("https://api.example/?{query}").parse().unwrap();
            forget(&mut url, &credentials);
            assert_eq!(url.query(), left, "{query}");
        }
    }

    #[test]
    fn test_redirect_that_could_do_harm_is_refused() {
        for location in [
            "http://api.example/x",
            "ftp://api.example/x",
            "data:,x",
            "https://[",
            "",
        ] {
            let redirect = decided(&Method::GET, 302, location, |_| {});
            assert_eq!(is_refused(&redirect), !location.is_empty(), "{location}");
        }
        assert!(is_refused(
            &decided(&Method::GET, 302, "/x", |sent| sent.hops = 10)
        ));
        assert!(is_refused(&decided(&Method::POST, 307, "/x", |sent| sent
            .can_resend =
            false)));
        let with_body = |location| decided(&Method::POST, 307, location, |sent| sent.has_body = true);
        assert!(is_refused(&with_body("https://cdn.example/x")));
        assert!(matches!(
            with_body("/x"),
            Redirect::Follow {
                is_elsewhere: false,
                ..
            }
        ));
    }

    #[test]
    fn test_nothing_of_the_callers_goes_elsewhere() {
        let names = [
            "accept",
            "range",
            "user-agent",
            "authorization",
            "cookie",
            "x-api-key",
            "host",
        ];
        let headers = names
            .iter()
            .map(|name| (HeaderName::from_static(name), HeaderValue::from_static("v")))
            .collect();
        let left = harmless(&headers);
        let left: Vec<&str> = left.keys().map(HeaderName::as_str).collect();
        assert_eq!(left, ["accept", "range", "user-agent"]);
    }
}
