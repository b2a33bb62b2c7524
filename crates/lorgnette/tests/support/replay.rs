//! Runs the steps of a GitHub action or workflow locally, as far as they are commands; `uses` of
//! other actions is skipped.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The parts of GitHub's environment: programs on the path, and a folder for temporary files.
pub struct Runner {
    folder: tempfile::TempDir,
    event: String,
}

/// The result of a job or an action.
#[derive(Debug)]
pub struct ReplayOutcome {
    pub succeeded: bool,
    pub outputs: BTreeMap<String, String>,
    /// Everything that was printed.
    pub log: String,
}

pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

impl Runner {
    /// A runner for one event, for instance `push`, with the tool on its path.
    pub fn new(event: &str) -> Self {
        let runner = Self {
            folder: tempfile::tempdir().unwrap(),
            event: event.to_owned(),
        };
        fs::create_dir(runner.folder.path().join("temp")).unwrap();
        let tool = env!("CARGO_BIN_EXE_lorgnette");
        runner.program("lorgnette", &format!("exec {tool} \"$@\"\n"));
        runner
    }

    /// Puts a script of bash on the path.
    pub fn program(&self, name: &str, script: &str) {
        let path = self.folder.path().join("bin").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("#!/usr/bin/env bash\n{script}")).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Runs the jobs of a workflow that its event starts, in the checkout `work`.
    pub fn workflow(&self, path: &Path, work: &Path) -> BTreeMap<String, ReplayOutcome> {
        let workflow = yaml(path);
        let jobs = workflow["jobs"].as_object().unwrap();
        let started = jobs.iter().filter(|(_, job)| {
            let values = BTreeMap::from([("github.event_name".to_owned(), self.event.clone())]);
            job["if"]
                .as_str()
                .is_none_or(|condition| holds(condition, &values))
        });
        started
            .map(|(name, job)| (name.clone(), self.steps(&job["steps"], BTreeMap::new(), work)))
            .collect()
    }

    /// Runs an action with its inputs.
    pub fn action(&self, with: &[(&str, &str)], work: &Path) -> ReplayOutcome {
        let action = yaml(&repository().join("action.yml"));
        let mut values = BTreeMap::new();
        for (name, input) in action["inputs"].as_object().unwrap() {
            let default = input["default"].as_str();
            let given = with
                .iter()
                .find(|(given, _)| given == name)
                .map(|(_, value)| *value);
            assert!(
                given.is_some() || default.is_some(),
                "the input {name} is required"
            );
            values.insert(
                format!("inputs.{name}"),
                given.or(default).unwrap_or_default().to_owned(),
            );
        }
        let outcome = self.steps(&action["runs"]["steps"], values, work);
        let outputs = action["outputs"].as_object().unwrap();
        let outputs = outputs.iter().map(|(name, output)| {
            let value = filled(output["value"].as_str().unwrap(), &outcome.outputs);
            (name.clone(), value)
        });
        ReplayOutcome {
            outputs: outputs.collect(),
            ..outcome
        }
    }

    fn steps(&self, steps: &Value, mut values: BTreeMap<String, String>, work: &Path) -> ReplayOutcome {
        let mut outcome = ReplayOutcome {
            succeeded: true,
            outputs: BTreeMap::new(),
            log: String::new(),
        };
        for step in steps.as_array().unwrap() {
            let condition = step["if"].as_str();
            let goes_on = condition.is_some_and(|condition| condition.contains("!cancelled()"));
            let runs = condition.is_none_or(|condition| holds(condition, &values));
            if !runs || !(outcome.succeeded || goes_on) {
                continue;
            }
            let (succeeded, log, outputs) = match (step["uses"].as_str(), step["run"].as_str()) {
                (Some(action), _) if action.starts_with("lorgnette-rs/lorgnette@") => {
                    let with = step["with"].as_object().unwrap().iter();
                    let with: Vec<(&str, &str)> = with
                        .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
                        .collect();
                    let inner = self.action(&with, work);
                    (inner.succeeded, inner.log, inner.outputs)
                }
                (None, Some(script)) => self.run(step, script, &values, work),
                _ => continue,
            };
            outcome.succeeded &= succeeded;
            outcome.log.push_str(&log);
            if let Some(id) = step["id"].as_str() {
                values.extend(
                    outputs
                        .into_iter()
                        .map(|(name, value)| (format!("steps.{id}.outputs.{name}"), value)),
                );
            }
        }
        outcome.outputs = values;
        outcome
    }

    fn run(
        &self,
        step: &Value,
        script: &str,
        values: &BTreeMap<String, String>,
        work: &Path,
    ) -> (bool, String, BTreeMap<String, String>) {
        let folder = self.folder.path();
        let below = step["working-directory"].as_str().unwrap_or(".");
        let outputs = folder.join("outputs");
        fs::write(&outputs, "").unwrap();
        let path = format!(
            "{}:{}",
            folder.join("bin").display(),
            std::env::var("PATH").unwrap()
        );
        let mut bash = Command::new("bash");
        bash.current_dir(work.join(filled(below, values)))
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
            .env("PATH", path)
            .env("GITHUB_OUTPUT", &outputs)
            .env("GITHUB_ACTION_PATH", repository())
            .env("GITHUB_RUN_ID", "7")
            .env("RUNNER_TEMP", folder.join("temp"));
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            bash.env(name, filled(value.as_str().unwrap(), values));
        }
        let output = bash.output().unwrap();
        let lines = fs::read_to_string(outputs).unwrap();
        let outputs = lines.lines().filter_map(|line| line.split_once('='));
        let outputs = outputs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        (output.status.success(), printed(&output), outputs.collect())
    }
}

fn yaml(path: &Path) -> Value {
    serde_saphyr::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

pub fn printed(output: &Output) -> String {
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

/// A text with its expressions replaced by their values.
fn filled(text: &str, values: &BTreeMap<String, String>) -> String {
    let mut pieces = text.split("${{");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once("}}").unwrap();
        out.push_str(values.get(name.trim()).map_or("", String::as_str));
        out.push_str(rest);
    }
    out
}

/// Whether a condition made of comparisons holds.
fn holds(condition: &str, values: &BTreeMap<String, String>) -> bool {
    let condition = condition.trim().trim_start_matches("${{").trim_end_matches("}}");
    let part = |part: &str| {
        let part = part.trim();
        if part == "!cancelled()" {
            return true;
        }
        let (is_equal, (name, value)) = match part.split_once("!=") {
            Some(sides) => (false, sides),
            None => (true, part.split_once("==").unwrap()),
        };
        let found = values.get(name.trim()).map_or("", String::as_str);
        (found == value.trim().trim_matches('\'')) == is_equal
    };
    condition
        .split("||")
        .any(|alternative| alternative.split("&&").all(part))
}
