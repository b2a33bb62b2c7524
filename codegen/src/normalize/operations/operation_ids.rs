//! Gives every operation an `operationId` that is a unique identifier in snake_case, built from the
//! contract's words; the contract's own id is kept in `x-lorgnette-contract-id`. An operation
//! without one is named by method and path.
//!
//! Before:
//! ```yaml
//! /lamps/{id}: { get: { operationId: getLamp }, put: {}, post: { operationId: get-lamp, tags: [posts] }, delete: { operationId: drop } }
//! ```
//! After:
//! ```yaml
//! /lamps/{id}:
//!   get: { operationId: get_lamp, x-lorgnette-contract-id: getLamp }
//!   put: { operationId: put_lamps_by_id }
//!   post: { operationId: get_lamp_posts, x-lorgnette-contract-id: get-lamp, tags: [posts] }
//!   delete: { operationId: drop_operation, x-lorgnette-contract-id: drop }
//! ```

use super::ledger::Ledger;
use super::template::{Piece, Template, clean};
use crate::diagnostics::Notes;
use crate::document::{Document, METHODS, Node, child, for_each_operation};
use crate::names::published::NAME;
use crate::naming::{field_name, is_client_method};
use heck::ToUpperCamelCase;
use serde_json::Value;
use std::collections::HashSet;

/// Names, besides keywords, that a method or the type of a builder must not have: they would hide
/// names that every file of a generated crate uses, or methods that every value has.
const RESERVED: [&str; 41] = [
    "send",
    "clone_into",
    "to_owned",
    "try_into",
    "try_from",
    "default",
    "drop",
    "eq",
    "ne",
    "fmt",
    "hash",
    "borrow",
    "type_id",
    "call",
    "client",
    "operation",
    "parameter",
    "method",
    "response",
    "error",
    "result",
    "option",
    "some",
    "none",
    "ok",
    "err",
    "string",
    "vec",
    "box",
    "value",
    "uuid",
    "date_time",
    "naive_date",
    "naive_date_time",
    "secret",
    "upload",
    "text",
    "byte_stream",
    "event_stream",
    "b_tree_map",
    "body",
];

/// Runs the pass.
pub fn apply(document: &mut Document, notes: &mut Notes) {
    let mut ledger = Ledger::new("operation_ids");
    let mut taken = Taken::default();
    // Published names come first.
    let mut published: Vec<Option<String>> = Vec::new();
    for_each_operation(document, |_, _, _, operation| {
        let name = operation.shift_remove(NAME);
        let name = name
            .as_ref()
            .and_then(Value::as_str)
            .and_then(|name| taken.take(name));
        published.push(name);
    });
    let mut published = published.into_iter();
    // A name from the contract goes to the first operation that uses it; later ones get other
    // names.
    let mut names: Vec<(Option<String>, String)> = Vec::new();
    for_each_operation(document, |at, path, method, operation| {
        let kept = published.next().flatten();
        let given = match operation.shift_remove("operationId") {
            Some(Value::String(text)) if !text.trim().is_empty() => Some(text),
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        let wished = if let Some(id) = &given {
            by_id(id, method, path)
        } else {
            let what = "an operation is named by its method and path";
            let why = "The contract gives the operation no operationId.";
            ledger.add(at, what, why);
            match operation.text("x-lorgnette-method") {
                // What follows the `#` is that method.
                Some(method) => field_name(&by_path(method, path.split('#').next().unwrap_or_default())),
                None => by_path(method, path),
            }
        };
        let free = kept.or_else(|| taken.take(&wished));
        let name = free.as_ref().unwrap_or(&wished);
        operation.insert("operationId".into(), name.as_str().into());
        operation.extend(given.map(|text| ("x-lorgnette-contract-id".to_string(), Value::String(text))));
        names.push((free, wished));
    });
    let mut names = names.into_iter();
    for_each_operation(document, |at, path, method, operation| {
        let (free, wished) = names.next().unwrap_or_default();
        // Published names are noted as before.
        let is_taken = taken.0.contains(&wished.to_upper_camel_case());
        let is_plain = |name: &String| *name == wished || !is_taken;
        if free.as_ref().is_some_and(is_plain) {
            return;
        }
        let tag = operation
            .get("tags")
            .and_then(|tags| tags.get(0))
            .and_then(Value::as_str)
            .map(field_name);
        let tag = tag.filter(|tag| tag != "default" && !has_words(&wished, tag));
        // More of the path would not improve a name that was derived from it. The beginning of the
        // path distinguishes functions that are served at several places: `chat` and `chat_v1`.
        let is_given = operation.contains_key("x-lorgnette-contract-id");
        let beginnings = path.match_indices('/').skip(1).map(|(at, _)| &path[..at]);
        let beginnings = beginnings.filter(|part| !part.ends_with('}')).map(path_words);
        let by_path = beginnings
            .filter(|part| !has_words(&wished, part))
            .map(|part| format!("{wished}_{part}"))
            .chain([format!("{wished}_{}", path_words(path)), by_path(method, path)])
            .filter(|_| is_given);
        let mut candidates = tag
            .map(|tag| format!("{wished}_{tag}"))
            .into_iter()
            .chain(by_path)
            .chain((2_u64..).map(|number| format!("{wished}_{number}")));
        // This terminates, since the input is finite.
        let found = free.or_else(|| candidates.find_map(|name| taken.take(&name)));
        let name = found.unwrap_or_default();
        let what = format!("operation {wished} is called {name}");
        ledger.add(child(at, "operationId"), what, "Another operation has that name.");
        operation.insert("operationId".into(), name.into());
    });
    ledger.write(notes);
}

/// The names assigned so far; two names are the same if they give the same type name.
#[derive(Default)]
struct Taken(HashSet<String>);

impl Taken {
    /// The name, if it was free until now.
    fn take(&mut self, name: &str) -> Option<String> {
        self.0
            .insert(name.to_upper_camel_case())
            .then(|| name.to_string())
    }
}

/// The name that the contract's id makes. Additions of tools that make ids unique carry no meaning.
fn by_id(id: &str, method: &str, path: &str) -> String {
    let id = without_path(id, method, path);
    let Some(id) = without_hashes(id) else {
        return by_path(method, path);
    };
    let id = id.as_str();
    let name = field_name(id);
    if id.trim_start().starts_with(|first: char| first.is_ascii_digit()) {
        field_name(&format!("{method} {id}"))
    } else if name.ends_with('_') || is_client_method(&name) || RESERVED.contains(&name.as_str()) {
        // A method called `move_` looks like a typo, and some tools would change it back to `move`.
        format!("{}_operation", name.trim_end_matches('_'))
    } else {
        name
    }
}

/// An id without its path and method, which FastAPI appends: `read_lamp_lamps__id__get` is
/// `read_lamp`.
fn without_path<'i>(id: &'i str, method: &str, path: &str) -> &'i str {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    let path = path.replace(|character| !is_word(character), "_");
    let short = id
        .strip_suffix(method)
        .and_then(|id| id.strip_suffix('_')?.strip_suffix(&path));
    short
        .filter(|short| !short.trim_matches('_').is_empty())
        .unwrap_or(id)
}

