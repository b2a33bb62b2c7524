//! Makes a union of a base whose children a member tells apart, as contracts wrote unions before `oneOf`.
//!
//! Before: `Pet` has the discriminator `kind`, and `Cat` and `Dog` extend it.
//! After: `Pet` is a choice of its own members by `Pet`, of `Cat` by `Cat` and of `Dog` by `Dog`; the children have the base's members
//! already. Of values that the base lists, a child has those that are called like it, and the base has the others. A base that
//! nobody refers to stays an object.

use crate::document::mapped_schema;
use crate::ir::{Alias, Api, Branch, Discriminator, Home, Shape, Type, TypeDef, TypeRef, Union, Unsettled};
use crate::naming::last_name;
use indexmap::IndexMap;
use std::collections::{BTreeMap, HashMap, HashSet};

type Types = IndexMap<String, TypeDef>;

/// Runs the pass.
pub(super) fn apply(api: &mut Api) {
    let mut bases: Vec<(String, Discriminator)> = Vec::new();
    for (name, def) in &mut api.types {
        if let Shape::Object(object) = &mut def.shape
            && let Some(discriminator) = object.discriminator.take()
        {
            bases.push((name.clone(), *discriminator));
        }
    }
    if bases.is_empty() {
        return;
    }
    let mut children: HashMap<String, Vec<String>> = HashMap::new();
    for (name, def) in &api.types {
        for base in &def.extends {
            children.entry(base.clone()).or_default().push(name.clone());
        }
    }
    let mut used: HashSet<String> = HashSet::new();
    api.each_use_mut(&mut |site| used.extend(site.named().map(str::to_string)));
    for alias in api.aliases.values() {
        alias.used.each_name(&mut |name| {
            used.insert(name.to_string());
        });
    }
    let is_union = |name: &String| used.contains(name) && children.contains_key(name);
    let unions: HashSet<String> = bases
        .iter()
        .map(|(name, _)| name)
        .filter(|name| is_union(name))
        .cloned()
        .collect();
    for (base, discriminator) in bases {
        match children.get(&base).filter(|_| unions.contains(&base)) {
            Some(children) => become_union(&mut api.types, &base, discriminator, children, &unions),
            None => be_map(api, &base),
        }
    }
}

/// A base of which no member is known is a map, if it is no union.
fn be_map(api: &mut Api, base: &str) {
    let Some(TypeDef {
        provenance,
        shape: Shape::Object(object),
        ..
    }) = api.types.get(base)
    else {
        return;
    };
    if object.members.is_empty() {
        let rest = object.rest.as_ref().map(|(_, rest)| rest.clone());
        let used = TypeRef::of(Type::Map(Box::new(rest.unwrap_or_default())));
        let alias = Alias {
            provenance: provenance.clone(),
            used,
            is_implicit: object.rest.is_none(),
        };
        api.aliases.insert(base.to_string(), alias);
        api.types.shift_remove(base);
    }
}

/// The name under which the members of a base stay, once the base is a union.
fn own_name(base: &str) -> String {
    format!("{base}/itself")
}

fn become_union(
    types: &mut Types,
    base: &str,
    discriminator: Discriminator,
    children: &[String],
    unions: &HashSet<String>,
) {
    let known = |name: &str| name == base || children.iter().any(|child| child == name);
    let mut tags: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (value, target) in discriminator.mapping {
        if let Some(target) = mapped_schema(&target, &known) {
            tags.entry(target).or_default().push(value);
        }
    }
    let wire = discriminator.wire;
    let listed = listed(types, base, &wire);
    let mut left: Vec<String> = listed.clone();
    left.retain(|value| !tags.values().any(|tags| tags.contains(value)));
    let mut branches = Vec::new();
    for child in children {
        let target = match unions.contains(child) {
            true => own_name(child),
            false => child.clone(),
        };
        let own = self::listed(types, child, &wire);
        let tags = tags.get(child).cloned().unwrap_or_else(|| {
            let mut candidates = left.iter().filter(|_| own == listed);
            let named = candidates.find(|value| is_called(child, base, value));
            vec![named.cloned().unwrap_or_else(|| last_name(child).to_string())]
        });
        left.retain(|value| !tags.contains(value) && (own == listed || !own.contains(value)));
        branches.push(Branch::new(TypeRef::of(Type::Named(target)), tags));
    }
    left.extend(listed.is_empty().then(|| last_name(base).to_string()));
    if let Some(tags) = tags.get(base).or(Some(&left)).filter(|tags| !tags.is_empty()) {
        let itself = TypeRef::of(Type::Named(own_name(base)));
        branches.insert(0, Branch::new(itself, tags.clone()));
    }
    let Some(def) = types.get_mut(base) else { return };
    let mut itself = def.clone();
    itself.home = Some(Home {
        owner: base.to_string(),
        hint: "Base".to_string(),
        role: "branch".to_string(),
        ..Home::default()
    });
    def.extends.clear();
    def.shape = Shape::Union(Union {
        tag: None,
        branches,
        unsettled: Some(Box::new(Unsettled {
            discriminator: Some(wire),
            ..Unsettled::default()
        })),
    });
    types.insert(own_name(base), itself);
}

