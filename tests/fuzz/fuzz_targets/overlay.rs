//! Fuzzes any text as a contract and an overlay for it: the overlay is rejected or applied.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lorgnette_codegen::diagnostics::Notes;
use lorgnette_codegen::load::{Files, load_for_overlay};
use lorgnette_codegen::overlay;

/// The separator between the contract and the overlay.
const MARK: &str = "\n===\n";

const CONTRACT: &str = r##"{"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "tags": [{"name": "a"}, {"name": "b"}],
    "paths": {"/a/{b}": {"get": {"tags": ["a"], "parameters": [{"name": "b", "in": "path"}]}, "post": {}}, "/c": {"get": {}}},
    "components": {"schemas": {"A": {"properties": {"a": {"$ref": "#/components/schemas/A"}}}}}}"##;

fuzz_target!(|text: &str| {
    let (contract, overlay) = text.split_once(MARK).unwrap_or((CONTRACT, text));
    let files = Files::from([("contract.yaml".to_owned(), contract.to_owned())]);
    if let Ok(mut document) = load_for_overlay(&files, "contract.yaml", &mut Notes::default()) {
        let _ = overlay::apply(&mut document, overlay);
    }
});
