//! Any JSON value.

use super::budget::entry;
use super::collections::grow;
use super::decoder::{self, Context, DecodedMember, Decoder, DecoderSource, Sink, Want};
use super::error::{Error, Result};
use super::lenient::Reading;
use super::scalar::nothing;
use super::tree::Tree;
use super::wire::{Encoder, Wire};
use serde_json::{Map, Number, Value};

/// Accepts any value.
#[derive(Default)]
struct Any {
    value: Option<Value>,
    /// The member whose value comes next.
    name: String,
}

impl Sink for Any {
    fn expected(&self) -> &'static str {
        "any value"
    }
    fn null(&mut self) -> Result<()> {
        self.value = Some(Value::Null);
        Ok(())
    }
    fn bool(&mut self, value: bool) -> Result<()> {
        self.value = Some(Value::Bool(value));
        Ok(())
    }
    fn integer(&mut self, value: i64) -> Result<()> {
        self.value = Some(value.into());
        Ok(())
    }
    fn unsigned(&mut self, value: u64) -> Result<()> {
        self.value = Some(value.into());
        Ok(())
    }
    fn float(&mut self, value: f64) -> Result<()> {
        self.value = Some(Number::from_f64(value).map_or(Value::Null, Value::Number));
        Ok(())
    }
    fn text(&mut self, text: &str) -> Result<()> {
        self.value = Some(Value::String(text.to_owned()));
        Ok(())
    }
    fn list(&mut self) -> Result<()> {
        self.value = Some(Value::Array(Vec::new()));
        Ok(())
    }
    fn item(&mut self, source: &mut dyn DecoderSource) -> Result<()> {
        let item = read(source)?;
        if let Some(Value::Array(list)) = &mut self.value {
            grow(list, source.context())?;
            list.push(item);
        }
        Ok(())
    }
    fn members(&mut self) -> Result<()> {
        self.value = Some(Value::Object(Map::new()));
        Ok(())
    }
    fn member(&mut self, name: &str, _: &Context) -> DecodedMember {
        name.clone_into(&mut self.name);
        DecodedMember::Read
    }
    fn value(&mut self, source: &mut dyn DecoderSource) -> Result<()> {
        let value = read(source).map_err(|error| error.in_member(&self.name))?;
        if let Some(Value::Object(object)) = &mut self.value {
            source.context().budget.take(entry::<Value>(&self.name))?;
            object.insert(std::mem::take(&mut self.name), value);
        }
        Ok(())
    }
}

fn read(source: &mut dyn DecoderSource) -> Result<Value> {
    if let Some(tree) = Tree::at(source) {
        return tree.copy();
    }
    let mut sink = Any::default();
    source.read(Want::Any, &mut sink)?;
    if let Some(Value::String(text)) = &sink.value {
        source.context().budget.charge(text.len())?;
    }
    sink.value.ok_or_else(nothing)
}

impl Decoder<'_> {
    /// Reads any value.
    ///
    /// # Errors
    ///
    /// When the input is not JSON.
    pub fn value(&mut self) -> Result<Value> {
        read(self.source)
    }
}

impl Wire for Value {
    fn encode(&self, to: &mut Encoder<'_>) -> Result<()> {
        match self {
            Value::Null => to.null(),
            Value::Bool(value) => to.bool(*value),
            Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
                (Some(value), _, _) => to.integer(value),
                (_, Some(value), _) => to.integer(value),
                (_, _, Some(value)) => to.float(value),
                _ => Err(Error::new("a number out of range has no JSON form")),
            },
            Value::String(text) => to.text(text),
            Value::Array(list) => {
                let mut items = list.iter();
                to.target.list(&mut || items.next().map(|item| item as &dyn Wire))
            }
            Value::Object(object) => {
                let mut members = object.iter();
                to.target.members(&mut || {
                    members
                        .next()
                        .map(|(name, value)| (name.as_str(), value as &dyn Wire))
                })
            }
        }
    }
    fn decode(from: &mut Decoder<'_>) -> Result<Self> {
        from.value()
    }
    fn empty() -> Option<Self> {
        Some(Self::Null)
    }
    // A member that may also be absent is an `Option`, in which null is an ordinary value.
    fn null() -> Option<Self> {
        Some(Self::Null)
    }
    fn from_event(data: &str, reading: &mut Reading) -> Result<Self> {
        match decoder::document(data.as_bytes(), reading.limit(), Self::decode) {
            Err(error) if !error.is_too_large() => Ok(Self::String(data.to_owned())),
            read => read,
        }
    }
}
