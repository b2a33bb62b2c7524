//! The hazards in the Signal Sciences contract.

use crate::support::{line, listener, only, read, server, sigsci, written};
use lorgnette_tests::server::{ApiServer, CannedResponse};
use sigsci_v0::types::*;

/// A client whose address has the path of the vendor's, `/api/v0`.
fn below_api_v0(server: &ApiServer) -> sigsci_v0::Client {
    sigsci_v0::Client::new(&format!("{}/api/v0", server.address())).unwrap()
}

#[tokio::test]
async fn test_next_uri_is_relative_to_the_host_root_and_an_empty_one_ends_the_list() {
    let pages = [
        r#"{"next": {"uri": "/api/v0/corps/c/activity?page=2&limit=1"}, "data": [{"id": "a"}]}"#,
        r#"{"next": {"uri": ""}, "data": [{"id": "b"}]}"#,
    ];
    let server = ApiServer::start(pages.map(|body| CannedResponse::json(200, body)))
        .await
        .unwrap();
    let mut activity = below_api_v0(&server).corp_activity_list("c").limit(1).stream();
    let mut ids = Vec::new();
    while let Some(event) = activity.item().await.unwrap() {
        ids.push(event.id);
    }
    assert_eq!(ids, ["a", "b"]);
    let targets: Vec<String> = server
        .received()
        .into_iter()
        .map(|request| request.target)
        .collect();
    assert_eq!(
        targets,
        [
            "/api/v0/corps/c/activity?limit=1",
            "/api/v0/corps/c/activity?page=2&limit=1"
        ]
    );
}

