//! The write stage: prints the files of a crate from the model, as a map from path to text.

mod arguments;
mod bodies;
mod calls;
mod cli;
mod crate_root;
mod descriptors;
mod disabled;
mod examples;
mod macro_call;
mod manifest;
mod marks;
mod methods;
mod objects;
mod operations;
mod responses;
mod scopes;
mod setters;
mod source;
mod texts;
mod types;
mod types_only;
mod webhooks;

use crate::catalogue::Entry;
use crate::diagnostics::{Note, Result};
use crate::refine::model::Model;
pub use calls::files as calls;
pub use crate_root::COMMANDS;
pub use examples::inline as example;
pub use source::Mark;
use std::collections::BTreeMap;

/// The files of a crate, by path. `sha256` is the contract's.
///
/// # Errors
///
/// When a file is not valid Rust, which is a fault of this generator.
pub fn write(
    model: &Model,
    api: &Entry,
    version: &str,
    sha256: &str,
    notes: &[Note],
    mark: &Mark,
) -> Result<BTreeMap<String, String>> {
    if api.types_only {
        return types_only::files(model, api, version, sha256, notes, mark);
    }
    let mut files = BTreeMap::new();
    files.insert(
        "Cargo.toml".into(),
        manifest::manifest(model, api, version, sha256, mark),
    );
    files.insert("README.md".into(), texts::readme(model, api, mark));
    files.insert("NOTES.md".into(), texts::notes(api, notes, mark));
    files.extend(crate_root::files(model, api, mark)?);
    files.extend(operations::files(model, mark)?);
    files.insert("src/disabled.rs".into(), disabled::file(model, api, mark)?);
    files.extend(cli::files(model, api, mark)?);
    if !model.types.is_empty() {
        files.extend(types::files(model, mark)?);
    }
    if !model.scopes.is_empty() {
        files.insert("src/scopes.rs".into(), scopes::file(model, mark)?);
    }
    if !model.webhooks.is_empty() {
        files.insert("src/webhooks.rs".into(), webhooks::file(model, mark)?);
    }
    if !model.statuses.is_empty() {
        files.insert("src/responses.rs".into(), responses::file(model, mark)?);
    }
    Ok(files)
}
