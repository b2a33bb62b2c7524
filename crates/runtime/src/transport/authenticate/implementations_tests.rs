//! Tests of the implementations of [`Authenticate`].
#![allow(clippy::unwrap_used)]

use super::*;
use crate::model::Secret;
use reqwest::header::HeaderMap;
use std::error::Error;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use url::Url;

const CANARY: &str = "c4nary-s3cret";

fn url(text: &str) -> Url {
    text.parse().unwrap()
}

fn origin() -> Origin {
    Origin::of(&url("https://api.example")).unwrap()
}

fn numbered(fetches: &Arc<AtomicUsize>) -> impl TokenSource + use<> {
    let fetches = Arc::clone(fetches);
    move || {
        let number = fetches.fetch_add(1, Ordering::SeqCst) + 1;
        async move {
            tokio::time::sleep(Duration::from_millis(10)).await;
            Ok(Token::new(format!("{CANARY}-{number}")).expires_in(Duration::from_secs(100)))
        }
    }
}

async fn authorization(authenticate: &dyn Authenticate, address: &Url) -> (Option<String>, Handle) {
    let credentials = authenticate
        .credentials(Target::new(address, &[&["jwt"]]))
        .await
        .unwrap();
    let mut headers = HeaderMap::new();
    credentials.put_headers(&mut headers);
    let value = headers
        .get("authorization")
        .map(|value| value.to_str().unwrap().to_owned());
    (value, credentials.handle().clone())
}

#[tokio::test(start_paused = true)]
async fn test_bearer_sends_the_word_and_the_token() {
    let fetches = Arc::default();
    let address = url("https://api.example/x");
    let bearer = Bearer::with(origin(), "Token", numbered(&fetches), Renewal::default());
    assert_eq!(
        authorization(&bearer, &address).await.0,
        Some(format!("Token {CANARY}-1"))
    );
    let again = bearer.credentials(Target::new(&address, &[]));
    // A value that is available is returned by the first poll.
    let mut again = std::pin::pin!(again);
    assert!(matches!(
        again.as_mut().poll(&mut Context::from_waker(Waker::noop())),
        Poll::Ready(Ok(_))
    ));
    assert_eq!(fetches.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn test_rejected_token_is_dropped_and_a_newer_one_stays() {
    let fetches = Arc::default();
    let address = url("https://api.example/x");
    let bearer = Bearer::new(origin(), numbered(&fetches));
    let (_, first) = authorization(&bearer, &address).await;
    assert!(bearer.rejected(&first));
    assert_eq!(
        authorization(&bearer, &address).await.0,
        Some(format!("Bearer {CANARY}-2"))
    );
    // A second request that was in flight with the first token returns.
    assert!(bearer.rejected(&first));
    assert_eq!(
        authorization(&bearer, &address).await.0,
        Some(format!("Bearer {CANARY}-2"))
    );
    assert!(!bearer.rejected(&Handle::default()) && !bearer.rejected(&Handle::new(u64::MAX, 1)));
    assert_eq!(fetches.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn test_other_origin_gets_nothing_and_causes_no_fetch() {
    let fetches = Arc::default();
    let bearer = Bearer::new(origin(), numbered(&fetches));
    let fields = StaticFields::new(
        origin(),
        Fields::new()
            .header("authorization", &Secret::new(CANARY))
            .unwrap(),
    );
    for address in [
        "http://api.example/x",
        "https://evil.example/x",
        "https://api.example:444/x",
    ] {
        assert_eq!(authorization(&bearer, &url(address)).await.0, None);
        assert_eq!(authorization(&fields, &url(address)).await.0, None);
    }
    assert_eq!(fetches.load(Ordering::SeqCst), 0);
    assert_eq!(
        authorization(&fields, &url("https://api.example/x"))
            .await
            .0
            .as_deref(),
        Some(CANARY)
    );
}

#[tokio::test]
async fn test_schemes_limit_what_gets_credentials() {
    let address = url("https://api.example/x");
    let key = Fields::new().header("x-key", &Secret::new("k")).unwrap();
    let fields = StaticFields::new(origin(), key).for_schemes(["key"]);
    let cases: [(&[&[&str]], usize); 5] = [
        (&[&["key"]], 1),
        (&[&["jwt"], &["key"]], 1),
        (&[&["jwt", "key"]], 1),
        (&[&[], &["jwt"]], 0),
        (&[], 0),
    ];
    for (schemes, expected) in cases {
        let credentials = fields.credentials(Target::new(&address, schemes)).await.unwrap();
        assert_eq!(credentials.headers().count(), expected, "{schemes:?}");
    }
    assert!(!fields.rejected(&Handle::default()));
    assert!(
        NoCredentials
            .credentials(Target::new(&address, &[&["key"]]))
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test(start_paused = true)]
async fn test_several_ways_go_together() {
    let fetches = Arc::default();
    let address = url("https://api.example/x");
    let key = Fields::new().header("x-key", &Secret::new(CANARY)).unwrap();
    let both = Together::new([
        Arc::new(StaticFields::new(origin(), key)) as Arc<dyn Authenticate>,
        Arc::new(Bearer::new(origin(), numbered(&fetches))),
    ]);
    let credentials = both.credentials(Target::new(&address, &[])).await.unwrap();
    assert_eq!(credentials.headers().count(), 2);
    assert!(both.rejected(credentials.handle()));
    assert!(!both.rejected(&Handle::default()));
    assert_eq!(
        authorization(&both, &address).await.0,
        Some(format!("Bearer {CANARY}-2"))
    );
}

#[tokio::test(start_paused = true)]
async fn test_no_secret_is_shown_whatever_fails() {
    let address = url(&format!("https://api.example/x?token={CANARY}"));
    let target = Target::new(&address, &[]);
    let fetches = Arc::default();
    let bearer = Bearer::new(origin(), numbered(&fetches));
    let credentials = bearer.credentials(target).await.unwrap();
    let fields = StaticFields::new(
        origin(),
        Fields::new().query("token", &Secret::new(CANARY)).unwrap(),
    );
    let garbage = Bearer::new(origin(), || async { Ok(Token::new(format!("{CANARY}\n"))) });
    let error = garbage.credentials(target).await.unwrap_err();
    let later = bearer.credentials(target);
    let mut shown =
        format!("{bearer:?} {fields:?} {garbage:?} {credentials:?} {target:?} {later:?} {error:?} {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        shown.extend([cause.to_string(), format!("{cause:?}")]);
        source = cause.source();
    }
    assert!(!shown.contains(CANARY), "{shown}");
    assert!(error.is_invalid());
}

#[tokio::test(start_paused = true)]
async fn test_empty_token_is_never_sent() {
    let bearer = Bearer::new(origin(), || async { Ok(Token::new("")) });
    let address = url("https://api.example/x");
    assert!(
        bearer
            .credentials(Target::new(&address, &[]))
            .await
            .unwrap_err()
            .is_invalid()
    );
}
