//! Drafts secrets: members whose text grants access, although the contract does not mark them.

use super::confidence::Confidence;
use lorgnette_codegen::document::child;
use serde_json::Value;

/// The endings of such members' names, without separators.
const ENDS: [&str; 15] = [
    "accesssecret",
    "accesstoken",
    "apikey",
    "authtoken",
    "clientsecret",
    "passphrase",
    "passwd",
    "password",
    "presharedkey",
    "privatekey",
    "refreshtoken",
    "secretaccesskey",
    "secretkey",
    "sessiontoken",
    "webhooksecret",
];

/// Names that count only without a prefix.
const ALONE: [&str; 3] = ["psk", "secret", "token"];

/// A drafted secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// The JSON pointer of the schema of its text.
    pub pointer: String,
    /// The confidence of the draft.
    pub confidence: Confidence,
}

/// The members of all schemas that grant access.
pub fn drafted(contract: &Value) -> Vec<Secret> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), contract)];
    while let Some((at, node)) = open.pop() {
        match node {
            Value::Object(members) => {
                if let Some(Value::Object(properties)) = members.get("properties") {
                    for (name, schema) in properties {
                        let at = child(&child(&at, "properties"), name);
                        if let Some(confidence) = opens(name) {
                            let text = text(at, schema);
                            found.extend(text.map(|pointer| Secret { pointer, confidence }));
                        }
                    }
                }
                let is_data = |key: &str| ["example", "examples", "default", "enum", "const"].contains(&key);
                let inner = members.iter().filter(|(key, _)| !is_data(key));
                open.extend(inner.map(|(key, inner)| (child(&at, key), inner)));
            }
            Value::Array(items) => {
                let items = items.iter().enumerate();
                open.extend(items.map(|(index, inner)| (child(&at, &index.to_string()), inner)));
            }
            _ => {}
        }
    }
    found.sort_by(|one, other| one.pointer.cmp(&other.pointer));
    found
}

/// The confidence that a name is that of a member that grants access.
fn opens(name: &str) -> Option<Confidence> {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let plain: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    if ENDS.iter().any(|end| plain.ends_with(end)) {
        return Some(Confidence::High);
    }
    ALONE.contains(&plain.as_str()).then_some(Confidence::Medium)
}

/// The pointer of the schema, if it is text without a format, alone or as an alternative to null.
fn text(at: String, schema: &Value) -> Option<String> {
    let says = |key: &str| schema.get(key).is_some();
    if ["format", "enum", "const", "$ref"].iter().any(|key| says(key)) {
        return None;
    }
    match schema.get("type") {
        Some(Value::String(ty)) => (ty == "string").then_some(at),
        Some(Value::Array(types)) => types.iter().any(|ty| ty == "string").then_some(at),
        _ => ["anyOf", "oneOf"].iter().find_map(|key| {
            let branches = schema.get(key)?.as_array()?.iter().enumerate();
            let mut branches = branches.filter(|(_, branch)| branch.get("type") != Some(&"null".into()));
            let (index, only) = branches.next().filter(|_| branches.next().is_none())?;
            text(child(&child(&at, key), &index.to_string()), only)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn test_text_that_opens_something_is_drafted_to_be_a_secret() {
        let contract = json!({"components": {"schemas": {"Key": {"properties": {
            "apiKey": {"type": "string"},
            "old_password": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "token": {"type": ["string", "null"]},
            "secret": {"type": "string", "format": "password"},
            "access_token": {"$ref": "#/x"},
            "token_type": {"type": "string"},
            "password": {"type": "boolean"},
            "nested": {"properties": {"client-secret": {"type": "string"}}},
        }, "example": {"properties": {"token": {"type": "string"}}}}}}});
        let found = drafted(&contract).into_iter();
        let found: Vec<_> = found
            .map(|secret| {
                (
                    secret.pointer.replace("/components/schemas/Key/properties/", ""),
                    secret.confidence,
                )
            })
            .collect();
        let high = |pointer: &str| (pointer.to_owned(), Confidence::High);
        assert_eq!(
            found,
            [
                high("apiKey"),
                high("nested/properties/client-secret"),
                high("old_password/anyOf/0"),
                ("token".to_owned(), Confidence::Medium),
            ]
        );
    }
}
