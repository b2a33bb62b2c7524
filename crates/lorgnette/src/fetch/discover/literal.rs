//! The values of a script's expressions, as far as they are known without running it.
//!
//! Literals, names that literals were assigned to, members of known objects, `+`, `||`, `??` and
//! `?:`, and the parts of the page's own address. Everything else is unknown, which is a value like
//! any other. The work is bounded for any script.

mod compound;

use super::tokens::{Script, TokenKind};
use super::worth::{Worth, hole, number, plain};
use serde_json::Value;
use std::collections::HashMap;
use url::Url;

/// The depth from which a literal is unknown.
const DEEPEST: usize = 100;

/// The maximum number of tokens that are evaluated: only a malicious script needs more.
const FUEL: usize = 6_000_000;

/// The maximum length of a known text that is concatenated from others.
const LONGEST_SUM: usize = 1 << 16;

/// The cost of copying one node of a known value: values that contain each other may double in size
/// with every name.
const COPY: usize = 8;

/// The known values at a position in a script.
pub struct Evaluator<'s> {
    script: &'s Script<'s>,
    base: &'s Url,
    names: HashMap<&'s str, Worth>,
    fuel: usize,
}

impl<'s> Evaluator<'s> {
    /// At first, only the page's address is known.
    pub fn new(script: &'s Script<'s>, base: &'s Url) -> Self {
        Self {
            script,
            base,
            names: HashMap::new(),
            fuel: FUEL,
        }
    }

    /// Remembers the value of a name. If the new value is unknown, the previous one is kept.
    pub fn bind(&mut self, name: &'s str, worth: Worth) {
        if worth.value().is_some() {
            self.names.insert(name, worth);
        } else if worth == Worth::Undefined {
            self.names.entry(name).or_insert(worth);
        }
    }

    /// Remembers a member that was assigned to a known object.
    pub fn bind_member(&mut self, name: &'s str, member: &str, worth: &Worth) {
        let Some(value) = self.own(worth.clone()) else {
            return;
        };
        let Some(held) = self.names.remove(name) else {
            return;
        };
        if let Some(mut object) = self.own(held) {
            if let Some(object) = object.as_object_mut() {
                object.insert(member.to_owned(), value);
            }
            self.names.insert(name, Worth::of(object));
        }
    }

    /// Remembers items that were added to a known list.
    pub fn push(&mut self, name: &'s str, items: Vec<Worth>) {
        let Some(held) = self.names.remove(name) else {
            return;
        };
        if let Some(mut list) = self.own(held) {
            if let Some(list) = list.as_array_mut() {
                list.extend(items.into_iter().map(|item| self.own(item).unwrap_or_else(hole)));
            }
            self.names.insert(name, Worth::of(list));
        }
    }

    /// The value of the expression that begins at `at`, and the token after it.
    pub fn expression(&mut self, at: usize) -> (Worth, usize) {
        self.choice(at, 0)
    }

    /// The arguments of a call whose parenthesis opens at `at`.
    pub fn arguments(&mut self, at: usize) -> Vec<Worth> {
        let (mut next, end) = (at + 1, self.script.after(at).saturating_sub(1));
        let mut arguments = Vec::new();
        while next < end && arguments.len() < 8 && self.burn() {
            let (worth, after) = self.expression(next);
            arguments.push(self.settled(worth, after));
            next = self.skip_to_comma(after, end) + 1;
        }
        arguments
    }

    fn burn(&mut self) -> bool {
        self.fuel = self.fuel.saturating_sub(1);
        self.fuel > 0
    }

    /// The same, or unknown if the expression continues in an unsupported way.
    fn settled(&self, worth: Worth, after: usize) -> Worth {
        let ends = match self.script.kind(after) {
            None => true,
            Some(TokenKind::Mark(mark)) => matches!(mark, b',' | b';' | b')' | b']' | b'}' | b':'),
            // The next statement may begin without a semicolon.
            Some(TokenKind::Name) => !matches!(self.script.source(after), "in" | "of" | "instanceof"),
            Some(_) => false,
        };
        if ends { worth } else { Worth::Unknown }
    }

    /// The next comma before `end` that is not inside brackets, or `end`.
    fn skip_to_comma(&mut self, mut at: usize, end: usize) -> usize {
        while at < end && !self.script.is(at, b',') && self.burn() {
            at = self.script.after(at);
        }
        at.min(end)
    }

