//! A crate of as much of a contract as can be generated, and a draft of the overlay that leaves the rest out.
//!
//! For contracts that are met for the first time: each error is pinned to its operation or schema, which is taken out, and the
//! road is taken again. What a maintainer gets is a crate that compiles, and a list of what is to be repaired. This module
//! knows places and overlays; it knows no cause of an error.

use crate::diagnostics::{Error, Result, Station};
use crate::diff::locate;
use crate::document::METHODS;
use crate::pipeline::{self, Generated, Input};
use serde_json::Value;
use std::fmt::Write;

/// What an overlay that is drafted is called.
pub const OVERLAY: &str = "overlay.yaml";

/// How many things are taken out before it is the contract that is refused.
const MOST: usize = 200;

/// What could be generated.
#[derive(Clone, Debug)]
pub struct Salvaged {
    /// The crate.
    pub generated: Generated,
    /// What could not be generated, with the places of the operations and schemas that were taken out.
    pub repairs: Vec<Repair>,
    /// The overlay that takes them out; none where nothing is wrong.
    pub overlay: Option<String>,
}

/// A part of a contract that cannot be generated.
#[derive(Clone, Debug)]
pub struct Repair {
    /// Why.
    pub error: Error,
    /// The JSON pointer of the operation or schema at fault.
    pub pointer: String,
}

/// Generates what can be generated of a contract without an overlay.
///
/// # Errors
///
/// The error that cannot be pinned to an operation or a schema, or that stays when that is taken out.
pub fn salvage(input: &Input<'_>) -> Result<Salvaged> {
    let contract = pipeline::contract(input)?;
    let mut api = input.api.clone();
    let mut repairs: Vec<Repair> = Vec::new();
    loop {
        let overlay = (!repairs.is_empty()).then(|| overlay(&api.name, &repairs));
        api.overlay = overlay.is_some().then(|| OVERLAY.to_string());
        let attempt = Input {
            api: &api,
            contract: input.contract.clone(),
            overlay: overlay.clone(),
            history: input.history.clone(),
        };
        match pipeline::generate(&attempt) {
            Ok(generated) => {
                return Ok(Salvaged {
                    generated,
                    repairs,
                    overlay,
                });
            }
            Err(error) => {
                let pointer = at_fault(&contract, &error).filter(|pointer| {
                    repairs.len() < MOST && !repairs.iter().any(|repair| repair.pointer == *pointer)
                });
                let Some(pointer) = pointer else {
                    return Err(error);
                };
                repairs.push(Repair { error, pointer });
            }
        }
    }
}

/// The place in the contract of the operation or schema that an error is about.
fn at_fault(contract: &Value, error: &Error) -> Option<String> {
    if matches!(
        error.station,
        Station::Catalogue | Station::Load | Station::Overlay
    ) {
        return None;
    }
    let tokens: Vec<&str> = error.pointer.split('/').skip(1).collect();
    let length = match tokens.as_slice() {
        ["paths", _, method, ..] if METHODS.contains(method) => 3,
        ["components", "schemas", _, ..] => 3,
        ["paths" | "definitions", _, ..] => 2,
        _ => return None,
    };
    let pointer = tokens[..length]
        .iter()
        .fold(String::new(), |pointer, token| format!("{pointer}/{token}"));
    let place = locate(contract, &pointer);
    // A name that was made on the road has no place of its own.
    let is_there = contract.pointer(&place).is_some() && place.matches('/').count() >= 2;
    is_there.then_some(place)
}

