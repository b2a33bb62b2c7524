//! Walks schemas and Rust types side by side.

use super::usage::Usage;
use super::view::View;
use super::{FindingKind, Findings};
use crate::declared::{Declared, Node};
use crate::surface::{RustType, Surface, SurfaceShape};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// A walk over a contract and its crate.
pub(super) struct Walk<'a, 'd> {
    pub(super) declared: &'a Declared<'d>,
    pub(super) surface: &'a Surface,
    pub(super) usage: Usage,
    pub(super) found: Findings,
    /// The named schemas that extend each schema, by the place of the latter.
    pub(super) children: HashMap<usize, Vec<(&'d str, Node<'d>)>>,
    /// The types at places that are JSON, by place.
    pub(super) types: BTreeMap<String, (Node<'d>, BTreeSet<RustType>)>,
    seen: HashSet<(Vec<usize>, RustType, How)>,
}

/// The relation of a schema to the type of its place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct How {
    /// Whether the schema is one of several that the type represents.
    pub(super) is_partial: bool,
    /// The field that names the branch of a union, and is implied by the branch.
    pub(super) tag: Option<String>,
    /// Whether the value is written as text, where `true` and `"true"` are the same.
    pub(super) is_text: bool,
    /// Members that an enclosing choice requires of a branch.
    pub(super) required: BTreeSet<String>,
}

impl<'a, 'd> Walk<'a, 'd> {
    pub(super) fn new(declared: &'a Declared<'d>, surface: &'a Surface) -> Self {
        let mut children: HashMap<usize, Vec<(&'d str, Node<'d>)>> = HashMap::new();
        for (name, schema) in declared.schemas() {
            for part in schema
                .get("allOf")
                .iter()
                .flat_map(|it| it.items().collect::<Vec<_>>())
            {
                if let Some(base) = part.reference().and_then(|_| declared.resolve(&part)) {
                    children
                        .entry(base.id())
                        .or_default()
                        .push((name, schema.clone()));
                }
            }
        }
        Self {
            declared,
            surface,
            usage: Usage::of(surface),
            found: Findings::default(),
            children,
            types: BTreeMap::new(),
            seen: HashSet::new(),
        }
    }

