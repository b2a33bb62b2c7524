//! Determines how long a JWT is valid from its claims. The JWT is not verified, and nothing else in
//! it is read.

use crate::transport::platform::SystemTime;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use std::time::{Duration, UNIX_EPOCH};
use zeroize::Zeroizing;

/// The maximum length of a token: no server accepts a longer header.
const LARGEST: usize = 64 * 1024;

/// The lifetime of a token, if it is a JWT that states its expiry: the time from its issue to its
/// expiry, or if it does not state the time of issue, from `now`.
pub(super) fn lifetime(token: &str, now: SystemTime) -> Option<Duration> {
    let claims = claims(token)?;
    let expires = seconds(&claims, "exp")?;
    // The difference of two times of one clock is correct, even if the clock is not. Libraries with
    // refreshable tokens use `orig_iat` for the time of issue.
    if let Some(issued) = seconds(&claims, "iat").or_else(|| seconds(&claims, "orig_iat")) {
        return positive(expires - issued);
    }
    // The two clocks disagree if a token that was just issued counts as expired, so neither is
    // trusted.
    let now = now.duration_since(UNIX_EPOCH).ok()?.as_secs_f64();
    positive(expires - now)
}

fn claims(token: &str) -> Option<Map<String, Value>> {
    if token.len() > LARGEST {
        return None;
    }
    let mut parts = token.split('.');
    let (_header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None; // encrypted, or not a JWT
    }
    let payload = Zeroizing::new(URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?);
    serde_json::from_slice(&payload).ok()
}

fn seconds(claims: &Map<String, Value>, name: &str) -> Option<f64> {
    claims.get(name)?.as_f64()
}

fn positive(seconds: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|duration| !duration.is_zero())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jwt(claims: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
    }

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    const HOUR: Option<Duration> = Some(Duration::from_secs(3600));

    #[test]
    fn test_lifetime_is_from_issue_to_end_whatever_the_clock_says() {
        for claims in [
            r#"{"iat":1000000,"exp":1003600}"#,
            r#"{"iat":1000000.25,"exp":1003600.25,"orig_iat":5}"#,
            r#"{"orig_iat":1000000,"exp":1003600}"#,
        ] {
            for now in [
                at(1_000_000),
                at(1_000_300),
                at(999_700),
                at(0),
                at(9_999_999_999),
            ] {
                assert_eq!(lifetime(&jwt(claims), now), HOUR, "{claims}");
            }
        }
    }

    #[test]
    fn test_lifetime_without_issue_counts_from_now() {
        let token = jwt(r#"{"exp":1003600}"#);
        assert_eq!(lifetime(&token, at(1_000_000)), HOUR);
        // A clock so far ahead that a new token looks expired is not trusted.
        assert_eq!(lifetime(&token, at(1_003_601)), None);
    }

    #[test]
    fn test_lifetime_is_unknown_where_claims_make_no_sense() {
        for claims in [
            "{}",
            "[]",
            "no json",
            r#"{"exp":"soon"}"#,
            r#"{"iat":10,"exp":10}"#,
            r#"{"iat":11,"exp":10}"#,
            r#"{"iat":0,"exp":1e300}"#,
            r#"{"iat":1}"#,
        ] {
            assert_eq!(lifetime(&jwt(claims), at(5)), None, "{claims}");
        }
        for token in ["", ".", "..", "a.b", "a.é.c", "a.b.c.d.e", "a.!!!.c"] {
            assert_eq!(lifetime(token, at(5)), None, "{token}");
        }
    }

    #[test]
    fn test_padding_is_no_matter() {
        let payload = URL_SAFE_NO_PAD.encode(r#"{"iat":0,"exp":3600}"#);
        assert_eq!(lifetime(&format!("e30.{payload}==.c2ln"), at(5)), HOUR);
    }
}
