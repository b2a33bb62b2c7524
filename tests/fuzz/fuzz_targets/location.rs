//! Fuzzes any bytes as `Location`: redirects end, and no credentials are sent to another server,
//! however the address repeats them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lorgnette_fuzz::{BASE, SECRET, client, response, run};
use lorgnette_runtime::http::{HeaderValue, Method};
use lorgnette_runtime::{Call, Undeclared};
use url::Url;

lorgnette_runtime::operation!(READ: "read" GET "/items", query "q", header "x-own"; security(&[&["key"]]));
lorgnette_runtime::operation!(REMOVE: "remove" DELETE "/items", query "q", header "x-own"; security(&[&["key"]]));
lorgnette_runtime::operation!(WRITE: "write" POST "/items", query "q", header "x-own"; security(&[&["key"]]));

/// The text, decoded until it no longer changes.
fn decoded(text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..20 {
        let pairs = url::form_urlencoded::parse(text.as_bytes());
        let next: Vec<String> = pairs.map(|(name, value)| format!("{name}={value}")).collect();
        let next = next.join("&");
        if next == text {
            break;
        }
        text = next;
    }
    text
}

fuzz_target!(|data: &[u8]| {
    let Some((&kind, location)) = data.split_first() else {
        return;
    };
    let base: Url = BASE.parse().expect("an address");
    // This word lets inputs repeat the secret.
    let location = String::from_utf8_lossy(location).replace("SECRET", SECRET);
    let Ok(location) = HeaderValue::try_from(location) else {
        return;
    };
    let method = match kind % 3 {
        0 => Method::GET,
        1 => Method::DELETE,
        _ => Method::POST,
    };
    let status = [301, 302, 303, 307, 308][usize::from(kind / 3) % 5];
    let mut sent = 0;
    let sent_method = method.clone();
    let client = client(move |request| {
        let url = request.url();
        sent += 1;
        assert!(sent < 20, "redirects have no end");
        assert!(matches!(url.scheme(), "http" | "https"), "{url}");
        assert!(url.username().is_empty() && url.password().is_none(), "{url}");
        assert!(!request.headers().contains_key("x-api-key"));
        if url.origin() != base.origin() {
            assert!(sent_method.is_safe(), "{url}");
            assert!(!request.headers().contains_key("x-own"), "{url}");
            assert!(!decoded(url.as_str()).contains(SECRET), "{url}");
        }
        let mut response = response(status, "");
        response.headers_mut().insert("location", location.clone());
        response
    });
    run(async {
        let operation = match method {
            Method::GET => &READ,
            Method::DELETE => &REMOVE,
            _ => &WRITE,
        };
        let mut call = Call::new(&client, operation);
        call.set(1, &"own".to_owned());
        let outcome = call.send::<(), Undeclared>().await;
        let error = outcome.expect_err("a redirect is no success").to_string();
        assert!(!error.contains(SECRET), "{error}");
    });
});
