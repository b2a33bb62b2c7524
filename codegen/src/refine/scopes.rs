//! Scopes of a crate: determines which operations have parameters that a scope of the catalogue
//! fixes.

use super::argument::Argument;
use super::model::{Location, Operation, Parameter, Scope};
use crate::catalogue;
use crate::diagnostics::{Error, Result, Station};
use crate::naming::{field_name, is_client_method, type_name};

/// The scopes of `operations`. `is_taken` returns whether the crate uses a name for something else.
///
/// # Errors
///
/// When a scope fixes no parameter of any operation, or has a name that is already used.
pub fn scopes(
    entry: &catalogue::Entry,
    operations: &[Operation],
    is_taken: impl Fn(&str) -> bool,
) -> Result<Vec<Scope>> {
    let mut scopes: Vec<Scope> = Vec::new();
    // The wire names that each scope fixes, from the outermost scope inwards.
    let mut wires: Vec<Vec<String>> = Vec::new();
    for (index, said) in entry.scopes.iter().enumerate() {
        let wrong = |message: String, help: &str| {
            let pointer = format!("/api/{}/scopes/{index}", entry.index);
            Error::new(Station::Catalogue, pointer, message)
                .in_file(catalogue::FILE)
                .help(help)
        };
        let outer = said.within.as_ref().map(|outer| {
            let found = scopes.iter().position(|scope| scope.method == *outer);
            found.ok_or_else(|| {
                let message = format!(
                    "the scope {:?} is within {outer:?}, which no earlier scope defines",
                    said.name
                );
                wrong(message, "name an earlier scope")
            })
        });
        let outer = outer.transpose()?;
        let mut fixed = outer.map_or_else(Vec::new, |outer| wires[outer].clone());
        fixed.push(said.parameter.clone());
        let members: Vec<usize> = (0..operations.len())
            .filter(|at| {
                fixed
                    .iter()
                    .all(|wire| parameter(&operations[*at], wire).is_some())
            })
            .collect();
        let Some(first) = members
            .first()
            .and_then(|at| parameter(&operations[*at], &said.parameter))
        else {
            let fixed: Vec<String> = fixed.iter().map(|wire| format!("{wire:?}")).collect();
            let message = format!("no operation takes the parameter {}", fixed.join(" and "));
            return Err(wrong(
                message,
                "write it as the contract does, or remove the scope",
            ));
        };
        let mut types = members
            .iter()
            .filter_map(|at| parameter(&operations[*at], &said.parameter));
        if let Some(other) = types.find(|other| other.ty != first.ty || other.setter != first.setter) {
            let message = format!(
                "the parameter {:?} is `{}: {}` in some operations and `{}: {}` in others",
                said.parameter, first.setter, first.ty, other.setter, other.ty
            );
            return Err(wrong(
                message,
                "make them alike in the overlay, or remove the scope",
            ));
        }
        let bare = said.name.strip_prefix("within_").unwrap_or(&said.name);
        let name = type_name(&format!("within_{bare}"));
        // A method of the enclosing scope, or of the client.
        let is_method = |operation: &Operation| operation.name == said.name;
        let is_alike = scopes
            .iter()
            .any(|other| other.outer == outer && other.method == said.name);
        if field_name(&said.name) != said.name {
            let message = format!(
                "{:?} is not a valid name for a scope: it is not a method name",
                said.name
            );
            return Err(wrong(message, "write it in lower case, with underscores"));
        }
        if is_client_method(&said.name) || operations.iter().any(is_method) || is_taken(&name) || is_alike {
            let message = format!(
                "{:?} is not a name for a scope: a method, or `{name}`, already has it",
                said.name
            );
            return Err(wrong(message, "choose another name"));
        }
        let parameter = first.clone();
        scopes.push(Scope {
            method: said.name.clone(),
            name,
            outer,
            parameter,
            members,
        });
        wires.push(fixed);
    }
    // An operation belongs to the innermost of its scopes.
    for inner in 0..scopes.len() {
        if let Some(outer) = scopes[inner].outer {
            let members = scopes[inner].members.clone();
            scopes[outer].members.retain(|at| !members.contains(at));
        }
    }
    Ok(scopes)
}

/// The parameter of an operation that a scope can fix: a single value in the path, the query or a
/// header.
pub fn parameter<'o>(operation: &'o Operation, wire: &str) -> Option<&'o Parameter> {
    let mut parameters = operation.parameters.iter();
    parameters.find(|parameter| {
        let is_one_value = matches!(
            Argument::of_parameter(&parameter.ty),
            Argument::Value(_) | Argument::Into(_) | Argument::DateTime
        );
        parameter.wire == wire && parameter.location != Location::Cookie && is_one_value
    })
}
