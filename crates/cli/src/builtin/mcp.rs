//! `mcp`: the operations as tools for agents, over standard input and output.
//!
//! Descriptions of hundreds of tools would fill an agent's context. So the agent gets four tools:
//! one finds operations, one describes an operation, one calls it, and one reads the next part of a
//! long result.

mod pages;
mod tools;

use crate::arguments::switch;
use crate::builtin::listing;
use crate::connection::Connection;
use crate::failure::Failure;
use crate::program::Program;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use pages::PartialResults;
use rmcp::ServiceExt;
use rmcp::transport::io::stdio;
use std::collections::BTreeMap;
use tools::Tools;

/// The command that serves tools.
pub fn command() -> Command {
    Command::new("mcp")
        .about("Serve the operations as tools for agents, over the Model Context Protocol")
        .arg(switch("allow-writes").help("Also allow operations that change something"))
        .arg(
            Arg::new("tag")
                .long("tag")
                .value_name("GROUP")
                .action(ArgAction::Append)
                .help("Allow only the operations of this group of commands or of this API; may be repeated"),
        )
        .arg(
            Arg::new("longest")
                .long("longest")
                .value_name("BYTES")
                .default_value("20000")
                .value_parser(value_parser!(u32).range(1000..=1_000_000))
                .help("The maximum length of a result; agents read the rest with `read_page`"),
        )
        .after_help(
            "The program speaks on standard input and output until its input ends. Agents see no \
             credentials: they are in neither requests nor results, and members that the contract calls \
             secret are masked.",
        )
}

/// Serves tools until standard input ends.
///
/// # Errors
///
/// When credentials are missing, a group does not exist, or the client does not speak the protocol.
pub async fn run(
    program: &'static Program,
    matches: &ArgMatches,
    connection: &Connection,
) -> Result<(), Failure> {
    let tags: Vec<String> = matches
        .get_many::<String>("tag")
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    for name in &tags {
        if !listing::all(program).any(|(api, tag, _)| tag.command == name || api.name == name) {
            return Err(Failure::usage(format!(
                "--tag: there is no group `{name}`; see `{} commands`",
                program.name
            )));
        }
    }
    let mut clients = BTreeMap::new();
    let mut missing = None;
    for api in program.apis {
        match (api.connect)(connection) {
            Ok(client) => drop(clients.insert(api.name, client)),
            Err(error) => missing = Some(error),
        }
    }
    // A program with several APIs serves those for which it has credentials.
    if let (true, Some(error)) = (clients.is_empty(), missing) {
        return Err(error.into());
    }
    let mut presets = BTreeMap::new();
    for preset in program.defaults {
        if let Some(found) = connection.settings.plain(preset.name, &[preset.variable]) {
            presets.extend(preset.parameters.iter().map(|name| (*name, found.value.clone())));
        }
    }
    let longest = matches.get_one::<u32>("longest").copied().unwrap_or(20_000);
    let tools = Tools {
        program,
        clients,
        presets,
        mask: connection.mask.clone(),
        allows_writes: matches.get_flag("allow-writes"),
        tags,
        pages: PartialResults::new(usize::try_from(longest).unwrap_or(20_000)),
    };
    let failed = |what: &dyn std::fmt::Display| Failure::local(format!("mcp: {what}"));
    let service = tools.serve(stdio()).await.map_err(|error| failed(&error))?;
    service.waiting().await.map_err(|error| failed(&error))?;
    Ok(())
}
