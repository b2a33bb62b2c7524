//! Members beside a choice belong to each of its branches.

use super::Unions;
use crate::ir::{Branch, Home, Object, Shape, Type, TypeDef, TypeRef};

impl Unions<'_> {
    pub(super) fn distribute(&mut self, union: &str, beside: &Object, branches: Vec<Branch>) -> Vec<Branch> {
        let mut given = Vec::new();
        for branch in branches {
            // The branches of a union among the branches get the members one by one.
            let def = branch.ty.named().and_then(|name| self.types.get(name));
            match def.map(|def| &def.shape) {
                Some(Shape::Union(inner)) => given.extend(inner.branches.clone()),
                _ => given.push(branch),
            }
        }
        let given = given.into_iter().enumerate();
        given
            .map(|(index, branch)| self.with_members(union, beside, branch, index))
            .collect()
    }

    /// A branch with the members `beside` the choice: the branch itself where it has them all or is nobody else's, a copy
    /// otherwise.
    fn with_members(&mut self, union: &str, beside: &Object, branch: Branch, index: usize) -> Branch {
        let own_name = branch.ty.named().map(str::to_string);
        let def = own_name.as_ref().and_then(|name| self.types.get(name));
        let own = match (&branch.ty.ty, def.map(|def| &def.shape)) {
            (_, Some(Shape::Object(own))) => own.clone(),
            (Type::Map(rest), _) => Object {
                rest: Some((String::new(), (**rest).clone())),
                ..Object::default()
            },
            _ => return branch,
        };
        let mut members = beside.members.iter();
        if members.all(|member| own.member(&member.wire).is_some()) {
            return branch;
        }
        let whole = Shape::Object(beside.with(own));
        let hint = match (&own_name, def.and_then(|def| def.home.as_ref())) {
            (Some(_), Some(home)) => home.hint.clone(),
            (Some(name), None) => name.rsplit('.').next().unwrap_or(name).to_string(),
            (None, _) => format!("N{}", index + 1),
        };
        let home = Home {
            owner: union.to_string(),
            hint: hint.clone(),
            role: "branch".to_string(),
            ..Home::default()
        };
        let is_ours = |def: &TypeDef| def.home.as_ref().is_some_and(|home| home.owner == union);
        let (name, def) = match (own_name, def) {
            (Some(name), Some(def)) => {
                let is_ours = is_ours(def);
                let home = if is_ours { def.home.clone() } else { Some(home) };
                let shape = whole;
                let own = if is_ours {
                    name
                } else {
                    format!("{union}/with/{hint}/{index}")
                };
                (
                    own,
                    TypeDef {
                        home,
                        shape,
                        ..def.clone()
                    },
                )
            }
            _ => {
                let mut def = TypeDef::new(self.place(union), Some(home), whole);
                let said = branch.ty.said();
                def.description.clone_from(&said.description);
                def.title.clone_from(&said.title);
                def.deprecated = said.deprecated;
                (format!("{union}/with/{hint}/{index}"), def)
            }
        };
        self.types.insert(name.clone(), def);
        Branch::new(TypeRef::of(Type::Named(name)), branch.tags)
    }
}
