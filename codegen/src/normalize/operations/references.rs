//! Follows a `$ref` to its end, through intermediate references, or returns the reason why it
//! cannot be resolved.

use crate::diagnostics::{Error, Station};
use crate::document::{Document, child, local_pointer, reference};
use serde_json::Value;

/// The maximum length of a chain; longer ones are circular.
const LONGEST_CHAIN: usize = 64;

/// The target of a reference.
pub struct Target<'d> {
    /// Its place, without intermediate references.
    pub pointer: String,
    /// The node there.
    pub node: &'d Value,
}

/// The reason why a reference cannot be resolved.
#[derive(Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The target is outside the document.
    Outside,
    /// There is no target.
    Missing,
    /// The reference is circular.
    Circular,
}

impl Trouble {
    /// The error of a `$ref` to `target` at `pointer`.
    pub fn error(&self, pointer: &str, target: &str) -> Error {
        let error =
            |message: &str| Error::new(Station::Normalize, pointer, format!("$ref {target:?} {message}"));
        match self {
            Trouble::Outside => {
                error("leads out of the contract").help("bundle the file it names into the contract")
            }
            Trouble::Missing => {
                error("leads to nothing").help("correct it or add its target, with an overlay action")
            }
            Trouble::Circular => error("refers only to itself")
                .help("replace it by what it should say, with an overlay action"),
        }
    }
}

/// The node that `target` leads to; a node that is a `$ref` itself is followed as well.
pub fn resolve<'d>(document: &'d Document, target: &str) -> Result<Target<'d>, Trouble> {
    walk(document, target, true)
}

/// The node that `target` leads to, even if it is itself a `$ref`.
pub fn locate<'d>(document: &'d Document, target: &str) -> Result<Target<'d>, Trouble> {
    walk(document, target, false)
}

fn walk<'d>(document: &'d Document, target: &str, to_the_end: bool) -> Result<Target<'d>, Trouble> {
    let mut wanted = local_pointer(target).ok_or(Trouble::Outside)?;
    for _ in 0..LONGEST_CHAIN {
        match step(document, &wanted, to_the_end)? {
            Step::There(found) => return Ok(found),
            Step::Onwards(next) => wanted = next,
        }
    }
    Err(Trouble::Circular)
}

enum Step<'d> {
    There(Target<'d>),
    Onwards(String),
}

fn step<'d>(document: &'d Document, wanted: &str, to_the_end: bool) -> Result<Step<'d>, Trouble> {
    let mut node = document;
    let mut pointer = String::new();
    let mut rest = wanted.strip_prefix('/');
    while let Some(tokens) = rest {
        let (token, after) = tokens
            .split_once('/')
            .map_or((tokens, None), |(token, after)| (token, Some(after)));
        let key = token.replace("~1", "/").replace("~0", "~");
        let next = match node {
            Value::Object(object) => object.get(&key),
            Value::Array(array) => key.parse::<usize>().ok().and_then(|index| array.get(index)),
            _ => None,
        };
        let Some(next) = next else {
            let onwards = reference(node).ok_or(Trouble::Missing)?;
            let start = local_pointer(onwards).ok_or(Trouble::Outside)?;
            return Ok(Step::Onwards(format!("{start}/{tokens}")));
        };
        node = next;
        pointer = child(&pointer, &key);
        rest = after;
    }
    match reference(node) {
        Some(onwards) if to_the_end => Ok(Step::Onwards(local_pointer(onwards).ok_or(Trouble::Outside)?)),
        _ => Ok(Step::There(Target { pointer, node })),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn document() -> Document {
        json!({
            "a": {"$ref": "#/b"}, "b": {"list": [{"deep": 1}, {"$ref": "#/c"}]}, "c": {"end": true},
            "x": {"$ref": "#/y"}, "y": {"$ref": "#/x"}, "out": {"$ref": "other.json"}
        })
    }

    #[test]
    fn test_resolve_goes_through_references_on_the_way() {
        let document = document();
        assert_eq!(
            resolve(&document, "#/a/list/0/deep").ok().unwrap().pointer,
            "/b/list/0/deep"
        );
        assert_eq!(
            resolve(&document, "#/a/list/1").ok().unwrap().node,
            &json!({"end": true})
        );
        assert_eq!(
            locate(&document, "#/a/list/1").ok().unwrap().node,
            &json!({"$ref": "#/c"})
        );
    }

    #[test]
    fn test_resolve_says_why_it_fails() {
        let document = document();
        assert_eq!(resolve(&document, "#/x").err(), Some(Trouble::Circular));
        assert_eq!(resolve(&document, "#/b/list/7").err(), Some(Trouble::Missing));
        assert_eq!(resolve(&document, "#/out").err(), Some(Trouble::Outside));
    }
}
