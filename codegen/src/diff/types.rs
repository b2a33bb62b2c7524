//! Compares types: structs with fields and constructors, open enums, unions.
//!
//! The direction of a type counts. Types that only responses contain are created by reading, so
//! their constructors are not covered by versioning; callers create the types of requests.

use super::change::{Changes, Of, Subject, code};
use super::pair::pairs;
use super::rules::Rule;
use super::surface::{Field, SurfaceBranch, SurfaceShape, SurfaceType};
use crate::document::child;
use serde_json::Value;
use std::collections::BTreeMap;

/// Compares all types, by name.
pub fn compare(
    before: &BTreeMap<String, SurfaceType>,
    after: &BTreeMap<String, SurfaceType>,
    changes: &mut Changes,
) {
    for (name, old) in before {
        let direction = after.get(name).map_or(direction(old), direction);
        let mut of = changes.of(Subject::Type(name.clone()), direction);
        match after.get(name) {
            Some(new) => ty(old, new, &mut of),
            None => of.was(Rule::TypeRemoved, &old.at, format!("the {} is gone", kind(old))),
        }
    }
    for (name, new) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
        let mut of = changes.of(Subject::Type(name.clone()), direction(new));
        of.now(Rule::TypeAdded, &new.at, format!("the {} is new", kind(new)));
    }
}

fn direction(ty: &SurfaceType) -> Option<&'static str> {
    match (ty.sent, ty.received) {
        (true, true) => Some("requests and answers"),
        (true, false) => Some("requests"),
        (false, true) => Some("answers"),
        (false, false) => None,
    }
}

fn kind(ty: &SurfaceType) -> &'static str {
    match ty.shape {
        SurfaceShape::Object { .. } => "struct",
        SurfaceShape::Enum { .. } => "enum",
        SurfaceShape::Union { .. } => "union",
    }
}

fn ty(old: &SurfaceType, new: &SurfaceType, of: &mut Of<'_>) {
    match (old.deprecated, new.deprecated) {
        (false, true) => of.now(Rule::TypeDeprecated, &new.at, "deprecated"),
        (true, false) => of.now(Rule::TypeUndeprecated, &new.at, "no longer deprecated"),
        _ => {}
    }
    match (&old.shape, &new.shape) {
        (
            SurfaceShape::Object {
                fields: old_fields,
                rest: old_rest,
            },
            SurfaceShape::Object {
                fields: new_fields,
                rest: new_rest,
            },
        ) => {
            match (old.sent, new.sent) {
                (false, true) => of.now(Rule::ConstructorAdded, &new.at, "requests now contain it as well"),
                (true, false) => of.now(Rule::ConstructorRemoved, &new.at, "requests no longer contain it"),
                _ => {}
            }
            fields((old, old_fields), (new, new_fields), of);
            rest(old_rest.as_ref(), new_rest.as_ref(), &new.at, of);
        }
        (
            SurfaceShape::Enum {
                wire: old_wire,
                values: old,
            },
            SurfaceShape::Enum { wire, values },
        ) => {
            if old_wire != wire {
                let what = format!("values: {} → {}", code(old_wire), code(wire));
                of.now(Rule::EnumTypeChanged, &new.at, what);
            }
            self::values(old, values, &new.at, of);
        }
        (
            SurfaceShape::Union {
                tag: old_tag,
                branches: old,
            },
            SurfaceShape::Union { tag, branches },
        ) => {
            if old_tag != tag {
                let shown = |tag: &Option<String>| tag.as_deref().map_or("their form".to_string(), code);
                let what = format!("the tag of branches: {} → {}", shown(old_tag), shown(tag));
                of.now(Rule::UnionTagChanged, &new.at, what);
            }
            self::branches(old, branches, &new.at, of);
        }
        _ => {
            let what = format!("{} → {}", kind(old), kind(new));
            of.now(Rule::TypeKindChanged, &new.at, what);
        }
    }
}

/// The place of a field.
fn place(ty: &SurfaceType, field: &Field) -> String {
    let usual = || child(&child(&ty.at, "properties"), &field.wire);
    field.at.clone().unwrap_or_else(usual)
}

fn fields(
    (before, old_fields): (&SurfaceType, &[Field]),
    (after, new_fields): (&SurfaceType, &[Field]),
    of: &mut Of<'_>,
) {
    // Whether callers construct it in both states; a constructor in only one state is reported.
    let made = before.sent && after.sent;
    // A field is identified by its member; if that changes, by the field's name.
    let pairs = pairs(
        old_fields,
        new_fields,
        &[|field| field.wire.clone(), |field| field.field.clone()],
    );
    for pair in &pairs {
        match *pair {
            (Some((_, old)), Some((_, new))) => field(old, new, made, &place(after, new), of),
            (None, Some((_, new))) if new.required && made => {
                let what = format!("required field {} is new: {}", code(&new.field), code(&new.ty));
                of.now(Rule::FieldAddedRequired, place(after, new), what);
            }
            (None, Some((_, new))) => {
                let what = format!("field {} is new: {}", code(&new.field), code(&new.ty));
                of.now(Rule::FieldAdded, place(after, new), what);
            }
            (Some((_, old)), None) => {
                let what = format!("field {} is gone", code(&old.field));
                of.was(Rule::FieldRemoved, place(before, old), what);
            }
            (None, None) => {}
        }
    }
    // The arguments of the constructors in both states, by their positions in the old one.
    let shared = pairs.iter().filter_map(|pair| match pair {
        (Some((index, old)), Some((_, new))) if old.required && new.required => Some((*index, *new)),
        _ => None,
    });
    let shared: Vec<(usize, &Field)> = shared.collect();
    if made && !shared.is_sorted_by_key(|(index, _)| *index) {
        let names: Vec<&str> = shared.iter().map(|(_, field)| field.field.as_str()).collect();
        let what = format!(
            "arguments of `new` are in another order: {}",
            code(&names.join(", "))
        );
        of.now(Rule::FieldsReordered, &after.at, what);
    }
}

