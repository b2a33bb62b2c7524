//! Removes the tag from types that are only used as branches, since the branch implies it.
//!
//! Before: `Delivery` is a union by `kind`, whose branch `webhook` is
//! `DeliveryWebhook { kind, url }`.
//! After: `DeliveryWebhook { url }`, and the union writes and reads `kind`.
//!
//! A type that is also used elsewhere keeps the member, and so does one that several values select.

use crate::ir::{Api, Branches, Shape};
use std::collections::BTreeSet;

/// Runs the pass.
pub(super) fn apply(api: &mut Api) {
    let mere: Vec<(String, String)> = Branches::of(api)
        .mere()
        .map(|(name, tag)| (name.to_string(), tag.to_string()))
        .collect();
    let mut kinds = BTreeSet::new();
    for (name, tag) in mere {
        if let Some(Shape::Object(object)) = api.types.get_mut(&name).map(|def| &mut def.shape)
            && let Some(index) = object.members.iter().position(|member| member.wire == tag)
        {
            let member = object.members.remove(index);
            object.aliases.retain(|(_, wire)| *wire != tag);
            kinds.extend(member.ty.named().map(ToString::to_string));
        }
    }
    // The types of such members may no longer be needed.
    let used = Branches::of(api);
    let unused: Vec<String> = kinds
        .into_iter()
        .filter(|kind| !used.is_elsewhere(kind))
        .collect();
    for kind in unused {
        api.types.shift_remove(&kind);
    }
}

#[cfg(test)]
mod tests {
    use crate::ir::{Api, Shape};
    use crate::names::testing::named;
    use serde_json::{Value, json};

    /// An API whose type `Basic` is a branch of `Auth`, with these further schemas.
    fn api(more: &Value) -> Api {
        let mut schemas = json!({
            "Auth": {
                "oneOf": [{"$ref": "#/components/schemas/Basic"}, {"$ref": "#/components/schemas/Bearer"}],
                "discriminator": {"propertyName": "type", "mapping": {
                    "basic": "#/components/schemas/Basic", "bearer": "#/components/schemas/Bearer",
                    "jwt": "#/components/schemas/Bearer"
                }}
            },
            "Basic": {"type": "object", "required": ["type"], "properties": {
                "type": {"type": "string", "enum": ["basic"]}, "user": {"type": "string"}
            }},
            "Bearer": {"type": "object", "properties": {"type": {"type": "string"}, "token": {"type": "string"}}},
            "Holder": {"type": "object", "properties": {"auth": {"$ref": "#/components/schemas/Auth"}}}
        });
        if let (Value::Object(schemas), Value::Object(more)) = (&mut schemas, more.clone()) {
            schemas.extend(more);
        }
        let document = json!({
            "paths": {"/x": {"get": {"operationId": "x", "tags": ["t"], "responses": {"200": {"content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/Holder"}}
            }}}}}},
            "components": {"schemas": schemas}
        });
        named(document)
    }

    /// The members of `Basic`.
    fn members(more: &Value) -> Vec<String> {
        let api = api(more);
        assert_eq!(api.types.contains_key("BasicType"), more != &json!({}));
        let wires = |name: &str| match &api.types[name].shape {
            Shape::Object(object) => object.members.iter().map(|member| member.wire.clone()).collect(),
            _ => Vec::new(),
        };
        assert_eq!(wires("Bearer"), ["type", "token"]);
        wires("Basic")
    }

    #[test]
    fn test_tag_of_a_mere_branch_goes_with_the_type_of_its_values() {
        assert_eq!(members(&json!({})), ["user"]);
    }

    #[test]
    fn test_other_spellings_of_a_tag_go_with_it() {
        let api = api(&json!({"Basic": {
            "type": "object", "required": ["type"], "x-lorgnette-case-inferred": true,
            "properties": {"type": {"type": "string", "enum": ["basic"]}, "user": {"type": "string"}}
        }}));
        let Shape::Object(basic) = &api.types["Basic"].shape else {
            return assert!(api.types.is_empty());
        };
        assert_eq!(basic.aliases, [("User".to_string(), "user".to_string())]);
    }

    #[test]
    fn test_tag_stays_where_the_type_is_used_alone() {
        let alone = json!({"Holder": {"type": "object", "properties": {
            "auth": {"$ref": "#/components/schemas/Auth"}, "own": {"$ref": "#/components/schemas/Basic"}
        }}});
        assert_eq!(members(&alone), ["type", "user"]);
    }
}
