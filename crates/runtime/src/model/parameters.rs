//! Encodes parameters, including lists in the query: OpenAPI's styles, and percent-encoding.
//!
//! Only unreserved characters of a value remain unencoded, so that no value can leave its place in
//! the address. A delimiting comma is written unencoded, a comma inside a value is encoded; other
//! delimiters that an address allows are treated likewise, while spaces, pipes and brackets are
//! always encoded.

use super::operation::{Location, Parameter, Style};
use super::written::{Writing, fields, joined, pieces, text};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::borrow::Cow;

/// All but RFC 3986's unreserved characters.
pub(crate) const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The characters that `allowReserved` still encodes in a query: those that would end the value or
/// are not allowed in an address.
const ENDING: &AsciiSet = &RESERVED
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',')
    .remove(b';')
    .remove(b'=');

/// The characters that RFC 6265 does not allow in a cookie's value.
const IN_COOKIE: &AsciiSet = &percent_encoding::CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b',')
    .add(b';')
    .add(b'\\')
    .add(b'%');

/// The parts of a request that parameters fill.
#[derive(Debug, Default)]
pub(crate) struct FilledParts<'t> {
    /// The encoded path: the template itself, if it has no parameters.
    pub(crate) path: Cow<'t, str>,
    /// The encoded query, without its question mark.
    pub(crate) query: String,
    /// Headers by name.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The `Cookie` header.
    pub(crate) cookie: String,
}

/// Fills in the values. `values` has an entry for each parameter.
///
/// # Errors
///
/// When a required value is missing, or a value would change the meaning of the path; the error
/// names the parameter.
pub(crate) fn place<'t>(
    template: &'t str,
    parameters: &[Parameter],
    values: &[Value],
) -> Result<FilledParts<'t>, String> {
    let mut placed = FilledParts {
        path: path(template, parameters, values)?,
        ..FilledParts::default()
    };
    for (parameter, value) in parameters.iter().zip(values) {
        let written = parameter.numeric_offset.then(|| with_numeric_offset(value));
        let value = written.as_ref().unwrap_or(value);
        let is_missing = match value {
            Value::Null => true,
            Value::Array(list) => list.is_empty() && parameter.content.is_none(),
            _ => false,
        };
        if is_missing && parameter.is_required && parameter.location != Location::Path {
            let (name, setter) = (parameter.name, parameter.setter_name());
            return Err(match value {
                Value::Null => {
                    format!("the required parameter `{name}` is missing; set it with `.{setter}(..)`")
                }
                _ => format!(
                    "the required parameter `{name}` is an empty list, which cannot be sent; give `.{setter}(..)` an item"
                ),
            });
        }
        if is_missing {
            continue;
        }
        match parameter.location {
            Location::Path => {}
            Location::Query => query(&mut placed.query, parameter, value),
            Location::Header => placed
                .headers
                .push((parameter.name, joined(parameter, value, &str::to_owned))),
            Location::Cookie => cookie(&mut placed.cookie, parameter, value),
        }
    }
    Ok(placed)
}

/// A time in UTC with a numeric offset.
fn with_numeric_offset(value: &Value) -> Value {
    match value.as_str().and_then(|time| time.strip_suffix('Z')) {
        Some(time) => Value::String(format!("{time}+00:00")),
        None => value.clone(),
    }
}

/// Fills in the template, segment by segment.
fn path<'t>(template: &'t str, parameters: &[Parameter], values: &[Value]) -> Result<Cow<'t, str>, String> {
    if !template.contains('{') {
        return Ok(Cow::Borrowed(template));
    }
    let mut path = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        path.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            return Err(format!("`{template}` is not a path template"));
        };
        let found = parameters
            .iter()
            .zip(values)
            .find(|(known, _)| known.location == Location::Path && known.name == name);
        let Some((parameter, value)) = found else {
            return Err(format!("`{name}` in `{template}` is not a parameter"));
        };
        let text = match value {
            Value::Null => String::new(),
            value => in_path(parameter, value),
        };
        if text.is_empty() {
            let state = if value.is_null() { "missing" } else { "empty" };
            return Err(format!(
                "the path parameter `{name}` is {state}; it is an argument of the operation's method"
            ));
        }
        path.push_str(&text);
        rest = after;
        // A path segment of only dots means another folder, even when encoded, so it cannot be a
        // value.
        let begins = path.rfind('/').map_or(0, |slash| slash + 1);
        let ends_here = rest.is_empty() || rest.starts_with('/');
        if ends_here && matches!(&path[begins..], "." | "..") {
            return Err(format!("the path parameter `{name}` must not consist of dots"));
        }
    }
    path.push_str(rest);
    if path.split('/').any(|segment| matches!(segment, "." | "..")) {
        return Err(format!(
            "the values produce a segment of dots in `{template}`, which would mean another path"
        ));
    }
    Ok(Cow::Owned(path))
}

