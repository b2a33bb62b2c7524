//! Calls all operations, and writes the results as a table to `report.md`.

use crate::APIS;
use crate::apis::{self, Api, JudgedServer};
use crate::documents::Documents;
use crate::judged::{RoundVerdict, verdict};
use crate::ours;
use crate::prism::Prism;
use crate::rounds::{Round, RoundKind, rounds};
use crate::table::{self, Section, Tally};
use lorgnette_tests::contract::Contract;
use lorgnette_tests::json_schema::Schemas;
use lorgnette_tests::server;
use lorgnette_tests::surface::{self, Surface};
use lorgnette_tests::workspace;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// How many APIs are judged at a time; each has a Prism of its own.
const AT_A_TIME: usize = 2;

/// A judge with a client for it.
struct ApiJudge {
    operations: Vec<apis::ClientOperation>,
    /// The process of the judge, which ends with this value.
    _prism: Prism,
}

impl ApiJudge {
    async fn start(api: &'static Api, name: String, file: PathBuf, contract: &Contract) -> Self {
        let prism = tokio::task::spawn_blocking(move || Prism::start(&name, &file))
            .await
            .unwrap();
        Self {
            operations: (api.connect)(&JudgedServer::new(prism.address(), contract)),
            _prism: prism,
        }
    }

    async fn hear(
        &self,
        index: usize,
        round: &Round,
        on: (&Surface, &surface::SurfaceOperation),
    ) -> RoundVerdict {
        let seen = match round.given.clone() {
            Ok(given) => (self.operations[index].send)(given).await,
            Err(why) => Err(why),
        };
        verdict(round, &seen, on.0, on.1)
    }
}

/// Judges every operation of an API.
async fn judge(api: &'static Api) -> Section {
    let entry = workspace::apis()
        .unwrap()
        .into_iter()
        .find(|entry| entry.name == api.name)
        .unwrap();
    let documents = Documents::read(&entry);
    let schemas = Schemas::of(&documents.values).unwrap();
    let surface = Surface::read(&entry.folder()).unwrap();
    let file = entry.specs().join(&entry.contract);
    let vendors = ApiJudge::start(api, api.name.to_owned(), file, &documents.values).await;
    let mut repaired: Option<ApiJudge> = None;
    let our_server = server::ApiServer::start([]).await.unwrap();
    let ours = (api.connect)(&JudgedServer::new(our_server.address(), &documents.values));

    let mut section = Section::new(api.name, &documents);
    // Operations that differ only in a fragment share an address, so a judge cannot know which one
    // is meant.
    let operations = documents.values.operations().into_iter();
    for declared in operations.filter(|declared| !declared.path.contains('#')) {
        let is_it = |method: &str, path: &str| method == declared.method && path == declared.path;
        let index = ours.iter().position(|call| is_it(call.method, call.path));
        let built = surface
            .operations
            .iter()
            .find(|built| is_it(&built.http_method, &built.path));
        let (Some(index), Some(built)) = (index, built) else {
            panic!(
                "{}: {} {} is not called",
                api.name, declared.method, declared.path
            );
        };
        let on = (&surface, built);
        let mut tally = Tally::new(built, &declared);
        for round in rounds(&documents.values, &schemas, &declared) {
            tally.count(round.kind);
            let mut found = vendors.hear(index, &round, on).await;
            // Where the contract contradicts itself, the second reading counts; the report names
            // the repairs behind it.
            let repairs = match found {
                RoundVerdict::Violation(_) => documents.of_request(&declared),
                RoundVerdict::Undecodable(_) if round.kind != RoundKind::Request => {
                    documents.of_answers(&declared)
                }
                _ => BTreeSet::new(),
            };
            if !repairs.is_empty() {
                if repaired.is_none() {
                    let file = second_reading(api.name, &documents.repaired);
                    repaired = Some(
                        ApiJudge::start(api, format!("{}-repaired", api.name), file, &documents.values).await,
                    );
                }
                if let Some(repaired) = &repaired {
                    found = repaired.hear(index, &round, on).await;
                    // A request may be repaired while its response needs a separate repair: both
                    // are in this reading.
                    tally.repairs.extend(repairs);
                    tally.repaired += 1;
                }
            }
            tally.add(&round.name, found);
        }
        let answered = ours::judge(&our_server, &ours[index], &declared, (&documents, &schemas), on).await;
        tally.ours = answered.count;
        tally.faults.extend(answered.faults);
        section.operations.push(tally);
    }
    section
}

/// The second reading of a contract as a file.
fn second_reading(name: &str, contract: &Contract) -> PathBuf {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-repaired.json"));
    std::fs::write(&file, contract.document.to_string()).unwrap();
    file
}

/// The requested APIs; all of them unless the variable names some.
pub fn chosen() -> Vec<&'static Api> {
    let wanted = std::env::var("CONFORMANCE_APIS").unwrap_or_default();
    let wanted: Vec<&str> = wanted.split([',', ' ']).filter(|name| !name.is_empty()).collect();
    let is_wanted = |api: &&Api| wanted.is_empty() || wanted.contains(&api.name);
    APIS.iter().filter(is_wanted).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn test_every_operation_is_called_and_judged() {
    let started = Instant::now();
    let turns = Arc::new(Semaphore::new(AT_A_TIME));
    let mut running = JoinSet::new();
    for api in chosen() {
        let turns = Arc::clone(&turns);
        running.spawn(async move {
            let _turn = turns.acquire_owned().await.unwrap();
            judge(api).await
        });
    }
    let mut sections: Vec<Section> = running.join_all().await;
    let place = |name: &str| APIS.iter().position(|api| api.name == name);
    sections.sort_by_key(|section| place(section.name));
    for section in &sections {
        println!("{}", section.summary());
    }
    println!("{:.0} s", started.elapsed().as_secs_f64());
    let wrong: Vec<String> = sections.iter().flat_map(Section::faults).collect();
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));
    table::keep(&sections, chosen().len() == APIS.len());
}

#[test]
fn test_every_api_of_the_catalogue_is_called() {
    let named: BTreeSet<String> = workspace::apis()
        .unwrap()
        .into_iter()
        .map(|api| api.name)
        .collect();
    let called: BTreeSet<String> = APIS.iter().map(|api| api.name.to_owned()).collect();
    assert_eq!(
        called, named,
        "tests/conformance/list.rs has to list the APIs of the catalogue"
    );
}

#[test]
fn test_every_type_of_a_crate_is_listed() {
    for api in APIS {
        let entry = workspace::apis()
            .unwrap()
            .into_iter()
            .find(|entry| entry.name == api.name)
            .unwrap();
        let surface = Surface::read(&entry.folder()).unwrap();
        let listed: BTreeSet<&str> = api.types.iter().map(|ty| ty.name).collect();
        let there: BTreeSet<&str> = surface.types.keys().map(String::as_str).collect();
        assert_eq!(listed, there, "{}", api.name);
    }
}
