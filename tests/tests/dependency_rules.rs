//! Rules that no compiler checks: who may depend on whom, and what hand-written code may not do.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use lorgnette_tests::modules::{Modules, modules};
use lorgnette_tests::source_rules::{Dependency, dependencies, library, machine_paths};
use lorgnette_tests::workspace::{apis, files, read, root};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const RUNTIME: &str = "lorgnette-runtime";
const LONGEST: usize = 400;
/// Not members of the workspace: one takes another compiler, the other features that a workspace
/// has together.
const APART: [&str; 2] = ["tests/fuzz", "tests/tls"];

/// Part of the house that a crate belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Codegen,
    Runtime,
    Generated,
    Adapter,
    Tool,
    Xtask,
    Support,
    Tests,
}

/// The crates of the workspace: name to folder, part and manifest.
fn crates() -> BTreeMap<String, (String, Part, String)> {
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
            "codegen" => Part::Codegen,
            "crates/runtime" => Part::Runtime,
            "crates/lorgnette" => Part::Tool,
            "xtask" => Part::Xtask,
            "tests/accounting" | "tests/serve" => Part::Support,
            "tests" | "tests/bench" | "tests/faults" => Part::Tests,
            folder if generated.contains(folder) => Part::Generated,
            folder if folder.starts_with("crates/") => Part::Adapter,
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
        .filter(|(_, part, _)| *part != Part::Generated);
    let all = by_hand.flat_map(|(folder, ..)| files(&format!("{folder}/src")).unwrap());
    all.filter(|path| {
        Path::new(path)
            .extension()
            .is_some_and(|extension| extension == "rs")
    })
    .collect()
}

/// The dependencies of a crate but for itself, which its tests name to turn on features of its own.
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
                (Part::Generated, _) => dependency.name == RUNTIME,
                (Part::Tests, _) | (_, None) => true,
                (Part::Adapter, Some(other)) => matches!(other, Part::Generated | Part::Runtime),
                (Part::Tool, Some(other)) => matches!(other, Part::Codegen | Part::Support),
                (Part::Xtask, Some(other)) => {
                    matches!(other, Part::Tool | Part::Codegen | Part::Support)
                }
                (Part::Codegen | Part::Runtime | Part::Support, Some(_)) => false,
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

/// The runtime's modules, from the bottom up.
const RUNTIME_LAYERS: [&[&str]; 6] = [
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
    &["blocking", "disabled", "mock", "telemetry", "unmocked"],
];

#[test]
fn test_runtime_imports_downwards_only() {
    let layer = |module: &str| RUNTIME_LAYERS.iter().position(|layer| layer.contains(&module));
    let folder = "crates/runtime/src/";
    let mut wrong = Vec::new();
    for path in files(folder).unwrap() {
        let inner = path.strip_prefix(folder).unwrap();
        let own = inner.split(['/', '.']).next().unwrap();
        if own == "lib" {
            continue;
        }
        let Some(from) = layer(own) else {
            wrong.push(format!("{path} is in no layer"));
            continue;
        };
        let text = read(&root().join(&path)).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
        for part in lines.flat_map(|line| line.split("crate::").skip(1).map(move |part| (line, part))) {
            let (line, part) = part;
            let module = part
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .next()
                .unwrap();
            let is_above = layer(module).is_some_and(|to| to > from);
            if is_above && !line.contains("$crate::") {
                wrong.push(format!("{path} imports {module}, which is in a layer above"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The tool's modules, from the bottom up.
const TOOL_LAYERS: [&[&str]; 7] = [
    &["about", "digest", "failure", "scheme"],
    &[
        "catalogue",
        "files",
        "manifest",
        "names",
        "paths",
        "places",
        "stage",
        "workspace",
        "write",
    ],
    &["regen"],
    &["fetch"],
    &[
        "build", "bundle", "compare", "diff", "generate", "init", "list", "release", "remove", "rename",
        "show",
    ],
    &["adopt", "new"],
    &["commands"],
];

#[test]
fn test_tool_imports_downwards_only() {
    let wrong = imports("crates/lorgnette").upward(&TOOL_LAYERS);
    // `lib.rs` only names its modules, and `main.rs` is another crate.
    let is_root = |it: &&String| it.starts_with("lib.rs ") || it.starts_with("main.rs ");
    let wrong: Vec<&String> = wrong.iter().filter(|it| !is_root(it)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Files of modules that are compiled for tests only.
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

/// What the runtime asks its platform for in one module alone, so that another platform is a matter
/// of that.
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

/// How many circles of files that import each other a crate has at most. The numbers only go down.
const CIRCLES: [(&str, usize); 4] = [
    ("codegen", 7),
    ("crates/runtime", 0),
    ("crates/lorgnette", 0),
    ("xtask", 0),
];

/// What the files of a crate import, but for its tests.
fn imports(folder: &str) -> Modules {
    let for_tests = test_files(&sources());
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
fn test_files_import_each_other_in_no_more_circles() {
    let mut wrong = Vec::new();
    for (folder, most) in CIRCLES {
        let circles = imports(folder).circles();
        if circles.len() > most {
            let shown = circles
                .iter()
                .map(|circle| format!("{folder}: {}", circle.join(", ")));
            wrong.extend(shown);
        }
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
