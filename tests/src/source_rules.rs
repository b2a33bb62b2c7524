//! Rules on the text of source files and Cargo manifests, without the selection of files.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::BTreeSet;
use syn::spanned::Spanned;

/// A Rust file without its tests.
pub struct Library {
    /// The number of lines.
    pub lines: usize,
    /// The number of lines with code: those with a part of an item, of its attributes or of the
    /// file's. Blank lines, comments and documentation do not count.
    pub code: usize,
    /// Calls that may end the program, as `line: what`.
    pub forbidden: Vec<String>,
    /// Modules in files of their own that are compiled only for tests: the module, and its file if
    /// `#[path]` names one.
    pub test_modules: Vec<(String, Option<String>)>,
}

/// Reads a Rust file.
///
/// # Errors
///
/// When the text is not Rust.
pub fn library(text: &str) -> Result<Library, String> {
    let file = syn::parse_file(text).map_err(|error| error.to_string())?;
    let mut found = Library {
        lines: text.lines().count(),
        code: 0,
        forbidden: Vec::new(),
        test_modules: Vec::new(),
    };
    let mut kept = TokenStream::new();
    file.attrs
        .iter()
        .for_each(|attribute| attribute.to_tokens(&mut kept));
    for item in &file.items {
        if !is_for_tests(attributes(item)) {
            item.to_tokens(&mut kept);
            continue;
        }
        let span = item.span();
        found.lines = found
            .lines
            .saturating_sub(span.end().line - span.start().line + 1);
        if let syn::Item::Mod(module) = item
            && module.content.is_none()
        {
            found
                .test_modules
                .push((module.ident.to_string(), path_attribute(&module.attrs)));
        }
    }
    let mut code = BTreeSet::new();
    code_lines(kept.clone(), &mut code);
    found.code = code.len();
    let mut lines = BTreeSet::new();
    forbidden(kept, &mut lines);
    found.forbidden = lines
        .into_iter()
        .map(|(line, what)| format!("{line}: {what}"))
        .collect();
    Ok(found)
}

/// Adds the lines that contain tokens, except documentation.
fn code_lines(tokens: TokenStream, found: &mut BTreeSet<usize>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is_punct = |token: Option<&TokenTree>, c: char| matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == c);
    let mut index = 0;
    while let Some(token) = tokens.get(index) {
        let body = index + 1 + usize::from(is_punct(tokens.get(index + 1), '!'));
        let is_documentation = |group: &Group| matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(ident)) if ident == "doc");
        index = match tokens.get(body) {
            Some(TokenTree::Group(group)) if is_punct(Some(token), '#') && is_documentation(group) => {
                body + 1
            }
            _ => {
                let (start, end) = (token.span().start().line, token.span().end().line);
                if let TokenTree::Group(group) = token {
                    found.extend([start, end]);
                    code_lines(group.stream(), found);
                } else {
                    found.extend(start..=end);
                }
                index + 1
            }
        };
    }
}

pub(crate) fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Macro(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Trait(item) => &item.attrs,
        syn::Item::Type(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// The file that `#[path = "..."]` names.
fn path_attribute(attributes: &[syn::Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| match &attribute.meta {
        syn::Meta::NameValue(syn::MetaNameValue {
            path,
            value:
                syn::Expr::Lit(syn::ExprLit {
                    lit: syn::Lit::Str(file),
                    ..
                }),
            ..
        }) if path.is_ident("path") => Some(file.value()),
        _ => None,
    })
}

pub(crate) fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::Path(path) => path.is_ident("test"),
        syn::Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        syn::Meta::NameValue(_) => false,
    })
}

/// Methods and macros that end the program on an unexpected state.
const METHODS: [&str; 5] = ["unwrap", "expect", "unwrap_err", "expect_err", "unwrap_unchecked"];
const MACROS: [&str; 4] = ["panic", "unreachable", "todo", "unimplemented"];

fn forbidden(tokens: TokenStream, found: &mut BTreeSet<(usize, String)>) {
    let mut before = None;
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match &token {
            TokenTree::Group(group) => forbidden(group.stream(), found),
            TokenTree::Ident(ident) => {
                let name = ident.to_string();
                let followed_by = |c: char, next: Option<&TokenTree>| matches!(next, Some(TokenTree::Punct(punct)) if punct.as_char() == c);
                let called = matches!(tokens.peek(), Some(TokenTree::Group(_)));
                let is_method = before == Some('.') && called && METHODS.contains(&name.as_str());
                let is_macro = MACROS.contains(&name.as_str()) && followed_by('!', tokens.peek());
                if is_method || is_macro {
                    found.insert((ident.span().start().line, name));
                }
            }
            _ => {}
        }
        before = match token {
            TokenTree::Punct(punct) => Some(punct.as_char()),
            _ => None,
        };
    }
}

