//! The options of all commands, and those of every operation.

use super::flags::{Flag, YIELDING, flags};
use crate::arguments::switch;
use crate::output::Format;
use crate::program::Program;
use crate::terminal::Colour;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser, ValueHint};
use clap::{Arg, ArgAction, ArgMatches};
use lorgnette_runtime::commands::Command;
use std::time::Duration;

/// Options that mean the same in every command. A parameter of such a name is prefixed with its
/// location: `--query-profile`.
pub const FIXED: [&str; 20] = [
    "base-url",
    "body",
    "color",
    "columns",
    "content-type",
    "curl",
    "dry-run",
    "errors",
    "header",
    "help",
    "no-retry",
    "out",
    "output",
    "profile",
    "query",
    "quiet",
    "set",
    "timeout",
    "verbose",
    "yes",
];

/// Option names that no parameter of `command` can take. For operations with pages, `--limit`
/// counts items, whatever the contract calls the page size.
fn reserved(command: &Command) -> Vec<String> {
    let fixed = FIXED.iter().map(|name| (*name).to_owned());
    let moved = YIELDING.iter().map(|name| moved(name));
    let limit = command.paged.map(|_| "limit".to_owned());
    fixed.chain(moved).chain(limit).collect()
}

/// The options of every request. Calls have further options of their own.
pub fn of_request(program: &'static Program, command: &'static Command) -> Vec<Flag> {
    flags(command, program.defaults, reserved(command))
}

/// The name of a call option that was renamed.
fn moved(name: &str) -> String {
    format!("call-{name}")
}

/// The headings of the help text.
pub mod heading {
    pub const PARAMETERS: &str = "Parameters";
    pub const BODY: &str = "Body";
    pub const REQUEST: &str = "Request";
    pub const OUTPUT: &str = "Output";
    pub const CONNECTION: &str = "Connection";
}

/// The options of all commands.
pub fn globals(variable: &dyn Fn(&str) -> String) -> Vec<Arg> {
    let output = |arg: Arg| arg.help_heading(heading::OUTPUT).global(true);
    let connection = |arg: Arg| arg.help_heading(heading::CONNECTION).global(true);
    vec![
        output(
            Arg::new("output")
                .long("output")
                .value_name("FORMAT")
                .value_parser(formats())
                .help("The output format [default: json, or by the file's extension]"),
        ),
        output(
            Arg::new("out")
                .short('o')
                .long("out")
                .value_name("FILE")
                .value_hint(ValueHint::FilePath)
                .help("Write results to this file instead of standard output"),
        ),
        output(
            Arg::new("query")
                .long("query")
                .value_name("JQ")
                .help("Apply this jq program to each result"),
        ),
        output(
            Arg::new("columns")
                .long("columns")
                .value_name("LIST")
                .value_delimiter(',')
                .action(ArgAction::Append)
                .help("Columns of csv and table: members, or paths of members such as location.name"),
        ),
        output(
            Arg::new("color")
                .long("color")
                .value_name("WHEN")
                .value_parser(["auto", "always", "never"])
                .help("Whether output is coloured [default: auto, on a terminal]"),
        ),
        output(
            Arg::new("errors")
                .long("errors")
                .value_name("FORMAT")
                .value_parser(["line", "json"])
                .help("The format of errors on standard error [default: line]"),
        ),
        output(switch("quiet").short('q').help("Show no progress and no hints")),
        output(
            switch("verbose")
                .short('v')
                .help("Show each attempt of each request on standard error"),
        ),
        connection(
            Arg::new("profile")
                .long("profile")
                .value_name("NAME")
                .help(format!(
                    "Profile with credentials and defaults [env: {}]",
                    variable("PROFILE")
                )),
        ),
        connection(
            Arg::new("base-url")
                .long("base-url")
                .value_name("URL")
                .value_hint(ValueHint::Url)
                .help(format!(
                    "Server to call instead of the default one [env: {}]",
                    variable("BASE_URL")
                )),
        ),
        connection(
            Arg::new("timeout")
                .long("timeout")
                .value_name("TIME")
                .value_parser(duration)
                .help("The time limit of a call, retries included: 30s, 5m [default: 2m]"),
        ),
        connection(switch("no-retry").help("Send each request once")),
    ]
}

/// The options of an operation besides `flags`. Some depend on its request and its responses.
pub fn of_operations(command: &Command, flags: &[Flag]) -> Vec<Arg> {
    let is_taken = |name: &str| {
        let has = |flag: &Flag| flag.long == name || flag.also.as_deref() == Some(name);
        flags.iter().any(has)
    };
    let options = all_of_operations(
        !command.bodies.is_empty(),
        command.paged.is_some(),
        command.until.is_some(),
        !command.is_read(),
    );
    let named = options.into_iter().map(|arg| match arg.get_long() {
        Some(name) if is_taken(name) => {
            let moved = moved(name);
            arg.long(moved)
        }
        _ => arg,
    });
    named.collect()
}

