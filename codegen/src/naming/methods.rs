//! Reserved names of methods on a generated client.

/// The client's methods other than operations.
const OWN: [&str; 8] = [
    "as_ref",
    "builder",
    "clone",
    "clone_from",
    "from",
    "into",
    "new",
    "request",
];

/// Whether the client has a method of this name that is not an operation.
pub fn is_client_method(name: &str) -> bool {
    OWN.contains(&name)
}
