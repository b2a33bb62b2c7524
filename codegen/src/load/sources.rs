//! The files of a contract, each read once, and the targets of the references in them.

use super::files::{Dangling, Files, Links};
use super::grammar::DEEPEST;
use super::parse::{parse, parse_last};
use super::pointers::{anchor, beside};
use super::problem::{self, ReferenceProblem};
use super::trail::Trail;
use crate::diagnostics::{Error, Result, Station};
use crate::document::{child, local_pointer, reference};
use serde_json::Value;
use std::collections::HashMap;
use std::rc::Rc;

/// The number of the entry file.
pub const ENTRY: usize = 0;

/// The target of a reference.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Target {
    /// The file's number.
    pub file: usize,
    /// The place in that file.
    pub pointer: String,
}

/// The files that were needed so far.
pub struct Sources<'f> {
    files: &'f Files,
    links: &'f Links,
    opened: Vec<Opened>,
    numbers: HashMap<String, usize>,
    dangling: Dangling,
    /// Duplicate members, each with its file.
    repeated: Vec<(String, String)>,
}

struct Opened {
    name: String,
    tree: Rc<Value>,
    /// References that were followed before: most are written many times.
    followed: HashMap<String, Target>,
}

impl<'f> Sources<'f> {
    /// The files, with `entry` as number [`ENTRY`].
    ///
    /// # Errors
    ///
    /// When `entry` is missing, or is neither JSON nor YAML.
    pub fn new(files: &'f Files, links: &'f Links, entry: &str, dangling: Dangling) -> Result<Self> {
        let mut sources = Self {
            files,
            links,
            opened: Vec::new(),
            numbers: HashMap::new(),
            dangling,
            repeated: Vec::new(),
        };
        if !files.contains_key(entry) {
            let known: Vec<&str> = files.keys().map(String::as_str).take(5).collect();
            return Err(Error::new(Station::Load, "", "there is no such file")
                .in_file(entry)
                .help(format!("the files of this contract are: {}", known.join(", "))));
        }
        sources.open(entry)?;
        Ok(sources)
    }

    /// The duplicate members so far, each with its file.
    pub fn repeated(&mut self) -> Vec<(String, String)> {
        std::mem::take(&mut self.repeated)
    }

    /// Whether an overlay may still repair faults.
    pub fn leaves_all(&self) -> bool {
        self.dangling == Dangling::Left
    }

    /// The total length of all files, including those that nothing refers to.
    pub fn size(&self) -> usize {
        self.files.values().map(String::len).sum()
    }

    /// The tree of a file.
    pub fn tree(&self, file: usize) -> Rc<Value> {
        Rc::clone(&self.opened[file].tree)
    }

    /// The name of a file.
    pub fn name(&self, file: usize) -> &str {
        &self.opened[file].name
    }

    /// An error at a place in a file.
    pub fn error(&self, trail: &Trail<'_>, message: impl Into<String>) -> Error {
        Error::new(Station::Load, trail.pointer(), message).in_file(self.name(trail.start().file))
    }

    /// The error of a place that nests too deeply.
    pub fn too_deep(&self, trail: &Trail<'_>) -> Error {
        let message = format!("the contract nests more than {DEEPEST} levels here");
        self.error(trail, message)
            .help("name the inner schemas and refer to them")
    }

    /// The next target of `text`, the `$ref` of the node at `trail`; any chain that begins there is
    /// known to end at a node that is not a reference. `None` if it cannot be resolved and may be
    /// kept.
    ///
    /// # Errors
    ///
    /// When the reference cannot be resolved or is circular, and may not be kept.
    pub fn follow(&mut self, trail: &Trail<'_>, text: &str) -> Result<Option<Target>> {
        let from = trail.start().file;
        if let Some(target) = self.opened[from].followed.get(text) {
            return Ok(Some(target.clone()));
        }
        let problem = |sources: &Self, file: usize, at: &str, text: &str, problem: ReferenceProblem| {
            if sources.dangling.allows(file == ENTRY && text.starts_with('#')) {
                return Ok(None);
            }
            Err(Error::new(Station::Load, child(at, "$ref"), problem.message)
                .in_file(sources.name(file))
                .help(problem.help))
        };
        let first = match self.locate(from, text) {
            Ok(first) => first,
            Err(Fault::File(error)) => return Err(error),
            Err(Fault::Reference(why)) => return problem(self, from, &trail.pointer(), text, why),
        };
        let mut chain = vec![first.clone()];
        while let Some(next_text) = self.next(&chain[chain.len() - 1]) {
            let last = chain[chain.len() - 1].clone();
            let next = match self.locate(last.file, &next_text) {
                Ok(next) => next,
                Err(Fault::File(error)) => return Err(error),
                Err(Fault::Reference(why)) => {
                    return problem(self, last.file, &last.pointer, &next_text, why);
                }
            };
            if chain.contains(&next) || chain.len() > problem::LONGEST_CHAIN {
                return problem(self, from, &trail.pointer(), text, problem::circle(text));
            }
            chain.push(next);
        }
        self.opened[from].followed.insert(text.to_owned(), first.clone());
        Ok(Some(first))
    }

