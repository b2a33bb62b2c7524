//! The names of alternatives inside a schema.

use crate::document::{Node, Object};
use crate::naming;
use crate::normalize::schemas::keywords;
use serde_json::Value;

/// The name of one of several alternatives: its title, the value that selects it, its unique part,
/// or its number.
pub(super) fn name(branches: &[Value], tag: Option<&str>, index: usize) -> String {
    const ORDINALS: [&str; 10] = [
        "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth",
    ];
    let Some(branch) = branches.get(index).and_then(Value::as_object) else {
        return String::new();
    };
    if let Some(title) = branch.text("title").filter(|title| is_name(title)) {
        return title.to_string();
    }
    let parts = || std::iter::once(branch).chain(branch.list("allOf").iter().filter_map(Value::as_object));
    let single = |name: &str| {
        let property = parts().find_map(|part| part.map("properties").get(name))?;
        match property.list("enum") {
            [Value::String(value)] if is_name(value) => Some(value.clone()),
            _ => None,
        }
    };
    let mut names = parts().flat_map(|part| part.map("properties").keys());
    let told = tag
        .and_then(single)
        .or_else(|| names.find_map(|name| single(name)));
    let told = told.or_else(|| composed_of(branches, index));
    let told = told.or_else(|| told_apart(branches, index));
    told.unwrap_or_else(|| match ORDINALS.get(index) {
        Some(ordinal) => (*ordinal).to_string(),
        None => format!("N{}", index + 1),
    })
}

/// The component that only one of several alternatives is composed of.
fn composed_of(branches: &[Value], index: usize) -> Option<String> {
    let extended = |branch: &Value| -> Vec<String> {
        let parts = branch.list("allOf").iter();
        parts.filter_map(keywords::value_refers_to).collect()
    };
    let others = branches.iter().enumerate().filter(|(at, _)| *at != index);
    let others: Vec<String> = others.flat_map(|(_, other)| extended(other)).collect();
    let mut own = extended(branches.get(index)?).into_iter();
    let only = own.find(|key| !others.contains(key) && is_name(key))?;
    Some(naming::last_part(&only).to_string())
}

/// The difference between one of several alternatives and all others: a unique member, a unique
/// required member, or its kind.
fn told_apart(branches: &[Value], index: usize) -> Option<String> {
    let branch = branches.get(index)?.as_object()?;
    let mut others = branches.iter().enumerate().filter(|(at, _)| *at != index);
    if let Some(Value::Object(own)) = branch.get("properties") {
        let others: Vec<&Object> = others.map(|(_, other)| other.map("properties")).collect();
        let is_only_here =
            |name: &&str| is_name(name) && !others.iter().any(|other| other.contains_key(*name));
        let required = branch.list("required").iter().filter_map(Value::as_str);
        let required = required.filter(|name| own.contains_key(*name));
        let mut names = required.chain(own.keys().map(String::as_str));
        return names.find(is_only_here).map(|name| format!("with {name}"));
    }
    let kind = |branch: &Object| match branch {
        branch if branch.contains_key("enum") => Some("value"),
        branch if branch.contains_key("items") => Some("item"),
        branch if branch.contains_key("additionalProperties") => Some("map"),
        _ => None,
    };
    let own = kind(branch)?;
    let is_alike = others.any(|(_, other)| other.as_object().and_then(kind) == Some(own));
    (!is_alike).then(|| own.to_string())
}

/// Whether a text is short enough to be a part of a name.
fn is_name(text: &str) -> bool {
    text.len() <= 40 && text.split_whitespace().count() <= 4 && text.chars().any(char::is_alphabetic)
}
