//! The combined statements of the schemas of one place, with references followed and `allOf`
//! merged.

use crate::declared::{Declared, DeclaredParameter, Node};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// The combined statements of the schemas of a place.
#[derive(Debug, Default)]
pub(crate) struct View<'d> {
    /// The schemas, including those referred to and composed.
    pub(crate) nodes: Vec<Node<'d>>,
    /// The stated types without null; empty if none is stated.
    pub(crate) types: Vec<&'d str>,
    /// Whether null is allowed.
    pub(crate) nullable: bool,
    /// The allowed values without null.
    pub(crate) values: Vec<Node<'d>>,
    /// Allowed values for a list's items that are declared beside the list.
    pub(crate) item_values: Vec<Node<'d>>,
    /// The properties, each with all schemas that it has.
    pub(crate) properties: Vec<(&'d str, Vec<Node<'d>>)>,
    /// The names of required properties.
    pub(crate) required: HashSet<&'d str>,
    /// Names in a list beside a reference, where such lists do not count.
    pub(crate) claimed: HashSet<&'d str>,
    /// Names of further required properties, which its choices may have.
    pub(crate) others_required: Vec<&'d str>,
    /// Whether additional properties are explicitly allowed, and their schemas.
    pub(crate) additional: Option<(Node<'d>, Vec<Node<'d>>)>,
    /// The schemas of pattern properties.
    pub(crate) patterns: Vec<Node<'d>>,
    /// The schemas of a list's items.
    pub(crate) items: Vec<Node<'d>>,
    /// The schemas of a list's first items.
    pub(crate) tuple: Vec<Node<'d>>,
    /// Whether `items` is a list, which implies nothing about the type of the value.
    pub(crate) is_list_of_schemas: bool,
    /// The branches of each `oneOf` and `anyOf`.
    pub(crate) choices: Vec<Vec<Node<'d>>>,
    /// Schemas that hold under a condition.
    pub(crate) conditions: Vec<Node<'d>>,
    /// The format.
    pub(crate) format: Option<&'d str>,
    /// The discriminator of the schema itself, not of one that it extends, with the schema's place.
    pub(crate) discriminator: Option<(Node<'d>, Node<'d>)>,
    /// Whether a reference leads nowhere, so that the view is incomplete.
    pub(crate) is_broken: bool,
    index: HashMap<&'d str, usize>,
    seen: HashSet<usize>,
}

/// The types of JSON Schema, and Swagger's files.
const TYPES: [&str; 7] = [
    "string", "integer", "number", "boolean", "array", "object", "file",
];

