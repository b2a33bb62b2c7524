//! `lorgnette new`: adds an API, from a vendor's page to a crate that compiles, with a draft of an
//! adapter.
//!
//! `fetch` fetches and `regen` generates; this module writes, once, the files that are edited by
//! hand afterwards. All of it happens in a copy, so that a project gets either all of a new API or
//! nothing.

mod confidence;
mod drafts;
mod entry;
mod operation_names;
mod paging;
mod rounds;
mod said;
mod secrets;
mod skeleton;
mod type_names;

use crate::about::About;
use crate::failure::CommandFailure;
use crate::fetch::{self, Settings};
use crate::regen::{self, source};
use crate::scheme::Scheme;
use crate::stage::Stage;
use crate::workspace::{self, CATALOGUE, Workspace};
use crate::{names, places, write};
use entry::DraftEntry;
use lorgnette_codegen::catalogue::{DESCRIBED_BY_US, Entry};
use lorgnette_codegen::pipeline;
use lorgnette_codegen::salvage::OVERLAY;
use said::Made;
use serde_json::Value;
use std::process::{Command, ExitCode};

/// Adds an API: from the vendor's documentation page to a crate that compiles.
///
/// Fetches the contract into specs/NAME/, adds an entry to specs/apis.toml, generates the crate
/// NAME, and drafts an adapter that fits the contract's security scheme, with a test, for you to
/// edit. A draft of specs/NAME/overlay.yaml leaves out parts that cannot be generated, and they are
/// printed with the reasons. Better names, secrets and paging are drafted, too, each with its
/// confidence. If anything fails, nothing changes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lorgnette new lamps-v1 --docs https://lamps.example.com/docs
  lorgnette new lamps-v1 --from saved/openapi.json --title 'Lamps API'")]
pub struct NewOptions {
    /// The name of the API and its crate: lower-case letters, digits and hyphens, with the version
    /// last: lamps-v1. The project's `prefix` is put before it.
    #[arg(value_name = "NAME")]
    name: String,
    /// The vendor's documentation page, or the contract itself.
    #[arg(long, value_name = "URL", required_unless_present = "from")]
    docs: Option<String>,
    /// Where to fetch the contract from, in place of the page: another address, a saved file or a
    /// folder.
    #[arg(long, value_name = "URL|FILE|DIR")]
    from: Option<String>,
    /// The contract, if a page shows several: its name there, or its address.
    #[arg(long, value_name = "NAME")]
    choose: Option<String>,
    /// What the documentation calls the API; the contract's title unless given.
    #[arg(long)]
    title: Option<String>,
    /// The company behind it; the contract's title unless given.
    #[arg(long)]
    vendor: Option<String>,
    /// Also accept http addresses, including those of this machine.
    #[arg(long)]
    allow_http: bool,
}

/// The changes for a new API outside its own folders.
const PARTS: [&str; 5] = [
    "Cargo.toml",
    "Cargo.lock",
    ".gitattributes",
    CATALOGUE,
    fetch::lock::LOCK,
];

/// Adds an API.
///
/// # Errors
///
/// When the name is taken, the contract cannot be fetched, or nothing can be generated from it. In
/// these cases nothing has changed.
pub fn run(workspace: &Workspace, options: &NewOptions) -> Result<ExitCode, CommandFailure> {
    let project = workspace.catalogue()?.project;
    let name = match options.name.strip_prefix(&project.prefix) {
        Some(_) => options.name.clone(),
        None => format!("{}{}", project.prefix, options.name),
    };
    let adapter = skeleton::adapter_name(&name);
    names::refuse_taken(workspace, &name, project.adapters.then_some(adapter.as_str()))?;
    let _lock = regen::lock(workspace)?;
    let licences = regen::licences(workspace)?;
    let mut parts = PARTS.to_vec();
    parts.extend(licences.iter().map(|(name, _)| name.as_str()));
    let tests = places::tests(workspace);
    parts.extend(tests.iter().flatten().map(String::as_str));
    let stage = Stage::of(workspace, &parts)?;
    let mut api = DraftEntry::new(&name, options.docs.as_deref().unwrap_or(DESCRIBED_BY_US));
    api.set("documentation", options.docs.as_deref().unwrap_or_default());
    let has_adapter = workspace.path(&workspace.crate_folder(&adapter)).exists();
    let text = make(stage.workspace(), options, api, project.adapters && !has_adapter)?;
    stage.commit()?;
    workspace::print(&text);
    Ok(ExitCode::SUCCESS)
}

