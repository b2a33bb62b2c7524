//! How a command returns a whole list.

use crate::paging::Paging;
use serde_json::Value;

/// How an operation returns a list page by page.
#[derive(Clone, Copy, Debug)]
pub struct Paged {
    /// How one page leads to the next.
    pub paging: Paging,
    /// The member of a page that holds its items; empty if the page itself is the list.
    pub items: &'static str,
    /// The kind of an item.
    pub item: super::Kind,
    /// The number of items on a page.
    pub count: fn(&Value) -> usize,
}

impl Paged {
    /// The items of `page`. The items of a map are its values, each with its name as the member
    /// `key` unless it has that member.
    pub fn take(&self, mut page: Value) -> Vec<Value> {
        let items = match self.items {
            "" => Some(page),
            member => page.get_mut(member).map(Value::take),
        };
        match items {
            Some(Value::Array(items)) => items,
            Some(Value::Object(entries)) => entries.into_iter().map(keyed).collect(),
            _ => Vec::new(),
        }
    }

    /// The number of items in this member of a page, or in the page itself if the name is empty.
    pub fn items_of(page: &Value, items: &str) -> usize {
        let items = match items {
            "" => Some(page),
            member => page.get(member),
        };
        match items {
            Some(Value::Array(items)) => items.len(),
            Some(Value::Object(entries)) => entries.len(),
            _ => 0,
        }
    }
}

/// An entry of a map as one value.
fn keyed((key, value): (String, Value)) -> Value {
    match value {
        Value::Object(mut members) => {
            members.entry("key").or_insert(Value::String(key));
            Value::Object(members)
        }
        value => serde_json::json!({"key": key, "value": value}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::Kind;
    use serde_json::json;

    fn paged(items: &'static str) -> Paged {
        Paged {
            paging: Paging::link("next"),
            items,
            item: Kind::Any,
            count: |_| 1,
        }
    }

    #[test]
    fn test_items_are_those_of_the_member() {
        let page = json!({"data": [1, {"a": 2}], "next": "/x"});
        assert_eq!(paged("data").take(page.clone()), [json!(1), json!({"a": 2})]);
        assert!(paged("other").take(page).is_empty());
    }

    #[test]
    fn test_items_of_a_map_keep_their_names() {
        let page = json!({"data": {"one": {"a": 1}, "two": {"key": "own"}, "three": 3}});
        assert_eq!(
            paged("data").take(page),
            [
                json!({"a": 1, "key": "one"}),
                json!({"key": "own"}),
                json!({"key": "three", "value": 3})
            ]
        );
    }

    #[test]
    fn test_items_are_counted_where_they_are() {
        for page in [
            json!({}),
            json!({"data": []}),
            json!({"data": {}}),
            json!({"data": null}),
            json!([]),
        ] {
            assert_eq!(Paged::items_of(&page, "data"), 0, "{page}");
        }
        assert_eq!(Paged::items_of(&json!({"data": [null]}), "data"), 1);
        assert_eq!(Paged::items_of(&json!([1, 2]), ""), 2);
        assert_eq!(paged("").take(json!([1, 2])), [json!(1), json!(2)]);
    }
}
