//! The cost of reading unions, as the number of values that are read; limiting it does not change
//! the selected branch.
#![allow(missing_docs, clippy::unwrap_used)]

use lorgnette_runtime::codec::{Decoder, Encoder, Result, from_json, from_value, to_json, to_value};
use lorgnette_runtime::{BTreeMap, Value, Wire, object, open_enum, tagged_union, untagged_union};
use serde_json::json;
use std::cell::Cell;

thread_local! {
    static READS: Cell<usize> = const { Cell::new(0) };
}

/// A number type that counts how often a number is read.
#[derive(Clone, Debug, PartialEq)]
struct Counted(i64);

impl Wire for Counted {
    fn encode(&self, to: &mut Encoder<'_>) -> Result<()> {
        self.0.encode(to)
    }
    fn decode(from: &mut Decoder<'_>) -> Result<Self> {
        READS.set(READS.get() + 1);
        i64::decode(from).map(Self)
    }
}

/// Two branches that share their recursive member; the last member determines the branch.
#[derive(Clone, Debug, PartialEq)]
struct Left {
    at: Counted,
    next: Option<Box<Node>>,
    z: i64,
}
object!(Left { 0 at: "at", 1 next: "next", 2 z: "z" });
#[derive(Clone, Debug, PartialEq)]
struct Right {
    at: Counted,
    next: Option<Box<Node>>,
    z: String,
}
object!(Right { 0 at: "at", 1 next: "next", 2 z: "z" });
#[derive(Clone, Debug, PartialEq)]
enum Node {
    Left(Left),
    Right(Right),
    Unknown(Value),
}
untagged_union!(Node { Left, Right });

/// A branch that contains itself directly, beside one that contains the union.
#[derive(Clone, Debug, PartialEq)]
struct Plain {
    at: Counted,
    next: Option<Box<Plain>>,
}
object!(Plain { 0 at: "at", 1 next: "next" });
#[derive(Clone, Debug, PartialEq)]
struct Listed {
    at: Counted,
    next: Option<Box<Mixture>>,
    list: Vec<Mixture>,
    any: Option<Value>,
    map: BTreeMap<String, Tagged>,
    kind: Option<String>,
}
object!(Listed {
    0 at: "at", 1 next: "next", 2 list: "list" default, 3 any: "any", 4 map: "map" default, 5 kind: "kind"
});
#[derive(Clone, Debug, PartialEq)]
enum Tagged {
    Deep(Box<Listed>),
    Unknown(Value),
}
tagged_union!(Tagged, "kind" { Deep = "deep" });
#[derive(Clone, Debug, PartialEq)]
enum Mixture {
    Plain(Plain),
    Listed(Listed),
    Text(String),
    Unknown(Value),
}
untagged_union!(Mixture { Plain, Listed, Text });

/// Reads a document, and returns the number of numbers read.
fn reads<T: Wire>(document: &Value) -> (T, usize) {
    READS.set(0);
    let json = serde_json::to_vec(document).unwrap();
    let value = from_json(&json).unwrap();
    (value, READS.get())
}

/// `levels` nested objects, built by `wrap` from the innermost outwards, starting with `None`.
fn nested(levels: usize, wrap: impl Fn(usize, Option<Value>) -> Value) -> Value {
    (0..levels)
        .fold(None, |inner, level| Some(wrap(level, inner)))
        .unwrap_or_default()
}

/// Every level is read at most `times` times, at any depth that the JSON parser accepts.
fn assert_linear<T: Wire>(times: usize, document: impl Fn(usize) -> Value) {
    for levels in [1, 10, 20, 40, 60] {
        let document = document(levels);
        let (value, read) = reads::<T>(&document);
        assert!(read <= times * levels, "{levels} levels took {read} reads");
        assert_eq!(to_value(&value).unwrap(), document);
    }
}

#[test]
fn test_branches_that_share_a_member_read_it_once() {
    // The first branch fails at every level, but only after the whole value was read.
    assert_linear::<Node>(4, |levels| {
        nested(levels, |level, next| match next {
            Some(next) => json!({"at": level, "next": next, "z": "right"}),
            None => json!({"at": level, "z": "right"}),
        })
    });
    // Both branches in turn.
    assert_linear::<Node>(4, |levels| {
        nested(levels, |level, next| {
            let z = if level % 2 == 0 { json!("right") } else { json!(1) };
            match next {
                Some(next) => json!({"at": level, "next": next, "z": z}),
                None => json!({"at": level, "z": z}),
            }
        })
    });
}