/// An id without checksums and UUIDs; `None` if nothing but the method is left.
fn without_hashes(id: &str) -> Option<String> {
    const SHORTEST: usize = 16;
    let is_hash = |part: &str| {
        let digits = part.bytes().filter(u8::is_ascii_digit).count();
        let plain = part.replace('-', "");
        let is_long = plain.len() >= SHORTEST && plain.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_long && digits > 1 && digits < plain.len()
    };
    let parts: Vec<&str> = id.split(['_', '.', '/', ':', ' ']).collect();
    if !parts.iter().any(|part| is_hash(part)) {
        return Some(id.to_owned());
    }
    let rest: Vec<&str> = parts
        .into_iter()
        .filter(|part| !part.is_empty() && !is_hash(part))
        .collect();
    let says_nothing = match rest.as_slice() {
        [] => true,
        [only] => METHODS.contains(&only.to_ascii_lowercase().as_str()),
        _ => false,
    };
    (!says_nothing).then(|| rest.join("_"))
}

/// The name derived from method and path: `get /lamps/{id}` gives `get_lamps_by_id`.
fn by_path(method: &str, path: &str) -> String {
    format!("{method}_{}", path_words(path))
}

/// The words of a path; `root` if it has none.
fn path_words(path: &str) -> String {
    let template = Template::parse(path);
    let mut words = String::new();
    for piece in template.path {
        match piece {
            Piece::Literal(text) => words.push_str(&text),
            Piece::Parameter(name) => words.extend([" by ", clean(&name)]),
        }
        words.push(' ');
    }
    words.extend([
        template.query.as_deref().unwrap_or_default(),
        " ",
        template.fragment.as_deref().unwrap_or_default(),
    ]);
    let words = words.replace(|character: char| !character.is_alphanumeric(), " ");
    if words.trim().is_empty() {
        return "root".into();
    }
    // The method comes first, so no name begins with a digit or is a keyword.
    let name = field_name(&format!("at {words}"));
    name.strip_prefix("at_").unwrap_or(&name).to_string()
}

/// Whether the words of `part` occur consecutively in `name`.
fn has_words(name: &str, part: &str) -> bool {
    format!("_{name}_").contains(&format!("_{part}_"))
}

#[cfg(test)]
mod tests {
    use super::super::testing::run_infallible;
    use super::*;
    use serde_json::{Map, json};

