//! Drafts of better names for operations whose ids were made by a program.

use super::confidence::Confidence;
use lorgnette_codegen::document::{OperationPlace, operations};
use serde_json::Value;
use std::collections::BTreeSet;

/// A better name for one operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The operation's JSON pointer.
    pub pointer: String,
    /// Its id in the contract; empty where it has none.
    pub old: String,
    /// A better one.
    pub new: String,
    /// How sure that is.
    pub confidence: Confidence,
}

/// Better names for the operations of a contract, none of them twice and none that another
/// operation has.
pub fn drafted(contract: &Value) -> Vec<Name> {
    let places: Vec<OperationPlace<'_>> = operations(contract).collect();
    let mut taken: BTreeSet<String> = places.iter().map(|place| plain(id(place))).collect();
    let mut names = Vec::new();
    for place in &places {
        let old = id(place);
        let Some((new, confidence)) = better(place, old) else {
            continue;
        };
        if taken.insert(plain(&new)) {
            names.push(Name {
                pointer: place.pointer.clone(),
                old: old.to_owned(),
                new,
                confidence,
            });
        }
    }
    names
}

fn id<'p>(place: &OperationPlace<'p>) -> &'p str {
    place
        .operation
        .get("operationId")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// A better name for an operation, if its own was made by a program.
fn better(place: &OperationPlace<'_>, old: &str) -> Option<(String, Confidence)> {
    if old.is_empty() {
        return Some((of_request(place)?, Confidence::Medium));
    }
    // `read_item_items__item_id__get`: the name of a function, then path and method.
    let path: String = place
        .path
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    let suffix = format!("{path}_{}", place.method);
    if let Some(function) = old
        .strip_suffix(suffix.as_str())
        .map(|name| name.trim_end_matches('_'))
        && !function.is_empty()
    {
        return Some((function.to_owned(), Confidence::High));
    }
    // `getItemUsingGET_1`: the name of a function, then method and number.
    if let Some((function, method)) = old.rsplit_once("Using") {
        let method = method.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_');
        if method.eq_ignore_ascii_case(place.method) && !function.is_empty() {
            return Some((function.to_owned(), Confidence::High));
        }
    }
    // Method and path, or a number alone.
    let words = [
        plain(&format!("{}{path}", place.method)),
        plain(&format!("{path}{}", place.method)),
    ];
    let is_echo = words.contains(&plain(old));
    let is_number = old.chars().all(|c| c.is_ascii_digit());
    if is_echo || is_number {
        return Some((of_request(place)?, Confidence::Medium));
    }
    None
}

/// A name after method and path: `list_pets`, `get_pet`, `feed_pet`.
fn of_request(place: &OperationPlace<'_>) -> Option<String> {
    let segments: Vec<&str> = place.path.split('/').filter(|part| !part.is_empty()).collect();
    let is_parameter = |part: &&str| part.starts_with('{');
    // Prefixes such as `api` and `v1` say nothing.
    let is_prefix = |part: &&str| {
        *part == "api"
            || part
                .strip_prefix('v')
                .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == '.'))
    };
    let words: Vec<&str> = segments
        .iter()
        .copied()
        .filter(|part| !is_parameter(part) && !is_prefix(part))
        .collect();
    let noun = snake(words.last()?);
    let ends_in_parameter = segments.last().is_some_and(is_parameter);
    let one = singular(&noun);
    Some(match (place.method, ends_in_parameter) {
        ("get", false) if noun == one => format!("get_{noun}"),
        ("get", false) => format!("list_{noun}"),
        ("get", true) => format!("get_{one}"),
        ("post", false) if noun != one => format!("create_{one}"),
        // `POST /pets/{id}/feed` is an action.
        ("post", false) => match words.len() {
            0 | 1 => format!("create_{noun}"),
            length => format!("{noun}_{}", singular(&snake(words[length - 2]))),
        },
        ("put", _) => format!("replace_{one}"),
        ("patch", _) => format!("update_{one}"),
        ("delete", true) => format!("delete_{one}"),
        ("delete", false) => format!("delete_{noun}"),
        (method, _) => format!("{method}_{noun}"),
    })
}

