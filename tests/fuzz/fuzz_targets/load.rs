//! Any text as a contract of one file, by a name that says JSON and by one that says YAML: it is refused, or what comes out
//! can be written down and read again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lorgnette_codegen::load::{Files, load, to_text};

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
    }
});
