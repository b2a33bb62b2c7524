//! Runs `cargo check` on some of the crates, all in one workspace with one target folder.

use super::choice;
use super::row::{Row, Status};
use lorgnette::failure::Failure;
use lorgnette::workspace::Workspace;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Checks the crates of the rows at `chosen`, which lie in `folder`; the rows of those that do not
/// compile say why.
///
/// # Errors
///
/// When the workspace cannot be written, or cargo cannot be started or refuses it as a whole.
pub fn check(
    workspace: &Workspace,
    folder: &Path,
    rows: &mut [Row],
    chosen: &[usize],
) -> Result<(), Failure> {
    let names: BTreeMap<String, usize> = chosen
        .iter()
        .map(|&at| (choice::crate_name(&rows[at].contract), at))
        .collect();
    write(workspace, folder, names.keys())?;
    let target = target(workspace);
    eprintln!("compiling {} crates", names.len());
    let output = cargo(folder, &target, &["check", "--workspace", "--keep-going"])?;
    let mut compiled = 0;
    for message in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(message) = serde_json::from_str::<Value>(message) else {
            continue;
        };
        let package = message["package_id"]
            .as_str()
            .and_then(package)
            .unwrap_or_default();
        let Some(row) = names.get(package).map(|&at| &mut rows[at]) else {
            continue;
        };
        match message["reason"].as_str() {
            Some("compiler-artifact") => compiled += 1,
            Some("compiler-message") if message["message"]["level"] == "error" && row.status.is_good() => {
                let span = &message["message"]["spans"][0];
                let place = format!("{}:{}", text(&span["file_name"]), span["line_start"]);
                let reason = text(&message["message"]["message"]).to_string();
                *row = Row {
                    status: Status::DidNotCompile,
                    station: Some("compile".to_string()),
                    pointer: Some(place),
                    reason: Some(reason),
                    ..std::mem::take(row)
                };
            }
            _ => {}
        }
    }
    let broken = names
        .values()
        .filter(|&&at| rows[at].status == Status::DidNotCompile)
        .count();
    if compiled + broken < names.len() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        let lines: Vec<&str> = complaint
            .lines()
            .filter(|line| line.starts_with("error"))
            .take(5)
            .collect();
        return Err(Failure::new(format!(
            "cargo checked only {} of {} crates: {}",
            compiled + broken,
            names.len(),
            lines.join("; ")
        ))
        .at(folder.display().to_string()));
    }
    eprintln!("{compiled} of {} compile", names.len());
    Ok(())
}

/// The folder in which the crates are compiled.
pub fn target(workspace: &Workspace) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| workspace.path("target"), PathBuf::from)
        .join("corpus")
}

/// Runs cargo in `folder`; its messages are JSON.
///
/// # Errors
///
/// When cargo cannot be started.
pub fn cargo(folder: &Path, target: &Path, arguments: &[&str]) -> Result<Output, Failure> {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(arguments)
        .args(["--message-format=json", "--target-dir"])
        .arg(target)
        .current_dir(folder)
        // `cargo xtask` sets it for us, and it would be taken for the crates'.
        .env_remove("CARGO_MANIFEST_DIR")
        .env("CARGO_INCREMENTAL", "0")
        .output()
        .map_err(|error| Failure::new(format!("cannot start cargo: {error}")).help("install Rust"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The name of a package by its id: `path+file:///tmp/x/name#0.1.0` or
/// `path+file:///tmp/x#name@0.1.0`.
pub fn package(id: &str) -> Option<&str> {
    let (path, fragment) = id.split_once('#')?;
    match fragment.split_once('@') {
        Some((name, _)) => Some(name),
        None => path.rsplit('/').next(),
    }
}

/// The workspace around the crates; generated manifests take all that is not theirs from it.
///
/// # Errors
///
/// When a file cannot be written.
pub fn write<'n>(
    workspace: &Workspace,
    folder: &Path,
    names: impl Iterator<Item = &'n String>,
) -> Result<(), Failure> {
    let runtime = workspace.path("crates/runtime");
    let runtime = std::fs::canonicalize(&runtime).map_err(|error| Failure::io("find", &runtime, &error))?;
    let runtime = toml::Value::String(runtime.display().to_string());
    let names: Vec<&String> = names.collect();
    let manifest = format!(
        "[workspace]\nresolver = \"3\"\nmembers = {names:?}\n\n\
         [workspace.package]\nedition = \"2024\"\nrust-version = \"1.89\"\nlicense = \"MIT\"\nrepository = \"https://example.com\"\n\n\
         [workspace.dependencies]\nlorgnette-runtime = {{ path = {runtime} }}\n\n[workspace.lints]\n\n\
         [profile.dev]\ndebug = 0\n"
    );
    let path = folder.join("Cargo.toml");
    std::fs::write(&path, manifest).map_err(|error| Failure::io("write", &path, &error))?;
    // The versions that the workspace is tested with, and nothing to look up.
    let lock = folder.join("Cargo.lock");
    std::fs::copy(workspace.path("Cargo.lock"), &lock)
        .map(|_| ())
        .map_err(|error| Failure::io("write", &lock, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_package_reads_both_forms_of_an_id() {
        assert_eq!(package("path+file:///tmp/crates/capi-x#0.1.0"), Some("capi-x"));
        assert_eq!(
            package("path+file:///tmp/crates/folder#capi-x@0.1.0"),
            Some("capi-x")
        );
        assert_eq!(package("nothing"), None);
    }
}
