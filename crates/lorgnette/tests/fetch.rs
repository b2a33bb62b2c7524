//! `lorgnette fetch` as called from a shell, against loopback servers that respond like those of
//! vendors.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on is a test that fails"
)]

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "support/shell.rs"]
mod shell;

use lorgnette_serve::{self as serve, Reply, Server};
use shell::{Run, ran};
use std::collections::BTreeMap;
use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fn fetch_with(root: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Run {
    ran(Command::new(env!("CARGO_BIN_EXE_lorgnette"))
        .arg("--root")
        .arg(root)
        .arg("fetch")
        .args(arguments)
        .envs(environment.iter().copied()))
}

fn fetch(root: &Path, arguments: &[&str]) -> Run {
    fetch_with(root, arguments, &[])
}

fn entry(name: &str, source: &str, more: &str) -> String {
    format!(
        "[[api]]\nname = \"{name}\"\ntitle = \"Lamps\"\nvendor = \"ACME\"\ncontract = \"openapi.json\"\n\
         documentation = \"https://example.com/docs\"\nsource = \"{source}\"\nauthentication = \"none\"\n{more}\n"
    )
}

/// A workspace with these entries in its catalogue, and nothing else.
fn workspace(entries: &[String]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir_all(root.path().join("specs")).unwrap();
    fs::write(root.path().join("specs/apis.toml"), entries.concat()).unwrap();
    root
}

/// Everything under `specs/`, with its content.
fn specs(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.join("specs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(path.clone(), fs::read(&path).unwrap());
            }
        }
    }
    files
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn served(folder: &str) -> Server {
    let folder = repository().join("tests/fixtures/served").join(folder);
    Server::start(LOOPBACK, move |request| serve::file(&folder, request)).unwrap()
}

const PAGE: &str = "/swagger-ui/index.html#/";

#[test]
fn test_hub_behind_a_swagger_page_becomes_the_committed_contract_byte_for_byte() {
    let server = served("sevensignal-v2");
    let source = format!("{}{PAGE}", server.address());
    let root = workspace(&[entry("sevensignal-v2", &source, "")]);
    let Run(status, output, errors) = fetch(root.path(), &["sevensignal-v2", "--allow-http"]);
    assert_eq!(status, 0, "{errors}");
    assert!(output.contains("new: 54 files"), "{output}");
    let fetched = fs::read(root.path().join("specs/sevensignal-v2/openapi.json")).unwrap();
    let committed = fs::read(repository().join("specs/sevensignal-v2/openapi.json")).unwrap();
    assert!(
        fetched == committed,
        "the fetched contract differs from the committed one"
    );
    // A page, a script, a hub and 51 fragments, each once.
    let mut targets: Vec<String> = server
        .requests()
        .into_iter()
        .map(|request| request.target)
        .collect();
    assert_eq!(targets.len(), 54);
    targets.sort();
    targets.dedup();
    assert_eq!(targets.len(), 54);
}

#[test]
fn test_second_fetch_of_all_asks_once_a_file_on_condition_and_writes_nothing() {
    let server = served("sevensignal-v2");
    let source = format!("{}{PAGE}", server.address());
    let described = entry("lamps", "described by us", "");
    let root = workspace(&[entry("sevensignal-v2", &source, ""), described]);
    let Run(status, _, errors) = fetch(root.path(), &["--all", "--allow-http"]);
    assert_eq!(status, 0, "{errors}");
    let before = specs(root.path());
    assert_eq!(server.requests().len(), 54);

    let Run(status, output, errors) = fetch(root.path(), &["--all", "--allow-http"]);
    assert_eq!(status, 0, "{errors}");
    assert!(output.contains("unchanged"), "{output}");
    assert!(output.contains("lamps           described by us"), "{output}");
    let requests = server.requests();
    assert_eq!(requests.len(), 54);
    let unconditional: Vec<_> = requests
        .iter()
        .filter(|request| request.header("if-none-match").is_none())
        .collect();
    assert!(unconditional.is_empty(), "{unconditional:?}");
    assert!(before == specs(root.path()), "something under specs/ has changed");
}

