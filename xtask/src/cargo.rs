//! The cargo that commands start.

use lorgnette::failure::CommandFailure;
use lorgnette::workspace::Workspace;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

/// The cargo that runs this command, or the one on the path.
pub fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// The failure to start it.
pub fn no_cargo(error: &std::io::Error) -> CommandFailure {
    CommandFailure::new(format!("cannot start cargo: {error}")).help("install Rust")
}

/// How a program is compiled.
#[derive(Clone, Copy, Debug)]
pub enum Profile {
    /// Without optimisation.
    Dev,
    /// As it is installed.
    #[cfg(feature = "full")]
    Release,
    /// As callers' programs are unless their settings say otherwise.
    #[cfg(feature = "full")]
    Callers,
}

impl Profile {
    /// Its name, and the folder of its programs.
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Profile::Dev => ("dev", "debug"),
            #[cfg(feature = "full")]
            Profile::Release => ("release", "release"),
            #[cfg(feature = "full")]
            Profile::Callers => ("callers", "callers"),
        }
    }
}

/// Compiles the program of a package, and returns its path.
///
/// # Errors
///
/// When it does not compile.
pub fn program(
    workspace: &Workspace,
    package: &str,
    profile: Profile,
    features: &[&str],
) -> Result<PathBuf, CommandFailure> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace.path("target"), PathBuf::from);
    let (profile, folder) = profile.names();
    let status = Command::new(cargo())
        .args(["build", "--profile", profile, "--package", package])
        .args(features)
        .arg("--target-dir")
        .arg(&target)
        .current_dir(workspace.root())
        .env_remove("CARGO_MANIFEST_DIR")
        .status()
        .map_err(|error| no_cargo(&error))?;
    match status.success() {
        true => Ok(target.join(folder).join(package)),
        false => Err(CommandFailure::new("the program does not compile").at(package)),
    }
}
