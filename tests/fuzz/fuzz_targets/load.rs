//! Fuzzes any text as a contract of one file, with a JSON and with a YAML file name.
//!
//! It is rejected, or the result can be written and read again. The lenient loading of the pipeline
//! accepts more and adds notes; its result has no external references either.

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
