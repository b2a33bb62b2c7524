//! Checks that everything in a contract is in the crate that was generated from it, or in the
//! crate's notes.
//!
//! The contract is walked side by side with the source of the crate: members are looked up in the
//! type of their schema, parameters in the descriptor of their operation, values in the type of
//! their place. Anything that is in neither the source nor the notes is a finding.

mod bodies;
mod calls;
mod choices;
mod hierarchies;
mod kind;
mod members;
mod notes;
mod operations;
mod scalars;
mod usage;
mod view;
mod walk;

use crate::declared::{Declared, Node};
use crate::surface::{RustType, Surface};
pub use kind::FindingKind;
pub use notes::Note;
use std::collections::{BTreeMap, BTreeSet};
pub(crate) use view::View;

/// A part of a contract that is neither in the crate nor in its notes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The kind of loss.
    pub kind: FindingKind,
    /// Its place in the contract: a JSON pointer, preceded by the file unless that is the main one.
    pub pointer: String,
    /// A description of the loss.
    pub what: String,
}

/// The findings, each with the names that a note must mention to explain it.
#[derive(Debug, Default)]
struct Findings(BTreeMap<(FindingKind, String), (String, Vec<String>)>);

impl Findings {
    /// Adds a finding; each place has at most one finding of each kind.
    fn add(&mut self, kind: FindingKind, pointer: String, what: String, names: &[&str]) {
        let names = names.iter().map(ToString::to_string).collect();
        self.0.entry((kind, pointer)).or_insert((what, names));
    }
}

/// A place of a contract whose values are JSON, with the types of the crate that read it.
#[derive(Clone, Debug)]
pub struct Typed<'d> {
    /// The schema.
    pub schema: Node<'d>,
    /// The types; several if the schema is used in several ways.
    pub types: BTreeSet<RustType>,
}

/// The schemas of a contract with the corresponding types of the crate, by place.
pub fn types<'d>(declared: &Declared<'d>, surface: &Surface) -> BTreeMap<String, Typed<'d>> {
    let mut walk = walk::Walk::new(declared, surface);
    operations::compare(&mut walk);
    let types = walk.types.into_iter();
    types
        .map(|(place, (schema, types))| (place, Typed { schema, types }))
        .collect()
}

/// Compares a contract with the surface of its crate and the crate's notes.
pub fn account(declared: &Declared<'_>, surface: &Surface, notes: &[Note]) -> Vec<Finding> {
    let mut walk = walk::Walk::new(declared, surface);
    operations::compare(&mut walk);
    calls::compare(&mut walk);
    let index = notes::Index::of(notes);
    let findings = walk.found.0.into_iter();
    findings
        .filter(|((kind, pointer), (_, names))| !index.explains(*kind, pointer, names))
        .map(|((kind, pointer), (what, _))| Finding { kind, pointer, what })
        .collect()
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
