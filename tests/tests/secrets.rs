//! Checks that members of generated types that grant access are secrets: none is text that `Debug`
//! shows.

#![allow(missing_docs, clippy::unwrap_used)]

use lorgnette_tests::surface::{RustType, Surface, SurfaceShape};
use lorgnette_tests::workspace::apis;
use std::collections::BTreeSet;

/// Words in the names of members that grant access.
const WORDS: [&str; 16] = [
    "accesskey",
    "accesstoken",
    "apikey",
    "clientsecret",
    "credential",
    "passphrase",
    "password",
    "passwd",
    "presharedkey",
    "privatekey",
    "psk",
    "pwd",
    "refreshtoken",
    "secret",
    "token",
    "webhookurl",
];

/// Words in the descriptions of members whose addresses grant access.
const SAID: [&str; 4] = ["pre-signed", "presigned", "with ticket", "expiring"];

/// Members that contain such a word but are not secrets, with the reason.
const HARMLESS: &[(&str, &str, &str)] = &[
    ("sevensignal-v2", "apiKeyHeader", "the name of a header"),
    ("sevensignal-v2", "token_type", "how a token is put on requests"),
    (
        "sevensignal-v2",
        "passwordSecretArn",
        "says where the secret lies",
    ),
    ("sevensignal-v2", "tokenSecretArn", "says where the secret lies"),
    ("sevensignal-v2", "privateKeyFileName", "the name of a file"),
    ("sevensignal-v2", "innerPrivateKeyFileName", "the name of a file"),
    (
        "sevensignal-v2",
        "privateKey",
        "an object whose content is a secret",
    ),
    ("sevensignal-v2", "usePassphrase", "a choice"),
    ("sigsci-v0", "accessTokens", "how many there are"),
    ("vxg-v4", "expire_hls", "a time"),
];

/// Whether a value of this type is shown as text.
fn is_text(ty: &RustType) -> bool {
    matches!(ty.name.as_str(), "String" | "Value") || ty.arguments.iter().any(is_text)
}

#[test]
fn test_members_that_open_something_are_secrets() {
    let (mut shown, mut met) = (Vec::new(), BTreeSet::new());
    let mut secrets = 0;
    for api in apis().unwrap() {
        let surface = Surface::read(&api.folder()).unwrap();
        for (name, ty) in &surface.types {
            let SurfaceShape::Struct { members, .. } = &ty.shape else {
                continue;
            };
            for member in members {
                secrets += usize::from(format!("{}", member.ty).contains("Secret"));
                let plain = member.wire.to_lowercase().replace(['_', '-'], "");
                let docs = member.docs.to_lowercase();
                let opens = WORDS.iter().any(|word| plain.contains(word))
                    || plain.contains("url") && SAID.iter().any(|said| docs.contains(said));
                let harmless = HARMLESS
                    .iter()
                    .position(|(crate_, wire, _)| *crate_ == api.name && *wire == member.wire);
                met.extend(harmless);
                if opens && harmless.is_none() && is_text(&member.ty) {
                    shown.push(format!("{} {name}.{}: {}", api.name, member.wire, member.ty));
                }
            }
        }
    }
    assert!(shown.is_empty(), "{}", shown.join("\n"));
    assert!(secrets > 100, "{secrets}");
    let unused: Vec<_> = (0..HARMLESS.len())
        .filter(|index| !met.contains(index))
        .map(|index| HARMLESS[index])
        .collect();
    assert!(unused.is_empty(), "{unused:?}");
}
