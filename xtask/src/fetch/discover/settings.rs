//! What the documentation viewers' settings mean: which of them names a contract, and which goes before another.
//!
//! This module knows the viewers' vocabulary; where the settings stood on the page is no matter of it.

use super::script::is_contract;
use super::worth::Worth;
use super::{At, Candidate, Found, Further, Looks};
use serde_json::Value;
use url::Url;

/// What was found, and what references are relative to.
pub struct Findings<'f> {
    /// The document base of the page.
    pub base: &'f Url,
    /// Where it goes.
    pub found: &'f mut Found,
}

impl Findings<'_> {
    /// A contract at an address as it is written on the page.
    pub fn address(&mut self, text: &str, name: Option<&str>, form: &'static str, is_fallback: bool) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        match self.base.join(text) {
            Ok(mut address) => {
                address.set_fragment(None);
                self.add(At::Address(address), name, form, is_fallback);
            }
            Err(_) => self.found.unread.push(format!("{form}: {text:?} is no address")),
        }
    }

    fn inline(&mut self, worth: &Worth, name: Option<&str>, form: &'static str) {
        match worth {
            Worth::Known(value) if is_contract(value) => {
                self.add(At::Inline(value.to_string()), name, form, false);
            }
            Worth::Partly(value) if is_contract(value) => {
                let message = format!("{form}: the contract on the page itself is made by code");
                self.found.unread.push(message);
            }
            _ => {}
        }
    }

    fn add(&mut self, at: At, name: Option<&str>, form: &'static str, is_fallback: bool) {
        let candidate = Candidate {
            name: name
                .map(str::trim)
                .filter(|name| !name.is_empty())
                .map(str::to_owned),
            at,
            form,
        };
        let list = if is_fallback {
            &mut self.found.fallbacks
        } else {
            &mut self.found.contracts
        };
        // The same address twice is one contract; what names it says more.
        match list.iter_mut().find(|known| known.at == candidate.at) {
            Some(known) if known.name.is_none() => known.name = candidate.name,
            Some(_) => {}
            None => list.push(candidate),
        }
    }

    fn further(&mut self, text: &str, looks: Looks) {
        if let Ok(address) = self.base.join(text) {
            self.found.further(Further { address, looks });
        }
    }
}

/// A viewer's member that holds parts of the settings, each as known as the whole.
fn part(worth: &Worth, key: &str) -> Option<Worth> {
    let value = worth.value()?.get(key)?.clone();
    let is_whole = matches!(worth, Worth::Known(_)) || !(value.is_object() || value.is_array());
    Some(Worth::gathered(value, is_whole))
}

/// `SwaggerUIBundle({...})`, and the file that its `configUrl` leads to. The viewer takes `spec` before `urls` before
/// `url`, and what `configUrl` leads to before what stands beside it.
pub fn swagger_ui(worth: &Worth, found: &mut Findings<'_>) {
    const FORM: &str = "Swagger UI";
    let Some(settings) = worth.value() else { return };
    let before = found.found.contracts.len();
    let config = settings
        .get("configUrl")
        .and_then(Value::as_str)
        .filter(|url| !url.is_empty());
    if let Some(config) = config {
        found.further(config, Looks::Settings);
    }
    for key in ["spec", "swaggerDoc"] {
        if let Some(document) = part(worth, key) {
            found.inline(&document, None, FORM);
        }
    }
    if found.found.contracts.len() > before {
        return;
    }
    let is_fallback = config.is_some();
    let urls = ["urls", "swaggerUrls"]
        .into_iter()
        .find_map(|key| settings.get(key)?.as_array());
    let mut is_listed = false;
    for entry in urls.into_iter().flatten() {
        if let Some(url) = entry.get("url").and_then(Value::as_str) {
            let name = entry.get("name").and_then(Value::as_str);
            found.address(url, name, FORM, is_fallback);
            is_listed = true;
        }
    }
    let url = ["url", "swaggerUrl"]
        .into_iter()
        .find_map(|key| settings.get(key)?.as_str());
    if let Some(url) = url.filter(|_| !is_listed) {
        found.address(url, None, FORM, is_fallback);
    }
}

/// The first argument of `Redoc.init` and `loadSpec`.
pub fn address_or_document(worth: &Worth, form: &'static str, found: &mut Findings<'_>) {
    match worth.text() {
        Some(text) => found.address(text, None, form, false),
        None => found.inline(worth, None, form),
    }
}

/// A document that is given as an object or as its text.
pub fn document(worth: &Worth, form: &'static str, found: &mut Findings<'_>) {
    match worth.text() {
        Some(text) if super::is_contract_text(text) => {
            found.add(At::Inline(text.to_owned()), None, form, false);
        }
        _ => found.inline(worth, None, form),
    }
}

/// Scalar's configuration: one, or a list of them.
pub fn scalar(worth: &Worth, found: &mut Findings<'_>) {
    const FORM: &str = "Scalar";
    if worth.value().is_some_and(Value::is_array) {
        let items = worth.value().and_then(Value::as_array).into_iter().flatten();
        for item in items {
            let is_whole = matches!(worth, Worth::Known(_));
            scalar_source(&Worth::gathered(item.clone(), is_whole), found);
        }
        return;
    }
    let sources = part(worth, "sources");
    let sources = sources.as_ref().and_then(Worth::value).and_then(Value::as_array);
    for source in sources.into_iter().flatten() {
        let is_whole = matches!(worth, Worth::Known(_));
        scalar_source(&Worth::gathered(source.clone(), is_whole), found);
    }
    // Older versions have the two members in a `spec` of their own.
    for holder in [Some(worth.clone()), part(worth, "spec")].into_iter().flatten() {
        scalar_source(&holder, found);
    }
    if worth.text().is_some() {
        address_or_document(worth, FORM, found);
    }
}

fn scalar_source(worth: &Worth, found: &mut Findings<'_>) {
    let Some(source) = worth.value() else { return };
    let member = |key: &str| source.get(key).and_then(Value::as_str);
    let name = member("title").or_else(|| member("slug"));
    if let Some(content) = part(worth, "content") {
        document(&content, "Scalar", found);
    }
    if let Some(url) = member("url") {
        found.address(url, name, "Scalar", false);
    }
}

/// An attribute of an element, its name in lower case.
pub fn attribute(name: &str, value: &str, found: &mut Findings<'_>) {
    match name {
        "spec-url" | "specurl" => found.address(value, None, "ReDoc or RapiDoc", false),
        "apidescriptionurl" => found.address(value, None, "Stoplight Elements", false),
        "apidescriptiondocument" => document(&Worth::text_of(value), "Stoplight Elements", found),
        _ => {}
    }
}
