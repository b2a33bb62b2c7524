//! A client made by a build script: it compiles beside what the program has of its own, and is made
//! anew when a file changes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on is a test that fails")]

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "support/shell.rs"]
mod shell;

use shell::{Run, put, ran};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const CONTRACT: &str = "\
openapi: 3.0.3
info: {title: Pets, version: '1'}
servers: [{url: https://pets.example.io}]
paths:
  /pets:
    get:
      operationId: listPets
      tags: [pets]
      responses: {'200': {description: Pets., content: {application/json: {schema: {type: array, items: {$ref: 'parts/pet.yaml'}}}}}}
  /shops:
    get:
      operationId: listShops
      tags: [shops]
      responses: {'204': {description: None.}}
";
const PET: &str =
    "{type: object, properties: {name: {type: string}, kind: {type: string, enum: ['crate::types', dog]}}}\n";

const PROGRAM: &str = r#"
include!(concat!(env!("OUT_DIR"), "/pets.rs"));

// The program's own, which the client is not to be taken for.
pub mod types { pub struct Pet; }

fn main() {
    let mut pet = pets::types::Pet::default();
    pet.name = Some("Rex".to_owned());
    let client = pets::Client::new(pets::Client::BASE_URL).unwrap();
    println!("{pet:?} {client:?}");
}
"#;

fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Builds the program; gives what cargo says of it.
fn build(root: &Path) -> (bool, String) {
    let executable = std::env::current_exe().unwrap();
    let Run(status, _, said) = ran(Command::new(env!("CARGO"))
        .current_dir(root)
        .args(["build", "--offline", "--verbose"])
        .env("CARGO_TARGET_DIR", executable.ancestors().nth(3).unwrap())
        .env("RUSTFLAGS", ""));
    (status == 0, said)
}

/// Whether the build script was run, as cargo says it.
fn was_run(said: &str) -> bool {
    said.lines().any(|line| {
        line.contains("Running") && line.contains("pet-program") && line.contains("build-script-build")
    })
}

#[test]
fn test_client_of_a_build_script_compiles_and_follows_its_files() {
    let root = tempfile::tempdir().unwrap();
    let (tool, runtime) = (here(), here().join("../runtime"));
    put(
        root.path(),
        "Cargo.toml",
        &format!(
            "[package]\nname = \"pet-program\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
             lorgnette-runtime = {{ path = {runtime:?} }}\n\n[build-dependencies]\n\
             lorgnette = {{ path = {tool:?}, default-features = false }}\n"
        ),
    );
    put(
        root.path(),
        "build.rs",
        "fn main() -> Result<(), Box<dyn std::error::Error>> {\n    \
         lorgnette::build::Generator::new(\"contracts/pets.yaml\").exclude(\"tag:shops\").generate()?;\n    Ok(())\n}\n",
    );
    put(root.path(), "contracts/pets.yaml", CONTRACT);
    put(root.path(), "contracts/parts/pet.yaml", PET);
    put(root.path(), "src/main.rs", PROGRAM);
    fs::copy(here().join("../../Cargo.lock"), root.path().join("Cargo.lock")).unwrap();

    let (built, said) = build(root.path());
    assert!(built && was_run(&said), "{said}");
    assert!(
        !said.contains("warning: unused") && !said.contains("unexpected `cfg`"),
        "{said}"
    );
    put(root.path(), "README.md", "Nothing that the client depends on.\n");
    let (built, said) = build(root.path());
    assert!(built && !was_run(&said), "{said}");
    // A file that the contract refers to.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    put(
        root.path(),
        "contracts/parts/pet.yaml",
        &PET.replace("name", "called"),
    );
    let (built, said) = build(root.path());
    assert!(!built && was_run(&said), "{said}");
    assert!(said.contains("no field `name`"), "{said}");
}
