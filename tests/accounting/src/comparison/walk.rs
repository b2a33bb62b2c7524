//! Walks a schema and a Rust type side by side.

mod choices;

use super::log::{Log, RustPlace};
use super::{Finding, Meeting, kinds};
use crate::contract::{Contract, child};
use crate::reach::{branches, property_pointers, seen_types, value_pointers};
use crate::surface::{RustType, Surface, SurfaceShape};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

/// The counterpart of a property in a struct.
enum MemberMatch {
    /// Its types; several if each branch of a union has the member.
    Types(Vec<RustType>),
    /// The tag of a union, with its values.
    Tag(Vec<String>),
    /// The member is missing.
    Nothing,
}

/// A walk over everything that a contract's operations reach.
pub(super) struct Walk<'a> {
    contract: &'a Contract,
    surface: &'a Surface,
    strictly: bool,
    /// The walk on whose behalf this one tries a branch.
    before: Option<&'a Walk<'a>>,
    /// The number of findings above which a trial is abandoned.
    most: usize,
    /// Branches of choices that match nothing at a place, shared by all trials.
    unfit: Rc<RefCell<BTreeSet<(String, RustPlace)>>>,
    /// The new results, without those of the parent walk.
    pub(super) log: Log,
}

impl<'a> Walk<'a> {
    pub(super) fn new(contract: &'a Contract, surface: &'a Surface, strictly: bool) -> Self {
        Self {
            contract,
            surface,
            strictly,
            before: None,
            most: usize::MAX,
            unfit: Rc::default(),
            log: Log::default(),
        }
    }

