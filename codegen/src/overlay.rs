//! The overlay stage: our repairs to a contract, in the OpenAPI Overlay format (1.0 and 1.1).
//!
//! A repair must apply. An action that matches nothing, or that changes nothing, means that the
//! vendor has changed the contract since the repair was written: that is an error, so that it is
//! noticed. The description of each action states its reason.
//!
//! The format is `roas_overlay`'s: its types, its validation, its JSONPath and its merging. Its
//! `Overlay::apply` is not used, since it copies the document on every call and does not report
//! which action changed something. The loop over the actions is our own, built on the library's
//! functions.

mod nearest;

use crate::diagnostics::{Error, Result, Station};
use crate::document::Document;
use crate::load::{self, parse};
use nearest::nearest;
use roas_overlay::common::apply::{compile_path, locate, merge_json, remove_at};
use roas_overlay::v1_1::action::Action;
use serde_json::{Map, Value};
use std::fmt::Write;

/// The members that an overlay and an action may have; others are most likely misspelled.
const OVERLAY_MEMBERS: [&str; 4] = ["overlay", "info", "extends", "actions"];
const ACTION_MEMBERS: [&str; 5] = ["target", "description", "update", "copy", "remove"];

/// The maximum number of nodes that an overlay may add, since an overlay that copies may double the
/// contract with every action.
const ROOM: usize = 1_000_000;

/// The maximum nesting of the resulting contract; otherwise it could not be read again.
const DEEPEST: usize = 120;

/// The maximum number of recursive descents in a path: each multiplies the work by the size of the
/// contract.
const SEARCHES: usize = 2;

const OUTDATED: &str = "the contract may have changed: look whether the repair is still needed, and correct or remove the action";

/// Applies the overlay `text` to `document`. After an error, the document may be partly repaired.
///
/// # Errors
///
/// When the text is not an overlay, or one of its actions has no description, cannot be read,
/// matches nothing or changes nothing; the pointer is that of the action, for instance
/// `/actions/3`. All actions that do not apply are in one error.
pub fn apply(document: &mut Document, text: &str) -> Result<()> {
    let mut failing = apply_where_possible(document, text)?.into_iter();
    let Some((_, first)) = failing.next() else {
        return Ok(());
    };
    let rest: Vec<Error> = failing.map(|(_, error)| error).collect();
    if rest.is_empty() {
        return Err(first);
    }
    let mut message = format!("{} actions do not apply:", rest.len() + 1);
    for Error {
        pointer,
        message: why,
        help,
        ..
    } in std::iter::once(&first).chain(&rest)
    {
        let _ = write!(message, "\n      #{pointer}: {why}; {help}");
    }
    Err(Error::new(Station::Overlay, first.pointer, message)
        .help("correct or remove each of them; the contract may have changed"))
}

/// Applies the actions of the overlay `text` that can be applied, and returns the others by index.
///
/// # Errors
///
/// When the text is not an overlay, or an action cannot be read.
pub fn apply_where_possible(document: &mut Document, text: &str) -> Result<Vec<(usize, Error)>> {
    let mut room = ROOM;
    let mut failing = Vec::new();
    for (index, action) in read(text)?.iter().enumerate() {
        if let Err(Fault { message, help }) = apply_action(document, action, &mut room) {
            let message = format!("the action with target {:?} {message}", action.target);
            let error = Error::new(Station::Overlay, format!("/actions/{index}"), message).help(help);
            failing.push((index, error));
        }
    }
    Ok(failing)
}

/// The overlay `text` without the actions at `indices`; `None` if none is left.
///
/// # Errors
///
/// When the text is neither JSON nor YAML.
pub fn without(text: &str, indices: &[usize]) -> Result<Option<String>> {
    let mut overlay = parse(Station::Overlay, "", text)?;
    let Some(Value::Array(actions)) = overlay.get_mut("actions") else {
        return Ok(None);
    };
    let mut index = 0;
    actions.retain(|_| {
        index += 1;
        !indices.contains(&(index - 1))
    });
    Ok((!actions.is_empty()).then(|| overlay.to_string()))
}

/// The fault of an action, worded to follow its target.
struct Fault {
    message: String,
    help: String,
}

fn fault<T>(message: impl Into<String>, help: impl Into<String>) -> std::result::Result<T, Fault> {
    Err(Fault {
        message: message.into(),
        help: help.into(),
    })
}

