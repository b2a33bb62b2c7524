//! Tests of where fetching may lead, and of its limits, on a loopback network.
//!
//! Here, 127.0.0.2 stands for the public internet, and 127.0.0.1 for a private network.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on is a test that fails"
)]

use super::address::Network;
use super::limits::Limits;
use super::{ContractChange, FetchOutcome, Settings, fetch_api};
use crate::failure::CommandFailure;
use crate::workspace::Workspace;
use lorgnette_serve::{Reply, Request, Server};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

const PRIVATE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const PUBLIC: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

fn settings() -> Settings {
    let hosts = [
        ("public.example", vec![PUBLIC]),
        ("private.example", vec![PRIVATE]),
        ("both.example", vec![PRIVATE, PUBLIC]),
    ];
    Settings {
        allow_http: true,
        quiet: true,
        network: Network {
            is_public: |ip| ip == PUBLIC,
            hosts: hosts
                .map(|(name, ips)| (name.to_owned(), ips))
                .into_iter()
                .collect::<BTreeMap<_, _>>(),
        },
        ..Settings::default()
    }
}

/// Fetches from `source` into a new workspace.
fn fetched(source: &str, settings: &Settings, more: &str) -> Result<FetchOutcome, CommandFailure> {
    let root = tempfile::tempdir().unwrap();
    let catalogue = format!(
        "[[api]]\nname = \"lamps\"\ntitle = \"Lamps\"\nvendor = \"ACME\"\ncontract = \"openapi.json\"\ndocumentation = \"d\"\n\
         source = \"{source}\"\nauthentication = \"none\"\n{more}"
    );
    std::fs::create_dir(root.path().join("specs")).unwrap();
    std::fs::write(root.path().join("specs/apis.toml"), catalogue).unwrap();
    let workspace = Workspace::at(root.path().to_path_buf());
    let catalogue = workspace.catalogue().unwrap();
    let outcome = fetch_api(&workspace, &catalogue.apis[0], settings);
    assert_eq!(
        outcome.is_ok(),
        root.path().join("specs/lamps/openapi.json").exists()
    );
    outcome
}

fn refusal(source: &str, settings: &Settings) -> String {
    fetched(source, settings, "")
        .map(|outcome| panic!("{outcome:?}"))
        .unwrap_err()
        .to_string()
}

const CONTRACT: &str = r#"{"openapi": "3.0.3", "info": {"title": "Lamps"}, "paths": {}}"#;
const PATH: &str = r#"{"get": {"responses": {}}}"#;

fn json(body: impl Into<bytes::Bytes>) -> Reply {
    Reply::new("application/json", body)
}

fn to(address: &str) -> Reply {
    Reply::empty(302).header("location", address)
}

/// A contract whose paths are these references.
fn hub(references: &[&str]) -> Reply {
    let paths: serde_json::Map<_, _> = references
        .iter()
        .enumerate()
        .map(|(index, reference)| (format!("/{index}"), serde_json::json!({"$ref": reference})))
        .collect();
    json(serde_json::json!({"openapi": "3.0.3", "info": {"title": "Lamps"}, "paths": paths}).to_string())
}

fn serve(ip: IpAddr, answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(ip, answer).unwrap()
}

#[test]
fn test_private_address_behind_a_public_one_is_never_asked() {
    let private = serve(PRIVATE, |_| json(CONTRACT));
    let port = private.port();
    let targets = [
        format!("http://127.0.0.1:{port}/x.json"),
        format!("http://private.example:{port}/x.json"),
        format!("http://[::1]:{port}/x.json"),
        format!("http://2130706433:{port}/x.json"),
    ];
    for target in targets {
        let redirect = target.clone();
        let public = serve(PUBLIC, move |request| match request.target.as_str() {
            "/redirect" => to(&redirect),
            "/page" => Reply::new("text/html", format!("<redoc spec-url='{redirect}'></redoc>")),
            "/frame" => Reply::new(
                "text/html",
                format!("<meta http-equiv=refresh content='0;url={redirect}'>"),
            ),
            _ => hub(&[&redirect]),
        });
        // The same address, as a number and as a name.
        for host in ["127.0.0.2", "public.example"] {
            for path in ["redirect", "page", "hub.json"] {
                let source = format!("http://{host}:{}/{path}", public.port());
                let origins = format!("fetch = {{ origins = [\"{target}\"] }}");
                let failure = fetched(&source, &settings(), &origins).unwrap_err().to_string();
                assert!(failure.contains("leads to a private one"), "{source}: {failure}");
            }
            let source = format!("http://{host}:{}/frame", public.port());
            assert!(fetched(&source, &settings(), "").is_err());
        }
    }
    assert!(private.requests().is_empty());
}

