//! Replays the weekly workflow's script against a bare repository on disk, vendors on loopback, and
//! stand-ins for `cargo` and `gh`.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on is a test that fails")]

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "support/shell.rs"]
mod shell;

use lorgnette_serve::{Reply, Server};
use shell::{git, put};
use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const BRANCH: &str = "contracts/update";

/// A vendor whose contract has as many operations as the counter says; zero stands for a vendor
/// that is down.
fn vendor(operations: &Arc<AtomicUsize>) -> Server {
    let operations = Arc::clone(operations);
    let answer = move |_: &_| match operations.load(Ordering::SeqCst) {
        0 => Reply::empty(503),
        count => {
            let path = |n: usize| {
                format!(
                    "\"/lamps/{n}\": {{\"get\": {{\"operationId\": \"lamp{n}\", \"responses\": {{\"204\": {{\"description\": \"Done.\"}}}}}}}}"
                )
            };
            let paths: Vec<String> = (0..count).map(path).collect();
            let paths = paths.join(",");
            Reply::new(
                "application/json",
                format!(
                    "{{\"openapi\": \"3.0.3\", \"info\": {{\"title\": \"Lamps\", \"version\": \"1\"}}, \"paths\": {{{paths}}}}}"
                ),
            )
        }
    };
    Server::start(IpAddr::V4(Ipv4Addr::LOCALHOST), answer).unwrap()
}

struct Replay {
    folder: tempfile::TempDir,
}

impl Replay {
    /// A bare repository with two APIs on its default branch.
    fn new(sources: [String; 2]) -> Self {
        let replay = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let seed = replay.path("seed");
        let entries = ["lamps", "shades"].iter().zip(&sources).map(|(name, source)| {
            format!(
                "[[api]]\nname = \"{name}\"\ntitle = \"Lamps\"\nvendor = \"ACME\"\ncontract = \"openapi.json\"\n\
                 documentation = \"https://example.com/docs\"\nsource = \"{source}\"\nauthentication = \"none\"\n\
                 base_url = \"https://example.com\"\n\n"
            )
        });
        let project = "[project]\ncalls = \"tests/conformance\"\nregenerate = \"cargo xtask regen\"\n";
        put(
            &seed,
            "specs/apis.toml",
            &(project.to_owned() + &entries.collect::<String>()),
        );
        put(
            &seed,
            "Cargo.toml",
            "[workspace.dependencies]\nlamps = { path = \"crates/lamps\", version = \"0.1.0\" }\n\
             shades = { path = \"crates/shades\", version = \"0.1.0\" }\n",
        );
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.github/scripts/propose-contracts.sh");
        put(&seed, "propose.sh", &fs::read_to_string(script).unwrap());
        // `cargo xtask` is the binary under test; other cargo commands are not allowed here.
        replay.command(
            "cargo",
            &format!(
                "[[ $1 == xtask ]] || exit 0\nshift\ncase $1 in\n\
                 conformance) mkdir -p tests; date +%N > tests/report.md;;\n\
                 fetch) exec {0} --root . \"$@\" --allow-http;;\n*) exec {0} --root . \"$@\";;\nesac\n",
                env!("CARGO_BIN_EXE_lorgnette")
            ),
        );
        let asked = replay.path("gh.txt");
        replay.command(
            "gh",
            &format!(
                "echo \"$1 $2\" >> {0}\n[[ $2 != list ]] || ! grep -q create {0} || echo 7\n",
                asked.display()
            ),
        );
        git(&seed, &["init", "--quiet", "--initial-branch", "main"]);
        git(&seed, &["add", "--all"]);
        git(&seed, &["commit", "--quiet", "--message", "All"]);
        git(&seed, &["clone", "--quiet", "--bare", ".", "../origin.git"]);
        replay
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, name: &str, script: &str) {
        let path = self.path("bin").join(name);
        put(&self.path("bin"), name, &format!("#!/usr/bin/env bash\n{script}"));
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// A fresh checkout of the default branch, as in the workflow.
    fn checkout(&self, name: &str) -> PathBuf {
        let _ = fs::remove_dir_all(self.path(name));
        git(self.folder.path(), &["clone", "--quiet", "origin.git", name]);
        self.path(name)
    }

    /// Runs the script in a fresh checkout.
    fn run(&self) -> Output {
        let checkout = self.checkout("work");
        let path = format!(
            "{}:{}",
            self.path("bin").display(),
            std::env::var("PATH").unwrap()
        );
        let mut command = Command::new("bash");
        command.arg("propose.sh").current_dir(checkout).env("PATH", path);
        command
            .env("BRANCH", BRANCH)
            .env("BASE", "main")
            .env("RUNNER_TEMP", self.folder.path());
        command.output().unwrap()
    }

    fn said(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap_or_default()
    }
}

fn succeeded(output: &Output) {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn test_change_is_proposed_whole_and_a_persons_commit_is_kept() {
    let (lamps, shades) = (Arc::new(AtomicUsize::new(1)), Arc::new(AtomicUsize::new(1)));
    let servers = [vendor(&lamps), vendor(&shades)];
    let replay = Replay::new([servers[0].address(), servers[1].address()]);
    succeeded(&replay.run());
    assert_eq!(replay.said("gh.txt"), "pr list\npr create\n");
    let origin = replay.path("origin.git");
    let listed = git(&origin, &["ls-tree", "-r", "--name-only", BRANCH]);
    for path in [
        "specs/lamps/openapi.json",
        "crates/lamps/src/lib.rs",
        "tests/conformance/lamps",
        "tests/report.md",
    ] {
        assert!(listed.contains(path), "{listed}");
    }

    // A person repairs something on the branch, and the vendor changes again.
    let person = replay.checkout("person");
    git(&person, &["switch", "--quiet", BRANCH]);
    put(&person, "specs/repair.md", "repaired\n");
    git(&person, &["add", "--all"]);
    git(&person, &["commit", "--quiet", "--message", "A repair"]);
    git(&person, &["push", "--quiet", "origin", BRANCH]);
    let repair = git(&person, &["rev-parse", "HEAD"]);
    lamps.store(2, Ordering::SeqCst);
    succeeded(&replay.run());
    assert!(replay.said("gh.txt").ends_with("pr list\npr edit\n"));
    git(&origin, &["merge-base", "--is-ancestor", repair.trim(), BRANCH]);
    assert!(git(&origin, &["show", &format!("{BRANCH}:specs/lamps/openapi.json")]).contains("lamp1"));
    assert!(
        replay.said("body.md").contains("lamp1"),
        "{}",
        replay.said("body.md")
    );

    // Nothing has changed since: nothing is pushed.
    let head = git(&origin, &["rev-parse", BRANCH]);
    succeeded(&replay.run());
    assert_eq!(git(&origin, &["rev-parse", BRANCH]), head);
}

#[test]
fn test_vendor_that_is_down_fails_the_job_after_the_others() {
    let (lamps, shades) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(1)));
    let servers = [vendor(&lamps), vendor(&shades)];
    let replay = Replay::new([servers[0].address(), servers[1].address()]);
    let output = replay.run();
    assert!(!output.status.success());
    let origin = replay.path("origin.git");
    let listed = git(&origin, &["ls-tree", "-r", "--name-only", BRANCH]);
    assert!(
        listed.contains("specs/shades/openapi.json") && !listed.contains("specs/lamps/"),
        "{listed}"
    );
    assert!(
        replay.said("body.md").contains("Some vendors could not be asked"),
        "{}",
        replay.said("body.md")
    );
}
