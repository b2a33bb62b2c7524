//! The requests that command lines send.

use crate::server::{ProgramServer, Run, json, status};

#[test]
fn test_parts_of_the_path_stand_behind_the_command() {
    let server = ProgramServer::start(|_| json("{}"));
    server.lamps(&["lamps", "get", "7"]).out();
    server.lamps(&["lamps", "lamps-get", "h 2", "8"]).out();
    server
        .lamps(&["v1", "lamps", "get", "--lamp-id", "9", "--house=h/3"])
        .out();
    let lines: Vec<String> = server.seen().into_iter().map(|seen| seen.line).collect();
    assert_eq!(
        lines,
        [
            "GET /houses/h1/lamps/7",
            "GET /houses/h%202/lamps/8",
            "GET /houses/h%2F3/lamps/9"
        ]
    );
}

#[test]
fn test_parameters_are_written_as_the_contract_says() {
    let server = ProgramServer::start(|_| json("{}"));
    let list = |arguments: &[&str]| {
        let arguments: Vec<&str> = ["lamps", "list"].iter().chain(arguments).copied().collect();
        server.lamps(&arguments).out();
        server
            .seen()
            .pop()
            .unwrap()
            .line
            .split_once('?')
            .map(|(_, query)| query.to_owned())
    };
    assert_eq!(
        list(&[
            "--since",
            "2025-01-31T08:30",
            "--state",
            "on",
            "--room",
            "a,b",
            "--room",
            "c"
        ])
        .unwrap(),
        "since=1738312200000&state=on&room=a%2Cb,c"
    );
    // For operations with pages, `--limit` counts items.
    assert_eq!(list(&["--query-limit", "5"]).unwrap(), "limit=5");
    let before = list(&["--since", "-24h"]).unwrap();
    let millis: i64 = before.strip_prefix("since=").unwrap().parse().unwrap();
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let age = i64::try_from(now.as_millis()).unwrap() - millis;
    assert!((86_400_000..86_460_000).contains(&age), "{age}");
    assert_eq!(list(&[]), None);
}

#[test]
fn test_an_option_of_calls_gives_way_to_a_parameter() {
    let server = ProgramServer::start(|_| json("{\"count\": 1}"));
    let time = "2025-01-31T08:30:00Z";
    let own = server.lamps(&["lamps", "list", "--until", time]).out();
    let both = ["--until", time, "--call-until", ".count == 1", "--every", "1s"];
    let again = server.lamps(&[&["lamps", "list"], &both[..]].concat()).out();
    assert_eq!(own, again);
    for seen in server.seen() {
        assert_eq!(seen.line, "GET /houses/h1/lamps?until=1738312200000");
    }
    let ran = server.lamps(&["lamps", "get", "1", "--call-until", "true"]).run();
    assert_eq!(ran.status, 2, "{}", ran.err);
}

#[test]
fn test_what_is_so_or_not_takes_a_value() {
    let server = ProgramServer::start(|_| json("{}"));
    server.lamps(&["lamps", "get", "1", "--dry-run"]).out();
    server.lamps(&["lamps", "get", "1", "--dry-run=true"]).out();
    assert!(server.seen().is_empty());
    server
        .lamps(&["lamps", "get", "1", "--dry-run=false", "-qv"])
        .out();
    assert_eq!(server.seen().len(), 1);
    let ran = server.lamps(&["lamps", "get", "1", "--dry-run=maybe"]).run();
    assert_eq!(ran.status, 2, "{}", ran.err);
}

#[test]
fn test_credentials_and_headers_are_sent() {
    let server = ProgramServer::start(|_| json("{}"));
    server
        .lamps(&["lamps", "get", "1", "--header", "X-Trace: a: b"])
        .out();
    let seen = server.seen().pop().unwrap();
    assert_eq!(seen.headers["x-key"], crate::server::KEY);
    assert_eq!(seen.headers["x-trace"], "a: b");
    assert!(
        seen.headers["user-agent"].contains("lamps/"),
        "{}",
        seen.headers["user-agent"]
    );
}

