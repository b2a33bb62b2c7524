//! The load stage: the texts of a contract in, one document out.
//!
//! A contract may be JSON or YAML, Swagger 2.0 or OpenAPI 3.0 to 3.2, one file or many that refer
//! to each other. Every reference is followed: the document refers to nothing outside itself, and
//! every `$ref` in it leads somewhere. A contract of one file comes through as it is. Members
//! beside a `$ref` stay where they are; a later pass judges them. `roas`, a library for typed
//! documents, is not used here: its types drop what they do not know.

mod bundle;
mod dangling;
mod extensions;
pub(crate) mod grammar;
mod identifiers;
mod marks;
mod names;
mod parse;
mod sources;
mod survey;
mod trail;

pub use dangling::mend;
pub(crate) use extensions::{advice, is_known, remove_unknown, unknown, with_prefix};
pub(crate) use parse::parse;
pub use survey::{Survey, Wanted};

use crate::diagnostics::{Error, Notes, Result, Station};
use crate::document::{Document, Object};
use grammar::{Kind, Shape};
use serde_json::Value;
use sources::{ENTRY, Sources};
use std::collections::BTreeMap;
use trail::{Start, Trail};

/// The files of a contract: path, relative to a common folder, to text.
pub type Files = BTreeMap<String, String>;

/// Which file a reference leads to, where that cannot be told from the names of the two: by the
/// file that refers, and the reference as it is written there, up to its `#`.
pub type Links = BTreeMap<String, BTreeMap<String, String>>;

/// How many levels a contract may nest. JSON is read no deeper either.
const DEEPEST: usize = 120;

/// What becomes of references that lead nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dangling {
    /// They are errors.
    Refused,
    /// Those within the entry file stay as they are; to other files they are errors.
    LeftInEntry,
    /// They stay as they are.
    Left,
}

impl Dangling {
    /// Whether a reference may be left that leads nowhere; `within` where it stands in the entry
    /// file and names no other.
    fn allows(self, within: bool) -> bool {
        self == Dangling::Left || within && self == Dangling::LeftInEntry
    }
}

/// Reads a contract whose first file is `entry`, and all that it refers to.
///
/// # Errors
///
/// When a file is missing or neither JSON nor YAML, when it is no contract of a known version, or
/// when a reference leads nowhere or only back to itself. The error names the file and the place of
/// the reference.
pub fn load(files: &Files, entry: &str) -> Result<Document> {
    load_linked(files, &Links::new(), entry, Dangling::Refused)
}

/// The same for the pipeline, on which an overlay may repair what is wrong: references that lead
/// nowhere stay as they are until `mend`, and of members that are there twice the last counts, with
/// a note.
///
/// # Errors
///
/// As [`load`], apart from references that lead nowhere.
pub fn load_for_overlay(files: &Files, entry: &str, notes: &mut Notes) -> Result<Document> {
    let links = Links::new();
    let mut sources = Sources::new(files, &links, entry, Dangling::Left)?;
    let read = read(&mut sources, entry);
    for (file, member) in sources.repeated() {
        let what = if file == entry {
            format!("{member:?} is there twice in one object: the first is left out")
        } else {
            format!("{member:?} is there twice in one object of {file}: the first is left out")
        };
        notes.omit(
            "load",
            "",
            what,
            "Of members of the same name, the last one counts.",
        );
    }
    read.map(|tree| {
        drop(sources);
        tree.unwrap_or_clone()
    })
}

/// The same as [`load`], for files whose names do not tell what their references lead to: files
/// from the network are called as they should be among the components, and `links` has what their
/// addresses meant.
///
/// # Errors
///
/// As [`load`].
pub fn load_linked(files: &Files, links: &Links, entry: &str, dangling: Dangling) -> Result<Document> {
    let mut sources = Sources::new(files, links, entry, dangling)?;
    let read = read(&mut sources, entry)?;
    drop(sources);
    Ok(read.unwrap_or_clone())
}

/// A document that was made, or the entry file's own.
enum Read {
    Bundled(Document),
    Entry(std::rc::Rc<Value>),
}

impl Read {
    fn unwrap_or_clone(self) -> Document {
        match self {
            Read::Bundled(document) => document,
            Read::Entry(tree) => std::rc::Rc::unwrap_or_clone(tree),
        }
    }
}

fn read(sources: &mut Sources<'_>, entry: &str) -> Result<Read> {
    let tree = sources.tree(ENTRY);
    let version = version(&tree).map_err(|error| error.in_file(entry))?;
    let start = Start {
        file: ENTRY,
        pointer: "",
        container: None,
        inside: "",
    };
    if scan(sources, &tree, Shape::One(Kind::Root), &Trail::new(start, 0))? {
        return bundle::bundle(sources, version).map(Read::Bundled);
    }
    Ok(Read::Entry(tree))
}

/// A document as it is committed: two spaces a level, a newline at the end.
pub fn to_text(document: &Document) -> String {
    format!("{document:#}\n")
}

