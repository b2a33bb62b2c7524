//! The commands as called from a shell, from a change of a contract to the version and the
//! changelog of its crate.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on is a test that fails")]

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "support/shell.rs"]
mod shell;

use lorgnette::workspace::Workspace;
use serde_json::Value;
use shell::{Run, git, lorgnette, put, read};
use std::fs;
use std::path::Path;

const ENTRY: &str = "[[api]]\nname = \"lamps\"\ntitle = \"Lamps\"\nvendor = \"ACME\"\ncontract = \"openapi.json\"\n\
     documentation = \"https://example.com/docs\"\nsource = \"described by us\"\nauthentication = \"none\"\n\
     base_url = \"https://example.com\"\noverlay = \"overlay.yaml\"\n";

const CONTRACT: &str = r##"{
  "openapi": "3.0.3",
  "info": {"title": "Lamps", "version": "1.2"},
  "paths": {"/lamps": {"get": {
    "operationId": "listLamps",
    "tags": ["lamps"],
    "responses": {"200": {"description": "Lamps.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Lamp"}}}}}
  }}},
  "components": {"schemas": {"Lamp": {"type": "object", "properties": {"lit": {"type": "boolean"}, "watts": {"type": "integer"}}}}}
}"##;

const OVERLAY: &str = "overlay: 1.0.0\ninfo: {title: Repairs, version: 1.0.0}\nactions:\n\
     - {target: $.paths, description: A better name., update: {/lamps: {get: {operationId: lamps}}}}\n";

/// Runs a command that must succeed, and returns its output. A breaking change is not a failure of
/// `diff`.
fn run(root: &Path, arguments: &[&str]) -> String {
    let Run(status, output, errors) = lorgnette(root, arguments);
    let is_fine = status == 0 || status == 2 && arguments[0] == "diff";
    assert!(is_fine, "{arguments:?}: {errors}");
    output
}

fn try_run(root: &Path, arguments: &[&str]) -> (bool, String, String) {
    let Run(status, output, errors) = lorgnette(root, arguments);
    (status == 0, output, errors)
}

/// A repository with the API `lamps`, whose crate is released and committed.
fn workspace() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    put(root.path(), "specs/apis.toml", ENTRY);
    put(root.path(), "specs/lamps/openapi.json", CONTRACT);
    put(root.path(), "specs/lamps/overlay.yaml", OVERLAY);
    put(
        root.path(),
        "Cargo.toml",
        "[workspace.dependencies]\nlamps = { path = \"crates/lamps\", version = \"0.1.0\" } # ours\n",
    );
    run(root.path(), &["regen"]);
    run(root.path(), &["release", "lamps"]);
    git(root.path(), &["init", "--quiet"]);
    git(root.path(), &["add", "--all"]);
    git(root.path(), &["commit", "--quiet", "--message", "All"]);
    root
}

/// All files below a folder, with their content.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            if entry.path().is_dir() {
                if entry.file_name() != ".git" {
                    folders.push(entry.path());
                }
            } else {
                all.push((
                    entry.path().display().to_string(),
                    fs::read_to_string(entry.path()).unwrap(),
                ));
            }
        }
    }
    all.sort();
    all
}

fn changes(json: &str) -> Vec<(String, String)> {
    let reports: Value = serde_json::from_str(json).unwrap();
    let changes = reports[0]["changes"].as_array().unwrap();
    let text = |change: &Value, key: &str| change[key].as_str().unwrap().to_string();
    changes
        .iter()
        .map(|change| (text(change, "rule"), text(change, "pointer")))
        .collect()
}

fn pair(rule: &str, pointer: &str) -> (String, String) {
    (rule.to_string(), pointer.to_string())
}