#[test]
fn test_dry_run_and_curl_send_nothing_and_mask_secrets() {
    let server = ProgramServer::start(|_| json("{}"));
    let create = [
        "lamps",
        "create",
        "--name",
        "it's",
        "--pin",
        "env:PIN",
        "--set",
        "place.floor=2",
    ];
    let shown = server
        .lamps(&[&create[..], &["--dry-run"]].concat())
        .env("PIN", "c4nary-p1n")
        .out();
    let curl = server
        .lamps(&[&create[..], &["--curl"]].concat())
        .env("PIN", "c4nary-p1n")
        .out();
    assert!(server.seen().is_empty());
    assert!(
        shown.starts_with(&format!("POST {}/houses/h1/lamps\n", server.url)),
        "{shown}"
    );
    assert!(shown.contains("\"pin\": \"[masked]\""), "{shown}");
    assert!(curl.contains("\"pin\":\"[masked]\""), "{curl}");
    for shown in [&shown, &curl] {
        assert!(
            shown.contains("x-key: [masked]") && !shown.contains("c4nary"),
            "{shown}"
        );
    }
    assert!(curl.contains("'{\"name\":\"it'\\''s\","), "{curl}");
}

#[test]
fn test_dry_run_needs_no_credentials() {
    let shown = Run::new(&["lamps", "get", "h1", "7", "--dry-run"]).out();
    assert!(
        shown.starts_with("GET https://lamps.example.com/houses/h1/lamps/7\n"),
        "{shown}"
    );
}

#[test]
fn test_attempts_are_shown_and_repeated() {
    let server = ProgramServer::start(|_| status(503, "{}"));
    let ran = server
        .lamps(&["lamps", "get", "1", "--verbose", "--timeout", "3s"])
        .run();
    assert_eq!(ran.status, 6);
    assert!(
        ran.err.contains("> GET") && ran.err.contains("(attempt 2)") && ran.err.contains("< 503"),
        "{}",
        ran.err
    );
    let before = server.seen().len();
    let ran = server.lamps(&["lamps", "get", "1", "--no-retry"]).run();
    assert_eq!((ran.status, server.seen().len() - before), (6, 1));
}

#[test]
fn test_calls_are_repeated_until_something_holds() {
    let server = ProgramServer::start(|_| json("{\"state\": \"on\"}"));
    let counted = ProgramServer::start({
        let count = std::sync::atomic::AtomicU32::new(0);
        move |_| {
            let count = count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            json(&format!("{{\"count\": {count}}}"))
        }
    });
    let out = counted
        .lamps(&[
            "lamps",
            "get",
            "1",
            "--until",
            ".count >= 1",
            "--every",
            "1s",
            "--query",
            ".count",
            "--output",
            "raw",
        ])
        .out();
    assert_eq!((out.as_str(), counted.seen().len()), ("1\n", 2));
    let ran = server
        .lamps(&[
            "lamps",
            "get",
            "1",
            "--until",
            ".state == \"off\"",
            "--within",
            "1s",
        ])
        .run();
    assert_eq!(ran.status, 7);
}

#[test]
fn test_help_of_an_operation_has_an_example() {
    let server = ProgramServer::start(|_| json("{}"));
    let example = |name: &str| {
        let help = server.lamps(&["lamps", name, "--help"]).out();
        let (_, example) = help.split_once("Example: ").unwrap();
        example.trim_end().to_owned()
    };
    assert_eq!(example("get"), "lamps lamps lamps-get house 1");
    assert_eq!(example("create"), "lamps lamps lamps-create house --name name");
    assert_eq!(
        example("lamps-picture"),
        "lamps lamps lamps-picture name --title title --file @file"
    );
    assert_eq!(example("lamps-events"), "lamps lamps lamps-events");
}
