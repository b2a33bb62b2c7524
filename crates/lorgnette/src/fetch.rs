//! `lorgnette fetch`: fetches a contract from a vendor's documentation page, as one pinned document
//! under `specs/`.
//!
//! For each API, it starts at the address in the catalogue, fetches all files of the contract, and
//! writes the contract and its pin once everything has arrived. The modules below contain the
//! steps.

pub mod address;
pub mod discover;
mod disk;
#[cfg_attr(not(feature = "fetch"), allow(dead_code, reason = "only requests read them"))]
mod exchange;
mod find;
mod follow;
mod gather;
pub mod limits;
pub mod lock;
mod outcome;
mod report;
mod session;
mod source;
#[cfg(feature = "fetch")]
mod web;
#[cfg(not(feature = "fetch"))]
#[path = "fetch/no_web.rs"]
mod web;

use crate::digest::digest;
use crate::failure::CommandFailure;
use crate::workspace::{self, CATALOGUE, Workspace};
use crate::write;
use gather::{Gathered, Wish};
use lock::{LOCK, Lock};
use lorgnette_codegen::catalogue::{DESCRIBED_BY_US, Entry};
pub use outcome::{ContractChange, FetchOutcome, Settings};
use report::FetchProgress;
use session::Session;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Fetches the vendors' contracts into specs/.
///
/// For each API, fetches the page or contract that `source` in specs/apis.toml names. A page is
/// searched for its contract; Swagger UI, ReDoc, Scalar, RapiDoc and Stoplight Elements are
/// supported. Every file that the contract refers to is fetched once, and all are joined into the
/// API's contract in specs/. specs/apis.lock records where everything came from. Later runs only
/// ask the servers whether something has changed.
///
/// Where specs/ holds our own description of an API (`described`), the vendor's document is kept
/// beside it as vendor.json and changes nothing until it is adopted.
///
/// Nothing under specs/ changes until all files of an API have arrived. A failure of one API does
/// not stop the others. The exit status is 1 if an API failed; with --check, 2 if a contract has
/// changed and none failed, and 3 if both apply.
#[derive(Debug, clap::Args)]
#[command(
    arg_required_else_help = true,
    after_help = "\
Examples:
  lorgnette fetch --all                     all APIs whose vendors publish a contract
  lorgnette fetch --all --check             say what has changed, and write nothing
  lorgnette fetch lamps-v1                  this one
  lorgnette fetch lamps-v1 --from https://lamps.example.com/docs/v1.html
                                              from another server, for instance one on the premises
  lorgnette fetch lamps-v1 --from saved/v1.html
                                              from a saved page, contract, or folder with all of it

Then: `lorgnette generate` makes the crate of it."
)]
pub struct FetchOptions {
    /// The APIs, as specs/apis.toml names them.
    #[arg(value_name = "API", conflicts_with = "all")]
    apis: Vec<String>,
    /// Fetch every API of the catalogue whose vendor publishes a contract.
    #[arg(long)]
    all: bool,
    /// Where to fetch from, in place of `source`: the address of a page or contract, or a saved
    /// file or folder.
    #[arg(long, value_name = "URL|FILE|DIR", conflicts_with = "all")]
    from: Option<String>,
    /// The contract, if a page shows several: its name there, or its address. In place of
    /// `fetch.choose`.
    #[arg(long, value_name = "NAME", conflicts_with = "all")]
    choose: Option<String>,
    /// Write nothing; say what would change, and exit with 2 if anything would.
    #[arg(long)]
    check: bool,
    /// Print the outcome for each API as JSON.
    #[arg(long)]
    json: bool,
    /// Also accept http addresses, including this machine's. Anyone on the network path can change
    /// their content.
    #[arg(long)]
    allow_http: bool,
    /// Fetch everything again, regardless of specs/apis.lock.
    #[arg(long)]
    fresh: bool,
}

/// Fetches.
///
/// # Errors
///
/// When the catalogue or the lock cannot be read, or has no API of a given name. Failures of single
/// APIs are printed, and the exit status is 1.
pub fn run(workspace: &Workspace, options: &FetchOptions) -> Result<ExitCode, CommandFailure> {
    let catalogue = workspace.catalogue()?;
    let apis = if options.all {
        catalogue.apis.iter().collect()
    } else {
        let named = options.apis.iter().map(|name| catalogue.api(name));
        let named: Result<Vec<&Entry>, _> = named.collect();
        named.map_err(|error| CommandFailure::of_generator(&error.in_file(CATALOGUE), ""))?
    };
    let is_for_one = options.from.is_some() || options.choose.is_some();
    if apis.is_empty() || (is_for_one && apis.len() > 1) {
        let message = if apis.is_empty() {
            "no API is named"
        } else {
            "`--from` and `--choose` are for one API"
        };
        return Err(CommandFailure::new(message).help("name one API of specs/apis.toml, or say `--all`"));
    }
    let settings = Settings {
        from: options.from.clone(),
        choose: options.choose.clone(),
        allow_http: options.allow_http,
        dry_run: options.check,
        fresh: options.fresh,
        ..Settings::default()
    };
    let width = apis.iter().map(|api| api.name.len()).max().unwrap_or_default();
    let mut results = Vec::new();
    for api in apis {
        let is_skipped = options.all && api.source == DESCRIBED_BY_US;
        let result = if is_skipped {
            Ok(described(api))
        } else {
            fetch_api(workspace, api, &settings)
        };
        match &result {
            Ok(outcome) => {
                if !options.json {
                    workspace::print(&report::line(outcome, options.check, width));
                }
                outcome.warn();
            }
            Err(failure) => eprintln!("{}: {failure}", api.name),
        }
        results.push((api.name.clone(), result));
    }
    if options.json {
        workspace::print(&report::json(&results, options.check));
    }
    let failed = results.iter().any(|(_, result)| result.is_err());
    let changed = results
        .iter()
        .any(|(_, result)| result.as_ref().is_ok_and(|it| it.change.is_change()));
    eprint!("{}", report::next(workspace, &results, options.check));
    Ok(match (failed, changed && options.check) {
        (true, true) => ExitCode::from(3),
        (true, false) => ExitCode::FAILURE,
        (false, true) => ExitCode::from(2),
        (false, false) => ExitCode::SUCCESS,
    })
}

