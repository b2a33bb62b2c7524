//! The results of successful responses.

use super::{CannedResponse, server, sevensignal, sigsci, uuid, vxg2, vxg4};

#[tokio::test]
async fn test_json_answer_is_typed_and_keeps_status_and_headers() {
    let body = r#"{"deviceCount": 7, "organizationName": "acme", "platformSummary": {"Linux": 3}}"#;
    let server = server(CannedResponse::json(200, body).header("ratelimit-remaining", "99")).await;
    let answer = sevensignal(&server).eyes_summary().send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["ratelimit-remaining"], "99");
}

#[tokio::test]
async fn test_answer_without_content_is_nothing() {
    let server = server(CannedResponse::empty(204)).await;
    let client = sevensignal(&server);
    let call = client.delete_agent_access_point(uuid());
    let answer = call.send().await.unwrap();
    assert_eq!(answer.status(), 204);
    let () = answer.into_inner();
}

#[tokio::test]
async fn test_content_where_the_contract_has_none_is_no_error() {
    let server = server(CannedResponse::new(200, "text/html", "<p>deleted")).await;
    let client = sigsci(&server);
    let call = client.corp_user_delete("c", "a@example.com");
    assert_eq!(call.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn test_answer_may_be_a_map() {
    let server = server(CannedResponse::json(
        200,
        r#"{"7f0c6b0e": {"updated": true}, "0a": {}}"#,
    ))
    .await;
    let answer = sevensignal(&server)
        .update_eyes_agents()
        .body(Vec::<sevensignal_v2::types::PatchBatchEyesAgentRequest>::new())
        .send()
        .await
        .unwrap();
    assert_eq!(answer.keys().collect::<Vec<_>>(), ["0a", "7f0c6b0e"]);
    assert_eq!(answer["7f0c6b0e"]["updated"], true);
}

#[tokio::test]
async fn test_answer_may_be_a_map_of_numbers() {
    let server = server(CannedResponse::json(200, r#"{"lobby": 3, "gate": 1}"#)).await;
    let answer = vxg2(&server)
        .cameras_meta_values_retrieve("place")
        .send()
        .await
        .unwrap();
    assert_eq!(answer["lobby"], 3);
}

#[tokio::test]
async fn test_answer_may_be_a_bare_list() {
    let server = server(CannedResponse::json(200, "[]")).await;
    let answer = sevensignal(&server)
        .alerting_incidents_by_rule()
        .send()
        .await
        .unwrap();
    assert!(answer.is_empty());
}

#[tokio::test]
async fn test_answer_with_keys_that_are_data() {
    let body = r#"{"objects": [{"60": [["2016-06-08T19:59:25", 60]], "3600": []}]}"#;
    let server = server(CannedResponse::json(200, body)).await;
    let answer = vxg2(&server).storage_timeline_retrieve(7).send().await.unwrap();
    assert_eq!(answer.objects[0]["60"][0][1], 60);
    assert!(answer.objects[0]["3600"].is_empty());
}

#[tokio::test]
async fn test_media_type_of_json_is_not_insisted_on() {
    let server = server(CannedResponse::new(
        200,
        "text/plain; charset=utf-8",
        r#"{"name": "gate"}"#,
    ))
    .await;
    let answer = vxg4(&server).channel_retrieve().send().await.unwrap();
    assert_eq!(answer.name.as_deref(), Some("gate"));
}

#[tokio::test]
async fn test_redirect_that_the_contract_declares_is_the_answer() {
    let server = server(CannedResponse::empty(302).header("location", "/login?p=/")).await;
    let answer = sigsci(&server).auth_logout().send().await.unwrap();
    assert!(matches!(
        &*answer,
        sigsci_v0::responses::AuthLogoutResponse::Found(())
    ));
    assert_eq!(answer.headers()["location"], "/login?p=/");
    assert_eq!(server.received().len(), 1);
}
