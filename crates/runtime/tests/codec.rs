//! The codec of generated types, tested on types of the form that a generated crate has.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::float_cmp
)]

use lorgnette_runtime::codec::{Result, from_json, from_value, to_json, to_value};
use lorgnette_runtime::{
    BTreeMap, DateTime, NaiveDate, NaiveDateTime, Nullable, Secret, Uuid, Value, Wire, object, open_enum,
    tagged_union, untagged_union,
};
use serde_json::json;

#[derive(Clone, Debug, PartialEq)]
struct Point {
    id: i64,
    name: Option<String>,
    tags: Vec<String>,
    owner: Option<String>,
    inner: Option<Box<Point>>,
    list: Option<Vec<Point>>,
}
object!(Point {
    0 id: "id", 1 name: "type", 2 tags: "tags" default, 3 owner: "owner" nullable, 4 inner: "inner", 5 list: "list"
} alias { "ID" => 0, "Tags" => 2 });

#[derive(Clone, Debug, PartialEq)]
struct Open {
    id: i64,
    rest: BTreeMap<String, f64>,
}
object!(Open { 0 id: "id" } rest rest);

#[derive(Clone, Debug, PartialEq, Default)]
struct Patch {
    note: Nullable<String>,
}
object!(Patch { 0 note: "note" });

#[derive(Clone, Debug, PartialEq)]
struct Nothing {}
object!(Nothing {});

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Band {
    TwoPointFour,
    Five,
    Unknown(String),
}
open_enum!(Band { TwoPointFour = "2.4", Five = "5" });

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Width {
    W20,
    Minus,
    Unknown(i64),
}
open_enum!(Width: i64 { W20 = 20, Minus = -1 });

#[derive(Clone, Debug, PartialEq)]
enum Rate {
    Low,
    High,
    Unknown(f64),
}
open_enum!(Rate: f64 { Low = 2.4, High = 5.0 });

#[derive(Clone, Debug, PartialEq)]
enum Always {
    Yes,
    Unknown(bool),
}
open_enum!(Always: bool { Yes = true });

#[derive(Clone, Debug, PartialEq)]
enum Mixed {
    Text,
    Two,
    Unknown(Value),
}
open_enum!(Mixed: Value { Text = "\"text\"", Two = "2" });

#[derive(Clone, Debug, PartialEq)]
struct Cat {
    kind: Option<String>,
    lives: i64,
}
object!(Cat { 0 kind: "kind", 1 lives: "lives" });
#[derive(Clone, Debug, PartialEq)]
struct Dog {
    name: String,
    size: Option<i64>,
}
object!(Dog { 0 name: "name", 1 size: "size" });
#[derive(Clone, Debug, PartialEq)]
enum Pet {
    Cat(Cat),
    Dog(Dog),
    Unknown(Value),
}
tagged_union!(Pet, "kind" { Cat = "cat" | "tom", Dog = "dog" });

#[derive(Clone, Debug, PartialEq)]
struct Small {
    name: Option<String>,
}
object!(Small { 0 name: "name" });
#[derive(Clone, Debug, PartialEq)]
enum Fitting {
    Small(Small),
    Dog(Dog),
    Count(i64),
    Unknown(Value),
}
untagged_union!(Fitting { Small, Dog, Count });

#[derive(Clone, Debug, PartialEq)]
enum PeapMethod {
    Gtc,
    Unknown(String),
}
open_enum!(PeapMethod { Gtc = "GTC" });
#[derive(Clone, Debug, PartialEq)]
enum TtlsMethod {
    Pap,
    Unknown(String),
}
open_enum!(TtlsMethod { Pap = "PAP" });
#[derive(Clone, Debug, PartialEq)]
struct Peap {
    method: Option<PeapMethod>,
    tls: Option<i64>,
}
object!(Peap { 0 method: "method", 1 tls: "tls" });
#[derive(Clone, Debug, PartialEq)]
struct Ttls {
    method: Option<TtlsMethod>,
}
object!(Ttls { 0 method: "method" });
#[derive(Clone, Debug, PartialEq)]
enum Inner {
    Peap(Peap),
    Ttls(Ttls),
    Unknown(Value),
}
untagged_union!(Inner { Peap, Ttls });

fn text(value: &dyn Wire) -> String {
    String::from_utf8(to_json(value).unwrap()).unwrap()
}

fn read<T: Wire>(json: &str) -> Result<T> {
    from_json(json.as_bytes())
}

fn error<T: Wire>(json: &str) -> String {
    read::<T>(json).map(drop).unwrap_err().to_string()
}

