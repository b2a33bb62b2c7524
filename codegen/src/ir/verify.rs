//! Checks the invariants of the model after every pass, also in release builds: a violation is a
//! mistake of the last pass, and must not lead to a subtly wrong crate.

use super::api::Api;
use super::operation::{Content, Location, Operation, Parameter, Response, Status};
use super::provenance::Provenance;
use super::types::{Enum, EnumKind, Object, Shape, Type, TypeDef, TypeRef, Union};
use crate::diagnostics::{Collected, Error, Errors, Result, Station};
use serde_json::Value;
use std::collections::HashSet;

/// Checks the invariants of every model: each used type exists, each construct has a place in the
/// contract, and nothing is contradictory.
///
/// # Errors
///
/// The first violation of each operation and type, with its place. `pass` is the pass that has just
/// run.
pub fn verify(api: &Api, pass: &str) -> Collected<()> {
    let check = Check { api, pass };
    let operations = api.operations.iter();
    let operations = operations.map(|operation| check.operation(operation));
    let types = api.types.values().map(|def| check.type_def(def));
    Errors::or(operations.chain(types)).map(drop)
}

/// The part of [`verify()`] that concerns types.
///
/// # Errors
///
/// As for [`verify()`].
pub fn verify_types(api: &Api, pass: &str) -> Collected<()> {
    let check = Check { api, pass };
    Errors::or(api.types.values().map(|def| check.type_def(def))).map(drop)
}

/// A check of a model after a pass.
pub(super) struct Check<'a> {
    pub(super) api: &'a Api,
    pub(super) pass: &'a str,
}

