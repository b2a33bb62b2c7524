//! Members of an object that its contract does not name.

use serde_json::{Map, Value};
use std::fmt;

/// The members of an object that the contract does not name, unchanged.
///
/// An object that a server sends keeps them, so that nothing is lost when it is written back or
/// exported. Its method `unknown` returns them, and `unknown_mut` changes them. They take part in
/// comparisons, and are written after the members that the contract names.
///
/// Without such members, it takes the space of a pointer. `Debug` shows the names only, since any
/// value may be a secret.
///
/// ```
/// # #[derive(Clone, Debug, PartialEq)]
/// # pub struct Sensor { pub id: i64, unknown: lorgnette_runtime::UnknownMembers }
/// # lorgnette_runtime::object!(Sensor { 0 id: "id" } keeps unknown);
/// let mut sensor: Sensor = serde_json::from_str(r#"{"id": 7, "colour": "red"}"#)?;
/// assert_eq!(sensor.unknown().get("colour"), Some(&"red".into()));
/// assert_eq!(serde_json::to_string(&sensor)?, r#"{"id":7,"colour":"red"}"#);
///
/// sensor.unknown_mut().clear();
/// assert_eq!(serde_json::to_string(&sensor)?, r#"{"id":7}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct UnknownMembers(Option<Box<Map<String, Value>>>);

impl UnknownMembers {
    /// The value of the member called `name`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.as_ref()?.get(name)
    }

    /// The number of members.
    pub fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |members| members.len())
    }

    /// Whether there are no such members.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Names and values.
    pub fn iter(&self) -> Iter<'_> {
        Iter(self.0.as_ref().map(|members| members.iter()))
    }

    /// Inserts a member, and returns its previous value.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        let members = self.0.get_or_insert_default();
        members.insert(name.into(), value.into())
    }

    /// Removes a member.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let members = self.0.as_mut()?;
        let removed = members.remove(name);
        if members.is_empty() {
            self.0 = None;
        }
        removed
    }

    /// Removes all members.
    pub fn clear(&mut self) {
        self.0 = None;
    }
}

/// Names and values of unknown members.
#[derive(Clone)]
pub struct Iter<'a>(Option<serde_json::map::Iter<'a>>);

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a str, &'a Value);
    fn next(&mut self) -> Option<Self::Item> {
        let (name, value) = self.0.as_mut()?.next()?;
        Some((name, value))
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.as_ref().map_or((0, Some(0)), Iterator::size_hint)
    }
}

impl ExactSizeIterator for Iter<'_> {}

impl fmt::Debug for Iter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.clone().map(|(name, _)| name)).finish()
    }
}

impl<'a> IntoIterator for &'a UnknownMembers {
    type Item = (&'a str, &'a Value);
    type IntoIter = Iter<'a>;
    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

impl fmt::Debug for UnknownMembers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_unknown_members_take_a_pointer_when_there_are_none() {
        assert_eq!(size_of::<UnknownMembers>(), 8);
    }

    #[test]
    fn test_unknown_members_without_members_are_equal() {
        let mut one = UnknownMembers::default();
        assert_eq!(one.insert("a", 1), None);
        assert_ne!(one, UnknownMembers::default());
        assert_eq!(one.iter().collect::<Vec<_>>(), [("a", &Value::from(1))]);
        assert_eq!(one.remove("a"), Some(1.into()));
        assert_eq!(one, UnknownMembers::default());
        assert!(one.is_empty());
    }

    #[test]
    fn test_debug_of_unknown_members_shows_names_only() {
        let mut members = UnknownMembers::default();
        members.insert("api\nKey", "hunter2");
        assert_eq!(format!("{members:?}"), r#"{"api\nKey"}"#);
        let iter: Iter<'_> = members.iter();
        assert_eq!(format!("{iter:?}"), r#"{"api\nKey"}"#);
    }
}
