//! Compares operations: methods, requests, setters, credentials. Responses are compared in their
//! own module.

use super::answers;
use super::change::{Changes, Of, Subject, code};
use super::pair::pairs;
use super::rules::Rule;
use super::surface::{SurfaceBody, SurfaceOperation, SurfaceParameter};
use crate::document::child;
use std::collections::{BTreeMap, BTreeSet};

/// Compares all operations, by the names of their methods.
pub fn compare(
    before: &BTreeMap<String, SurfaceOperation>,
    after: &BTreeMap<String, SurfaceOperation>,
    changes: &mut Changes,
) {
    let mut renamed: BTreeSet<&String> = BTreeSet::new();
    for (name, old) in before {
        let new = after.get(name).map(|new| (name, new)).or_else(|| {
            // The same request under another name, unless an old operation has that name.
            after
                .iter()
                .find(|(other, new)| new.request == old.request && !before.contains_key(*other))
        });
        let Some((new_name, new)) = new else {
            let mut of = changes.of(Subject::Operation(name.clone()), None);
            let what = format!("{} is gone", code(&old.request));
            of.was(Rule::OperationRemoved, &old.at, what);
            continue;
        };
        let mut of = changes.of(Subject::Operation(new_name.clone()), None);
        if new_name != name {
            renamed.insert(new_name);
            let what = format!("it was called {} before", code(name));
            of.now(Rule::OperationRenamed, &new.at, what);
        } else if (&old.module, &old.builder) != (&new.module, &new.builder) {
            let path =
                |operation: &SurfaceOperation| code(&format!("{}::{}", operation.module, operation.builder));
            let what = format!("its builder moved: {} → {}", path(old), path(new));
            of.now(Rule::OperationMoved, child(&new.at, "tags"), what);
        }
        operation(old, new, &mut of);
    }
    for (name, new) in after {
        if !before.contains_key(name) && !renamed.contains(name) {
            let mut of = changes.of(Subject::Operation(name.clone()), None);
            let what = format!("{} is new", code(&new.request));
            of.now(Rule::OperationAdded, &new.at, what);
        }
    }
}

fn operation(old: &SurfaceOperation, new: &SurfaceOperation, of: &mut Of<'_>) {
    let at = new.at.as_str();
    if old.request != new.request {
        let what = format!("{} → {}", code(&old.request), code(&new.request));
        of.now(Rule::OperationRequestChanged, at, what);
    }
    if old.arguments != new.arguments {
        let shown = |operation: &SurfaceOperation| code(&format!("({})", operation.arguments.join(", ")));
        let what = format!("arguments of its method: {} → {}", shown(old), shown(new));
        of.now(Rule::OperationArgumentsChanged, at, what);
    }
    if old.server != new.server {
        let shown = |server: &Option<String>| server.as_deref().map_or("the API's".to_string(), code);
        let what = format!("its address: {} → {}", shown(&old.server), shown(&new.server));
        of.now(Rule::OperationServerChanged, at, what);
    }
    match (old.deprecated, new.deprecated) {
        (false, true) => of.now(Rule::OperationDeprecated, child(at, "deprecated"), "deprecated"),
        (true, false) => of.now(Rule::OperationUndeprecated, at, "no longer deprecated"),
        _ => {}
    }
    match (&old.pages, &new.pages) {
        (None, Some(item)) => of.now(
            Rule::PagingAdded,
            at,
            format!("gives all pages as a stream of {}", code(item)),
        ),
        (Some(_), None) => of.now(Rule::PagingRemoved, at, "no longer gives a stream of all pages"),
        (Some(old), Some(new)) if old != new => {
            let what = format!("items of its pages: {} → {}", code(old), code(new));
            of.now(Rule::PagingChanged, at, what);
        }
        _ => {}
    }
    security(old, new, of);
    parameters(old, new, of);
    bodies(old, new, of);
    answers::compare(old, new, of);
}

fn security(old: &SurfaceOperation, new: &SurfaceOperation, of: &mut Of<'_>) {
    let at = new.security_at.as_str();
    // A list that appears or disappears as a whole is reported as a whole.
    if !old.security.is_empty() && !new.security.is_empty() {
        match (old.security_optional, new.security_optional) {
            (true, false) => of.now(Rule::SecurityBecameRequired, at, "credentials are required now"),
            (false, true) => of.now(
                Rule::SecurityBecameOptional,
                at,
                "credentials may be left out now",
            ),
            _ => {}
        }
    }
    if old.security == new.security {
        return;
    }
    let named = |schemes: &[String]| {
        schemes
            .iter()
            .map(|name| code(name))
            .collect::<Vec<_>>()
            .join(" and ")
    };
    let all = |operation: &SurfaceOperation| {
        operation
            .security
            .iter()
            .map(|schemes| named(schemes))
            .collect::<Vec<_>>()
            .join(" or ")
    };
    match (old.security.is_empty(), new.security.is_empty()) {
        (true, _) if !new.security_optional => {
            return of.now(
                Rule::SecurityAdded,
                at,
                format!("needs credentials now: {}", all(new)),
            );
        }
        (false, true) => {
            let what = format!("no longer needs credentials; it needed {}", all(old));
            return of.now(Rule::SecurityRemoved, at, what);
        }
        _ => {}
    }
    let gone = old
        .security
        .iter()
        .filter(|schemes| !new.security.contains(schemes));
    let mut reordered = true;
    for schemes in gone {
        reordered = false;
        let what = format!("credentials {} are no longer accepted", named(schemes));
        of.now(Rule::SecurityAlternativeRemoved, at, what);
    }
    for schemes in new
        .security
        .iter()
        .filter(|schemes| !old.security.contains(schemes))
    {
        reordered = false;
        let what = format!("credentials {} are accepted as well", named(schemes));
        of.now(Rule::SecurityAlternativeAdded, at, what);
    }
    if reordered {
        let what = format!("credentials in another order: {}", all(new));
        of.now(Rule::SecurityReordered, at, what);
    }
}

