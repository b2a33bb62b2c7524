//! Options of a crate outside a project.

use std::path::PathBuf;

/// Settings of a crate outside a project.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "One crate of one contract")]
pub struct Alone {
    /// The folder of the crate.
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// The name of the crate; by default, that of the folder.
    #[arg(long, requires = "output")]
    pub name: Option<String>,
    /// What the documentation calls the API; the contract's title unless given.
    #[arg(long, requires = "output")]
    pub title: Option<String>,
    /// The company behind it; the contract's contact, or its title, unless given.
    #[arg(long, requires = "output")]
    pub vendor: Option<String>,
    /// The licence of the crate, as an SPDX expression; none unless given.
    #[arg(long, requires = "output", value_name = "SPDX")]
    pub license: Option<String>,
    /// The address of the crate's repository.
    #[arg(long, requires = "output", value_name = "URL")]
    pub repository: Option<String>,
    /// State that the vendor publishes the crate itself: its README does not call it unofficial.
    #[arg(long, requires = "output")]
    pub official: bool,
    /// The version of the crate, without the contract's.
    #[arg(long, requires = "output", value_name = "VERSION", default_value = "0.1.0")]
    pub crate_version: String,
    /// Use lorgnette-runtime from this folder instead of the registry.
    #[arg(long, requires = "output", value_name = "DIR")]
    pub runtime_path: Option<PathBuf>,
    /// The version requirement for lorgnette-runtime; that of this program unless given.
    #[arg(long, requires = "output", value_name = "REQUIREMENT")]
    pub runtime_version: Option<String>,
    /// An overlay with repairs of the contract, in the OpenAPI Overlay format.
    #[arg(long, requires = "output", value_name = "FILE")]
    pub overlay: Option<PathBuf>,
    /// Include only these operations: `tag:NAME`, a path such as `/pets/*` or `GET /pets/**`, or an
    /// operation's id. May be given several times; types follow.
    #[arg(long, requires = "output", value_name = "SELECTOR")]
    pub include: Vec<String>,
    /// Leave these operations out, in the same form.
    #[arg(long, requires = "output", value_name = "SELECTOR")]
    pub exclude: Vec<String>,
    /// Generate only types, without a client.
    #[arg(long, requires = "output")]
    pub types_only: bool,
}
