//! Counts the fields whose documentation in a generated crate consists of their name only.
//!
//! If anything is known about a field, a description in `specs/` states it: the vendor's, or one
//! from the overlay. The numbers below only go down.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use lorgnette_tests::workspace::{apis, files, read, root};
use std::collections::BTreeMap;
use syn::{Attribute, Expr, Fields, Item, Lit, Meta, Visibility};

/// The number of such fields in each crate's types, and the number of all fields.
///
/// The remaining fields are texts and flags for which no source states more than the name or lists
/// the values: the states of an access point and the `total` of a range at 7SIGNAL; the type of an
/// event and of an allowed parameter, three flags of signals and `tlsHostOverride` at Signal
/// Sciences; the status and the type of a registration token at VXG.
const LEFT: [(&str, usize, usize); 10] = [
    ("angus-v1", 0, 28),
    ("sevensignal-v2", 3, 1653),
    ("sigsci-v0", 7, 670),
    ("vxg-admin-v2", 0, 41),
    ("vxg-gateway-v1", 0, 49),
    ("vxg-v2", 2, 520),
    ("vxg-v3", 0, 136),
    ("vxg-v4", 0, 144),
    ("vxg-v5", 0, 25),
    ("vxg-v6", 0, 35),
];

/// The documentation in these attributes, as one line.
fn documentation(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(text) => match &text.lit {
                Lit::Str(text) => Some(text.value().trim().to_owned()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    lines.collect::<Vec<_>>().join(" ")
}

/// Whether the text is `` `name`. `` and nothing else.
fn is_name_only(documentation: &str) -> bool {
    let name = documentation.trim_end_matches('.');
    name.len() < 2 || (name.starts_with('`') && name[1..].find('`') == Some(name.len() - 2))
}

#[test]
fn test_fields_are_documented_by_more_than_their_name() {
    let mut found = BTreeMap::new();
    for api in apis().unwrap() {
        let (mut left, mut all) = (0, 0);
        for path in files(&format!("crates/{}/src/types", api.name)).unwrap() {
            let file = syn::parse_file(&read(&root().join(path)).unwrap()).unwrap();
            for item in file.items {
                let Item::Struct(item) = item else { continue };
                let Fields::Named(fields) = item.fields else {
                    continue;
                };
                for field in fields.named {
                    if matches!(field.vis, Visibility::Public(_)) {
                        all += 1;
                        left += usize::from(is_name_only(&documentation(&field.attrs)));
                    }
                }
            }
        }
        found.insert(api.name, (left, all));
    }
    let expected: BTreeMap<String, (usize, usize)> = LEFT
        .into_iter()
        .map(|(api, left, all)| (api.to_owned(), (left, all)))
        .collect();
    assert_eq!(found, expected, "fewer are better; write the new numbers down");
}

#[test]
fn test_a_name_alone_is_no_documentation() {
    for alone in ["`createdBy`.", "`createdBy`", ""] {
        assert!(is_name_only(alone), "{alone}");
    }
    for more in [
        "`createdBy`: At most 20 characters.",
        "Who created it.",
        "`a` or `b`.",
    ] {
        assert!(!is_name_only(more), "{more}");
    }
}
