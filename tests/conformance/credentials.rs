//! Meaningless credentials, for judges that require some.

use lorgnette_tests::contract::{Contract, keys};
use serde_json::Value;
use std::collections::BTreeMap;

/// Header fields that satisfy all security schemes of a contract that headers can satisfy.
pub fn credentials(contract: &Contract) -> BTreeMap<String, String> {
    let schemes = if contract.is_swagger() {
        "/securityDefinitions"
    } else {
        "/components/securitySchemes"
    };
    let schemes = contract.at(schemes);
    keys(schemes)
        .filter_map(|name| credential(schemes.get(name)?))
        .collect()
}

/// A header field that satisfies a security scheme; `None` if no header can.
fn credential(scheme: &Value) -> Option<(String, String)> {
    let word = |key: &str| scheme.get(key).and_then(Value::as_str).unwrap_or_default();
    let bearer = || Some(("authorization".to_owned(), "Bearer dummy".to_owned()));
    match (word("type"), word("in"), word("scheme")) {
        ("apiKey", "header", _) => Some((word("name").to_lowercase(), "dummy".to_owned())),
        ("basic", ..) | ("http", _, "basic") => Some(("authorization".to_owned(), "Basic ZDpk".to_owned())),
        ("http" | "oauth2" | "openIdConnect", ..) => bearer(),
        _ => None,
    }
}
