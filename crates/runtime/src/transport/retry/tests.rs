//! Tests of the decision whether a request is sent again.
#![allow(clippy::unwrap_used)]

use super::*;
use http::Method;
use http::header::HeaderValue;
use std::time::UNIX_EPOCH;

const SECOND: Duration = Duration::from_secs(1);

fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
        .collect()
}

fn get(failure: Failure<'_>) -> Attempt<'_> {
    Attempt {
        is_repeatable: true,
        retry_on: &[],
        can_resend: true,
        failure,
        retries: 0,
        waited: Duration::ZERO,
        left: None,
    }
}

fn decision(attempt: &Attempt<'_>) -> Decision {
    decide(&RetryPolicy::default(), attempt, now(), 0.5)
}

/// Sun, 06 Nov 1994 08:49:37 GMT
fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(784_111_777)
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap()
}

#[test]
fn test_transient_failures_of_repeatable_requests_are_retried() {
    let none = HeaderMap::new();
    for failure in [
        Failure::Connect,
        Failure::NoResponse,
        Failure::Response(status(429), &none),
        Failure::Response(status(502), &none),
        Failure::Response(status(503), &none),
        Failure::Response(status(504), &none),
    ] {
        assert!(
            matches!(decision(&get(failure)), Decision::After(_)),
            "{failure:?}"
        );
        let post = Attempt {
            is_repeatable: false,
            ..get(failure)
        };
        assert_eq!(
            decision(&post),
            Decision::Stop(Stop::NotRepeatable),
            "{failure:?}"
        );
        let stream = Attempt {
            can_resend: false,
            ..get(failure)
        };
        assert_eq!(decision(&stream), Decision::Stop(Stop::Body), "{failure:?}");
    }
    assert_eq!(decision(&get(Failure::Other)), Decision::Stop(Stop::Final));
}

#[test]
fn test_waits_after_refusals_last_longer_than_those_after_faults() {
    let policy = RetryPolicy::default();
    let waits = |random| {
        let wait = |refusals| policy.limit_wait(refusals, None, random);
        (1..=policy.limit_retries).map(wait).collect::<Vec<_>>()
    };
    assert!(waits(0.0).iter().sum::<Duration>() > 50 * SECOND);
    assert_eq!(waits(0.999).first().map(Duration::as_millis), Some(999));
    assert_eq!(waits(0.0).last(), Some(&(SECOND * 15 / 2)));
}

#[test]
fn test_server_that_says_when_is_asked_again_then() {
    let policy = RetryPolicy::default();
    let wait = policy.limit_wait(5, Some(7 * SECOND), 0.5);
    assert!(wait >= 7 * SECOND && wait < 8 * SECOND);
    assert!(policy.limit_wait(1, Some(Duration::MAX), 0.5) < 61 * SECOND);
    assert!(policy.limit_wait(u32::MAX, None, 1.0) <= 15 * SECOND);
}

#[test]
fn test_other_statuses_are_final_even_with_retry_after() {
    let told = headers(&[("retry-after", "1")]);
    for code in [
        200, 204, 301, 304, 400, 401, 403, 404, 408, 409, 422, 500, 501, 505,
    ] {
        assert_eq!(
            decision(&get(Failure::Response(status(code), &told))),
            Decision::Stop(Stop::Final),
            "{code}"
        );
    }
}

#[test]
fn test_marked_client_error_is_retried_only_where_the_server_says_when() {
    let (told, none) = (headers(&[("retry-after", "2")]), HeaderMap::new());
    let marked = |headers| Attempt {
        retry_on: &[404],
        ..get(Failure::Response(status(404), headers))
    };
    assert!(matches!(decision(&marked(&told)), Decision::After(wait) if wait >= 2 * SECOND));
    assert_eq!(decision(&marked(&none)), Decision::Stop(Stop::Final));
}

#[test]
fn test_mark_stands_for_its_status_on_any_method() {
    let none = HeaderMap::new();
    let post = |failure| Attempt {
        is_repeatable: false,
        retry_on: &[503, 500],
        ..get(failure)
    };
    assert!(matches!(
        decision(&post(Failure::Response(status(503), &none))),
        Decision::After(_)
    ));
    assert!(matches!(
        decision(&post(Failure::Response(status(500), &none))),
        Decision::After(_)
    ));
    assert_eq!(
        decision(&post(Failure::Response(status(429), &none))),
        Decision::Stop(Stop::NotRepeatable)
    );
    assert_eq!(
        decision(&post(Failure::Connect)),
        Decision::Stop(Stop::NotRepeatable)
    );
}

