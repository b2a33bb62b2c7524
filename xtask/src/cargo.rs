//! Runs cargo for commands.

use lorgnette::failure::CommandFailure;
use lorgnette::workspace::Workspace;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

/// The cargo that runs this command, or the one on the path.
pub fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// The failure to start cargo.
pub fn no_cargo(error: &std::io::Error) -> CommandFailure {
    CommandFailure::new(format!("cannot start cargo: {error}")).help("install Rust")
}

/// The profile in which a program is built.
#[derive(Clone, Copy, Debug)]
pub enum Profile {
    /// Without optimization.
    Dev,
    /// The profile that `cargo install` uses.
    #[cfg(feature = "full")]
    Release,
    /// The default release profile, which callers' programs use unless their settings differ.
    #[cfg(feature = "full")]
    Callers,
}

impl Profile {
    /// The name of the profile, and the folder of its programs.
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

/// The name of a package by its id: `path+file:///tmp/x/name#0.1.0` or
/// `path+file:///tmp/x#name@0.1.0`.
pub fn package(id: &str) -> Option<&str> {
    let (path, fragment) = id.split_once('#')?;
    match fragment.split_once('@') {
        Some((name, _)) => Some(name),
        None => path.rsplit('/').next(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_package_reads_both_forms_of_an_id() {
        assert_eq!(package("path+file:///tmp/crates/capi-x#0.1.0"), Some("capi-x"));
        assert_eq!(
            package("path+file:///tmp/crates/folder#capi-x@0.1.0"),
            Some("capi-x")
        );
        assert_eq!(package("nothing"), None);
    }
}
