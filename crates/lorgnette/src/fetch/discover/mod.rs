//! Finds the contract's address in the text of a documentation page.
//!
//! It maps text to candidates: nothing is fetched and nothing is run. JavaScript is read for the
//! few literals that configure a viewer. The caller decides what to fetch next: a page may lead to
//! a script, the script to a file of settings, and that to the contracts.

mod found;
mod html;
mod literal;
mod recognize;
mod script;
mod settings;
mod tokens;
mod worth;

pub use found::{At, Candidate, Further, Looks, TextFindings};
pub use html::is_login;
pub use recognize::is_contract_text;
use serde_json::Value;
use settings::Findings;
use url::Url;

/// The subject of the search, for errors.
pub const FORMS: &str = "Swagger UI (`url`, `urls`, `configUrl`, `spec`, swagger-initializer.js), ReDoc (`spec-url`, \
    `Redoc.init`), Scalar, RapiDoc, Stoplight Elements, a link to a contract, and a contract itself as JSON or YAML";

/// Reads a text. `base` is what references in it are relative to: the address of the page that it
/// belongs to.
pub fn read(text: &str, looks: Looks, base: &Url) -> TextFindings {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut found = TextFindings::default();
    if looks != Looks::Script && is_contract_text(text) {
        found.contracts.push(Candidate {
            name: None,
            at: At::Here,
            form: "a contract",
        });
        return found;
    }
    match looks {
        Looks::Script => script::read(
            text,
            base,
            &mut Findings {
                base,
                found: &mut found,
            },
        ),
        Looks::Settings => read_settings(text, base, &mut found),
        Looks::Page if text.trim_start().starts_with('{') => read_settings(text, base, &mut found),
        Looks::Page => {
            html::read(text, base, &mut found);
            read_query(base, &mut found);
        }
    }
    found
}

fn read_settings(text: &str, base: &Url, found: &mut TextFindings) {
    if let Ok(mut value) = serde_json::from_str::<Value>(text) {
        // It is named there.
        if let Some(settings) = value.as_object_mut() {
            settings.remove("configUrl");
        }
        settings::swagger_ui(&value, &mut Findings { base, found });
    }
}

/// Swagger UI takes its settings from the page's own query, too: `?url=...`, `?configUrl=...`. The
/// query also selects one of several contracts.
fn read_query(base: &Url, found: &mut TextFindings) {
    found.preferred = base
        .query_pairs()
        .find(|(key, _)| key == "urls.primaryName")
        .map(|(_, name)| name.into_owned());
    let query: serde_json::Map<String, Value> = base
        .query_pairs()
        .filter(|(key, _)| matches!(key.as_ref(), "url" | "configUrl"))
        .map(|(key, value)| (key.into_owned(), Value::String(value.into_owned())))
        .collect();
    if !query.is_empty() {
        let query = Value::Object(query);
        let mut told = TextFindings::default();
        settings::swagger_ui(
            &query,
            &mut Findings {
                base,
                found: &mut told,
            },
        );
        told.further.append(&mut found.further);
        found.further = told.further;
        found.fallbacks.append(&mut told.fallbacks);
        if !told.contracts.is_empty() {
            found.fallbacks.append(&mut found.contracts);
            found.contracts = told.contracts;
        }
    }
}

/// Common addresses of contracts, most likely first: for pages that name none.
pub fn guesses(page: &Url) -> Vec<Further> {
    const PLACES: [(&str, Looks); 7] = [
        ("v3/api-docs", Looks::Page),
        ("v3/api-docs/swagger-config", Looks::Settings),
        ("openapi.json", Looks::Page),
        ("swagger.json", Looks::Page),
        ("openapi.yaml", Looks::Page),
        ("swagger/v1/swagger.json", Looks::Page),
        ("v2/api-docs", Looks::Page),
    ];
    let mut found: Vec<Further> = Vec::new();
    for folder in ["./", "../", "/"] {
        for (place, looks) in PLACES {
            if let Ok(address) = page.join(&format!("{folder}{place}")) {
                let further = Further { address, looks };
                if !found.contains(&further) {
                    found.push(further);
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;
