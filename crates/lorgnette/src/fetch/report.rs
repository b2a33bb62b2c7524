//! The output of `fetch`: its progress and outcome, for people and for programs.

use super::outcome::{ContractChange, FetchOutcome};
use crate::failure::CommandFailure;
use crate::workspace::Workspace;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lorgnette_codegen::text::json_text;
use serde_json::{Value, json};
use std::fmt::Write;
use std::io::IsTerminal;
use std::time::Duration;
use url::Url;

/// The progress of one API on a terminal: files and bytes as they arrive.
#[derive(Clone)]
pub struct FetchProgress {
    bar: ProgressBar,
}

impl FetchProgress {
    /// Starts the progress of the API `name`. Nothing is shown if `quiet` is set or there is no
    /// terminal.
    pub fn new(name: &str, quiet: bool) -> Self {
        let target = if quiet || !std::io::stderr().is_terminal() {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix}: {pos} files, {msg}") {
            bar.set_style(style);
        }
        bar.set_prefix(name.to_owned());
        bar.enable_steady_tick(Duration::from_millis(100));
        Self { bar }
    }

    /// Counts one more file that has arrived or is unchanged; `bytes` is the total so far.
    pub fn file(&self, address: &Url, bytes: usize) {
        self.bar.inc(1);
        self.bar
            .set_message(format!("{} kB, {}", bytes / 1000, address.path()));
    }

    /// Ends the progress of the API.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// One line for one API.
pub fn line(outcome: &FetchOutcome, dry_run: bool, width: usize) -> String {
    let what = match (outcome.change, dry_run) {
        (ContractChange::Described, _) => "described by us: nothing to fetch".to_owned(),
        (ContractChange::Unchanged, _) => "unchanged".to_owned(),
        (ContractChange::New, false) => "new".to_owned(),
        (ContractChange::New, true) => "would be new".to_owned(),
        (ContractChange::Pinned, false) => "unchanged, and pinned again".to_owned(),
        (ContractChange::Pinned, true) => "unchanged, and would be pinned again".to_owned(),
        (ContractChange::Updated, false) => "updated".to_owned(),
        (ContractChange::Updated, true) => "would be updated".to_owned(),
    };
    let mut line = format!("{:width$}  {what}", outcome.api);
    if let Some(address) = &outcome.address {
        let _ = write!(
            line,
            ": {} files, {} kB, {:.2} s, from {address}",
            outcome.files,
            outcome.bytes / 1000,
            outcome.time.as_secs_f64()
        );
    }
    line.push('\n');
    line
}

/// The next steps, for each API whose contract has changed.
pub fn next(
    workspace: &Workspace,
    results: &[(String, Result<FetchOutcome, CommandFailure>)],
    dry_run: bool,
) -> String {
    let changed = results.iter().filter_map(|(_, result)| result.as_ref().ok());
    let changed = changed.filter(|outcome| outcome.change.is_change() && !dry_run);
    let (beside, contracts): (Vec<&FetchOutcome>, Vec<&FetchOutcome>) =
        changed.partition(|outcome| outcome.beside);
    let mut text = String::new();
    for outcome in &beside {
        let api = &outcome.api;
        let _ = writeln!(
            text,
            "{api}: run `{compare}` to see how the vendor's contract differs from our \
             description, then `{adopt}` to generate the crate from it",
            compare = workspace.command(&format!("compare {api}")),
            adopt = workspace.command(&format!("adopt {api}")),
        );
    }
    if contracts
        .iter()
        .any(|outcome| outcome.change != ContractChange::Pinned)
    {
        let _ = writeln!(
            text,
            "run `{}` to see what the changes break, then `{}`",
            workspace.command("diff"),
            workspace.command("generate")
        );
    }
    text
}

/// The outcome for every API, as JSON.
pub fn json(results: &[(String, Result<FetchOutcome, CommandFailure>)], dry_run: bool) -> String {
    let all: Vec<Value> = results
        .iter()
        .map(|(api, result)| match result {
            Err(failure) => json!({"api": api, "change": "failed", "error": failure.to_string()}),
            Ok(outcome) => json!({
                "api": api,
                "change": outcome.change.word(),
                "written": outcome.change.is_change() && !dry_run,
                "contract": outcome.address,
                "files": outcome.files,
                "bytes": outcome.bytes,
                "sha256": outcome.sha256,
                "warnings": outcome.warnings,
                "seconds": outcome.time.as_secs_f64(),
            }),
        })
        .collect();
    json_text(&format!("{:#}\n", Value::Array(all)))
}