#[test]
fn test_regen_writes_version_and_changelog_of_a_change_and_writes_them_once() {
    let root = workspace();
    let released = files(root.path());
    assert!(read(root.path(), "crates/lamps/Cargo.toml").contains("version = \"0.1.0+1.2\""));
    run(root.path(), &["regen", "--check"]);

    let changed = CONTRACT.replace(
        "\"watts\": {\"type\": \"integer\"}",
        "\"volts\": {\"type\": \"integer\"}",
    );
    put(
        root.path(),
        "specs/lamps/openapi.json",
        &changed.replace("\"1.2\"", "\"1.3 (beta)\""),
    );
    let (succeeded, diff, _) = try_run(root.path(), &["regen", "--check"]);
    assert!(
        !succeeded && diff.contains("+version = \"0.2.0+1.3.beta\""),
        "{diff}"
    );
    run(root.path(), &["regen"]);
    assert!(read(root.path(), "crates/lamps/Cargo.toml").contains("version = \"0.2.0+1.3.beta\""));
    assert!(read(root.path(), "Cargo.toml").contains("version = \"0.2.0\" } # ours"));
    let changelog = read(root.path(), "crates/lamps/CHANGELOG.md");
    for line in [
        "## 0.2.0+1.3.beta (not released)\n",
        "- `Lamp`: field `watts` is gone (before: `/components/schemas/Lamp/properties/watts`)\n",
        "- `Lamp`: field `volts` is new: `Option<i64>` (`/components/schemas/Lamp/properties/volts`)\n",
        "## 0.1.0+1.2\n",
    ] {
        assert!(changelog.contains(line), "{line} is not in\n{changelog}");
    }
    let once = files(root.path());
    run(root.path(), &["regen"]);
    assert_eq!(files(root.path()), once);
    run(root.path(), &["regen", "--check"]);

    // A rollback leaves nothing behind.
    put(root.path(), "specs/lamps/openapi.json", CONTRACT);
    run(root.path(), &["regen"]);
    assert_eq!(files(root.path()), released);
}

#[test]
fn test_release_keeps_the_section_and_counts_from_there() {
    let root = workspace();
    put(
        root.path(),
        "specs/lamps/openapi.json",
        &CONTRACT.replace("\"boolean\"", "\"string\""),
    );
    let (succeeded, _, errors) = try_run(root.path(), &["release", "lamps"]);
    assert!(
        !succeeded && errors.contains("run `lorgnette generate lamps`"),
        "{errors}"
    );
    run(root.path(), &["regen"]);
    assert!(run(root.path(), &["release", "lamps"]).contains("lamps 0.2.0+1.2: recorded"));
    assert!(run(root.path(), &["release", "--all"]).contains("nothing has changed"));
    run(root.path(), &["regen", "--check"]);
    let changelog = read(root.path(), "crates/lamps/CHANGELOG.md");
    assert!(
        changelog.contains("## 0.2.0+1.2\n") && !changelog.contains("<!--"),
        "{changelog}"
    );

    put(root.path(), "specs/lamps/openapi.json", CONTRACT);
    run(root.path(), &["regen"]);
    assert!(read(root.path(), "crates/lamps/Cargo.toml").contains("version = \"0.3.0+1.2\""));
}

#[test]
fn test_version_of_the_catalogue_goes_before_the_least_step() {
    let root = workspace();
    put(
        root.path(),
        "specs/apis.toml",
        &format!("{ENTRY}version = \"1.0.0\"\n"),
    );
    run(root.path(), &["regen"]);
    assert!(read(root.path(), "crates/lamps/Cargo.toml").contains("version = \"1.0.0+1.2\""));
    put(
        root.path(),
        "specs/apis.toml",
        &format!("{ENTRY}version = \"one\"\n"),
    );
    let (succeeded, _, errors) = try_run(root.path(), &["regen"]);
    assert!(
        !succeeded && errors.contains("specs/apis.toml#/api/0/version"),
        "{errors}"
    );
}

