//! `lorgnette new`: from a vendor's page to a crate that compiles, with an adapter to begin with.
//!
//! `fetch` fetches and `regen` generates. What is then completed by hand is written once, here.

mod entry;
mod names;
mod places;
mod skeleton;

use crate::about::About;
use crate::failure::Failure;
use crate::fetch::{self, Settings};
use crate::regen::{self, source};
use crate::scheme::{Others, Scheme};
use crate::workspace::{self, CATALOGUE, Workspace};
use crate::write;
use entry::Entry;
use lorgnette_codegen::catalogue::{Api, DESCRIBED_BY_US};
use lorgnette_codegen::pipeline;
use lorgnette_codegen::salvage::{self, OVERLAY, Salvaged};
use lorgnette_codegen::text::{LONG, line};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::{Command, ExitCode};

/// Adds an API: from the vendor's documentation page to a crate that compiles.
///
/// Fetches the contract into specs/NAME/, adds an entry to specs/apis.toml, makes crates/NAME, and
/// beside it an adapter that fits the contract's security scheme, to go on from by hand. What
/// cannot be generated is left out by a draft of specs/NAME/overlay.yaml, and printed with the
/// reasons.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lorgnette new lamps-v1 --docs https://lamps.example.com/docs
  lorgnette new lamps-v1 --from saved/openapi.json --title 'Lamps API'")]
pub struct Options {
    /// The name of the API and its crate: lower-case letters, digits and hyphens, with the version
    /// last: lamps-v1.
    #[arg(value_name = "NAME")]
    name: String,
    /// The vendor's documentation page, or the contract itself.
    #[arg(long, value_name = "URL", required_unless_present = "from")]
    docs: Option<String>,
    /// Where to get the contract from in place of the page: another address, a saved file or a
    /// folder.
    #[arg(long, value_name = "URL|FILE|DIR")]
    from: Option<String>,
    /// Which contract, where a page shows several: its name there, or its address.
    #[arg(long, value_name = "NAME")]
    choose: Option<String>,
    /// What the documentation calls the API; the contract's title unless given.
    #[arg(long)]
    title: Option<String>,
    /// The company behind it; the contract's title unless given.
    #[arg(long)]
    vendor: Option<String>,
    /// Take http addresses, too, those of this machine included.
    #[arg(long)]
    allow_http: bool,
}

/// Adds an API.
///
/// # Errors
///
/// When the name is taken, the contract cannot be fetched, or nothing can be generated from it.
pub fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode, Failure> {
    names::refuse_taken(workspace, &options.name)?;
    let mut entry = Entry::new(&options.name, options.docs.as_deref().unwrap_or(DESCRIBED_BY_US));
    entry.set("documentation", options.docs.as_deref().unwrap_or_default());
    let api = entry.api()?;
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
        .map_err(|error| Failure::new(format!("the contract is no JSON: {error}")).at(&contract))?;
    let (scheme, other_schemes) = Scheme::of(&document);
    describe(&mut entry, options, &document, &scheme);
    let has_base_url = base_url(workspace, &mut entry, &document, fetched.address.as_deref())?;

    let salvaged = salvaged(workspace, &entry.api()?)?;
    if let Some(overlay) = &salvaged.overlay {
        write::whole(&workspace.path(&format!("specs/{}/{OVERLAY}", api.name)), overlay)?;
        entry.set("overlay", OVERLAY);
    }
    entry.append_to(workspace)?;
    let api = entry.api()?;
    let adapter = adapter(workspace, &api, &scheme, has_base_url)?;
    places::add(workspace, &api.name, adapter.as_deref())?;
    let status = regen::run(workspace, &regen::Options::only(&api.name), pipeline::generate)?;
    workspace::print(&said(
        workspace,
        &api,
        &salvaged,
        &scheme,
        &other_schemes,
        adapter.as_deref(),
    ));
    Ok(status)
}

/// What the contract says of itself goes into the entry.
fn describe(entry: &mut Entry, options: &Options, document: &Value, scheme: &Scheme) {
    let about = About::of(document);
    let said = |text: String| (!text.is_empty()).then_some(text);
    let title = options.title.clone().or_else(|| said(about.title));
    let title = title.unwrap_or_else(|| options.name.clone());
    let vendor = options.vendor.clone().or_else(|| said(about.vendor));
    entry.set("title", &title);
    entry.set("vendor", &vendor.unwrap_or(title));
    entry.set("authentication", &scheme.words());
    if options.docs.is_none() {
        entry.set("documentation", &about.documentation);
    }
}

