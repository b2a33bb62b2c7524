//! The shapes of objects: their members and the rules for them.

/// The parts of an object.
#[derive(Debug)]
pub struct Shape {
    /// A name that no other type has.
    pub ty: &'static str,
    /// The members' names on the wire.
    pub members: &'static [&'static str],
    /// The members, by index, that are not [`Rule::plain`].
    pub rules: &'static [(usize, Rule)],
    /// Alternative spellings of members, which are read but not written.
    pub aliases: &'static [(&'static str, usize)],
}

/// The rule for an absent or null member, with the spelling of [`object!`](crate::object).
#[allow(non_camel_case_types)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The member's type decides: an `Option` may be absent and is left out, most others are
    /// required.
    plain,
    /// Absent and null mean the type's [`Wire::empty`](super::Wire::empty).
    default,
    /// An `Option` that is written as null, and may be absent when read.
    nullable,
}

impl Shape {
    /// The rule of the member at `index`.
    pub(super) fn rule(&self, index: usize) -> Rule {
        // Most objects have no rules, and this check runs for each member.
        if self.rules.is_empty() {
            return Rule::plain;
        }
        self.listed_rule(index)
    }

    /// The same, for a shape that has rules.
    #[inline(never)]
    pub(super) fn listed_rule(&self, index: usize) -> Rule {
        self.rules
            .iter()
            .find(|(member, _)| *member == index)
            .map_or(Rule::plain, |(_, rule)| *rule)
    }

    /// The name of the member at `index`.
    pub(super) fn name(&self, index: usize) -> &'static str {
        self.members.get(index).copied().unwrap_or_default()
    }

    /// Whether the member at `index` is the one called `name`.
    pub(super) fn is_at(&self, index: usize, name: &str) -> bool {
        self.members.get(index).is_some_and(|member| *member == name)
    }

    /// The member called `name`. Servers mostly keep the contract's order, so the search starts at
    /// `expected`.
    pub(super) fn find(&self, name: &str, expected: usize) -> Option<usize> {
        let (before, after) = self
            .members
            .split_at_checked(expected)
            .unwrap_or((&[], self.members));
        let found = after
            .iter()
            .position(|member| *member == name)
            .map(|index| index + self.members.len() - after.len());
        found
            .or_else(|| before.iter().position(|member| *member == name))
            .or_else(|| {
                self.aliases
                    .iter()
                    .find(|(alias, _)| *alias == name)
                    .map(|(_, index)| *index)
            })
    }
}