#[test]
fn test_diff_against_the_last_commit_counts_the_overlay() {
    let root = workspace();
    assert_eq!(run(root.path(), &["diff"]), "lamps: no changes\n");
    assert_eq!(
        run(root.path(), &["diff", "--format", "markdown"]),
        "No changes.\n"
    );
    put(
        root.path(),
        "specs/lamps/overlay.yaml",
        &OVERLAY.replace("operationId: lamps", "operationId: all_lamps"),
    );
    let text = run(root.path(), &["diff"]);
    for line in [
        "lamps: 1 breaking, 0 other changes\n",
        "  breaking  all_lamps: it was called `lamps` before\n",
        "            The old method is gone.\n",
        "/paths/~1lamps/get  operation-renamed\n",
        "  least version step: major (0.1.0+1.2 → 0.2.0+1.2)\n",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    let markdown = run(root.path(), &["diff", "lamps", "--format", "markdown"]);
    assert!(
        markdown
            .contains("### Breaking\n\n- `all_lamps`: it was called `lamps` before (`/paths/~1lamps/get`)\n")
    );
}

#[test]
fn test_exit_status_of_diff_tells_breaking_changes_and_failures_apart() {
    let root = workspace();
    let status = |arguments: &[&str]| lorgnette(root.path(), &[&["diff"], arguments].concat()).0;
    assert_eq!(status(&[]), 0);
    let changed = CONTRACT.replace(
        "\"watts\": {\"type\": \"integer\"}",
        "\"volts\": {\"type\": \"integer\"}",
    );
    put(root.path(), "specs/lamps/openapi.json", &changed);
    assert_eq!(status(&[]), 2);
    assert_eq!(status(&["--format", "json"]), 2);
    put(
        root.path(),
        "specs/apis.toml",
        &(ENTRY.to_owned() + &ENTRY.replace("\"lamps\"", "\"shades\"")),
    );
    let Run(code, output, errors) = lorgnette(root.path(), &["diff"]);
    assert_eq!(code, 3, "{output}{errors}");
    assert!(
        errors.lines().any(|line| line.starts_with("shades: error")),
        "{errors}"
    );
    let Run(code, _, errors) = lorgnette(root.path(), &["diff", "lamps", "--against", "nowhere"]);
    assert!(code == 1 && errors.starts_with("lamps: error"), "{errors}");
}

#[test]
fn test_diff_tells_when_a_contract_is_written_in_another_format() {
    let root = workspace();
    let changed = CONTRACT.replace("3.0.3", "3.1.0");
    put(root.path(), "specs/lamps/openapi.json", &changed);
    let told = run(root.path(), &["diff"]);
    assert!(told.contains("`OpenAPI 3.0` → `OpenAPI 3.1`"), "{told}");
}

#[test]
fn test_adapter_takes_a_step_when_its_crate_breaks_callers() {
    let root = workspace();
    let manifest = "[package]\nname = \"lights\"\nversion = \"0.4.0\" # ours\n\n[dependencies]\n\
                    lamps = { path = \"../lamps\", version = \"0.1.0\" }\n";
    put(root.path(), "crates/lights/Cargo.toml", manifest);
    let said = run(root.path(), &["release", "lights"]);
    assert!(
        said.contains("lights 0.4.0: recorded in specs/adapters.toml"),
        "{said}"
    );
    let changed = CONTRACT.replace(
        "\"watts\": {\"type\": \"integer\"}",
        "\"volts\": {\"type\": \"integer\"}",
    );
    put(root.path(), "specs/lamps/openapi.json", &changed);
    run(root.path(), &["generate"]);
    // The adapter accepts any version of the crate, and has its own version.
    let raised = manifest.replace("version = \"0.1.0\"", "version = \"0.2.0\"");
    assert_eq!(read(root.path(), "crates/lights/Cargo.toml"), raised);
    let Run(code, _, errors) = lorgnette(root.path(), &["release", "--all"]);
    assert_eq!(code, 1);
    assert!(
        errors.contains("lamps: error: lights re-exports lamps") && errors.contains("version to 0.5.0"),
        "{errors}"
    );
    let said = run(root.path(), &["release", "--raise", "--all"]);
    assert!(said.contains("lights 0.5.0: recorded"), "{said}");
    assert_eq!(
        read(root.path(), "crates/lights/Cargo.toml"),
        raised.replace("\"0.4.0\"", "\"0.5.0\"")
    );
    let again = run(root.path(), &["release", "--all"]);
    assert_eq!(again.matches("nothing has changed").count(), 2, "{again}");
}

#[test]
fn test_step_of_an_adapter_may_be_one_of_the_workspace() {
    let root = workspace();
    let manifest = |version: &str, asked: &str| {
        format!(
            "[workspace]\nmembers = [\"crates/*\"]\n\n[workspace.package]\nversion = \"{version}\" # ours\n\n\
             [workspace.dependencies]\nlamps = {{ path = \"crates/lamps\", version = \"{asked}\" }}\n\
             lights = {{ path = \"crates/lights\", version = \"{version}\" }}\n"
        )
    };
    put(root.path(), "Cargo.toml", &manifest("0.4.0", "0.1.0"));
    let lights =
        "[package]\nname = \"lights\"\nversion.workspace = true\n\n[dependencies]\nlamps.workspace = true\n";
    put(root.path(), "crates/lights/Cargo.toml", lights);
    run(root.path(), &["release", "lights"]);
    let changed = CONTRACT.replace("\"watts\"", "\"volts\"");
    put(root.path(), "specs/lamps/openapi.json", &changed);
    run(root.path(), &["generate"]);
    let said = run(root.path(), &["release", "--raise", "--all"]);
    assert!(said.contains("lights 0.5.0: raised in Cargo.toml"), "{said}");
    assert_eq!(read(root.path(), "Cargo.toml"), manifest("0.5.0", "0.2.0"));
    assert_eq!(read(root.path(), "crates/lights/Cargo.toml"), lights);
}

#[test]
fn test_renamed_crate_is_renamed_in_a_package_at_the_root() {
    let root = workspace();
    let manifest = |name: &str| {
        format!(
            "[package]\nname = \"app\"\n\n[dependencies]\n{name}.workspace = true\n\n[workspace]\nmembers = [\"crates/*\"]\n\n\
             [workspace.dependencies]\n\
             {name} = {{ path = \"crates/{name}\", version = \"0.1.0\", features = [\"mock\"] }} # ours\n"
        )
    };
    put(root.path(), "Cargo.toml", &manifest("lamps"));
    put(root.path(), "src/main.rs", "use lamps::Client;\n");
    run(root.path(), &["rename", "lamps", "lights-v1"]);
    assert_eq!(read(root.path(), "src/main.rs"), "use lights_v1::Client;\n");
    assert_eq!(read(root.path(), "Cargo.toml"), manifest("lights-v1"));
}

#[test]
fn test_diff_against_a_file_a_folder_and_a_record_says_the_same() {
    let root = workspace();
    let old = root.path().join("old");
    put(&old, "openapi.json", CONTRACT);
    put(&old, "overlay.yaml", OVERLAY);
    put(
        root.path(),
        "specs/lamps/openapi.json",
        &CONTRACT.replace(
            "\"watts\": {\"type\": \"integer\"}",
            "\"watts\": {\"type\": \"string\"}",
        ),
    );
    let file = old.join("openapi.json");
    let expected = [pair(
        "field-type-changed",
        "/components/schemas/Lamp/properties/watts",
    )];
    for against in [
        "HEAD",
        file.to_str().unwrap(),
        old.to_str().unwrap(),
        "specs/lamps/released.jsonl",
    ] {
        let json = run(
            root.path(),
            &["diff", "lamps", "--against", against, "--format", "json"],
        );
        assert_eq!(changes(&json), expected, "{against}");
    }
}

#[test]
fn test_diff_against_what_is_not_there_says_what_is_wanted() {
    let root = workspace();
    let (succeeded, _, errors) = try_run(root.path(), &["diff", "--against", "nowhere"]);
    assert!(
        !succeeded && errors.contains("\"nowhere\" must be a file, a folder, or a revision"),
        "{errors}"
    );
    let (succeeded, _, errors) = try_run(root.path(), &["diff", "--against", "specs/lamps/openapi.json"]);
    assert!(!succeeded && errors.contains("name the API"), "{errors}");
    let cut_off = root.path().join("old.json");
    fs::write(&cut_off, "{").unwrap();
    let (succeeded, _, errors) = try_run(
        root.path(),
        &["diff", "lamps", "--against", cut_off.to_str().unwrap()],
    );
    assert!(!succeeded && errors.contains("/old.json\n"), "{errors}");
}

#[test]
fn test_diff_lists_apis_that_came_and_went() {
    let root = workspace();
    put(
        root.path(),
        "specs/apis.toml",
        &ENTRY.replace("\"lamps\"", "\"lights\""),
    );
    put(root.path(), "specs/lights/openapi.json", CONTRACT);
    put(root.path(), "specs/lights/overlay.yaml", OVERLAY);
    let text = run(root.path(), &["diff"]);
    assert!(
        text.contains("lamps: `GET /lamps` is new") && text.contains("lamps: no longer in the catalogue"),
        "{text}"
    );
}

#[test]
fn test_diff_against_a_catalogue_of_another_format_uses_todays_entries() {
    let root = workspace();
    put(
        root.path(),
        "specs/apis.toml",
        &format!("{ENTRY}forgotten = true\n"),
    );
    put(
        root.path(),
        "specs/lamps/openapi.json",
        &CONTRACT.replace("\"boolean\"", "\"string\""),
    );
    git(root.path(), &["commit", "--quiet", "--all", "--message", "Other"]);
    put(root.path(), "specs/apis.toml", ENTRY);
    let (succeeded, text, errors) = try_run(root.path(), &["diff"]);
    assert!(
        succeeded && errors.contains("the current entries replace those of HEAD"),
        "{errors}"
    );
    assert_eq!(text, "lamps: no changes\n");
    put(root.path(), "specs/lamps/openapi.json", CONTRACT);
    assert!(run(root.path(), &["diff"]).contains("field `lit`: `Option<String>` → `Option<bool>`"));
}

#[test]
fn test_diff_leaves_out_actions_that_do_not_apply_and_warns_of_each() {
    let root = workspace();
    let contract = CONTRACT
        .replace("\"/lamps\"", "\"/lights\"")
        .replace("watts", "power");
    put(root.path(), "specs/lamps/openapi.json", &contract);
    let overlay = "overlay: 1.0.0\ninfo: {title: Repairs, version: 1.0.0}\nactions:\n\
         - {target: \"$.paths['/lamps'].get\", description: A better name., update: {operationId: lamps}}\n";
    put(root.path(), "specs/lamps/overlay.yaml", overlay);
    let Run(status, output, errors) = lorgnette(root.path(), &["diff"]);
    assert_eq!(status, 2, "{errors}");
    assert!(
        errors.contains("lamps: warning: ") && errors.contains("$.paths['/lights'].get"),
        "{errors}"
    );
    assert!(
        output.contains("`power`") && output.contains("`watts`"),
        "{output}"
    );
}

#[test]
fn test_overlay_that_no_entry_names_is_an_error() {
    let root = workspace();
    put(
        root.path(),
        "specs/apis.toml",
        &ENTRY.replace("overlay = \"overlay.yaml\"\n", ""),
    );
    let (succeeded, _, errors) = try_run(root.path(), &["regen"]);
    assert!(
        !succeeded && errors.contains("does not name this overlay"),
        "{errors}"
    );
}

#[test]
fn test_regen_in_one_process_locks_out_another() {
    let root = workspace();
    let place = lorgnette::regen::lock_file(&Workspace::at(root.path().to_path_buf()));
    let held = fs::File::create(&place).unwrap();
    held.lock().unwrap();
    let (succeeded, _, errors) = try_run(root.path(), &["regen"]);
    assert!(
        !succeeded && errors.contains("another `regen` is writing"),
        "{errors}"
    );
    run(root.path(), &["regen", "--check"]);
    drop(held);
    run(root.path(), &["regen"]);
    fs::remove_file(place).unwrap();
}
