//! Writes the contract's own examples as a file of cases, and the program that reads and writes
//! them with the crate's types.

use super::account;
use super::row::Examples;
use lorgnette_accounting::declared::{Declared, Documents};
use lorgnette_accounting::examples::examples;
use lorgnette_accounting::surface::RustType;
use lorgnette_codegen::load::Files;
use lorgnette_codegen::pipeline::Generated;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;

/// The file of the cases in the folder of the crate.
pub const FILE: &str = "cases.json";
/// The name of the program of a crate. Cargo puts the programs of all crates into one folder.
pub fn program_name(name: &str) -> String {
    format!("trip-{name}")
}

/// An example to be read and written.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Case {
    /// Its place in the contract.
    pub place: String,
    /// The place of its schema.
    pub schema: String,
    /// The type, as an index in the program.
    pub ty: usize,
    /// The type's name.
    pub name: String,
    /// Whether the contract accepts it.
    pub valid: bool,
    /// The payload.
    pub value: Value,
}

/// Writes the cases of a contract and the program; nothing if there are no examples.
///
/// # Errors
///
/// When the contract or the crate cannot be read, or a file cannot be written.
pub fn write(
    folder: &Path,
    contract: &str,
    files: &Files,
    generated: &Generated,
    output: &Path,
    name: &str,
) -> Result<Option<Examples>, String> {
    let texts = files.iter().map(|(name, text)| (name.clone(), text.clone()));
    let documents = Documents::parse(&texts.collect(), contract)?;
    let declared = Declared::of(&documents);
    let surface = account::surface(generated)?;
    let fixtures = fixtures(&folder.join(contract));
    let found = examples(&declared, &surface, fixtures.as_ref())?;
    if found.is_empty() {
        return Ok(None);
    }
    let (mut types, mut cases): (Vec<&RustType>, Vec<Case>) = (Vec::new(), Vec::new());
    for example in &found {
        let ty = types.iter().position(|ty| **ty == example.ty).unwrap_or_else(|| {
            types.push(&example.ty);
            types.len() - 1
        });
        cases.push(Case {
            place: example.place.clone(),
            schema: example.schema.place(),
            ty,
            name: example.ty.to_string(),
            valid: example.objections.is_empty(),
            value: example.value.clone(),
        });
    }
    let in_folder = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    let folder = output.join("examples");
    std::fs::create_dir_all(&folder).map_err(|error| in_folder(&folder, error))?;
    let path = folder.join(format!("{}.rs", program_name(name)));
    std::fs::write(&path, program(name, &types)).map_err(|error| in_folder(&path, error))?;
    let path = output.join(FILE);
    let text = serde_json::to_string(&cases).map_err(|error| error.to_string())?;
    std::fs::write(&path, text).map_err(|error| in_folder(&path, error))?;
    Ok(Some(Examples::default()))
}

/// The payloads in a file `fixtures3.json` or `fixtures.json` beside the contract.
fn fixtures(contract: &Path) -> Option<Value> {
    ["fixtures3.json", "fixtures.json"].iter().find_map(|name| {
        let text = std::fs::read_to_string(contract.with_file_name(name)).ok()?;
        serde_json::from_str(&text).ok()
    })
}

/// The program. Each line of its input is the index of a type and a JSON value. It prints the value
/// as written back, or the reason why it was rejected.
fn program(name: &str, types: &[&RustType]) -> String {
    let library = name.replace('-', "_");
    let mut trips = String::new();
    for ty in types {
        let _ = writeln!(trips, "    trip::<{}>,", spelled(ty, &library));
    }
    format!(
        "//! Reads and writes examples.\n\
         use lorgnette_runtime::codec::{{from_json, to_json}};\n\
         use std::io::{{BufRead as _, Write as _}};\n\n\
         type Trip = fn(&[u8]) -> Result<Vec<u8>, String>;\n\n\
         const TRIPS: &[Trip] = &[\n{trips}];\n\n\
         fn trip<T: lorgnette_runtime::Wire>(json: &[u8]) -> Result<Vec<u8>, String> {{\n    \
         let value: T = from_json(json).map_err(|error| error.to_string())?;\n    \
         to_json(&value).map_err(|error| format!(\"not written: {{error}}\"))\n}}\n\n\
         fn main() {{\n    let mut out = std::io::stdout().lock();\n    \
         for line in std::io::stdin().lock().lines() {{\n        \
         let line = line.unwrap();\n        \
         let (index, json) = line.split_once('\\t').unwrap();\n        \
         let (mark, text) = match TRIPS[index.parse::<usize>().unwrap()](json.as_bytes()) {{\n            \
         Ok(json) => (\"read\", String::from_utf8(json).unwrap()),\n            \
         Err(error) => (\"refused\", error.replace('\\n', \" \")),\n        }};\n        \
         writeln!(out, \"{{mark}}\\t{{text}}\").unwrap();\n    }}\n}}\n"
    )
}

/// A type as the program spells it.
fn spelled(ty: &RustType, library: &str) -> String {
    let arguments: Vec<String> = ty.arguments.iter().map(|ty| spelled(ty, library)).collect();
    match (ty.name.as_str(), arguments.as_slice()) {
        ("&" | "impl Borrow" | "impl Into" | "Box", [inner]) => inner.clone(),
        ("impl IntoIterator" | "Vec", [item]) => format!("Vec<{item}>"),
        ("Option", [inner]) => format!("Option<{inner}>"),
        ("BTreeMap", [key, value]) => format!("std::collections::BTreeMap<{key}, {value}>"),
        ("Nullable", [inner]) => format!("lorgnette_runtime::Nullable<{inner}>"),
        (name, _) if name.starts_with("types::") => format!("{library}::{name}"),
        (name, _) if name == "String" || name.starts_with(|it: char| it.is_ascii_lowercase()) => {
            name.to_string()
        }
        (name, _) => format!("lorgnette_runtime::{name}"),
    }
}
