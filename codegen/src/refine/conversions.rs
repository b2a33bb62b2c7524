//! Finds received types that can be converted to sent types: those of the same resource, compared
//! by their members.
//!
//! ```text
//! GET /rules/{id} -> Rule { id, reason, enabled, created }
//! PUT /rules/{id} <- RuleInput { reason, enabled }
//! ```
//!
//! Here `RuleInput` can be built from a `Rule`. All its required members must be members of `Rule`,
//! and shared members must hold the same kind of value, so that nothing is lost.

use super::model::{Conversion, CrateType, Def, Member, Model, Outcome, Payload};
use crate::generate::TypeExpression;
use std::collections::{BTreeSet, HashMap};

/// The possible conversions, sorted by name.
pub fn conversions(model: &Model) -> Vec<Conversion> {
    let items: Items<'_> = model
        .types
        .iter()
        .map(|item| (item.name.as_str(), item))
        .collect();
    let mut pairs = BTreeSet::new();
    for operation in &model.operations {
        let bodies = operation.bodies.iter().filter_map(|body| body.ty.as_ref());
        let sent: Vec<&str> = bodies.filter_map(|ty| held(ty)).collect();
        if sent.is_empty() {
            continue;
        }
        for other in model
            .operations
            .iter()
            .filter(|other| share(&operation.path, &other.path))
        {
            let read = payloads(&other.success, model).flat_map(|ty| resources(ty, &items));
            for read in read {
                pairs.extend(
                    sent.iter()
                        .filter(|sent| **sent != read)
                        .map(|sent| (*sent, read)),
                );
            }
        }
    }
    pairs
        .into_iter()
        .filter_map(|(sent, read)| conversion(read, sent, &items))
        .collect()
}

type Items<'m> = HashMap<&'m str, &'m CrateType>;

/// Whether two paths lead to the same resource, or to a resource and the list that contains it.
fn share(one: &str, other: &str) -> bool {
    let list = |path: &str| {
        let path = path.trim_end_matches('/');
        let last = path.rsplit_once('/').filter(|(_, last)| last.starts_with('{'));
        last.map_or(path, |(list, _)| list).to_string()
    };
    list(one) == list(other)
}

fn payloads<'m>(outcome: &'m Outcome, model: &'m Model) -> impl Iterator<Item = &'m TypeExpression> {
    let one = match outcome {
        Outcome::One(payload) => Some(payload),
        Outcome::Several(_) => None,
    };
    let several = model
        .statuses
        .iter()
        .filter(move |statuses| matches!(outcome, Outcome::Several(name) if *name == statuses.name));
    let several = several.flat_map(|statuses| statuses.responses.iter().map(|response| &response.payload));
    one.into_iter()
        .chain(several)
        .filter_map(|payload| match payload {
            Payload::Json(ty) => Some(ty),
            _ => None,
        })
}

/// The resources in a payload: itself, or the items of its list. If there are several lists, the
/// path refers to none of them.
fn resources<'m>(ty: &'m TypeExpression, items: &Items<'m>) -> Vec<&'m str> {
    let Some(name) = held(ty) else { return Vec::new() };
    let members: &[Member] = match items.get(name).map(|item| &item.shape) {
        Some(Def::Object { members, .. }) => members,
        _ => &[],
    };
    let lists = members.iter().filter_map(|member| match bare(&member.ty) {
        TypeExpression::Vec(item) => held(item),
        _ => None,
    });
    let lists: Vec<&str> = lists.collect();
    let list = lists.first().filter(|_| lists.len() == 1).copied();
    std::iter::once(name).chain(list).collect()
}

/// The generated type of a value or its items.
fn held(ty: &TypeExpression) -> Option<&str> {
    match ty {
        TypeExpression::Generated(name) => Some(name),
        TypeExpression::Option(inner)
        | TypeExpression::Boxed(inner)
        | TypeExpression::Nullable(inner)
        | TypeExpression::Vec(inner) => held(inner),
        TypeExpression::Plain(_) | TypeExpression::Map(_) => None,
    }
}

/// A type without the wrappers for absence.
fn bare(ty: &TypeExpression) -> &TypeExpression {
    match ty {
        TypeExpression::Option(inner) | TypeExpression::Boxed(inner) | TypeExpression::Nullable(inner) => {
            bare(inner)
        }
        ty => ty,
    }
}

