//! Finds out which files a contract needs while they arrive one by one.
//!
//! A contract on the network is a file whose references lead to other files, whose references lead
//! further. A survey inspects the files that have arrived, and returns those that are needed next:
//! the targets of the relevant references, each once. It looks in the same places as `load`, so
//! text that only looks like a reference (in examples, extensions, unused parts) is ignored. The
//! caller resolves references to addresses.

use super::files::{Dangling, Files, Links};
use super::grammar::{DEEPEST, Kind, Slot};
use super::parse::{is_wording, parse_last};
use super::pointers::anchor;
use super::read::load_linked;
use super::version::version;
use crate::diagnostics::{Error, Result, Station};
use crate::document::{Document, child, local_pointer};
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

/// A reference to a file that has not arrived yet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    /// The file that contains the reference.
    pub from: String,
    /// The reference as written there, up to its `#`.
    pub path: String,
    /// The reference's place in that file.
    pub pointer: String,
}

/// The files of a contract, as far as they have arrived.
pub struct Survey {
    entry: String,
    files: Files,
    links: Links,
    trees: BTreeMap<String, Rc<Value>>,
    /// Nodes that were walked, with the kind as which each was walked.
    walked: HashSet<(String, String, Slot)>,
    /// Fragments of references to a file that has not arrived, with their targets, by referrer and
    /// kind.
    waiting: BTreeMap<(String, String), Vec<(String, Slot)>>,
    wanted: Vec<Wanted>,
    /// Duplicate members of one object, each with its file.
    repeated: Vec<(String, String)>,
}

/// A place that remains to be walked: file, pointer, kind.
type PendingNode = (String, String, Slot);

impl Survey {
    /// A survey that starts with the contract's main file, `text`, with the name `entry`.
    ///
    /// # Errors
    ///
    /// When the text is neither JSON nor YAML, or is not a contract of a known version.
    pub fn new(entry: &str, text: String) -> Result<Self> {
        let mut repeated = Vec::new();
        let tree = Rc::new(parse_last(Station::Load, entry, &text, &mut repeated)?);
        version(&tree).map_err(|error| error.in_file(entry))?;
        let mut survey = Self {
            entry: entry.to_owned(),
            files: Files::new(),
            links: Links::new(),
            trees: BTreeMap::new(),
            walked: HashSet::new(),
            waiting: BTreeMap::new(),
            wanted: Vec::new(),
            repeated: Vec::new(),
        };
        survey.note(entry, repeated);
        survey.files.insert(entry.to_owned(), text);
        survey.trees.insert(entry.to_owned(), tree);
        survey.walk((entry.to_owned(), String::new(), Slot::One(Kind::Root)))?;
        Ok(survey)
    }

    /// The files that are needed since the last call. The caller must detect that two of them are
    /// the same file.
    pub fn wanted(&mut self) -> Vec<Wanted> {
        std::mem::take(&mut self.wanted)
    }

    /// Adds a fetched file. Adding a file again has no effect.
    ///
    /// # Errors
    ///
    /// When the text is neither JSON nor YAML, or is YAML only in the sense that any text is.
    pub fn add(&mut self, name: &str, text: String) -> Result<()> {
        if !self.files.contains_key(name) {
            let mut repeated = Vec::new();
            let tree = parse_last(Station::Load, name, &text, &mut repeated)?;
            if !is_wording(name) && (tree.is_string() || tree.is_number() || tree.is_null()) {
                return Err(Error::new(
                    Station::Load,
                    "",
                    "the file is plain text, not part of a contract",
                )
                .in_file(name)
                .help("check what the server returns for it: it may be an error message"));
            }
            self.note(name, repeated);
            self.trees.insert(name.to_owned(), Rc::new(tree));
            self.files.insert(name.to_owned(), text);
        }
        Ok(())
    }

    /// Records that the added file `name` is the target of `wanted`.
    ///
    /// # Errors
    ///
    /// When the file is nested too deeply at the target.
    pub fn link(&mut self, wanted: &Wanted, name: &str) -> Result<()> {
        let links = self.links.entry(wanted.from.clone()).or_default();
        links.insert(wanted.path.clone(), name.to_owned());
        let key = (wanted.from.clone(), wanted.path.clone());
        for (fragment, shape) in self.waiting.remove(&key).unwrap_or_default() {
            if let Some(pointer) = self.place(name, &fragment) {
                self.walk((name.to_owned(), pointer, shape))?;
            }
        }
        Ok(())
    }

    fn note(&mut self, file: &str, members: Vec<String>) {
        let members = members.into_iter().map(|member| (file.to_owned(), member));
        self.repeated.extend(members);
    }

    /// Duplicate members of one object, each after its file. The last ones count, as in the
    /// pipeline.
    pub fn repeated(&self) -> &[(String, String)] {
        &self.repeated
    }

    /// The number of files that have arrived.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Always false: the main file is always there.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The document that the files form together.
    ///
    /// # Errors
    ///
    /// Like [`load`](super::load), apart from unresolvable references within the entry file: an
    /// overlay can repair those.
    pub fn bundle(&self) -> Result<Document> {
        load_linked(&self.files, &self.links, &self.entry, Dangling::LeftInEntry)
    }

