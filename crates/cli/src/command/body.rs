//! The request body that a command line describes.

use super::fields::{Field, member};
use super::flags::{ValueSource, is_structured, structured};
use super::reading::ReadingContext;
use crate::failure::Failure;
use crate::values::Assignment;
use lorgnette_runtime::commands::{Body as Form, Command, Format, Kind, Member};
use lorgnette_runtime::{Body, Call, Parameter, Upload};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::io::Read;

/// The body of a request.
#[derive(Debug)]
pub struct Payload {
    /// The media type of the body.
    pub media_type: String,
    /// The content of the body.
    pub content: BodyContent,
}

/// The content of a body.
#[derive(Debug)]
pub enum BodyContent {
    /// JSON.
    Json(Field),
    /// A url-encoded form.
    Form(Field, &'static [Parameter]),
    /// A multipart form of this media type.
    Multipart(&'static str, Field, &'static [Parameter]),
    /// Text.
    Text(String),
    /// Bytes, and the name of the file that they come from.
    Raw(Body, Option<String>),
}

impl Payload {
    /// A body of a value, in this form.
    ///
    /// # Errors
    ///
    /// When the body is one of files or bytes.
    #[cfg(feature = "mcp")]
    pub fn of_json(form: &'static Form, value: Value) -> Result<Self, Failure> {
        let content = match (form.format, value) {
            (Format::Json, value) => BodyContent::Json(Field::new(form.kind, value)),
            (Format::Form(encodings), value) => BodyContent::Form(Field::new(form.kind, value), encodings),
            (Format::Text, Value::String(text)) => BodyContent::Text(text),
            (Format::Text, _) => return Err(Failure::usage("`body`: expected text")),
            (Format::Multipart(_) | Format::Raw, _) => {
                return Err(Failure::usage(format!(
                    "the operation takes a body of {}, which can only be sent from a shell",
                    form.media_type
                )));
            }
        };
        Ok(Self {
            media_type: form.media_type.to_owned(),
            content,
        })
    }

    /// Calls `visit` with every secret in the body.
    #[cfg(feature = "mcp")]
    pub fn each_secret(&self, visit: &mut dyn FnMut(&str)) {
        match &self.content {
            BodyContent::Json(field) | BodyContent::Form(field, _) | BodyContent::Multipart(_, field, _) => {
                field.each_secret(visit);
            }
            BodyContent::Text(_) | BodyContent::Raw(..) => {}
        }
    }

    /// Sets the body of a call.
    pub fn put(&self, call: &mut Call<'_>) {
        match &self.content {
            BodyContent::Json(field) => call.json_as(&self.media_type, field),
            BodyContent::Form(field, encodings) => call.form_as(field, encodings),
            BodyContent::Multipart(media_type, field, encodings) => {
                call.multipart_of(media_type, field.clone(), encodings);
            }
            BodyContent::Text(text) => call.text(&self.media_type, text.clone()),
            BodyContent::Raw(body, _) => call.raw(&self.media_type, body.clone()),
        }
    }
}

/// Reads the body of a command line; `None` if it has none.
///
/// # Errors
///
/// When it is missing, cannot be read, or does not match the contract.
pub async fn read(
    command: &'static Command,
    reading: &ReadingContext<'_>,
) -> Result<Option<Payload>, Failure> {
    if command.bodies.is_empty() {
        return Ok(None);
    }
    let given = reading.matches.get_one::<String>("body");
    let sets = reading.matches.get_many::<String>("set").into_iter().flatten();
    let sets: Vec<&String> = sets.collect();
    let mut members = Map::new();
    for flag in reading.flags {
        if let ValueSource::Member(name) = flag.source
            && let Some(value) = reading.value(flag)?
        {
            members.insert(name.to_owned(), value);
        }
    }
    let is_built = !members.is_empty() || !sets.is_empty();
    if given.is_none() && !is_built {
        return match command.is_body_required() {
            true => Err(Failure::usage(
                "a body is required; give it with --body, --set or the options of its members",
            )),
            false => Ok(None),
        };
    }
    let (form, media_type) = chosen(command, reading, is_built)?;
    if !is_structured(form.format) {
        return plain(form, media_type, given.map(String::as_str), is_built)
            .await
            .map(Some);
    }
    let mut value = match given {
        Some(given) => document(given)?,
        None => Value::Null,
    };
    if !members.is_empty() {
        match &mut value {
            Value::Null => value = Value::Object(members),
            Value::Object(known) => known.extend(members),
            _ => return Err(Failure::usage("options of members need a body that is an object")),
        }
    }
    for text in sets {
        let set = Assignment::parse(text).map_err(|what| Failure::usage(format!("--set: {what}")))?;
        set.apply(&mut value, form.kind, reading.now)
            .map_err(|what| Failure::usage(format!("--set {what}")))?;
    }
    if given.is_none() {
        complete(reading, form, &value)?;
    }
    let field = match form.format {
        Format::Multipart(_) => fields(form.kind, value).await?,
        _ => Field::new(form.kind, value),
    };
    field.each_secret(&mut |secret| reading.connection.mask.add(secret));
    let content = match form.format {
        Format::Form(encodings) => BodyContent::Form(field, encodings),
        Format::Multipart(encodings) => BodyContent::Multipart(form.media_type, field, encodings),
        Format::Json | Format::Text | Format::Raw => BodyContent::Json(field),
    };
    Ok(Some(Payload { media_type, content }))
}

/// The form of the body, and the media type that is sent.
fn chosen(
    command: &'static Command,
    reading: &ReadingContext<'_>,
    is_built: bool,
) -> Result<(&'static Form, String), Failure> {
    let essence = |media_type: &str| {
        media_type
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_lowercase()
    };
    let Some(wanted) = reading.matches.get_one::<String>("content-type") else {
        let first = command.bodies.first();
        let form = if is_built {
            structured(command).or(first)
        } else {
            first
        };
        let form = form.ok_or_else(|| Failure::usage("the operation takes no body"))?;
        return Ok((form, form.media_type.to_owned()));
    };
    let fits = |form: &&Form| {
        let (known, wanted) = (essence(form.media_type), essence(wanted));
        let range = known.strip_suffix('*').filter(|_| known.ends_with("/*"));
        known == wanted || known == "*/*" || range.is_some_and(|range| wanted.starts_with(range))
    };
    match command.bodies.iter().find(fits) {
        Some(form) => Ok((form, wanted.clone())),
        None => {
            let known: Vec<&str> = command.bodies.iter().map(|form| form.media_type).collect();
            Err(Failure::usage(format!(
                "--content-type: expected one of {}",
                known.join(", ")
            )))
        }
    }
}

/// A body of text or bytes, unchanged.
async fn plain(
    form: &Form,
    media_type: String,
    given: Option<&str>,
    is_built: bool,
) -> Result<Payload, Failure> {
    let Some(given) = given.filter(|_| !is_built) else {
        return Err(Failure::usage(format!(
            "a body of {} is given with --body",
            form.media_type
        )));
    };
    let content = match form.format {
        Format::Text => BodyContent::Text(text(given)?),
        _ => match given.strip_prefix('@') {
            Some(path) => {
                let body = Body::from_file(path).await;
                let body =
                    body.map_err(|error| Failure::local(format!("--body: {path} cannot be read: {error}")))?;
                BodyContent::Raw(body, Some(path.to_owned()))
            }
            None if given == "-" => BodyContent::Raw(standard_input()?.into(), None),
            None => BodyContent::Raw(given.to_owned().into(), None),
        },
    };
    Ok(Payload { media_type, content })
}

/// The JSON of a body.
fn document(given: &str) -> Result<Value, Failure> {
    let text = text(given)?;
    serde_json::from_str(&text).map_err(|error| {
        let place = format!("line {} column {}", error.line(), error.column());
        Failure::usage(format!("--body: expected JSON; it is wrong at {place}"))
    })
}

/// Text that is given literally, in a file, or on standard input.
fn text(given: &str) -> Result<String, Failure> {
    let not_text = || Failure::usage("--body: expected text in UTF-8");
    match given.strip_prefix('@') {
        Some(path) => std::fs::read_to_string(path)
            .map_err(|error| Failure::local(format!("--body: {path} cannot be read: {error}"))),
        None if given == "-" => String::from_utf8(standard_input()?).map_err(|_| not_text()),
        None => Ok(given.to_owned()),
    }
}

fn standard_input() -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::local(format!("--body: standard input cannot be read: {error}")))?;
    Ok(bytes)
}

