//! Mappings of lines: they select and rename members, also to the names that a SIEM expects.

use crate::error::Error;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fs;

/// A mapping of lines: the path of each member of the result, with the source of its value.
///
/// ```json
/// {
///   "source.ip": "remoteIP",
///   "event.kind": { "value": "event" },
///   "request.headers": { "pairs": "headersIn" },
///   "rule.name": { "each": ["tags", "type"] },
///   "*": "vendor"
/// }
/// ```
///
/// A text is the path of a member; `value` is always the same; `pairs` makes an object of a list of
/// pairs; `each` takes a member of each item of a list. The name `*` keeps the whole line under
/// that name. Values are unchanged, with every digit of a number.
#[derive(Clone, Debug)]
pub struct Mapping {
    members: Vec<(Vec<String>, From)>,
}

#[derive(Clone, Debug)]
enum From {
    Member(Vec<String>),
    Value(String),
    Pairs(Vec<String>),
    Each(Vec<String>, Vec<String>),
    Whole,
}

/// Built-in mappings: the name and the text.
pub type KnownMappings = [(&'static str, &'static str)];

/// The members of an object, unchanged.
type Members<'l> = HashMap<Cow<'l, str>, &'l RawValue>;

impl Mapping {
    /// The mapping of this name in `known`, or that in the file at this path.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or is not a mapping.
    pub fn named(name: &str, known: &KnownMappings) -> Result<Self, Error> {
        if let Some((_, text)) = known.iter().find(|(known, _)| *known == name) {
            return Self::parse(name, text);
        }
        let text = fs::read_to_string(name);
        let text = text.map_err(|error| Error::settings(format!("mapping {name}: {error}")))?;
        Self::parse(name, &text)
    }

    fn parse(name: &str, text: &str) -> Result<Self, Error> {
        let wrong = |what: &str| Error::settings(format!("mapping {name}: {what}"));
        let document: Value = serde_json::from_str(text).map_err(|_| wrong("expected JSON"))?;
        let members = document.as_object().ok_or_else(|| wrong("expected an object"))?;
        let members = members.iter().map(|(to, from)| {
            if to == "*" {
                let under = from.as_str().ok_or_else(|| wrong("`*`: expected a name"))?;
                return Ok((path(under), From::Whole));
            }
            let unknown = || {
                wrong(&format!(
                    "`{to}`: expected a path, or an object with value, pairs or each"
                ))
            };
            let from = source(from).ok_or_else(unknown)?;
            Ok((path(to), from))
        });
        Ok(Self {
            members: members.collect::<Result<_, Error>>()?,
        })
    }

    /// Selects only these members, each under its own path or another: `src=remoteIP`.
    pub fn selection<'p>(members: impl IntoIterator<Item = &'p str>) -> Self {
        let members = members.into_iter().map(|member| {
            let (to, from) = member.split_once('=').unwrap_or((member, member));
            (path(to), From::Member(path(from)))
        });
        Self {
            members: members.collect(),
        }
    }

    /// The mapped line. Members whose source is missing or null are left out.
    ///
    /// # Errors
    ///
    /// When the line is not a JSON object.
    pub fn apply(&self, text: &str) -> serde_json::Result<String> {
        let line: Members<'_> = serde_json::from_str(text)?;
        let mut result = MappedNode::Object(Vec::new());
        for (to, from) in &self.members {
            let value = match from {
                From::Member(path) => at(&line, path).map(|raw| raw.get().to_owned()),
                From::Value(value) => Some(value.clone()),
                From::Whole => Some(text.to_owned()),
                From::Pairs(path) => at(&line, path).and_then(object),
                From::Each(list, member) => at(&line, list).and_then(|list| each(list, member)),
            };
            if let Some(value) = value.filter(|value| value != "null") {
                result.put(to, value);
            }
        }
        let mut mapped = String::with_capacity(text.len());
        result.write(&mut mapped);
        Ok(mapped)
    }
}

fn source(from: &Value) -> Option<From> {
    let kind = match from {
        Value::String(member) => return Some(From::Member(path(member))),
        other => other.as_object()?,
    };
    match (kind.get("value"), kind.get("pairs"), kind.get("each")) {
        (Some(value), ..) => Some(From::Value(value.to_string())),
        (_, Some(pairs), _) => Some(From::Pairs(path(pairs.as_str()?))),
        (_, _, Some(each)) => match each.as_array()?.as_slice() {
            [Value::String(list), Value::String(member)] => Some(From::Each(path(list), path(member))),
            _ => None,
        },
        _ => None,
    }
}

fn path(text: &str) -> Vec<String> {
    text.split('.').map(str::to_owned).collect()
}

