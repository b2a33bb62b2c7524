//! Fuzzes any text as a documentation page, a script and a settings file: page discovery ends, and
//! its findings are valid.

#![no_main]

// Only this module: the rest of the tool has an HTTP client and TLS, which would be instrumented
// needlessly.
#[allow(dead_code)]
#[path = "../../../crates/lorgnette/src/fetch/discover/mod.rs"]
mod discover;

use discover::{At, Looks};
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let Ok(base) = Url::parse("https://docs.example:8443/shop/docs/index.html?url=/a.json") else {
        return;
    };
    for looks in [Looks::Page, Looks::Script, Looks::Settings] {
        let found = discover::read(&text, looks, &base);
        for candidate in found.contracts.iter().chain(&found.fallbacks) {
            match &candidate.at {
                At::Address(url) => assert!(url.fragment().is_none()),
                At::Inline(text) => assert!(!text.is_empty()),
                At::Here => assert!(looks != Looks::Script),
            }
        }
        assert!(found.further.len() <= 16);
    }
});