impl Check<'_> {
    /// Returns an error at `at` unless `holds`.
    pub(super) fn that(
        &self,
        holds: bool,
        at: &Provenance,
        otherwise: impl FnOnce() -> String,
    ) -> Result<()> {
        if holds {
            return Ok(());
        }
        let message = format!("after {}: {}", self.pass, otherwise());
        Err(Error::new(Station::Lower, at.pointer(), message)
            .help("this is a mistake in the generator, not in the contract"))
    }

    fn provenance(&self, at: &Provenance) -> Result<()> {
        self.that(at.pointer().starts_with('/'), at, || {
            format!("the place {:?} is not a JSON pointer", at.pointer())
        })
    }

    fn used(&self, ty: &TypeRef, at: &Provenance) -> Result<()> {
        let mut missing = None;
        ty.each_name(&mut |name| {
            if !self.api.types.contains_key(name) {
                missing = Some(name);
            }
        });
        self.that(missing.is_none(), at, || {
            format!("the type {missing:?} does not exist")
        })
    }

    fn operation(&self, operation: &Operation) -> Result<()> {
        let at = &operation.provenance;
        self.provenance(at)?;
        self.that(self.api.tags.get(operation.tag).is_some(), at, || {
            "the operation has no tag".to_string()
        })?;
        let mut seen = HashSet::new();
        for parameter in &operation.parameters {
            let is_new = seen.insert((parameter.location, &parameter.wire));
            self.that(is_new, at, || format!("duplicate parameter {:?}", parameter.wire))?;
            self.parameter(parameter)?;
        }
        let (path, query) = placeholders(operation.sent_path());
        let parameters = operation.parameters.iter();
        let parameters = parameters.filter(|parameter| parameter.location == Location::Path);
        let parameters: HashSet<&str> = parameters.map(|parameter| parameter.wire.as_str()).collect();
        let stands = |name: &&str| path.contains(name) || query.contains(name);
        self.that(
            path.is_subset(&parameters) && parameters.iter().all(stands),
            at,
            || format!("the path has {path:?}, the parameters are {parameters:?}"),
        )?;
        if let Some(body) = &operation.body {
            self.that(!body.content.is_empty(), &body.provenance, || {
                "the body has no form".to_string()
            })?;
            self.content(&body.content, &body.provenance)?;
            for form in body.content.iter().filter(|content| content.is_form()) {
                let ty = form.ty.as_ref();
                let is_map = ty.is_some_and(|ty| matches!(ty.ty, Type::Map(_)));
                let name = ty.and_then(TypeRef::named);
                let has_fields = is_map || name.is_some_and(|name| self.has_fields(name, 0));
                self.that(has_fields, &form.provenance, || {
                    "the form has no fields".to_string()
                })?;
            }
        }
        self.responses(operation)
    }

    /// Whether a type is an object, or one of several objects.
    fn has_fields(&self, name: &str, depth: usize) -> bool {
        match self.api.types.get(name).map(|def| &def.shape) {
            Some(Shape::Object(_)) => true,
            Some(Shape::Union(union)) => union.branches.iter().all(|branch| {
                let inner = branch.ty.named();
                depth < 32 && inner.is_some_and(|inner| self.has_fields(inner, depth + 1))
            }),
            _ => false,
        }
    }

    fn parameter(&self, parameter: &Parameter) -> Result<()> {
        let at = &parameter.provenance;
        self.provenance(at)?;
        self.used(&parameter.ty, at)?;
        let styles: &[&str] = match parameter.location {
            Location::Path => &["simple", "label", "matrix"],
            Location::Query => &["form", "spaceDelimited", "pipeDelimited", "deepObject"],
            Location::Header => &["simple"],
            Location::Cookie => &["form"],
        };
        self.that(styles.contains(&parameter.style.as_str()), at, || {
            format!(
                "no {} parameter has style {:?}",
                parameter.location, parameter.style
            )
        })?;
        let may_be_left_out = parameter.location != Location::Path;
        self.that(parameter.required || may_be_left_out, at, || {
            "a path parameter is optional".to_string()
        })?;
        let own = match parameter.wire.to_ascii_lowercase().as_str() {
            "accept" | "authorization" => true,
            // A request without a body may still have to name a media type.
            "content-type" => !parameter.required,
            _ => false,
        };
        self.that(!own || parameter.location != Location::Header, at, || {
            format!("callers must not set header {:?}", parameter.wire)
        })
    }

    fn responses(&self, operation: &Operation) -> Result<()> {
        let mut seen = HashSet::new();
        let is_success = |response: &Response| {
            matches!(
                response.status,
                Status::Code(..=399) | Status::Range(1..=3) | Status::Default
            )
        };
        let at = &operation.provenance;
        self.that(operation.responses.iter().any(is_success), at, || {
            "the operation has no success".to_string()
        })?;
        for response in &operation.responses {
            let at = &response.provenance;
            self.provenance(at)?;
            self.that(seen.insert(response.status), at, || {
                format!("duplicate status {}", response.status)
            })?;
            self.content(&response.content, at)?;
            let headers = response.headers.iter().filter_map(|header| header.ty.as_ref());
            headers.into_iter().try_for_each(|ty| self.used(ty, at))?;
        }
        Ok(())
    }

    fn content(&self, content: &[Content], at: &Provenance) -> Result<()> {
        let mut seen = HashSet::new();
        for content in content {
            self.provenance(&content.provenance)?;
            let media_type = &content.media_type;
            self.that(seen.insert(media_type), at, || {
                format!("duplicate media type {media_type:?}")
            })?;
            // Parameters may hold anything; the body that they belong to has one media type.
            let essence = media_type.split(';').next().unwrap_or_default().trim();
            let is_one = essence.contains('/') && !essence.contains(['*', ',', ' ']);
            self.that(is_one, at, || format!("{media_type:?} is not a media type"))?;
            content
                .ty
                .iter()
                .try_for_each(|ty| self.used(ty, &content.provenance))?;
        }
        Ok(())
    }

    fn type_def(&self, def: &TypeDef) -> Result<()> {
        let at = &def.provenance;
        self.provenance(at)?;
        def.uses().into_iter().try_for_each(|ty| self.used(ty, at))?;
        match &def.shape {
            Shape::Object(object) => self.object(object, at),
            Shape::Enum(values) => self.values(values, at),
            Shape::Union(union) => self.union(union, at),
        }
    }

    fn object(&self, object: &Object, at: &Provenance) -> Result<()> {
        let wires: HashSet<&str> = object.members.iter().map(|member| member.wire.as_str()).collect();
        self.that(wires.len() == object.members.len(), at, || {
            "duplicate member".to_string()
        })?;
        let lost = object
            .aliases
            .iter()
            .find(|(alias, wire)| wires.contains(alias.as_str()) || !wires.contains(wire.as_str()));
        self.that(lost.is_none(), at, || format!("{lost:?} is not another spelling"))
    }

    fn values(&self, values: &Enum, at: &Provenance) -> Result<()> {
        let fits = |value: &Value| match values.kind {
            EnumKind::Text => value.is_string(),
            EnumKind::Integer => value.is_i64(),
            EnumKind::Number => value.is_number(),
            EnumKind::Boolean => value.is_boolean(),
            EnumKind::Mixed => true,
        };
        let misfit = values.values.iter().find(|value| !fits(&value.value));
        self.that(!values.values.is_empty() && misfit.is_none(), at, || {
            format!("{misfit:?} is not a value of an enum of kind {:?}", values.kind)
        })
    }

    fn union(&self, union: &Union, at: &Provenance) -> Result<()> {
        self.that(!union.branches.is_empty(), at, || {
            "the union has no alternative".to_string()
        })?;
        let mut branches = union.branches.iter();
        let odd = branches.find(|branch| branch.tags.is_empty() == union.tag.is_some());
        self.that(odd.is_none(), at, || {
            format!("nothing selects {odd:?} by {:?}", union.tag)
        })
    }
}

