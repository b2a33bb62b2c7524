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

#[test]
fn test_whole_numbers_are_those_of_their_format() {
    for (format, low, high) in [
        ("int8", json!(i8::MIN), json!(i8::MAX)),
        ("short", json!(i16::MIN), json!(i16::MAX)),
        ("int32", json!(i32::MIN), json!(i32::MAX)),
        ("uint16", json!(0), json!(u16::MAX)),
        ("uint64", json!(0), json!(u64::MAX)),
        ("timestamp", json!(i64::MIN), json!(i64::MAX)),
    ] {
        let schema = json!({"type": "integer", "format": format});
        assert_eq!(made(schema.clone(), Manner::Low), Some(low), "{format}");
        assert_eq!(made(schema.clone(), Manner::High), Some(high), "{format}");
        let contract = contract(schema);
        let mut maker = Maker::new(&contract, Manner::High, Side::Request).within_javascript();
        let made = maker.value("/s").unwrap();
        assert!(made.as_u64().unwrap() < 1 << 53, "{format}: {made}");
    }
    let schema = json!({"type": "integer", "format": "int32", "maximum": 4_294_967_295_u64});
    assert_eq!(made(schema, Manner::High), Some(json!(u32::MAX)));
    let schema = json!({"type": "integer", "minimum": i64::MIN, "maximum": i64::MAX});
    assert_eq!(made(schema.clone(), Manner::Low), Some(json!(i64::MIN)));
    assert_eq!(made(schema, Manner::High), Some(json!(i64::MAX)));
}

#[test]
fn test_numbers_in_a_format_of_whole_ones_are_whole() {
    let schema = json!({"type": "number", "format": "int32"});
    assert_eq!(made(schema.clone(), Manner::All), Some(json!(42)));
    assert_eq!(made(schema, Manner::High), Some(json!(i32::MAX)));
}

#[test]
fn test_parameter_is_never_only_spaces() {
    let contract = contract(json!({"type": "string", "maxLength": 1}));
    for seed in 0..64 {
        let mut maker = Maker::new(&contract, Manner::Random(seed), Side::Request);
        let made = maker.parameter("/s").unwrap();
        assert!(!made.as_str().unwrap().trim().is_empty(), "{seed}: {made}");
    }
}

#[test]
fn test_parameter_is_the_branch_that_is_not_null() {
    let choice = json!({"anyOf": [{"type": "null"}, {"type": "string"}]});
    for schema in [choice, json!({"type": ["null", "string"]})] {
        let contract = contract(schema);
        for manner in [Manner::Least, Manner::High, Manner::Random(1), Manner::Random(2)] {
            let made = Maker::new(&contract, manner, Side::Request).parameter("/s");
            assert!(made.is_some_and(|made| made.is_string()), "{manner:?}");
        }
    }
}

#[test]
fn test_maps_have_as_many_members_as_they_need() {
    let schema = json!({"additionalProperties": {"type": "integer"}, "minProperties": 2, "maxProperties": 3});
    for (manner, count) in [
        (Manner::Least, 2),
        (Manner::Low, 2),
        (Manner::All, 2),
        (Manner::High, 2),
    ] {
        let made = made(schema.clone(), manner).unwrap();
        assert_eq!(made.as_object().unwrap().len(), count, "{manner:?}: {made}");
    }
    let named = json!({"type": "object", "patternProperties": {"^[a-z]{1,4}$": {"type": "integer"}}, "minProperties": 2});
    let members = made(named, Manner::Low).unwrap();
    let names: Vec<&String> = members.as_object().unwrap().keys().collect();
    let is_word = |name: &&String| name.chars().all(|letter| letter.is_ascii_lowercase());
    assert!(names.len() == 2 && names.iter().all(is_word), "{names:?}");
    let none = json!({"additionalProperties": true, "maxProperties": 0});
    assert_eq!(made(none, Manner::High), Some(json!({})));
}

#[test]
fn test_bounds_may_exclude_themselves() {
    let schema = json!({"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 9});
    assert_eq!(made(schema.clone(), Manner::Low), Some(json!(1)));
    assert_eq!(made(schema, Manner::High), Some(json!(8)));
    let schema = json!({"type": "number", "exclusiveMinimum": 0, "maximum": 1, "exclusiveMaximum": true});
    assert_eq!(made(schema.clone(), Manner::Low), Some(json!(0.125)));
    assert_eq!(made(schema, Manner::High), Some(json!(0.875)));
}

#[test]
fn test_branch_whose_pattern_nothing_matches_is_not_chosen() {
    let contract = Contract {
        document: json!({"s": {"anyOf": [
            {"type": "string", "enum": ["a", "b"]}, {"type": "string", "pattern": ".^", "nullable": true}
        ]}}),
    };
    let schemas = Schemas::of(&contract).unwrap();
    for manner in [Manner::Least, Manner::High, Manner::Random(1), Manner::Random(2)] {
        let value = Maker::new(&contract, manner, Side::Both)
            .checked_by(&schemas)
            .value("/s");
        let is_allowed = |value: &Value| value.is_null() || *value == "a" || *value == "b";
        assert!(value.as_ref().is_some_and(is_allowed), "{manner:?}: {value:?}");
    }
}

#[test]
fn test_null_needs_every_part_that_names_a_type_to_allow_it() {
    let contract = Contract {
        document: json!({
            "one": {"allOf": [{"type": "object", "properties": {}}, {"nullable": true}]},
            "both": {"allOf": [{"type": "object", "nullable": true}, {"nullable": true}]},
            "whole": {"allOf": [{"type": "object", "properties": {}}], "nullable": true}
        }),
    };
    let schemas = Schemas::of(&contract).unwrap();
    for (name, is_null) in [("/one", false), ("/both", true), ("/whole", true)] {
        let value = Maker::new(&contract, Manner::Low, Side::Both)
            .value(name)
            .unwrap();
        assert_eq!(value.is_null(), is_null, "{name}");
        assert_eq!(
            objections(&schemas.validator(name).unwrap(), &value),
            [""; 0],
            "{name}"
        );
    }
}
