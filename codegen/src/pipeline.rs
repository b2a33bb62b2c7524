//! The whole pipeline: generates the files of a crate from an API's catalogue entry, contract and
//! overlay.

use crate::diagnostics::{Collected, Error, Errors, Note, Notes, Result};
use crate::diff::{self, Release, surface::Surface};
use crate::document::{self, Document, Node};
use crate::input::contract_with_notes;
pub use crate::input::{Input, applying_overlay, contract};
use crate::last_resort::{self, LeftOut};
use crate::names::published::Published;
use crate::refine::model::Model;
use crate::write::Mark;
use crate::{boxes, generate, ir, refine, stages, text, write};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// A generated crate.
#[derive(Clone, Debug)]
pub struct Generated {
    /// Path inside `crates/<api>/` to text.
    pub files: BTreeMap<String, String>,
    /// The calls of the crate for conformance tests: path inside `tests/conformance/<crate>/` to
    /// text.
    pub calls: BTreeMap<String, String>,
    /// Figures on the output.
    pub summary: Summary,
    /// Parts of the surface that the contract does not contain.
    pub notes: Vec<Note>,
    /// The crate's version: ours, with the contract's as build metadata.
    pub version: String,
    /// The parts of the contract that could not be generated; the notes list them as well.
    pub left_out: Vec<LeftOut>,
}

/// A generated crate in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Operations of the contract, after the overlay.
    pub declared: usize,
    /// Operations of the crate, and so builders.
    pub operations: usize,
    /// Structs, enums and unions.
    pub types: usize,
    /// The maximum size in bytes of the largest type in memory.
    pub largest: u64,
    /// Notes.
    pub notes: usize,
    /// Lines of Rust.
    pub lines: usize,
}

/// Generates the crate of one API.
///
/// # Errors
///
/// The first error of a stage, with the file and the place of its cause.
pub fn generate(input: &Input<'_>) -> Result<Generated> {
    last_resort::run(input, |left_out| finish(input, left_out, true))
}

/// The same without the calls that only this repository's own tests make.
///
/// # Errors
///
/// As for [`generate()`].
pub fn generate_crate(input: &Input<'_>) -> Result<Generated> {
    last_resort::run(input, |left_out| finish(input, left_out, false))
}

fn finish(input: &Input<'_>, left_out: &[LeftOut], with_calls: bool) -> Collected<Generated> {
    let in_contract = |error: Error| error.in_file(&input.api.contract);
    // Unreleased crates are compared with nothing, and a large contract need not be stored twice.
    let made = make(input, left_out, input.history.released.is_some())?;
    if !input.api.types_only {
        refine::paging::check(input.api, &made.model.operations)?;
    }
    let next = diff::next(input.api, &made.surface(), &made.contract, &input.history)?;
    let notes: Vec<Note> = made.notes.iter().cloned().collect();
    // The typed model is complete, and the files take memory.
    let Made { declared, model, .. } = made;
    let mark = Mark::new(input.api);
    let mut files =
        write::write(&model, input.api, &next.version, &digest(input), &notes, &mark).map_err(in_contract)?;
    let mut calls = if with_calls {
        write::calls(&model, input.api, &mark).map_err(in_contract)?
    } else {
        BTreeMap::new()
    };
    // This is a safeguard in case a text was not escaped: no output may contain invisible
    // characters.
    for text in files.values_mut().chain(calls.values_mut()) {
        if let Cow::Owned(visible) = text::visible(text) {
            *text = visible;
        }
    }
    files.insert("CHANGELOG.md".to_string(), next.changelog);
    let rust = files.iter().filter(|(path, _)| {
        Path::new(path)
            .extension()
            .is_some_and(|extension| extension == "rs")
    });
    let summary = Summary {
        declared,
        operations: model.operations.len(),
        types: model.types.len(),
        largest: boxes::largest(&model).map_or(0, |(_, size)| size),
        notes: notes.len(),
        lines: rust.map(|(_, text)| text.lines().count()).sum(),
    };
    Ok(Generated {
        files,
        calls,
        summary,
        notes,
        version: next.version,
        left_out: left_out.to_vec(),
    })
}

/// Runs the pipeline up to the surface of the API's crate.
///
/// # Errors
///
/// The first error of a stage, with the file and the place of its cause.
pub fn surface(input: &Input<'_>) -> Result<Seen> {
    let made = last_resort::run(input, |left_out| make(input, left_out, true))?;
    Ok(Seen {
        surface: made.surface(),
        contract: made.contract,
    })
}

