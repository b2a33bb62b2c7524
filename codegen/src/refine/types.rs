//! Types as structs, open enums and unions.
//!
//! The engine determines the Rust type of each member; presence, null and documentation come from
//! the model of the contract.

use super::docs;
use super::model::{Branch, CrateType, Def, Implied, Member, Presence};
use super::reach::Usage;
use crate::diagnostics::Result;
use crate::generate::{TypeExpression, Types, branch_name};
use crate::ir::{self, Annotations, Api, Branches, EnumKind, TypeDef};
use crate::text::Markdown;
use std::collections::HashMap;

/// All generated types, by name.
///
/// # Errors
///
/// When the engine created no type for a member.
pub fn items(api: &Api, types: &Types, usages: &HashMap<&str, Usage>) -> Result<Vec<CrateType>> {
    let unused = Usage::default();
    let mut items = Vec::new();
    let branches = Branches::of(api);
    for (name, def) in &api.types {
        let usage = usages.get(name.as_str()).unwrap_or(&unused);
        let mut shape = shape(name, &def.shape, types, usage)?;
        if let Def::Object { members, .. } = &mut shape {
            let tag = branches.tag(name);
            for member in members.iter_mut().filter(|member| member.required) {
                let tag = tag.filter(|(tag, _)| *tag == member.wire);
                member.implied = implied(&member.ty, tag.map(|(_, value)| value), api);
            }
        }
        let is_eq = matches!(&shape, Def::Enum { wire, .. } if !matches!(*wire, "f64" | "Value"));
        items.push(CrateType {
            name: name.clone(),
            docs: item_docs(name, def),
            tags: usage.tags.clone(),
            sent: usage.sent,
            received: usage.received,
            is_eq,
            deprecated: def.deprecated,
            shape,
        });
    }
    items.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(items)
}

fn shape(name: &str, shape: &ir::Shape, types: &Types, usage: &Usage) -> Result<Def> {
    Ok(match shape {
        ir::Shape::Object(object) => self::object(name, object, types, usage)?,
        ir::Shape::Enum(values) => open_enum(values),
        ir::Shape::Union(union) => self::union(name, union, types)?,
    })
}

fn object(name: &str, object: &ir::Object, types: &Types, usage: &Usage) -> Result<Def> {
    let mut members = Vec::new();
    for member in &object.members {
        let said = member.ty.said();
        let base = types.member(name, &member.field)?;
        // A member that exists in only one direction cannot be required in the other.
        let one_way = said.read_only && usage.sent || said.write_only && usage.received;
        let (ty, presence, required) = presence(
            base,
            member.required && !one_way,
            member.ty.nullable,
            may_be_empty(said),
            usage,
        );
        members.push(Member {
            docs: member_docs(member, usage),
            deprecated: said.deprecated,
            wire: member.wire.clone(),
            field: member.field.clone(),
            setter: member.setter.clone(),
            ty,
            presence,
            required,
            implied: None,
        });
    }
    let rest = match &object.rest {
        None => None,
        Some((field, _)) => match types.member(name, field)? {
            // Generators of contracts write `object` for any value; a note says so.
            TypeExpression::Map(value) if *value == TypeExpression::any() => Some((field.clone(), *value)),
            other => Some((field.clone(), other)),
        },
    };
    let aliases = object.aliases.iter().filter_map(|(alias, target)| {
        let index = members.iter().position(|member| member.wire == *target)?;
        Some((alias.clone(), index))
    });
    let aliases = aliases.collect();
    // Types that are only sent contain only what the caller sets.
    let is_read = usage.received || !usage.sent;
    let unknown = (is_read && rest.is_none()).then(|| object.unknown.clone());
    Ok(Def::Object {
        members,
        rest,
        unknown,
        aliases,
    })
}

/// The value of a required member if it is certain: the only one that its type allows, or the value
/// of a tag.
fn implied(ty: &TypeExpression, tag: Option<&str>, api: &Api) -> Option<Implied> {
    match ty {
        TypeExpression::Plain("String") => tag.map(|value| Implied::Text(value.to_string())),
        TypeExpression::Generated(name) => {
            let ir::Shape::Enum(known) = &api.types.get(name)?.shape else {
                return None;
            };
            let tagged = |value: &&ir::EnumValue| tag.is_some_and(|tag| value.value.as_str() == Some(tag));
            let only = known.values.first().filter(|_| known.values.len() == 1);
            let value = known.values.iter().find(tagged).or(only)?;
            Some(Implied::Variant(value.variant.clone()))
        }
        _ => None,
    }
}

/// The type of a member with the meaning of its absence, and whether a value is needed to create
/// the struct.
fn presence(
    base: TypeExpression,
    required: bool,
    nullable: bool,
    may_be_empty: bool,
    usage: &Usage,
) -> (TypeExpression, Presence, bool) {
    match (required, nullable) {
        (true, false) => (base, Presence::Plain, true),
        (true, true) => (base.optional(), Presence::Nullable, true),
        (false, true) if usage.sent => (TypeExpression::Nullable(Box::new(base)), Presence::Plain, false),
        // Null and an empty list differ in meaning.
        (false, false)
            if may_be_empty
                && !usage.sent
                && matches!(base, TypeExpression::Vec(_) | TypeExpression::Map(_)) =>
        {
            (base, Presence::Default, false)
        }
        (false, _) => (base.optional(), Presence::Plain, false),
    }
}

