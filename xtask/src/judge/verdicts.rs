//! Reads and writes the file of verdicts: the tools' verdict on each rule, and the reason if ours
//! differs.

use lorgnette::failure::CommandFailure;
use lorgnette::workspace::Workspace;
use lorgnette::write;
use std::collections::BTreeMap;
use toml_edit::{DocumentMut, Table, value};

/// The tools' verdicts on one change.
pub struct Verdict {
    /// The version step that cargo-semver-checks requires.
    pub semver_checks: &'static str,
    /// The version step that follows from the output of cargo-public-api.
    pub public_api: &'static str,
}

/// Writes the measured verdicts into the file at `path`. Rules that were not measured, and reasons,
/// stay unchanged.
///
/// # Errors
///
/// When the file is not TOML, or cannot be written.
pub fn write(
    workspace: &Workspace,
    path: &str,
    measured: &BTreeMap<String, Verdict>,
    tools: &str,
) -> Result<(), CommandFailure> {
    let old = if workspace.path(path).is_file() {
        workspace.read(path)?
    } else {
        String::new()
    };
    let mut document: DocumentMut = old
        .parse()
        .map_err(|error: toml_edit::TomlError| CommandFailure::new(error.message()).at(path))?;
    for (rule, verdict) in measured {
        let entry = document
            .entry(rule)
            .or_insert_with(|| toml_edit::Item::Table(Table::new()));
        entry["semver-checks"] = value(verdict.semver_checks);
        entry["public-api"] = value(verdict.public_api);
    }
    document.sort_values();
    let body = document.to_string();
    let body = body
        .split_once("\n\n")
        .filter(|_| body.starts_with('#'))
        .map_or(body.as_str(), |(_, rest)| rest);
    let text = format!(
        "# What tools that read the generated crates say of the fixtures beside this file: the least step of the version.\n\
         # Written by `cargo xtask judge` with {tools}; reasons are by hand, where our rule asks for another step.\n\n{}\n",
        body.trim()
    );
    write::whole(&workspace.path(path), &text)
}
