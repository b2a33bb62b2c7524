//! The jobs of the program `sigsci` that change something, against a server of this test.

#![allow(missing_docs, clippy::unwrap_used)]

#[path = "support/program.rs"]
mod program;
#[allow(dead_code)]
#[path = "../../../tests/src/server.rs"]
mod server;

use program::sigsci;
use server::{ApiServer, CannedResponse};
use std::process::Output;

/// The output, with a placeholder for the server's address.
fn out(server: &ApiServer, output: &Output) -> String {
    let host = server.address().trim_start_matches("http://");
    String::from_utf8_lossy(&output.stdout).replace(host, "HOST")
}

fn list(items: &str) -> CannedResponse {
    CannedResponse::json(200, &format!(r#"{{"totalCount": 9, "data": [{items}]}}"#))
}

/// The requests that changed something, as method, target and body.
fn changes(server: &ApiServer) -> Vec<(String, String)> {
    let received = server.received().into_iter();
    received
        .filter(|asked| asked.method != "GET")
        .map(|asked| (format!("{} {}", asked.method, asked.target), asked.text()))
        .collect()
}

const SITE: &str = r#"{"name": "www", "displayName": "WWW", "agentLevel": "log", "blockHTTPCode": 406,
    "clientIPRules": [{"header": "X-Real-IP"}], "created": "2026-01-01T00:00:00Z"}"#;
const LISTS: &str = r#"{"id": "site.bad", "name": "bad", "type": "ip", "description": "", "entries": ["192.0.2.1"],
    "createdBy": "a@example.com", "created": "2026-01-01T00:00:00Z", "updated": "2026-01-01T00:00:00Z"}"#;
const SIGNALS: &str = r#"{"tagName": "site.odd", "shortName": "odd", "longName": "odd", "description": "Odd",
    "configurable": false, "createdBy": "a@example.com", "created": "2026-01-01T00:00:00Z"},
    {"tagName": "SQLI", "shortName": "SQLI", "description": "built in"}"#;
const RULE: &str = r#"{"id": "1", "siteNames": ["www"], "type": "request", "enabled": true, "reason": "bad ones",
    "groupOperator": "all", "conditions": [{"type": "single", "field": "ip", "operator": "inList", "value": "site.bad"}],
    "actions": [{"type": "block"}], "signal": null, "requestLogging": "sampled", "newMember": {"deep": 1},
    "createdBy": "a@example.com", "created": "2026-01-01T00:00:00Z", "updated": "2026-01-01T00:00:00Z"}"#;
const REDACTIONS: &str = r#"{"id": "r", "field": "pin", "redactionType": 0, "createdBy": "a@example.com"}"#;
const ALERTS: &str = r#"{"id": "a", "siteId": "s", "tagName": "SQLI", "longName": "many", "interval": 1, "threshold": 9,
    "enabled": true, "action": "flagged", "type": "siteAlert", "createdBy": "a@example.com"},
    {"id": "b", "tagName": "X", "type": "template"}"#;

