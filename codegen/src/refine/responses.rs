//! Responses typed by status: one type where all successes agree, an enum by status elsewhere, errors always an enum.
//!
//! Operations whose declared errors are the same share one enum, so that a crate compiles it once.

use super::bodies::{self, Form};
use super::model::{Alternative, Outcome, Payload, Status, StatusResponse, Statuses};
use crate::diagnostics::Result;
use crate::generate::Types;
use crate::ir::Operation;
use heck::{ToSnakeCase, ToUpperCamelCase};
use std::collections::{BTreeSet, HashMap, HashSet};

/// The enums of responses met so far.
#[derive(Debug, Default)]
pub struct StatusEnums {
    all: Vec<Statuses>,
    by_responses: HashMap<Vec<StatusResponse>, usize>,
    names: HashSet<String>,
    /// Names of types and requests, which no enum of responses may have.
    others: HashSet<String>,
}

/// What an operation answers with.
#[derive(Debug)]
pub struct Answers {
    /// The success.
    pub success: Outcome,
    /// The enum of declared errors.
    pub error: Option<String>,
    /// The value of `Accept`.
    pub accept: String,
    /// Further forms of a success.
    pub alternatives: Vec<Alternative>,
}

/// Reads the responses of an operation.
///
/// # Errors
///
/// When the engine made no type for one of them.
pub fn answers(operation: &Operation, types: &Types, enums: &mut StatusEnums) -> Result<Answers> {
    let tag = operation.tag;
    let mut successes = Vec::new();
    let mut errors = Vec::new();
    let (mut accept, mut of_errors): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    let mut alternatives: Vec<Alternative> = Vec::new();
    let mut declared = operation.responses.iter();
    let declares_success = declared.any(|response| is_success(response.status));
    for response in &operation.responses {
        let status = response.status;
        let is_success = is_success(status) || status == Status::Default && !declares_success;
        let forms = bodies::response_forms(response, types)?;
        let payload = forms.first().map_or(Payload::Empty, |form| form.payload.clone());
        for (index, form) in forms.into_iter().enumerate() {
            let is_other = form.payload != payload;
            if !is_other && !accept.contains(&form.accept) {
                accept.push(form.accept.clone());
            }
            if !is_success && !is_other && !of_errors.contains(&form.accept) {
                of_errors.push(form.accept);
            } else if is_success && index > 0 && !form.accept.contains('*') {
                alternative(&mut alternatives, form);
            }
        }
        let response = StatusResponse {
            variant: variant(status),
            status,
            payload,
        };
        if is_success {
            successes.push(response);
        } else {
            errors.push(response);
        }
    }
    successes.sort_by_key(|response| response.status);
    errors.sort_by_key(|response| response.status);
    let success = match successes.as_slice() {
        [] => Outcome::One(Payload::Empty),
        [first, rest @ ..]
            if rest.iter().all(|other| other.payload == first.payload)
                && successes.iter().all(|response| !is_redirection(response.status)) =>
        {
            Outcome::One(first.payload.clone())
        }
        _ => Outcome::Several(enums.own(
            format!("{}Response", operation.name.to_upper_camel_case()),
            successes,
            tag,
        )),
    };
    let error = (!errors.is_empty()).then(|| enums.shared(errors, tag));
    for alternative in &mut alternatives {
        for media_type in &of_errors {
            if *media_type != alternative.accept {
                alternative.accept = format!("{}, {media_type}", alternative.accept);
            }
        }
    }
    Ok(Answers {
        success,
        error,
        accept: accept.join(", "),
        alternatives,
    })
}

/// Adds a form of a success that can be asked for, by a method that is called after its media type.
fn alternative(made: &mut Vec<Alternative>, form: Form) {
    let subtype = crate::ir::essence(&form.accept);
    let subtype = subtype.split_once('/').map_or("", |(_, subtype)| subtype);
    let words = subtype.replace(|character: char| !character.is_ascii_alphanumeric(), " ");
    let name = format!("send_as_{}", words.to_snake_case());
    let numbered = (2..).map(|number| format!("{name}_{number}"));
    let is_free = |name: &String| made.iter().all(|other| other.method != *name);
    if made.iter().all(|other| other.accept != form.accept)
        && let Some(method) = std::iter::once(name.clone()).chain(numbered).find(is_free)
    {
        made.push(Alternative {
            method,
            accept: form.accept,
            payload: form.payload,
        });
    }
}

