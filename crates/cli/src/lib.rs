#![doc = include_str!("../README.md")]

pub mod arguments;
mod at_once;
mod builtin;
mod command;
mod config;
mod confirm;
mod connection;
mod failure;
mod job;
mod mask;
mod output;
mod program;
mod records;
mod report;
mod root;
mod run;
mod setting;
mod stop;
mod terminal;
mod values;
mod verbose;

pub use at_once::in_order;
pub use clap;
pub use command::duration;
pub use connection::Connection;
pub use failure::{Exit, Failure};
pub use job::{Context, Done, Job};
pub use lorgnette_runtime as runtime;
pub use output::{Format, Output, OutputTarget, Query, Rows, Style};
pub use program::{Program, ProgramApi};
pub use records::{Record, records};
pub use report::Report;
pub use run::{main, main_with};
pub use setting::{Preset, Setting};
pub use stop::stopped;
pub use values::{Moment, moment};
