//! The rounds of an operation: the values with which it is called, and the requested response.
//!
//! Values come from the contract alone.

use crate::given::Given;
use lorgnette_tests::contract::{Contract, ContractOperation, ContractResponse};
use lorgnette_tests::json_schema::Schemas;
use lorgnette_tests::values::{Maker, Manner, Side};
use serde_json::Value;
use std::collections::BTreeMap;

/// Seeds for random values and responses.
pub const SEEDS: [u64; 3] = [1, 2, 3];

/// A call that is to be made.
#[derive(Clone)]
pub struct Round {
    /// The name of the round in messages.
    pub name: String,
    /// The subject of the round.
    pub kind: RoundKind,
    /// The values, or the reason why there are none.
    pub given: Result<Given, String>,
    /// The declared statuses that the response may have.
    pub expected: Vec<String>,
}

/// The subject of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RoundKind {
    /// The request: each round has different values.
    Request,
    /// The response: each round has a different success.
    Answer,
    /// A declared error.
    Error,
}

/// All rounds of an operation.
pub fn rounds(contract: &Contract, schemas: &Schemas, operation: &ContractOperation) -> Vec<Round> {
    let success = |response: &&ContractResponse| is_success(&response.status);
    let successes: Vec<&ContractResponse> = operation.responses.iter().filter(success).collect();
    let statuses: Vec<String> = successes.iter().map(|response| response.status.clone()).collect();
    let mut rounds = Vec::new();
    let mut add = |name: String, kind, given, expected| {
        rounds.push(Round {
            name,
            kind,
            given,
            expected,
        });
    };
    let manners = [Manner::Least, Manner::All, Manner::Low, Manner::High];
    let manners = manners.into_iter().chain(SEEDS.map(Manner::Random));
    for manner in manners {
        for index in 0..operation.bodies.len().max(1) {
            let given = given((contract, schemas), operation, manner, index);
            let name = format!("{manner:?} body {index}").to_lowercase();
            add(name, RoundKind::Request, given, statuses.clone());
        }
    }
    let all = given((contract, schemas), operation, Manner::All, 0);
    let mut ask = |kind, response: &ContractResponse, wish: String| {
        let prefer = format!("code={}{wish}", code(&response.status, operation));
        let given = all.clone().map(|given| Given {
            prefer: prefer.clone(),
            ..given
        });
        add(prefer, kind, given, vec![response.status.clone()]);
    };
    for response in successes {
        ask(RoundKind::Answer, response, String::new());
        for seed in SEEDS {
            ask(
                RoundKind::Answer,
                response,
                format!(", dynamic=true, seed={seed}"),
            );
        }
    }
    for response in operation.responses.iter().filter(|response| !success(response)) {
        ask(RoundKind::Error, response, String::new());
        for seed in SEEDS {
            ask(RoundKind::Error, response, format!(", dynamic=true, seed={seed}"));
        }
    }
    rounds
}

/// Whether a response with this status is not an error; a declared redirect or change of protocol
/// is the requested response.
pub fn is_success(status: &str) -> bool {
    status.starts_with(['1', '2', '3'])
}

/// A status that matches a declaration of the contract.
pub fn code(status: &str, operation: &ContractOperation) -> String {
    let is_declared = |code: &&str| {
        operation
            .responses
            .iter()
            .any(|response| response.status == **code)
    };
    match status {
        "default" => {
            let others = ["500", "418", "599", "499"];
            others
                .into_iter()
                .find(|code| !is_declared(code))
                .unwrap_or("598")
                .to_owned()
        }
        range => range.replace("XX", "99"),
    }
}

/// Values for all requested parameters, and a body of the media type at `body`.
pub fn given(
    (contract, schemas): (&Contract, &Schemas),
    operation: &ContractOperation,
    manner: Manner,
    body: usize,
) -> Result<Given, String> {
    // Prism rejects numbers that it cannot represent; the round trips cover those.
    let mut maker = Maker::new(contract, manner, Side::Request)
        .within_javascript()
        .checked_by(schemas);
    let mut parameters = BTreeMap::new();
    for parameter in &operation.parameters {
        // OpenAPI requires such parameters to be ignored.
        let reserved = ["accept", "content-type", "authorization"];
        let is_reserved =
            parameter.location == "header" && reserved.contains(&&*parameter.name.to_lowercase());
        let is_required = parameter.required || parameter.location == "path";
        if is_reserved || (manner == Manner::Least && !is_required) {
            continue;
        }
        let value = parameter.schema.as_ref().map(|schema| maker.parameter(schema));
        match value {
            Some(Some(value)) => {
                parameters.insert((parameter.location.clone(), parameter.name.clone()), value);
            }
            Some(None) if is_required => return Err(format!("{} has no value", parameter.pointer)),
            _ => {}
        }
    }
    let wanted = manner != Manner::Least || operation.body_required;
    let body = operation.bodies.get(body).filter(|_| wanted);
    let body = body.and_then(|(media_type, schema)| Some((media_type.clone(), schema.as_ref()?)));
    let body = match body {
        Some((media_type, schema)) => match content(&mut maker, &media_type, schema) {
            // An optional body is left out if it may be null.
            Some(Value::Null) if !operation.body_required => None,
            Some(value) => Some((media_type, value)),
            None => return Err(format!("{schema} has no value")),
        },
        None => None,
    };
    Ok(Given {
        parameters,
        body,
        prefer: String::new(),
    })
}

/// A value for a body.
fn content(maker: &mut Maker<'_>, media_type: &str, schema: &str) -> Option<Value> {
    let is_object = ["json", "form"].iter().any(|kind| media_type.contains(kind));
    // Empty text is not a body.
    if is_object {
        maker.value(schema)
    } else {
        maker.parameter(schema)
    }
}
