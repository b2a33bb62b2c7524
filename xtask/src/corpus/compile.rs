//! Runs cargo's checks on some of the crates, all in one workspace with one target folder.

use super::choice;
use super::row::{Row, Status};
use crate::cargo::package;
use lorgnette::failure::CommandFailure;
use lorgnette::workspace::Workspace;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A check that cargo runs over all crates.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// The name of the check in a row.
    station: &'static str,
    arguments: &'static [&'static str],
    /// Whether the crates follow the lints of our workspace, so that a warning is a fault.
    lints: bool,
}

/// Whether the crates compile.
pub const COMPILE: &[Check] = &[Check {
    station: "compile",
    arguments: &["check", "--workspace", "--keep-going"],
    lints: false,
}];

/// Whether clippy and rustdoc report nothing, with all features of the crate's own.
pub const LINT: &[Check] = &[
    Check {
        station: "clippy",
        arguments: &["clippy", "--workspace", "--keep-going", "--features", "cli,mock"],
        lints: true,
    },
    Check {
        station: "rustdoc",
        arguments: &[
            "doc",
            "--workspace",
            "--keep-going",
            "--no-deps",
            "--features",
            "cli,mock",
        ],
        lints: true,
    },
];

/// Checks the crates of the rows at `chosen`, which lie in `folder`; the rows of crates that fail
/// get the reason.
///
/// # Errors
///
/// When the workspace cannot be written, or cargo cannot be started or refuses it as a whole.
pub fn check(
    workspace: &Workspace,
    folder: &Path,
    rows: &mut [Row],
    chosen: &[usize],
    checks: &[Check],
) -> Result<(), CommandFailure> {
    let names: BTreeMap<String, usize> = chosen
        .iter()
        .map(|&at| (choice::crate_name(&rows[at].contract), at))
        .collect();
    write(
        workspace,
        folder,
        names.keys(),
        checks.iter().any(|check| check.lints),
    )?;
    let target = target(workspace);
    for check in checks {
        let output = cargo(folder, &target, check.arguments)?;
        let mut passed: BTreeSet<&String> = BTreeSet::new();
        for message in String::from_utf8_lossy(&output.stdout).lines() {
            let Ok(message) = serde_json::from_str::<Value>(message) else {
                continue;
            };
            let package = message["package_id"]
                .as_str()
                .and_then(package)
                .unwrap_or_default();
            let Some((name, &at)) = names.get_key_value(package) else {
                continue;
            };
            match (message["reason"].as_str(), message["message"]["level"].as_str()) {
                (Some("compiler-artifact"), _) => drop(passed.insert(name)),
                (Some("compiler-message"), Some(level))
                    if level == "error" || check.lints && level == "warning" =>
                {
                    broken(&mut rows[at], check.station, &message["message"]);
                }
                _ => {}
            }
        }
        let is_broken = |at: &usize| rows[*at].status == Status::DidNotCompile;
        let good = names.values().filter(|at| !is_broken(at)).count();
        let missing = names
            .iter()
            .filter(|(name, at)| !is_broken(at) && !passed.contains(name));
        let missing = missing.count();
        if missing > 0 {
            let complaint = String::from_utf8_lossy(&output.stderr);
            let lines: Vec<&str> = complaint
                .lines()
                .filter(|line| line.starts_with("error"))
                .take(5)
                .collect();
            return Err(CommandFailure::new(format!(
                "{}: cargo checked only {} of {} crates: {}",
                check.station,
                names.len() - missing,
                names.len(),
                lines.join("; ")
            ))
            .at(folder.display().to_string()));
        }
        eprintln!("{}: {good} of {} pass", check.station, names.len());
    }
    Ok(())
}

/// Records cargo's messages about a crate in its row, which keeps the first message.
fn broken(row: &mut Row, station: &str, message: &Value) {
    if !row.status.is_good() {
        return;
    }
    let span = &message["spans"][0];
    row.status = Status::DidNotCompile;
    row.station = Some(station.to_string());
    row.pointer = Some(format!("{}:{}", text(&span["file_name"]), span["line_start"]));
    row.reason = Some(text(&message["message"]).to_string());
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
pub fn cargo(folder: &Path, target: &Path, arguments: &[&str]) -> Result<Output, CommandFailure> {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(arguments)
        .args(["--message-format=json", "--target-dir"])
        .arg(target)
        .current_dir(folder)
        // `cargo xtask` sets this variable, and cargo would apply it to the crates.
        .env_remove("CARGO_MANIFEST_DIR")
        .env("CARGO_INCREMENTAL", "0")
        .output()
        .map_err(|error| CommandFailure::new(format!("cannot start cargo: {error}")).help("install Rust"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The workspace around the crates, from which generated manifests inherit their settings,
/// including our lints with `lints`.
///
/// # Errors
///
/// When a file cannot be written.
pub fn write<'n>(
    workspace: &Workspace,
    folder: &Path,
    names: impl Iterator<Item = &'n String>,
    lints: bool,
) -> Result<(), CommandFailure> {
    let runtime = workspace.path("crates/runtime");
    let runtime =
        std::fs::canonicalize(&runtime).map_err(|error| CommandFailure::io("find", &runtime, &error))?;
    let runtime = toml::Value::String(runtime.display().to_string());
    let names: Vec<&String> = names.collect();
    let lints = if lints {
        own_lints(workspace)?
    } else {
        String::new()
    };
    let manifest = format!(
        "[workspace]\nresolver = \"3\"\nmembers = {names:?}\n\n\
         [workspace.package]\nedition = \"2024\"\nrust-version = \"1.89\"\nlicense = \"MIT\"\nrepository = \"https://example.com\"\n\n\
         [workspace.dependencies]\nlorgnette-runtime = {{ path = {runtime} }}\n\n[workspace.lints]\n{lints}\n\
         [profile.dev]\ndebug = 0\n"
    );
    let path = folder.join("Cargo.toml");
    std::fs::write(&path, manifest).map_err(|error| CommandFailure::io("write", &path, &error))?;
    // The lock file of this workspace, so that cargo resolves nothing over the network.
    let lock = folder.join("Cargo.lock");
    std::fs::copy(workspace.path("Cargo.lock"), &lock)
        .map(|_| ())
        .map_err(|error| CommandFailure::io("write", &lock, &error))
}

/// The lints of our workspace, as lines of a manifest.
fn own_lints(workspace: &Workspace) -> Result<String, CommandFailure> {
    let path = workspace.path("Cargo.toml");
    let text = std::fs::read_to_string(&path).map_err(|error| CommandFailure::io("read", &path, &error))?;
    let manifest: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        CommandFailure::new(error.to_string()).at(path.display().to_string())
    })?;
    let groups = manifest
        .get("workspace")
        .and_then(|workspace| workspace.get("lints")?.as_table());
    let groups = groups.into_iter().flatten();
    Ok(groups.fold(String::new(), |lines, (group, lints)| {
        format!("{lines}{group} = {lints}\n")
    }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn test_own_lints_are_lines_of_a_manifest() {
        let root = tempfile::tempdir().unwrap();
        let manifest = "[workspace.lints.clippy]\npedantic = { level = \"warn\", priority = -1 }\n";
        std::fs::write(root.path().join("Cargo.toml"), manifest).unwrap();
        let workspace = Workspace::at(root.path().to_path_buf());
        let lints: toml::Table = own_lints(&workspace).unwrap().parse().unwrap();
        assert_eq!(lints["clippy"]["pedantic"]["level"].as_str(), Some("warn"));
    }
}