#[tokio::test]
async fn test_feed_has_no_total_and_times_are_whole_minutes_in_epoch_seconds() {
    let server = server(CannedResponse::json(200, r#"{"next": {"uri": ""}, "data": []}"#)).await;
    let client = sigsci(&server);
    let call = client.requests_feed("c", "s");
    let call = call.from(1_673_970_900).until(1_673_971_500);
    let page = call.send().await.unwrap();
    assert!(page.data.is_empty());
    assert_eq!(
        line(&server),
        "GET /corps/c/sites/s/feed/requests?from=1673970900&until=1673971500"
    );
}

#[tokio::test]
async fn test_long_cursor_is_sent_by_post() {
    use sigsci_v0::responses::DeclaredError;
    let cursor = "a+/=".repeat(1000);
    let answers = [
        CannedResponse::json(414, r#"{"message": "too long"}"#),
        CannedResponse::json(200, r#"{"data": []}"#),
    ];
    let server = ApiServer::start(answers).await.unwrap();
    let client = sigsci(&server);
    let call = client.requests_feed("c", "s");
    let error = call.next(cursor.as_str()).send().await.unwrap_err();
    assert!(matches!(error.declared(), Some(DeclaredError::UriTooLong(_))));
    client
        .requests_feed_next("c", "s", RequestFeedNextForm::new(cursor.as_str()))
        .send()
        .await
        .unwrap();
    let request = &server.received()[1];
    assert_eq!(
        (request.method.as_str(), request.target.as_str()),
        ("POST", "/corps/c/sites/s/feed/requests")
    );
    assert_eq!(request.text(), format!("next={}", "a%2B%2F%3D".repeat(1000)));
}

#[tokio::test]
async fn test_creating_a_redaction_integration_or_header_link_answers_with_the_whole_list() {
    let list = |body: &str| CannedResponse::json(200, body);
    let server = ApiServer::start([
        list(r#"{"data": [{"id": "1"}, {"id": "2", "field": "ssn", "redactionType": 0}]}"#),
        list(r#"{"data": [{"id": "1"}]}"#),
        list(r#"{"data": []}"#),
    ]);
    let server = server.await.unwrap();
    let client = sigsci(&server);
    let redaction = RedactionCreate::new("ssn", RedactionType::RequestParameter);
    assert_eq!(
        client
            .redaction_create("c", "s", &redaction)
            .send()
            .await
            .unwrap()
            .data[1]
            .redaction_type,
        Some(RedactionType::RequestParameter)
    );
    let integration = IntegrationCreate::new(
        "https://hooks.example/1",
        IntegrationType::Generic,
        vec![IntegrationEvent::Flag],
    );
    assert_eq!(
        client
            .site_integration_create("c", "s", &integration)
            .send()
            .await
            .unwrap()
            .data[0]
            .id,
        "1"
    );
    let link = HeaderLinkCreate::new(HeaderLinkType::Request, "x-id", "https://a.example");
    assert!(
        client
            .header_link_create("c", "s", &link)
            .send()
            .await
            .unwrap()
            .data
            .is_empty()
    );
}

#[tokio::test]
async fn test_delete_answers_204_or_200_with_a_body_that_is_not_json() {
    let answers = [
        CannedResponse::empty(204),
        CannedResponse::new(200, "text/plain", "deleted"),
    ];
    let server = ApiServer::start(answers).await.unwrap();
    let client = sigsci(&server);
    for status in [204, 200] {
        let call = client.corp_user_delete("c", "a@b.example");
        assert_eq!(call.send().await.unwrap().status(), status);
    }
}

#[tokio::test]
async fn test_404_with_retry_after_means_not_yet_and_one_without_is_final() {
    let not_yet = || CannedResponse::json(404, r#"{"message": "not yet"}"#);
    let answers = [
        not_yet().header("retry-after", "0"),
        CannedResponse::json(200, "{}"),
        not_yet(),
    ];
    let server = ApiServer::start(answers).await.unwrap();
    let client = sigsci(&server);
    let service = EdgeDeploymentServiceInput::default();
    let attach = || {
        client
            .edge_deployment_service_attach("c", "s", "f", &service)
            .send()
    };
    attach().await.unwrap();
    assert_eq!(server.received().len(), 2);
    let error = attach().await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.attempts()), (404, 1));
    assert_eq!(server.received().len(), 3);
}

#[test]
fn test_rule_conditions_are_recursive_and_of_three_kinds() {
    let json = r#"{"type":"group","groupOperator":"any","conditions":[{"type":"single","field":"ip","operator":"equals","value":"10.0.0.1"},{"type":"multival","groupOperator":"all","field":"requestHeader","operator":"exists","conditions":[{"type":"single","field":"name","operator":"equals","value":"x"}]}]}"#;
    let condition: Condition = read(json);
    let inner = condition.conditions.as_ref().unwrap();
    assert_eq!(inner[0].type_, ConditionType::Single);
    assert_eq!(
        inner[1].conditions.as_ref().unwrap()[0].field,
        Some(ConditionField::Name)
    );
    assert_eq!(written(&condition), json);
}

#[test]
fn test_keys_with_dots_are_members() {
    let agent: Agent = read(r#"{"agent.status": "online", "host.num_cpu": 8, "num_gc": 3}"#);
    assert_eq!(agent.agent_status.as_deref(), Some("online"));
    assert_eq!((agent.host_num_cpu, agent.num_gc), (Some(8), Some(3)));
    assert_eq!(
        written(&agent),
        r#"{"agent.status":"online","host.num_cpu":8,"num_gc":3}"#
    );
}

#[test]
fn test_dates_may_be_empty_strings() {
    let entry: IpListEntry = read(r#"{"id": "1", "expires": "", "created": "2024-05-01T00:00:00Z"}"#);
    assert_eq!(entry.expires.as_deref(), Some(""));
    assert_eq!(entry.created.unwrap().timestamp(), 1_714_521_600);
    let rule: CorpRule = read(r#"{"id": "1", "expiration": ""}"#);
    assert_eq!(rule.expiration.as_deref(), Some(""));
}

#[tokio::test]
async fn test_plus_in_an_email_path_parameter() {
    let server = listener().await;
    let client = sigsci(&server);
    let _ = client
        .site_member_get("c", "s", "ada+test@example.com")
        .send()
        .await;
    assert_eq!(
        line(&server),
        "GET /corps/c/sites/s/members/ada%2Btest%40example.com"
    );
}

#[test]
fn test_keys_of_inferred_case_are_taken_in_both() {
    for key in ["mfaEnforced", "MfaEnforced", "mfaenforced"] {
        let corp: Corp = read(&format!(r#"{{"name": "c", "{key}": true}}"#));
        assert_eq!(corp.mfa_enforced, Some(true), "{key}");
    }
    for key in ["requestLogging", "requestlogging"] {
        let rule: CorpRule = read(&format!(r#"{{"id": "1", "{key}": "sampled"}}"#));
        assert_eq!(rule.request_logging, Some(RequestLogging::Sampled), "{key}");
    }
}

#[test]
fn test_value_sets_of_known_values_are_open() {
    let action: Action = read(r#"{"type": "teleport"}"#);
    assert_eq!(action.type_, ActionType::Unknown("teleport".into()));
    assert_eq!(written(&action), r#"{"type":"teleport"}"#);
    let rule: CorpRule = read(r#"{"id": "1", "type": "request"}"#);
    assert_eq!(rule.type_, Some(CorpRuleType::Request));
}

#[tokio::test]
async fn test_whole_rule_is_sent_as_it_was_set() {
    let server = listener().await;
    let mut condition = Condition::new(ConditionType::Single);
    condition.field = Some(ConditionField::Path);
    condition.operator = Some(ConditionOperator::Like);
    condition.value = Some("/a?b".into());
    let redaction = ListEntriesPatch::default();
    assert_eq!(written(&redaction), "{}");
    let rule = CorpRuleInput::new(
        CorpScope::Global,
        CorpRuleType::Request,
        GroupOperator::All,
        false,
        "",
        vec![condition],
        vec![Action::new(ActionType::Block)],
    );
    let call = sigsci(&server);
    let _ = call.corp_rule_create("c", &rule).send().await;
    assert_eq!(
        only(&server).text(),
        r#"{"corpScope":"global","type":"request","groupOperator":"all","enabled":false,"reason":"","conditions":[{"type":"single","field":"path","operator":"like","value":"/a?b"}],"actions":[{"type":"block"}]}"#
    );
}