/// The texts that a type lists for a member.
fn listed(types: &Types, name: &str, wire: &str) -> Vec<String> {
    let Some(Shape::Object(object)) = types.get(name).map(|def| &def.shape) else {
        return Vec::new();
    };
    let target = object
        .member(wire)
        .and_then(|member| types.get(member.ty.named()?));
    match target.map(|def| &def.shape) {
        Some(Shape::Enum(listed)) => {
            let texts = listed.values.iter().filter_map(|value| value.value.as_str());
            texts.map(str::to_string).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a child is called like a value, with or without the name of its base.
fn is_called(child: &str, base: &str, value: &str) -> bool {
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(|character| character.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let (child, base) = (letters(last_name(child)), letters(last_name(base)));
    let value = letters(value);
    let shorter = [child.strip_suffix(&base), child.strip_prefix(&base)];
    let mut shorter = shorter.into_iter().flatten();
    value == child || shorter.any(|name| name == value && !name.is_empty())
}

#[cfg(test)]
mod tests {
    use crate::ir::Type;
    use crate::names::testing::{member, names, noted, variants, wires};
    use serde_json::json;

    fn animals(user: &serde_json::Value) -> serde_json::Value {
        json!({
            "openapi": "3.0.3",
            "components": {"schemas": {
                "Pet": {
                    "type": "object",
                    "discriminator": {"propertyName": "kind", "mapping": {"cat": "Cat"}},
                    "properties": {"kind": {"type": "string"}},
                    "required": ["kind"]
                },
                "Cat": {"allOf": [{"$ref": "#/components/schemas/Pet"}, {"properties": {"purrs": {"type": "boolean"}}}]},
                "Dog": {"allOf": [{"$ref": "#/components/schemas/Pet"}]}
            }},
            "paths": {"/pets": {"get": {"operationId": "get_pets", "responses": {
                "200": {"content": {"application/json": {"schema": user}}}
            }}}}
        })
    }

    #[test]
    fn test_base_in_use_is_a_union_of_its_children() {
        let (api, _) = noted(animals(
            &json!({"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}),
        ));
        assert_eq!(variants(&api, "Pet"), ["Base Pet", "Cat cat", "Dog Dog"]);
        assert_eq!(wires(&api, "Cat"), ["kind", "purrs"]);
        assert!(matches!(member(&api, "Dog", "kind").ty, Type::Text(_)));
    }

    #[test]
    fn test_base_out_of_use_leaves_its_children_alone() {
        let (api, _) = noted(animals(&json!({"$ref": "#/components/schemas/Cat"})));
        assert_eq!(names(&api), ["Cat"]);
    }

    #[test]
    fn test_base_without_members_and_children_is_a_map() {
        let mut contract = animals(&json!({"$ref": "#/components/schemas/Alone"}));
        contract["components"]["schemas"]["Alone"] =
            json!({"type": "object", "discriminator": {"propertyName": "kind"}});
        let (api, _) = noted(contract);
        assert!(api.types.is_empty());
        let used = api.operations[0].uses().next();
        assert!(matches!(used.map(|used| &used.ty), Some(Type::Map(_))));
    }
}
