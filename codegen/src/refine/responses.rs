//! Types responses by status: one type if all successes agree, otherwise an enum by status, and
//! always an enum for errors.
//!
//! Operations whose declared errors do not contradict each other share one enum, so that a crate
//! compiles it once.

use super::model::{Alternative, Outcome, Payload, Status, StatusResponse, Statuses};
use super::{alternatives, bodies};
use crate::diagnostics::Result;
use crate::generate::Types;
use crate::ir::Operation;
use heck::ToUpperCamelCase;
use std::collections::{BTreeSet, HashMap, HashSet};

/// The enums of responses found so far.
#[derive(Debug, Default)]
pub struct StatusEnums {
    all: Vec<Statuses>,
    /// The enums of declared errors.
    errors: Vec<usize>,
    /// The operations whose errors keep a published name, by place.
    kept: HashMap<String, usize>,
    names: HashSet<String>,
    /// Names of types and requests, which no enum of responses may have.
    others: HashSet<String>,
}

/// The name of the enum of declared errors.
pub const ERRORS: &str = "DeclaredError";

/// The responses of an operation.
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
/// When the engine created no type for one of the errors.
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
            let accepted = if is_success { &mut accept } else { &mut of_errors };
            if !is_other && !accepted.contains(&form.accept) {
                accepted.push(form.accept.clone());
            }
            // A range that is read as the usual form needs no separate method.
            if is_success && index > 0 && (is_other || !form.accept.contains('*')) {
                alternatives::add(&mut alternatives, form);
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
    let place = operation.provenance.pointer();
    let error = (!errors.is_empty()).then(|| match enums.kept.get(place) {
        Some(index) => enums.all[*index].name.clone(),
        None => enums.shared(&errors, tag),
    });
    alternatives::accept_errors(&mut accept, &mut alternatives, of_errors);
    Ok(Answers {
        success,
        error,
        accept: accept.join(", "),
        alternatives,
    })
}

/// The declared errors of an operation, by status.
///
/// # Errors
///
/// When the engine created no type for one of the errors.
pub fn declared_errors(operation: &Operation, types: &Types) -> Result<Vec<StatusResponse>> {
    let mut declared = operation.responses.iter();
    let declares_success = declared.any(|response| is_success(response.status));
    let mut errors = Vec::new();
    for response in &operation.responses {
        let status = response.status;
        if is_success(status) || status == Status::Default && !declares_success {
            continue;
        }
        let first = bodies::response_forms(response, types)?.into_iter().next();
        errors.push(StatusResponse {
            variant: variant(status),
            status,
            payload: first.map_or(Payload::Empty, |form| form.payload),
        });
    }
    errors.sort_by_key(|response| response.status);
    Ok(errors)
}

