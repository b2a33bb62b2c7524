//! Names of modules, and so of the cargo features.

use super::{is_keyword, module_name};
use std::collections::BTreeMap;

/// Names that a module or feature must not have: a generated crate, Rust or cargo already uses
/// them.
const RESERVED: [&str; 19] = [
    "types",
    "client",
    "prelude",
    "errors",
    "responses",
    "scopes",
    "disabled",
    "operations",
    "mock",
    "default",
    "all",
    "full",
    "std",
    "core",
    "alloc",
    "test",
    "tests",
    "lorgnette_runtime",
    "runtime",
];

/// The name of a tag's module without regard to others; the catalogue may rename it.
pub fn natural(tag: &str, rename_tags: &BTreeMap<String, String>) -> String {
    let wanted = rename_tags.get(tag).map_or(tag, String::as_str);
    let name = module_name(wanted);
    // Keywords are adjusted here like reserved names.
    name.trim_end_matches('_').to_string()
}

/// Whether a module can have this name.
pub fn is_free(name: &str) -> bool {
    !(RESERVED.contains(&name) || is_keyword(name))
}
