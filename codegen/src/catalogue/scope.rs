//! Scopes: parameters that many operations of an API take, and that callers set once.

use serde::Deserialize;

/// A parameter that is fixed once for all operations that take it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Scope {
    /// The method that fixes it, such as `site`; the type that it returns is named after it,
    /// `WithinSite`.
    pub name: String,
    /// The parameter's name on the wire.
    pub parameter: String,
    /// The scope that contains this one. The method then belongs to that scope, and both parameters
    /// are fixed.
    #[serde(default)]
    pub within: Option<String>,
}
