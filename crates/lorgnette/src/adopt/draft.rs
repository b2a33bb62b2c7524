//! The overlay that keeps a crate's published names when a vendor's contract takes the place of our
//! description, and carries over what only our description states.

use crate::compare::Both;
use crate::compare::pairs::{Pairs, essence};
use lorgnette_codegen::diff::surface::{Surface, SurfaceOperation, SurfaceShape};
use lorgnette_codegen::document::{self, json_path, unescaped};
use lorgnette_codegen::pipeline::Seen;
use lorgnette_codegen::text::{json_text, yaml};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The draft: actions of an overlay, and names for the catalogue.
#[derive(Debug, Default)]
pub struct Draft {
    /// The vendor's contract, which the actions target.
    contract: Value,
    /// The actions in their order.
    pub actions: Vec<Action>,
    /// Rust names of single schemas, by the schema's name in the vendor's contract.
    pub rename_types: BTreeMap<String, String>,
}

/// One action of an overlay.
#[derive(Debug)]
pub struct Action {
    target: String,
    why: String,
    /// The value merged into the target; `None` if the target is removed.
    update: Option<Value>,
}

/// Keys of operations that are carried over: those that affect calls, not those that state
/// evidence.
const MARKS: [&str; 3] = [
    "x-lorgnette-pagination",
    "x-lorgnette-idempotent",
    "x-lorgnette-retry",
];

impl Draft {
    /// Keeps operation ids and tags, and carries marks over.
    pub fn of_operations(both: &Both, pairs: &Pairs) -> Self {
        let mut draft = Self {
            contract: both.theirs.contract.clone(),
            ..Self::default()
        };
        for (ours, theirs) in pairs.both() {
            let one = &both.ours.surface.operations[ours];
            let other = &both.theirs.surface.operations[theirs];
            let node = both.ours.contract.pointer(&one.at).unwrap_or(&Value::Null);
            let there = both.theirs.contract.pointer(&other.at).unwrap_or(&Value::Null);
            draft.names(ours, node, there, &other.at);
            draft.marks(node, there, &other.at);
            draft.parameters(one, other);
        }
        draft
    }

    /// Keeps the names of types that have another name in `theirs`. Returns whether there were any.
    pub fn add_names(&mut self, theirs: &Seen, pairs: &Pairs) -> bool {
        let before = (self.actions.len(), self.rename_types.len());
        for (one, other) in pairs.types.iter().filter(|(one, other)| one != other) {
            let Some(there) = theirs.surface.types.get(other) else {
                continue;
            };
            match component(&there.at) {
                Some(schema) => {
                    self.rename_types.insert(schema, one.clone());
                }
                None => self.hoist(one, &there.at, &theirs.contract),
            }
        }
        // An inline schema becomes a reference where our description names a type.
        for (twin, ours) in &pairs.twins {
            let types = &theirs.surface.types;
            let schema = pairs
                .types
                .get(ours)
                .and_then(|paired| component(&types.get(paired)?.at));
            let twin = types.get(twin).map(|twin| twin.at.as_str());
            if let (Some(schema), Some(at)) = (schema, twin.filter(|at| component(at).is_none())) {
                let why = format!("Holds what {schema} holds, and so has its published type.");
                self.refer(at, &reference(&theirs.contract, &schema), &why);
            }
        }
        before != (self.actions.len(), self.rename_types.len())
    }

    /// Carries over which members are dates without a zone or secrets.
    pub fn add_knowledge(&mut self, ours: &Surface, theirs: &Surface, pairs: &Pairs) {
        for (one, other) in &pairs.types {
            let (Some(ty), Some(there)) = (ours.types.get(one), theirs.types.get(other)) else {
                continue;
            };
            let (SurfaceShape::Object { fields, .. }, SurfaceShape::Object { fields: members, .. }) =
                (&ty.shape, &there.shape)
            else {
                continue;
            };
            for field in fields {
                let Some(member) = members.iter().find(|member| member.wire == field.wire) else {
                    continue;
                };
                let token = field.wire.replace('~', "~0").replace('/', "~1");
                let at = member
                    .at
                    .clone()
                    .unwrap_or_else(|| format!("{}/properties/{token}", there.at));
                self.known(&field.ty, &member.ty, &at, &field.wire);
            }
        }
    }

    fn names(&mut self, ours: &str, node: &Value, there: &Value, at: &str) {
        let id = node.get("operationId").and_then(Value::as_str).unwrap_or(ours);
        if there.get("operationId").and_then(Value::as_str) != Some(id) {
            self.update(
                at,
                "Keeps the operation's published name.",
                json!({ "operationId": id }),
            );
        }
        let tags = node
            .get("tags")
            .filter(|tags| tags.as_array().is_some_and(|tags| !tags.is_empty()));
        if let Some(tags) = tags.filter(|tags| there.get("tags") != Some(tags)) {
            if there.get("tags").is_some() {
                let why = "Clears the list for the next action, since updates append to lists.";
                self.remove(&format!("{at}/tags"), why);
            }
            self.update(
                at,
                "Keeps the operation in its published module.",
                json!({ "tags": tags }),
            );
        }
    }

    /// Marks on operations that no vendor's contract has.
    fn marks(&mut self, node: &Value, there: &Value, at: &str) {
        let members = node.as_object().into_iter().flatten();
        let marks: Map<String, Value> = members
            .filter(|(key, _)| MARKS.contains(&key.as_str()))
            .filter(|(key, value)| there.get(key.as_str()) != Some(value))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        if !marks.is_empty() {
            self.update(at, "Known from the vendor's clients.", Value::Object(marks));
        }
    }

