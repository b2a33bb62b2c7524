//! Compares operations and their parameters with builders and their descriptors.

use super::walk::{How, Walk};
use super::{FindingKind, bodies, calls};
use crate::declared::{DeclaredOperation, DeclaredParameter};
use crate::surface::{self, essence};
use std::collections::{HashMap, HashSet};

/// Compares every operation.
pub(super) fn compare(walk: &mut Walk<'_, '_>) {
    let (declared, surface) = (walk.declared, walk.surface);
    let mut built: HashMap<(String, String), Vec<&surface::SurfaceOperation>> = HashMap::new();
    for operation in &surface.operations {
        let key = (operation.http_method.to_uppercase(), same_path(&operation.path));
        built.entry(key).or_default().push(operation);
    }
    let mut headers = HashSet::new();
    for operation in &declared.operations {
        let key = (operation.method.to_uppercase(), same_path(operation.path));
        let id = operation.node.text("operationId");
        let candidates = built.get_mut(&key).filter(|candidates| !candidates.is_empty());
        let Some(candidates) = candidates else {
            let what = format!("{} {} has no builder", operation.method, operation.path);
            walk.report(FindingKind::Operation, &operation.node, what, &[operation.path]);
            continue;
        };
        // Path keys that are the same on the wire are distinguished by the names of their
        // operations.
        let named = candidates
            .iter()
            .position(|built| Some(built.contract_id.as_str()) == id);
        let built = candidates.remove(named.unwrap_or(0));
        query(operation, built, walk);
        parameters(operation, built, walk);
        bodies::requests(operation, built, walk);
        bodies::responses(operation, built, &mut headers, walk);
        calls::of_operation(operation, built, walk);
    }
}

/// A path without the parts that do not distinguish operations on the wire: names of parameters,
/// the query, the fragment, and a server before the path.
fn same_path(path: &str) -> String {
    let path = path.split(['#', '?']).next().unwrap_or_default().trim();
    let path = match path.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
        None => path,
    };
    let mut same = String::from("/");
    let mut depth = 0;
    for character in path.trim_start_matches('/').chars() {
        match character {
            '{' => {
                depth += 1;
                same.push('{');
            }
            '}' => {
                depth -= 1;
                same.push('}');
            }
            other if depth == 0 => same.push(other),
            _ => {}
        }
    }
    same
}

/// The query in the key of a path is a part of every request.
fn query<'d>(operation: &DeclaredOperation<'d>, built: &surface::SurfaceOperation, walk: &mut Walk<'_, 'd>) {
    let path = operation.path.split('#').next().unwrap_or_default();
    let Some((_, query)) = path.split_once('?') else {
        return;
    };
    for pair in query
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.contains('{'))
    {
        if !built.path.contains(pair) {
            let what = format!("{} does not send {pair:?}", built.builder);
            walk.report(FindingKind::PathQuery, &operation.node, what, &[pair]);
        }
    }
}

fn parameters<'d>(
    operation: &DeclaredOperation<'d>,
    built: &surface::SurfaceOperation,
    walk: &mut Walk<'_, 'd>,
) {
    for parameter in &operation.parameters {
        let is_content_type =
            parameter.location == "header" && parameter.name.eq_ignore_ascii_case("content-type");
        if is_content_type && operation.body.is_some() {
            continue;
        }
        // The query of a path may contain a parameter's value under another name.
        let query = operation.path.split_once('?').map_or("", |(_, query)| query);
        let value = format!("{{{}}}", parameter.name);
        let in_query = |found: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.any(|(name, it)| it == value && name == found)
                || query.contains(&value) && found == parameter.name
        };
        let found = built.parameters.iter().find(|found| {
            let same_name = found.wire == parameter.name
                || found.location == "header" && found.wire.eq_ignore_ascii_case(parameter.name);
            same_name && found.location == parameter.location
                || parameter.location == "path" && found.location == "query" && in_query(&found.wire)
        });
        match found {
            Some(found) => self::parameter(parameter, found, built, walk),
            None => {
                let what = format!(
                    "{} has no parameter {:?} in {}",
                    built.builder, parameter.name, parameter.location
                );
                walk.report(FindingKind::Parameter, &parameter.node, what, &[parameter.name]);
            }
        }
    }
}

fn parameter<'d>(
    parameter: &DeclaredParameter<'d>,
    found: &surface::SurfaceParameter,
    built: &surface::SurfaceOperation,
    walk: &mut Walk<'_, 'd>,
) {
    let (node, names) = (&parameter.node, [parameter.name]);
    let place = format!("{}.{}", built.builder, found.setter);
    if found.required != parameter.required {
        let what = format!("{place} is required in one place only");
        walk.report(FindingKind::ParameterRequired, node, what, &names);
    }
    let option = |name: &str| found.options.iter().find(|(option, _)| option == name);
    let content = option("content").map(|(_, content)| essence(content.trim_matches('"')));
    if parameter.content.map(essence) != content {
        let what = format!(
            "{place} is not written as {:?}",
            parameter.content.unwrap_or_default()
        );
        walk.report(FindingKind::ParameterContent, node, what, &names);
    }
    let Some(schema) = &parameter.schema else {
        return;
    };
    let schema = std::slice::from_ref(schema);
    let view = walk.view(schema);
    let kinds = view.kinds();
    let is_compound = kinds.iter().any(|kind| ["array", "object"].contains(kind));
    let declared = (parameter.style.as_str(), parameter.explode);
    let usual = if matches!(found.location.as_str(), "query" | "cookie") {
        "form"
    } else {
        "simple"
    };
    let (style, explode) = style(&found.options, usual);
    let differs = match parameter.style.as_str() {
        // Objects in this style are always exploded.
        "deepObject" => style != "deepObject",
        "matrix" | "label" => style != declared.0 || is_compound && explode != declared.1,
        _ => is_compound && (style, explode) != declared,
    };
    if parameter.content.is_none() && differs {
        let what = format!(
            "{place} is written otherwise than {}, explode {}",
            declared.0, declared.1
        );
        walk.report(FindingKind::ParameterStyle, node, what, &names);
    }
    if parameter.allow_reserved && parameter.location == "query" && option("allow_reserved").is_none() {
        let what = format!("{place} encodes reserved characters");
        walk.report(FindingKind::ParameterStyle, node, what, &names);
    }
    let inner = view.items.iter().find(|items| {
        walk.declared.is_swagger && walk.view(std::slice::from_ref(items)).kinds() == ["array"]
    });
    if let Some(inner) = inner {
        let what = format!("{place} does not join its inner lists as the contract says");
        walk.report(FindingKind::ParameterStyle, inner, what, &names);
    }
    walk.check_default(&view, &found.docs, &found.ty, &place);
    let how = How {
        is_text: parameter.content.is_none(),
        ..How::default()
    };
    walk.check(schema, &found.ty, &how);
}

/// The style and `explode`, in the words of a descriptor or an encoding.
pub(super) fn style<'w>(words: &'w [(String, String)], usual: &'w str) -> (&'w str, bool) {
    let styles = [
        ("space_delimited", "spaceDelimited"),
        ("pipe_delimited", "pipeDelimited"),
        ("deep_object", "deepObject"),
        ("matrix", "matrix"),
        ("label", "label"),
        ("simple", "simple"),
        ("form", "form"),
    ];
    let has = |name: &str| words.iter().find(|(word, _)| word == name);
    let style = styles
        .iter()
        .find(|(name, _)| has(name).is_some())
        .map_or(usual, |(_, style)| *style);
    let explode = has("explode").map_or(usual == "form", |(_, explode)| explode == "true");
    (style, explode)
}