#[test]
fn test_value_that_fits_the_first_branch_is_read_once() {
    assert_linear::<Node>(1, |levels| {
        nested(levels, |level, next| match next {
            Some(next) => json!({"at": level, "next": next, "z": 1}),
            None => json!({"at": level, "z": 1}),
        })
    });
}

#[test]
fn test_value_that_fits_no_branch_is_kept_in_linear_time() {
    assert_linear::<Node>(2, |levels| {
        nested(levels, |level, next| match next {
            Some(next) => json!({"at": level, "next": next}),
            None => json!({"at": level}),
        })
    });
}

#[test]
fn test_lists_maps_and_tags_between_unions_stay_linear() {
    for through in ["list", "map"] {
        assert_linear::<Mixture>(8, |levels| {
            nested(levels, |level, next| {
                let next = next.unwrap_or_else(|| json!({"at": 0, "list": ["x"], "map": {}}));
                match through {
                    "list" => json!({"at": level, "list": [next], "map": {}}),
                    _ => {
                        let mut next = next;
                        next["kind"] = json!("deep");
                        json!({"at": level, "list": [], "map": {"a": next}})
                    }
                }
            })
        });
    }
}

#[test]
fn test_branch_that_recurs_without_a_union_stays_linear() {
    assert_linear::<Mixture>(6, |levels| {
        nested(levels, |level, next| match next {
            Some(next) => json!({"at": level, "list": [], "map": {}, "next": next}),
            None => json!({"at": level, "list": [], "map": {}}),
        })
    });
}

#[test]
fn test_any_value_in_a_branch_is_kept_whole() {
    let any = json!({"deep": [[[1, 2.5, {"a": vec![(); 20]}]], "b"], "c": (0..40).collect::<Vec<_>>()});
    let document =
        json!({"at": 1, "any": any, "list": [{"at": 2, "any": any, "list": [], "map": {}}], "map": {}});
    let (value, _) = reads::<Mixture>(&document);
    assert!(matches!(&value, Mixture::Listed(listed) if listed.any.as_ref() == Some(&any)));
    assert_eq!(to_value(&value).unwrap(), document);
}

#[derive(Clone, Debug, PartialEq)]
enum Odd {
    Object,
    Unknown(Value),
}
open_enum!(Odd: Value { Object = "{\"a\":1}" });
#[derive(Clone, Debug, PartialEq)]
struct Oddly {
    odd: Odd,
}
object!(Oddly { 0 odd: "odd" });
#[derive(Clone, Debug, PartialEq)]
struct Anyhow {
    odd: Value,
}
object!(Anyhow { 0 odd: "odd" });
#[derive(Clone, Debug, PartialEq)]
enum Which {
    Oddly(Oddly),
    Anyhow(Anyhow),
    Unknown(Value),
}
untagged_union!(Which { Oddly, Anyhow });

#[test]
fn test_enum_of_any_values_counts_those_it_does_not_know() {
    let large: Vec<i64> = (0..50).collect();
    let which = |json: Value| from_value::<Which>(&json).unwrap();
    assert_eq!(
        which(json!({"odd": {"a": 1.0}})),
        Which::Oddly(Oddly { odd: Odd::Object })
    );
    assert!(matches!(which(json!({"odd": {"a": 2}})), Which::Anyhow(_)));
    assert!(matches!(which(json!({"odd": large})), Which::Anyhow(_)));
}

#[test]
fn test_hostile_nesting_costs_two_reads_a_level() {
    // With two branches, each level doubled the reads: 272 bytes took 20 seconds.
    let document = nested(120, |level, next| match next {
        Some(next) => json!({"at": level, "next": next, "z": true}),
        None => json!({"at": level}),
    });
    let (value, read) = reads::<Node>(&document);
    assert!(matches!(value, Node::Unknown(_)) && read <= 240, "{read} reads");
    assert_eq!(to_json(&value).unwrap(), serde_json::to_vec(&document).unwrap());
}
