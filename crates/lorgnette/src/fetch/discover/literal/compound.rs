//! Objects and lists: reads, merges and accesses them, and limits the cost.

use super::super::tokens::{Script, TokenKind};
use super::super::worth::{MORE, Worth, hole, nodes, text};
use super::{COPY, Evaluator};
use serde_json::{Map, Value};
use std::rc::Rc;

impl Evaluator<'_> {
    /// The value as owned. If something else holds it too, it is copied, which counts towards the
    /// cost limit.
    pub(super) fn own(&mut self, worth: Worth) -> Option<Value> {
        let Worth::Known(value) = worth else {
            return None;
        };
        Rc::try_unwrap(value).map_or_else(|value| self.copy(&value), Some)
    }

    pub(super) fn copy(&mut self, value: &Value) -> Option<Value> {
        let price = COPY * nodes(value);
        let affordable = price < self.fuel;
        self.fuel = self.fuel.saturating_sub(price);
        affordable.then(|| value.clone())
    }

    pub(super) fn member_of(&mut self, worth: &Worth, member: &str) -> Worth {
        let Some(Value::Object(object)) = worth.value() else {
            return Worth::Unknown;
        };
        match object.get(member) {
            Some(value) if value.is_string() && text(value).is_none() => Worth::Unknown,
            Some(value) => self.copy(value).map_or(Worth::Unknown, Worth::of),
            None if object.contains_key(MORE) => Worth::Unknown,
            None => Worth::Undefined,
        }
    }

    pub(super) fn merged(&mut self, all: Vec<Worth>) -> Worth {
        let mut object = Map::new();
        for worth in all {
            match self.own(worth) {
                Some(Value::Object(members)) => object.extend(members),
                _ => drop(object.insert(MORE.to_owned(), hole())),
            }
        }
        Worth::of(Value::Object(object))
    }

    pub(super) fn list(&mut self, at: usize, depth: usize) -> Worth {
        let (mut next, end) = (at + 1, self.script.after(at).saturating_sub(1));
        let mut items = Vec::new();
        while next < end {
            if !self.burn() {
                return Worth::Unknown;
            }
            let (worth, after) = self.choice(next, depth + 1);
            let worth = self.settled(worth, after);
            items.push(self.own(worth).unwrap_or_else(hole));
            next = self.skip_to_comma(after, end) + 1;
        }
        Worth::of(Value::Array(items))
    }

    pub(super) fn object(&mut self, at: usize, depth: usize) -> Worth {
        let script = self.script;
        let (mut next, end) = (at + 1, script.after(at).saturating_sub(1));
        let mut object = Map::new();
        while next < end {
            if !self.burn() {
                return Worth::Unknown;
            }
            let mut after = next + 1;
            if script.is(next, b'.') {
                let (spread, _) = self.choice(next + 3, depth + 1);
                match self.own(spread) {
                    Some(Value::Object(members)) => object.extend(members),
                    _ => drop(object.insert(MORE.to_owned(), hole())),
                }
            } else if let Some(key) = key(script, next) {
                let worth = if script.is(after, b':') {
                    let (worth, behind) = self.choice(after + 1, depth + 1);
                    after = behind;
                    self.settled(worth, behind)
                } else if after >= end || script.is(after, b',') {
                    self.names
                        .get(script.source(next))
                        .cloned()
                        .unwrap_or(Worth::Unknown)
                } else {
                    Worth::Unknown
                };
                if worth != Worth::Undefined {
                    object.insert(key, self.own(worth).unwrap_or_else(hole));
                }
            } else {
                object.insert(MORE.to_owned(), hole());
            }
            next = self.skip_to_comma(after, end) + 1;
        }
        Worth::of(Value::Object(object))
    }

    pub(super) fn parsed(&mut self, text: &Worth) -> Worth {
        let Some(text) = text.text() else {
            return Worth::Unknown;
        };
        self.fuel = self.fuel.saturating_sub(text.len());
        if self.fuel == 0 {
            return Worth::Unknown;
        }
        serde_json::from_str(text).map_or(Worth::Unknown, Worth::of)
    }
}

fn key(script: &Script<'_>, at: usize) -> Option<String> {
    match script.kind(at)? {
        TokenKind::Text => script.literal(at),
        TokenKind::Name | TokenKind::Number => Some(script.source(at).to_owned()),
        _ => None,
    }
}
