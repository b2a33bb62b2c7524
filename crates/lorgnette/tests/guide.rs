//! GUIDE.md, followed word for word.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on is a test that fails")]

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "support/shell.rs"]
mod shell;

use shell::{Run, ran};
use std::fs;
use std::path::Path;
use std::process::Command;

/// The blocks of commands of a text.
fn blocks(text: &str) -> Vec<&str> {
    let parts = text.split("\n```sh\n").skip(1);
    parts.map(|part| part.split("\n```").next().unwrap()).collect()
}

#[test]
fn test_every_command_of_the_guide_does_what_it_says() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let repository = here.join("../..").canonicalize().unwrap();
    let root = tempfile::tempdir().unwrap();
    let lamps = fs::read_to_string(here.join("tests/fixtures/tool/lamps.json")).unwrap();
    fs::write(root.path().join("lamps.json"), &lamps).unwrap();
    fs::write(
        root.path().join("lamps-2.json"),
        lamps.replace("/v1\"", "/v2\"").replace("\"1.2.0\"", "\"2.0.0\""),
    )
    .unwrap();
    fs::copy(repository.join("Cargo.lock"), root.path().join("Cargo.lock")).unwrap();
    // The commands have the names that readers use. The runtime is not in the registry yet.
    let bin = root.path().join("../bin-of-guide");
    let bin = tempfile::tempdir_in(bin.parent().unwrap()).unwrap();
    let program = |name: &str, script: &str| {
        use std::os::unix::fs::PermissionsExt;
        let path = bin.path().join(name);
        fs::write(&path, format!("#!/usr/bin/env bash\n{script}")).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    };
    let runtime = repository.join("crates/runtime");
    program(
        "lorgnette",
        &format!(
            "if [[ $1 == init ]]; then set -- \"$@\" --runtime-path {}; fi\nexec {} \"$@\"\n",
            runtime.display(),
            env!("CARGO_BIN_EXE_lorgnette")
        ),
    );
    let executable = std::env::current_exe().unwrap();
    let target = executable.ancestors().nth(3).unwrap().display();
    program(
        "cargo",
        &format!(
            "export CARGO_NET_OFFLINE=true CARGO_TARGET_DIR={target} RUSTFLAGS=\nexec {} \"$@\"\n",
            env!("CARGO")
        ),
    );
    let text = fs::read_to_string(here.join("GUIDE.md")).unwrap();
    let blocks = blocks(&text);
    assert!(blocks.len() > 6, "{}", blocks.len());
    for block in blocks {
        let path = format!("{}:{}", bin.path().display(), std::env::var("PATH").unwrap());
        let Run(status, output, errors) = ran(Command::new("bash")
            .current_dir(root.path())
            .args(["-euo", "pipefail", "-c", block])
            .env("PATH", path));
        assert_eq!(status, 0, "{block}\n{output}{errors}");
    }
    let rest: Vec<String> = fs::read_dir(root.path().join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    for name in ["lamps", "lamps-v1", "lamps-v2"] {
        assert!(rest.iter().any(|crate_| crate_ == name), "{rest:?}");
    }
    assert_eq!(rest.len(), 3, "{rest:?}");
    let changelog = fs::read_to_string(root.path().join("crates/lamps-v1/CHANGELOG.md")).unwrap();
    assert!(!changelog.contains("list_rooms"), "{changelog}");
}
