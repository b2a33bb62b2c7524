//! A schema combined with those in its `allOf`s: everything that applies to a value, in one view.

use crate::contract::{Contract, child, flag, keys};
use crate::reach::seen_types;
use serde_json::Value;

/// Members that are not named in the schema.
pub(super) enum Additional {
    /// Any value.
    Any,
    /// Values of the schema at this pointer.
    Of(String),
}

/// Schemas that apply to the same value.
pub(super) struct Merged<'c> {
    contract: &'c Contract,
    /// Their pointers; an added schema follows the one that it is added to.
    nodes: Vec<String>,
    /// A choice that has already been made, by the pointer of its schema.
    chosen: Vec<(String, String)>,
}

impl<'c> Merged<'c> {
    /// The schemas at `pointers`, with all schemas that their `allOf`s add.
    pub(super) fn of(contract: &'c Contract, pointers: &[String]) -> Self {
        let mut merged = Self {
            contract,
            nodes: Vec::new(),
            chosen: Vec::new(),
        };
        for pointer in pointers {
            merged.add(pointer);
        }
        merged
    }

    /// `schema` after the choice `keyword` was made for `branch`.
    pub(super) fn of_parts(contract: &'c Contract, schema: &Self, keyword: &str, branch: &str) -> Self {
        let mut merged = Self::of(contract, &schema.nodes);
        merged.chosen.clone_from(&schema.chosen);
        for node in &schema.nodes {
            if schema.node(node).get(keyword).is_some() {
                merged.chosen.push((node.clone(), keyword.to_owned()));
            }
        }
        merged.add(branch);
        merged
    }

    fn add(&mut self, pointer: &str) {
        let pointer = self.contract.resolve(pointer);
        if self.nodes.contains(&pointer) {
            return;
        }
        self.nodes.push(pointer.clone());
        let count = self
            .node(&pointer)
            .get("allOf")
            .and_then(Value::as_array)
            .map_or(0, Vec::len);
        for index in 0..count {
            self.add(&child(&child(&pointer, "allOf"), &index.to_string()));
        }
    }