/// Whether a list or map may be empty. If it may not, an empty one cannot stand for an absent one.
fn may_be_empty(said: &Annotations) -> bool {
    let least = [&said.min_items, &said.min_properties];
    let mut least = least.into_iter().flatten().filter_map(serde_json::Number::as_f64);
    least.all(|least| least < 1.0)
}

fn union(name: &str, union: &ir::Union, types: &Types) -> Result<Def> {
    let branches = union.branches.iter().enumerate().map(|(index, branch)| {
        Ok(Branch {
            variant: branch.variant.clone(),
            ty: types.member(name, &branch_name(index))?,
            tags: branch.tags.clone(),
        })
    });
    Ok(Def::Union {
        tag: union.tag.clone(),
        branches: branches.collect::<Result<_>>()?,
    })
}

fn open_enum(values: &ir::Enum) -> Def {
    let wire = match values.kind {
        EnumKind::Text => "str",
        EnumKind::Integer => "i64",
        EnumKind::Number => "f64",
        EnumKind::Boolean => "bool",
        EnumKind::Mixed => "Value",
    };
    let values = values.values.iter();
    Def::Enum {
        wire,
        values: values
            .map(|value| (value.variant.clone(), value.value.clone()))
            .collect(),
    }
}

fn item_docs(name: &str, def: &TypeDef) -> Markdown {
    let template = match &def.shape {
        ir::Shape::Object(_) => "The contract's {}.",
        ir::Shape::Enum(_) => "The values of the contract's {}.",
        ir::Shape::Union(_) => "The alternatives of the contract's {}.",
    };
    let description = said(def.description.as_ref(), def.title.as_ref());
    let said = match description.is_empty() {
        true => Markdown::filled(
            template,
            &[&Markdown::code(def.called.as_deref().unwrap_or(name))],
        ),
        false => description,
    };
    Markdown::paragraphs([said, Markdown::prose(&def.note).sentence()])
}

/// The description, or else the title.
fn said(description: Option<&String>, title: Option<&String>) -> Markdown {
    let said = description.or(title).map_or("", String::as_str);
    Markdown::prose(said).sentence()
}

fn member_docs(member: &ir::Member, usage: &Usage) -> Markdown {
    let annotations = member.ty.said();
    let description = said(annotations.description.as_ref(), annotations.title.as_ref());
    // Members of only one direction are documented if the type is also used in the other direction.
    let direction = match (
        annotations.read_only && usage.sent,
        annotations.write_only && usage.received,
    ) {
        (true, _) => Markdown::ours("Read-only."),
        (false, true) => Markdown::ours("Write-only."),
        (false, false) => Markdown::default(),
    };
    let limits = Markdown::sentences([docs::limits(&member.ty), direction]);
    let wire = Markdown::code(&member.wire);
    match (description.is_empty(), limits.is_empty()) {
        (true, true) => Markdown::filled("{}.", &[&wire]),
        (true, false) => Markdown::filled("{}: {}", &[&wire, &limits]),
        (false, _) => Markdown::sentences([description, limits]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(sent: bool, received: bool) -> Usage {
        Usage {
            sent,
            received,
            ..Usage::default()
        }
    }

    fn list() -> TypeExpression {
        TypeExpression::Vec(Box::new(TypeExpression::Plain("String")))
    }

    #[test]
    fn test_presence_of_an_optional_list_depends_on_the_direction() {
        assert_eq!(
            presence(list(), false, false, true, &usage(false, false)),
            (list(), Presence::Default, false)
        );
        assert_eq!(
            presence(list(), false, false, true, &usage(true, false)),
            (list().optional(), Presence::Plain, false)
        );
    }

    #[test]
    fn test_presence_of_an_optional_list_tells_null_from_empty() {
        assert_eq!(
            presence(list(), false, true, true, &usage(false, true)),
            (list().optional(), Presence::Plain, false)
        );
    }

    #[test]
    fn test_presence_of_a_list_that_is_never_empty_is_optional() {
        let at_least = |least: u64| Annotations {
            min_items: Some(least.into()),
            ..Annotations::default()
        };
        assert!(!may_be_empty(&at_least(2)));
        assert!(may_be_empty(&at_least(0)));
        assert_eq!(
            presence(list(), false, false, false, &usage(false, false)),
            (list().optional(), Presence::Plain, false)
        );
    }

    #[test]
    fn test_presence_tells_null_from_absent_in_what_is_sent() {
        let text = TypeExpression::Plain("String");
        let (ty, _, _) = presence(text.clone(), false, true, true, &usage(true, true));
        assert_eq!(ty.to_string(), "Nullable<String>");
        let (ty, _, _) = presence(text, false, true, true, &usage(false, true));
        assert_eq!(ty.to_string(), "Option<String>");
    }

    #[test]
    fn test_presence_of_a_required_member_that_may_be_null_writes_null() {
        let made = presence(TypeExpression::Plain("i64"), true, true, true, &usage(true, true));
        assert_eq!(
            made,
            (TypeExpression::Plain("i64").optional(), Presence::Nullable, true)
        );
    }
}
