//! Recognizes contracts and files that hold them.

use serde_json::Value;

/// Whether a text is a contract, or the beginning of one, since truncated contracts are reported as
/// such.
pub fn is_contract_text(text: &str) -> bool {
    let start = text.trim_start();
    if start.starts_with('{') {
        // The identifying members come early in all contracts, and the text may be truncated.
        return match serde_json::from_str::<Value>(text) {
            Ok(value) => value.get("openapi").is_some() || value.get("swagger").is_some(),
            // A text with a syntax error still counts as a contract, so that the error describes
            // the syntax.
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

/// The start of a text, of at most this many bytes.
pub fn head(text: &str, length: usize) -> &str {
    let ends = (0..=length.min(text.len())).rev().take(4);
    ends.into_iter()
        .find_map(|end| text.get(..end))
        .unwrap_or_default()
}

/// Whether a value looks like a contract: an object with a version and paths.
pub fn is_contract(value: &Value) -> bool {
    let has = |key: &str| value.get(key).is_some();
    (has("openapi") || has("swagger")) && (has("paths") || has("webhooks") || has("components"))
}

/// Whether the name of a link's file is typical of contracts.
pub fn is_contract_file(href: &str) -> bool {
    let words = ["openapi", "swagger", "api-docs", "apidocs"];
    is_data_file(href) && words.iter().any(|word| file_name(href).contains(word))
}

/// Whether a link's file is JSON or YAML, according to its name.
pub fn is_data_file(href: &str) -> bool {
    let file = file_name(href);
    [".json", ".yaml", ".yml"].iter().any(|end| file.ends_with(end))
}

/// The name of a link's file, in lower case.
pub fn file_name(href: &str) -> String {
    let path = href.split(['?', '#']).next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase()
}
