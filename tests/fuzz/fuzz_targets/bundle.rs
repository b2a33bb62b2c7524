//! Fuzzes any text as the files of a contract.
//!
//! They are rejected, or joined into one document that needs no other file. If they arrive one by
//! one, the document is the same. The lenient loading of the pipeline joins the existing files and
//! adds notes; its document needs no other file either.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lorgnette_codegen::diagnostics::Notes;
use lorgnette_codegen::load::{Files, Survey, load, load_for_overlay, mend, to_text};

/// The mark that begins a file: the rest of the line is its name.
const MARK: &str = "=== ";

fn files(text: &str) -> (Files, String) {
    let mut files = Files::new();
    let mut entry = None;
    for part in text.split(&format!("\n{MARK}")) {
        let (name, text) = part
            .trim_start_matches(MARK)
            .split_once('\n')
            .unwrap_or((part, ""));
        entry.get_or_insert_with(|| name.to_owned());
        files.insert(name.to_owned(), text.to_owned());
    }
    (files, entry.unwrap_or_default())
}

/// The file that `path` means in `file`, if it means one.
fn beside(file: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = if path.starts_with('/') {
        Vec::new()
    } else {
        file.split('/').collect()
    };
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

fn surveyed(files: &Files, entry: &str) -> Option<String> {
    let mut survey = Survey::new(entry, files.get(entry)?.clone()).ok()?;
    loop {
        let wanted = survey.wanted();
        if wanted.is_empty() {
            return survey.bundle().ok().map(|document| to_text(&document));
        }
        for wanted in wanted {
            let name = beside(&wanted.from, &wanted.path)?;
            survey.add(&name, files.get(&name)?.clone()).ok()?;
            survey.link(&wanted, &name).ok()?;
        }
    }
}

fuzz_target!(|text: &str| {
    let (files, entry) = files(text);
    let mut notes = Notes::default();
    if let Ok(mut document) = load_for_overlay(&files, &entry, &mut notes) {
        mend(&mut document, &mut notes);
        let written = to_text(&document);
        let files = Files::from([("contract.json".to_owned(), written.clone())]);
        if let Err(error) = load(&files, "contract.json") {
            panic!("what was mended does not stand alone: {error}\n{written}");
        }
    }
    let Ok(document) = load(&files, &entry) else {
        return;
    };
    let written = to_text(&document);
    if let Err(error) = load(
        &Files::from([("contract.json".to_owned(), written.clone())]),
        "contract.json",
    ) {
        panic!("the bundle does not stand alone: {error}\n{written}");
    }
    // Percent-encoded names in addresses are left to the network.
    if !text.contains('%')
        && let Some(other) = surveyed(&files, &entry)
    {
        assert_eq!(other, written);
    }
});
