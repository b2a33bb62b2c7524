//! Converts text to a value of the kind that the contract declares.

use super::time::{Moment, moment};
use lorgnette_runtime::commands::{Kind, Shape};
use serde_json::Value;

/// Parses `text` as a value of this kind. The error says what was expected, and does not repeat the
/// text.
///
/// # Errors
///
/// When the text is not such a value.
pub fn from_text(kind: Kind, text: &str, now: Moment) -> Result<Value, String> {
    let expected = |what: &str| format!("expected {what}");
    match kind {
        Kind::Boolean => match text {
            "true" | "yes" | "on" | "1" => Ok(true.into()),
            "false" | "no" | "off" | "0" => Ok(false.into()),
            _ => Err(expected("true or false")),
        },
        Kind::Integer => match serde_json::from_str(text.trim()) {
            Ok(number @ Value::Number(_)) if !text.contains('.') => Ok(number),
            _ => Err(expected("a whole number")),
        },
        Kind::Number => match serde_json::from_str(text.trim()) {
            Ok(number @ Value::Number(_)) => Ok(number),
            _ => Err(expected("a number")),
        },
        Kind::Text | Kind::Secret | Kind::File => Ok(text.into()),
        Kind::Uuid => match lorgnette_runtime::Uuid::parse_str(text.trim()) {
            Ok(uuid) => Ok(uuid.to_string().into()),
            Err(_) => Err(expected("a UUID, such as 0b4d9a63-54a1-4a0c-a1f7-3a5e6e3c1f11")),
        },
        // Numbers are sent unchanged: the user knows the API's unit.
        Kind::Seconds | Kind::Millis => match text.trim().parse::<i64>() {
            Ok(number) => Ok(number.into()),
            Err(_) => time(kind, text, now),
        },
        Kind::Date | Kind::DateTime | Kind::NaiveDateTime => time(kind, text, now),
        Kind::List(_) | Kind::Map(_) => match serde_json::from_str(text) {
            Ok(value @ (Value::Array(_) | Value::Object(_))) => Ok(value),
            _ => Err(expected("JSON")),
        },
        Kind::Of(ty) => match &ty.shape {
            Shape::Values(values) => Ok(listed(values, text)),
            Shape::Object { .. } => match serde_json::from_str(text) {
                Ok(value @ Value::Object(_)) => Ok(value),
                _ => Err(expected("a JSON object, such as {\"name\": \"value\"}")),
            },
            Shape::Union { branches, .. } => {
                let json = serde_json::from_str(text).ok();
                let kinds = branches.iter().map(|(kind, _)| *kind);
                let plain = |kind: &Kind| !matches!(kind, Kind::Text | Kind::Any);
                let is_structured = json
                    .as_ref()
                    .is_some_and(|json: &Value| json.is_object() || json.is_array());
                match json {
                    Some(json) if is_structured => Ok(json),
                    // The kind `text` accepts everything, so it comes last.
                    _ => kinds
                        .clone()
                        .filter(plain)
                        .chain(kinds.filter(|kind| !plain(kind)))
                        .find_map(|kind| from_text(kind, text, now).ok())
                        .ok_or_else(|| expected("JSON")),
                }
            }
        },
        _ => Ok(serde_json::from_str(text).unwrap_or_else(|_| text.into())),
    }
}

fn time(kind: Kind, text: &str, now: Moment) -> Result<Value, String> {
    let value = moment(text, now).and_then(|moment| moment.of_kind(kind));
    value.ok_or_else(|| {
        "expected a time, such as -6h, yesterday, 2025-01-31 or 2025-01-31T08:30:00Z".to_owned()
    })
}

/// The listed value that matches the text, or else the text itself: the server may know values that
/// the contract does not.
fn listed(values: &[&str], text: &str) -> Value {
    let number: Option<Value> = serde_json::from_str(text).ok();
    let is_meant = |value: &&Value| match value {
        Value::String(known) => known == text,
        other => Some(*other) == number.as_ref(),
    };
    let known: Vec<Value> = values
        .iter()
        .filter_map(|value| serde_json::from_str(value).ok())
        .collect();
    if let Some(value) = known.iter().find(is_meant) {
        return value.clone();
    }
    match known.iter().any(Value::is_string) {
        true => text.into(),
        false => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
    }
}

/// Whether `text` is one of the values that a kind lists, or the kind lists none.
pub fn is_listed(kind: Kind, text: &str) -> bool {
    let values = kind.values();
    values.is_empty() || values.iter().any(|value| shown(value) == text)
}

/// A listed value as users type it: without quotation marks.
pub fn shown(value: &str) -> String {
    match serde_json::from_str(value) {
        Ok(Value::String(text)) => text,
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lorgnette_runtime::command_type;
    use serde_json::json;

    command_type!(State: ""; values "\"on\"", "\"off\"");
    command_type!(Level: ""; values "1", "2");
    command_type!(Either: ""; union { Text, Integer, (State) });

    fn read(kind: Kind, text: &str) -> Result<Value, String> {
        from_text(kind, text, Moment::now())
    }

    #[test]
    fn test_text_becomes_what_the_kind_says() {
        for (kind, text, expected) in [
            (Kind::Boolean, "false", json!(false)),
            (Kind::Integer, "18446744073709551615", json!(u64::MAX)),
            (Kind::Number, "-1.5", json!(-1.5)),
            (Kind::Text, "123", json!("123")),
            (Kind::Millis, "1738312215000", json!(1_738_312_215_000_i64)),
            (Kind::Any, "{\"a\": 1}", json!({"a": 1})),
            (Kind::Any, "plain", json!("plain")),
            (Kind::Of(&State), "on", json!("on")),
            (Kind::Of(&State), "dimmed", json!("dimmed")),
            (Kind::Of(&Level), "2", json!(2)),
            (Kind::Of(&Level), "3", json!(3)),
            (Kind::Of(&Either), "7", json!(7)),
            (Kind::Of(&Either), "text", json!("text")),
        ] {
            assert_eq!(read(kind, text), Ok(expected), "{kind:?} {text}");
        }
    }

    #[test]
    fn test_what_is_not_of_the_kind_is_refused_without_repeating_it() {
        for kind in [
            Kind::Boolean,
            Kind::Integer,
            Kind::Number,
            Kind::Uuid,
            Kind::Date,
            Kind::Millis,
        ] {
            let error = read(kind, "c4nary").err().unwrap_or_default();
            assert!(
                error.starts_with("expected ") && !error.contains("c4nary"),
                "{error}"
            );
        }
        assert!(read(Kind::Integer, "1.5").is_err());
    }

    #[test]
    fn test_values_that_are_not_listed_are_told_apart() {
        assert!(is_listed(Kind::Of(&State), "on") && is_listed(Kind::Text, "anything"));
        assert!(!is_listed(Kind::Of(&State), "ON"));
    }
}
