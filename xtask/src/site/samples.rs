//! The call of each operation in Rust, as the documentation of its method has it.

use lorgnette::failure::Failure;
use lorgnette::workspace::Workspace;
use lorgnette_codegen::catalogue::Api;
use lorgnette_codegen::pipeline::Seen;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The calls by the JSON pointer of their operation. A test compiles each of them
/// (`tests/tests/examples.rs`).
///
/// # Errors
///
/// When the crate cannot be read, or an operation has no example.
pub fn in_rust(workspace: &Workspace, api: &Api, seen: &Seen) -> Result<BTreeMap<String, String>, Failure> {
    let folder = format!("{}/src/operations", workspace.crate_folder(&api.name));
    let calls = calls(workspace, &folder)?;
    let module = api.name.replace('-', "_");
    let operations = seen.surface.operations.values();
    operations
        .map(|operation| {
            let call = calls.get(&operation.builder).ok_or_else(|| {
                Failure::new(format!("no method has an example of {}", operation.builder))
                    .at(folder.clone())
                    .help("run `cargo xtask regen`")
            })?;
            let feature = operation.module.replace('_', "-");
            let used: Vec<&str> = ["Client", "runtime", "types"]
                .into_iter()
                .filter(|name| *name == "Client" || call.contains(&format!("{name}::")))
                .collect();
            let used = match used[..] {
                [one] => one.to_owned(),
                _ => format!("{{{}}}", used.join(", ")),
            };
            let sample = format!(
                "// Cargo feature \"{feature}\".\nuse {module}::{used};\n\n// client: Client\nlet response = {call};\n"
            );
            Ok((operation.at.clone(), sample))
        })
        .collect()
}

/// The calls by the name of their request.
fn calls(workspace: &Workspace, folder: &str) -> Result<BTreeMap<String, String>, Failure> {
    let failure = |error| Failure::io("read", Path::new(folder), &error);
    let mut calls = BTreeMap::new();
    for entry in fs::read_dir(workspace.path(folder)).map_err(failure)? {
        let text = fs::read_to_string(entry.map_err(failure)?.path()).map_err(failure)?;
        for line in text.lines() {
            let said = line.trim_start().strip_prefix("/// See [`");
            let Some((request, rest)) = said.and_then(|said| said.split_once("`]")) else {
                continue;
            };
            if let Some((_, call)) = rest.split_once(" Example: `") {
                let call = call.strip_suffix("`.").unwrap_or(call);
                calls.insert(request.to_owned(), call.to_owned());
            }
        }
    }
    Ok(calls)
}
