//! The table of operations and verdicts, and its file.
//!
//! The file is compared with the results of a run; with `CONFORMANCE_UPDATE` set, it is written
//! instead.

use crate::documents::Documents;
use crate::judged::RoundVerdict;
use crate::rounds::RoundKind;
use lorgnette_tests::{contract, surface};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

/// The results of an operation's rounds.
pub struct Tally {
    method: String,
    path: String,
    builder: String,
    requests: usize,
    answers: usize,
    errors: usize,
    /// Responses from a server of our own.
    pub ours: usize,
    /// Rounds that were judged by the second reading of the contract.
    pub repaired: usize,
    /// The repairs that mattered, by index in the list.
    pub repairs: BTreeSet<usize>,
    /// Rounds for which Prism had no response, and the first reason.
    unanswered: (usize, String),
    /// The faults, by round.
    pub faults: Vec<(String, RoundVerdict)>,
}

impl Tally {
    /// Nothing yet.
    pub fn new(built: &surface::SurfaceOperation, declared: &contract::ContractOperation) -> Self {
        Self {
            method: declared.method.clone(),
            path: declared.path.clone(),
            builder: built.method.clone(),
            requests: 0,
            answers: 0,
            errors: 0,
            ours: 0,
            repaired: 0,
            repairs: BTreeSet::new(),
            unanswered: (0, String::new()),
            faults: Vec::new(),
        }
    }

    /// Counts a round.
    pub fn count(&mut self, kind: RoundKind) {
        *match kind {
            RoundKind::Request => &mut self.requests,
            RoundKind::Answer => &mut self.answers,
            RoundKind::Error => &mut self.errors,
        } += 1;
    }

    /// Adds the verdict on a round.
    pub fn add(&mut self, round: &str, verdict: RoundVerdict) {
        match verdict {
            RoundVerdict::Passed => {}
            RoundVerdict::NoResponse(why) => {
                if self.unanswered.0 == 0 {
                    // One line of a table.
                    self.unanswered.1 = why.split_whitespace().collect::<Vec<_>>().join(" ");
                }
                self.unanswered.0 += 1;
            }
            fault => self.faults.push((round.to_owned(), fault)),
        }
    }

    fn verdict(&self) -> String {
        if !self.faults.is_empty() {
            return format!("**{} faults**", self.faults.len());
        }
        let mut text = "passed".to_owned();
        if self.repaired > 0 {
            let listed: Vec<String> = self.repairs.iter().map(|index| (index + 1).to_string()).collect();
            let _ = write!(
                text,
                "; {} rounds with repair {}",
                self.repaired,
                listed.join(", ")
            );
        }
        if self.unanswered.0 > 0 {
            let _ = write!(
                text,
                "; {} answers are ours only: {}",
                self.unanswered.0, self.unanswered.1
            );
        }
        text
    }
}

/// The results of one API.
pub struct Section {
    /// Its name.
    pub name: &'static str,
    /// Its operations.
    pub operations: Vec<Tally>,
    /// The differences of the second reading of its contract, line by line.
    repairs: Vec<String>,
}

impl Section {
    /// Nothing yet.
    pub fn new(name: &'static str, documents: &Documents) -> Self {
        let line = |repair: &crate::documents::Repair| format!("`{}`: {}", repair.pointer, repair.what);
        Self {
            name,
            operations: Vec::new(),
            repairs: documents.repairs.iter().map(line).collect(),
        }
    }

    /// The faults, one per line.
    pub fn faults(&self) -> impl Iterator<Item = String> {
        self.operations.iter().flat_map(|tally| {
            tally.faults.iter().map(|(round, fault)| {
                format!(
                    "{} {} {} [{round}]: {fault:?}",
                    self.name, tally.method, tally.path
                )
            })
        })
    }

    fn sum(&self, of: impl Fn(&Tally) -> usize) -> usize {
        self.operations.iter().map(of).sum()
    }

    fn faulty(&self, is: impl Fn(&RoundVerdict) -> bool) -> usize {
        self.sum(|tally| tally.faults.iter().filter(|(_, fault)| is(fault)).count())
    }

    /// One line of numbers, as a row of a table.
    pub fn summary(&self) -> String {
        format!(
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            self.name,
            self.operations.len(),
            self.sum(|tally| tally.requests + tally.answers + tally.errors),
            self.sum(|tally| tally.ours),
            self.faulty(|fault| matches!(fault, RoundVerdict::Violation(_) | RoundVerdict::Refused(_))),
            self.faulty(|fault| matches!(fault, RoundVerdict::Undecodable(_))),
            self.faulty(|fault| matches!(fault, RoundVerdict::Undeclared(_) | RoundVerdict::NoResponse(_))),
            self.sum(|tally| tally.repaired),
            self.sum(|tally| tally.unanswered.0),
        )
    }

    fn text(&self) -> String {
        let mut text = format!("\n## {}\n\n", self.name);
        text.push_str("| operation | method and path | requests | answers | errors | ours | verdict |\n");
        text.push_str("|---|---|---:|---:|---:|---:|---|\n");
        for tally in &self.operations {
            let _ = writeln!(
                text,
                "| `{}` | `{} {}` | {} | {} | {} | {} | {} |",
                tally.builder,
                tally.method,
                tally.path,
                tally.requests,
                tally.answers,
                tally.errors,
                tally.ours,
                tally.verdict()
            );
        }
        let used: BTreeSet<usize> = self
            .operations
            .iter()
            .flat_map(|tally| tally.repairs.clone())
            .collect();
        if !used.is_empty() {
            text.push_str("\nRepairs of the contract that verdicts name:\n\n");
        }
        for index in used {
            let _ = writeln!(text, "- repair {}: {}", index + 1, self.repairs[index]);
        }
        text
    }
}

const HEADER: &str = include_str!("report_header.md");

/// Compares the file with the sections, or writes it; `whole` says that these are all sections.
pub fn keep(sections: &[Section], whole: bool) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/report.md");
    let old = std::fs::read_to_string(&file).unwrap_or_default();
    let rows: Vec<String> = sections.iter().map(Section::summary).collect();
    if !whole {
        for (section, row) in sections.iter().zip(&rows) {
            assert!(
                old.contains(row) && old.contains(&section.text()),
                "tests/conformance/report.md says otherwise of {}:\n{}",
                section.name,
                section.text()
            );
        }
        return;
    }
    let mut text = format!("{HEADER}{}\n", rows.join("\n"));
    for section in sections {
        text.push_str(&section.text());
    }
    println!("{text}");
    if std::env::var_os("CONFORMANCE_UPDATE").is_some() {
        std::fs::write(&file, &text).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        kept == text,
        "tests/conformance/report.md is not what this run came to; `cargo xtask conformance --update` writes it"
    );
}