/// The placeholders of a template before its query, and those in it. A query is sent unchanged, so
/// not every brace in it is a parameter.
fn placeholders(template: &str) -> (HashSet<&str>, HashSet<&str>) {
    let (mut path, mut query) = (HashSet::new(), HashSet::new());
    let (mut rest, mut is_query) = (template, false);
    while let Some(start) = rest.find(['{', '?']) {
        match rest[start..].strip_prefix('{') {
            Some(inside) => {
                let name = inside.split('}').next().unwrap_or(inside);
                if is_query { &mut query } else { &mut path }.insert(name);
                rest = &inside[name.len()..];
            }
            None => {
                is_query = true;
                rest = &rest[start + 1..];
            }
        }
    }
    (path, query)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::ir::testing::api;

    /// The message for the violation that `change` causes in a valid model.
    fn violation(change: impl FnOnce(&mut Api)) -> String {
        let mut api = api();
        verify(&api, "before").unwrap();
        change(&mut api);
        verify(&api, "the pass").unwrap_err().to_string()
    }

    #[test]
    fn test_verify_names_the_pass_and_the_place() {
        let said = violation(|api| api.operations[0].tag = 7);
        assert!(
            said.starts_with("lower: #/paths/~1lamps~1{id}/put: after the pass: the operation has no tag;"),
            "{said}"
        );
    }

    #[test]
    fn test_verify_finds_uses_of_types_that_are_not_there() {
        let said = violation(|api| {
            api.types.shift_remove("Lamp");
        });
        assert!(said.contains("the type Some(\"Lamp\") does not exist"), "{said}");
        assert!(said.contains("requestBody"), "{said}");
    }

    #[test]
    fn test_verify_finds_what_has_no_place() {
        let said = violation(|api| api.types["Lamp"].provenance = Provenance::default());
        assert!(said.contains("the place \"\" is not a JSON pointer"), "{said}");
    }

    #[test]
    fn test_verify_holds_path_and_parameters_together() {
        let said = violation(|api| api.operations[0].path.push_str("/{room}"));
        assert!(said.contains("\"room\""), "{said}");
        let said = violation(|api| api.operations[0].parameters[0].required = false);
        assert!(said.contains("a path parameter is optional"), "{said}");
        let said = violation(|api| api.operations[0].parameters[0].style = "deepObject".into());
        assert!(said.contains("has style \"deepObject\""), "{said}");
        let said = violation(|api| {
            let twice = api.operations[0].parameters[0].clone();
            api.operations[0].parameters.push(twice);
        });
        assert!(said.contains("duplicate parameter \"id\""), "{said}");
    }

    #[test]
    fn test_verify_holds_bodies_and_responses_to_their_forms() {
        let said = violation(|api| api.operations[0].responses.clear());
        assert!(said.contains("no success"), "{said}");
        let said = violation(|api| api.operations[0].body.as_mut().unwrap().content.clear());
        assert!(said.contains("the body has no form"), "{said}");
        let said = violation(|api| {
            let content = &mut api.operations[0].body.as_mut().unwrap().content[0];
            content.media_type = "multipart/form-data".into();
            content.ty = None;
        });
        assert!(said.contains("the form has no fields"), "{said}");
    }

    #[test]
    fn test_verify_finds_enums_and_unions_that_select_nothing() {
        let said = violation(|api| {
            if let Shape::Enum(values) = &mut api.types["Kind"].shape {
                values.values[0].value = 7.into();
            }
        });
        assert!(said.contains("is not a value of an enum of kind Text"), "{said}");
        let said = violation(|api| {
            if let Shape::Union(union) = &mut api.types["Either"].shape {
                union.tag = Some("kind".into());
            }
        });
        assert!(said.contains("nothing selects"), "{said}");
    }
}