fn field(old: &Field, new: &Field, made: bool, at: &str, of: &mut Of<'_>) {
    let name = code(&new.field);
    let mut change = |rule, what: String| of.now(rule, at, format!("field {name}{what}"));
    if old.field != new.field {
        change(
            Rule::FieldRenamed,
            format!(" was called {} before", code(&old.field)),
        );
    }
    let types = if old.ty == new.ty {
        String::new()
    } else {
        format!(": {} → {}", code(&old.ty), code(&new.ty))
    };
    match (old.required, new.required) {
        (true, false) if !types.is_empty() || made => {
            change(Rule::FieldBecameOptional, format!(" is optional now{types}"));
        }
        (false, true) if !types.is_empty() || made => {
            change(Rule::FieldBecameRequired, format!(" is required now{types}"));
        }
        (true, false) => change(Rule::FieldPresenceChanged, " may be absent now".to_string()),
        (false, true) => change(Rule::FieldPresenceChanged, " is always there now".to_string()),
        _ if types.is_empty() => {}
        _ => change(Rule::FieldTypeChanged, types),
    }
    if old.wire != new.wire {
        change(
            Rule::FieldWireNameChanged,
            format!(
                " is called on the wire: {} → {}",
                code(&old.wire),
                code(&new.wire)
            ),
        );
    }
    match (old.deprecated, new.deprecated) {
        (false, true) => change(Rule::FieldDeprecated, " is deprecated".to_string()),
        (true, false) => change(Rule::FieldUndeprecated, " is no longer deprecated".to_string()),
        _ => {}
    }
}

fn rest(old: Option<&(String, String)>, new: Option<&(String, String)>, at: &str, of: &mut Of<'_>) {
    match (old, new) {
        (None, Some((field, ty))) => {
            let what = format!("field {} keeps all other members: {}", code(field), code(ty));
            of.now(Rule::RestAdded, at, what);
        }
        (Some((field, _)), None) => {
            let what = format!("field {} for all other members is gone", code(field));
            of.now(Rule::RestRemoved, at, what);
        }
        (Some((_, old_ty)), Some((field, ty))) if old_ty != ty => {
            let what = format!(
                "other members in {}: {} → {}",
                code(field),
                code(old_ty),
                code(ty)
            );
            of.now(Rule::RestTypeChanged, at, what);
        }
        _ => {}
    }
}

fn values(before: &[(String, Value)], after: &[(String, Value)], at: &str, of: &mut Of<'_>) {
    let shown = |value: &Value| {
        code(
            &value
                .as_str()
                .map_or_else(|| value.to_string(), ToString::to_string),
        )
    };
    for pair in pairs(
        before,
        after,
        &[|(_, value)| value.to_string(), |(variant, _)| variant.clone()],
    ) {
        match pair {
            (Some((_, (old, _))), Some((_, (variant, value)))) if old != variant => {
                let what = format!("variant of {}: {} → {}", shown(value), code(old), code(variant));
                of.now(Rule::EnumVariantRenamed, at, what);
            }
            (Some((_, (_, old))), Some((_, (variant, value)))) if old != value => {
                let what = format!("value of {}: {} → {}", code(variant), shown(old), shown(value));
                of.now(Rule::EnumValueChanged, at, what);
            }
            (None, Some((_, (_, value)))) => {
                of.now(Rule::EnumValueAdded, at, format!("value {} is new", shown(value)));
            }
            (Some((_, (_, value))), None) => {
                let what = format!("value {} is gone", shown(value));
                of.was(Rule::EnumValueRemoved, at, what);
            }
            _ => {}
        }
    }
}

fn branches(before: &[SurfaceBranch], after: &[SurfaceBranch], at: &str, of: &mut Of<'_>) {
    for new in after {
        let variant = code(&new.variant);
        match before.iter().find(|old| old.variant == new.variant) {
            None => of.now(
                Rule::UnionBranchAdded,
                at,
                format!("branch {variant} is new: {}", code(&new.ty)),
            ),
            Some(old) if old.ty != new.ty => {
                let what = format!("branch {variant}: {} → {}", code(&old.ty), code(&new.ty));
                of.now(Rule::UnionBranchTypeChanged, at, what);
            }
            Some(old) if old.tags != new.tags => {
                let (old, new) = (code(&old.tags.join(", ")), code(&new.tags.join(", ")));
                let what = format!("tag of branch {variant}: {old} → {new}");
                of.now(Rule::UnionTagChanged, at, what);
            }
            Some(_) => {}
        }
    }
    for old in before {
        if !after.iter().any(|new| new.variant == old.variant) {
            let what = format!("branch {} is gone", code(&old.variant));
            of.was(Rule::UnionBranchRemoved, at, what);
        }
    }
}
