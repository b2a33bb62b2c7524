//! Merges schemas that the contract writes several times.
//!
//! Before: `Agent.properties.country` and `Site.properties.country` each list the same 253 values;
//! `kpis.Pagination` and `common.Pagination` have the same members. After: both properties refer to
//! one enum, and there is one `Pagination`.
//!
//! Named schemas are merged only if their last names are also equal. Inline objects with few
//! members are merged only if they have the same role in their owners: two unrelated `{id}` objects
//! may diverge later.

use crate::diagnostics::Notes;
use crate::ir::{Api, EnumValue, Home, Shape, Type, TypeDef, TypeRef};
use crate::names::published::Published;
use crate::names::shared;
use indexmap::IndexMap;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

/// Equal inline objects with at least this many members have the same meaning everywhere.
const TELLING: usize = 4;

/// Runs the pass.
pub(super) fn apply(api: &mut Api, published: &Published, notes: &mut Notes) {
    grown_enums(api, published, notes);
    let types = std::mem::take(&mut api.types);
    let mut components: Vec<Vertex<'_>> = types.iter().map(|(key, def)| Vertex::new(key, def)).collect();
    part(&mut components, &types, published);
    let classes = refine(&components);
    let mut replaced: HashMap<String, String> = HashMap::new();
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, class) in classes.iter().enumerate() {
        groups.entry(*class).or_default().push(index);
    }
    for members in groups.values() {
        let first = members[0];
        for &member in members.iter().filter(|&&member| components[member].named) {
            if member == first {
                continue;
            }
            replaced.insert(
                components[member].key.to_string(),
                components[first].key.to_string(),
            );
            let what = format!(
                "{} and {} are one type",
                components[first].key, components[member].key
            );
            let pointer = types[components[member].key].provenance.pointer();
            let why = "They have the same name and the same members.";
            notes.add("duplicate_schemas", pointer, what, why);
        }
    }
    // A name may suit some of several equal schemas but not others; those with the same name stay
    // together.
    let by_named = named_twins(&components, &classes, &replaced);
    for members in groups.values() {
        let mut left = members.iter().map(|&member| components[member].key);
        let mut left = left.by_ref().filter(|key| !by_named.contains_key(*key));
        if let Some(first) = left.next().filter(|_| !components[members[0]].named) {
            replaced.extend(left.map(|key| (key.to_string(), first.to_string())));
        }
    }
    let mut homes: HashMap<String, Vec<Home>> = HashMap::new();
    for node in &components {
        let target = replaced.get(node.key).map_or(node.key, String::as_str);
        if let (Some(home), false) = (node.home, by_named.contains_key(node.key)) {
            homes.entry(target.to_string()).or_default().push(home.clone());
        }
    }
    drop(components);
    replaced.extend(by_named);
    api.types = types;
    for (key, target) in &replaced {
        let place = api.types.get(key).map(|def| def.provenance.clone());
        if let Some(def) = api.types.get_mut(target) {
            def.also.extend(place);
        }
    }
    for (key, homes) in homes.into_iter().filter(|(_, homes)| homes.len() > 1) {
        if let Some(def) = api.types.get_mut(&key) {
            def.shared = homes;
        }
    }
    note_defaults(api, &replaced, notes);
    api.refer(&replaced);
    api.types.retain(|key, _| !replaced.contains_key(key));
    for home in api.types.values_mut().filter_map(|def| def.home.as_mut()) {
        // The parts of a duplicate are attributed to the schema that is kept.
        if let Some(owner) = replaced.get(&home.owner) {
            home.owner.clone_from(owner);
        }
    }
}

/// The type's name in the last release.
fn published_name<'p>(def: &TypeDef, published: &'p Published) -> Option<&'p str> {
    published.type_at(def).or_else(|| published.type_held(def))
}