fn read(text: &str) -> Result<Vec<Action>> {
    let error = |pointer: &str, message: &str| Error::new(Station::Overlay, pointer, message);
    let document = parse(Station::Overlay, "", text)?;
    let Value::Object(overlay) = document else {
        return Err(error(
            "",
            "the file is not an overlay: its top level is not an object",
        ));
    };
    check_members(&overlay, &OVERLAY_MEMBERS, "")?;
    match overlay
        .get("overlay")
        .map(Value::to_string)
        .as_deref()
        .map(|text| text.trim_matches('"'))
    {
        Some(version) if version.starts_with("1.0.") || version.starts_with("1.1.") => {}
        _ => {
            return Err(
                error("/overlay", "the overlay's version is not known").help("write `overlay: 1.1.0`")
            );
        }
    }
    let info = overlay.get("info").and_then(Value::as_object);
    let filled = |member: &str| {
        info.and_then(|info| info.get(member))
            .is_some_and(|value| value.as_str().is_none_or(|text| !text.trim().is_empty()))
    };
    if !filled("title") || !filled("version") {
        return Err(error("/info", "the overlay has no title or no version")
            .help("write `info: {title: ..., version: ...}`"));
    }
    let Some(Value::Array(actions)) = overlay.get("actions") else {
        return Err(error("", "the overlay has no actions")
            .help("write `actions:` with at least one, or remove the overlay"));
    };
    if actions.is_empty() {
        return Err(error("/actions", "the overlay has no actions").help("add one, or remove the overlay"));
    }
    actions
        .iter()
        .enumerate()
        .map(|(index, action)| read_action(action, &format!("/actions/{index}")))
        .collect()
}

fn read_action(value: &Value, pointer: &str) -> Result<Action> {
    let error = |message: String| Error::new(Station::Overlay, pointer, message);
    let Value::Object(members) = value else {
        return Err(error("the action is not an object".to_owned()));
    };
    check_members(members, &ACTION_MEMBERS, pointer)?;
    let action = serde_json::from_value::<Action>(value.clone()).map_err(|cause| {
        error(format!("the action cannot be read: {cause}")).help("see the OpenAPI Overlay format")
    })?;
    if action
        .description
        .as_deref()
        .unwrap_or_default()
        .trim()
        .is_empty()
    {
        return Err(error(format!(
            "the action with target {:?} has no description",
            action.target
        ))
        .help("say why the repair is needed"));
    }
    if let Some(key) = action.update.as_ref().and_then(load::unknown) {
        return Err(error(format!(
            "the action with target {:?} sets {key:?}, which means nothing",
            action.target
        ))
        .help(load::advice()));
    }
    // The overlay library cannot distinguish an update to null from no update, and `remove` is
    // clearer.
    let changes = [action.update.is_some(), action.copy.is_some(), action.is_remove()];
    if changes.iter().filter(|is_there| **is_there).count() != 1 {
        return Err(error(format!(
            "the action with target {:?} does not do exactly one thing",
            action.target
        ))
        .help("give it one of `update`, `copy` and `remove: true`"));
    }
    Ok(action)
}

fn check_members(members: &Map<String, Value>, known: &[&str], pointer: &str) -> Result<()> {
    match members
        .keys()
        .find(|key| !known.contains(&key.as_str()) && !key.starts_with("x-"))
    {
        None => Ok(()),
        Some(key) => Err(Error::new(
            Station::Overlay,
            pointer,
            format!("there is an unknown member, {key:?}"),
        )
        .help(format!("the members here are {}", known.join(", ")))),
    }
}

