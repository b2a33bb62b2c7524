//! `adopt`: replaces our description of an API with the vendor's contract.

mod draft;

use crate::catalogue::Document;
use crate::compare::pairs::Pairs;
use crate::compare::{self, Both};
use crate::failure::CommandFailure;
use crate::workspace::{self, CATALOGUE, Workspace};
use crate::write;
use draft::Draft;
use lorgnette_codegen::catalogue::{Entry, VENDOR, is_public};
use lorgnette_codegen::diff::{self, FIRST, Report};
use lorgnette_codegen::load;
use lorgnette_codegen::pipeline::Seen;
use lorgnette_codegen::salvage::OVERLAY;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::ExitCode;
use toml_edit::{Item, Table, value};

/// Replaces our description of an API with the vendor's contract.
///
/// Drafts an overlay that keeps the crate's published names: operations are matched by method and
/// path, types by where they are used. Facts that only our description contains go into the overlay
/// as well: paging, retry marks, dates without a zone, secrets. The description keeps the repairs
/// of our overlay, for `compare`. Prints what callers lose and gain. Where several of the vendor's
/// types fit one of ours, nothing is written until `--same` decides.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lorgnette adopt lamps-v1 --check            what would be written, and what callers lose or gain
  lorgnette adopt lamps-v1
  lorgnette adopt lamps-v1 --same Clip=Record

Then: `lorgnette generate lamps-v1`.")]
pub struct AdoptOptions {
    /// The API, as specs/apis.toml names it.
    #[arg(value_name = "API")]
    api: String,
    /// Match a type of the vendor's contract with one of ours.
    #[arg(long, value_name = "OURS=THEIRS")]
    same: Vec<String>,
    /// Write nothing; print the overlay and what callers lose or gain.
    #[arg(long)]
    check: bool,
}

/// Adopts the contract, or prints what adopting would change.
///
/// # Errors
///
/// When the API has no description of ours, the vendor's contract has been adopted already, is
/// missing, or leaves something undecided.
pub fn run(workspace: &Workspace, options: &AdoptOptions) -> Result<ExitCode, CommandFailure> {
    let catalogue = workspace.catalogue()?;
    let api = catalogue.api(&options.api);
    let api = api.map_err(|error| CommandFailure::of_generator(&error.in_file(CATALOGUE), ""))?;
    if !api.is_described() && api.described.is_some() {
        return Err(CommandFailure::new(format!(
            "the vendor's contract of {:?} has been adopted already",
            api.name
        ))
        .at(CATALOGUE)
        .help(format!(
            "run `{}` to see what has changed since",
            workspace.command(&format!("diff {}", api.name))
        )));
    }
    let both = Both::read(workspace, api)?;
    let given = compare::given(&options.same, &both)?;
    let pairs = Pairs::new(&both.ours.surface, &both.theirs.surface, &given);
    if !pairs.undecided.is_empty() {
        return Err(undecided(api, &pairs));
    }
    let adopted = Adopted::new(workspace, api, &both, &pairs, &given)?;
    let mut said = String::new();
    if options.check {
        said.push_str(adopted.overlay.as_deref().unwrap_or_default());
    } else {
        adopted.write(workspace, api, &both)?;
        let _ = writeln!(
            said,
            "{0}: specs/{0}/{VENDOR} is the contract now; {1} actions keep our names and facts",
            api.name, adopted.actions
        );
    }
    said.push_str(&adopted.report.text());
    for lost in draft::lost_names(&both, &pairs, &adopted.seen.surface) {
        let _ = writeln!(
            said,
            "  not kept: {lost}; the vendor's contract has it under another name"
        );
    }
    if !options.check {
        let _ = writeln!(
            said,
            "next: `{}`",
            workspace.command(&format!("generate {}", api.name))
        );
    }
    workspace::print(&said);
    Ok(ExitCode::SUCCESS)
}

fn undecided(api: &Entry, pairs: &Pairs) -> CommandFailure {
    let mut message = "several of the vendor's types fit one of ours equally well:".to_owned();
    for (ours, several) in &pairs.undecided {
        let _ = write!(message, "\n      {ours}: {}", several.join(", "));
    }
    CommandFailure::new(message)
        .at(format!("specs/{}/{VENDOR}", api.name))
        .help("decide each with `--same OURS=THEIRS`, and run the command again")
}

/// How many times type names are checked again after others were kept.
const ROUNDS: usize = 4;