/// The fixtures of pages, below `/pages/`.
fn pages() -> Server {
    let folder = repository().join("tests/fixtures");
    Server::start(LOOPBACK, move |request| serve::file(&folder, request)).unwrap()
}

fn written(root: &Path, name: &str) -> serde_json::Value {
    let text = fs::read_to_string(root.join(format!("specs/{name}/openapi.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn test_every_form_of_page_leads_to_its_contract() {
    let server = pages();
    for page in [
        "lamps.json",
        "lamps.yaml",
        "swagger-ui-url.html",
        "swagger-ui-config-url.html",
        "swagger-ui-initializer.html",
        "swagger-ui-inline.html",
        "swagger-ui-express.html",
        "swagger-ui-parsed.html",
        "swagger-ui-template.html",
        "swagger-ui-urls.html?urls.primaryName=Lamps",
        "redoc-element.html",
        "redoc-init.html",
        "redoc-state.html",
        "scalar-url.html",
        "scalar-configuration.html",
        "scalar-inline.html",
        "scalar-aspnet.html",
        "rapidoc.html",
        "rapidoc-load.html",
        "elements.html",
        "elements-inline.html",
        "elements-fetch.html",
        "link.html",
        "frame.html",
        "moved.html",
        "based.html",
    ] {
        let root = workspace(&[entry("lamps", &format!("{}/pages/{page}", server.address()), "")]);
        let Run(status, _, errors) = fetch(root.path(), &["lamps", "--allow-http"]);
        assert_eq!(status, 0, "{page}: {errors}");
        assert_eq!(written(root.path(), "lamps")["info"]["title"], "Lamps", "{page}");
        // The page requests its inline contract again, which is not written again either.
        let before = specs(root.path());
        let Run(status, output, errors) = fetch(root.path(), &["lamps", "--allow-http"]);
        assert_eq!(status, 0, "{page}: {errors}");
        assert!(output.contains("unchanged"), "{page}: {output}");
        assert!(before == specs(root.path()), "{page}");
    }
}

#[test]
fn test_springdoc_is_found_by_its_habits() {
    let contract = fs::read(repository().join("tests/fixtures/pages/lamps.json")).unwrap();
    let server = Server::start(LOOPBACK, move |request| match request.target.as_str() {
        "/shop/docs" => Reply::new("text/html", "<html><script src='ui.js'></script></html>"),
        "/shop/v3/api-docs" => Reply::new("application/json", contract.clone()),
        _ => Reply::empty(404),
    })
    .unwrap();
    let root = workspace(&[entry("lamps", &format!("{}/shop/docs", server.address()), "")]);
    let Run(status, output, errors) = fetch(root.path(), &["lamps", "--allow-http"]);
    assert_eq!(status, 0, "{errors}");
    assert!(output.contains("/shop/v3/api-docs"), "{output}");
}

#[test]
fn test_several_contracts_are_listed_and_the_catalogue_chooses() {
    let server = pages();
    let source = format!("{}/pages/swagger-ui-urls.html", server.address());
    let root = workspace(&[entry("lamps", &source, "")]);
    let Run(status, _, errors) = fetch(root.path(), &["lamps", "--allow-http"]);
    assert_eq!(status, 1);
    for part in [
        "several contracts",
        "Lamps: http",
        "/pages/lamps.json",
        "Shades: http",
        "choose",
    ] {
        assert!(errors.contains(part), "{part} is not in {errors}");
    }
    assert!(!root.path().join("specs/lamps").exists());
    let Run(status, _, errors) = fetch(root.path(), &["lamps", "--allow-http", "--choose", "Lamp"]);
    assert_eq!(status, 1);
    assert!(
        errors.contains("no contract called \"Lamp\"") && errors.contains("Shades"),
        "{errors}"
    );
    for choice in ["Shades", "shades.json"] {
        let root = workspace(&[entry(
            "lamps",
            &source,
            &format!("fetch = {{ choose = \"{choice}\" }}"),
        )]);
        let Run(status, _, errors) = fetch(root.path(), &["lamps", "--allow-http"]);
        assert_eq!(status, 0, "{errors}");
        assert_eq!(written(root.path(), "lamps")["info"]["title"], "Shades");
    }
}

#[test]
fn test_page_without_a_contract_says_what_was_looked_for_and_where() {
    let server = pages();
    let root = workspace(&[entry(
        "lamps",
        &format!("{}/pages/nothing.html", server.address()),
        "",
    )]);
    let Run(status, _, errors) = fetch(root.path(), &["lamps", "--allow-http"]);
    assert_eq!(status, 1);
    for part in [
        "no contract was found",
        "configUrl",
        "ReDoc",
        "Scalar",
        "RapiDoc",
        "Elements",
        "/pages/app.js: the server responded with 404",
        "/v3/api-docs: not there",
        "set `source`",
        "--from",
    ] {
        assert!(errors.contains(part), "{part} is not in {errors}");
    }
}

#[test]
fn test_dropped_prose_leaves_and_kept_prose_stays() {
    let server = pages();
    let source = format!("{}/pages/lamps.json", server.address());
    for (more, is_kept) in [
        ("", true),
        ("prose = \"keep\"", true),
        ("prose = \"drop\"", false),
    ] {
        let root = workspace(&[entry("lamps", &source, more)]);
        let Run(status, _, errors) = fetch(root.path(), &["lamps", "--allow-http"]);
        assert_eq!(status, 0, "{errors}");
        let contract = written(root.path(), "lamps");
        assert_eq!(contract["paths"]["/lamps"]["get"]["operationId"], "listLamps");
        assert_eq!(contract["info"].get("description").is_some(), is_kept, "{more}");
        assert_eq!(
            contract["paths"]["/lamps"]["get"].get("summary").is_some(),
            is_kept,
            "{more}"
        );
    }
}

#[test]
fn test_change_of_one_file_updates_the_contract_and_its_pin() {
    let version = Arc::new(AtomicUsize::new(1));
    let seen = Arc::clone(&version);
    let server = Server::start(LOOPBACK, move |request| {
        let version = seen.load(Ordering::SeqCst);
        let body = match request.target.as_str() {
            "/hub.json" => r#"{"openapi": "3.0.3", "info": {"title": "Lamps", "version": "1"}, "paths": {"/lamps": {"$ref": "lamps.json"}}}"#.to_owned(),
            _ => format!("{{\"get\": {{\"operationId\": \"lamps{version}\", \"responses\": {{}}}}}}"),
        };
        serve::tagged(request, "application/json", body)
    })
    .unwrap();
    let root = workspace(&[entry("lamps", &format!("{}/hub.json", server.address()), "")]);
    assert_eq!(fetch(root.path(), &["lamps", "--allow-http"]).0, 0);
    server.requests();
    let before = specs(root.path());

    version.store(2, Ordering::SeqCst);
    let Run(status, output, errors) = fetch(root.path(), &["lamps", "--allow-http", "--check", "--json"]);
    assert_eq!(status, 2, "{errors}");
    let said: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(
        (&said[0]["change"], &said[0]["written"]),
        (&"updated".into(), &false.into()),
        "{output}"
    );
    assert!(before == specs(root.path()), "a check has written something");
    // Two requests were conditional, and the one for a changed file was repeated.
    let requests: Vec<(String, bool)> = server
        .requests()
        .into_iter()
        .map(|request| (request.target.clone(), request.header("if-none-match").is_some()))
        .collect();
    assert_eq!(requests.len(), 3, "{requests:?}");
    assert_eq!(requests[2], ("/hub.json".to_owned(), false));

    let Run(status, output, errors) = fetch(root.path(), &["lamps", "--allow-http"]);
    assert_eq!(status, 0, "{errors}");
    assert!(output.contains("updated"), "{output}");
    assert_eq!(
        written(root.path(), "lamps")["paths"]["/lamps"]["get"]["operationId"],
        "lamps2"
    );
    assert_eq!(fetch(root.path(), &["lamps", "--allow-http"]).0, 0);

    let lock = fs::read_to_string(root.path().join("specs/apis.lock")).unwrap();
    let lock: toml::Table = toml::from_str(&lock).unwrap();
    let pin = &lock["api"][0];
    assert_eq!(
        pin["contract"].as_str().unwrap(),
        format!("{}/hub.json", server.address())
    );
    let date = pin["date"].as_str().unwrap();
    assert!(date.len() == 20 && date.ends_with('Z'), "{date}");
    let contract = fs::read(root.path().join("specs/lamps/openapi.json")).unwrap();
    assert_eq!(
        pin["written"].as_str().unwrap(),
        lorgnette::digest::digest(&contract)
    );
    for file in pin["file"].as_array().unwrap() {
        assert_eq!(file["media_type"].as_str(), Some("application/json"));
        assert!(file["etag"].as_str().unwrap().starts_with('"'));
        assert_eq!(file["sha256"].as_str().unwrap().len(), 64);
    }
}

#[test]
fn test_contract_edited_by_hand_is_put_right() {
    let server = pages();
    let root = workspace(&[entry(
        "lamps",
        &format!("{}/pages/lamps.json", server.address()),
        "",
    )]);
    assert_eq!(fetch(root.path(), &["lamps", "--allow-http"]).0, 0);
    let path = root.path().join("specs/lamps/openapi.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("Lamps", "Bulbs")).unwrap();
    assert_eq!(fetch(root.path(), &["lamps", "--allow-http"]).0, 0);
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn test_nothing_is_written_unless_all_has_arrived() {
    let is_whole = Arc::new(AtomicUsize::new(1));
    let seen = Arc::clone(&is_whole);
    let server = Server::start(LOOPBACK, move |request| match request.target.as_str() {
        "/hub.json" => Reply::new(
            "application/json",
            format!(r#"{{"openapi": "3.0.3", "info": {{"title": "{}"}}, "paths": {{"/a": {{"$ref": "a.json"}}, "/b": {{"$ref": "b.json"}}}}}}"#, seen.load(Ordering::SeqCst)),
        ),
        "/b.json" if seen.load(Ordering::SeqCst) > 1 => match seen.load(Ordering::SeqCst) {
            2 => Reply::empty(500),
            _ => Reply::new("application/json", "{\"get\": {\"responses\": "),
        },
        _ => Reply::new("application/json", "{\"get\": {}}"),
    })
    .unwrap();
    let root = workspace(&[entry("lamps", &format!("{}/hub.json", server.address()), "")]);
    assert_eq!(fetch(root.path(), &["lamps", "--allow-http"]).0, 0);
    let before = specs(root.path());
    for (state, message) in [(2, "the server responded with 500"), (3, "the text is cut off")] {
        is_whole.store(state, Ordering::SeqCst);
        let Run(status, _, errors) = fetch(root.path(), &["lamps", "--allow-http"]);
        assert_eq!(status, 1, "{errors}");
        assert!(errors.contains(message) && errors.contains("b.json"), "{errors}");
        assert!(before == specs(root.path()), "something under specs/ has changed");
    }
}

#[test]
fn test_what_is_no_contract_is_refused() {
    let server = Server::start(LOOPBACK, |request| match request.target.as_str() {
        "/cut.json" => Reply::new(
            "application/json",
            "{\"openapi\": \"3.0.3\", \"paths\": {\"/a\": {",
        ),
        "/old.json" => Reply::new("application/json", "{\"swagger\": \"1.2\", \"paths\": {}}"),
        "/empty.json" => Reply::new("application/json", "{\"openapi\": \"3.0.3\", \"info\": {}}"),
        "/page" => Reply::new("text/html", "<redoc spec-url='login'></redoc>"),
        "/login" => Reply::new("text/html", "<html><form>Who are you?</form></html>"),
        "/latin.yaml" => Reply::new(
            "application/yaml",
            &b"openapi: 3.0.3\ninfo: {title: \xe4}\npaths: {}"[..],
        ),
        _ => Reply::empty(404),
    })
    .unwrap();
    for (path, message) in [
        ("/cut.json", "cut off"),
        ("/old.json", "unsupported version: Swagger \"1.2\""),
        ("/empty.json", "no \"paths\""),
        ("/page", "a web page, not a contract"),
        ("/latin.yaml", "not UTF-8"),
        ("/gone.json", "404"),
    ] {
        let root = workspace(&[entry("lamps", &format!("{}{path}", server.address()), "")]);
        let Run(status, _, errors) = fetch(root.path(), &["lamps", "--allow-http"]);
        assert_eq!(status, 1, "{path}");
        assert!(
            errors.contains(message) && errors.contains("help: "),
            "{path}: {errors}"
        );
        assert!(!root.path().join("specs/lamps").exists());
    }
}

#[test]
fn test_http_is_refused_unless_allowed_also_on_this_machine() {
    let server = pages();
    let root = workspace(&[entry(
        "lamps",
        &format!("{}/pages/lamps.json", server.address()),
        "",
    )]);
    let Run(status, _, errors) = fetch(root.path(), &["lamps"]);
    assert_eq!(status, 1);
    assert!(
        errors.contains("not https") && errors.contains("--allow-http"),
        "{errors}"
    );
    assert!(server.requests().is_empty());
}

#[test]
fn test_saved_copies_are_read_like_servers() {
    let served = repository().join("tests/fixtures/served/sevensignal-v2");
    let committed = fs::read(repository().join("specs/sevensignal-v2/openapi.json")).unwrap();
    let root = workspace(&[entry("sevensignal-v2", "described by us", "")]);
    for from in ["api/gateway-v2.json", "api", ""] {
        let from = served.join(from);
        let Run(status, _, errors) =
            fetch(root.path(), &["sevensignal-v2", "--from", from.to_str().unwrap()]);
        assert_eq!(status, 0, "{errors}");
        let path = root.path().join("specs/sevensignal-v2/openapi.json");
        assert!(fs::read(&path).unwrap() == committed, "{}", from.display());
        fs::remove_file(path).unwrap();
    }
    let lock = fs::read_to_string(root.path().join("specs/apis.lock")).unwrap();
    assert!(
        !lock.contains(served.to_str().unwrap()),
        "the lock names a folder of this machine"
    );

    let page = repository().join("tests/fixtures/pages/swagger-ui-initializer.html");
    let root = workspace(&[entry("lamps", "described by us", "")]);
    let Run(status, _, errors) = fetch(root.path(), &["lamps", "--from", page.to_str().unwrap()]);
    assert_eq!(status, 0, "{errors}");
    assert_eq!(written(root.path(), "lamps")["info"]["title"], "Lamps");
}

#[test]
fn test_file_of_a_saved_folder_is_chosen_wherever_it_lies() {
    let root = workspace(&[entry("lamps", "described by us", "")]);
    let copy = root.path().join("copy");
    fs::create_dir_all(copy.join("api/v1")).unwrap();
    fs::write(copy.join("index.html"), "<p>other things</p>").unwrap();
    fs::write(
        copy.join("a.json"),
        r#"{"get": {"responses": {}}, "get": {"tags": ["last"]}}"#,
    )
    .unwrap();
    let hub = r#"{"openapi": "3.0.3", "info": {}, "paths": {"/a": {"$ref": "../../a.json"}}}"#;
    fs::write(copy.join("api/v1/hub.json"), hub).unwrap();
    let from = |from: &Path, more: &[&str]| {
        let all = [&["lamps", "--from", from.to_str().unwrap()], more].concat();
        fetch(root.path(), &all)
    };
    let Run(status, _, errors) = from(&copy.join("api/v1/hub.json"), &[]);
    assert!(status == 1 && errors.contains("--from DIR"), "{errors}");
    let Run(status, _, errors) = from(&copy, &["--choose", "api/v1/hub.json"]);
    assert_eq!(status, 0, "{errors}");
    // The vendor's mistake is reported, and does not prevent the fetch.
    assert!(errors.contains("warning: duplicate member \"get\""), "{errors}");
    assert_eq!(
        written(root.path(), "lamps")["paths"]["/a"]["get"]["tags"][0],
        "last"
    );
}

#[test]
fn test_command_that_is_not_understood_is_no_change() {
    let root = workspace(&[]);
    for arguments in [&["--check"][..], &["--all", "--chekc"], &[]] {
        assert_eq!(fetch(root.path(), arguments).0, 1, "{arguments:?}");
    }
    assert_eq!(fetch(root.path(), &["--help"]).0, 0);
}

#[test]
fn test_saved_copy_leads_nowhere_outside_its_folder() {
    let root = workspace(&[entry("lamps", "described by us", "")]);
    let copy = root.path().join("copy");
    fs::create_dir(&copy).unwrap();
    fs::write(root.path().join("secret.json"), "{\"get\": {}}").unwrap();
    for reference in [
        "../secret.json",
        "..%2Fsecret.json",
        "file:///etc/hostname",
        "https://a.example/x.json",
        "%2e%2e/secret.json",
    ] {
        let hub = format!(r#"{{"openapi": "3.0.3", "paths": {{"/a": {{"$ref": "{reference}"}}}}}}"#);
        fs::write(copy.join("hub.json"), hub).unwrap();
        let Run(status, _, errors) = fetch(root.path(), &["lamps", "--from", copy.to_str().unwrap()]);
        assert_eq!(status, 1, "{reference}");
        assert!(errors.contains("cannot be followed"), "{reference}: {errors}");
        assert!(!root.path().join("specs/lamps").exists());
    }
}

#[test]
fn test_api_described_by_us_is_not_fetched_without_an_address() {
    let root = workspace(&[entry("lamps", "described by us", "")]);
    let Run(status, _, errors) = fetch(root.path(), &["lamps"]);
    assert_eq!(status, 1);
    assert!(
        errors.contains("described by us") && errors.contains("--from"),
        "{errors}"
    );
    let Run(status, _, errors) = fetch(root.path(), &["lampz"]);
    assert_eq!(status, 1);
    assert!(errors.contains("no API called \"lampz\""), "{errors}");
}

#[test]
fn test_credentials_come_from_the_environment_go_to_one_origin_and_are_never_printed() {
    const CANARY: &str = "Bearer canary-7d1f";
    let elsewhere = Server::start(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2)), |_| {
        Reply::new("application/json", "{\"get\": {\"responses\": {}}}")
    })
    .unwrap();
    let other = elsewhere.address();
    let server = Server::start(LOOPBACK, move |request| {
        if request.header("authorization") != Some(CANARY) {
            // Some servers repeat the credentials that they received.
            return Reply::empty(401).header("www-authenticate", request.header("authorization").unwrap_or_default());
        }
        match request.target.as_str() {
            "/hub.json" => Reply::new(
                "application/json",
                format!(r#"{{"openapi": "3.0.3", "paths": {{"/a": {{"$ref": "a.json"}}, "/b": {{"$ref": "{other}/b.json"}}, "/c": {{"$ref": "c.json"}}}}}}"#),
            ),
            "/c.json" => Reply::empty(302).header("location", &format!("{other}/c.json")),
            _ => Reply::new("application/json", "{\"get\": {\"responses\": {}}}"),
        }
    })
    .unwrap();
    let source = format!("{}/hub.json", server.address());
    let fetched = |fetch_table: &str, value: Option<&str>| {
        let root = workspace(&[entry("lamps", &source, &format!("[api.fetch]\n{fetch_table}"))]);
        let environment: Vec<(&str, &str)> = value.iter().map(|value| ("LAMPS_DOCS", *value)).collect();
        let run = fetch_with(root.path(), &["lamps", "--allow-http"], &environment);
        let all: Vec<u8> = specs(root.path()).into_values().flatten().collect();
        assert!(!String::from_utf8_lossy(&all).contains("canary"));
        assert!(
            !run.1.contains("canary") && !run.2.contains("canary"),
            "{}{}",
            run.1,
            run.2
        );
        run
    };
    let credentials = "credentials = { variable = \"LAMPS_DOCS\" }";
    let origins = format!("origins = [\"{}\"]\n{credentials}", elsewhere.address());

    let Run(status, _, errors) = fetched(&origins, None);
    assert_eq!(status, 1);
    assert!(errors.contains("LAMPS_DOCS is not set"), "{errors}");
    let Run(status, _, errors) = fetched(&origins, Some("Bearer canary-wrong"));
    assert_eq!(status, 1);
    assert!(
        errors.contains("401") && errors.contains("fetch.credentials"),
        "{errors}"
    );

    let Run(status, _, errors) = fetched(credentials, Some(CANARY));
    assert_eq!(status, 1);
    assert!(
        errors.contains("another origin") && errors.contains("origins"),
        "{errors}"
    );
    assert!(elsewhere.requests().is_empty());

    let Run(status, _, errors) = fetched(&origins, Some(CANARY));
    assert_eq!(status, 0, "{errors}");
    let requests = elsewhere.requests();
    assert_eq!(requests.len(), 2);
    assert!(
        requests
            .iter()
            .all(|request| request.header("authorization").is_none()),
        "{requests:?}"
    );
}

#[test]
fn test_overlay_fills_in_for_the_prose_that_was_dropped() {
    let server = pages();
    let more = "prose = \"drop\"\noverlay = \"overlay.yaml\"\nbase_url = \"https://example.com\"";
    let source = format!("{}/pages/lamps.json", server.address());
    let root = workspace(&[entry("lamps", &source, more)]);
    let Run(status, _, errors) = fetch(root.path(), &["lamps", "--allow-http"]);
    assert_eq!(status, 0, "{errors}");
    let overlay = "overlay: 1.1.0\ninfo: {title: ours, version: '1'}\nactions:\n\
        - {target: \"$.paths['/lamps'].get\", description: The wording is ours., update: {summary: Every lamp there is.}}\n";
    fs::write(root.path().join("specs/lamps/overlay.yaml"), overlay).unwrap();
    let regen = Command::new(env!("CARGO_BIN_EXE_lorgnette"))
        .args(["--root".as_ref(), root.path().as_os_str(), "regen".as_ref()])
        .output()
        .unwrap();
    assert!(
        regen.status.success(),
        "{}",
        String::from_utf8_lossy(&regen.stderr)
    );
    let mut sources = String::new();
    for file in fs::read_dir(root.path().join("crates/lamps/src/operations")).unwrap() {
        sources.push_str(&fs::read_to_string(file.unwrap().path()).unwrap());
    }
    assert!(sources.contains("Every lamp there is."), "{sources}");
    for word in ["All lamps.", "The lamps.", "Turns lamps on."] {
        assert!(!sources.contains(word), "{word} is in {sources}");
    }
}

/// The contract of the lamps at `/lamps.json`, and a page that differs on each request and names
/// the contract at `contract`.
fn restless(contract: &Arc<Mutex<String>>) -> Server {
    let text = fs::read_to_string(repository().join("tests/fixtures/pages/lamps.json")).unwrap();
    let (count, contract) = (AtomicUsize::new(0), Arc::clone(contract));
    Server::start(LOOPBACK, move |request| match request.target.as_str() {
        "/docs" => {
            let count = count.fetch_add(1, Ordering::SeqCst);
            let contract = contract.lock().unwrap();
            Reply::new(
                "text/html",
                format!("<!-- visitor {count} --><redoc spec-url='{contract}'></redoc>"),
            )
        }
        "/dated.json" => {
            const DATE: &str = "Sat, 21 Nov 2026 10:00:00 GMT";
            let is_known = request.header("if-modified-since") == Some(DATE);
            let reply = if is_known {
                Reply::empty(304)
            } else {
                Reply::new("application/json", text.clone())
            };
            reply.header("last-modified", DATE)
        }
        "/bare.json" => Reply::new("application/json", text.clone()),
        "/moved.json" => Reply::new("application/json", text.replace("Lamps", "Moved lamps")),
        _ => Reply::empty(404),
    })
    .unwrap()
}

#[test]
fn test_page_that_is_made_anew_each_time_is_no_change_but_another_contract_is() {
    let contract = Arc::new(Mutex::new("dated.json".to_owned()));
    let server = restless(&contract);
    let root = workspace(&[entry("lamps", &format!("{}/docs", server.address()), "")]);
    assert_eq!(fetch(root.path(), &["lamps", "--allow-http"]).0, 0);
    let before = specs(root.path());
    server.requests();
    let Run(status, output, errors) = fetch(root.path(), &["lamps", "--allow-http"]);
    assert_eq!(status, 0, "{errors}");
    assert!(output.contains("unchanged:"), "{output}");
    assert!(before == specs(root.path()));
    assert_eq!(server.requests().len(), 2);

    "moved.json".clone_into(&mut contract.lock().unwrap());
    assert_eq!(fetch(root.path(), &["lamps", "--allow-http"]).0, 0);
    assert_eq!(written(root.path(), "lamps")["info"]["title"], "Moved lamps");
}

#[test]
fn test_dates_do_for_servers_without_tags_and_content_for_those_without_either() {
    let server = restless(&Arc::default());
    for (path, is_conditional) in [("dated.json", true), ("bare.json", false)] {
        let root = workspace(&[entry("lamps", &format!("{}/{path}", server.address()), "")]);
        assert_eq!(fetch(root.path(), &["lamps", "--allow-http"]).0, 0);
        let before = specs(root.path());
        server.requests();
        let Run(status, output, _) = fetch(root.path(), &["lamps", "--allow-http"]);
        assert_eq!(status, 0, "{output}");
        assert!(before == specs(root.path()));
        let requests = server.requests();
        assert_eq!(requests.len(), 1);
        assert_eq!(requests[0].header("if-modified-since").is_some(), is_conditional);
    }
}

#[test]
fn test_contract_that_was_there_unpinned_is_pinned_and_said_to_be_what_it_was() {
    let server = served("sevensignal-v2");
    let source = format!("{}/api/gateway-v2.json", server.address());
    let root = workspace(&[entry("sevensignal-v2", &source, "")]);
    let folder = root.path().join("specs/sevensignal-v2");
    fs::create_dir(&folder).unwrap();
    fs::copy(
        repository().join("specs/sevensignal-v2/openapi.json"),
        folder.join("openapi.json"),
    )
    .unwrap();
    let Run(status, output, errors) = fetch(root.path(), &["--all", "--allow-http"]);
    assert_eq!(status, 0, "{errors}");
    assert!(
        output.contains("unchanged, and pinned again: 52 files"),
        "{output}"
    );
    assert_eq!(fetch(root.path(), &["--all", "--allow-http"]).0, 0);
}

#[test]
fn test_login_page_and_odd_304_get_advice_of_their_own() {
    let server = Server::start(LOOPBACK, |request| match request.target.as_str() {
        "/docs" => Reply::empty(302).header("location", "/login"),
        "/login" => Reply::new(
            "text/html",
            "<form><input name=user><input TYPE='password'></form>",
        ),
        "/cached.json" => Reply::empty(304),
        _ => Reply::empty(404),
    })
    .unwrap();
    let advice = |path: &str| {
        let root = workspace(&[entry("lamps", &format!("{}{path}", server.address()), "")]);
        let Run(status, _, errors) = fetch(root.path(), &["lamps", "--allow-http"]);
        assert_eq!(status, 1, "{errors}");
        errors
    };
    let errors = advice("/docs");
    assert!(
        errors.contains("asks for a login") && errors.contains("fetch.credentials"),
        "{errors}"
    );
    let errors = advice("/cached.json");
    assert!(errors.contains("no copy is stored here"), "{errors}");

    let root = workspace(&[entry("lamps", "https://lamps.invalid/docs", "")]);
    let Run(_, _, errors) = fetch(root.path(), &["lamps"]);
    assert!(errors.contains("online") && errors.contains("--from"), "{errors}");
}
