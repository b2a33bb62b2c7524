//! Parses one file of a contract, in JSON or YAML, into a tree.
//!
//! YAML is read with the meaning that the same text has in JSON: `yes`, `on` and dates remain text,
//! keys that look like numbers (`200:`) become text, and anchors cannot blow up a small text. A
//! duplicate member is an error in both formats, unless the caller collects them: then the last one
//! counts, as in most parsers.

use super::grammar::DEEPEST;
use super::identifiers::localize;
use crate::diagnostics::{Error, Result, Station};
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;

/// Reads `text`, the content of `file`, as JSON or YAML, on behalf of `station`.
///
/// # Errors
///
/// When the text is neither, with its line and column.
pub fn parse(station: Station, file: &str, text: &str) -> Result<Value> {
    read(station, file, text, None)
}

/// The same, but the last of several members with the same name counts; the names of duplicates go
/// to `repeated`.
///
/// # Errors
///
/// As for [`parse`].
pub fn parse_last(station: Station, file: &str, text: &str, repeated: &mut Vec<String>) -> Result<Value> {
    let found = RefCell::new(Vec::new());
    let value = read(station, file, text, Some(&found))?;
    repeated.append(&mut found.into_inner());
    Ok(value)
}

/// Collects the names of duplicate members; `None` if they are an error.
type Repeated<'r> = Option<&'r RefCell<Vec<String>>>;

fn read(station: Station, file: &str, text: &str, repeated: Repeated<'_>) -> Result<Value> {
    let mut tree = tree(station, file, text, repeated)?;
    if text.contains("$id") || text.contains("$self") {
        localize(&mut tree);
    }
    Ok(tree)
}

fn tree(station: Station, file: &str, text: &str, repeated: Repeated<'_>) -> Result<Value> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if is_wording(file) {
        return Ok(Value::String(text.to_owned()));
    }
    let start = text.trim_start();
    let error = |message: String, help: &str| Error::new(station, "", message).in_file(file).help(help);
    if start.is_empty() {
        return Err(error(
            "the file is empty".to_owned(),
            "put the contract there, or fetch it again",
        ));
    }
    if start.starts_with('<') {
        let help = "fetch the contract itself, not the page that shows it";
        return Err(error(
            "the file holds a web page, not a contract".to_owned(),
            help,
        ));
    }
    // YAML is a superset of JSON, but its parser is several times slower and reports errors in JSON
    // less precisely.
    if start.starts_with(['{', '[']) {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let parsed = TreeVisitor(repeated)
            .deserialize(&mut deserializer)
            .and_then(|tree| deserializer.end().map(|()| tree));
        match parsed {
            Ok(value) => return Ok(value),
            Err(cause) if has_extension(file, &["yaml", "yml"]) && !is_too_deep(&cause) => {}
            Err(cause) if is_too_deep(&cause) => {
                let at = format!("line {}, column {}", cause.line(), cause.column());
                return Err(error(format!("the file nests too deeply at {at}"), FLATTEN));
            }
            Err(cause) => {
                let help = match cause.classify() {
                    serde_json::error::Category::Eof => "the text is cut off; fetch the file again",
                    serde_json::error::Category::Data => "keep one of the two",
                    _ => "correct the text there, or fetch the file again",
                };
                return Err(error(format!("the file is not valid JSON: {cause}"), help));
            }
        }
    }
    yaml(text, repeated).map_err(|cause| {
        let cause = cause.without_snippet();
        // The message already contains line and column; only its first line describes the cause.
        let message = cause.to_string();
        let message = message.lines().next().unwrap_or_default();
        if let Some(place) = message.strip_prefix("recursion limit exceeded") {
            return error(format!("the file nests too deeply{place}"), FLATTEN);
        }
        error(
            format!("the file is neither JSON nor valid YAML: {message}"),
            "correct the text there, or fetch the file again",
        )
    })
}

/// The maximum number of lines whose missing indentation is added.
const MOST_INDENTED: usize = 200;

