//! Reads the files of a contract from disk: its main file, and those that it refers to.

use crate::failure::CommandFailure;
use lorgnette_codegen::load::{Files, Survey};
use std::path::Path;

/// The files of the contract at `path` by their path from its folder, and the name of the main
/// file. They include the files in and below that folder that it refers to. The generator reports
/// references that lead elsewhere or to no file.
///
/// # Errors
///
/// When the contract cannot be read as a UTF-8 file.
pub fn of_contract(path: &Path) -> Result<(Files, String), CommandFailure> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let Some(file) = path.file_name().and_then(|name| name.to_str()) else {
        return Err(CommandFailure::new("this is not the path of a file").at(path.display().to_string()));
    };
    let text = std::fs::read_to_string(path).map_err(|error| CommandFailure::io("read", path, &error))?;
    let files = referred_to(folder, file, &text).unwrap_or_else(|| Files::from([(file.to_owned(), text)]));
    Ok((files, file.to_owned()))
}

/// The overlay at `path`, if there is one.
///
/// # Errors
///
/// When it cannot be read as a UTF-8 file.
pub fn overlay(path: Option<&Path>) -> Result<Option<String>, CommandFailure> {
    path.map(|path| std::fs::read_to_string(path).map_err(|error| CommandFailure::io("read", path, &error)))
        .transpose()
}

/// The contract `file` of `folder`, with the files of the folder that it refers to; empty if it
/// cannot be resolved, which the generator reports.
pub fn referred_to(folder: &Path, file: &str, text: &str) -> Option<Files> {
    let mut survey = Survey::new(file, text.to_string()).ok()?;
    let mut files = Files::from([(file.to_string(), text.to_string())]);
    loop {
        let wanted = survey.wanted();
        if wanted.is_empty() {
            return Some(files);
        }
        for wanted in wanted {
            let Some(name) = beside(&wanted.from, &wanted.path) else {
                continue;
            };
            let Ok(bytes) = std::fs::read(folder.join(&name)) else {
                continue;
            };
            let text = String::from_utf8_lossy(&bytes).into_owned();
            survey.add(&name, text.clone()).ok()?;
            files.insert(name.clone(), text);
            survey.link(&wanted, &name).ok()?;
        }
    }
}

/// `path` relative to the folder of `file`; `None` if it is outside.
fn beside(file: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    if path.starts_with('/') || path.contains("://") {
        return None;
    }
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
