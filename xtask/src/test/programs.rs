//! Runs the test programs of the workspace, as many at a time as the machine has cores.
//!
//! `cargo test` runs one program after another. Many of ours spend their time waiting for a server,
//! a compiler or a clock, while a core is idle.

use crate::cargo::{cargo, no_cargo, package};
use lorgnette::failure::CommandFailure;
use lorgnette::workspace::Workspace;
use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// A program with tests: the unit tests of a crate, or a file of integration tests.
#[derive(Debug, PartialEq, Eq)]
pub struct TestProgram {
    package: String,
    /// The name of the test target: that of the library, or of the file with tests.
    target: String,
    program: PathBuf,
    /// The file with its tests, or the crate's first file.
    source: PathBuf,
    /// The folder of the package: the current directory of its tests.
    folder: PathBuf,
}

/// The files of tests that take minutes. They start first: at the end, nothing would be left to run
/// beside them.
const LONG: [&str; 4] = [
    "crates/lorgnette/tests/tool.rs",
    "tests/conformance/main.rs",
    "tests/tests/tls.rs",
    "tests/tests/programs/main.rs",
];

/// Compiles the tests of the workspace, and returns their programs, the longest first.
///
/// # Errors
///
/// When cargo cannot be started, or the tests do not compile.
pub fn build(workspace: &Workspace) -> Result<Vec<TestProgram>, CommandFailure> {
    let output = Command::new(cargo())
        .args(["test", "--workspace", "--no-run"])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(workspace.root())
        .env_remove("CARGO_MANIFEST_DIR")
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| no_cargo(&error))?;
    if !output.status.success() {
        return Err(CommandFailure::new("the tests do not compile").at("cargo test --workspace"));
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    let mut programs: Vec<TestProgram> = messages.lines().filter_map(program).collect();
    programs.sort_by_key(|program| !LONG.iter().any(|long| program.source.ends_with(long)));
    Ok(programs)
}

/// The program that a message of cargo names, if it is one with tests.
fn program(message: &str) -> Option<TestProgram> {
    let message: Value = serde_json::from_str(message).ok()?;
    if message["reason"] != "compiler-artifact" || message["profile"]["test"] != true {
        return None;
    }
    let manifest = PathBuf::from(message["manifest_path"].as_str()?);
    let folder = manifest.parent()?.to_owned();
    Some(TestProgram {
        package: package(message["package_id"].as_str()?)?.to_owned(),
        target: message["target"]["name"].as_str()?.to_owned(),
        program: PathBuf::from(message["executable"].as_str()?),
        source: PathBuf::from(message["target"]["src_path"].as_str()?),
        folder,
    })
}

/// Runs the programs; whether all tests passed. Each program's output comes as a whole, once it has
/// ended.
///
/// # Errors
///
/// When a program cannot be started.
pub fn run(programs: Vec<TestProgram>) -> Result<bool, CommandFailure> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let passed = AtomicBool::new(true);
    let queue = Mutex::new(programs.into_iter());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || {
        while let Some(program) = next() {
            let has_passed = program.run()?;
            passed.fetch_and(has_passed, Ordering::Relaxed);
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| {
            let ended = worker.join();
            ended.unwrap_or_else(|_| Err(CommandFailure::new("a thread that runs tests panicked")))
        })
    })?;
    Ok(passed.into_inner())
}

impl TestProgram {
    fn run(&self) -> Result<bool, CommandFailure> {
        let started = Instant::now();
        let output = Command::new(&self.program)
            .current_dir(&self.folder)
            .env("CARGO_MANIFEST_DIR", &self.folder)
            .env("CARGO_PKG_NAME", &self.package)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| CommandFailure::io("start", &self.program, &error))?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let verdict = if output.status.success() {
            "passed"
        } else {
            "FAILED"
        };
        // In one piece: other programs print theirs at the same time.
        println!(
            "{}{}--- {} {}: {verdict}, {:.1} s\n",
            text(&output.stdout),
            text(&output.stderr),
            self.package,
            self.target,
            started.elapsed().as_secs_f64()
        );
        Ok(output.status.success())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn test_long_files_of_tests_exist() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for file in LONG {
            assert!(root.join(file).is_file(), "{file}");
        }
    }

    #[test]
    fn test_programs_are_those_compiled_for_tests() {
        let message = |id: &str, is_test: bool| {
            serde_json::json!({
                "reason": "compiler-artifact",
                "package_id": id,
                "manifest_path": "/w/codegen/Cargo.toml",
                "target": {"name": "passes", "src_path": "/w/codegen/tests/passes.rs"},
                "profile": {"test": is_test},
                "executable": "/w/target/debug/deps/passes-1",
            })
            .to_string()
        };
        let expected = |package: &str| {
            Some(TestProgram {
                package: package.to_owned(),
                target: "passes".to_owned(),
                program: "/w/target/debug/deps/passes-1".into(),
                source: "/w/codegen/tests/passes.rs".into(),
                folder: "/w/codegen".into(),
            })
        };
        assert_eq!(
            program(&message("path+file:///w/codegen#lorgnette-codegen@0.1.0", true)),
            expected("lorgnette-codegen")
        );
        assert_eq!(
            program(&message("path+file:///w/codegen#0.1.0", true)),
            expected("codegen")
        );
        assert_eq!(program(&message("path+file:///w/codegen#0.1.0", false)), None);
        assert_eq!(program("{\"reason\": \"build-finished\"}"), None);
        assert_eq!(program("warning: not JSON"), None);
    }
}