#[test]
fn test_name_that_stands_for_both_is_asked_at_its_public_address() {
    let public = serve(PUBLIC, |request| match request.target.as_str() {
        "/page" => Reply::new(
            "text/html",
            format!(
                "<redoc spec-url='http://both.example:{}/x.json'></redoc>",
                request.header("host").unwrap().rsplit(':').next().unwrap()
            ),
        ),
        _ => json(CONTRACT),
    });
    let source = format!("http://public.example:{}/page", public.port());
    assert_eq!(
        fetched(&source, &settings(), "").unwrap().change,
        ContractChange::New
    );
}

#[test]
fn test_private_address_may_be_given_and_lead_to_others() {
    let other = serve(PRIVATE, |_| json(CONTRACT));
    let target = format!("{}/x.json", other.address());
    let first = serve(PRIVATE, move |_| to(&target));
    assert!(fetched(&first.address(), &settings(), "").is_ok());
}

#[test]
fn test_references_of_another_origin_are_refused_unless_listed() {
    let other = serve(PRIVATE, |_| json(PATH));
    let target = format!("{}/x.json", other.address());
    let redirect = target.clone();
    let server = serve(PRIVATE, move |request| match request.target.as_str() {
        "/direct" => hub(&[&target]),
        "/redirected" => hub(&["moved.json"]),
        "/moved.json" => to(&redirect),
        _ => Reply::empty(404),
    });
    for path in ["direct", "redirected"] {
        let source = format!("{}/{path}", server.address());
        let failure = refusal(&source, &settings());
        assert!(
            failure.contains("another origin") && failure.contains("#/paths/~10/$ref"),
            "{failure}"
        );
        assert!(other.requests().is_empty());
        let origins = format!("fetch = {{ origins = [\"{}\"] }}", other.address());
        assert!(fetched(&source, &settings(), &origins).is_ok());
        assert_eq!(other.requests().len(), 1);
    }
}

#[test]
fn test_files_are_never_read_and_other_schemes_never_followed() {
    for target in [
        "file:///etc/hostname",
        "ftp://a.example/x",
        "data:application/json,{}",
    ] {
        let server = serve(PRIVATE, move |request| match request.target.as_str() {
            "/redirect" => to(target),
            "/page" => Reply::new("text/html", format!("<redoc spec-url='{target}'></redoc>")),
            _ => hub(&[target]),
        });
        for path in ["redirect", "page", "hub.json"] {
            let failure = refusal(&format!("{}/{path}", server.address()), &settings());
            assert!(
                failure.contains("is never followed") || failure.contains("another origin"),
                "{failure}"
            );
        }
    }
    assert!(refusal("file:///etc/hostname", &settings()).contains("never followed"));
}

#[test]
fn test_https_is_not_given_up_on_the_way() {
    let server = serve(PRIVATE, |_| json(CONTRACT));
    let strict = Settings {
        allow_http: false,
        ..settings()
    };
    assert!(refusal(&server.address(), &strict).contains("not https"));
    assert!(server.requests().is_empty());
}

