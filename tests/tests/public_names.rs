//! Checks the public names of generated crates: no two types have the same name, even in different
//! modules, and all operations are methods of one client.
#![allow(missing_docs, clippy::unwrap_used)]

use lorgnette_tests::workspace;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The public types of a crate, each with the files that define a type of that name.
fn public_types(folder: &Path) -> BTreeMap<String, Vec<PathBuf>> {
    let mut files = Vec::new();
    rust_files(&folder.join("src"), &mut files);
    let mut types: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for path in files {
        let file = syn::parse_file(&std::fs::read_to_string(&path).unwrap()).unwrap();
        for item in file.items {
            let (visibility, name) = match item {
                syn::Item::Struct(item) => (item.vis, item.ident),
                syn::Item::Enum(item) => (item.vis, item.ident),
                syn::Item::Trait(item) => (item.vis, item.ident),
                syn::Item::Type(item) => (item.vis, item.ident),
                _ => continue,
            };
            if matches!(visibility, syn::Visibility::Public(_)) {
                types.entry(name.to_string()).or_default().push(path.clone());
            }
        }
    }
    types
}

#[test]
fn test_no_two_public_types_of_a_crate_are_called_alike() {
    let mut wrong = Vec::new();
    for api in workspace::apis().unwrap() {
        let types = public_types(&api.folder());
        assert!(types.len() > 5, "{}: {} types", api.name, types.len());
        for (name, files) in types.iter().filter(|(_, files)| files.len() > 1) {
            wrong.push(format!("{}: {name} in {files:?}", api.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a type is named like a request; a schema may have such a name, too.
fn is_request(name: &str) -> bool {
    name.ends_with("Request") || name.ends_with("RequestBuilder")
}

#[test]
fn test_requests_are_called_after_what_they_are() {
    let mut wrong = Vec::new();
    for api in workspace::apis().unwrap() {
        let mut files = Vec::new();
        rust_files(&api.folder().join("src/operations"), &mut files);
        for path in files {
            let file = syn::parse_file(&std::fs::read_to_string(&path).unwrap()).unwrap();
            for item in file.items {
                match item {
                    syn::Item::Struct(item) if !is_request(&item.ident.to_string()) => {
                        wrong.push(format!("{}: {}", path.display(), item.ident));
                    }
                    syn::Item::Trait(item) => wrong.push(format!("{}: {}", path.display(), item.ident)),
                    _ => {}
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
