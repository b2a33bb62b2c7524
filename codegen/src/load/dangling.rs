//! Unresolvable references: their notes, and their replacements if no overlay has repaired them.
//!
//! The replacement loses as little as possible: any JSON value, a body of any kind, or nothing if
//! only a name is known. The grammar determines which applies.

use super::grammar::{DEEPEST, Kind, Slot};
use super::pointers::anchor;
use super::problem::{LONGEST_CHAIN, ReferenceProblem, circle, no_file, no_place, outside, whole};
use crate::diagnostics::Notes;
use crate::document::{Document, Object, child, local_pointer, reference};
use serde_json::{Value, json};
use std::collections::HashMap;

/// A reference to repair: its place, its kind, and the reason.
struct DanglingReference {
    tokens: Vec<String>,
    shape: Slot,
    problem: ReferenceProblem,
}

/// Replaces every unresolvable reference with the smallest loss, and adds a note.
pub fn mend(document: &mut Document, notes: &mut Notes) {
    let mut search = Search {
        document,
        known: HashMap::new(),
        tokens: Vec::new(),
        found: Vec::new(),
    };
    search.visit(document, Slot::One(Kind::Root));
    let found = search.found;
    for DanglingReference {
        tokens,
        shape,
        problem,
    } in &found
    {
        let pointer = tokens
            .iter()
            .fold(String::new(), |pointer, token| child(&pointer, token));
        let (what, omits) = replacement(*shape).said();
        let what = format!("{what}: {}", problem.message);
        if omits {
            notes.omit("load", pointer, what, why(problem));
        } else {
            notes.add("load", pointer, what, why(problem));
        }
    }
    let is_swagger = document.get("swagger").is_some();
    // The last references come first, since removing an item moves those after it.
    for DanglingReference { tokens, shape, .. } in found.iter().rev() {
        replace(document, tokens, replacement(*shape), is_swagger);
    }
}

/// The advice of a problem as the reason of a note.
fn why(problem: &ReferenceProblem) -> &'static str {
    match problem.help {
        help if help.starts_with("fetch") => {
            "The file is missing: fetch the contract again, with all its files."
        }
        help if help.starts_with("keep") => {
            "References are not fetched: keep a copy of the file beside the contract and refer to it by a relative path."
        }
        help if help.starts_with("give") => "Give the schema content of its own with an overlay action.",
        _ => "Correct the reference, or add its target, with an overlay action.",
    }
}

struct Search<'d> {
    document: &'d Document,
    /// Results for earlier references: most are repeated many times.
    known: HashMap<&'d str, Option<ReferenceProblem>>,
    tokens: Vec<String>,
    found: Vec<DanglingReference>,
}

impl<'d> Search<'d> {
    fn visit(&mut self, node: &'d Value, shape: Slot) {
        if matches!(shape, Slot::Data | Slot::Mapping) || self.tokens.len() > DEEPEST {
            return;
        }
        match node {
            Value::Object(map) => {
                match map.get("$ref") {
                    Some(Value::String(text)) => {
                        if let Some(problem) = self.problem(text) {
                            self.find(shape, problem);
                        }
                    }
                    Some(_) if shape == Slot::One(Kind::Schema) => self.find(
                        shape,
                        ReferenceProblem {
                            message: "a reference must be text".to_string(),
                            help: "write it as \"#/components/schemas/Name\"",
                        },
                    ),
                    _ => {}
                }
                for (key, value) in map {
                    if value.is_object() || value.is_array() {
                        self.tokens.push(key.clone());
                        self.visit(value, shape.member(key));
                        self.tokens.pop();
                    }
                }
            }
            Value::Array(list) => {
                for (index, item) in list.iter().enumerate() {
                    if item.is_object() || item.is_array() {
                        self.tokens.push(index.to_string());
                        self.visit(item, shape);
                        self.tokens.pop();
                    }
                }
            }
            _ => {}
        }
    }

    fn find(&mut self, shape: Slot, problem: ReferenceProblem) {
        let tokens = self.tokens.clone();
        self.found.push(DanglingReference {
            tokens,
            shape,
            problem,
        });
    }

    fn problem(&mut self, text: &'d str) -> Option<ReferenceProblem> {
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        let problem = self.follow(text);
        self.known.insert(text, problem.clone());
        problem
    }

    /// Follows a chain of references to its end.
    fn follow(&self, text: &str) -> Option<ReferenceProblem> {
        let mut next = text;
        for _ in 0..LONGEST_CHAIN {
            match self.step(next) {
                Ok(node) => next = reference(node)?,
                Err(problem) => return Some(problem),
            }
        }
        Some(circle(text))
    }

