//! Values of a contract in the form of a command line and of a server.

use crate::judging::Expected;
use lorgnette_runtime::chrono::{DateTime, SecondsFormat, Utc};
use lorgnette_runtime::commands::{Command, Kind, Response as Gives};
use lorgnette_tests::contract::{Contract, ContractOperation, ContractResponse};
use lorgnette_tests::json_schema::{Schemas, objections};
use lorgnette_tests::server::CannedResponse;
use lorgnette_tests::values::{Maker, Manner, Side};
use serde_json::Value;
use std::collections::BTreeMap;

/// The environment variable of secrets, since secrets are not arguments.
pub const SECRET: &str = "c4nary-s3cret";

/// The values of one call.
pub struct Given {
    /// Parameters, by location and name.
    pub parameters: BTreeMap<(String, String), Value>,
    /// The media type of the body, and its value.
    pub body: Option<(String, Value)>,
}

/// Values for the parameters and for the body at `body`.
pub fn given(
    (contract, schemas): (&Contract, &Schemas),
    operation: &ContractOperation,
    manner: Manner,
    body: usize,
) -> Result<Given, String> {
    let mut maker = Maker::new(contract, manner, Side::Request)
        .within_javascript()
        .checked_by(schemas);
    let mut parameters = BTreeMap::new();
    for parameter in &operation.parameters {
        let reserved = ["accept", "content-type", "authorization"];
        let is_reserved =
            parameter.location == "header" && reserved.contains(&&*parameter.name.to_lowercase());
        let is_required = parameter.required || parameter.location == "path";
        if is_reserved || (manner == Manner::Least && !is_required) {
            continue;
        }
        let value = parameter
            .schema
            .as_ref()
            .and_then(|schema| maker.parameter(schema));
        match value {
            Some(value) => {
                parameters.insert((parameter.location.clone(), parameter.name.clone()), value);
            }
            None if is_required => return Err(format!("{} has no value", parameter.pointer)),
            None => {}
        }
    }
    let wanted = manner != Manner::Least || operation.body_required;
    let body = operation.bodies.get(body).filter(|_| wanted);
    let body = body.and_then(|(media_type, schema)| Some((media_type.clone(), schema.as_ref()?)));
    let body = match body {
        Some((media_type, schema)) => match maker.value(schema) {
            Some(value) => Some((media_type, value)),
            None => return Err(format!("{schema} has no value")),
        },
        None => None,
    };
    Ok(Given { parameters, body })
}

/// A value of a parameter, as users type it.
pub fn words(kind: Kind, value: &Value) -> String {
    match (kind, value) {
        (Kind::Secret, _) => "env:JUDGED_SECRET".to_owned(),
        // Text that is JSON of another kind has quotation marks.
        (Kind::Any, value) => value.to_string(),
        (_, Value::String(text)) => text.clone(),
        (_, value) => value.to_string(),
    }
}

/// The value that the program makes of it: times are in UTC.
pub fn normal(kind: Kind, value: &Value) -> Value {
    match (kind, value.as_str()) {
        (Kind::Secret, _) => SECRET.into(),
        (Kind::DateTime, Some(text)) => match DateTime::parse_from_rfc3339(text) {
            Ok(time) => {
                let time = time.with_timezone(&Utc);
                time.to_rfc3339_opts(SecondsFormat::AutoSi, true).into()
            }
            Err(_) => value.clone(),
        },
        (Kind::Uuid, Some(text)) => text.to_lowercase().into(),
        _ => value.clone(),
    }
}

/// A response, and the expected output of the program.
pub struct Answered {
    /// The response of the server.
    pub reply: CannedResponse,
    /// The output of the program.
    pub expected: Expected,
}

/// A success that the contract declares, of the kind that the command returns.
pub fn answer(
    (contract, schemas): (&Contract, &Schemas),
    operation: &ContractOperation,
    command: &Command,
) -> Answered {
    let is_success =
        |response: &&ContractResponse| response.status.starts_with('2') || response.status == "default";
    let status = |response: &ContractResponse| response.status.replace("XX", "00").parse().unwrap_or(200);
    let json = |content: &&(String, Option<String>)| content.0.ends_with("json");
    let made = |schema: Option<&String>| {
        let Some(schema) = schema else {
            return Value::from("anything");
        };
        let validator = schemas.validator(schema).unwrap();
        let values = [Manner::All, Manner::Least, Manner::Low].map(|manner| {
            let mut maker = Maker::new(contract, manner, Side::Answer).checked_by(schemas);
            maker.value(schema)
        });
        let mut values = values.into_iter().flatten();
        let value = values.find(|value| objections(&validator, value).is_empty());
        value.unwrap_or_else(|| panic!("{schema} has no value"))
    };
    let declared = operation.responses.iter().filter(is_success);
    match command.response {
        Gives::Nothing => Answered {
            reply: CannedResponse::empty(declared.map(status).next().unwrap_or(204)),
            expected: Expected::Json(Vec::new()),
        },
        Gives::Redirect => Answered {
            reply: CannedResponse::empty(302).header("location", "https://example.com/a"),
            expected: Expected::Json(vec!["https://example.com/a".into()]),
        },
        Gives::Json(_) => {
            let mut declared = declared;
            let found = declared.find_map(|response| {
                let (_, schema) = response.contents.iter().find(json)?;
                Some((status(response), made(schema.as_ref())))
            });
            let (status, value) = found.unwrap_or_else(|| (200, Value::from("anything")));
            Answered {
                reply: CannedResponse::json(status, &value.to_string()),
                expected: Expected::Json(vec![value]),
            }
        }
        Gives::Text => Answered {
            reply: CannedResponse::new(200, "text/plain", "a text\n"),
            expected: Expected::Text("a text\n".to_owned()),
        },
        Gives::Bytes => Answered {
            reply: CannedResponse::new(200, "application/octet-stream", "bytes \u{1} of a file"),
            expected: Expected::Text("bytes \u{1} of a file".to_owned()),
        },
        Gives::Events(_) => Answered {
            reply: CannedResponse::new(200, "text/event-stream", "data: {\"a\":1}\n\ndata: [2]\n\n"),
            expected: Expected::Json(vec![serde_json::json!({"a": 1}), serde_json::json!([2])]),
        },
        Gives::Lines(_) => Answered {
            reply: CannedResponse::new(200, "application/x-ndjson", "{\"a\":1}\n[2]\n"),
            expected: Expected::Json(vec![serde_json::json!({"a": 1}), serde_json::json!([2])]),
        },
    }
}
