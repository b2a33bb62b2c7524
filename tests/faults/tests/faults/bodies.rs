//! Making request bodies: by constructors, setters, and conversion from received values.

use crate::support::{done, only, serve};
use lorgnette_faults::resource::Client;
use lorgnette_faults::resource::types::{Rule, RuleInput, RuleInputKind, RulePatch, ScopeInput};
use lorgnette_runtime::Nullable;
use lorgnette_runtime::chrono::{DateTime, Utc};

#[tokio::test]
async fn test_setters_fill_in_a_body() {
    let server = serve(done()).await;
    let client = Client::new(server.address()).unwrap();
    let body = RulePatch::new()
        .name("n")
        .weight(5)
        .labels([("a", "b")])
        .scope(ScopeInput::new().site("s"))
        .target("t");
    client.patch_rule("1", &body).send().await.unwrap();
    assert_eq!(
        only(&server).text(),
        r#"{"name":"n","weight":5,"labels":{"a":"b"},"scope":{"site":"s"},"target":"t"}"#
    );
    let body = RulePatch::new()
        .weight(Nullable::Null)
        .target(ScopeInput::new().site("s"));
    assert_eq!(
        serde_json::to_string(&body).unwrap(),
        r#"{"weight":null,"target":{"site":"s"}}"#
    );
}

#[test]
fn test_setters_take_what_their_members_can_be_made_of() {
    let since: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
    let body = RuleInput::new("n", ["a", "b"])
        .kind(RuleInputKind::C)
        .key("k")
        .set_from(since);
    let body = body.name(String::from("m")).tags(vec!["c".to_string()]);
    assert_eq!(
        serde_json::to_string(&body).unwrap(),
        r#"{"name":"m","tags":["c"],"kind":"c","key":"k","from":"2026-01-01T00:00:00Z"}"#
    );
}

#[test]
fn test_read_resource_becomes_what_is_sent_of_it() {
    let text = r#"{"id":"1","created":"2026-01-01T00:00:00Z","name":"n","key":"****","weight":5,"tags":["t"],
        "kind":"b","scope":{"site":"s","rank":1},"extra":{"a":1}}"#;
    let rule: Rule = serde_json::from_str(text).unwrap();
    // A received type keeps undeclared members, except those that only the other type declares.
    let mut input = RuleInput::try_from(&rule).unwrap();
    assert_eq!(
        input.unknown().iter().map(|(name, _)| name).collect::<Vec<_>>(),
        ["extra"]
    );
    assert_eq!(input.kind, Some(RuleInputKind::B));
    // The mask must be replaced before it is sent.
    assert!(serde_json::to_string(&input).is_err());
    input = input.key("real");
    assert_eq!(
        serde_json::to_string(&input).unwrap(),
        r#"{"name":"n","tags":["t"],"kind":"b","key":"real","extra":{"a":1}}"#
    );
    let patch = RulePatch::try_from(rule).unwrap();
    assert_eq!(
        serde_json::to_string(&patch).unwrap(),
        r#"{"name":"n","weight":5,"scope":{"site":"s"}}"#
    );
}

#[test]
fn test_conversion_names_the_member_that_is_missing() {
    let rule: Rule = serde_json::from_str(r#"{"id":"1"}"#).unwrap();
    let error = RuleInput::try_from(&rule).unwrap_err();
    assert_eq!(error.path(), "name");
}

#[tokio::test]
async fn test_branch_of_a_union_implies_its_tag() {
    use lorgnette_faults::implied::Client;
    use lorgnette_faults::implied::types::{Alert, AlertDelivery, Chat, Hook, Mail};
    for (delivery, text) in [
        // Only a branch: it has no member for its tag.
        (
            AlertDelivery::from(Hook::new("https://h")),
            r#"{"kind":"hook","url":"https://h"}"#,
        ),
        // Also used alone: the member exists, with its value.
        (Mail::new("a@b").into(), r#"{"kind":"mail","address":"a@b"}"#),
        // Two tags select this branch, so one must be given.
        (
            Chat::new("channel").room("r").into(),
            r#"{"kind":"channel","room":"r"}"#,
        ),
    ] {
        let server = serve(done()).await;
        let client = Client::new(server.address()).unwrap();
        let alert = Alert::new("n", delivery);
        client.create_alert(&alert).send().await.unwrap();
        let sent = only(&server).text();
        assert_eq!(sent, format!(r#"{{"version":2,"name":"n","delivery":{text}}}"#));
        assert_eq!(serde_json::from_str::<Alert>(&sent).unwrap(), alert);
    }
    let server = serve(done()).await;
    let client = Client::new(server.address()).unwrap();
    client.create_mail(Mail::new("a@b")).send().await.unwrap();
    assert_eq!(only(&server).text(), r#"{"kind":"mail","address":"a@b"}"#);
}
