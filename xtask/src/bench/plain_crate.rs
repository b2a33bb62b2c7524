//! Generates crates from a contract with plain progenitor, in its two styles: the baseline of
//! `bench compile`.
//!
//! The crates are written below the target folder and are never committed.

use super::plain_document;
use lorgnette::failure::CommandFailure;
use lorgnette::regen::source;
use lorgnette::workspace::Workspace;
use lorgnette_codegen::catalogue::Entry;
use lorgnette_codegen::{load, overlay};
use progenitor::{GenerationSettings, Generator, InterfaceStyle, TagStyle};
use std::path::{Path, PathBuf};

/// Progenitor's two styles, each with the name of its crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// One method per operation, whose arguments are the parameters.
    Positional,
    /// One builder per operation and per type, and one trait per tag: the style that is closest to
    /// lorgnette's.
    Builder,
}

impl Style {
    /// The name of the crate.
    pub fn crate_name(self) -> &'static str {
        match self {
            Style::Positional => "plain-positional",
            Style::Builder => "plain-builder",
        }
    }
}

/// The common dependencies of both crates: everything that progenitor's output may name. They are
/// not in our workspace's list, since nothing of ours depends on them.
const DEPENDENCIES: &str = r#"
[dependencies]
bytes = "1"
chrono = { version = "0.4", default-features = false, features = ["serde"] }
futures = "0.3"
progenitor-client = "0.15.1"
regress = "0.12"
reqwest = { version = "0.13", default-features = false, features = ["json", "query", "stream"] }
serde = { version = "1", features = ["derive"] }
serde_json = "1"
uuid = { version = "1", default-features = false, features = ["serde"] }
"#;

/// Writes both crates into a workspace of their own in `folder`, and returns the lines of Rust in
/// each.
///
/// # Errors
///
/// When the contract cannot be read, progenitor rejects it, or a file cannot be written.
pub fn write(
    workspace: &Workspace,
    api: &Entry,
    folder: &Path,
) -> Result<[(Style, usize); 2], CommandFailure> {
    let document = document(workspace, api)?;
    let contract: openapiv3::OpenAPI = serde_json::from_value(document).map_err(|error| {
        CommandFailure::new(format!("plain progenitor cannot read the contract: {error}"))
    })?;
    let manifest = format!(
        "[workspace]\nmembers = [{:?}, {:?}]\nresolver = \"3\"\n",
        Style::Positional.crate_name(),
        Style::Builder.crate_name()
    );
    put(&folder.join("Cargo.toml"), &manifest)?;
    // The versions that our own workspace uses, for shared dependencies.
    let lock = folder.join("Cargo.lock");
    if !lock.exists() {
        put(&lock, &workspace.read("Cargo.lock")?)?;
    }
    let mut lines = [(Style::Positional, 0), (Style::Builder, 0)];
    for (style, lines) in &mut lines {
        let text = source(&contract, *style)?;
        let name = style.crate_name();
        let manifest =
            format!("[package]\nname = {name:?}\nversion = \"0.0.0\"\nedition = \"2024\"\n{DEPENDENCIES}");
        put(&folder.join(name).join("Cargo.toml"), &manifest)?;
        put(&folder.join(name).join("src").join("lib.rs"), &text)?;
        *lines = text.lines().count();
    }
    Ok(lines)
}

/// The contract as our own generator reads it, with the overlay applied, then repaired for
/// progenitor.
fn document(workspace: &Workspace, api: &Entry) -> Result<serde_json::Value, CommandFailure> {
    let folder = format!("specs/{}", api.name);
    let input = source::input(workspace, api)?;
    let failure = |error| CommandFailure::of_generator(&error, &folder);
    let mut document = load::load(&input.contract, &api.contract).map_err(failure)?;
    if let Some(text) = &input.overlay {
        overlay::apply(&mut document, text).map_err(failure)?;
    }
    plain_document::repair(&mut document);
    Ok(document)
}

fn source(contract: &openapiv3::OpenAPI, style: Style) -> Result<String, CommandFailure> {
    let mut settings = GenerationSettings::default();
    if style == Style::Builder {
        settings
            .with_interface(InterfaceStyle::Builder)
            .with_tag(TagStyle::Separate);
    }
    let tokens = Generator::new(&settings)
        .generate_tokens(contract)
        .map_err(|error| {
            CommandFailure::new(format!("plain progenitor does not take the contract: {error}"))
        })?;
    let file = syn::parse2(tokens)
        .map_err(|error| CommandFailure::new(format!("plain progenitor's output is not Rust: {error}")))?;
    Ok(prettyplease::unparse(&file))
}

/// Writes a file and the folders above it.
fn put(path: &Path, text: &str) -> Result<(), CommandFailure> {
    let folder = path.parent().map_or_else(PathBuf::new, Path::to_path_buf);
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(path, text))
        .map_err(|error| CommandFailure::io("write", path, &error))
}