/// If enums were one type in the last release and one of them has grown, gives all of them the
/// values of all: a new value in one place must not rename the type of another.
fn grown_enums(api: &mut Api, published: &Published, notes: &mut Notes) {
    let mut groups: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (key, def) in api.types.iter().filter(|(_, def)| def.home.is_some()) {
        if let (Some(name), Shape::Enum(_)) = (published_name(def, published), &def.shape) {
            groups.entry(name).or_default().push(key.clone());
        }
    }
    for (name, keys) in groups.into_iter().filter(|(_, keys)| keys.len() > 1) {
        let mut all: Vec<EnumValue> = Vec::new();
        let mut kinds = Vec::new();
        for key in &keys {
            let Some(Shape::Enum(values)) = api.types.get(key).map(|def| &def.shape) else {
                continue;
            };
            kinds.push(values.kind);
            for value in &values.values {
                if all.iter().all(|known| known.value != value.value) {
                    all.push(value.clone());
                }
            }
        }
        if kinds.windows(2).any(|pair| pair[0] != pair[1]) {
            continue;
        }
        for key in &keys {
            if let Some(def) = api.types.get_mut(key)
                && let Shape::Enum(values) = &mut def.shape
            {
                if values.values.len() < all.len() {
                    let what = format!("{name} has values that this place does not have");
                    let why = "Places that share a type since the last release keep it.";
                    notes.add("duplicate_schemas", def.provenance.pointer(), what, why);
                }
                values.values.clone_from(&all);
            }
        }
    }
}

/// Adds notes on defaults that are not values of the remaining type.
fn note_defaults(api: &Api, replaced: &HashMap<String, String>, notes: &mut Notes) {
    for (key, def) in &api.types {
        let twin = replaced.get(key).and_then(|twin| api.types.get(twin));
        let (Shape::Object(object), Some(Shape::Object(twin))) = (&def.shape, twin.map(|twin| &twin.shape))
        else {
            continue;
        };
        for member in &object.members {
            let known = twin.member(&member.wire).map(|twin| &twin.ty.said().default);
            if let Some(default) = &member.ty.said().default
                && known.is_some_and(|known| known.as_ref() != Some(default))
            {
                let what = format!("the default {default} of {:?} is not named", member.wire);
                let place = member.provenance.pointer();
                let why = "It differs between the places that share the type.";
                notes.add("duplicate_schemas", place, what, why);
            }
        }
    }
}

/// A component as the comparison sees it.
struct Vertex<'s> {
    key: &'s str,
    named: bool,
    /// Its owner, if the contract does not name the type.
    home: Option<&'s Home>,
    /// The content of a schema, without descriptions and the names of referenced schemas.
    shape: String,
    /// The schemas it refers to, in the order of the shape.
    refers: Vec<String>,
    /// Properties that must be equal in addition to the shape.
    apart: String,
    size: usize,
    is_enum: bool,
}

impl<'s> Vertex<'s> {
    fn new(key: &'s str, def: &'s TypeDef) -> Self {
        let mut refers = Vec::new();
        let shape = shape(def, &mut refers);
        let home = def.home.as_ref();
        let (values, members) = match &def.shape {
            Shape::Object(object) => (0, object.members.len()),
            Shape::Enum(values) => (values.values.len(), 0),
            Shape::Union(_) => (0, 0),
        };
        let apart = match home {
            None => format!("named {}", key.rsplit('.').next().unwrap_or(key)),
            Some(_) if values >= 2 || members >= TELLING => String::new(),
            Some(_) if matches!(def.shape, Shape::Union(_)) => "union".to_string(),
            Some(home) => home.label(),
        };
        Self {
            key,
            named: home.is_none(),
            home,
            shape,
            refers,
            apart,
            size: values.max(members),
            is_enum: values > 0,
        }
    }
}