impl StatusEnums {
    /// No enums, in a crate that has something else of these names.
    pub fn beside<'a>(names: impl IntoIterator<Item = &'a String>) -> Self {
        Self {
            others: names.into_iter().cloned().collect(),
            ..Self::default()
        }
    }

    /// The enums, by name.
    pub fn into_sorted(mut self) -> Vec<Statuses> {
        self.all.sort_by(|one, other| one.name.cmp(&other.name));
        self.all
    }

    fn own(&mut self, name: String, responses: Vec<StatusResponse>, tag: usize) -> String {
        let name = self.unique(name);
        self.all.push(Statuses {
            name: name.clone(),
            responses,
            tags: BTreeSet::from([tag]),
        });
        name
    }

    fn shared(&mut self, responses: Vec<StatusResponse>, tag: usize) -> String {
        if let Some(index) = self.by_responses.get(&responses) {
            let found = &mut self.all[*index];
            found.tags.insert(tag);
            return found.name.clone();
        }
        let parts: Vec<String> = responses.iter().map(|response| label(response.status)).collect();
        let mut name = format!("Error{}", parts.join("Or"));
        // Equal statuses may carry different bodies: the later ones say which.
        if self.names.contains(&name)
            && let Some(body) = responses.iter().find_map(|response| body_name(&response.payload))
        {
            name = format!("{name}With{body}");
        }
        let name = self.own(name, responses.clone(), tag);
        self.by_responses.insert(responses, self.all.len() - 1);
        name
    }

    /// The name itself, or with `ByStatus` where something else has it, and a number where another enum does.
    fn unique(&mut self, mut name: String) -> String {
        while self.others.contains(&name) {
            name.push_str("ByStatus");
        }
        let mut candidate = name.clone();
        let mut number = 2;
        while self.others.contains(&candidate) || !self.names.insert(candidate.clone()) {
            candidate = format!("{name}Variant{number}");
            number += 1;
        }
        candidate
    }
}

/// The name of the generated type that a response holds, if it holds one.
fn body_name(payload: &Payload) -> Option<String> {
    let (Payload::Json(ty) | Payload::Events(ty)) = payload else {
        return None;
    };
    let mut name = None;
    ty.generated(&mut |found| name = Some(found.to_string()));
    name
}

fn is_success(status: Status) -> bool {
    matches!(status, Status::Code(100..=399) | Status::Range(1..=3))
}

/// Whether the answer has to be named to be seen: a redirect that no response declares is followed.
fn is_redirection(status: Status) -> bool {
    matches!(status, Status::Code(300..=399) | Status::Range(3))
}

fn label(status: Status) -> String {
    match status {
        Status::Code(code) => code.to_string(),
        Status::Range(hundred) => format!("{hundred}Xx"),
        Status::Default => "Other".to_string(),
    }
}

/// The variant of a status, after its reason phrase in RFC 9110 and its kin.
fn variant(status: Status) -> String {
    let code = match status {
        Status::Default => return "Other".to_string(),
        Status::Range(hundred) => {
            let names = [
                "Informational",
                "Success",
                "Redirection",
                "ClientError",
                "ServerError",
            ];
            return names
                .get(usize::from(hundred).wrapping_sub(1))
                .copied()
                .unwrap_or("Other")
                .to_string();
        }
        Status::Code(code) => code,
    };
    REASONS
        .iter()
        .find(|(known, _)| *known == code)
        .map_or_else(|| format!("Status{code}"), |(_, reason)| (*reason).to_string())
}

