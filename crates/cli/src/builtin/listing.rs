//! The list of all commands, for people and for programs.

use crate::arguments::switch;
use crate::command::{Flag, ValueSource, example, line, of_operations, of_request};
use crate::failure::Failure;
use crate::output::{Format, Output, Style};
use crate::program::{Program, ProgramApi};
use crate::values::shown;
use clap::{Arg, ArgAction, ArgMatches, Command as Clap};
use lorgnette_runtime::commands::{Command, Kind, Response, Shape, Tag};
use serde_json::{Map, Value, json};

/// The command that lists commands.
pub fn command() -> Clap {
    Clap::new("commands")
        .about("List all commands, or those that contain all of these words")
        .arg(
            Arg::new("words")
                .num_args(0..)
                .action(ArgAction::Append)
                .value_name("WORD"),
        )
        .arg(switch("json").help("With parameters, bodies and responses, as JSON"))
}

/// Lists the commands.
///
/// # Errors
///
/// When the list cannot be written.
pub fn run(
    program: &'static Program,
    matches: &ArgMatches,
    mut style: Style,
    mut output: impl FnMut(Style) -> Result<Output, Failure>,
) -> Result<(), Failure> {
    let words = matches.get_many::<String>("words").into_iter().flatten();
    let words: Vec<String> = words.map(|word| word.to_lowercase()).collect();
    let is_long = matches.get_flag("json");
    if !is_long && style.format == Format::Json && style.query.is_none() {
        style.format = Format::Table;
    }
    let mut output = output(style)?;
    output.begin_list();
    for (api, tag, command) in all(program) {
        let entry = match is_long {
            true => with_example(program, api, tag, command),
            false => summary(program, api, tag, command),
        };
        if words.iter().all(|word| text(api, tag, command).contains(word)) {
            output.item(entry)?;
        }
    }
    output.finish()?;
    Ok(())
}

/// All operations of a program.
pub fn all(
    program: &'static Program,
) -> impl Iterator<Item = (&'static ProgramApi, &'static Tag, &'static Command)> {
    let apis = program.apis.iter();
    apis.flat_map(|api| {
        api.table
            .commands()
            .map(move |(tag, command)| (api, tag, command))
    })
}

/// The searched text, in lower case.
pub fn text(api: &ProgramApi, tag: &Tag, command: &Command) -> String {
    let operation = command.operation;
    let alias = command.alias.unwrap_or_default();
    format!(
        "{} {} {} {alias} {} {} {} {}",
        api.name,
        tag.command,
        command.name,
        command.about,
        command.details,
        operation.method(),
        operation.path()
    )
    .to_lowercase()
}

/// A one-line summary of a command.
pub fn summary(program: &'static Program, api: &ProgramApi, tag: &Tag, command: &Command) -> Value {
    json!({
        "command": line(program, api, tag, command),
        "method": command.operation.method().as_str(),
        "path": command.operation.path(),
        "about": command.about,
    })
}

/// A command with its details, its API, and a command line.
fn with_example(program: &'static Program, api: &ProgramApi, tag: &Tag, command: &'static Command) -> Value {
    let mut entry = described(program, api, tag, command);
    let example = example(program, api, tag, command, &of_request(program, command));
    if let Some(members) = entry.as_object_mut() {
        members.insert("api".to_owned(), api.table.title.into());
        members.insert("example".to_owned(), example.into());
    }
    entry
}

