//! `--set a.b=1`: sets single values of a body, by path.

use super::from_text;
use super::time::Moment;
use lorgnette_runtime::commands::{Kind, Shape};
use serde_json::{Map, Value};

/// A value for one place of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    path: Vec<String>,
    text: String,
    /// The value is JSON, regardless of the kind of its place.
    is_json: bool,
}

/// The longest list that an index may create.
const LONGEST: usize = 10_000;

impl Assignment {
    /// Reads `path=text` or `path:=json`. A path consists of member names and list indices,
    /// separated by dots. A dot, an equals sign or a backslash within a name is escaped with a
    /// backslash.
    ///
    /// # Errors
    ///
    /// When there is no `=`, or a name is empty.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut path = vec![String::new()];
        let mut rest = text.chars();
        loop {
            let last = path.last_mut();
            match (rest.next(), last) {
                (Some('\\'), Some(last)) => last.extend(rest.next()),
                (Some('.'), _) => path.push(String::new()),
                (Some('='), _) => break,
                (Some(character), Some(last)) => last.push(character),
                _ => return Err("expected PATH=VALUE, such as name=lamp or limits.low:=5".to_owned()),
            }
        }
        let is_json = path.last_mut().is_some_and(|last| {
            let json = last.strip_suffix(':').map(str::to_owned);
            let is_json = json.is_some();
            *last = json.unwrap_or_else(|| std::mem::take(last));
            is_json
        });
        if path.iter().any(String::is_empty) {
            return Err("a name in the path is empty".to_owned());
        }
        Ok(Self {
            path,
            text: rest.collect(),
            is_json,
        })
    }

    /// Puts the value into `body`, of this kind. Missing objects and lists on the path are created.
    ///
    /// # Errors
    ///
    /// When the value does not have the kind of its place, or the path leads through something
    /// other than an object or list.
    pub fn apply(&self, body: &mut Value, kind: Kind, now: Moment) -> Result<(), String> {
        let shown = self.path.join(".");
        let (mut place, mut kind) = (body, Some(kind));
        for name in &self.path {
            kind = kind.and_then(|kind| inside(kind, name));
            place = step(place, name).map_err(|what| format!("`{shown}`: {what}"))?;
        }
        *place = match (self.is_json, kind) {
            (true, _) => serde_json::from_str(&self.text).map_err(|_| format!("`{shown}`: expected JSON"))?,
            (false, kind) => from_text(kind.unwrap_or(Kind::Any), &self.text, now)
                .map_err(|what| format!("`{shown}`: {what}"))?,
        };
        Ok(())
    }
}

/// The kind of a member or item; `None` if the contract does not declare it.
fn inside(kind: Kind, name: &str) -> Option<Kind> {
    match kind {
        Kind::List(item) => Some(*item),
        Kind::Map(value) => Some(*value),
        Kind::Of(ty) => match &ty.shape {
            Shape::Object { members, rest } => {
                let member = members.iter().find(|member| member.name == name);
                member.map(|member| member.kind).or(*rest)
            }
            Shape::Union { branches, .. } => branches.iter().find_map(|(kind, _)| inside(*kind, name)),
            Shape::Values(_) => None,
        },
        _ => None,
    }
}

/// The place of a member or item, created if it is missing.
fn step<'v>(value: &'v mut Value, name: &str) -> Result<&'v mut Value, String> {
    let index = name.parse::<usize>().ok();
    if value.is_null() {
        *value = match index {
            Some(_) => Value::Array(Vec::new()),
            None => Value::Object(Map::new()),
        };
    }
    match value {
        Value::Object(members) => Ok(members.entry(name).or_insert(Value::Null)),
        Value::Array(items) => {
            let index = index.ok_or_else(|| format!("`{name}` is not an index of a list"))?;
            if index >= items.len() {
                if index >= LONGEST {
                    return Err(format!("a list may have {LONGEST} items"));
                }
                items.resize(index + 1, Value::Null);
            }
            items
                .get_mut(index)
                .ok_or_else(|| "there is no such item".to_owned())
        }
        _ => Err(format!(
            "there is a single value where `{name}` should be a member"
        )),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use lorgnette_runtime::command_type;
    use serde_json::json;

    command_type!(Lamp: ""; object "name" Text, "levels" [Integer], "limits" (Limits); rest Boolean);
    command_type!(Limits: ""; object "low" Integer, "a.b" Text);

    fn set(assignments: &[&str]) -> Result<Value, String> {
        let mut body = Value::Null;
        for text in assignments {
            Assignment::parse(text)?.apply(&mut body, Kind::Of(&Lamp), Moment::now())?;
        }
        Ok(body)
    }

    #[test]
    fn test_values_are_of_the_kind_of_their_place() {
        assert_eq!(
            set(&[
                "name=123",
                "limits.low=4",
                "levels.1=7",
                "other=true",
                "limits.a\\.b=x=y"
            ])
            .unwrap(),
            json!({"name": "123", "limits": {"low": 4, "a.b": "x=y"}, "levels": [null, 7], "other": true})
        );
    }

    #[test]
    fn test_json_is_taken_as_it_is() {
        assert_eq!(
            set(&["name:=null", "levels:=[1, \"x\"]"]).unwrap(),
            json!({"name": null, "levels": [1, "x"]})
        );
    }

    #[test]
    fn test_what_does_not_fit_is_an_error_with_its_path() {
        assert_eq!(
            set(&["limits.low=x"]).unwrap_err(),
            "`limits.low`: expected a whole number"
        );
        assert!(
            set(&["name=a", "name.b=c"])
                .unwrap_err()
                .starts_with("`name.b`: there is a single value")
        );
        for wrong in [
            "name",
            "=1",
            "a..b=1",
            "levels.99999=1",
            "levels.0=1.5",
            "name:={",
        ] {
            assert!(set(&[wrong]).is_err(), "{wrong}");
        }
    }
}
