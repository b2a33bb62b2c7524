//! Boxes members that would make a type too large.
//!
//! The engine boxes only recursive members, so the sizes of types that hold each other by value
//! multiply: after a few levels of nesting, values overflow the stack.
//!
//! ```text
//! before: struct Order { id: String, payer: Person }      // where a Person has 4 KiB
//! after:  struct Order { id: String, payer: Box<Person> }
//! ```
//!
//! Types are processed from the innermost outwards. In a type that is too large, the largest member
//! is boxed repeatedly until the type is small enough. In enums, the branches that are too large
//! are boxed.

use crate::generate::TypeExpression;
use crate::layout::{Layout, Layouts};
use crate::refine::model::{CrateType, Def, Model, Payload};
use std::collections::HashMap;

/// The size in bytes above which the largest members of a type are boxed. A response is read on the
/// stack, where each level of it takes several times the size of its type, and there may be 128
/// levels.
const LIMIT: u64 = 2 * 1024;

/// A smaller member is boxed only if nothing else helps.
const LARGE: u64 = 128;

/// The maximum size of a type: if there are so many members that boxing the large ones is not
/// enough, small ones are boxed as well.
const MOST: u64 = 16 * 1024;

/// The size of a box.
const POINTER: u64 = 8;

/// Boxes members that make types of the model too large.
pub fn apply(model: &mut Model) {
    let mut known = Layouts::new();
    for index in innermost_first(&model.types) {
        if let Some(item) = model.types.get_mut(index) {
            shrink(&mut item.shape, &known);
            known.insert(item.name.clone(), Layout::shape(&item.shape, &known));
        }
    }
    let payloads = model
        .statuses
        .iter_mut()
        .flat_map(|statuses| &mut statuses.responses)
        .map(|response| &mut response.payload);
    for payload in payloads {
        if let Payload::Json(ty) = payload
            && Layout::of(ty, &known).size > LIMIT
        {
            enclose(ty);
        }
    }
}

/// The largest type of a model that [`apply`] has been run on: its name and its size in bytes.
pub fn largest(model: &Model) -> Option<(&str, u64)> {
    sizes(model).max_by_key(|(_, size)| *size)
}

/// The types of a model with their sizes in bytes.
pub fn sizes(model: &Model) -> impl Iterator<Item = (&str, u64)> {
    let mut known = Layouts::new();
    for item in innermost_first(&model.types)
        .into_iter()
        .filter_map(|index| model.types.get(index))
    {
        known.insert(item.name.clone(), Layout::shape(&item.shape, &known));
    }
    let types: Vec<(&str, u64)> = model
        .types
        .iter()
        .map(|item| {
            (
                item.name.as_str(),
                known.get(&item.name).map_or(0, |layout| layout.size),
            )
        })
        .collect();
    let statuses = model.statuses.iter().map(move |statuses| {
        let layout = Layout::statuses(&statuses.responses, &known);
        (statuses.name.as_str(), layout.size)
    });
    types.into_iter().chain(statuses)
}

/// The indices of the types; types that others hold by value come before their holders.
fn innermost_first(items: &[CrateType]) -> Vec<usize> {
    let index: HashMap<&str, usize> = items
        .iter()
        .enumerate()
        .map(|(index, item)| (item.name.as_str(), index))
        .collect();
    let held = |item: &CrateType| -> Vec<usize> {
        let names = uses(&item.shape).into_iter().filter_map(held_by_value);
        names.filter_map(|name| index.get(name).copied()).collect()
    };
    let mut order = Vec::with_capacity(items.len());
    let mut met = vec![false; items.len()];
    for start in 0..items.len() {
        // Types that are still to be inspected, and types whose members are all done.
        let mut pending = vec![(start, false)];
        while let Some((next, is_done)) = pending.pop() {
            if is_done {
                order.push(next);
            } else if let (Some(item), Some(is_met @ false)) = (items.get(next), met.get_mut(next)) {
                *is_met = true;
                pending.push((next, true));
                pending.extend(held(item).into_iter().map(|inner| (inner, false)));
            }
        }
    }
    order
}

fn uses(shape: &Def) -> Vec<&TypeExpression> {
    match shape {
        Def::Object { members, .. } => members.iter().map(|member| &member.ty).collect(),
        Def::Enum { .. } => Vec::new(),
        Def::Union { branches, .. } => branches.iter().map(|branch| &branch.ty).collect(),
    }
}

/// The generated type that a member of this type holds by value.
fn held_by_value(ty: &TypeExpression) -> Option<&str> {
    match ty {
        TypeExpression::Generated(name) => Some(name),
        TypeExpression::Option(inner) | TypeExpression::Nullable(inner) => held_by_value(inner),
        _ => None,
    }
}

