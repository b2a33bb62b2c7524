//! The call of each operation in Rust, as in the documentation of its method.

use lorgnette::failure::CommandFailure;
use lorgnette::regen::source;
use lorgnette_codegen::pipeline::{self, Input, Seen};
use std::collections::BTreeMap;

/// The calls, by JSON pointer of the operation. A test compiles each of them
/// (`tests/tests/examples.rs`).
///
/// # Errors
///
/// When the generator fails, or an operation has no example.
pub fn in_rust(input: &Input<'_>, seen: &Seen) -> Result<BTreeMap<String, String>, CommandFailure> {
    let folder = format!("specs/{}", input.api.name);
    let calls = source::on_large_stack(&folder, || pipeline::examples(input))?
        .map_err(|error| CommandFailure::of_generator(&error, &folder))?;
    let module = input.api.name.replace('-', "_");
    let operations = seen.surface.operations.values();
    operations
        .map(|operation| {
            let call = calls.get(&operation.builder).ok_or_else(|| {
                CommandFailure::new(format!("{} has no example", operation.builder)).at(folder.clone())
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
