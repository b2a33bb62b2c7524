//! Checks that the files, tests, commands and links that documents name exist.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]
#![allow(
    clippy::case_sensitive_file_extension_comparisons,
    reason = "the repository spells endings in lower case"
)]

use lorgnette_tests::commands::{self, Commands};
use lorgnette_tests::markdown::{NamedItems, named};
use lorgnette_tests::workspace::{apis, files, read, root};

/// Whether a file is a README, a document at the root, or a page of the book.
fn is_document(path: &str) -> bool {
    let is_markdown = path.ends_with(".md");
    is_markdown && (path.ends_with("README.md") || path.starts_with("book/") || !path.contains('/'))
}

/// Every document of the repository, with what it names.
fn documents() -> Vec<(String, NamedItems)> {
    let paths = files("").unwrap().into_iter().filter(|path| is_document(path));
    let all: Vec<(String, NamedItems)> = paths
        .map(|path| (path.clone(), named(&read(&root().join(path)).unwrap())))
        .collect();
    for document in ["README.md", "CONTRIBUTING.md", "book/src/SUMMARY.md"] {
        assert!(all.iter().any(|(path, _)| path == document), "no {document}");
    }
    all
}

fn fail_with(wrong: &[String]) {
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn test_documents_name_paths_that_exist() {
    let folders = [
        "specs/", "codegen/", "crates/", "xtask/", "tests/", "book/", ".ci/", ".cargo/", ".github/",
    ];
    let mut wrong = Vec::new();
    for (document, named) in documents() {
        // Paths are relative to the root of the repository, or to the folder of the document.
        let folder = root().join(&document).parent().unwrap().to_path_buf();
        for (line, path) in named.paths(&folders) {
            if !root().join(&path).exists() && !folder.join(&path).exists() {
                wrong.push(format!("{document}:{line}: {path} is not there"));
            }
        }
    }
    fail_with(&wrong);
}

#[test]
fn test_documents_link_to_files_that_exist() {
    let mut wrong = Vec::new();
    for (document, named) in documents() {
        let folder = root().join(&document).parent().unwrap().to_path_buf();
        for (line, link) in named.links {
            let target = link.split('#').next().unwrap_or_default();
            let is_local = !target.is_empty() && !target.contains(':');
            if is_local && !folder.join(target).exists() {
                wrong.push(format!("{document}:{line}: the link to {link} leads nowhere"));
            }
        }
    }
    fail_with(&wrong);
}

#[test]
fn test_book_lists_each_of_its_pages() {
    let summary = named(&read(&root().join("book/src/SUMMARY.md")).unwrap());
    let listed: Vec<String> = summary
        .links
        .into_iter()
        .map(|(_, link)| format!("book/src/{link}"))
        .collect();
    let pages = files("book/src").unwrap().into_iter();
    let is_page = |path: &String| path.ends_with(".md") && !path.ends_with("SUMMARY.md");
    let missing: Vec<String> = pages
        .filter(|path| is_page(path) && !listed.contains(path))
        .collect();
    fail_with(&missing);
}

#[test]
fn test_documents_name_tests_that_exist() {
    let mut wrong = Vec::new();
    for (document, named) in documents() {
        for (line, file, test) in named.tests() {
            // The test of paths reports missing files.
            let Ok(text) = read(&root().join(&file)) else {
                continue;
            };
            if !text.contains(&format!("fn {test}(")) {
                wrong.push(format!("{document}:{line}: {file} has no {test}"));
            }
        }
    }
    fail_with(&wrong);
}

#[test]
fn test_documents_name_commands_that_exist() {
    let mut wrong = Vec::new();
    for (document, named) in documents() {
        for (program, in_catalogue) in [("cargo xtask", true), ("lorgnette", false)] {
            for (line, words) in named.commands(program) {
                if let Err(what) = check(&words, in_catalogue) {
                    let words = words.join(" ");
                    wrong.push(format!("{document}:{line}: `{program} {words}`: {what}"));
                }
            }
        }
    }
    fail_with(&wrong);
}

/// The sources of the commands: those of the tool, and those that only xtask has.
const PROGRAMS: [(&str, &str); 2] = [("crates/lorgnette/src", "commands"), ("xtask/src", "main")];

/// The commands of a module; empty for a module without a file of its own.
fn commands_of(module: &[String]) -> Commands {
    let mut all = Commands::default();
    for (folder, first) in PROGRAMS {
        let path = if module.is_empty() {
            first.to_string()
        } else {
            module.join("/")
        };
        for path in [path.clone(), format!("{path}/options")] {
            let file = root().join(format!("{folder}/{path}.rs"));
            if file.is_file() {
                let found = commands::read(&read(&file).unwrap()).unwrap();
                all.names.extend(found.names);
                all.options.extend(found.options);
            }
        }
    }
    all
}

/// Checks the words of a command; APIs that it names are those of the catalogue if it is called
/// here.
fn check(words: &[String], in_catalogue: bool) -> Result<(), String> {
    let mut module = Vec::new();
    let mut offered = commands_of(&module);
    assert!(
        offered.names.contains_key("regen"),
        "the commands of xtask are not where this test looks for them"
    );
    // Arguments after `--` go to another program.
    for word in words.iter().take_while(|word| *word != "--") {
        if let Some(option) = word.strip_prefix("--") {
            let option = option.split('=').next().unwrap_or_default();
            if option != "help" && !offered.options.contains(option) {
                return Err(format!("there is no option --{option}"));
            }
        } else if word.starts_with(['<', '[', '-']) || word == "help" || word == "..." {
            // A placeholder, a short option, or clap's own command.
        } else if let Some(next) = offered.names.get(word) {
            module.push(next.clone());
            offered = commands_of(&module);
        } else if !offered.names.is_empty() {
            return Err(format!("there is no command {word}"));
        } else if in_catalogue
            && module == ["generate"]
            && !apis().unwrap().iter().any(|api| api.name == *word)
        {
            return Err(format!("the catalogue has no API {word}"));
        }
    }
    Ok(())
}

#[test]
fn test_check_knows_commands_from_inventions() {
    let words = |text: &str| {
        text.split_whitespace()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    for right in [
        "",
        "regen",
        "regen --check",
        "regen vxg-v4",
        "bench compile",
        "help regen",
        "regen <name>",
    ] {
        assert_eq!(check(&words(right), true), Ok(()), "{right}");
    }
    for wrong in ["regenerate", "regen --chek", "regen vxg-v9", "bench compiles"] {
        assert!(check(&words(wrong), true).is_err(), "{wrong}");
    }
}