/// The conversion of `read` to `sent`, if it is possible.
fn conversion(read: &str, sent: &str, items: &Items<'_>) -> Option<Conversion> {
    let (source, target) = (object(read, items)?, object(sent, items)?);
    let mut renamed = Vec::new();
    let mut shared = BTreeSet::new();
    for member in target.members {
        match source.member(&member.wire) {
            Some(found) if converts(&found.ty, &member.ty, items, &mut vec![(read, sent)]) => {
                shared.insert(found.wire.as_str());
                if found.wire != member.wire {
                    renamed.push((found.wire.clone(), member.wire.clone()));
                }
            }
            Some(_) => return None,
            None if member.required => return None,
            None => {}
        }
    }
    if shared.is_empty() || !target.takes_unknown_of(&source) {
        return None;
    }
    // A type that keeps unnamed members must not keep those that the other type names.
    let others = source.members.iter().map(|member| &member.wire);
    let others = others.filter(|wire| target.keeps() && !shared.contains(wire.as_str()));
    Some(Conversion {
        read: read.to_string(),
        sent: sent.to_string(),
        dropped: others.cloned().collect(),
        renamed,
    })
}

/// Whether a value of one type can be read as another, judged by the types. `met` are the pairs
/// being compared.
fn converts<'m>(
    from: &'m TypeExpression,
    to: &'m TypeExpression,
    items: &Items<'m>,
    met: &mut Vec<(&'m str, &'m str)>,
) -> bool {
    match (bare(from), bare(to)) {
        (one, other) if one == other => true,
        (TypeExpression::Vec(one), TypeExpression::Vec(other))
        | (TypeExpression::Map(one), TypeExpression::Map(other)) => converts(one, other, items, met),
        (TypeExpression::Generated(one), TypeExpression::Generated(other)) => {
            if is_text(one, items) && is_text(other, items) || met.contains(&(one, other)) {
                return true;
            }
            let (Some(source), Some(target)) = (object(one, items), object(other, items)) else {
                return false;
            };
            if target.keeps() {
                return false;
            }
            met.push((one, other));
            target
                .members
                .iter()
                .all(|member| match source.member(&member.wire) {
                    Some(found) => found.wire == member.wire && converts(&found.ty, &member.ty, items, met),
                    None => !member.required,
                })
        }
        (TypeExpression::Plain("String"), TypeExpression::Generated(name))
        | (TypeExpression::Generated(name), TypeExpression::Plain("String")) => is_text(name, items),
        (_, TypeExpression::Plain("Value")) => true,
        _ => false,
    }
}

/// Whether this is a string enum.
fn is_text(name: &str, items: &Items<'_>) -> bool {
    let shape = items.get(name).map(|item| &item.shape);
    matches!(shape, Some(Def::Enum { wire: "str", .. }))
}

/// A struct.
struct ConvertedStruct<'m> {
    members: &'m [Member],
    aliases: &'m [(String, usize)],
    rest: Option<&'m TypeExpression>,
    has_unknown: bool,
}

fn object<'m>(name: &str, items: &Items<'m>) -> Option<ConvertedStruct<'m>> {
    match &items.get(name)?.shape {
        Def::Object {
            members,
            rest,
            unknown,
            aliases,
        } => Some(ConvertedStruct {
            members,
            aliases,
            rest: rest.as_ref().map(|(_, ty)| ty),
            has_unknown: unknown.is_some(),
        }),
        _ => None,
    }
}

impl<'m> ConvertedStruct<'m> {
    /// The member to which this name refers.
    fn member(&self, wire: &str) -> Option<&'m Member> {
        let own = self.members.iter().find(|member| member.wire == wire);
        own.or_else(|| {
            let (_, index) = self.aliases.iter().find(|(alias, _)| alias == wire)?;
            self.members.get(*index)
        })
    }

    /// Whether the type keeps unnamed members.
    fn keeps(&self) -> bool {
        self.has_unknown || self.rest.is_some()
    }

    /// Whether it has a place for members that `source` does not name, or accepts none of them.
    fn takes_unknown_of(&self, source: &ConvertedStruct<'_>) -> bool {
        match self.rest {
            None | Some(TypeExpression::Plain("Value")) => true,
            own => own == source.rest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn test_paths_of_one_resource_are_its_own_and_that_of_its_list() {
        assert!(share("/rules", "/rules/{id}"));
        assert!(share("/rules/{id}/", "/rules/{ruleId}"));
        assert!(!share("/rules/{id}", "/rules/{id}/actions"));
        assert!(!share("/rules", "/sites"));
    }
}
