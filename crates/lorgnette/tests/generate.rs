//! Generates one crate from one contract, in a folder that belongs to no project.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on is a test that fails")]

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "support/shell.rs"]
mod shell;

use shell::{Run, lorgnette_in, put, read};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const CONTRACT: &str = r"
openapi: 3.0.3
info: {title: Petstore, version: 1.4.0}
servers: [{url: https://petstore.example.io/v1}]
security: [{key: []}]
paths:
  /pets:
    get:
      operationId: listPets
      tags: [pets]
      parameters: [{name: limit, in: query, schema: {type: integer, format: int32}}]
      responses: {'200': {description: Pets., content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Pet'}}}}}}
    post:
      operationId: addPet
      tags: [pets]
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
      responses: {'201': {description: Added.}}
  /shops/{id}:
    $ref: 'paths/shop.yaml'
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
  schemas:
    Pet: {type: object, required: [name], properties: {name: {type: string}, kind: {type: string, enum: [cat, dog]}, keeper: {$ref: '#/components/schemas/Keeper'}}}
    Keeper: {type: object, properties: {email: {type: string}}}
    Draft: {type: object, properties: {pet: {$ref: '#/components/schemas/Pet'}}}
";

const SHOP: &str = "\
get:
  operationId: getShop
  tags: [shops]
  parameters: [{name: id, in: path, required: true, schema: {type: string}}]
  responses: {'200': {description: A shop., content: {application/json: {schema: {title: Shop, type: object, properties: {city: {type: string}}}}}}}
";

/// A folder with the contract, and files that are not part of it.
fn folder() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "petstore.yaml", CONTRACT);
    put(root.path(), "paths/shop.yaml", SHOP);
    fs::write(root.path().join("unrelated.json"), [0xff, 0xfe]).unwrap();
    root
}

fn runtime() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../runtime")
        .canonicalize()
        .unwrap()
}

/// Generates a crate from the contract, which must succeed.
fn generate(root: &Path, output: &str, more: &[&str]) -> String {
    let Run(status, said, errors) = lorgnette_in(
        root,
        &[&["generate", "petstore.yaml", "-o", output], more].concat(),
    );
    assert_eq!((status, errors.as_str()), (0, ""), "{said}");
    said
}

/// All of a crate's Rust.
fn sources(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            text.push_str(&sources(&entry.path()));
        } else {
            text.push_str(&fs::read_to_string(entry.path()).unwrap());
        }
    }
    text
}

/// Runs `cargo check` on a crate outside this workspace, with the locked versions of this workspace
/// and without network access.
fn check(krate: &Path) {
    fs::copy(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock"),
        krate.join("Cargo.lock"),
    )
    .unwrap();
    let executable = std::env::current_exe().unwrap();
    let output = Command::new(env!("CARGO"))
        .current_dir(krate)
        .args(["check", "--offline"])
        // Uses the target folder of this test, which holds most dependencies.
        .env("CARGO_TARGET_DIR", executable.ancestors().nth(3).unwrap())
        .env("RUSTFLAGS", "")
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !errors.contains("warning"), "{errors}");
}

#[test]
fn test_contract_becomes_a_crate_that_compiles_by_itself() {
    let root = folder();
    let runtime = runtime();
    let said = generate(
        root.path(),
        "pet_client",
        &[
            "--license",
            "Apache-2.0",
            "--name",
            "acme-pets",
            "--official",
            "--crate-version",
            "2.3.4",
            "--repository",
            "https://acme.example/pets",
            "--runtime-path",
            runtime.to_str().unwrap(),
        ],
    );
    assert!(
        said.contains("pet_client: 3 operations, 4 types") && said.contains("files changed"),
        "{said}"
    );
    let krate = root.path().join("pet_client");
    let text = read(&krate, "Cargo.toml");
    let manifest: toml::Table = text.parse().unwrap();
    let package = manifest["package"].as_table().unwrap();
    for (key, value) in [
        ("name", "acme-pets"),
        ("version", "2.3.4+1.4.0"),
        ("license", "Apache-2.0"),
        ("repository", "https://acme.example/pets"),
    ] {
        assert_eq!(package[key].as_str(), Some(value));
    }
    assert!(!text.contains("workspace"), "{text}");
    let readme = read(&krate, "README.md");
    assert!(
        !readme.contains("unofficial") && readme.contains("Licence: Apache-2.0."),
        "{readme}"
    );
    check(&krate);
}

#[test]
fn test_crate_takes_the_runtime_of_the_generators_version_from_the_registry() {
    let root = folder();
    generate(root.path(), "petstore", &[]);
    let manifest: toml::Table = read(root.path(), "petstore/Cargo.toml").parse().unwrap();
    let runtime = &manifest["dependencies"]["lorgnette-runtime"];
    assert_eq!(runtime["version"].as_str(), Some(env!("CARGO_PKG_VERSION")));
    assert!(manifest["package"].get("license").is_none());
}

#[test]
fn test_path_of_the_runtime_is_from_the_folder_of_the_crate() {
    let root = folder();
    put(root.path(), "vendor/runtime/Cargo.toml", "");
    generate(
        root.path(),
        "crates/petstore",
        &["--runtime-path", "vendor/runtime"],
    );
    let manifest: toml::Table = read(root.path(), "crates/petstore/Cargo.toml").parse().unwrap();
    let path = &manifest["dependencies"]["lorgnette-runtime"]["path"];
    assert_eq!(path.as_str(), Some("../../vendor/runtime"));
    let Run(status, _, errors) = lorgnette_in(
        root.path(),
        &[
            "generate",
            "petstore.yaml",
            "-o",
            "petstore",
            "--runtime-path",
            "vendor",
        ],
    );
    assert!(status == 1 && errors.contains("there is no crate"), "{errors}");
}

