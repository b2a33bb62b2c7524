//! Tables as clap's commands. Only the requested parts are built: for an API with hundreds of
//! operations, only the arguments of one.

use super::example::example;
use super::flags::{Flag, ValueSource, is_structured, path_names};
use super::options::{heading, of_operations, of_request};
use super::secrets;
use crate::program::{Program, ProgramApi};
use crate::values::shown;
use clap::builder::{PossibleValue, TypedValueParser, ValueHint};
use clap::{Arg, ArgAction};
use lorgnette_runtime::commands::{Command, Format, Kind, Shape, Tag};
use std::ffi::OsStr;

/// The words of a command line. Commands that none of the words names are not built.
#[derive(Clone, Copy, Debug)]
pub struct CommandWords<'w>(Option<&'w [String]>);

impl<'w> CommandWords<'w> {
    /// Everything is built.
    pub const ALL: Self = Self(None);

    /// The commands that these words name are built; of all others, only the name.
    pub const fn of(words: &'w [String]) -> Self {
        Self(Some(words))
    }

    /// Whether a word names this command.
    pub fn name(self, name: &str) -> bool {
        self.0.is_none_or(|words| words.iter().any(|word| word == name))
    }
}

/// An API as a command with its groups.
pub fn api(program: &'static Program, api: &'static ProgramApi, words: CommandWords<'_>) -> clap::Command {
    let made = clap::Command::new(api.name).about(format!("{} ({})", api.table.title, api.table.version));
    if !words.name(api.name) {
        return made;
    }
    let groups = api.table.tags.iter().map(|tag| group(program, api, tag, words));
    made.subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(groups)
}

/// A tag as a command with its operations.
pub fn group(
    program: &'static Program,
    api: &'static ProgramApi,
    tag: &'static Tag,
    words: CommandWords<'_>,
) -> clap::Command {
    let made = clap::Command::new(tag.command).about(first_line(tag.about, tag.name));
    if !words.name(tag.command) {
        return made;
    }
    let operations = tag
        .commands
        .iter()
        .map(|command| operation(program, api, tag, command, words));
    made.subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(operations)
}

/// An operation as a command.
fn operation(
    program: &'static Program,
    api: &'static ProgramApi,
    tag: &'static Tag,
    command: &'static Command,
    words: CommandWords<'_>,
) -> clap::Command {
    let mut made = clap::Command::new(command.name).about(first_line(command.about, command.name));
    if let Some(alias) = command.alias {
        made = made.visible_alias(alias);
    }
    if command.deprecated.is_some() {
        made = made.hide(true);
    }
    match words.name(command.name) || command.alias.is_some_and(|alias| words.name(alias)) {
        true => with_arguments(program, api, tag, command, made),
        false => made,
    }
}

fn with_arguments(
    program: &'static Program,
    api: &ProgramApi,
    tag: &Tag,
    command: &'static Command,
    made: clap::Command,
) -> clap::Command {
    let flags = of_request(program, command);
    let in_path = path_names(command, &flags);
    let example = example(program, api, tag, command, &flags);
    let mut made = made
        .long_about(long_about(command))
        .after_help(format!("Example: {example}"));
    if !in_path.is_empty() {
        let names: Vec<String> = in_path.iter().map(|flag| flag.long.to_uppercase()).collect();
        made = made.arg(
            Arg::new("path")
                .num_args(0..=in_path.len())
                .value_names(&names)
                .help("The path parameters in order, or use their options below"),
        );
    }
    let options = of_operations(command, &flags);
    made.args(flags.iter().map(argument)).args(options)
}

