//! A separate repository, from an empty folder to a release: five contracts of different kinds,
//! each from a page on a server, a run of the workflow, and a contract that changes. The test is
//! offline and edits no file by hand.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on is a test that fails")]

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "support/shell.rs"]
mod shell;

#[path = "support/replay.rs"]
mod replay;

use lorgnette_serve::{Reply, Request, Server, tagged};
use replay::{ReplayOutcome, Runner, repository};
use shell::{Run, git, ran};
use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

/// The APIs: the name, the page that shows the contract, and the credentials that an adapter sends.
const APIS: [(&str, &str, &str); 5] = [
    (
        "lamps-v1",
        "<script src='swagger-ui-bundle.js'></script><script>SwaggerUIBundle({url: 'openapi.json', dom_id: '#ui'})</script>",
        "an API key (`Authorization: Token token=...`)",
    ),
    (
        "parcels-v1",
        "<redoc spec-url='openapi.yaml'></redoc>",
        "a bearer token",
    ),
    (
        "weather-v3",
        "<script id='api-reference' data-url='swagger.json'></script>",
        "an API key (query `appid`)",
    ),
    (
        "bank-v4",
        "<rapi-doc spec-url='openapi.yaml'></rapi-doc>",
        "OAuth 2.0 client credentials",
    ),
    (
        "files-v0",
        "<elements-api apiDescriptionUrl='openapi.yaml'></elements-api>",
        "a user's name and password",
    ),
];

fn fixture(path: &str) -> Option<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tool");
    fs::read_to_string(folder.join(path)).ok()
}

/// The vendors' server. The contract of the lamps is `lamps`, and can be changed.
fn vendors(lamps: Arc<Mutex<String>>) -> Server {
    let answer = move |request: &Request| {
        let path = request.target.trim_start_matches('/');
        let (name, file) = path.split_once('/').unwrap_or((path, ""));
        let text = match (name, file) {
            (name, "docs") => {
                let page = APIS.iter().find(|(api, ..)| *api == name);
                return match page {
                    Some((_, page, _)) => Reply::new("text/html", format!("<!doctype html>{page}")),
                    None => Reply::empty(404),
                };
            }
            ("lamps-v1", "openapi.json") => Some(lamps.lock().unwrap().clone()),
            ("parcels-v1", file) => fixture(&format!("parcels/{file}")),
            ("weather-v3", "swagger.json") => fixture("weather.json"),
            ("bank-v4", "openapi.yaml") => fixture("bank.yaml"),
            ("files-v0", "openapi.yaml") => fixture("files.yaml"),
            _ => None,
        };
        text.map_or_else(
            || Reply::empty(404),
            |text| tagged(request, "application/yaml", text),
        )
    };
    Server::start(IpAddr::V4(Ipv4Addr::LOCALHOST), answer).unwrap()
}

/// The tool and the runtime that a project uses.
struct Tool {
    program: PathBuf,
    runtime: PathBuf,
}

impl Tool {
    /// The exit status of a command, and what it prints.
    fn run(&self, folder: &Path, arguments: &[&str]) -> (i32, String) {
        let Run(status, output, errors) =
            ran(Command::new(&self.program).current_dir(folder).args(arguments));
        (status, output + &errors)
    }

    /// Runs a command that must succeed, and returns its output.
    fn succeeds(&self, folder: &Path, arguments: &[&str]) -> String {
        let (status, said) = self.run(folder, arguments);
        assert_eq!(status, 0, "{arguments:?}: {said}");
        said
    }
}

/// Runs a command other than the tool's, which must succeed.
fn succeeds(command: &mut Command) {
    let Run(status, output, errors) = ran(command);
    assert_eq!(status, 0, "{output}{errors}");
}

fn commit(root: &Path) {
    git(root, &["add", "--all"]);
    git(root, &["commit", "--quiet", "--allow-empty", "--message", "Next"]);
}

/// A runner with the tool of the test. The loopback servers use http, which the tool accepts only
/// on request.
fn runner(event: &str, tool: &Tool) -> Runner {
    let runner = Runner::new(event);
    let program = tool.program.display();
    runner.program(
        "lorgnette",
        &format!("if [[ $1 == fetch ]]; then set -- \"$@\" --allow-http; fi\nexec {program} \"$@\"\n"),
    );
    runner.program("gh", "echo \"$@\"\n");
    // Cargo accesses no network, and uses the target folder of this test, which holds most
    // dependencies.
    let executable = std::env::current_exe().unwrap();
    let target = executable.ancestors().nth(3).unwrap().display();
    let cargo = env!("CARGO");
    runner.program(
        "cargo",
        &format!("export CARGO_NET_OFFLINE=true CARGO_TARGET_DIR={target} RUSTFLAGS=\nexec {cargo} \"$@\"\n"),
    );
    runner
}

fn passed(outcome: &ReplayOutcome) {
    assert!(outcome.succeeded, "{}", outcome.log);
}

