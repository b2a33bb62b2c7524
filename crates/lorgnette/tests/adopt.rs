//! Replaces our description with a vendor's contract: `fetch`, `compare`, `adopt`, `regen` and
//! `diff` as called from a shell, against servers on loopback.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on is a test that fails")]

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "support/shell.rs"]
mod shell;

use lorgnette_serve::{Reply, Server};
use serde_json::{Map, Value, json};
use shell::{Run, lorgnette, put, read};
use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Runs a command that must succeed, and returns its output.
fn run(root: &Path, arguments: &[&str]) -> String {
    let Run(status, output, errors) = lorgnette(root, arguments);
    assert_eq!(status, 0, "{arguments:?}: {output}{errors}");
    output
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn document(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// A workspace with this repository's catalogue, its sources on `server`, and copies of `apis`.
fn workspace(server: &str, apis: &[&str]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    let catalogue = fs::read_to_string(repository().join("specs/apis.toml")).unwrap();
    let catalogue = catalogue
        .replace(
            "source = \"https://web.vxgdemo.vxgdemo.cloud-vms.com",
            &format!("source = \"{server}"),
        )
        .replace(
            "source = \"https://api-v2.7signal.com",
            &format!("source = \"{server}"),
        );
    let mut catalogue: toml_edit::DocumentMut = catalogue.parse().unwrap();
    let entries = catalogue["api"].as_array_of_tables_mut().unwrap();
    let kept: Vec<bool> = entries
        .iter()
        .map(|entry| apis.contains(&entry["name"].as_str().unwrap()))
        .collect();
    for (index, _) in kept.iter().enumerate().rev().filter(|(_, kept)| !**kept) {
        entries.remove(index);
    }
    put(root.path(), "specs/apis.toml", &catalogue.to_string());
    for api in apis {
        let folder = repository().join("specs").join(api);
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let name = entry.file_name().into_string().unwrap();
            put(
                root.path(),
                &format!("specs/{api}/{name}"),
                &fs::read_to_string(entry.path()).unwrap(),
            );
        }
    }
    let crates = apis
        .iter()
        .map(|api| format!("{api} = {{ path = \"crates/{api}\", version = \"0.1.0\" }}\n"));
    put(
        root.path(),
        "Cargo.toml",
        &format!("[workspace.dependencies]\n{}", crates.collect::<String>()),
    );
    root
}

#[test]
fn test_all_six_pages_are_asked_each_in_another_form() {
    let contract = |api: &str| {
        let path = repository().join("specs").join(api).join("swagger.json");
        fs::read_to_string(path).unwrap()
    };
    let v2 = contract("vxg-v2");
    let v3 = contract("vxg-v3");
    let v4 = contract("vxg-v4");
    let v5 = contract("vxg-v5");
    let admin = contract("vxg-admin-v2");
    let hub = r#"{"openapi": "3.0.3", "info": {"title": "Gateway", "version": "1"}, "paths": {}}"#;
    let page = |body: String| {
        Reply::new(
            "text/html",
            format!("<!doctype html><html><body>{body}</body></html>"),
        )
    };
    let bundle = "<script src='swagger-ui-bundle.js'></script>";
    let server = Server::start(LOOPBACK, move |request| match request.target.as_str() {
        "/docs/v2.html" => page(format!(
            "{bundle}<script>SwaggerUIBundle({{url: '../spec/v2.json'}})</script>"
        )),
        "/docs/v3.html" => page(format!(
            "{bundle}<script>SwaggerUIBundle({{urls: [{{url: '/spec/v3.json', name: 'v3'}}]}})</script>"
        )),
        "/docs/v4.html" => page(format!(
            "{bundle}<script>SwaggerUIBundle({{spec: {v4}}})</script>"
        )),
        "/docs/v5.html" => page("<redoc spec-url='/spec/v5.json'></redoc>".to_owned()),
        "/docs/v2_admin.html" => {
            page("<script>Redoc.init('/spec/admin.json', {}, document.body)</script>".to_owned())
        }
        "/api/gateway-v2.json" => Reply::new("application/json", hub),
        "/spec/v2.json" => Reply::new("application/json", v2.clone()),
        "/spec/v3.json" => Reply::new("application/json", v3.clone()),
        "/spec/v5.json" => Reply::new("application/json", v5.clone()),
        "/spec/admin.json" => Reply::new("application/json", admin.clone()),
        _ => Reply::empty(404),
    })
    .unwrap();
    let described = ["vxg-v2", "vxg-v3", "vxg-v4", "vxg-v5", "vxg-admin-v2"];
    let all = ["sevensignal-v2", "sigsci-v0", "angus-v1"];
    let root = workspace(&server.address(), &[&described[..], &all[..]].concat());
    let before = read(root.path(), "specs/vxg-v4/swagger.json");

    let Run(status, output, errors) = lorgnette(root.path(), &["fetch", "--all", "--allow-http"]);
    assert_eq!(status, 0, "{errors}");
    for api in described {
        assert!(
            root.path().join("specs").join(api).join("vendor.json").exists(),
            "{api}: {output}"
        );
        assert!(errors.contains(&format!("cargo xtask compare {api}")), "{errors}");
    }
    assert_eq!(read(root.path(), "specs/vxg-v4/swagger.json"), before);
    let lock = read(root.path(), "specs/apis.lock");
    assert_eq!(lock.matches("[[api]]").count(), 6, "{lock}");
    for unasked in ["sigsci-v0", "angus-v1"] {
        assert!(
            output
                .lines()
                .any(|line| line.starts_with(unasked) && line.contains("described by us"))
        );
    }
    // The vendor's document beside ours is not part of the crate.
    run(root.path(), &["regen", "vxg-v4"]);
    let with = read(root.path(), "crates/vxg-v4/src/lib.rs");
    fs::remove_file(root.path().join("specs/vxg-v4/vendor.json")).unwrap();
    run(root.path(), &["regen", "vxg-v4"]);
    assert_eq!(read(root.path(), "crates/vxg-v4/src/lib.rs"), with);
}

#[test]
fn test_fetch_goes_on_after_a_vendor_that_cannot_be_reached() {
    let v5 = fs::read_to_string(repository().join("specs/vxg-v5/swagger.json")).unwrap();
    let server = Server::start(LOOPBACK, move |request| match request.target.as_str() {
        "/docs/v5.html" => Reply::new("application/json", v5.clone()),
        _ => Reply::empty(503),
    })
    .unwrap();
    let root = workspace(&server.address(), &["vxg-v4", "vxg-v5"]);
    let Run(status, _, errors) = lorgnette(root.path(), &["fetch", "--all", "--allow-http", "--check"]);
    assert_eq!(status, 3, "{errors}");
    assert!(errors.starts_with("vxg-v4: "), "{errors}");
    let Run(status, output, _) = lorgnette(root.path(), &["fetch", "--all", "--allow-http"]);
    assert_eq!(status, 1);
    assert!(
        output.contains("vxg-v5") && root.path().join("specs/vxg-v5/vendor.json").exists(),
        "{output}"
    );
}

/// Our description as a vendor might write it: different ids, tags and definition names, one
/// operation more and one less, a different type, a renamed path parameter, an inline schema.
fn as_a_vendor(ours: &Value) -> Value {
    let mut text = ours.to_string();
    let names: Vec<String> = ours["definitions"].as_object().unwrap().keys().cloned().collect();
    for name in &names {
        let (old, new) = (
            format!("#/definitions/{name}\""),
            format!("#/definitions/CloudVms{name}Dto\""),
        );
        text = text.replace(&old, &new);
    }
    let mut vendor: Value = serde_json::from_str(&text.replace("{clip_id}", "{id}")).unwrap();
    let definitions: Map<String, Value> = ours["definitions"]
        .as_object()
        .unwrap()
        .keys()
        .map(|name| (format!("CloudVms{name}Dto"), vendor["definitions"][name].clone()))
        .collect();
    vendor["definitions"] = Value::Object(definitions);
    vendor["definitions"]["CloudVmsClipDto"]["properties"]["title"] = json!({"type": "integer"});
    vendor["definitions"]["CloudVmsClipDto"]["properties"]["vendor_only"] = json!({"type": "string"});
    let paths = vendor["paths"].as_object_mut().unwrap();
    paths.remove("/live/watch/").unwrap();
    for (path, item) in paths.iter_mut() {
        let members = item.as_object_mut().unwrap().iter_mut();
        for (method, operation) in members.filter(|(key, _)| *key != "parameters") {
            let words: String = path.split(|c: char| !c.is_alphanumeric()).collect();
            operation["operationId"] = json!(format!("{words}Using{}", method.to_uppercase()));
            operation["tags"] = json!(["VXG Cloud"]);
            for key in ["x-evidence", "x-confidence", "x-pagination"] {
                operation.as_object_mut().unwrap().remove(key);
            }
        }
        let text = item.to_string().replace("\"clip_id\"", "\"id\"");
        *item = serde_json::from_str(&text).unwrap();
    }
    paths.insert(
        "/streams/".to_owned(),
        json!({"get": {"operationId": "streamsUsingGET", "tags": ["VXG Cloud"], "responses": {"200": {
            "description": "Streams.", "schema": {"type": "object", "properties": {"rtsp": {"type": "string"}}}
        }}}}),
    );
    vendor["paths"]["/clips/{id}/"]["get"]["responses"]["200"]["schema"] =
        vendor["definitions"]["CloudVmsClipDto"].clone();
    vendor
}

#[test]
fn test_vendor_contract_is_adopted_and_keeps_every_name() {
    let ours = document(&repository().join("specs/vxg-v4/swagger.json"));
    let vendor = as_a_vendor(&ours).to_string();
    let server = Server::start(LOOPBACK, move |_| Reply::new("application/json", vendor.clone())).unwrap();
    let root = workspace(&server.address(), &["vxg-v4"]);
    run(root.path(), &["regen"]);
    run(root.path(), &["fetch", "vxg-v4", "--allow-http"]);

    let compared: Value =
        serde_json::from_str(&run(root.path(), &["compare", "vxg-v4", "--format", "json"])).unwrap();
    assert_eq!(
        compared["figures"]["operations"],
        json!({"ours": 30, "confirmed": 29, "missing": 1})
    );
    assert_eq!(compared["only_ours"][0]["request"], "GET /api/v4/live/watch");
    assert!(
        !compared["only_ours"][0]["evidence"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert_eq!(compared["only_theirs"][0]["request"], "GET /api/v4/streams");
    let clip = compared["types"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["ours"] == "Clip")
        .unwrap();
    let places: Vec<&str> = clip["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["place"].as_str().unwrap())
        .collect();
    assert_eq!(places, ["member title", "member vendor_only"]);
    for format in ["text", "markdown", "html"] {
        let shown = run(root.path(), &["compare", "vxg-v4", "--format", format]);
        assert!(
            shown.contains("vendor") && shown.contains("96 %"),
            "{format}: {shown}"
        );
    }

    let checked = run(root.path(), &["adopt", "vxg-v4", "--check"]);
    assert!(checked.contains("operationId"), "{checked}");
    assert!(read(root.path(), "specs/apis.toml").contains("contract = \"swagger.json\""));
    let before: Vec<String> = names(&read(root.path(), "specs/vxg-v4/released.jsonl"));
    let said = run(root.path(), &["adopt", "vxg-v4"]);
    assert!(!said.contains("not kept"), "{said}");
    // The report lists differences, and ignores names.
    assert!(said.contains("vendor_only") && said.contains("streams"), "{said}");
    run(root.path(), &["regen", "vxg-v4"]);
    run(root.path(), &["release", "vxg-v4"]);
    let after = names(&read(root.path(), "specs/vxg-v4/released.jsonl"));
    let lost: Vec<&String> = before.iter().filter(|name| !after.contains(name)).collect();
    // The differences: an operation that the vendor lacks, the types that only it used, and the
    // union of a number and text, which is a number in the vendor's contract.
    let gone = [
        "IceServer",
        "ImageGenerationPeriod",
        "LiveWatch",
        "WebRtcLive",
        "WebRtcScripts",
        "live_watch_retrieve",
    ];
    assert_eq!(lost, gone, "{said}");
    assert!(!said.contains("clips_retrieve: success"), "{said}");
    let Run(status, _, errors) = lorgnette(root.path(), &["adopt", "vxg-v4"]);
    assert!(
        status == 1 && errors.contains("has been adopted already"),
        "{errors}"
    );
}

/// The published names of those operations, and of their request and response types, that the
/// vendor's contract has, too.
fn names(record: &str) -> Vec<String> {
    let lines = record
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mut names: Vec<String> = lines
        .filter_map(|line| {
            let name = line
                .get("operation")
                .or_else(|| line.get("type"))?
                .as_str()?
                .to_owned();
            Some(name)
        })
        .collect();
    names.sort();
    names
}
