//! Contract text on its way out: one escaping function for each target.
//!
//! | target | function |
//! |---|---|
//! | documentation, README, notes, changelog | [`Markdown`] |
//! | Rust source | [`rust`] |
//! | TOML | [`toml()`] |
//! | JSON, YAML | [`json`], [`yaml`] |
//! | a terminal | [`line()`], [`terminal`] |
//!
//! None of them passes invisible characters, such as control characters or those that change the
//! direction of writing: they are shown by their numbers.

mod markdown;
mod plain;

pub use markdown::{EXAMPLE, Markdown, is_web};
pub use plain::{LONG, is_hidden, json, json_text, line, rust, terminal, toml, visible, yaml};
