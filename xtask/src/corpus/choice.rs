//! Selects the contracts of a run, the names of their crates, and the crates to compile.
//!
//! The same folder gives the same choice, whatever order the file system lists it in.

use lorgnette::failure::CommandFailure;
use std::path::Path;

/// The contracts that `list` names, or all below `folder`, as paths inside it with `/` between the
/// parts. Without a list, files that do not identify themselves as a contract are skipped, such as
/// parts of a contract or the files of a package. Their number is printed.
///
/// # Errors
///
/// When the folder or the list cannot be read, or contains no contract.
pub fn contracts(folder: &Path, list: Option<&Path>) -> Result<Vec<String>, CommandFailure> {
    let found = match list {
        Some(list) => {
            let text =
                std::fs::read_to_string(list).map_err(|error| CommandFailure::io("read", list, &error))?;
            let lines = text.lines().map(str::trim);
            lines
                .filter(|line| !line.is_empty() && !line.starts_with('#'))
                .map(str::to_string)
                .collect()
        }
        None => {
            let mut files = below(folder)?;
            let all = files.len();
            files.retain(|file| may_be_contract(&folder.join(file)));
            if files.len() < all {
                eprintln!(
                    "{} of {all} files say nowhere which OpenAPI or Swagger they are, and are passed over",
                    all - files.len()
                );
            }
            files
        }
    };
    if found.is_empty() {
        return Err(CommandFailure::new("there is no contract")
            .at(list.unwrap_or(folder).display().to_string())
            .help("name a folder with OpenAPI or Swagger documents in JSON or YAML"));
    }
    Ok(found)
}

/// Whether a file has a member that names its version of OpenAPI or Swagger. An unreadable file
/// also counts, and its row reports the reason.
fn may_be_contract(path: &Path) -> bool {
    let Ok(bytes) = std::fs::read(path) else {
        return true;
    };
    let text = String::from_utf8_lossy(&bytes);
    ["openapi", "swagger"].iter().any(|word| {
        text.match_indices(word).any(|(at, _)| {
            let before = text[..at].trim_end_matches(['"', '\'']);
            let after = text[at + word.len()..].trim_start_matches(['"', '\'']);
            let is_key = after.trim_start().starts_with(':');
            let begins = before.is_empty()
                || before
                    .ends_with(|last: char| last.is_whitespace() || matches!(last, '{' | ',' | '\u{feff}'));
            is_key && begins
        })
    })
}

fn below(folder: &Path) -> Result<Vec<String>, CommandFailure> {
    let mut found = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(prefix) = folders.pop() {
        let path = folder.join(&prefix);
        let failure = |error| CommandFailure::io("read", &path, &error);
        for entry in std::fs::read_dir(&path).map_err(failure)? {
            let entry = entry.map_err(failure)?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let inside = format!("{prefix}{name}");
            let extension = Path::new(&name)
                .extension()
                .and_then(|extension| extension.to_str());
            if entry.path().is_dir() {
                folders.push(format!("{inside}/"));
            } else if matches!(extension, Some("json" | "yaml" | "yml")) {
                found.push(inside);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The name of the crate of a contract: its path in lower case with hyphens; different paths that
/// would give the same name are distinguished by a number derived from the path.
pub fn crate_name(contract: &str) -> String {
    let stem = contract.rsplit_once('.').map_or(contract, |(stem, _)| stem);
    let mut name = String::from("c");
    for character in stem.chars() {
        if character.is_ascii_alphanumeric() {
            name.push(character.to_ascii_lowercase());
        } else if !name.ends_with('-') {
            name.push('-');
        }
    }
    // Cargo derives file names from it, and their length is limited.
    let name = name.get(..60).unwrap_or(&name).trim_matches('-').to_string();
    format!("{name}-{:04x}", number(contract) >> 48)
}

/// Selects `count` of `candidates`, spread evenly by a number derived from each one's name.
pub fn spread<'n>(candidates: &[usize], count: usize, name: impl Fn(usize) -> &'n String) -> Vec<usize> {
    let mut chosen = candidates.to_vec();
    chosen.sort_by_key(|&at| number(name(at)));
    chosen.truncate(count);
    chosen.sort_unstable();
    chosen
}

/// A hash of a text (FNV-1a), the same on every machine and with every Rust version.
fn number(text: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn test_crate_name_is_one_that_cargo_takes_and_tells_paths_apart() {
        let name = crate_name("api/1forge.com/v1.json");
        assert!(name.starts_with("capi-1forge-com-v1-"), "{name}");
        assert_ne!(crate_name("a/b.json"), crate_name("a-b.json"));
        assert!(crate_name(&"long/".repeat(60)).len() < 70);
    }

    #[test]
    fn test_files_that_say_nowhere_that_they_are_a_contract_are_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text, expected) in [
            ("minified.json", r#"{"info":{},"openapi":"3.0.3"}"#, true),
            ("swagger.yaml", "# ours\nswagger: '2.0'\n", true),
            ("first.yaml", "openapi: 3.1.0\n", true),
            ("newer.json", r#"{ "openapi" : "9.9" }"#, true),
            ("quoted.yml", "'swagger': '2.0'\n", true),
            ("part.yaml", "type: object\n", false),
            (
                "package.json",
                r#"{"name": "openapi", "keywords": ["swagger"]}"#,
                false,
            ),
            ("prose.yaml", "description: see my-openapi: it is there\n", false),
        ] {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            assert_eq!(may_be_contract(&path), expected, "{name}");
        }
        assert_eq!(contracts(folder.path(), None).unwrap().len(), 5);
        assert!(may_be_contract(&folder.path().join("gone.json")));
    }

    #[test]
    fn test_spread_chooses_the_same_ones_whatever_their_order() {
        let names: Vec<String> = (0..50).map(|number| format!("contract {number}")).collect();
        let all: Vec<usize> = (0..50).collect();
        let backwards: Vec<usize> = (0..50).rev().collect();
        let chosen = spread(&all, 7, |at| &names[at]);
        assert_eq!(chosen.len(), 7);
        assert_eq!(chosen, spread(&backwards, 7, |at| &names[at]));
        assert_ne!(chosen, [0, 1, 2, 3, 4, 5, 6]);
    }
}
