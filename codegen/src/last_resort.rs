//! The last resort: an operation or a schema that stops the generator is left out by name, and the
//! generator starts again.
//!
//! An error that names its place is pinned to the operation or schema there. An operation that
//! fails at random, or a panic, is isolated by leaving out ever fewer operations. A contract fails
//! only when nothing is left.

use crate::diagnostics::{Collected, Error, Errors, Notes, Result, Station};
use crate::document::{self, Document, Node};
use crate::input::{self, Input};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

const PASS: &str = "last_resort";

/// Where an operation says how its list is given in pages.
const PAGINATION: &str = "/x-lorgnette-pagination";

/// A part of a contract that could not be generated.
#[derive(Clone, Debug)]
pub struct LeftOut {
    /// Why.
    pub error: Error,
    /// The JSON pointer of the operation or schema in the contract.
    pub pointer: String,
}

/// Runs the pipeline, leaving out one part after another until it succeeds.
///
/// # Errors
///
/// The errors that cannot be attributed to a part of the contract, or the first error if nothing is
/// left.
pub(crate) fn run<T>(input: &Input<'_>, road: impl Fn(&[LeftOut]) -> Collected<T>) -> Result<T> {
    let attempt = |left_out: &[LeftOut]| {
        catch_unwind(AssertUnwindSafe(|| road(left_out)))
            .unwrap_or_else(|panic| Err(panicked(&*panic).into()))
    };
    let mut left_out: Vec<LeftOut> = Vec::new();
    let mut contracts = None;
    loop {
        let errors = match attempt(&left_out) {
            Ok(made) => return Ok(made),
            Err(errors) => errors.into_vec(),
        };
        let first = left_out.first().map(|first| first.error.clone());
        if let Some(error) = errors.iter().find(|error| !may_be_pinned(error)) {
            return Err(first.unwrap_or_else(|| error.clone()));
        }
        let contracts = match &contracts {
            Some(contracts) => contracts,
            None => contracts.insert(Contracts::of(input)?),
        };
        let (mut pinned, mut loose, mut ours) = (BTreeSet::new(), Vec::new(), Vec::new());
        for error in errors {
            let part = contracts.part(&error);
            let part = part.filter(|part| left_out.iter().all(|known| known.pointer != *part));
            match part {
                Some(part) if contracts.is_ours(&part) => ours.push(error),
                Some(part) if pinned.contains(&part) => {}
                Some(part) => {
                    pinned.insert(part.clone());
                    let pointer = part;
                    left_out.push(LeftOut { error, pointer });
                }
                None => loose.push(error),
            }
        }
        if let Some(errors) = Errors::of(ours) {
            return Err(errors.into_one());
        }
        if let (true, Some(error)) = (pinned.is_empty(), loose.into_iter().next()) {
            let found = search(&contracts.whole, &left_out, &error, attempt);
            let Some(pointer) = found else {
                return Err(first.unwrap_or(error));
            };
            left_out.push(LeftOut { error, pointer });
        }
        if !any_is_left(&contracts.whole, &left_out)
            && let Some(first) = left_out.first()
        {
            return Err(first.error.clone());
        }
    }
}

/// Removes the omitted parts from a contract, with notes.
pub(crate) fn leave_out(document: &mut Document, left_out: &[LeftOut], notes: &mut Notes) {
    for LeftOut { error, pointer } in left_out {
        let (what, omits) = if pointer.ends_with(PAGINATION) {
            ("the pages of this operation are not followed", false)
        } else if is_operation(pointer) {
            ("the operation is left out", true)
        } else {
            ("any JSON value is accepted here", false)
        };
        remove(document, pointer);
        let mut what = format!("{what}: {}", error.message);
        if !error.help.is_empty() {
            what = format!("{what} ({})", error.help);
        }
        let why = "It could not be generated; everything else could.";
        if omits {
            notes.omit(PASS, pointer.as_str(), what, why);
        } else {
            notes.add(PASS, pointer.as_str(), what, why);
        }
    }
}

