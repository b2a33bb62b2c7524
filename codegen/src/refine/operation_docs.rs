//! The documentation of an operation: its purpose, its request, our confidence, and its declared
//! errors.

use crate::catalogue;
use crate::ir::{Operation, Status, Words};
use crate::text::{Markdown, is_web};

/// The first line: the contract's summary, or the request if there is none.
pub fn summary(operation: &Operation) -> Markdown {
    let said = [&operation.words.summary, &operation.words.description]
        .into_iter()
        .find(|said| !said.trim().is_empty());
    let first = said
        .and_then(|said| said.trim().lines().next())
        .unwrap_or_default();
    let said = Markdown::prose(first).sentence();
    if said.is_empty() {
        Markdown::filled("{}.", &[&request(operation)])
    } else {
        said
    }
}

fn request(operation: &Operation) -> Markdown {
    let path = match operation.custom_method {
        Some(_) => operation.sent_path(),
        None => &operation.path,
    };
    Markdown::code(&format!("{} {path}", operation.sent_method()))
}

/// The complete documentation of an operation.
pub fn paragraphs(operation: &Operation, entry: &catalogue::Entry) -> Markdown {
    let words = &operation.words;
    let request = request(operation);
    let mut summary = summary(operation);
    let mut description = Markdown::prose(&words.description).sentence();
    if description == summary {
        description = Markdown::default();
    }
    if summary == Markdown::filled("{}.", &[&request]) {
        summary = Markdown::default();
    }
    let url = external_docs(words).unwrap_or(&entry.documentation);
    Markdown::paragraphs([
        summary,
        description,
        Markdown::prose(&words.note).sentence(),
        Markdown::filled(
            "{}{}. {}.{}",
            &[
                &request,
                &Markdown::ours(confidence(words)),
                &Markdown::link("Documentation", url),
                &declared(operation),
            ],
        ),
        evidence(words),
    ])
}

fn external_docs(words: &Words) -> Option<&str> {
    let url = words.documentation.as_deref()?;
    (url.starts_with("https://") && is_web(url)).then_some(url)
}

/// The maximum number of sources that are named; the contract contains all of them.
const SOURCES: usize = 4;

/// The public sources for an operation, from `x-lorgnette-evidence`.
fn evidence(words: &Words) -> Markdown {
    let sources = words.evidence.iter().map(|source| {
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

/// The confidence in an operation. OpenAPI has no keyword for it, so `x-lorgnette-confidence` and
/// `x-lorgnette-evidence` state it.
fn confidence(words: &Words) -> &'static str {
    match words.confidence.as_str() {
        "high" => ", confidence high: request and response were seen",
        "medium" => ", confidence medium: the request was seen",
        "low" => ", confidence low: only the path was seen",
        _ => "",
    }
}

fn declared(operation: &Operation) -> Markdown {
    let is_error = |status| !matches!(status, Status::Code(100..=299) | Status::Range(1 | 2));
    let errors = operation.responses.iter();
    let errors = errors.filter(|response| is_error(response.status));
    let errors = errors.map(|response| {
        let status = Markdown::line(&response.status.to_string());
        let said = response.description.lines().next().unwrap_or_default();
        let said = Markdown::prose(said).unended();
        match said.is_empty() {
            true => status,
            false => Markdown::filled("{} ({})", &[&status, &said]),
        }
    });
    let errors = Markdown::joined(errors, ", ");
    match errors.is_empty() {
        true => errors,
        false => Markdown::filled(" Declared errors: {}.", &[&errors]),
    }
}

/// The reason why an operation is deprecated, if the contract states it.
pub fn deprecation(words: &Words) -> Markdown {
    let said = [&words.deprecation, &words.description, &words.summary];
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
