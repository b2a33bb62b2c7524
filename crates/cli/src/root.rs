//! The whole command line of a program.

use crate::builtin::{completions, listing, man, profile};
use crate::command::{self, CommandWords};
use crate::job::Job;
use crate::program::{Program, ProgramApi};
use clap::Command;
use lorgnette_runtime::commands::Tag;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Commands that every program has.
const BUILTIN: [&str; 6] = ["commands", "completions", "help", "man", "mcp", "profile"];

/// The part of a program's command line that `words` name.
pub fn command(program: &'static Program, words: CommandWords<'_>) -> Command {
    let variable = |name: &str| program.variable(name);
    let globals = command::globals(&variable)
        .into_iter()
        .map(|arg| match arg.get_id().as_str() {
            "profile" => completions::of_profiles(program, arg),
            _ => arg,
        });
    let mut root = Command::new(program.name)
        .version(program.version)
        .about(program.about)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .args(globals)
        .after_help(examples(program));
    for (api, tag) in tags(program) {
        let group = command::group(program, api, tag, words);
        root = root.subcommand(with_jobs(program, tag.command, group));
    }
    for group in own_groups(program) {
        let made = Command::new(group)
            .about(of_group(program, group))
            .subcommand_required(true)
            .arg_required_else_help(true);
        root = root.subcommand(with_jobs(program, group, made));
    }
    for job in program.jobs.iter().filter(|job| job.group.is_none()) {
        root = root.subcommand(self::job(job));
    }
    for api in program.apis {
        let is_alone = program.apis.len() == 1;
        let made = with_jobs(program, api.name, command::api(program, api, words));
        root = root.subcommand(made.hide(is_alone));
    }
    #[cfg(feature = "mcp")]
    {
        root = root.subcommand(crate::builtin::mcp::command());
    }
    root.subcommand(profile::command(program))
        .subcommand(listing::command())
        .subcommand(completions::command(program))
        .subcommand(man::command(program))
}

/// The tags whose commands are at the top level, with their APIs. If two tags have the same name,
/// that of the first API wins.
pub fn tags(program: &'static Program) -> Vec<(&'static ProgramApi, &'static Tag)> {
    let mut taken: BTreeSet<&str> = BUILTIN.into_iter().collect();
    taken.extend(program.apis.iter().map(|api| api.name));
    taken.extend(
        program
            .jobs
            .iter()
            .filter(|job| job.group.is_none())
            .map(|job| job.name),
    );
    let mut tags = Vec::new();
    for api in program.apis {
        for tag in api.table.tags {
            if taken.insert(tag.command) {
                tags.push((api, *tag));
            }
        }
    }
    tags
}

/// Groups of jobs that are not tags.
fn own_groups(program: &'static Program) -> BTreeSet<&'static str> {
    let tags = tags(program);
    let groups = program.jobs.iter().filter_map(|job| job.group);
    groups
        .filter(|group| !tags.iter().any(|(_, tag)| tag.command == *group))
        .filter(|group| !program.apis.iter().any(|api| api.name == *group))
        .collect()
}

/// The description of a group of jobs: the names of its jobs.
fn of_group(program: &Program, group: &str) -> String {
    let jobs: Vec<&Job> = program
        .jobs
        .iter()
        .filter(|job| job.group == Some(group))
        .collect();
    match jobs[..] {
        [job] => job.about.to_owned(),
        _ => format!(
            "Jobs: {}",
            jobs.iter().map(|job| job.name).collect::<Vec<_>>().join(", ")
        ),
    }
}

fn with_jobs(program: &'static Program, group: &str, mut made: Command) -> Command {
    for job in program.jobs.iter().filter(|job| job.group == Some(group)) {
        made = made.subcommand(self::job(job));
    }
    made
}

fn job(job: &Job) -> Command {
    (job.arguments)(Command::new(job.name).about(job.about))
}

fn examples(program: &Program) -> String {
    let mut text = String::from("Examples:\n");
    for (line, about) in program.examples {
        let _ = writeln!(text, "  {line}\n      {about}");
    }
    let environment = program
        .settings
        .iter()
        .map(|setting| (setting.variable(), setting.about));
    let presets = program
        .defaults
        .iter()
        .map(|preset| (preset.variable, preset.about));
    text.push_str("\nEnvironment variables, unless a profile sets them:\n");
    for (variable, about) in environment.chain(presets) {
        let _ = writeln!(text, "  {variable:<24} {about}");
    }
    text
}