/// Removes an operation; a schema is replaced by one that accepts any value.
fn remove(document: &mut Document, pointer: &str) {
    let Some((parent, token)) = pointer.rsplit_once('/') else {
        return;
    };
    if let Some(Value::Object(holder)) = document.pointer_mut(parent) {
        let key = token.replace("~1", "/").replace("~0", "~");
        if pointer.starts_with("/paths/") {
            holder.shift_remove(&key);
        } else {
            holder.insert(key, json!({ "description": "Any value." }));
        }
    }
}

fn is_operation(pointer: &str) -> bool {
    pointer.starts_with("/paths/")
}

/// Whether the fault lies in the contract, and not in the overlay or the catalogue.
fn may_be_pinned(error: &Error) -> bool {
    !matches!(
        error.station,
        Station::Catalogue | Station::Load | Station::Overlay
    )
}

fn panicked(panic: &(dyn std::any::Any + Send)) -> Error {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or_default();
    Error::new(Station::Write, "", format!("the generator panicked: {text}"))
        .help("this is a mistake in the generator, not in the contract")
}

/// The contract with its overlay, and the contract alone if it has one.
struct Contracts {
    whole: Document,
    bare: Option<Document>,
}

impl Contracts {
    fn of(input: &Input<'_>) -> Result<Self> {
        let bare = input.overlay.as_ref().map(|_| {
            let overlay = None;
            input::contract(&Input {
                overlay,
                ..input.clone()
            })
        });
        Ok(Self {
            whole: input::contract(input)?,
            bare: bare.transpose()?,
        })
    }

    /// The place of the operation or schema that an error is about.
    fn part(&self, error: &Error) -> Option<String> {
        let place = error.part.to_string();
        // A generated name has no place in the contract.
        (self.whole.pointer(&place).is_some() && place.matches('/').count() >= 2).then_some(place)
    }

    /// Whether an overlay declares how an operation pages: then faults must be reported to the
    /// maintainer.
    fn is_ours(&self, part: &str) -> bool {
        let bare = self.bare.as_ref().filter(|_| part.ends_with(PAGINATION));
        bare.is_some_and(|bare| bare.pointer(part) != self.whole.pointer(part))
    }
}

/// The operations of a contract that are not left out yet.
fn operations(contract: &Value, left_out: &[LeftOut]) -> Vec<String> {
    let gone: BTreeSet<&str> = left_out.iter().map(|left| left.pointer.as_str()).collect();
    document::operations(contract)
        .map(|place| place.pointer)
        .filter(|pointer| {
            let item = pointer.rsplit_once('/').map_or("", |(item, _)| item);
            !gone.contains(pointer.as_str()) && !gone.contains(item)
        })
        .collect()
}

fn any_is_left(contract: &Value, left_out: &[LeftOut]) -> bool {
    if !operations(contract, left_out).is_empty() {
        return true;
    }
    // A path item may be a reference, with operations that are not counted here.
    contract.map("paths").iter().any(|(path, item)| {
        let pointer = document::child("/paths", path);
        document::reference(item).is_some() && !left_out.iter().any(|left| left.pointer == pointer)
    })
}