    /// `a || b`, `a ?? b`, `a ? b : c`.
    fn choice(&mut self, at: usize, depth: usize) -> (Worth, usize) {
        if depth > DEEPEST || !self.burn() {
            return (Worth::Unknown, at + 1);
        }
        let (mut worth, mut next) = self.sum(at, depth);
        loop {
            if self.script.is_pair(next, *b"||") || self.script.is_pair(next, *b"??") {
                let (other, after) = self.sum(next + 2, depth + 1);
                worth = if worth.is_truthy() { worth } else { other };
                next = after;
            } else if self.script.is(next, b'?') && !self.script.is(next + 1, b'.') {
                let (yes, after) = self.choice(next + 1, depth + 1);
                if !self.script.is(after, b':') {
                    return (Worth::Unknown, after);
                }
                let (no, after) = self.choice(after + 1, depth + 1);
                let takes_no = matches!(worth, Worth::Undefined)
                    || worth.value().is_some() && !worth.is_truthy()
                    || yes.value().is_none();
                return (if takes_no { no } else { yes }, after);
            } else {
                return (worth, next);
            }
            if !self.burn() {
                return (Worth::Unknown, next);
            }
        }
    }

    /// `a + b`.
    fn sum(&mut self, at: usize, depth: usize) -> (Worth, usize) {
        let (mut worth, mut next) = self.operand(at, depth);
        while self.script.is(next, b'+') && !self.script.is(next + 1, b'+') && self.burn() {
            let (other, after) = self.operand(next + 1, depth);
            worth = match (worth.value().and_then(plain), other.value().and_then(plain)) {
                (Some(first), Some(second)) if first.len() + second.len() < LONGEST_SUM => {
                    Worth::of(Value::String(first + &second))
                }
                _ => Worth::Unknown,
            };
            next = after;
        }
        (worth, next)
    }

    fn operand(&mut self, at: usize, depth: usize) -> (Worth, usize) {
        let script = self.script;
        let next = at + 1;
        match script.kind(at) {
            Some(TokenKind::Text) => {
                let text = script.literal(at).unwrap_or_default();
                self.fuel = self.fuel.saturating_sub(text.len() / 16);
                self.members(Worth::of(Value::String(text)), next, depth)
            }
            Some(TokenKind::Template) => {
                let worth = self.template(at, depth);
                self.members(worth, script.after(at), depth)
            }
            Some(TokenKind::Number) => (number(script.source(at)), next),
            Some(TokenKind::Mark(b'{')) => (self.object(at, depth), script.after(at)),
            Some(TokenKind::Mark(b'[')) => (self.list(at, depth), script.after(at)),
            Some(TokenKind::Mark(b'(')) if !script.is_pair(script.after(at), *b"=>") => {
                let (worth, after) = self.choice(next, depth + 1);
                let end = script.after(at);
                let worth = if after + 1 == end { worth } else { Worth::Unknown };
                self.members(worth, end, depth)
            }
            Some(TokenKind::Mark(b'-')) if script.kind(next) == Some(TokenKind::Number) => {
                (number(&format!("-{}", script.source(next))), next + 1)
            }
            // Minified scripts write true and false as `!0` and `!1`.
            Some(TokenKind::Mark(b'!')) if script.kind(next) == Some(TokenKind::Number) => {
                (Worth::of(Value::Bool(script.source(next) == "0")), next + 1)
            }
            Some(TokenKind::Name) => self.named(at, depth),
            _ => (Worth::Unknown, next),
        }
    }

    /// A template whose substitutions are all known.
    fn template(&mut self, at: usize, depth: usize) -> Worth {
        let (mut next, end) = (at + 1, self.script.after(at).saturating_sub(1));
        let mut text = String::new();
        while next < end && self.burn() {
            if let Some(piece) = self.script.literal(next) {
                text.push_str(&piece);
            } else {
                let (worth, after) = self.choice(next + 1, depth + 1);
                match worth.value().and_then(plain) {
                    Some(part) if after + 1 == self.script.after(next) => text.push_str(&part),
                    _ => return Worth::Unknown,
                }
            }
            if text.len() > LONGEST_SUM {
                return Worth::Unknown;
            }
            next = self.script.after(next);
        }
        Worth::text_of(&text)
    }

