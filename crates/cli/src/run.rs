//! A program from its command line to its exit status.

use crate::builtin::{completions, listing, man, profile};
use crate::command::{self, CommandWords};
use crate::config::Settings;
use crate::connection::Connection;
use crate::failure::Failure;
use crate::job::{Context, Job};
use crate::mask::Mask;
use crate::output::{Format, Output, OutputTarget, Query, Rows, Style};
use crate::program::{Program, ProgramApi};
use crate::root;
use crate::verbose::Attempts;
use clap::ArgMatches;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use lorgnette_runtime::commands::Command;
use std::cell::RefCell;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// Runs `program` with the arguments of this process.
///
/// Only results go to standard output. Errors go to standard error as one line, or as JSON with
/// `--errors json`, and the exit status identifies their kind: see [`Exit`](crate::Exit).
pub fn main(program: &'static Program) -> ExitCode {
    completions::answer(|words| root::command(program, CommandWords::of(words)));
    main_with(program, std::env::args_os())
}

/// The same with other arguments. The first is the name of the program.
pub fn main_with(program: &'static Program, arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let mask = Mask::default();
    let is_json = wants_json(&arguments);
    let words: Vec<String> = arguments
        .iter()
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let command = root::command(program, CommandWords::of(&words));
    let outcome = match command.try_get_matches_from(&arguments) {
        Ok(matches) => run(program, &matches, &mask),
        Err(error) => match unparsed(program, &error) {
            Some(failure) => Err(failure),
            None => return ExitCode::SUCCESS,
        },
    };
    let Err(failure) = outcome else {
        return ExitCode::SUCCESS;
    };
    if !failure.is_closed() {
        let line = match is_json {
            true => failure.json().to_string(),
            false => format!("{}: {}", program.name, failure.line()),
        };
        // If the message cannot be written, the exit status still reports the failure.
        let _ = writeln!(io::stderr(), "{}", mask.apply(&line));
    }
    failure.code()
}

/// Whether errors are written as JSON. The option is searched for by hand, since errors also occur
/// on command lines that cannot be parsed.
fn wants_json(arguments: &[OsString]) -> bool {
    let mut arguments = arguments.iter().filter_map(|argument| argument.to_str());
    while let Some(argument) = arguments.next() {
        match argument.strip_prefix("--errors") {
            Some("") => return arguments.next() == Some("json"),
            Some(value) => return value == "=json",
            None if argument == "--" => return false,
            None => {}
        }
    }
    false
}

/// The failure for a command line that cannot be parsed; `None` if it only requests help, which is
/// printed.
fn unparsed(program: &Program, error: &clap::Error) -> Option<Failure> {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let _ = error.print();
            return None;
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = write!(io::stderr(), "{}", error.render());
            return Some(Failure::usage(format!(
                "a command is missing; see `{} --help`",
                program.name
            )));
        }
        _ => {}
    }
    let rendered = error.render().to_string();
    let first = rendered.lines().next().unwrap_or_default();
    let mut line = first
        .strip_prefix("error: ")
        .unwrap_or(first)
        .trim_end_matches(':')
        .to_owned();
    if first.ends_with(':') {
        let named = rendered
            .lines()
            .skip(1)
            .take_while(|line| !line.trim().is_empty());
        line = format!("{line} {}", named.map(str::trim).collect::<Vec<_>>().join(", "));
    }
    let values = rendered
        .lines()
        .map(str::trim)
        .find(|line| line.starts_with("[possible values: "));
    if let Some(values) = values {
        line = format!("{line} {values}");
    }
    let similar = [
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedValue,
    ];
    let similar = similar
        .iter()
        .find_map(|kind| error.get(*kind))
        .and_then(|value| match value {
            ContextValue::String(one) => Some(one.clone()),
            // The most similar one comes last.
            ContextValue::Strings(several) => several.last().cloned(),
            _ => None,
        });
    if let Some(similar) = similar {
        line = format!("{line}; did you mean `{similar}`?");
    }
    Some(Failure::usage(line))
}

