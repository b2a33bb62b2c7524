//! The npm packages that build and check the site: `xtask/site/package-lock.json`.

use lorgnette::failure::CommandFailure;
use lorgnette::workspace::Workspace;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// The folder that describes the packages, and the folder that they are installed in.
const SOURCE: &str = "xtask/site";
const FOLDER: &str = "target/site-packages";

/// Installs the packages, unless they are already installed.
///
/// # Errors
///
/// When npm cannot be started, or fails.
pub fn install(workspace: &Workspace) -> Result<PathBuf, CommandFailure> {
    let folder = workspace.path(FOLDER);
    let failure = |what: &'static str| {
        move |error: std::io::Error| CommandFailure::io(what, std::path::Path::new(FOLDER), &error)
    };
    fs::create_dir_all(&folder).map_err(failure("create"))?;
    for file in ["package.json", "package-lock.json", ".npmrc", "check.mjs"] {
        fs::copy(workspace.path(SOURCE).join(file), folder.join(file)).map_err(failure("write to"))?;
    }
    let wanted = workspace.read(&format!("{SOURCE}/package-lock.json"))?;
    let mark = folder.join("node_modules/installed");
    if fs::read_to_string(&mark).is_ok_and(|installed| installed == wanted) {
        return Ok(folder);
    }
    let status = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(&folder)
        .status();
    let status = status.map_err(|error| {
        CommandFailure::new(format!("cannot start npm: {error}"))
            .help("install Node.js, which npm comes with")
    })?;
    if !status.success() {
        return Err(CommandFailure::new("npm could not install the packages of the site").at(SOURCE));
    }
    fs::write(mark, wanted).map_err(failure("write to"))?;
    Ok(folder)
}
