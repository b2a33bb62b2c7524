//! Reads all files of a contract into one document.

use super::bundle;
use super::files::{Dangling, Files, Links};
use super::grammar::{DEEPEST, Kind, Slot};
use super::sources::{ENTRY, Sources};
use super::trail::{Trail, TrailStart};
use super::version::version;
use crate::diagnostics::{Notes, Result};
use crate::document::Document;
use serde_json::Value;
use std::rc::Rc;

/// Reads a contract whose first file is `entry`, and all files that it refers to.
///
/// # Errors
///
/// When a file is missing or neither JSON nor YAML, when it is not a contract of a known version,
/// or when a reference cannot be resolved or is circular. The error names the file and the place of
/// the reference.
pub fn load(files: &Files, entry: &str) -> Result<Document> {
    load_linked(files, &Links::new(), entry, Dangling::Refused)
}

/// The same for the pipeline, in which an overlay may repair faults: unresolvable references are
/// kept until `mend`, and the last of several members of the same name counts, with a note.
///
/// # Errors
///
/// Like [`load`], apart from unresolvable references.
pub fn load_for_overlay(files: &Files, entry: &str, notes: &mut Notes) -> Result<Document> {
    let links = Links::new();
    let mut sources = Sources::new(files, &links, entry, Dangling::Left)?;
    let read = read(&mut sources, entry);
    for (file, member) in sources.repeated() {
        let what = if file == entry {
            format!("duplicate member {member:?} in one object: the first is left out")
        } else {
            format!("duplicate member {member:?} in one object of {file}: the first is left out")
        };
        notes.omit(
            "load",
            "",
            what,
            "The last of several members of the same name counts.",
        );
    }
    read.map(|tree| {
        drop(sources);
        tree.unwrap_or_clone()
    })
}

/// The same as [`load`], for files whose names do not determine the targets of their references:
/// files from the network have the names that their components should get, and `links` maps their
/// references to files.
///
/// # Errors
///
/// As for [`load`].
pub fn load_linked(files: &Files, links: &Links, entry: &str, dangling: Dangling) -> Result<Document> {
    let mut sources = Sources::new(files, links, entry, dangling)?;
    let read = read(&mut sources, entry)?;
    drop(sources);
    Ok(read.unwrap_or_clone())
}

/// A created document, or the entry file's own.
enum Read {
    Bundled(Document),
    Entry(Rc<Value>),
}

impl Read {
    fn unwrap_or_clone(self) -> Document {
        match self {
            Read::Bundled(document) => document,
            Read::Entry(tree) => Rc::unwrap_or_clone(tree),
        }
    }
}

fn read(sources: &mut Sources<'_>, entry: &str) -> Result<Read> {
    let tree = sources.tree(ENTRY);
    let version = version(&tree).map_err(|error| error.in_file(entry))?;
    let start = TrailStart {
        file: ENTRY,
        pointer: "",
        container: None,
        inside: "",
    };
    if scan(sources, &tree, Slot::One(Kind::Root), &Trail::new(start, 0))? {
        return bundle::bundle(sources, version).map(Read::Bundled);
    }
    Ok(Read::Entry(tree))
}

/// A document in its committed form: indented by two spaces, with a newline at the end.
pub fn to_text(document: &Document) -> String {
    format!("{document:#}\n")
}

/// Follows every reference of the entry file; whether any leads to another file.
fn scan(sources: &mut Sources<'_>, node: &Value, shape: Slot, trail: &Trail<'_>) -> Result<bool> {
    if matches!(shape, Slot::Data | Slot::Mapping) {
        return Ok(false);
    }
    if trail.depth() > DEEPEST {
        return Err(sources.too_deep(trail));
    }
    let mut foreign = false;
    match node {
        Value::Object(map) => {
            match map.get("$ref") {
                Some(Value::String(text)) => {
                    foreign = sources
                        .follow(trail, text)?
                        .is_some_and(|target| target.file != ENTRY);
                }
                Some(_) if matches!(shape, Slot::One(Kind::Schema)) && !sources.leaves_all() => {
                    let error = sources.error(&trail.key("$ref"), "a reference must be text");
                    return Err(error.help("write it as \"#/components/schemas/Name\""));
                }
                _ => {}
            }
            for (key, value) in map {
                foreign |= scan(sources, value, shape.member(key), &trail.key(key))?;
            }
        }
        Value::Array(list) => {
            for (index, item) in list.iter().enumerate() {
                foreign |= scan(sources, item, shape, &trail.index(index))?;
            }
        }
        _ => {}
    }
    Ok(foreign)
}
