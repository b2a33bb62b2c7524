//! Compares objects with structs: members, and whether they may be absent or null.

use super::FindingKind;
use super::view::View;
use super::walk::{How, Walk, holds_null};
use crate::declared::Node;
use crate::surface::{RustType, SurfaceMember, SurfaceShape};

impl<'d> Walk<'_, 'd> {
    /// Compares an object with a struct.
    pub(super) fn check_struct(&mut self, view: &View<'d>, at: &Node<'d>, ty: &RustType, how: &How) {
        let Some(SurfaceShape::Struct { members, rest, .. }) = self.shape(ty) else {
            return;
        };
        if !self.is_kind(view, at, ty, "object") {
            return;
        }
        if !how.is_partial {
            self.other_kinds(view, at, ty, &["object"]);
        }
        for (name, nodes) in &view.properties {
            match members.iter().find(|member| member.wire == *name) {
                Some(member) => {
                    self.check_member(view, (name, nodes), member, ty, how);
                    let how = How {
                        is_partial: how.is_partial,
                        ..How::default()
                    };
                    self.check(nodes, &member.ty, &how);
                }
                None if how.tag.as_deref() == Some(name) => {}
                None => {
                    let what = format!("{ty} has no member {name:?}");
                    self.report(FindingKind::Member, &nodes[0], what, &[name]);
                }
            }
        }
        match (&view.additional, rest) {
            (Some((node, _)), None) => {
                let what = format!("{ty} keeps no additional properties");
                self.report(FindingKind::Additional, node, what, &[]);
            }
            (Some((_, values)), Some((_, value)))
                if value.name == "Value" && !values.is_empty() && !self.view(values).is_any() =>
            {
                // Members that an object inherits count as its own.
                let mut own = self.declared.resolve(at).unwrap_or_else(|| at.clone());
                own.pointer.push_str("/additionalProperties");
                let what = format!("any value stands for {}", self.view(values).kinds().join(" or "));
                self.report(FindingKind::Untyped, &own, what, &[]);
            }
            (_, Some((_, value))) => self.values_of_maps(view, value),
            (None, None) => {}
        }
        if rest.is_none() {
            for pattern in &view.patterns {
                let what = format!("{ty} keeps no pattern properties");
                self.report(FindingKind::Pattern, pattern, what, &[]);
            }
        }
        self.collapsed(view, ty, how);
        for condition in &view.conditions {
            let inner = self.view(std::slice::from_ref(condition));
            for (name, nodes) in &inner.properties {
                if !members.iter().any(|member| member.wire == *name) {
                    let what = format!("{ty} has no member {name:?}");
                    self.report(FindingKind::Condition, &nodes[0], what, &[name]);
                }
            }
        }
        self.subtypes_lost(view, ty, how);
    }

    fn check_member(
        &mut self,
        object: &View<'d>,
        (name, nodes): (&'d str, &[Node<'d>]),
        member: &SurfaceMember,
        ty: &RustType,
        how: &How,
    ) {
        let view = self.view(nodes);
        let at = &nodes[0];
        let type_name = ty.generated().unwrap_or_default();
        let (sent, received) = (
            self.usage.sent.contains(type_name),
            self.usage.received.contains(type_name),
        );
        let (read_only, write_only) = (view.has_flag("readOnly"), view.has_flag("writeOnly"));
        let one_way = read_only && sent || write_only && received;
        let has = |flag: &str| member.flags.iter().any(|known| known == flag);
        let (is_default, is_null) = (has("default"), has("nullable"));
        let is_optional = matches!(member.ty.name.as_str(), "Option" | "Nullable") && !is_null || is_default;
        let required = object.required.contains(name) || how.required.contains(name);
        let place = format!("{ty}.{}", member.field);
        if required && is_optional && !one_way && !how.is_partial {
            let what = format!("{place} is optional");
            self.report(FindingKind::MemberRequired, at, what, &[name]);
        }
        // Before OpenAPI 3.1, siblings of a reference are ignored, but authors may still mean them.
        if !required && !is_optional && !object.claimed.contains(name) {
            let what = format!("{place} is required");
            self.report(FindingKind::MemberOptional, at, what, &[name]);
        }
        if view.nullable {
            if is_default {
                let what = format!("null is read as empty in {place}");
                self.report(FindingKind::NullAsEmpty, at, what, &[name]);
            } else if !holds_null(&member.ty) {
                let what = format!("null is no value of {place}, which is {}", member.ty);
                self.report(FindingKind::NullMember, at, what, &[name]);
            } else if !required && sent && !tells_null(&member.ty) {
                let what = format!("{place} is {}, which leaves out what is null", member.ty);
                self.report(FindingKind::ThreeStates, at, what, &[name]);
            }
        }
        if read_only && sent && !says(&member.docs, "read-only") {
            let what = format!("nothing says that {place} is read-only");
            self.report(FindingKind::ReadOnly, at, what, &[name]);
        }
        if write_only && received && !says(&member.docs, "write-only") {
            let what = format!("nothing says that {place} is write-only");
            self.report(FindingKind::WriteOnly, at, what, &[name]);
        }
        self.check_default(&view, &member.docs, &member.ty, &place);
    }

    /// The default of a place is in the documentation of the place or of its type.
    pub(super) fn check_default(&mut self, view: &View<'d>, docs: &str, ty: &RustType, place: &str) {
        let defaults: Vec<Node<'d>> = view.nodes.iter().filter_map(|node| node.get("default")).collect();
        let Some(default) = defaults.first() else {
            return;
        };
        let of_type = self.surface.generated(ty).map_or("", |ty| ty.docs.as_str());
        let squeezed = |text: &str| text.split_whitespace().collect::<String>();
        // Only one of several composed values applies.
        let is_said = defaults.iter().any(|default| {
            let value = default.value;
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_string);
            let text_squeezed = squeezed(&text);
            [docs, of_type].iter().any(|docs| {
                says(docs, "default")
                    && (squeezed(docs).contains(&text_squeezed)
                        || text.is_empty() && says(docs, "empty text"))
            })
        });
        if !is_said {
            let what = format!("{place} does not name its default {}", default.value);
            self.report(FindingKind::Default, default, what, &[]);
        }
    }
}

/// Whether a type distinguishes null from absent.
fn tells_null(ty: &RustType) -> bool {
    match (ty.name.as_str(), ty.arguments.as_slice()) {
        ("Nullable" | "Value", _) => true,
        ("Option", [inner]) => holds_null(inner),
        ("Box", [inner]) => tells_null(inner),
        _ => false,
    }
}

fn says(docs: &str, word: &str) -> bool {
    docs.to_lowercase().contains(word)
}
