//! Writes values as text outside JSON: pieces of lists and objects, and fields of forms.

use super::operation::{Parameter, Style};
use serde_json::Value;

/// The value as one text, its pieces separated by commas.
pub(super) fn joined(parameter: &Parameter, value: &Value, encode: &dyn Fn(&str) -> String) -> String {
    // Nearly all values consist of one piece.
    if parameter.content.is_none() && !value.is_array() && !value.is_object() {
        return match value {
            Value::String(text) => encode(text),
            value => encode(&text(value)),
        };
    }
    pieces(parameter, value, encode).join(",")
}

/// The items of a list, the members of an object (as `name=value` if exploded, else as two pieces),
/// or the value itself.
pub(super) fn pieces(parameter: &Parameter, value: &Value, encode: &dyn Fn(&str) -> String) -> Vec<String> {
    match value {
        _ if parameter.content.is_some() => vec![encode(&document(parameter, value))],
        Value::Array(list) => list.iter().map(|value| item(parameter, value, encode)).collect(),
        Value::Object(members) if parameter.explode => {
            let members = members.iter().filter(|(_, value)| !value.is_null());
            members
                .map(|(name, value)| format!("{}={}", encode(name), encode(&text(value))))
                .collect()
        }
        Value::Object(members) => {
            let members = members.iter().filter(|(_, value)| !value.is_null());
            members
                .flat_map(|(name, value)| [encode(name), encode(&text(value))])
                .collect()
        }
        value => vec![encode(&text(value))],
    }
}

/// How names and values of a form are written.
pub(crate) struct Writing<'w> {
    /// A value.
    pub(crate) value: &'w dyn Fn(&str) -> String,
    /// A name, and the delimiter of values.
    pub(crate) name: &'w dyn Fn(&str) -> String,
}

/// The fields of a form that a parameter makes, with names and values.
pub(crate) fn fields(parameter: &Parameter, value: &Value, writing: &Writing<'_>) -> Vec<(String, String)> {
    let encode = writing.value;
    let name = (writing.name)(parameter.name);
    let joined_by = |delimiter: &str| pieces(parameter, value, encode).join(delimiter);
    match (parameter.style, value) {
        _ if parameter.content.is_some() => vec![(name, encode(&document(parameter, value)))],
        (Style::DeepObject, Value::Object(_) | Value::Array(_)) => {
            let mut fields = Vec::new();
            deep(&mut fields, &name, value, writing);
            fields
        }
        (Style::SpaceDelimited, Value::Array(_) | Value::Object(_)) => {
            vec![(name, joined_by(&(writing.name)(" ")))]
        }
        (Style::PipeDelimited, Value::Array(_) | Value::Object(_)) => {
            vec![(name, joined_by(&(writing.name)("|")))]
        }
        (_, Value::Array(list)) if parameter.explode => {
            let items = list.iter().map(|value| item(parameter, value, encode));
            items.map(|item| (name.clone(), item)).collect()
        }
        (_, Value::Object(members)) if parameter.explode => {
            let members = members.iter().filter(|(_, value)| !value.is_null());
            members
                .map(|(name, value)| ((writing.name)(name), encode(&text(value))))
                .collect()
        }
        _ => vec![(name, joined(parameter, value, encode))],
    }
}

/// `name[a][b]=c`; the items of a list repeat its name, or have an index in it if the items are
/// objects or lists.
fn deep(fields: &mut Vec<(String, String)>, name: &str, value: &Value, writing: &Writing<'_>) {
    let inner = |key: &str| {
        let [open, close] = ["[", "]"].map(writing.name);
        format!("{name}{open}{}{close}", (writing.name)(key))
    };
    match value {
        Value::Null => {}
        Value::Object(members) => {
            for (member, value) in members {
                deep(fields, &inner(member), value, writing);
            }
        }
        Value::Array(list) => {
            let is_deep = list.iter().any(|item| item.is_object() || item.is_array());
            for (index, item) in list.iter().enumerate() {
                if is_deep {
                    deep(fields, &inner(&index.to_string()), item, writing);
                } else {
                    deep(fields, name, item, writing);
                }
            }
        }
        value => fields.push((name.to_owned(), (writing.value)(&text(value)))),
    }
}

/// A value as a document of the parameter's media type: JSON, or the form outside JSON.
fn document(parameter: &Parameter, value: &Value) -> String {
    let essence = parameter.content.and_then(|content| content.split(';').next());
    match essence.map(str::trim) {
        Some(essence) if essence.ends_with("json") => value.to_string(),
        _ => text(value),
    }
}

/// A nested list, joined with the next of the parameter's separators, or as JSON if there is none;
/// a scalar in its form outside JSON.
fn item(parameter: &Parameter, value: &Value, encode: &dyn Fn(&str) -> String) -> String {
    nested(parameter.nested, value, encode)
}

fn nested(separators: &str, value: &Value, encode: &dyn Fn(&str) -> String) -> String {
    let mut levels = separators.chars();
    match (value, levels.next()) {
        (Value::Array(list), Some(separator)) => {
            let items: Vec<String> = list
                .iter()
                .map(|item| nested(levels.as_str(), item, encode))
                .collect();
            // A delimiting comma stays unencoded; other delimiters must be encoded.
            let joint = if separator == ',' {
                ",".to_owned()
            } else {
                encode(separator.encode_utf8(&mut [0; 4]))
            };
            items.join(&joint)
        }
        (value, _) => encode(&text(value)),
    }
}

/// A scalar in its form outside JSON; a list or object as JSON.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Number(number) => match number.as_f64() {
            // Some form parsers do not understand exponents, and some read a plus sign as a space.
            Some(float) if number.is_f64() && (1e-6..1e21).contains(&float.abs()) => float.to_string(),
            _ => number.to_string().replace("e+", "e"),
        },
        value => value.to_string(),
    }
}
