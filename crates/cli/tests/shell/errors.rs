//! Errors: their exit status, and that they reveal no secrets.

use crate::server::{KEY, ProgramServer, Run, json, status};

#[test]
fn test_the_status_says_of_what_kind_an_error_is() {
    for (answered, expected) in [
        (400, 5),
        (401, 3),
        (403, 3),
        (404, 4),
        (409, 5),
        (410, 4),
        (500, 6),
        (501, 6),
    ] {
        let server = ProgramServer::start(move |_| status(answered, "{\"message\": \"no such lamp\"}"));
        let ran = server.lamps(&["lamps", "delete", "1", "--no-retry"]).run();
        assert_eq!(ran.status, expected, "{answered}: {}", ran.err);
        assert!(ran.out.is_empty() && ran.err.lines().count() == 1, "{}", ran.err);
        assert!(
            ran.err.starts_with("lamps: lamps-delete: ") && ran.err.contains("no such lamp"),
            "{}",
            ran.err
        );
    }
}

#[test]
fn test_errors_can_be_read_by_programs() {
    let server = ProgramServer::start(|_| status(409, "{\"message\": \"taken\", \"lamp\": 7}"));
    let ran = server.lamps(&["lamps", "delete", "1", "--errors", "json"]).run();
    let error: serde_json::Value = serde_json::from_str(&ran.err).unwrap();
    assert_eq!(error["error"]["kind"], "refused");
    assert_eq!(
        (
            error["error"]["status"].clone(),
            error["error"]["body"]["lamp"].clone()
        ),
        (409.into(), 7.into())
    );
    let ran = server.lamps(&["lamps", "delete", "--errors=json"]).run();
    let error: serde_json::Value = serde_json::from_str(&ran.err).unwrap();
    assert_eq!((ran.status, error["error"]["kind"].clone()), (2, "usage".into()));
    let ran = server.lamps(&["lamps", "delte", "--errors=json"]).run();
    let error: serde_json::Value = serde_json::from_str(&ran.err).unwrap();
    assert!(
        error["error"]["message"]
            .as_str()
            .unwrap()
            .contains("did you mean `delete`"),
        "{error}"
    );
}

#[test]
fn test_what_a_server_repeats_is_masked() {
    let echo = ProgramServer::start(|seen| {
        let said = format!(
            "{{\"message\": \"the key {} is wrong\\u001b[2J\"}}",
            seen.headers["x-key"]
        );
        status(401, &said)
    });
    for arguments in [
        vec!["lamps", "get", "1"],
        vec!["lamps", "get", "1", "--errors", "json", "--verbose"],
    ] {
        let ran = echo.lamps(&arguments).run();
        assert_eq!(ran.status, 3);
        assert!(
            ran.err.contains("the key [masked] is wrong") && !ran.err.contains('\u{1b}'),
            "{}",
            ran.err
        );
        assert!(!ran.err.contains(KEY));
    }
}

#[test]
fn test_no_server_and_no_json_are_told_apart() {
    let ran = Run::new(&["lamps", "get", "h", "1", "--no-retry"])
        .env("LAMPS_API_KEY", KEY)
        .env("LAMPS_BASE_URL", "http://127.0.0.1:9")
        .run();
    assert_eq!(ran.status, 7, "{}", ran.err);
    let page = ProgramServer::start(|_| {
        (
            200,
            vec![("content-type", "text/html".to_owned())],
            b"<html>".to_vec(),
        )
    });
    let ran = page.lamps(&["lamps", "get", "1"]).run();
    assert_eq!(ran.status, 8);
    assert!(ran.err.contains("HTML"), "{}", ran.err);
}

#[test]
fn test_command_lines_that_are_wrong_say_how() {
    let server = ProgramServer::start(|_| json("{}"));
    for (arguments, expected) in [
        (vec!["lamps", "list", "--stat", "on"], "--state"),
        (vec!["lamps", "list", "--output", "xml"], "[possible values: json"),
        (vec!["lamps", "list", "--query", ".["], "not a jq program"),
        (vec!["lamps", "list", "--limit", "0"], "0"),
        (vec!["lamps", "list", "--since", "soon"], "-6h"),
        (vec!["lamps", "list", "--timeout", "soon"], "30s"),
        (vec!["nothing"], "nothing"),
    ] {
        let ran = server.lamps(&arguments).run();
        assert_eq!(ran.status, 2, "{arguments:?}: {}", ran.err);
        assert!(ran.err.contains(expected), "{arguments:?}: {}", ran.err);
        assert_eq!(
            (ran.out.as_str(), ran.err.lines().count()),
            ("", 1),
            "{}",
            ran.err
        );
    }
    assert!(server.seen().is_empty());
}

#[test]
fn test_credentials_that_are_missing_are_named() {
    let ran = Run::new(&["lamps", "get", "h", "1"]).run();
    assert_eq!(ran.status, 3);
    assert!(
        ran.err.contains("LAMPS_API_KEY") && ran.err.contains("lamps profile login"),
        "{}",
        ran.err
    );
}