    fn parameters(&mut self, one: &SurfaceOperation, other: &SurfaceOperation) {
        for parameter in &one.parameters {
            let found =
                other.parameters.iter().enumerate().find(|(_, there)| {
                    (&there.wire, &there.location) == (&parameter.wire, &parameter.location)
                });
            // The location of a parameter is shown if it differs from the list's.
            let Some((index, there)) = found else { continue };
            let at = there
                .at
                .clone()
                .unwrap_or_else(|| format!("{}/parameters/{index}", other.at));
            self.known(&parameter.ty, &there.ty, &at, &parameter.wire);
        }
    }

    fn known(&mut self, ours: &str, theirs: &str, at: &str, wire: &str) {
        let (ours, theirs) = (essence(ours), essence(theirs));
        match (ours.as_slice(), theirs.as_slice()) {
            (["NaiveDateTime"], ["String" | "DateTime"]) => self.update(
                at,
                &format!("`{wire}` is a date without a zone."),
                json!({ "format": "date-time", "x-lorgnette-naive-utc": true }),
            ),
            (["Secret"], ["String"]) => self.update(
                at,
                &format!("`{wire}` grants access, so it is not printed."),
                json!({ "format": "password" }),
            ),
            _ => {}
        }
    }

    /// Moves an inline schema of the vendor's contract into a component, so that it can be named.
    fn hoist(&mut self, name: &str, at: &str, contract: &Value) {
        let at = at.strip_suffix("/enum").unwrap_or(at);
        let is_swagger = contract.get("swagger").is_some();
        let schema = contract.pointer(at).filter(|schema| schema.is_object());
        // Parameters of Swagger 2.0 have no schemas that could be shared.
        let is_parameter = schema.is_some_and(|schema| schema.get("in").is_some());
        let Some(schema) = schema.filter(|_| !(is_swagger && is_parameter)) else {
            return;
        };
        let section = if is_swagger { "definitions" } else { "schemas" };
        let root = match (is_swagger, contract.get("components").is_some()) {
            (true, _) => json!({ section: { name: schema } }),
            (false, _) => json!({ "components": { section: { name: schema } } }),
        };
        let why = format!("Gives the type its published name, {name}.");
        self.actions.push(Action {
            target: "$".to_owned(),
            why: why.clone(),
            update: Some(root),
        });
        self.refer(at, &reference(contract, name), &why);
    }

    /// Replaces an inline schema with a reference.
    fn refer(&mut self, at: &str, reference: &str, why: &str) {
        if let Some((parent, key)) = at.rsplit_once('/') {
            self.remove(at, why);
            self.update(parent, why, json!({ unescaped(key): { "$ref": reference } }));
        }
    }

    fn update(&mut self, at: &str, why: &str, update: Value) {
        self.actions.push(Action {
            target: json_path(&self.contract, at),
            why: why.to_owned(),
            update: Some(update),
        });
    }

    fn remove(&mut self, at: &str, why: &str) {
        self.actions.push(Action {
            target: json_path(&self.contract, at),
            why: why.to_owned(),
            update: None,
        });
    }

    /// The overlay's text; `None` if there is nothing to repair.
    pub fn text(&self, api: &str) -> Option<String> {
        if self.actions.is_empty() {
            return None;
        }
        let mut text = format!(
            "# Keeps the published names of {api}, and what only our description of the API knew.\n\
             overlay: 1.0.0\ninfo:\n  title: Repairs of {api}\n  version: 1.0.0\nactions:\n"
        );
        for action in &self.actions {
            let does = match &action.update {
                Some(update) => format!("update: {}", json_text(&update.to_string())),
                None => "remove: true".to_owned(),
            };
            let _ = write!(
                text,
                "  - target: {}\n    description: {}\n    {does}\n",
                yaml(&action.target),
                yaml(&action.why)
            );
        }
        Some(text)
    }
}

/// The `$ref` of a component schema.
fn reference(contract: &Value, name: &str) -> String {
    if contract.get("swagger").is_some() {
        format!("#/definitions/{name}")
    } else {
        document::schema_reference(name)
    }
}

/// The name of the component schema at a pointer into the original contract.
fn component(at: &str) -> Option<String> {
    let name = at
        .strip_prefix("/definitions/")
        .or_else(|| at.strip_prefix("/components/schemas/"))?;
    (!name.contains('/')).then(|| unescaped(name))
}

/// Published names that the vendor's contract still contains, but the drafted crate does not.
pub fn lost_names(both: &Both, pairs: &Pairs, drafted: &Surface) -> Vec<String> {
    let mut lost = Vec::new();
    for (ours, _) in pairs.both() {
        if !drafted.operations.contains_key(ours) {
            lost.push(format!("operation {ours}"));
        }
    }
    for one in pairs.types.keys() {
        if !drafted.types.contains_key(one) {
            lost.push(format!("type {one}"));
        }
    }
    let modules = |surface: &Surface, names: &mut dyn Iterator<Item = String>| -> BTreeSet<String> {
        names
            .filter_map(|name| surface.operations.get(&name))
            .map(|it| it.module.clone())
            .collect()
    };
    let kept: Vec<String> = pairs.both().map(|(ours, _)| ours.to_owned()).collect();
    let ours = modules(&both.ours.surface, &mut kept.iter().cloned());
    let there = modules(drafted, &mut kept.iter().cloned());
    lost.extend(ours.difference(&there).map(|module| format!("module {module}")));
    lost
}