#[test]
fn test_chosen_operations_bring_their_types_and_no_others() {
    let root = folder();
    let has = |output: &str, name: &str| {
        sources(&root.path().join(output).join("src")).contains(&format!("pub struct {name} "))
    };
    generate(root.path(), "shops", &["--include", "tag:shops"]);
    assert!(has("shops", "GetShopResponse") && !has("shops", "Pet") && !has("shops", "Keeper"));
    let notes = read(root.path(), "shops/NOTES.md");
    assert!(notes.contains("There is nothing to note."), "{notes}");
    generate(root.path(), "pets", &["--exclude", "/shops/**"]);
    assert!(!has("pets", "GetShopResponse") && has("pets", "Pet") && has("pets", "Keeper"));
    let said = generate(
        root.path(),
        "one",
        &["--include", "tag:pets", "--exclude", "POST /pets"],
    );
    assert!(said.contains("one: 1 operations"), "{said}");
    let Run(status, _, errors) = lorgnette_in(
        root.path(),
        &[
            "generate",
            "petstore.yaml",
            "-o",
            "none",
            "--include",
            "tag:lamps",
        ],
    );
    assert!(
        status == 1 && errors.contains("\"tag:lamps\"") && errors.contains("`GET /shops/{id}`"),
        "{errors}"
    );
    assert!(!errors.contains("apis.toml"), "{errors}");
    assert!(!root.path().join("none").exists());
}

#[test]
fn test_types_alone_are_those_of_the_contract_and_compile() {
    let root = folder();
    let runtime = runtime();
    let said = generate(
        root.path(),
        "types",
        &["--types-only", "--runtime-path", runtime.to_str().unwrap()],
    );
    assert!(said.contains("types: 0 operations, 5 types"), "{said}");
    let krate = root.path().join("types");
    let sources = sources(&krate.join("src"));
    // The contract defines it, although no operation does.
    assert!(sources.contains("pub struct Draft "), "{sources}");
    assert!(
        !sources.contains("Client") && !sources.contains("feature"),
        "{sources}"
    );
    check(&krate);
    generate(root.path(), "some", &["--types-only", "--include", "tag:shops"]);
    let some = self::sources(&root.path().join("some/src"));
    assert!(
        some.contains("pub struct GetShopResponse ") && !some.contains("Draft"),
        "{some}"
    );
}

#[test]
fn test_check_shows_what_would_change_and_writes_nothing() {
    let root = folder();
    generate(root.path(), "petstore", &[]);
    // Files outside the generated crate are kept.
    put(root.path(), "petstore/tests/own.rs", "");
    put(root.path(), "petstore/target/debug/x", "");
    assert!(generate(root.path(), "petstore", &["--check"]).contains("unchanged"));
    put(
        root.path(),
        "petstore.yaml",
        &CONTRACT.replace("listPets", "findPets"),
    );
    put(root.path(), "petstore/src/stale.rs", "// stale\n");
    let before = sources(&root.path().join("petstore"));
    let Run(status, output, _) = lorgnette_in(
        root.path(),
        &["generate", "petstore.yaml", "-o", "petstore", "--check"],
    );
    assert_eq!(status, 1);
    assert!(
        output.contains("find_pets") && output.contains("--- a/petstore/src/stale.rs\n+++ /dev/null"),
        "{output}"
    );
    assert_eq!(sources(&root.path().join("petstore")), before);
    generate(root.path(), "petstore", &[]);
    let folder = root.path().join("petstore");
    assert!(!folder.join("src/stale.rs").exists());
    assert!(folder.join("tests/own.rs").exists() && folder.join("target/debug/x").exists());
    assert!(sources(&folder.join("src")).contains("find_pets"));
}

#[test]
fn test_crate_that_is_written_by_hand_is_left_alone() {
    let root = folder();
    put(root.path(), "mine/Cargo.toml", "[package]\nname = \"mine\"\n");
    put(root.path(), "sources/src/lib.rs", "");
    for output in ["mine", "sources"] {
        let Run(status, _, errors) = lorgnette_in(root.path(), &["generate", "petstore.yaml", "-o", output]);
        assert!(status == 1 && errors.contains("written by hand"), "{errors}");
    }
    assert_eq!(
        read(root.path(), "mine/Cargo.toml"),
        "[package]\nname = \"mine\"\n"
    );
}

#[test]
fn test_file_without_a_folder_for_its_crate_is_explained() {
    let root = folder();
    let Run(status, _, errors) = lorgnette_in(root.path(), &["generate", "petstore.yaml"]);
    assert!(status == 1 && errors.contains("`-o DIR`"), "{errors}");
    let Run(status, _, errors) = lorgnette_in(root.path(), &["generate", "petstore.yaml", "-o", "9 lives"]);
    assert!(status == 1 && errors.contains("`--name`"), "{errors}");
    let Run(status, _, errors) = lorgnette_in(root.path(), &["generate", "nowhere.yaml", "-o", "x"]);
    assert!(status == 1 && errors.contains("nowhere.yaml"), "{errors}");
}