fn in_path(parameter: &Parameter, value: &Value) -> String {
    let encode = |text: &str| encoded(text, false);
    match parameter.style {
        Style::Label => {
            let separator = if parameter.explode { "." } else { "," };
            prefixed(".", &pieces(parameter, value, &encode).join(separator))
        }
        Style::Matrix => matrix(parameter, value, &encode),
        _ => joined(parameter, value, &encode),
    }
}

fn prefixed(prefix: &str, text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("{prefix}{text}")
    }
}

fn matrix(parameter: &Parameter, value: &Value, encode: &dyn Fn(&str) -> String) -> String {
    let name = encode(parameter.name);
    match value {
        Value::Object(members) if parameter.explode => {
            let members = members.iter().filter(|(_, value)| !value.is_null());
            members
                .map(|(name, value)| named(&encode(name), &encode(&text(value))))
                .collect()
        }
        Value::Array(_) if parameter.explode => {
            let items = pieces(parameter, value, encode);
            items.iter().map(|item| named(&name, item)).collect()
        }
        // A list without items or an object without members counts as absent.
        Value::Array(list) if list.is_empty() => String::new(),
        Value::Object(members) if members.values().all(Value::is_null) => String::new(),
        _ => named(&name, &pieces(parameter, value, encode).join(",")),
    }
}

/// A name and its value in matrix style, which writes a name alone for an empty value.
fn named(name: &str, value: &str) -> String {
    if value.is_empty() {
        format!(";{name}")
    } else {
        format!(";{name}={value}")
    }
}

/// Adds a value to a query, or to a form that is written like a query.
pub(crate) fn query(query: &mut String, parameter: &Parameter, value: &Value) {
    // Nearly all values consist of one piece, which is written in place without a copy.
    if parameter.content.is_none() && !value.is_array() && !value.is_object() {
        name(query, parameter.name);
        return match value {
            Value::String(text) => push_encoded(query, text, parameter.allow_reserved),
            value => match value.as_i64() {
                Some(number) => query.push_str(itoa::Buffer::new().format(number)),
                None => push_encoded(query, &text(value), parameter.allow_reserved),
            },
        };
    }
    let writing = Writing {
        value: &|text| encoded(text, parameter.allow_reserved),
        name: &|text| encoded(text, false),
    };
    for (name, value) in fields(parameter, value, &writing) {
        pair(query, &name, &value);
    }
}

fn pair(query: &mut String, name: &str, value: &str) {
    if !query.is_empty() {
        query.push('&');
    }
    query.push_str(name);
    query.push('=');
    query.push_str(value);
}

/// The beginning of a pair.
fn name(query: &mut String, name: &str) {
    if query.is_empty() {
        // Most queries need no more, so they never reallocate.
        query.reserve(128);
    } else {
        query.push('&');
    }
    push_encoded(query, name, false);
    query.push('=');
}

fn push_encoded(target: &mut String, text: &str, allow_reserved: bool) {
    // Nearly all text stays unchanged.
    if text.bytes().all(is_unreserved) {
        return target.push_str(text);
    }
    let set = if allow_reserved { ENDING } else { RESERVED };
    target.extend(utf8_percent_encode(text, set));
}

/// Whether this is one of RFC 3986's unreserved characters, which are encoded nowhere.
const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn cookie(cookie: &mut String, parameter: &Parameter, value: &Value) {
    let encode = |text: &str| utf8_percent_encode(text, IN_COOKIE).to_string();
    let mut crumb = |name: &str, value: &str| {
        if !cookie.is_empty() {
            cookie.push_str("; ");
        }
        cookie.push_str(name);
        cookie.push('=');
        cookie.push_str(value);
    };
    match value {
        Value::Array(list) if parameter.explode && parameter.content.is_none() => {
            for item in list {
                crumb(parameter.name, &encode(&text(item)));
            }
        }
        Value::Object(members) if parameter.explode && parameter.content.is_none() => {
            members
                .iter()
                .for_each(|(name, value)| crumb(&encode(name), &encode(&text(value))));
        }
        // Cookies must not contain commas, so the delimiter is encoded, too.
        value => crumb(parameter.name, &pieces(parameter, value, &encode).join("%2C")),
    }
}

/// A pair of a query, encoded.
pub(crate) fn encoded_pair(name: &str, value: &str) -> String {
    format!("{}={}", encoded(name, false), encoded(value, false))
}

