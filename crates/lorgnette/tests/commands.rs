//! The commands as called from a shell: their output and their exit status.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on is a test that fails")]

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "support/shell.rs"]
mod shell;

use shell::{Run, lorgnette, lorgnette_in, put};
use std::fs;
use std::path::Path;

fn entry(name: &str, more: &str) -> String {
    format!(
        "[[api]]\nname = \"{name}\"\ntitle = \"Lamps\"\nvendor = \"ACME\"\ncontract = \"openapi.json\"\n\
         documentation = \"https://example.com/docs\"\nsource = \"described by us\"\nauthentication = \"none\"\n\
         base_url = \"https://example.com\"\n{more}\n"
    )
}

const CONTRACT: &str = r##"{
  "openapi": "3.0.3",
  "info": {"title": "Lamps", "version": "1.2"},
  "servers": [{"url": "https://example.com"}],
  "paths": {"/lamps/{id}": {"get": {
    "operationId": "getLamp",
    "tags": ["lamps"],
    "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
    "responses": {"200": {"description": "A lamp.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Lamp"}}}}}
  }}},
  "components": {"schemas": {"Lamp": {"type": "object", "properties": {"lit": {"type": "boolean"}}}}}
}"##;

/// A workspace with the valid API `lamps`, and the API `other` with the given files.
fn workspace(contract: Option<&str>, overlay: Option<&str>) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    let more = if overlay.is_some() {
        "overlay = \"overlay.yaml\""
    } else {
        ""
    };
    put(
        root.path(),
        "specs/apis.toml",
        &("[project]\ncalls = \"tests/conformance\"\n".to_owned()
            + &entry("lamps", "")
            + &entry("other", more)),
    );
    put(root.path(), "specs/lamps/openapi.json", CONTRACT);
    if let Some(contract) = contract {
        put(root.path(), "specs/other/openapi.json", contract);
    }
    if let Some(overlay) = overlay {
        put(root.path(), "specs/other/overlay.yaml", overlay);
    }
    root
}

/// The invalid input of `other` is reported with `place` and `message`. `lamps` is still written,
/// `other` is not.
fn assert_reported(root: &tempfile::TempDir, place: &str, message: &str) {
    let Run(status, _, errors) = lorgnette(root.path(), &["regen"]);
    assert_eq!(status, 1, "{errors}");
    assert!(errors.contains("other: error["), "{errors}");
    assert!(
        errors.contains(&format!("--> {place}\n")) || errors.contains(&format!("--> {place}#")),
        "{errors}"
    );
    assert!(errors.to_lowercase().contains(message), "{errors}");
    assert!(!root.path().join("crates/other").exists());
    assert!(!root.path().join("tests/conformance/other").exists());
    assert!(root.path().join("tests/conformance/lamps/mod.rs").exists());
    assert!(root.path().join("crates/lamps/src/lib.rs").exists());
    assert_eq!(
        fs::read_dir(root.path()).unwrap().count(),
        3,
        "something is left beside specs/, crates/ and tests/"
    );
}

#[test]
fn test_show_lists_the_stages_and_shows_what_one_leaves() {
    let root = workspace(None, None);
    let show = |arguments: &[&str]| lorgnette(root.path(), &[&["show", "lamps"], arguments].concat());
    let Run(status, stages, _) = show(&[]);
    assert_eq!(status, 0);
    for stage in ["overlay\n", "\nall_of\n", "\nlower\n", "\nfield_names\n"] {
        assert!(stages.contains(stage), "{stages}");
    }
    let Run(_, document, _) = show(&["--after", "upgrade"]);
    assert!(document.contains("\"operationId\": \"getLamp\""), "{document}");
    let Run(_, model, _) = show(&["--after", "lower"]);
    assert!(
        model.contains("\"provenance\": \"/components/schemas/Lamp/properties/lit\""),
        "{model}"
    );
    let Run(_, diff, _) = show(&["--after", "field_names", "--diff"]);
    assert!(diff.contains("\"field\": \"lit\""), "{diff}");
    let Run(status, _, failure) = show(&["--after", "nothing"]);
    assert!(
        status == 1 && failure.contains("no stage \"nothing\" has run"),
        "{failure}"
    );
}

#[test]
fn test_help_is_printed_without_a_command() {
    let Run(status, output, _) = lorgnette(Path::new("."), &[]);
    assert_eq!(status, 0);
    for word in [
        "generate",
        "fetch",
        "lorgnette generate --check",
        "specs/apis.toml",
    ] {
        assert!(output.contains(word), "{word} is not in\n{output}");
    }
}

#[test]
fn test_project_is_found_above_the_current_folder_and_said() {
    let root = workspace(Some(CONTRACT), None);
    let below = root.path().join("specs/lamps");
    let Run(status, _, errors) = lorgnette_in(&below, &["generate"]);
    assert_eq!(status, 0, "{errors}");
    let found = format!("project: {}\n", root.path().canonicalize().unwrap().display());
    assert!(errors.starts_with(&found), "{errors}");
    assert!(root.path().join("crates/lamps/src/lib.rs").exists());
}

