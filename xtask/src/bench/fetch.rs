//! `cargo xtask bench fetch`: measures how long it takes to fetch a contract in many files.
//!
//! The server is on loopback and delays every response, so that the measured time depends on how
//! many requests run in parallel.

use lorgnette::failure::CommandFailure;
use lorgnette::fetch::{Settings, fetch_api};
use lorgnette::workspace::{self, Workspace};
use lorgnette_codegen::catalogue::Catalogue;
use lorgnette_serve::{Reply, Server};
use serde_json::json;
use std::net::{IpAddr, Ipv4Addr};
use std::process::ExitCode;
use std::time::Duration;

/// Measures the time to fetch a contract in many files from a slow server on this machine.
#[derive(clap::Args)]
pub struct FetchBenchOptions {
    /// How many files the main file refers to.
    #[arg(long, value_name = "N", default_value_t = 500)]
    files: usize,
    /// How long the server delays each response, in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 20)]
    delay: u64,
}

/// The API, which is in no catalogue.
const ENTRY: &str = "[[api]]\nname = 'hub'\ntitle = 'Hub'\nvendor = 'Nobody'\ncontract = 'openapi.json'\ndocumentation = 'none'\n\
    source = 'described by us'\nauthentication = 'none'\n";

/// Measures.
///
/// # Errors
///
/// When the server cannot be started, or the contract cannot be fetched.
pub fn run(options: &FetchBenchOptions) -> Result<ExitCode, CommandFailure> {
    let delay = Duration::from_millis(options.delay);
    let names = (0..options.files).map(|number| format!("/{number}"));
    let paths: serde_json::Map<_, _> = names
        .map(|path| (path.clone(), json!({"$ref": format!("parts{path}.json")})))
        .collect();
    let hub =
        json!({"openapi": "3.0.3", "info": {"title": "Hub", "version": "1"}, "paths": paths}).to_string();
    let part =
        json!({"get": {"parameters": [{"$ref": "#/shared"}], "responses": {"200": {"description": "d"}}},
        "shared": {"name": "a", "in": "query", "schema": {"type": "string"}}})
        .to_string();
    let server = Server::start(IpAddr::V4(Ipv4Addr::LOCALHOST), move |request| {
        let body = if request.target == "/hub.json" {
            hub.clone()
        } else {
            part.clone()
        };
        Reply::new("application/json", body).after(delay)
    });
    let server = server.map_err(|error| CommandFailure::new(format!("cannot serve on loopback: {error}")))?;
    let folder = tempfile::tempdir()
        .map_err(|error| CommandFailure::new(format!("cannot make a temporary folder: {error}")))?;
    let catalogue = Catalogue::parse(ENTRY).map_err(|error| CommandFailure::of_generator(&error, ""))?;
    let Some(api) = catalogue.apis.first() else {
        return Err(CommandFailure::new("the entry of the bench is gone"));
    };
    let settings = Settings {
        from: Some(format!("{}/hub.json", server.address())),
        allow_http: true,
        quiet: true,
        ..Settings::default()
    };
    let outcome = fetch_api(&Workspace::at(folder.path().to_path_buf()), api, &settings)?;
    workspace::print(&format!(
        "{} files at {} ms each: {:.2} s, {} requests at once\n",
        outcome.files,
        options.delay,
        outcome.time.as_secs_f64(),
        server.most_at_once()
    ));
    Ok(ExitCode::SUCCESS)
}
