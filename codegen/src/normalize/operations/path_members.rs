//! Moves the servers, the summary and the description of a path item into its operations. An
//! operation's own members take precedence.
//!
//! Before:
//! ```yaml
//! /token: { servers: [ { url: https://login.example } ], post: {...} }
//! ```
//! After:
//! ```yaml
//! /token: { post: { servers: [ { url: https://login.example } ], ... } }
//! ```

use super::ledger::Ledger;
use super::root_members::servers;
use crate::diagnostics::Notes;
use crate::document::{Document, METHODS, child};
use serde_json::Value;

/// Runs the pass.
pub fn apply(document: &mut Document, notes: &mut Notes) {
    let mut ledger = Ledger::new("path_members");
    let Some(Value::Object(paths)) = document.get_mut("paths") else {
        return;
    };
    for (path, item) in paths {
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        let shared: Vec<(&str, Value)> = ["servers", "summary", "description"]
            .into_iter()
            .filter_map(|member| Some((member, item.shift_remove(member)?)))
            .collect();
        for method in METHODS {
            let Some(Value::Object(operation)) = item.get_mut(method) else {
                continue;
            };
            servers(&child(&child("/paths", path), method), operation, &mut ledger);
            let described = operation.contains_key("summary") || operation.contains_key("description");
            for (member, value) in &shared {
                if *member == "servers" || !described {
                    operation.entry(*member).or_insert_with(|| value.clone());
                }
            }
        }
    }
    ledger.write(notes);
}

#[cfg(test)]
mod tests {
    use super::super::testing::run_infallible;
    use super::*;
    use serde_json::json;

    #[test]
    fn test_path_members_move_into_operations_unless_those_have_their_own() {
        let (document, _) = run_infallible(
            apply,
            json!({"paths": {"/a": {
                "servers": [{"url": "https://a.example"}], "summary": "A", "description": "About A",
                "get": {}, "put": {"servers": [{"url": "https://b.example"}], "summary": "B"}
            }}}),
        );
        assert_eq!(
            document["paths"]["/a"],
            json!({
                "get": {"servers": [{"url": "https://a.example"}], "summary": "A", "description": "About A"},
                "put": {"servers": [{"url": "https://b.example"}], "summary": "B"}
            })
        );
    }
}
