//! `lorgnette bundle`: joins a contract in many files into the one document that `specs/` keeps.
//!
//! The generator's `load` stage joins; this command reads the files and writes the document.

use crate::failure::CommandFailure;
use crate::{files, workspace, write};
use lorgnette_codegen::load;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Joins a contract that is split into many files into one document.
///
/// HUB is the main file. The files that it refers to are in its folder or below. The same files
/// give the same document, byte for byte.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  lorgnette bundle saved/api/gateway.json --output specs/lamps-v1/openapi.json")]
pub struct BundleOptions {
    /// The main file, which refers to the others.
    hub: PathBuf,
    /// Where to write the document; standard output if not given.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Bundles.
///
/// # Errors
///
/// When a file cannot be read or written, or a reference cannot be resolved.
pub fn run(options: &BundleOptions) -> Result<ExitCode, CommandFailure> {
    let (files, entry) = files::of_contract(&options.hub)?;
    let folder = options.hub.parent().unwrap_or(Path::new(""));
    let document = load::load(&files, &entry).map_err(|error| {
        CommandFailure::of_generator(&error.in_file(&entry), &folder.display().to_string())
    })?;
    let mut text = serde_json::to_string_pretty(&document)
        .map_err(|error| CommandFailure::new(format!("the document cannot be written as JSON: {error}")))?;
    text.push('\n');
    match &options.output {
        None => workspace::print(&text),
        Some(path) => write::whole(path, &text)?,
    }
    Ok(ExitCode::SUCCESS)
}
