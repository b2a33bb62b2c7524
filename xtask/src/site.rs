//! `cargo xtask site`: the book, and a page of reference for each API, in `target/site`.

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

/// Where the site goes.
const SITE: &str = "target/site";

/// Builds the site: the guides of book/, and a reference of every operation, in target/site.
///
/// mdBook 0.5 renders the guides; it is looked for on the path, or where the variable MDBOOK says.
/// Redoc, which npm installs, shows the contracts with their overlays. Each operation has samples
/// in Rust, for the command line and for curl. The site loads nothing from elsewhere: it can be
/// read offline.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  cargo install --locked mdbook         once
  cargo xtask site                      then open target/site/index.html
  cargo xtask site --check              also open every page in Chromium, and look for errors, requests that leave,
                                        broken links, and what axe finds; CHROMIUM names the browser")]
pub struct SiteOptions {
    /// Open every page in a browser, and fail on errors there.
    #[arg(long)]
    check: bool,
    /// Only check the site in its present state.
    #[arg(long, requires = "check")]
    built: bool,
}

/// Builds the site, and checks it.
///
/// # Errors
///
/// When a program cannot be started or an API not be read. A book that mdBook refuses, and a site
/// that is found wrong, make the exit status 1.
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