fn apply_action(
    document: &mut Document,
    action: &Action,
    room: &mut usize,
) -> std::result::Result<(), Fault> {
    let pointers = find(document, &action.target)?;
    if pointers.is_empty() {
        let near = nearest(document, &action.target);
        return fault(
            "matches nothing",
            format!("{OUTDATED}; the nearest place is {near}"),
        );
    }
    let nodes = || pointers.iter().filter_map(|pointer| document.pointer(pointer));
    if nodes().any(|node| !node.is_object() && !node.is_array()) {
        return fault(
            "matches a plain value",
            "let the target end at the object or list that holds the value, and name the value in `update`",
        );
    }
    if action.is_remove() {
        // The loop runs backwards, so that later indices are removed first.
        let mut removed = true;
        for pointer in pointers.iter().rev() {
            removed &= remove_at(document, pointer);
        }
        return if removed {
            Ok(())
        } else {
            fault("removes the whole document", "name a part of it")
        };
    }
    if nodes().any(Value::is_object) && nodes().any(Value::is_array) {
        return fault("matches both objects and lists", "write one action for each");
    }
    let copied;
    let update = match (&action.update, &action.copy) {
        (Some(update), _) => update,
        (None, source) => {
            let source = source.as_deref().unwrap_or_default();
            let found = find(document, source)?;
            let [one] = &found[..] else {
                let message = format!("copies from {source:?}, which matches {} places", found.len());
                return fault(message, "name exactly one place to copy from");
            };
            copied = document.pointer(one).cloned().unwrap_or_default();
            &copied
        }
    };
    if !nodes().any(|node| changes(node, update)) {
        return fault(
            "changes nothing",
            "the contract already says so; remove the action",
        );
    }
    let (nodes, levels) = extent(update);
    let deepest = pointers
        .iter()
        .map(|pointer| pointer.matches('/').count())
        .max()
        .unwrap_or_default();
    if deepest + levels > DEEPEST {
        return fault(
            format!("makes the contract nest more than {DEEPEST} levels"),
            "copy less",
        );
    }
    match room.checked_sub(nodes.saturating_mul(pointers.len())) {
        Some(left) => *room = left,
        None => {
            return fault(
                "makes the contract grow too large",
                "copy less, or to fewer places",
            );
        }
    }
    for pointer in &pointers {
        match document.pointer_mut(pointer) {
            Some(Value::Array(list)) => match update {
                Value::Array(items) => list.extend(items.iter().cloned()),
                item => list.push(item.clone()),
            },
            Some(node) => merge_json(node, update),
            None => {}
        }
    }
    Ok(())
}

/// The number of values in a value, itself included, and the number of levels.
fn extent(value: &Value) -> (usize, usize) {
    let inner = |all: &mut dyn Iterator<Item = &Value>| {
        all.map(extent).fold((1, 0), |(nodes, levels), (more, deeper)| {
            (nodes + more, levels.max(deeper))
        })
    };
    let (nodes, levels) = match value {
        Value::Array(list) => inner(&mut list.iter()),
        Value::Object(map) => inner(&mut map.values()),
        _ => (1, 0),
    };
    (nodes, levels + 1)
}

fn find(document: &Document, path: &str) -> std::result::Result<Vec<String>, Fault> {
    if path.matches("..").count() > SEARCHES {
        let message = format!("has a JSONPath that searches everything more than {SEARCHES} times, {path:?}");
        return fault(message, "name the places more closely");
    }
    match compile_path(path) {
        Ok(compiled) => Ok(locate(document, &compiled)),
        Err(cause) => fault(
            format!("has a JSONPath that cannot be read, {path:?}: {cause}"),
            "see RFC 9535",
        ),
    }
}

