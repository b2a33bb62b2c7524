//! Calls every operation of every API from a command line, and judges the calls twice.
//!
//! The program is a process: this one, started again with a name in `JUDGED_PROGRAM`. Its requests
//! are compared with those that the contract's values give for the operation's descriptor, and its
//! output with the server's response. Then Prism judges the same command lines, by the contract as
//! the vendor wrote it.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

#[path = "../../conformance/credentials.rs"]
mod credentials;
#[path = "../../conformance/documents.rs"]
#[allow(
    dead_code,
    reason = "the report of the conformance tests lists what is repaired"
)]
mod documents;
mod judged_by_prism;
mod judging;
mod lines;
#[path = "../../conformance/prism.rs"]
mod prism;
mod relay;
mod values;
#[path = "../../conformance/violations.rs"]
mod violations;

use judging::{Judge, judge};
use lorgnette_cli::{Connection, Program, ProgramApi};
use lorgnette_runtime::authenticate::{Fields, Origin, StaticFields};
use lorgnette_runtime::reqwest::Url;
use lorgnette_runtime::{Client, ClientBuilder, ClientError, Secret};
use lorgnette_tests::workspace;
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

macro_rules! generated {
    ($($module:ident: $name:literal,)*) => {
        const APIS: &[ProgramApi] = &[$(api($name, &$module::cli::API)),*];
    };
}
include!("../../conformance/list.rs");

static PROGRAM: Program = Program {
    name: "judged",
    version: "1.0.0",
    about: "Calls every operation, without credentials",
    apis: APIS,
    address: None,
    settings: &[],
    defaults: &[],
    jobs: &[],
    examples: &[],
};

const fn api(name: &'static str, table: &'static lorgnette_runtime::commands::Api) -> ProgramApi {
    ProgramApi { name, table, connect }
}

fn connect(connection: &Connection) -> Result<Client, ClientError> {
    let mut builder = connection.settings(ClientBuilder::new("http://127.0.0.1:9", "judged", "1.0.0"));
    // Some operations have a server of their own.
    if let (Some(url), Ok(server)) = (connection.base_url(), std::env::var("JUDGED_SERVER"))
        && !server.is_empty()
    {
        builder = builder.server(&server, &url);
    }
    let given = std::env::var("JUDGED_FIELDS").unwrap_or_default();
    let given: BTreeMap<String, String> = serde_json::from_str(&given).unwrap_or_default();
    if let (Some(url), false) = (connection.base_url(), given.is_empty()) {
        let origin = Origin::of(&url.parse::<Url>().unwrap()).unwrap();
        let mut fields = Fields::new();
        for (name, value) in given {
            fields = fields.header(&name, &Secret::new(value)).unwrap();
        }
        builder = builder.authenticate(StaticFields::new(origin, fields));
    }
    Ok(builder.build()?)
}

fn main() -> ExitCode {
    if std::env::var_os("JUDGED_PROGRAM").is_some() {
        return lorgnette_cli::main(&PROGRAM);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut wrong = Vec::new();
    let (mut operations, mut calls) = (0, 0);
    for entry in chosen() {
        let contract = lorgnette_tests::contract::of(&entry, true).unwrap();
        let Judge {
            judged,
            called,
            faults,
        } = runtime.block_on(judge(commands_of(&entry.name), &contract));
        println!(
            "{}: {judged} operations, {called} calls, {} faults",
            entry.name,
            faults.len()
        );
        operations += judged;
        calls += called;
        wrong.extend(faults);
    }
    println!("{operations} operations, {calls} calls");
    wrong.extend(runtime.block_on(by_prism()));
    for fault in wrong.iter().take(40) {
        println!("{fault}");
    }
    match wrong.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// The APIs that `CONFORMANCE_APIS` names; all of them if it names none.
fn chosen() -> Vec<workspace::CatalogueEntry> {
    let wanted = std::env::var("CONFORMANCE_APIS").unwrap_or_default();
    let mut apis = workspace::apis().unwrap();
    apis.retain(|api| wanted.is_empty() || wanted.split(',').any(|name| name == api.name));
    apis
}

fn commands_of(name: &str) -> &'static ProgramApi {
    let api = PROGRAM.apis.iter().find(|api| api.name == name);
    api.unwrap_or_else(|| panic!("{name} has no commands"))
}

/// Has Prism judge every API, two at a time, and returns the faults.
async fn by_prism() -> Vec<String> {
    let turns = Arc::new(Semaphore::new(2));
    let mut running = JoinSet::new();
    let mut expected = 0;
    for entry in chosen() {
        let (api, turns) = (commands_of(&entry.name), Arc::clone(&turns));
        expected += api.table.commands().count();
        running.spawn(async move {
            let _turn = turns.acquire_owned().await.unwrap();
            (api.name, judged_by_prism::judge(api).await)
        });
    }
    let mut accepted = 0;
    let mut wrong = Vec::new();
    for (name, judged) in running.join_all().await {
        println!(
            "{name} at Prism: {} operations, {} calls, {} by the contract as repaired, {} without a valid answer, \
             {} faults",
            judged.operations,
            judged.calls,
            judged.repaired,
            judged.unanswered,
            judged.faults.len()
        );
        accepted += judged.operations;
        wrong.extend(judged.faults);
    }
    println!("{accepted} of {expected} operations accepted by Prism");
    wrong
}