fn all_of_operations(has_body: bool, is_paged: bool, has_wait: bool, changes: bool) -> Vec<Arg> {
    let request = |arg: Arg| arg.help_heading(heading::REQUEST);
    let body = |arg: Arg| arg.help_heading(heading::BODY);
    let output = |arg: Arg| arg.help_heading(heading::OUTPUT);
    let mut options = vec![
        request(
            Arg::new("header")
                .long("header")
                .value_name("NAME: VALUE")
                .action(ArgAction::Append)
                .help("Also send this header"),
        ),
        request(switch("dry-run").help("Print the request with masked credentials, and send nothing")),
        request(
            switch("curl")
                .conflicts_with("dry-run")
                .help("Print the request as a curl command with masked credentials, and send nothing"),
        ),
    ];
    if changes {
        options.push(request(
            switch("yes")
                .short('y')
                .help("Do not ask before something is changed"),
        ));
    }
    if has_body {
        options.extend([
            body(
                Arg::new("body")
                    .short('d')
                    .long("body")
                    .value_name("BODY")
                    .allow_hyphen_values(true)
                    .help("The body: JSON or text, @FILE, or - for standard input"),
            ),
            body(
                Arg::new("set")
                    .long("set")
                    .value_name("PATH=VALUE")
                    .action(ArgAction::Append)
                    .help("A value within the body: limits.low=5, tags.0=new, note:=null (JSON after :=)"),
            ),
            body(
                Arg::new("content-type")
                    .long("content-type")
                    .value_name("TYPE")
                    .help("The media type of the body, if the operation accepts several"),
            ),
        ]);
    }
    if is_paged {
        options.extend([
            output(switch("all").help("Return the items of all pages, not only one page")),
            output(
                Arg::new("limit")
                    .long("limit")
                    .value_name("N")
                    .value_parser(clap::value_parser!(u64).range(1..))
                    .help("Write at most this many items, from as many pages as needed"),
            ),
        ]);
    }
    if has_wait {
        options.push(output(
            switch("wait").help("Wait until the job that the operation reports on is done"),
        ));
    }
    options.extend([
        output(
            Arg::new("until")
                .long("until")
                .value_name("JQ")
                .help("Repeat the call until this jq program returns true for the response"),
        ),
        output(
            Arg::new("every")
                .long("every")
                .value_name("TIME")
                .requires("until")
                .value_parser(duration)
                .help("How long --until waits between two calls [default: 5s]"),
        ),
        output(
            Arg::new("within")
                .long("within")
                .value_name("TIME")
                .requires("until")
                .value_parser(duration)
                .help("How long --until repeats the call at most [default: 10m]"),
        ),
    ]);
    options
}

fn formats() -> impl TypedValueParser<Value = Format> {
    let values = Format::ALL.map(|format| PossibleValue::new(format.name()).help(format.about()));
    PossibleValuesParser::new(values).try_map(|name| name.parse::<Format>())
}

/// A duration such as `90s`, `5m`, `1h30m`; a plain number is in seconds.
///
/// # Errors
///
/// When the text is not a duration, or the duration is zero.
pub fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "expected a time such as 30s, 5m or 1h30m".to_owned();
    if let Ok(seconds) = text.parse::<u64>() {
        return Ok(Duration::from_secs(seconds));
    }
    let (mut total, mut rest) = (0_u64, text);
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number: u64 = rest[..digits].parse().map_err(|_| wrong())?;
        let unit = rest[digits..].chars().next().ok_or_else(wrong)?;
        let seconds = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            _ => return Err(wrong()),
        };
        total = number
            .checked_mul(seconds)
            .and_then(|span| total.checked_add(span))
            .ok_or_else(wrong)?;
        rest = &rest[digits + 1..];
    }
    match total {
        0 => Err(wrong()),
        total => Ok(Duration::from_secs(total)),
    }
}

/// When output is coloured, according to the command line.
pub fn colour(matches: &ArgMatches) -> Colour {
    match matches.get_one::<String>("color").map(String::as_str) {
        Some("always") => Colour::Always,
        Some("never") => Colour::Never,
        _ => Colour::Auto,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_durations_have_units() {
        for (text, seconds) in [
            ("30", 30),
            ("30s", 30),
            ("5m", 300),
            ("1h30m", 5_400),
            ("2d", 172_800),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for wrong in ["", "m", "5x", "1.5h", "-5s", "0s", "99999999999999999d", "5é"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn test_every_option_is_fixed_or_gives_way() {
        let all = globals(&str::to_owned)
            .into_iter()
            .chain(all_of_operations(true, true, true, true));
        for arg in all {
            let long = arg.get_long().unwrap_or_default();
            let is_known = FIXED.contains(&long) || YIELDING.contains(&long);
            assert!(is_known, "{long}");
        }
    }
}
