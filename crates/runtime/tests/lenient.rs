//! Lenient reading of values that do not fit: null lists, members of another type, single items of
//! a list.
#![allow(missing_docs, clippy::unwrap_used)]

use lorgnette_runtime::codec::{self, Reading, from_json, to_json};
use lorgnette_runtime::{
    BTreeMap, Nullable, UnknownMembers, Value, Wire, object, tagged_union, untagged_union,
};
use serde_json::json;

#[derive(Clone, Debug, PartialEq)]
struct Sensor {
    id: i64,
    tags: Vec<String>,
    labels: BTreeMap<String, i64>,
    unknown: UnknownMembers,
}
object!(Sensor { 0 id: "id", 1 tags: "tags", 2 labels: "labels" } keeps unknown);

#[test]
fn test_required_list_that_is_null_is_empty() {
    let sensor: Sensor = from_json(br#"{"id": 1, "tags": null, "labels": null}"#).unwrap();
    assert_eq!(to_json(&sensor).unwrap(), br#"{"id":1,"tags":[],"labels":{}}"#);
    // Missing members are a separate fault, and so are other members.
    assert!(from_json::<Sensor>(br#"{"id": 1, "labels": {}}"#).is_err());
    assert!(from_json::<Sensor>(br#"{"id": null, "tags": [], "labels": {}}"#).is_err());
    assert!(from_json::<Sensor>(br#"{"id": 1, "tags": [null], "labels": {}}"#).is_err());
    let read = |text: &str| Vec::<i64>::from_body(text.as_bytes(), &mut Reading::strict(1000));
    assert_eq!(read("null").unwrap(), Vec::<i64>::new());
}

#[derive(Clone, Debug, PartialEq)]
struct Camera {
    id: i64,
    name: Option<String>,
    tags: Vec<String>,
    zone: Nullable<i64>,
    inner: Option<Box<Camera>>,
    list: Option<Vec<Camera>>,
    kind: Option<Kind>,
    unknown: UnknownMembers,
}
object!(Camera { 0 id: "id", 1 name: "name", 2 tags: "tags" default, 3 zone: "zone", 4 inner: "inner", 5 list: "list",
    6 kind: "kind" } keeps unknown);

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Dome(Dome),
    Size(Size),
    Unknown(Value),
}
untagged_union!(Kind { Dome, Size });
#[derive(Clone, Debug, PartialEq)]
struct Dome {
    glass: Option<bool>,
    unknown: UnknownMembers,
}
object!(Dome { 0 glass: "glass" } keeps unknown);
#[derive(Clone, Debug, PartialEq)]
struct Size {
    glass: Option<i64>,
    unknown: UnknownMembers,
}
object!(Size { 0 glass: "glass" } keeps unknown);

#[derive(Clone, Debug, PartialEq)]
enum Tagged {
    Dome(Dome),
    Unknown(Value),
}
tagged_union!(Tagged, "type" { Dome = "dome" });

/// Reads leniently: returns the value, and the places where something did not fit.
fn read<T: Wire>(value: &Value) -> (T, Vec<String>) {
    let mut reading = Reading::leniently(1 << 20, true);
    let read = T::from_body(value.to_string().as_bytes(), &mut reading).unwrap();
    let misfits = reading.take_misfits();
    assert_eq!(misfits.count(), misfits.first().len());
    (read, misfits.first().iter().map(codec::Error::path).collect())
}

fn written(value: &impl Wire) -> Value {
    serde_json::from_slice(&to_json(value).unwrap()).unwrap()
}

#[test]
fn test_member_that_does_not_fit_is_kept_as_it_came() {
    let value = json!({"id": 1, "name": 7, "tags": "a", "zone": [], "more": 1});
    let (camera, misfits): (Camera, _) = read(&value);
    assert_eq!(misfits, ["name", "tags", "zone"]);
    assert_eq!(
        (camera.name.as_deref(), camera.tags.len(), camera.zone.value()),
        (None, 0, None)
    );
    assert_eq!(camera.unknown().get("name"), Some(&json!(7)));
    assert_eq!(written(&camera), value);
    // A value that is set explicitly replaces it.
    let mut camera = camera;
    (camera.name, camera.tags) = (Some("n".into()), vec!["b".into()]);
    assert_eq!(
        written(&camera),
        json!({"id": 1, "name": "n", "tags": ["b"], "zone": [], "more": 1})
    );
}

#[test]
fn test_misfit_far_inside_is_told_with_its_place() {
    let deep = json!({"id": 4, "tags": [], "inner": {"id": 5, "tags": [], "name": {}}});
    let list = json!([{"id": 3, "tags": []}, deep]);
    let value = json!({"id": 1, "tags": [], "inner": {"id": 2, "tags": [], "list": list}});
    let (camera, misfits): (Camera, _) = read(&value);
    assert_eq!(misfits, ["inner.list[1].inner.name"]);
    assert_eq!(written(&camera), value);
}

#[test]
fn test_required_member_that_does_not_fit_takes_what_is_around_it_along() {
    // The object requires its id, but its owner does not require the object.
    let value = json!({"id": 1, "tags": [], "inner": {"id": "x", "name": "n"}});
    let (camera, misfits): (Camera, _) = read(&value);
    assert_eq!(
        (misfits, camera.inner.is_none()),
        (vec!["inner.id".to_string()], true)
    );
    assert_eq!(written(&camera), value);
    let mut reading = Reading::leniently(1 << 20, true);
    let error = Camera::from_body(br#"{"id": "x"}"#, &mut reading).unwrap_err();
    assert_eq!(error.path(), "id");
}

#[test]
fn test_branch_of_a_union_that_fits_goes_before_one_that_is_made_to() {
    let (camera, misfits): (Camera, _) = read(&json!({"id": 1, "name": 1, "kind": {"glass": 3}}));
    assert!(matches!(camera.kind, Some(Kind::Size(_))), "{camera:?}");
    assert_eq!(misfits, ["name"]);
    let (camera, _): (Camera, _) = read(&json!({"id": 1, "name": 1, "kind": {"glass": "x"}}));
    assert!(matches!(camera.kind, Some(Kind::Unknown(_))), "{camera:?}");
    // A tag determines the branch.
    let value = json!({"type": "dome", "glass": "x"});
    let (tagged, misfits): (Tagged, _) = read(&value);
    assert!(matches!(tagged, Tagged::Dome(_)), "{tagged:?}");
    assert_eq!((misfits, written(&tagged)), (vec!["glass".to_string()], value));
}

#[test]
fn test_strict_reading_refuses_what_does_not_fit() {
    let error = Camera::from_body(br#"{"id": 1, "name": 7}"#, &mut Reading::strict(1000)).unwrap_err();
    assert_eq!(error.path(), "name");
}

#[test]
fn test_many_misfits_are_counted_and_few_kept() {
    let list: Vec<Value> = (0..100).map(|at| json!({"id": at, "name": at})).collect();
    let mut reading = Reading::leniently(1 << 20, true);
    let text = json!({"id": 1, "list": list}).to_string();
    let camera = Camera::from_body(text.as_bytes(), &mut reading).unwrap();
    let misfits = reading.take_misfits();
    assert_eq!((misfits.count(), misfits.first().len()), (100, 16));
    assert_eq!(misfits.first()[15].path(), "list[15].name");
    assert_eq!(format!("{misfits:?}"), "Misfits { count: 100, .. }");
    assert_eq!(camera.list.map(|list| list.len()), Some(100));
}

#[test]
fn test_memory_of_what_is_read_again_is_limited() {
    let text = json!({"id": 1, "name": ["x".repeat(4000)]}).to_string();
    for limit in [100, 5000] {
        let mut reading = Reading::leniently(limit, true);
        let error = Camera::from_body(text.as_bytes(), &mut reading).unwrap_err();
        assert!(error.is_too_large() || error.path() == "name", "{error}");
    }
    let items = format!(r#"{{"id": 1, "list": [{}1]}}"#, "1,".repeat(10_000));
    let mut reading = Reading::strict(500_000);
    reading.tolerate_items("list");
    let error = Camera::from_body(items.as_bytes(), &mut reading).unwrap_err();
    assert!(error.is_too_large(), "{error}");
}
