//! Moves null from types to their uses: a Rust type is not null, a member may be.
//!
//! Before: `Range` may be null, and a member is a `Range`. After: `Range` may not, and the member may be null.

use crate::ir::{Api, Shape};
use std::collections::HashSet;

/// Runs the pass.
pub(super) fn apply(api: &mut Api) {
    let mut nullable: HashSet<String> = HashSet::new();
    let mut unions: Vec<(String, Vec<String>)> = Vec::new();
    for (name, def) in &mut api.types {
        let mut is_nullable = std::mem::take(&mut def.nullable);
        if let Shape::Union(union) = &mut def.shape {
            for branch in &mut union.branches {
                is_nullable |= std::mem::take(&mut branch.ty.nullable);
            }
            let branches = union.branches.iter().filter_map(|branch| branch.ty.named());
            unions.push((name.clone(), branches.map(str::to_string).collect()));
        }
        if is_nullable {
            nullable.insert(name.clone());
        }
    }
    // A union of which one branch may be null may be null itself.
    loop {
        let before = nullable.len();
        for (name, branches) in &unions {
            if branches.iter().any(|branch| nullable.contains(branch)) {
                nullable.insert(name.clone());
            }
        }
        if nullable.len() == before {
            break;
        }
    }
    if nullable.is_empty() {
        return;
    }
    api.each_use_mut(&mut |used| {
        used.nullable |= used.named().is_some_and(|name| nullable.contains(name));
    });
    for def in api.types.values_mut() {
        if let Shape::Union(union) = &mut def.shape {
            union
                .branches
                .iter_mut()
                .for_each(|branch| branch.ty.nullable = false);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::ir::Type;
    use crate::names::testing::{member, settled};
    use serde_json::json;

    #[test]
    fn test_null_is_a_matter_of_the_place_of_use() {
        let (api, _) = settled(&json!({
            "Range": {"type": "object", "nullable": true, "properties": {"from": {"type": "integer"}}},
            "Alias": {"$ref": "#/components/schemas/Range"},
            "Either": {"oneOf": [{"$ref": "#/components/schemas/Range"}, {"type": "string"}]},
            "User": {"type": "object", "properties": {
                "a": {"$ref": "#/components/schemas/Alias"},
                "b": {"type": "array", "items": {"$ref": "#/components/schemas/Either"}}
            }}
        }));
        assert!(member(&api, "User", "a").nullable);
        let list = member(&api, "User", "b");
        assert!(!list.nullable);
        assert!(matches!(list.ty, Type::List(items) if items.nullable && items.named() == Some("Either")));
    }
}
