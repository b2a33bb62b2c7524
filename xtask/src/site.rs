//! `cargo xtask site`: builds the book in `book/` into `target/site`.

use lorgnette::failure::Failure;
use lorgnette::workspace::{self, Workspace};
use std::ffi::OsString;
use std::process::{Command, ExitCode};

/// The variable that names the program.
const PROGRAM: &str = "MDBOOK";
/// Where the site goes.
const SITE: &str = "target/site";

/// Builds the site: the guides in book/, as HTML in target/site.
///
/// The program is mdBook 0.5, which is looked for on the path, or where the variable MDBOOK says.
/// The site loads nothing from elsewhere, so that it can be read offline.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  cargo install --locked mdbook         once
  cargo xtask site                      then open target/site/index.html")]
pub struct Options {}

/// Builds the site.
///
/// # Errors
///
/// When mdBook cannot be started. A book that it refuses makes the exit status 1.
pub fn run(workspace: &Workspace, _: &Options) -> Result<ExitCode, Failure> {
    let program = std::env::var_os(PROGRAM).unwrap_or_else(|| OsString::from("mdbook"));
    let status = Command::new(&program)
        .arg("build")
        .arg(workspace.path("book"))
        .arg("--dest-dir")
        .arg(workspace.path(SITE))
        .current_dir(workspace.root())
        .status();
    let status = status.map_err(|error| {
        Failure::new(format!("cannot start {}: {error}", program.display())).help(format!(
            "install it with `cargo install --locked mdbook`, or name the program in the variable {PROGRAM}"
        ))
    })?;
    if !status.success() {
        return Ok(ExitCode::FAILURE);
    }
    workspace::print(&format!("{SITE}/index.html\n"));
    Ok(ExitCode::SUCCESS)
}
