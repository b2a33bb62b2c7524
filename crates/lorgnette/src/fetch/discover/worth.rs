//! The value of a script's expression: a full value, a part of one, or unknown.

use serde_json::{Number, Value};
use std::rc::Rc;

/// The value of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Worth {
    Unknown,
    Undefined,
    /// A value. An unknown part of it is replaced by [`HOLE`].
    Known(Rc<Value>),
}

/// Represents an unknown value in a list or object.
const HOLE: &str = "\u{0}unknown";

/// The member of an object that may have members which are unknown.
pub const MORE: &str = "\u{0}more";

impl Worth {
    /// A known value.
    pub fn of(value: Value) -> Self {
        Self::Known(Rc::new(value))
    }

    /// A known text.
    pub fn text_of(text: &str) -> Self {
        Self::of(Value::String(text.to_owned()))
    }

    /// The value, if it is known, at least in part.
    pub fn value(&self) -> Option<&Value> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown | Self::Undefined => None,
        }
    }

    /// The text, if the value is one.
    pub fn text(&self) -> Option<&str> {
        self.value().and_then(text)
    }

    /// Whether a condition treats the value as true.
    pub fn is_truthy(&self) -> bool {
        match self.value() {
            None | Some(Value::Null | Value::Bool(false)) => false,
            Some(Value::String(text)) => !text.is_empty(),
            Some(Value::Number(number)) => number.as_f64() != Some(0.0),
            Some(_) => true,
        }
    }
}

/// The placeholder of an unknown part.
pub fn hole() -> Value {
    Value::String(HOLE.to_owned())
}

/// The text in a part of a value, if it is known.
pub fn text(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| *text != HOLE)
}

/// Whether every part of a value is known.
pub fn is_whole(value: &Value) -> bool {
    match value {
        Value::String(text) => text != HOLE,
        Value::Array(list) => list.iter().all(is_whole),
        Value::Object(map) => !map.contains_key(MORE) && map.values().all(is_whole),
        _ => true,
    }
}

/// The value of a literal number.
pub fn number(source: &str) -> Worth {
    let digits = source.replace('_', "");
    let whole = match digits.to_ascii_lowercase() {
        hex if hex.starts_with("0x") => i64::from_str_radix(&hex[2..], 16).ok(),
        _ => digits.parse::<i64>().ok(),
    };
    let number = whole
        .map(Number::from)
        .or_else(|| Number::from_f64(digits.parse().ok()?));
    number.map_or(Worth::Unknown, |number| Worth::of(Value::Number(number)))
}

/// The result of `+` with a text.
pub fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The number of values in a value, itself included.
pub fn nodes(value: &Value) -> usize {
    1 + match value {
        Value::Array(list) => list.iter().map(nodes).sum(),
        Value::Object(map) => map.values().map(nodes).sum(),
        Value::String(text) => text.len() / 64,
        _ => 0,
    }
}
