//! Replays the GitHub action: check and fetch in a checkout of a project.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on is a test that fails")]

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "support/shell.rs"]
mod shell;

#[allow(dead_code, reason = "other tests replay workflows")]
#[path = "support/replay.rs"]
mod replay;

use lorgnette_serve::{Reply, Server, tagged};
use replay::Runner;
use shell::git;
use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::process::Command;
use std::sync::{Arc, Mutex};

const CONTRACT: &str = r#"{"openapi": "3.0.3", "info": {"title": "Lamps", "version": "1"},
    "servers": [{"url": "https://lamps.example.io"}],
    "paths": {"/lamps": {"get": {"operationId": "listLamps", "tags": ["lamps"], "responses": {"204": {"description": "None."}}}}}}"#;

/// A server whose contract can be changed.
fn vendor() -> (Server, Arc<Mutex<String>>) {
    let contract = Arc::new(Mutex::new(CONTRACT.to_owned()));
    let served = Arc::clone(&contract);
    let server = Server::start(IpAddr::V4(Ipv4Addr::LOCALHOST), move |request| {
        match request.target.as_str() {
            "/openapi.json" => tagged(request, "application/json", served.lock().unwrap().clone()),
            _ => Reply::empty(404),
        }
    });
    (server.unwrap(), contract)
}

/// A project with two APIs, in a folder of a repository. The server of the second API's vendor is
/// down.
fn project(server: &Server) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    let entry = |name: &str, path: &str| {
        format!(
            "[[api]]\nname = \"{name}\"\ntitle = \"Lamps\"\nvendor = \"ACME\"\ncontract = \"openapi.json\"\n\
             documentation = \"https://lamps.example.io\"\nsource = \"{}/{path}\"\nauthentication = \"none\"\n\n",
            server.address()
        )
    };
    let put = |path: &str, text: &str| {
        let path = root.path().join("sdk").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    put(
        "specs/apis.toml",
        &(entry("lamps-v1", "openapi.json") + &entry("shades-v1", "gone.json")),
    );
    put("specs/lamps-v1/openapi.json", CONTRACT);
    put("specs/shades-v1/openapi.json", CONTRACT);
    let runner = Runner::new("push");
    let made = runner.action(&[("command", "check"), ("working-directory", "sdk")], root.path());
    assert!(
        !made.succeeded && made.log.contains("would change"),
        "{}",
        made.log
    );
    let generate = Command::new(env!("CARGO_BIN_EXE_lorgnette"))
        .current_dir(root.path().join("sdk"))
        .arg("generate")
        .status();
    assert!(generate.unwrap().success());
    git(root.path(), &["init", "--quiet", "--initial-branch", "main"]);
    git(root.path(), &["add", "--all"]);
    git(root.path(), &["commit", "--quiet", "--message", "All"]);
    root
}

/// The loopback servers use http, which the tool accepts only on request.
fn runner() -> Runner {
    let runner = Runner::new("schedule");
    let tool = env!("CARGO_BIN_EXE_lorgnette");
    runner.program(
        "lorgnette",
        &format!("if [[ $1 == fetch ]]; then set -- \"$@\" --allow-http; fi\nexec {tool} \"$@\"\n"),
    );
    runner
}

#[test]
fn test_action_checks_what_is_committed() {
    let (server, _) = vendor();
    let root = project(&server);
    let runner = runner();
    let check = |apis: &str| {
        let with = [("command", "check"), ("working-directory", "sdk"), ("apis", apis)];
        runner.action(&with, root.path())
    };
    assert!(check("").succeeded);
    let path = root.path().join("sdk/crates/shades-v1/src/lib.rs");
    fs::write(path, "by hand\n").unwrap();
    let outcome = check("");
    assert!(
        !outcome.succeeded && outcome.log.contains("-by hand"),
        "{}",
        outcome.log
    );
    assert!(check("lamps-v1").succeeded);
    let other = runner.action(&[("command", "deploy")], root.path());
    assert!(!other.succeeded && other.log.contains("'check' or 'fetch'"));
}

#[test]
fn test_action_fetches_and_says_what_it_breaks() {
    let (server, contract) = vendor();
    let root = project(&server);
    let with = [
        ("command", "fetch"),
        ("working-directory", "sdk"),
        ("apis", "lamps-v1"),
    ];
    // The first time, the contract is pinned.
    let outcome = runner().action(&with, root.path());
    assert!(outcome.succeeded, "{}", outcome.log);
    assert_eq!(outcome.outputs["changed"], "true");
    git(root.path(), &["add", "--all"]);
    git(root.path(), &["commit", "--quiet", "--message", "Pinned"]);
    let outcome = runner().action(&with, root.path());
    assert!(outcome.succeeded, "{}", outcome.log);
    assert_eq!(outcome.outputs["changed"], "false");

    *contract.lock().unwrap() = CONTRACT.replace("listLamps", "allLamps");
    let runner = runner();
    let outcome = runner.action(&with, root.path());
    assert!(outcome.succeeded, "{}", outcome.log);
    assert_eq!(outcome.outputs["changed"], "true");
    let summary = fs::read_to_string(&outcome.outputs["summary"]).unwrap();
    assert!(
        summary.contains("## lamps-v1") && summary.contains("all_lamps"),
        "{summary}"
    );
    let changed = git(root.path(), &["status", "--porcelain"]);
    assert!(
        changed.contains("sdk/specs/lamps-v1/openapi.json") && changed.contains("sdk/crates/lamps-v1/src/"),
        "{changed}"
    );
}

#[test]
fn test_action_goes_on_after_a_vendor_that_is_down_and_fails_at_its_end() {
    let (server, _) = vendor();
    let root = project(&server);
    let runner = runner();
    let with = [("command", "fetch"), ("working-directory", "sdk")];
    let outcome = runner.action(&with, root.path());
    assert!(!outcome.succeeded, "{}", outcome.log);
    assert_eq!(outcome.outputs["changed"], "true");
    let summary = fs::read_to_string(&outcome.outputs["summary"]).unwrap();
    assert!(summary.contains("could not be asked"), "{summary}");
    assert!(
        fs::read_to_string(root.path().join("sdk/specs/apis.lock"))
            .unwrap()
            .contains("lamps-v1")
    );
}
