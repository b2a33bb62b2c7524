//! The expectation of a request: the values that a test set on the operation's builder.

use super::request::Request;
use crate::call::Call;
use crate::model::body::{FormPart, Payload};
use crate::model::operation::{Location, Parameter};
use crate::model::parameters::{self, FilledParts};
use bytes::Bytes;
use http::HeaderMap;
use http::header::COOKIE;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use std::collections::BTreeMap;

/// The values of the parameters in a path, decoded, by name.
pub(super) type Captured = BTreeMap<String, String>;

/// The values that a test set.
#[derive(Debug, Default)]
pub(super) struct Expected {
    path: Captured,
    /// The pairs of each parameter in the query, decoded.
    query: Vec<(String, String)>,
    headers: HeaderMap,
    named: Vec<(&'static str, String)>,
    crumbs: Vec<String>,
    body: Option<ExpectedBody>,
    /// The reason why no such call can be made.
    impossible: Option<String>,
}

/// The expectation of a body.
#[derive(Debug)]
enum ExpectedBody {
    Json(Value),
    /// A url-encoded form, decoded.
    Form(Vec<(String, String)>),
    Bytes(Bytes),
    /// Pieces that a multipart form must contain, with any boundary.
    Pieces(Vec<Bytes>),
}

impl Expected {
    /// The request of `call`, as far as its values are set.
    pub(super) fn of(call: Call<'_>) -> Self {
        Self::read(call).unwrap_or_else(|why| Self {
            impossible: Some(format!("a call that cannot be made: {why}")),
            ..Self::default()
        })
    }

    fn read(call: Call<'_>) -> Result<Self, String> {
        let set = call.set_values()?;
        let mut expected = Self {
            headers: set.headers,
            body: body(set.payload)?,
            ..Self::default()
        };
        for (parameter, value) in set.operation.parameters.iter().zip(&set.values) {
            if !value.is_null() {
                expected.add(parameter, value)?;
            }
        }
        expected.query.extend(set.query);
        Ok(expected)
    }

    fn add(&mut self, parameter: &Parameter, value: &Value) -> Result<(), String> {
        let template = match parameter.location {
            Location::Path => format!("/{{{}}}", parameter.name),
            _ => "/".to_owned(),
        };
        let FilledParts {
            path,
            query,
            headers,
            cookie,
        } = parameters::place(
            &template,
            std::slice::from_ref(parameter),
            std::slice::from_ref(value),
        )?;
        match parameter.location {
            Location::Path => {
                self.path.insert(parameter.name.to_owned(), decoded(&path[1..]));
            }
            Location::Query => self.query.extend(pairs(query.as_bytes())),
            Location::Header => self.named.extend(headers),
            Location::Cookie => self.crumbs.extend(cookie.split("; ").map(str::to_owned)),
        }
        Ok(())
    }

