//! Values of a request before it is sent: JSON, with files and secrets.

use lorgnette_runtime::codec::{Decoder, Encoder, Error, Result};
use lorgnette_runtime::commands::{Kind, Shape};
use lorgnette_runtime::{Secret, Upload, Wire};
use serde_json::Value;
use std::collections::BTreeMap;

/// A value of a request, or a part of one.
#[derive(Clone, Debug)]
pub enum Field {
    /// A value that is not secret.
    Value(Value),
    /// A secret text.
    Secret(Secret),
    /// A file, and the path that names it.
    File(Upload, String),
    /// A list.
    List(Vec<Self>),
    /// An object.
    Object(BTreeMap<String, Self>),
}

impl Field {
    /// A value of this kind without files.
    pub fn new(kind: Kind, value: Value) -> Self {
        match (kind, value) {
            (Kind::Secret, Value::String(text)) => Self::Secret(Secret::new(text)),
            (_, value) if !has_secret(kind, &value) => Self::Value(value),
            (kind, Value::Array(items)) => {
                let kind = item(kind);
                Self::List(items.into_iter().map(|value| Self::new(kind, value)).collect())
            }
            (kind, Value::Object(members)) => {
                let members = members.into_iter().map(|(name, value)| {
                    let kind = member(kind, &name);
                    (name, Self::new(kind, value))
                });
                Self::Object(members.collect())
            }
            (_, value) => Self::Value(value),
        }
    }

    /// Calls `visit` with every secret in the value.
    pub fn each_secret(&self, visit: &mut dyn FnMut(&str)) {
        match self {
            Self::Secret(secret) => visit(secret.expose()),
            Self::List(items) => items.iter().for_each(|item| item.each_secret(visit)),
            Self::Object(members) => members.values().for_each(|member| member.each_secret(visit)),
            Self::Value(_) | Self::File(..) => {}
        }
    }
}

/// The kind of the items of a list.
pub fn item(kind: Kind) -> Kind {
    match kind {
        Kind::List(item) => *item,
        Kind::Of(ty) => match &ty.shape {
            Shape::Union { branches, .. } => {
                let lists = branches.iter().find(|(kind, _)| matches!(kind, Kind::List(_)));
                lists.map_or(Kind::Any, |(kind, _)| item(*kind))
            }
            _ => Kind::Any,
        },
        _ => Kind::Any,
    }
}

/// The kind of a member of an object.
pub fn member(kind: Kind, name: &str) -> Kind {
    match kind {
        Kind::Map(value) => *value,
        Kind::Of(ty) => match &ty.shape {
            Shape::Object { members, rest } => {
                let known = members.iter().find(|member| member.name == name);
                known.map(|member| member.kind).or(*rest).unwrap_or(Kind::Any)
            }
            Shape::Union { branches, .. } => {
                let kinds = branches.iter().map(|(kind, _)| member(*kind, name));
                kinds
                    .into_iter()
                    .find(|kind| !matches!(kind, Kind::Any))
                    .unwrap_or(Kind::Any)
            }
            Shape::Values(_) => Kind::Any,
        },
        _ => Kind::Any,
    }
}

fn has_secret(kind: Kind, value: &Value) -> bool {
    match value {
        Value::String(_) => matches!(kind, Kind::Secret),
        Value::Array(items) => items.iter().any(|value| has_secret(item(kind), value)),
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| has_secret(member(kind, name), value)),
        _ => false,
    }
}

impl Wire for Field {
    fn encode(&self, to: &mut Encoder<'_>) -> Result<()> {
        match self {
            Self::Value(value) => value.encode(to),
            Self::Secret(secret) => secret.encode(to),
            Self::File(file, _) => file.encode(to),
            Self::List(list) => list.encode(to),
            Self::Object(members) => members.encode(to),
        }
    }

    fn decode(_: &mut Decoder<'_>) -> Result<Self> {
        Err(Error::new("values of a request are sent only"))
    }

    fn is_absent(&self) -> bool {
        matches!(self, Self::Value(Value::Null))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lorgnette_runtime::command_type;
    use serde_json::json;

    command_type!(Door: ""; object "name" Text, "pins" [Secret], "more" {(Lock)});
    command_type!(Lock: ""; object "key" Secret, "size" Integer);

    #[test]
    fn test_secrets_are_found_wherever_they_are() {
        let value = json!({"name": "a", "pins": ["p1"], "more": {"x": {"key": "k1", "size": 2}}});
        let field = Field::new(Kind::Of(&Door), value);
        let mut found = Vec::new();
        field.each_secret(&mut |secret| found.push(secret.to_owned()));
        assert_eq!(found, ["k1", "p1"]);
        assert!(!format!("{field:?}").contains("k1"));
    }

    #[test]
    fn test_values_without_secrets_stay_as_they_are() {
        let value = json!({"name": "a", "other": [1]});
        assert!(matches!(Field::new(Kind::Of(&Door), value.clone()), Field::Value(kept) if kept == value));
    }
}
