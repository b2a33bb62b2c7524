//! Checks whether a value survives a type: every part is still there with an equal value, and
//! nothing was added.
//!
//! Numbers are equal as numbers (`42` is `42.0`), whole ones to the last digit. Date-times are
//! equal if they are the same instant, however many decimals are written. All other values are
//! equal as JSON.

use lorgnette_runtime::{DateTime, NaiveDateTime};
use lorgnette_tests::contract::child;
use lorgnette_tests::places::Parts;
use serde_json::{Number, Value};

/// The permitted differences, depending on the contract's use of a schema.
#[derive(Clone, Copy, Debug)]
pub struct Leave {
    /// Whether no body of a PUT or PATCH contains it, so that null means the same as absent.
    pub null_may_go: bool,
    /// Whether no request contains it, so that an absent list or map may be an empty one.
    pub empty_may_come: bool,
}

/// The parts of `input` that `output` has lost or changed, and those that it has added; `parts` are
/// those of `input`.
pub fn losses(input: &Value, output: &Value, parts: &Parts<'_>, leave: Leave) -> Vec<String> {
    let mut losses = Vec::new();
    Comparison { parts, leave }.compare(input, output, "", &mut losses);
    losses
}

struct Comparison<'p, 'c> {
    parts: &'p Parts<'c>,
    leave: Leave,
}

impl Comparison<'_, '_> {
    fn compare(&self, input: &Value, output: &Value, at: &str, losses: &mut Vec<String>) {
        match (input, output) {
            (Value::Object(before), Value::Object(after)) => {
                for (name, value) in before {
                    let at = child(at, name);
                    match after.get(name) {
                        Some(after) => self.compare(value, after, &at, losses),
                        None if value.is_null() && self.leave.null_may_go => {}
                        None => losses.push(format!("{at} is lost: {value}")),
                    }
                }
                for (name, value) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
                    let may_come = is_empty(value) && self.leave.empty_may_come
                        || value.is_null() && self.leave.null_may_go;
                    if !may_come {
                        losses.push(format!("{} appears: {value}", child(at, name)));
                    }
                }
            }
            (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
                for (index, (before, after)) in before.iter().zip(after).enumerate() {
                    self.compare(before, after, &child(at, &index.to_string()), losses);
                }
            }
            (Value::Null, after) if is_empty(after) && self.leave.empty_may_come => {}
            _ if self.equal(input, output, at) => {}
            _ => losses.push(format!("{at} is {output} instead of {input}")),
        }
    }

    fn equal(&self, input: &Value, output: &Value, at: &str) -> bool {
        match (input, output) {
            (Value::Number(before), Value::Number(after)) => same_number(before, after),
            (Value::String(before), Value::String(after)) => {
                before == after
                    || match self.parts.date_time(at) {
                        Some(true) => naive(before).is_some_and(|before| naive(after) == Some(before)),
                        Some(false) => instant(before).is_some_and(|before| instant(after) == Some(before)),
                        None => false,
                    }
            }
            _ => input == output,
        }
    }
}

fn is_empty(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(serde_json::Map::is_empty)
}

fn same_number(one: &Number, other: &Number) -> bool {
    match (one.as_i128(), other.as_i128()) {
        (Some(one), Some(other)) => one == other,
        _ => one.as_f64() == other.as_f64(),
    }
}

/// The offset must also be the same, since it carries information that the instant does not.
fn instant(text: &str) -> Option<(DateTime, i32)> {
    let time = DateTime::parse_from_rfc3339(text).ok()?;
    Some((time, time.offset().local_minus_utc()))
}

fn naive(text: &str) -> Option<NaiveDateTime> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lorgnette_tests::contract::Contract;
    use lorgnette_tests::json_schema::Schemas;
    use lorgnette_tests::places::Places;
    use serde_json::json;

    /// What is said of `output` in place of `input`, where `at` is a date-time.
    fn said(input: &Value, output: &Value, leave: bool) -> Vec<String> {
        let contract = Contract {
            document: json!({"s": {"properties": {"at": {"type": "string", "format": "date-time"}}}}),
        };
        let schemas = Schemas::of(&contract).unwrap();
        let parts = Places::new(&contract, &schemas).of("/s", input);
        let leave = Leave {
            null_may_go: leave,
            empty_may_come: leave,
        };
        losses(input, output, &parts, leave)
    }

    #[test]
    fn test_losses_are_what_is_missing_changed_or_new() {
        let before = json!({"a": {"b": [1, "x"]}, "n": null, "whole": 9_007_199_254_740_993_i64});
        assert!(said(&before, &before, false).is_empty());
        let after = json!({"a": {"b": [1, "y"], "c": 0}, "whole": 9_007_199_254_740_992_i64, "new": []});
        assert_eq!(
            said(&before, &after, false),
            [
                r#"/a/b/1 is "y" instead of "x""#,
                "/a/c appears: 0",
                "/n is lost: null",
                "/whole is 9007199254740992 instead of 9007199254740993",
                "/new appears: []",
            ]
        );
        let lists = said(&json!([1, 2]), &json!([1]), true);
        assert_eq!(lists, [" is [1] instead of [1,2]"]);
    }

    #[test]
    fn test_losses_are_not_other_spellings_and_what_may_go_or_come() {
        let before = json!({"n": null, "l": null, "number": 42.0, "at": "2024-01-01T01:00:00.100+01:00"});
        let after =
            json!({"l": [], "number": 42, "at": "2024-01-01T01:00:00.1+01:00", "new": {}, "null": null});
        assert!(said(&before, &after, true).is_empty());
        assert_eq!(said(&before, &after, false).len(), 4);
        let elsewhere = json!({"at": "2024-01-01T00:00:00.1Z"});
        assert_eq!(said(&json!({"at": before["at"]}), &elsewhere, true).len(), 1);
        // Text that only looks like a date must stay unchanged.
        assert_eq!(
            said(&json!({"x": before["at"]}), &json!({"x": after["at"]}), true).len(),
            1
        );
    }
}