/// The operation at fault, found by leaving out operations from the end until generation succeeds.
/// `None` if the fault does not belong to an operation.
fn search<T>(
    contract: &Value,
    left_out: &[LeftOut],
    error: &Error,
    attempt: impl Fn(&[LeftOut]) -> Collected<T>,
) -> Option<String> {
    let operations = operations(contract, left_out);
    let fails_with = |count: usize| {
        let without = operations[count..].iter().map(|pointer| LeftOut {
            error: error.clone(),
            pointer: pointer.clone(),
        });
        let all: Vec<LeftOut> = left_out.iter().cloned().chain(without).collect();
        attempt(&all).is_err()
    };
    let (mut good, mut bad) = (0, operations.len());
    if bad == 0 || fails_with(0) {
        return None;
    }
    while bad - good > 1 {
        let middle = usize::midpoint(good, bad);
        if fails_with(middle) {
            bad = middle;
        } else {
            good = middle;
        }
    }
    operations.into_iter().nth(good)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use crate::diff::History;
    use crate::load::Files;
    use crate::pipeline;

    /// Calls `check` with a contract as the input of the pipeline.
    fn with<T>(contract: &Value, overlay: Option<&str>, check: impl FnOnce(&Input<'_>) -> T) -> T {
        let catalogue = Catalogue::parse(
            "[[api]]\nname = 'lamps-v1'\ntitle = 'Lamps'\nvendor = 'Lamps'\ncontract = 'openapi.json'\noverlay = 'overlay.yaml'\n\
             documentation = 'https://docs.example/'\nsource = 'described by us'\nauthentication = 'none'\n",
        );
        check(&Input {
            api: &catalogue.unwrap().apis[0],
            contract: Files::from([("openapi.json".to_string(), contract.to_string())]),
            overlay: overlay.map(str::to_string),
            history: History::default(),
        })
    }

    fn contract(paths: Value) -> Value {
        json!({"openapi": "3.0.3", "info": {"title": "Lamps", "version": "1"}, "paths": paths})
    }

    fn done() -> Value {
        json!({"responses": {"204": {"description": "Done"}}})
    }

    /// The omitted parts, and the notes.
    fn left(contract: &Value) -> Result<(Vec<String>, Vec<String>)> {
        with(contract, None, |input| {
            let generated = pipeline::generate_crate(input)?;
            let places = generated.left_out.into_iter().map(|left| left.pointer).collect();
            let notes = generated
                .notes
                .into_iter()
                .map(|note| format!("{} {}", note.pointer, note.what));
            Ok((places, notes.collect()))
        })
    }

    #[test]
    fn test_operation_whose_error_names_it_is_left_out() {
        let (places, notes) = left(&contract(json!({
            "/a": {"get": done()}, "/b": {"$ref": "#/info/title"}, "/c": {"get": done()}
        })))
        .unwrap();
        assert_eq!(places, ["/paths/~1b"]);
        assert_eq!(
            notes[..1],
            [
                "/paths/~1b the operation is left out: $ref \"#/info/title\" leads to a text, not to a path item"
            ]
        );
    }

    #[test]
    fn test_schema_that_cannot_be_made_takes_any_value() {
        let mut document = contract(json!({"/a": {"get": {"responses": {"200": {
            "description": "Done", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}
        }}}}}));
        // A chain of compositions that is finite, but longer than the pass follows.
        let link = |number: usize| {
            let next = json!({"$ref": format!("#/components/schemas/A{}", number + 1)});
            (
                format!("A{number}"),
                json!({"allOf": [next], "properties": {"a": {"type": "string"}}}),
            )
        };
        let mut schemas: document::Object = (0..300).map(link).collect();
        schemas.insert("A".to_string(), schemas["A0"].clone());
        schemas.insert("A300".to_string(), json!({"type": "object"}));
        document["components"] = json!({ "schemas": schemas });
        let (places, notes) = left(&document).unwrap();
        assert!(places[0].starts_with("/components/schemas/A"), "{places:?}");
        assert!(
            notes[0].contains("any JSON value is accepted here: compositions extend each other"),
            "{notes:?}"
        );
    }

    #[test]
    fn test_pages_that_are_described_wrongly_are_not_followed_unless_the_overlay_says_so() {
        let wrong = json!({"next": "nothing"});
        let mut operation = json!({"responses": {"200": {"description": "Done", "content": {"application/json": {"schema": {
            "type": "object", "properties": {"lamps": {"type": "array", "items": {"type": "string"}}}
        }}}}}});
        let bare = contract(json!({"/a": {"get": operation}}));
        operation["x-lorgnette-pagination"] = wrong;
        let (places, notes) = left(&contract(json!({"/a": {"get": operation}}))).unwrap();
        assert_eq!(places, ["/paths/~1a/get/x-lorgnette-pagination"]);
        assert!(
            notes[0].contains("the pages of this operation are not followed: "),
            "{notes:?}"
        );
        let overlay = "overlay: 1.0.0\ninfo: { title: Repairs, version: '1' }\nactions:\n  - target: $.paths['/a'].get\n    \
                       description: It pages.\n    update: { x-lorgnette-pagination: { next: nothing } }\n";
        let error = with(&bare, Some(overlay), |input| {
            pipeline::generate_crate(input).unwrap_err()
        });
        assert_eq!(error.pointer, "/paths/~1a/get/x-lorgnette-pagination");
    }

    #[test]
    fn test_pages_of_every_operation_may_be_described_wrongly() {
        let operation = |pagination: &str| {
            json!({"responses": {"200": {"description": "Done", "content": {"application/json": {"schema": {
                "type": "object", "properties": {"lamps": {"type": "array", "items": {"type": "string"}}}
            }}}}}, pagination: {"next": "nothing"}})
        };
        let paths = |pagination: &str| -> Value {
            let paths = (0..210).map(|number| (format!("/a{number}"), json!({"get": operation(pagination)})));
            Value::Object(paths.collect())
        };
        let (places, _) = left(&contract(paths("x-lorgnette-pagination"))).unwrap();
        assert_eq!(places.len(), 210);
        let (places, _) = left(&contract(paths("x-pagination"))).unwrap();
        assert!(places.is_empty(), "{places:?}");
    }

    #[test]
    fn test_all_errors_of_a_run_are_pinned_at_once() {
        let paths = (0..300).map(|number| (format!("/a{number}"), json!({"get": {}})));
        let mut document = contract(Value::Object(paths.collect()));
        document["paths"]["/good"] = json!({"get": {}});
        let attempts = std::cell::Cell::new(0);
        let left_out = with(&document, None, |input| {
            run(input, |left_out| {
                attempts.set(attempts.get() + 1);
                let errors = (left_out.len()..300).map(|number| {
                    let mut error = Error::new(Station::Refine, "", "no");
                    error.part = format!("/paths/~1a{number}/get").into();
                    error
                });
                Errors::of(errors.collect()).map_or(Ok(left_out.len()), Err)
            })
        });
        assert_eq!((left_out.unwrap(), attempts.get()), (300, 2));
    }

    /// The operations that are left out of four if the pipeline fails on those at `bad`.
    fn found(bad: &[&str], fail: impl Fn() -> Error) -> Result<Vec<String>> {
        let paths = json!({"/a": {"get": {}}, "/b": {"get": {}, "put": {}}, "/c": {"get": {}}});
        with(&contract(paths), None, |input| {
            run(input, |left_out| {
                let places: Vec<String> = left_out.iter().map(|left| left.pointer.clone()).collect();
                let meets_no_bad = bad.iter().all(|bad| places.iter().any(|place| place == bad));
                if meets_no_bad {
                    Ok(places)
                } else {
                    Err(fail().into())
                }
            })
        })
    }

    #[test]
    fn test_operation_whose_error_names_no_place_is_searched() {
        let nameless = || Error::new(Station::Write, "", "this is no Rust");
        for bad in [
            &["/paths/~1a/get"][..],
            &["/paths/~1b/put"],
            &["/paths/~1c/get"],
            &["/paths/~1a/get", "/paths/~1b/put"],
        ] {
            let mut places = found(bad, nameless).unwrap();
            places.sort();
            assert_eq!(places, bad);
        }
        let panics = || panic!("on purpose");
        assert_eq!(found(&["/paths/~1b/get"], panics).unwrap(), ["/paths/~1b/get"]);
    }

    #[test]
    fn test_contract_of_which_nothing_is_left_fails_with_its_first_error() {
        let error = left(&contract(json!({"/b": {"$ref": "#/info/title"}}))).unwrap_err();
        assert_eq!(error.pointer, "/paths/~1b");
        let everywhere = found(&["/nowhere"], || {
            Error::new(Station::Write, "", "this is no Rust")
        });
        assert_eq!(everywhere.unwrap_err().message, "this is no Rust");
    }
}
