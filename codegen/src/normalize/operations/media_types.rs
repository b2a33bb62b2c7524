//! Leaves in every `content` only media types in lower case, without ranges; JSON types come first,
//! and have a schema. The media type to send in place of such a key is in `x-lorgnette-media-type`.
//!
//! A request keeps every JSON media type, since the caller chooses; other names of JSON itself are
//! not a choice. A success keeps those with different schemas, since the request selects the
//! form. The server chooses the form of errors, so their content is a choice of schemas.
//!
//! Before:
//! ```yaml
//! content:
//!   text/plain: {}
//!   Application/JSON; charset=utf-8: {}
//!   text/json: { schema: { type: object } }
//!   "*/*": { schema: { type: string, format: binary } }
//! ```
//! After:
//! ```yaml
//! content:
//!   application/json: { schema: { type: object }, x-lorgnette-media-type: text/json }
//!   text/plain: {}
//!   application/octet-stream: { schema: { type: string, format: binary }, x-lorgnette-media-type: "*/*" }
//! ```

use super::ledger::Ledger;
use super::media_type::MediaType;
use super::places::{ORIGIN, for_each_response, kind, place, with_paths};
use super::schema_shape::{Class, shape};
use crate::diagnostics::Notes;
use crate::document::{Document, METHODS, Object, child};
use serde_json::{Map, Value, json};

const WIRE: &str = "x-lorgnette-media-type";

/// The key for a range that is read as JSON, beside a media type that is JSON itself.
const RANGE_OF_JSON: &str = "application/any+json";

/// Marks a choice of schemas that was created here.
const EITHER: &str = "x-lorgnette-either";

/// Runs the pass.
pub fn apply(document: &mut Document, notes: &mut Notes) {
    let mut ledger = Ledger::new("media_types");
    with_paths(document, |document, paths| {
        for (path, item) in paths {
            for method in METHODS {
                let Some(Value::Object(operation)) = item.get_mut(method) else {
                    continue;
                };
                let at = child(&child("/paths", path), method);
                if let Some(Value::Object(body)) = operation.get_mut("requestBody") {
                    let at = place(body, || child(&at, "requestBody"));
                    content(document, &at, body, Direction::Request, &mut ledger);
                }
                let declares_success = declares_success(operation);
                for_each_response(&at, operation, |at, status, response| {
                    let is_success = is_success(status) || !declares_success && status == "default";
                    let direction = if is_success {
                        Direction::Success
                    } else {
                        Direction::Failure
                    };
                    content(document, at, response, direction, &mut ledger);
                });
            }
        }
    });
    ledger.write(notes);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Request,
    Success,
    Failure,
}

fn is_success(status: &str) -> bool {
    status.starts_with(['1', '2', '3'])
}

fn declares_success(operation: &Object) -> bool {
    let responses = operation.get("responses").and_then(Value::as_object);
    responses.is_some_and(|responses| responses.keys().any(|status| is_success(status)))
}

/// One media type on its way from the old content to the new.
struct Media {
    key: String,
    value: Object,
    /// The media type itself, if the key is only the nearest known one.
    wire: String,
    /// Whether it is another name of JSON itself.
    is_alias: bool,
    /// Its place.
    at: String,
}

