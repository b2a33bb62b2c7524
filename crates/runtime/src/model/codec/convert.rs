//! Converts a value that was read to one that is sent, by matching members by their names on the
//! wire.

use super::decoder::{Context, Decoder};
use super::error::{Error, Result};
use super::tree::Tree;
use super::wire::{Encoder, NextItem, Wire, WireTarget};
use serde_json::{Map, Number, Value};
use zeroize::Zeroize;

/// Reads `value` as another type. Before that, its members are `renamed` from one name to another,
/// or `dropped`.
///
/// Secrets that are masks of asterisks are accepted here and refused only when they are sent, so
/// that the caller can replace them.
///
/// # Errors
///
/// When the other type requires a member that `value` does not have, or rejects the value of a
/// member.
pub fn converted<T: Wire>(value: &dyn Wire, renamed: &[(&str, &str)], dropped: &[&str]) -> Result<T> {
    let mut tree = copied(value)?;
    if let Value::Object(members) = &mut tree {
        members.retain(|name, _| !dropped.contains(&name.as_str()));
        for (from, to) in renamed {
            if let Some(value) = members.remove(*from) {
                members.insert((*to).to_owned(), value);
            }
        }
    }
    let context = Context::default();
    let made = T::decode(&mut Decoder {
        source: &mut Tree::new(&tree, &context),
    });
    wipe(&mut tree);
    made
}

/// Some of the strings may be secrets.
fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Object(members) => members.values_mut().for_each(wipe),
        _ => {}
    }
}

fn copied(value: &dyn Wire) -> Result<Value> {
    let mut copy = Copy(Value::Null);
    value.encode(&mut Encoder::new(&mut copy))?;
    Ok(copy.0)
}

/// Writes a value as a tree.
struct Copy(Value);

impl WireTarget for Copy {
    fn takes_masks(&self) -> bool {
        true
    }
    fn null(&mut self) -> Result<()> {
        self.0 = Value::Null;
        Ok(())
    }
    fn bool(&mut self, value: bool) -> Result<()> {
        self.0 = Value::Bool(value);
        Ok(())
    }
    fn integer(&mut self, value: i128) -> Result<()> {
        let number = Number::from_i128(value).map(Value::Number);
        self.0 = number.ok_or_else(|| Error::new("an integer of more than 64 bits"))?;
        Ok(())
    }
    fn float(&mut self, value: f64) -> Result<()> {
        self.0 = Number::from_f64(value).map_or(Value::Null, Value::Number);
        Ok(())
    }
    fn single(&mut self, value: f32) -> Result<()> {
        self.float(value.into())
    }
    fn text(&mut self, value: &str) -> Result<()> {
        self.0 = Value::String(value.to_owned());
        Ok(())
    }
    fn list<'v>(&mut self, next: NextItem<'_, 'v, &'v dyn Wire>) -> Result<()> {
        let mut list = Vec::new();
        while let Some(item) = next() {
            let item = copied(item).map_err(|error| error.in_item(list.len()))?;
            list.push(item);
        }
        self.0 = Value::Array(list);
        Ok(())
    }
    fn members<'v>(&mut self, next: NextItem<'_, 'v, (&'v str, &'v dyn Wire)>) -> Result<()> {
        let mut members = Map::new();
        while let Some((name, value)) = next() {
            let value = copied(value).map_err(|error| error.in_member(name))?;
            members.insert(name.to_owned(), value);
        }
        self.0 = Value::Object(members);
        Ok(())
    }
}

/// Converts the read type of a resource to its sent type, as `TryFrom` by value and by reference.
///
/// Members are matched by their names on the wire. Common members keep their values, and members
/// that the sent type requires must be present.
///
/// ```
/// # use lorgnette_runtime::UnknownMembers;
/// #[derive(Clone, Debug, PartialEq)]
/// pub struct Rule { pub id: String, pub reason: Option<String>, pub enabled: Option<bool> }
/// lorgnette_runtime::object!(Rule { 0 id: "id", 1 reason: "why", 2 enabled: "enabled" });
///
/// #[derive(Clone, Debug, PartialEq)]
/// pub struct RuleInput { pub reason: String, pub enabled: Option<bool> }
/// lorgnette_runtime::object!(RuleInput { 0 reason: "reason", 1 enabled: "enabled" });
/// lorgnette_runtime::converts!(Rule => RuleInput, renamed { "why" => "reason" }, dropped ["id"]);
///
/// let rule = Rule { id: "1".into(), reason: Some("noise".into()), enabled: None };
/// assert_eq!(RuleInput::try_from(&rule)?, RuleInput { reason: "noise".into(), enabled: None });
/// let error = RuleInput::try_from(Rule { reason: None, ..rule }).unwrap_err();
/// assert_eq!((error.path(), error.message()), ("reason".to_string(), "a required member is missing"));
/// # Ok::<(), lorgnette_runtime::codec::Error>(())
/// ```
#[macro_export]
macro_rules! converts {
    (
        $read:ty => $sent:ident
        $(, renamed { $($from:literal => $to:literal),* })?
        $(, dropped [$($dropped:literal),*])?
    ) => {
        #[allow(deprecated)]
        impl ::core::convert::TryFrom<&$read> for $sent {
            type Error = $crate::codec::Error;
            fn try_from(read: &$read) -> $crate::codec::Result<Self> {
                $crate::codec::converted(read, &[$($(($from, $to)),*)?], &[$($($dropped),*)?])
            }
        }
        #[allow(deprecated)]
        impl ::core::convert::TryFrom<$read> for $sent {
            type Error = $crate::codec::Error;
            fn try_from(read: $read) -> $crate::codec::Result<Self> {
                Self::try_from(&read)
            }
        }
    };
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::model::secret::Secret;
    use serde_json::json;

    #[test]
    fn test_converted_carries_values_of_every_kind() {
        let value = json!({"a": [1, -2, 2.5, null, true, "x", {"b": u64::MAX}], "c": {}});
        assert_eq!(converted::<Value>(&value, &[], &[]).unwrap(), value);
        let made: Value = converted(&value, &[("c", "d")], &["a"]).unwrap();
        assert_eq!(made, json!({"d": {}}));
    }

    #[test]
    fn test_converted_lets_masks_pass_until_they_are_sent() {
        let made: Secret = converted(&Secret::new("****"), &[], &[]).unwrap();
        assert!(made.is_mask());
        assert!(crate::model::codec::to_json(&made).is_err());
    }
}