    fn node(&self, pointer: &str) -> &'c Value {
        self.contract.at(pointer)
    }

    fn all(&self) -> impl DoubleEndedIterator<Item = (&String, &'c Value)> {
        self.nodes.iter().map(|pointer| (pointer, self.node(pointer)))
    }

    /// Whether null is allowed, by OpenAPI 3.0 or by the usual extension of Swagger.
    pub(super) fn is_nullable(&self) -> bool {
        let says = |node: &Value| {
            ["nullable", "x-nullable"]
                .iter()
                .any(|key| flag(node, key).unwrap_or(false))
        };
        let typed = |node: &Value| node.get("type").is_some();
        // A part that says so changes nothing for the others.
        match self.all().next() {
            Some((_, whole)) if says(whole) && !typed(whole) => true,
            _ => {
                let mut nodes = self.all().filter(|(_, node)| typed(node)).peekable();
                nodes.peek().is_some() && nodes.all(|(_, node)| says(node))
            }
        }
    }

    /// Whether one of the schemas has this flag.
    pub(super) fn is(&self, keyword: &str) -> bool {
        self.all().any(|(_, node)| flag(node, keyword).unwrap_or(false))
    }

    /// The allowed values, if they are listed.
    pub(super) fn values(&self) -> Option<Vec<Value>> {
        let lists = self.all().filter_map(|(_, node)| {
            let listed = node.get("enum").and_then(Value::as_array).cloned();
            listed.or_else(|| Some(vec![node.get("const")?.clone()]))
        });
        lists.reduce(|one, other| one.into_iter().filter(|value| other.contains(value)).collect())
    }

    /// The first choice that has not been made: its keyword and the pointers of its branches.
    pub(super) fn choice(&self) -> Option<(&'static str, Vec<String>)> {
        for (pointer, node) in self.all() {
            for keyword in ["oneOf", "anyOf"] {
                let made = self
                    .chosen
                    .iter()
                    .any(|(at, made)| at == pointer && made == keyword);
                if let (false, Some(branches)) = (made, node.get(keyword).and_then(Value::as_array)) {
                    let at = child(pointer, keyword);
                    let branches = (0..branches.len()).map(|index| child(&at, &index.to_string()));
                    return Some((keyword, branches.collect()));
                }
            }
        }
        None
    }

    /// The member that determines the branch, and the mapping of its values.
    pub(super) fn discriminator(&self) -> Option<(&'c str, &'c Value)> {
        self.all().find_map(|(_, node)| {
            let discriminator = node.get("discriminator")?;
            let name = discriminator.get("propertyName")?.as_str()?;
            Some((name, discriminator.get("mapping").unwrap_or(&Value::Null)))
        })
    }

    /// Whether only objects are allowed.
    pub(super) fn is_only_object(&self) -> bool {
        self.choice().is_some() && self.all().any(|(_, node)| node.get("properties").is_some())
            || self.types() == ["object"] && self.values().is_none()
    }

    /// The allowed types; `any` if none is stated.
    pub(super) fn types(&self) -> Vec<&'c str> {
        for (_, node) in self.all() {
            match node.get("type") {
                Some(Value::String(kind)) => return vec![kind],
                Some(Value::Array(kinds)) => return kinds.iter().filter_map(Value::as_str).collect(),
                _ => {}
            }
            let mut seen = seen_types(node).peekable();
            if seen.peek().is_some() {
                return seen.collect();
            }
        }
        let has = |keyword| self.all().any(|(_, node)| node.get(keyword).is_some());
        if has("properties") || has("additionalProperties") {
            vec!["object"]
        } else if has("items") {
            vec!["array"]
        } else {
            vec!["any"]
        }
    }

    /// The members with the pointers of their schemas; what was added later counts.
    pub(super) fn properties(&self) -> Vec<(String, String)> {
        let mut properties: Vec<(String, String)> = Vec::new();
        for (pointer, node) in self.all() {
            let at = child(pointer, "properties");
            for name in keys(node.get("properties").unwrap_or(&Value::Null)) {
                let found = properties.iter_mut().find(|(known, _)| known == name);
                match found {
                    Some((_, known)) => *known = child(&at, name),
                    None => properties.push((name.clone(), child(&at, name))),
                }
            }
        }
        properties
    }

    /// Whether a member is required.
    pub(super) fn requires(&self, name: &str) -> bool {
        self.all().any(|(_, node)| {
            let listed = node.get("required").and_then(Value::as_array);
            listed.is_some_and(|listed| listed.iter().any(|required| required == name))
        })
    }

    /// Whether unnamed members are allowed, and their values.
    pub(super) fn additional(&self) -> Option<Additional> {
        let any = self
            .all()
            .find_map(|(pointer, node)| match node.get("additionalProperties")? {
                Value::Bool(true) => Some(Additional::Any),
                Value::Object(_) => Some(Additional::Of(child(pointer, "additionalProperties"))),
                _ => None,
            });
        any.or_else(|| Some(Additional::Of(self.pattern()?.1)))
    }

    /// The first pattern for names of members, and the pointer of the schema of their values.
    pub(super) fn pattern(&self) -> Option<(&'c str, String)> {
        self.all().find_map(|(pointer, node)| {
            let pattern = keys(node.get("patternProperties")?).next()?;
            let at = child(&child(pointer, "patternProperties"), pattern);
            Some((pattern.as_str(), at))
        })
    }

    /// The pointer of a schema inside, for instance of `items`.
    pub(super) fn pointer_of(&self, keyword: &str) -> Option<String> {
        let found = self
            .all()
            .find(|(_, node)| node.get(keyword).is_some_and(Value::is_object));
        found.map(|(pointer, _)| child(pointer, keyword))
    }

    /// A bound.
    pub(super) fn number(&self, keyword: &str) -> Option<f64> {
        self.all().find_map(|(_, node)| node.get(keyword)?.as_f64())
    }

    /// A bound, and whether the bound itself is excluded: by a flag, or by a bound of its own as in
    /// OpenAPI 3.1.
    pub(super) fn bound(&self, keyword: &str, exclusive: &str) -> Option<(f64, bool)> {
        let excluded = self.number(exclusive).map(|bound| (bound, true));
        excluded.or_else(|| Some((self.number(keyword)?, self.is(exclusive))))
    }

    /// A word.
    pub(super) fn word(&self, keyword: &str) -> Option<&'c str> {
        self.all().find_map(|(_, node)| node.get(keyword)?.as_str())
    }

    /// Observed values, if others are allowed, too.
    pub(super) fn known_values(&self) -> Vec<&'c str> {
        let lists = self
            .all()
            .filter_map(|(_, node)| node.get("x-lorgnette-known-values")?.as_array());
        lists.flatten().filter_map(Value::as_str).collect()
    }
}