    fn step(&self, text: &str) -> Result<&'d Value, ReferenceProblem> {
        let (path, fragment) = text.split_once('#').unwrap_or((text, ""));
        if path.contains("://") || path.starts_with("//") {
            return Err(outside(text));
        }
        if !path.is_empty() {
            return Err(no_file(text, path));
        }
        let pointer = local_pointer(&format!("#{fragment}")).unwrap_or_default();
        if pointer.is_empty() {
            return Err(whole(text));
        }
        let direct = self.document.pointer(&pointer);
        let found = direct.or_else(|| {
            let by_anchor = !pointer.starts_with('/');
            let pointer = by_anchor.then(|| anchor(self.document, &pointer, "", 0))??;
            self.document.pointer(&pointer)
        });
        found
            .or_else(|| self.through(&pointer, 0))
            .ok_or_else(|| no_place(text, &pointer, "this file"))
    }

    /// The target of a pointer that continues through references, which passes can follow.
    fn through(&self, pointer: &str, depth: usize) -> Option<&'d Value> {
        let mut node = self.document;
        let mut rest = pointer.strip_prefix('/')?;
        loop {
            let (token, after) = rest
                .split_once('/')
                .map_or((rest, None), |(token, after)| (token, Some(after)));
            let next = node.pointer(&format!("/{token}"));
            match (next, reference(node)) {
                (Some(next), _) => node = next,
                (None, Some(onwards)) if depth < LONGEST_CHAIN => {
                    let start = local_pointer(onwards)?;
                    return self.through(&format!("{start}/{rest}"), depth + 1);
                }
                _ => return None,
            }
            match after {
                Some(after) => rest = after,
                None => return Some(node),
            }
        }
    }
}

/// The replacement of an unresolvable reference.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Replacement {
    AnyValue,
    AnyBody,
    AnyResponse,
    Nothing {
        omits: bool,
    },
    /// The other members of a map, without the reference among them.
    Others,
}

impl Replacement {
    /// The text of a note, and whether the crate lacks something.
    fn said(self) -> (&'static str, bool) {
        match self {
            Replacement::AnyValue => ("any JSON value is accepted here", false),
            Replacement::AnyBody => ("any JSON value is sent here", false),
            Replacement::AnyResponse => ("the response is returned as bytes", false),
            Replacement::Nothing { omits } => ("this is left out", omits),
            Replacement::Others => ("only the members beside the reference are used", true),
        }
    }
}

fn replacement(shape: Slot) -> Replacement {
    let Slot::One(kind) = shape else {
        return Replacement::Others;
    };
    match kind {
        Kind::Schema => Replacement::AnyValue,
        Kind::RequestBody => Replacement::AnyBody,
        Kind::Response => Replacement::AnyResponse,
        Kind::Parameter | Kind::PathItem | Kind::Operation | Kind::MediaType => {
            Replacement::Nothing { omits: true }
        }
        Kind::Root | Kind::Components => Replacement::Others,
        _ => Replacement::Nothing { omits: false },
    }
}

fn replace(document: &mut Document, tokens: &[String], replacement: Replacement, is_swagger: bool) {
    let Some(node) = at(document, tokens) else { return };
    if let Replacement::Nothing { .. } = replacement {
        let Some((last, parents)) = tokens.split_last() else {
            return;
        };
        match at(document, parents) {
            Some(Value::Object(map)) => {
                map.shift_remove(last);
            }
            Some(Value::Array(list)) => {
                if let Some(index) = last.parse().ok().filter(|index| *index < list.len()) {
                    list.remove(index);
                }
            }
            _ => {}
        }
        return;
    }
    let Value::Object(object) = node else { return };
    object.shift_remove("$ref");
    let given: Object = match replacement {
        Replacement::AnyBody => only(json!({ "content": { "application/json": { "schema": {} } } })),
        Replacement::AnyResponse if is_swagger => {
            only(json!({ "description": "", "schema": { "type": "file" } }))
        }
        Replacement::AnyResponse => {
            let bytes = json!({ "schema": { "type": "string", "format": "binary" } });
            only(json!({ "description": "", "content": { "application/octet-stream": bytes } }))
        }
        _ => return,
    };
    for (key, value) in given {
        object.entry(key).or_insert(value);
    }
}

fn only(value: Value) -> Object {
    match value {
        Value::Object(object) => object,
        _ => Object::new(),
    }
}

fn at<'d>(document: &'d mut Document, tokens: &[String]) -> Option<&'d mut Value> {
    tokens.iter().try_fold(document, |node, token| match node {
        Value::Object(map) => map.get_mut(token),
        Value::Array(list) => list.get_mut(token.parse::<usize>().ok()?),
        _ => None,
    })
}
