//! Each tag of the API is a feature of both crates.

#![allow(missing_docs, clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;

fn features(manifest: &str) -> toml::Table {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(manifest);
    let manifest: toml::Table = toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    manifest["features"].as_table().unwrap().clone()
}

#[test]
fn test_features_are_those_of_the_generated_crate() {
    let (mut ours, theirs) = (features("Cargo.toml"), features("../sevensignal-v2/Cargo.toml"));
    // Features of the program only.
    ours.remove("keyring").unwrap();
    ours.remove("mcp").unwrap();
    assert_eq!(
        ours.keys().collect::<BTreeSet<_>>(),
        theirs.keys().collect::<BTreeSet<_>>()
    );
    for (name, means) in ours {
        // Two features list others, each of which enables its namesake.
        let expected = match name.as_str() {
            "default" | "tags" => theirs[&name].clone(),
            "cli" => vec!["dep:lorgnette-cli", "sevensignal-v2/cli"].into(),
            _ => vec![format!("sevensignal-v2/{name}")].into(),
        };
        assert_eq!(means, expected, "{name}");
    }
}
