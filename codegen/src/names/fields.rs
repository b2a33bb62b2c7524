//! Names the fields of every object.
//!
//! Before: the members `type`, `@type` and `siteId` without fields.
//! After: their fields are `type_`, `type_2` and `site_id`; the one for members that the contract does
//! not name is `additional_properties`, and the one for those that it says nothing of `unknown`.

use crate::ir::{Api, Object, Shape};
use crate::lower::is_plain;
use crate::naming::{self, Scope};

/// The field for members that the contract does not name.
const REST: &str = "additional_properties";
/// The private field for those that it says nothing of. Members of that name keep it.
const UNKNOWN: &str = "unknown";

/// Runs the pass.
pub(crate) fn apply(api: &mut Api) {
    for def in api.types.values_mut() {
        if let Shape::Object(object) = &mut def.shape {
            fields(object);
        }
    }
}

fn fields(object: &mut Object) {
    let mut scope = Scope::reserving(object.rest.is_some().then_some(REST));
    if let Some((field, _)) = &mut object.rest {
        *field = REST.to_string();
    }
    // A name without punctuation keeps its spelling; the ones that only look like it give way.
    let members = &mut object.members;
    let (plain, odd): (Vec<_>, Vec<_>) = members.iter_mut().partition(|member| is_plain(&member.wire));
    for member in plain.into_iter().chain(odd) {
        member.field = scope.claim(&naming::field_name(&member.wire));
    }
    object.unknown = scope.claim(UNKNOWN);
}

#[cfg(test)]
mod tests {
    use crate::ir::Shape;
    use crate::names::testing::{named, with_schemas};
    use serde_json::json;

    #[test]
    fn test_fields_are_told_apart_and_plain_names_come_first() {
        let api = named(with_schemas(
            &json!({"User": {"type": "object", "additionalProperties": true, "properties": {
                "@type": {"type": "string"}, "type": {"type": "string"}, "additionalProperties": {"type": "string"},
                "self": {"$ref": "#/components/schemas/User"}, "?": {"type": "integer"}
            }}}),
        ));
        let Shape::Object(user) = &api.types["User"].shape else {
            return assert!(api.types.is_empty(), "User is no object");
        };
        let field = |wire: &str| user.member(wire).map(|member| member.field.as_str());
        assert_eq!(field("type"), Some("type_"));
        assert_eq!(field("@type"), Some("type_2"));
        assert_eq!(field("self"), Some("self_"));
        assert_eq!(field("?"), Some("question"));
        assert_eq!(field("additionalProperties"), Some("additional_properties_2"));
    }
}
