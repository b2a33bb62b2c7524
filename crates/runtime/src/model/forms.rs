//! Makes url-encoded and multipart forms from objects.
//!
//! Each member is a field. A list becomes one field per item, a nested object a field of JSON text,
//! an upload a file. A field that the contract encodes in another way has an entry in a list of
//! encodings.

use super::body::{FormPart, Upload};
use super::charset;
use super::codec::{Encoder, Error, NextItem, Result, Wire, WireTarget, to_json, to_value};
use super::operation::Parameter;
use super::parameters;
use super::written::{Writing, fields, text};
use serde_json::Value;

/// An object as a url-encoded form. A field named in `encodings` is encoded like that query
/// parameter.
///
/// A space is `%20` and not `+`, since every form parser accepts that, including those that parse
/// forms like addresses.
///
/// # Errors
///
/// When the value is not an object or cannot be written.
pub(crate) fn urlencoded(body: &dyn Wire, encodings: &[Parameter]) -> Result<String> {
    let Value::Object(members) = to_value(body)? else {
        return Err(Error::new("a form must be an object"));
    };
    let mut fields = Vec::with_capacity(members.len());
    for (name, value) in &members {
        let encoding = encodings.iter().find(|encoding| encoding.name == name);
        let mut field = String::new();
        match (encoding, value) {
            (_, Value::Null) => {}
            (Some(encoding), Value::Array(list)) if list.is_empty() && encoding.content.is_none() => {}
            (Some(encoding), value) => parameters::query(&mut field, encoding, value),
            (None, Value::Array(list)) => {
                let mut form = url::form_urlencoded::Serializer::new(String::new());
                for item in list {
                    form.append_pair(name, &text(item));
                }
                field = spaced(&form.finish());
            }
            (None, value) => {
                let mut form = url::form_urlencoded::Serializer::new(String::new());
                field = spaced(&form.append_pair(name, &text(value)).finish());
            }
        }
        if !field.is_empty() {
            fields.push(field);
        }
    }
    Ok(fields.join("&"))
}

/// Spaces are encoded as in an address; a literal plus sign is already `%2B` at this point.
fn spaced(field: &str) -> String {
    field.replace('+', "%20")
}

/// An object as the parts of a multipart form. A field named in `encodings` has the media type
/// given there, or is written in that style.
///
/// # Errors
///
/// When the value is not an object or cannot be written.
pub(crate) fn multipart(body: &dyn Wire, encodings: &[Parameter]) -> Result<Vec<(String, FormPart)>> {
    let mut form = Form {
        parts: Vec::new(),
        depth: Depth::Form,
        encodings,
    };
    body.encode(&mut Encoder::new(&mut form))?;
    let of_type = |(name, part): (String, FormPart)| {
        let encoding = encodings.iter().find(|encoding| encoding.name == name);
        let part = match encoding.and_then(|encoding| encoding.content) {
            Some(media_type) => typed(part, media_type)?,
            None => part,
        };
        Ok((name, part))
    };
    form.parts.into_iter().map(of_type).collect()
}

/// A part of the media type that the contract declares; a file's own media type takes precedence.
fn typed(part: FormPart, media_type: &'static str) -> Result<FormPart> {
    Ok(match part {
        FormPart::Text(text) if media_type.starts_with("application/json") => FormPart::Json(to_json(&text)?),
        FormPart::Text(text) => {
            let bytes = charset::from_utf8(media_type, text).map_err(Error::new)?;
            FormPart::Typed(media_type, bytes)
        }
        FormPart::Json(json) => FormPart::Typed(media_type, json.into()),
        FormPart::File(file) if file.media_type == Upload::ANY => FormPart::File(file.media_type(media_type)),
        part => part,
    })
}

/// Splits an object into the parts of a form.
struct Form<'e> {
    parts: Vec<(String, FormPart)>,
    depth: Depth,
    encodings: &'e [Parameter],
}

/// The current target: the form, a field of it, or an item of a list field.
enum Depth {
    Form,
    Field(String),
    Item(String),
}

