//! README and NOTES of a generated crate.

use super::examples;
use super::source::Mark;
use crate::catalogue::Api;
use crate::diagnostics::Note;
use crate::refine::model::Model;
use crate::text::Markdown;

/// The text of `README.md`, which is the crate's documentation too.
pub fn readme(model: &Model, api: &Api, mark: &Mark) -> String {
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
        "Every operation is a method of `Client` that takes the parameters of the path and a required body, and gives a\n\
         request: set further parameters, then `send().await`. The response is typed by status. Values that the contract does\n\
         not know arrive as `Unknown`, undeclared statuses with their raw body.\n\n\
         Authentication: {}. Credentials are put on by the client's `Authenticate`; see `Client::builder`.\n\n\
         ## Features\n\n\
         Each tag is a feature; all are on by default (`tags`). With `default-features = false`, only the operations of the\n\
         named features and the types that they reach are compiled; name one of `rustls`, `rustls-no-provider` and\n\
         `native-tls` as well, for TLS, and `gzip` if responses may be compressed. `charset` reads JSON in another charset\n\
         than UTF-8; tags with text turn it on themselves.\n\n\
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
            1 => "{} operation answers",
            _ => "{} operations answer",
        };
        text.push(&Markdown::filled(
            "\n## Lists\n\n\
             {} with a page of a list. `.send()` gets that page, `.pages()` one after the other, and `.stream()` the items of\n\
             all; both are a `Stream` as well.\n\n{}",
            &[
                &Markdown::filled(template, &[&paged.into()]),
                &Markdown::example(&example),
            ],
        ));
    }
    if let Some(webhook) = model.webhooks.first() {
        text.push(&Markdown::filled(
            "\n## Webhooks\n\n\
             What the vendor's server sends is read by `webhooks::Webhook::parse`, which takes the event, such as {}, and the\n\
             body of the request. Verify the signature of a request first.\n",
            &[&Markdown::code(&webhook.event)],
        ));
    }
    if let Some(example) = examples::escapes(model, api) {
        text.push(&Markdown::filled(
            "\n## Beside the contract\n\n\
             Every request takes further parameters of the query and header fields (`.query(..)`, `.header(..)`), gives the response as it\n\
             came (`.send_raw()`), and shows what it would send, as a command for `curl` with secrets masked (`.to_request()`).\n\
             `Client::request` asks for what the contract does not know, with the client's credentials, retries and limits.\n\n{}",
            &[&Markdown::example(&example)],
        ));
    }
    if let Some(example) = examples::test(model, api) {
        text.push(&Markdown::filled(
            "\n## In tests\n\n\
             With the feature `mock`, which is not on by default, a program can be tested without network: a server in the test's own\n\
             process expects calls of an operation, said by its own builder, and answers with its own types. What else it can is in the\n\
             documentation of `mock`.\n\n{}",
            &[&Markdown::example(&example)],
        ));
    }
    text.push(&Markdown::ours(
        "\n## For command-line programs\n\n\
         With the feature `cli`, which is not on by default, `cli::API` holds what a program needs to call operations by their names:\n\
         parameters, bodies and responses as tables.\n",
    ));
    let license = license(api);
    text.push(&Markdown::filled(
        "\n## How it came about\n\nMade by lorgnette from the contract and an overlay of repairs. What differs from the contract is listed in\n`NOTES.md`.{}\n",
        &[&license],
    ));
    format!("{}{text}", mark.markdown())
}

/// That the vendor has no part in the crate, unless it has.
pub fn unofficial(api: &Api) -> Markdown {
    match api.project.official {
        true => Markdown::default(),
        false => Markdown::filled(
            "It is unofficial: {} has no part in it. ",
            &[&Markdown::line(&api.vendor)],
        ),
    }
}

/// The licence of the crate, if the project names one.
pub fn license(api: &Api) -> Markdown {
    let license = api.project.license.as_ref();
    license.map_or_else(Markdown::default, |license| {
        Markdown::filled(" Licence: {}.", &[&Markdown::line(license)])
    })
}

/// The text of `NOTES.md`.
pub fn notes(api: &Api, notes: &[Note], mark: &Mark) -> String {
    let mut text = Markdown::filled(
        "\n# Notes on {}\n\nThe crate is generated from {}.\n\
         Below is where it differs from that, beyond the repairs of the overlay: the place in the\n\
         contract, what is different, and why.\n",
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
