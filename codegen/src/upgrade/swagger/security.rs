//! Turns security definitions into security schemes.

use crate::document::{Node, Object};
use crate::upgrade::members::split_off;
use serde_json::{Map, Value};

/// A security scheme, upgraded.
pub fn scheme(scheme: &Value) -> Value {
    let Value::Object(scheme) = scheme else {
        return scheme.clone();
    };
    let mut scheme = scheme.clone();
    match scheme.text("type") {
        Some("basic") => {
            scheme.insert("type".to_owned(), Value::String("http".to_owned()));
            scheme.insert("scheme".to_owned(), Value::String("basic".to_owned()));
        }
        Some("oauth2") => upgrade_flow(&mut scheme),
        _ => {}
    }
    Value::Object(scheme)
}

fn upgrade_flow(scheme: &mut Object) {
    let mut flow = split_off(scheme, |key| {
        matches!(
            key,
            "flow" | "authorizationUrl" | "tokenUrl" | "refreshUrl" | "scopes"
        )
    });
    let name = match flow.shift_remove("flow").as_ref().and_then(Value::as_str) {
        Some("application" | "clientCredentials") => "clientCredentials",
        Some("accessCode" | "authorizationCode") => "authorizationCode",
        Some("password") => "password",
        _ => "implicit",
    };
    flow.entry("scopes").or_insert_with(|| Value::Object(Map::new()));
    let flows = Map::from_iter([(name.to_owned(), Value::Object(flow))]);
    scheme.insert("flows".to_owned(), Value::Object(flows));
}
