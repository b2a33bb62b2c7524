//! The record of a release: the version and the surface of a crate, as text that is committed.
//!
//! It has one line per item, so that a change of the record reads as a diff.

use super::surface::{Head, Surface, SurfaceOperation, SurfaceType};
use crate::diagnostics::{Error, Result, Station};
use crate::text::json_text;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The release of a crate.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// The version without the contract's: `0.1.0`.
    pub version: String,
    /// The surface of that version.
    pub surface: Surface,
}

/// The first line.
#[derive(Serialize, Deserialize)]
struct First {
    released: String,
    #[serde(flatten)]
    head: Head,
}

impl Record {
    /// The record as text.
    ///
    /// # Errors
    ///
    /// When a part of it has no form in JSON.
    pub fn to_text(&self) -> Result<String> {
        let first = First {
            released: self.version.clone(),
            head: self.surface.head.clone(),
        };
        let mut text = line(&first, None)?;
        for (name, operation) in &self.surface.operations {
            text.push_str(&line(operation, Some(("operation", name)))?);
        }
        for (name, ty) in &self.surface.types {
            text.push_str(&line(ty, Some(("type", name)))?);
        }
        Ok(text)
    }
}

fn line(part: &impl Serialize, key: Option<(&str, &str)>) -> Result<String> {
    let failure = |error: serde_json::Error| {
        Error::new(Station::Write, "", format!("the record of the release: {error}"))
    };
    let mut object = Map::new();
    if let Some((key, name)) = key {
        object.insert(key.to_string(), name.into());
    }
    if let Value::Object(members) = serde_json::to_value(part).map_err(failure)? {
        object.extend(members);
    }
    Ok(json_text(&format!("{}\n", Value::Object(object))))
}

/// Reads the record of a release.
///
/// # Errors
///
/// When the text is malformed; the error names the line.
pub fn read(text: &str) -> Result<Record> {
    let mut record = Record::default();
    for (index, line) in text.lines().enumerate() {
        let failure = |message: String| {
            Error::new(Station::Load, "", format!("line {}: {message}", index + 1))
                .help("the file is written by the command `release`: restore it from the last release")
        };
        let mut object: Map<String, Value> =
            serde_json::from_str(line).map_err(|error| failure(error.to_string()))?;
        if index == 0 {
            let first: First = parse(object).map_err(failure)?;
            (record.version, record.surface.head) = (first.released, first.head);
        } else if let Some(Value::String(name)) = object.shift_remove("operation") {
            insert::<SurfaceOperation>(&mut record.surface.operations, name, object).map_err(failure)?;
        } else if let Some(Value::String(name)) = object.shift_remove("type") {
            insert::<SurfaceType>(&mut record.surface.types, name, object).map_err(failure)?;
        } else {
            return Err(failure("it is neither an operation nor a type".to_string()));
        }
    }
    if semver::Version::parse(&record.version).is_err() {
        let message = format!("line 1: {:?} is no version", record.version);
        return Err(Error::new(Station::Load, "", message));
    }
    Ok(record)
}

fn parse<T: DeserializeOwned>(object: Map<String, Value>) -> std::result::Result<T, String> {
    serde_json::from_value(Value::Object(object)).map_err(|error| error.to_string())
}

fn insert<T: DeserializeOwned>(
    all: &mut BTreeMap<String, T>,
    name: String,
    object: Map<String, Value>,
) -> std::result::Result<(), String> {
    let part = parse(object)?;
    match all.insert(name.clone(), part) {
        None => Ok(()),
        Some(_) => Err(format!("{name} is there twice")),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::surface::{Field, SurfaceBranch, SurfaceShape};
    use super::*;

    #[test]
    fn test_record_is_read_as_it_was_written() {
        let object = SurfaceType {
            at: "/components/schemas/A".to_string(),
            sent: true,
            shape: SurfaceShape::Object {
                fields: vec![Field {
                    field: "type_".to_string(),
                    wire: "type".to_string(),
                    ty: "String".to_string(),
                    required: true,
                    ..Field::default()
                }],
                rest: Some(("additional_properties".to_string(), "Value".to_string())),
            },
            ..SurfaceType::default()
        };
        let values = vec![
            ("One".to_string(), Value::from(1)),
            ("Half".to_string(), Value::from(0.5)),
        ];
        let wire = "f64".to_string();
        let enumeration = SurfaceType {
            shape: SurfaceShape::Enum { wire, values },
            ..SurfaceType::default()
        };
        let branches = vec![SurfaceBranch {
            variant: "A".to_string(),
            ty: "A".to_string(),
            tags: Vec::new(),
        }];
        let union = SurfaceType {
            shape: SurfaceShape::Union { tag: None, branches },
            ..SurfaceType::default()
        };
        let types = [("A", object), ("E", enumeration), ("U", union)];
        let operation = SurfaceOperation {
            request: "GET /a".to_string(),
            ..SurfaceOperation::default()
        };
        let record = Record {
            version: "0.1.0".to_string(),
            surface: Surface {
                head: Head {
                    contract: "7".to_string(),
                    digest: "d".to_string(),
                    ..Head::default()
                },
                operations: BTreeMap::from([("get_a".to_string(), operation)]),
                types: types.map(|(name, ty)| (name.to_string(), ty)).into(),
            },
        };
        let text = record.to_text().unwrap();
        assert_eq!(text.lines().count(), 5);
        assert_eq!(read(&text).unwrap(), record);
    }

    #[test]
    fn test_read_refuses_what_is_no_record_and_names_the_line() {
        let message = |text: &str| read(text).unwrap_err().message;
        let first = "{\"released\":\"0.1.0\",\"digest\":\"\",\"features\":[]}\n";
        assert!(read(first).is_ok());
        assert!(message(&format!("{first}{{}}\n")).starts_with("line 2: it is neither an operation"));
        assert!(message(&format!("{first}<<<<<<<\n")).starts_with("line 2: "));
        assert!(message("{\"released\":\"one\",\"digest\":\"\"}\n").contains("is no version"));
        assert!(message("").contains("is no version"));
    }
}