/// Splits groups of equal inline schemas for which no single name fits.
fn part(nodes: &mut [Vertex<'_>], types: &IndexMap<String, TypeDef>, published: &Published) {
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, class) in refine(nodes).into_iter().enumerate() {
        groups.entry(class).or_default().push(index);
    }
    for members in groups.values().filter(|members| members.len() > 1) {
        let homes: Vec<Home> = members
            .iter()
            .filter_map(|member| nodes[*member].home.cloned())
            .collect();
        let Some(def) = types.get(nodes[members[0]].key) else {
            continue;
        };
        // Types that were one in the last release stay one.
        let name = published_name(def, published);
        let is_published = name.is_some() && {
            let mut others = members.iter().filter_map(|member| types.get(nodes[*member].key));
            others.all(|other| published_name(other, published) == name)
        };
        if nodes[members[0]].named || is_published || shared::is_one(def, &homes) {
            continue;
        }
        for member in members {
            nodes[*member].apart = nodes[*member].home.map(Home::label).unwrap_or_default();
        }
    }
}

/// The content of a type, without descriptions and the names of the types that it uses: those are
/// added to `refers`.
fn shape(def: &TypeDef, refers: &mut Vec<String>) -> String {
    let mut shape = String::new();
    // Writing to a string does not fail.
    let _ = match &def.shape {
        Shape::Object(object) => {
            let mut members: Vec<_> = object.members.iter().collect();
            members.sort_by_key(|member| &member.wire);
            for member in members {
                let used = bare(&member.ty, refers);
                let said = member.ty.said();
                let direction = (said.read_only, said.write_only);
                let _ = write!(
                    shape,
                    "{:?} {} {direction:?} {used};",
                    member.wire, member.required
                );
            }
            let rest = object.rest.as_ref().map(|(_, rest)| bare(rest, refers));
            write!(shape, "object {rest:?}")
        }
        Shape::Enum(values) => {
            // The order of the list does not matter.
            let mut listed: Vec<String> = values
                .values
                .iter()
                .map(|value| value.value.to_string())
                .collect();
            listed.sort();
            for value in listed {
                let _ = write!(shape, "{value};");
            }
            write!(shape, "{:?}", values.kind)
        }
        Shape::Union(union) => {
            for branch in &union.branches {
                let used = bare(&branch.ty, refers);
                let _ = write!(shape, "{:?} {used};", branch.tags);
            }
            write!(shape, "union {:?}", union.tag)
        }
    };
    shape
}

/// A use of a type, with a mark in place of its name.
fn bare(used: &TypeRef, refers: &mut Vec<String>) -> String {
    let ty = match &used.ty {
        Type::Named(name) => {
            refers.push(name.clone());
            "$".to_string()
        }
        Type::List(inner) => format!("[{}]", bare(inner, refers)),
        Type::Map(inner) => format!("{{{}}}", bare(inner, refers)),
        plain => format!("{plain:?}"),
    };
    if used.nullable { ty + "?" } else { ty }
}

