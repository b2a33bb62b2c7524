//! The files of a contract, and places in them.

use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};

/// The files of a contract, parsed.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    main: String,
    files: BTreeMap<String, Value>,
    /// The targets of references by `$id` and `$anchor`, each with its place.
    anchors: HashMap<(String, String), String>,
}

/// A place in a contract.
#[derive(Clone, Debug)]
pub struct Node<'d> {
    /// The value at this place.
    pub value: &'d Value,
    /// The file; empty for the main one.
    pub file: &'d str,
    /// The JSON pointer in that file.
    pub pointer: String,
}

static NULL: Value = Value::Null;

impl Documents {
    /// Parses the files of a contract, JSON or YAML. A further file that cannot be parsed is left
    /// out, so that references to it lead nowhere.
    ///
    /// # Errors
    ///
    /// When `main` is not among the files or cannot be parsed.
    pub fn parse(texts: &BTreeMap<String, String>, main: &str) -> Result<Self, String> {
        let mut files = BTreeMap::new();
        for (name, text) in texts {
            match parse(text) {
                Ok(value) => drop(files.insert(name.clone(), value)),
                Err(error) if name == main => return Err(format!("{name}: {error}")),
                Err(_) => {}
            }
        }
        if !files.contains_key(main) {
            return Err(format!("{main} is missing"));
        }
        Ok(Self::of_files(main, files))
    }

    /// The contract in one document.
    pub fn of(document: Value) -> Self {
        Self::of_files("", BTreeMap::from([(String::new(), document)]))
    }

    fn of_files(main: &str, files: BTreeMap<String, Value>) -> Self {
        let mut anchors = HashMap::new();
        for (name, value) in &files {
            collect_anchors(name, value, &mut String::new(), &mut anchors);
        }
        Self {
            main: main.to_string(),
            files,
            anchors,
        }
    }

    /// The root of the main document.
    pub fn root(&self) -> Node<'_> {
        Node {
            value: self.files.get(&self.main).unwrap_or(&NULL),
            file: "",
            pointer: String::new(),
        }
    }

    fn file<'d>(&'d self, name: &'d str) -> Option<(&'d str, &'d Value)> {
        let (key, value) = self.files.get_key_value(name)?;
        Some((if *key == self.main { "" } else { key }, value))
    }

    fn name<'d>(&'d self, file: &'d str) -> &'d str {
        if file.is_empty() { &self.main } else { file }
    }

    /// The target of the reference `target` in `file`.
    pub fn target<'d>(&'d self, file: &'d str, target: &str) -> Option<Node<'d>> {
        let (path, fragment) = target.split_once('#').unwrap_or((target, ""));
        let fragment = decoded(fragment);
        let name = self.name(file);
        let file = if path.is_empty() {
            name.to_string()
        } else {
            beside(name, &decoded(path))
        };
        let anchor = |name: &str, anchor: &str| {
            let key = (name.to_string(), anchor.to_string());
            self.anchors.get(&key).cloned()
        };
        let (key, pointer) = match self.files.get_key_value(&file) {
            Some((key, _)) if fragment.is_empty() || fragment.starts_with('/') => (key.as_str(), fragment),
            Some((key, _)) => (key.as_str(), anchor(key, &fragment)?),
            // A reference by `$id` does not name a file.
            None => (name, format!("{}{fragment}", anchor(name, path)?)),
        };
        let (file, root) = self.file(self.files.get_key_value(key)?.0)?;
        let value = root.pointer(&pointer)?;
        Some(Node { value, file, pointer })
    }

    /// The end of the chain of references that begins at `node`; `None` if it leads nowhere.
    pub fn resolve<'d>(&'d self, node: &Node<'d>) -> Option<Node<'d>> {
        let mut node = node.clone();
        for _ in 0..64 {
            match node.reference() {
                Some(target) => node = self.target(node.file, target)?,
                None => return Some(node),
            }
        }
        None
    }
}

impl<'d> Node<'d> {
    /// The member `key`, if there is one that is not null.
    pub fn get(&self, key: &str) -> Option<Self> {
        let value = self.value.as_object()?.get(key)?;
        (!value.is_null()).then(|| self.child(key, value))
    }

