//! Merges compositions: what `allOf` puts together becomes one schema.
//!
//! Before: `{"allOf": [{"$ref": ".../Base"}, {"properties": {"b": B}, "required": ["b"]}]}` with `Base = {"properties": {"a": A}}`.
//! After: `{"type": "object", "properties": {"a": A, "b": B}, "required": ["b"]}`. A wrapper, `allOf` of one reference, stays one.

use super::keywords::{self, Kind};
use super::walk;
use crate::diagnostics::{Error, Notes, Result, Station};
use crate::document::{self, Document, Object};
use members::{Members, Pair};
use serde_json::{Value, json};
use std::collections::HashSet;

mod members;

/// The member that lists the components whose members a component has taken over; `inheritance` reads it.
pub(super) const EXTENDS: &str = "x-lorgnette-extends";

const PASS: &str = "all_of";

/// A composition may extend a composition that extends another, so many times; the stack is finite.
const DEEPEST: usize = 200;

/// Runs the pass.
///
/// # Errors
///
/// When compositions extend each other more than 200 times in a row.
pub(super) fn apply(document: &mut Document, notes: &mut Notes) -> Result<()> {
    let schemas = walk::take_schemas(document);
    let mut merger = Merger {
        schemas,
        done: HashSet::new(),
        busy: HashSet::new(),
        pairs: Vec::new(),
        notes,
    };
    let mut waiting: Vec<String> = merger.schemas.keys().cloned().collect();
    while !waiting.is_empty() {
        for key in waiting {
            merger.component(&key, 0)?;
        }
        waiting = merger.new_pairs();
    }
    let schemas = merger.schemas;
    walk::put_schemas(document, schemas);
    Ok(())
}

struct Merger<'n> {
    schemas: Object,
    done: HashSet<String>,
    busy: HashSet<String>,
    pairs: Vec<Pair>,
    notes: &'n mut Notes,
}

impl Merger<'_> {
    /// Merges one component, those that it extends first.
    fn component(&mut self, key: &str, depth: usize) -> Result<()> {
        if self.done.contains(key) || self.busy.contains(key) {
            return Ok(());
        }
        let pointer = document::child("/components/schemas", key);
        if depth > DEEPEST {
            return Err(Error::new(
                Station::Normalize,
                pointer,
                "compositions extend each other without an end in sight",
            )
            .help("break the chain of allOf in an overlay"));
        }
        let Some(schema) = self.schemas.get(key).and_then(Value::as_object) else {
            return Ok(());
        };
        let is_child = match keywords::refers_to(schema) {
            // `Cat: allOf: [Pet]` is a kind of pet of its own, where pets are told apart.
            Some(base) => schema.contains_key("allOf") && self.is_base(&base),
            None => keywords::kind(schema) == Kind::Composition,
        };
        if is_child {
            self.busy.insert(key.to_string());
            let schema = match self.schemas.get_mut(key).map(Value::take) {
                Some(Value::Object(schema)) => schema,
                _ => Object::new(),
            };
            let mut members = Members::new(key, &pointer);
            self.collect(&mut members, schema, depth, true)?;
            let merged = members.finish(&mut self.pairs, &self.schemas, self.notes);
            self.schemas.insert(key.to_string(), Value::Object(merged));
            self.busy.remove(key);
        }
        self.done.insert(key.to_string());
        Ok(())
    }

    /// Whether children of a component are told apart by a property.
    fn is_base(&self, key: &str) -> bool {
        self.schemas
            .get(key)
            .and_then(Value::as_object)
            .is_some_and(|base| base.contains_key("discriminator") && !keywords::has_choice(base))
    }

    /// Takes what `schema` says into `members`: first what it composes, then its own.
    fn collect(
        &mut self,
        members: &mut Members,
        mut schema: Object,
        depth: usize,
        outermost: bool,
    ) -> Result<()> {
        let branches = match schema.shift_remove("allOf") {
            Some(Value::Array(branches)) => branches,
            _ => Vec::new(),
        };
        for branch in branches {
            let Value::Object(branch) = branch else { continue };
            match keywords::refers_to(&branch) {
                Some(key) => self.base(members, &key, keywords::flag(&branch, "nullable"), depth)?,
                None => self.collect(members, branch, depth + 1, false)?,
            }
        }
        members.own(schema, outermost);
        Ok(())
    }

    /// Takes in what a component says.
    fn base(&mut self, members: &mut Members, key: &str, nullable: bool, depth: usize) -> Result<()> {
        self.component(key, depth + 1)?;
        if self.busy.contains(key) {
            let what = format!("the members of {key} are not all here");
            self.notes.add(
                PASS,
                members.pointer.clone(),
                what,
                "the two schemas extend each other",
            );
            return Ok(());
        }
        let Some(base) = self.schemas.get(key).and_then(Value::as_object) else {
            return Ok(());
        };
        if let Some(next) = keywords::refers_to(base) {
            let nullable = nullable || keywords::flag(base, "nullable");
            return if depth > DEEPEST {
                Ok(())
            } else {
                self.base(members, &next, nullable, depth + 1)
            };
        }
        let base = base.clone();
        members.base(key, base, nullable);
        Ok(())
    }

    /// Makes components of the pairs of schemas that properties of one name turned out to be.
    fn new_pairs(&mut self) -> Vec<String> {
        let mut keys = Vec::new();
        for pair in std::mem::take(&mut self.pairs) {
            if self.schemas.contains_key(&pair.key) {
                continue;
            }
            let component = json!({
                "allOf": pair.parts.iter().map(|key| walk::reference_to(key)).collect::<Vec<_>>(),
                "x-lorgnette-hoisted": {"owner": pair.owner, "hint": pair.hint, "role": "property"},
                "x-lorgnette-origin": pair.origin,
                "x-lorgnette-parts": pair.parts,
            });
            self.schemas.insert(pair.key.clone(), component);
            keys.push(pair.key);
        }
        keys
    }
}
