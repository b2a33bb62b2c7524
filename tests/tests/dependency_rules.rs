//! Rules that no compiler checks: which crates and modules may depend on which, and what
//! hand-written code must not do.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use lorgnette_tests::modules::{Modules, modules};
use lorgnette_tests::source_rules::{Dependency, dependencies, library, machine_paths};
use lorgnette_tests::workspace::{apis, files, read, root};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const RUNTIME: &str = "lorgnette-runtime";
const LONGEST: usize = 400;
/// Packages outside the workspace: one needs another compiler, the other needs its own set of
/// features.
const APART: [&str; 2] = ["tests/fuzz", "tests/tls"];

/// The part of the repository that a crate belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CrateRole {
    Codegen,
    Runtime,
    Generated,
    /// The engine of the adapters' programs.
    Engine,
    Adapter,
    Tool,
    Xtask,
    Support,
    Tests,
}

/// The crates of the workspace: name to folder, part and manifest.
fn crates() -> BTreeMap<String, (String, CrateRole, String)> {
    let generated: BTreeSet<String> = apis()
        .unwrap()
        .into_iter()
        .map(|api| format!("crates/{}", api.name))
        .collect();
    let manifests = files("")
        .unwrap()
        .into_iter()
        .filter_map(|path| path.strip_suffix("/Cargo.toml").map(ToString::to_string))
        .filter(|folder| !APART.contains(&folder.as_str()));
    let mut crates = BTreeMap::new();
    for folder in manifests {
        let part = match folder.as_str() {
            "codegen" => CrateRole::Codegen,
            "crates/runtime" => CrateRole::Runtime,
            "crates/cli" | "crates/feed" => CrateRole::Engine,
            "crates/lorgnette" => CrateRole::Tool,
            "xtask" => CrateRole::Xtask,
            "tests/accounting" | "tests/serve" => CrateRole::Support,
            "tests" | "tests/bench" | "tests/faults" => CrateRole::Tests,
            folder if generated.contains(folder) => CrateRole::Generated,
            folder if folder.starts_with("crates/") => CrateRole::Adapter,
            other => panic!("{other} is no place for a crate"),
        };
        let text = read(&root().join(&folder).join("Cargo.toml")).unwrap();
        let manifest: toml::Table = toml::from_str(&text).unwrap();
        crates.insert(
            manifest["package"]["name"].as_str().unwrap().to_string(),
            (folder, part, text),
        );
    }
    crates
}

/// The sources of hand-written code: files below `src` of crates that are not generated.
fn sources() -> Vec<String> {
    let by_hand = crates()
        .into_values()
        .filter(|(_, part, _)| *part != CrateRole::Generated);
    let all = by_hand.flat_map(|(folder, ..)| files(&format!("{folder}/src")).unwrap());
    all.filter(|path| {
        Path::new(path)
            .extension()
            .is_some_and(|extension| extension == "rs")
    })
    .collect()
}

/// The dependencies of a crate except for itself, which its tests name to enable its own features.
fn others(name: &str, manifest: &str) -> Vec<Dependency> {
    let mut dependencies = dependencies(manifest).unwrap();
    dependencies.retain(|dependency| dependency.name != name);
    dependencies
}

