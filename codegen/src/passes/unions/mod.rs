//! Settles unions: what is no choice becomes what it is, every other choice gets its tag and the order of its alternatives.
//!
//! Before: a choice of `A` and a text; a choice of two enums; a choice of `A` and `B` beside the members `P`.
//! After: a union of `A` and a text; one enum with the values of both; a union of `A` and `B` with the members `P` in each. Where
//! a member tells the alternatives apart, the union has it as its tag, and each alternative the values that select it.

mod collapse;
mod distribute;
mod tags;

use crate::diagnostics::Notes;
use crate::ir::{
    Alias, Api, Branch, Enum, Provenance, Shape, Text, Type, TypeDef, TypeRef, Union, Unsettled,
};
use indexmap::IndexMap;
use std::collections::HashSet;

/// Unions of unions of unions, so many times; the stack is finite.
const DEEPEST: usize = 200;

/// Runs the pass.
pub(super) fn apply(api: &mut Api, notes: &mut Notes) {
    let names: Vec<String> = api.types.keys().cloned().collect();
    let mut unions = Unions {
        types: &mut api.types,
        aliases: &mut api.aliases,
        busy: HashSet::new(),
        notes,
    };
    for name in names {
        unions.settle(&name, 0);
    }
    api.types.retain(|name, _| !api.aliases.contains_key(name));
}

struct Unions<'a> {
    types: &'a mut IndexMap<String, TypeDef>,
    aliases: &'a mut IndexMap<String, Alias>,
    busy: HashSet<String>,
    notes: &'a mut Notes,
}

/// A union as others see it while it is settled.
const UNKNOWN: Shape = Shape::Union(Union {
    tag: None,
    branches: Vec::new(),
    unsettled: None,
});

impl Unions<'_> {
    /// Settles the union `name`, those among its branches first.
    fn settle(&mut self, name: &str, depth: usize) {
        let Some(Shape::Union(union)) = self.types.get(name).map(|def| &def.shape) else {
            return;
        };
        if union.unsettled.is_none() || depth > DEEPEST || !self.busy.insert(name.to_string()) {
            return;
        }
        let inner: Vec<String> = named(&union.branches).map(str::to_string).collect();
        for branch in inner {
            self.settle(&branch, depth + 1);
        }
        let Some(def) = self.types.get_mut(name) else {
            return;
        };
        let Shape::Union(union) = std::mem::replace(&mut def.shape, UNKNOWN) else {
            return;
        };
        let Unsettled {
            discriminator,
            beside,
            said,
        } = union.unsettled.map(|unsettled| *unsettled).unwrap_or_default();
        let branches = union.branches.into_iter();
        let mut branches: Vec<Branch> = branches.flat_map(|branch| self.resolve(branch, name)).collect();
        if let Some(beside) = beside {
            branches = self.distribute(name, &beside, branches);
        }
        let settled = match self.collapse(name, &distinct(branches)) {
            Collapsed::Values(values) => Settled::Shape(Shape::Enum(values)),
            Collapsed::Branches(branches) => self.settled(name, branches, discriminator),
        };
        self.busy.remove(name);
        let Some(def) = self.types.get_mut(name) else {
            return;
        };
        match settled {
            Settled::Shape(shape) => def.shape = shape,
            Settled::Alias(mut used) => {
                // What is said of the choice goes before what is said of the alternative.
                used.say_over(said);
                let alias = Alias {
                    provenance: def.provenance.clone(),
                    used,
                    is_implicit: false,
                };
                self.aliases.insert(name.to_string(), alias);
            }
        }
    }

    /// What a branch comes to: itself, what its alias stands for, or the branches of the inline union that it is.
    fn resolve(&self, branch: Branch, union: &str) -> Vec<Branch> {
        let mut ty = branch.ty;
        let tags = branch.tags;
        for _ in 0..16 {
            let Some(name) = ty.named() else { break };
            if let Some(alias) = self.aliases.get(name) {
                ty = alias.used.clone();
                continue;
            }
            match self.types.get(name).map(|def| (&def.shape, &def.home)) {
                Some((Shape::Union(inner), Some(_)))
                    if tags.is_empty() && inner.tag.is_none() && !inner.branches.is_empty() =>
                {
                    return inner.branches.clone();
                }
                _ => break,
            }
        }
        match &ty.ty {
            Type::Named(name) if name == union => return Vec::new(),
            Type::Named(_) => ty = TypeRef::of(ty.ty),
            _ => {}
        }
        vec![Branch::new(ty, tags)]
    }

    /// What a union of these branches is.
    fn settled(&mut self, name: &str, mut branches: Vec<Branch>, discriminator: Option<String>) -> Settled {
        if branches.is_empty() {
            return Settled::Alias(TypeRef::default());
        }
        let tag = self.tag(name, &mut branches, discriminator);
        if tag.is_none() {
            if branches.len() == 1 {
                return Settled::Alias(branches.swap_remove(0).ty);
            }
            branches.iter_mut().for_each(|branch| branch.tags.clear());
            branches.sort_by_key(|branch| self.vagueness(&branch.ty));
        }
        Settled::Shape(Shape::Union(Union {
            tag,
            branches,
            unsettled: None,
        }))
    }

    /// The narrower a branch the earlier it is tried: among those that fit a value, the first is taken.
    fn vagueness(&self, used: &TypeRef) -> (u8, i64, i64) {
        let count = |number: usize| -i64::try_from(number).unwrap_or(0);
        let rank = match &used.ty {
            Type::Named(name) => match self.shape(name) {
                Some(Shape::Object(object)) => {
                    let required = object.members.iter().filter(|member| member.required).count();
                    let required = required + object.missing.len();
                    return (0, count(required), count(object.members.len()));
                }
                Some(Shape::Enum(_)) => 1,
                Some(Shape::Union(union)) if !union.branches.is_empty() => 6,
                Some(Shape::Union(_)) | None => 9,
            },
            Type::Boolean => 2,
            Type::Integer(_) => 3,
            Type::Number => 4,
            Type::Text(Text::Plain) => 5,
            Type::Text(_) => 4,
            Type::List(_) => 6,
            Type::Map(_) => 7,
            Type::Any => 8,
        };
        (rank, 0, 0)
    }

    fn shape(&self, name: &str) -> Option<&Shape> {
        self.types.get(name).map(|def| &def.shape)
    }

    /// The place of a type, for notes.
    fn place(&self, name: &str) -> Provenance {
        let def = self.types.get(name);
        def.map(|def| def.provenance.clone()).unwrap_or_default()
    }

    /// The enum that a type is, if it is one.
    fn listed(&self, used: &TypeRef) -> Option<&Enum> {
        match self.shape(used.named()?) {
            Some(Shape::Enum(listed)) => Some(listed),
            _ => None,
        }
    }
}