/// The place of a parameter.
fn place(operation: &SurfaceOperation, index: usize, parameter: &SurfaceParameter) -> String {
    let usual = || child(&child(&operation.at, "parameters"), &index.to_string());
    parameter.at.clone().unwrap_or_else(usual)
}

fn parameters(before: &SurfaceOperation, after: &SurfaceOperation, of: &mut Of<'_>) {
    // A parameter is identified by what it sends; if that changes, by its setter.
    let signs: [fn(&SurfaceParameter) -> String; 3] = [
        |parameter| format!("{} {}", parameter.location, parameter.wire),
        |parameter| parameter.wire.clone(),
        |parameter| parameter.setter.clone(),
    ];
    for pair in pairs(&before.parameters, &after.parameters, &signs) {
        match pair {
            (Some((_, old)), Some((index, new))) => parameter(old, new, &place(after, index, new), of),
            (None, Some((index, new))) => {
                let (rule, required) = match new.required {
                    true => (Rule::ParameterAddedRequired, "required "),
                    false => (Rule::ParameterAdded, ""),
                };
                let what = format!(
                    "{required}parameter {} is new: {}",
                    code(&new.setter),
                    code(&new.ty)
                );
                of.now(rule, place(after, index, new), what);
            }
            (Some((index, old)), None) => {
                let what = format!("parameter {} is gone", code(&old.setter));
                of.was(Rule::ParameterRemoved, place(before, index, old), what);
            }
            (None, None) => {}
        }
    }
}

fn parameter(old: &SurfaceParameter, new: &SurfaceParameter, at: &str, of: &mut Of<'_>) {
    let name = code(&new.setter);
    let mut change = |rule, what: String| of.now(rule, at, format!("parameter {name}{what}"));
    if old.setter != new.setter {
        change(
            Rule::ParameterRenamed,
            format!(" was called {} before", code(&old.setter)),
        );
    }
    if old.ty != new.ty {
        change(
            Rule::ParameterTypeChanged,
            format!(": {} → {}", code(&old.ty), code(&new.ty)),
        );
    }
    match (old.required, new.required) {
        (false, true) => change(Rule::ParameterBecameRequired, " is required now".to_string()),
        (true, false) => change(Rule::ParameterBecameOptional, " is optional now".to_string()),
        _ => {}
    }
    if old.location != new.location {
        change(
            Rule::ParameterMoved,
            format!(" moved: {} → {}", old.location, new.location),
        );
    } else if old.style != new.style {
        change(
            Rule::ParameterStyleChanged,
            format!(" is written as: {} → {}", old.style, new.style),
        );
    }
    if old.wire != new.wire {
        change(
            Rule::ParameterWireNameChanged,
            format!(" is sent as: {} → {}", code(&old.wire), code(&new.wire)),
        );
    }
    match (old.deprecated, new.deprecated) {
        (false, true) => change(Rule::ParameterDeprecated, " is deprecated".to_string()),
        (true, false) => change(
            Rule::ParameterUndeprecated,
            " is no longer deprecated".to_string(),
        ),
        _ => {}
    }
}

fn bodies(before: &SurfaceOperation, after: &SurfaceOperation, of: &mut Of<'_>) {
    let at = match after.body_at.as_str() {
        "" => after.at.clone(),
        at => at.to_string(),
    };
    let with = |operation: &SurfaceOperation, setter: &str| -> Option<SurfaceBody> {
        operation
            .bodies
            .iter()
            .find(|body| body.setter == setter)
            .cloned()
    };
    for old in &before.bodies {
        let setter = code(&old.setter);
        match with(after, &old.setter) {
            None => {
                let what = format!("the body by {setter} is gone: {}", old.media_type);
                of.was(Rule::BodyRemoved, child(&before.at, "requestBody"), what);
            }
            Some(new) if new.ty != old.ty => {
                let what = format!("the body by {setter}: {} → {}", code(&old.ty), code(&new.ty));
                of.now(Rule::BodyTypeChanged, &at, what);
            }
            Some(new) if new.media_type != old.media_type => {
                let what = format!(
                    "the body by {setter} is sent as: {} → {}",
                    old.media_type, new.media_type
                );
                of.now(Rule::BodyMediaTypeChanged, &at, what);
            }
            Some(_) => {}
        }
    }
    for new in after
        .bodies
        .iter()
        .filter(|new| with(before, &new.setter).is_none())
    {
        let rule = match (before.bodies.is_empty(), after.body_required) {
            (false, _) => Rule::BodyAlternativeAdded,
            (true, false) => Rule::BodyAdded,
            (true, true) => Rule::BodyAddedRequired,
        };
        let required = if rule == Rule::BodyAddedRequired {
            "a required "
        } else {
            "a "
        };
        let what = format!(
            "{required}body by {} is new: {}",
            code(&new.setter),
            code(&new.ty)
        );
        of.now(rule, &at, what);
    }
    if !before.bodies.is_empty() && !after.bodies.is_empty() {
        match (before.body_required, after.body_required) {
            (false, true) => of.now(Rule::BodyBecameRequired, at, "the body is required now"),
            (true, false) => of.now(Rule::BodyBecameOptional, at, "the body is optional now"),
            _ => {}
        }
    }
}
