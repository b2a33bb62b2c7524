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
//! None of them lets a character through that is not seen, such as a control character or one that
//! turns the direction of writing: such characters are shown by their number.

mod markdown;
mod plain;

pub use markdown::{EXAMPLE, Markdown, is_web};
pub use plain::{LONG, is_hidden, json, json_text, line, rust, terminal, toml, visible, yaml};
