//! Compares a contract with the surface of the crate that is generated from it.
//!
//! Contract schemas and Rust types are walked side by side, operation by operation: each property
//! must be a field with the same name on the wire, and each enum value a variant. Anything that is
//! missing on either side is reported with its place in the contract.

mod answers;
mod kinds;
mod log;
mod walk;

use crate::contract::{self, Contract};
use crate::reach::use_of;
use crate::surface::{self, Surface};
use log::RustPlace;
use std::collections::{BTreeMap, BTreeSet};
use walk::Walk;

/// A difference between contract and crate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// A JSON pointer into the contract; for an item that only the crate has, `crate:` and its
    /// name.
    pub pointer: String,
    /// A description of the difference.
    pub what: String,
}

/// A schema that corresponds to a type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Meeting {
    /// Its JSON pointer.
    pub pointer: String,
    /// The member that a union keeps for the type, if the type is one of its branches.
    pub tag: Option<String>,
}

/// The result of a comparison: counts and differences.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// Operations that have exactly one builder.
    pub operations: BTreeSet<String>,
    /// Uses of parameters that a descriptor has.
    pub parameters: BTreeSet<String>,
    /// Properties that are members.
    pub properties: BTreeSet<String>,
    /// Enum values that are variants.
    pub values: BTreeSet<String>,
    /// Generated types with their schemas.
    pub types: BTreeMap<String, BTreeSet<Meeting>>,
    /// The differences, sorted.
    pub findings: Vec<Finding>,
}

/// Compares everything that the operations of `contract` use with `surface`.
///
/// `strictly` also compares types, and searches for items that only the crate has. It makes sense
/// only for a contract with the overlay from which the crate was generated.
pub fn compare(contract: &Contract, surface: &Surface, strictly: bool) -> Comparison {
    let mut comparison = Comparison::default();
    let mut walk = Walk::new(contract, surface, strictly);
    let mut taken = BTreeSet::new();
    let mut errors: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for operation in contract.operations() {
        let path = operation.path.split('#').next().unwrap_or_default();
        let mut found: Vec<(usize, &surface::SurfaceOperation)> = surface
            .operations
            .iter()
            .enumerate()
            .filter(|(_, candidate)| candidate.http_method == operation.method && candidate.path == path)
            .collect();
        // Operations that differ in the fragment of their path only differ in the id.
        if found.len() > 1 {
            let id = operation.id.as_deref();
            found.retain(|(_, candidate)| id == Some(&*candidate.contract_id));
        }
        let [(index, built)] = found.as_slice() else {
            walk.report(
                &operation.pointer,
                format!(
                    "{} {} has {} builders",
                    operation.method,
                    operation.path,
                    found.len()
                ),
            );
            continue;
        };
        taken.insert(*index);
        if strictly && operation.id.as_ref().is_some_and(|id| *id != built.contract_id) {
            walk.report(
                &operation.pointer,
                format!(
                    "the descriptor of {} says id {:?}",
                    built.builder, built.contract_id
                ),
            );
        }
        parameters(&operation, built, &mut walk, &mut comparison);
        bodies(&operation, built, &mut walk);
        answers::compare(contract, surface, &operation, built, &mut walk);
        if let Some(name) = built.error.as_ref().and_then(answers::enum_name) {
            let statuses = operation.responses.iter().map(|response| response.status.clone());
            errors.entry(name).or_default().extend(statuses);
        }
        comparison.operations.insert(operation.pointer);
    }
    answers::undeclared(surface, &errors, &mut walk);
    for (index, operation) in surface.operations.iter().enumerate() {
        if !taken.contains(&index) {
            walk.report(
                "crate:operations",
                format!("{} {} is in no contract", operation.http_method, operation.path),
            );
        }
    }
    if strictly {
        walk.report_invented();
    }
    (comparison.properties, comparison.values) = (walk.log.properties, walk.log.values);
    comparison.types = walk.log.types;
    comparison.findings = walk.log.findings.into_iter().collect();
    comparison
}

fn parameters(
    operation: &contract::ContractOperation,
    built: &surface::SurfaceOperation,
    walk: &mut Walk<'_>,
    comparison: &mut Comparison,
) {
    let mut known: BTreeMap<(&str, &str), &surface::SurfaceParameter> = BTreeMap::new();
    for parameter in &built.parameters {
        if known
            .insert((&parameter.location, &parameter.wire), parameter)
            .is_some()
        {
            walk.report(
                &operation.pointer,
                format!("{} has parameter {:?} twice", built.builder, parameter.wire),
            );
        }
    }
    for parameter in &operation.parameters {
        let Some(found) = known.remove(&(parameter.location.as_str(), parameter.name.as_str())) else {
            let what = format!(
                "{} has no parameter {:?} in {}",
                built.builder, parameter.name, parameter.location
            );
            walk.report(&parameter.pointer, what);
            continue;
        };
        comparison
            .parameters
            .insert(use_of(&operation.pointer, &parameter.location, &parameter.name));
        if found.required != (parameter.required || parameter.location == "path") {
            let what = format!(
                "{}: parameter {:?} is required in one place only",
                built.builder, parameter.name
            );
            walk.report(&parameter.pointer, what);
        }
        if kinds::is_compound(&found.ty)
            && kinds::style(found) != (parameter.style.to_string(), parameter.explode)
        {
            let what = format!(
                "{}: {:?} is written otherwise than {}, explode {}",
                built.builder, parameter.name, parameter.style, parameter.explode
            );
            walk.report(&parameter.pointer, what);
        }
        if let Some(schema) = &parameter.schema {
            walk.schema(schema, &RustPlace::of(&found.ty));
        }
    }
    for ((location, name), _) in known {
        if location != "path" || !operation.path.contains(&format!("{{{name}}}")) {
            walk.report(
                "crate:parameters",
                format!("{}: {name:?} in {location} is in no contract", built.builder),
            );
        }
    }
}

fn bodies(operation: &contract::ContractOperation, built: &surface::SurfaceOperation, walk: &mut Walk<'_>) {
    let pointer = contract::child(&operation.pointer, "requestBody");
    if !operation.bodies.is_empty() && built.body_required != operation.body_required {
        walk.report(
            &pointer,
            format!("{}: the body is required in one place only", built.builder),
        );
    }
    for (media_type, schema) in &operation.bodies {
        let found = built.bodies.iter().find(|body| body.media_type == *media_type);
        let Some(body) = found else {
            walk.report(&pointer, format!("{} takes no {media_type}", built.builder));
            continue;
        };
        let typed = !matches!(body.kind.as_str(), "text" | "raw");
        match schema {
            Some(schema) if typed => walk.schema(schema, &RustPlace::of(&body.ty)),
            Some(schema) => walk.opaque(schema),
            None => {}
        }
    }
    for body in &built.bodies {
        if !operation
            .bodies
            .iter()
            .any(|(media_type, _)| *media_type == body.media_type)
        {
            walk.report(
                &pointer,
                format!(
                    "{} takes {}, which no contract says",
                    built.builder, body.media_type
                ),
            );
        }
    }
}

#[cfg(test)]
mod tests;
