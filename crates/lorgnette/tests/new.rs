//! `lorgnette new` for every security scheme: from a page on a local server to an adapter that
//! compiles and authenticates.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::format_push_string,
    reason = "a test that cannot go on is a test that fails"
)]

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "support/shell.rs"]
mod shell;

use lorgnette_serve::{Reply, Request, Server};
use shell::{Run, lorgnette, ran};
use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The names of the APIs, and the security scheme of each.
const SCHEMES: [(&str, &str); 8] = [
    ("key-v1", r#"{"type": "apiKey", "in": "header", "name": "X-Key"}"#),
    (
        "query-key-v1",
        r#"{"type": "apiKey", "in": "query", "name": "key"}"#,
    ),
    (
        "cookie-v1",
        r#"{"type": "apiKey", "in": "cookie", "name": "session"}"#,
    ),
    ("bearer-v1", r#"{"type": "http", "scheme": "bearer"}"#),
    ("basic-v1", r#"{"type": "http", "scheme": "basic"}"#),
    (
        "oauth-v1",
        r#"{"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/token", "scopes": {"read": "", "write": ""}}}}"#,
    ),
    ("certificate-v1", r#"{"type": "mutualTLS"}"#),
    ("open-v1", ""),
];

/// The contract of an API: relative to its server, with one operation that works and one that
/// cannot be generated.
fn contract(name: &str, scheme: &str) -> String {
    let schemes = if scheme.is_empty() {
        String::new()
    } else {
        format!(r#""security": [{{"it": []}}], "components": {{"securitySchemes": {{"it": {scheme}}}}},"#)
    };
    format!(
        r##"{{"openapi": "3.1.0", "info": {{"title": "The {name} API", "version": "1.0"}}, "servers": [{{"url": "/{name}"}}], {schemes}
        "paths": {{
            "/lamps": {{"get": {{"operationId": "listLamps", "tags": ["lamps"], "responses": {{"204": {{"description": "None."}}}}}}}},
            "/all": {{"$ref": "#/info/title"}}
        }}}}"##
    )
}

/// Serves pages, contracts, tokens, and lamps.
fn answer(request: &Request) -> Reply {
    let path = request.target.split('?').next().unwrap_or_default();
    let Some((name, rest)) = path[1..].split_once('/') else {
        return match path {
            "/token" => Reply::new(
                "application/json",
                r#"{"access_token": "bought", "token_type": "Bearer", "expires_in": 3600}"#,
            ),
            _ => Reply::empty(404),
        };
    };
    let Some((_, scheme)) = SCHEMES.iter().find(|(known, _)| *known == name) else {
        return Reply::empty(404);
    };
    match rest {
        "docs" => Reply::new(
            "text/html",
            "<!doctype html><script>window.ui = SwaggerUIBundle({url: 'openapi.json', dom_id: '#ui'})</script>",
        ),
        "openapi.json" => Reply::new("application/json", contract(name, scheme)),
        "lamps" => Reply::empty(204),
        _ => Reply::empty(404),
    }
}

fn server() -> Server {
    Server::start(IpAddr::V4(Ipv4Addr::LOCALHOST), answer).unwrap()
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// A catalogue without APIs, of a project like this one.
const CATALOGUE: &str = "# The catalogue.\n\n[project]\ncalls = \"tests/conformance\"\ninherit = true\n";

/// A copy of the workspace with the runtime and no API.
fn workspace() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    let manifest = fs::read_to_string(repository().join("Cargo.toml")).unwrap();
    let mut manifest: toml_edit::DocumentMut = manifest.parse().unwrap();
    manifest["workspace"]["members"] = toml_edit::value(toml_edit::Array::from_iter(["crates/*"]));
    let dependencies = manifest["workspace"]["dependencies"].as_table_mut().unwrap();
    // Our own files, which are not copied.
    dependencies.retain(|_, dependency| {
        let is_ours = dependency
            .as_table_like()
            .is_some_and(|table| table.contains_key("path"));
        !is_ours
    });
    let mut runtime = toml_edit::InlineTable::new();
    runtime.insert(
        "path",
        repository().join("crates/runtime").display().to_string().into(),
    );
    dependencies.insert("lorgnette-runtime", toml_edit::value(runtime));
    // The profiles name packages that are not copied either.
    manifest.remove("profile");
    fs::write(root.path().join("Cargo.toml"), manifest.to_string()).unwrap();
    fs::copy(repository().join("Cargo.lock"), root.path().join("Cargo.lock")).unwrap();
    fs::write(
        root.path().join(".gitattributes"),
        "# ours\ncrates/*/CHANGELOG.md linguist-generated=false\n",
    )
    .unwrap();
    fs::copy(
        repository().join(".rustfmt.toml"),
        root.path().join(".rustfmt.toml"),
    )
    .unwrap();
    fs::create_dir(root.path().join("specs")).unwrap();
    fs::write(root.path().join("specs/apis.toml"), CATALOGUE).unwrap();
    root
}

fn new(root: &Path, arguments: &[&str]) -> Run {
    lorgnette(root, &[&["new"], arguments].concat())
}

/// Adds an API from its page, and returns the output.
fn add(root: &Path, server: &Server, name: &str) -> String {
    let docs = format!("{}/{name}/docs", server.address());
    let Run(status, output, errors) = new(root, &[name, "--docs", &docs, "--allow-http"]);
    assert_eq!(status, 0, "{name}: {errors}");
    output
}

/// Adds one API to a new workspace, and checks which variables its adapter reads.
fn assert_adapter(name: &str, said: &str, credentials: &[&str]) {
    let (root, server) = (workspace(), server());
    let output = add(root.path(), &server, name);
    assert!(output.contains(said), "{said} is not in\n{output}");
    let adapter = name.trim_end_matches("-v1");
    let text = fs::read_to_string(root.path().join(format!("crates/{adapter}/src/credentials.rs"))).unwrap();
    for word in credentials {
        assert!(text.contains(word), "{word} is not in\n{text}");
    }
    assert!(!text.contains("{{"), "a name is not filled in:\n{text}");
}

#[test]
fn test_new_for_a_key_in_a_header() {
    assert_adapter(
        "key-v1",
        "an API key (header `X-Key`)",
        &["KEY_API_KEY", "\"X-Key\""],
    );
}

#[test]
fn test_new_for_a_key_in_the_query() {
    assert_adapter(
        "query-key-v1",
        "an API key (query `key`)",
        &["QUERY_KEY_API_KEY", ".query(\"key\""],
    );
}

#[test]
fn test_new_for_a_key_in_a_cookie() {
    assert_adapter(
        "cookie-v1",
        "an API key (cookie `session`)",
        &["COOKIE_API_KEY", "[\"session\", \"=\","],
    );
}

#[test]
fn test_new_for_a_bearer_token() {
    assert_adapter("bearer-v1", "a bearer token", &["BEARER_TOKEN", "\"Bearer\""]);
}

#[test]
fn test_new_for_a_name_and_a_password() {
    assert_adapter(
        "basic-v1",
        "a user's name and password",
        &["BASIC_USER", "BASIC_PASSWORD"],
    );
}

#[test]
fn test_new_for_oauth_client_credentials() {
    assert_adapter(
        "oauth-v1",
        "OAuth 2.0 client credentials",
        &[
            "OAUTH_CLIENT_ID",
            "OAUTH_CLIENT_SECRET",
            "\"/token\"",
            "\"read write\"",
        ],
    );
}

#[test]
fn test_new_for_a_client_certificate() {
    assert_adapter(
        "certificate-v1",
        "a TLS client certificate",
        &["CERTIFICATE_CERTIFICATE", "CERTIFICATE_KEY"],
    );
}

#[test]
fn test_new_for_an_api_without_credentials() {
    assert_adapter("open-v1", "none, according to the contract", &["No credentials"]);
}

#[test]
fn test_new_adds_an_entry_names_the_crates_and_says_what_is_to_be_repaired() {
    let (root, server) = (workspace(), server());
    let output = add(root.path(), &server, "key-v1");
    assert!(
        output.contains("  /paths/~1all: $ref \"#/info/title\" leads to a text, not to a path item\n"),
        "{output}"
    );
    let read = |path: &str| fs::read_to_string(root.path().join(path)).unwrap();
    let catalogue = read("specs/apis.toml");
    for line in [
        &format!("{CATALOGUE}\n[[api]]\n"),
        "title = \"The key-v1 API\"\n",
        &format!(
            "documentation = \"{0}/key-v1/docs\"\nsource = \"{0}/key-v1/docs\"\noverlay = \"overlay.yaml\"\n",
            server.address()
        ),
        &format!("base_url = \"{}/key-v1\"\n", server.address()),
    ] {
        assert!(catalogue.contains(line), "{line} is not in\n{catalogue}");
    }
    assert!(read("specs/key-v1/overlay.yaml").contains("$['paths']['/all']"));
    assert_eq!(
        read(".gitattributes"),
        "# ours\ncrates/key-v1/** linguist-generated=true\ncrates/*/CHANGELOG.md linguist-generated=false\n"
    );
    let manifest = read("Cargo.toml");
    assert!(
        manifest.contains("key-v1 = { path = \"crates/key-v1\", version = \"0.1.0\" }\n"),
        "{manifest}"
    );
    assert!(
        manifest.contains("# letter case of identifiers"),
        "comments are gone"
    );

    let Run(_, _, said) = new(root.path(), &["key-v1", "--docs", "https://localhost/"]);
    assert!(
        said.contains("there is an API called \"key-v1\" already"),
        "{said}"
    );
    // A second version belongs to the existing adapter.
    let file = root.path().join("saved.json");
    fs::write(&file, contract("key-v2", SCHEMES[0].1)).unwrap();
    let Run(_, said, _) = new(root.path(), &["key-v2", "--from", file.to_str().unwrap()]);
    assert!(
        said.contains("there is an adapter already: crates/key;"),
        "{said}"
    );
}

/// The message with which `new` rejects a name; nothing may change.
fn refusal(root: &Path, name: &str) -> String {
    let file = root.join("saved.json");
    fs::write(&file, contract(name, SCHEMES[0].1)).unwrap();
    let files = || {
        let mut files: Vec<PathBuf> = Vec::new();
        let mut folders = vec![root.to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                folders.extend(path.symlink_metadata().unwrap().is_dir().then(|| path.clone()));
                files.push(path);
            }
        }
        files.sort();
        files
    };
    let (before, manifest) = (files(), fs::read(root.join("Cargo.toml")).unwrap());
    let Run(status, _, errors) = new(root, &[name, "--from", file.to_str().unwrap()]);
    assert_eq!(status, 1, "{name} is taken");
    assert_eq!(
        (files(), fs::read(root.join("Cargo.toml")).unwrap()),
        (before, manifest)
    );
    errors
}

#[test]
fn test_new_refuses_names_of_rust_dependencies_and_devices() {
    let root = workspace();
    for (names, by) in [
        // Names of dependencies, of their dependencies, and of an adapter.
        (
            &[
                "quote",
                "serde",
                "serde-json",
                "proc-macro2",
                "quote-v1",
                "tokio-v2",
            ][..],
            "a dependency of the workspace",
        ),
        (
            &[
                "std",
                "core",
                "alloc",
                "test",
                "proc-macro",
                "type",
                "crate",
                "self",
                "async",
                "std-v1",
                "type-v1",
            ],
            "Rust",
        ),
        (
            &["con", "nul", "aux", "com1", "lpt9", "con-v1"],
            "a device of Windows",
        ),
        (&["lorgnette", "lorgnette-runtime", "lorgnette-v1"], "lorgnette"),
    ] {
        for name in names {
            let said = refusal(root.path(), name);
            assert!(
                said.contains(&format!(
                    "that is a name of {by}\n  help: give the API another name"
                )),
                "{name}: {said}"
            );
        }
    }
}

#[test]
fn test_new_writes_over_nothing_that_is_there() {
    let root = workspace();
    let make = |path: &str| {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "ours").unwrap();
    };
    // A file in place of a crate, of an adapter and of a test module, and a crate with another
    // spelling.
    make("crates/a-v1");
    make("crates/b");
    make("crates/c_d-v1/Cargo.toml");
    make("tests/conformance/e_v1.rs");
    make("specs/f-v1/notes.txt");
    make("crates/g/src/lib.rs");
    for (name, place) in [
        ("a-v1", "crates/a-v1"),
        ("b-v1", "crates/b"),
        ("c-d-v1", "crates/c_d-v1"),
        ("e-v1", "tests/conformance/e_v1.rs"),
        ("f-v1", "specs/f-v1"),
        ("g-v1", "crates/g"),
    ] {
        let said = refusal(root.path(), name);
        assert!(
            said.contains(&format!(
                "--> {place}\n  help: give the API another name, or remove what is there"
            )),
            "{name}: {said}"
        );
    }
    // An adapter must not have the same name as another API's crate.
    fs::write(
        root.path().join("specs/apis.toml"),
        "[[api]]\nname = \"h\"\ntitle = \"H\"\nvendor = \"H\"\ncontract = \"openapi.json\"\ndocumentation = \"https://localhost/\"\n\
         source = \"described by us\"\nauthentication = \"none\"\n",
    )
    .unwrap();
    make("crates/h/Cargo.toml");
    fs::write(
        root.path().join("crates/h/Cargo.toml"),
        "[package]\nname = \"h\"\n",
    )
    .unwrap();
    assert!(refusal(root.path(), "h-v1").contains("--> crates/h\n"));
}

/// A contract in which every text would run code if it were treated as documentation or source.
fn hostile(marker: &Path) -> serde_json::Value {
    let code = format!("std::fs::write(r\"{}\", \"run\").unwrap();", marker.display());
    let text = format!(
        "x\n```\n{code}\n```\n\n~~~\n{code}\n~~~\n\n    {code}\n\n- ```\n  {code}\n  ```\n\n``````\n{code}\n``````\n<script>evil()</script>\u{202e}\u{1b}[2J\"#; {code} */ {{}} `"
    );
    // The part of a page's name that becomes a Rust name.
    let name = "x\n```\nstd::process::exit(9)\n```\n<script>evil()</script>\u{202e}\"#*/{}`";
    serde_json::json!({
        "openapi": "3.0.3",
        "info": {"title": text, "version": text, "description": text, "contact": {"name": text}},
        "servers": [{"url": format!("https://lamps.example/{text}"), "description": text}],
        "tags": [{"name": name, "description": text}],
        "security": [{"key": []}],
        "paths": {format!("/a/{name}"): {"get": {
            "operationId": name, "tags": [name], "summary": text, "description": text, "deprecated": true, "externalDocs": {"url": format!("https://x/{text}")},
            "parameters": [{"name": name, "in": "query", "required": true, "description": text, "schema": {"type": "string", "pattern": text, "default": text}}],
            "responses": {"200": {"description": text, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                "404": {"description": text}}
        }, "put": {
            "requestBody": {"description": text, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
            "responses": {"204": {"description": text}}
        }}},
        "components": {
            "schemas": {"Thing": {"type": "object", "title": text, "description": text, "required": [name],
                "properties": {name: {"type": "string", "description": text, "enum": [name, "a"]}, "b": {"type": "string", "format": text}}}},
            "securitySchemes": {"key": {"type": "apiKey", "in": "cookie", "name": text, "description": text}}
        }
    })
}

#[test]
fn test_crate_of_a_hostile_contract_runs_and_shows_nothing_foreign() {
    let root = workspace();
    let (file, marker) = (root.path().join("saved.json"), root.path().join("marker"));
    fs::write(&file, hostile(&marker).to_string()).unwrap();
    let Run(status, output, errors) = new(root.path(), &["hostile-v1", "--from", file.to_str().unwrap()]);
    let said = output + &errors;
    assert_eq!(status, 0, "{said}");
    assert!(!said.contains(['\u{1b}', '\u{202e}']), "{said}");
    let executable = std::env::current_exe().unwrap();
    let target = executable.ancestors().nth(3).unwrap();
    let cargo = |arguments: &[&str]| {
        let Run(status, output, errors) = ran(Command::new(env!("CARGO"))
            .current_dir(root.path())
            .args(arguments)
            .env("CARGO_NET_OFFLINE", "true")
            .env("CARGO_TARGET_DIR", target)
            .env("RUSTFLAGS", ""));
        let said = output + &errors;
        assert_eq!(status, 0, "{arguments:?}: {said}");
        said
    };
    // Every document test, including ignored ones.
    let said = cargo(&[
        "test",
        "--doc",
        "-p",
        "hostile-v1",
        "-p",
        "hostile",
        "--",
        "--include-ignored",
    ]);
    assert!(!marker.exists(), "foreign code was run: {said}");
    let tests = said.lines().filter(|line| line.contains(" (line "));
    let tests: Vec<&str> = tests.collect();
    assert!(
        !tests.is_empty() && tests.iter().all(|test| test.contains("README.md - ")),
        "{said}"
    );
    let said = cargo(&["doc", "--no-deps", "-p", "hostile-v1", "-p", "hostile"]);
    assert!(!said.contains("warning"), "{said}");
    let mut folders = vec![target.join("doc/hostile_v1"), target.join("doc/hostile")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "html") {
                let page = fs::read_to_string(&path).unwrap();
                assert!(
                    !page.contains("<script>evil") && !page.contains('\u{202e}'),
                    "{}",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn test_new_leaves_nothing_behind_when_there_is_no_contract() {
    let (root, server) = (workspace(), server());
    let before = fs::read_to_string(root.path().join("Cargo.toml")).unwrap();
    let docs = format!("{}/nowhere", server.address());
    let fails = |arguments: &[&str]| assert_eq!(new(root.path(), arguments).0, 1, "{arguments:?}");
    fails(&["lamps-v1", "--docs", &docs, "--allow-http"]);
    let file = root.path().join("saved.json");
    fs::write(&file, r#"{"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {"/a": {"get": {"responses": {"200": {"$ref": "nowhere.json"}}}}}}"#).unwrap();
    fails(&["lamps-v1", "--from", file.to_str().unwrap()]);
    fails(&["Lamps", "--docs", &docs]);
    assert!(!root.path().join("specs/lamps-v1").exists());
    assert!(!root.path().join("crates").exists());
    assert_eq!(
        fs::read_to_string(root.path().join("Cargo.toml")).unwrap(),
        before
    );
    assert_eq!(
        fs::read_to_string(root.path().join("specs/apis.toml")).unwrap(),
        CATALOGUE
    );
}

/// A program that calls the only operation through each adapter, except the one with certificates,
/// which the program lacks.
const PROBE: &str = r#"
#[tokio::main(flavor = "current_thread")]
async fn main() {
    macro_rules! call {
        ($($adapter:ident $credentials:expr;)*) => {$({
            let credentials = $credentials;
            let shown = format!("{credentials:?}");
            let builder = $adapter::builder(credentials).unwrap();
            let client = builder.allow_http_on_loopback().build().unwrap();
            let shown = format!("{shown} {client:?}");
            assert!(!shown.contains("s3cret"), "{shown}");
            client.list_lamps().send().await.unwrap();
        })*};
    }
    call! {
        key key::Credentials::from_env().unwrap();
        query_key query_key::Credentials::new("s3cret").unwrap();
        cookie cookie::Credentials::new("s3cret").unwrap();
        bearer bearer::Credentials::new("s3cret").unwrap();
        basic basic::Credentials::new("ada", "s3cret").unwrap();
        oauth oauth::Credentials::new("ada", "s3cret").unwrap();
        open open::Credentials;
    }
    let refused = key::Credentials::new("s3cret s3cret").unwrap_err();
    let plain = key::client(key::Credentials::new("s3cret").unwrap()).unwrap_err();
    assert!(plain.to_string().contains("https"), "{plain}");
    let error = certificate::Credentials::from_env().unwrap_err();
    assert!(error.to_string().contains("CERTIFICATE_CERTIFICATE is not set"), "{error}");
    assert!(!format!("{refused:?} {plain:?} {error:?}").contains("s3cret"));
}
"#;

#[test]
fn test_adapters_compile_without_a_warning_and_authenticate() {
    let (root, server) = (workspace(), server());
    let mut dependencies = String::new();
    for (name, _) in SCHEMES {
        add(root.path(), &server, name);
        dependencies.push_str(&format!("{}.workspace = true\n", name.trim_end_matches("-v1")));
    }
    let Run(status, differences, _) = ran(Command::new(env!("CARGO"))
        .current_dir(root.path())
        .args(["fmt", "--all", "--check"]));
    assert_eq!(status, 0, "{differences}");
    let probe = root.path().join("crates/probe");
    fs::create_dir_all(probe.join("src")).unwrap();
    let manifest = format!(
        "[package]\nname = \"probe\"\nedition.workspace = true\n\n[dependencies]\n{dependencies}tokio = {{ workspace = true, features = [\"macros\", \"rt\"] }}\n"
    );
    fs::write(probe.join("Cargo.toml"), manifest).unwrap();
    fs::write(probe.join("src/main.rs"), PROBE).unwrap();

    server.requests();
    let executable = std::env::current_exe().unwrap();
    // Uses the target folder of this test, which holds most dependencies.
    let target = executable.ancestors().nth(3).unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .current_dir(root.path())
        .args(["run", "--quiet", "--offline", "--package", "probe"]);
    cargo
        .env("CARGO_TARGET_DIR", target)
        .env("KEY_API_KEY", "s3cret")
        .env("RUSTFLAGS", "");
    let Run(status, _, errors) = ran(&mut cargo);
    assert_eq!(status, 0, "{errors}");
    assert!(!errors.contains("warning"), "{errors}");

    let requests = server.requests();
    let of = |name: &str| {
        let prefix = format!("/{name}-v1/lamps");
        let found = requests
            .iter()
            .find(|request| request.target.starts_with(&prefix));
        found.unwrap_or_else(|| panic!("{name} asked for nothing: {requests:?}"))
    };
    assert_eq!(of("key").header("x-key"), Some("s3cret"));
    assert_eq!(of("query-key").target, "/query-key-v1/lamps?key=s3cret");
    assert_eq!(of("cookie").header("cookie"), Some("session=s3cret"));
    assert_eq!(of("bearer").header("authorization"), Some("Bearer s3cret"));
    assert_eq!(
        of("basic").header("authorization"),
        Some("Basic YWRhOnMzY3JldA==")
    );
    assert_eq!(of("oauth").header("authorization"), Some("Bearer bought"));
    assert_eq!(of("open").header("authorization"), None);
}