/// The test as a whole.
fn from_an_empty_folder_to_a_release(tool: &Tool) {
    let contract = Arc::new(Mutex::new(fixture("lamps.json").unwrap()));
    let server = vendors(Arc::clone(&contract));
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    git(root, &["init", "--quiet", "--initial-branch", "main"]);
    let runtime = tool.runtime.to_str().unwrap();
    tool.succeeds(root, &["init", "--license", "MIT", "--runtime-path", runtime]);
    // The locked versions of this workspace, so that cargo resolves nothing over the network.
    fs::copy(repository().join("Cargo.lock"), root.join("Cargo.lock")).unwrap();

    for (name, _, sends) in APIS {
        let docs = format!("{}/{name}/docs", server.address());
        let said = tool.succeeds(root, &["new", name, "--docs", &docs, "--allow-http"]);
        assert!(said.contains(sends), "{sends} is not in\n{said}");
    }
    let listed = tool.succeeds(root, &["list"]);
    assert!(APIS.iter().all(|(name, ..)| listed.contains(name)), "{listed}");
    commit(root);
    let workflow = root.join(".github/workflows/lorgnette.yml");
    let checked = runner("push", tool).workflow(&workflow, root);
    assert_eq!(checked.keys().collect::<Vec<_>>(), ["check"]);
    passed(&checked["check"]);
    let log = &checked["check"].log;
    assert!(
        log.contains("test_requests_carry_the_credentials ... ok"),
        "{log}"
    );
    tool.succeeds(root, &["release", "--all"]);
    commit(root);

    // An operation is removed, and with it its callers in the adapter.
    let mut changed: serde_json::Value = serde_json::from_str(&contract.lock().unwrap()).unwrap();
    changed["paths"]
        .as_object_mut()
        .unwrap()
        .remove("/rooms")
        .unwrap();
    *contract.lock().unwrap() = changed.to_string();
    tool.succeeds(root, &["diff"]);
    let origin = tempfile::tempdir().unwrap();
    git(origin.path(), &["init", "--quiet", "--bare"]);
    git(
        root,
        &["remote", "add", "origin", origin.path().to_str().unwrap()],
    );
    let scheduled = runner("schedule", tool);
    let fetched = scheduled.workflow(&workflow, root);
    assert_eq!(fetched.keys().collect::<Vec<_>>(), ["fetch"]);
    let fetched = &fetched["fetch"];
    passed(fetched);
    assert!(fetched.log.contains("pr create"), "{}", fetched.log);
    assert_eq!(fetched.outputs["steps.contracts.outputs.changed"], "true");
    let summary = fs::read_to_string(&fetched.outputs["steps.contracts.outputs.summary"]).unwrap();
    assert!(
        summary.contains("## lamps-v1") && summary.contains("### Breaking"),
        "{summary}"
    );

    let (status, said) = tool.run(root, &["diff", "--against", "main"]);
    assert_eq!(status, 2, "{said}");
    assert!(said.contains("list_rooms"), "{said}");
    tool.succeeds(root, &["generate", "--check"]);
    let (status, said) = tool.run(root, &["release", "lamps-v1"]);
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("set its version to 0.2.0"), "{said}");
    let released = tool.succeeds(root, &["release", "--raise", "lamps-v1", "lamps"]);
    assert!(released.contains("lamps-v1 0.2.0+1.2.0: recorded"), "{released}");
    assert!(released.contains("lamps 0.2.0: recorded"), "{released}");
    commit(root);
    let checked = runner("push", tool).workflow(&workflow, root);
    passed(&checked["check"]);

    tool.succeeds(root, &["rename", "weather-v3", "sky-v3"]);
    let (status, said) = tool.run(root, &["remove", "bank-v4"]);
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("crates/bank/Cargo.toml"), "{said}");
    fs::remove_dir_all(root.join("crates/bank")).unwrap();
    tool.succeeds(root, &["remove", "bank-v4"]);
    commit(root);
    let checked = runner("push", tool).workflow(&workflow, root);
    passed(&checked["check"]);
}

#[test]
fn test_five_contracts_from_an_empty_folder_to_a_release() {
    from_an_empty_folder_to_a_release(&Tool {
        program: env!("CARGO_BIN_EXE_lorgnette").into(),
        runtime: repository().join("crates/runtime"),
    });
}

/// Packs crates of this workspace, and unpacks them elsewhere.
fn packed(crates: &[&str], folder: &Path) {
    let target = folder.join("target");
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .current_dir(repository())
        .args([
            "package",
            "--no-verify",
            "--allow-dirty",
            "--offline",
            "--target-dir",
        ])
        .arg(&target);
    for name in crates {
        cargo.args(["--package", name]);
    }
    succeeds(&mut cargo);
    for name in crates {
        let file = format!("{name}-{}.crate", env!("CARGO_PKG_VERSION"));
        succeeds(
            Command::new("tar")
                .current_dir(folder)
                .arg("-xzf")
                .arg(target.join("package").join(file)),
        );
    }
}

#[test]
#[ignore = "compiles the tool once more; `cargo xtask test tool` runs it"]
fn test_the_same_with_packed_crates_unpacked_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    packed(
        &["lorgnette-codegen", "lorgnette-runtime", "lorgnette"],
        folder.path(),
    );
    let unpacked = |name: &str| {
        folder
            .path()
            .join(format!("{name}-{}", env!("CARGO_PKG_VERSION")))
    };
    let codegen = unpacked("lorgnette-codegen").display().to_string();
    let patch = format!("patch.crates-io.lorgnette-codegen.path={codegen:?}");
    let executable = std::env::current_exe().unwrap();
    // Separate from the programs that the other tests run.
    let target = executable.ancestors().nth(3).unwrap().join("packed");
    let cargo = |arguments: &[&str]| {
        succeeds(
            Command::new(env!("CARGO"))
                .current_dir(unpacked("lorgnette"))
                .args(arguments)
                .args(["--offline", "--config", &patch])
                .env("CARGO_TARGET_DIR", &target),
        );
    };
    // The lock file names the generator as the registry does.
    cargo(&["update", "--workspace"]);
    let root = folder.path().to_str().unwrap();
    cargo(&["install", "--debug", "--locked", "--path", ".", "--root", root]);
    from_an_empty_folder_to_a_release(&Tool {
        program: folder.path().join("bin/lorgnette"),
        runtime: unpacked("lorgnette-runtime"),
    });
}
