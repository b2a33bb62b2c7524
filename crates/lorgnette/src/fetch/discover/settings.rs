//! Reads the settings of documentation viewers: which of them name a contract, and which take
//! precedence.

use super::found::{At, CONTRACTS, Candidate, Further, Looks, TextFindings};
use super::recognize::{is_contract, is_contract_text};
use super::worth::{is_whole, text};
use serde_json::Value;
use url::Url;

/// The findings, and the base address of references.
pub struct Findings<'f> {
    /// The document base of the page.
    pub base: &'f Url,
    /// The destination of the findings.
    pub found: &'f mut TextFindings,
}

impl Findings<'_> {
    /// Adds a contract at an address as written on the page.
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
            Err(_) => self.found.unread(format!("{form}: {text:?} is not an address")),
        }
    }

    fn inline(&mut self, value: &Value, name: Option<&str>, form: &'static str) {
        if is_contract(value) && is_whole(value) {
            self.add(At::Inline(value.to_string()), name, form, false);
        } else if is_contract(value) {
            let message = format!("{form}: code on the page builds the contract");
            self.found.unread(message);
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
        // The same address twice is one contract; the entry with a name is more useful.
        let is_full = list.len() >= CONTRACTS;
        match list.iter_mut().find(|known| known.at == candidate.at) {
            Some(known) if known.name.is_none() => known.name = candidate.name,
            Some(_) => {}
            None if is_full => {}
            None => list.push(candidate),
        }
    }

    fn further(&mut self, text: &str, looks: Looks) {
        if let Ok(address) = self.base.join(text) {
            self.found.further(Further { address, looks });
        }
    }
}

/// A member that is text, if it is known.
fn member<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value
        .get(key)
        .and_then(text)
        .filter(|text| !text.trim().is_empty())
}

/// `SwaggerUIBundle({...})`, and the file that its `configUrl` leads to. The viewer prefers `spec`
/// to `urls` to `url`, and the file of `configUrl` to the settings beside it.
pub fn swagger_ui(settings: &Value, found: &mut Findings<'_>) {
    const FORM: &str = "Swagger UI";
    let before = found.found.contracts.len();
    let config = member(settings, "configUrl");
    if let Some(config) = config {
        found.further(config, Looks::Settings);
    }
    for document in ["spec", "swaggerDoc"]
        .into_iter()
        .filter_map(|key| settings.get(key))
    {
        found.inline(document, None, FORM);
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
        if let Some(url) = member(entry, "url") {
            found.address(url, member(entry, "name"), FORM, is_fallback);
            is_listed = true;
        }
    }
    let url = ["url", "swaggerUrl"]
        .into_iter()
        .find_map(|key| member(settings, key));
    match url.filter(|_| !is_listed) {
        Some(url) if is_sample(url, found.base) => {
            found.found.unread(format!(
                "{FORM}: {url} is the example that the viewer shows by default"
            ));
        }
        Some(url) => found.address(url, None, FORM, is_fallback),
        None => {}
    }
}

/// Whether an address is the example that Swagger UI ships with, which often remains when code sets
/// the contract.
fn is_sample(url: &str, base: &Url) -> bool {
    const SAMPLE: Option<&str> = Some("petstore.swagger.io");
    base.host_str() != SAMPLE && base.join(url).is_ok_and(|url| url.host_str() == SAMPLE)
}

/// The first argument of `Redoc.init` and `loadSpec`.
pub fn address_or_document(value: &Value, form: &'static str, found: &mut Findings<'_>) {
    match text(value) {
        Some(text) => found.address(text, None, form, false),
        None => found.inline(value, None, form),
    }
}

/// A document that is given as an object or as its text.
pub fn document(value: &Value, form: &'static str, found: &mut Findings<'_>) {
    match text(value) {
        Some(text) => document_text(text, form, found),
        None => found.inline(value, None, form),
    }
}

/// A document that is given as its text; any other text is ignored.
pub fn document_text(text: &str, form: &'static str, found: &mut Findings<'_>) {
    if is_contract_text(text) {
        found.add(At::Inline(text.to_owned()), None, form, false);
    }
}

/// Scalar's configuration: one, or a list of them.
pub fn scalar(settings: &Value, found: &mut Findings<'_>) {
    if let Some(text) = text(settings) {
        found.address(text, None, "Scalar", false);
    }
    let several = settings
        .as_array()
        .or_else(|| settings.get("sources")?.as_array());
    for source in several.into_iter().flatten() {
        scalar_source(source, found);
    }
    // Older versions keep the two members in a separate object `spec`.
    for holder in [Some(settings), settings.get("spec")].into_iter().flatten() {
        scalar_source(holder, found);
    }
}

fn scalar_source(source: &Value, found: &mut Findings<'_>) {
    if let Some(content) = source.get("content") {
        document(content, "Scalar", found);
    }
    if let Some(url) = member(source, "url") {
        let name = member(source, "title").or_else(|| member(source, "slug"));
        found.address(url, name, "Scalar", false);
    }
}

/// An attribute of an element, its name in lower case.
pub fn attribute(name: &str, value: &str, found: &mut Findings<'_>) {
    match name {
        "spec-url" | "specurl" => found.address(value, None, "ReDoc or RapiDoc", false),
        "apidescriptionurl" => found.address(value, None, "Stoplight Elements", false),
        "apidescriptiondocument" => document_text(value, "Stoplight Elements", found),
        _ => {}
    }
}
