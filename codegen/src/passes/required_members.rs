//! Requires only members that are there.
//!
//! Before: an object with the member `a` requires `a` and `b`. After: it requires `a`, and a note says that there is no `b`.

use crate::diagnostics::Notes;
use crate::ir::{Api, Shape};

/// Runs the pass.
pub(super) fn apply(api: &mut Api, notes: &mut Notes) {
    for def in api.types.values_mut() {
        let Shape::Object(object) = &mut def.shape else {
            continue;
        };
        for wire in std::mem::take(&mut object.missing) {
            notes.add(
                def.provenance.pointer(),
                format!("{wire:?} is not required"),
                "The contract defines no property of that name.",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::names::testing::{object, said, settled};
    use serde_json::json;

    #[test]
    fn test_required_name_without_a_member_is_dropped_with_a_note() {
        let (api, notes) = settled(&json!({"A": {"properties": {"a": {}}, "required": ["a", "b"]}}));
        assert!(object(&api, "A").member("a").unwrap().required);
        assert_eq!(said(&notes), ["required_members: \"b\" is not required"]);
    }
}
