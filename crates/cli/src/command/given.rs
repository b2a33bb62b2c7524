//! Requests made from JSON values under the contract's names, for programs that call on behalf of
//! others. Nothing in them can name a file on this machine.

use super::body::Payload;
use super::fields::Field;
use super::request::RequestValues;
use crate::failure::Failure;
use crate::values::{Moment, from_text};
use lorgnette_runtime::commands::{Command, Kind};
use serde_json::{Map, Value};

impl RequestValues {
    /// Makes a request with these parameters and this body.
    ///
    /// If the contract expects another type, text is read as on a command line: a time may be
    /// `-6h`.
    ///
    /// # Errors
    ///
    /// When there is no such parameter, something is missing, or a value does not match the
    /// contract.
    pub fn of_json(
        command: &'static Command,
        parameters: &Map<String, Value>,
        body: Option<&Value>,
        preset: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, Failure> {
        let now = Moment::now();
        let known: Vec<_> = command.parameters().collect();
        let is_known = |name: &String| known.iter().any(|known| known.name == name);
        if let Some(name) = parameters.keys().find(|name| !is_known(name)) {
            let names: Vec<&str> = known.iter().map(|known| known.name).collect();
            return Err(Failure::usage(format!(
                "there is no parameter `{name}`; there are {}",
                names.join(", ")
            )));
        }
        let mut values = Vec::new();
        for parameter in known {
            let given = parameters.get(parameter.name).filter(|value| !value.is_null());
            let value = given
                .cloned()
                .or_else(|| preset(parameter.name).map(Value::String));
            match value {
                Some(value) => {
                    let value = fitted(parameter.kind, value, now)
                        .map_err(|what| Failure::usage(format!("`{}`: {what}", parameter.name)))?;
                    values.push((parameter.index, Field::new(parameter.kind, value)));
                }
                None if parameter.is_required => {
                    return Err(Failure::usage(format!(
                        "the parameter `{}` is missing",
                        parameter.name
                    )));
                }
                None => {}
            }
        }
        let payload = match (body, command.bodies.first()) {
            (Some(body), Some(form)) => Some(Payload::of_json(form, body.clone())?),
            (Some(_), None) => return Err(Failure::usage("the operation takes no body")),
            (None, _) if command.is_body_required() => return Err(Failure::usage("`body` is missing")),
            (None, _) => None,
        };
        Ok(Self::new(command, values, payload))
    }
}

/// Reads a value of this kind.
fn fitted(kind: Kind, value: Value, now: Moment) -> Result<Value, String> {
    match (kind, value) {
        (Kind::Text | Kind::Secret | Kind::Any, value) => Ok(value),
        (Kind::List(item), Value::Array(items)) => {
            items.into_iter().map(|value| fitted(*item, value, now)).collect()
        }
        (Kind::List(item), value) => Ok(Value::Array(vec![fitted(*item, value, now)?])),
        (kind, Value::String(text)) => from_text(kind, &text, now),
        (_, value) => Ok(value),
    }
}
