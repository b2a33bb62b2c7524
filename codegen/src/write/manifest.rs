//! The manifest of a generated crate.
//!
//! This module knows Cargo's format.

use super::source::Mark;
use crate::catalogue::Api;
use crate::refine::model::Model;
use crate::text;
use std::fmt::Write;

/// The text of `Cargo.toml`; `version` is the crate's, with the contract's.
pub fn manifest(model: &Model, api: &Api, version: &str, mark: &Mark) -> String {
    let mut out = mark.toml();
    let _ = write!(
        out,
        "[package]\n\
         name = {name}\n\
         version = {version}\n\
         description = {description}\n\
         documentation = {documentation}\n\
         readme = \"README.md\"\n\
         keywords = [\"api\", \"client\", \"openapi\", \"rest\"]\n\
         categories = [\"api-bindings\", \"web-programming::http-client\"]\n\
         edition.workspace = true\n\
         rust-version.workspace = true\n\
         license.workspace = true\n\
         repository.workspace = true\n\
         \n\
         [package.metadata.docs.rs]\n\
         all-features = true\n\
         \n\
         [features]\n\
         # One feature a tag: its operations and the types that they reach.\n",
        name = text::toml(&api.name),
        version = text::toml(version),
        description = text::toml(&format!(
            "Client for {}, generated from {}.",
            api.title,
            api.provenance()
        )),
        documentation = text::toml(&format!("https://docs.rs/{}", api.name)),
    );
    let features: Vec<String> = model
        .tags
        .iter()
        .map(crate::refine::model::Tag::feature)
        .collect();
    let _ = writeln!(out, "default = [");
    for feature in &features {
        let _ = writeln!(out, "    {},", text::toml(feature));
    }
    let _ = writeln!(out, "]");
    for feature in &features {
        let _ = writeln!(out, "{feature} = []");
    }
    let _ = write!(
        out,
        "# A server for callers' tests.\n\
         mock = [\"lorgnette-runtime/mock\"]\n\
         \n\
         [dependencies]\n\
         lorgnette-runtime.workspace = true\n\
         \n\
         [dev-dependencies]\n\
         # The README shows a test.\n\
         {name} = {{ path = \".\", features = [\"mock\"] }}\n\
         \n\
         [lints]\n\
         workspace = true\n",
        name = api.name
    );
    out
}