/// Refuses a body that lacks required members. The server checks a body that was given as a whole.
fn complete(reading: &ReadingContext<'_>, form: &Form, value: &Value) -> Result<(), Failure> {
    let is_missing = |member: &&Member| member.is_required && value.get(member.name).is_none();
    let missing = form.kind.members().iter().filter(is_missing);
    let named = missing.map(|member| {
        let is_its = |source: ValueSource| source == ValueSource::Member(member.name);
        let flag = reading.flags.iter().find(|flag| is_its(flag.source));
        flag.map_or_else(
            || format!("--set {}=…", member.name),
            |flag| format!("--{}", flag.long),
        )
    });
    match named.collect::<Vec<_>>().as_slice() {
        [] => Ok(()),
        names => Err(Failure::usage(format!(
            "the body lacks required members: {}",
            names.join(", ")
        ))),
    }
}

/// The fields of a multipart form; file fields are read from the given paths.
async fn fields(kind: Kind, value: Value) -> Result<Field, Failure> {
    match (kind, value) {
        (Kind::File, Value::String(path)) => {
            let upload = upload(&path).await?;
            Ok(Field::File(upload, path))
        }
        (Kind::List(item), Value::Array(items)) => {
            let mut list = Vec::with_capacity(items.len());
            for value in items {
                list.push(Box::pin(fields(*item, value)).await?);
            }
            Ok(Field::List(list))
        }
        (kind, Value::Object(members)) if !kind.members().is_empty() => {
            let mut object = BTreeMap::new();
            for (name, value) in members {
                let field = Box::pin(fields(member(kind, &name), value)).await?;
                object.insert(name, field);
            }
            Ok(Field::Object(object))
        }
        (kind, value) => Ok(Field::new(kind, value)),
    }
}

/// The file at a path, optionally followed by `;type=` and a media type:
/// `@lamp.png;type=image/png`.
async fn upload(path: &str) -> Result<Upload, Failure> {
    let path = path.strip_prefix('@').unwrap_or(path);
    let (path, media_type) = match path.split_once(";type=") {
        Some((path, media_type)) => (path, Some(media_type)),
        None => (path, None),
    };
    let name = std::path::Path::new(path).file_name();
    let name = name.map_or_else(|| "file".to_owned(), |name| name.to_string_lossy().into_owned());
    let body = match path {
        "-" => Body::from(standard_input()?),
        path => Body::from_file(path)
            .await
            .map_err(|error| Failure::local(format!("{path} cannot be read: {error}")))?,
    };
    let upload = Upload::new(name, body);
    Ok(match media_type {
        Some(media_type) => upload.media_type(media_type),
        None => upload,
    })
}