/// Reads YAML. A quoted text may continue on a line with less indentation than YAML requires. Most
/// parsers accept that, since spaces there have no meaning, so the missing spaces are added.
fn yaml(text: &str, repeated: Repeated<'_>) -> std::result::Result<Value, serde_saphyr::Error> {
    let mut text = Cow::Borrowed(text);
    let mut indented = 0;
    loop {
        // A second attempt fails in the same way as the first.
        if let Some(repeated) = repeated {
            repeated.borrow_mut().clear();
        }
        let options = yaml_options(repeated);
        let read = serde_saphyr::with_deserializer_from_str_with_options(&text, options, |deserializer| {
            TreeVisitor(repeated).deserialize(deserializer)
        });
        let cause = match read {
            Ok(value) => return Ok(value),
            Err(cause) => cause,
        };
        let is_outdented = cause.to_string().contains(OUTDENTED);
        let line = cause.location().map(|location| location.line());
        let Some(line) = line.filter(|_| is_outdented && indented < MOST_INDENTED) else {
            return Err(cause);
        };
        indented += 1;
        text = Cow::Owned(with_indent(&text, usize::try_from(line).unwrap_or_default()));
    }
}

/// The parser's message on such a line.
const OUTDENTED: &str = "invalid indentation in multiline quoted scalar";

/// The text, with the line of this number indented deeper than any contract nests.
fn with_indent(text: &str, line: usize) -> String {
    let mut indented = String::with_capacity(text.len() + 256);
    for (index, content) in text.split_inclusive('\n').enumerate() {
        if index + 1 == line {
            indented.push_str(&" ".repeat(2 * DEEPEST));
        }
        indented.push_str(content);
    }
    indented
}

/// The advice for a file that nests too deeply.
const FLATTEN: &str = "name the inner schemas and refer to them";

fn is_too_deep(cause: &serde_json::Error) -> bool {
    cause.to_string().starts_with("recursion limit")
}

/// Whether a file contains only a description, which must not be parsed as YAML.
pub fn is_wording(file: &str) -> bool {
    has_extension(file, &["md", "markdown"])
}

fn has_extension(file: &str, known: &[&str]) -> bool {
    let extension = file.rsplit('.').next().unwrap_or_default();
    known.iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// The options for YAML: text in the sense of JSON Schema remains text, and the limits admit the
/// largest known contracts (13 MB).
fn yaml_options(repeated: Repeated<'_>) -> serde_saphyr::Options {
    serde_saphyr::options! {
        duplicate_keys: match repeated {
            Some(_) => serde_saphyr::options::DuplicateKeyPolicy::PassThrough,
            None => serde_saphyr::options::DuplicateKeyPolicy::Error,
        },
        budget: serde_saphyr::budget! {
            max_events: 20_000_000,
            max_nodes: 10_000_000,
            // The parser needs up to 20 kB of stack per level, and a test's thread has 2 MB.
            max_depth: 80,
            max_recorded_anchor_events: 2_000_000,
            // An anchor may be used hundreds of times; the total size of aliases is limited below.
            enforce_alias_anchor_ratio: false,
        },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: 500_000 },
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        non_finite_float_policy: serde_saphyr::NonFiniteFloatPolicy::AsString,
        with_snippet: false,
    }
}

/// Reads a tree, and detects duplicate members that are not equal.
#[derive(Clone, Copy)]
struct TreeVisitor<'r>(Repeated<'r>);

impl<'de> DeserializeSeed<'de> for TreeVisitor<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for TreeVisitor<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> std::result::Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> std::result::Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> std::result::Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> std::result::Result<Value, E> {
        Number::from_i128(value).map_or_else(
            || Ok(Value::String(value.to_string())),
            |number| Ok(Value::Number(number)),
        )
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> std::result::Result<Value, E> {
        Number::from_u128(value).map_or_else(
            || Ok(Value::String(value.to_string())),
            |number| Ok(Value::Number(number)),
        )
    }

