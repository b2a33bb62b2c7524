//! How a command gives a whole list.

use crate::paging::Paging;
use serde_json::Value;

/// How an operation gives a list a page at a time.
#[derive(Clone, Copy, Debug)]
pub struct Paged {
    /// How one page leads to the next.
    pub paging: Paging,
    /// The member of a page that holds its items.
    pub items: &'static str,
    /// The kind of an item.
    pub item: super::Kind,
    /// Whether a page holds no items.
    pub is_empty: fn(&Value) -> bool,
}

impl Paged {
    /// The items of `page`; those of a map are its values, each with its name as the member `key` unless it has one.
    pub fn take(&self, mut page: Value) -> Vec<Value> {
        match page.get_mut(self.items).map(Value::take) {
            Some(Value::Array(items)) => items,
            Some(Value::Object(entries)) => entries.into_iter().map(keyed).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether this member of a page holds nothing.
    pub fn is_nothing(page: &Value, items: &str) -> bool {
        match page.get(items) {
            Some(Value::Array(items)) => items.is_empty(),
            Some(Value::Object(entries)) => entries.is_empty(),
            _ => true,
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
            is_empty: |_| false,
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
    fn test_page_without_items_is_empty() {
        for page in [
            json!({}),
            json!({"data": []}),
            json!({"data": {}}),
            json!({"data": null}),
            json!([]),
        ] {
            assert!(Paged::is_nothing(&page, "data"), "{page}");
        }
        assert!(!Paged::is_nothing(&json!({"data": [null]}), "data"));
    }
}
