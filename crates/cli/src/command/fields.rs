//! Fields of multipart forms: values and files.

use lorgnette_runtime::codec::{Decoder, Error, Result};
use lorgnette_runtime::codec::Encoder;
use lorgnette_runtime::{Upload, Wire};
use serde_json::Value;
use std::collections::BTreeMap;

/// A field of a multipart form, or a part of one.
#[derive(Clone, Debug)]
pub enum Field {
    /// A value.
    Value(Value),
    /// A file.
    File(Upload),
    /// A list of fields.
    List(Vec<Field>),
    /// An object of fields.
    Object(BTreeMap<String, Field>),
}

impl Wire for Field {
    fn encode(&self, to: &mut Encoder<'_>) -> Result<()> {
        match self {
            Self::Value(value) => value.encode(to),
            Self::File(file) => file.encode(to),
            Self::List(list) => list.encode(to),
            Self::Object(members) => members.encode(to),
        }
    }

    fn decode(_: &mut Decoder<'_>) -> Result<Self> {
        Err(Error::new("fields of a form are sent only"))
    }

    fn is_absent(&self) -> bool {
        matches!(self, Self::Value(Value::Null))
    }
}