#[test]
fn test_crates_depend_on_those_they_may_know() {
    let crates = crates();
    let mut wrong = Vec::new();
    for (name, (_, part, manifest)) in &crates {
        for dependency in others(name, manifest) {
            let other = crates.get(&dependency.name).map(|(_, part, _)| *part);
            let allowed = match (part, other) {
                // A generated crate has one dependency, so that it compiles fast and its users get
                // one set of types.
                (CrateRole::Generated, _) => dependency.name == RUNTIME,
                (CrateRole::Tests, _) | (_, None) => true,
                (CrateRole::Engine, Some(other)) => other == CrateRole::Runtime,
                (CrateRole::Adapter, Some(other)) => {
                    matches!(
                        other,
                        CrateRole::Generated | CrateRole::Runtime | CrateRole::Engine
                    )
                }
                (CrateRole::Tool, Some(other)) => matches!(other, CrateRole::Codegen | CrateRole::Support),
                (CrateRole::Xtask, Some(other)) => {
                    matches!(other, CrateRole::Tool | CrateRole::Codegen | CrateRole::Support)
                }
                (CrateRole::Codegen | CrateRole::Runtime | CrateRole::Support, Some(_)) => false,
            };
            if !allowed {
                wrong.push(format!("{name} depends on {}", dependency.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn test_versions_and_lints_are_those_of_the_workspace() {
    let mut wrong = Vec::new();
    for (name, (_, _, manifest)) in crates() {
        for dependency in others(&name, &manifest) {
            if !dependency.from_workspace {
                wrong.push(format!(
                    "{name}: {} does not come from [workspace.dependencies]",
                    dependency.name
                ));
            }
        }
        let table: toml::Table = toml::from_str(&manifest).unwrap();
        let lints = table
            .get("lints")
            .and_then(|lints| lints.get("workspace"))
            .and_then(toml::Value::as_bool);
        if lints != Some(true) {
            wrong.push(format!("{name} does not take the workspace's lints"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn test_codegen_and_runtime_name_no_vendor() {
    let vendors = [
        "7signal",
        "sevensignal",
        "vxg",
        "sigsci",
        "signal sciences",
        "signalsciences",
        "angus",
        "fastly",
    ];
    let mut wrong = Vec::new();
    for path in ["codegen", "crates/runtime", "crates/lorgnette/src"]
        .into_iter()
        .flat_map(|folder| files(folder).unwrap())
    {
        let Ok(text) = std::fs::read_to_string(root().join(&path)) else {
            continue;
        };
        for (number, line) in text.lines().enumerate() {
            let line = line.to_lowercase();
            wrong.extend(
                vendors
                    .iter()
                    .filter(|vendor| line.contains(**vendor))
                    .map(|vendor| format!("{path}:{}: {vendor}", number + 1)),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn test_files_hold_no_path_of_a_machine() {
    let ours = ["rs", "toml", "md", "yml", "yaml", "txt", "snap", "sh"];
    let mut wrong = Vec::new();
    for path in files("").unwrap() {
        let is_ours = path
            .rsplit_once('.')
            .is_none_or(|(_, extension)| ours.contains(&extension));
        if !is_ours || path == "Cargo.lock" {
            continue;
        }
        let Ok(text) = std::fs::read_to_string(root().join(&path)) else {
            continue;
        };
        wrong.extend(
            machine_paths(&text)
                .into_iter()
                .map(|found| format!("{path}:{found}")),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn test_model_and_errors_of_the_runtime_know_no_client() {
    let layers = ["crates/runtime/src/model", "crates/runtime/src/error"];
    let files: Vec<String> = layers
        .into_iter()
        .flat_map(|layer| files(layer).unwrap())
        .collect();
    assert!(files.len() > 20, "the layers are not where this test looks");
    let wrong: Vec<&String> = files
        .iter()
        .filter(|path| read(&root().join(path)).unwrap().contains("reqwest"))
        .collect();
    assert!(wrong.is_empty(), "{wrong:?} name the HTTP client");
}

/// Files of modules that are compiled only for tests.
fn test_files(sources: &[String]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for path in sources {
        let text = read(&root().join(path)).unwrap();
        let Ok(library) = library(&text) else { continue };
        let (folder, file) = path.rsplit_once('/').unwrap();
        let stem = file.trim_end_matches(".rs");
        let inner = if ["lib", "main", "mod"].contains(&stem) {
            folder.to_string()
        } else {
            format!("{folder}/{stem}")
        };
        for (module, file) in library.test_modules {
            let own = file.map_or_else(
                || format!("{inner}/{module}.rs"),
                |file| format!("{folder}/{file}"),
            );
            let below = format!("{inner}/{module}/");
            found.extend(
                sources
                    .iter()
                    .filter(|path| **path == own || path.starts_with(&below))
                    .cloned(),
            );
        }
    }
    found
}

/// The platform services that the runtime may use in one module only, so that a port changes only
/// that module.
#[test]
fn test_runtime_has_one_module_for_its_platform() {
    const ASKED: [&str; 7] = [
        "tokio::time",
        "tokio::runtime",
        "tokio::task",
        "tokio::spawn",
        "tokio::net",
        "std::thread",
        "lookup_host",
    ];
    let folder = "crates/runtime/src/";
    let sources: Vec<String> = files(folder).unwrap();
    let for_tests = test_files(&sources);
    let mut wrong = Vec::new();
    for path in &sources {
        // The servers of `mock` are for tests, on an operating system.
        let is_apart = path.contains("/mock/") || path.ends_with("transport/platform.rs");
        if is_apart || for_tests.contains(path) {
            continue;
        }
        let text = read(&root().join(path)).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
            let is_clock =
                line.contains("std::time::") && line.contains("Instant") || line.contains("SystemTime::now");
            if is_clock || ASKED.iter().any(|name| line.contains(name)) {
                wrong.push(format!("{path}: {}", line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The layers of crates, each from the bottom up: a module imports from its own layer and those
/// below.
const LAYERS: [(&str, &[&[&str]]); 3] = [
    (
        "codegen",
        &[
            &["text", "document", "origins", "naming", "diff::surface"],
            &["diagnostics"],
            &["catalogue", "load", "ir"],
            &[
                "overlay",
                "upgrade",
                "select",
                "normalize",
                "lower",
                "names",
                "prose",
            ],
            &["passes"],
            &["stages", "generate"],
            &["refine"],
            &["boxes", "layout"],
            &["write", "diff"],
            &["input"],
            &["last_resort"],
            &["pipeline"],
            &["salvage", ""],
        ],
    ),
    (
        "crates/runtime",
        &[
            &["model"],
            &["error"],
            &["transport"],
            &[
                "from_response",
                "byte_stream",
                "sending",
                "shell",
                "prepared",
                "call_options",
                "call",
                "raw_request",
            ],
            &[
                "download", "events", "lines", "paging", "save", "wait", "webhooks",
            ],
            &[
                "blocking",
                "commands",
                "disabled",
                "mock",
                "telemetry",
                "unmocked",
                "",
            ],
        ],
    ),
    (
        "crates/lorgnette",
        &[
            &["about", "digest", "failure", "scheme"],
            &[
                "catalogue",
                "files",
                "manifest",
                "names",
                "paths",
                "places",
                "poor",
                "stage",
                "unified",
                "workspace",
                "write",
            ],
            &["regen"],
            &["fetch"],
            &[
                "build", "bundle", "compare", "diff", "generate", "init", "list", "release", "remove",
                "rename", "show",
            ],
            &["adopt", "new"],
            &["commands", ""],
        ],
    ),
];

/// The files of a crate and what they import, without its tests.
fn imports(folder: &str, for_tests: &BTreeSet<String>) -> Modules {
    let folder = format!("{folder}/src/");
    let rust = files(&folder).unwrap().into_iter();
    let is_rust = |path: &String| Path::new(path).extension().is_some_and(|it| it == "rs");
    let rust = rust.filter(|path| is_rust(path) && !for_tests.contains(path));
    let texts = rust.map(|path| {
        let text = read(&root().join(&path)).unwrap();
        (path.strip_prefix(&folder).unwrap().to_string(), text)
    });
    modules(&texts.collect()).unwrap()
}

#[test]
fn test_modules_import_downwards_only() {
    let for_tests = test_files(&sources());
    let mut wrong = Vec::new();
    for (folder, layers) in LAYERS {
        let upward = imports(folder, &for_tests).upward(layers).into_iter();
        wrong.extend(upward.map(|found| format!("{folder}: {found}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn test_files_import_each_other_in_no_circle() {
    let for_tests = test_files(&sources());
    let mut wrong = Vec::new();
    for (folder, _) in
        LAYERS
            .into_iter()
            .chain([("xtask", &[][..]), ("crates/cli", &[]), ("crates/feed", &[])])
    {
        let circles = imports(folder, &for_tests).circles().into_iter();
        wrong.extend(circles.map(|circle| format!("{folder}: {}", circle.join(", "))));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn test_hand_written_files_are_short() {
    let sources = sources();
    let for_tests = test_files(&sources);
    let mut wrong = Vec::new();
    for path in sources.iter().filter(|path| !for_tests.contains(*path)) {
        let lines = library(&read(&root().join(path)).unwrap())
            .unwrap_or_else(|error| panic!("{path}: {error}"))
            .lines;
        if lines > LONGEST {
            wrong.push(format!("{path} has {lines} lines without its tests"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The maximum number of lines of code in `codegen`, as [`library`] counts them: 26,000, and 600
/// for the tables of commands.
const CODE: usize = 26_600;

#[test]
fn test_codegen_grows_no_further() {
    let sources = sources();
    let for_tests = test_files(&sources);
    let own = sources
        .iter()
        .filter(|path| path.starts_with("codegen/") && !for_tests.contains(*path));
    let lines: usize = own
        .map(|path| library(&read(&root().join(path)).unwrap()).unwrap().code)
        .sum();
    println!("codegen has {lines} lines of code");
    assert!(
        lines <= CODE,
        "codegen has {lines} lines of code, more than {CODE}"
    );
}

#[test]
fn test_hand_written_code_ends_no_program() {
    let sources = sources();
    let for_tests = test_files(&sources);
    let mut wrong = Vec::new();
    for path in sources.iter().filter(|path| !for_tests.contains(*path)) {
        let found =
            library(&read(&root().join(path)).unwrap()).unwrap_or_else(|error| panic!("{path}: {error}"));
        wrong.extend(found.forbidden.into_iter().map(|call| format!("{path}:{call}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