    fn visit_f64<E>(self, value: f64) -> std::result::Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> std::result::Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> std::result::Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_none<E>(self) -> std::result::Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_unit<E>(self) -> std::result::Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> std::result::Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = sequence.next_element_seed(self)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> std::result::Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(Key(key)) = members.next_key()? {
            let value = members.next_value_seed(self)?;
            match map.entry(key) {
                serde_json::map::Entry::Vacant(entry) => {
                    entry.insert(value);
                }
                serde_json::map::Entry::Occupied(entry) if *entry.get() == value => {}
                serde_json::map::Entry::Occupied(mut entry) => {
                    if let Some(repeated) = self.0 {
                        repeated.borrow_mut().push(entry.key().clone());
                        entry.insert(value);
                        continue;
                    }
                    let key = entry.key();
                    return Err(de::Error::custom(format_args!("duplicate member {key:?}")));
                }
            }
        }
        Ok(Value::Object(map))
    }
}

/// The name of a member: its text, regardless of its meaning as a YAML value; `null` for each of
/// YAML's nulls.
struct Key(String);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let name = Option::deserialize(deserializer)?;
        Ok(Key(name.unwrap_or_else(|| "null".to_owned())))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parse(file: &str, text: &str) -> Result<Value> {
        super::parse(Station::Load, file, text)
    }

    fn yaml(text: &str) -> Value {
        parse("contract.yaml", text).unwrap()
    }

    #[test]
    fn test_yaml_keys_become_text_whatever_they_look_like() {
        let value = yaml(
            "200: a\n1.0: b\ntrue: c\non: d\nyes: e\n2020-01-01: f\n\"x\": g\n1_000: h\n0x10: i\nnull: j\n",
        );
        let keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(
            keys,
            [
                "200",
                "1.0",
                "true",
                "on",
                "yes",
                "2020-01-01",
                "x",
                "1_000",
                "0x10",
                "null"
            ]
        );
    }

    #[test]
    fn test_description_in_a_file_of_its_own_is_text() {
        let text = "# Lamps\n\nThis: is *bright*: very\n";
        assert_eq!(parse("intro.md", text).unwrap(), json!(text));
    }

    #[test]
    fn test_yaml_values_mean_what_json_means() {
        let value = yaml(
            "a: yes\nb: on\nc: 2020-01-01\nd: 2020-01-01T00:00:00Z\ne: true\nf: 1\ng: 1.5\nh: null\ni: ~\nj:\nk: 012\n\
             l: 1_000\nm: -7\nn: 1e3\no: NO\np: y\nq: \"true\"\nr: 18446744073709551616\ns: .inf\nt: 0.10\nu: 12:30:45\n",
        );
        assert_eq!(
            value,
            json!({
                "a": "yes", "b": "on", "c": "2020-01-01", "d": "2020-01-01T00:00:00Z", "e": true, "f": 1, "g": 1.5,
                "h": null, "i": null, "j": null, "k": "012", "l": "1_000", "m": -7, "n": 1000.0, "o": "NO", "p": "y",
                "q": "true", "r": 18_446_744_073_709_551_616.0, "s": ".inf", "t": 0.1, "u": "12:30:45"
            })
        );
    }

    #[test]
    fn test_numbers_are_read_to_the_last_digit() {
        for text in [
            "-122.33343388885261",
            "15.832582473754883",
            "1e-7",
            "9007199254740993",
            "18446744073709551615",
        ] {
            let (json, yaml) = (
                parse("a.json", &format!("[{text}]")).unwrap(),
                yaml(&format!("- {text}\n")),
            );
            assert_eq!(json, yaml);
            assert_eq!(json[0].to_string(), text);
        }
    }

    #[test]
    fn test_member_order_is_the_files() {
        for text in [
            "z: 1\na: 2\nm: {y: 1, b: 2}\n",
            "{\"z\": 1, \"a\": 2, \"m\": {\"y\": 1, \"b\": 2}}",
        ] {
            assert_eq!(yaml(text).to_string(), r#"{"z":1,"a":2,"m":{"y":1,"b":2}}"#);
        }
    }

    #[test]
    fn test_yaml_anchors_and_merges_are_followed() {
        let value = yaml("base: &b {a: 1, b: 2}\nuse: *b\nmerged:\n  <<: *b\n  b: 3\n");
        assert_eq!(value["use"], json!({"a": 1, "b": 2}));
        assert_eq!(value["merged"], json!({"a": 1, "b": 3}));
    }

    #[test]
    fn test_yaml_text_in_quotes_may_go_on_without_indentation() {
        assert_eq!(
            yaml("a:\n    b: \"one\n    two\n\n  three\"\n    c: 'four\n    five'\nd: 1\n"),
            json!({"a": {"b": "one two\nthree", "c": "four five"}, "d": 1})
        );
        assert!(parse("a.yaml", "a:\n  b: \"one\n  two\n").is_err());
    }

    #[test]
    fn test_yaml_alias_bomb_is_an_error() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let inner = vec![format!("*a{}", level - 1); 10].join(", ");
            text = format!("{text}a{level}: &a{level} [{inner}]\n");
        }
        assert!(parse("bomb.yaml", &text).is_err());
    }

    #[test]
    fn test_deep_nesting_is_an_error_and_no_crash() {
        for text in [
            "[".repeat(100_000),
            "{\"a\":".repeat(100_000),
            "- ".repeat(100_000) + "x",
            "a: ".to_owned() + &"[".repeat(5000),
        ] {
            assert!(parse("deep.yaml", &text).is_err());
            assert!(parse("deep.json", &text).is_err());
        }
    }

    #[test]
    fn test_member_there_twice_is_an_error_with_its_line() {
        let error = parse("a.json", "{\"a\": 1,\n \"a\": 2}").unwrap_err();
        assert_eq!(
            error.to_string(),
            "load: a.json: the file is not valid JSON: duplicate member \"a\" at line 2 column 8; keep one of the two"
        );
        assert!(
            parse("a.yaml", "a: 1\nb: 2\na: 3\n")
                .unwrap_err()
                .message
                .contains("line 3"),
            "{:?}",
            parse("a.yaml", "a: 1\nb: 2\na: 3\n")
        );
        assert_eq!(parse("a.json", "{\"a\": 1, \"a\": 1}").unwrap(), json!({"a": 1}));
    }

    #[test]
    fn test_member_there_twice_counts_as_the_last_where_the_caller_is_told() {
        for (file, text) in [
            (
                "a.json",
                "{\"a\": {\"b\": 1, \"b\": 2}, \"c\": 3, \"a\": 4, \"d\": 5, \"d\": 5}",
            ),
            ("a.yaml", "a: {b: 1, b: 2}\nc: 3\na: 4\nd: 5\nd: 5\n"),
            ("a.yaml", "{a: {b: 1, b: 2}, c: 3, a: 4, d: 5, d: 5}"),
        ] {
            let mut repeated = Vec::new();
            let value = parse_last(Station::Load, file, text, &mut repeated).unwrap();
            assert_eq!(value, json!({"a": 4, "c": 3, "d": 5}));
            assert_eq!(repeated, ["b", "a"]);
        }
    }

    #[test]
    fn test_text_that_is_no_contract_is_named() {
        let message = |file: &str, text: &str| parse(file, text).unwrap_err().message;
        assert_eq!(message("a.json", " \n"), "the file is empty");
        assert_eq!(
            message("a.json", "<!DOCTYPE html>"),
            "the file holds a web page, not a contract"
        );
        assert!(message("a.json", "{\"a\": [1, ").starts_with("the file is not valid JSON: EOF"));
        assert!(
            message("a.json", "{\"a\": 1} x").starts_with("the file is not valid JSON: trailing characters")
        );
        assert!(message("a.yaml", "a: [1, ").starts_with("the file is neither JSON nor valid YAML: "));
        assert!(
            message("a.yaml", "a: 1\n---\nb: 2\n").starts_with("the file is neither JSON nor valid YAML: ")
        );
    }

    #[test]
    fn test_flow_style_yaml_is_no_broken_json() {
        assert_eq!(
            yaml("{openapi: 3.0.3, paths: {}}"),
            json!({"openapi": "3.0.3", "paths": {}})
        );
    }
}