/// The outcome of adopting.
struct Adopted {
    overlay: Option<String>,
    actions: usize,
    entry: Entry,
    seen: Seen,
    report: Report,
}

impl Adopted {
    fn new(
        workspace: &Workspace,
        api: &Entry,
        both: &Both,
        pairs: &Pairs,
        given: &BTreeMap<String, String>,
    ) -> Result<Self, CommandFailure> {
        let folder = format!("specs/{}", api.name);
        let vendor = workspace.read(&format!("{folder}/{VENDOR}"))?;
        let mut draft = Draft::of_operations(both, pairs);
        draft.add_knowledge(&both.ours.surface, &both.theirs.surface, pairs);
        let mut entry = compare::vendors(api);
        if !both
            .theirs
            .surface
            .head
            .base_url
            .as_deref()
            .is_some_and(is_public)
        {
            entry.base_url.clone_from(&both.ours.surface.head.base_url);
        }
        let mut overlay = draft.text(&api.name);
        entry.overlay = overlay.as_ref().map(|_| OVERLAY.to_owned());
        let mut seen = compare::seen(&entry, &folder, vendor.clone(), overlay.clone())?;
        // Names depend on each other: an unnamed type is named after its use.
        for _ in 0..ROUNDS {
            let given = given
                .iter()
                .filter(|(_, theirs)| seen.surface.types.contains_key(*theirs));
            let given = given
                .map(|(ours, theirs)| (ours.clone(), theirs.clone()))
                .collect();
            let types = Pairs::new(&both.ours.surface, &seen.surface, &given);
            if !draft.add_names(&seen, &types) {
                break;
            }
            overlay = draft.text(&api.name);
            entry.overlay = overlay.as_ref().map(|_| OVERLAY.to_owned());
            entry.naming.rename_types.clone_from(&draft.rename_types);
            seen = compare::seen(&entry, &folder, vendor.clone(), overlay.clone())?;
        }
        let report = Report {
            api: api.name.clone(),
            released: FIRST.to_owned(),
            contract: (
                both.ours.surface.head.contract.clone(),
                seen.surface.head.contract.clone(),
            ),
            changes: diff::compare(&both.ours.surface, &seen.surface, Some(&seen.contract)),
        };
        Ok(Self {
            overlay,
            actions: draft.actions.len(),
            entry,
            seen,
            report,
        })
    }

    fn write(&self, workspace: &Workspace, api: &Entry, both: &Both) -> Result<(), CommandFailure> {
        let path = |file: &str| workspace.path(&format!("specs/{}/{file}", api.name));
        let mut files = vec![(workspace.path(CATALOGUE), self.catalogue(workspace, api)?)];
        if let Some(overlay) = &self.overlay {
            files.push((path(OVERLAY), overlay.clone()));
        }
        // The overlay was written for our description, and still applies to it.
        if let (Some(described), Some(_)) = (&api.described, &api.overlay) {
            files.push((path(described), load::to_text(&both.ours.contract)));
        }
        write::all(&files)?;
        if let Some(old) = api
            .overlay
            .as_deref()
            .filter(|old| self.overlay.is_none() || *old != OVERLAY)
        {
            let old = path(old);
            std::fs::remove_file(&old).map_err(|error| CommandFailure::io("remove", &old, &error))?;
        }
        Ok(())
    }

    /// The catalogue with the entry changed, and everything else unchanged.
    fn catalogue(&self, workspace: &Workspace, api: &Entry) -> Result<String, CommandFailure> {
        let mut document = Document::read(workspace)?;
        let entry = document.entry(&api.name)?;
        entry["contract"] = value(VENDOR);
        match &self.entry.overlay {
            Some(overlay) => entry["overlay"] = value(overlay),
            None => {
                entry.remove("overlay");
            }
        }
        if let Some(base_url) = self
            .entry
            .base_url
            .as_ref()
            .filter(|url| api.base_url.as_ref() != Some(*url))
        {
            entry["base_url"] = value(base_url);
        }
        if !self.entry.naming.rename_types.is_empty() || !api.naming.rename_types.is_empty() {
            let naming = entry.entry("naming").or_insert_with(|| {
                let mut table = Table::new();
                table.set_implicit(true);
                Item::Table(table)
            });
            let mut names = Table::new();
            for (schema, name) in &self.entry.naming.rename_types {
                names.insert(schema, value(name));
            }
            naming["rename-types"] = Item::Table(names);
        }
        Ok(document.text())
    }
}