/// Boxes the largest member, repeatedly, until the type is small enough.
fn shrink(shape: &mut Def, known: &Layouts) {
    for (limit, least) in [(LIMIT, LARGE), (MOST, 2 * POINTER)] {
        // A union stores a tag beside its branches, and its holder should not have to box the
        // union.
        let limit = if matches!(shape, Def::Union { .. }) {
            limit - POINTER
        } else {
            limit
        };
        while Layout::shape(shape, known).size > limit {
            let mut members: Vec<&mut TypeExpression> = match shape {
                Def::Object { members, .. } => members.iter_mut().map(|member| &mut member.ty).collect(),
                Def::Enum { .. } => return,
                Def::Union { branches, .. } => branches.iter_mut().map(|branch| &mut branch.ty).collect(),
            };
            let sizes = members.iter().map(|ty| Layout::of(ty, known).size).enumerate();
            // The first of several equally large ones.
            let largest = sizes
                .filter(|(_, size)| *size > least)
                .max_by_key(|(index, size)| (*size, usize::MAX - index));
            match largest.and_then(|(index, _)| members.get_mut(index)) {
                Some(ty) => enclose(ty),
                None => break,
            }
        }
    }
}

/// Boxes the content of a member.
fn enclose(ty: &mut TypeExpression) {
    match ty {
        TypeExpression::Option(inner) | TypeExpression::Nullable(inner) => enclose(inner),
        inner => *inner = TypeExpression::Boxed(Box::new(inner.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refine::model::{Member, Presence, Status, StatusResponse, Statuses};
    use crate::text::Markdown;

    fn generated(name: &str) -> TypeExpression {
        TypeExpression::Generated(name.to_string())
    }

    fn object(name: &str, members: impl IntoIterator<Item = TypeExpression>) -> CrateType {
        let member = |(index, ty)| Member {
            wire: format!("m{index}"),
            field: format!("m{index}"),
            setter: String::new(),
            ty,
            presence: Presence::Plain,
            required: false,
            implied: None,
            docs: Markdown::default(),
            deprecated: false,
        };
        CrateType {
            name: name.to_string(),
            docs: Markdown::default(),
            tags: std::collections::BTreeSet::new(),
            sent: true,
            received: true,
            is_eq: false,
            deprecated: false,
            shape: Def::Object {
                members: members.into_iter().enumerate().map(member).collect(),
                rest: None,
                unknown: None,
                aliases: Vec::new(),
            },
        }
    }

    fn texts(count: usize) -> impl Iterator<Item = TypeExpression> {
        std::iter::repeat_n(TypeExpression::Plain("String"), count)
    }

    fn shown(model: &Model, name: &str) -> Vec<String> {
        let item = model.types.iter().find(|item| item.name == name);
        let shown = item.map(|item| uses(&item.shape).into_iter().map(ToString::to_string).collect());
        shown.unwrap_or_default()
    }

    #[test]
    fn test_largest_members_are_boxed_until_the_type_is_small() {
        let mut model = Model {
            types: vec![
                object(
                    "Outer",
                    [
                        generated("Small"),
                        generated("Large").optional(),
                        generated("Small"),
                    ],
                ),
                object("Small", texts(20)),
                object("Large", texts(60)),
            ],
            ..Model::default()
        };
        apply(&mut model);
        assert_eq!(shown(&model, "Outer"), ["Small", "Option<Box<Large>>", "Small"]);
        assert!(largest(&model).is_some_and(|(_, size)| size <= LIMIT));
    }

    #[test]
    fn test_small_types_stay_as_they_are() {
        let types = vec![object("Outer", [generated("Inner")]), object("Inner", texts(40))];
        let mut model = Model {
            types,
            ..Model::default()
        };
        apply(&mut model);
        assert_eq!(shown(&model, "Outer"), ["Inner"]);
    }

    #[test]
    fn test_small_members_are_boxed_only_where_there_are_very_many() {
        let mut model = Model {
            types: vec![object("Wide", texts(200)), object("Huge", texts(700))],
            ..Model::default()
        };
        apply(&mut model);
        assert!(shown(&model, "Wide").iter().all(|ty| ty == "String"));
        let boxed = shown(&model, "Huge")
            .iter()
            .filter(|ty| *ty == "Box<String>")
            .count();
        assert!(0 < boxed && boxed < 100, "{boxed}");
        assert!(largest(&model).is_some_and(|(_, size)| size <= MOST));
    }

    #[test]
    fn test_nesting_of_many_levels_stays_small() {
        let level = |number: usize| {
            let inner = generated(&format!("Level{}", number + 1));
            object(
                &format!("Level{number}"),
                [inner.clone(), inner].into_iter().chain(texts(4)),
            )
        };
        let mut model = Model {
            types: (0..20).map(level).chain([object("Level20", [])]).collect(),
            ..Model::default()
        };
        apply(&mut model);
        assert!(largest(&model).is_some_and(|(_, size)| size <= LIMIT));
    }

    #[test]
    fn test_large_payload_of_a_status_is_boxed() {
        let response = StatusResponse {
            variant: "Ok".to_string(),
            status: Status::Code(200),
            payload: Payload::Json(generated("Large")),
        };
        let mut model = Model {
            types: vec![object("Large", texts(80))],
            statuses: vec![Statuses {
                name: "GetResponse".to_string(),
                responses: vec![response],
                tags: std::collections::BTreeSet::new(),
            }],
            ..Model::default()
        };
        apply(&mut model);
        assert!(sizes(&model).all(|(_, size)| size <= LIMIT));
    }
}
