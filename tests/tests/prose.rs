//! Rules on prose: the length of lines in documents and comments, and words with a better
//! alternative.

#![allow(missing_docs, clippy::unwrap_used)]
#![allow(
    clippy::case_sensitive_file_extension_comparisons,
    reason = "the repository spells endings in lower case"
)]

use lorgnette_tests::workspace::{CatalogueEntry, apis, files, read, root};
use std::collections::BTreeMap;

/// The maximum number of characters in a line of prose.
const LONGEST: usize = 100;

/// Words that documents must not use, each with its replacement.
const WORDS: [(&str, &str); 24] = [
    ("anew", "again, from scratch"),
    ("answer", "response; respond, return"),
    ("answered", "responded"),
    ("answers", "responses; responds, returns"),
    ("course", "order, list"),
    ("flight", "in-flight request"),
    ("heed", "regard, respect"),
    ("hole", "gap, fault"),
    ("holes", "gaps, faults"),
    ("kindred", "related"),
    ("ledger", "notes"),
    ("mend", "repair, fix"),
    ("mended", "repaired, fixed"),
    ("mends", "repairs, fixes"),
    ("road", "pipeline"),
    ("roads", "pipelines"),
    ("station", "stage"),
    ("stations", "stages"),
    ("tells", "says, distinguishes"),
    ("told", "given, named"),
    ("whoever", "anyone who, the one who"),
    ("wishes", "options"),
    ("worth", "value"),
    ("worthy", "valuable"),
];

/// What comments do not say, since the architecture document says it once.
const SENTENCES: [&str; 3] = ["This module knows", "Knows nothing", "knows nothing of"];

/// Folders whose comments have not all been rewritten: the number of lines that are too long, and
/// the number that contain one of the sentences. The numbers may only go down.
const LEFT: [(&str, usize, usize); 2] = [("codegen/", 31, 0), ("crates/runtime/", 14, 0)];

/// The hand-written files of the repository: neither generated nor external files that are kept
/// unchanged.
fn by_hand(endings: &[&str]) -> Vec<String> {
    let apis = apis().unwrap();
    let generated: Vec<String> = apis.iter().flat_map(CatalogueEntry::generated).collect();
    let is_kept = |path: &String| {
        let is_generated = generated
            .iter()
            .any(|folder| path.starts_with(&format!("{folder}/")));
        let apart = ["/fixtures/", "/snapshots/", "tests/faults/contracts/"];
        !is_generated && !apart.iter().any(|folder| path.contains(folder))
    };
    let all = files("").unwrap().into_iter();
    let is_named = |path: &String| endings.iter().any(|ending| path.ends_with(ending));
    all.filter(|path| is_named(path) && is_kept(path)).collect()
}

/// Documents in Markdown, except reports that tests write.
fn documents() -> Vec<String> {
    let mut all = by_hand(&[".md"]);
    all.retain(|path| !path.starts_with("tests/conformance/"));
    assert!(all.iter().any(|path| path == "README.md"), "no README");
    all
}

/// The lines of a document that are prose, with their numbers: no code, no table, no comment.
fn prose(text: &str) -> Vec<(usize, &str)> {
    let mut in_code = false;
    let mut lines = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        } else if !in_code && !line.starts_with("<!--") {
            lines.push((index + 1, line));
        }
    }
    lines
}

/// A line without the code and the addresses in it.
fn without_code(line: &str) -> String {
    let outside = line.split('`').step_by(2).collect::<Vec<_>>().join(" ");
    let words = outside.split_whitespace().filter(|word| !word.contains("://"));
    words.collect::<Vec<_>>().join(" ")
}

/// The lines of a source that are comments, with their numbers.
fn comments<'t>(path: &str, text: &'t str) -> Vec<(usize, &'t str)> {
    let begins = if path.ends_with(".rs") { "//" } else { "#" };
    let lines = text.lines().enumerate();
    let is_comment = |line: &str| line.trim_start().starts_with(begins);
    lines
        .filter(|(_, line)| is_comment(line))
        .map(|(index, line)| (index + 1, line))
        .collect()
}

fn is_long(line: &str) -> bool {
    line.chars().count() > LONGEST
}

fn fail_with(wrong: &[String]) {
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn test_lines_of_documents_are_short() {
    let mut wrong = Vec::new();
    for path in documents() {
        let text = read(&root().join(&path)).unwrap();
        // A row of a table is one line, however long.
        let lines = prose(&text)
            .into_iter()
            .filter(|(_, line)| !line.starts_with('|'));
        let long = lines.filter(|(_, line)| is_long(line));
        wrong.extend(long.map(|(number, line)| format!("{path}:{number}: {}", line.chars().count())));
    }
    fail_with(&wrong);
}

#[test]
fn test_documents_use_plain_words() {
    let mut wrong = Vec::new();
    for path in documents() {
        let text = read(&root().join(&path)).unwrap();
        for (number, line) in prose(&text) {
            let line = without_code(line).to_lowercase();
            for word in line.split(|c: char| !c.is_alphanumeric()) {
                let found = WORDS.iter().find(|(avoided, _)| *avoided == word);
                wrong.extend(found.map(|(word, better)| format!("{path}:{number}: {word}: write {better}")));
            }
        }
    }
    fail_with(&wrong);
}

#[test]
fn test_comments_are_short_and_say_what_code_does() {
    let mut wrong = Vec::new();
    let mut left: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for path in by_hand(&[".rs", ".toml", ".yaml", ".yml", ".sh"]) {
        let text = read(&root().join(&path)).unwrap();
        let folder = LEFT.iter().find(|(folder, ..)| path.starts_with(folder));
        // The sentences are also listed here.
        let is_own = path == "tests/tests/prose.rs";
        for (number, line) in comments(&path, &text) {
            let says = !is_own && SENTENCES.iter().any(|sentence| line.contains(sentence));
            let Some((folder, ..)) = folder else {
                let what = match (is_long(line), says) {
                    (true, _) => format!("{} characters", line.chars().count()),
                    (false, true) => "say what the code does".to_string(),
                    (false, false) => continue,
                };
                wrong.push(format!("{path}:{number}: {what}"));
                continue;
            };
            let counts = left.entry(folder).or_default();
            counts.0 += usize::from(is_long(line));
            counts.1 += usize::from(says);
        }
    }
    for (folder, long, say) in LEFT {
        let (found, said) = left.get(folder).copied().unwrap_or_default();
        // A number that is too high would allow new ones.
        if (found, said) != (long, say) {
            wrong.push(format!(
                "{folder}: {found} long lines, {said} sentences; {long} and {say} stand here"
            ));
        }
    }
    fail_with(&wrong);
}

#[test]
fn test_prose_is_found_outside_of_code() {
    let text = "A `road` to https://a.example/road\n```\nroad\n```\n| road |\n";
    let found: Vec<(usize, String)> = prose(text)
        .into_iter()
        .map(|(number, line)| (number, without_code(line)))
        .collect();
    assert_eq!(found, [(1, "A to".to_string()), (5, "| road |".to_string())]);
}