    /// The ids for operations that are given as `method path id tag`, where `-` means none, and the
    /// notes.
    fn ids(operations: &[&str]) -> (Vec<String>, Vec<String>) {
        let mut paths = Map::new();
        for operation in operations {
            let parts: Vec<&str> = operation.split(' ').collect();
            let mut value = json!({});
            if parts[2] != "-" {
                value["operationId"] = parts[2].into();
            }
            if let Some(tag) = parts.get(3) {
                value["tags"] = json!([tag]);
            }
            paths.entry(parts[1]).or_insert_with(|| json!({}))[parts[0]] = value;
        }
        let (document, notes) = run_infallible(apply, json!({ "paths": paths }));
        let ids = crate::document::operations(&document)
            .map(|place| {
                place.operation["operationId"]
                    .as_str()
                    .unwrap_or_default()
                    .to_string()
            })
            .collect();
        (ids, notes)
    }

    #[test]
    fn test_ids_lose_what_tools_add_to_make_them_unique() {
        let (found, _) = ids(&[
            "get /x/{id} read_x_by_id_x__id__get",
            "post /api/v1/lamps create_lamp_api_v1_lamps_post",
            "get /lamps/get lamps_get",
            "get /rooms 9f86d081884c7d659a2feaa0c55ad015",
            "put /rooms put_9f86d081884c7d659a2feaa0c55ad015",
            "post /rooms addRoom_0b6f9f3e-8f1d-4c58-9a3b-0123456789ab",
            "get /deadbeef deadbeefdeadbeef",
        ]);
        assert_eq!(
            found,
            [
                "read_x_by_id",
                "create_lamp",
                "lamps_get",
                "get_rooms",
                "put_rooms",
                "add_room",
                "deadbeefdeadbeef"
            ]
        );
    }

    #[test]
    fn test_functions_at_several_places_differ_by_their_paths() {
        let (found, _) = ids(&[
            "post /chat/completions chat_chat_completions_post chat",
            "post /v1/chat/completions chat_v1_chat_completions_post chat",
            "post /engines/{model}/chat/completions chat_engines__model__chat_completions_post chat",
            "post /v1/{model}/completions chat_v1__model__completions_post chat",
        ]);
        assert_eq!(
            found,
            ["chat", "chat_v1", "chat_engines", "chat_v1_by_model_completions"]
        );
    }

    #[test]
    fn test_ids_keep_the_words_of_the_contract() {
        let (document, notes) = run_infallible(
            apply,
            json!({"paths": {"/a": {"get": {"operationId": "agent-accessPoints"}}}}),
        );
        assert_eq!(
            document["paths"]["/a"]["get"],
            json!({
                "operationId": "agent_access_points", "x-lorgnette-contract-id": "agent-accessPoints"
            })
        );
        assert!(notes.is_empty());
    }

    #[test]
    fn test_missing_ids_are_made_of_method_and_path() {
        let (ids, notes) = ids(&[
            "get /users/{id} -",
            "post /users/{id}/posts/{postId}.json -",
            "get / -",
            "put /v1/{name}:cancel -",
            "get /a?view=all -",
            "post /#X-Target=Do.It -",
            "get /用户/{用户} -",
        ]);
        assert_eq!(
            ids,
            [
                "get_users_by_id",
                "post_users_by_id_posts_by_post_id_json",
                "get_root",
                "put_v1_by_name_cancel",
                "get_a_view_all",
                "post_x_target_do_it",
                "get_yong_hu_by_yong_hu",
            ]
        );
        assert_eq!(
            notes[0],
            "/paths/~1users~1{id}/get an operation is named by its method and path (and at 6 more places)"
        );
    }

    #[test]
    fn test_ids_that_are_no_identifiers_are_mended() {
        let (ids, notes) = ids(&[
            "get /a move",
            "post /b 2faStatus",
            "get /c self",
            "get /d 获取",
            "get /e clone",
            "get /f élève",
        ]);
        assert_eq!(
            ids,
            [
                "move_operation",
                "post_2fa_status",
                "self_operation",
                "huo_qu",
                "clone_operation",
                "eleve"
            ]
        );
        assert!(notes.is_empty());
    }

    #[test]
    fn test_published_names_leave_the_notes_that_they_left_before() {
        let path = |name: Option<&str>| {
            let mut operation = json!({"operationId": "list", "tags": ["groups"]});
            if let Some(name) = name {
                operation[NAME] = name.into();
            }
            json!({"paths": {"/a": {"get": {"operationId": "list"}}, "/b": {"get": operation}}})
        };
        let (_, before) = run_infallible(apply, path(None));
        let (_, after) = run_infallible(apply, path(Some("list_groups")));
        assert_eq!(before, after);
        assert_eq!(before.len(), 1);
    }

    #[test]
    fn test_duplicates_get_tag_then_path_then_number() {
        let (ids, notes) = ids(&[
            "get /a list users",
            "get /b list groups",
            "get /c list groups",
            "get /c/ list groups",
            "get /d list_c x",
            "get /e item1 x",
            "get /f item_1 x",
        ]);
        assert_eq!(
            ids,
            [
                "list",
                "list_groups",
                "get_c",
                "list_2",
                "list_c",
                "item1",
                "item_1_x"
            ]
        );
        assert_eq!(notes.len(), 4);
        assert_eq!(
            notes[0],
            "/paths/~1b/get/operationId operation list is called list_groups"
        );
    }
}
