//! Generates a module for each contract in `contracts`: a file, or a folder with an `openapi.yaml`.

use lorgnette_codegen::catalogue::Catalogue;
use lorgnette_codegen::diff::History;
use lorgnette_codegen::pipeline::{Generated, Input, generate_crate};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Contracts are nested, and the generator recurses through them.
const STACK: usize = 64 << 20;

fn main() -> Result<()> {
    let work = || run().map_err(|error| error.to_string());
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(work)?;
    let outcome = thread.join().map_err(|_| "the generator panicked")?;
    Ok(outcome?)
}

fn run() -> Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=contracts");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let mut features = BTreeSet::new();
    let (mut modules, mut notes) = (String::new(), String::new());
    let mut contracts: Vec<PathBuf> = fs::read_dir("contracts")?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<std::io::Result<_>>()?;
    contracts.sort();
    for path in contracts {
        let stem = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .unwrap_or_default();
        let name = stem.replace(['-', '.'], "_");
        let generated = generate(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let folder = out.join(&name);
        let _ = fs::remove_dir_all(&folder);
        write_module(&generated, &name, &folder)?;
        features.extend(tags(&generated)?);
        let file = folder.join("mod.rs").display().to_string();
        writeln!(modules, "#[path = {file:?}]")?;
        writeln!(modules, "/// The client of `{stem}`.\npub mod {name};")?;
        writeln!(notes, "({name:?}, {:?}),", generated.files["NOTES.md"])?;
    }
    writeln!(modules, "const NOTES: &[(&str, &str)] = &[{notes}];")?;
    fs::write(out.join("clients.rs"), modules)?;
    // This crate has a feature for each tag; here all tags are on.
    for feature in &features {
        println!("cargo::rustc-check-cfg=cfg(feature, values({feature:?}))");
        println!("cargo::rustc-cfg=feature={feature:?}");
    }
    println!("cargo::rustc-check-cfg=cfg(feature, values(\"mock\"))");
    Ok(())
}

fn generate(path: &Path) -> Result<Generated> {
    let mut contract = BTreeMap::new();
    let main = if path.is_dir() {
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            contract.insert(name, fs::read_to_string(entry.path())?);
        }
        "openapi.yaml".to_owned()
    } else {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        contract.insert(name.clone(), fs::read_to_string(path)?);
        name
    };
    let catalogue = Catalogue::parse(&format!(
        "[[api]]\nname = 'faults-v1'\ntitle = 'Faults'\nvendor = 'nobody'\ncontract = '{main}'\n\
         documentation = 'https://docs.example/'\nsource = 'described by us'\nauthentication = 'none'\n"
    ))?;
    let generated = generate_crate(&Input {
        api: &catalogue.apis[0],
        contract,
        overlay: None,
        history: History::default(),
    })?;
    match generated.left_out.first() {
        None => Ok(generated),
        Some(left_out) => Err(format!("{} is left out: {}", left_out.pointer, left_out.error).into()),
    }
}

/// Writes the sources of a crate as sources of a module.
fn write_module(generated: &Generated, name: &str, folder: &Path) -> Result<()> {
    for (path, text) in &generated.files {
        let Some(inside) = path.strip_prefix("src/") else {
            continue;
        };
        let inside = if inside == "lib.rs" { "mod.rs" } else { inside };
        let file = folder.join(inside);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent)?;
        }
        let lines = text
            .lines()
            .filter(|line| !line.starts_with("#![doc = include_str!"));
        let mut text = String::new();
        for line in lines {
            writeln!(text, "{}", at_home(line, name))?;
        }
        fs::write(file, text)?;
    }
    Ok(())
}

/// A line whose paths from the crate's root are changed to lead to the module; macros of other
/// crates keep theirs.
fn at_home(line: &str, name: &str) -> String {
    line.replace("crate::", &format!("crate::{name}::"))
        .replace(&format!("$crate::{name}::"), "$crate::")
}

/// The features of a crate that stand for tags.
fn tags(generated: &Generated) -> Result<Vec<String>> {
    let manifest: toml::Table = toml::from_str(&generated.files["Cargo.toml"])?;
    let features = manifest.get("features").and_then(toml::Value::as_table);
    let names = features.into_iter().flat_map(toml::Table::keys);
    Ok(names
        .filter(|name| !["mock", "default"].contains(&name.as_str()))
        .cloned()
        .collect())
}