fn snake(word: &str) -> String {
    let mut text = String::new();
    for c in word.chars() {
        match c {
            'A'..='Z' => {
                if !text.is_empty() && !text.ends_with('_') {
                    text.push('_');
                }
                text.push(c.to_ascii_lowercase());
            }
            c if c.is_ascii_alphanumeric() => text.push(c),
            _ if !text.ends_with('_') => text.push('_'),
            _ => {}
        }
    }
    text.trim_matches('_').to_owned()
}

/// The singular of an English plural, as far as its ending says.
fn singular(noun: &str) -> String {
    match noun {
        noun if noun.ends_with("ies") && noun.len() > 4 => format!("{}y", &noun[..noun.len() - 3]),
        noun if ["sses", "shes", "ches", "xes"]
            .iter()
            .any(|end| noun.ends_with(end)) =>
        {
            noun[..noun.len() - 2].to_owned()
        }
        noun if noun.ends_with('s') && !["ss", "us", "is"].iter().any(|end| noun.ends_with(end)) => {
            noun[..noun.len() - 1].to_owned()
        }
        noun => noun.to_owned(),
    }
}

/// A name as the generator tells names apart: without what only separates words.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Map, json};

    fn drafted(operations: &[(&str, &str, Option<&str>)]) -> Vec<(String, Confidence)> {
        let mut paths: Map<String, Value> = Map::new();
        for (method, path, id) in operations {
            let item = paths.entry((*path).to_owned()).or_insert_with(|| json!({}));
            item[*method] = id.map_or(json!({}), |id| json!({"operationId": id}));
        }
        let names = super::drafted(&json!({"paths": paths}));
        names
            .into_iter()
            .map(|name| (name.new, name.confidence))
            .collect()
    }

    fn one(method: &str, path: &str, id: Option<&str>) -> String {
        let names = drafted(&[(method, path, id)]);
        names.into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn test_ids_made_by_a_program_get_the_name_of_their_function() {
        assert_eq!(
            drafted(&[("get", "/items/{item_id}", Some("read_item_items__item_id__get"))]),
            [("read_item".to_owned(), Confidence::High)]
        );
        assert_eq!(one("post", "/x", Some("addItemUsingPOST_1")), "addItem");
        assert_eq!(one("get", "/x", Some("listThings")), "");
    }

    #[test]
    fn test_operations_without_a_name_are_called_after_their_request() {
        for (method, path, name) in [
            ("get", "/api/v1/pets", "list_pets"),
            ("get", "/pets/{id}", "get_pet"),
            ("post", "/pets", "create_pet"),
            ("post", "/pets/{id}/feed", "feed_pet"),
            ("put", "/categories/{id}", "replace_category"),
            ("patch", "/boxes/{id}", "update_box"),
            ("delete", "/pets/{id}", "delete_pet"),
            ("get", "/status", "get_status"),
            ("get", "/userGroups", "list_user_groups"),
        ] {
            assert_eq!(one(method, path, None), name, "{method} {path}");
            let echo = format!("{method}{}", path.replace(['/', '{', '}'], "_"));
            // An id that is as good as the draft stays.
            let drafted = if echo == name { "" } else { name };
            assert_eq!(one(method, path, Some(&echo)), drafted, "{echo}");
        }
        assert_eq!(one("get", "/{id}", None), "");
    }

    #[test]
    fn test_no_name_is_drafted_twice_or_taken_from_another() {
        let names = drafted(&[
            ("get", "/a/pets", None),
            ("get", "/b/pets", None),
            ("get", "/shops", Some("createPet")),
            ("post", "/c/pets", None),
        ]);
        assert_eq!(names, [("list_pets".to_owned(), Confidence::Medium)]);
    }
}