fn described(api: &Entry) -> FetchOutcome {
    FetchOutcome {
        api: api.name.clone(),
        change: ContractChange::Described,
        beside: false,
        address: None,
        files: 0,
        bytes: 0,
        sha256: String::new(),
        warnings: Vec::new(),
        time: Duration::ZERO,
    }
}

/// Fetches the contract of one API, and writes it and its pin once all of it has arrived.
///
/// # Errors
///
/// When the vendor publishes no contract and none is given, when it cannot be found or fetched in
/// full, when it is not a contract, or when it cannot be written.
pub fn fetch_api(
    workspace: &Workspace,
    api: &Entry,
    settings: &Settings,
) -> Result<FetchOutcome, CommandFailure> {
    let started = Instant::now();
    let contract = format!("specs/{}/{}", api.name, api.fetched());
    let extension = Path::new(api.fetched()).extension();
    if extension.is_none_or(|extension| extension != "json") {
        return Err(
            CommandFailure::new("what is fetched is written as JSON, whatever the vendor serves")
                .at(&contract)
                .help(format!(
                    "call the contract openapi.json or swagger.json in the entry of {:?} in {CATALOGUE}",
                    api.name
                )),
        );
    }
    let choose = settings.choose.as_deref().or(api.fetch.choose.as_deref());
    let (source, start) = source::source(api, settings, choose)?;
    let mut lock = Lock::read(workspace)?;
    let before = std::fs::read(workspace.path(&contract)).ok();
    let pin = lock.pin(&api.name).filter(|pin| {
        let is_there = before
            .as_deref()
            .is_some_and(|bytes| digest(bytes) == pin.written);
        let is_same = pin.source == address::shown(&start)
            && pin.choose.as_deref() == choose
            && pin.prose == gather::prose_word(api);
        is_there && is_same && !settings.fresh
    });
    let progress = FetchProgress::new(&api.name, settings.quiet);
    let session = Session::new(source, &settings.limits, progress.clone());
    let wish = Wish {
        api,
        start: &start,
        choose,
        origins: &api.fetch.origins,
        pin,
    };
    let gathered = wait(gather::gather(&session, &wish), settings.limits.whole);
    progress.finish();
    let outcome = |change, address: &str, files, sha256: &str, warnings| FetchOutcome {
        api: api.name.clone(),
        change,
        beside: api.fetched() != api.contract,
        address: Some(address.to_owned()),
        files,
        bytes: session.bytes(),
        sha256: sha256.to_owned(),
        warnings,
        time: started.elapsed(),
    };
    let (text, mut new, warnings) = match (gathered?, pin) {
        (Gathered::Arrived(arrived), _) => (arrived.text, arrived.pin, arrived.warnings),
        (Gathered::Unchanged, Some(pin)) => {
            return Ok(outcome(
                ContractChange::Unchanged,
                &pin.contract,
                pin.files.len(),
                &pin.written,
                Vec::new(),
            ));
        }
        (Gathered::Unchanged, None) => return Err(CommandFailure::new("nothing was fetched").at(contract)),
    };
    let change = match &before {
        None => ContractChange::New,
        Some(before) if before == text.as_bytes() => ContractChange::Pinned,
        Some(_) => ContractChange::Updated,
    };
    let outcome = outcome(change, &new.contract, new.files.len(), &new.written, warnings);
    if !settings.dry_run {
        new.date = chrono::Utc::now().format("%Y-%m-%dT%H:%M:%SZ").to_string();
        lock.set(new);
        write::all(&[
            (workspace.path(&contract), text),
            (workspace.path(LOCK), lock.text()?),
        ])?;
    }
    Ok(outcome)
}

/// Runs the requests of one API until they end or their time limit is reached.
fn wait<T>(
    work: impl Future<Output = Result<T, CommandFailure>>,
    limit: Duration,
) -> Result<T, CommandFailure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| CommandFailure::new(format!("cannot begin: {error}")))?;
    runtime.block_on(async {
        tokio::time::timeout(limit, work).await.unwrap_or_else(|_| {
            let seconds = limit.as_secs_f64();
            Err(CommandFailure::new(format!("not all of it arrived within {seconds} s")).help("try again"))
        })
    })
}

#[cfg(test)]
mod tests;
