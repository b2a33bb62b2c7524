//! Responses that report a reached rate limit.

use http::{HeaderMap, StatusCode};

/// A response that means that a rate limit is reached, and that the request was refused
/// unprocessed.
///
/// Status 429 always has this meaning. Some servers report it in another way, which the contract's
/// overlay, the adapter or the caller can declare:
///
/// ```
/// use lorgnette_runtime::LimitResponse;
///
/// const RULES: &[LimitResponse] = &[
///     LimitResponse::status(400).body("rate limit"),
///     LimitResponse::status(403).header("x-ratelimit-remaining", "0"),
/// ];
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitResponse {
    status: u16,
    header: Option<(&'static str, &'static str)>,
    body: Option<&'static str>,
}

impl LimitResponse {
    /// A response with this status.
    pub const fn status(status: u16) -> Self {
        Self {
            status,
            header: None,
            body: None,
        }
    }

    /// Requires a header with this value; an empty value matches any value.
    #[must_use]
    pub const fn header(mut self, name: &'static str, value: &'static str) -> Self {
        self.header = Some((name, value));
        self
    }

    /// Requires this text in the first 64 KiB of the body, in any letter case.
    #[must_use]
    pub const fn body(mut self, text: &'static str) -> Self {
        self.body = Some(text);
        self
    }

    /// Whether the head of a response matches; if so, the required content of the body.
    pub(crate) fn fits(&self, status: StatusCode, headers: &HeaderMap) -> Option<InBody> {
        let is_header = self.header.is_none_or(|(name, value)| {
            let mut values = headers.get_all(name).iter();
            values.any(|found| value.is_empty() || found.as_bytes().trim_ascii() == value.as_bytes())
        });
        (self.status == status.as_u16() && is_header).then_some(InBody(self.body))
    }
}

/// The required content of a response's body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InBody(Option<&'static str>);

impl InBody {
    /// Whether the body does not matter.
    pub(crate) const fn is_anything(self) -> bool {
        self.0.is_none()
    }

    /// Whether this body has the required content.
    pub(crate) fn is_in(self, body: &[u8]) -> bool {
        self.0.is_none_or(|text| {
            let text = text.as_bytes();
            text.is_empty()
                || body
                    .windows(text.len())
                    .any(|part| part.eq_ignore_ascii_case(text))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn fits(rule: LimitResponse, status: u16, header: Option<&'static str>, body: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.extend(header.map(|value| {
            (
                http::HeaderName::from_static("x-left"),
                HeaderValue::from_static(value),
            )
        }));
        let status = StatusCode::from_u16(status).unwrap_or_default();
        rule.fits(status, &headers)
            .is_some_and(|rest| rest.is_in(body.as_bytes()))
    }

    #[test]
    fn test_rule_fits_by_status_header_and_body() {
        let rule = LimitResponse::status(400);
        assert!(fits(rule, 400, None, "") && !fits(rule, 401, None, ""));
        let rule = LimitResponse::status(403).header("x-left", "0");
        assert!(fits(rule, 403, Some("0"), ""));
        assert!(!fits(rule, 403, Some("10"), "") && !fits(rule, 403, None, ""));
        assert!(fits(
            LimitResponse::status(403).header("x-left", ""),
            403,
            Some("7"),
            ""
        ));
        let rule = LimitResponse::status(400).body("rate limit");
        assert!(fits(rule, 400, None, r#"{"message": "Rate Limit exceeded"}"#));
        assert!(!fits(rule, 400, None, "rate") && !fits(rule, 429, None, "rate limit"));
    }
}