    fn named(&mut self, at: usize, depth: usize) -> (Worth, usize) {
        let script = self.script;
        let next = at + 1;
        match script.source(at) {
            "null" => (Worth::of(Value::Null), next),
            "true" => (Worth::of(Value::Bool(true)), next),
            "false" => (Worth::of(Value::Bool(false)), next),
            "undefined" => (Worth::Undefined, next),
            "function" | "class" | "async" | "await" | "typeof" | "void" | "delete" => (Worth::Unknown, next),
            "window" | "document" | "self" | "globalThis" | "this" if script.is(next, b'.') => {
                match script.name(next + 1) {
                    Some("location") => self.location(next + 2, depth),
                    Some("baseURI") => (Worth::text_of(self.base.as_str()), next + 2),
                    Some(_) => self.named(next + 1, depth + 1),
                    None => (Worth::Unknown, next),
                }
            }
            "location" => self.location(next, depth),
            "new" if script.name(next) == Some("URL") && script.is(next + 1, b'(') => {
                let arguments = if depth > DEEPEST {
                    Vec::new()
                } else {
                    self.arguments(next + 1)
                };
                let text = arguments.first().and_then(Worth::text);
                let base = arguments
                    .get(1)
                    .and_then(Worth::text)
                    .and_then(|base| self.base.join(base).ok());
                let address = text.and_then(|text| base.as_ref().unwrap_or(self.base).join(text).ok());
                let worth = address.map_or(Worth::Unknown, |address| Worth::text_of(address.as_str()));
                self.members(worth, script.after(next + 1), depth)
            }
            "JSON" | "Object" if script.is(next, b'.') && script.is(next + 2, b'(') && depth < DEEPEST => {
                let mut arguments = self.arguments(next + 2);
                let worth = match (script.source(next + 1), &mut arguments[..]) {
                    ("parse", [text, ..]) => self.parsed(text),
                    // This is equivalent to the value itself for readers.
                    ("stringify" | "freeze", [worth, ..]) => std::mem::replace(worth, Worth::Unknown),
                    ("assign", _) => self.merged(arguments),
                    _ => Worth::Unknown,
                };
                self.members(worth, script.after(next + 2), depth)
            }
            name => {
                let worth = self.names.get(name).cloned().unwrap_or(Worth::Unknown);
                self.members(worth, next, depth)
            }
        }
    }

    /// Evaluates members of a known object, and calls: those that leave a text unchanged, and all
    /// others, whose result is unknown.
    fn members(&mut self, mut worth: Worth, mut next: usize, depth: usize) -> (Worth, usize) {
        let script = self.script;
        while self.burn() {
            let dot = next + usize::from(script.is_pair(next, *b"?."));
            if script.is(dot, b'.')
                && let Some(member) = script.name(dot + 1)
            {
                next = dot + 2;
                if matches!(member, "toString" | "trim") && script.is(next, b'(') && worth.text().is_some() {
                    next = script.after(next);
                } else if !(member == "href" && worth.text().is_some()) {
                    worth = self.member_of(&worth, member);
                }
            } else if script.is(next, b'[') && depth < DEEPEST && worth.value().is_some() {
                let (key, _) = self.choice(next + 1, depth + 1);
                worth = key
                    .text()
                    .map_or(Worth::Unknown, |key| self.member_of(&worth, key));
                next = script.after(next);
            } else if script.is(next, b'(') {
                (worth, next) = (Worth::Unknown, script.after(next));
            } else {
                break;
            }
        }
        (worth, next)
    }

    /// A part of the page's address, after `location`.
    fn location(&mut self, next: usize, depth: usize) -> (Worth, usize) {
        let script = self.script;
        let part = if script.is(next, b'.') {
            script.name(next + 1)
        } else {
            None
        };
        let url = self.base;
        let text = match part {
            None => return (Worth::text_of(url.as_str()), next),
            Some("href") => url.as_str().to_owned(),
            Some("origin") => url.origin().ascii_serialization(),
            Some("protocol") => format!("{}:", url.scheme()),
            Some("host") => url[url::Position::BeforeHost..url::Position::AfterPort].to_owned(),
            Some("hostname") => url.host_str().unwrap_or_default().to_owned(),
            Some("port") => url.port().map(|port| port.to_string()).unwrap_or_default(),
            Some("pathname") => url.path().to_owned(),
            Some(_) => return self.members(Worth::Unknown, next + 2, depth),
        };
        self.members(Worth::of(Value::String(text)), next + 2, depth)
    }
}

#[cfg(test)]
mod tests {
    use super::super::worth::{MORE, is_whole, text};
    use super::*;
    use serde_json::json;

    /// The parts of a value that are known.
    fn known(value: &Value) -> Value {
        let is_known = |value: &&Value| !value.is_string() || text(value).is_some();
        match value {
            Value::Array(list) => list.iter().filter(is_known).map(known).collect(),
            Value::Object(map) => {
                let members = map.iter().filter(|(key, value)| *key != MORE && is_known(value));
                Value::Object(members.map(|(key, value)| (key.clone(), known(value))).collect())
            }
            other => other.clone(),
        }
    }

