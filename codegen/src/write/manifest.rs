//! Prints the manifest of a generated crate.

use super::source::Mark;
use crate::catalogue::{Entry, Project};
use crate::refine::model::{BodyKind, CrateBody, Model, Outcome, Payload};
use crate::text;
use std::fmt::Write;

/// The oldest Rust that generated code compiles with: that of the runtime, which is released
/// together with this generator.
const RUST: &str = env!("CARGO_PKG_RUST_VERSION");

/// The text of `Cargo.toml`; `version` is the crate's, with the contract's, and `sha256` is the
/// contract's.
pub fn manifest(model: &Model, api: &Entry, version: &str, sha256: &str, mark: &Mark) -> String {
    let mut out = package(api, "Client for", version, sha256, mark);
    out.push_str(
        "\n[features]\n\
         default = [\"gzip\", \"rustls\", \"tags\"]\n\
         # One feature per tag: its operations and the types that they use.\n",
    );
    let features: Vec<String> = model
        .tags
        .iter()
        .map(crate::refine::model::Tag::feature)
        .collect();
    let _ = writeln!(out, "tags = [");
    for feature in &features {
        let _ = writeln!(out, "    {},", text::toml(feature));
    }
    let _ = writeln!(out, "]");
    for (index, feature) in features.iter().enumerate() {
        let needed: Vec<String> = needs(model, index).iter().map(|name| text::toml(name)).collect();
        let _ = writeln!(out, "{feature} = [{}]", needed.join(", "));
    }
    let _ = write!(
        out,
        "# Bodies in charsets other than UTF-8; tags with text bodies enable it.\n\
         charset = [\"lorgnette-runtime/charset\"]\n\
         # Compressed responses.\n\
         gzip = [\"lorgnette-runtime/gzip\"]\n\
         # TLS: one of these three, see lorgnette-runtime.\n\
         rustls = [\"lorgnette-runtime/rustls\"]\n\
         rustls-no-provider = [\"lorgnette-runtime/rustls-no-provider\"]\n\
         native-tls = [\"lorgnette-runtime/native-tls\"]\n\
         # Spans for calls, without secrets; trace context on requests, and metrics.\n\
         tracing = [\"lorgnette-runtime/tracing\"]\n\
         opentelemetry = [\"lorgnette-runtime/opentelemetry\"]\n\
         # Calls without `async`.\n\
         blocking = [\"lorgnette-runtime/blocking\"]\n\
         # Tables of operations for command-line programs.\n\
         cli = [\"lorgnette-runtime/cli\"]\n\
         # A server for callers' tests.\n\
         mock = [\"lorgnette-runtime/mock\"]\n\
         \n\
         [dependencies]\n\
         {runtime}\n\
         \n\
         [dev-dependencies]\n\
         # The README shows a test.\n\
         {name} = {{ path = \".\", features = [\"mock\"] }}\n",
        name = api.name,
        runtime = runtime(&api.project),
    );
    if api.project.inherit {
        out.push_str("\n[lints]\nworkspace = true\n");
    }
    out
}

/// The package section of a manifest. `what` begins its description.
pub fn package(api: &Entry, what: &str, version: &str, sha256: &str, mark: &Mark) -> String {
    format!(
        "{mark}[package]\n\
         name = {name}\n\
         version = {version}\n\
         description = {description}\n\
         documentation = {documentation}\n\
         readme = \"README.md\"\n\
         keywords = [\"api\", \"client\", \"openapi\", \"rest\"]\n\
         categories = [\"api-bindings\", \"web-programming::http-client\"]\n\
         {shared}\n\
         [package.metadata.docs.rs]\n\
         all-features = true\n\
         rustdoc-args = [\"--cfg\", \"docsrs\"]\n\
         \n\
         # What the crate was generated from.\n\
         [package.metadata.lorgnette]\n\
         contract = {contract}\n\
         sha256 = \"{sha256}\"\n",
        mark = mark.toml(),
        name = text::toml(&api.name),
        version = text::toml(version),
        description = text::toml(&format!(
            "{what} {}, generated from {}.",
            api.title,
            api.provenance()
        )),
        documentation = text::toml(&format!("https://docs.rs/{}", api.name)),
        shared = shared(&api.project),
        contract = text::toml(&api.made_by().1),
    )
}

/// Settings that all crates of a project share.
fn shared(project: &Project) -> String {
    if project.inherit {
        let keys = ["edition", "rust-version", "license", "repository"];
        return keys.map(|key| format!("{key}.workspace = true\n")).concat();
    }
    let mut out = format!("edition = \"2024\"\nrust-version = \"{RUST}\"\n");
    for (key, value) in [("license", &project.license), ("repository", &project.repository)] {
        if let Some(value) = value {
            let _ = writeln!(out, "{key} = {}", text::toml(value));
        }
    }
    out
}

/// The crate's only dependency. Features select TLS.
pub fn runtime(project: &Project) -> String {
    match project.inherit {
        true => "lorgnette-runtime.workspace = true".to_owned(),
        false => format!(
            "lorgnette-runtime = {}",
            project.runtime(&[("default-features", "false")])
        ),
    }
}

/// The features of the runtime that the operations of a tag need.
fn needs(model: &Model, tag: usize) -> Vec<&'static str> {
    let operations: Vec<_> = model
        .operations
        .iter()
        .filter(|operation| operation.tag == tag)
        .collect();
    let responds_with = |is_wanted: fn(&Payload) -> bool| {
        let is_among = |name: &String| {
            let statuses = model.statuses.iter().filter(|statuses| statuses.name == *name);
            let mut responses = statuses.flat_map(|statuses| &statuses.responses);
            responses.any(|response| is_wanted(&response.payload))
        };
        operations.iter().any(|operation| {
            let in_success = match &operation.success {
                Outcome::One(payload) => is_wanted(payload),
                Outcome::Several(name) => is_among(name),
            };
            in_success || operation.error.as_ref().is_some_and(is_among)
        })
    };
    let sends = |is_wanted: fn(&CrateBody) -> bool| {
        let mut bodies = operations.iter().flat_map(|operation| &operation.bodies);
        bodies.any(is_wanted)
    };
    let mut needed = Vec::new();
    // Text may have any charset that the server names. JSON is UTF-8.
    if responds_with(|payload| matches!(payload, Payload::Text)) || sends(names_charset) {
        needed.push("lorgnette-runtime/charset");
    }
    if responds_with(|payload| matches!(payload, Payload::Events(_))) {
        needed.push("lorgnette-runtime/event-stream");
    }
    if sends(|body| body.kind == BodyKind::Multipart) {
        needed.push("lorgnette-runtime/multipart");
    }
    needed
}

/// Whether a body, or a part of it, is text with its own charset.
fn names_charset(body: &CrateBody) -> bool {
    let parts = body.encodings.iter().filter_map(|part| part.content.as_ref());
    let mut types = std::iter::once(&body.media_type).chain(parts);
    types.any(|name| name.to_ascii_lowercase().contains("charset="))
}
