//! The commands as called from a shell.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on is a test that fails")]

use std::process::{Command, Output};

fn xtask(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn test_help_is_printed_without_a_command() {
    let output = xtask(&[]);
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    for word in [
        "regen",
        "test",
        "conformance",
        "bundle",
        "bench",
        "cargo xtask regen --check",
        "specs/apis.toml",
    ] {
        assert!(text.contains(word), "{word} is not in\n{text}");
    }
}

#[test]
fn test_bench_alone_lists_the_benches() {
    let errors = String::from_utf8(xtask(&["bench"]).stderr).unwrap();
    assert!(errors.contains("compile"), "{errors}");
}

#[test]
fn test_commands_of_the_tool_are_handed_on() {
    let output = xtask(&["regen", "--check", "angus-v1"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    assert!(text.contains("1 of 1 APIs, 2 operations"), "{text}");
}
