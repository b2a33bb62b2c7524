//! `cargo xtask judge`: checks the rules of `diff` against other tools that compare crates.
//!
//! Each pair of fixtures becomes two crates. Rustdoc writes their documentation as JSON, and both
//! tools compare it. Their verdicts are committed, and a test compares ours with them.

mod tools;
mod verdicts;

use lorgnette::failure::CommandFailure;
use lorgnette::regen::source;
use lorgnette::workspace::{self, Workspace};
use lorgnette_codegen::catalogue::{Catalogue, Entry};
use lorgnette_codegen::diff::History;
use lorgnette_codegen::pipeline::{self, Input};
use std::collections::BTreeMap;
use std::process::ExitCode;
use tools::Crates;
use verdicts::Verdict;

/// The fixtures: a contract, and an overlay for each rule.
const FIXTURES: &str = "codegen/tests/fixtures/diff";
/// The contract that all overlays apply to.
const CONTRACT: &str = "before.yaml";
/// The file of the verdicts.
const VERDICTS: &str = "verdicts.toml";

/// Measures the verdicts of cargo-semver-checks and cargo-public-api on the changes that `diff` has
/// rules for.
///
/// Each pair of fixtures in codegen/tests/fixtures/diff becomes two crates in target/judge, and the
/// verdicts go to verdicts.toml beside the fixtures, which keeps hand-written reasons. Needs both
/// tools on the path and the nightly toolchain, since only nightly writes documentation as JSON:
/// `cargo install --root DIR cargo-semver-checks cargo-public-api`.
#[derive(clap::Args)]
pub struct JudgeOptions {
    /// The rules to judge; by default, all of them.
    #[arg(value_name = "RULE")]
    rules: Vec<String>,
}

/// Measures.
///
/// # Errors
///
/// When a tool is missing, or a fixture gives no crate that compiles.
pub fn run(workspace: &Workspace, options: &JudgeOptions) -> Result<ExitCode, CommandFailure> {
    let catalogue = workspace.read(&format!("{FIXTURES}/apis.toml"))?;
    let mut catalogue = Catalogue::parse(&catalogue)
        .map_err(|error| CommandFailure::of_generator(&error.in_file(FIXTURES), ""))?;
    let Some(api) = catalogue.apis.first_mut() else {
        return Err(CommandFailure::new("there is no API").at(FIXTURES));
    };
    api.overlay = Some("overlay.yaml".to_string());
    let crates = Crates::prepare(workspace, &api.name)?;
    let contract = crates.document("before", &generated(workspace, api, None)?)?;
    let mut measured = BTreeMap::new();
    for (rule, path) in overlays(workspace)? {
        if !options.rules.is_empty() && !options.rules.contains(&rule) {
            continue;
        }
        let overlay = workspace.read(&path)?;
        let reversed = overlay.contains("x-reversed: true");
        let other = crates.document(&rule, &generated(workspace, api, Some(overlay))?)?;
        let (before, after) = if reversed {
            (&other, &contract)
        } else {
            (&contract, &other)
        };
        let verdict = Verdict {
            semver_checks: crates.semver_checks(before, after)?,
            public_api: crates.public_api(before, after)?,
        };
        workspace::print(&format!(
            "{rule}: {} {}\n",
            verdict.semver_checks, verdict.public_api
        ));
        measured.insert(rule, verdict);
    }
    verdicts::write(
        workspace,
        &format!("{FIXTURES}/{VERDICTS}"),
        &measured,
        &crates.versions()?,
    )?;
    Ok(ExitCode::SUCCESS)
}

/// The overlays and their paths, by rule.
fn overlays(workspace: &Workspace) -> Result<BTreeMap<String, String>, CommandFailure> {
    let folder = workspace.path(FIXTURES);
    let entries = std::fs::read_dir(&folder).map_err(|error| CommandFailure::io("read", &folder, &error))?;
    let names = entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok());
    let overlays = names.filter(|name| name != CONTRACT).filter_map(|name| {
        let rule = name.strip_suffix(".yaml")?.to_string();
        Some((rule, format!("{FIXTURES}/{name}")))
    });
    Ok(overlays.collect())
}

/// The files of the fixture's crate.
fn generated(
    workspace: &Workspace,
    api: &Entry,
    overlay: Option<String>,
) -> Result<BTreeMap<String, String>, CommandFailure> {
    let contract = workspace.read(&format!("{FIXTURES}/{CONTRACT}"))?;
    let input = Input {
        api,
        contract: BTreeMap::from([(api.contract.clone(), contract)]),
        overlay,
        history: History::default(),
    };
    let generated = source::on_large_stack(FIXTURES, || pipeline::generate_crate(&input))?;
    Ok(generated
        .map_err(|error| CommandFailure::of_generator(&error, FIXTURES))?
        .files)
}
