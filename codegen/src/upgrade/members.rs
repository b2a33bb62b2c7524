//! Small changes to the members of an object that keep the order of the others.

use crate::document::Object;
use serde_json::{Map, Value};

/// Replaces the member `old` with `new` and a value, at the same place; puts it first if `old` does
/// not exist.
pub fn rename(object: &mut Object, old: &str, new: &str, value: Value) {
    let index = object.keys().position(|key| key == old);
    object.shift_remove(old);
    object.shift_remove(new);
    let index = index.unwrap_or(0).min(object.len());
    object.shift_insert(index, new.to_owned(), value);
}

/// Takes the members that `wanted` accepts out of an object, in their order.
pub fn split_off(object: &mut Object, wanted: impl Fn(&str) -> bool) -> Object {
    let (taken, kept): (Vec<_>, Vec<_>) = std::mem::take(object)
        .into_iter()
        .partition(|(key, _)| wanted(key));
    *object = kept.into_iter().collect();
    taken.into_iter().collect()
}

/// The object at a member, which is created if it is missing or of another type.
pub fn object_at<'o>(object: &'o mut Object, key: &str) -> Option<&'o mut Object> {
    let value = object.entry(key).or_insert(Value::Null);
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut()
}

/// The strings of a list, or the single string in place of a list.
pub fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(list)) => list
            .iter()
            .filter_map(|item| item.as_str().map(str::to_owned))
            .collect(),
        _ => Vec::new(),
    }
}

/// Adds a value to the list at a member, unless it is already there.
pub fn push(object: &mut Object, key: &str, value: Value) {
    match object.get_mut(key) {
        Some(Value::Array(list)) if list.contains(&value) => {}
        Some(Value::Array(list)) => list.push(value),
        _ => {
            object.insert(key.to_owned(), Value::Array(vec![value]));
        }
    }
}
