//! The rows of a result: the items of a list, at any depth.

use lorgnette_runtime::commands::{Command, Kind, Response};
use serde_json::Value;

/// The place of the rows of a result, and their kind.
#[derive(Clone, Copy, Debug)]
pub struct Rows {
    /// The member that holds them.
    member: Option<&'static str>,
    /// The kind of a row.
    kind: Kind,
}

impl Rows {
    /// Rows of an unknown kind.
    pub const ANY: Self = Self {
        member: None,
        kind: Kind::Any,
    };

    /// The rows of an operation's result.
    pub fn of(command: &Command) -> Self {
        if let Some(paged) = command.paged {
            return Self {
                member: Some(paged.items).filter(|items| !items.is_empty()),
                kind: paged.item,
            };
        }
        match command.response {
            Response::Json(kind) | Response::Events(kind) | Response::Lines(kind) => Self::of_kind(kind),
            _ => Self::ANY,
        }
    }

    /// The rows of a list of this kind.
    pub const fn of_list(item: &'static Kind) -> Self {
        Self {
            member: None,
            kind: *item,
        }
    }

    /// Rows in a list, in an object with one list of objects, or in a single value.
    fn of_kind(kind: Kind) -> Self {
        if let Kind::List(item) = kind {
            return Self {
                member: None,
                kind: *item,
            };
        }
        let lists = kind.members().iter().filter_map(|member| match member.kind {
            Kind::List(item) if !item.members().is_empty() => Some((member.name, *item)),
            _ => None,
        });
        let mut lists = lists.collect::<Vec<_>>();
        match (lists.pop(), lists.is_empty()) {
            (Some((member, kind)), true) => Self {
                member: Some(member),
                kind,
            },
            _ => Self { member: None, kind },
        }
    }

    /// The kind of a row.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The rows of a result.
    pub fn take(&self, mut value: Value) -> Vec<Value> {
        let items = match self.member {
            Some(member) => value.get_mut(member).map(Value::take),
            None => Some(value.take()),
        };
        match items {
            Some(Value::Array(items)) => items,
            Some(Value::Object(members)) if self.member.is_some() => {
                members.into_iter().map(|(_, value)| value).collect()
            }
            Some(Value::Null) | None => Vec::new(),
            Some(value) => vec![value],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lorgnette_runtime::command_type;
    use serde_json::json;

    command_type!(Lamp: ""; object "id" Text, "tags" [Text]);
    command_type!(Lamps: ""; object "count" Integer, "lamps" [(Lamp)]);

    #[test]
    fn test_rows_are_the_items_of_the_list() {
        let rows = Rows::of_kind(Kind::Of(&Lamps));
        assert_eq!(
            rows.take(json!({"count": 2, "lamps": [1, 2]})),
            [json!(1), json!(2)]
        );
        assert!(rows.take(json!({"count": 0})).is_empty());
        assert_eq!(rows.kind().members().len(), 2);
    }

    #[test]
    fn test_a_single_value_is_a_row() {
        let rows = Rows::of_kind(Kind::Of(&Lamp));
        assert_eq!(
            rows.take(json!({"id": "a", "tags": []})),
            [json!({"id": "a", "tags": []})]
        );
        assert_eq!(Rows::ANY.take(json!([1, 2])), [json!(1), json!(2)]);
        assert!(Rows::ANY.take(Value::Null).is_empty());
    }
}