    /// A description of the differences between `request` and the expectation; `None` if there are
    /// none.
    pub(super) fn differs(&self, request: &Request, captured: &Captured) -> Option<String> {
        if self.impossible.is_some() {
            return self.impossible.clone();
        }
        for (name, value) in &self.path {
            if captured.get(name) != Some(value) {
                return Some(format!("`{name}` in the path to be {value:?}"));
            }
        }
        let sent = request.pairs();
        for (name, _) in &self.query {
            let of = |pairs: &[(String, String)]| -> Vec<String> {
                let pairs = pairs.iter().filter(|(known, _)| known == name);
                pairs.map(|(_, value)| value.clone()).collect()
            };
            let (expected, sent) = (of(&self.query), of(&sent));
            if expected != sent {
                return Some(format!("`{name}` in the query to be {expected:?}"));
            }
        }
        // The values of headers may be secrets.
        for (name, value) in &self.named {
            if request.header(name) != Some(value) {
                return Some(format!("another header `{name}`"));
            }
        }
        for (name, value) in &self.headers {
            if request.headers().get(name) != Some(value) {
                return Some(format!("another header `{name}`"));
            }
        }
        let cookie = request.header(COOKIE.as_str()).unwrap_or_default();
        if !self
            .crumbs
            .iter()
            .all(|crumb| cookie.split("; ").any(|sent| sent == crumb))
        {
            return Some("other cookies".to_owned());
        }
        self.body.as_ref().and_then(|body| body.differs(request.body()))
    }
}

impl ExpectedBody {
    fn differs(&self, sent: &Bytes) -> Option<String> {
        let is_same = match self {
            Self::Json(value) => serde_json::from_slice::<Value>(sent).is_ok_and(|sent| sent == *value),
            Self::Form(form) => pairs(sent) == *form,
            Self::Bytes(bytes) => bytes == sent,
            Self::Pieces(pieces) => pieces
                .iter()
                .all(|piece| piece.is_empty() || sent.windows(piece.len()).any(|window| window == piece)),
        };
        let place = match (self, serde_json::from_slice::<Value>(sent)) {
            (Self::Json(expected), Ok(sent)) => differing(expected, &sent),
            _ => String::new(),
        };
        // The values may be secrets.
        let expected = match place.as_str() {
            "" => "another body".to_owned(),
            place => format!("another `{place}` in the body"),
        };
        (!is_same).then_some(expected)
    }
}

/// The first place where two documents differ: `source.urls[0]`; empty if they differ as a whole.
fn differing(expected: &Value, sent: &Value) -> String {
    let inside = |place: String, rest: String| match rest.as_str() {
        "" => place,
        rest if rest.starts_with('[') => format!("{place}{rest}"),
        rest => format!("{place}.{rest}"),
    };
    match (expected, sent) {
        (Value::Object(expected), Value::Object(sent)) => {
            let names = expected.keys().chain(sent.keys());
            let differing_in = |name: &String| match (expected.get(name), sent.get(name)) {
                (Some(expected), Some(sent)) if expected == sent => None,
                (Some(expected), Some(sent)) => Some(inside(name.clone(), differing(expected, sent))),
                _ => Some(name.clone()),
            };
            names.into_iter().find_map(differing_in).unwrap_or_default()
        }
        (Value::Array(expected), Value::Array(sent)) if expected.len() == sent.len() => {
            let mut pairs = expected.iter().zip(sent).enumerate();
            let found = pairs.find(|(_, (expected, sent))| expected != sent);
            found.map_or_else(String::new, |(index, (expected, sent))| {
                inside(format!("[{index}]"), differing(expected, sent))
            })
        }
        _ => String::new(),
    }
}

fn body(payload: Payload) -> Result<Option<ExpectedBody>, String> {
    let unread = || "a body that is a stream cannot be compared; say what is expected with `when`".to_owned();
    match payload {
        Payload::Nothing => Ok(None),
        Payload::Body(media_type, body) => {
            let bytes = body.bytes().ok_or_else(unread)?;
            if media_type == "application/x-www-form-urlencoded" {
                return Ok(Some(ExpectedBody::Form(pairs(&bytes))));
            }
            Ok(Some(match serde_json::from_slice(&bytes) {
                Ok(value) if media_type.contains("json") => ExpectedBody::Json(value),
                _ => ExpectedBody::Bytes(bytes),
            }))
        }
        Payload::Multipart(_, parts) => {
            let mut pieces = Vec::new();
            for (name, part) in parts {
                pieces.push(format!("name=\"{name}\"").into());
                pieces.push(match part {
                    FormPart::Text(text) => text.into(),
                    FormPart::Typed(_, text) => text,
                    FormPart::Json(json) => json.into(),
                    FormPart::File(file) => file.body.bytes().ok_or_else(unread)?,
                });
            }
            Ok(Some(ExpectedBody::Pieces(pieces)))
        }
    }
}

/// The parameters of `path`, if it matches the template.
pub(super) fn captured(template: &str, path: &str) -> Option<Captured> {
    // Some paths have a query of their own.
    let template = template.split('?').next().unwrap_or_default();
    let (templates, segments): (Vec<&str>, Vec<&str>) =
        (template.split('/').collect(), path.split('/').collect());
    if templates.len() != segments.len() {
        return None;
    }
    let mut captured = Captured::new();
    for (template, segment) in templates.iter().zip(segments) {
        capture(template, segment, &mut captured)?;
    }
    Some(captured)
}

/// The same for one segment. A value ends at the first occurrence of the text after its parameter.
fn capture(template: &str, segment: &str, captured: &mut Captured) -> Option<()> {
    let Some((before, rest)) = template.split_once('{') else {
        return (template == segment).then_some(());
    };
    let (name, behind) = rest.split_once('}')?;
    let segment = segment.strip_prefix(before)?;
    let literal = behind.split('{').next().unwrap_or_default();
    let end = match literal {
        "" => segment.len(),
        literal if literal.len() == behind.len() => segment.strip_suffix(literal)?.len(),
        literal => segment.find(literal)?,
    };
    let (value, remaining) = segment
        .split_at_checked(end)
        .filter(|(value, _)| !value.is_empty())?;
    captured.insert(name.to_owned(), decoded(value));
    capture(behind, remaining, captured)
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn pairs(encoded: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(encoded).into_owned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(template: &str, path: &str) -> Option<Vec<String>> {
        captured(template, path).map(|captured| captured.into_values().collect())
    }

    #[test]
    fn test_place_where_documents_differ_is_found() {
        use serde_json::json;
        for (expected, sent, place) in [
            (json!({"a": {"b": [1, 2]}}), json!({"a": {"b": [1, 3]}}), "a.b[1]"),
            (json!({"a": 1}), json!({"b": 2, "a": 1}), "b"),
            (json!([{"a": 1}]), json!([{"a": null}]), "[0].a"),
            (json!([1]), json!([1, 2]), ""),
            (json!({"a": 1}), json!([]), ""),
        ] {
            assert_eq!(differing(&expected, &sent), place);
        }
    }

    #[test]
    fn test_path_is_one_of_the_template_segment_by_segment() {
        assert_eq!(values("/a/{b}/", "/a/7%2F8/"), Some(vec!["7/8".to_owned()]));
        assert_eq!(
            values("/a/{b}.{c}", "/a/x.json"),
            Some(vec!["x".to_owned(), "json".to_owned()])
        );
        assert_eq!(values("/a/x{b}y", "/a/x1yy"), Some(vec!["1y".to_owned()]));
        for (template, path) in [
            ("/a/{b}/", "/a/7"),
            ("/a/{b}/", "/a//"),
            ("/a", "/b"),
            ("/a", "/a/b"),
            ("/a/{b}z", "/a/1y"),
        ] {
            assert_eq!(values(template, path), None, "{template} {path}");
        }
    }
}
