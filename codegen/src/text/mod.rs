//! Escapes contract text for output, with one function for each target.
//!
//! | target | function |
//! |---|---|
//! | documentation, README, notes, changelog | [`Markdown`] |
//! | Rust source | [`rust`] |
//! | TOML | [`toml()`] |
//! | JSON, YAML | [`json`], [`yaml`] |
//! | a terminal | [`line()`], [`terminal`] |
//!
//! None of them passes on invisible characters, such as control characters or those that change the
//! direction of writing: they are shown as numbers.

mod markdown;
mod plain;

pub use markdown::{EXAMPLE, Markdown, is_web};
pub use plain::{LONG, is_hidden, json, json_text, line, rust, terminal, toml, visible, yaml};
