//! Lines under other names: members that are chosen and renamed, and what a SIEM wants them called.

use crate::error::Error;
use serde_json::{Map, Value};
use std::fs;

/// What becomes of a line: each member of the result, by its path, with where its value comes from.
///
/// ```json
/// {"source.ip": "remoteIP", "event.kind": {"value": "alert"}, "request.headers": {"pairs": "headersIn"}, "*": "vendor"}
/// ```
///
/// A text is the path of a member; `{"value": ..}` is a value that is always the same; `{"pairs": PATH}` makes an object of a list
/// of pairs; `{"each": [LIST, PATH]}` takes a member of each item of a list. The name `*` keeps the whole line under that name.
#[derive(Clone, Debug)]
pub struct Mapping {
    members: Vec<(Vec<String>, From)>,
}

#[derive(Clone, Debug)]
enum From {
    Member(Vec<String>),
    Value(Value),
    Pairs(Vec<String>),
    Each(Vec<String>, Vec<String>),
    Whole,
}

/// Mappings that are known by a name: the name, and the text.
pub type Known = [(&'static str, &'static str)];

impl Mapping {
    /// The mapping of this name among those that are `known`, or in the file at this path.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or is no mapping.
    pub fn named(name: &str, known: &Known) -> Result<Self, Error> {
        if let Some((_, text)) = known.iter().find(|(known, _)| *known == name) {
            return Self::parse(name, text);
        }
        let text = fs::read_to_string(name).map_err(|error| Error::settings(format!("mapping {name}: {error}")))?;
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
            let unknown = || wrong(&format!("`{to}`: expected a path, or an object with value, pairs or each"));
            let from = match from {
                Value::String(member) => From::Member(path(member)),
                Value::Object(kind) => match (kind.get("value"), kind.get("pairs"), kind.get("each")) {
                    (Some(value), ..) => From::Value(value.clone()),
                    (_, Some(Value::String(pairs)), _) => From::Pairs(path(pairs)),
                    (_, _, Some(Value::Array(each))) => match each.as_slice() {
                        [Value::String(list), Value::String(member)] => From::Each(path(list), path(member)),
                        _ => return Err(unknown()),
                    },
                    _ => return Err(unknown()),
                },
                _ => return Err(unknown()),
            };
            Ok((path(to), from))
        });
        Ok(Self {
            members: members.collect::<Result<_, Error>>()?,
        })
    }

    /// Only these members, under their own names.
    pub fn selection<'p>(members: impl IntoIterator<Item = &'p str>) -> Self {
        let members = members.into_iter().map(|member| (path(member), From::Member(path(member))));
        Self {
            members: members.collect(),
        }
    }

    /// The line as the mapping has it. Members whose source is not there are left out.
    ///
    /// # Errors
    ///
    /// When the line is no JSON.
    pub fn apply(&self, text: &str) -> serde_json::Result<String> {
        let line: Value = serde_json::from_str(text)?;
        let mut result = Value::Object(Map::new());
        for (to, from) in &self.members {
            let value = match from {
                From::Member(path) => at(&line, path).cloned(),
                From::Value(value) => Some(value.clone()),
                From::Whole => Some(line.clone()),
                From::Pairs(path) => at(&line, path).and_then(object),
                From::Each(list, member) => at(&line, list).and_then(Value::as_array).map(|items| {
                    items.iter().filter_map(|item| at(item, member).cloned()).collect()
                }),
            };
            if let Some(value) = value.filter(|value| !value.is_null()) {
                put(&mut result, to, value);
            }
        }
        serde_json::to_string(&result)
    }
}

fn path(text: &str) -> Vec<String> {
    text.split('.').map(str::to_owned).collect()
}

fn at<'v>(value: &'v Value, path: &[String]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, name| value.get(name))
}

fn put(value: &mut Value, path: &[String], new: Value) {
    let [name, rest @ ..] = path else {
        *value = new;
        return;
    };
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    if let Value::Object(members) = value {
        put(members.entry(name.clone()).or_insert(Value::Null), rest, new);
    }
}

/// An object of a list of pairs; of two of one name, a list of both values.
fn object(pairs: &Value) -> Option<Value> {
    let mut members = Map::new();
    for pair in pairs.as_array()? {
        let [Value::String(name), value] = pair.as_array()?.as_slice() else {
            continue;
        };
        match members.get_mut(name) {
            None => drop(members.insert(name.clone(), value.clone())),
            Some(Value::Array(values)) => values.push(value.clone()),
            Some(one) => *one = Value::Array(vec![one.take(), value.clone()]),
        }
    }
    Some(Value::Object(members))
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
            "remoteIP": "10.0.0.1", "headersIn": [["A", "1"], ["B", "2"], ["A", "3"]], "tags": [{"type": "XSS"}, {"type": "SQLI"}],
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
    fn test_what_is_no_mapping_is_an_error() {
        for text in ["[]", "{", "{\"a\": 1}", "{\"a\": {\"each\": [\"x\"]}}", "{\"*\": 1}"] {
            assert!(Mapping::parse("test", text).is_err(), "{text}");
        }
    }
}