#[test]
fn test_outside_of_a_project_nothing_is_written_anywhere() {
    let root = tempfile::tempdir().unwrap();
    for command in [
        &["generate"][..],
        &["generate", "--check"],
        &["fetch", "--all"],
        &["diff"],
        &["release", "--all"],
        &["show", "lamps"],
        &["new", "lamps-v1", "--from", "openapi.json"],
    ] {
        let Run(status, output, errors) = lorgnette_in(root.path(), command);
        assert_eq!((status, output.as_str()), (1, ""), "{command:?}: {errors}");
        assert!(errors.contains("`lorgnette init`"), "{command:?}: {errors}");
    }
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
}

#[test]
fn test_regen_twice_changes_nothing_and_check_agrees() {
    let root = workspace(Some(CONTRACT), None);
    let Run(status, output, errors) = lorgnette(root.path(), &["regen"]);
    assert_eq!(status, 0, "{errors}");
    assert!(output.contains("2 of 2 APIs, 2 operations"), "{output}");
    let written = |path: &str| fs::metadata(root.path().join(path)).unwrap().modified().unwrap();
    let before = written("crates/lamps/src/lib.rs");
    let Run(status, output, errors) = lorgnette(root.path(), &["regen"]);
    assert_eq!(
        (status, output.matches("unchanged").count()),
        (0, 2),
        "{output}{errors}"
    );
    assert_eq!(written("crates/lamps/src/lib.rs"), before);
    let Run(status, output, errors) = lorgnette(root.path(), &["regen", "--check"]);
    assert_eq!(status, 0, "{output}{errors}");
}

#[test]
fn test_check_prints_a_diff_and_writes_nothing() {
    let root = workspace(Some(CONTRACT), None);
    lorgnette(root.path(), &["regen"]);
    put(root.path(), "crates/lamps/src/lib.rs", "edited by hand\n");
    put(root.path(), "crates/lamps/src/stale.rs", "stale\n");
    fs::remove_file(root.path().join("crates/lamps/README.md")).unwrap();
    let Run(status, output, errors) = lorgnette(root.path(), &["regen", "--check"]);
    assert_eq!(status, 1, "{output}");
    for line in [
        "--- a/crates/lamps/src/lib.rs\n+++ b/crates/lamps/src/lib.rs\n",
        "-edited by hand\n",
        "--- a/crates/lamps/src/stale.rs\n+++ /dev/null\n",
        "--- /dev/null\n+++ b/crates/lamps/README.md\n",
    ] {
        assert!(output.contains(line), "{line} is not in\n{output}");
    }
    assert!(errors.contains("`lorgnette generate`"), "{errors}");
    assert_eq!(
        fs::read_to_string(root.path().join("crates/lamps/src/lib.rs")).unwrap(),
        "edited by hand\n"
    );
}

#[test]
fn test_change_of_a_contract_changes_only_files_that_say_something_else() {
    let root = workspace(Some(CONTRACT), None);
    lorgnette(root.path(), &["generate"]);
    // The first change affects nothing in the crate, the second the documentation of one member.
    for (old, new, files) in [
        (
            "\"openapi\"",
            "\"x-made-at\": 7, \"openapi\"",
            &["crates/lamps/Cargo.toml"][..],
        ),
        (
            "{\"type\": \"boolean\"}",
            "{\"type\": \"boolean\", \"description\": \"Whether it shines.\"}",
            &["crates/lamps/Cargo.toml", "crates/lamps/src/types/lamps.rs"],
        ),
    ] {
        put(
            root.path(),
            "specs/lamps/openapi.json",
            &CONTRACT.replace(old, new),
        );
        let Run(_, output, _) = lorgnette(root.path(), &["generate", "lamps", "--check"]);
        let changed = output.lines().filter_map(|line| line.strip_prefix("+++ b/"));
        assert_eq!(changed.collect::<Vec<_>>(), files, "{output}");
    }
}

#[test]
fn test_regen_of_an_unknown_api_lists_those_that_exist() {
    let root = workspace(None, None);
    let Run(status, _, errors) = lorgnette(root.path(), &["regen", "lamps", "lamp"]);
    assert_eq!(status, 1);
    assert!(
        errors.contains("\"lamp\"") && errors.contains("lamps, other"),
        "{errors}"
    );
    assert!(!root.path().join("crates").exists());
}

#[test]
fn test_regen_reports_an_unknown_key_in_the_catalogue() {
    let root = workspace(Some(CONTRACT), None);
    put(
        root.path(),
        "specs/apis.toml",
        &entry("lamps", "colour = \"red\""),
    );
    let Run(status, _, errors) = lorgnette(root.path(), &["regen"]);
    assert_eq!(status, 1);
    assert!(
        errors.contains("colour") && errors.contains("specs/apis.toml") && errors.contains("line"),
        "{errors}"
    );
    assert!(!root.path().join("crates").exists());
}

