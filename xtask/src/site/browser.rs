//! Checks the site in a browser: Chromium, driven by Playwright.

use super::tools::Site;
use lorgnette::failure::CommandFailure;
use std::ffi::OsString;
use std::process::Command;

/// The variable that names the browser, and its path on Debian.
const PROGRAM: &str = "CHROMIUM";
const USUAL: &str = "/usr/bin/chromium";

/// Opens every page, and returns whether all are free of errors. The script prints the errors.
///
/// # Errors
///
/// When Node.js cannot be started.
pub fn check(site: &Site<'_>) -> Result<bool, CommandFailure> {
    let browser = std::env::var_os(PROGRAM).unwrap_or_else(|| OsString::from(USUAL));
    let status = Command::new("node")
        .arg(site.packages.join("check.mjs"))
        .arg(&site.out)
        .arg(browser)
        .arg(site.workspace.path("target/site-screens"))
        .status();
    let status = status.map_err(|error| CommandFailure::new(format!("cannot start node: {error}")))?;
    Ok(status.success())
}
