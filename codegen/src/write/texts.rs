//! Where a note is written to `NOTES.md`, and the README of a generated crate.

use super::examples;
use super::source::Mark;
use crate::catalogue::Entry;
use crate::diagnostics::Note;
use crate::refine::model::Model;
use crate::text::Markdown;

/// The text of `README.md`, which is also the crate's documentation.
pub fn readme(model: &Model, api: &Entry, mark: &Mark) -> String {
    let vendor = Markdown::line(&api.vendor);
    let version = match model.version.as_str() {
        "" => "not given",
        version => version,
    };
    let unofficial = unofficial(api);
    let documented = match api.documentation.as_str() {
        "" => Markdown::ours("\n"),
        page => Markdown::filled(
            "The API itself is documented at\n{}.\n",
            &[&Markdown::address(page)],
        ),
    };
    let mut text = Markdown::filled(
        "\n# {}\n\n\
         Client for **{}** by {}: {} operations in {} modules, generated from\n\
         {} (version {}).\n\
         {}{}\n",
        &[
            &Markdown::line(&api.name),
            &Markdown::line(&api.title),
            &vendor,
            &model.operations.len().into(),
            &model.tags.len().into(),
            &Markdown::ours(api.provenance()),
            &Markdown::line(version),
            &unofficial,
            &documented,
        ],
    );
    if let Some(example) = examples::first_program(model, api) {
        text.push(&Markdown::filled(
            "## A first program\n\n{}\n",
            &[&Markdown::example(&example)],
        ));
    }
    text.push(&Markdown::filled(
        "Every operation is a method of `Client` that takes the parameters of the path and a required body, and returns a\n\
         request: set further parameters, then `send().await`. The response is typed by status. Values that the contract does\n\
         not declare arrive as `Unknown`, undeclared statuses with their raw body.\n\n\
         Authentication: {}. The client's `Authenticate` adds credentials; see `Client::builder`.\n\n\
         ## Features\n\n\
         Each tag is a feature; all are on by default (`tags`). With `default-features = false`, only the operations of the\n\
         named features and the types that they use are compiled; name one of `rustls`, `rustls-no-provider` and\n\
         `native-tls` as well, for TLS, and `gzip` if responses may be compressed. `charset` reads JSON in charsets other\n\
         than UTF-8; tags with text enable it themselves.\n\n\
         | feature | operations | about |\n|---|---|---|\n",
        &[&Markdown::line(&api.authentication)],
    ));
    for (index, tag) in model.tags.iter().enumerate() {
        let operations = model.operations.iter();
        let count = operations.filter(|operation| operation.tag == index).count();
        text.push(&Markdown::filled(
            "| {} | {} | {} |\n",
            &[
                &Markdown::code(&tag.feature()),
                &count.into(),
                &Markdown::cell(&tag.description).sentence(),
            ],
        ));
    }
    if let Some(example) = examples::list(model, api) {
        let operations = model.operations.iter();
        let paged = operations.filter(|operation| operation.paging.is_some()).count();
        let template = match paged {
            1 => "{} operation responds",
            _ => "{} operations respond",
        };
        text.push(&Markdown::filled(
            "\n## Lists\n\n\
             {} with a page of a list. `.send()` returns that page, `.pages()` every page in turn, and `.stream()` the\n\
             items of all pages; both are also a `Stream`.\n\n{}",
            &[
                &Markdown::filled(template, &[&paged.into()]),
                &Markdown::example(&example),
            ],
        ));
    }
    if let Some(webhook) = model.webhooks.first() {
        text.push(&Markdown::filled(
            "\n## Webhooks\n\n\
             `webhooks::Webhook::parse` reads the requests that the vendor's server sends. It takes the event, such as {}, and\n\
             the body. Verify the signature of a request first.\n",
            &[&Markdown::code(&webhook.event)],
        ));
    }
    if let Some(example) = examples::escapes(model, api) {
        text.push(&Markdown::filled(
            "\n## Beyond the contract\n\n\
             Every request accepts further query parameters and headers (`.query(..)`, `.header(..)`), returns the raw response\n\
             (`.send_raw()`), and shows what it would send, as a command for `curl` with secrets masked (`.to_request()`).\n\
             `Client::request` sends requests that the contract does not know, with the client's credentials, retries and limits.\n\n{}",
            &[&Markdown::example(&example)],
        ));
    }
    if let Some(example) = examples::test(model, api) {
        text.push(&Markdown::filled(
            "\n## In tests\n\n\
             With the feature `mock`, which is not on by default, a program can be tested without a network: a server in the test's own\n\
             process expects calls of an operation, described by the operation's builder, and responds with its types. Further features\n\
             are in the documentation of `mock`.\n\n{}",
            &[&Markdown::example(&example)],
        ));
    }
    text.push(&Markdown::ours(
        "\n## For command-line programs\n\n\
         With the feature `cli`, which is not on by default, `cli::API` has tables for calling operations by name: parameters,\n\
         bodies and responses.\n",
    ));
    let license = license(api);
    text.push(&Markdown::filled(
        "\n## How it was generated\n\nGenerated by lorgnette from the contract and an overlay of repairs. Differences from the contract are listed in\n`NOTES.md`.{}\n",
        &[&license],
    ));
    format!("{}{text}", mark.markdown())
}

/// The statement that the vendor does not provide the crate, unless it does.
pub fn unofficial(api: &Entry) -> Markdown {
    match api.project.official {
        true => Markdown::default(),
        false => Markdown::filled(
            "It is unofficial: {} does not provide or support it. ",
            &[&Markdown::line(&api.vendor)],
        ),
    }
}

/// The licence of the crate, if the project names one.
pub fn license(api: &Entry) -> Markdown {
    let license = api.project.license.as_ref();
    license.map_or_else(Markdown::default, |license| {
        Markdown::filled(" Licence: {}.", &[&Markdown::line(license)])
    })
}

/// The text of `NOTES.md`.
pub fn notes(api: &Entry, notes: &[Note], mark: &Mark) -> String {
    let mut text = Markdown::filled(
        "\n# Notes on {}\n\nThe crate is generated from {}.\n\
         It differs from that as follows, apart from the overlay's repairs. Each note gives the place,\n\
         the difference and the reason.\n",
        &[&Markdown::line(&api.name), &Markdown::ours(api.provenance())],
    );
    if notes.is_empty() {
        text.push(&Markdown::ours("\nThere is nothing to note.\n"));
    }
    let mut passes: Vec<&'static str> = Vec::new();
    for note in notes {
        if !passes.contains(&note.pass) {
            passes.push(note.pass);
        }
    }
    for pass in passes {
        text.push(&Markdown::filled("\n## {}\n", &[&Markdown::ours(pass)]));
        let mut reasons: Vec<&'static str> = Vec::new();
        for note in notes.iter().filter(|note| note.pass == pass) {
            if !reasons.contains(&note.why) {
                reasons.push(note.why);
            }
        }
        for why in reasons {
            text.push(&Markdown::filled("\n{}\n\n", &[&Markdown::ours(why)]));
            for note in notes.iter().filter(|note| note.pass == pass && note.why == why) {
                text.push(&Markdown::filled(
                    "- {}: {}\n",
                    &[&Markdown::code(&note.pointer), &Markdown::line(&note.what)],
                ));
            }
        }
    }
    format!("{}{text}", mark.markdown())
}
