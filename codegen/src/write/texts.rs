//! README and NOTES of a generated crate.
//!
//! This module knows Markdown and the model.

use super::examples;
use super::source::Mark;
use crate::catalogue::Api;
use crate::diagnostics::Note;
use crate::refine::model::Model;
use std::fmt::Write;

/// The text of `README.md`, which is the crate's documentation too.
pub fn readme(model: &Model, api: &Api, mark: &Mark) -> String {
    let mut text = mark.markdown();
    let title = &api.title;
    let _ = write!(
        text,
        "\n# {name}\n\n\
         Client for **{title}** by {vendor}: {operations} operations in {tags} modules, generated from the vendor's contract\n\
         (version {version}). It is unofficial: {vendor} has no part in it. The API itself is documented at\n<{documentation}>.\n\n",
        name = api.name,
        vendor = api.vendor,
        operations = model.operations.len(),
        tags = model.tags.len(),
        version = if model.version.is_empty() {
            "not given"
        } else {
            &model.version
        },
        documentation = api.documentation,
    );
    if let Some(example) = examples::first_program(model, api) {
        let _ = write!(text, "## A first program\n\n```rust,no_run\n{example}```\n\n");
    }
    let _ = write!(
        text,
        "Every operation is a method of an extension trait of its tag (`use {module}::prelude::*`), which gives a builder: set\n\
         parameters, then `send().await`. The answer is typed by status. Values that the contract does not know arrive as\n\
         `Unknown`, undeclared statuses with their raw body.\n\n\
         Authentication: {authentication}. Credentials are put on by the client's `Authenticate`; see `Client::builder`.\n\n\
         ## Features\n\n\
         Each tag is a feature; all are on by default. With `default-features = false`, only the operations of the named\n\
         features and the types that they reach are compiled.\n\n\
         | feature | operations | about |\n|---|---|---|\n",
        module = api.name.replace('-', "_"),
        authentication = api.authentication,
    );
    for (index, tag) in model.tags.iter().enumerate() {
        let count = model
            .operations
            .iter()
            .filter(|operation| operation.tag == index)
            .count();
        let _ = writeln!(
            text,
            "| `{}` | {count} | {} |",
            tag.feature(),
            cell(&tag.description)
        );
    }
    if let Some(example) = examples::list(model, api) {
        let paged = model
            .operations
            .iter()
            .filter(|operation| operation.paging.is_some());
        let (count, verb) = match paged.count() {
            1 => ("1 operation".to_string(), "answers"),
            count => (format!("{count} operations"), "answer"),
        };
        let _ = write!(
            text,
            "\n## Lists\n\n\
             {count} {verb} with a page of a list. `.send()` gets that page, `.pages()` one after the other, and `.stream()` the items of\n\
             all; both are a `Stream` as well.\n\n\
             ```rust,no_run\n{example}```\n"
        );
    }
    if let Some(example) = examples::test(model, api) {
        let _ = write!(
            text,
            "\n## In tests\n\n\
             With the feature `mock`, which is not on by default, a program can be tested without network: a server in the test's own\n\
             process expects calls of an operation, said by its own builder, and answers with its own types. What else it can is in the\n\
             documentation of `mock`.\n\n\
             ```rust,no_run\n{example}```\n"
        );
    }
    text.push_str(
        "\n## How it came about\n\nMade by lorgnette from the contract and an overlay of repairs. What differs from the contract is listed in\n`NOTES.md`. \
         Licence: MIT OR Apache-2.0.\n",
    );
    text
}

fn cell(text: &str) -> String {
    text.lines().next().unwrap_or_default().replace('|', "\\|")
}

/// The text of `NOTES.md`.
pub fn notes(api: &Api, notes: &[Note], mark: &Mark) -> String {
    let mut text = mark.markdown();
    let _ = write!(
        text,
        "\n# Notes on {}\n\nWhere this crate differs from the contract as the vendor gives it, beyond the repairs of the overlay: the place in the\n\
         contract, what is different, and why.\n",
        api.name
    );
    if notes.is_empty() {
        text.push_str("\nThere is nothing to note.\n");
    }
    let mut passes: Vec<&str> = Vec::new();
    for note in notes {
        if !passes.contains(&note.pass) {
            passes.push(note.pass);
        }
    }
    for pass in passes {
        let _ = write!(text, "\n## {pass}\n\n");
        let mut reasons: Vec<&str> = Vec::new();
        for note in notes.iter().filter(|note| note.pass == pass) {
            if !reasons.contains(&note.why) {
                reasons.push(note.why);
            }
        }
        for why in reasons {
            let _ = write!(text, "{why}\n\n");
            for note in notes.iter().filter(|note| note.pass == pass && note.why == why) {
                let _ = writeln!(text, "- `{}`: {}", note.pointer, note.what.replace('\n', " "));
            }
            text.push('\n');
        }
        while text.ends_with("\n\n") {
            text.pop();
        }
    }
    text
}
