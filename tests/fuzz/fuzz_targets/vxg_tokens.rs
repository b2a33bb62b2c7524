//! Fuzzes any text as a VXG token, alone and as the JSON in one: it is rejected, or leads to a
//! server without credentials in its address, and neither error nor `Debug` shows its content.

#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use vxg::{AccessToken, Error, GroupToken, LicenseKey, ServerAddress};

/// The text that must not be shown: the inner token, if it is long enough not to occur in a message
/// by chance.
fn inner(json: &str) -> Option<String> {
    let document: Value = serde_json::from_str(json).ok()?;
    let inner = document.get("token")?.as_str()?.to_owned();
    // Our own texts have no digits next to words.
    let is_like_one = inner.contains(char::is_whitespace) || !inner.contains(|it: char| it.is_ascii_digit());
    let is_elsewhere = json.replacen(&inner, "", 1).contains(&inner);
    (inner.len() > 12 && !is_like_one && !inner.contains("token") && !is_elsewhere).then_some(inner)
}

fn judge(server: Result<ServerAddress, Error>, is_http_allowed: bool, secret: Option<&str>) {
    match server {
        Ok(server) => {
            let url = server.url();
            assert!(
                url.scheme() == "https" || is_http_allowed && url.scheme() == "http",
                "{url}"
            );
            assert!(url.username().is_empty() && url.password().is_none(), "{url}");
            assert!(url.query().is_none() && url.fragment().is_none(), "{url}");
            assert!(url.has_host(), "{url}");
        }
        Err(error) => hides(&format!("{error} {error:?}"), secret),
    }
}

fn hides(shown: &str, secret: Option<&str>) {
    if let Some(secret) = secret {
        assert!(!shown.contains(secret), "{shown}");
    }
}

fn check(text: &str, secret: Option<&str>) {
    match AccessToken::new(text) {
        Ok(token) => {
            hides(&format!("{token:?}"), secret);
            judge(token.server(), false, secret);
            let is_built = vxg::v4(token.clone()).is_ok();
            assert_eq!(is_built, token.server().is_ok());
            judge(token.allow_http().server(), true, secret);
        }
        Err(error) => hides(&format!("{error} {error:?}"), secret),
    }
    match GroupToken::new(text) {
        Ok(token) => {
            hides(&format!("{token:?}"), secret);
            judge(token.server(), false, secret);
            judge(token.allow_http().server(), true, secret);
        }
        Err(error) => hides(&format!("{error} {error:?}"), secret),
    }
    // A token is not a license key.
    if AccessToken::new(text).is_ok() || GroupToken::new(text).is_ok() {
        assert!(LicenseKey::new(text).is_err());
    }
}

fuzz_target!(|text: &str| {
    check(text, None);
    check(&STANDARD.encode(text), inner(text).as_deref());
});
