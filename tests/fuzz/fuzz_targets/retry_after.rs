//! Fuzzes any bytes as `Retry-After` and `Date`: the wait is never longer than the policy allows,
//! and equals a plain number.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lorgnette_runtime::http::{HeaderMap, HeaderValue, StatusCode};
use lorgnette_runtime::retry::{Attempt, Decision, Failure, RetryPolicy, decide, retry_after};
use std::time::{Duration, UNIX_EPOCH};

fuzz_target!(|data: (&[u8], &[u8], u32, u8)| {
    let (after, date, now, random) = data;
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_bytes(after) {
        headers.insert("retry-after", value);
    }
    if let Ok(value) = HeaderValue::from_bytes(date) {
        headers.insert("date", value);
    }
    let now = UNIX_EPOCH + Duration::from_secs(now.into());
    let said = retry_after(&headers, now);
    let number = std::str::from_utf8(after)
        .ok()
        .and_then(|text| text.parse::<u32>().ok());
    if let Some(number) = number {
        assert_eq!(said, Some(Duration::from_secs(number.into())));
    }
    let policy = RetryPolicy::default();
    let attempt = Attempt {
        is_repeatable: true,
        retry_on: &[],
        can_resend: true,
        failure: Failure::Response(StatusCode::SERVICE_UNAVAILABLE, &headers),
        retries: u32::from(random) % 5,
        waited: Duration::ZERO,
        left: None,
    };
    if let Decision::After(wait) = decide(&policy, &attempt, now, f64::from(random) / 256.0) {
        assert!(wait <= policy.longest_retry_after + policy.backoff, "{wait:?}");
        if let Some(said) = said {
            assert!(wait >= said.min(policy.longest_retry_after), "{wait:?} {said:?}");
        }
    }
});