/// The overlay that takes out what cannot be generated. A schema is replaced by one that takes any value.
fn overlay(name: &str, repairs: &[Repair]) -> String {
    let quoted = |text: &str| Value::String(text.to_string()).to_string();
    let mut text = format!("overlay: 1.0.0\ninfo:\n  title: Repairs of {name}\n  version: 1.0.0\nactions:\n");
    for Repair { error, pointer } in repairs {
        let help = match error.help.as_str() {
            "" => String::new(),
            help => format!(" ({help})"),
        };
        let why = quoted(&format!("Left out until it is repaired: {}{help}", error.message));
        let _ = write!(
            text,
            "  - target: {}\n    description: {why}\n    remove: true\n",
            quoted(&path(pointer))
        );
        if let Some((parent, schema)) = pointer
            .rsplit_once('/')
            .filter(|(parent, _)| !parent.starts_with("/paths"))
        {
            let schema = quoted(&unescaped(schema));
            let _ = write!(
                text,
                "  - target: {}\n    description: {why}\n    update: {{{schema}: {{description: Any value.}}}}\n",
                quoted(&path(parent))
            );
        }
    }
    text
}

/// A JSON pointer as a JSONPath.
fn path(pointer: &str) -> String {
    pointer.split('/').skip(1).fold("$".to_string(), |path, token| {
        let name = unescaped(token).replace('\\', "\\\\").replace('\'', "\\'");
        format!("{path}['{name}']")
    })
}

fn unescaped(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use crate::diff::History;
    use std::collections::BTreeMap;

    fn salvaged(contract: &str) -> Result<Salvaged> {
        let catalogue = Catalogue::parse(
            "[[api]]\nname = 'lamps-v1'\ntitle = 'Lamps'\nvendor = 'Lamps'\ncontract = 'openapi.yaml'\n\
             documentation = 'https://docs.example/'\nsource = 'described by us'\nauthentication = 'none'\n",
        )?;
        salvage(&Input {
            api: &catalogue.apis[0],
            contract: BTreeMap::from([("openapi.yaml".to_string(), contract.to_string())]),
            overlay: None,
            history: History::default(),
        })
    }

    #[test]
    fn test_operation_that_cannot_be_generated_is_left_out_with_its_reason() {
        let salvaged = salvaged(
            "openapi: 3.0.3\ninfo: {title: Lamps, version: '1'}\npaths:\n  /lamps:\n    get: {operationId: list, responses: {'204': {description: Done}}}\n  \
             lamps:\n    get: {operationId: all, responses: {'204': {description: Done}}}\n",
        )
        .unwrap();
        let places: Vec<&str> = salvaged
            .repairs
            .iter()
            .map(|repair| repair.pointer.as_str())
            .collect();
        assert_eq!(places, ["/paths/lamps/get"], "{:?}", salvaged.repairs);
        assert_eq!(salvaged.generated.summary.operations, 1);
        assert!(
            salvaged
                .overlay
                .unwrap()
                .contains("- target: \"$['paths']['lamps']['get']\"\n")
        );
    }

    #[test]
    fn test_schema_that_cannot_be_generated_takes_any_value() {
        let contract = serde_json::json!({"definitions": {"it's/A": {"properties": {"a": {}}}}});
        let error = Error::new(
            Station::Generate,
            "/components/schemas/it's~1A/properties/a",
            "no",
        )
        .help("simplify it");
        let pointer = at_fault(&contract, &error).unwrap();
        assert_eq!(pointer, "/definitions/it's~1A");
        let text = overlay("lamps", &[Repair { error, pointer }]);
        let mut document = contract;
        crate::overlay::apply(&mut document, &text).unwrap();
        assert_eq!(
            document,
            serde_json::json!({"definitions": {"it's/A": {"description": "Any value."}}})
        );
    }

    #[test]
    fn test_contract_without_faults_needs_no_overlay() {
        let salvaged = salvaged(
            "openapi: 3.0.3\ninfo: {title: Lamps, version: '1'}\npaths: {/a: {get: {responses: {'204': {description: Done}}}}}\n",
        );
        assert_eq!(salvaged.unwrap().overlay, None);
    }

    #[test]
    fn test_error_that_belongs_to_no_operation_or_schema_is_given_back() {
        assert_eq!(salvaged("{").unwrap_err().station, Station::Load);
    }
}
