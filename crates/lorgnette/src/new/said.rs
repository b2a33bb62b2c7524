//! The final message of `new`: the result, the drafts with their confidence, and the items to
//! review.

use super::confidence::Confidence;
use super::drafts::Drafts;
use super::skeleton;
use crate::scheme::{Others, Scheme};
use crate::workspace::{CATALOGUE, Workspace};
use lorgnette_codegen::catalogue::{Entry, is_public};
use lorgnette_codegen::salvage::OVERLAY;
use lorgnette_codegen::text::{LONG, line};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The maximum number of drafted names in the message.
const NAMES: usize = 20;

/// The contents of the message.
pub struct Made<'a> {
    /// The entry.
    pub api: &'a Entry,
    /// The drafts.
    pub drafts: &'a Drafts,
    /// How the API authenticates, and what else the contract says about that.
    pub scheme: &'a Scheme,
    /// The contract's further statements.
    pub others: &'a Others,
    /// The address for requests, if it is known.
    pub base_url: Option<&'a str>,
    /// The new adapter, if there is one.
    pub adapter: Option<&'a str>,
}

/// The whole message.
pub fn text(workspace: &Workspace, made: &Made<'_>) -> String {
    let name = &made.api.name;
    let home = workspace.crate_folder(name);
    let summary = made.drafts.salvaged.generated.summary;
    let mut text = format!(
        "\n{home}: {} operations, {} types\n",
        summary.operations, summary.types
    );
    repairs(&mut text, made, &home);
    names(&mut text, made);
    types(&mut text, made);
    secrets(&mut text, made);
    paging(&mut text, made);
    authentication(&mut text, made);
    address(&mut text, made);
    let project = workspace.project();
    match made.adapter {
        Some(adapter) => {
            let _ = writeln!(
                text,
                "\n{}: an adapter to go on from by hand; it is not written again",
                workspace.crate_folder(adapter)
            );
        }
        None if !project.adapters => {}
        None => {
            let _ = writeln!(
                text,
                "\nthere is an adapter already: {}; the new crate is to be added to it",
                workspace.crate_folder(&skeleton::adapter_name(name))
            );
        }
    }
    let _ = writeln!(
        text,
        "\nNext: read the entry in {CATALOGUE}, run `cargo test`, and commit."
    );
    text
}

fn repairs(text: &mut String, made: &Made<'_>, home: &str) {
    let name = &made.api.name;
    let salvaged = &made.drafts.salvaged;
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
}

fn names(text: &mut String, made: &Made<'_>) {
    let names = &made.drafts.names;
    if names.is_empty() {
        return;
    }
    let _ = writeln!(
        text,
        "\nNames of operations, drafted in specs/{}/{OVERLAY}:",
        made.api.name
    );
    let renamed = names.iter().map(|name| {
        let old = match name.old.as_str() {
            "" => &name.pointer,
            old => old,
        };
        (old, name.new.as_str(), name.confidence)
    });
    list(text, renamed);
}

/// The first of these names: old name, new name, and confidence.
fn list<'n>(text: &mut String, names: impl ExactSizeIterator<Item = (&'n str, &'n str, Confidence)>) {
    let more = names.len().saturating_sub(NAMES);
    for (old, new, confidence) in names.take(NAMES) {
        let said = format!("{old} -> {new} (confidence {confidence})");
        let _ = writeln!(text, "  {}", line(&said, LONG));
    }
    if more > 0 {
        let _ = writeln!(text, "  and {more} more");
    }
}

fn types(text: &mut String, made: &Made<'_>) {
    let types = &made.drafts.types;
    if types.is_empty() {
        return;
    }
    let _ = writeln!(
        text,
        "\nNames of types, drafted in {CATALOGUE} under `naming.rename-types`; a release keeps them for good:"
    );
    let renamed = types.iter();
    list(
        text,
        renamed.map(|name| (name.old.as_str(), name.new.as_str(), name.confidence)),
    );
}

fn secrets(text: &mut String, made: &Made<'_>) {
    let secrets = &made.drafts.secrets;
    if !secrets.is_empty() {
        let _ = writeln!(
            text,
            "\nSecrets, which do not show themselves in logs: {}, drafted in specs/{}/{OVERLAY} after the names of members",
            secrets.len(),
            made.api.name
        );
    }
}

fn paging(text: &mut String, made: &Made<'_>) {
    if let Some(paging) = &made.drafts.paging {
        let _ = writeln!(
            text,
            "\npaging: {}, drafted in {CATALOGUE}; operations: {}, confidence {}",
            line(&paging.entry(), LONG),
            paging.operations,
            paging.confidence
        );
    }
}

fn authentication(text: &mut String, made: &Made<'_>) {
    let _ = writeln!(text, "\nauthentication: {}", line(&made.scheme.words(), LONG));
    if !made.others.description.trim().is_empty() {
        let _ = writeln!(
            text,
            "  the contract says of it: {}",
            line(&made.others.description, LONG)
        );
    }
    if let Some(doubt) = made.scheme.doubt() {
        let _ = writeln!(text, "  warning: {doubt}");
    }
    for (names, what) in [
        (
            &made.others.together,
            "the contract also requires others, which the adapter does not send yet",
        ),
        (&made.others.instead, "the contract has others"),
    ] {
        if !names.is_empty() {
            let _ = writeln!(text, "  {what}: {}", line(&names.join(", "), LONG));
        }
    }
}

fn address(text: &mut String, made: &Made<'_>) {
    let Some(base_url) = made.base_url else {
        let _ = writeln!(
            text,
            "\nwarning: the contract names no server; set `base_url` of the entry, or every caller gives an address"
        );
        return;
    };
    let shown = line(base_url, LONG);
    if !is_public(base_url) {
        let _ = writeln!(
            text,
            "\nwarning: the server is {shown}, which callers elsewhere cannot reach; set `base_url` of the entry"
        );
    }
    if base_url.starts_with("http://") {
        let _ = writeln!(
            text,
            "\nwarning: the server is {shown}: without TLS, credentials go in clear text, and the adapter refuses the address; \
             set `base_url` of the entry to one of https"
        );
    }
}