/// Where requests go: the contract's own server, or one that is relative to where the contract was
/// fetched from. Says whether there is any.
fn base_url(
    workspace: &Workspace,
    entry: &mut Entry,
    document: &Value,
    fetched: Option<&str>,
) -> Result<bool, Failure> {
    let api = entry.api()?;
    let input = source::input(workspace, &api)?;
    // What cannot be generated is told later; it may well have an address.
    let seen = source::on_large_stack("specs", || pipeline::surface(&input))?;
    if seen.is_ok_and(|seen| seen.surface.head.base_url.is_some()) {
        return Ok(true);
    }
    let server = document
        .pointer("/servers/0/url")
        .or_else(|| document.get("basePath"));
    let server = server.and_then(Value::as_str).unwrap_or("/");
    let found = fetched.and_then(|address| url::Url::parse(address).ok()?.join(server).ok());
    let found = found.filter(|url| matches!(url.scheme(), "http" | "https"));
    if let Some(url) = &found {
        entry.set("base_url", url.as_str().trim_end_matches('/'));
    }
    Ok(found.is_some())
}

fn salvaged(workspace: &Workspace, api: &Api) -> Result<Salvaged, Failure> {
    let folder = format!("specs/{}", api.name);
    let input = source::input(workspace, api)?;
    source::on_large_stack(&folder, || salvage::salvage(&input))?.map_err(|error| {
        let failure = Failure::of_generator(&error, &folder);
        // Nothing stands in the way of another try.
        let _ = std::fs::remove_dir_all(workspace.path(&folder));
        failure
    })
}

/// Writes the adapter, and gives its name; none where there is one of that name already.
fn adapter(
    workspace: &Workspace,
    api: &Api,
    scheme: &Scheme,
    has_base_url: bool,
) -> Result<Option<String>, Failure> {
    let name = skeleton::adapter_name(&api.name);
    let folder = workspace.path(&workspace.crate_folder(&name));
    if folder.exists() {
        return Ok(None);
    }
    let plan = skeleton::Plan {
        adapter: &name,
        api,
        scheme,
        has_base_url,
    };
    let files: Vec<_> = skeleton::files(&plan)
        .into_iter()
        .map(|(path, text)| (folder.join(path), text))
        .collect();
    write::all(&files)?;
    // Names decide where lines break. Without rustfmt they break elsewhere, and that is all.
    let sources = files
        .iter()
        .map(|(path, _)| path)
        .filter(|path| path.extension().is_some_and(|kind| kind == "rs"));
    let _ = Command::new("rustfmt")
        .current_dir(workspace.root())
        .args(["--edition", "2024"])
        .args(sources)
        .output();
    Ok(Some(name))
}

/// What a maintainer has to know.
fn said(
    workspace: &Workspace,
    api: &Api,
    salvaged: &Salvaged,
    scheme: &Scheme,
    other_schemes: &Others,
    adapter: Option<&str>,
) -> String {
    let name = &api.name;
    let home = workspace.crate_folder(name);
    let mut text = String::from("\n");
    let _ = writeln!(
        text,
        "{home}: {} operations, {} types",
        salvaged.generated.summary.operations, salvaged.generated.summary.types
    );
    if !salvaged.repairs.is_empty() {
        let _ = writeln!(
            text,
            "\nCould not be generated, and is left out by specs/{name}/{OVERLAY}; repair it there, and remove the action:"
        );
        for repair in &salvaged.repairs {
            let said = format!("{}: {}", repair.pointer, repair.error.message);
            let _ = writeln!(text, "  {}", line(&said, LONG));
            if !repair.error.help.is_empty() {
                let _ = writeln!(text, "      {}", line(&repair.error.help, LONG));
            }
        }
    }
    let mut notes: BTreeMap<&str, usize> = BTreeMap::new();
    for note in &salvaged.generated.notes {
        *notes.entry(note.pass).or_insert(0) += 1;
    }
    if !notes.is_empty() {
        let _ = writeln!(
            text,
            "\nDiffers from the contract; an overlay would say it better ({home}/NOTES.md has the places):"
        );
        for (pass, count) in notes {
            let _ = writeln!(text, "  {pass}: {count}");
        }
    }
    let _ = writeln!(text, "\nauthentication: {}", line(&scheme.words(), LONG));
    if !other_schemes.together.is_empty() {
        let together = line(&other_schemes.together.join(", "), LONG);
        let _ = writeln!(
            text,
            "  the contract asks for more beside it, which the adapter does not send yet: {together}"
        );
    }
    if !other_schemes.instead.is_empty() {
        let _ = writeln!(
            text,
            "  the contract has others: {}",
            line(&other_schemes.instead.join(", "), LONG)
        );
    }
    match adapter {
        Some(adapter) => {
            let _ = writeln!(
                text,
                "{}: an adapter to go on from by hand; it is not written again",
                workspace.crate_folder(adapter)
            );
        }
        None => {
            let _ = writeln!(
                text,
                "there is an adapter already: {}; the new crate is to be added to it",
                workspace.crate_folder(&skeleton::adapter_name(name))
            );
        }
    }
    let _ = write!(
        text,
        "\nNext: read the entry in {CATALOGUE}, say how lists page, look at the operations' names, add the crate to the table in\n\
         README.md, run the tests, and commit.\n"
    );
    text
}