fn run(program: &'static Program, matches: &ArgMatches, mask: &Mask) -> Result<(), Failure> {
    let Some((name, given)) = matches.subcommand() else {
        return Err(Failure::usage("a command is missing"));
    };
    let style = || style(leaf(matches), format(leaf(matches), None)?);
    let output = |style: Style| Ok(Output::new(style, Rows::ANY, target(leaf(matches))?));
    match name {
        "profile" => return profile::run(program, given, || output(style()?)),
        "commands" => return listing::run(program, given, style()?, output),
        "completions" => return completions::run(program, given),
        "man" => return man::run(root::command(program, CommandWords::ALL), given),
        _ => {}
    }
    let leaf = leaf(matches);
    let connection = connection(program, leaf, mask)?;
    let format = format(leaf, connection.settings.profile().text("output").as_deref())?;
    let style = self::style(leaf, format)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::local(format!("the program cannot start: {error}")))?;
    #[cfg(feature = "mcp")]
    if name == "mcp" {
        return runtime.block_on(crate::builtin::mcp::run(program, leaf, &connection));
    }
    let job = |group: Option<&str>, name: &str| {
        let mut jobs = program.jobs.iter();
        jobs.find(|job| job.group == group && job.name == name)
    };
    let inner = given.subcommand();
    let found: Option<&'static Job> = job(None, name).or_else(|| job(Some(name), inner?.0));
    if let Some(job) = found {
        let context = Context {
            presets: program.defaults,
            matches: leaf,
            connection: &connection,
            style: RefCell::new(Some(style)),
            is_format_chosen: format.is_some(),
        };
        return runtime.block_on((job.run)(&context));
    }
    let (api, command) =
        called(program, name, given).ok_or_else(|| Failure::usage("there is no such command"))?;
    runtime.block_on(command::run(program, api, command, leaf, &connection, style))
}

/// The innermost arguments, which include those of all commands.
fn leaf(matches: &ArgMatches) -> &ArgMatches {
    matches.subcommand().map_or(matches, |(_, inner)| leaf(inner))
}

/// The operation that the command line calls.
fn called(
    program: &'static Program,
    name: &str,
    given: &ArgMatches,
) -> Option<(&'static ProgramApi, &'static Command)> {
    let (inner, more) = given.subcommand()?;
    if let Some(api) = program.apis.iter().find(|api| api.name == name) {
        let (_, command) = api.table.find(inner, more.subcommand_name()?)?;
        return Some((api, command));
    }
    let tags = root::tags(program);
    let (api, tag) = tags.into_iter().find(|(_, tag)| tag.command == name)?;
    Some((api, tag.find(inner)?))
}

fn connection(program: &'static Program, matches: &ArgMatches, mask: &Mask) -> Result<Connection, Failure> {
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let settings = Settings::load(program.owner(), text("profile").as_deref())?;
    let attempts = matches.get_flag("verbose").then(|| Attempts::new(mask.clone()));
    Ok(Connection {
        settings,
        base_url: text("base-url"),
        timeout: matches.get_one::<Duration>("timeout").copied(),
        is_retried: !matches.get_flag("no-retry"),
        attempts,
        mask: mask.clone(),
        product: format!("{}/{}", program.name, program.version),
    })
}

/// The format of results from the command line, the file name or the profile.
fn format(matches: &ArgMatches, of_profile: Option<&str>) -> Result<Option<Format>, Failure> {
    let out = matches.get_one::<String>("out").map(Path::new);
    let of_profile = of_profile.map(str::parse::<Format>).transpose();
    let of_profile = of_profile.map_err(|what| Failure::usage(format!("`output` of the profile: {what}")))?;
    let format = matches.get_one::<Format>("output").copied();
    Ok(format.or_else(|| Format::of_path(out?)).or(of_profile))
}

/// The settings of the output.
fn style(matches: &ArgMatches, format: Option<Format>) -> Result<Style, Failure> {
    let is_file = matches.get_one::<String>("out").is_some();
    let query = matches.get_one::<String>("query");
    let columns = matches.get_many::<String>("columns");
    Ok(Style {
        format: format.unwrap_or_default(),
        query: query.map(|text| Query::new("query", text)).transpose()?,
        columns: columns.map(|columns| columns.cloned().collect()),
        is_coloured: !is_file && command::colour(matches).is_on(&io::stdout()),
        width: width(),
    })
}

fn target(matches: &ArgMatches) -> Result<OutputTarget, Failure> {
    match matches.get_one::<String>("out").map(PathBuf::from) {
        Some(path) => OutputTarget::file(&path),
        None => Ok(OutputTarget::standard()),
    }
}

/// The width of the terminal, if there is one.
fn width() -> Option<usize> {
    let (_, columns) = console::Term::stdout().size_checked()?;
    Some(usize::from(columns)).filter(|columns| *columns > 0)
}
