//! READMEs name files, commands and links: those have to be there.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use lorgnette_tests::commands::{self, Commands};
use lorgnette_tests::markdown::{Named, named};
use lorgnette_tests::workspace::{apis, files, read, root};

/// Every README of the repository, with what it names.
fn readmes() -> Vec<(String, Named)> {
    let paths = files("")
        .unwrap()
        .into_iter()
        .filter(|path| path.ends_with("README.md"));
    let all: Vec<(String, Named)> = paths
        .map(|path| (path.clone(), named(&read(&root().join(path)).unwrap())))
        .collect();
    assert!(
        all.iter().any(|(path, _)| path == "README.md"),
        "the README is not there"
    );
    all
}

fn fail_with(wrong: &[String]) {
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn test_readmes_name_paths_that_exist() {
    let folders = [
        "specs/", "codegen/", "crates/", "xtask/", "tests/", ".ci/", ".cargo/", ".github/",
    ];
    let mut wrong = Vec::new();
    for (readme, named) in readmes() {
        // Paths are meant from the root of the repository, or from where the README stands.
        let folder = root().join(&readme).parent().unwrap().to_path_buf();
        for (line, path) in named.paths(&folders) {
            if !root().join(&path).exists() && !folder.join(&path).exists() {
                wrong.push(format!("{readme}:{line}: {path} is not there"));
            }
        }
    }
    fail_with(&wrong);
}

#[test]
fn test_readmes_link_to_files_that_exist() {
    let mut wrong = Vec::new();
    for (readme, named) in readmes() {
        let folder = root().join(&readme).parent().unwrap().to_path_buf();
        for (line, link) in named.links {
            let target = link.split('#').next().unwrap_or_default();
            let is_local = !target.is_empty() && !target.contains(':');
            if is_local && !folder.join(target).exists() {
                wrong.push(format!("{readme}:{line}: the link to {link} leads nowhere"));
            }
        }
    }
    fail_with(&wrong);
}

#[test]
fn test_readmes_name_commands_that_exist() {
    let mut wrong = Vec::new();
    for (readme, named) in readmes() {
        for (line, words) in named.commands() {
            if let Err(what) = check(&words) {
                wrong.push(format!(
                    "{readme}:{line}: `cargo xtask {}`: {what}",
                    words.join(" ")
                ));
            }
        }
    }
    fail_with(&wrong);
}

/// Where the commands are: those of the tool, and those that only xtask has.
const PROGRAMS: [(&str, &str); 2] = [("crates/lorgnette/src", "commands"), ("xtask/src", "main")];

/// The commands of a module; those of a module without a file of its own are nothing.
fn commands_of(module: &[String]) -> Commands {
    let mut all = Commands::default();
    for (folder, first) in PROGRAMS {
        let path = if module.is_empty() {
            first.to_string()
        } else {
            module.join("/")
        };
        let file = root().join(format!("{folder}/{path}.rs"));
        if module.is_empty() || file.is_file() {
            let found = commands::read(&read(&file).unwrap()).unwrap();
            all.names.extend(found.names);
            all.options.extend(found.options);
        }
    }
    all
}

fn check(words: &[String]) -> Result<(), String> {
    let mut module = Vec::new();
    let mut offered = commands_of(&module);
    assert!(
        offered.names.contains_key("regen"),
        "the commands of xtask are not where this test looks for them"
    );
    for word in words {
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
        } else if module == ["generate"] && !apis().unwrap().iter().any(|api| api.name == *word) {
            return Err(format!("{word} is no API of the catalogue"));
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
        assert_eq!(check(&words(right)), Ok(()), "{right}");
    }
    for wrong in ["regenerate", "regen --chek", "regen vxg-v9", "bench compiles"] {
        assert!(check(&words(wrong)).is_err(), "{wrong}");
    }
}