/// Whether merging `update` into `node` would change anything. A list must not get an item that it
/// already has.
fn changes(node: &Value, update: &Value) -> bool {
    match (node, update) {
        (Value::Object(node), Value::Object(update)) => update
            .iter()
            .any(|(key, value)| node.get(key).is_none_or(|node| changes(node, value))),
        (Value::Array(list), Value::Array(items)) => items.iter().any(|item| !list.contains(item)),
        (Value::Array(list), item) => !list.contains(item),
        (node, update) => node != update,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    fn contract() -> Value {
        json!({"info": {"title": "T"}, "paths": {"/a/{b}": {"get": {"tags": ["one", "two"], "operationId": "x"}}, "/c": {}}})
    }

    fn overlay(actions: &str) -> String {
        format!("overlay: 1.1.0\ninfo: {{title: t, version: 1}}\nactions:\n{actions}")
    }

    fn repaired(actions: &str) -> Value {
        let mut document = contract();
        apply(&mut document, &overlay(actions)).unwrap();
        document
    }

    fn error(text: &str) -> String {
        apply(&mut contract(), text).unwrap_err().to_string()
    }

    #[test]
    fn test_update_merges_and_keeps_order() {
        let document = repaired(
            "- target: $.paths['/a/{b}'].get\n  description: why\n  update: {operationId: y, summary: s}\n\
             - target: $.info\n  description: why\n  update: {version: '2'}\n",
        );
        assert_eq!(
            document.to_string(),
            r#"{"info":{"title":"T","version":"2"},"paths":{"/a/{b}":{"get":{"tags":["one","two"],"operationId":"y","summary":"s"}},"/c":{}}}"#
        );
    }

    #[test]
    fn test_all_actions_that_fail_are_told_at_once_with_the_nearest_place() {
        let actions = "- {target: $.info, description: why, update: {title: T}}\n\
             - {target: $.info, description: why, update: {version: '2'}}\n\
             - {target: \"$.paths['/a/{c}'].get\", description: why, update: {summary: s}}\n";
        let text = error(&overlay(actions));
        assert!(
            text.starts_with("overlay: #/actions/0: 2 actions do not apply:"),
            "{text}"
        );
        assert!(
            text.contains("#/actions/0: the action with target \"$.info\" changes nothing"),
            "{text}"
        );
        assert!(
            text.contains("the nearest place is $.paths['/a/{b}'].get"),
            "{text}"
        );

        let mut document = contract();
        let failing = apply_where_possible(&mut document, &overlay(actions)).unwrap();
        let indices: Vec<usize> = failing.into_iter().map(|(index, _)| index).collect();
        assert_eq!(indices, [0, 2]);
        assert_eq!(document["info"]["version"], "2");
        let reduced = without(&overlay(actions), &indices).unwrap().unwrap();
        let mut document = contract();
        apply(&mut document, &reduced).unwrap();
        assert_eq!(without(&reduced, &[0]).unwrap(), None);
    }

    #[test]
    fn test_remove_takes_every_match() {
        let document = repaired("- {target: '$.paths.*', description: why, remove: true}\n");
        assert_eq!(document, json!({"info": {"title": "T"}, "paths": {}}));
    }

    #[test]
    fn test_copy_and_lists_work_as_in_1_1() {
        let document = repaired(
            "- {target: \"$.paths['/c']\", copy: \"$.paths['/a/{b}']\", description: why}\n\
             - {target: \"$.paths['/c'].get.tags\", update: [two, three], description: why}\n\
             - {target: \"$.paths['/c'].get.tags\", update: four, description: why}\n",
        );
        assert_eq!(
            document["paths"]["/c"]["get"]["tags"],
            json!(["one", "two", "two", "three", "four"])
        );
    }

    #[test]
    fn test_version_1_0_is_accepted() {
        let text =
            overlay("- {target: $.info, description: why, update: {a: 1}}\n").replace("1.1.0", "1.0.0");
        assert!(apply(&mut contract(), &text).is_ok());
    }

    #[test]
    fn test_action_without_effect_is_an_error_that_names_it() {
        let first = "- {target: $.info, description: why, update: {a: 1}}\n";
        for (action, expected) in [
            (
                "- {target: $.nothing, description: w, update: {a: 1}}",
                "overlay: #/actions/1: the action with target \"$.nothing\" matches nothing; the contract may",
            ),
            (
                "- {target: $.nothing, description: w, remove: true}",
                "overlay: #/actions/1: the action with target \"$.nothing\" matches nothing; ",
            ),
            (
                "- {target: $.info, description: w, update: {title: T}}",
                "overlay: #/actions/1: the action with target \"$.info\" changes nothing; the contract already says so; remove the action",
            ),
            (
                "- {target: \"$.paths['/a/{b}'].get\", description: w, update: {tags: [two]}}",
                "overlay: #/actions/1: the action with target \"$.paths['/a/{b}'].get\" changes nothing; ",
            ),
            (
                "- {target: $.info, description: w, update: {}}",
                "overlay: #/actions/1: the action with target \"$.info\" changes nothing; ",
            ),
            (
                "- {target: $.info.title, description: w, update: {a: 1}}",
                "overlay: #/actions/1: the action with target \"$.info.title\" matches a plain value; ",
            ),
            (
                "- {target: $, description: w, remove: true}",
                "overlay: #/actions/1: the action with target \"$\" removes the whole document; ",
            ),
            (
                "- {target: $.info, description: w, copy: '$.paths.*'}",
                "overlay: #/actions/1: the action with target \"$.info\" copies from \"$.paths.*\", which matches 2 places; ",
            ),
            (
                "- {target: nonsense, description: w, remove: true}",
                "overlay: #/actions/1: the action with target \"nonsense\" has a JSONPath that cannot be read, \"nonsense\": ",
            ),
        ] {
            let text = error(&overlay(&format!("{first}{action}\n")));
            assert!(text.starts_with(expected), "{text}\nis not\n{expected}");
        }
    }

    #[test]
    fn test_action_that_is_not_whole_is_an_error() {
        for (action, expected) in [
            (
                "- {target: $.info, update: {a: 1}}",
                "the action with target \"$.info\" has no description; say why the repair is needed",
            ),
            (
                "- {target: $.info, description: ' ', update: {a: 1}}",
                "the action with target \"$.info\" has no description; ",
            ),
            (
                "- {target: $.info, description: w}",
                "the action with target \"$.info\" does not do exactly one thing; ",
            ),
            (
                "- {target: $.info, description: w, remove: true, update: {}}",
                "the action with target \"$.info\" does not do exactly one thing; ",
            ),
            (
                "- {target: $.info, description: w, udpate: {}}",
                "there is an unknown member, \"udpate\"; the members here are target, description, update, copy, remove",
            ),
            (
                "- {description: w, update: {}}",
                "the action cannot be read: missing field `target`; ",
            ),
            ("- text", "the action is not an object"),
        ] {
            let text = error(&overlay(action));
            assert!(
                text.starts_with(&format!("overlay: #/actions/0: {expected}")),
                "{text}"
            );
        }
    }

    #[test]
    fn test_text_that_is_no_overlay_is_an_error() {
        for (text, expected) in [
            ("", "overlay: : the file is empty"),
            ("a: [", "overlay: : the file is neither JSON nor valid YAML"),
            ("- a", "overlay: : the file is not an overlay"),
            (
                "overlay: 2.0.0",
                "overlay: #/overlay: the overlay's version is not known; write `overlay: 1.1.0`",
            ),
            (
                "overlay: 1.1.0",
                "overlay: #/info: the overlay has no title or no version; ",
            ),
            (
                "overlay: 1.1.0\ninfo: {title: a, version: 1}",
                "overlay: : the overlay has no actions; ",
            ),
            (
                "overlay: 1.1.0\ninfo: {title: a, version: 1}\nactions: []",
                "overlay: #/actions: the overlay has no actions; ",
            ),
            (
                "overlay: 1.1.0\nactoins: []",
                "overlay: : there is an unknown member, \"actoins\"; ",
            ),
        ] {
            let found = error(text);
            assert!(found.starts_with(expected), "{found}\nis not\n{expected}");
        }
    }

    #[test]
    fn test_copies_of_copies_come_to_an_end() {
        let grow = |count: usize, action: &str| {
            let actions = format!("- {{{action}, description: why}}\n").repeat(count);
            error(&overlay(&actions))
        };
        let wide = grow(40, "target: '$.paths.*', copy: $.paths");
        assert!(
            wide.contains("grow too large") || wide.contains("nest more than"),
            "{wide}"
        );
        let deep = grow(200, "target: $.info, copy: $");
        assert!(
            deep.contains("nest more than 120 levels") || deep.contains("too large"),
            "{deep}"
        );
        let text = error(&overlay(
            "- {target: $..*..*..*, description: why, update: {a: 1}}\n",
        ));
        assert!(text.contains("searches everything more than 2 times"), "{text}");
    }

    #[test]
    fn test_three_hundred_actions_on_a_large_contract_take_no_time() {
        let paths: Map<String, Value> = (0..2000).map(|n| (format!("/things/{n}"), json!({"get": {"operationId": "x", "parameters": [{"name": "a", "in": "query", "schema": {"type": "string"}}]}}))).collect();
        let mut document = json!({"paths": paths});
        let action = |n: usize| {
            let target = format!("$.paths['/things/{}'].get", n * 6);
            json!({"target": target, "description": "why", "update": {"operationId": format!("n{n}")}})
        };
        let actions: Vec<Value> = (0..300).map(action).collect();
        let text = json!({"overlay": "1.1.0", "info": {"title": "t", "version": "1"}, "actions": actions})
            .to_string();
        let begin = std::time::Instant::now();
        apply(&mut document, &text).unwrap();
        assert_eq!(document["paths"]["/things/600"]["get"]["operationId"], "n100");
        // The search is linear: walking the whole document for each action would take seconds in a
        // debug build.
        assert!(
            begin.elapsed() < std::time::Duration::from_secs(1),
            "{:?}",
            begin.elapsed()
        );
    }
}
