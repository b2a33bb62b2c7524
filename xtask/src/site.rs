//! `cargo xtask site`: builds the book and a reference page for each API in `target/site`.

mod book;
mod browser;
mod packages;
mod programs;
mod reference;
mod samples;
mod tools;

use lorgnette::failure::CommandFailure;
use lorgnette::workspace::{self, Workspace};
use std::process::ExitCode;

/// The folder of the site.
const SITE: &str = "target/site";

/// Builds the site in target/site: the guides of book/, and a reference of every operation.
///
/// mdBook 0.5 renders the guides; it is looked up on the path, or taken from the variable MDBOOK.
/// Redoc, which npm installs, shows the contracts with their overlays applied. Each operation has
/// samples in Rust, for the command line and for curl. The site loads nothing from elsewhere: it
/// can be read offline.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  cargo install --locked mdbook         once
  cargo xtask site                      then open target/site/index.html
  cargo xtask site --check              also open every page in Chromium, and look for errors, requests that leave,
                                        broken links, and what axe finds; CHROMIUM names the browser")]
pub struct SiteOptions {
    /// Open every page in a browser, and fail if a page has errors.
    #[arg(long)]
    check: bool,
    /// Only check the existing site.
    #[arg(long, requires = "check")]
    built: bool,
}

/// Builds the site, and checks it.
///
/// # Errors
///
/// When a program cannot be started or an API cannot be read. The exit status is 1 if mdBook
/// rejects the book or the check of the site finds a fault.
pub fn run(workspace: &Workspace, options: &SiteOptions) -> Result<ExitCode, CommandFailure> {
    let site = tools::Site {
        out: workspace.path(SITE),
        packages: packages::install(workspace)?,
        workspace,
    };
    if !options.built {
        let apis = workspace.catalogue()?.apis;
        if !book::build(&site, &apis)? {
            return Ok(ExitCode::FAILURE);
        }
        let commands = programs::commands(workspace)?;
        reference::write(&site, &apis, &commands)?;
        workspace::print(&format!("{SITE}/index.html\n"));
    }
    if options.check && !browser::check(&site)? {
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}
