//! `lorgnette init` in a new and in an existing cargo workspace.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on is a test that fails")]

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "support/shell.rs"]
mod shell;

use shell::{Run, lorgnette_in, read};
use std::fs;
use std::path::Path;
use std::process::Command;

fn init(folder: &Path, arguments: &[&str]) -> String {
    let Run(status, said, errors) = lorgnette_in(folder, &[&["init"], arguments].concat());
    assert_eq!((status, errors.as_str()), (0, ""), "{said}");
    said
}

fn project(root: &Path) -> toml::Table {
    let catalogue: toml::Table = read(root, "specs/apis.toml").parse().unwrap();
    catalogue["project"].as_table().unwrap().clone()
}

#[test]
fn test_init_in_an_empty_folder_makes_a_workspace() {
    let root = tempfile::tempdir().unwrap();
    let said = init(root.path(), &["sdk", "--license", "MIT", "--prefix", "acme-"]);
    for path in [
        "specs/apis.toml",
        "Cargo.toml",
        ".gitattributes",
        ".gitignore",
        ".github/workflows/lorgnette.yml",
    ] {
        assert!(said.contains(&format!("{path}: new")), "{said}");
        assert!(root.path().join("sdk").join(path).exists(), "{path}");
    }
    let sdk = root.path().join("sdk");
    let expected: toml::Table = "license = \"MIT\"\nprefix = \"acme-\"\n".parse().unwrap();
    assert_eq!(project(&sdk), expected);
    // There is nothing to generate yet, and the command succeeds.
    let Run(status, _, errors) = lorgnette_in(&sdk, &["generate", "--check"]);
    assert_eq!(status, 0, "{errors}");
    let Run(status, _, errors) = lorgnette_in(&sdk, &["init"]);
    assert!(
        status == 1 && errors.contains("there is a project already"),
        "{errors}"
    );
}

#[test]
fn test_init_in_a_workspace_keeps_what_is_there_and_takes_what_it_says() {
    let root = tempfile::tempdir().unwrap();
    let put = |path: &str, text: &str| {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let manifest = "# ours\n[workspace]\nmembers = [\"app\"]\n\n[workspace.package]\nlicense = \"Apache-2.0\"\n\
                    repository = \"https://acme.example/sdk\"\n";
    put("Cargo.toml", manifest);
    put(
        "app/Cargo.toml",
        "[package]\nname = \"app\"\nedition = \"2024\"\n",
    );
    put("app/src/lib.rs", "");
    put(".gitignore", "/target\n*.log");
    put(".github/workflows/lorgnette.yml", "# ours\n");
    let said = init(
        root.path(),
        &["--crates", "clients/rust", "--official", "--no-tests"],
    );
    assert!(
        !said.contains("Cargo.toml") && !said.contains("workflows"),
        "{said}"
    );
    assert_eq!(read(root.path(), "Cargo.toml"), manifest);
    assert_eq!(read(root.path(), ".gitignore"), "/target\n*.log");
    assert_eq!(read(root.path(), ".github/workflows/lorgnette.yml"), "# ours\n");
    let project = project(root.path());
    assert_eq!(project["license"].as_str(), Some("Apache-2.0"));
    assert_eq!(project["repository"].as_str(), Some("https://acme.example/sdk"));
    assert_eq!(project["crates"].as_str(), Some("clients/rust"));
    assert_eq!(project["official"].as_bool(), Some(true));
    assert_eq!(project["tests"].as_bool(), Some(false));
    assert!(read(root.path(), ".gitattributes").contains("clients/rust/*/CHANGELOG.md"));
    // The workspace compiles as before.
    let output = Command::new(env!("CARGO"))
        .current_dir(root.path())
        .args(["metadata", "--offline", "--no-deps", "--format-version", "1"])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn test_init_refuses_what_no_project_can_have_and_writes_nothing() {
    let root = tempfile::tempdir().unwrap();
    for arguments in [
        &["init", "--crates", "../elsewhere"][..],
        &["init", "--prefix", "Acme"],
        &["init", "--runtime-path", "nowhere"],
    ] {
        let Run(status, _, errors) = lorgnette_in(root.path(), arguments);
        assert_eq!(status, 1, "{errors}");
    }
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
}

#[test]
fn test_keys_of_the_catalogue_are_explained_alike_in_every_project() {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs/apis.toml");
    let ours = fs::read_to_string(ours).unwrap();
    let ours = ours
        .replace("cargo xtask regen", "lorgnette generate")
        .replace("cargo xtask", "lorgnette");
    let root = tempfile::tempdir().unwrap();
    init(root.path(), &[]);
    let theirs = read(root.path(), "specs/apis.toml");
    let explained = |text: &str| text.split("\n[project]").next().unwrap().to_owned();
    assert_eq!(explained(&theirs), explained(&ours));
}
