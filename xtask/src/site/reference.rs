//! Writes a page for each API: its contract with our overlay in Redoc, with samples.

use super::programs::Example;
use super::samples;
use super::tools::Site;
use lorgnette::failure::CommandFailure;
use lorgnette::regen::source;
use lorgnette_codegen::catalogue::Entry;
use lorgnette_codegen::pipeline;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The path of the viewer in its npm package.
const VIEWER: &str = "node_modules/redoc/bundles/redoc.standalone.js";
/// The one external address that the viewer loads: an image of its maker.
const LOADED: &str = "https://cdn.redoc.ly/redoc/logo-mini.svg";
/// An empty image, which replaces it.
const EMPTY: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E";
/// Our own script, which starts the viewer on a page.
const SCRIPT: &str = "xtask/site/reference.js";
/// The template of the page; the parts in braces are filled in.
const PAGE: &str = "xtask/site/reference.html";

/// Writes the pages, and the files that they load.
///
/// # Errors
///
/// When an API cannot be read, a file cannot be written, or an operation lacks a sample.
pub fn write(site: &Site<'_>, apis: &[Entry], commands: &[Example]) -> Result<(), CommandFailure> {
    let folder = site.out.join("reference");
    let failure = |error| CommandFailure::io("write to", &folder, &error);
    fs::create_dir_all(&folder).map_err(failure)?;
    fs::write(folder.join("redoc.js"), viewer(&site.packages.join(VIEWER))?).map_err(failure)?;
    fs::write(folder.join("reference.js"), site.workspace.read(SCRIPT)?).map_err(failure)?;
    let page = site.workspace.read(PAGE)?;
    for api in apis {
        let contract = with_samples(site, api, commands)?;
        // The text must not end the enclosing element.
        let contract = contract.to_string().replace('<', "\\u003c");
        let page = page
            .replace("{title}", &escaped(&api.title))
            .replace("{crate}", &escaped(&api.name))
            .replace("{contract}", &contract);
        fs::write(folder.join(format!("{}.html", api.name)), page).map_err(failure)?;
    }
    Ok(())
}

/// The viewer, changed to load nothing from other hosts.
fn viewer(path: &Path) -> Result<String, CommandFailure> {
    let text = fs::read_to_string(path).map_err(|error| CommandFailure::io("read", path, &error))?;
    match text.matches(LOADED).count() {
        1 => Ok(text.replace(LOADED, EMPTY)),
        count => Err(CommandFailure::new(format!(
            "Redoc names {LOADED} {count} times instead of once; check what it loads"
        ))),
    }
}

/// The contract with its overlay applied and samples added to each operation.
fn with_samples(site: &Site<'_>, api: &Entry, commands: &[Example]) -> Result<Value, CommandFailure> {
    let input = source::input(site.workspace, api)?;
    let folder = format!("specs/{}", api.name);
    let seen = source::on_large_stack(&folder, || pipeline::surface(&input))?
        .map_err(|error| CommandFailure::of_generator(&error, &folder))?;
    let rust = samples::in_rust(&input, &seen)?;
    let mut contract = seen.contract.clone();
    let of_api = commands.iter().filter(|command| command.api == api.title);
    let commands: BTreeMap<&str, &Example> = of_api
        .map(|command| (command.request.as_str(), command))
        .collect();
    for operation in seen.surface.operations.values() {
        let mut samples = vec![sample("rust", "Rust", rust.get(&operation.at))];
        let command = commands.get(operation.request.as_str());
        samples.push(sample(
            "shell",
            "Command line",
            command.map(|command| &command.line),
        ));
        samples.push(sample("shell", "curl", command.map(|command| &command.curl)));
        let samples = samples.into_iter().collect::<Option<Vec<Value>>>();
        let place = contract.pointer_mut(&operation.at).and_then(Value::as_object_mut);
        match (place, samples) {
            (Some(place), Some(samples)) => place.insert("x-codeSamples".to_owned(), samples.into()),
            _ => {
                return Err(CommandFailure::new(format!("{} lacks a sample", operation.request)).at(folder));
            }
        };
    }
    Ok(contract)
}

fn sample(language: &str, label: &str, source: Option<&String>) -> Option<Value> {
    Some(json!({"lang": language, "label": label, "source": source?}))
}

/// Text, escaped for HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}
