//! The documentation of an operation: what it does, its request, how sure we are of it, what errors it declares.
//!
//! This module knows OpenAPI's operations and Markdown.

use super::docs;
use crate::catalogue::Api;
use crate::document::{Object, OperationPlace, items, text};
use serde_json::Value;

/// The first line: the contract's summary, or the request where it has none.
pub fn summary(place: &OperationPlace<'_>) -> String {
    let operation = place.operation;
    let said = ["summary", "description"]
        .into_iter()
        .map(|key| text(operation, key))
        .find(|said| !said.trim().is_empty());
    let first = said
        .and_then(|said| said.trim().lines().next())
        .unwrap_or_default();
    let said = docs::sentence(&docs::markdown(first));
    if said.is_empty() {
        format!(
            "{}.",
            docs::code(&format!("{} {}", place.method.to_uppercase(), place.path))
        )
    } else {
        said
    }
}

/// All that is said of an operation.
pub fn paragraphs(place: &OperationPlace<'_>, api: &Api) -> String {
    let node = place.operation;
    let summary = summary(place);
    let description = docs::sentence(&docs::markdown(text(node, "description")));
    let description = if description == summary {
        String::new()
    } else {
        description
    };
    let note = docs::sentence(&docs::markdown(text(node, "x-note")));
    let request = docs::code(&format!("{} {}", place.method.to_uppercase(), place.path));
    docs::paragraphs([
        if summary == format!("{request}.") {
            String::new()
        } else {
            summary
        },
        description,
        note,
        format!(
            "{request}{}. [Documentation]({}).{}",
            confidence(node),
            external_docs(node).unwrap_or(&api.documentation),
            declared(node)
        ),
        evidence(node),
    ])
}

fn external_docs(node: &Object) -> Option<&str> {
    let url = node.get("externalDocs")?.get("url")?.as_str()?;
    (url.starts_with("https://") && !url.contains(|c: char| c.is_whitespace() || "()<>".contains(c)))
        .then_some(url)
}

/// How many sources are named; the contract has them all.
const SOURCES: usize = 4;

/// Where an operation was seen: `x-evidence`, public sources.
fn evidence(node: &Object) -> String {
    let sources = items(node, "x-evidence").filter_map(Value::as_str).map(|source| {
        let address = source.trim_start_matches("page:");
        if address.starts_with("https://") {
            docs::markdown(address)
        } else {
            docs::code(source)
        }
    });
    let mut sources: Vec<String> = sources.collect();
    let more = sources.len().saturating_sub(SOURCES);
    sources.truncate(SOURCES);
    match (sources.is_empty(), more) {
        (true, _) => String::new(),
        (false, 0) => format!("Seen in {}.", sources.join(", ")),
        (false, more) => format!("Seen in {} and {more} more.", sources.join(", ")),
    }
}

/// How sure we are of an operation: OpenAPI has no word for it, so `x-confidence` and `x-evidence` say it.
fn confidence(node: &Object) -> String {
    let seen = match text(node, "x-confidence") {
        "high" => "request and response were seen",
        "medium" => "the request was seen",
        "low" => "only the path was seen",
        _ => return String::new(),
    };
    format!(", confidence {}: {seen}", text(node, "x-confidence"))
}

fn declared(node: &Object) -> String {
    let errors = node
        .get("responses")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter_map(|(status, response)| {
            let said = response
                .get("description")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let said = docs::markdown(said.lines().next().unwrap_or_default());
            let said = said.trim_end_matches('.');
            (!status.starts_with(['1', '2'])).then(|| {
                if said.is_empty() {
                    status.clone()
                } else {
                    format!("{status} ({said})")
                }
            })
        });
    let errors: Vec<String> = errors.collect();
    if errors.is_empty() {
        String::new()
    } else {
        format!(" Declared errors: {}.", errors.join(", "))
    }
}

/// Why an operation is deprecated, as far as the contract says.
pub fn deprecation(node: &Object) -> String {
    let said = [
        text(node, "x-deprecated-reason"),
        text(node, "description"),
        text(node, "summary"),
    ];
    let said = said.into_iter().find(|said| {
        let lower = said.to_lowercase();
        ["deprecated", "superseded", "replaced", "instead", "obsolete"]
            .iter()
            .any(|word| lower.contains(word))
    });
    said.map_or_else(
        || "the contract says so".to_string(),
        |said| said.lines().next().unwrap_or_default().trim().to_string(),
    )
}
