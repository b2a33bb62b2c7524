//! The manifest of a generated crate.
//!
//! This module knows Cargo's format.

use super::source::Mark;
use crate::catalogue::Api;
use crate::refine::model::Model;
use std::fmt::Write;

/// The text of `Cargo.toml`.
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
        version = quoted(&full_version(version, &model.version)),
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
    text.push_str("\n[dependencies]\nlorgnette-runtime.workspace = true\n\n[lints]\nworkspace = true\n");
    text
}

/// Our version with the contract's as build metadata: `0.1.0+2.21.1`.
fn full_version(ours: &str, contract: &str) -> String {
    let ours = ours.split('+').next().unwrap_or(ours);
    let mut metadata = String::new();
    for character in contract.chars() {
        match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' => metadata.push(character),
            _ if metadata.ends_with('.') => {}
            _ => metadata.push('.'),
        }
    }
    let metadata = metadata.trim_matches('.');
    if metadata.is_empty() {
        ours.to_string()
    } else {
        format!("{ours}+{metadata}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_full_version_carries_the_contracts_version() {
        assert_eq!(full_version("0.2.0", "2.21.1"), "0.2.0+2.21.1");
        assert_eq!(full_version("0.2.0+old", "v 1 (beta)"), "0.2.0+v.1.beta");
        assert_eq!(full_version("0.2.0", ""), "0.2.0");
    }
}
