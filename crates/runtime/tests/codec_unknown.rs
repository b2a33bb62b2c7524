//! Members that the contract does not declare are kept, written back, compared and counted.
#![allow(missing_docs, clippy::unwrap_used)]

use lorgnette_runtime::codec::{Reading, from_json, to_json};
use lorgnette_runtime::{UnknownMembers, Value, Wire, object, tagged_union, untagged_union};
use serde_json::json;

#[derive(Clone, Debug, PartialEq)]
struct Small {
    id: i64,
    unknown: UnknownMembers,
}
object!(Small { 0 id: "id" } keeps unknown);

#[derive(Clone, Debug, PartialEq)]
struct Large {
    id: i64,
    colour: Option<String>,
    kind: Option<String>,
    unknown: UnknownMembers,
}
object!(Large { 0 id: "id", 1 colour: "colour", 2 kind: "kind" } keeps unknown);

#[derive(Clone, Debug, PartialEq)]
enum Tagged {
    Small(Small),
    Large(Large),
    Unknown(Value),
}
tagged_union!(Tagged, "kind" { Small = "small" | "tiny", Large = "large" });

#[derive(Clone, Debug, PartialEq)]
enum Fitting {
    Small(Small),
    Large(Large),
    Unknown(Value),
}
untagged_union!(Fitting { Small, Large });

#[derive(Clone, Debug, PartialEq)]
struct Tree {
    of: Tagged,
    inner: Option<Box<Tree>>,
    unknown: UnknownMembers,
}
object!(Tree { 0 of: "of", 1 inner: "inner" } keeps unknown);

/// Reads a value, and expects it to be written back unchanged.
fn back<T: Wire>(value: &Value) -> T {
    let read: T = from_json(value.to_string().as_bytes()).unwrap();
    let written: Value = serde_json::from_slice(&to_json(&read).unwrap()).unwrap();
    assert_eq!(&written, value);
    read
}

#[test]
fn test_unknown_members_are_read_written_and_compared() {
    let value = json!({"id": 1, "a": null, "b": {"c": [1, 2.5, "x"]}});
    let mut read: Small = back(&value);
    assert_eq!(read.unknown().len(), 2);
    assert_eq!(read.unknown().get("a"), Some(&Value::Null));
    let other: Small = back(&json!({"id": 1}));
    assert_ne!(read, other);
    read.unknown_mut().clear();
    assert_eq!(read, other);
    assert_eq!(to_json(&read).unwrap(), br#"{"id":1}"#);
}

#[test]
fn test_unknown_member_that_is_there_twice_is_the_last_one() {
    let read: Small = from_json(br#"{"a": 1, "id": 1, "a": 2}"#).unwrap();
    assert_eq!(to_json(&read).unwrap(), br#"{"id":1,"a":2}"#);
}

#[test]
fn test_unknown_members_do_not_stand_for_named_ones() {
    let mut read: Small = back(&json!({"id": 1}));
    read.unknown_mut().insert("id", 2);
    assert_eq!(to_json(&read).unwrap(), br#"{"id":1}"#);
}

#[test]
fn test_unknown_members_leave_out_the_tag_of_a_union() {
    let Tagged::Small(small) = back(&json!({"kind": "small", "id": 1, "more": true})) else {
        unreachable!()
    };
    assert_eq!(
        small.unknown().iter().collect::<Vec<_>>(),
        [("more", &json!(true))]
    );
    // A branch that declares the tag has it as a member.
    let Tagged::Large(large) = back(&json!({"kind": "large", "id": 1})) else {
        unreachable!()
    };
    assert_eq!(
        (large.kind.as_deref(), large.unknown().is_empty()),
        (Some("large"), true)
    );
}

#[test]
fn test_second_name_of_a_tag_is_written_as_it_came() {
    let read: Tagged = back(&json!({"kind": "tiny", "id": 1}));
    let first: Tagged = back(&json!({"kind": "small", "id": 1}));
    assert_ne!(read, first);
}

#[test]
fn test_tag_belongs_to_the_object_of_the_union_alone() {
    let tree = json!({
        "kind": "of the tree",
        "of": {"kind": "small", "id": 1, "inner": {"kind": 1}},
        "inner": {"of": {"kind": "large", "id": 2}, "kind": "small"}
    });
    let tree: Tree = back(&tree);
    assert_eq!(tree.unknown().get("kind"), Some(&json!("of the tree")));
}

#[test]
fn test_branch_that_names_more_members_wins_although_others_keep_them() {
    let fitting: Fitting = back(&json!({"id": 1, "colour": "red"}));
    assert!(matches!(fitting, Fitting::Large(_)), "{fitting:?}");
    let fitting: Fitting = back(&json!({"id": 1, "size": 2}));
    assert!(matches!(fitting, Fitting::Small(_)), "{fitting:?}");
}

#[test]
fn test_large_unknown_member_of_a_branch_is_kept() {
    let many: Vec<Value> = (0..100).map(|at| json!({"at": at})).collect();
    let fitting: Fitting = back(&json!({"id": 1, "colour": "red", "many": many}));
    let Fitting::Large(large) = fitting else {
        unreachable!()
    };
    assert_eq!(
        large
            .unknown()
            .get("many")
            .and_then(Value::as_array)
            .map(Vec::len),
        Some(100)
    );
}

#[test]
fn test_unknown_members_count_for_the_memory_of_a_document() {
    // The minimum memory of a document: the text of its unknown member, or of all their names.
    let long = json!({"id": 1, "a": "x".repeat(10_000)}).to_string();
    let many: serde_json::Map<String, Value> = (0..200).map(|at| (format!("m{at}"), json!(1))).collect();
    let mut many = Value::Object(many);
    many["id"] = json!(1);
    let deep = json!({"id": 1, "a": vec![json!({"b": []}); 200]}).to_string();
    for text in [long, many.to_string(), deep] {
        let error = Small::from_body(text.as_bytes(), &mut Reading::strict(9_000)).unwrap_err();
        assert!(error.is_too_large(), "{error}");
        assert!(Small::from_body(text.as_bytes(), &mut Reading::strict(1_000_000)).is_ok());
    }
    assert!(Small::from_body(br#"{"id": 1}"#, &mut Reading::strict(64)).is_ok());
}
