//! Decides which Rust types may represent a type of a contract.

use crate::surface::{RustType, Surface, SurfaceParameter, SurfaceShape};
use serde_json::Value;

/// Whether a parameter of this type has parts, so that its style matters.
pub(super) fn is_compound(ty: &RustType) -> bool {
    ty.bare().item().is_some()
}

/// The style and `explode` of a parameter from the descriptor, or the defaults of its location.
pub(super) fn style(parameter: &SurfaceParameter) -> (String, bool) {
    let option = |name: &str| parameter.options.iter().find(|(option, _)| option == name);
    let usual = if matches!(parameter.location.as_str(), "query" | "cookie") {
        "form"
    } else {
        "simple"
    };
    let styles = [
        ("space_delimited", "spaceDelimited"),
        ("pipe_delimited", "pipeDelimited"),
        ("deep_object", "deepObject"),
        ("matrix", "matrix"),
        ("label", "label"),
        ("simple", "simple"),
        ("form", "form"),
    ];
    let style = styles
        .iter()
        .find(|(name, _)| option(name).is_some())
        .map_or(usual, |(_, style)| style);
    let explode = option("explode").map_or(usual == "form", |(_, explode)| explode == "true");
    (style.to_string(), explode)
}

/// The Rust types that a schema of a type and format may have; `None` if any is allowed.
fn expected(schema: &Value) -> Option<&'static [&'static str]> {
    let text = |key: &str| schema.get(key).and_then(Value::as_str);
    let naive = schema
        .get("x-lorgnette-naive-utc")
        .and_then(Value::as_bool)
        .unwrap_or(false);
    Some(match (text("type")?, text("format")) {
        ("string", Some("date-time")) if naive => &["NaiveDateTime"],
        ("string", Some("date-time")) => &["DateTime"],
        ("string", Some("date")) => &["NaiveDate"],
        ("string", Some("uuid")) => &["Uuid"],
        ("string", Some("password")) => &["Secret"],
        ("string", Some("binary")) | ("file", _) => &["Upload", "ByteStream"],
        ("string", _) => &["String"],
        ("integer", Some("int32")) => &["i32"],
        // The crate has no narrower one; bounds or an example may need a wider one.
        ("integer", Some("int8" | "int16" | "uint8" | "uint16" | "short")) => &["i32", "i64"],
        ("integer", _) => &["i64", "u64"],
        ("number", Some("int64")) => &["i64"],
        ("number", _) => &["f64", "f32"],
        ("boolean", _) => &["bool"],
        ("array", _) => &["Vec", "impl IntoIterator"],
        ("object", _) if text("x-lorgnette-tag").is_none() => &["BTreeMap"],
        _ => return None,
    })
}

/// The expected Rust type of `schema`, if `ty` differs from it. Choices are not checked here, since
/// their branches are.
pub(super) fn mismatch(schema: &Value, ty: &RustType, surface: &Surface) -> Option<String> {
    let is_choice = ["oneOf", "anyOf", "allOf"]
        .iter()
        .any(|keyword| schema.get(*keyword).is_some());
    let expected = expected(schema)?;
    if is_choice || expected.contains(&ty.name.as_str()) {
        return None;
    }
    let kind = schema.get("type").and_then(Value::as_str).unwrap_or_default();
    let fits = match surface.generated(ty).map(|ty| &ty.shape) {
        Some(SurfaceShape::Struct { .. }) => kind == "object",
        Some(SurfaceShape::Enum { wire, .. }) => match wire.as_str() {
            "str" => kind == "string",
            "i64" => kind == "integer" || kind == "number",
            "f64" => kind == "number",
            "bool" => kind == "boolean",
            _ => true,
        },
        Some(SurfaceShape::Union { .. }) | None => false,
    };
    (!fits).then(|| format!("{kind} has become {ty}, expected {}", expected.join(" or ")))
}

/// Whether `ty` is the Rust type of a schema that declares only this type.
pub(super) fn is_of(ty: &RustType, kind: &str) -> bool {
    let schema = serde_json::json!({ "type": kind });
    expected(&schema).is_some_and(|expected| expected.contains(&ty.bare().name.as_str()))
}

/// Whether a type accepts a value that the contract lists.
pub(super) fn takes(surface: &Surface, ty: &RustType, value: &Value) -> bool {
    let ty = ty.bare();
    match surface.generated(ty).map(|ty| &ty.shape) {
        Some(SurfaceShape::Enum { values, .. }) => values.iter().any(|(_, known)| same(known, value)),
        Some(SurfaceShape::Union { branches, .. }) => {
            branches.iter().any(|branch| takes(surface, &branch.ty, value))
        }
        Some(SurfaceShape::Struct { .. }) => false,
        None => match ty.item() {
            Some(item) => takes(surface, item, value),
            None => ty.name == "bool" && value.is_boolean(),
        },
    }
}

/// Whether two values are the same on the wire: `5` and `5.0` are.
pub(super) fn same(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => one.to_bits() == other.to_bits(),
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn test_expected_has_the_narrowest_type_for_narrower_formats() {
        let of = |format: &str| expected(&json!({"type": "integer", "format": format}));
        for format in ["int8", "int16", "uint8", "uint16", "short"] {
            assert_eq!(of(format), Some(&["i32", "i64"][..]), "{format}");
        }
        assert_eq!(of("uint32"), Some(&["i64", "u64"][..]));
    }
}