#[tokio::test(flavor = "multi_thread")]
async fn test_a_new_site_gets_what_the_other_has() {
    let missing = CannedResponse::json(404, r#"{"message": "Site not found"}"#);
    let server = ApiServer::start([
        CannedResponse::json(200, SITE),
        missing,
        CannedResponse::json(201, SITE),
        list(LISTS),
        CannedResponse::json(201, LISTS),
        list(SIGNALS),
        CannedResponse::json(201, "{}"),
        list(RULE),
        list(""),
        CannedResponse::json(400, r#"{"message": "rule limit reached"}"#),
        list(REDACTIONS),
        list(REDACTIONS),
        list(""),
        list(ALERTS),
        CannedResponse::json(201, "{}"),
    ])
    .await
    .unwrap();
    let output = sigsci(&server, &["site", "copy", "www", "staging"]);
    assert_eq!(
        out(&server, &output),
        "kind,name,result,error\n\
         site,staging,created,\n\
         lists,bad,created,\n\
         signals,odd,created,\n\
         rules,request: bad ones,failed,\"site_rule_create: 400 Bad Request from POST \
         HOST/corps/{corpName}/sites/{siteName}/rules: \"\"rule limit reached\"\"\"\n\
         redactions,pin,created,\n\
         alerts,SQLI: many,created,\n"
    );
    assert_eq!(output.status.code(), Some(5));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "sigsci: 1 of 6 items failed\n"
    );
    let changes = changes(&server);
    let targets: Vec<&str> = changes.iter().map(|(target, _)| target.as_str()).collect();
    assert_eq!(
        targets,
        [
            "POST /corps/acme/sites",
            "POST /corps/acme/sites/staging/lists",
            "POST /corps/acme/sites/staging/tags",
            "POST /corps/acme/sites/staging/rules",
            "POST /corps/acme/sites/staging/redactions",
            "POST /corps/acme/sites/staging/alerts",
        ]
    );
    let body = |index: usize| serde_json::from_str::<serde_json::Value>(&changes[index].1).unwrap();
    assert_eq!(
        body(0),
        serde_json::json!({
            "name": "staging", "displayName": "staging", "agentLevel": "log", "blockHTTPCode": 406,
            "clientIPRules": [{"header": "X-Real-IP"}], "attackThresholds": [],
        })
    );
    assert_eq!(
        body(1),
        serde_json::json!({"name": "bad", "type": "ip", "description": "", "entries": ["192.0.2.1"]})
    );
    assert_eq!(
        body(2),
        serde_json::json!({"shortName": "odd", "description": "Odd"})
    );
    // Members that the contract does not declare are part of the rule.
    assert_eq!(
        body(3),
        serde_json::json!({
            "type": "request", "enabled": true, "reason": "bad ones", "groupOperator": "all",
            "conditions": [{"type": "single", "field": "ip", "operator": "inList", "value": "site.bad"}],
            "actions": [{"type": "block"}], "requestlogging": "sampled", "newMember": {"deep": 1},
        })
    );
    assert_eq!(
        body(5),
        serde_json::json!({
            "tagName": "SQLI", "longName": "many", "interval": 1, "threshold": 9, "enabled": true,
            "action": "flagged",
        })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn test_what_a_site_has_already_is_left_alone() {
    let other = LISTS.replace("192.0.2.1", "192.0.2.9");
    let lists = format!(
        "{LISTS}, {}, {}",
        LISTS.replace("bad", "worse"),
        LISTS.replace("bad", "new")
    );
    let known = format!("{LISTS}, {}", other.replace("bad", "worse"));
    let server = ApiServer::start([
        CannedResponse::json(200, SITE),
        CannedResponse::json(200, SITE),
        list(&lists),
        list(&known),
    ])
    .await
    .unwrap();
    let arguments = ["site", "copy", "www", "staging", "--only", "lists", "--dry-run"];
    let output = sigsci(&server, &arguments);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        out(&server, &output),
        "kind,name,result,error\n\
         site,staging,exists,\n\
         lists,bad,exists,\n\
         lists,worse,differs,\n\
         lists,new,missing,\n"
    );
    assert_eq!(changes(&server), []);
    let output = sigsci(&server, &["site", "copy", "www", "www"]);
    assert_eq!(output.status.code(), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn test_addresses_are_blocked_until_a_time() {
    let server = ApiServer::start([
        list(r#"{"id": "1", "source": "192.0.2.1", "note": "old"}"#),
        CannedResponse::json(201, r#"{"id": "2", "source": "192.0.2.2"}"#),
        CannedResponse::json(400, r#"{"message": "not an address"}"#),
        CannedResponse::json(201, r#"{"id": "3", "source": "192.0.2.0/24"}"#),
    ])
    .await
    .unwrap();
    let entries = ["192.0.2.1", "192.0.2.2", "nonsense", "192.0.2.0/24", "192.0.2.2"];
    let more = ["--site", "www", "--note", "scanner", "--at-once", "1"];
    let expires = ["--expires", "2999-01-01T00:00:00+02:00"];
    let arguments = [
        &["lists", "add", "blacklist"],
        &entries[..],
        &more[..],
        &expires[..],
    ]
    .concat();
    let output = sigsci(&server, &arguments);
    assert_eq!(
        out(&server, &output),
        "entry,expires,result,error\n\
         192.0.2.1,,exists,\n\
         192.0.2.2,2998-12-31T22:00:00Z,added,\n\
         nonsense,,failed,\"blacklist_ip_add: 400 Bad Request from POST \
         HOST/corps/{corpName}/sites/{siteName}/blacklist: \"\"not an address\"\"\"\n\
         192.0.2.0/24,2998-12-31T22:00:00Z,added,\n"
    );
    assert_eq!(output.status.code(), Some(5));
    let changes = changes(&server);
    assert_eq!(
        changes[0],
        (
            "POST /corps/acme/sites/www/blacklist".to_owned(),
            r#"{"source":"192.0.2.2","note":"scanner","expires":"2998-12-31T22:00:00Z"}"#.to_owned()
        )
    );
    assert_eq!(changes.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn test_entries_of_lists_are_added_at_once() {
    let server = ApiServer::start([
        CannedResponse::json(200, LISTS),
        CannedResponse::json(200, LISTS),
        CannedResponse::json(200, LISTS),
    ])
    .await
    .unwrap();
    let entries = ["192.0.2.1", "192.0.2.7", "192.0.2.8"];
    let arguments = [&["lists", "add", "site.bad"], &entries[..], &["--site", "www"]].concat();
    let output = sigsci(&server, &arguments);
    assert_eq!(
        out(&server, &output),
        "entry,result,error\n192.0.2.1,exists,\n192.0.2.7,added,\n192.0.2.8,added,\n"
    );
    assert_eq!(
        changes(&server),
        [(
            "PATCH /corps/acme/sites/www/lists/site.bad".to_owned(),
            r#"{"entries":{"additions":["192.0.2.7","192.0.2.8"]}}"#.to_owned()
        )]
    );
    // Existing items are not sent again.
    let output = sigsci(&server, &["lists", "add", "corp.bad", "192.0.2.1"]);
    assert_eq!(out(&server, &output), "entry,result,error\n192.0.2.1,exists,\n");
    assert_eq!(server.received()[2].target, "/corps/acme/lists/corp.bad");
}

#[tokio::test(flavor = "multi_thread")]
async fn test_entries_that_cannot_expire_are_told_before_anything_is_sent() {
    let server = ApiServer::start([]).await.unwrap();
    for arguments in [
        &[
            "lists",
            "add",
            "site.bad",
            "x",
            "--site",
            "www",
            "--expires",
            "+1h",
        ][..],
        &[
            "lists",
            "add",
            "blacklist",
            "192.0.2.1",
            "--site",
            "www",
            "--expires",
            "-1h",
        ],
        &["lists", "add", "bad", "x", "--site", "www"],
        &["lists", "add", "blacklist", "192.0.2.1"],
    ] {
        let output = sigsci(&server, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?} {output:?}");
    }
    assert_eq!(server.received().len(), 0);
}
