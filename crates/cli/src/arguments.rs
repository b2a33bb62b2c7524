//! Common arguments of jobs.

use clap::builder::ValueHint;
use clap::{Arg, ArgAction, value_parser};

/// The argument `--name VALUE`.
pub fn option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

/// The argument `--name TIME`, for [`Context::time`](crate::Context::time).
pub fn time(name: &'static str, help: &'static str) -> Arg {
    option(name, "TIME", help).allow_hyphen_values(true)
}

/// A flag: `--name`, or `--name=false`.
pub fn flag(name: &'static str, help: &'static str) -> Arg {
    switch(name).help(help)
}

/// A flag without a help text. It accepts a value, since scripts write `--name=$VARIABLE`.
pub(crate) fn switch(name: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .action(ArgAction::Set)
        .num_args(0..=1)
        .require_equals(true)
        .value_name("BOOL")
        .value_parser(value_parser!(bool))
        .default_value("false")
        .default_missing_value("true")
        .hide_default_value(true)
        .hide_possible_values(true)
}

/// The flag `--yes`, for [`Context::confirm`](crate::Context::confirm).
pub fn yes() -> Arg {
    flag("yes", "Do not ask for confirmation before a change").short('y')
}

/// The positional argument of a CSV file, for [`records`](crate::records).
pub fn file() -> Arg {
    Arg::new("file")
        .value_name("FILE")
        .required(true)
        .value_hint(ValueHint::FilePath)
        .help("CSV file, or - for standard input")
}

/// The argument `--at-once`: the number of items that a job processes at a time.
pub fn at_once() -> Arg {
    option("at-once", "COUNT", "How many requests run at once")
        .value_parser(value_parser!(u16).range(1..=64))
        .default_value("4")
}