    /// A walk from this point, whose results are discarded unless its log is merged.
    fn trial(&self, most: usize) -> Walk<'_> {
        Walk {
            before: Some(self),
            most,
            unfit: Rc::clone(&self.unfit),
            ..Walk::new(self.contract, self.surface, self.strictly)
        }
    }

    /// The logs of this walk and its parents.
    fn logs(&self) -> impl Iterator<Item = &Log> {
        std::iter::successors(Some(self), |walk| walk.before).map(|walk| &walk.log)
    }

    fn count(&self) -> usize {
        self.logs().map(|log| log.findings.len()).sum()
    }

    /// Records a difference between contract and crate.
    pub(super) fn report(&mut self, pointer: &str, what: String) {
        let finding = Finding {
            pointer: pointer.to_string(),
            what,
        };
        if !self.logs().any(|log| log.findings.contains(&finding)) {
            self.log.findings.insert(finding);
        }
    }

    /// Compares the schema at `pointer` with `place`; the schema describes the type completely.
    pub(super) fn schema(&mut self, pointer: &str, place: &RustPlace) {
        if let Some(name) = place.ty.generated() {
            let meeting = Meeting {
                pointer: self.contract.resolve(pointer),
                tag: place.tag.as_ref().map(|(tag, _)| tag.clone()),
            };
            self.log.meet(name, meeting);
        }
        self.part(pointer, place);
    }

    /// Compares the schema at `pointer`, which may describe only a part of `place`.
    fn part(&mut self, pointer: &str, place: &RustPlace) {
        let pointer = self.contract.resolve(pointer);
        let met = (pointer.clone(), place.clone());
        if self.count() > self.most || self.logs().any(|log| log.seen.contains(&met)) {
            return;
        }
        self.log.seen.insert(met);
        let schema = self.contract.at(&pointer);
        if let Some(name) = place.ty.generated() {
            self.log.used.insert(name.to_string());
        }
        if self.strictly
            && place.tag.is_none()
            && let Some(what) = kinds::mismatch(schema, &place.ty, self.surface)
        {
            self.report(&pointer, what);
        }
        for (value, at) in value_pointers(schema, &pointer) {
            if kinds::takes(self.surface, &place.ty, value) {
                self.used_value(&place.ty, value);
                self.log.values.insert(at);
            } else {
                self.report(&at, format!("{value} is no value of {}", place.ty));
            }
        }
        self.seen_types(schema, &pointer, place);
        for (name, at) in property_pointers(schema, &pointer) {
            self.property(name, &at, place);
        }
        if schema.get("items").is_some_and(Value::is_object) {
            let item = place
                .ty
                .item()
                .cloned()
                .unwrap_or_else(|| RustType::plain("Value"));
            self.schema(&child(&pointer, "items"), &RustPlace::of(&item));
        }
        self.additional(schema, &pointer, place);
        for at in branches(schema, &pointer, "allOf") {
            self.part(&at, place);
        }
        for keyword in ["oneOf", "anyOf"] {
            for at in branches(schema, &pointer, keyword) {
                self.alternative(&at, place);
            }
        }
    }

    /// Compares a schema whose values the crate passes on as text or bytes: nothing in it may need
    /// a place of its own.
    pub(super) fn opaque(&mut self, pointer: &str) {
        let pointer = self.contract.resolve(pointer);
        let schema = self.contract.at(&pointer);
        if !matches!(
            schema.get("type").and_then(Value::as_str),
            Some("string" | "file") | None
        ) || schema.get("properties").is_some()
        {
            self.report(&pointer, "is handed over as it comes".into());
        }
    }

    /// Each observed type has an alternative of the union.
    fn seen_types(&mut self, schema: &Value, pointer: &str, place: &RustPlace) {
        for kind in seen_types(schema) {
            let branches = match self.surface.generated(&place.ty).map(|ty| &ty.shape) {
                Some(SurfaceShape::Union { branches, .. }) => branches.as_slice(),
                _ => &[],
            };
            match branches.iter().find(|branch| kinds::is_of(&branch.ty, kind)) {
                Some(branch) => {
                    self.log.used.insert(place.variant(branch));
                }
                None => self.report(pointer, format!("{} takes no {kind}", place.ty)),
            }
        }
    }

    fn property(&mut self, name: &str, at: &str, place: &RustPlace) {
        match self.member(name, place) {
            MemberMatch::Types(types) => {
                self.log.properties.insert(at.to_string());
                for ty in types {
                    self.schema(at, &RustPlace::of(&ty));
                }
                self.aliases(at, name, place);
            }
            MemberMatch::Tag(tags) => {
                self.log.properties.insert(at.to_string());
                let resolved = self.contract.resolve(at);
                for (value, at) in value_pointers(self.contract.at(&resolved), &resolved) {
                    if value
                        .as_str()
                        .is_some_and(|value| tags.iter().any(|tag| tag == value))
                    {
                        self.log.values.insert(at);
                    } else {
                        self.report(&at, format!("{value} is no tag of {}", place.ty));
                    }
                }
            }
            MemberMatch::Nothing => self.report(at, format!("{} has no member {name:?}", place.ty)),
        }
    }

    fn member(&mut self, name: &str, place: &RustPlace) -> MemberMatch {
        let tag = place
            .tag
            .as_ref()
            .filter(|(tag, _)| tag == name)
            .map(|(_, values)| values.clone());
        let nothing = || tag.clone().map_or(MemberMatch::Nothing, MemberMatch::Tag);
        match self.surface.generated(&place.ty).map(|ty| &ty.shape) {
            Some(SurfaceShape::Struct { members, .. }) => {
                match members.iter().find(|member| member.wire == name) {
                    Some(member) => {
                        self.log.used.insert(format!("{}.{name}", place.ty));
                        MemberMatch::Types(vec![member.ty.clone()])
                    }
                    None => nothing(),
                }
            }
            Some(SurfaceShape::Union { tag, branches }) => {
                let mut types = Vec::new();
                let mut tags = Vec::new();
                for branch in branches {
                    match self.member(name, &RustPlace::branch(branch, tag.as_ref())) {
                        MemberMatch::Types(found) => types.extend(found),
                        MemberMatch::Tag(found) => tags.extend(found),
                        MemberMatch::Nothing => return MemberMatch::Nothing,
                    }
                }
                if types.is_empty() {
                    MemberMatch::Tag(tags)
                } else {
                    MemberMatch::Types(types)
                }
            }
            _ => nothing(),
        }
    }

    /// Other spellings of a property.
    fn aliases(&mut self, at: &str, name: &str, place: &RustPlace) {
        let listed = self
            .contract
            .at(at)
            .get("x-lorgnette-aliases")
            .and_then(Value::as_array);
        let Some(SurfaceShape::Struct { members, aliases, .. }) =
            self.surface.generated(&place.ty).map(|ty| &ty.shape)
        else {
            return;
        };
        let index = members.iter().position(|member| member.wire == name);
        for alias in listed.into_iter().flatten().filter_map(Value::as_str) {
            if !aliases
                .iter()
                .any(|(known, member)| known == alias && Some(*member) == index)
            {
                self.report(at, format!("{} does not take {alias:?} for {name:?}", place.ty));
            }
        }
    }

    fn additional(&mut self, schema: &Value, pointer: &str, place: &RustPlace) {
        let inner = match schema.get("additionalProperties") {
            Some(Value::Bool(true)) => None,
            Some(Value::Object(_)) => Some(child(pointer, "additionalProperties")),
            _ => return,
        };
        let mut places = Vec::new();
        self.rests(place, &mut places);
        if places.is_empty() {
            self.report(
                pointer,
                format!("{} has no room for additional properties", place.ty),
            );
        }
        for ty in places {
            if let Some(inner) = &inner {
                self.schema(inner, &RustPlace::of(&ty));
            }
        }
    }

    /// The types of additional properties.
    fn rests(&self, place: &RustPlace, types: &mut Vec<RustType>) {
        match self.surface.generated(&place.ty).map(|ty| &ty.shape) {
            Some(SurfaceShape::Struct { rest, .. }) => types.extend(rest.iter().map(|(_, ty)| ty.clone())),
            Some(SurfaceShape::Union { branches, .. }) => {
                for branch in branches {
                    self.rests(&RustPlace::of(&branch.ty), types);
                }
            }
            Some(SurfaceShape::Enum { .. }) => {}
            None if place.ty.name == "Value" => types.push(place.ty.clone()),
            None => types.extend(place.ty.map_value().cloned()),
        }
    }

    fn used_value(&mut self, ty: &RustType, value: &Value) {
        match self.surface.generated(ty).map(|ty| &ty.shape) {
            Some(SurfaceShape::Enum { values, .. }) => {
                for (variant, known) in values {
                    if kinds::same(known, value) {
                        self.log.used.insert(format!("{ty}::{variant}"));
                        self.log.used.extend(ty.generated().map(ToString::to_string));
                    }
                }
            }
            Some(SurfaceShape::Union { branches, .. }) => {
                for branch in branches {
                    self.used_value(branch.ty.bare(), value);
                }
            }
            _ => {
                if let Some(item) = ty.item() {
                    self.used_value(item.bare(), value);
                }
            }
        }
    }

    /// Reports types, members and variants that no schema requires.
    pub(super) fn report_invented(&mut self) {
        let mut invented = Vec::new();
        for (name, ty) in &self.surface.types {
            if !self.log.used.contains(name) {
                invented.push(name.clone());
                continue;
            }
            let parts: Vec<String> = match &ty.shape {
                SurfaceShape::Struct { members, .. } => members
                    .iter()
                    .map(|member| format!("{name}.{}", member.wire))
                    .collect(),
                SurfaceShape::Enum { values, .. } => values
                    .iter()
                    .map(|(variant, _)| format!("{name}::{variant}"))
                    .collect(),
                SurfaceShape::Union { branches, .. } => branches
                    .iter()
                    .map(|branch| format!("{name}::{}", branch.variant))
                    .collect(),
            };
            invented.extend(parts.into_iter().filter(|part| !self.log.used.contains(part)));
        }
        for name in invented {
            self.report(&format!("crate:{name}"), "is in no contract".into());
        }
    }
}
