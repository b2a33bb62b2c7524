//! Names moved component schemas after their original place.
//!
//! The passes over schemas make Rust names of them.

use super::places::ORIGIN;
use crate::document::Object;
use heck::ToUpperCamelCase;
use serde_json::Value;

/// Tokens of a pointer that name the kind of place, not its content.
const STRUCTURE: [&str; 22] = [
    "components",
    "schemas",
    "parameters",
    "responses",
    "requestBodies",
    "requestBody",
    "headers",
    "pathItems",
    "paths",
    "content",
    "schema",
    "properties",
    "patternProperties",
    "items",
    "additionalProperties",
    "allOf",
    "oneOf",
    "anyOf",
    "definitions",
    "$defs",
    "not",
    "prefixItems",
];

/// A name for the schema at `pointer`.
pub fn name_of(pointer: &str) -> String {
    let tokens: Vec<String> = pointer
        .split('/')
        .skip(1)
        .map(|token| token.replace("~1", "/").replace("~0", "~"))
        .collect();
    // The contract's key of a component is kept, and the words after it are appended.
    let (mut name, rest) = match tokens.as_slice() {
        [components, _, key, rest @ ..] if components == "components" => (key.clone(), rest),
        all => (String::new(), all),
    };
    let mut in_content = false;
    for token in rest {
        let structural = in_content || STRUCTURE.contains(&token.as_str()) || is_index(token);
        in_content = token == "content";
        if !structural {
            name.push_str(&token.to_upper_camel_case());
        }
    }
    if name.is_empty() { "Schema".into() } else { name }
}

/// Whether the token is an index of a list; a status is not.
fn is_index(token: &str) -> bool {
    token.len() < 3 && token.bytes().all(|byte| byte.is_ascii_digit())
}

/// Adds `schema` to the component `schemas` under `name` and returns its key: `name` itself if it
/// is free or belongs to an equal schema, or else the first such name among `name` with `suffix`
/// and `name` with a number.
pub fn add(schemas: &mut Object, name: &str, suffix: &str, schema: Value) -> String {
    let candidates = [name.to_string(), format!("{name}{suffix}")].into_iter();
    for candidate in candidates.chain((2_u64..).map(|number| format!("{name}{suffix}{number}"))) {
        match schemas.get(&candidate) {
            None => {
                schemas.insert(candidate.clone(), schema);
                return candidate;
            }
            Some(present) if same(present, &schema) => return candidate,
            Some(_) => {}
        }
    }
    name.to_string()
}

/// Whether two schemas are equal except for their places.
fn same(one: &Value, other: &Value) -> bool {
    let (Some(one), Some(other)) = (one.as_object(), other.as_object()) else {
        return one == other;
    };
    let members = |object: &Object| object.len() - usize::from(object.contains_key(ORIGIN));
    members(one) == members(other)
        && one
            .iter()
            .all(|(member, value)| member == ORIGIN || other.get(member) == Some(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn test_name_of_keeps_what_says_something() {
        for (pointer, name) in [
            ("/components/parameters/common.Sort", "common.Sort"),
            (
                "/components/schemas/Transfer/definitions/account/properties/currency",
                "TransferAccountCurrency",
            ),
            (
                "/paths/~1lamps~1{id}/post/responses/403/content/application~1json/schema",
                "LampsIdPost403",
            ),
            (
                "/components/responses/Gone/content/application~1json/schema/allOf/1",
                "Gone",
            ),
            ("/paths", "Schema"),
        ] {
            assert_eq!(name_of(pointer), name);
        }
    }

    #[test]
    fn test_add_shares_equal_schemas_and_tells_different_ones_apart() {
        let mut schemas = Object::new();
        assert_eq!(add(&mut schemas, "A", "Parameter", json!(1)), "A");
        assert_eq!(add(&mut schemas, "A", "Parameter", json!(1)), "A");
        assert_eq!(add(&mut schemas, "A", "Parameter", json!(2)), "AParameter");
        assert_eq!(add(&mut schemas, "A", "Parameter", json!(3)), "AParameter2");
        assert_eq!(
            add(
                &mut schemas,
                "B",
                "Parameter",
                json!({"enum": [1], "x-lorgnette-origin": "/a"})
            ),
            "B"
        );
        assert_eq!(add(&mut schemas, "B", "Parameter", json!({"enum": [1]})), "B");
    }
}
