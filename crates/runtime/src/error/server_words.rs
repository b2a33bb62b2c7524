//! Finds a server's error message and the request id in their usual places.
//!
//! The names come from common frameworks and from RFCs 6749 and 9457, not from a particular vendor.

use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde_json::Value;

const MESSAGES: [&str; 8] = [
    "message",
    "error_description",
    "errorDetail",
    "errorMessage",
    "error_message",
    "detail",
    "title",
    "reason",
];
/// Members that hold a message, or an object or list that does.
const ERRORS: [&str; 3] = ["error", "errors", "fault"];
const REQUEST_IDS: [&str; 6] = [
    "requestId",
    "request_id",
    "requestID",
    "traceId",
    "trace_id",
    "correlationId",
];
const REQUEST_ID_HEADERS: [&str; 6] = [
    "x-request-id",
    "request-id",
    "x-correlation-id",
    "x-amzn-requestid",
    "x-trace-id",
    "x-amz-request-id",
];

/// The maximum length of an examined body: as a tree, JSON takes many times its length.
const LONGEST: usize = 64 * 1024;

/// A JSON body as a tree.
fn tree(body: &[u8]) -> Option<Value> {
    if body.len() > LONGEST {
        return None;
    }
    serde_json::from_slice(body).ok()
}

/// The message of a body of any kind: the message of JSON, the title of an HTML page, or text.
pub(crate) fn said(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    if let Some(tree) = tree(body) {
        return message_in(&tree, 3);
    }
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = media_type.unwrap_or_default().trim().to_ascii_lowercase();
    let text = String::from_utf8_lossy(body.get(..LONGEST.min(body.len()))?);
    let text = text.trim();
    if media_type.starts_with("text/html") || media_type.starts_with("application/xhtml") {
        title(text)
    } else if media_type.starts_with("text/") || media_type.is_empty() && !body.contains(&0) {
        // The body may be a page without a content type.
        if text.starts_with('<') {
            title(text)
        } else {
            Some(text.to_owned())
        }
    } else {
        None
    }
    .filter(|text| !text.is_empty())
}

/// The title of an HTML page, or else its first heading.
fn title(page: &str) -> Option<String> {
    let lower = page.to_ascii_lowercase();
    let element = |name: &str| {
        let start = lower.find(&format!("<{name}"))?;
        let start = start + lower.get(start..)?.find('>')? + 1;
        let end = start + lower.get(start..)?.find(&format!("</{name}"))?;
        let text = page.get(start..end)?.split_whitespace();
        Some(text.collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty())
    };
    element("title").or_else(|| element("h1"))
}

/// The message in a JSON body.
pub(crate) fn message(body: &[u8]) -> Option<String> {
    message_in(&tree(body)?, 3)
}

fn message_in(value: &Value, depth: usize) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Array(list) if depth > 0 => list.iter().find_map(|item| message_in(item, depth - 1)),
        Value::Object(members) => {
            let direct = MESSAGES
                .iter()
                .find_map(|name| members.get(*name)?.as_str().filter(|text| !text.is_empty()));
            let nested = || {
                ERRORS
                    .iter()
                    .find_map(|name| message_in(members.get(*name)?, depth.checked_sub(1)?))
            };
            direct.map(str::to_owned).or_else(nested)
        }
        _ => None,
    }
}

/// The id of the request, in a header or in a JSON body.
pub(crate) fn request_id(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    let header = REQUEST_ID_HEADERS
        .iter()
        .find_map(|name| headers.get(*name)?.to_str().ok());
    header.map(str::to_owned).or_else(|| {
        let body = tree(body)?;
        let within = [Some(&body), body.get("error"), body.get("meta")];
        within.into_iter().flatten().find_map(|object| {
            REQUEST_IDS.iter().find_map(|name| match object.get(name)? {
                Value::String(id) => Some(id.clone()),
                Value::Number(id) => Some(id.to_string()),
                _ => None,
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn test_message_is_found_in_the_usual_places() {
        for body in [
            r#"{"status": 400, "error": "Bad Request", "message": "no"}"#,
            r#"{"error": {"code": 1, "message": "no"}}"#,
            r#"{"errors": [{"detail": "no"}]}"#,
            r#"{"error": "no"}"#,
            r#"{"message": "", "errorDetail": "no"}"#,
            r#""no""#,
        ] {
            assert_eq!(message(body.as_bytes()).as_deref(), Some("no"), "{body}");
        }
        assert_eq!(message(b"<html>"), None);
        assert_eq!(
            message(br#"{"error": {"error": {"error": {"error": {"error": "deep"}}}}}"#),
            None
        );
    }

    #[test]
    fn test_pages_and_text_say_something_too() {
        let said = |media_type: &'static str, body: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
            said(&headers, body.as_bytes())
        };
        let page = "<!doctype html><HTML><head><Title lang=en>502\n Bad Gateway</TITLE></head><body>nginx";
        assert_eq!(
            said("text/html; charset=utf-8", page).as_deref(),
            Some("502 Bad Gateway")
        );
        assert_eq!(said("", page).as_deref(), Some("502 Bad Gateway"));
        assert_eq!(
            said("text/html", "<title></title><h1>Sign in</h1>").as_deref(),
            Some("Sign in")
        );
        assert_eq!(said("text/html", "<title>no end"), None);
        assert_eq!(
            said("text/plain", " upstream is down\n").as_deref(),
            Some("upstream is down")
        );
        assert_eq!(
            said("application/json", r#"{"error": "no"}"#).as_deref(),
            Some("no")
        );
        assert_eq!(said("application/octet-stream", "\u{1}"), None);
        assert_eq!(said("text/plain", ""), None);
    }

    #[test]
    fn test_request_id_is_in_a_header_or_the_body() {
        let mut headers = HeaderMap::new();
        assert_eq!(
            request_id(&headers, br#"{"requestId": "a"}"#).as_deref(),
            Some("a")
        );
        assert_eq!(
            request_id(&headers, br#"{"meta": {"request_id": 7}}"#).as_deref(),
            Some("7")
        );
        assert_eq!(request_id(&headers, b"{}"), None);
        headers.insert("x-request-id", HeaderValue::from_static("b"));
        assert_eq!(
            request_id(&headers, br#"{"requestId": "a"}"#).as_deref(),
            Some("b")
        );
    }
}
