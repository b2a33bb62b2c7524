//! Tests of the maker of values.

#![allow(clippy::unwrap_used)]

use super::*;

fn contract(schema: Value) -> Contract {
    Contract {
        document: json!({"s": schema, "components": {"schemas": {
            "Dog": {"type": "object", "required": ["bark"], "properties": {"bark": {"type": "boolean"}}},
            "Cat": {"type": "object", "properties": {"claws": {"type": "integer"}}},
            "Endless": {"type": "object", "required": ["inner"], "properties": {"inner": {"$ref": "#/components/schemas/Endless"}}},
            "List": {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/List"}}},
        }}}),
    }
}

fn made(schema: Value, manner: Manner) -> Option<Value> {
    Maker::new(&contract(schema), manner, Side::Request).value("/s")
}

#[test]
fn test_object_has_what_is_required_or_everything() {
    let schema = json!({"type": "object", "required": ["a"], "properties": {
        "a": {"type": "string"}, "b": {"type": "integer"}, "c": {"type": "string", "readOnly": true}}});
    assert_eq!(made(schema.clone(), Manner::Least), Some(json!({"a": "text"})));
    assert_eq!(made(schema, Manner::All), Some(json!({"a": "text", "b": 42})));
}

#[test]
fn test_all_of_is_one_object() {
    let schema = json!({"allOf": [{"$ref": "#/components/schemas/Dog"}, {"properties": {"a": {"type": "string"}}}],
        "required": ["a"]});
    assert_eq!(
        made(schema, Manner::Least),
        Some(json!({"bark": true, "a": "text"}))
    );
}

#[test]
fn test_bounds_are_reached() {
    let schema = json!({"type": "array", "minItems": 1, "maxItems": 3,
        "items": {"type": "integer", "minimum": 1, "maximum": 5, "exclusiveMinimum": true}});
    assert_eq!(made(schema.clone(), Manner::Low), Some(json!([2])));
    assert_eq!(made(schema, Manner::High), Some(json!([5, 5, 5])));
    let schema = json!({"type": "string", "minLength": 2, "maxLength": 5, "nullable": true});
    assert_eq!(made(schema.clone(), Manner::Low), Some(Value::Null));
    assert_eq!(
        made(schema, Manner::High)
            .unwrap()
            .as_str()
            .unwrap()
            .chars()
            .count(),
        5
    );
}

#[test]
fn test_choice_carries_its_tag_and_what_stands_beside_it() {
    let schema = json!({"properties": {"id": {"type": "integer"}}, "required": ["id"],
        "oneOf": [{"$ref": "#/components/schemas/Dog"}, {"$ref": "#/components/schemas/Cat"}],
        "discriminator": {"propertyName": "kind", "mapping": {"woof": "#/components/schemas/Dog"}}});
    assert_eq!(
        made(schema.clone(), Manner::Least),
        Some(json!({"id": 42, "bark": true, "kind": "woof"}))
    );
    let high = made(schema, Manner::High).unwrap();
    assert_eq!(
        (&high["kind"], high.get("claws").is_some()),
        (&json!("Cat"), true)
    );
}

#[test]
fn test_recursion_ends_or_gives_nothing() {
    assert_eq!(
        made(json!({"$ref": "#/components/schemas/Endless"}), Manner::All),
        None
    );
    assert!(made(json!({"$ref": "#/components/schemas/List"}), Manner::All).is_some());
}

#[test]
fn test_random_is_the_same_for_the_same_seed() {
    let schema = json!({"type": "array", "minItems": 9, "items": {"type": "string", "format": "uuid"}});
    let one = made(schema.clone(), Manner::Random(1));
    assert_eq!(one, made(schema.clone(), Manner::Random(1)));
    assert_ne!(one, made(schema, Manner::Random(2)));
}

#[test]
fn test_parameter_is_never_empty_or_null() {
    let contract = contract(json!({"type": "array", "items": {"type": "string", "nullable": true}}));
    let mut maker = Maker::new(&contract, Manner::Low, Side::Request);
    assert_eq!(maker.parameter("/s"), Some(json!(["a"])));
}

#[test]
fn test_choice_that_requires_nothing_is_of_one_branch_only() {
    let method = |values: Value| json!({"type": "object", "properties": {"method": {"enum": values}}});
    let contract = contract(json!({"oneOf": [method(json!(["A", "B"])), method(json!(["B", "C"]))]}));
    let schemas = Schemas::of(&contract).unwrap();
    let mut maker = Maker::new(&contract, Manner::Least, Side::Both).checked_by(&schemas);
    let made = maker.value("/s").unwrap();
    let validator = schemas.validator("/s").unwrap();
    assert!(objections(&validator, &made).is_empty(), "{made}");
}

#[test]
fn test_values_are_of_the_types_that_were_seen() {
    let schema = json!({"x-lorgnette-value-types": ["boolean", "integer"]});
    assert_eq!(made(schema.clone(), Manner::All), Some(json!(true)));
    assert_eq!(made(schema, Manner::High), Some(json!(i64::MAX)));
}
