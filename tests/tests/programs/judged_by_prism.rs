//! Calls the operations of an API from a command line against Prism, which reads the vendor's
//! contract and judges the requests.
//!
//! Where the contract is impossible to satisfy, a second Prism decides, which reads it with our
//! overlay: see `tests/conformance/documents.rs`.

use super::credentials::credentials;
use super::documents::Documents;
use super::lines::{CommandTarget, Listed, Ran, is_of, run};
use super::prism::Prism;
use super::relay::{Exchange, Relay};
use super::values::{Given, given};
use super::violations::{said, violations};
use lorgnette_cli::ProgramApi;
use lorgnette_runtime::commands::{Command, Response as Gives};
use lorgnette_tests::contract::Contract;
use lorgnette_tests::json_schema::Schemas;
use lorgnette_tests::values::Manner;
use lorgnette_tests::workspace;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The results for the operations of an API.
#[derive(Default)]
pub struct Judged {
    /// Operations of which Prism has accepted every request.
    pub operations: usize,
    /// The number of calls.
    pub calls: usize,
    /// Requests that Prism has accepted without a valid response.
    pub unanswered: usize,
    /// Calls that the second reading of the contract has judged.
    pub repaired: usize,
    /// The faults.
    pub faults: Vec<String>,
}

/// A Prism with a relay in front.
struct Judge {
    relay: Relay,
    /// Ends with this.
    _prism: Prism,
    credentials: BTreeMap<String, String>,
}

/// The result of a call.
enum Verdict {
    Passed,
    /// The request is valid, but there is no valid response to it.
    NoResponse,
    /// Prism refuses the request.
    Violation(String),
    /// The program's output does not match the response.
    Fault(String),
}

impl Judge {
    async fn start(name: String, file: PathBuf, contract: &Contract) -> Self {
        let prism = tokio::task::spawn_blocking(move || Prism::start(&name, &file));
        let prism = prism.await.unwrap();
        Self {
            relay: Relay::start(prism.address()).await,
            _prism: prism,
            credentials: credentials(contract),
        }
    }

    async fn hear(&self, command: &'static Command, arguments: &[String]) -> Verdict {
        let (address, credentials) = (self.relay.address().to_owned(), self.credentials.clone());
        let arguments = arguments.to_vec();
        let ran = tokio::task::spawn_blocking(move || {
            let target = CommandTarget {
                address: &address,
                declared: command.operation.server_address(),
                credentials: &credentials,
            };
            run(&arguments, &target)
        });
        let ran = ran.await.unwrap();
        match &self.relay.take()[..] {
            [exchange] => verdict(command, exchange, &ran),
            others => Verdict::Fault(format!(
                "{} requests arrived: {}",
                others.len(),
                ran.err.trim_end()
            )),
        }
    }
}

/// Calls every operation of an API.
pub async fn judge(api: &'static ProgramApi) -> Judged {
    let entries = workspace::apis().unwrap();
    let entry = entries.into_iter().find(|entry| entry.name == api.name).unwrap();
    let documents = Documents::read(&entry);
    let schemas = Schemas::of(&documents.values).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let listed = Listed::of(api);
    let file = entry.specs().join(&entry.contract);
    let vendors = Judge::start(format!("{}-programs", api.name), file, &documents.values).await;
    let mut repaired: Option<Judge> = None;
    let declared = documents.values.operations();
    let mut judged = Judged::default();
    for (tag, command) in api.table.commands() {
        let name = format!("{} {} {}", api.name, tag.command, command.name);
        let Some(declared) = declared.iter().find(|declared| is_of(command, declared)) else {
            judged
                .faults
                .push(format!("{name}: the contract has no such operation"));
            continue;
        };
        let before = judged.faults.len();
        for (manner, index) in rounds(command) {
            let given: Given = match given((&documents.values, &schemas), declared, manner, index) {
                Ok(given) => given,
                Err(why) => {
                    judged.faults.push(format!("{name}: {why}"));
                    continue;
                }
            };
            let mut arguments = listed[&name].arguments(command, &given, false, folder.path());
            arguments.push("--no-retry".to_owned());
            judged.calls += 1;
            let mut found = vendors.hear(command, &arguments).await;
            if matches!(found, Verdict::Violation(_)) && !documents.of_request(declared).is_empty() {
                if repaired.is_none() {
                    let file = folder.path().join("repaired.json");
                    std::fs::write(&file, documents.repaired.document.to_string()).unwrap();
                    let name = format!("{}-programs-repaired", api.name);
                    repaired = Some(Judge::start(name, file, &documents.values).await);
                }
                if let Some(second) = &repaired {
                    found = second.hear(command, &arguments).await;
                    judged.repaired += 1;
                }
            }
            match found {
                Verdict::Passed => {}
                Verdict::NoResponse => judged.unanswered += 1,
                Verdict::Violation(why) | Verdict::Fault(why) => {
                    judged.faults.push(format!("{}: {why}", arguments.join(" ")));
                }
            }
        }
        judged.operations += usize::from(judged.faults.len() == before);
    }
    judged
}

/// With what is required, and with everything, once for each media type of the body.
fn rounds(command: &Command) -> Vec<(Manner, usize)> {
    let bodies = 0..command.bodies.len().max(1);
    let all = bodies.map(|index| (Manner::All, index));
    std::iter::once((Manner::Least, 0)).chain(all).collect()
}

fn verdict(command: &Command, exchange: &Exchange, ran: &Ran) -> Verdict {
    let (request, answer) = violations(&exchange.violations);
    if !request.is_empty() {
        return Verdict::Violation(request.join("; "));
    }
    if exchange.media_type.starts_with("application/problem+json") {
        return match exchange.status {
            500.. => Verdict::NoResponse,
            _ => Verdict::Violation(objection(&exchange.body)),
        };
    }
    if !answer.is_empty() {
        return Verdict::NoResponse;
    }
    match written(command, exchange, ran) {
        Ok(()) => Verdict::Passed,
        Err(why) => Verdict::Fault(format!("{why}: {}", ran.err.trim_end())),
    }
}

/// Prism's objections to a request.
fn objection(body: &[u8]) -> String {
    let problem: Value = serde_json::from_slice(body).unwrap_or_default();
    let listed = problem["validation"].as_array().into_iter().flatten();
    let listed: Vec<String> = listed.map(said).collect();
    format!("{} {} {}", problem["title"], problem["detail"], listed.join("; "))
}

/// Whether the program has written the received response, and its exit status fits the kind of
/// response.
fn written(command: &Command, exchange: &Exchange, ran: &Ran) -> Result<(), String> {
    let is_success = matches!(exchange.status, 200..400);
    if is_success != ran.is_success {
        return Err(format!("status {} is taken for another", exchange.status));
    }
    let text = String::from_utf8_lossy(&exchange.body);
    let json = |text: &str| serde_json::from_str::<Value>(text).ok();
    let is_same = match command.response {
        _ if !is_success => ran.out.is_empty(),
        Gives::Json(_) => json(&text) == json(&ran.out),
        Gives::Text | Gives::Bytes => text == ran.out,
        // Prism cannot check streams.
        Gives::Nothing | Gives::Redirect | Gives::Events(_) | Gives::Lines(_) => true,
    };
    match is_same {
        true => Ok(()),
        false => Err(format!("of {text:?} it writes {:?}", ran.out)),
    }
}