/// The call of each operation with its required values, by the name of its request, as in the
/// documentation of its method.
///
/// # Errors
///
/// The first error of a stage, with the file and the place of its cause.
pub fn examples(input: &Input<'_>) -> Result<BTreeMap<String, String>> {
    let model = last_resort::run(input, |left_out| make(input, left_out, false))?.model;
    let calls = model
        .operations
        .iter()
        .filter_map(|operation| Some((operation.request.clone(), write::example(operation, &model)?)));
    Ok(calls.collect())
}

/// Runs the pipeline as far as [`surface`] does, and releases the crate in its current state.
///
/// # Errors
///
/// The first error of a stage, with the file and the place of its cause.
pub fn release(input: &Input<'_>) -> Result<Release> {
    let made = last_resort::run(input, |left_out| make(input, left_out, true))?;
    diff::release(input.api, made.surface(), &made.contract, &input.history)
}

/// The surface of a crate.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The surface.
    pub surface: Surface,
    /// The contract with its overlay, as written, which the surface's places lead into.
    pub contract: Document,
}

/// The output of all stages but the last for an API.
struct Made {
    /// The original contract, if it is kept.
    contract: Document,
    declared: usize,
    lowered: ir::Api,
    model: Model,
    notes: Notes,
}

impl Made {
    fn surface(&self) -> Surface {
        diff::surface(
            &self.model,
            &self.lowered,
            document::format(&self.contract),
            sha256(&self.contract.to_string()),
        )
    }
}

fn make(input: &Input<'_>, left_out: &[LeftOut], keep: bool) -> Collected<Made> {
    let mut notes = Notes::default();
    let document = contract_with_notes(input, &mut notes)?;
    let made = make_of(document, input, left_out, keep, &mut notes);
    let (contract, declared, lowered, model) = made.map_err(|errors| traced(errors, input, &notes))?;
    Ok(Made {
        contract,
        declared,
        lowered,
        model,
        notes,
    })
}

/// The errors with their places in the original contract.
fn traced(errors: Errors, input: &Input<'_>, notes: &Notes) -> Errors {
    errors.map(|error| error.traced(&notes.origins).in_file(&input.api.contract))
}

fn make_of(
    mut document: Document,
    input: &Input<'_>,
    left_out: &[LeftOut],
    keep: bool,
    notes: &mut Notes,
) -> Collected<(Document, usize, ir::Api, Model)> {
    let declared = declared(&document);
    let published = published(input)?;
    let contract = if keep { document.clone() } else { Value::Null };
    last_resort::leave_out(&mut document, left_out, notes);
    let api = stages::model(document, input.api, &published, notes, &mut |_, _| {})?;
    let types = generate::generate(&api)?;
    let mut model = refine::refine(&api, input.api, &types, &published, notes)?;
    if input.api.types_only {
        model.keep_types();
    }
    boxes::apply(&mut model);
    Ok((contract, declared, api, model))
}

/// Runs the pipeline up to the typed model; `observe` is called after every stage.
///
/// # Errors
///
/// The first error of a stage, with the file and the place of its cause.
pub fn observe(input: &Input<'_>, observe: &mut stages::Observer<'_>) -> Result<()> {
    let mut notes = Notes::default();
    let document = contract_with_notes(input, &mut notes)?;
    let made = stages::model(document, input.api, &published(input)?, &mut notes, observe);
    made.map_err(|errors| traced(errors, input, &notes).into_one())?;
    Ok(())
}

/// The names that the last release has published, unless the next one breaks callers anyway.
fn published(input: &Input<'_>) -> Result<Published> {
    match diff::last_release(&input.history)? {
        Some(record) if !diff::is_breaking(&record.version, input.api.version.as_deref()) => {
            Ok(Published::of(&record.surface))
        }
        _ => Ok(Published::default()),
    }
}

/// The number of operations in the contract. A path item may be a reference to another.
fn declared(document: &Document) -> usize {
    document
        .map("paths")
        .iter()
        .filter(|(path, _)| !path.starts_with("x-"))
        .filter_map(|(_, item)| Some((item, document::resolve(document, item)?)))
        .map(|(item, target)| {
            let has = |method: &&&str| item.get(**method).or_else(|| target.get(**method)).is_some();
            document::METHODS.iter().filter(has).count()
        })
        .sum()
}

/// The SHA-256 of the contract as it stands under `specs/`, in hexadecimal.
fn digest(input: &Input<'_>) -> String {
    sha256(input.contract.get(&input.api.contract).map_or("", String::as_str))
}

fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