impl Form<'_> {
    /// Adds the parts of a field that is written in a style.
    fn styled(&mut self, encoding: &Parameter, value: &Value) {
        let writing = Writing {
            value: &str::to_owned,
            name: &str::to_owned,
        };
        if !value.is_null() {
            let fields = fields(encoding, value, &writing);
            self.parts.extend(
                fields
                    .into_iter()
                    .map(|(name, text)| (name, FormPart::Text(text))),
            );
        }
    }

    fn add(&mut self, part: FormPart) -> Result<()> {
        match &self.depth {
            Depth::Form => Err(Error::new("a form must be an object")),
            Depth::Field(name) | Depth::Item(name) => {
                self.parts.push((name.clone(), part));
                Ok(())
            }
        }
    }

    fn scalar(&mut self, value: Value) -> Result<()> {
        self.add(FormPart::Text(text(&value)))
    }
}

impl WireTarget for Form<'_> {
    fn null(&mut self) -> Result<()> {
        if matches!(self.depth, Depth::Form) {
            self.scalar(Value::Null)
        } else {
            Ok(())
        }
    }
    fn bool(&mut self, value: bool) -> Result<()> {
        self.scalar(value.into())
    }
    fn integer(&mut self, value: i128) -> Result<()> {
        self.add(FormPart::Text(value.to_string()))
    }
    fn float(&mut self, value: f64) -> Result<()> {
        self.scalar(value.into())
    }
    fn single(&mut self, value: f32) -> Result<()> {
        self.add(FormPart::Text(value.to_string()))
    }
    fn text(&mut self, value: &str) -> Result<()> {
        self.add(FormPart::Text(value.to_owned()))
    }
    fn upload(&mut self, file: &Upload) -> Result<()> {
        self.add(FormPart::File(file.clone()))
    }
    fn list<'v>(&mut self, next: NextItem<'_, 'v, &'v dyn Wire>) -> Result<()> {
        let Depth::Field(name) = &self.depth else {
            return Err(Error::new("a nested list cannot be sent in a form"));
        };
        let name = name.clone();
        let mut index = 0;
        while let Some(item) = next() {
            self.depth = Depth::Item(name.clone());
            item.encode(&mut Encoder::new(self))
                .map_err(|error| error.in_item(index))?;
            index += 1;
        }
        Ok(())
    }
    fn members<'v>(&mut self, next: NextItem<'_, 'v, (&'v str, &'v dyn Wire)>) -> Result<()> {
        if matches!(self.depth, Depth::Form) {
            while let Some((name, value)) = next() {
                let encoding = self.encodings.iter().find(|encoding| encoding.name == name);
                if let Some(encoding) = encoding.filter(|encoding| encoding.content.is_none()) {
                    self.styled(encoding, &to_value(value).map_err(|error| error.in_member(name))?);
                    continue;
                }
                self.depth = Depth::Field(name.to_owned());
                value
                    .encode(&mut Encoder::new(self))
                    .map_err(|error| error.in_member(name))?;
                self.depth = Depth::Form;
            }
            return Ok(());
        }
        let mut json = b"{".to_vec();
        while let Some((name, value)) = next() {
            if json.len() > 1 {
                json.push(b',');
            }
            json.extend(to_json(&name.to_owned())?);
            json.push(b':');
            json.extend(to_json(value).map_err(|error| error.in_member(name))?);
        }
        json.push(b'}');
        self.add(FormPart::Json(json))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::collections::BTreeMap;

    #[test]
    fn test_urlencoded_repeats_lists_and_writes_objects_as_json() {
        let body = json!({"a b": "c&d", "list": [1, "é"], "plus": "+", "object": {"x": [true]}, "none": null, "whole": 2.0});
        let form = urlencoded(&body, &[]).unwrap();
        assert_eq!(
            form,
            "a%20b=c%26d&list=1&list=%C3%A9&plus=%2B&object=%7B%22x%22%3A%5Btrue%5D%7D&whole=2"
        );
        assert!(urlencoded(&json!([1]), &[]).is_err());
    }

    #[test]
    fn test_urlencoded_writes_a_field_as_the_contract_asks() {
        let encodings = [
            Parameter::query("ids").explode(false),
            Parameter::query("marks").pipe_delimited().explode(false),
            Parameter::query("filter").deep_object(),
            Parameter::query("rule").content("application/json"),
            Parameter::query("none"),
        ];
        let body = json!({
            "a": "b c", "ids": [1, 2], "marks": ["x", "y"], "filter": {"since": {"gt": 5}}, "rule": [1], "none": [], "z": [3, 4]
        });
        assert_eq!(
            urlencoded(&body, &encodings).unwrap(),
            "a=b%20c&ids=1,2&marks=x%7Cy&filter%5Bsince%5D%5Bgt%5D=5&rule=%5B1%5D&z=3&z=4"
        );
    }

    #[test]
    fn test_multipart_gives_a_part_the_media_type_that_the_contract_asks_for() {
        let encodings = [
            Parameter::query("note").content("text/xml"),
            Parameter::query("name").content("application/json"),
            Parameter::query("file").content("image/png"),
            Parameter::query("scan").content("image/png"),
        ];
        let upload = |name: &str| Upload::new(name, "1");
        let body = BTreeMap::from([
            ("file".to_owned(), upload("a")),
            ("scan".to_owned(), upload("b").media_type("image/tiff")),
        ]);
        let types: Vec<String> = multipart(&body, &encodings)
            .unwrap()
            .into_iter()
            .map(|(_, part)| match part {
                FormPart::File(file) => file.media_type,
                other => format!("{other:?}"),
            })
            .collect();
        assert_eq!(types, ["image/png", "image/tiff"]);
        let parts = multipart(&json!({"note": "<a/>", "name": "n", "other": "o"}), &encodings).unwrap();
        let shown: Vec<String> = parts.iter().map(|(_, part)| format!("{part:?}")).collect();
        let json = format!("Json({:?})", b"\"n\"");
        assert_eq!(shown, ["Typed(\"text/xml\", b\"<a/>\")", &json, "Text(\"o\")"]);
    }

    #[test]
    fn test_multipart_writes_a_field_in_the_style_that_the_contract_asks_for() {
        let encodings = [
            Parameter::query("ids").comma(),
            Parameter::query("marks").space_delimited().explode(false),
            Parameter::query("filter").deep_object(),
        ];
        let body =
            json!({"ids": [1, "a,b"], "marks": ["x", "y"], "filter": {"since": {"gt": 5}}, "z": [3, 4]});
        let parts = multipart(&body, &encodings).unwrap();
        let shown: Vec<String> = parts
            .iter()
            .map(|(name, part)| format!("{name} {part:?}"))
            .collect();
        assert_eq!(
            shown,
            [
                "ids Text(\"1,a,b\")",
                "marks Text(\"x y\")",
                "filter[since][gt] Text(\"5\")",
                "z Text(\"3\")",
                "z Text(\"4\")"
            ]
        );
    }

    #[test]
    fn test_multipart_has_a_part_for_each_item() {
        let body =
            json!({"n": 1, "list": ["a", {"b": "c"}], "none": null, "object": {"x\"": [1, 2], "y": null}});
        let parts = multipart(&body, &[]).unwrap();
        let shown: Vec<String> = parts
            .iter()
            .map(|(name, part)| format!("{name} {part:?}"))
            .collect();
        let json = |text: &str| format!("Json({:?})", text.as_bytes());
        assert_eq!(
            shown,
            [
                "n Text(\"1\")".to_owned(),
                "list Text(\"a\")".to_owned(),
                format!("list {}", json(r#"{"b":"c"}"#)),
                format!("object {}", json(r#"{"x\"":[1,2],"y":null}"#)),
            ]
        );
        assert!(multipart(&"text".to_owned(), &[]).is_err());
    }

    #[test]
    fn test_upload_is_a_file_in_forms_and_an_error_in_json() {
        let body = BTreeMap::from([(
            "file".to_owned(),
            vec![Upload::new("a.csv", "1,2").media_type("text/csv")],
        )]);
        let parts = multipart(&body, &[]).unwrap();
        assert!(
            matches!(&parts[..], [(name, FormPart::File(file))] if name == "file" && file.media_type == "text/csv")
        );
        assert!(to_json(&body).is_err() && urlencoded(&body, &[]).is_err());
    }
}
