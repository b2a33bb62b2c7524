//! Names the fields of every object.
//!
//! Before: the members `type`, `@type` and `siteId` without fields. After: their fields are
//! `type_`, `type_2` and `site_id`; the field for members that the contract does not name is
//! `additional_properties`, and the field for undeclared members is `unknown`. Setters are called
//! like their fields, unless a struct has another function of that name: the setter of `from` is
//! `set_from`.

use crate::ir::{Api, Object, Shape};
use crate::names::published::Published;
use crate::naming::{self, Scope, is_plain};

/// The field for members that the contract does not name.
const REST: &str = "additional_properties";
/// The private field for undeclared members. Members of that name keep it.
const UNKNOWN: &str = "unknown";
/// Names of functions that structs have, and of trait methods that a setter would hide.
const FUNCTIONS: [&str; 16] = [
    "clone",
    "clone_from",
    "default",
    "eq",
    "fmt",
    "from",
    "into",
    "ne",
    "new",
    "serialize",
    "to_owned",
    "to_string",
    "try_from",
    "try_into",
    "unknown",
    "unknown_mut",
];

/// Runs the pass.
pub(crate) fn apply(api: &mut Api, published: &Published) {
    for (name, def) in &mut api.types {
        if let Shape::Object(object) = &mut def.shape {
            fields(object, &|wire| published.field(name, wire));
        }
    }
}

fn fields<'p>(object: &mut Object, published: &dyn Fn(&str) -> Option<&'p str>) {
    let mut scope = Scope::new();
    for member in &mut object.members {
        member.field = published(&member.wire)
            .filter(|field| scope.take(field))
            .map(str::to_string)
            .unwrap_or_default();
    }
    // A name without punctuation keeps its spelling; names that collide with it change.
    let members = object.members.iter_mut().filter(|member| member.field.is_empty());
    let (plain, odd): (Vec<_>, Vec<_>) = members.partition(|member| is_plain(&member.wire));
    for member in plain {
        member.field = scope.claim(&naming::field_name(&member.wire));
    }
    if let Some((field, _)) = &mut object.rest {
        *field = scope.claim(REST);
    }
    for member in odd {
        member.field = scope.claim(&naming::field_name(&member.wire));
    }
    object.unknown = scope.claim(UNKNOWN);
    let mut setters = Scope::reserving(FUNCTIONS);
    let (free, taken): (Vec<_>, Vec<_>) = object
        .members
        .iter_mut()
        .partition(|member| setters.is_free(&member.field));
    for member in free {
        member.setter = setters.claim(&member.field);
    }
    for member in taken {
        member.setter = setters.claim(&format!("set_{}", member.field));
    }
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
        assert_eq!(field("additionalProperties"), Some("additional_properties"));
        let rest = user.rest.as_ref().map(|(field, _)| field.as_str());
        assert_eq!(rest, Some("additional_properties_2"));
    }

    #[test]
    fn test_setters_do_not_hide_functions_of_their_struct() {
        let api = named(with_schemas(&json!({"Range": {"type": "object", "properties": {
            "from": {"type": "string"}, "to": {"type": "string"}, "unknown": {"type": "string"},
            "set_from": {"type": "string"}
        }}})));
        let Shape::Object(range) = &api.types["Range"].shape else {
            return assert!(api.types.is_empty(), "Range is no object");
        };
        let setter = |wire: &str| range.member(wire).map(|member| member.setter.as_str());
        assert_eq!(setter("from"), Some("set_from_2"));
        assert_eq!(setter("set_from"), Some("set_from"));
        assert_eq!(setter("to"), Some("to"));
        assert_eq!(setter("unknown"), Some("set_unknown"));
        assert_eq!(range.unknown, "unknown_2");
    }
}
