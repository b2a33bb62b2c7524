//! The calls and assignments of a script that tell a documentation viewer where the contract is.
//!
//! This module knows what the viewers' functions are called; what their arguments mean is `settings`' business.

use super::literal::Evaluator;
use super::settings::{self, Findings};
use super::tokens::{Kind, Script};
use super::worth::Worth;
use serde_json::Value;
use url::Url;

/// A script that many calls match is not a viewer's; the first ones will do.
const CALLS: usize = 64;

/// Reads a script and adds what it tells to `found`. References are relative to `base`, the page that runs it.
pub fn read(text: &str, base: &Url, found: &mut Findings<'_>) {
    let script = Script::new(text);
    let mut evaluator = Evaluator::new(&script, base);
    let mut calls = 0;
    for at in 0..script.len() {
        match script.kind(at) {
            Some(Kind::Mark(b'=')) if is_assignment(&script, at) => {
                let worth = evaluator.expression(at + 1).0;
                assign(&script, at, worth, &mut evaluator, found);
            }
            Some(Kind::Mark(b'(')) if at > 0 && calls < CALLS => {
                let Some(name) = script.name(at - 1) else { continue };
                let Some(viewer) = viewer(&script, at - 1, name) else {
                    continue;
                };
                calls += 1;
                let arguments = evaluator.arguments(at);
                call(viewer, &arguments, found);
            }
            _ => {}
        }
    }
}

/// What a call is for.
#[derive(Clone, Copy)]
enum Viewer {
    SwaggerUi,
    Redoc,
    /// ReDoc with its state made beforehand.
    RedocState,
    Scalar,
    /// Takes an address or a document: RapiDoc's `loadSpec`.
    LoadSpec,
    /// `element.setAttribute(name, value)`.
    Attribute,
}

fn viewer(script: &Script<'_>, at: usize, name: &str) -> Option<Viewer> {
    let owner = (at >= 2 && script.is(at - 1, b'.'))
        .then(|| script.name(at - 2))
        .flatten();
    Some(match name {
        "SwaggerUIBundle" | "SwaggerUI" | "SwaggerUi" => Viewer::SwaggerUi,
        "init" if owner == Some("Redoc") => Viewer::Redoc,
        "hydrate" if owner == Some("Redoc") => Viewer::RedocState,
        "createApiReference" => Viewer::Scalar,
        "loadSpec" => Viewer::LoadSpec,
        "setAttribute" => Viewer::Attribute,
        _ => return None,
    })
}

fn call(viewer: Viewer, arguments: &[Worth], found: &mut Findings<'_>) {
    let value = |index: usize| arguments.get(index).and_then(Worth::value);
    match (viewer, value(0)) {
        (Viewer::SwaggerUi, Some(settings)) => settings::swagger_ui(settings, found),
        (Viewer::Redoc, Some(value)) => settings::address_or_document(value, "ReDoc", found),
        (Viewer::RedocState, Some(state)) => {
            if let Some(data) = state.get("spec").and_then(|spec| spec.get("data")) {
                settings::document(data, "ReDoc", found);
            }
        }
        // Where it is shown comes first.
        (Viewer::Scalar, _) => {
            if let Some(settings) = value(1) {
                settings::scalar(settings, found);
            }
        }
        (Viewer::LoadSpec, Some(value)) => settings::address_or_document(value, "RapiDoc", found),
        (Viewer::Attribute, _) => {
            if let [name, value, ..] = arguments
                && let (Some(name), Some(value)) = (name.text(), value.text())
            {
                settings::attribute(&name.to_ascii_lowercase(), value, found);
            }
        }
        _ => {}
    }
}

/// Whether the mark at `at` assigns, and does not compare or point.
fn is_assignment(script: &Script<'_>, at: usize) -> bool {
    let compares = script.is_pair(at, *b"==") || script.is_pair(at, *b"=>");
    let is_part = at > 0
        && [b'=', b'!', b'<', b'>', b'+', b'-', b'*', b'/', b'%']
            .iter()
            .any(|mark| script.is_pair(at - 1, [*mark, b'=']));
    !compares && !is_part
}

fn assign<'s>(
    script: &Script<'s>,
    at: usize,
    worth: Worth,
    evaluator: &mut Evaluator<'s>,
    found: &mut Findings<'_>,
) {
    let Some(name) = at.checked_sub(1).and_then(|before| script.name(before)) else {
        return;
    };
    if at < 3 || !script.is(at - 2, b'.') {
        evaluator.bind(name, worth);
        return;
    }
    // Elements and Scalar are told by members of the element that shows the contract.
    match name {
        "apiDescriptionUrl" | "specUrl" => {
            if let Some(text) = worth.text() {
                settings::attribute(&name.to_ascii_lowercase(), text, found);
            }
        }
        "apiDescriptionDocument" => {
            if let Some(value) = worth.value() {
                settings::document(value, "Stoplight Elements", found);
            }
        }
        "configuration" if script.name(at - 3) == Some("dataset") => {
            if let Some(value) = worth.value() {
                settings::scalar(value, found);
            }
        }
        _ => match script.name(at - 3) {
            Some("window" | "self" | "globalThis") => evaluator.bind(name, worth),
            Some(object) => evaluator.bind_member(object, name, &worth),
            None => {}
        },
    }
}

/// Whether a value looks like a contract: an object with a version and paths.
pub fn is_contract(value: &Value) -> bool {
    let has = |key: &str| value.get(key).is_some();
    (has("openapi") || has("swagger")) && (has("paths") || has("webhooks") || has("components"))
}
