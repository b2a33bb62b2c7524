//! Reads the values of a request from a command line.

use super::flags::Flag;
use super::secrets;
use crate::connection::Connection;
use crate::failure::Failure;
use crate::terminal;
use crate::values::{Assignment, Moment, from_text, is_listed};
use clap::ArgMatches;
use lorgnette_runtime::commands::{Kind, Shape};
use serde_json::Value;

/// The context for reading the values of a request.
pub struct ReadingContext<'r> {
    /// The command line.
    pub matches: &'r ArgMatches,
    /// The options of the command.
    pub flags: &'r [Flag],
    /// The source of presets, and the registry of secrets.
    pub connection: &'r Connection,
    /// The time that relative times refer to.
    pub now: Moment,
}

impl ReadingContext<'_> {
    /// The values of an option on the command line, as strings.
    pub fn texts(&self, flag: &Flag) -> Vec<String> {
        let texts = self.matches.get_many::<String>(&flag.id);
        texts.into_iter().flatten().cloned().collect()
    }

    /// The value of an option; `None` if the command line does not set it.
    pub fn value(&self, flag: &Flag) -> Result<Option<Value>, Failure> {
        let texts = self.texts(flag);
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        if texts.is_empty() {
            return Ok(None);
        }
        self.of_texts(flag, &texts).map(Some)
    }

    /// The value that these strings represent.
    pub fn of_texts(&self, flag: &Flag, texts: &[&str]) -> Result<Value, Failure> {
        let wrong = |what: String| Failure::usage(format!("--{}: {what}", flag.long));
        if matches!(flag.kind, Kind::Secret) {
            let source = texts.last().copied().unwrap_or_default();
            let secret = secrets::read(&flag.long, source)?;
            self.connection.mask.add(&secret);
            return Ok(secret.into());
        }
        let is_object = match flag.kind {
            Kind::Map(_) => true,
            Kind::Of(ty) => matches!(ty.shape, Shape::Object { .. }),
            _ => false,
        };
        match flag.kind {
            Kind::List(item) => {
                let mut items = Vec::new();
                for text in texts {
                    items.extend(self.items(*item, text).map_err(wrong)?);
                }
                Ok(Value::Array(items))
            }
            kind if is_object && texts.iter().all(|text| !text.trim_start().starts_with('{')) => {
                let mut object = Value::Null;
                for text in texts {
                    let assignment = Assignment::parse(text).map_err(wrong)?;
                    assignment.apply(&mut object, kind, self.now).map_err(wrong)?;
                }
                Ok(object)
            }
            kind => {
                let text = texts.last().copied().unwrap_or_default();
                if !is_listed(kind, text) {
                    self.hint(&format!(
                        "--{}: `{text}` is not among the contract's values",
                        flag.long
                    ));
                }
                from_text(kind, text, self.now).map_err(wrong)
            }
        }
    }

    /// The items in a text: a JSON array, or items separated by commas. Text without a list of
    /// values is one item, since commas may belong to it.
    fn items(&self, kind: Kind, text: &str) -> Result<Vec<Value>, String> {
        if text.trim_start().starts_with('[')
            && let Ok(Value::Array(items)) = serde_json::from_str(text)
        {
            return Ok(items);
        }
        let is_apart = matches!(
            kind,
            Kind::Boolean
                | Kind::Integer
                | Kind::Number
                | Kind::Uuid
                | Kind::Date
                | Kind::Seconds
                | Kind::Millis
        );
        match is_apart || !kind.values().is_empty() {
            true => text
                .split(',')
                .map(|item| from_text(kind, item.trim(), self.now))
                .collect(),
            false => from_text(kind, text, self.now).map(|item| vec![item]),
        }
    }

    /// Prints a warning for the user.
    fn hint(&self, what: &str) {
        if !self.matches.get_flag("quiet") {
            eprintln!("hint: {}", terminal::line(what));
        }
    }

    /// The value of an option from the profile or the environment.
    pub fn preset(&self, flag: &Flag) -> Result<Option<Value>, Failure> {
        let Some(preset) = flag.preset else {
            return Ok(None);
        };
        let found = self.connection.settings.plain(preset.name, &[preset.variable]);
        found
            .map(|found| self.of_texts(flag, &[&found.value]))
            .transpose()
    }
}