#[test]
fn test_integer_reads_whole_floats_and_nothing_else() {
    assert_eq!(read::<i64>("42.0").unwrap(), 42);
    assert_eq!(read::<i64>("1.6e12").unwrap(), 1_600_000_000_000);
    assert_eq!(read::<u64>("18446744073709551615").unwrap(), u64::MAX);
    assert_eq!(read::<i32>("-7").unwrap(), -7);
    for wrong in ["42.5", "\"42\"", "true", "null", "[42]", "{}"] {
        assert!(read::<i64>(wrong).is_err(), "{wrong}");
    }
    assert!(read::<i64>("9223372036854775808").is_err());
    assert!(read::<i32>("2147483648").is_err());
    assert!(read::<u32>("-1").is_err());
    assert!(read::<i64>("1e300").is_err());
}

#[test]
fn test_float_is_written_as_integer_when_whole() {
    for (value, expected) in [
        (42.0, "42"),
        (-0.0, "0"),
        (1_600_000_000_000.0, "1600000000000"),
        (1e21, "1000000000000000000000"),
        (0.5, "0.5"),
        (2.4, "2.4"),
        (9_007_199_254_740_993.0, "9007199254740992"),
    ] {
        assert_eq!(text(&value), expected);
        assert_eq!(read::<f64>(expected).unwrap(), value);
    }
    assert_eq!(text(&2.4_f32), "2.4");
    assert_eq!(text(&json!({"a": [42.0, 1.5]})), r#"{"a":[42,1.5]}"#);
    assert!(to_json(&f64::NAN).is_err() && to_json(&f64::INFINITY).is_err());
}

#[test]
fn test_date_time_keeps_offset_and_reads_zone_in_brackets() {
    let read_back = |json: &str| text(&read::<DateTime>(json).unwrap());
    assert_eq!(
        read_back("\"2023-01-18T15:51:20.437Z[UTC]\""),
        "\"2023-01-18T15:51:20.437Z\""
    );
    assert_eq!(
        read_back("\"2023-01-18T15:51:20+02:00[Europe/Helsinki]\""),
        "\"2023-01-18T15:51:20+02:00\""
    );
    assert_eq!(
        read_back("\"2023-01-18T15:51:20.000-05:30\""),
        "\"2023-01-18T15:51:20-05:30\""
    );
    assert!(read::<DateTime>("\"2023-01-18T15:51:20\"").is_err());
    assert!(read::<DateTime>("\"]\"").is_err());
    assert!(read::<DateTime>("1674057080").is_err());
}

#[test]
fn test_naive_date_time_reads_what_vendors_send_and_writes_no_zone() {
    for (wire, expected) in [
        ("2024-02-29T01:02:03", "2024-02-29T01:02:03"),
        ("2024-02-29T01:02:03Z", "2024-02-29T01:02:03"),
        ("2024-02-29 01:02:03.5", "2024-02-29T01:02:03.500"),
        ("2024-02-29T01:02:03.123456Z", "2024-02-29T01:02:03.123456"),
        ("2024-02-29T01:02:03.000", "2024-02-29T01:02:03"),
        ("2024-02-29T01:02:03.123456789", "2024-02-29T01:02:03.123456789"),
        ("2024-02-29T01:02:03+01:00", "2024-02-29T00:02:03"),
    ] {
        let time: NaiveDateTime = from_value(&json!(wire)).unwrap();
        assert_eq!(to_value(&time).unwrap(), json!(expected));
    }
    assert!(from_value::<NaiveDateTime>(&json!("2024-02-30T00:00:00")).is_err());
    assert_eq!(
        text(&read::<NaiveDate>("\"2024-02-29\"").unwrap()),
        "\"2024-02-29\""
    );
}

#[test]
fn test_uuid_round_trips_hyphenated() {
    let uuid: Uuid = read("\"F47AC10B-58CC-4372-A567-0E02B2C3D479\"").unwrap();
    assert_eq!(text(&uuid), "\"f47ac10b-58cc-4372-a567-0e02b2c3d479\"");
    assert_eq!(error::<Uuid>("\"hunter2\""), "expected a UUID, found other text");
}

#[test]
fn test_object_reads_members_in_any_order_and_ignores_unknown_ones() {
    let point: Point = read(
        r#"{"owner": null, "new": [{"a": 1}], "inner": {"id": 2}, "ID": 1, "type": "\u00e9", "Tags": ["a"]}"#,
    )
    .unwrap();
    assert_eq!(point.id, 1);
    assert_eq!(point.name.as_deref(), Some("é"));
    assert_eq!(point.tags, ["a"]);
    assert_eq!(point.inner.as_ref().unwrap().id, 2);
    assert_eq!(
        text(&point),
        r#"{"id":1,"type":"é","tags":["a"],"owner":null,"inner":{"id":2,"tags":[],"owner":null}}"#
    );
}

#[test]
fn test_object_takes_the_last_of_two_members() {
    assert_eq!(
        read::<Point>(r#"{"id": 1, "id": 2, "tags": ["a"], "tags": null}"#)
            .unwrap()
            .id,
        2
    );
    assert!(
        read::<Point>(r#"{"id": 1, "tags": ["a"], "tags": null}"#)
            .unwrap()
            .tags
            .is_empty()
    );
}

#[test]
fn test_errors_name_the_place_and_never_the_value() {
    assert_eq!(
        error::<Point>(r#"{"id": 1, "list": [{"id": 1}, {"type": "x"}]}"#),
        "list[1].id: a required member is missing"
    );
    let message = error::<Point>(r#"{"id": 1, "list": [{"id": "hunter2"}]}"#);
    assert!(
        message.starts_with("list[0].id: expected an integer, found text"),
        "{message}"
    );
    assert!(!message.contains("hunter2"), "{message}");
    let message = error::<Point>(r#"{"id": 1, "type": 424242}"#);
    assert!(message == "type: expected text, found an integer", "{message}");
    let message = error::<Point>(r#"{"id": 1, "inner": "a, expected b"}"#);
    assert!(
        message.starts_with("inner: expected an object, found text"),
        "{message}"
    );
    assert!(error::<Point>(r#"{"id": 1, "type": "#).contains("EOF"));
    assert!(
        error::<BTreeMap<String, i64>>(r#"{"a.b": false}"#)
            .starts_with("[*]: expected an integer, found a boolean")
    );
    assert_eq!(read::<Point>(r#"{"id": null}"#).unwrap_err().path(), "id");
}

#[test]
fn test_errors_of_writing_name_the_place() {
    let map = BTreeMap::from([("keys".to_owned(), vec![Secret::new("a"), Secret::new("****")])]);
    let error = to_json(&map).unwrap_err();
    assert_eq!(error.path(), "keys[1]");
    assert!(error.message().contains("masked_on_purpose"));
}

#[test]
fn test_object_keeps_members_without_name_in_rest() {
    let open: Open = read(r#"{"a": 1.5, "id": 3, "b": 2}"#).unwrap();
    assert_eq!(open.rest, BTreeMap::from([("a".into(), 1.5), ("b".into(), 2.0)]));
    assert_eq!(text(&open), r#"{"id":3,"a":1.5,"b":2}"#);
    let clash = Open {
        id: 3,
        rest: BTreeMap::from([("id".into(), 1.0), ("z".into(), 1.0)]),
    };
    assert_eq!(text(&clash), r#"{"id":3,"z":1}"#);
}

#[derive(Clone, Debug, PartialEq)]
struct Anything {
    value: Option<Value>,
    may: Nullable<Value>,
}
object!(Anything { 0 value: "value", 1 may: "may" });

#[test]
fn test_null_is_a_value_where_any_may_be() {
    let null = Anything {
        value: Some(Value::Null),
        may: Nullable::Null,
    };
    let absent = Anything {
        value: None,
        may: Nullable::Absent,
    };
    for (text, anything) in [(r#"{"value":null,"may":null}"#, null), ("{}", absent)] {
        assert_eq!(read::<Anything>(text).unwrap(), anything);
        assert_eq!(to_json(&anything).unwrap(), text.as_bytes());
    }
}

#[test]
fn test_nullable_tells_absent_from_null() {
    for (json, patch) in [
        ("{}", Nullable::Absent),
        (r#"{"note":null}"#, Nullable::Null),
        (r#"{"note":"x"}"#, Nullable::from("x")),
    ] {
        let read: Patch = read(json).unwrap();
        assert_eq!(read.note, patch);
        assert_eq!(text(&read), json);
    }
}

#[test]
fn test_object_without_members_reads_any_object() {
    assert_eq!(text(&read::<Nothing>(r#"{"a": {}}"#).unwrap()), "{}");
    assert!(read::<Nothing>("[]").is_err());
}

#[test]
fn test_text_enum_keeps_unknown_values() {
    assert_eq!(
        read::<Vec<Band>>(r#"["5", "6"]"#).unwrap(),
        [Band::Five, Band::Unknown("6".into())]
    );
    assert_eq!(text(&vec![Band::TwoPointFour, Band::from("6")]), r#"["2.4","6"]"#);
    assert_eq!("2.4".parse::<Band>().unwrap(), Band::TwoPointFour);
    assert_eq!(Band::from("5".to_owned()), "5");
    assert_eq!(format!("{:>4}", Band::Five), "   5");
    assert_eq!(Band::KNOWN.len(), 2);
    assert!(read::<Band>("5").is_err());
}

#[test]
fn test_scalar_and_mixed_enums_keep_unknown_values() {
    assert_eq!(
        read::<Vec<Width>>("[20.0, -1, 7]").unwrap(),
        [Width::W20, Width::Minus, Width::Unknown(7)]
    );
    assert_eq!(text(&vec![Width::Minus, Width::Unknown(7)]), "[-1,7]");
    assert_eq!(Width::from(20).to_string(), "20");
    assert_eq!(
        read::<Vec<Rate>>("[2.40, 5, 6.5]").unwrap(),
        [Rate::Low, Rate::High, Rate::Unknown(6.5)]
    );
    assert_eq!(text(&Rate::High), "5");
    assert_eq!(
        read::<Vec<Always>>("[true, false]").unwrap(),
        [Always::Yes, Always::Unknown(false)]
    );
    let mixed = read::<Vec<Mixed>>(r#"["text", 2.0, {"a": 1}]"#).unwrap();
    assert_eq!(mixed, [Mixed::Text, Mixed::Two, Mixed::Unknown(json!({"a": 1}))]);
    assert_eq!(text(&mixed), r#"["text",2,{"a":1}]"#);
}

#[test]
fn test_tagged_union_writes_the_tag_once() {
    let cat = |kind: Option<&str>| {
        Pet::Cat(Cat {
            kind: kind.map(Into::into),
            lives: 9,
        })
    };
    assert_eq!(
        read::<Pet>(r#"{"lives": 9, "kind": "tom"}"#).unwrap(),
        cat(Some("tom"))
    );
    assert_eq!(text(&cat(Some("tom"))), r#"{"kind":"tom","lives":9}"#);
    assert_eq!(text(&cat(None)), r#"{"kind":"cat","lives":9}"#);
    let dog = Pet::Dog(Dog {
        name: "Rex".into(),
        size: None,
    });
    assert_eq!(text(&dog), r#"{"kind":"dog","name":"Rex"}"#);
    assert_eq!(read::<Pet>(&text(&dog)).unwrap(), dog);
}

#[test]
fn test_tagged_union_keeps_unknown_tags() {
    for json in [r#"{"kind":"bird","wings":2}"#, r#"{"name":"x"}"#, "7"] {
        let pet = read::<Pet>(json).unwrap();
        assert!(matches!(pet, Pet::Unknown(_)));
        assert_eq!(text(&pet), json);
    }
    assert_eq!(
        error::<Vec<Pet>>(r#"[{"kind": "cat"}]"#),
        "[0].lives: a required member is missing"
    );
}

#[test]
fn test_untagged_union_prefers_the_branch_that_ignores_least() {
    assert!(matches!(read(r#"{"name": "a"}"#).unwrap(), Fitting::Small(_)));
    assert!(matches!(
        read(r#"{"name": "a", "size": 1}"#).unwrap(),
        Fitting::Dog(_)
    ));
    assert!(matches!(
        read(r#"{"name": "a", "new": 1}"#).unwrap(),
        Fitting::Small(_)
    ));
    assert!(matches!(read("5.0").unwrap(), Fitting::Count(5)));
    assert_eq!(read::<Fitting>("\"x\"").unwrap(), Fitting::Unknown(json!("x")));
}

#[test]
fn test_untagged_union_prefers_the_branch_that_knows_the_values() {
    let method = |json: &str| read::<Inner>(json).unwrap();
    assert!(matches!(method(r#"{"method": "GTC"}"#), Inner::Peap(_)));
    assert!(matches!(method(r#"{"method": "PAP"}"#), Inner::Ttls(_)));
    assert!(matches!(method(r#"{"method": "NEW"}"#), Inner::Peap(_)));
    // Lost members count for more than kept values.
    assert!(matches!(method(r#"{"method": "PAP", "tls": 1}"#), Inner::Peap(_)));
    assert_eq!(text(&method(r#"{"method": "PAP"}"#)), r#"{"method":"PAP"}"#);
}

#[test]
fn test_serde_traits_work_with_other_formats_than_text() {
    let tree = json!({"id": 1, "tags": [], "owner": null});
    let point: Point = serde_json::from_value(tree.clone()).unwrap();
    assert_eq!(serde_json::to_value(&point).unwrap(), tree);
    let message = serde_json::from_str::<Vec<Point>>(r#"[{"id": "x"}]"#)
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("[0].id: expected an integer") || message.contains("id: expected an integer"),
        "{message}"
    );
}

#[test]
fn test_document_followed_by_more_is_an_error() {
    assert!(read::<i64>("1 2").is_err());
    assert!(read::<()>("{\"anything\": [1]}").is_ok());
}

#[test]
fn test_deeply_nested_input_is_an_error_and_no_overflow() {
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(read::<Value>(&deep).is_err());
}