fn long_about(command: &Command) -> String {
    let operation = command.operation;
    let mut about = command.about.to_owned();
    for paragraph in [
        command.details,
        &format!("{} {}", operation.method(), operation.path()),
    ] {
        if !paragraph.is_empty() {
            about.push_str("\n\n");
            about.push_str(paragraph);
        }
    }
    if let Some(why) = command.deprecated {
        about.push_str("\n\nDeprecated: ");
        about.push_str(why);
    }
    let others = command.bodies.iter().skip(1).map(|body| body.media_type);
    let others: Vec<&str> = others.collect();
    if let ([first, ..], false) = (command.bodies, others.is_empty()) {
        let others = others.join(", ");
        about = format!(
            "{about}\n\nThe body is {}, or with --content-type {others}.",
            first.media_type
        );
    }
    if command
        .bodies
        .iter()
        .any(|body| !is_structured(body.format) && matches!(body.format, Format::Raw))
    {
        about.push_str("\n\nA file is sent with --body @FILE.");
    }
    about
}

/// An option for a part of the request.
fn argument(flag: &Flag) -> Arg {
    let mut help = flag.about.trim_end().to_owned();
    if flag.is_required {
        help.push_str(" [required]");
    }
    if let Some(preset) = flag.preset {
        help = format!("{help} [env: {}]", preset.variable);
    }
    let place = match flag.source {
        ValueSource::Parameter(..) => heading::PARAMETERS,
        ValueSource::Member(_) => heading::BODY,
    };
    let mut argument = Arg::new(flag.id.clone())
        .long(flag.long.clone())
        .value_name(value_name(flag.kind))
        .help_heading(place)
        .allow_hyphen_values(true)
        .value_parser(ListedValues(flag.kind))
        .help(help.trim_start().to_owned());
    if let Some(also) = &flag.also {
        argument = argument.visible_alias(also.clone());
    }
    match flag.kind {
        Kind::Boolean => argument
            .num_args(0..=1)
            .require_equals(true)
            .allow_hyphen_values(false)
            .default_missing_value("true"),
        Kind::List(_) | Kind::Map(_) => argument.action(ArgAction::Append),
        Kind::Of(ty) if matches!(ty.shape, Shape::Object { .. }) => argument.action(ArgAction::Append),
        Kind::File => argument.value_hint(ValueHint::FilePath),
        _ => argument,
    }
}

fn value_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Boolean => "true|false",
        Kind::Integer => "N",
        Kind::Number => "NUMBER",
        Kind::Text => "TEXT",
        Kind::Secret => secrets::FORMS,
        Kind::Date => "DATE",
        Kind::DateTime | Kind::NaiveDateTime | Kind::Seconds | Kind::Millis => "TIME",
        Kind::Uuid => "UUID",
        Kind::File => "FILE",
        Kind::List(item) => value_name(*item),
        Kind::Map(_) => "NAME=VALUE",
        Kind::Of(ty) => match &ty.shape {
            Shape::Object { .. } => "JSON|NAME=VALUE",
            Shape::Values(_) => "VALUE",
            Shape::Union { .. } => "JSON|VALUE",
        },
        _ => "JSON|TEXT",
    }
}

/// The option accepts any text; help and completions show the values that the contract lists.
#[derive(Clone, Copy)]
struct ListedValues(Kind);

impl TypedValueParser for ListedValues {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        _: Option<&Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        let text = value.to_str().map(str::to_owned);
        text.ok_or_else(|| clap::Error::new(clap::error::ErrorKind::InvalidUtf8).with_cmd(command))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let kind = match self.0 {
            Kind::List(item) => *item,
            kind => kind,
        };
        match (kind, kind.values()) {
            (Kind::Boolean, _) => Some(Box::new(["true", "false"].into_iter().map(PossibleValue::new))),
            (_, []) => None,
            (_, values) => Some(Box::new(
                values.iter().map(|value| PossibleValue::new(shown(value))),
            )),
        }
    }
}

/// The first line of a text, or of another text if it has none.
fn first_line(text: &'static str, other: &'static str) -> &'static str {
    text.lines()
        .next()
        .filter(|line| !line.is_empty())
        .unwrap_or(other)
}
