//! The part of a request that selects a page, and the part of a response that leads to the next.

use super::step::{PageInput, PageOutput};
use crate::model::body::{Body, Payload};
use crate::model::member;
use crate::model::parameters::RESERVED;
use bytes::Bytes;
use http::HeaderMap;
use percent_encoding::{percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value};
use url::Url;

impl PageInput {
    /// The number of the page in a request.
    pub(super) fn number(self, url: &Url, payload: &Payload) -> Option<u64> {
        match self {
            Self::Query(parameter) => {
                let mut pairs = url.query_pairs();
                let found = pairs.find(|(name, _)| name == parameter);
                found.and_then(|(_, value)| value.parse().ok())
            }
            Self::Body(path) => whole(&member::at(&json(payload)?.1, path)?),
        }
    }

    /// Sets this value, and keeps everything else; returns false if there is no JSON body that
    /// could hold it.
    pub(super) fn set(self, url: &mut Url, payload: &mut Payload, value: &Value) -> bool {
        match self {
            Self::Query(parameter) => {
                set_query(url, parameter, &text(value));
                true
            }
            Self::Body(path) => set_member(payload, path, value).is_some(),
        }
    }
}

impl PageOutput {
    /// The value, unless it is absent, null or empty.
    pub(super) fn find(self, headers: &HeaderMap, body: &[u8]) -> Option<Value> {
        match self {
            Self::Member(path) => {
                let value = member::at(body, path)?;
                (!text(&value).trim().is_empty()).then_some(value)
            }
            Self::Header(name) if name.eq_ignore_ascii_case("link") => {
                let mut links = headers.get_all(name).iter().filter_map(|link| link.to_str().ok());
                links.find_map(next_link).map(Value::from)
            }
            Self::Header(name) => {
                let value = headers.get(name)?.to_str().ok()?.trim();
                (!value.is_empty()).then(|| value.into())
            }
        }
    }

    /// The name of the part in errors.
    pub(super) fn name(self) -> String {
        match self {
            Self::Member(path) => format!("`{path}`"),
            Self::Header(name) => format!("the header `{name}`"),
        }
    }
}

/// The address with the relation `next` in a header `Link`, in the format of RFC 8288.
fn next_link(header: &str) -> Option<&str> {
    let mut rest = header;
    loop {
        let (_, behind) = rest.split_once('<')?;
        let (address, behind) = behind.split_once('>')?;
        let end = end_of_parameters(behind);
        let (parameters, behind) = behind.split_at(end);
        if parameters.split(';').any(is_next) {
            return Some(address.trim());
        }
        rest = behind;
    }
}

/// The end of a link's parameters: a comma that is not quoted.
fn end_of_parameters(text: &str) -> usize {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let end = text.find(|char| {
        let is_end = char == ',' && !is_quoted;
        is_quoted ^= char == '"' && !is_escaped;
        is_escaped = char == '\\' && !is_escaped;
        is_end
    });
    end.unwrap_or(text.len())
}

/// Whether a parameter of a link is `rel`, with `next` among the relations.
fn is_next(parameter: &str) -> bool {
    let Some((name, relations)) = parameter.split_once('=') else {
        return false;
    };
    let mut relations = relations.trim().trim_matches('"').split_ascii_whitespace();
    name.trim().eq_ignore_ascii_case("rel") && relations.any(|relation| relation.eq_ignore_ascii_case("next"))
}

/// Sets a query parameter to this value, and leaves the others unchanged.
fn set_query(url: &mut Url, parameter: &str, value: &str) {
    let query = url.query().unwrap_or_default();
    let others = query.split('&').filter(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        !pair.is_empty() && !percent_decode_str(name).eq(parameter.bytes())
    });
    let value = utf8_percent_encode(value, RESERVED);
    let pair = format!("{}={value}", utf8_percent_encode(parameter, RESERVED));
    let query: Vec<&str> = others.chain([pair.as_str()]).collect();
    url.set_query(Some(&query.join("&")));
}

/// Sets a member of a JSON body to this value. `None` if there is no such body.
fn set_member(payload: &mut Payload, path: &str, value: &Value) -> Option<()> {
    let (media_type, body) = json(payload)?;
    let mut document: Value = serde_json::from_slice(&body).ok()?;
    let mut place = &mut document;
    for key in path.split('.') {
        if place.is_null() {
            *place = Map::new().into();
        }
        place = place.as_object_mut()?.entry(key).or_insert(Value::Null);
    }
    *place = value.clone();
    let media_type = media_type.to_owned();
    *payload = Payload::Body(media_type, serde_json::to_vec(&document).ok()?.into());
    Some(())
}

/// A JSON body, with its media type.
fn json(payload: &Payload) -> Option<(&str, Bytes)> {
    match payload {
        Payload::Body(media_type, body) => Some((media_type, Body::bytes(body)?)),
        Payload::Nothing | Payload::Multipart(..) => None,
    }
}

/// A whole number, in any notation.
pub(super) fn whole(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64().or_else(|| {
            let text = number.as_f64()?.to_string();
            text.parse().ok()
        }),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// A scalar, written as a parameter value.
pub(super) fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_next_link_is_that_with_the_relation() {
        for (header, next) in [
            (r#"</a?page=2>; rel="next""#, Some("/a?page=2")),
            (
                r#"</a>; rel=prev, <https://b/c,d>; title="e, f; rel=no"; REL="last Next""#,
                Some("https://b/c,d"),
            ),
            (r#"</a>; title="\", <"; rel="prev""#, None),
            ("</a>; rel=nextish", None),
            ("</a", None),
            ("", None),
        ] {
            assert_eq!(next_link(header), next, "{header}");
        }
    }

    #[test]
    fn test_set_member_makes_what_is_on_the_way() {
        let mut payload = Payload::Body("application/json".to_owned(), r#"{"a":1}"#.into());
        assert!(set_member(&mut payload, "page.after", &"x".into()).is_some());
        let body = json(&payload).map(|(_, body)| body);
        assert_eq!(body, Some(Bytes::from_static(br#"{"a":1,"page":{"after":"x"}}"#)));
        assert!(set_member(&mut payload, "a.b", &1.into()).is_none());
        assert!(set_member(&mut Payload::Nothing, "a", &1.into()).is_none());
    }
}