fn encoded(text: &str, allow_reserved: bool) -> String {
    Cow::from(utf8_percent_encode(
        text,
        if allow_reserved { ENDING } else { RESERVED },
    ))
    .into_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    fn path_of(parameter: Parameter, value: Value) -> Result<String, String> {
        place("/a/{p}/b", &[parameter], &[value]).map(|placed| placed.path.into_owned())
    }

    fn query_of(parameter: Parameter, value: Value) -> String {
        place("/", &[parameter], &[value]).unwrap().query
    }

    #[test]
    fn test_time_in_utc_may_have_its_offset_as_a_number() {
        let parameter = Parameter::query("at").numeric_offset();
        for (time, query) in [
            ("2024-05-01T00:00:00Z", "at=2024-05-01T00%3A00%3A00%2B00%3A00"),
            ("2024-05-01T00:00:00-02:00", "at=2024-05-01T00%3A00%3A00-02%3A00"),
        ] {
            assert_eq!(query_of(parameter, json!(time)), query);
        }
        assert_eq!(
            query_of(Parameter::query("at"), json!("2024-05-01T00:00:00Z")),
            "at=2024-05-01T00%3A00%3A00Z"
        );
    }

    #[test]
    fn test_short_ways_write_what_encoding_would() {
        let mut random = fastrand::Rng::with_seed(3);
        let (plain, reserved) = (Parameter::query("p"), Parameter::query("p").allow_reserved());
        for _ in 0..5000 {
            let length = random.usize(..12);
            let mut any = || match random.bool() {
                true => random.alphanumeric(),
                false => random.char('\0'..='\u{2fff}'),
            };
            let text: String = (0..length).map(|_| any()).collect();
            let encoded = |set| format!("p={}", utf8_percent_encode(&text, set));
            assert_eq!(query_of(plain, json!(text)), encoded(RESERVED));
            assert_eq!(query_of(reserved, json!(text)), encoded(ENDING));
            let number = random.i64(..);
            assert_eq!(query_of(plain, json!(number)), format!("p={number}"));
        }
        for byte in 0..=127_u8 {
            let text = char::from(byte).to_string();
            let stays = utf8_percent_encode(&text, RESERVED).to_string() == text;
            assert_eq!(is_unreserved(byte), stays, "{text:?}");
        }
    }

    #[test]
    fn test_path_value_stays_in_its_segment() {
        let encode = |text: &str| path_of(Parameter::path("p"), json!(text));
        assert_eq!(
            encode("x/y?z#%2F é;,").unwrap(),
            "/a/x%2Fy%3Fz%23%252F%20%C3%A9%3B%2C/b"
        );
        assert_eq!(encode("...").unwrap(), "/a/.../b");
        assert_eq!(encode("../x").unwrap(), "/a/..%2Fx/b");
        for dots in [".", ".."] {
            assert!(encode(dots).unwrap_err().contains("`p` must not consist of dots"));
        }
        assert!(encode("").unwrap_err().contains("`p` is empty"));
        assert!(
            path_of(Parameter::path("p"), Value::Null)
                .unwrap_err()
                .contains("`p` is missing")
        );
        assert!(place("/{p}.{p}", &[Parameter::path("p")], &[json!(".")]).is_ok());
    }

    #[test]
    fn test_empty_values_in_matrix_style_are_a_name_alone() {
        let p = Parameter::path("p");
        for (parameter, value, expected) in [
            (p.matrix(), json!(""), Some(";p")),
            (p.matrix(), json!([""]), Some(";p")),
            (p.matrix(), json!([]), None),
            (p.matrix(), json!({}), None),
            (p.matrix(), json!(null), None),
            (
                p.matrix().explode(true),
                json!(["a", "", "b"]),
                Some(";p=a;p;p=b"),
            ),
            (p.matrix().explode(true), json!({"a": "", "b": 1}), Some(";a;b=1")),
            (p.matrix().explode(true), json!([]), None),
            (p.matrix().explode(true), json!({"a": null}), None),
        ] {
            let path = path_of(parameter, value.clone());
            let expected = expected.map(|text| format!("/a/{text}/b"));
            assert_eq!(path.ok(), expected, "{value}");
        }
    }

    #[test]
    fn test_path_styles_follow_openapi() {
        let (list, object) = (json!([3, 4, 5]), json!({"R": 100, "G": 200}));
        let p = Parameter::path("p");
        for (parameter, text, of_list, of_object) in [
            (p, "5", "3,4,5", "R,100,G,200"),
            (p.explode(true), "5", "3,4,5", "R=100,G=200"),
            (p.label(), ".5", ".3,4,5", ".R,100,G,200"),
            (p.label().explode(true), ".5", ".3.4.5", ".R=100.G=200"),
            (p.matrix(), ";p=5", ";p=3,4,5", ";p=R,100,G,200"),
            (p.matrix().explode(true), ";p=5", ";p=3;p=4;p=5", ";R=100;G=200"),
        ] {
            assert_eq!(path_of(parameter, json!(5)).unwrap(), format!("/a/{text}/b"));
            assert_eq!(
                path_of(parameter, list.clone()).unwrap(),
                format!("/a/{of_list}/b")
            );
            assert_eq!(
                path_of(parameter, object.clone()).unwrap(),
                format!("/a/{of_object}/b")
            );
        }
    }

    #[test]
    fn test_query_styles_follow_openapi() {
        let (list, object) = (json!(["a,b", "c d"]), json!({"R": 100, "G": null, "B": true}));
        let p = Parameter::query("p[]");
        for (parameter, of_list, of_object) in [
            (p, "p%5B%5D=a%2Cb&p%5B%5D=c%20d", "R=100&B=true"),
            (p.comma(), "p%5B%5D=a%2Cb,c%20d", "p%5B%5D=R,100,B,true"),
            (
                p.space_delimited().explode(false),
                "p%5B%5D=a%2Cb%20c%20d",
                "p%5B%5D=R%20100%20B%20true",
            ),
            (
                p.pipe_delimited().explode(false),
                "p%5B%5D=a%2Cb%7Cc%20d",
                "p%5B%5D=R%7C100%7CB%7Ctrue",
            ),
        ] {
            assert_eq!(query_of(parameter, list.clone()), of_list);
            assert_eq!(query_of(parameter, object.clone()), of_object);
        }
        let deep = json!({"a": {"b": [1, 2]}, "c": "x&y", "d": null});
        assert_eq!(
            query_of(Parameter::query("f").deep_object(), deep),
            "f%5Ba%5D%5Bb%5D=1&f%5Ba%5D%5Bb%5D=2&f%5Bc%5D=x%26y"
        );
    }

    #[test]
    fn test_query_keeps_empty_text_and_leaves_out_empty_lists() {
        assert_eq!(query_of(Parameter::query("flag"), json!("")), "flag=");
        assert_eq!(query_of(Parameter::query("list"), json!([])), "");
        assert_eq!(query_of(Parameter::query("list").comma(), json!([])), "");
        let missing = place(
            "/",
            &[Parameter::query("organizationId").required()],
            &[Value::Null],
        )
        .unwrap_err();
        assert_eq!(
            missing,
            "the required parameter `organizationId` is missing; set it with `.organization_id(..)`"
        );
    }

    #[test]
    fn test_query_with_reserved_characters_cannot_end_its_value() {
        let parameter = Parameter::query("q").allow_reserved();
        assert_eq!(
            query_of(parameter, json!("a/b:c,d?e=f&g#h+i%20")),
            "q=a/b:c,d?e=f%26g%23h%2Bi%2520"
        );
    }

    #[test]
    fn test_lists_within_a_list_are_joined_as_the_contract_asks() {
        let parameter = Parameter::query("n").pipe_delimited().explode(false);
        let value = json!([[1, 2], ["a,b"]]);
        assert_eq!(query_of(parameter.nested(","), value.clone()), "n=1,2%7Ca%2Cb");
        assert_eq!(query_of(parameter.nested(" "), value), "n=1%202%7Ca%2Cb");
        let deeper = json!([[[1, 2], [3]]]);
        assert_eq!(query_of(Parameter::query("n").nested(",|"), deeper), "n=1%7C2,3");
    }

    #[test]
    fn test_deep_object_numbers_the_items_of_lists_of_objects() {
        let parameter = Parameter::query("f").deep_object();
        let value = json!({"or": [{"a": 1}, {"b": [2, 3]}]});
        assert_eq!(
            query_of(parameter, value),
            "f%5Bor%5D%5B0%5D%5Ba%5D=1&f%5Bor%5D%5B1%5D%5Bb%5D=2&f%5Bor%5D%5B1%5D%5Bb%5D=3"
        );
        assert_eq!(query_of(parameter, json!([{"a": 1}])), "f%5B0%5D%5Ba%5D=1");
    }

    #[test]
    fn test_query_with_content_of_text_is_text() {
        let parameter = Parameter::query("f").content("text/plain");
        assert_eq!(query_of(parameter, json!("a b")), "f=a%20b");
    }

    #[test]
    fn test_query_with_content_is_json() {
        let parameter = Parameter::query("f").content("application/json");
        assert_eq!(
            query_of(parameter, json!([{"a": 1}])),
            "f=%5B%7B%22a%22%3A1%7D%5D"
        );
    }

    #[test]
    fn test_headers_and_cookies_are_written_in_their_own_way() {
        let parameters = [
            Parameter::header("X-List"),
            Parameter::cookie("session"),
            Parameter::cookie("list").explode(false),
            Parameter::cookie("each"),
        ];
        let values = [json!(["a b", 2]), json!("x; y"), json!([1, 2]), json!([1, 2])];
        let placed = place("/", &parameters, &values).unwrap();
        assert_eq!(placed.headers, [("X-List", "a b,2".to_owned())]);
        assert_eq!(placed.cookie, "session=x%3B%20y; list=1%2C2; each=1; each=2");
    }
}
