//! The documentation of an operation: what it does, its request, how sure we are of it, what errors it declares.

use crate::catalogue::Api;
use crate::document::{Object, OperationPlace, items, text};
use crate::text::{Markdown, is_web};
use serde_json::Value;

/// The first line: the contract's summary, or the request where it has none.
pub fn summary(place: &OperationPlace<'_>) -> Markdown {
    let operation = place.operation;
    let said = ["summary", "description"]
        .into_iter()
        .map(|key| text(operation, key))
        .find(|said| !said.trim().is_empty());
    let first = said
        .and_then(|said| said.trim().lines().next())
        .unwrap_or_default();
    let said = Markdown::prose(first).sentence();
    if said.is_empty() {
        Markdown::filled("{}.", &[&request(place)])
    } else {
        said
    }
}

fn request(place: &OperationPlace<'_>) -> Markdown {
    Markdown::code(&format!("{} {}", place.method.to_uppercase(), place.path))
}

/// All that is said of an operation.
pub fn paragraphs(place: &OperationPlace<'_>, api: &Api) -> Markdown {
    let node = place.operation;
    let request = request(place);
    let mut summary = summary(place);
    let mut description = Markdown::prose(text(node, "description")).sentence();
    if description == summary {
        description = Markdown::default();
    }
    if summary == Markdown::filled("{}.", &[&request]) {
        summary = Markdown::default();
    }
    let url = external_docs(node).unwrap_or(&api.documentation);
    Markdown::paragraphs([
        summary,
        description,
        Markdown::prose(text(node, "x-note")).sentence(),
        Markdown::filled(
            "{}{}. {}.{}",
            &[
                &request,
                &Markdown::ours(confidence(node)),
                &Markdown::link("Documentation", url),
                &declared(node),
            ],
        ),
        evidence(node),
    ])
}

fn external_docs(node: &Object) -> Option<&str> {
    let url = node.get("externalDocs")?.get("url")?.as_str()?;
    (url.starts_with("https://") && is_web(url)).then_some(url)
}

/// How many sources are named; the contract has them all.
const SOURCES: usize = 4;

/// Where an operation was seen: `x-evidence`, public sources.
fn evidence(node: &Object) -> Markdown {
    let sources = items(node, "x-evidence").filter_map(Value::as_str).map(|source| {
        let address = source.trim_start_matches("page:");
        if address.starts_with("https://") {
            Markdown::prose(address)
        } else {
            Markdown::code(source)
        }
    });
    let mut sources: Vec<Markdown> = sources.collect();
    let more = sources.len().saturating_sub(SOURCES);
    sources.truncate(SOURCES);
    let named = Markdown::joined(sources, ", ");
    match (named.is_empty(), more) {
        (true, _) => named,
        (false, 0) => Markdown::filled("Seen in {}.", &[&named]),
        (false, more) => Markdown::filled("Seen in {} and {} more.", &[&named, &more.into()]),
    }
}

/// How sure we are of an operation: OpenAPI has no word for it, so `x-confidence` and `x-evidence` say it.
fn confidence(node: &Object) -> &'static str {
    match text(node, "x-confidence") {
        "high" => ", confidence high: request and response were seen",
        "medium" => ", confidence medium: the request was seen",
        "low" => ", confidence low: only the path was seen",
        _ => "",
    }
}

fn declared(node: &Object) -> Markdown {
    let responses = node.get("responses").and_then(Value::as_object);
    let errors = responses
        .into_iter()
        .flatten()
        .filter(|(status, _)| !status.starts_with(['1', '2']))
        .map(|(status, response)| {
            let said = response
                .get("description")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let said = Markdown::prose(said.lines().next().unwrap_or_default()).unended();
            match said.is_empty() {
                true => Markdown::line(status),
                false => Markdown::filled("{} ({})", &[&Markdown::line(status), &said]),
            }
        });
    let errors = Markdown::joined(errors, ", ");
    match errors.is_empty() {
        true => errors,
        false => Markdown::filled(" Declared errors: {}.", &[&errors]),
    }
}

/// Why an operation is deprecated, as far as the contract says.
pub fn deprecation(node: &Object) -> Markdown {
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
        || Markdown::ours("the contract says so"),
        |said| Markdown::line(said.lines().next().unwrap_or_default()),
    )
}
