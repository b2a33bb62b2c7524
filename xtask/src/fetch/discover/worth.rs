//! What an expression of a script is worth: a value, a part of one, or nothing that is known.

use serde_json::{Number, Value};
use std::rc::Rc;

/// What an expression is worth.
#[derive(Clone, Debug, PartialEq)]
pub enum Worth {
    Unknown,
    Undefined,
    /// A value without any unknown part.
    Known(Rc<Value>),
    /// An object or list, some part of which is unknown and left out.
    Partly(Rc<Value>),
}

impl Worth {
    /// A known value.
    pub fn of(value: Value) -> Self {
        Self::Known(Rc::new(value))
    }

    /// A known text.
    pub fn text_of(text: &str) -> Self {
        Self::of(Value::String(text.to_owned()))
    }

    /// An object or list, known in full or in part.
    pub fn gathered(value: Value, whole: bool) -> Self {
        if whole {
            Self::of(value)
        } else {
            Self::Partly(Rc::new(value))
        }
    }

    /// The value, with unknown parts left out.
    pub fn value(&self) -> Option<&Value> {
        match self {
            Self::Known(value) | Self::Partly(value) => Some(value),
            Self::Unknown | Self::Undefined => None,
        }
    }

    /// The text, if that is what it is.
    pub fn text(&self) -> Option<&str> {
        self.value()?.as_str()
    }

    /// Whether a condition would take it for true.
    pub fn is_truthy(&self) -> bool {
        match self.value() {
            None | Some(Value::Null | Value::Bool(false)) => false,
            Some(Value::String(text)) => !text.is_empty(),
            Some(Value::Number(number)) => number.as_f64() != Some(0.0),
            Some(_) => true,
        }
    }
}

/// The worth of a literal number.
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

/// What `+` makes of a value beside a text.
pub fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// How many values a value holds, itself included.
pub fn nodes(value: &Value) -> usize {
    1 + match value {
        Value::Array(list) => list.iter().map(nodes).sum(),
        Value::Object(map) => map.values().map(nodes).sum(),
        Value::String(text) => text.len() / 64,
        _ => 0,
    }
}
