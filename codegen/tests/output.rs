//! Snapshots of generated code, feature by feature: each contract in `fixtures/output` goes through
//! the whole pipeline, and its crate is a snapshot. Review a change with `cargo insta review`, or
//! set `INSTA_UPDATE=always` and read the diff.
#![allow(clippy::unwrap_used, missing_docs)]

use lorgnette_codegen::catalogue::Catalogue;
use lorgnette_codegen::pipeline::{Input, generate};
use std::collections::BTreeMap;

/// The sources of a fixture's crate, one after the other; files that are the same for every crate
/// are left out.
fn sources(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/output/");
    let text = std::fs::read_to_string(format!("{folder}{name}.yaml")).unwrap();
    let paging = match name {
        "paging" => {
            "paging = { next = 'meta.next', page = 'page', pages = 'pagination.pages', items = ['results'] }\n"
        }
        _ => "",
    };
    let catalogue = Catalogue::parse(&format!(
        "[[api]]\nname = 'fixture-v1'\ntitle = 'Fixture'\nvendor = 'Fixture'\ncontract = 'openapi.yaml'\n\
         documentation = 'https://docs.example/'\nsource = 'described by us'\nauthentication = 'none'\n{paging}",
    ))
    .unwrap();
    let contract = BTreeMap::from([("openapi.yaml".to_string(), text)]);
    let input = Input {
        api: &catalogue.apis[0],
        contract,
        overlay: None,
        history: lorgnette_codegen::diff::History::default(),
    };
    let generated = generate(&input).unwrap();
    let shown = generated.files.iter().filter(|(path, _)| {
        !matches!(
            path.as_str(),
            "src/client.rs" | "src/disabled.rs" | "README.md" | "CHANGELOG.md" | "src/lib.rs"
        )
    });
    let parts = shown.map(|(path, text)| {
        // The mark and the contract's digest change with every word of a fixture.
        let lines = text.lines().skip(1).filter(|line| !line.starts_with("sha256 = "));
        let lines: Vec<&str> = lines.collect();
        format!("──── {path}\n{}\n\n", lines.join("\n"))
    });
    parts.collect()
}

macro_rules! outputs {
    ($($test:ident $fixture:literal;)*) => {$(
        #[test]
        fn $test() {
            insta::assert_snapshot!($fixture, sources($fixture));
        }
    )*};
}

outputs! {
    test_output_has_a_builder_with_parameters_of_every_place "builders";
    test_output_types_responses_by_status "responses";
    test_output_has_open_enums "open_enums";
    test_output_has_unions "unions";
    test_output_tells_absent_from_null "presence";
    test_output_takes_bodies_of_every_kind "bodies";
    test_output_has_a_module_and_a_feature_a_tag "tags";
    test_output_gives_lists_over_all_their_pages "paging";
    test_output_marks_what_is_waited_for_limited_and_repeatable "marks";
}