/// Everything that is known about a command.
pub fn described(program: &'static Program, api: &ProgramApi, tag: &Tag, command: &'static Command) -> Value {
    let mut entry = summary(program, api, tag, command);
    let flags = of_request(program, command);
    let parameters: Vec<Value> = command
        .parameters()
        .map(|parameter| {
            let is_its =
                |flag: &&Flag| matches!(flag.source, ValueSource::Parameter(index, _) if index == parameter.index);
            let mut entry = kind(parameter.kind, 2);
            entry.insert("name".to_owned(), parameter.name.into());
            entry.insert("in".to_owned(), parameter.place.name().into());
            entry.insert("required".to_owned(), parameter.is_required.into());
            let option = flags.iter().find(is_its).map(|flag| format!("--{}", flag.long));
            entry.insert("option".to_owned(), option.into());
            insert_text(&mut entry, "about", parameter.about);
            Value::Object(entry)
        })
        .collect();
    let options = of_operations(command, &flags);
    let options: Vec<String> = options
        .iter()
        .filter_map(|option| Some(format!("--{}", option.get_long()?)))
        .collect();
    let bodies: Vec<Value> = command
        .bodies
        .iter()
        .map(|body| {
            let mut entry = kind(body.kind, DEPTH);
            entry.insert("media_type".to_owned(), body.media_type.into());
            insert_text(&mut entry, "about", body.about);
            Value::Object(entry)
        })
        .collect();
    let response = match command.response {
        Response::Json(of) => kind(of, DEPTH),
        Response::Events(of) => {
            let mut entry = kind(of, DEPTH);
            entry.insert("events".to_owned(), true.into());
            entry
        }
        Response::Lines(of) => {
            let mut entry = kind(of, DEPTH);
            entry.insert("lines".to_owned(), true.into());
            entry
        }
        Response::Text => kind(Kind::Text, 0),
        Response::Bytes => kind(Kind::File, 0),
        _ => Map::new(),
    };
    if let Some(members) = entry.as_object_mut() {
        members.insert("id".to_owned(), command.operation.id().into());
        insert_text(members, "details", command.details);
        members.insert("alias".to_owned(), command.alias.into());
        members.insert("changes".to_owned(), (!command.is_read()).into());
        members.insert("deprecated".to_owned(), command.deprecated.into());
        members.insert("parameters".to_owned(), parameters.into());
        members.insert("options".to_owned(), options.into());
        members.insert("bodies".to_owned(), bodies.into());
        members.insert("body_required".to_owned(), command.is_body_required().into());
        members.insert("response".to_owned(), response.into());
        members.insert("paged".to_owned(), command.paged.is_some().into());
        members.insert("waits".to_owned(), command.until.is_some().into());
        members.retain(|_, value| !value.is_null());
    }
    entry
}

/// The depth to which types are shown; deeper types are only named.
const DEPTH: usize = 4;

/// A kind as JSON, with nested types down to this depth.
fn kind(of: Kind, depth: usize) -> Map<String, Value> {
    let mut entry = Map::new();
    let mut put = |name: &str, value: Value| entry.insert(name.to_owned(), value);
    let simple = match of {
        Kind::Boolean => "boolean",
        Kind::Integer => "integer",
        Kind::Number => "number",
        Kind::Text => "text",
        Kind::Secret => "secret",
        Kind::Date => "date",
        Kind::DateTime | Kind::NaiveDateTime => "time",
        Kind::Seconds => "time in seconds since 1970",
        Kind::Millis => "time in milliseconds since 1970",
        Kind::Uuid => "uuid",
        Kind::File => "file",
        Kind::List(item) => {
            put("items", kind(*item, depth).into());
            "list"
        }
        Kind::Map(value) => {
            put("values", kind(*value, depth).into());
            "map"
        }
        Kind::Of(ty) => {
            put("name", ty.name.into());
            match (&ty.shape, depth) {
                (Shape::Values(values), _) => {
                    put("one_of", values.iter().map(|value| shown(value)).collect());
                    "value"
                }
                (_, 0) => "object",
                (Shape::Object { members, rest }, _) => {
                    let members = members.iter().map(|member| {
                        let mut entry = kind(member.kind, depth - 1);
                        if member.is_required {
                            entry.insert("required".to_owned(), true.into());
                        }
                        insert_text(&mut entry, "about", member.about);
                        (member.name.to_owned(), Value::Object(entry))
                    });
                    put("members", Value::Object(members.collect()));
                    if let Some(rest) = rest {
                        put("others", kind(*rest, depth - 1).into());
                    }
                    "object"
                }
                (Shape::Union { tag, branches }, _) => {
                    let branches = branches.iter().map(|(of, tags)| {
                        let mut entry = kind(*of, depth - 1);
                        if let (Some(tag), false) = (tag, tags.is_empty()) {
                            entry.insert(format!("where {tag} is"), (*tags).into());
                        }
                        Value::Object(entry)
                    });
                    put("any_of", branches.collect());
                    "union"
                }
            }
        }
        _ => "any",
    };
    entry.insert("kind".to_owned(), simple.into());
    entry
}

fn insert_text(entry: &mut Map<String, Value>, name: &str, text: &str) {
    if !text.is_empty() {
        entry.insert(name.to_owned(), text.into());
    }
}
