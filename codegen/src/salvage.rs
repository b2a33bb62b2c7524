//! Drafts an overlay that leaves out the parts of a contract that cannot be generated.
//!
//! It is used for new contracts: maintainers find the parts that the last resort left out in an
//! overlay, and can repair them.

use crate::diagnostics::Result;
use crate::document::{json_path, unescaped};
use crate::last_resort::LeftOut;
use crate::pipeline::{self, Generated, Input};
use crate::text::{LONG, line, yaml};
use serde_json::Value;
use std::fmt::Write;

/// The name of a drafted overlay.
pub const OVERLAY: &str = "overlay.yaml";

/// The generated crate.
#[derive(Clone, Debug)]
pub struct Salvaged {
    /// The crate.
    pub generated: Generated,
    /// The parts that could not be generated, with the places of the operations and schemas that
    /// were removed.
    pub repairs: Vec<LeftOut>,
    /// The overlay that removes them; `None` if there is no fault.
    pub overlay: Option<String>,
}

/// Generates as much as possible from a contract without an overlay.
///
/// # Errors
///
/// The error that cannot be attributed to an operation or a schema, or that remains when that part
/// is removed.
pub fn salvage(input: &Input<'_>) -> Result<Salvaged> {
    let generated = pipeline::generate(input)?;
    let repairs = generated.left_out.clone();
    if repairs.is_empty() {
        return Ok(Salvaged {
            generated,
            repairs,
            overlay: None,
        });
    }
    let mut api = input.api.clone();
    api.overlay = Some(OVERLAY.to_string());
    let overlay = overlay(&api.name, &repairs);
    let generated = pipeline::generate(&Input {
        api: &api,
        contract: input.contract.clone(),
        overlay: Some(overlay.clone()),
        history: input.history.clone(),
    })?;
    Ok(Salvaged {
        generated,
        repairs,
        overlay: Some(overlay),
    })
}

/// The overlay that takes out what cannot be generated. A schema is replaced by one that accepts
/// any value.
fn overlay(name: &str, repairs: &[LeftOut]) -> String {
    let mut text = format!("overlay: 1.0.0\ninfo:\n  title: Repairs of {name}\n  version: 1.0.0\nactions:\n");
    for LeftOut { error, pointer } in repairs {
        let help = match error.help.as_str() {
            "" => String::new(),
            help => format!(" ({help})"),
        };
        let why = format!("Left out until it is repaired: {}{help}", error.message);
        let why = yaml(&line(&why, LONG));
        let _ = write!(
            text,
            "  - target: {}\n    description: {why}\n    remove: true\n",
            yaml(&json_path(&Value::Null, pointer))
        );
        if let Some((parent, schema)) = pointer
            .rsplit_once('/')
            .filter(|(parent, _)| !parent.starts_with("/paths"))
        {
            let schema = yaml(&unescaped(schema));
            let _ = write!(
                text,
                "  - target: {}\n    description: {why}\n    update: {{{schema}: {{description: Any value.}}}}\n",
                yaml(&json_path(&Value::Null, parent))
            );
        }
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use crate::diagnostics::{Error, Station};
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
            "openapi: 3.0.3\ninfo: {title: Lamps, version: '1'}\npaths:\n  /all:\n    get: {operationId: all, responses: {'204': {description: Done}}}\n  \
             /lamps: {$ref: '#/info/title'}\n",
        )
        .unwrap();
        let places: Vec<&str> = salvaged
            .repairs
            .iter()
            .map(|repair| repair.pointer.as_str())
            .collect();
        assert_eq!(places, ["/paths/~1lamps"], "{:?}", salvaged.repairs);
        assert_eq!(salvaged.generated.summary.operations, 1);
        assert!(
            salvaged
                .overlay
                .unwrap()
                .contains("- target: \"$['paths']['/lamps']\"\n")
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
        let pointer = "/definitions/it's~1A".to_string();
        let text = overlay("lamps", &[LeftOut { error, pointer }]);
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
