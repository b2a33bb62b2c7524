//! The calls and assignments of a script that give a documentation viewer the contract's address.

use super::literal::Evaluator;
use super::recognize::{is_contract_file, is_data_file};
use super::settings::{self, Findings};
use super::tokens::{Script, TokenKind};
use super::worth::{Worth, text};
use lorgnette_codegen::document::local_pointer;
use url::Url;

/// The maximum number of matching calls: a script with more is not a viewer's configuration, and
/// the first ones suffice.
const CALLS: usize = 64;

/// Reads a script and adds its findings to `found`. References are relative to `base`, the page
/// that runs it.
pub fn read(text: &str, base: &Url, found: &mut Findings<'_>) {
    let script = Script::new(text);
    let mut evaluator = Evaluator::new(&script, base);
    let (mut calls, mut shows) = (0, false);
    let mut requested = Vec::new();
    for at in 0..script.len() {
        shows |= script.name(at).is_some_and(is_viewer);
        match script.kind(at) {
            Some(TokenKind::Mark(b'=')) if is_assignment(&script, at) => {
                let worth = evaluator.expression(at + 1).0;
                assign(&script, at, worth, &mut evaluator, found);
            }
            Some(TokenKind::Mark(b'(')) if at > 0 && calls < CALLS => {
                let Some(name) = script.name(at - 1) else { continue };
                if let ("push", Some(list)) = (name, owner(&script, at - 1)) {
                    let items = evaluator.arguments(at);
                    evaluator.push(list, items);
                    continue;
                }
                let Some(viewer) = viewer(&script, at - 1, name) else {
                    continue;
                };
                calls += 1;
                let arguments = evaluator.arguments(at);
                if let (Viewer::Request, Some(text)) = (viewer, arguments.first().and_then(Worth::text)) {
                    requested.push(text.to_owned());
                }
                call(viewer, &arguments, found);
            }
            _ => {}
        }
    }
    // A document that is passed to a viewer has been requested before, and its content is unknown.
    for text in requested {
        if is_contract_file(&text) || shows && is_data_file(&text) {
            found.address(&text, None, "a script that asks for it", true);
        }
    }
}

/// Whether a name is used for passing documents to a viewer.
fn is_viewer(name: &str) -> bool {
    matches!(
        name,
        "SwaggerUIBundle"
            | "SwaggerUI"
            | "Redoc"
            | "loadSpec"
            | "apiDescriptionDocument"
            | "createApiReference"
    )
}

/// The purpose of a call.
#[derive(Clone, Copy)]
enum Viewer {
    SwaggerUi,
    Redoc,
    /// ReDoc with a prepared state.
    RedocState,
    Scalar,
    /// The call in Scalar's script for ASP.NET, whose first argument is the base of relative
    /// addresses.
    ScalarBelow,
    /// A request for a file.
    Request,
    /// Takes an address or a document: RapiDoc's `loadSpec`.
    LoadSpec,
    /// `element.setAttribute(name, value)`.
    Attribute,
}

/// The name that precedes the dot before the name at `at`.
fn owner<'s>(script: &Script<'s>, at: usize) -> Option<&'s str> {
    (at >= 2 && script.is(at - 1, b'.'))
        .then(|| script.name(at - 2))
        .flatten()
}

fn viewer(script: &Script<'_>, at: usize, name: &str) -> Option<Viewer> {
    let owner = owner(script, at);
    Some(match name {
        "SwaggerUIBundle" | "SwaggerUI" | "SwaggerUi" => Viewer::SwaggerUi,
        "init" if owner == Some("Redoc") => Viewer::Redoc,
        "hydrate" if owner == Some("Redoc") => Viewer::RedocState,
        "createApiReference" => Viewer::Scalar,
        "initialize" if owner.is_none() => Viewer::ScalarBelow,
        "fetch" if matches!(owner, None | Some("window" | "self" | "globalThis")) => Viewer::Request,
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
        // The element that shows the contract is the first argument.
        (Viewer::Scalar, _) => {
            if let Some(settings) = value(1) {
                settings::scalar(settings, found);
            }
        }
        (Viewer::ScalarBelow, Some(route)) => {
            if let (Some(route), Some(settings)) = (text(route), value(2))
                && settings.get("sources").is_some()
            {
                let base = above(found.base, route);
                let found = &mut *found.found;
                settings::scalar(settings, &mut Findings { base: &base, found });
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

/// The base address of an application whose page at `page` has the address `route` within it.
/// `route` may be percent-encoded.
fn above(page: &Url, route: &str) -> Url {
    let route = local_pointer(&format!("#{route}")).unwrap_or_default();
    let path = page.path().strip_suffix(route.as_str()).unwrap_or_default();
    let mut above = page.clone();
    above.set_query(None);
    above.set_path(&format!("{path}/"));
    above
}

/// Whether the `=` at `at` is an assignment, not part of a comparison or an arrow.
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
    // Elements and Scalar are recognized by members of the element that shows the contract.
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
