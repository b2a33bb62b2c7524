//! Writes a function for each example in the documentation of a generated crate's methods, so that
//! all are compiled with the tests, and a test for each operation that a vendor's public client
//! calls. Examples of the adapters become modules, for tests that run them as programs.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    write_examples()?;
    write_evidence()?;
    write_jobs()
}

fn write_examples() -> Result<(), Box<dyn Error>> {
    let crates = Path::new("../crates");
    let mut written = String::new();
    let mut counts = String::new();
    let mut folders: Vec<PathBuf> = fs::read_dir(crates)?
        .map(|entry| entry.map(|entry| entry.path().join("src/operations")))
        .collect::<std::io::Result<_>>()?;
    folders.sort();
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        println!("cargo::rerun-if-changed={}", folder.display());
        let name = folder.iter().rev().nth(2).and_then(|name| name.to_str());
        let module = name.unwrap_or_default().replace('-', "_");
        let mut files: Vec<PathBuf> = fs::read_dir(folder)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<std::io::Result<_>>()?;
        files.sort();
        let (mut methods, mut examples) = (0_usize, 0_usize);
        writeln!(
            written,
            "mod {module} {{ use {module}::{{Client, runtime, types}};"
        )?;
        for file in files {
            let text = fs::read_to_string(&file)?;
            let mut is_client = false;
            for line in text.lines() {
                if line.starts_with("impl") {
                    is_client = line.starts_with("impl Client ");
                }
                let Some(said) = line.trim_start().strip_prefix("/// See [`") else {
                    continue;
                };
                // Methods of scopes are the client's methods with fewer arguments.
                methods += usize::from(is_client);
                let Some((_, call)) = said.split_once(" Example: `") else {
                    continue;
                };
                let call = call.strip_suffix("`.").unwrap_or(call);
                examples += 1;
                writeln!(
                    written,
                    "async fn example_{examples}(client: &Client) -> Result<(), Box<dyn std::error::Error>> {{ \
                     {call}; Ok(()) }}"
                )?;
            }
        }
        writeln!(written, "}}")?;
        writeln!(counts, "({module:?}, {methods}, {examples}),")?;
    }
    writeln!(written, "const COUNTS: &[(&str, usize, usize)] = &[{counts}];")?;
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    fs::write(out.join("examples.rs"), written)?;
    Ok(())
}

/// A test for each operation of the lists in `tests/evidence`.
fn write_evidence() -> Result<(), Box<dyn Error>> {
    let folder = Path::new("tests/evidence");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut lists: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<std::io::Result<_>>()?;
    lists.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    lists.sort();
    let mut written = String::new();
    for list in lists {
        println!("cargo::rerun-if-changed={}", list.display());
        let list_name = list.file_stem().and_then(|name| name.to_str());
        let module = list_name.unwrap_or_default().replace('-', "_");
        let list: toml::Table = toml::from_str(&fs::read_to_string(&list)?)?;
        let requests = list["request"].as_array().ok_or("`request` is no list")?;
        let mut operations: BTreeMap<&str, String> = BTreeMap::new();
        for request in requests {
            let text = |member: &str| request.get(member).and_then(toml::Value::as_str);
            let (Some(operation), Some(say), Some(line)) = (text("operation"), text("say"), text("request"))
            else {
                continue;
            };
            let client = text("client").map_or_else(
                || format!("::{module}::Client::new(server.address()).unwrap()"),
                str::to_owned,
            );
            let body = text("body");
            writeln!(
                operations.entry(operation).or_default(),
                "let server = listener().await; let client = {client}; \
                 let _ = {say}.send().await; assert_arrived(&server, {line:?}, {body:?});"
            )?;
        }
        writeln!(
            written,
            "#[allow(deprecated, unused_imports, clippy::pedantic, \
             clippy::needless_borrows_for_generic_args, reason = \"as clients call it\")] \
             mod {module} {{ use super::*; use ::{module}::types;"
        )?;
        for (operation, said) in operations {
            writeln!(written, "#[tokio::test] async fn test_{operation}() {{ {said} }}")?;
        }
        writeln!(written, "}}")?;
    }
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    fs::write(out.join("evidence.rs"), written)?;
    Ok(())
}

/// The examples that are compared with plain reqwest, each a module with a public `main`.
fn write_jobs() -> Result<(), Box<dyn Error>> {
    let mut written = String::new();
    for (of, name) in [
        ("angus", "overall_metrics"),
        ("sevensignal", "agent_incidents"),
        ("sevensignal", "agent_report"),
        ("sigsci", "corps"),
        ("sigsci", "export_requests"),
        ("vxg", "import_cameras"),
        ("vxg", "live_channel"),
    ] {
        let path = format!("../crates/{of}/examples/{name}.rs");
        println!("cargo::rerun-if-changed={path}");
        let text = fs::read_to_string(path)?;
        // Documentation of a file can only stand at its beginning.
        let text = text.replace("//!", "//");
        let main = "#[tokio::main]\nasync fn main";
        if !text.contains(main) {
            return Err(format!("the example {name} has no main").into());
        }
        let text = text.replace(main, "pub async fn main");
        writeln!(written, "pub mod {name} {{\n{text}\n}}")?;
    }
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    fs::write(out.join("jobs.rs"), written)?;
    Ok(())
}