    /// The value of the last expression after `=`, as JSON; `?` if it is unknown.
    fn worth(text: &str) -> Value {
        let script = Script::new(text);
        let Ok(base) = Url::parse("https://docs.example:8443/a/page.html?x=1") else {
            return Value::Null;
        };
        let mut evaluator = Evaluator::new(&script, &base);
        let mut last = Worth::Unknown;
        for at in 1..script.len() {
            if script.is(at, b'=')
                && let Some(name) = script.name(at - 1)
            {
                last = evaluator.expression(at + 1).0;
                evaluator.bind(name, last.clone());
            }
        }
        match last {
            Worth::Known(value) if is_whole(&value) => (*value).clone(),
            Worth::Known(value) => json!({"partly": known(&value)}),
            Worth::Undefined => json!("undefined"),
            Worth::Unknown => json!("?"),
        }
    }

    #[test]
    fn test_literals_are_worth_what_they_say() {
        assert_eq!(
            worth("x = {a: 'b', \"c\": [1, -2.5, 0x10, !0, null,], d: {}, 5: `t`, /* e */}"),
            json!({"a": "b", "c": [1, -2.5, 16, true, null], "d": {}, "5": "t"})
        );
        assert_eq!(
            worth("x = JSON.parse('{\"a\": [\"\\u0041\"]}')"),
            json!({"a": ["A"]})
        );
    }

    #[test]
    fn test_names_members_and_operators_are_followed() {
        assert_eq!(worth("o = {u: '/v1'}; x = o.v || o.u + '/' + 2"), json!("/v1/2"));
        assert_eq!(worth("o = {u: {}}; x = o.v ? 1 : o.u ?? 3"), json!({}));
        assert_eq!(
            worth("u = '/v1'; x = {u, w: 1, ...{w: 2}}"),
            json!({"u": "/v1", "w": 2})
        );
        assert_eq!(worth("x = (f() ? '/a' : '/b')"), json!("/a"));
        assert_eq!(
            worth("o = {a: 'v'}; x = `${location.origin}/${ o.a + 1 }/${`${2}`}`"),
            json!("https://docs.example:8443/v1/2")
        );
        assert_eq!(worth("x = {a: `${1}`, b: 2}"), json!({"a": "1", "b": 2}));
        assert_eq!(
            worth("x = Object.assign({a: 1}, {b: 2})"),
            json!({"a": 1, "b": 2})
        );
    }

    #[test]
    fn test_parts_of_the_address_are_known() {
        assert_eq!(
            worth("x = window.location.origin + '/api'"),
            json!("https://docs.example:8443/api")
        );
        assert_eq!(
            worth("x = location.protocol + '//' + location.host + '/b'"),
            json!("https://docs.example:8443/b")
        );
        assert_eq!(
            worth("x = new URL('../c.json', document.baseURI).href"),
            json!("https://docs.example:8443/c.json")
        );
        assert_eq!(worth("x = location.search.slice(1)"), json!("?"));
    }

    #[test]
    fn test_code_is_unknown_and_so_is_what_depends_on_it() {
        assert_eq!(
            worth("x = {a: 1, f: function () { return {b: 2} }, g() {}, h: () => 1, i: c(), d: 2}"),
            json!({"partly": {"a": 1, "d": 2}})
        );
        assert_eq!(worth("x = 'a' + f()"), json!("?"));
        assert_eq!(
            worth("x = 'a' * 2"),
            json!("a"),
            "what follows is for who asks to judge"
        );
        assert_eq!(worth("x = [`${a}`, 1]"), json!({"partly": [1]}));
        assert_eq!(
            worth("a = {}; x = [`${a}`, `${}`, `${1 2}`, 1]"),
            json!({"partly": [1]})
        );
    }

    #[test]
    fn test_values_that_double_with_every_name_come_to_an_end() {
        let mut text = String::from("a = ['aaaaaaaaaaaaaaaa'];");
        for _ in 0..60 {
            text.push_str("a = [a, a];");
        }
        assert_eq!(worth(&text), json!("?"));
        let deep = format!("x = {}", "[".repeat(100_000));
        assert!(worth(&deep).to_string().starts_with("{\"partly\":"));
        assert_eq!(worth(&format!("x = {}", "a ? b : ".repeat(100_000))), json!("?"));
    }
}
