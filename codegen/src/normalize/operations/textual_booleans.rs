//! Turns `"true"` and `"false"` into booleans where OpenAPI requires a boolean: in operations,
//! parameters, bodies and headers. Any other text of `deprecated` means true.
//!
//! Before:
//! ```yaml
//! get: { deprecated: "use /lamps", parameters: [ { name: level, required: "false", explode: "True" } ] }
//! ```
//! After:
//! ```yaml
//! get: { deprecated: true, parameters: [ { name: level, required: false, explode: true } ] }
//! ```

use super::ledger::Ledger;
use super::places::{for_each_parameter, for_each_response, kind, place};
use crate::diagnostics::Notes;
use crate::document::{Document, Object, child, for_each_operation};
use serde_json::Value;

const MEMBERS: [&str; 5] = [
    "required",
    "deprecated",
    "allowEmptyValue",
    "allowReserved",
    "explode",
];

/// Runs the pass.
pub fn apply(document: &mut Document, notes: &mut Notes) {
    let mut ledger = Ledger::new("textual_booleans");
    for_each_operation(document, |at, _, _, operation| {
        mend(|| at.to_string(), operation, &["deprecated"], &mut ledger);
        if let Some(Value::Object(body)) = operation.get_mut("requestBody") {
            let here = place(body, || child(at, "requestBody"));
            mend(|| here.clone(), body, &["required"], &mut ledger);
        }
        for_each_response(at, operation, |at, _, response| {
            for (name, header) in response
                .get_mut("headers")
                .and_then(Value::as_object_mut)
                .into_iter()
                .flatten()
            {
                if let Value::Object(header) = header {
                    mend(
                        || child(&child(at, "headers"), name),
                        header,
                        &MEMBERS,
                        &mut ledger,
                    );
                }
            }
        });
    });
    for_each_parameter(document, |spot, parameter| {
        let here = if MEMBERS
            .iter()
            .any(|member| parameter.get(*member).is_some_and(|value| !value.is_boolean()))
        {
            spot.pointer(parameter)
        } else {
            return;
        };
        mend(|| here.clone(), parameter, &MEMBERS, &mut ledger);
    });
    ledger.write(notes);
}

fn mend(here: impl Fn() -> String, object: &mut Object, members: &[&str], ledger: &mut Ledger) {
    for member in members {
        let value = match object.get(*member) {
            None | Some(Value::Bool(_)) => continue,
            Some(Value::String(text)) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "yes" | "1" => Some(true),
                "false" | "no" | "0" | "" => Some(false),
                _ if *member == "deprecated" => Some(true),
                _ => None,
            },
            Some(Value::Number(number)) => Some(number.as_f64() != Some(0.0)),
            Some(_) => None,
        };
        if let Some(value) = value {
            object.insert((*member).to_string(), value.into());
        } else if let Some(old) = object.shift_remove(*member)
            && !old.is_null()
        {
            let what = format!("{member} is left out: it is {}", kind(&old));
            let why = "It must be true or false.";
            ledger.add(here(), what, why);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::run_infallible;
    use super::*;
    use serde_json::json;

    #[test]
    fn test_textual_booleans_become_booleans() {
        let (document, notes) = run_infallible(
            apply,
            json!({"paths": {"/a": {"get": {
                "deprecated": "use /b",
                "parameters": [{"name": "a", "required": "True", "explode": "no", "deprecated": 0, "allowReserved": null}],
                "requestBody": {"required": ["a"]},
                "responses": {"200": {"headers": {"H": {"required": "false"}}}}
            }}}}),
        );
        assert_eq!(
            document["paths"]["/a"]["get"],
            json!({
                "deprecated": true,
                "parameters": [{"name": "a", "required": true, "explode": false, "deprecated": false}],
                "requestBody": {},
                "responses": {"200": {"headers": {"H": {"required": false}}}}
            })
        );
        assert_eq!(
            notes,
            ["/paths/~1a/get/requestBody required is left out: it is a list"]
        );
    }
}
