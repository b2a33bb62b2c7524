//! Fuzzes any bytes as JSON of generated types: reading ends with a value or an error, a value is
//! written in a form that reads as the same value, and text and tree give the same result.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lorgnette_runtime::codec::{from_json, from_value, to_json};
use lorgnette_runtime::{
    BTreeMap, DateTime, NaiveDate, NaiveDateTime, Nullable, UnknownMembers, Uuid, Value, Wire, object,
    open_enum, tagged_union, untagged_union,
};

#[derive(Clone, Debug, PartialEq)]
struct Point {
    id: i64,
    name: Option<String>,
    tags: Vec<String>,
    owner: Option<String>,
    inner: Option<Box<Point>>,
    list: Option<Vec<Point>>,
    note: Nullable<String>,
    size: Option<f64>,
    is_on: Option<bool>,
}
object!(Point {
    0 id: "id", 1 name: "type", 2 tags: "tags" default, 3 owner: "owner" nullable, 4 inner: "inner", 5 list: "list",
    6 note: "note", 7 size: "size", 8 is_on: "on"
} alias { "ID" => 0, "Tags" => 2 });

#[derive(Clone, Debug, PartialEq)]
struct Open {
    id: i64,
    at: Option<DateTime>,
    day: Option<NaiveDate>,
    local: Option<NaiveDateTime>,
    uuid: Option<Uuid>,
    rest: BTreeMap<String, f64>,
}
object!(Open { 0 id: "id", 1 at: "at", 2 day: "day", 3 local: "local", 4 uuid: "uuid" } rest rest);

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
    mate: Option<Box<Pet>>,
    unknown: UnknownMembers,
}
object!(Cat { 0 kind: "kind", 1 lives: "lives", 2 mate: "mate" } keeps unknown);
#[derive(Clone, Debug, PartialEq)]
struct Dog {
    name: String,
    band: Option<Band>,
    width: Option<Width>,
    mixed: Option<Mixed>,
}
object!(Dog { 0 name: "name", 1 band: "band", 2 width: "width", 3 mixed: "mixed" });
#[derive(Clone, Debug, PartialEq)]
enum Pet {
    Cat(Cat),
    Dog(Dog),
    Unknown(Value),
}
tagged_union!(Pet, "kind" { Cat = "cat" | "tom", Dog = "dog" });

#[derive(Clone, Debug, PartialEq)]
struct Left {
    at: i64,
    next: Option<Box<Fitting>>,
    z: i64,
}
object!(Left { 0 at: "at", 1 next: "next", 2 z: "z" });
#[derive(Clone, Debug, PartialEq)]
struct Right {
    at: i64,
    next: Option<Box<Fitting>>,
    z: String,
}
object!(Right { 0 at: "at", 1 next: "next", 2 z: "z" });
#[derive(Clone, Debug, PartialEq)]
enum Fitting {
    Left(Left),
    Right(Right),
    Pet(Pet),
    Count(i64),
    Many(Vec<i64>),
    Unknown(Value),
}
untagged_union!(Fitting {
    Left,
    Right,
    Pet,
    Count,
    Many
});

fn check<T: Wire>(json: &[u8]) {
    if let Ok(value) = from_json::<T>(json) {
        let written = to_json(&value).expect("what was read can be written");
        let again = from_json::<T>(&written).unwrap_or_else(|error| panic!("{error}: {}", text(&written)));
        assert_eq!(text(&to_json(&again).expect("so can this")), text(&written));
    }
    if let Ok(tree) = serde_json::from_slice::<Value>(json) {
        let flat = serde_json::to_vec(&tree).expect("a tree can be written");
        let (from_text, from_tree) = (from_json::<T>(&flat), from_value::<T>(&tree));
        match (from_text, from_tree) {
            (Ok(one), Ok(other)) => {
                let written = [one, other].map(|value| to_json(&value).expect("what was read can be written"));
                assert_eq!(text(&written[0]), text(&written[1]), "{}", text(&flat));
            }
            (Err(one), Err(other)) => assert_eq!(one.path(), other.path(), "{}", text(&flat)),
            (one, other) => panic!("{:?} {:?} {}", one.err(), other.err(), text(&flat)),
        }
    }
}

fn text(json: &[u8]) -> &str {
    std::str::from_utf8(json).unwrap_or("no UTF-8")
}

fuzz_target!(|data: &[u8]| {
    let Some((which, json)) = data.split_first() else {
        return;
    };
    match which % 6 {
        0 => check::<Point>(json),
        1 => check::<Open>(json),
        2 => check::<Pet>(json),
        3 => check::<Fitting>(json),
        4 => check::<Value>(json),
        _ => check::<BTreeMap<String, Vec<Option<Fitting>>>>(json),
    }
});
