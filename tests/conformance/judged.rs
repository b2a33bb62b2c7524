//! Judges a round by Prism's verdict, and by whether the response is the declared one.

use crate::given::{Outcome, Seen};
use crate::rounds::{Round, RoundKind};
use crate::violations::{said, violations};
use lorgnette_tests::surface::{Surface, SurfaceOperation};
use serde_json::Value;
use std::collections::BTreeSet;

/// The verdict on a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoundVerdict {
    /// The request matches the contract, and so does the client's result.
    Passed,
    /// The request matches the contract, but Prism has no matching response; the reason.
    NoResponse(String),
    /// There is no request: the client rejects values that the contract allows, or there are none.
    Refused(String),
    /// The request does not match the contract.
    Violation(String),
    /// The client cannot read what the contract declares.
    Undecodable(String),
    /// The response is not the requested one.
    Undeclared(String),
}

/// Judges a round.
pub fn verdict(
    round: &Round,
    seen: &Result<Seen, String>,
    surface: &Surface,
    operation: &SurfaceOperation,
) -> RoundVerdict {
    let seen = match seen {
        Ok(seen) => seen,
        Err(why) => return RoundVerdict::Refused(why.clone()),
    };
    let (request, answer) = violations(seen.headers.get("sl-violations").map_or("", String::as_str));
    if !request.is_empty() {
        return RoundVerdict::Violation(request.join("; "));
    }
    if !answer.is_empty() {
        let all: BTreeSet<String> = answer.into_iter().collect();
        return RoundVerdict::NoResponse(all.into_iter().next().unwrap_or_default());
    }
    let Some(status) = seen.status else {
        return RoundVerdict::Undeclared(format!("no answer: {:?}", seen.outcome));
    };
    let is_problem = |kind: &String| kind.starts_with("application/problem+json");
    if seen.headers.get("content-type").is_some_and(is_problem) {
        return objection(status, &seen.outcome);
    }
    let declared = |declared: &String| match declared.strip_suffix("XX") {
        Some(hundred) => status.to_string().starts_with(hundred),
        None => declared == "default" || *declared == status.to_string(),
    };
    let Some(expected) = round.expected.iter().find(|expected| declared(expected)) else {
        return RoundVerdict::Undeclared(format!(
            "status {status} where {:?} was asked for",
            round.expected
        ));
    };
    match (&seen.outcome, round.kind) {
        (Outcome::Success(_), RoundKind::Request | RoundKind::Answer) => RoundVerdict::Passed,
        (Outcome::Declared(shown), RoundKind::Error) => variant(shown, status, expected, surface, operation),
        (Outcome::Failed(why, body), _) => RoundVerdict::Undecodable(format!(
            "{why}; the body is {}",
            body.chars().take(200).collect::<String>()
        )),
        (outcome, _) => RoundVerdict::Undecodable(format!("{outcome:?}")),
    }
}

/// Whether a declared error arrived as the crate's variant for its status. A variant for the exact
/// status, which another operation with the same enum may declare, takes precedence over that of
/// `expected`.
fn variant(
    shown: &str,
    status: u16,
    expected: &str,
    surface: &Surface,
    operation: &SurfaceOperation,
) -> RoundVerdict {
    let name = operation
        .error
        .as_ref()
        .and_then(|error| error.name.strip_prefix("responses::"));
    let variants = name.and_then(|name| surface.statuses.get(name));
    let of = |status: &str| {
        variants
            .into_iter()
            .flatten()
            .find(|answer| answer.status == status)
    };
    match of(&status.to_string()).or_else(|| of(expected)) {
        Some(answer) if shown.split('(').next() == Some(&answer.variant) => RoundVerdict::Passed,
        Some(answer) => RoundVerdict::Undecodable(format!(
            "{shown} is not the variant {} of {status}",
            answer.variant
        )),
        None => RoundVerdict::Undecodable(format!("the crate has no error for status {expected}")),
    }
}

/// Prism's own objection to a request: it violates the contract, or Prism cannot respond to it.
fn objection(status: u16, outcome: &Outcome) -> RoundVerdict {
    let body = match outcome {
        Outcome::Failed(_, body) | Outcome::Declared(body) | Outcome::Success(body) => body,
    };
    let problem: Value = serde_json::from_str(body).unwrap_or_default();
    let word = |key: &str| problem.get(key).and_then(Value::as_str).unwrap_or_default();
    let listed = problem.get("validation").and_then(Value::as_array);
    let mut what: Vec<String> = listed
        .into_iter()
        .flatten()
        .map(|violation| {
            let message = violation["message"].as_str().unwrap_or_default();
            format!("{} ({message})", said(violation))
        })
        .collect();
    if what.is_empty() {
        what.push(
            format!(
                "{} {}",
                word("title"),
                if status >= 500 { "" } else { word("detail") }
            )
            .trim()
            .to_owned(),
        );
    }
    if status >= 500 {
        RoundVerdict::NoResponse(what.join("; "))
    } else {
        RoundVerdict::Violation(what.join("; "))
    }
}
