//! Any text as a contract of one file, by a name that says JSON and by one that says YAML.
//!
//! It is refused, or what comes out can be written and read again. The lenient way of the pipeline
//! accepts more, with notes; what it makes refers to nothing elsewhere either.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lorgnette_codegen::diagnostics::Notes;
use lorgnette_codegen::load::{Files, load, load_for_overlay, mend, to_text};

fuzz_target!(|text: &str| {
    for name in ["contract.json", "contract.yaml"] {
        let files = Files::from([(name.to_owned(), text.to_owned())]);
        if let Ok(document) = load(&files, name) {
            let written = to_text(&document);
            let again = load(
                &Files::from([("contract.json".to_owned(), written.clone())]),
                "contract.json",
            );
            match again {
                Ok(again) => assert_eq!(to_text(&again), written),
                Err(error) => panic!("what was written cannot be read: {error}\n{written}"),
            }
        }
        let mut notes = Notes::default();
        if let Ok(mut document) = load_for_overlay(&files, name, &mut notes) {
            mend(&mut document, &mut notes);
            let written = to_text(&document);
            let files = Files::from([("contract.json".to_owned(), written.clone())]);
            if let Err(error) = load(&files, "contract.json") {
                panic!("what was mended does not stand alone: {error}\n{written}");
            }
        }
    }
});