fn content(document: &Document, at: &str, carrier: &mut Object, direction: Direction, ledger: &mut Ledger) {
    let Some(Value::Object(content)) = carrier.get_mut("content") else {
        return;
    };
    let at = child(at, "content");
    let given = std::mem::take(content);
    let any_valid = given.keys().any(|key| choose(key).is_valid());
    let (mut json, mut others): (Vec<Media>, Vec<Media>) = (Vec::new(), Vec::new());
    for (key, value) in given {
        let here = child(&at, &key);
        let media_type = choose(&key);
        let mut value = media_object(&here, value, ledger);
        if !media_type.is_valid() && any_valid {
            // A body under such a name can neither be sent nor requested.
            let what = "keys that are not media types are dropped";
            let why = "The content of a body is keyed by media type.";
            ledger.add(here, what, why);
            continue;
        }
        let new = key_of(document, &media_type, value.get("schema"));
        let is_chosen = new != media_type.essence && (media_type.is_range() || !media_type.is_json());
        if is_chosen || media_type.is_mended {
            let why = if is_chosen {
                "A body needs a specific media type; this one follows from its schema."
            } else {
                "No such media type exists."
            };
            ledger.add(here.as_str(), format!("media type {key:?} is read as {new}"), why);
        }
        let mut wire = format!("{}{}", media_type.essence, media_type.parameters);
        // JSON has one charset, and a server names the charset that it sends.
        if let Some(charset) = &media_type.charset
            && direction == Direction::Request
            && !media_type.is_json()
        {
            wire = format!("{wire}; charset={charset}");
        }
        let sendable = media_type.is_valid() && (direction != Direction::Request || !media_type.is_range());
        if key != new {
            value.insert(ORIGIN.into(), here.clone().into());
        }
        if wire != new && sendable {
            value.insert(WIRE.into(), wire.clone().into());
        }
        let is_alias = !sendable || media_type.essence != new;
        let entry = Media {
            key: new,
            value,
            wire,
            is_alias,
            at: here,
        };
        if !MediaType::parse(&entry.key).is_json() {
            match others.iter().find(|other| other.key == entry.key) {
                Some(other) => left_out(&entry, other, ledger),
                None => others.push(entry),
            }
            continue;
        }
        if let Some(entry) = new_form(&mut json, entry, direction, ledger) {
            further(&mut json, entry, direction, ledger);
        }
    }
    for entry in &mut json {
        entry.value.entry("schema").or_insert_with(|| json!({}));
    }
    content.extend(
        json.into_iter()
            .chain(others)
            .map(|entry| (entry.key, Value::Object(entry.value))),
    );
}

/// Adds a JSON form that does not exist yet. A parameter without a schema adds only its name.
fn new_form(json: &mut [Media], entry: Media, direction: Direction, ledger: &mut Ledger) -> Option<Media> {
    let chooses = direction == Direction::Request && !entry.is_alias;
    for present in json {
        let (first, second) = (present.value.get("schema"), entry.value.get("schema"));
        if first.is_some() && second.is_some() && first != second {
            continue;
        }
        if chooses && present.key != entry.key {
            continue;
        }
        if first.is_none() && second.is_some() {
            left_out(present, &entry, ledger);
            *present = entry;
        } else {
            left_out(&entry, present, ledger);
        }
        return None;
    }
    Some(entry)
}

/// Notes that the crate leaves out a media type, since another is equivalent.
fn left_out(entry: &Media, beside: &Media, ledger: &mut Ledger) {
    if entry.wire != beside.wire {
        let what = left_out_beside(&entry.wire, &beside.wire);
        let why = "Both mean the same form of the body.";
        ledger.add(entry.at.as_str(), what, why);
    }
}

fn left_out_beside(one: &str, other: &str) -> String {
    format!("media type {one} is left out beside {other}")
}

/// Adds a JSON form to the existing ones.
fn further(json: &mut Vec<Media>, mut entry: Media, direction: Direction, ledger: &mut Ledger) {
    let Some(first) = json.first_mut() else {
        json.push(entry);
        return;
    };
    let what = left_out_beside(&entry.key, &first.key);
    match direction {
        Direction::Failure => {
            let either = [
                first.value.shift_remove("schema"),
                entry.value.shift_remove("schema"),
            ];
            let mut branches: Vec<Value> = Vec::new();
            for schema in either.into_iter().flatten() {
                let choices = if schema.get(EITHER).is_some() {
                    schema["oneOf"].as_array().cloned().unwrap_or_default()
                } else {
                    vec![schema]
                };
                for choice in choices {
                    if !branches.contains(&choice) {
                        branches.push(choice);
                    }
                }
            }
            if !first.wire.split(", ").any(|wire| wire == entry.wire) {
                first.wire = format!("{}, {}", first.wire, entry.wire);
                first.value.insert(WIRE.into(), first.wire.clone().into());
            }
            first
                .value
                .insert("schema".into(), json!({ "oneOf": branches, EITHER: true }));
            let what = "an error has one of several JSON forms";
            let why = "The server decides which media type an error has.";
            ledger.add(entry.at.as_str(), what, why);
        }
        Direction::Request | Direction::Success => {
            if let Some(index) = json.iter().position(|present| present.key == entry.key) {
                let present = &mut json[index];
                // An exact media type takes precedence over a range that is read as that type.
                if present.wire.contains('*') && entry.wire == entry.key {
                    if direction == Direction::Request {
                        let what = left_out_beside(&present.wire, &entry.wire);
                        ledger.omit(present.at.as_str(), what, "The two cannot be distinguished.");
                        *present = entry;
                    } else {
                        present.key = RANGE_OF_JSON.to_string();
                        json.insert(index, entry);
                    }
                    return;
                }
                entry.key = if entry.wire.contains('*') {
                    RANGE_OF_JSON.to_string()
                } else {
                    entry.wire.clone()
                };
            }
            if entry.is_alias && !entry.value.contains_key(WIRE)
                || json.iter().any(|present| present.key == entry.key)
            {
                ledger.omit(entry.at.as_str(), what, "The two cannot be distinguished.");
            } else {
                json.push(entry);
            }
        }
    }
}

