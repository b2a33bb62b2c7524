//! Bundles many files into one document.
//!
//! The target of a reference to another file becomes a component, in the section that fits the
//! reference; a target without a section (a path item, an operation, `info`) is inserted in place.
//! Shared nodes are written only once, so cycles are harmless. Components are in depth-first order
//! of their references, starting at the entry file's first line.
//!
//! The work is done in two steps. First, `copy` copies everything reachable from the files, and
//! leaves a numbered mark for each reference to a component. Once all components are known, `names`
//! names them, and the marks become references.

use super::grammar::{DEEPEST, Kind, Slot};
use super::marks::{mark, marked, put, settle};
use super::names;
use super::sources::{ENTRY, Sources, Target};
use super::things::{PlacedNodes, Thing};
use super::trail::{Trail, TrailStart};
use super::version::Version;
use crate::diagnostics::Result;
use crate::document::{Document, Node, Object, reference};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// The maximum number of inserted nodes, however small the files are.
const LEAST_ROOM: usize = 500_000;

/// Bundles the entry file and all files that it refers to.
///
/// # Errors
///
/// When a reference cannot be resolved or is circular, or an inserted node contains itself.
pub fn bundle(sources: &mut Sources<'_>, version: Version) -> Result<Document> {
    let room = LEAST_ROOM + 2 * sources.size();
    let mut bundler = Bundler {
        sources,
        version,
        things: Vec::new(),
        numbers: HashMap::new(),
        placed: HashMap::new(),
        open: Vec::new(),
        met: Vec::new(),
        room,
    };
    let tree = bundler.sources.tree(ENTRY);
    let start = TrailStart {
        file: ENTRY,
        pointer: "",
        container: None,
        inside: "",
    };
    let mut document = bundler.copy(&tree, Slot::One(Kind::Root), &Trail::new(start, 0))?;
    let order = bundler.copy_things()?;
    let Bundler {
        mut things, placed, ..
    } = bundler;
    imply_mappings(sources, &mut things);
    let places = names::places(sources, &document, &things, &placed, &order, version);
    for number in order {
        let mut content = std::mem::take(&mut things[number].content);
        settle(&mut content, &places);
        if places[number].own {
            put(&mut document, &places[number].pointer, version, content);
        }
    }
    settle(&mut document, &places);
    Ok(document)
}

struct Bundler<'s, 'f> {
    sources: &'s mut Sources<'f>,
    version: Version,
    things: Vec<Thing>,
    numbers: HashMap<(Target, Kind), usize>,
    placed: PlacedNodes,
    /// Nodes that are being inserted, to detect a node that contains itself.
    open: Vec<Target>,
    /// The nodes that were referred to since the last node was begun.
    met: Vec<usize>,
    /// The number of nodes that may still be inserted: a node without a section is written once per
    /// reference, so each level of references may double the size.
    room: usize,
}

impl Bundler<'_, '_> {
    /// Copies all nodes that are reachable from those already copied; returns their order.
    fn copy_things(&mut self) -> Result<Vec<usize>> {
        let mut order = Vec::new();
        let mut done = Vec::new();
        let mut waiting: Vec<usize> = std::mem::take(&mut self.met);
        waiting.reverse();
        while let Some(number) = waiting.pop() {
            done.resize(self.things.len(), false);
            if std::mem::replace(&mut done[number], true) {
                continue;
            }
            order.push(number);
            let Thing { target, kind, .. } = &self.things[number];
            let (target, kind) = (target.clone(), *kind);
            self.placed
                .entry(target.clone())
                .or_insert((Some(number), String::new()));
            let tree = self.sources.tree(target.file);
            let node = tree.pointer(&target.pointer).unwrap_or(&Value::Null);
            let start = TrailStart {
                file: target.file,
                pointer: &target.pointer,
                container: Some(number),
                inside: "",
            };
            self.things[number].content = self.copy(node, Slot::One(kind), &Trail::new(start, 3))?;
            waiting.extend(self.met.drain(..).rev());
        }
        Ok(order)
    }

