//! Branches that one type can hold are one branch: texts and text enums, numbers of two widths, anything at all.

use super::{Collapsed, Unions};
use crate::ir::{Branch, Enum, EnumKind, EnumValue, Home, Integer, Shape, Text, Type, TypeDef, TypeRef};

/// Which branches one type can hold.
#[derive(Clone, Copy, PartialEq)]
enum Group {
    Texts,
    Integers,
    Numbers,
    Any,
    Apart,
}

impl Unions<'_> {
    pub(super) fn collapse(&mut self, union: &str, branches: &[Branch]) -> Collapsed {
        let groups: Vec<Group> = branches.iter().map(|branch| self.group(&branch.ty)).collect();
        if groups.contains(&Group::Any) && branches.len() > 1 {
            self.notes.add(
                self.place(union).pointer(),
                "any JSON value is taken here",
                "One of the alternatives allows any value.",
            );
            return Collapsed::Branches(Vec::new());
        }
        let mut kept: Vec<Branch> = Vec::new();
        for (index, (branch, group)) in branches.iter().zip(&groups).enumerate() {
            let of_group = || branches.iter().zip(&groups).filter(|(_, other)| *other == group);
            let of_group: Vec<&Branch> = of_group().map(|(branch, _)| branch).collect();
            if *group == Group::Apart || *group == Group::Any || of_group.len() == 1 {
                kept.push(branch.clone());
                continue;
            }
            // The first of a group stands for all of it.
            if groups[..index].contains(group) {
                continue;
            }
            let alone = of_group.len() == branches.len();
            let ty = match group {
                Group::Texts => match self.one_text(union, &of_group, alone) {
                    Collapsed::Branches(one) => {
                        kept.extend(one);
                        continue;
                    }
                    values @ Collapsed::Values(_) => return values,
                },
                group => self.one_number(&of_group, *group == Group::Integers),
            };
            kept.push(Branch::new(TypeRef::of(ty), Vec::new()));
        }
        Collapsed::Branches(kept)
    }

    fn group(&self, used: &TypeRef) -> Group {
        match &used.ty {
            Type::Named(name) => match self.shape(name) {
                Some(Shape::Enum(listed)) => match listed.kind {
                    EnumKind::Text => Group::Texts,
                    EnumKind::Integer => Group::Integers,
                    EnumKind::Number => Group::Numbers,
                    EnumKind::Boolean | EnumKind::Mixed => Group::Apart,
                },
                _ => Group::Apart,
            },
            Type::Text(_) => Group::Texts,
            // A float has not all digits of an integer.
            Type::Integer(_) => Group::Integers,
            Type::Number => Group::Numbers,
            Type::Any => Group::Any,
            Type::Boolean | Type::List(_) | Type::Map(_) => Group::Apart,
        }
    }

    fn one_number(&self, branches: &[&Branch], whole: bool) -> Type {
        let enums: Vec<&Branch> = branches
            .iter()
            .filter(|branch| self.listed(&branch.ty).is_some())
            .copied()
            .collect();
        match enums.as_slice() {
            [only] if whole => only.ty.ty.clone(),
            _ if whole => Type::Integer(Integer::I64),
            _ => Type::Number,
        }
    }

    /// One branch for several texts: an enum where any lists values, since enums are open; a plain text otherwise.
    fn one_text(&mut self, union: &str, branches: &[&Branch], alone: bool) -> Collapsed {
        let one = |ty: Type| Collapsed::Branches(vec![Branch::new(TypeRef::of(ty), Vec::new())]);
        let listed = branches
            .iter()
            .filter_map(|branch| Some((branch, &self.listed(&branch.ty)?.values)));
        let listed: Vec<_> = listed.collect();
        if listed.is_empty() {
            return one(Type::Text(Text::Plain));
        }
        let mut values: Vec<EnumValue> = Vec::new();
        for value in listed.iter().flat_map(|(_, values)| values.iter()) {
            if values.iter().all(|known| known.value != value.value) {
                values.push(value.clone());
            }
        }
        if let Some((with_all, _)) = listed.iter().find(|(_, own)| own.len() == values.len()) {
            return one(with_all.ty.ty.clone());
        }
        values.iter_mut().for_each(|value| value.given = None);
        let kind = EnumKind::Text;
        if alone {
            return Collapsed::Values(Enum { kind, values });
        }
        let home = Home {
            owner: union.to_string(),
            hint: "Name".to_string(),
            role: "branch".to_string(),
            ..Home::default()
        };
        let name = format!("{union}/values");
        let shape = Shape::Enum(Enum { kind, values });
        let def = TypeDef::new(self.place(union), Some(home), shape);
        self.types.insert(name.clone(), def);
        one(Type::Named(name))
    }
}
