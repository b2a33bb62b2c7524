//! The tools that build the parts of the site.

use lorgnette::workspace::Workspace;
use std::path::PathBuf;

/// The workspace, the folder of the site, and the installed packages.
pub struct Site<'w> {
    /// The workspace.
    pub workspace: &'w Workspace,
    /// The folder of the site.
    pub out: PathBuf,
    /// The folder with the packages of npm.
    pub packages: PathBuf,
}
