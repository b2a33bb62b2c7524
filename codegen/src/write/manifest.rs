//! The manifest of a generated crate.
//!
//! This module knows Cargo's format.

use super::source::Mark;
use crate::catalogue::Api;
use crate::refine::model::Model;
use std::fmt::Write;

/// The text of `Cargo.toml`; `version` is the crate's, with the contract's.
pub fn text(model: &Model, api: &Api, version: &str, mark: &Mark) -> String {
    let mut text = mark.toml();
    let quoted = |value: &str| toml::Value::String(value.to_string()).to_string();
    let _ = write!(
        text,
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
        name = quoted(&api.name),
        version = quoted(version),
        description = quoted(&format!("Client for {}, generated from its contract.", api.title)),
        documentation = quoted(&format!("https://docs.rs/{}", api.name)),
    );
    let features: Vec<String> = model
        .tags
        .iter()
        .map(crate::refine::model::Tag::feature)
        .collect();
    let _ = writeln!(text, "default = [");
    for feature in &features {
        let _ = writeln!(text, "    {},", quoted(feature));
    }
    let _ = writeln!(text, "]");
    for feature in &features {
        let _ = writeln!(text, "{feature} = []");
    }
    let _ = write!(
        text,
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
    text
}
