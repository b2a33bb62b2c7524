//! Prints the files of a crate that has only types.

use super::source::Mark;
use super::{manifest, texts, types};
use crate::catalogue::Entry;
use crate::diagnostics::{Note, Result};
use crate::refine::model::Model;
use crate::text::Markdown;
use std::collections::BTreeMap;

/// The files, by path.
///
/// # Errors
///
/// When a file is not valid Rust, which is a fault of this generator.
pub fn files(
    model: &Model,
    api: &Entry,
    version: &str,
    sha256: &str,
    notes: &[Note],
    mark: &Mark,
) -> Result<BTreeMap<String, String>> {
    let mut files = types::files(model, mark)?;
    let mut manifest = manifest::package(api, "Types of", version, sha256, mark)
        + &format!("\n[dependencies]\n{}\n", manifest::runtime(&api.project));
    if api.project.inherit {
        manifest.push_str("\n[lints]\nworkspace = true\n");
    }
    let lib = mark.rust()
        + "#![doc = include_str!(\"../README.md\")]\n"
        + super::crate_root::ALLOWED
        + "#[rustfmt::skip]\n\
           #[allow(deprecated, reason = \"a crate names what it deprecates\")]\nmod types;\n\n\
           pub use lorgnette_runtime as runtime;\npub use types::*;\n";
    files.insert("Cargo.toml".into(), manifest);
    files.insert("README.md".into(), readme(model, api, mark));
    files.insert("NOTES.md".into(), texts::notes(api, notes, mark));
    files.insert("src/lib.rs".into(), lib);
    Ok(files)
}

fn readme(model: &Model, api: &Entry, mark: &Mark) -> String {
    let text = Markdown::filled(
        "\n# {}\n\nThe {} types of **{}** by {}, generated from\n{}. It contains no client.\n\
         {}Differences from the contract are listed in `NOTES.md`.{}\n",
        &[
            &Markdown::line(&api.name),
            &model.types.len().into(),
            &Markdown::line(&api.title),
            &Markdown::line(&api.vendor),
            &Markdown::ours(api.provenance()),
            &texts::unofficial(api),
            &texts::license(api),
        ],
    );
    format!("{}{text}", mark.markdown())
}