impl<'d> View<'d> {
    /// The combined statements of `nodes` on one value.
    pub(crate) fn of(declared: &Declared<'d>, nodes: &[Node<'d>]) -> Self {
        let mut view = Self::default();
        for node in nodes {
            view.gather(declared, node, false, 0);
        }
        view.nullable = !nodes.is_empty() && {
            let said: Vec<Option<bool>> = nodes.iter().map(|node| nullable(declared, node, 0)).collect();
            said.contains(&Some(true)) && !said.contains(&Some(false))
        };
        let others = view
            .required
            .iter()
            .filter(|name| !view.index.contains_key(*name));
        view.others_required = others.copied().collect();
        view.required.retain(|name| view.index.contains_key(name));
        // Values beside a list instead of in its items.
        if view.types == ["array"] && !view.values.iter().any(|value| value.value.is_array()) {
            view.item_values = std::mem::take(&mut view.values);
        }
        view
    }

    /// The combined statements of the fields of a Swagger form.
    pub(crate) fn of_fields(fields: &[DeclaredParameter<'d>]) -> Self {
        let mut view = Self {
            types: vec!["object"],
            ..Self::default()
        };
        for field in fields {
            view.property(field.name, field.node.clone());
            if field.required {
                view.required.insert(field.name);
            }
        }
        view
    }

    fn property(&mut self, name: &'d str, node: Node<'d>) {
        let index = *self.index.entry(name).or_insert_with(|| {
            self.properties.push((name, Vec::new()));
            self.properties.len() - 1
        });
        self.properties[index].1.push(node);
    }

    fn gather(&mut self, declared: &Declared<'d>, node: &Node<'d>, is_part: bool, depth: usize) {
        if depth > 64 || !self.seen.insert(node.id()) {
            return;
        }
        if let Some(target) = node.reference() {
            match declared.documents.target(node.file, target) {
                Some(target) => self.gather(declared, &target, is_part, depth + 1),
                None => self.is_broken = true,
            }
            // Before 3.1, siblings of a reference are ignored.
            if !declared.has_siblings() {
                let beside = node.get("required");
                let beside = beside.iter().filter_map(|it| it.value.as_array()).flatten();
                self.claimed.extend(beside.filter_map(Value::as_str));
                return;
            }
        }
        if node.get("$dynamicRef").is_some() {
            self.is_broken = true;
        }
        if !node.value.is_object() {
            return;
        }
        self.nodes.push(node.clone());
        self.types(node);
        self.format = self.format.or(node.text("format"));
        let listed = node.get("enum");
        let values = listed.iter().flat_map(|it| it.items().collect::<Vec<_>>());
        let values: Vec<Node<'d>> = values
            .chain(node.get("const"))
            .filter(|value| !value.value.is_null())
            .collect();
        if !values.is_empty() {
            let is_listed = |value: &Node<'_>| values.iter().any(|other| other.value == value.value);
            if self.values.is_empty() {
                self.values = values;
            } else if self.values.iter().any(&is_listed) {
                self.values.retain(is_listed);
            }
        }
        for (name, property) in node
            .get("properties")
            .iter()
            .flat_map(|it| it.members().collect::<Vec<_>>())
        {
            if property.value != &Value::Bool(false) {
                self.property(name, property);
            }
        }
        let required = node.get("required");
        let required = required.iter().filter_map(|it| it.value.as_array()).flatten();
        self.required.extend(required.filter_map(Value::as_str));
        for keyword in ["additionalProperties", "unevaluatedProperties"] {
            let Some(additional) = node.get(keyword) else {
                continue;
            };
            let schemas = match additional.value {
                Value::Bool(true) => Vec::new(),
                Value::Object(_) => vec![additional.clone()],
                _ => continue,
            };
            self.additional
                .get_or_insert_with(|| (additional, Vec::new()))
                .1
                .extend(schemas);
        }
        let patterns = node.get("patternProperties");
        self.patterns.extend(
            patterns
                .iter()
                .flat_map(|it| it.members().map(|(_, node)| node).collect::<Vec<_>>()),
        );
        if let Some(items) = node.get("items") {
            if items.value.is_object() {
                self.items.push(items);
            } else {
                self.is_list_of_schemas |= items.value.is_array();
                self.tuple.extend(items.items());
            }
        }
        self.tuple.extend(
            node.get("prefixItems")
                .iter()
                .flat_map(|it| it.items().collect::<Vec<_>>()),
        );
        for keyword in ["oneOf", "anyOf"] {
            if let Some(branches) = node.get(keyword) {
                let branches: Vec<Node<'d>> = branches.items().filter(|it| !is_null(it.value)).collect();
                if !branches.is_empty() {
                    self.choices.push(branches);
                }
            }
        }
        for keyword in ["then", "else"] {
            self.conditions.extend(node.get(keyword));
        }
        let dependent = node.get("dependentSchemas");
        self.conditions.extend(
            dependent
                .iter()
                .flat_map(|it| it.members().map(|(_, node)| node).collect::<Vec<_>>()),
        );
        if !is_part && self.discriminator.is_none() {
            self.discriminator = node.get("discriminator").map(|it| (it, node.clone()));
        }
        for part in node
            .get("allOf")
            .iter()
            .flat_map(|it| it.items().collect::<Vec<_>>())
        {
            self.gather(declared, &part, true, depth + 1);
        }
    }

    fn types(&mut self, node: &Node<'d>) {
        let mut types: Vec<&str> = match node.value.get("type") {
            Some(Value::String(name)) => vec![name.as_str()],
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
            _ => return,
        };
        types.retain(|name| TYPES.contains(name));
        if types.contains(&"number") {
            types.retain(|name| *name != "integer");
        }
        if self.types.is_empty() {
            self.types = types;
        } else {
            // If both numbers and integers are allowed, integers are both.
            if types.contains(&"integer") && self.types.contains(&"number") {
                self.types.retain(|name| *name != "number");
                self.types.push("integer");
            }
            let both = |name: &&str| types.contains(name) || *name == "integer" && types.contains(&"number");
            if self.types.iter().any(both) {
                self.types.retain(|name| both(name));
            }
        }
    }

    /// The types that a value may have; empty if any is allowed. A stated type takes precedence
    /// over what other keywords imply.
    pub(crate) fn kinds(&self) -> Vec<&'d str> {
        let mut of_values: Vec<&str> = self.values.iter().map(|value| kind_of(value.value)).collect();
        of_values.sort_unstable();
        of_values.dedup();
        let contradicts = !of_values.is_empty()
            && !of_values.iter().any(|kind| {
                self.types.contains(kind) || *kind == "integer" && self.types.contains(&"number")
            });
        // If no value has the declared type, one of the two is wrong.
        if !self.types.is_empty() && !contradicts {
            return self.types.clone();
        }
        if !of_values.is_empty() {
            return of_values;
        }
        if !self.properties.is_empty() || !self.patterns.is_empty() {
            return vec!["object"];
        }
        Vec::new()
    }

    /// Whether the view makes no statement on a value.
    pub(crate) fn is_any(&self) -> bool {
        self.kinds().is_empty()
            && self.choices.is_empty()
            && self.items.is_empty()
            && self.tuple.is_empty()
            && self.additional.is_none()
    }

    /// Whether one of the schemas has a flag.
    pub(crate) fn has_flag(&self, flag: &str) -> bool {
        self.nodes.iter().any(|node| node.flag(flag) == Some(true))
    }
}