/// Follows every reference of the entry file; whether any leads to another file.
fn scan(sources: &mut Sources<'_>, node: &Value, shape: Shape, trail: &Trail<'_>) -> Result<bool> {
    if matches!(shape, Shape::Data | Shape::Mapping) {
        return Ok(false);
    }
    if trail.depth() > DEEPEST {
        return Err(too_deep(sources, trail));
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
                Some(_) if matches!(shape, Shape::One(Kind::Schema)) && !sources.leaves_all() => {
                    let error = sources.error(&trail.key("$ref"), "a reference has to be text");
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

fn too_deep(sources: &Sources<'_>, trail: &Trail<'_>) -> Error {
    sources
        .error(
            trail,
            format!("the contract nests more than {DEEPEST} levels here"),
        )
        .help("name the inner schemas and refer to them")
}

/// The major form of a contract, as far as bundling goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    Swagger,
    OpenApi,
}

/// Which version a document is of, and whether it has what any contract has.
fn version(document: &Document) -> Result<Version> {
    let error =
        |pointer: &str, message: String, help: &str| Error::new(Station::Load, pointer, message).help(help);
    let Value::Object(root) = document else {
        return Err(error(
            "",
            "the file is no contract: it holds no object".to_owned(),
            "fetch the file again",
        ));
    };
    // YAML makes a number of an unquoted `2.0`.
    let text = |key: &str| match root.get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        other => Some(other.to_string()),
    };
    let is = |text: &str, known: &str| {
        text == known || text.strip_prefix(known).is_some_and(|rest| rest.starts_with('.'))
    };
    let (version, needed): (_, &[&str]) = match (text("openapi"), text("swagger")) {
        (Some(text), _) if is(&text, "3.0") => (Version::OpenApi, &["paths"]),
        (Some(text), _) if is(&text, "3.1") || is(&text, "3.2") => {
            (Version::OpenApi, &["paths", "components", "webhooks"])
        }
        (None, Some(text)) if text == "2" || is(&text, "2.0") => (Version::Swagger, &["paths"]),
        (Some(text), _) => {
            let message = format!("the contract's version, OpenAPI {text:?}, is not known");
            return Err(error(
                "/openapi",
                message,
                "Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2 are read",
            ));
        }
        (None, Some(text)) => {
            let message = format!("the contract's version, Swagger {text:?}, is not known");
            return Err(error(
                "/swagger",
                message,
                "Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2 are read",
            ));
        }
        (None, None) => {
            let message = "the file is no contract: it has neither \"openapi\" nor \"swagger\"".to_owned();
            return Err(error(
                "",
                message,
                "name the file that has one of them as the contract",
            ));
        }
    };
    if needed
        .iter()
        .any(|key| root.get(*key).is_some_and(Value::is_object))
    {
        return Ok(version);
    }
    if let Some(other) = root.get("paths").filter(|paths| !paths.is_null()) {
        let found = match other {
            Value::Array(_) => "a list",
            Value::String(_) => "a text",
            _ => "a plain value",
        };
        return Err(error(
            "/paths",
            format!("the contract's \"paths\" is {found}, not an object"),
            "its members are the paths, each with its methods",
        ));
    }
    Err(error(
        "",
        "the contract has no \"paths\"".to_owned(),
        "fetch the file again: it may be cut off",
    ))
}

impl Version {
    /// Where components of a kind are kept; nothing where there is no such section, and then things
    /// are put in place.
    fn section(self, kind: Kind) -> Option<&'static str> {
        Some(match (self, kind) {
            (Version::OpenApi, Kind::Schema) => "/components/schemas",
            (Version::OpenApi, Kind::Response) => "/components/responses",
            (Version::OpenApi, Kind::Parameter) => "/components/parameters",
            (Version::OpenApi, Kind::Example) => "/components/examples",
            (Version::OpenApi, Kind::RequestBody) => "/components/requestBodies",
            (Version::OpenApi, Kind::Header) => "/components/headers",
            (Version::OpenApi, Kind::SecurityScheme) => "/components/securitySchemes",
            (Version::OpenApi, Kind::Link) => "/components/links",
            (Version::OpenApi, Kind::Callback) => "/components/callbacks",
            (Version::OpenApi, Kind::MediaType) => "/components/mediaTypes",
            (Version::Swagger, Kind::Schema) => "/definitions",
            (Version::Swagger, Kind::Parameter) => "/parameters",
            (Version::Swagger, Kind::Response) => "/responses",
            (Version::Swagger, Kind::SecurityScheme) => "/securityDefinitions",
            _ => return None,
        })
    }

    /// All sections, in the specification's order.
    fn sections(self) -> &'static [&'static str] {
        match self {
            Version::OpenApi => &[
                "/components/schemas",
                "/components/responses",
                "/components/parameters",
                "/components/examples",
                "/components/requestBodies",
                "/components/headers",
                "/components/securitySchemes",
                "/components/links",
                "/components/callbacks",
                "/components/mediaTypes",
            ],
            Version::Swagger => &[
                "/definitions",
                "/parameters",
                "/responses",
                "/securityDefinitions",
            ],
        }
    }

    /// Whether `pointer` is that of a component of this kind.
    fn is_component(self, kind: Kind, pointer: &str) -> bool {
        let rest = self
            .section(kind)
            .and_then(|section| pointer.strip_prefix(section)?.strip_prefix('/'));
        rest.is_some_and(|name| !name.contains('/'))
    }

    /// At which index a new section `name` goes into `map`: before the first one that comes later
    /// in the specification.
    fn place_of_section(self, map: &Object, name: &str) -> usize {
        let rank = |key: &str| {
            self.sections()
                .iter()
                .position(|section| section.rsplit('/').next() == Some(key))
        };
        let Some(own) = rank(name) else { return map.len() };
        map.keys()
            .position(|key| rank(key).is_some_and(|other| other > own))
            .unwrap_or(map.len())
    }
}

#[cfg(test)]
mod tests;