    /// The pointer of a fragment in a file; `None` if it does not resolve, which `load` reports.
    fn place(&self, name: &str, fragment: &str) -> Option<String> {
        let tree = self.trees.get(name)?;
        let pointer = local_pointer(&format!("#{fragment}"))?;
        if tree.pointer(&pointer).is_some() {
            return Some(pointer);
        }
        // Anchors do not begin with a slash. Unresolvable pointers may be numerous, so they are not
        // searched for.
        if pointer.starts_with('/') {
            None
        } else {
            anchor(tree, &pointer, "", 0)
        }
    }

    /// Walks a place and everything that it refers to, as far as the files exist.
    fn walk(&mut self, start: PendingNode) -> Result<()> {
        let mut open = vec![start];
        while let Some((name, pointer, shape)) = open.pop() {
            if !self.walked.insert((name.clone(), pointer.clone(), shape)) {
                continue;
            }
            let Some(tree) = self.trees.get(&name).cloned() else {
                continue;
            };
            if let Some(node) = tree.pointer(&pointer) {
                self.visit(&name, node, shape, &pointer, 0, &mut open)?;
            }
        }
        Ok(())
    }

    fn visit(
        &mut self,
        name: &str,
        node: &Value,
        shape: Slot,
        at: &str,
        depth: usize,
        open: &mut Vec<PendingNode>,
    ) -> Result<()> {
        if shape == Slot::Data {
            return Ok(());
        }
        if depth > DEEPEST {
            let message = format!("the contract nests more than {DEEPEST} levels here");
            return Err(Error::new(Station::Load, at, message)
                .in_file(name)
                .help("name the inner schemas and refer to them"));
        }
        match node {
            Value::Object(map) if shape == Slot::Mapping => {
                for (key, value) in map {
                    // A bare name refers to a schema of the same file, even if it contains dots.
                    let text = value.as_str().filter(|text| is_file(text));
                    if let Some(text) = text {
                        self.refer(name, text, shape, &child(at, key), open);
                    }
                }
            }
            Value::Object(map) => {
                if let Some(Value::String(text)) = map.get("$ref") {
                    self.refer(name, text, Slot::One(shape.target()), &child(at, "$ref"), open);
                }
                for (key, value) in map {
                    if value.is_object() || value.is_array() {
                        self.visit(name, value, shape.member(key), &child(at, key), depth + 1, open)?;
                    }
                }
            }
            Value::Array(list) => {
                for (index, item) in list.iter().enumerate() {
                    if item.is_object() || item.is_array() {
                        self.visit(name, item, shape, &child(at, &index.to_string()), depth + 1, open)?;
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Records a reference: its target is walked later, or waits for its file.
    fn refer(&mut self, name: &str, text: &str, shape: Slot, pointer: &str, open: &mut Vec<PendingNode>) {
        let shape = Slot::One(shape.target());
        let (path, fragment) = text.split_once('#').unwrap_or((text, ""));
        let file = if path.is_empty() {
            Some(name)
        } else {
            let links = self.links.get(name);
            links.and_then(|links| links.get(path)).map(String::as_str)
        };
        if let Some(file) = file {
            if let Some(pointer) = self.place(file, fragment) {
                open.push((file.to_owned(), pointer, shape));
            }
            return;
        }
        let waiting = self
            .waiting
            .entry((name.to_owned(), path.to_owned()))
            .or_default();
        if waiting.is_empty() {
            self.wanted.push(Wanted {
                from: name.to_owned(),
                path: path.to_owned(),
                pointer: pointer.to_owned(),
            });
        }
        let target = (fragment.to_owned(), shape);
        if !waiting.contains(&target) {
            waiting.push(target);
        }
    }
}

/// Whether a value of a discriminator's mapping can only be meant as a reference to a file.
fn is_file(text: &str) -> bool {
    let path = text.split('#').next().unwrap_or_default();
    let (path, is_split) = (path.to_ascii_lowercase(), path.len() < text.len());
    !path.is_empty() && (is_split || [".json", ".yaml", ".yml"].iter().any(|end| path.ends_with(end)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    fn contract(paths: &Value) -> String {
        json!({"openapi": "3.0.3", "paths": paths}).to_string()
    }

    fn asks(survey: &mut Survey) -> Vec<String> {
        let wanted = survey.wanted().into_iter();
        wanted
            .map(|wanted| format!("{} -> {}", wanted.from, wanted.path))
            .collect()
    }

    fn arrive(survey: &mut Survey, from: &str, path: &str, name: &str, text: &str) {
        survey.add(name, text.to_owned()).unwrap();
        let wanted = Wanted {
            from: from.to_owned(),
            path: path.to_owned(),
            pointer: String::new(),
        };
        survey.link(&wanted, name).unwrap();
    }

    #[test]
    fn test_survey_asks_for_each_file_once_and_only_for_what_is_used() {
        let hub = contract(&json!({
            "/a": {"$ref": "a.json#/A"}, "/b": {"$ref": "a.json#/B"}, "x-c": {"$ref": "extension.json"},
            "/d": {"get": {"responses": {"200": {"description": "", "content": {"text/plain": {
                "example": {"$ref": "example.json"}, "schema": {"properties": {"$ref": {"type": "string"}}}}}}}}}
        }));
        let mut survey = Survey::new("hub.json", hub).unwrap();
        assert_eq!(asks(&mut survey), ["hub.json -> a.json"]);
        assert!(asks(&mut survey).is_empty());
        arrive(
            &mut survey,
            "hub.json",
            "a.json",
            "a.json",
            r##"{"A": {"$ref": "#/C"}, "C": {"parameters": [{"$ref": "b.json"}]}, "B": {}, "unused": {"$ref": "none.json"}}"##,
        );
        assert_eq!(asks(&mut survey), ["a.json -> b.json"]);
    }

    #[test]
    fn test_files_that_refer_to_each_other_end_and_are_joined_by_their_links() {
        let hub = contract(
            &json!({"/a": {"get": {"responses": {"200": {"description": "", "content": {"application/json": {
            "schema": {"$ref": "https://other.example/x?y#/A"}}}}}}}}),
        );
        let mut survey = Survey::new("hub", hub).unwrap();
        assert_eq!(asks(&mut survey), ["hub -> https://other.example/x?y"]);
        arrive(
            &mut survey,
            "hub",
            "https://other.example/x?y",
            "//other.example/x",
            r#"{"A": {"type": "object", "properties": {"b": {"$ref": "/z#/B"}}}}"#,
        );
        assert_eq!(asks(&mut survey), ["//other.example/x -> /z"]);
        arrive(
            &mut survey,
            "//other.example/x",
            "/z",
            "//other.example/z",
            r#"{"B": {"items": {"$ref": "x#/A"}}}"#,
        );
        assert_eq!(asks(&mut survey), ["//other.example/z -> x"]);
        arrive(&mut survey, "//other.example/z", "x", "//other.example/x", "");
        assert!(asks(&mut survey).is_empty());
        let document = survey.bundle().unwrap();
        let schemas = document["components"]["schemas"].as_object().unwrap();
        assert_eq!(
            schemas.keys().collect::<Vec<_>>(),
            ["other.example.x.A", "other.example.z.B"]
        );
        assert_eq!(
            schemas["other.example.z.B"]["items"]["$ref"],
            "#/components/schemas/other.example.x.A"
        );
    }

    #[test]
    fn test_mapping_asks_for_files_but_not_for_bare_names() {
        let hub = json!({"openapi": "3.0.3", "paths": {}, "components": {"schemas": {"A": {"discriminator": {
            "propertyName": "t", "mapping": {"a": "eyes.Agent", "b": "dog.json", "c": "cat#/C", "d": "#/components/schemas/A"}}}}}});
        let mut survey = Survey::new("hub", hub.to_string()).unwrap();
        assert_eq!(asks(&mut survey), ["hub -> dog.json", "hub -> cat"]);
    }

    #[test]
    fn test_file_of_mere_words_is_refused_unless_it_is_a_description() {
        let hub = json!({"openapi": "3.0.3", "info": {"description": {"$ref": "a.md"}}, "paths": {"/a": {"$ref": "b.json"}}});
        let mut survey = Survey::new("hub", hub.to_string()).unwrap();
        assert_eq!(asks(&mut survey), ["hub -> a.md", "hub -> b.json"]);
        for text in ["come back later", "404", "null"] {
            let error = survey.add("b.json", text.to_owned()).unwrap_err();
            assert!(error.to_string().contains("plain text"), "{error}");
        }
        arrive(&mut survey, "hub", "a.md", "a.md", "# Lamps\n");
        arrive(&mut survey, "hub", "b.json", "b.json", "{}");
        assert_eq!(survey.bundle().unwrap()["info"]["description"], "# Lamps\n");
    }

    #[test]
    fn test_of_members_that_are_there_twice_the_last_counts_and_is_told() {
        let hub = "openapi: 3.0.3\ninfo: {title: a, title: b}\npaths: {/a: {$ref: c.json}}\n";
        let mut survey = Survey::new("hub", hub.to_owned()).unwrap();
        arrive(
            &mut survey,
            "hub",
            "c.json",
            "c.json",
            r#"{"get": {}, "get": {"tags": []}}"#,
        );
        let document = survey.bundle().unwrap();
        assert_eq!(
            (&document["info"]["title"], &document["paths"]["/a"]["get"]),
            (&json!("b"), &json!({"tags": []}))
        );
        let told = survey
            .repeated()
            .iter()
            .map(|(file, member)| format!("{file} {member}"));
        assert_eq!(told.collect::<Vec<_>>(), ["hub title", "c.json get"]);
    }

    #[test]
    fn test_what_is_no_contract_is_refused() {
        for (text, expected) in [
            ("{\"openapi\": \"3.0.3\", \"paths\": {", "cut off"),
            ("<html></html>", "web page"),
            ("{\"swagger\": \"1.2\"}", "unsupported version"),
            ("{}", "not a contract"),
        ] {
            let error = Survey::new("x.json", text.to_owned()).map(|_| ()).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        }
    }
}
