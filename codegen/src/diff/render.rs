//! Prints changes: text for a terminal, Markdown for a changelog or a pull request, JSON for a
//! program.

use super::change::{self, Change, Subject, code};
use super::rules::{Bump, Rule};
use super::version;
use crate::text::{LONG, Markdown, line};
use serde_json::{Value, json};
use std::fmt::Write;

/// The changes of one API.
#[derive(Clone, Debug)]
pub struct Report {
    /// The crate.
    pub api: String,
    /// The version that the changes are counted from, without the contract's: that of the last
    /// release.
    pub released: String,
    /// The contract's own version before and after.
    pub contract: (String, String),
    /// The changes, the breaking ones first.
    pub changes: Vec<Change>,
}

impl Report {
    /// The smallest step of the crate's version.
    pub fn step(&self) -> Bump {
        change::step(&self.changes)
    }

    /// The version before and after the step, with the contract's versions.
    pub fn versions(&self) -> (String, String) {
        let next = version::next(&self.released, self.step()).unwrap_or_else(|| self.released.clone());
        (
            version::full(&self.released, &self.contract.0),
            version::full(&next, &self.contract.1),
        )
    }

    /// As text for a terminal.
    pub fn text(&self) -> String {
        let mut text = format!("{}: {}\n", self.api, self.headline());
        for change in &self.changes {
            let mark = if change.is_breaking() { "breaking" } else { "" };
            let what = format!("{}{}", prefix(&change.subject, false), change.what);
            let _ = writeln!(text, "  {mark:8}  {}", line(&what, LONG));
            if change.is_breaking() {
                let _ = writeln!(text, "  {:8}    {}", "", change.rule.why());
            }
            let place = [
                line(&change.pointer, LONG),
                if change.in_old { "(before)" } else { "" }.to_string(),
                change.rule.name().to_string(),
            ];
            let place: Vec<String> = place.into_iter().filter(|part| !part.is_empty()).collect();
            let _ = writeln!(text, "  {:8}    {}", "", place.join("  "));
        }
        if !self.changes.is_empty() {
            let (from, to) = self.versions();
            let _ = writeln!(text, "  least version step: {} ({from} → {to})", self.step());
        }
        text
    }

    fn headline(&self) -> String {
        let breaking = self.changes.iter().filter(|change| change.is_breaking()).count();
        match (breaking, self.changes.len() - breaking) {
            (0, 0) => "no changes".to_string(),
            (breaking, others) => format!("{breaking} breaking, {others} other changes"),
        }
    }

    /// As Markdown: a list of breaking changes, one of additions, and one of the rest.
    pub fn markdown(&self) -> String {
        if self.changes.is_empty() {
            return format!("## {}\n\nNo changes.\n", self.api);
        }
        let (from, to) = self.versions();
        let step = self.step();
        format!(
            "## {}\n\nLeast version step: **{step}** ({from} → {to}).\n\n{}",
            self.api,
            self.lists()
        )
    }

    /// The lists of the Markdown form.
    pub(super) fn lists(&self) -> String {
        let mut text = String::new();
        for (step, title) in [
            (Bump::Major, "Breaking"),
            (Bump::Minor, "Added"),
            (Bump::Patch, "Other"),
        ] {
            let of_step: Vec<&Change> = self
                .changes
                .iter()
                .filter(|change| change.rule.step() == step)
                .collect();
            if of_step.is_empty() {
                continue;
            }
            let _ = write!(text, "### {title}\n\n");
            // New types come in large numbers, and callers meet them only through operations and
            // fields.
            let (types, others): (Vec<&Change>, Vec<&Change>) = of_step
                .into_iter()
                .partition(|change| change.rule == Rule::TypeAdded);
            for change in others {
                let place = if change.pointer.is_empty() {
                    String::new()
                } else {
                    let before = if change.in_old { "before: " } else { "" };
                    format!(" ({before}{})", code(&change.pointer))
                };
                let what = Markdown::line(&change.what);
                let _ = writeln!(text, "- {}{what}{place}", prefix(&change.subject, true));
            }
            if !types.is_empty() {
                let names: Vec<String> = types
                    .iter()
                    .map(|change| subject(&change.subject, true))
                    .collect();
                let _ = writeln!(text, "- new types: {}", names.join(", "));
            }
            text.push('\n');
        }
        text
    }

    /// As JSON.
    pub fn json(&self) -> Value {
        let (from, to) = self.versions();
        let changes = self.changes.iter().map(|change| {
            let (kind, name) = match &change.subject {
                Subject::Crate => ("crate", self.api.as_str()),
                Subject::Operation(name) => ("operation", name.as_str()),
                Subject::Type(name) => ("type", name.as_str()),
            };
            json!({
                "rule": change.rule.name(),
                "breaking": change.is_breaking(),
                "step": change.rule.step(),
                kind: name,
                "in": change.direction,
                "what": change.what,
                "why": change.rule.why(),
                "pointer": change.pointer,
                "contract": if change.in_old { "before" } else { "after" },
            })
        });
        json!({
            "api": self.api,
            "step": self.step(),
            "breaking": self.changes.iter().any(Change::is_breaking),
            "version": {"from": from, "to": to},
            "contract": {"from": self.contract.0, "to": self.contract.1},
            "changes": changes.collect::<Vec<_>>(),
        })
    }
}

fn prefix(subject: &Subject, markdown: bool) -> String {
    match self::subject(subject, markdown).as_str() {
        "" => String::new(),
        name => format!("{name}: "),
    }
}

fn subject(subject: &Subject, markdown: bool) -> String {
    match subject {
        Subject::Crate => String::new(),
        Subject::Operation(name) | Subject::Type(name) if markdown => code(name),
        Subject::Operation(name) | Subject::Type(name) => name.clone(),
    }
}
