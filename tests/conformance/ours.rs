//! Our own responses for operations that Prism cannot serve: streams, files, and schemas for which
//! its examples are invalid.
//!
//! A server in this process gives responses that are made from the contract and accepted by a JSON
//! Schema validator.

use crate::apis;
use crate::documents::Documents;
use crate::judged::{RoundVerdict, verdict};
use crate::rounds::{self, Round, RoundKind, SEEDS};
use lorgnette_tests::contract::{ContractOperation, ContractResponse};
use lorgnette_tests::json_schema::{Schemas, objections};
use lorgnette_tests::server::{ApiServer, CannedResponse};
use lorgnette_tests::surface::{self, Surface};
use lorgnette_tests::values::{Maker, Manner, Side};
use serde_json::Value;

/// The results of the responses to one operation.
#[derive(Default)]
pub struct Answered {
    /// The number of responses.
    pub count: usize,
    /// The faults, by round.
    pub faults: Vec<(String, RoundVerdict)>,
}

/// Gives an operation responses with values of every kind for every status that it declares.
pub async fn judge(
    server: &ApiServer,
    call: &apis::ClientOperation,
    declared: &ContractOperation,
    (documents, schemas): (&Documents, &Schemas),
    (surface, built): (&Surface, &surface::SurfaceOperation),
) -> Answered {
    let mut answered = Answered::default();
    let given = rounds::given((&documents.values, schemas), declared, Manner::All, 0);
    for response in &declared.responses {
        let status = rounds::code(&response.status, declared);
        let kind = if rounds::is_success(&response.status) {
            RoundKind::Answer
        } else {
            RoundKind::Error
        };
        let mut asked = response.clone();
        // Other methods ask for the other forms.
        asked.contents.retain(|(media_type, _)| {
            let mut forms = built.forms.iter().filter(|form| form.is_of(media_type));
            kind == RoundKind::Error || forms.all(|form| form.payload == built.success)
        });
        let bodies = bodies(documents, schemas, &asked);
        if bodies.is_empty() {
            let why = "the contract allows no value that could be made".to_owned();
            answered
                .faults
                .push((format!("our {status}"), RoundVerdict::NoResponse(why)));
        }
        for (name, answer) in bodies {
            let round = Round {
                name: format!("our {status} {name}"),
                kind,
                given: given.clone(),
                expected: vec![response.status.clone()],
            };
            server.add(answer(status.parse().unwrap_or(500)));
            let seen = match round.given.clone() {
                Ok(given) => (call.send)(given).await,
                Err(why) => Err(why),
            };
            // If no request was made, the response must not go to the next one.
            server.forget();
            answered.count += 1;
            match verdict(&round, &seen, surface, built) {
                RoundVerdict::Passed => {}
                other => answered.faults.push((round.name, other)),
            }
        }
    }
    answered
}

/// The maker of responses with a status.
type Make = Box<dyn Fn(u16) -> CannedResponse + Send>;

/// Bodies that the contract allows for a response, with a name for each.
fn bodies(documents: &Documents, schemas: &Schemas, response: &ContractResponse) -> Vec<(String, Make)> {
    let mut bodies: Vec<(String, Make)> = Vec::new();
    if response.contents.is_empty() {
        bodies.push(("without body".to_owned(), Box::new(CannedResponse::empty)));
    }
    for (media_type, schema) in &response.contents {
        let is_json = media_type == "application/json" || media_type.ends_with("+json");
        let is_events = media_type == "text/event-stream";
        if !is_json && !is_events {
            let media_type = media_type.clone();
            let bytes = b"\x00\xff raw \r\n\r\n".to_vec();
            bodies.push((
                media_type.clone(),
                Box::new(move |status| CannedResponse::new(status, &media_type, bytes.clone())),
            ));
            continue;
        }
        for (name, value) in values(documents, schemas, schema.as_deref()) {
            let text = if is_events {
                format!("data: {value}\n\ndata: {value}\n\n")
            } else {
                value.to_string()
            };
            let media_type = media_type.clone();
            bodies.push((
                name,
                Box::new(move |status| CannedResponse::new(status, &media_type, text.clone())),
            ));
        }
    }
    bodies
}

/// Values of a schema that a validator accepts.
fn values(documents: &Documents, schemas: &Schemas, schema: Option<&str>) -> Vec<(String, Value)> {
    let Some(schema) = schema else {
        return vec![("anything".to_owned(), Value::from("anything"))];
    };
    let validator = schemas.validator(schema).unwrap();
    let manners = [Manner::Least, Manner::All, Manner::Low, Manner::High];
    let manners = manners.into_iter().chain(SEEDS.map(Manner::Random));
    let made = manners.filter_map(|manner| {
        let value = Maker::new(&documents.values, manner, Side::Answer)
            .checked_by(schemas)
            .value(schema)?;
        objections(&validator, &value)
            .is_empty()
            .then(|| (format!("{manner:?}").to_lowercase(), value))
    });
    made.collect()
}
