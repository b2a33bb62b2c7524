//! Prints a run: a table with a row per contract, totals, and the most frequent reasons; or JSON.

use super::row::{Examples, Finding, Row, Status};
use lorgnette::failure::CommandFailure;
use lorgnette_codegen::text::{LONG, line};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;
use std::time::Duration;

/// The number of reasons that are shown.
const REASONS: usize = 15;

/// The rows as a JSON array.
///
/// # Errors
///
/// Never for these rows.
pub fn json(rows: &[Row]) -> Result<String, CommandFailure> {
    lorgnette_codegen::text::json(&rows)
        .map(|text| text + "\n")
        .map_err(|error| CommandFailure::new(error.to_string()))
}

/// The table, then the totals; with the findings by kind if there was a search for any.
pub fn text(rows: &[Row], wall: Duration, accounted: bool) -> String {
    let width = rows
        .iter()
        .map(|row| row.contract.chars().count())
        .max()
        .unwrap_or_default()
        .max(8);
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{:width$}  {:15}  {:>10}  {:>8}  {:>7}  {:>7}  what and why",
        "contract", "outcome", "operations", "lines", "largest", "time"
    );
    for row in rows {
        let _ = write!(
            out,
            "{:width$}  {:15}  {:>10}  {:>8}  {:>5} B  {:>5.2} s",
            row.contract,
            row.status.label(),
            row.operations,
            row.lines,
            row.largest,
            row.seconds
        );
        if row.reason.is_some() {
            let _ = write!(out, "  {}", line(&row.cause(), LONG));
        }
        out.push('\n');
        if !row.findings.is_empty() {
            let _ = writeln!(out, "{:width$}    {} findings", "", row.findings.len());
        }
        for omission in &row.omitted {
            let _ = writeln!(
                out,
                "{:width$}    {}: {} {}",
                "",
                line(&omission.pointer, LONG),
                line(&omission.what, LONG),
                omission.why
            );
        }
    }
    out + "\n" + &totals(rows, wall, accounted)
}

/// The totals: outcomes, operations, the slowest contracts, and the most frequent reasons.
pub fn totals(rows: &[Row], wall: Duration, accounted: bool) -> String {
    let mut out = String::new();
    let count = |status: Status| rows.iter().filter(|row| row.status == status).count();
    let _ = writeln!(
        out,
        "{} contracts in {:.0} s: {} generated, {} generated with omissions, {} failed, {} did not compile",
        rows.len(),
        wall.as_secs_f64(),
        count(Status::Generated),
        count(Status::GeneratedWithOmissions),
        count(Status::Failed),
        count(Status::DidNotCompile)
    );
    let made = rows.iter().filter(|row| row.status != Status::Failed);
    let (declared, operations) = made.fold((0, 0), |(declared, operations), row| {
        (declared + row.declared, operations + row.operations)
    });
    let lines: usize = rows.iter().map(|row| row.lines).sum();
    let _ = writeln!(
        out,
        "{operations} of {declared} operations of the generated contracts, {lines} lines"
    );
    if let Some(slowest) = rows.iter().max_by(|a, b| a.seconds.total_cmp(&b.seconds)) {
        let _ = writeln!(out, "slowest: {} in {:.1} s", slowest.contract, slowest.seconds);
    }
    if let Some(largest) = rows.iter().max_by_key(|row| row.largest) {
        let _ = writeln!(
            out,
            "largest type: {} bytes at most, in {}",
            largest.largest, largest.contract
        );
    }
    for (title, reasons) in [
        (
            "failures",
            frequent(rows.iter().filter_map(|row| {
                row.reason
                    .as_deref()
                    .map(|reason| (row.station.as_deref().unwrap_or_default(), reason))
            })),
        ),
        (
            "omissions",
            frequent(
                rows.iter()
                    .flat_map(|row| &row.omitted)
                    .map(|omission| ("", omission.why.as_str())),
            ),
        ),
    ] {
        if !reasons.is_empty() {
            let _ = writeln!(out, "\nmost frequent reasons of {title}:");
        }
        for (reason, count) in reasons.iter().take(REASONS) {
            let _ = writeln!(out, "{count:>6}  {reason}");
        }
    }
    if accounted {
        out.push_str(&findings(rows));
    }
    if rows.iter().any(|row| row.examples.is_some()) {
        out.push_str(&examples(rows));
    }
    out
}

/// Omissions that the notes do not mention, by kind: how often, in how many contracts, and one
/// place.
fn findings(rows: &[Row]) -> String {
    struct Counted<'r> {
        findings: usize,
        contracts: usize,
        example: (&'r str, &'r Finding),
    }
    let mut kinds: BTreeMap<&str, Counted<'_>> = BTreeMap::new();
    for row in rows {
        let mut met = BTreeSet::new();
        for finding in &row.findings {
            let counted = kinds.entry(&finding.kind).or_insert(Counted {
                findings: 0,
                contracts: 0,
                example: (&row.contract, finding),
            });
            counted.findings += 1;
            counted.contracts += usize::from(met.insert(&finding.kind));
        }
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|(_, counted)| std::cmp::Reverse(counted.findings));
    let mut out = String::new();
    let total: usize = kinds.iter().map(|(_, counted)| counted.findings).sum();
    let _ = writeln!(out, "\nfindings: {total}");
    if total > 0 {
        let _ = writeln!(out, "{:>8}  {:>9}  kind and an example", "findings", "contracts");
    }
    for (kind, counted) in kinds {
        let (contract, finding) = counted.example;
        let _ = writeln!(
            out,
            "{:>8}  {:>9}  {kind}: {contract}#{}: {}",
            counted.findings, counted.contracts, finding.pointer, finding.what
        );
    }
    out
}

