//! Removes the types that no operation uses, since callers can never encounter their values.
//!
//! Before: `Draft`, which no operation sends or receives. After: no `Draft`, and a note.

use crate::catalogue;
use crate::diagnostics::Notes;
use crate::ir::{Api, Operation, TypeDef};
use std::collections::HashSet;

/// Runs the pass. In a crate with types only, types that the contract names are kept.
pub(crate) fn apply(api: &mut Api, entry: &catalogue::Entry, notes: &mut Notes) {
    let is_chosen = !(entry.include.is_empty() && entry.exclude.is_empty());
    let mut reached: HashSet<&str> = HashSet::new();
    let mut pending: Vec<&str> = Vec::new();
    let uses = api.operations.iter().flat_map(Operation::uses);
    uses.for_each(|used| used.each_name(&mut |name| pending.push(name)));
    if entry.types_only && !is_chosen {
        let named = api.types.iter().filter(|(_, def)| def.home.is_none());
        pending.extend(named.map(|(name, _)| name.as_str()));
    }
    while let Some(name) = pending.pop() {
        if reached.insert(name) {
            let uses = api.types.get(name).into_iter().flat_map(TypeDef::uses);
            uses.for_each(|used| used.each_name(&mut |name| pending.push(name)));
        }
    }
    let reached_types = api
        .types
        .iter()
        .filter(|(name, _)| reached.contains(name.as_str()));
    let extended: HashSet<&String> = reached_types.flat_map(|(_, def)| &def.extends).collect();
    for (name, def) in &api.types {
        // Users who select operations expect the types of the others to disappear.
        if !reached.contains(name.as_str()) && !is_chosen && def.home.is_none() {
            let why = match extended.contains(name) {
                true => "Its members are in the types that extend it.",
                false => "No request and no response contains it.",
            };
            let what = format!("{name} has no type");
            notes.add("unreachable_schemas", def.provenance.pointer(), what, why);
        }
    }
    let reached: HashSet<String> = reached.into_iter().map(str::to_string).collect();
    api.types.retain(|name, _| reached.contains(name));
}

#[cfg(test)]
mod tests {
    use crate::names::testing::{noted, said, with_schemas};
    use serde_json::json;

    #[test]
    fn test_types_that_no_operation_uses_go_with_a_note() {
        let mut document = with_schemas(&json!({
            "Used": {"type": "object", "properties": {"inner": {"$ref": "#/components/schemas/Inner"}}}
        }));
        let schemas = &mut document["components"]["schemas"];
        schemas["Inner"] =
            json!({"type": "object", "properties": {"used": {"$ref": "#/components/schemas/Used"}}});
        schemas["Draft"] =
            json!({"type": "object", "properties": {"draft": {"$ref": "#/components/schemas/Draft"}}});
        let (api, notes) = noted(document);
        assert_eq!(api.types.keys().collect::<Vec<_>>(), ["Used", "Inner"]);
        assert_eq!(said(&notes), ["unreachable_schemas: Draft has no type"]);
    }
}
