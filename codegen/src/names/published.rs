//! The names of the last release, by kind. Names in callers' code are kept when the contract grows;
//! only a breaking release chooses names again.

use crate::diff::surface::{self, Surface};
use crate::document::{Document, child};
use crate::ir::{Operation, TypeDef};
use crate::naming;
use serde_json::Value;
use std::collections::HashMap;

/// The member of an operation that holds its published name.
pub const NAME: &str = "x-lorgnette-name";

/// The member of an operation that holds the published setters of its parameters, by location and
/// name.
pub const SETTERS: &str = "x-lorgnette-setters";

/// The published names of a crate; none before its first release.
#[derive(Debug, Default)]
pub struct Published {
    /// Types by the place of their schema; several if one combines the schemas of that place.
    types: HashMap<String, Vec<String>>,
    /// The types of members and parameters, by their places.
    held: HashMap<String, String>,
    /// Fields by type and name on the wire.
    fields: HashMap<(String, String), String>,
    /// Variants of enums by type and value.
    values: HashMap<(String, String), String>,
    /// Variants of unions by type and the type of the branch.
    branches: HashMap<(String, String), String>,
    /// Operations by their place.
    operations: HashMap<String, PublishedOperation>,
}

/// The published names of an operation.
#[derive(Debug, Default)]
pub struct PublishedOperation {
    /// The method.
    pub name: String,
    /// The id that the contract gave it then; `None` in older records.
    pub id: Option<String>,
    /// The module.
    pub module: String,
    /// The enum of its declared errors.
    pub error: Option<String>,
    /// Setters by location and name on the wire.
    pub setters: HashMap<(String, String), String>,
    /// Setters of bodies by media type.
    pub bodies: HashMap<String, String>,
}

impl Published {
    /// The names of a surface.
    pub fn of(surface: &Surface) -> Self {
        let mut all = Self::default();
        for (name, ty) in &surface.types {
            let mut place = ty.at.as_str();
            match &ty.shape {
                surface::SurfaceShape::Object { fields, .. } => {
                    for field in fields {
                        let key = (name.clone(), field.wire.clone());
                        all.fields.insert(key, field.field.clone());
                        let usual = || child(&child(place, "properties"), &field.wire);
                        let at = field.at.clone().unwrap_or_else(usual);
                        all.hold(at, &field.ty, surface);
                    }
                }
                surface::SurfaceShape::Enum { values, .. } => {
                    place = place.strip_suffix("/enum").unwrap_or(place);
                    for (variant, value) in values {
                        let key = (name.clone(), value.to_string());
                        all.values.insert(key, variant.clone());
                    }
                }
                surface::SurfaceShape::Union { branches, .. } => {
                    for branch in branches {
                        let key = (name.clone(), branch.ty.clone());
                        all.branches.insert(key, branch.variant.clone());
                    }
                }
            }
            all.types.entry(place.to_string()).or_default().push(name.clone());
        }
        for (name, operation) in &surface.operations {
            let mut published = PublishedOperation {
                name: name.clone(),
                id: operation.id.clone(),
                module: operation.module.clone(),
                error: operation.error.clone(),
                ..PublishedOperation::default()
            };
            if let Some(name) = published
                .error
                .as_deref()
                .and_then(|it| it.strip_prefix("responses::"))
            {
                published.error = Some(name.to_string());
            }
            for (index, parameter) in operation.parameters.iter().enumerate() {
                let key = (parameter.location.clone(), parameter.wire.clone());
                published.setters.insert(key, parameter.setter.clone());
                let usual = || child(&child(&operation.at, "parameters"), &index.to_string());
                let at = parameter.at.clone().unwrap_or_else(usual);
                all.hold(at, &parameter.ty, surface);
            }
            for body in &operation.bodies {
                published
                    .bodies
                    .insert(body.media_type.clone(), body.setter.clone());
            }
            all.operations.insert(operation.at.clone(), published);
        }
        all
    }

    /// Records the crate's type in `ty`, the type of the member or parameter at `place`.
    fn hold(&mut self, place: String, ty: &str, surface: &Surface) {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let mut words = ty.split(|c| !is_part(c));
        if let Some(name) = words.find(|word| surface.types.contains_key(*word)) {
            self.held.insert(place, name.to_string());
        }
    }

    /// Marks operations in a contract with their published names and those of their parameters, for
    /// the passes that make names.
    pub fn mark(&self, document: &mut Document) {
        for (at, published) in &self.operations {
            let Some(Value::Object(operation)) = document.pointer_mut(at) else {
                continue;
            };
            let id = match operation.get("operationId") {
                Some(Value::String(id)) => Some(id.as_str()),
                _ => None,
            };
            // A changed id is a deliberate change.
            let is_same = match (&published.id, id) {
                (Some(then), now) => Some(then.as_str()) == now,
                (None, Some(now)) => published.name.starts_with(&naming::field_name(now)),
                (None, None) => true,
            };
            if is_same {
                operation.insert(NAME.to_string(), published.name.as_str().into());
            }
            let setters = published.setters.iter();
            let setters = setters.map(|((location, wire), setter)| {
                (format!("{location} {wire}"), Value::String(setter.clone()))
            });
            operation.insert(SETTERS.to_string(), Value::Object(setters.collect()));
        }
    }

    /// Whether the release has a type of this name.
    pub fn has_type(&self, name: &str) -> bool {
        self.types.values().flatten().any(|known| known == name)
    }

    /// The name of the one type at the place of a schema.
    pub fn type_at(&self, def: &TypeDef) -> Option<&str> {
        let mut places = std::iter::once(&def.provenance).chain(&def.also);
        let names = places.find_map(|place| self.types.get(place.pointer()))?;
        names.first().filter(|_| names.len() == 1).map(String::as_str)
    }

    /// The name of the type of the member or parameter whose schema this is.
    pub fn type_held(&self, def: &TypeDef) -> Option<&str> {
        let places = std::iter::once(&def.provenance).chain(&def.also);
        let mut around = places.flat_map(|place| around(place.pointer()));
        around.find_map(|place| self.held.get(place)).map(String::as_str)
    }

    /// The field of a member.
    pub fn field(&self, ty: &str, wire: &str) -> Option<&str> {
        self.fields
            .get(&(ty.to_string(), wire.to_string()))
            .map(String::as_str)
    }

    /// The variant of a value.
    pub fn value(&self, ty: &str, value: &Value) -> Option<&str> {
        self.values
            .get(&(ty.to_string(), value.to_string()))
            .map(String::as_str)
    }

    /// The variant of a branch with a type of this name.
    pub fn branch(&self, ty: &str, branch: &str) -> Option<&str> {
        self.branches
            .get(&(ty.to_string(), branch.to_string()))
            .map(String::as_str)
    }

    /// The published names of an operation.
    pub fn operation(&self, operation: &Operation) -> Option<&PublishedOperation> {
        self.operations.get(operation.provenance.pointer())
    }
}

/// A place, and the places whose type it describes: a schema, the items of a list.
fn around(place: &str) -> impl Iterator<Item = &str> {
    let mut next = Some(place);
    std::iter::from_fn(move || {
        let place = next?;
        next = place.rsplit_once('/').and_then(|(parent, token)| {
            ["schema", "items", "additionalProperties"]
                .contains(&token)
                .then_some(parent)
        });
        Some(place)
    })
}