    fn copy(&mut self, node: &Value, shape: Slot, trail: &Trail<'_>) -> Result<Value> {
        if shape == Slot::Data {
            return Ok(node.clone());
        }
        if trail.depth() > DEEPEST {
            return Err(self.sources.too_deep(trail));
        }
        if !self.open.is_empty() {
            self.room = self
                .room
                .checked_sub(1)
                .ok_or_else(|| too_much(self.sources, trail))?;
        }
        match node {
            Value::Object(map) if shape == Slot::Mapping => Ok(self.copy_mapping(map, trail)),
            Value::Object(map) => match reference(node) {
                Some(text) => self.copy_reference(map, text, shape, trail),
                None => self.copy_members(map, shape, trail).map(Value::Object),
            },
            Value::Array(list) => {
                let items = list.iter().enumerate();
                items
                    .map(|(index, item)| self.copy(item, shape, &trail.index(index)))
                    .collect::<Result<_>>()
                    .map(Value::Array)
            }
            _ => Ok(node.clone()),
        }
    }

    fn copy_members(&mut self, map: &Object, shape: Slot, trail: &Trail<'_>) -> Result<Object> {
        let mut copied = Map::with_capacity(map.len());
        for (key, value) in map {
            copied.insert(key.clone(), self.copy(value, shape.member(key), &trail.key(key))?);
        }
        if shape == Slot::One(Kind::Schema) {
            self.imply_branches(map, &mut copied, trail);
        }
        Ok(copied)
    }

    fn copy_reference(&mut self, map: &Object, text: &str, shape: Slot, trail: &Trail<'_>) -> Result<Value> {
        let file = trail.start().file;
        let Some(target) = self.sources.follow(trail, text)? else {
            let mut copied = self.copy_members(map, shape, trail)?;
            // It leads nowhere, and must not resolve to the same pointer in another file.
            if file != ENTRY && text.starts_with('#') {
                let text = format!("{}{text}", self.sources.name(file));
                copied.insert("$ref".to_owned(), Value::String(text));
            }
            return Ok(Value::Object(copied));
        };
        if target.file == ENTRY {
            let mut copied = self.copy_members(map, shape, trail)?;
            if file != ENTRY {
                let fragment = text.split_once('#').map_or("", |(_, fragment)| fragment);
                copied.insert("$ref".to_owned(), Value::String(format!("#{fragment}")));
            }
            return Ok(Value::Object(copied));
        }
        let kind = shape.target();
        // A list is not a component either: the reference stands for all of `parameters` or
        // `oneOf`.
        let is_list = self
            .sources
            .tree(target.file)
            .pointer(&target.pointer)
            .is_some_and(Value::is_array);
        if is_list || self.version.section(kind).is_none() {
            return self.put_in_place(map, &target, shape, trail);
        }
        let number = self.number(target, kind);
        if map.len() == 1 && trail.start().container.is_none() && file == ENTRY {
            let at = trail.inside();
            let thing = &mut self.things[number];
            if thing.adopted.is_none() && self.version.is_component(kind, &at) {
                thing.adopted = Some(at);
            }
        }
        let mut copied = self.copy_members(map, shape, trail)?;
        copied.insert("$ref".to_owned(), Value::String(mark(number)));
        Ok(Value::Object(copied))
    }

    /// The content of a reference's target, overridden by the members beside the reference.
    fn put_in_place(
        &mut self,
        map: &Object,
        target: &Target,
        shape: Slot,
        trail: &Trail<'_>,
    ) -> Result<Value> {
        if self.open.contains(target) {
            return Err(self
                .sources
                .error(&trail.key("$ref"), "what the reference leads to contains itself"));
        }
        let container = trail.start().container;
        let inside = trail.inside();
        self.placed
            .entry(target.clone())
            .or_insert((container, inside.clone()));
        let tree = self.sources.tree(target.file);
        let node = tree.pointer(&target.pointer).unwrap_or(&Value::Null);
        let start = TrailStart {
            file: target.file,
            pointer: &target.pointer,
            container,
            inside: &inside,
        };
        let depth = trail.depth() + 1;
        self.open.push(target.clone());
        let mut content = self.copy(node, shape, &Trail::new(start, depth))?;
        self.open.pop();
        if let Value::Object(content) = &mut content {
            let mut beside = map.clone();
            beside.shift_remove("$ref");
            for (key, value) in self.copy_members(&beside, shape, trail)? {
                content.insert(key, value);
            }
        }
        Ok(content)
    }