/// The value at a path.
fn at<'l>(members: &Members<'l>, path: &[String]) -> Option<&'l RawValue> {
    let (first, rest) = path.split_first()?;
    let found = *members.get(first.as_str())?;
    match rest {
        [] => Some(found),
        rest => at(&serde_json::from_str(found.get()).ok()?, rest),
    }
}

/// Makes an object of a list of pairs; pairs with the same name become a list of their values.
fn object(pairs: &RawValue) -> Option<String> {
    let pairs: Vec<Vec<&RawValue>> = serde_json::from_str(pairs.get()).ok()?;
    let mut members: Vec<(&str, Vec<&str>)> = Vec::new();
    for pair in &pairs {
        let [name, value] = pair.as_slice() else { continue };
        match members.iter_mut().find(|(known, _)| *known == name.get()) {
            Some((_, values)) => values.push(value.get()),
            // Names that are not text do not match.
            None if name.get().starts_with('"') => members.push((name.get(), vec![value.get()])),
            None => {}
        }
    }
    let members = members.into_iter().map(|(name, values)| match values.as_slice() {
        [value] => format!("{name}:{value}"),
        values => format!("{name}:[{}]", values.join(",")),
    });
    Some(format!("{{{}}}", members.collect::<Vec<_>>().join(",")))
}

/// Takes a member of each item of a list.
fn each(list: &RawValue, member: &[String]) -> Option<String> {
    let items: Vec<Members<'_>> = serde_json::from_str(list.get()).ok()?;
    let values = items.iter().filter_map(|item| at(item, member));
    let values: Vec<&str> = values.map(RawValue::get).collect();
    Some(format!("[{}]", values.join(",")))
}

/// The unfinished result: values as JSON, and objects of them.
#[derive(Debug)]
enum MappedNode<'m> {
    Value(String),
    Object(Vec<(&'m str, MappedNode<'m>)>),
}

impl<'m> MappedNode<'m> {
    /// Puts a value at a path. A value on the path that is not an object becomes one.
    fn put(&mut self, path: &'m [String], value: String) {
        let Some((name, rest)) = path.split_first() else {
            *self = Self::Value(value);
            return;
        };
        if let Self::Value(_) = self {
            *self = Self::Object(Vec::new());
        }
        if let Self::Object(members) = self {
            let place = members.iter().position(|(known, _)| known == name);
            let place = place.unwrap_or_else(|| {
                members.push((name, Self::Object(Vec::new())));
                members.len() - 1
            });
            if let Some((_, node)) = members.get_mut(place) {
                node.put(rest, value);
            }
        }
    }

    fn write(&self, to: &mut String) {
        match self {
            Self::Value(value) => to.push_str(value),
            Self::Object(members) => {
                to.push('{');
                for (index, (name, node)) in members.iter().enumerate() {
                    if index > 0 {
                        to.push(',');
                    }
                    to.push_str(&json!(name).to_string());
                    to.push(':');
                    node.write(to);
                }
                to.push('}');
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    fn applied(mapping: &str, line: &Value) -> Value {
        let mapping = Mapping::parse("test", mapping).unwrap();
        serde_json::from_str(&mapping.apply(&line.to_string()).unwrap()).unwrap()
    }

    #[test]
    fn test_members_are_chosen_renamed_and_made() {
        let line = json!({
            "id": "a", "remoteIP": "10.0.0.1", "headersIn": [["A", "1"], ["B", "2"], ["A", "3"]], "tags": [{"type": "XSS"}, {"type": "SQLI"}],
            "none": null
        });
        let mapping = r#"{"source.ip": "remoteIP", "event.kind": {"value": "alert"}, "h": {"pairs": "headersIn"},
            "rule.name": {"each": ["tags", "type"]}, "missing": "none.x", "*": "raw"}"#;
        assert_eq!(
            applied(mapping, &line),
            json!({
                "source": {"ip": "10.0.0.1"}, "event": {"kind": "alert"}, "h": {"A": ["1", "3"], "B": "2"},
                "rule": {"name": ["XSS", "SQLI"]}, "raw": line
            })
        );
    }

    #[test]
    fn test_values_stay_as_they_came() {
        let mapping = Mapping::selection(["id", "ratio=new.ratio", "a.b=big"]);
        let line = r#"{"id": "\u00fc/1", "new": {"ratio": 1.50}, "big": 123456789012345678901234567890}"#;
        assert_eq!(
            mapping.apply(line).unwrap(),
            r#"{"id":"\u00fc/1","ratio":1.50,"a":{"b":123456789012345678901234567890}}"#
        );
        assert!(mapping.apply("[]").is_err());
    }

    #[test]
    fn test_what_is_no_mapping_is_an_error() {
        for text in [
            "[]",
            "{",
            "{\"a\": 1}",
            "{\"a\": {\"each\": [\"x\"]}}",
            "{\"*\": 1}",
        ] {
            assert!(Mapping::parse("test", text).is_err(), "{text}");
        }
    }
}