impl StatusEnums {
    /// No enums yet; the crate already uses these names for other items.
    pub fn beside<'a>(names: impl IntoIterator<Item = &'a String>) -> Self {
        Self {
            others: names.into_iter().cloned().collect(),
            ..Self::default()
        }
    }

    /// Whether there are no enums yet.
    pub const fn is_empty(&self) -> bool {
        self.all.is_empty()
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

    /// The enum of an operation's declared errors: the first that agrees on all of its statuses,
    /// including those without a separate variant.
    pub fn shared(&mut self, responses: &[StatusResponse], tag: usize) -> String {
        let fitting = self
            .errors
            .iter()
            .find(|index| fits(&self.all[**index].responses, responses));
        if let Some(index) = fitting {
            return self.join(*index, responses, tag);
        }
        let first = self.errors.first().map(|index| &self.all[*index].responses);
        let names = first.map_or_else(|| vec![ERRORS.to_string()], |first| differences(first, responses));
        let is_free = |name: &&String| !self.others.contains(*name) && !self.names.contains(*name);
        let name = names.iter().find(is_free).unwrap_or(&names[0]).clone();
        self.errors.push(self.all.len());
        self.own(name, responses.to_vec(), tag)
    }

    /// The same under a published name or the usual one, if these errors fit those that already
    /// have it.
    pub fn keep(&mut self, (place, name): (&str, &str), responses: &[StatusResponse], tag: usize) {
        if responses.is_empty() {
            return;
        }
        let known = self.errors.iter().find(|index| self.all[**index].name == name);
        let index = match known.copied() {
            Some(index) if fits(&self.all[index].responses, responses) => {
                self.join(index, responses, tag);
                index
            }
            None if !self.names.contains(name) && !self.others.contains(name) => {
                self.errors.push(self.all.len());
                self.own(name.to_string(), responses.to_vec(), tag);
                self.all.len() - 1
            }
            _ => return,
        };
        self.kept.insert(place.to_string(), index);
    }

    fn join(&mut self, index: usize, responses: &[StatusResponse], tag: usize) -> String {
        let found = &mut self.all[index];
        found.tags.insert(tag);
        for response in responses {
            if found
                .responses
                .iter()
                .all(|known| known.status != response.status)
            {
                found.responses.push(response.clone());
            }
        }
        found.responses.sort_by_key(|response| response.status);
        found.name.clone()
    }

    /// The name itself; with `ByStatus` if another item has it, and with a number if another enum
    /// does.
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

/// Whether one enum can hold the errors of both: each status has one type, and statuses without a
/// separate variant have the same meaning.
fn fits(known: &[StatusResponse], new: &[StatusResponse]) -> bool {
    let others = |responses: &[StatusResponse]| -> Vec<StatusResponse> {
        let responses = responses.iter();
        let others = responses.filter(|response| !matches!(response.status, Status::Code(_)));
        others.cloned().collect()
    };
    let agrees = |new: &StatusResponse| {
        let mut same = known.iter().filter(|known| known.status == new.status);
        same.all(|known| known.payload == new.payload)
    };
    others(known) == others(new) && new.iter().all(agrees)
}

/// Names for errors after what distinguishes them from others, the best first: the content of the
/// first contradicting response, then the content with its status.
fn differences(known: &[StatusResponse], new: &[StatusResponse]) -> Vec<String> {
    let contradicts = |new: &&StatusResponse| {
        let same = known.iter().find(|known| known.status == new.status);
        same.is_none_or(|known| known.payload != new.payload)
    };
    let told =
        |odd: &StatusResponse, status: &str| format!("{ERRORS}{status}With{}", body_name(&odd.payload));
    let odd: Vec<&StatusResponse> = new.iter().filter(contradicts).collect();
    let with_status = odd.iter().map(|odd| told(odd, &odd.variant));
    match odd.first() {
        Some(first) => std::iter::once(told(first, "")).chain(with_status).collect(),
        None => vec![format!("{ERRORS}WithOthers")],
    }
}

/// The content of a response, in one word.
fn body_name(payload: &Payload) -> String {
    let ty = match payload {
        Payload::Json(ty) | Payload::Events(ty) | Payload::Lines(ty) => ty,
        Payload::Empty => return "outBody".to_string(),
        Payload::Text => return "Text".to_string(),
        Payload::Bytes => return "Bytes".to_string(),
    };
    let mut name = None;
    ty.generated(&mut |found| name = Some(found.to_string()));
    name.unwrap_or_else(|| "Value".to_string())
}

fn is_success(status: Status) -> bool {
    matches!(status, Status::Code(100..=399) | Status::Range(1..=3))
}

/// Whether callers see a response only if it is declared: an undeclared redirect is followed.
fn is_redirection(status: Status) -> bool {
    matches!(status, Status::Code(300..=399) | Status::Range(3))
}

/// The variant of a status, named after its reason phrase in RFC 9110 and related RFCs.
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
        assert_eq!(found.error.as_deref(), Some("DeclaredError"));
        assert_eq!(enums.into_sorted()[0].responses.len(), 2);
    }

    /// A server with a choice might respond with a form of the success that the caller did not
    /// request.
    #[test]
    fn test_errors_accept_nothing_that_another_success_comes_as() {
        let schema = |ty: &str| json!({"schema": {"type": ty}});
        let error = json!({"content": {
            "application/json": schema("string"), "application/problem+json": schema("string"),
        }});
        let (found, _) = answers_of(&json!({
            "200": {"content": {"application/geo+json": schema("integer"), "application/json": schema("boolean")}},
            "404": error
        }));
        assert_eq!(found.accept, "application/geo+json, application/problem+json");
        let accepted: Vec<&str> = found.alternatives.iter().map(|it| it.accept.as_str()).collect();
        assert_eq!(accepted, ["application/json, application/problem+json"]);
        let (found, _) = answers_of(&json!({
            "200": {"content": {"application/json": schema("boolean"), "text/csv": {}}}, "404": error
        }));
        assert_eq!(found.accept, "application/json, application/problem+json");
        assert_eq!(found.alternatives[0].accept, "text/csv, application/problem+json");
    }

    #[test]
    fn test_form_of_a_range_is_asked_for_by_the_range() {
        let bytes =
            json!({"schema": {"type": "string", "format": "binary"}, "x-lorgnette-media-type": "image/*"});
        let any = json!({"schema": {"type": "string"}, "x-lorgnette-media-type": "*/*"});
        let (found, _) = answers_of(&json!({
            "200": {"content": {
                "application/json": {"schema": {"type": "boolean"}}, "application/octet-stream": bytes
            }},
            "400": {"content": {"application/json": any}}
        }));
        assert_eq!(found.accept, "application/json");
        let image = &found.alternatives[0];
        assert_eq!(
            (image.method.as_str(), image.accept.as_str()),
            ("send_as_image", "image/*")
        );
        assert_eq!(image.payload, Payload::Bytes);
    }

    fn errors(responses: &[(Status, Payload)]) -> Vec<StatusResponse> {
        let response = |(status, payload): &(Status, Payload)| StatusResponse {
            variant: variant(*status),
            status: *status,
            payload: payload.clone(),
        };
        responses.iter().map(response).collect()
    }

    #[test]
    fn test_errors_of_one_body_are_told_apart_by_its_status() {
        let mut enums = StatusEnums::default();
        let mut shared = |unauthorized: Payload, not_found: Payload| {
            let statuses = [(Status::Code(401), unauthorized), (Status::Code(404), not_found)];
            enums.shared(&errors(&statuses), 0)
        };
        assert_eq!(shared(Payload::Text, Payload::Text), "DeclaredError");
        assert_eq!(shared(Payload::Empty, Payload::Text), "DeclaredErrorWithoutBody");
        assert_eq!(
            shared(Payload::Text, Payload::Empty),
            "DeclaredErrorNotFoundWithoutBody"
        );
    }

    #[test]
    fn test_errors_that_do_not_contradict_each_other_are_one_enum() {
        let mut enums = StatusEnums::default();
        let text = |code| (Status::Code(code), Payload::Text);
        let first = enums.shared(&errors(&[text(404)]), 0);
        assert_eq!(first, "DeclaredError");
        assert_eq!(enums.shared(&errors(&[text(400), text(404)]), 1), first);
        let empty = errors(&[(Status::Code(404), Payload::Empty)]);
        assert_eq!(enums.shared(&empty, 1), "DeclaredErrorWithoutBody");
        let others = errors(&[text(404), (Status::Default, Payload::Text)]);
        assert_eq!(enums.shared(&others, 1), "DeclaredErrorWithText");
        let all = enums.into_sorted();
        let statuses: Vec<Status> = all[0].responses.iter().map(|response| response.status).collect();
        assert_eq!(statuses, [Status::Code(400), Status::Code(404)]);
        assert_eq!(all[0].tags, BTreeSet::from([0, 1]));
    }

    #[test]
    fn test_published_names_of_errors_come_first() {
        let mut enums = StatusEnums::default();
        let text = errors(&[(Status::Code(404), Payload::Text)]);
        let empty = errors(&[(Status::Code(404), Payload::Empty)]);
        enums.keep(("/a", "DeclaredError"), &text, 0);
        assert_eq!(enums.shared(&empty, 0), "DeclaredErrorWithoutBody");
        enums.keep(("/b", "DeclaredError"), &empty, 0);
        assert_eq!(enums.kept.len(), 1);
    }
}