    /// The target of `text` in `file` if it is a reference, or nothing.
    pub fn lookup(&mut self, file: usize, text: &str) -> Option<Target> {
        self.locate(file, text).ok()
    }

    /// The reference at a place, if there is one.
    fn next(&self, target: &Target) -> Option<String> {
        let node = self.opened[target.file].tree.pointer(&target.pointer)?;
        reference(node).map(str::to_owned)
    }

    fn locate(&mut self, from: usize, text: &str) -> std::result::Result<Target, Fault> {
        let (path, fragment) = text.split_once('#').unwrap_or((text, ""));
        let file = if path.is_empty() {
            from
        } else {
            self.open_beside(from, path, text)?
        };
        let pointer = local_pointer(&format!("#{fragment}")).unwrap_or_default();
        let tree = &self.opened[file].tree;
        if tree.pointer(&pointer).is_some() {
            return Ok(Target { file, pointer });
        }
        if !pointer.starts_with('/')
            && let Some(pointer) = anchor(tree, &pointer, "", 0)
        {
            return Ok(Target { file, pointer });
        }
        let place = if file == from {
            "this file".to_owned()
        } else {
            format!("{:?}", self.name(file))
        };
        Err(Fault::Reference(problem::no_place(text, &pointer, &place)))
    }

    /// The number of the file at `path`, which is relative to the file `from`.
    fn open_beside(&mut self, from: usize, path: &str, text: &str) -> std::result::Result<usize, Fault> {
        if let Some(name) = self.linked(from, path) {
            return self.open_once(&name).map_err(Fault::File);
        }
        if path.contains("://") || path.starts_with("//") {
            return Err(Fault::Reference(problem::outside(text)));
        }
        let path = local_pointer(&format!("#{path}")).unwrap_or_default();
        let missing = |name: &str| Fault::Reference(problem::no_file(text, name));
        let name = beside(self.name(from), &path).ok_or_else(|| missing(&path))?;
        if !self.files.contains_key(&name) {
            return Err(missing(&name));
        }
        self.open_once(&name).map_err(Fault::File)
    }

    /// The file that `path` refers to in the file `from`, if a link for it is known.
    fn linked(&self, from: usize, path: &str) -> Option<String> {
        let links = self.links.get(self.name(from))?;
        links
            .get(path)
            .filter(|name| self.files.contains_key(*name))
            .cloned()
    }

    fn open_once(&mut self, name: &str) -> Result<usize> {
        match self.numbers.get(name) {
            Some(number) => Ok(*number),
            None => self.open(name),
        }
    }

    fn open(&mut self, name: &str) -> Result<usize> {
        let text = self.files.get(name).map_or("", String::as_str);
        let number = self.opened.len();
        let tree = if self.dangling == Dangling::Refused {
            Rc::new(parse(Station::Load, name, text)?)
        } else {
            let mut repeated = Vec::new();
            let tree = parse_last(Station::Load, name, text, &mut repeated)?;
            let repeated = repeated.into_iter().map(|member| (name.to_owned(), member));
            self.repeated.extend(repeated);
            Rc::new(tree)
        };
        self.opened.push(Opened {
            name: name.to_owned(),
            tree,
            followed: HashMap::new(),
        });
        self.numbers.insert(name.to_owned(), number);
        Ok(number)
    }
}

/// Whether the fault lies in the reference rather than in the file that it leads to.
enum Fault {
    Reference(ReferenceProblem),
    File(Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_paths_are_relative_to_their_own_file() {
        assert_eq!(beside("a/b/c.json", "../d.json").as_deref(), Some("a/d.json"));
        assert_eq!(beside("a/c.json", "./d.json").as_deref(), Some("a/d.json"));
        assert_eq!(beside("c.json", "x/y/../d.json").as_deref(), Some("x/d.json"));
        assert_eq!(beside("a/c.json", "/d.json").as_deref(), Some("d.json"));
        assert_eq!(beside("a/c.json", "../../d.json"), None);
    }
}
