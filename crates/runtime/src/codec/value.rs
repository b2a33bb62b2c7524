//! Any JSON value.

use super::decoder::{Items, Members, Sink, Source, Want};
use super::scalar::nothing;
use super::{Decoder, Encoder, Error, Result, Wire};
use serde_json::{Map, Number, Value};

/// Takes everything.
struct Any(Option<Value>);

impl Sink for Any {
    fn expected(&self) -> &'static str {
        "any value"
    }
    fn null(&mut self) -> Result<()> {
        self.0 = Some(Value::Null);
        Ok(())
    }
    fn bool(&mut self, value: bool) -> Result<()> {
        self.0 = Some(Value::Bool(value));
        Ok(())
    }
    fn integer(&mut self, value: i64) -> Result<()> {
        self.0 = Some(value.into());
        Ok(())
    }
    fn unsigned(&mut self, value: u64) -> Result<()> {
        self.0 = Some(value.into());
        Ok(())
    }
    fn float(&mut self, value: f64) -> Result<()> {
        self.0 = Some(Number::from_f64(value).map_or(Value::Null, Value::Number));
        Ok(())
    }
    fn text(&mut self, text: &str) -> Result<()> {
        self.0 = Some(Value::String(text.to_owned()));
        Ok(())
    }
    fn list(&mut self, items: &mut dyn Items) -> Result<()> {
        let mut list = Vec::new();
        while items.next(&mut |item| {
            list.push(read(item)?);
            Ok(())
        })? {}
        self.0 = Some(Value::Array(list));
        Ok(())
    }
    fn members(&mut self, members: &mut dyn Members) -> Result<()> {
        let mut object = Map::new();
        let mut name = String::new();
        while members.next(&mut |found| found.clone_into(&mut name))? {
            members.value(&mut |value| {
                object.insert(std::mem::take(&mut name), read(value)?);
                Ok(())
            })?;
        }
        self.0 = Some(Value::Object(object));
        Ok(())
    }
}

fn read(source: &mut dyn Source) -> Result<Value> {
    let mut sink = Any(None);
    source.read(Want::Any, &mut sink)?;
    sink.0.ok_or_else(nothing)
}

impl Decoder<'_> {
    /// Reads whatever is there.
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
    fn from_event(data: &str) -> Result<Self> {
        Ok(super::from_json(data.as_bytes()).unwrap_or_else(|_| Self::String(data.to_owned())))
    }
}