#[test]
fn test_regen_reports_a_missing_catalogue() {
    let root = tempfile::tempdir().unwrap();
    let Run(status, _, errors) = lorgnette(root.path(), &["regen"]);
    assert_eq!(status, 1);
    assert!(
        errors.contains("specs/apis.toml") && errors.contains("missing"),
        "{errors}"
    );
}

#[test]
fn test_regen_reports_a_missing_contract() {
    let root = workspace(None, None);
    let Run(status, _, errors) = lorgnette(root.path(), &["regen"]);
    assert_eq!(status, 1);
    assert!(
        errors.contains("--> specs/other/openapi.json") && errors.contains("missing"),
        "{errors}"
    );
    assert!(root.path().join("crates/lamps").exists());
}

#[test]
fn test_regen_reports_a_missing_overlay() {
    let root = workspace(Some(CONTRACT), Some(""));
    fs::remove_file(root.path().join("specs/other/overlay.yaml")).unwrap();
    let Run(status, _, errors) = lorgnette(root.path(), &["regen", "other"]);
    assert_eq!(status, 1);
    assert!(errors.contains("--> specs/other/overlay.yaml"), "{errors}");
}

#[test]
fn test_regen_reports_a_contract_that_is_no_utf8() {
    let root = workspace(None, None);
    fs::create_dir_all(root.path().join("specs/other")).unwrap();
    fs::write(root.path().join("specs/other/openapi.json"), [b'{', 0xff, b'}']).unwrap();
    let Run(status, _, errors) = lorgnette(root.path(), &["regen", "other"]);
    assert_eq!(status, 1);
    assert!(
        errors.contains("--> specs/other/openapi.json") && errors.contains("byte 1"),
        "{errors}"
    );
}

#[test]
fn test_regen_reports_a_malformed_contract() {
    let root = workspace(Some("{\"openapi\": \"3.0.3\",,}"), None);
    assert_reported(&root, "specs/other/openapi.json", "line 1");
}

#[test]
fn test_regen_reports_an_overlay_action_that_matches_nothing() {
    let overlay = "overlay: 1.0.0\ninfo: {title: Repairs, version: 1.0.0}\nactions:\n\
                   - target: $.paths['/lanterns'].get\n  description: There are none.\n  update: {summary: A lantern.}\n";
    assert_reported(
        &workspace(Some(CONTRACT), Some(overlay)),
        "specs/other/overlay.yaml",
        "lanterns",
    );
}

#[test]
fn test_regen_says_what_it_left_out_and_makes_the_rest() {
    let lamps = r##""paths": {"/all": {"$ref": "#/info/title"}, "##;
    let contract = CONTRACT.replacen("\"paths\": {", lamps, 1);
    let root = workspace(Some(&contract), None);
    let Run(status, output, errors) = lorgnette(root.path(), &["regen"]);
    assert_eq!(status, 0, "{errors}");
    let said = "could not be generated, and is left out: /paths/~1all: ";
    assert!(output.contains(said), "{output}");
    let notes = fs::read_to_string(root.path().join("crates/other/NOTES.md")).unwrap();
    assert!(notes.contains("the operation is left out"), "{notes}");
}

#[test]
fn test_regen_reports_a_version_of_openapi_that_is_not_known() {
    let contract = CONTRACT.replace("3.0.3", "4.0.0");
    assert_reported(
        &workspace(Some(&contract), None),
        "specs/other/openapi.json",
        "4.0.0",
    );
}

#[test]
fn test_bundle_joins_files_into_one_document() {
    let root = tempfile::tempdir().unwrap();
    put(
        root.path(),
        "hub.json",
        r#"{"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {"/a": {"$ref": "parts/a.json#/a"}}}"#,
    );
    put(
        root.path(),
        "parts/a.json",
        r#"{"a": {"get": {"responses": {"204": {"description": "Done."}}}}}"#,
    );
    let hub = root.path().join("hub.json");
    let out = root.path().join("one.json");
    let Run(status, _, errors) = lorgnette(
        root.path(),
        &["bundle", hub.to_str().unwrap(), "--output", out.to_str().unwrap()],
    );
    assert_eq!(status, 0, "{errors}");
    let text = fs::read_to_string(&out).unwrap();
    assert!(
        text.contains("\"204\"") && !text.contains("parts/a.json"),
        "{text}"
    );
    let Run(_, output, _) = lorgnette(root.path(), &["bundle", hub.to_str().unwrap()]);
    assert_eq!(output, text);
}

#[test]
fn test_bundle_names_the_file_with_a_reference_that_leads_nowhere() {
    let root = tempfile::tempdir().unwrap();
    put(
        root.path(),
        "hub.json",
        r#"{"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {"/a": {"$ref": "parts/b.json#/a"}}}"#,
    );
    let hub = root.path().join("hub.json");
    let Run(status, output, errors) = lorgnette(root.path(), &["bundle", hub.to_str().unwrap()]);
    assert_eq!((status, output.as_str()), (1, ""));
    assert!(
        errors.contains("hub.json") && errors.contains("parts/b.json"),
        "{errors}"
    );
}
