//! Names of types in hand-written code: a name says what the type is, so a search finds one type.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use lorgnette_tests::workspace::{files, read, root};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The number of files that may define a type of the same name.
const MOST: usize = 3;
/// Names that Rust programmers expect in every crate that has such a type.
const EXPECTED: [&str; 2] = ["Error", "Result"];

/// The types that items define, including those in inline modules and in functions.
struct Defined(BTreeSet<String>);

impl<'ast> syn::visit::Visit<'ast> for Defined {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let name = match item {
            syn::Item::Struct(item) => Some(&item.ident),
            syn::Item::Enum(item) => Some(&item.ident),
            syn::Item::Union(item) => Some(&item.ident),
            syn::Item::Trait(item) => Some(&item.ident),
            syn::Item::Type(item) => Some(&item.ident),
            _ => None,
        };
        self.0.extend(name.map(ToString::to_string));
        syn::visit::visit_item(self, item);
    }
}

/// The type names in a Rust file.
fn type_names(text: &str) -> BTreeSet<String> {
    let mut found = Defined(BTreeSet::new());
    syn::visit::Visit::visit_file(&mut found, &syn::parse_file(text).unwrap());
    found.0
}

#[test]
fn test_type_names_of_modules_and_functions_are_found() {
    let text = "struct A; mod inner { pub enum B {} } fn f() { type C = u8; let D = 1; }";
    assert_eq!(type_names(text), ["A", "B", "C"].map(String::from).into());
}

#[test]
fn test_no_type_name_is_defined_in_many_files() {
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in files("").unwrap() {
        let is_rust = Path::new(&path)
            .extension()
            .is_some_and(|extension| extension == "rs");
        // Fixtures look like generated crates.
        if !is_rust || path.contains("/fixtures/") {
            continue;
        }
        let text = read(&root().join(&path)).unwrap();
        let first = text.lines().next().unwrap_or_default();
        if first.contains("@generated") {
            continue;
        }
        for name in type_names(&text) {
            names.entry(name).or_default().push(path.clone());
        }
    }
    assert!(names.len() > 500, "the types are not where this test looks");
    let wrong: Vec<String> = names
        .into_iter()
        .filter(|(name, files)| files.len() > MOST && !EXPECTED.contains(&name.as_str()))
        .map(|(name, files)| format!("{name}: {}", files.join(", ")))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