/// The media type that a key means; in a list, the first that is JSON, or else the first.
fn choose(key: &str) -> MediaType {
    let whole = MediaType::parse(key);
    if whole.is_valid() || !key.contains(',') {
        return whole;
    }
    let listed: Vec<MediaType> = key
        .split(',')
        .map(MediaType::parse)
        .filter(MediaType::is_valid)
        .collect();
    listed
        .iter()
        .find(|one| one.is_json())
        .or(listed.first())
        .cloned()
        .unwrap_or(whole)
}

/// The media type object, with a schema only if that is an object.
fn media_object(at: &str, value: Value, ledger: &mut Ledger) -> Object {
    let mut object = match value {
        Value::Object(object) => object,
        Value::Null => Map::new(),
        other => {
            let what = format!("the content of a media type is dropped: it is {}", kind(&other));
            let why = "It must be an object.";
            ledger.add(at, what, why);
            Map::new()
        }
    };
    let bare = ["$ref", "type", "properties", "allOf", "oneOf", "anyOf"]
        .iter()
        .any(|word| object.contains_key(*word));
    if bare && !object.contains_key("schema") {
        return Map::from_iter([("schema".to_string(), Value::Object(object))]);
    }
    match object.get("schema") {
        None | Some(Value::Object(_)) => {}
        Some(Value::Bool(true)) => {
            object.insert("schema".into(), json!({}));
        }
        Some(Value::String(target)) if target.starts_with("#/") => {
            let schema = json!({ "$ref": target });
            object.insert("schema".into(), schema);
        }
        Some(other) => {
            if !other.is_null() {
                let what = format!("a schema is dropped: it is {}", kind(other));
                let why = "A schema must be an object.";
                ledger.add(at, what, why);
            }
            object.shift_remove("schema");
        }
    }
    object
}

/// The key under which a media type is kept.
fn key_of(document: &Document, media_type: &MediaType, schema: Option<&Value>) -> String {
    let essence = media_type.essence.as_str();
    if media_type.is_json() {
        let other_name =
            media_type.is_range() || !(essence.ends_with("+json") || essence == "application/json");
        return if other_name {
            "application/json".into()
        } else {
            essence.into()
        };
    }
    if media_type.is_valid() && !media_type.is_range() {
        return essence.into();
    }
    let key = match essence.split('/').next() {
        Some("text") => "text/plain",
        Some("*" | "application") => by_schema(document, schema),
        _ if !media_type.is_valid() => by_schema(document, schema),
        _ => "application/octet-stream",
    };
    key.into()
}

