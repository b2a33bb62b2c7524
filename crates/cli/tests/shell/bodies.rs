//! Request bodies given as a whole, member by member, and as files.

use crate::server::{ProgramServer, folder, json};
use serde_json::json as value;
use std::fs;

fn server() -> ProgramServer {
    ProgramServer::start(|_| json("{}"))
}

#[test]
fn test_bodies_come_from_arguments_files_and_standard_input() {
    let server = server();
    let (_folder, path) = folder();
    let file = path.join("lamp.json");
    fs::write(&file, "{\"name\": \"of a file\"}").unwrap();
    let at = format!("@{}", file.display());
    server
        .lamps(&["lamps", "create", "--body", "{\"name\": \"here\", \"more\": [1]}"])
        .out();
    server.lamps(&["lamps", "create", "-d", &at]).out();
    server
        .lamps(&["lamps", "create", "--body", "-"])
        .input("{\"name\": \"of a pipe\"}")
        .out();
    let bodies: Vec<_> = server
        .seen()
        .iter()
        .map(crate::server::SeenRequest::json)
        .collect();
    assert_eq!(
        bodies,
        [
            value!({"name": "here", "more": [1]}),
            value!({"name": "of a file"}),
            value!({"name": "of a pipe"})
        ]
    );
}

#[test]
fn test_members_are_options_and_paths() {
    let server = server();
    let arguments = [
        "lamps",
        "create",
        "--name",
        "007",
        "--state",
        "on",
        "--place",
        "room=hall",
        "--tags",
        "a",
        "--tags",
        "b,c",
        "--set",
        "place.floor=3",
        "--set",
        "note:=null",
    ];
    server.lamps(&arguments).out();
    let whole = [
        "lamps",
        "create",
        "--body",
        "{\"name\": \"a\", \"state\": \"on\"}",
        "--state",
        "off",
    ];
    server.lamps(&whole).out();
    let bodies: Vec<_> = server
        .seen()
        .iter()
        .map(crate::server::SeenRequest::json)
        .collect();
    assert_eq!(
        bodies[0],
        value!({"name": "007", "state": "on", "place": {"room": "hall", "floor": 3}, "tags": ["a", "b,c"], "note": null})
    );
    assert_eq!(bodies[1], value!({"name": "a", "state": "off"}));
}

#[test]
fn test_what_is_missing_is_named_before_anything_is_sent() {
    let server = server();
    for (arguments, expected) in [
        (vec!["lamps", "create"], "a body is required"),
        (vec!["lamps", "create", "--state", "on"], "--name"),
        (vec!["lamps", "create", "--body", "{"], "expected JSON"),
        (
            vec!["lamps", "create", "--name", "a", "--set", "place.floor=x"],
            "`place.floor`: expected a whole number",
        ),
        (vec!["lamps", "get"], "--lamp-id is missing"),
        (vec!["lamps", "get", "x"], "--lamp-id: expected a whole number"),
        (vec!["lamps", "get", "a", "1", "2"], "unexpected"),
    ] {
        let ran = server.lamps(&arguments).run();
        assert_eq!(ran.status, 2, "{arguments:?}: {}", ran.err);
        assert!(
            ran.err.contains(expected) && ran.err.lines().count() == 1,
            "{arguments:?}: {}",
            ran.err
        );
    }
    assert!(server.seen().is_empty());
}

#[test]
fn test_secrets_are_no_arguments() {
    let server = server();
    let (_folder, path) = folder();
    let file = path.join("pin");
    fs::write(&file, "1234\n").unwrap();
    let at = format!("@{}", file.display());
    let ran = server
        .lamps(&["lamps", "create", "--name", "a", "--pin", "1234"])
        .run();
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("env:NAME"), "{}", ran.err);
    server
        .lamps(&["lamps", "create", "--name", "a", "--pin", &at])
        .out();
    server
        .lamps(&["lamps", "create", "--name", "a", "--pin", "-"])
        .input("5678\n")
        .out();
    let pins: Vec<_> = server
        .seen()
        .iter()
        .map(|seen| seen.json()["pin"].clone())
        .collect();
    assert_eq!(pins, ["1234", "5678"]);
}

#[test]
fn test_files_and_forms_are_sent() {
    let server = ProgramServer::start(|_| {
        (
            200,
            vec![("content-type", "text/plain".to_owned())],
            b"kept".to_vec(),
        )
    });
    let (_folder, path) = folder();
    let file = path.join("lamp.png");
    fs::write(&file, b"\x89PNG").unwrap();
    let at = format!("@{}", file.display());
    let out = server
        .lamps(&[
            "lamps",
            "lamps-picture",
            "p",
            "--body",
            &at,
            "--content-type",
            "image/png",
        ])
        .out();
    assert_eq!(out, "kept");
    let typed = format!("{};type=image/png", file.display());
    server
        .lamps(&[
            "lamps",
            "lamps-picture",
            "p",
            "--title",
            "a lamp",
            "--file",
            &typed,
        ])
        .out();
    server
        .lamps(&[
            "lamps",
            "lamps-form",
            "--name",
            "a b",
            "--tags",
            "x",
            "--tags",
            "y",
            "--output",
            "raw",
        ])
        .out();
    let seen = server.seen();
    assert_eq!(seen[0].headers["content-type"], "image/png");
    assert_eq!(seen[0].body, b"\x89PNG");
    let form = String::from_utf8_lossy(&seen[1].body).into_owned();
    assert!(seen[1].headers["content-type"].starts_with("multipart/form-data; boundary="));
    assert!(
        form.contains("filename=\"lamp.png\"") && form.contains("image/png") && form.contains("a lamp"),
        "{form}"
    );
    assert_eq!(seen[2].body, b"name=a%20b&tags=x&tags=y");
}