#[test]
fn test_references_are_relative_to_where_their_file_ended() {
    let server = serve(PRIVATE, |request| match request.target.as_str() {
        "/a/hub.json" => hub(&[
            "latest/lamps.json#/L",
            "latest/lamps.json#/M",
            "../b/v2/lamps.json#/L",
        ]),
        "/a/latest/lamps.json" => to("/b/v2/lamps.json"),
        "/b/v2/lamps.json" => json(
            r#"{"L": {"get": {"responses": {"200": {"$ref": "../answers.json#/A"}}}}, "M": {"post": {"responses": {}}}}"#,
        ),
        "/b/answers.json" => json(r#"{"A": {"description": "a"}}"#),
        _ => Reply::empty(404),
    });
    let outcome = fetched(&format!("{}/a/hub.json", server.address()), &settings(), "").unwrap();
    assert_eq!(outcome.change, ContractChange::New);
    let mut asked: Vec<String> = server
        .requests()
        .into_iter()
        .map(|request| request.target)
        .collect();
    asked.sort();
    // Only after both requests is it known that two addresses lead to the same file; no other file
    // is requested twice.
    assert_eq!(
        asked,
        [
            "/a/hub.json",
            "/a/latest/lamps.json",
            "/b/answers.json",
            "/b/v2/lamps.json",
            "/b/v2/lamps.json"
        ]
    );
}

#[test]
fn test_requests_run_at_once_up_to_the_limit() {
    let server = serve(PRIVATE, |request| match request.target.as_str() {
        "/hub.json" => {
            let names: Vec<String> = (0..60).map(|number| format!("{number}.json")).collect();
            hub(&names.iter().map(String::as_str).collect::<Vec<_>>())
        }
        _ => json(PATH).after(Duration::from_millis(50)),
    });
    let mut settings = settings();
    settings.limits.parallel = 5;
    let outcome = fetched(&format!("{}/hub.json", server.address()), &settings, "").unwrap();
    assert_eq!(outcome.files, 61);
    assert_eq!(server.requests().len(), 61);
    // The number depends on the machine, but there are several, and never more than the limit.
    let most = server.most_at_once();
    assert!((2..=5).contains(&most), "{most}");
}

/// With one limit changed, fetching from this server fails with this message.
fn assert_limit(limits: Limits, message: &str, answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) {
    let server = serve(PRIVATE, answer);
    let settings = Settings { limits, ..settings() };
    let failure = refusal(&format!("{}/hub.json", server.address()), &settings);
    assert!(failure.contains(message), "{failure}");
}

#[test]
fn test_limits_on_files_depth_redirects_and_bytes_hold() {
    let limits = Limits::default;
    // Each file refers to the next, endlessly.
    let endless = |request: &Request| {
        let number: usize = request
            .target
            .trim_matches(|c: char| !c.is_ascii_digit())
            .parse()
            .unwrap_or(0);
        if request.target == "/hub.json" {
            return hub(&["1.json"]);
        }
        json(format!(r#"{{"$ref": "{}.json"}}"#, number + 1))
    };
    assert_limit(
        Limits { depth: 5, ..limits() },
        "more than 5 consecutive references",
        endless,
    );
    assert_limit(Limits { files: 4, ..limits() }, "more than 4 files", endless);
    assert_limit(limits(), "redirects more than 5 times", |request| {
        to(&format!("{}x", request.target))
    });
    assert_limit(
        Limits {
            file_bytes: 100,
            ..limits()
        },
        "longer than 100 bytes",
        |_| json(format!("{CONTRACT}{}", " ".repeat(200))),
    );
    assert_limit(
        Limits {
            bytes: 300,
            ..limits()
        },
        "longer than 300 bytes together",
        |request| match request.target.as_str() {
            "/hub.json" => hub(&["1.json", "2.json"]),
            _ => json(format!("{PATH}{}", " ".repeat(150))),
        },
    );
}

#[test]
fn test_what_grows_when_it_is_decompressed_is_stopped() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&vec![b' '; 4 << 20]).unwrap();
    let bomb = encoder.finish().unwrap();
    assert!(bomb.len() < 8192);
    let limits = Limits {
        file_bytes: 1 << 20,
        ..Limits::default()
    };
    assert_limit(limits, "longer than 1048576 bytes", move |_| {
        json(bomb.clone()).header("content-encoding", "gzip")
    });
}

#[test]
fn test_time_is_limited_for_each_answer_and_for_all() {
    let slow = |_: &Request| json(CONTRACT).after(Duration::from_secs(60));
    let limits = Limits {
        request: Duration::from_millis(200),
        ..Limits::default()
    };
    assert_limit(limits, "nothing answered within 0.2 s", slow);
    let limits = Limits {
        whole: Duration::from_millis(200),
        ..Limits::default()
    };
    assert_limit(limits, "not all of it arrived within 0.2 s", slow);
}

#[test]
fn test_answer_shorter_than_it_says_is_refused() {
    let server = std::net::TcpListener::bind((PRIVATE, 0)).unwrap();
    let port = server.local_addr().unwrap().port();
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = server.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]).unwrap();
        let body = "openapi: 3.0.3\npaths: {}\n";
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len() + 10);
        stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
    });
    let failure = refusal(&format!("http://127.0.0.1:{port}/x.yaml"), &settings());
    assert!(failure.contains("cut off"), "{failure}");
    thread.join().unwrap();
}