/// Reason phrases as identifiers.
const REASONS: [(u16, &str); 46] = [
    (200, "Ok"),
    (201, "Created"),
    (202, "Accepted"),
    (203, "NonAuthoritativeInformation"),
    (204, "NoContent"),
    (205, "ResetContent"),
    (206, "PartialContent"),
    (207, "MultiStatus"),
    (300, "MultipleChoices"),
    (301, "MovedPermanently"),
    (302, "Found"),
    (303, "SeeOther"),
    (304, "NotModified"),
    (307, "TemporaryRedirect"),
    (308, "PermanentRedirect"),
    (400, "BadRequest"),
    (401, "Unauthorized"),
    (402, "PaymentRequired"),
    (403, "Forbidden"),
    (404, "NotFound"),
    (405, "MethodNotAllowed"),
    (406, "NotAcceptable"),
    (407, "ProxyAuthenticationRequired"),
    (408, "RequestTimeout"),
    (409, "Conflict"),
    (410, "Gone"),
    (411, "LengthRequired"),
    (412, "PreconditionFailed"),
    (413, "ContentTooLarge"),
    (414, "UriTooLong"),
    (415, "UnsupportedMediaType"),
    (416, "RangeNotSatisfiable"),
    (417, "ExpectationFailed"),
    (421, "MisdirectedRequest"),
    (422, "UnprocessableContent"),
    (423, "Locked"),
    (424, "FailedDependency"),
    (426, "UpgradeRequired"),
    (428, "PreconditionRequired"),
    (429, "TooManyRequests"),
    (431, "RequestHeaderFieldsTooLarge"),
    (500, "InternalServerError"),
    (501, "NotImplemented"),
    (502, "BadGateway"),
    (503, "ServiceUnavailable"),
    (504, "GatewayTimeout"),
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::generate::generate;
    use crate::lower::lower;
    use serde_json::{Value, json};

    fn answers_of(responses: &Value) -> (Answers, StatusEnums) {
        let document = json!({"paths": {"/x": {"get": {"operationId": "x", "responses": responses}}}});
        let api = lower(&document, &crate::origins::Origins::default()).unwrap();
        let types = generate(&api).unwrap();
        let mut enums = StatusEnums::default();
        let found = answers(&api.operations[0], &types, &mut enums).unwrap();
        (found, enums)
    }

    fn json_of(ty: &str) -> Value {
        json!({"content": {"application/json": {"schema": {"type": ty}}}})
    }

    #[test]
    fn test_answers_gives_one_type_when_successes_agree() {
        let (found, _) = answers_of(&json!({"200": json_of("string"), "201": json_of("string")}));
        assert!(matches!(found.success, Outcome::One(Payload::Json(_))));
        assert!(found.error.is_none());
    }

    #[test]
    fn test_answers_gives_an_enum_when_successes_differ() {
        let (found, enums) = answers_of(&json!({"200": json_of("string"), "204": {}}));
        assert_eq!(found.success, Outcome::Several("XResponse".into()));
        let variants: Vec<String> = enums.into_sorted()[0]
            .responses
            .iter()
            .map(|r| r.variant.clone())
            .collect();
        assert_eq!(variants, ["Ok", "NoContent"]);
    }

    #[test]
    fn test_answers_takes_default_for_an_error_beside_a_success() {
        let (found, enums) =
            answers_of(&json!({"default": json_of("boolean"), "200": {}, "404": json_of("string")}));
        assert_eq!(found.error.as_deref(), Some("Error404OrOther"));
        assert_eq!(enums.into_sorted()[0].responses.len(), 2);
    }

    #[test]
    fn test_shared_enums_are_made_once_and_never_mixed_up() {
        let mut enums = StatusEnums::default();
        let response = |payload| {
            vec![StatusResponse {
                variant: "NotFound".into(),
                status: Status::Code(404),
                payload,
            }]
        };
        let first = enums.shared(response(Payload::Text), 0);
        assert_eq!(enums.shared(response(Payload::Text), 1), first);
        assert_ne!(enums.shared(response(Payload::Empty), 1), first);
    }
}