/// The type of a value.
pub(crate) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Whether a schema allows nothing but null.
pub(crate) fn is_null(schema: &Value) -> bool {
    match schema.get("type") {
        Some(Value::String(name)) => name == "null",
        Some(Value::Array(list)) => list.len() == 1 && list[0] == "null",
        _ => {
            schema.get("const").is_some_and(Value::is_null)
                || schema
                    .get("enum")
                    .and_then(Value::as_array)
                    .is_some_and(|list| list.len() == 1 && list[0].is_null())
        }
    }
}

/// Whether a schema allows null (`true`), excludes it by its type (`false`), or does neither
/// (`None`).
fn nullable(declared: &Declared<'_>, node: &Node<'_>, depth: usize) -> Option<bool> {
    if depth > 16 {
        return None;
    }
    if node.flag("nullable") == Some(true) || node.flag("x-nullable") == Some(true) {
        return Some(true);
    }
    if let Some(target) = node.reference() {
        let target = declared.documents.target(node.file, target)?;
        return nullable(declared, &target, depth + 1);
    }
    match node.value.get("type") {
        Some(Value::String(name)) => return Some(name == "null"),
        Some(Value::Array(list)) => return Some(list.iter().any(|name| name == "null")),
        _ => {}
    }
    if is_null(node.value) {
        return Some(true);
    }
    if let Some(Value::Array(values)) = node.value.get("enum") {
        return Some(values.iter().any(Value::is_null));
    }
    for keyword in ["oneOf", "anyOf"] {
        if let Some(branches) = node.get(keyword) {
            let mut said = branches
                .items()
                .map(|branch| nullable(declared, &branch, depth + 1));
            return if said.any(|it| it == Some(true)) {
                Some(true)
            } else {
                None
            };
        }
    }
    let parts = node.get("allOf")?;
    let said: Vec<Option<bool>> = parts
        .items()
        .map(|part| nullable(declared, &part, depth + 1))
        .collect();
    if said.contains(&Some(false)) {
        Some(false)
    } else if said.contains(&Some(true)) {
        Some(true)
    } else {
        None
    }
}
