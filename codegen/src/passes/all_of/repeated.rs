//! Two statements on one thing: which of them holds, or what they come to together.

use super::known::{Known, Pair};
use super::members::Members;
use super::rank::{View, has_members, rank, resolved, widens};
use crate::diagnostics::Notes;
use crate::ir::{Member, Shape, Type, TypeRef};
use std::collections::HashSet;

/// More objects than this are not put together for one member.
const MOST_PARTS: usize = 4;

/// Lists of lists of lists, so many times.
const DEEPEST: usize = 16;

impl Members {
    /// A later statement on a member that has one.
    pub(super) fn repeat(
        &mut self,
        later: Member,
        pairs: &mut Vec<Pair>,
        known: &Known<'_>,
        notes: &mut Notes,
    ) {
        let Some(index) = self.members.iter().position(|member| member.wire == later.wire) else {
            return;
        };
        let earlier = self.members[index].ty.clone();
        let mut now = later.ty;
        let is_bare = now.named().is_some() && !now.nullable && now.annotations.is_none();
        if !is_bare && now.said().description.is_none() {
            now.say(|said| said.description.clone_from(&earlier.said().description));
        }
        if earlier == now {
            self.members[index].ty = now;
            return;
        }
        if let Some(both) = self.together(&later.wire, &earlier, &now, pairs, known, 0) {
            self.members[index].ty = both;
            return;
        }
        let (before, after) = (resolved(&earlier, known), resolved(&now, known));
        if rank(after, known) >= rank(before, known) {
            if before.kind().is_some() && before.kind() != after.kind() {
                notes.add(
                    self.provenance.pointer(),
                    format!(
                        "of two types that the contract gives {:?}, the later one is taken",
                        later.wire
                    ),
                    "The schemas that are composed contradict each other.",
                );
            }
            self.members[index].ty = now;
        }
    }

    /// One type that is what both are: an object with the members of both, a list or map of such values. Nothing where one of
    /// the two has to give way.
    pub(super) fn together(
        &self,
        name: &str,
        earlier: &TypeRef,
        later: &TypeRef,
        pairs: &mut Vec<Pair>,
        known: &Known<'_>,
        depth: usize,
    ) -> Option<TypeRef> {
        if let Some(pair) = self.both(name, earlier, later, known) {
            let both = Type::Named(pair.name.clone());
            pairs.push(pair);
            return Some(TypeRef {
                ty: both,
                ..later.clone()
            });
        }
        let (View::Used(before), View::Used(now)) = (resolved(earlier, known), resolved(later, known)) else {
            return None;
        };
        if depth > DEEPEST {
            return None;
        }
        let (make, earlier_inner, later_inner): (fn(Box<TypeRef>) -> Type, _, _) = match (&before.ty, &now.ty)
        {
            (Type::List(before), Type::List(now)) => (Type::List, before, now),
            (Type::Map(before), Type::Map(now)) => (Type::Map, before, now),
            _ => return None,
        };
        let says = |inner: &TypeRef| inner.ty != Type::Any || inner.nullable;
        let inner = match (says(earlier_inner), says(later_inner)) {
            (true, true) if earlier_inner != later_inner => {
                let both = self.together(name, earlier_inner, later_inner, pairs, known, depth + 1);
                let narrower = || {
                    let later_rank = rank(resolved(later_inner, known), known);
                    match later_rank >= rank(resolved(earlier_inner, known), known) {
                        true => (**later_inner).clone(),
                        false => (**earlier_inner).clone(),
                    }
                };
                both.unwrap_or_else(narrower)
            }
            (_, true) => (**later_inner).clone(),
            (true, false) => (**earlier_inner).clone(),
            (false, false) => return None,
        };
        let ty = make(Box::new(inner));
        Some(match later.named() {
            None => TypeRef { ty, ..later.clone() },
            Some(_) => TypeRef::of(ty),
        })
    }

    /// The pair that two types make, if both have members, or if the later is an enum with more values.
    fn both(&self, name: &str, earlier: &TypeRef, later: &TypeRef, known: &Known<'_>) -> Option<Pair> {
        let (first, second) = (earlier.named()?, later.named()?);
        let (before, now) = (known.types.get(first)?, known.types.get(second)?);
        // Members beside a choice go into each of its branches.
        let may_join = match (&before.shape, &now.shape) {
            (Shape::Enum(before), Shape::Enum(now)) => widens(before, now),
            (Shape::Union(_), _) => has_members(now),
            (_, Shape::Union(_)) => has_members(before),
            _ => has_members(before) && has_members(now),
        };
        may_join.then(|| self.pair(name, first, second, known)).flatten()
    }

    fn pair(&self, name: &str, first: &str, second: &str, known: &Known<'_>) -> Option<Pair> {
        let atoms = |name: &str| match known.parts.get(name) {
            Some(parts) => parts.clone(),
            None => vec![name.to_string()],
        };
        let mut seen = HashSet::new();
        let mut parts: Vec<String> = atoms(first);
        parts.extend(atoms(second));
        parts.retain(|part| seen.insert(part.clone()));
        if parts.len() < 2 || parts.len() > MOST_PARTS {
            return None;
        }
        Some(Pair {
            name: parts.join(" & "),
            parts,
            owner: self.name.clone(),
            hint: name.to_string(),
        })
    }
}
