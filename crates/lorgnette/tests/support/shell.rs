//! Calls the tool and git as a shell does, in folders of the test.

use std::fs;
use std::path::Path;
use std::process::Command;

/// The result of a command: exit status, standard output, standard error.
pub struct Run(pub i32, pub String, pub String);

/// Runs a command to its end.
pub fn ran(command: &mut Command) -> Run {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run(
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// The tool, called in a folder.
pub fn lorgnette_in(folder: &Path, arguments: &[&str]) -> Run {
    ran(Command::new(env!("CARGO_BIN_EXE_lorgnette"))
        .current_dir(folder)
        .args(arguments))
}

/// The tool, called for the project in a folder.
pub fn lorgnette(root: &Path, arguments: &[&str]) -> Run {
    ran(Command::new(env!("CARGO_BIN_EXE_lorgnette"))
        .arg("--root")
        .arg(root)
        .args(arguments))
}

/// Runs git, which must succeed, and returns its output.
pub fn git(root: &Path, arguments: &[&str]) -> String {
    let identity = [
        "-c",
        "user.name=Person",
        "-c",
        "user.email=p@example.com",
        "-c",
        "commit.gpgsign=false",
    ];
    let Run(status, output, errors) = ran(Command::new("git")
        .current_dir(root)
        .args(identity)
        .args(arguments));
    assert_eq!(status, 0, "{arguments:?}: {output}{errors}");
    output
}

/// Writes a file, and creates the folders above it.
pub fn put(root: &Path, path: &str, text: &str) {
    fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
    fs::write(root.join(path), text).unwrap();
}

/// Reads a file.
pub fn read(root: &Path, path: &str) -> String {
    fs::read_to_string(root.join(path)).unwrap()
}
