//! Reads from a part of the document that is kept as a tree, so that unions can read it more than
//! once.

use super::budget::entry;
use super::decoder::{Context, DecodedMember, DecoderSource, Sink, Want};
use super::error::{Error, Result};
use super::fit::{Fit, REMEMBERED, is_container, is_small};
use serde_json::Value;

/// A value in the tree. Unlike a deserializer, it can be read repeatedly.
#[derive(Clone, Copy)]
pub(super) struct Tree<'v> {
    node: &'v Value,
    context: &'v Context,
}

impl<'v> Tree<'v> {
    pub fn new(node: &'v Value, context: &'v Context) -> Self {
        Self { node, context }
    }

    /// The value at a source's position, if it is part of a tree.
    pub fn at(source: &'v dyn DecoderSource) -> Option<Self> {
        Some(Self::new(source.node()?, source.context()))
    }

    pub fn node(&self) -> &'v Value {
        self.node
    }

    pub fn context(&self) -> &'v Context {
        self.context
    }

    /// The tag by which a union reads this value, if the union also writes it.
    pub fn tag(&self) -> Option<&'static str> {
        let (node, tag) = self.context.tag.get()?;
        std::ptr::eq(node, self.node).then_some(tag)
    }

    /// A copy of the value. While branches are tried, a large value is deferred.
    pub fn copy(&self) -> Result<Value> {
        if self.context.fits.trying() && !is_small(self.node) {
            return Err(Error::deferred());
        }
        self.context.budget.take(size(self.node))?;
        Ok(self.node.clone())
    }

    fn list(self, items: &'v [Value], sink: &mut dyn Sink) -> Result<()> {
        sink.list()?;
        let mut deferred = Ok(());
        let tolerance = &self.context.tolerance;
        for (index, item) in items.iter().enumerate() {
            let before = tolerance.mark();
            match sink.item(&mut Self::new(item, self.context)) {
                Err(error) if error.is_deferred() => deferred = Err(error),
                Err(error) if tolerance.leaves_out(self.node, &error) => {
                    let error = error.in_item(index);
                    tolerance.leave_out(before, index, error, &self.context.budget)?;
                }
                read => read.map_err(|error| error.in_item(index))?,
            }
            tolerance.place(before, |error| error.in_item(index));
        }
        sink.end()?;
        deferred
    }

    fn members(self, members: &'v serde_json::Map<String, Value>, sink: &mut dyn Sink) -> Result<()> {
        sink.members()?;
        let mut deferred = Ok(());
        let tolerance = &self.context.tolerance;
        for (index, (name, value)) in members.iter().enumerate() {
            if sink.member(name, self.context) == DecodedMember::Skip {
                continue;
            }
            let before = tolerance.mark();
            match sink.value(&mut Self::new(value, self.context)) {
                Err(error) if error.is_deferred() => {
                    sink.deferred();
                    deferred = Err(error);
                }
                Err(error) if tolerance.leaves_out(self.node, &error) => {
                    tolerance.leave_out(before, index, error, &self.context.budget)?;
                }
                read => read?,
            }
            tolerance.place(before, |error| error.in_member(name));
        }
        sink.end()?;
        deferred
    }
}

/// The memory of a copy of a value.
pub(super) fn size(node: &Value) -> usize {
    match node {
        Value::String(text) => text.len().max(16) + 16,
        Value::Array(items) => items
            .iter()
            .map(|item| size(item) + size_of::<Value>())
            .fold(16, usize::saturating_add),
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| size(member) + entry::<Value>(name))
            .fold(16, usize::saturating_add),
        _ => 0,
    }
}

impl DecoderSource for Tree<'_> {
    fn read(&mut self, want: Want, sink: &mut dyn Sink) -> Result<()> {
        match self.node {
            Value::Null => sink.null(),
            _ if matches!(want, Want::Maybe) => sink.some(self),
            Value::Bool(value) => sink.bool(*value),
            Value::Number(number) => {
                if let Some(value) = number.as_u64() {
                    sink.unsigned(value)
                } else if let Some(value) = number.as_i64() {
                    sink.integer(value)
                } else {
                    sink.float(number.as_f64().unwrap_or(f64::NAN))
                }
            }
            Value::String(text) => sink.text(text),
            Value::Array(items) => self.list(items, sink),
            Value::Object(members) => self.members(members, sink),
        }
    }

    fn object(&mut self, ty: &'static str, sink: &mut dyn Sink) -> Result<()> {
        let (node, fits) = (self.node, &self.context.fits);
        if !fits.trying() || !is_container(node) {
            return self.read(Want::Members, sink);
        }
        match fits.recall(node, ty) {
            Some(Fit::Reads { misses, .. }) => {
                fits.add(misses);
                Err(Error::deferred())
            }
            Some(Fit::Fails) => Err(Error::new("the value does not fit")),
            None => {
                let (read, misses) = fits.missed(|| self.read(Want::Members, sink));
                let fit = match &read {
                    Err(error) if !error.is_deferred() => Fit::Fails,
                    _ => Fit::Reads { misses, branch: None },
                };
                self.context.budget.take(REMEMBERED)?;
                fits.remember(node, ty, fit);
                fits.add(misses);
                read
            }
        }
    }

    fn context(&self) -> &Context {
        self.context
    }

    fn node(&self) -> Option<&Value> {
        Some(self.node)
    }
}
