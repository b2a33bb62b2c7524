//! Fuzzes any text as a token, alone and as the claims of a JWT: it may have a lifetime, is shown
//! nowhere, and a cache can hold it.

#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use libfuzzer_sys::fuzz_target;
use lorgnette_fuzz::run;
use lorgnette_runtime::token::{Token, TokenCache};
use serde_json::{Map, Value};

/// The lifetime according to claims with both times in whole numbers.
fn plain(claims: &str) -> Option<u64> {
    let claims: Map<String, Value> = serde_json::from_str(claims).ok()?;
    let of = |name: &str| {
        claims
            .get(name)
            .and_then(Value::as_u64)
            .filter(|time| *time < 1 << 40)
    };
    of("exp")?
        .checked_sub(of("iat")?)
        .filter(|lifetime| *lifetime > 0)
}

fn check(text: &str, expected: Option<u64>) {
    let token = Token::new(text);
    if let Some(lifetime) = token.lifetime() {
        assert!(!lifetime.is_zero());
    }
    if let Some(expected) = expected {
        assert_eq!(
            token.lifetime().map(|lifetime| lifetime.as_secs()),
            Some(expected)
        );
    }
    let shown = format!("Token {{ secret: Secret(..), lifetime: {:?} }}", token.lifetime());
    assert_eq!(format!("{token:?}"), shown);
    let cache = TokenCache::new(move || {
        let token = token.clone();
        async move { Ok(token) }
    });
    run(async {
        // A token may be expired on arrival; it is still used once.
        let held = cache.get().await.expect("a token");
        assert_eq!(held.value().secret().expose(), text);
        cache.reject(held.serial());
        assert!(cache.current().is_none());
    });
}

fuzz_target!(|text: &str| {
    check(text, None);
    check(&format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(text)), plain(text));
});