/// The results of the contracts' own payloads.
fn examples(rows: &[Row]) -> String {
    let all: Vec<&Examples> = rows.iter().filter_map(|row| row.examples.as_ref()).collect();
    let sum = |of: fn(&Examples) -> usize| all.iter().map(|examples| of(examples)).sum::<usize>();
    let mut out = String::new();
    let _ = writeln!(out, "\nexamples of {} contracts:", all.len());
    let _ = writeln!(out, "{:24}  {:>8}  {:>8}", "", "read", "refused");
    for (title, read, refused) in [
        ("valid", sum(|it| it.valid_read), sum(|it| it.valid_refused)),
        (
            "refused by the contract",
            sum(|it| it.invalid_read),
            sum(|it| it.invalid_refused),
        ),
    ] {
        let _ = writeln!(out, "{title:24}  {read:>8}  {refused:>8}");
    }
    let _ = writeln!(
        out,
        "of the valid ones: {} declared members lost, {} others, {} nulls, {} values changed",
        sum(|it| it.lost),
        sum(|it| it.lost_undeclared),
        sum(|it| it.lost_nulls),
        sum(|it| it.changed)
    );
    for row in rows {
        for fault in row.examples.iter().flat_map(|examples| &examples.faults) {
            let _ = writeln!(
                out,
                "  {}#{} as {}: {}",
                row.contract, fault.pointer, fault.ty, fault.what
            );
        }
    }
    out
}

/// The reasons, sorted by frequency. Quoted parts of a reason are specific to one contract, and are
/// ignored.
fn frequent<'r>(reasons: impl Iterator<Item = (&'r str, &'r str)>) -> Vec<(String, usize)> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for (station, reason) in reasons {
        let separator = if station.is_empty() { "" } else { ": " };
        *counts
            .entry(format!("{station}{separator}{}", anonymous(reason)))
            .or_default() += 1;
    }
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}

/// A reason without the text in quotation marks or backticks.
fn anonymous(reason: &str) -> String {
    let mut out = String::new();
    let mut closing = None;
    for character in reason.chars() {
        match (closing, character) {
            (Some(mark), character) if mark == character => {
                closing = None;
                out.push('…');
                out.push(mark);
            }
            (Some(_), _) => {}
            (None, '"' | '`') => {
                closing = Some(character);
                out.push(character);
            }
            (None, character) => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_largest_type_of_all_contracts_is_named() {
        let row = |contract: &str, largest| Row {
            contract: contract.to_string(),
            largest,
            ..Row::default()
        };
        let text = totals(
            &[row("a.json", 400), row("b.json", 2048), row("c.json", 8)],
            Duration::ZERO,
            false,
        );
        assert!(
            text.contains("largest type: 2048 bytes at most, in b.json\n"),
            "{text}"
        );
    }

    #[test]
    fn test_reasons_that_differ_in_names_only_count_as_one() {
        let rows = [
            Row::failed("load", "/a", "the reference \"#/a\" leads nowhere"),
            Row::failed("load", "/b", "the reference \"#/b\" leads nowhere"),
            Row::failed("write", "", "something else"),
        ];
        let text = totals(&rows, Duration::from_secs(2), false);
        assert!(
            text.contains("     2  load: the reference \"…\" leads nowhere\n     1  write: something else"),
            "{text}"
        );
        assert!(
            text.contains("3 contracts in 2 s: 0 generated, 0 generated with omissions, 3 failed"),
            "{text}"
        );
    }

    #[test]
    fn test_findings_are_counted_by_kind_and_contract() {
        let finding = |kind: &str, pointer: &str| Finding {
            kind: kind.to_string(),
            pointer: pointer.to_string(),
            what: "it is lost".to_string(),
        };
        let row = |contract: &str, findings: &[Finding]| Row {
            contract: contract.to_string(),
            findings: findings.to_vec(),
            ..Row::default()
        };
        let rows = [
            row("a.json", &[finding("member", "/a"), finding("server", "/b")]),
            row("b.json", &[finding("member", "/c"), finding("member", "/d")]),
        ];
        let text = totals(&rows, Duration::ZERO, true);
        assert!(text.contains("findings: 4"), "{text}");
        assert!(
            text.contains("       3          2  member: a.json#/a: it is lost\n"),
            "{text}"
        );
        assert!(
            text.ends_with("       1          1  server: a.json#/b: it is lost\n"),
            "{text}"
        );
        assert!(!totals(&rows, Duration::ZERO, false).contains("findings"));
    }
}