#[test]
fn test_backoff_doubles_with_full_jitter_up_to_its_cap() {
    let policy = RetryPolicy {
        retries: 99,
        ..RetryPolicy::default()
    };
    let wait = |retries, random| {
        let attempt = Attempt {
            retries,
            ..get(Failure::Connect)
        };
        match decide(&policy, &attempt, now(), random) {
            Decision::After(wait) => wait.as_millis(),
            Decision::Stop(_) => u128::MAX,
        }
    };
    assert_eq!(
        (wait(0, 1.0), wait(1, 1.0), wait(2, 1.0), wait(3, 1.0)),
        (200, 400, 800, 1600)
    );
    assert_eq!((wait(2, 0.0), wait(2, 0.25)), (0, 200));
    assert_eq!(wait(98, 1.0), 10_000);
}

#[test]
fn test_retries_of_a_call_are_limited_in_number_and_time() {
    let attempt = Attempt {
        retries: 3,
        ..get(Failure::Connect)
    };
    assert_eq!(decision(&attempt), Decision::Stop(Stop::Retries));
    let told = headers(&[("retry-after", "30")]);
    let throttled = get(Failure::Response(status(429), &told));
    assert!(matches!(decision(&throttled), Decision::After(_)));
    let waited = Attempt {
        waited: 91 * SECOND,
        ..throttled
    };
    assert_eq!(decision(&waited), Decision::Stop(Stop::Time));
    let short = Attempt {
        left: Some(20 * SECOND),
        ..throttled
    };
    assert_eq!(decision(&short), Decision::Stop(Stop::Time));
    let attempt = get(Failure::Connect);
    assert_eq!(
        decide(&RetryPolicy::off(), &attempt, now(), 0.0),
        Decision::Stop(Stop::Retries)
    );
}

#[test]
fn test_retry_after_is_kept_to_up_to_its_cap() {
    for (value, random, expected) in [
        ("7", 0.0, 7000),
        ("7", 0.5, 7100),
        ("0", 0.0, 0),
        ("3600", 0.0, 60_000),
        ("99999999999999999999", 0.0, 60_000),
    ] {
        let told = headers(&[("retry-after", value)]);
        let attempt = get(Failure::Response(status(503), &told));
        let expected = Decision::After(Duration::from_millis(expected));
        assert_eq!(
            decide(&RetryPolicy::default(), &attempt, now(), random),
            expected,
            "{value}"
        );
    }
}

#[test]
fn test_retry_after_is_read_as_seconds_or_date() {
    for (pairs, expected) in [
        (&[("retry-after", "120")][..], Some(120)),
        (&[("retry-after", " 5 ")], Some(5)),
        (&[("retry-after", "Sun, 06 Nov 1994 08:50:37 GMT")], Some(60)),
        (&[("retry-after", "Sunday, 06-Nov-94 08:50:37 GMT")], Some(60)),
        (&[("retry-after", "Sun Nov  6 08:50:37 1994")], Some(60)),
        // The server's clock is five minutes ahead of ours.
        (
            &[
                ("date", "Sun, 06 Nov 1994 08:54:37 GMT"),
                ("retry-after", "Sun, 06 Nov 1994 08:54:47 GMT"),
            ],
            Some(10),
        ),
        (&[("retry-after", "Sun, 06 Nov 1994 08:00:00 GMT")], Some(0)),
        (&[("retry-after", "-1")], None),
        (&[("retry-after", "NaN")], None),
        (&[("retry-after", "inf")], None),
        (&[("retry-after", "soon")], None),
        (&[("retry-after", "")], None),
        (&[], None),
    ] {
        assert_eq!(
            retry_after(&headers(pairs), now()),
            expected.map(Duration::from_secs),
            "{pairs:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn test_client_spends_no_more_than_its_budget() {
    let retry = Retry::new(RetryPolicy::default());
    let spent = |retry: &Retry| {
        (0..1000)
            .filter(|_| matches!(retry.decide(&get(Failure::Connect)), Decision::After(_)))
            .count()
    };
    assert_eq!(spent(&retry), 10);
    assert_eq!(retry.decide(&get(Failure::Connect)), Decision::Stop(Stop::Budget));
    (0..20).for_each(|_| retry.succeeded());
    assert_eq!(spent(&retry), 2);
    tokio::time::advance(3 * SECOND).await;
    assert_eq!(spent(&retry), 3);
}

#[test]
fn test_attempt_that_is_not_retried_costs_no_budget() {
    let retry = Retry::new(RetryPolicy {
        budget: 1,
        ..RetryPolicy::default()
    });
    for _ in 0..100 {
        assert_eq!(retry.decide(&get(Failure::Other)), Decision::Stop(Stop::Final));
    }
    assert!(matches!(retry.decide(&get(Failure::Connect)), Decision::After(_)));
}

#[test]
fn test_idempotent_methods_are_those_of_http() {
    for method in [
        Method::GET,
        Method::HEAD,
        Method::OPTIONS,
        Method::PUT,
        Method::DELETE,
    ] {
        assert!(is_idempotent(&method), "{method}");
    }
    assert!(!is_idempotent(&Method::POST) && !is_idempotent(&Method::PATCH));
}