/// What branches come to.
enum Collapsed {
    /// Fewer branches.
    Branches(Vec<Branch>),
    /// The values of enums, which are all that there is.
    Values(Enum),
}

/// What becomes of a union.
enum Settled {
    Shape(Shape),
    Alias(TypeRef),
}

/// The named types among the branches.
fn named(branches: &[Branch]) -> impl Iterator<Item = &str> {
    branches.iter().filter_map(|branch| branch.ty.named())
}

/// Each branch once; what selects one of two that are the same selects the one that is left.
fn distinct(branches: Vec<Branch>) -> Vec<Branch> {
    let mut kept: IndexMap<TypeRef, Branch> = IndexMap::new();
    for branch in branches {
        match kept.get_mut(&branch.ty) {
            Some(same) => {
                for tag in branch.tags {
                    if !same.tags.contains(&tag) {
                        same.tags.push(tag);
                    }
                }
            }
            None => {
                kept.insert(branch.ty.clone(), branch);
            }
        }
    }
    kept.into_values().collect()
}

#[cfg(test)]
mod tests {
    use crate::ir::{Shape, Type};
    use crate::names::testing::{member, names, object, said, settled, values, variants, wires};
    use serde_json::json;

    #[test]
    fn test_enums_to_choose_from_are_one_enum() {
        let (api, _) = settled(&json!({
            "Zone": {"oneOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}, {"type": "string"}], "description": "d"}
        }));
        assert_eq!(values(&api, "Zone"), ["a", "b", "c"]);
        assert_eq!(api.types["Zone"].description.as_deref(), Some("d"));
    }

    #[test]
    fn test_enums_among_other_alternatives_are_one_of_them() {
        let (api, _) = settled(&json!({
            "Zone": {"oneOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}, {"type": "boolean"}]}
        }));
        assert_eq!(variants(&api, "Zone"), ["Name", "Boolean"]);
        assert_eq!(values(&api, "ZoneName"), ["a", "b", "c"]);
    }

    #[test]
    fn test_choice_that_one_type_can_hold_is_that_type() {
        let (api, _) = settled(&json!({"User": {"type": "object", "properties": {
            "text": {"anyOf": [{"type": "string", "format": "date"}, {"type": "string"}]},
            "count": {"oneOf": [{"type": "number"}, {"type": "number", "format": "float"}]},
            "same": {"oneOf": [{"type": "boolean"}, {"type": "boolean", "description": "d"}]},
            "open": {"anyOf": [{"type": "string"}, {}]}
        }}}));
        assert_eq!(names(&api), ["User"]);
        let ty = |wire: &str| member(&api, "User", wire).ty;
        assert!(matches!(ty("text"), Type::Text(_)));
        assert_eq!(
            (ty("count"), ty("same"), ty("open")),
            (Type::Number, Type::Boolean, Type::Any)
        );
    }

    #[test]
    fn test_branches_that_differ_are_tried_narrow_ones_first() {
        let (api, _) = settled(&json!({
            "Small": {"type": "object", "properties": {"a": {"type": "string"}}},
            "Large": {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "required": ["a"]},
            "Any": {"oneOf": [
                {"type": "array", "items": {"type": "string"}}, {"type": "string"}, {"type": "number"},
                {"$ref": "#/components/schemas/Small"}, {"$ref": "#/components/schemas/Large"}, {"type": "boolean"}
            ]}
        }));
        assert_eq!(
            variants(&api, "AnyModel"),
            ["Large", "Small", "Boolean", "Number", "Text", "TextList"]
        );
    }

    #[test]
    fn test_members_beside_a_choice_are_in_each_branch() {
        let (api, _) = settled(&json!({
            "Shape": {
                "type": "object",
                "properties": {"id": {"type": "string"}},
                "required": ["id", "radius"],
                "oneOf": [
                    {"title": "Circle", "properties": {"radius": {"type": "number"}}},
                    {"$ref": "#/components/schemas/Square"}
                ]
            },
            "Square": {"type": "object", "properties": {"side": {"type": "number"}}}
        }));
        assert_eq!(variants(&api, "Shape"), ["Circle", "Square"]);
        let circle = object(&api, "ShapeCircle");
        assert!(circle.member("id").unwrap().required && circle.member("radius").unwrap().required);
        assert_eq!(wires(&api, "ShapeSquare"), ["id", "side"]);
        assert_eq!(wires(&api, "Square"), ["side"]);
    }

    #[test]
    fn test_value_that_every_branch_requires_tells_them_apart() {
        let kind = |values: serde_json::Value| json!({"type": "object", "required": ["type"], "properties": {"type": {"enum": values}}});
        let (api, _) = settled(&json!({
            "Auth": {"oneOf": [kind(json!(["basic"])), kind(json!(["bearer", "jwt"]))]},
            "Same": {"oneOf": [kind(json!(["a"])), {"type": "object", "properties": {"type": {"enum": ["b"]}}}]}
        }));
        assert_eq!(variants(&api, "Auth"), ["Basic basic", "Second bearer,jwt"]);
        assert!(matches!(&api.types["Same"].shape, Shape::Union(union) if union.tag.is_none()));
    }

    #[test]
    fn test_discriminator_without_values_is_noted() {
        let (api, notes) = settled(&json!({
            "Auth": {
                "discriminator": {"propertyName": "type"},
                "oneOf": [
                    {"type": "object", "properties": {"type": {"type": "string"}, "a": {"type": "string"}}},
                    {"type": "object", "properties": {"type": {"type": "string"}, "b": {"type": "string"}}}
                ]
            }
        }));
        assert!(matches!(&api.types["Auth"].shape, Shape::Union(union) if union.tag.is_none()));
        assert_eq!(
            said(&notes),
            ["unions: the alternatives are told apart by their members, not by \"type\""]
        );
    }

    #[test]
    fn test_union_inside_itself_and_inside_others_ends() {
        let (api, _) = settled(&json!({
            "Json": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"$ref": "#/components/schemas/Json"}}]},
            "Rule": {"oneOf": [{"$ref": "#/components/schemas/Rule"}, {"type": "integer"}, {"$ref": "#/components/schemas/Json"}]}
        }));
        assert_eq!(variants(&api, "Json"), ["Text", "JsonList"]);
        assert_eq!(variants(&api, "Rule"), ["Integer", "Json"]);
    }
}
