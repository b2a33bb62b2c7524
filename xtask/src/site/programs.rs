//! Lists the commands of all command-line programs of the workspace.

use crate::cargo::{self, Profile};
use lorgnette::failure::CommandFailure;
use lorgnette::workspace::Workspace;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The feature that a program needs.
const FEATURE: &str = "cli";
/// The path of the file that examples send.
const FOLDER: &str = "target/site-examples";

/// A command of a program.
#[derive(Clone, Debug)]
pub struct Example {
    /// The title of the API.
    pub api: String,
    /// The method and path: `GET /lamps/{id}`.
    pub request: String,
    /// The command line.
    pub line: String,
    /// The same request for curl, with credentials masked.
    pub curl: String,
}

/// The commands of all programs. Each program is built first.
///
/// # Errors
///
/// When cargo fails, or an example command line of a program makes no request.
pub fn commands(workspace: &Workspace) -> Result<Vec<Example>, CommandFailure> {
    let metadata = json(
        Command::new(cargo::cargo())
            .args(["metadata", "--no-deps", "--format-version=1"])
            .current_dir(workspace.root()),
    )?;
    let folder = workspace.path(FOLDER);
    let written = fs::create_dir_all(&folder).and_then(|()| fs::write(folder.join("file"), "content"));
    written.map_err(|error| CommandFailure::io("write to", Path::new(FOLDER), &error))?;
    let mut examples = Vec::new();
    for package in values(&metadata["packages"]) {
        for program in values(&package["targets"]) {
            let needs = values(&program["required-features"]);
            let is_program = values(&program["kind"]).contains(&Value::from("bin"));
            if is_program && needs.contains(&Value::from(FEATURE)) {
                let name = text(package, "name");
                eprintln!("cargo xtask site: building {name}");
                let program = cargo::program(workspace, &name, Profile::Dev, &["--features", FEATURE])?;
                examples.extend(commands_of(&program, &folder)?);
            }
        }
    }
    Ok(examples)
}

/// The commands of a program, each with the request that its example makes.
fn commands_of(program: &Path, folder: &Path) -> Result<Vec<Example>, CommandFailure> {
    let list = json(Command::new(program).args(["commands", "--json"]))?;
    values(&list)
        .iter()
        .map(|command| {
            let line = text(command, "example");
            Ok(Example {
                api: text(command, "api"),
                request: format!("{} {}", text(command, "method"), text(command, "path")),
                curl: curl(program, folder, &line)?,
                line,
            })
        })
        .collect()
}

/// The request of a command line, as the program shows it. A shell reads the line, as it would for
/// a user who copies it.
fn curl(program: &Path, folder: &Path, line: &str) -> Result<String, CommandFailure> {
    let output = Command::new("/bin/sh")
        .args(["-c", &format!("{line} --curl")])
        .current_dir(folder)
        .env_clear()
        .env("PATH", program.parent().unwrap_or(Path::new(".")))
        .env("SECRET", "[masked]")
        .output()
        .map_err(|error| CommandFailure::new(format!("cannot start /bin/sh: {error}")))?;
    if !output.status.success() {
        let told = String::from_utf8_lossy(&output.stderr);
        return Err(CommandFailure::new(format!("`{line}` makes no request: {told}")));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
}

/// The JSON output of a program.
fn json(command: &mut Command) -> Result<Value, CommandFailure> {
    let name = command.get_program().to_owned();
    let output = command
        .output()
        .map_err(|error| CommandFailure::new(format!("cannot start {}: {error}", name.display())))?;
    serde_json::from_slice(&output.stdout).map_err(|_| {
        let told = String::from_utf8_lossy(&output.stderr);
        CommandFailure::new(format!("{} did not write JSON: {told}", name.display()))
    })
}

fn values(list: &Value) -> &[Value] {
    list.as_array().map_or(&[], Vec::as_slice)
}

fn text(of: &Value, member: &str) -> String {
    of[member].as_str().unwrap_or_default().to_owned()
}