/// Groups indistinguishable types into classes: first by shape, then repeatedly by the classes of
/// their references.
fn refine(nodes: &[Vertex<'_>]) -> Vec<usize> {
    let index: HashMap<&str, usize> = nodes
        .iter()
        .enumerate()
        .map(|(index, node)| (node.key, index))
        .collect();
    let mut numbers: HashMap<(&str, &str), usize> = HashMap::new();
    let mut classes: Vec<usize> = Vec::with_capacity(nodes.len());
    for node in nodes {
        let next = numbers.len();
        classes.push(
            *numbers
                .entry((node.shape.as_str(), node.apart.as_str()))
                .or_insert(next),
        );
    }
    let refers: Vec<Vec<Option<usize>>> = nodes
        .iter()
        .map(|node| {
            node.refers
                .iter()
                .map(|key| index.get(key.as_str()).copied())
                .collect()
        })
        .collect();
    let mut count = numbers.len();
    loop {
        let mut numbers: HashMap<(usize, Vec<Option<usize>>), usize> = HashMap::new();
        let mut finer = Vec::with_capacity(nodes.len());
        for (node, refers) in refers.iter().enumerate() {
            let signature = refers
                .iter()
                .map(|target| target.map(|target| classes[target]))
                .collect();
            let next = numbers.len();
            finer.push(*numbers.entry((classes[node], signature)).or_insert(next));
        }
        classes = finer;
        if numbers.len() == count {
            return classes;
        }
        count = numbers.len();
    }
}

/// Inline schemas that are equal to exactly one named schema are replaced by that one. A few equal
/// values are weak evidence, so in that case the name must share a word with the schema's role in
/// its owner.
fn named_twins(
    nodes: &[Vertex<'_>],
    classes: &[usize],
    replaced: &HashMap<String, String>,
) -> HashMap<String, String> {
    let index: HashMap<&str, usize> = nodes
        .iter()
        .enumerate()
        .map(|(index, node)| (node.key, index))
        .collect();
    let signature = |node: &Vertex<'_>| {
        let refers: Vec<Option<usize>> = node
            .refers
            .iter()
            .map(|key| index.get(key.as_str()).map(|index| classes[*index]))
            .collect();
        (node.shape.clone(), refers)
    };
    let mut named: HashMap<(String, Vec<Option<usize>>), Option<&str>> = HashMap::new();
    let telling = |node: &Vertex<'_>| {
        if node.is_enum {
            node.size >= 2
        } else {
            node.size >= TELLING
        }
    };
    for node in nodes
        .iter()
        .filter(|node| node.named && telling(node) && !replaced.contains_key(node.key))
    {
        named
            .entry(signature(node))
            .and_modify(|twin| *twin = None)
            .or_insert(Some(node.key));
    }
    let mut twins = HashMap::new();
    for node in nodes.iter().filter(|node| !node.named && telling(node)) {
        if let Some(Some(twin)) = named.get(&signature(node))
            && (!node.is_enum
                || node.size > TELLING
                || node
                    .home
                    .is_some_and(|home| shared::have_a_word_in_common(twin, &home.label())))
        {
            twins.insert(node.key.to_string(), (*twin).to_string());
        }
    }
    twins
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::ir::{Api, Shape};
    use crate::names::testing::{named, noted, with_schemas};
    use serde_json::json;

    fn names(api: &Api) -> Vec<&String> {
        api.types.keys().collect()
    }

    /// The type of a member.
    fn used<'a>(api: &'a Api, name: &str, wire: &str) -> &'a str {
        let Shape::Object(object) = &api.types[name].shape else {
            return "no object";
        };
        object
            .member(wire)
            .and_then(|member| member.ty.named())
            .unwrap_or("no name")
    }

    fn user(values: &serde_json::Value) -> serde_json::Value {
        json!({"type": "object", "properties": {"id": {"type": "string"}, "timeZone": {"enum": values, "description": "d"}}})
    }

    #[test]
    fn test_enum_that_is_written_twice_is_one_named_after_what_it_is_to_both() {
        let mut site = user(&json!(["a", "b"]));
        site["properties"]["name"] = json!({"type": "string"});
        let schemas = json!({"User": user(&json!(["a", "b"])), "Site": site});
        let (api, notes) = noted(with_schemas(&schemas));
        assert_eq!(names(&api), ["User", "TimeZone", "Site"]);
        assert!(notes.is_empty());
    }

    #[test]
    fn test_enums_with_other_values_stay_apart() {
        let api = named(with_schemas(&json!({
            "User": user(&json!(["a", "b"])), "Site": user(&json!(["a", "c"]))
        })));
        assert_eq!(names(&api), ["User", "UserTimeZone", "Site", "SiteTimeZone"]);
    }

    #[test]
    fn test_enum_is_one_whatever_the_order_of_its_values() {
        let api = named(with_schemas(&json!({
            "User": user(&json!(["a", "b"])), "Site": user(&json!(["b", "a"]))
        })));
        assert_eq!(names(&api), ["User", "TimeZone", "Site"]);
    }

    #[test]
    fn test_defaults_that_differ_are_noted_and_members_of_one_direction_stay_apart() {
        let place = |more: serde_json::Value| {
            let mut x = json!({"type": "integer"});
            x.as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            json!({"type": "object", "properties": {"place": {"type": "object", "properties": {
                "w": {"type": "integer"}, "x": x, "y": {"type": "integer"}, "z": {"type": "integer"}
            }}}})
        };
        let (api, notes) = noted(with_schemas(&json!({
            "A": place(json!({"default": 1})), "B": place(json!({"default": 2})), "C": place(json!({"readOnly": true}))
        })));
        assert_eq!(used(&api, "A", "place"), used(&api, "B", "place"));
        assert_ne!(used(&api, "A", "place"), used(&api, "C", "place"));
        let noted: Vec<String> = notes
            .iter()
            .map(|note| format!("{} {}", note.pointer, note.what))
            .collect();
        assert_eq!(
            noted,
            ["/components/schemas/B/properties/place/properties/x the default 2 of \"x\" is not named"]
        );
    }

    #[test]
    fn test_inline_enum_is_the_named_one_with_the_same_values() {
        let api = named(with_schemas(&json!({
            "Zones": {"type": "string", "enum": ["a", "b"], "description": "other words"}, "User": user(&json!(["a", "b"]))
        })));
        assert_eq!(names(&api), ["Zones", "User"]);
        assert_eq!(used(&api, "User", "timeZone"), "Zones");
    }

    #[test]
    fn test_inline_enums_whose_names_have_something_of_a_named_one_are_it_and_the_others_stay_together() {
        let level = || json!({"enum": ["read", "write"]});
        let api = named(with_schemas(&json!({
            "Action": {"type": "string", "enum": ["read", "write"]},
            "Grants": {"type": "object", "properties": {"actions": level(), "pages": level(), "issues": level()}}
        })));
        assert_eq!(used(&api, "Grants", "actions"), "Action");
        assert_eq!(used(&api, "Grants", "pages"), used(&api, "Grants", "issues"));
        assert_eq!(names(&api).len(), 3);
        assert!(api.types.contains_key(used(&api, "Grants", "pages")));
    }

    #[test]
    fn test_named_schemas_become_one_only_under_one_last_name() {
        let page = |of: &str| {
            json!({"type": "object", "properties": {
                "page": {"type": "integer"}, "next": {"$ref": format!("#/components/schemas/{of}")}
            }})
        };
        let (api, notes) = noted(with_schemas(&json!({
            "kpis.Page": page("kpis.Page"), "common.Page": page("kpis.Page"), "common.Leaf": page("kpis.Page")
        })));
        assert_eq!(names(&api), ["Page", "Leaf"]);
        let said: Vec<&str> = notes.iter().map(|note| note.what.as_str()).collect();
        assert_eq!(said, ["kpis.Page and common.Page are one type"]);
    }

    #[test]
    fn test_named_schemas_with_the_same_last_name_and_other_members_stay() {
        let api = named(with_schemas(&json!({
            "a.Page": {"type": "object", "properties": {"a": {"type": "string"}}},
            "b.Page": {"type": "object", "properties": {"b": {"type": "string"}}}
        })));
        assert_eq!(names(&api), ["APage", "BPage"]);
    }

    #[test]
    fn test_small_answers_of_several_operations_stay_apart() {
        let operation = |id: &str| {
            json!({"get": {"operationId": id, "responses": {
                "200": {"content": {"application/json": {"schema": {"type": "object", "properties": {"id": {"type": "string"}}}}}},
                "404": {"content": {"application/json": {"schema": {"type": "object", "properties": {"message": {"type": "string"}}}}}}
            }}})
        };
        let api = named(json!({"paths": {"/a": operation("get_a"), "/b": operation("get_b")}}));
        assert_eq!(names(&api), ["GetAResponse", "ErrorBody", "GetBResponse"]);
    }
}
