//! Compares scalars and enums with their types: types, formats and values.

use super::FindingKind;
use super::view::View;
use super::walk::{How, Walk};
use crate::declared::Node;
use crate::surface::{RustType, SurfaceShape};
use serde_json::Value;

const INTEGERS: [&str; 8] = ["i64", "u64", "i32", "u32", "i16", "u16", "i8", "u8"];

/// Whether the Rust type can hold a value with this type and format of the contract.
pub(super) fn takes(ty: &RustType, kind: &str, format: Option<&str>) -> bool {
    let name = ty.name.as_str();
    match kind {
        "string" => matches!(
            name,
            "String"
                | "Base64"
                | "DateTime"
                | "NaiveDate"
                | "NaiveDateTime"
                | "Uuid"
                | "Secret"
                | "Upload"
                | "Bytes"
        ),
        "file" => matches!(name, "Upload" | "ByteStream" | "Bytes"),
        "integer" => INTEGERS.contains(&name),
        "number" => matches!(name, "f64" | "f32") || format.is_some_and(is_whole) && INTEGERS.contains(&name),
        "boolean" => name == "bool",
        "array" => ty.item().is_some(),
        "object" => ty.map_value().is_some(),
        _ => false,
    }
}

/// Whether a format of numbers denotes whole numbers.
fn is_whole(format: &str) -> bool {
    format.contains("int") || format == "long"
}

/// The Rust types for a format, if it has some.
fn of_format(kind: &str, format: &str) -> Option<&'static [&'static str]> {
    Some(match (kind, format) {
        ("string", "date-time") => &["DateTime", "NaiveDateTime"],
        ("string", "date") => &["NaiveDate"],
        ("string", "uuid") => &["Uuid"],
        ("string", "password") => &["Secret"],
        ("string", "byte") => &["Base64"],
        ("integer" | "number", "int64") => &["i64", "u64"],
        ("integer", "int32") => &["i32", "u32", "i64", "u64"],
        ("integer", "uint64") => &["u64"],
        ("number", "double") => &["f64"],
        _ => return None,
    })
}

impl<'d> Walk<'_, 'd> {
    /// Compares a schema with a type that has no parts.
    pub(super) fn check_scalar(&mut self, view: &View<'d>, at: &Node<'d>, ty: &RustType, how: &How) {
        let is_flag = |value: &Node<'_>| matches!(value.value.as_str(), Some("true" | "false"));
        if how.is_text && ty.name == "bool" && !view.values.is_empty() && view.values.iter().all(is_flag) {
            return;
        }
        let kinds = view.kinds();
        // Beside numbers, integers are not a separate type.
        let is_number = |kind: &str| how.is_partial && kind == "integer" && takes(ty, "number", None);
        // A multiple of an integer is an integer.
        let step = |node: &Node<'_>| node.value.get("multipleOf").and_then(Value::as_f64);
        let is_whole = view
            .nodes
            .iter()
            .filter_map(step)
            .any(|step| step >= 1.0 && step.fract() == 0.0);
        let is_number =
            |kind: &str| is_number(kind) || kind == "number" && is_whole && takes(ty, "integer", None);
        let (fitting, others): (Vec<&str>, Vec<&str>) = kinds
            .iter()
            .partition(|kind| takes(ty, kind, view.format) || is_number(kind));
        if fitting.is_empty() && !others.is_empty() {
            let what = format!("{} has become {ty}", others.join(" or "));
            return self.report(FindingKind::Type, at, what, &[]);
        }
        for kind in others {
            let what = format!("{ty} takes no {kind}");
            self.report(FindingKind::Type, at, what, &[]);
        }
        if let (Some(kind), Some(format)) = (fitting.first(), view.format)
            && view.values.is_empty()
            && of_format(kind, format).is_some_and(|types| !types.contains(&ty.name.as_str()))
        {
            let what = format!("format {format} has become {ty}");
            self.report(FindingKind::Format, at, what, &[format]);
        }
        for value in view.values.iter().filter(|value| !is_compound(value.value)) {
            if !(ty.name == "bool" && value.value.is_boolean()) {
                let what = format!("{} is no value that {ty} names", value.value);
                self.report(FindingKind::EnumValue, value, what, &[&text(value.value)]);
            }
        }
        self.collapsed(view, ty, how);
    }

    /// Compares a schema with an open enum.
    pub(super) fn check_enum(&mut self, view: &View<'d>, at: &Node<'d>, ty: &RustType, how: &How) {
        let Some(SurfaceShape::Enum { wire, values }) = self.shape(ty) else {
            return;
        };
        let is_wire = |kind: &&str| match wire.as_str() {
            "str" => *kind == "string",
            "i64" => matches!(*kind, "integer" | "number"),
            "f64" => matches!(*kind, "number" | "integer"),
            "bool" => *kind == "boolean",
            _ => true,
        };
        let kinds = view.kinds();
        let contradicts = !view.types.is_empty() && kinds != view.types;
        if let Some(kind) = kinds.iter().find(|kind| !is_wire(kind) && !contradicts) {
            let what = format!("{ty} takes no {kind}");
            self.report(FindingKind::Type, at, what, &[]);
        }
        for value in view.values.iter().filter(|value| !is_compound(value.value)) {
            if !values.iter().any(|(_, known)| same(known, value.value)) {
                let what = format!("{} is no value of {ty}", value.value);
                self.report(FindingKind::EnumValue, value, what, &[&text(value.value)]);
            }
        }
        self.collapsed(view, ty, how);
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}

/// Whether a value is an object or a list, which no enum has.
fn is_compound(value: &Value) -> bool {
    value.is_object() || value.is_array()
}

/// Whether a known value equals the contract's value: `5` and `5.0` are the same on the wire, and a
/// number or boolean in the values of a text counts as that text.
pub(super) fn same(known: &Value, declared: &Value) -> bool {
    match (known, known.as_f64(), declared.as_f64()) {
        (_, Some(known), Some(declared)) => known.to_bits() == declared.to_bits(),
        (Value::String(known), ..) => *known == text(declared),
        (Value::Number(known), ..) => declared
            .as_str()
            .is_some_and(|text| known.to_string() == text || known.as_f64() == text.parse().ok()),
        _ => known == declared,
    }
}
