//! From the text of a documentation page to where its contract is.
//!
//! Text in, candidates out: this module fetches nothing and runs nothing. JavaScript is read for the few literals that
//! configure a viewer. Who calls it decides what to fetch next: a page may send on to a script, the script to a file
//! of settings, and that to the contracts.

mod html;
mod literal;
mod script;
mod settings;
mod tokens;
mod worth;

pub use html::is_login;
use serde_json::Value;
use settings::Findings;
use url::Url;

/// A longer script is read so far only.
const LONGEST_SCRIPT: usize = 4 << 20;

/// A page that names more contracts is not one that a person reads.
const CONTRACTS: usize = 500;

/// More places to look at are not taken down.
const FURTHER: usize = 16;

/// What is looked for, as an error says it.
pub const FORMS: &str = "Swagger UI (`url`, `urls`, `configUrl`, `spec`, swagger-initializer.js), ReDoc (`spec-url`, \
    `Redoc.init`), Scalar, RapiDoc, Stoplight Elements, a link to a contract, and a contract itself as JSON or YAML";

/// What a fetched text is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looks {
    /// A page, or a contract; the text tells.
    Page,
    /// A script of the page.
    Script,
    /// Swagger UI's settings, as JSON.
    Settings,
}

/// A contract that a page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// What the page calls it, where it has several.
    pub name: Option<String>,
    /// Where it is.
    pub at: At,
    /// The viewer that told.
    pub form: &'static str,
}

/// Where a contract is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// At an address of its own.
    Address(Url),
    /// On the page: this is its text.
    Inline(String),
    /// It is the text that was read.
    Here,
}

/// Something else to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Further {
    /// Where it is.
    pub address: Url,
    /// What it is to be read as.
    pub looks: Looks,
}

/// What a text tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The contracts that it names.
    pub contracts: Vec<Candidate>,
    /// Contracts that it names beside something that goes before them.
    pub fallbacks: Vec<Candidate>,
    /// Where to look for more, in order.
    pub further: Vec<Further>,
    /// What was there and could not be read.
    pub unread: Vec<String>,
    /// What the page's references are relative to, where it is one.
    pub base: Option<Url>,
    /// The contract that the page's own address asks to be shown, by its name.
    pub preferred: Option<String>,
}

impl Found {
    fn unread(&mut self, what: String) {
        if self.unread.len() < FURTHER {
            self.unread.push(what);
        }
    }

    fn further(&mut self, further: Further) {
        if self.further.len() < FURTHER && !self.further.contains(&further) {
            self.further.push(further);
        }
    }
}

/// Reads a text. `base` is what references in it are relative to: the address of the page that it belongs to.
pub fn read(text: &str, looks: Looks, base: &Url) -> Found {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut found = Found::default();
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

/// Whether a text is a contract, or the beginning of one: cut-off ones are to be reported as such.
pub fn is_contract_text(text: &str) -> bool {
    let start = text.trim_start();
    if start.starts_with('{') {
        // Its own members come early in all contracts, and the text may be cut off.
        return match serde_json::from_str::<Value>(text) {
            Ok(value) => value.get("openapi").is_some() || value.get("swagger").is_some(),
            // A slip in its text makes it no page: the error is to tell of the slip.
            Err(_) => names_version(start),
        };
    }
    let is_version = |line: &str| {
        let line = line.trim_start_matches(['"', '\'']);
        ["openapi", "swagger"].iter().any(|key| {
            let rest = line
                .strip_prefix(key)
                .map(|rest| rest.trim_start_matches(['"', '\'']).trim_start());
            rest.is_some_and(|rest| rest.starts_with(':'))
        })
    };
    !start.starts_with('<') && start.lines().take(400).any(is_version)
}

fn names_version(text: &str) -> bool {
    let head = head(text, 4096);
    head.contains("\"openapi\"") || head.contains("\"swagger\"")
}

/// A text's beginning of at most so many bytes.
fn head(text: &str, length: usize) -> &str {
    let ends = (0..=length.min(text.len())).rev().take(4);
    ends.into_iter()
        .find_map(|end| text.get(..end))
        .unwrap_or_default()
}

fn read_settings(text: &str, base: &Url, found: &mut Found) {
    if let Ok(mut value) = serde_json::from_str::<Value>(text) {
        // It names itself there.
        if let Some(settings) = value.as_object_mut() {
            settings.remove("configUrl");
        }
        settings::swagger_ui(&value, &mut Findings { base, found });
    }
}

/// Swagger UI takes its settings from the page's own query, too: `?url=...`, `?configUrl=...`. It puts there which of
/// several contracts is shown.
fn read_query(base: &Url, found: &mut Found) {
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
        let mut told = Found::default();
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

/// Where a server puts its contract by habit, most likely first: for pages that tell nothing.
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