/// Creates the whole API, and returns the messages.
fn make(
    workspace: &Workspace,
    options: &NewOptions,
    mut entry: DraftEntry,
    with_adapter: bool,
) -> Result<String, CommandFailure> {
    let api = entry.api(workspace)?;
    let settings = Settings {
        from: options.from.clone(),
        choose: options.choose.clone(),
        allow_http: options.allow_http,
        ..Settings::default()
    };
    let fetched = fetch::fetch_api(workspace, &api, &settings)?;
    fetched.warn();

    let contract = format!("specs/{}/{}", api.name, api.contract);
    let text = workspace.read(&contract)?;
    let document: Value = serde_json::from_str(&text)
        .map_err(|error| CommandFailure::new(format!("the contract is not JSON: {error}")).at(&contract))?;
    let (scheme, others) = Scheme::of(&document);
    describe(&mut entry, options, &api.name, &document, &scheme);
    let base_url = base_url(workspace, &mut entry, &document, fetched.address.as_deref())?;
    let drafts = drafts::drafts(workspace, &entry.api(workspace)?, &document)?;
    if let Some(overlay) = &drafts.overlay {
        write::whole(&workspace.path(&format!("specs/{}/{OVERLAY}", api.name)), overlay)?;
        entry.set("overlay", OVERLAY);
    }
    if let Some(paging) = &drafts.paging {
        entry.set_table("paging", &paging.entry())?;
    }
    entry.rename_types(&drafts.types);
    entry.append_to(workspace)?;
    let api = entry.api(workspace)?;
    let version = generate(workspace, &api)?;
    let adapter = skeleton::adapter_name(&api.name);
    let plan = skeleton::Plan {
        adapter: &adapter,
        api: &api,
        version: &version,
        scheme: &scheme,
        has_base_url: base_url.is_some(),
    };
    let mut crates = vec![(api.name.as_str(), version.as_str())];
    let adapter_version = skeleton::version(workspace)?;
    if with_adapter {
        write_adapter(workspace, &plan)?;
        crates.push((&adapter, &adapter_version));
    }
    places::add(workspace, &crates, &api.name)?;
    places::add_to_tests(workspace, &api.name)?;
    Ok(said::text(
        workspace,
        &Made {
            api: &api,
            drafts: &drafts,
            scheme: &scheme,
            others: &others,
            base_url: base_url.as_deref(),
            adapter: with_adapter.then_some(adapter.as_str()),
        },
    ))
}

/// Creates the crate; returns its version, without the contract's.
fn generate(workspace: &Workspace, api: &Entry) -> Result<String, CommandFailure> {
    let made = regen::one(workspace, api, false, pipeline::generate)?;
    let version = made.version.split('+').next().unwrap_or_default();
    Ok(version.to_owned())
}

/// The contract's own metadata is copied to the entry.
fn describe(entry: &mut DraftEntry, options: &NewOptions, name: &str, document: &Value, scheme: &Scheme) {
    let about = About::of(document);
    let said = |text: String| (!text.is_empty()).then_some(text);
    let title = options.title.clone().or_else(|| said(about.title));
    let title = title.unwrap_or_else(|| name.to_owned());
    let vendor = options.vendor.clone().or_else(|| said(about.vendor));
    entry.set("title", &title);
    entry.set("vendor", &vendor.unwrap_or(title));
    entry.set("authentication", &scheme.words());
    if options.docs.is_none() {
        entry.set("documentation", &about.documentation);
    }
}

/// The address for requests: the contract's own server, or the resolved address of a relative one,
/// which is then set in the entry.
fn base_url(
    workspace: &Workspace,
    entry: &mut DraftEntry,
    document: &Value,
    fetched: Option<&str>,
) -> Result<Option<String>, CommandFailure> {
    let api = entry.api(workspace)?;
    let input = source::input(workspace, &api)?;
    // A contract that cannot be generated is reported later; it may still have an address.
    let seen = source::on_large_stack("specs", || pipeline::surface(&input))?;
    let own = seen.ok().and_then(|seen| seen.surface.head.base_url);
    if own.is_some() {
        return Ok(own);
    }
    let server = document
        .pointer("/servers/0/url")
        .or_else(|| document.get("basePath"));
    let server = server.and_then(Value::as_str).unwrap_or("/");
    let found = fetched.and_then(|address| url::Url::parse(address).ok()?.join(server).ok());
    let found = found.filter(|url| matches!(url.scheme(), "http" | "https"));
    let found = found.map(|url| url.as_str().trim_end_matches('/').to_owned());
    if let Some(url) = &found {
        entry.set("base_url", url);
    }
    Ok(found)
}

/// Writes the adapter.
fn write_adapter(workspace: &Workspace, plan: &skeleton::Plan<'_>) -> Result<(), CommandFailure> {
    let folder = workspace.path(&workspace.crate_folder(plan.adapter));
    let files: Vec<_> = skeleton::files(workspace, plan)
        .into_iter()
        .map(|(path, text)| (folder.join(path), text))
        .collect();
    write::all(&files)?;
    // The line breaks of the formatted files depend on names. Without rustfmt, only line breaks
    // differ.
    let sources = files
        .iter()
        .map(|(path, _)| path)
        .filter(|path| path.extension().is_some_and(|kind| kind == "rs"));
    let _ = Command::new("rustfmt")
        .current_dir(workspace.root())
        .args(["--edition", "2024"])
        .args(sources)
        .output();
    Ok(())
}
