//! Forms, url-encoded and multipart, from objects.
//!
//! Each member is a field. A list is a field for each item, an object within is a field of JSON text, an upload is a file.

use crate::body::{Part, Upload};
use crate::codec::{Encoder, Error, Next, Result, Target, Wire, to_json, to_value};
use crate::parameters::text;
use serde_json::Value;

/// An object as a url-encoded form.
///
/// # Errors
///
/// When it is no object or cannot be written.
pub(crate) fn urlencoded(body: &dyn Wire) -> Result<String> {
    let Value::Object(members) = to_value(body)? else {
        return Err(Error::new("a form has to be an object"));
    };
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in &members {
        match value {
            Value::Null => {}
            Value::Array(list) => list.iter().for_each(|item| {
                form.append_pair(name, &text(item));
            }),
            value => {
                form.append_pair(name, &text(value));
            }
        }
    }
    Ok(form.finish())
}

/// An object as the parts of a multipart form.
///
/// # Errors
///
/// When it is no object or cannot be written.
pub(crate) fn multipart(body: &dyn Wire) -> Result<Vec<(String, Part)>> {
    let mut form = Form {
        parts: Vec::new(),
        depth: Depth::Form,
    };
    body.encode(&mut Encoder::new(&mut form))?;
    Ok(form.parts)
}

/// Takes an object apart into the parts of a form.
struct Form {
    parts: Vec<(String, Part)>,
    depth: Depth,
}

/// What is being written: the form, a field of it, or an item of a field that is a list.
enum Depth {
    Form,
    Field(String),
    Item(String),
}

impl Form {
    fn add(&mut self, part: Part) -> Result<()> {
        match &self.depth {
            Depth::Form => Err(Error::new("a form has to be an object")),
            Depth::Field(name) | Depth::Item(name) => {
                self.parts.push((name.clone(), part));
                Ok(())
            }
        }
    }

    fn scalar(&mut self, value: Value) -> Result<()> {
        self.add(Part::Text(text(&value)))
    }
}

impl Target for Form {
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
        self.add(Part::Text(value.to_string()))
    }
    fn float(&mut self, value: f64) -> Result<()> {
        self.scalar(value.into())
    }
    fn single(&mut self, value: f32) -> Result<()> {
        self.add(Part::Text(value.to_string()))
    }
    fn text(&mut self, value: &str) -> Result<()> {
        self.add(Part::Text(value.to_owned()))
    }
    fn upload(&mut self, file: &Upload) -> Result<()> {
        self.add(Part::File(file.clone()))
    }
    fn list<'v>(&mut self, next: Next<'_, 'v, &'v dyn Wire>) -> Result<()> {
        let Depth::Field(name) = &self.depth else {
            return Err(Error::new("a list in a list has no place in a form"));
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
    fn members<'v>(&mut self, next: Next<'_, 'v, (&'v str, &'v dyn Wire)>) -> Result<()> {
        if matches!(self.depth, Depth::Form) {
            while let Some((name, value)) = next() {
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
        self.add(Part::Json(json))
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
        let body =
            json!({"a b": "c&d", "list": [1, "é"], "object": {"x": [true]}, "none": null, "whole": 2.0});
        let form = urlencoded(&body).unwrap();
        assert_eq!(
            form,
            "a+b=c%26d&list=1&list=%C3%A9&object=%7B%22x%22%3A%5Btrue%5D%7D&whole=2"
        );
        assert!(urlencoded(&json!([1])).is_err());
    }

    #[test]
    fn test_multipart_has_a_part_for_each_item() {
        let body =
            json!({"n": 1, "list": ["a", {"b": "c"}], "none": null, "object": {"x\"": [1, 2], "y": null}});
        let parts = multipart(&body).unwrap();
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
        assert!(multipart(&"text".to_owned()).is_err());
    }

    #[test]
    fn test_upload_is_a_file_in_forms_and_an_error_in_json() {
        let body = BTreeMap::from([(
            "file".to_owned(),
            vec![Upload::new("a.csv", "1,2").media_type("text/csv")],
        )]);
        let parts = multipart(&body).unwrap();
        assert!(
            matches!(&parts[..], [(name, Part::File(file))] if name == "file" && file.media_type == "text/csv")
        );
        assert!(to_json(&body).is_err() && urlencoded(&body).is_err());
    }
}
