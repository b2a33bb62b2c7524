//! Checks every generated crate as its users may build it: without features, and with each feature
//! alone.
//!
//! The rest of the workspace builds the crates with all features together.

use crate::cargo::{cargo, no_cargo};
use lorgnette::failure::CommandFailure;
use lorgnette::workspace::Workspace;
use serde_json::Value;
use std::process::Command;
use std::time::Instant;

/// Checks all crates of the catalogue, and prints a line for each. Returns whether the compiler
/// reported nothing.
///
/// # Errors
///
/// When the catalogue or a manifest cannot be read, or cargo cannot be started.
pub fn check(workspace: &Workspace) -> Result<bool, CommandFailure> {
    let mut clean = true;
    for api in &workspace.catalogue()?.apis {
        let started = Instant::now();
        let manifest = format!("crates/{}/Cargo.toml", api.name);
        let features = features(&workspace.read(&manifest)?)
            .map_err(|error| CommandFailure::new(error).at(&manifest))?;
        let mut complaints = Vec::new();
        for feature in std::iter::once(None).chain(features.iter().map(Some)) {
            let said = build(workspace, &api.name, feature)?;
            // Other feature sets mostly show the same messages as this one.
            let new: Vec<String> = said
                .into_iter()
                .filter(|text| !complaints.contains(text))
                .collect();
            if !new.is_empty() {
                let with =
                    feature.map_or_else(|| "no feature".to_owned(), |name| format!("feature {name} alone"));
                eprintln!("{}, with {with}:\n{}", api.name, new.concat());
            }
            complaints.extend(new);
        }
        let verdict = match complaints.len() {
            0 => "no warnings".to_owned(),
            1 => "a warning or error".to_owned(),
            count => format!("{count} warnings or errors"),
        };
        eprintln!(
            "  {}: {verdict}, without features and with each of {} alone, {:.1} s",
            api.name,
            features.len(),
            started.elapsed().as_secs_f64()
        );
        clean &= complaints.is_empty();
    }
    Ok(clean)
}

/// The features that a manifest declares, in the manifest's order, without `default`.
fn features(manifest: &str) -> Result<Vec<String>, String> {
    let manifest: toml::Table = toml::from_str(manifest).map_err(|error| error.to_string())?;
    let declared = manifest.get("features").and_then(toml::Value::as_table);
    let names = declared.into_iter().flat_map(toml::Table::keys);
    Ok(names.filter(|name| *name != "default").cloned().collect())
}

/// Checks one crate with one set of features, and returns the compiler's messages about it.
///
/// Denying warnings through `RUSTFLAGS` would be simpler, but would recompile every dependency.
fn build(
    workspace: &Workspace,
    package: &str,
    feature: Option<&String>,
) -> Result<Vec<String>, CommandFailure> {
    let mut command = Command::new(cargo());
    command
        .args([
            "check",
            "--quiet",
            "--lib",
            "--no-default-features",
            "--message-format=json",
            "--package",
            package,
        ])
        .current_dir(workspace.root());
    if let Some(feature) = feature {
        command.args(["--features", feature]);
    }
    let output = command.output().map_err(|error| no_cargo(&error))?;
    let mut said = complaints(&String::from_utf8_lossy(&output.stdout), package);
    if !output.status.success() && said.is_empty() {
        // A dependency does not compile, or cargo itself failed.
        said.push(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    Ok(said)
}

/// Warnings and errors about a package, from cargo's messages: one JSON document per line.
fn complaints(messages: &str, package: &str) -> Vec<String> {
    let library = package.replace('-', "_");
    let about_it = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["reason"] == "compiler-message" && message["target"]["name"] == library)
        .map(|message| message["message"].clone());
    // Messages without a place in the source only summarize earlier ones.
    about_it
        .filter(|said| said["spans"].as_array().is_some_and(|spans| !spans.is_empty()))
        .filter_map(|said| said["rendered"].as_str().map(str::to_owned))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    #[test]
    fn test_features_are_those_of_the_manifest_without_the_default() {
        let manifest =
            "[package]\nname = \"a\"\n[features]\nxylophones = []\ndefault = [\"xylophones\"]\nbells = []\n";
        let mut found = features(manifest).unwrap();
        found.sort();
        assert_eq!(found, ["bells", "xylophones"]);
        assert!(features("[package]\nname = \"a\"\n").unwrap().is_empty());
    }

    #[test]
    fn test_complaints_are_those_about_the_crate() {
        let message = |target: &str, spans: Value| {
            json!({
                "reason": "compiler-message",
                "target": {"name": target},
                "message": {"level": "warning", "rendered": format!("warning in {target}\n"), "spans": spans}
            })
        };
        let messages = [
            message("eyes_v2", json!([{"line_start": 1}])),
            message("eyes_v2", json!([])),
            message("other", json!([{"line_start": 1}])),
            json!({"reason": "build-finished", "success": true}),
        ];
        let lines = messages.map(|message| message.to_string()).join("\n");
        assert_eq!(complaints(&lines, "eyes-v2"), ["warning in eyes_v2\n"]);
    }
}