fn by_schema(document: &Document, schema: Option<&Value>) -> &'static str {
    match schema.map(|schema| shape(document, schema)) {
        None | Some(Class::Binary) => "application/octet-stream",
        Some(Class::Text) => "text/plain",
        Some(_) => "application/json",
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::run_infallible;
    use super::*;

    /// The results for a response's and a request's content, and the notes; places are left out.
    fn after(content: &Value) -> (Value, Value, Vec<String>) {
        let (document, notes) = run_infallible(
            apply,
            json!({
                "components": {"schemas": {"O": {"type": "object"}, "S": {"type": "string"}}},
                "paths": {"/a": {
                    "get": {"responses": {"200": {"content": content}}}, "put": {"requestBody": {"content": content}}
                }}
            }),
        );
        let item = &document["paths"]["/a"];
        let bare = |content: &Value| {
            let mut content = content.clone();
            for entry in content.as_object_mut().into_iter().flatten() {
                entry.1.as_object_mut().map(|entry| entry.shift_remove(ORIGIN));
            }
            content
        };
        (
            bare(&item["get"]["responses"]["200"]["content"]),
            bare(&item["put"]["requestBody"]["content"]),
            notes,
        )
    }

    #[test]
    fn test_media_type_keeps_its_place_under_another_key() {
        let (document, _) = run_infallible(
            apply,
            json!({"paths": {"/a": {"put": {"requestBody": {"content": {"Text/XML": {}, "text/csv": {}}}}}}}),
        );
        assert_eq!(
            document["paths"]["/a"]["put"]["requestBody"]["content"],
            json!({"text/xml": {ORIGIN: "/paths/~1a/put/requestBody/content/Text~1XML"}, "text/csv": {}})
        );
    }

    #[test]
    fn test_forms_that_are_left_out_are_noted() {
        let (.., notes) = after(&json!({
            "application/json": {"schema": {"type": "object"}}, "text/json": {"schema": {"type": "object"}},
            "application/octet-stream": {}, "image/*": {}
        }));
        assert_eq!(
            notes,
            [
                "/paths/~1a/get/responses/200/content/text~1json media type text/json is left out beside application/json \
                 (and at one more place)",
                "/paths/~1a/get/responses/200/content/image~1* media type \"image/*\" is read as application/octet-stream \
                 (and at one more place)",
                "/paths/~1a/get/responses/200/content/image~1* media type image/* is left out beside application/octet-stream \
                 (and at one more place)"
            ]
        );
    }

    #[test]
    fn test_json_comes_first_in_lower_case_and_with_a_schema() {
        let (response, request, notes) =
            after(&json!({"text/plain": null, "Application/JSON; charset=utf-8": {}}));
        assert_eq!(
            response,
            json!({"application/json": {"schema": {}}, "text/plain": {}})
        );
        assert_eq!(
            response
                .as_object()
                .and_then(|content| content.keys().next())
                .map(String::as_str),
            Some("application/json")
        );
        assert_eq!(request, response);
        assert!(notes.is_empty());
    }

    #[test]
    fn test_success_has_the_json_forms_with_schemas_of_their_own() {
        let (response, _, notes) = after(&json!({
            "application/json": {}, "text/json": {"schema": {"type": "object"}},
            "application/hal+json": {"schema": {"type": "object"}}, "application/vnd.x+json": {"schema": {"type": "array"}}
        }));
        assert_eq!(
            response,
            json!({
                "application/json": {"schema": {"type": "object"}, "x-lorgnette-media-type": "text/json"},
                "application/vnd.x+json": {"schema": {"type": "array"}}
            })
        );
        assert_eq!(
            notes,
            [
                "/paths/~1a/get/responses/200/content/application~1json media type application/json is left out beside \
                 text/json (and at one more place)",
                "/paths/~1a/get/responses/200/content/application~1hal+json media type application/hal+json is left out \
                 beside text/json"
            ]
        );
    }

    #[test]
    fn test_request_has_every_json_form_that_a_caller_may_choose() {
        let content = json!({
            "application/json": {"schema": {"type": "object"}}, "text/json": {"schema": {"type": "object"}},
            "application/*+json": {"schema": {"type": "object"}}, "application/hal+json": {"schema": {"type": "object"}},
            "application/vnd.x+json": {"schema": {"type": "array"}}, "application/json; version=2": {"schema": {"type": "string"}}
        });
        let (_, request, _) = after(&content);
        assert_eq!(
            request,
            json!({
                "application/json": {"schema": {"type": "object"}},
                "application/hal+json": {"schema": {"type": "object"}},
                "application/vnd.x+json": {"schema": {"type": "array"}},
                "application/json; version=2": {
                    "schema": {"type": "string"}, "x-lorgnette-media-type": "application/json; version=2"
                }
            })
        );
    }

    #[test]
    fn test_error_is_of_any_json_form() {
        let (document, notes) = run_infallible(
            apply,
            json!({"paths": {"/a": {"get": {"responses": {"200": {}, "default": {"content": {
                "application/json": {"schema": {"type": "object"}}, "application/problem+json": {"schema": {"type": "array"}},
                "application/hal+json": {"schema": {"type": "string"}}, "text/json": {"schema": {"type": "array"}}
            }}}}}}}),
        );
        assert_eq!(
            document["paths"]["/a"]["get"]["responses"]["default"]["content"],
            json!({"application/json": {
                "schema": {"oneOf": [{"type": "object"}, {"type": "array"}, {"type": "string"}], "x-lorgnette-either": true},
                "x-lorgnette-media-type": "application/json, application/problem+json, application/hal+json, text/json"
            }})
        );
        assert_eq!(notes.len(), 1, "{notes:?}");
    }

    #[test]
    fn test_ranges_are_read_by_their_schema() {
        for (schema, key) in [
            (json!({"$ref": "#/components/schemas/O"}), "application/json"),
            (json!({"$ref": "#/components/schemas/S"}), "text/plain"),
            (
                json!({"type": "string", "format": "binary"}),
                "application/octet-stream",
            ),
        ] {
            let (response, request, notes) = after(&json!({"*/*": {"schema": schema}}));
            assert_eq!(
                response,
                json!({key: {"schema": schema, "x-lorgnette-media-type": "*/*"}})
            );
            assert_eq!(request, json!({key: {"schema": schema}}));
            assert_eq!(notes.len(), 1);
        }
        let (response, ..) = after(&json!({"image/*": {}}));
        assert_eq!(
            response,
            json!({"application/octet-stream": {"x-lorgnette-media-type": "image/*"}})
        );
    }

    #[test]
    fn test_range_gives_way_to_json_itself() {
        let range = json!({"schema": {"type": "object"}});
        let kept = json!({"schema": {"type": "object"}, "x-lorgnette-media-type": "*/*"});
        let json = json!({"schema": {"type": "array"}});
        let (response, request, notes) = after(&json!({"*/*": range, "application/json": json}));
        assert_eq!(
            response,
            json!({"application/json": json, "application/any+json": kept})
        );
        let first = response
            .as_object()
            .and_then(|content| content.keys().next().cloned());
        assert_eq!(first.as_deref(), Some("application/json"));
        assert_eq!(request, json!({"application/json": json}));
        assert!(
            notes
                .iter()
                .any(|note| note.contains("*/* is left out beside application/json")),
            "{notes:?}"
        );
        let (response, ..) = after(&json!({"application/json": json, "*/*": range}));
        assert_eq!(
            response,
            json!({"application/json": json, "application/any+json": kept})
        );
    }

    #[test]
    fn test_what_is_no_media_type_is_dropped_unless_it_is_all_there_is() {
        let (response, _, notes) =
            after(&json!({"application/json": {"schema": {}}, "results": {}, "name": 3}));
        assert_eq!(response, json!({"application/json": {"schema": {}}}));
        assert_eq!(notes.len(), 2, "{notes:?}");
        let (response, ..) = after(&json!({"application": {"type": "object"}}));
        assert_eq!(
            response,
            json!({"application/json": {"schema": {"type": "object"}}})
        );
        let (response, ..) =
            after(&json!({"text/xml, application/json": {"schema": "#/components/schemas/O"}}));
        assert_eq!(
            response,
            json!({"application/json": {"schema": {"$ref": "#/components/schemas/O"}}})
        );
    }

    #[test]
    fn test_parameters_of_a_media_type_are_kept_for_sending() {
        let (response, ..) = after(
            &json!({"application/json;version=2": {"schema": {}}, "text/event-stream": {"schema": {}}}),
        );
        assert_eq!(
            response,
            json!({
                "application/json": {"schema": {}, "x-lorgnette-media-type": "application/json; version=2"},
                "text/event-stream": {"schema": {}}
            })
        );
    }
}
