//! The invariants of the names in the model.

use super::api::Api;
use super::provenance::Provenance;
use super::types::Shape;
use super::verify::Check;
use crate::diagnostics::Result;
use crate::naming::{is_client_method, is_keyword};
use heck::ToUpperCamelCase;
use std::collections::HashSet;

/// Checks that every name is an identifier, and unique in its scope.
///
/// # Errors
///
/// The first violation, with its place. `pass` is the pass that has just run.
pub fn verify_names(api: &Api, pass: &str) -> Result<()> {
    let check = Check { api, pass };
    let mut modules = HashSet::new();
    let tags = Provenance::new("/tags");
    for tag in &api.tags {
        check.name(&tag.module, is_word(&tag.module), &mut modules, &tags)?;
    }
    let (mut methods, mut types) = (HashSet::new(), HashSet::new());
    for operation in &api.operations {
        let (at, name, request) = (&operation.provenance, &operation.name, &operation.request);
        let is_free = is_word(name) && !is_client_method(name);
        check.name(name, is_free, &mut methods, at)?;
        let is_type = request.to_upper_camel_case() == *request;
        check.name(request, is_type, &mut types, at)?;
        let mut setters = HashSet::new();
        for parameter in &operation.parameters {
            let setter = &parameter.setter;
            check.name(setter, is_word(setter), &mut setters, &parameter.provenance)?;
        }
    }
    for (name, def) in &api.types {
        let at = &def.provenance;
        let is_type = name.to_upper_camel_case() == *name;
        check.name(name, is_type, &mut types, at)?;
        let mut inside = HashSet::new();
        match &def.shape {
            Shape::Object(object) => {
                let fields = object.members.iter().map(|member| &member.field);
                let rest = object.rest.iter().map(|(field, _)| field);
                for field in fields.chain(rest) {
                    check.name(field, is_word(field), &mut inside, at)?;
                }
            }
            Shape::Enum(values) => {
                for value in &values.values {
                    let is_free = value.variant != "Unknown";
                    check.name(&value.variant, is_free, &mut inside, at)?;
                }
            }
            Shape::Union(union) => {
                for branch in &union.branches {
                    let is_free = branch.variant != "Unknown";
                    check.name(&branch.variant, is_free, &mut inside, at)?;
                }
            }
        }
    }
    Ok(())
}

impl Check<'_> {
    /// Checks one name, and that it is unique in `scope`.
    fn name(&self, name: &str, is_good: bool, scope: &mut HashSet<String>, at: &Provenance) -> Result<()> {
        self.that(is_good && !name.is_empty(), at, || {
            format!("{name:?} is not a Rust name")
        })?;
        self.that(scope.insert(name.to_string()), at, || {
            format!("the name {name} is used twice")
        })
    }
}

/// Whether `name` is an identifier of fields, methods and modules.
fn is_word(name: &str) -> bool {
    let part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    name.starts_with(|first: char| first.is_ascii_lowercase()) && name.bytes().all(part) && !is_keyword(name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::ir::testing::api;

    fn violation(change: impl FnOnce(&mut Api)) -> String {
        let mut api = api();
        verify_names(&api, "before").unwrap();
        change(&mut api);
        verify_names(&api, "names").unwrap_err().message
    }

    #[test]
    fn test_verify_names_refuses_what_is_no_identifier() {
        let said = violation(|api| api.operations[0].name = "type".into());
        assert_eq!(said, "after names: \"type\" is not a Rust name");
        let said = violation(|api| api.operations[0].parameters[0].setter.clear());
        assert_eq!(said, "after names: \"\" is not a Rust name");
    }

    #[test]
    fn test_verify_names_refuses_methods_of_the_client() {
        let said = violation(|api| api.operations[0].name = "builder".into());
        assert_eq!(said, "after names: \"builder\" is not a Rust name");
    }

    #[test]
    fn test_verify_names_refuses_a_request_called_like_a_type() {
        let said = violation(|api| api.operations[0].request = "Lamp".into());
        assert_eq!(said, "after names: the name Lamp is used twice");
    }

    #[test]
    fn test_verify_names_refuses_two_of_a_kind() {
        let said = violation(|api| {
            if let Shape::Object(lamp) = &mut api.types["Lamp"].shape {
                lamp.members[1].field = "kind".into();
            }
        });
        assert_eq!(said, "after names: the name kind is used twice");
        let said = violation(|api| {
            if let Shape::Enum(kind) = &mut api.types["Kind"].shape {
                kind.values[1].variant = "Unknown".into();
            }
        });
        assert_eq!(said, "after names: \"Unknown\" is not a Rust name");
    }
}
