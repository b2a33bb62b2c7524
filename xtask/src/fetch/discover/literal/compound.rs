//! Objects and lists: how they are read, put together and taken apart, and what that costs.

use super::super::tokens::{Kind, Script};
use super::super::worth::{Worth, nodes};
use super::{COPY, Evaluator};
use serde_json::{Map, Value};
use std::rc::Rc;

impl Evaluator<'_> {
    /// The value for keeping; copied, at a price, where something else holds it too.
    pub(super) fn own(&mut self, worth: Worth) -> Option<Value> {
        let (Worth::Known(value) | Worth::Partly(value)) = worth else {
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
        match worth.value() {
            Some(Value::Object(object)) => match object.get(member) {
                // What was left out may have been in there.
                Some(value) if value.is_object() || value.is_array() => {
                    let is_whole = matches!(worth, Worth::Known(_));
                    let copy = self.copy(value);
                    copy.map_or(Worth::Unknown, |copy| Worth::gathered(copy, is_whole))
                }
                Some(value) => self.copy(value).map_or(Worth::Unknown, Worth::of),
                None if matches!(worth, Worth::Known(_)) => Worth::Undefined,
                None => Worth::Unknown,
            },
            _ => Worth::Unknown,
        }
    }

    pub(super) fn merged(&mut self, all: Vec<Worth>) -> Worth {
        let (mut object, mut whole) = (Map::new(), true);
        for worth in all {
            whole &= matches!(worth, Worth::Known(_));
            if let Some(Value::Object(members)) = self.own(worth) {
                object.extend(members);
            }
        }
        Worth::gathered(Value::Object(object), whole)
    }

    pub(super) fn list(&mut self, at: usize, depth: usize) -> Worth {
        let (mut next, end) = (at + 1, self.script.after(at).saturating_sub(1));
        let (mut items, mut whole) = (Vec::new(), true);
        while next < end {
            if !self.burn() {
                return Worth::Unknown;
            }
            let (worth, after) = self.choice(next, depth + 1);
            let worth = self.settled(worth, after);
            whole &= matches!(worth, Worth::Known(_));
            items.extend(self.own(worth));
            next = self.skip_to_comma(after, end) + 1;
        }
        Worth::gathered(Value::Array(items), whole)
    }

    pub(super) fn object(&mut self, at: usize, depth: usize) -> Worth {
        let script = self.script;
        let (mut next, end) = (at + 1, script.after(at).saturating_sub(1));
        let (mut object, mut whole) = (Map::new(), true);
        while next < end {
            if !self.burn() {
                return Worth::Unknown;
            }
            let mut after = next + 1;
            if script.is(next, b'.') {
                let (spread, _) = self.choice(next + 3, depth + 1);
                whole &= matches!(spread, Worth::Known(_));
                if let Some(Value::Object(members)) = self.own(spread) {
                    object.extend(members);
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
                whole &= matches!(worth, Worth::Known(_) | Worth::Undefined);
                if let Some(value) = self.own(worth) {
                    object.insert(key, value);
                }
            } else {
                whole = false;
            }
            next = self.skip_to_comma(after, end) + 1;
        }
        Worth::gathered(Value::Object(object), whole)
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
        Kind::Text => script.literal(at),
        Kind::Name | Kind::Number => Some(script.source(at).to_owned()),
        _ => None,
    }
}
