//! Scopes: parameters that many operations of an API take, and callers say once.

use serde::Deserialize;

/// A parameter that is fixed once for all operations that take it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Scope {
    /// The method that fixes it, such as `site`; the type that it gives is called after it,
    /// `WithinSite`.
    pub name: String,
    /// The parameter's name on the wire.
    pub parameter: String,
    /// The scope that this one is within: the method is that scope's then, and both parameters are
    /// fixed.
    #[serde(default)]
    pub within: Option<String>,
}
