//! A command line that calls an operation with what it requires, for help, for lists and for
//! references.

use super::flags::{Flag, ValueSource, is_structured, path_names, structured};
use crate::program::{Program, ProgramApi};
use crate::values::shown;
use lorgnette_runtime::commands::{Command, Kind, Shape, Tag, shell_word};
use serde_json::{Map, Value};

/// The file that examples read their input from.
const FILE: &str = "@file";
/// The variable that examples take secrets from.
const SECRET: &str = "env:SECRET";
/// The depth of nested objects in an example.
const DEEPEST: usize = 8;

/// The command line, quoted for a shell: `sigsci lists corp-list-get corpName id`. `flags` are the
/// options of the request.
pub fn example(
    program: &'static Program,
    api: &ProgramApi,
    tag: &Tag,
    command: &'static Command,
    flags: &[Flag],
) -> String {
    let in_path = path_names(command, flags);
    let mut words = vec![program.name.to_owned(), line(program, api, tag, command)];
    // A value with a leading hyphen would be read as an option.
    let positional = in_path
        .iter()
        .map(|flag| text(flag.kind, name(command, flag), false));
    words.extend(positional.map(|text| shell_word(&text)));
    let is_in_path = |flag: &Flag| in_path.iter().any(|known| known.id == flag.id);
    let parameters = flags.iter().filter(|flag| {
        flag.is_required && matches!(flag.source, ValueSource::Parameter(..)) && !is_in_path(flag)
    });
    words.extend(parameters.map(|flag| option(command, flag)));
    words.extend(body(command, flags));
    words.join(" ")
}

/// The words that call a command, after the program's name.
pub fn line(program: &'static Program, api: &ProgramApi, tag: &Tag, command: &Command) -> String {
    match program.apis {
        [_] => format!("{} {}", tag.command, command.name),
        _ => format!("{} {} {}", api.name, tag.command, command.name),
    }
}

/// The options of a required body.
fn body(command: &'static Command, flags: &[Flag]) -> Vec<String> {
    let Some(first) = command.bodies.first().filter(|_| command.is_body_required()) else {
        return Vec::new();
    };
    let Some(form) = structured(command) else {
        return vec![format!("--body {FILE}")];
    };
    let members = flags
        .iter()
        .filter(|flag| flag.is_required && matches!(flag.source, ValueSource::Member(_)));
    let members: Vec<String> = members.map(|flag| option(command, flag)).collect();
    if !members.is_empty() {
        return members;
    }
    // If no member is required, the first one serves as the example.
    let any = flags
        .iter()
        .find(|flag| matches!(flag.source, ValueSource::Member(_)));
    match any {
        Some(flag) => vec![option(command, flag)],
        None if is_structured(first.format) => {
            vec![format!(
                "--body {}",
                shell_word(&json(form.kind, "value", 0).to_string())
            )]
        }
        None => vec![format!("--body {FILE}")],
    }
}

/// An option with its value.
fn option(command: &Command, flag: &Flag) -> String {
    let text = text(flag.kind, name(command, flag), true);
    match flag.kind {
        // The value of a switch follows an equals sign.
        Kind::Boolean => format!("--{}={text}", flag.long),
        _ => format!("--{} {}", flag.long, shell_word(&text)),
    }
}

/// The placeholder for an option's value, from the contract.
fn name(command: &Command, flag: &Flag) -> &'static str {
    match flag.source {
        ValueSource::Member(name) => name,
        ValueSource::Parameter(index, _) => {
            let mut parameters = command.parameters();
            let known = parameters.find(|parameter| parameter.index == index);
            known.map_or("value", |parameter| parameter.name)
        }
    }
}

/// A value of a kind, as users type it. `is_option` says whether the value may start with a hyphen.
fn text(kind: Kind, name: &str, is_option: bool) -> String {
    match kind {
        Kind::Secret => SECRET.to_owned(),
        Kind::File => FILE.to_owned(),
        Kind::Date if is_option => "yesterday".to_owned(),
        Kind::DateTime | Kind::NaiveDateTime | Kind::Seconds | Kind::Millis if is_option => "-24h".to_owned(),
        Kind::List(item) if item.members().is_empty() && !is_union(*item) => text(*item, name, is_option),
        _ => match json(kind, name, 0) {
            Value::String(text) => text,
            value => value.to_string(),
        },
    }
}

const fn is_union(kind: Kind) -> bool {
    match kind.named() {
        Some(ty) => matches!(ty.shape, Shape::Union { .. }),
        None => false,
    }
}

/// A value of a kind, with its required parts.
fn json(kind: Kind, name: &str, depth: usize) -> Value {
    match kind {
        Kind::Boolean => true.into(),
        Kind::Integer | Kind::Number => 1.into(),
        Kind::Date => "2026-01-31".into(),
        Kind::DateTime => "2026-01-31T08:30:00Z".into(),
        Kind::NaiveDateTime => "2026-01-31T08:30:00".into(),
        Kind::Seconds => 1_769_848_200.into(),
        Kind::Millis => 1_769_848_200_000_i64.into(),
        Kind::Uuid => "0b4d9a63-54a1-4a0c-a1f7-3a5e6e3c1f11".into(),
        Kind::List(_) if depth >= DEEPEST => Value::Array(Vec::new()),
        Kind::List(item) => vec![json(*item, name, depth + 1)].into(),
        Kind::Map(_) if depth >= DEEPEST => Value::Object(Map::new()),
        Kind::Map(value) => Value::Object(Map::from_iter([(
            "name".to_owned(),
            json(*value, "value", depth + 1),
        )])),
        Kind::Of(ty) => match &ty.shape {
            Shape::Values(values) => values
                .first()
                .and_then(|value| serde_json::from_str(value).ok())
                .unwrap_or_else(|| name.into()),
            Shape::Object { members, .. } => {
                let required = members
                    .iter()
                    .filter(|member| member.is_required && depth < DEEPEST);
                let written = required.map(|member| {
                    let value = json(member.kind, member.name, depth + 1);
                    (member.name.to_owned(), value)
                });
                Value::Object(written.collect())
            }
            Shape::Union { tag, branches } => match branches.first() {
                Some((kind, values)) if depth < DEEPEST => {
                    let mut value = json(*kind, name, depth + 1);
                    if let (Some(tag), Some(text), Value::Object(members)) = (tag, values.first(), &mut value)
                    {
                        members.insert((*tag).to_owned(), shown(text).into());
                    }
                    value
                }
                _ => Value::Null,
            },
        },
        _ => name.into(),
    }
}