    pub(super) fn view(&self, nodes: &[Node<'d>]) -> View<'d> {
        View::of(self.declared, nodes)
    }

    pub(super) fn shape(&self, ty: &RustType) -> Option<&'a SurfaceShape> {
        self.surface.generated(ty).map(|ty| &ty.shape)
    }

    /// Reports a loss of `kind` at `node`. A note on another place must mention one of `names`.
    pub(super) fn report(&mut self, kind: FindingKind, node: &Node<'d>, what: String, names: &[&str]) {
        self.found.add(kind, node.place(), what, names);
    }

    /// Compares the schemas of one place, which all apply, with the type of the place.
    pub(super) fn check(&mut self, nodes: &[Node<'d>], ty: &RustType, how: &How) {
        if let ([node], false, None) = (nodes, how.is_text || how.is_partial, &how.tag) {
            // The target of a reference has the type as well.
            let target = self.declared.resolve(node);
            for node in [Some(node.clone()), target].into_iter().flatten() {
                let place = self.types.entry(node.place());
                place
                    .or_insert_with(|| (node, BTreeSet::new()))
                    .1
                    .insert(ty.clone());
            }
        }
        let ty = ty.bare();
        let key = (nodes.iter().map(Node::id).collect(), ty.clone(), how.clone());
        if nodes.is_empty() || !self.seen.insert(key) {
            return;
        }
        let view = self.view(nodes);
        self.check_view(&view, &nodes[0], ty, how);
    }

    /// The same for a view; `at` is the place that findings name.
    pub(super) fn check_view(&mut self, view: &View<'d>, at: &Node<'d>, ty: &RustType, how: &How) {
        let dynamic = view.nodes.iter().find_map(|node| node.get("$dynamicRef"));
        if let Some(dynamic) = dynamic.filter(|_| ty.name == "Value") {
            let what = "any value stands for what a dynamic reference is bound to".to_string();
            self.report(FindingKind::Untyped, &dynamic, what, &[]);
        }
        if view.is_any() || view.is_broken && view.nodes.is_empty() {
            return;
        }
        if ty.name == "Value" {
            return self.untyped(view, at, how);
        }
        match self.shape(ty) {
            Some(SurfaceShape::Struct { .. }) => self.check_struct(view, at, ty, how),
            Some(SurfaceShape::Union { .. }) => self.check_union(view, at, ty),
            Some(SurfaceShape::Enum { .. }) => self.check_enum(view, at, ty, how),
            None if ty.item().is_some() => self.check_list(view, at, ty, how),
            None if ty.map_value().is_some() => self.check_map(view, at, ty, how),
            None => self.check_scalar(view, at, ty, how),
        }
    }

    /// Handles a place that accepts any value although the contract is more specific.
    fn untyped(&mut self, view: &View<'d>, at: &Node<'d>, how: &How) {
        let is_empty = |branch: &Node<'_>| {
            let members = branch.value.as_object();
            members.is_some_and(|it| {
                it.keys()
                    .all(|key| ["description", "title", "example"].contains(&key.as_str()))
            })
        };
        // A choice that every value satisfies is not a choice.
        let is_open = view.choices.iter().flatten().any(is_empty);
        if is_open || how.is_partial && view.kinds().is_empty() {
            return;
        }
        let mut said = Vec::new();
        if !view.choices.is_empty() {
            said.push("a choice".to_string());
        }
        if !view.properties.is_empty() {
            said.push(format!("an object with {} members", view.properties.len()));
        }
        if !view.values.is_empty() {
            said.push(format!("one of {} values", view.values.len()));
        }
        if said.is_empty() {
            said.push(view.kinds().join(" or "));
        }
        let what = format!("any value stands for {}", said.join(", "));
        self.report(FindingKind::Untyped, at, what, &[]);
    }

    /// Whether the kinds of a view include `kind` or are unspecified; reports a finding otherwise.
    pub(super) fn is_kind(&mut self, view: &View<'d>, at: &Node<'d>, ty: &RustType, kind: &str) -> bool {
        let kinds = view.kinds();
        let fits = kinds.is_empty() || kinds.contains(&kind);
        if !fits {
            self.report(
                FindingKind::Type,
                at,
                format!("{} has become {ty}", kinds.join(" or ")),
                &[],
            );
        }
        fits
    }

    fn check_list(&mut self, view: &View<'d>, at: &Node<'d>, ty: &RustType, how: &How) {
        if !self.is_kind(view, at, ty, "array") {
            return;
        }
        self.other_kinds(view, at, ty, &["array"]);
        if view.types.is_empty() && view.is_list_of_schemas {
            let what = format!("{ty} takes lists only, which no type of the contract says");
            self.report(FindingKind::Type, at, what, &[]);
        }
        let any = RustType::plain("Value");
        let item = ty.item().unwrap_or(&any);
        if !view.items.is_empty() {
            if !how.is_text {
                self.null(&view.items, item, FindingKind::NullItem);
            }
            let items = How {
                is_text: how.is_text,
                ..How::default()
            };
            self.check(&view.items, item, &items);
        }
        if !view.item_values.is_empty() {
            let mut items = self.view(&view.items);
            items.values.clone_from(&view.item_values);
            self.check_view(&items, at, item.bare(), how);
        }
        for position in &view.tuple {
            let position = std::slice::from_ref(position);
            if !self.view(position).is_any() && item.name == "Value" {
                let what = "an item at a position is any value".to_string();
                self.report(FindingKind::Tuple, &position[0], what, &[]);
            } else {
                let partial = How {
                    is_partial: true,
                    ..How::default()
                };
                self.check(position, item, &partial);
            }
        }
        self.collapsed(view, ty, how);
    }

    fn check_map(&mut self, view: &View<'d>, at: &Node<'d>, ty: &RustType, how: &How) {
        if !self.is_kind(view, at, ty, "object") {
            return;
        }
        self.other_kinds(view, at, ty, &["object"]);
        for (name, nodes) in &view.properties {
            let what = format!("{ty} has no member {name:?}");
            self.report(FindingKind::Member, &nodes[0], what, &[name]);
        }
        let any = RustType::plain("Value");
        let value = ty.map_value().unwrap_or(&any);
        self.values_of_maps(view, value);
        self.collapsed(view, ty, how);
    }

    /// Compares the schemas of additional and pattern properties with the type of the values.
    pub(super) fn values_of_maps(&mut self, view: &View<'d>, value: &RustType) {
        let additional = view
            .additional
            .as_ref()
            .map_or(&[][..], |(_, schemas)| schemas.as_slice());
        let several = view.patterns.len() + usize::from(!additional.is_empty()) > 1;
        let how = How {
            is_partial: several,
            ..How::default()
        };
        let patterns = view.patterns.iter().map(std::slice::from_ref);
        for nodes in patterns.chain([additional]).filter(|nodes| !nodes.is_empty()) {
            self.null(nodes, value, FindingKind::NullValue);
            self.check(nodes, value, &how);
        }
    }

    /// Reports the types that a place may have besides `taken`.
    pub(super) fn other_kinds(&mut self, view: &View<'d>, at: &Node<'d>, ty: &RustType, taken: &[&str]) {
        for kind in view.kinds().into_iter().filter(|kind| !taken.contains(kind)) {
            let what = format!("{ty} takes no {kind}");
            self.report(FindingKind::Type, at, what, &[]);
        }
    }

    /// Compares the branches of choices that became one type: each is a part of it.
    pub(super) fn collapsed(&mut self, view: &View<'d>, ty: &RustType, how: &How) {
        let part = How {
            is_partial: true,
            ..how.clone()
        };
        for branch in view.choices.iter().flatten() {
            self.check(std::slice::from_ref(branch), ty, &part);
        }
    }

    /// Reports that null is lost where the schemas allow it and the type does not.
    pub(super) fn null(&mut self, nodes: &[Node<'d>], ty: &RustType, kind: FindingKind) {
        if !nodes.is_empty() && !holds_null(ty) && self.view(nodes).nullable {
            self.report(kind, &nodes[0], format!("null is no value of {ty}"), &[]);
        }
    }
}

/// Whether null is a value of a type.
pub(super) fn holds_null(ty: &RustType) -> bool {
    match (ty.name.as_str(), ty.arguments.as_slice()) {
        ("Option" | "Nullable" | "Value", _) => true,
        ("&" | "Box" | "impl Into", [inner]) => holds_null(inner),
        _ => false,
    }
}
