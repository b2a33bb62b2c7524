//! Every operation of every API, called from a command line and judged by its contract.
//!
//! The program is a process: this one, started again with a name in `JUDGED_PROGRAM`. Its requests
//! are compared with what the contract's values make of the operation's descriptor, and what it
//! writes with what the server has sent.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod judging;
mod values;

use judging::{Judge, judge};
use lorgnette_cli::{Api, Connection, Program};
use lorgnette_runtime::{Client, ClientBuilder, ClientError};
use lorgnette_tests::workspace;
use std::process::ExitCode;

static PROGRAM: Program = Program {
    name: "judged",
    version: "1.0.0",
    about: "Calls every operation, without credentials",
    apis: &[
        api("sevensignal-v2", &sevensignal_v2::cli::API),
        api("vxg-v2", &vxg_v2::cli::API),
        api("vxg-v3", &vxg_v3::cli::API),
        api("vxg-v4", &vxg_v4::cli::API),
        api("vxg-v5", &vxg_v5::cli::API),
        api("vxg-v6", &vxg_v6::cli::API),
        api("vxg-gateway-v1", &vxg_gateway_v1::cli::API),
        api("vxg-admin-v2", &vxg_admin_v2::cli::API),
        api("sigsci-v0", &sigsci_v0::cli::API),
        api("angus-v1", &angus_v1::cli::API),
    ],
    address: None,
    settings: &[],
    defaults: &[],
    jobs: &[],
    examples: &[],
};

const fn api(name: &'static str, table: &'static lorgnette_runtime::commands::Api) -> Api {
    Api { name, table, connect }
}

fn connect(connection: &Connection) -> Result<Client, ClientError> {
    let mut builder = connection.settings(ClientBuilder::new("http://127.0.0.1:9", "judged", "1.0.0"));
    // Some operations have a server of their own.
    if let (Some(url), Ok(server)) = (connection.base_url(), std::env::var("JUDGED_SERVER"))
        && !server.is_empty()
    {
        builder = builder.server(&server, &url);
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
    for entry in workspace::apis().unwrap() {
        let api = PROGRAM.apis.iter().find(|api| api.name == entry.name);
        let api = api.unwrap_or_else(|| panic!("{} has no commands", entry.name));
        let contract = lorgnette_tests::contract::of(&entry, true).unwrap();
        let Judge {
            judged,
            called,
            faults,
        } = runtime.block_on(judge(api, &contract));
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
    for fault in wrong.iter().take(40) {
        println!("{fault}");
    }
    match wrong.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
