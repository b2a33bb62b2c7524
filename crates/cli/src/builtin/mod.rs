//! Commands that every program has: profiles, completions, manual pages, the list of all commands.

pub mod completions;
pub mod listing;
pub mod man;
#[cfg(feature = "mcp")]
pub mod mcp;
pub mod profile;