    /// The members, in order.
    pub fn members(&self) -> impl Iterator<Item = (&'d str, Self)> + '_ {
        let object: Option<&'d Map<String, Value>> = self.value.as_object();
        object
            .into_iter()
            .flatten()
            .map(|(key, value)| (key.as_str(), self.child(key, value)))
    }

    /// The items of a list.
    pub fn items(&self) -> impl Iterator<Item = Self> + '_ {
        let list: Option<&'d Vec<Value>> = self.value.as_array();
        list.into_iter()
            .flatten()
            .enumerate()
            .map(|(index, value)| self.child(&index.to_string(), value))
    }

    /// The text of the member `key`.
    pub fn text(&self, key: &str) -> Option<&'d str> {
        self.value.as_object()?.get(key)?.as_str()
    }

    /// The flag `key`.
    pub fn flag(&self, key: &str) -> Option<bool> {
        self.value.as_object()?.get(key)?.as_bool()
    }

    /// The target of a reference.
    pub fn reference(&self) -> Option<&'d str> {
        self.text("$ref")
    }

    /// A number that identifies the place: it is the same for the same value of the same document.
    pub fn id(&self) -> usize {
        std::ptr::from_ref(self.value) as usize
    }

    /// The location as findings write it: the pointer, preceded by its file unless that is the
    /// main one.
    pub fn place(&self) -> String {
        if self.file.is_empty() {
            self.pointer.clone()
        } else {
            format!("{}#{}", self.file, self.pointer)
        }
    }

    fn child(&self, token: &str, value: &'d Value) -> Self {
        let mut pointer = String::with_capacity(self.pointer.len() + token.len() + 1);
        pointer.push_str(&self.pointer);
        push(&mut pointer, token);
        Self {
            value,
            file: self.file,
            pointer,
        }
    }
}

fn push(pointer: &mut String, token: &str) {
    pointer.push('/');
    for character in token.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

/// Parses JSON, or YAML where the text does not begin like JSON; a byte-order mark is passed over.
fn parse(text: &str) -> Result<Value, String> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text).map_err(|error| error.to_string());
    }
    serde_saphyr::from_str(text).map_err(|error| error.to_string())
}

fn collect_anchors(
    file: &str,
    value: &Value,
    pointer: &mut String,
    anchors: &mut HashMap<(String, String), String>,
) {
    let length = pointer.len();
    match value {
        Value::Object(members) => {
            for key in ["$id", "$anchor", "$dynamicAnchor"] {
                if let Some(Value::String(name)) = members.get(key) {
                    anchors
                        .entry((file.to_string(), name.clone()))
                        .or_insert_with(|| pointer.clone());
                }
            }
            for (key, value) in members {
                push(pointer, key);
                collect_anchors(file, value, pointer, anchors);
                pointer.truncate(length);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                push(pointer, &index.to_string());
                collect_anchors(file, value, pointer, anchors);
                pointer.truncate(length);
            }
        }
        _ => {}
    }
}

/// `path`, resolved against the folder of `file`.
fn beside(file: &str, path: &str) -> String {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// A text without percent-encoding.
fn decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_string();
    }
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits: Vec<u8> = rest.by_ref().take(2).collect();
        let digits = std::str::from_utf8(&digits).ok();
        let code = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(code.unwrap_or(b'%'));
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn at<'d>(documents: &'d Documents, target: &str) -> Option<Node<'d>> {
        documents.resolve(&documents.target("", target)?)
    }

    #[test]
    fn test_resolve_follows_chains_and_survives_circles() {
        let documents = Documents::of(json!({
            "a b": {"$ref": "#/c"}, "c": {"$ref": "#/d"}, "d": {"type": "string"}, "e": {"$ref": "#/e"}
        }));
        assert_eq!(at(&documents, "#/a%20b").unwrap().pointer, "/d");
        assert!(at(&documents, "#/e").is_none() && at(&documents, "#/nowhere").is_none());
    }

    #[test]
    fn test_target_reads_files_beside_and_anchors() {
        let texts = [
            (
                "api/main.yaml",
                "a: {$ref: '../parts/b.json#/B'}\nc: {$anchor: here, x: 1}\n",
            ),
            ("parts/b.json", r##"{"B": {"$ref": "#/C"}, "C": {"x": 2}}"##),
            ("parts/broken.json", "{"),
        ];
        let texts = texts.map(|(name, text)| (name.to_string(), text.to_string()));
        let documents = Documents::parse(&BTreeMap::from(texts), "api/main.yaml").unwrap();
        assert_eq!(at(&documents, "#/a").unwrap().place(), "parts/b.json#/C");
        assert_eq!(at(&documents, "#here").unwrap().place(), "/c");
        assert!(at(&documents, "../parts/broken.json").is_none());
    }
}
