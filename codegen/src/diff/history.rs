//! Determines the version of a crate's next release, and the section of its changelog.
//!
//! Both depend only on the record of the last release and the current surface, so they are
//! reproducible.

use super::change::{Change, code};
use super::compare::compare;
use super::record::{self, Record};
use super::render::Report;
use super::surface::Surface;
use super::{changelog, version};
use crate::catalogue::Entry;
use crate::diagnostics::Result;
use crate::document::Document;

/// The file in `specs/<api>/` that records the last release.
pub const RECORD: &str = "released.jsonl";

/// The released surface of a crate, and its changelog.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// The record of the last release; none before the first.
    pub released: Option<String>,
    /// The changelog, unchanged.
    pub changelog: Option<String>,
}

/// The version and changelog that follow from a crate's history.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The version, with the contract's.
    pub version: String,
    /// The changelog.
    pub changelog: String,
    /// The changes since the last release.
    pub changes: Vec<Change>,
}

/// The record of the last release, if there was one.
///
/// # Errors
///
/// When the text is not a record.
pub fn last_release(history: &History) -> Result<Option<Record>> {
    let text = history.released.as_deref();
    let record = text.map(record::read).transpose();
    record.map_err(|error| error.in_file(RECORD))
}

/// The version and changelog that follow `history` for a crate with `surface`, generated from
/// `contract`.
///
/// # Errors
///
/// When the record of the last release is malformed.
pub fn next(api: &Entry, surface: &Surface, contract: &Document, history: &History) -> Result<Prepared> {
    let least = api.version.as_deref().unwrap_or_default();
    let existing = history.changelog.as_deref();
    let Some(record) = last_release(history)? else {
        let ours = version::higher(version::FIRST.to_string(), least);
        let version = version::full(&ours, &surface.head.contract);
        let section = format!(
            "## {version}{pending}\n\nThe first release: {operations} operations, {types} types.\n",
            pending = changelog::PENDING,
            operations = surface.operations.len(),
            types = surface.types.len(),
        );
        return Ok(Prepared {
            changelog: changelog::with_section(
                existing,
                &api.name,
                Some(&section),
                &api.project.command("generate"),
            ),
            version,
            changes: Vec::new(),
        });
    };
    let report = Report {
        api: api.name.clone(),
        contract: (
            record.surface.head.contract.clone(),
            surface.head.contract.clone(),
        ),
        changes: compare(&record.surface, surface, Some(contract)),
        released: record.version.clone(),
    };
    let next = version::next(&record.version, report.step()).unwrap_or_default();
    let ours = version::higher(next, least);
    let version = version::full(&ours, &surface.head.contract);
    let section = (ours != record.version).then(|| section(&version, &report));
    Ok(Prepared {
        version,
        changelog: changelog::with_section(
            existing,
            &api.name,
            section.as_deref(),
            &api.project.command("generate"),
        ),
        changes: report.changes,
    })
}

/// The changelog's section for `version`.
fn section(version: &str, report: &Report) -> String {
    let (from, _) = report.versions();
    let contract = match &report.contract {
        (old, new) if old != new => format!("The contract: {} → {}. ", code(old), code(new)),
        _ => String::new(),
    };
    format!(
        "## {version}{pending}\n\n{contract}Least step since {from}: {step}.\n\n{lists}",
        pending = changelog::PENDING,
        step = report.step(),
        lists = report.lists(),
    )
}

/// The output of a release.
#[derive(Clone, Debug)]
pub struct Release {
    /// The version, with the contract's.
    pub full_version: String,
    /// The record.
    pub record: String,
    /// The changelog, in which the section is no longer between marks.
    pub changelog: String,
}

/// Releases a crate with `surface` after `history`.
///
/// # Errors
///
/// When the record of the last release is malformed.
pub fn release(api: &Entry, surface: Surface, contract: &Document, history: &History) -> Result<Release> {
    let next = next(api, &surface, contract, history)?;
    let version = next.version.split('+').next().unwrap_or_default().to_string();
    let record = Record { version, surface };
    Ok(Release {
        record: record.to_text()?,
        changelog: changelog::released(&next.changelog),
        full_version: next.version,
    })
}
