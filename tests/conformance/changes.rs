//! Changes one part of a value in a way that the contract leaves open or explicitly allows.

use lorgnette_tests::contract::child;
use lorgnette_tests::places::Parts;
use serde_json::{Value, json};

/// The kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// An object has a member that its contract does not name; it is kept in types of responses.
    Member,
    /// A value is not among the listed values; it is kept.
    Listed,
    /// A tag selects no branch of a choice; the whole object is kept.
    Tag,
    /// Null, where the contract allows it.
    Null,
    /// A date and time in another spelling.
    Date,
    /// A number has as many digits as possible.
    Number,
    /// A member has another name that the contract knows for it.
    Alias,
}

/// A changed value.
pub struct Changed {
    /// What was changed.
    pub change: Change,
    /// Where.
    pub at: String,
    /// The whole value after the change.
    pub value: Value,
}

/// A name that no contract has.
const STRANGE: &str = "of-tomorrow";

/// All changes that the schemas allow in parts of `value`.
pub fn changes(value: &Value, parts: &Parts<'_>) -> Vec<Changed> {
    let mut all = Vec::new();
    for at in parts.pointers() {
        let Some(part) = value.pointer(at) else { continue };
        let mut add = |change, at: &str, with: Value| {
            let mut value = value.clone();
            if let Some(part) = value.pointer_mut(at) {
                *part = with;
                let at = at.to_owned();
                all.push(Changed { change, at, value });
            }
        };
        if let Value::Object(members) = part {
            if parts.is_struct(at) {
                let mut more = members.clone();
                more.insert(STRANGE.to_owned(), json!({"any": [1, null]}));
                add(Change::Member, at, more.into());
            }
            if let Some(tag) = parts.tag(at).filter(|tag| members.contains_key(*tag)) {
                add(Change::Tag, &child(at, tag), STRANGE.into());
            }
            for (alias, name) in aliases(at, parts) {
                if let (Some(held), false) = (members.get(name), members.contains_key(alias)) {
                    let mut renamed = members.clone();
                    renamed.insert(alias.to_owned(), held.clone());
                    renamed.shift_remove(name);
                    add(Change::Alias, at, renamed.into());
                }
            }
        }
        let listed = parts.listed(at);
        if let Some(other) = unlisted(part, &listed) {
            add(Change::Listed, at, other);
        }
        if let (Some(naive), true) = (parts.date_time(at), part.is_string()) {
            let zone = if naive { "" } else { "-07:30" };
            for decimals in ["", ".100000", ".123456789"] {
                add(
                    Change::Date,
                    at,
                    format!("2024-02-29T23:59:59{decimals}{zone}").into(),
                );
            }
        }
        let formats = parts.schemas(at).filter_map(|schema| schema["format"].as_str());
        let is_whole = formats.into_iter().any(|format| format.contains("int"));
        if part.is_number() && listed.is_empty() && !is_whole {
            for number in [0.1 + 0.2, -2.225_073_858_507_201_4e-308] {
                add(Change::Number, at, number.into());
            }
        }
        if !part.is_null() && !at.is_empty() {
            add(Change::Null, at, Value::Null);
        }
    }
    all
}

/// A value of the same JSON type as `value` that is not listed; `None` if there is none.
fn unlisted(value: &Value, listed: &[&Value]) -> Option<Value> {
    let candidates = match value {
        _ if listed.is_empty() => Vec::new(),
        Value::String(_) => vec![json!(STRANGE)],
        Value::Number(_) => vec![json!(987_654)],
        Value::Bool(_) => vec![json!(true), json!(false)],
        _ => Vec::new(),
    };
    candidates
        .into_iter()
        .find(|candidate| !listed.contains(&candidate))
}

/// Other names of members of the object at `at`, each with its usual one.
fn aliases<'c>(at: &str, parts: &Parts<'c>) -> Vec<(&'c str, &'c str)> {
    let mut aliases = Vec::new();
    for schema in parts.schemas(at) {
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            let listed = property.get("x-lorgnette-aliases").and_then(Value::as_array);
            let listed = listed.into_iter().flatten().filter_map(Value::as_str);
            aliases.extend(listed.map(|alias| (alias, name.as_str())));
        }
    }
    aliases
}
