//! The request that a command line describes.

use super::body::{self, Payload};
use super::fields::Field;
use super::flags::{Flag, ValueSource, path_names};
use super::reading::ReadingContext;
use crate::failure::Failure;
use lorgnette_runtime::commands::{Command, Place};
use lorgnette_runtime::{Call, CallOptions, Client};

/// The values of one request.
#[derive(Debug)]
pub struct RequestValues {
    command: &'static Command,
    /// The values of parameters, by index in the operation's list.
    values: Vec<(usize, Field)>,
    /// The body, if the request has one.
    pub payload: Option<Payload>,
    headers: Vec<(String, String)>,
}

impl RequestValues {
    /// A request with these values.
    #[cfg(feature = "mcp")]
    pub const fn new(
        command: &'static Command,
        values: Vec<(usize, Field)>,
        payload: Option<Payload>,
    ) -> Self {
        Self {
            command,
            values,
            payload,
            headers: Vec::new(),
        }
    }

    /// Calls `visit` with every secret in the request.
    #[cfg(feature = "mcp")]
    pub fn each_secret(&self, visit: &mut dyn FnMut(&str)) {
        for (_, value) in &self.values {
            value.each_secret(visit);
        }
        if let Some(payload) = &self.payload {
            payload.each_secret(visit);
        }
    }

    /// Reads the request of a command line.
    ///
    /// # Errors
    ///
    /// When something is missing or does not match the contract.
    pub async fn read(command: &'static Command, reading: &ReadingContext<'_>) -> Result<Self, Failure> {
        let values = parameters(command, reading)?;
        let payload = body::read(command, reading).await?;
        let given = reading.matches.get_many::<String>("header");
        let headers = given.into_iter().flatten().map(|header| {
            let split = header.split_once(':');
            split
                .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
                .ok_or_else(|| Failure::usage("--header: expected NAME: VALUE"))
        });
        Ok(Self {
            command,
            values,
            payload,
            headers: headers.collect::<Result<_, _>>()?,
        })
    }

    /// The call that sends the request.
    pub fn call<'c>(&self, client: &'c Client) -> Call<'c> {
        let mut call = Call::new(client, self.command.operation);
        for (index, value) in &self.values {
            call.set(*index, value);
        }
        if let Some(payload) = &self.payload {
            payload.put(&mut call);
        }
        for (name, value) in &self.headers {
            call = Headed(call).header(name, value).0;
        }
        call
    }
}

/// A call, with the options that the command line sets.
struct Headed<'c>(Call<'c>);

impl CallOptions for Headed<'_> {
    fn options(&mut self) -> &mut lorgnette_runtime::call::Options {
        self.0.options()
    }
}

fn parameters(
    command: &'static Command,
    reading: &ReadingContext<'_>,
) -> Result<Vec<(usize, Field)>, Failure> {
    let mut values: Vec<(usize, Field)> = Vec::new();
    let is_parameter = |flag: &&Flag| matches!(flag.source, ValueSource::Parameter(..));
    for flag in reading.flags.iter().filter(is_parameter) {
        let ValueSource::Parameter(index, place) = flag.source else {
            continue;
        };
        match reading.value(flag)? {
            Some(value) => values.push((index, Field::new(flag.kind, value))),
            None if place == Place::Path => {}
            None => {
                let preset = reading.preset(flag)?;
                values.extend(preset.map(|value| (index, Field::new(flag.kind, value))));
            }
        }
    }
    let mut in_path = path_names(command, reading.flags);
    in_path.retain(|flag| reading.texts(flag).is_empty());
    for (flag, text) in placed(in_path, reading)? {
        let ValueSource::Parameter(index, _) = flag.source else {
            continue;
        };
        let value = match text {
            Some(text) => Some(reading.of_texts(flag, &[text])?),
            None => reading.preset(flag)?,
        };
        values.extend(value.map(|value| (index, Field::new(flag.kind, value))));
    }
    for flag in reading
        .flags
        .iter()
        .filter(is_parameter)
        .filter(|flag| flag.is_required)
    {
        let ValueSource::Parameter(index, _) = flag.source else {
            continue;
        };
        if !values.iter().any(|(known, _)| *known == index) {
            let usual = flag
                .preset
                .map(|preset| format!(", or set {} or `{}` in a profile", preset.variable, preset.name));
            let usual = usual.unwrap_or_default();
            return Err(Failure::usage(format!("--{} is missing{usual}", flag.long)));
        }
    }
    Ok(values)
}

/// The positional arguments, each with its path parameter. Path parameters that have default values
/// may be left out, but only all of them together.
fn placed<'r>(
    parts: Vec<&'r Flag>,
    reading: &ReadingContext<'r>,
) -> Result<Vec<(&'r Flag, Option<&'r str>)>, Failure> {
    let matches = reading.matches;
    let given: Vec<&str> = match matches.try_get_many::<String>("path") {
        Ok(Some(texts)) => texts.map(String::as_str).collect(),
        _ => Vec::new(),
    };
    let has_preset = |flag: &Flag| matches!(reading.preset(flag), Ok(Some(_)));
    let without: Vec<bool> = parts.iter().map(|flag| !has_preset(flag)).collect();
    let needed = without.iter().filter(|needed| **needed).count();
    let takes_all = given.len() == parts.len();
    if !takes_all && given.len() > needed {
        let names: Vec<String> = parts.iter().map(|flag| flag.long.to_uppercase()).collect();
        return Err(Failure::usage(format!(
            "wrong number of arguments ({}); expected {}",
            given.len(),
            names.join(" ")
        )));
    }
    let mut given = given.into_iter();
    let parts = parts.into_iter().zip(without);
    Ok(parts
        .map(|(flag, needed)| {
            let text = if takes_all || needed { given.next() } else { None };
            (flag, text)
        })
        .collect())
}