/// A dependency of a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The package.
    pub name: String,
    /// Whether it inherits its version from the workspace.
    pub from_workspace: bool,
}

/// The dependencies of a manifest: for the code, its tests, its build, and for single targets.
///
/// # Errors
///
/// When the text is not TOML.
pub fn dependencies(manifest: &str) -> Result<Vec<Dependency>, String> {
    let manifest: toml::Table = toml::from_str(manifest).map_err(|error| error.to_string())?;
    let targets = manifest
        .get("target")
        .and_then(toml::Value::as_table)
        .into_iter()
        .flatten();
    let tables = std::iter::once(&manifest).chain(targets.filter_map(|(_, target)| target.as_table()));
    let mut found = Vec::new();
    for table in tables {
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for (name, dependency) in table
                .get(section)
                .and_then(toml::Value::as_table)
                .into_iter()
                .flatten()
            {
                let name = dependency
                    .get("package")
                    .and_then(toml::Value::as_str)
                    .unwrap_or(name)
                    .to_string();
                let from_workspace = dependency
                    .get("workspace")
                    .and_then(toml::Value::as_bool)
                    .unwrap_or(false);
                found.push(Dependency { name, from_workspace });
            }
        }
    }
    Ok(found)
}

/// Paths of a developer's machine in a text, as `line: path`.
pub fn machine_paths(text: &str) -> Vec<String> {
    let roots = ["home", "root", "work", "Users"].map(|name| format!("/{name}/"));
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for root in &roots {
            for (at, _) in line.match_indices(root.as_str()) {
                let before = line[..at].chars().next_back();
                if before.is_none_or(|c| c.is_whitespace() || "\"'`(=<[,:".contains(c)) {
                    let path: String = line[at..].chars().take_while(|c| !c.is_whitespace()).collect();
                    found.push(format!("{}: {path}", number + 1));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn test_library_leaves_tests_out() {
        let text = "fn a() {}\n\n#[cfg(test)]\nmod testing;\n#[cfg(test)]\n#[path = \"o.rs\"]\nmod other;\n\n#[cfg(test)]\nmod tests {\n    fn b() { x.unwrap(); }\n}\n";
        let found = library(text).unwrap();
        assert_eq!(found.lines, 3);
        assert_eq!(
            found.test_modules,
            [
                ("testing".to_string(), None),
                ("other".to_string(), Some("o.rs".to_string()))
            ]
        );
        assert!(found.forbidden.is_empty());
    }

    #[test]
    fn test_library_counts_lines_of_code() {
        let text = "//! Doc.\n#![allow(a)]\n\n// Comment.\n/// Doc.\n#[b]\npub fn c() {\n    // Comment.\n    d(\n        \"e\n f\",\n    );\n}\n\
                    #[cfg(test)]\nmod tests {\n    fn g() {}\n}\n";
        // The file's attribute, `#[b]`, `pub fn`, the four lines of the call, and the last brace.
        assert_eq!(library(text).unwrap().code, 8);
    }

    #[test]
    fn test_library_finds_calls_that_end_the_program() {
        let text = "fn a() {\n    b.unwrap();\n    c(|d| d.expect(\"e\"));\n    m! { panic!() }\n}\n#[expect(unused)]\nfn expect() { x.unwrap_or(1) }\n\
                    macro_rules! n { () => { $x.unwrap() } }\n";
        assert_eq!(
            library(text).unwrap().forbidden,
            ["2: unwrap", "3: expect", "4: panic", "8: unwrap"]
        );
    }

    #[test]
    fn test_dependencies_reads_every_section() {
        let manifest = "[dependencies]\na.workspace = true\nb = \"1\"\n[dev-dependencies]\nc = { workspace = true }\n\
                        [target.'cfg(unix)'.dependencies]\nd = { package = \"e\", path = \"..\" }\n";
        let found: Vec<_> = dependencies(manifest)
            .unwrap()
            .into_iter()
            .map(|d| (d.name, d.from_workspace))
            .collect();
        assert_eq!(
            found,
            [
                ("a".into(), true),
                ("b".into(), false),
                ("c".into(), true),
                ("e".into(), false)
            ]
        );
    }

    #[test]
    fn test_machine_paths_are_found_where_a_path_begins() {
        let home = ["", "home", "me"].join("/");
        let text = format!("see {home}/x and\nGET /users{home}/x");
        assert_eq!(machine_paths(&text), [format!("1: {home}/x")]);
    }
}
