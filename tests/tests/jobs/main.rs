//! Programs that use typed crates, and equivalent ones written by hand with plain reqwest: run
//! against the same server, they send the same requests and print the same output.
//! `book/src/callers/compared.md` states their lengths, which are also checked here.
//!
//! A program is a process: this one, started again with a name in `LORGNETTE_JOB`.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod by_hand;
mod lines;
mod setups;
#[path = "../../../crates/vxg/tests/support/tls.rs"]
mod tls;
/// Examples of the adapters.
#[allow(clippy::pedantic, reason = "they are linted where they are")]
mod typed {
    include!(concat!(env!("OUT_DIR"), "/jobs.rs"));
}

use lorgnette_tests::server;
use serde_json::Value;
use setups::{JOBS, Job, Setup};
use std::process::{Command, ExitCode};

type Result = std::result::Result<(), Box<dyn std::error::Error>>;

async fn run(job: &str) -> Result {
    match job {
        "typed agent_incidents" => typed::agent_incidents::main().await,
        "typed agent_report" => typed::agent_report::main().await,
        "typed corps" => typed::corps::main().await,
        "typed export_requests" => typed::export_requests::main().await,
        "typed import_cameras" => typed::import_cameras::main().await,
        "typed live_channel" => typed::live_channel::main().await,
        "typed overall_metrics" => typed::overall_metrics::main().await,
        "by_hand agent_incidents" => by_hand::agent_incidents::main().await,
        "by_hand agent_report" => by_hand::agent_report::main().await,
        "by_hand corps" => by_hand::corps::main().await,
        "by_hand export_requests" => by_hand::export_requests::main().await,
        "by_hand import_cameras" => by_hand::import_cameras::main().await,
        "by_hand live_channel" => by_hand::live_channel::main().await,
        "by_hand overall_metrics" => by_hand::overall_metrics::main().await,
        _ => Err(format!("no program `{job}`").into()),
    }
}

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    if let Ok(job) = std::env::var("LORGNETTE_JOB") {
        return match runtime.block_on(run(&job)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error}");
                ExitCode::FAILURE
            }
        };
    }
    let mut wrong = Vec::new();
    for job in JOBS {
        match runtime.block_on(difference(&job)) {
            Some(difference) => wrong.push(format!("{}: {difference}", job.name)),
            None => println!("{}: the same requests, the same output", job.name),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    lines::assert_table();
    ExitCode::SUCCESS
}

/// The results of a program: its requests as they arrived, its output, and the file that it wrote.
#[derive(Debug, PartialEq)]
struct Effect {
    requests: Vec<(String, Value)>,
    /// Text that is JSON is compared as JSON, since the order of members does not matter.
    printed: Value,
    written: Option<String>,
}

async fn difference(job: &Job) -> Option<String> {
    let (typed, by_hand) = match (effect(job, "typed").await, effect(job, "by_hand").await) {
        (Ok(typed), Ok(by_hand)) => (typed, by_hand),
        (typed, by_hand) => return Some(format!("typed: {typed:#?}\nby hand: {by_hand:#?}")),
    };
    (typed != by_hand || typed.requests.is_empty())
        .then(|| format!("typed: {typed:#?}\nby hand: {by_hand:#?}"))
}

async fn effect(job: &Job, side: &str) -> std::result::Result<Effect, String> {
    let folder = tempfile::tempdir().unwrap();
    let setup: Setup = (job.setup)(folder.path()).await;
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .env("LORGNETTE_JOB", format!("{side} {}", job.name))
        .args(&setup.arguments)
        .envs(setup.variables.iter().map(|(name, value)| (name, value)));
    let output = tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    let received = setup.servers.iter().flat_map(server::ApiServer::received);
    let requests: Vec<(String, Value)> = received.map(|request| setups::shown(&request)).collect();
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{side} fails: {errors}, after {requests:#?}"));
    }
    let printed = String::from_utf8(output.stdout).unwrap();
    Ok(Effect {
        requests,
        printed: serde_json::from_str(&printed).unwrap_or(Value::String(printed)),
        written: std::fs::read_to_string(folder.path().join("out")).ok(),
    })
}