    fn number(&mut self, target: Target, kind: Kind) -> usize {
        let things = &mut self.things;
        let number = *self
            .numbers
            .entry((target, kind))
            .or_insert_with_key(|(target, kind)| {
                things.push(Thing {
                    target: target.clone(),
                    kind: *kind,
                    adopted: None,
                    content: Value::Null,
                });
                things.len() - 1
            });
        self.met.push(number);
        number
    }

    /// The mapping of a discriminator: its values are references, or the bare names of schemas.
    fn copy_mapping(&mut self, map: &Object, trail: &Trail<'_>) -> Value {
        let file = trail.start().file;
        let mut copied = map.clone();
        for value in copied.values_mut() {
            let Value::String(text) = value else { continue };
            let target = if text.contains(['#', '/', '.']) {
                self.sources.lookup(file, text)
            } else if file == ENTRY {
                continue;
            } else {
                ["#/", "#/components/schemas/", "#/definitions/"]
                    .into_iter()
                    .find_map(|place| self.sources.lookup(file, &format!("{place}{text}")))
            };
            match target {
                Some(target) if target.file != ENTRY => *text = mark(self.number(target, Kind::Schema)),
                Some(target) if file != ENTRY => *text = format!("#{}", target.pointer),
                _ => {}
            }
        }
        Value::Object(copied)
    }

    /// A discriminator without a mapping distinguishes the branches by their names. Bundling may
    /// change those, so implied values are written out.
    fn imply_branches(&mut self, map: &Object, copied: &mut Object, trail: &Trail<'_>) {
        let Some(Value::Object(_)) = map.get("discriminator") else {
            return;
        };
        let mut implied = Vec::new();
        for list in ["oneOf", "anyOf"] {
            let branches = map.list(list).iter();
            for text in branches.filter_map(reference) {
                let Some(target) = self.sources.lookup(trail.start().file, text) else {
                    continue;
                };
                if target.file != ENTRY {
                    let name = names::key(self.sources.name(target.file), &target.pointer);
                    implied.push((name, mark(self.number(target, Kind::Schema))));
                }
            }
        }
        if let Some(Value::Object(discriminator)) = copied.get_mut("discriminator") {
            add_to_mapping(discriminator, implied);
        }
    }
}

/// The other way to write a union: the branches name their base in `allOf`, and the base has the
/// discriminator.
fn imply_mappings(sources: &Sources<'_>, things: &mut [Thing]) {
    let mut implied: Vec<(usize, String, String)> = Vec::new();
    for (number, thing) in things.iter().enumerate() {
        let bases = thing.content.list("allOf").iter();
        for base in bases.filter_map(reference).filter_map(marked) {
            if things[base]
                .content
                .get("discriminator")
                .is_some_and(Value::is_object)
            {
                let name = names::key(sources.name(thing.target.file), &thing.target.pointer);
                implied.push((base, name, mark(number)));
            }
        }
    }
    for (base, name, mark) in implied {
        if let Some(Value::Object(discriminator)) = things[base].content.get_mut("discriminator") {
            add_to_mapping(discriminator, vec![(name, mark)]);
        }
    }
}

fn add_to_mapping(discriminator: &mut Object, implied: Vec<(String, String)>) {
    if implied.is_empty() {
        return;
    }
    let mapping = discriminator
        .entry("mapping")
        .or_insert_with(|| Value::Object(Map::new()));
    let Value::Object(mapping) = mapping else { return };
    for (name, mark) in implied {
        let known = mapping.values().any(|value| value.as_str() == Some(&mark));
        if !known && !mapping.contains_key(&name) {
            mapping.insert(name, Value::String(mark));
        }
    }
}

fn too_much(sources: &Sources<'_>, trail: &Trail<'_>) -> crate::diagnostics::Error {
    sources
        .error(
            trail,
            "the contract becomes too large when its references are resolved",
        )
        .help("move shared content into a component of its own")
}
