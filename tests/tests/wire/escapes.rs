//! Options of every request beyond its contract.

use super::{ApiServer, CannedResponse, line, listener, only, server, sevensignal, sigsci, uuid, vxg3, vxg4};
use lorgnette_runtime::Method;
use lorgnette_runtime::Secret;
use lorgnette_runtime::authenticate::{Fields, Origin, StaticFields};
use serde_json::json;

#[tokio::test]
async fn test_query_parameters_of_the_caller_stand_behind_those_of_the_contract() {
    let server = listener().await;
    let client = sevensignal(&server);
    let call = client.groups().page(2).query("x y", "a&b").query("n", 7);
    let _ = call.send().await;
    assert_eq!(line(&server), "GET /groups?page=2&x%20y=a%26b&n=7");
}

#[tokio::test]
async fn test_raw_answer_is_not_decoded_whatever_its_status() {
    for (status, body) in [(200, "<html>"), (404, "{\"message\": \"no\"}"), (302, "")] {
        let server = server(CannedResponse::new(status, "text/html", body).header("x-n", "1")).await;
        let raw = sigsci(&server).corps_list().send_raw().await.unwrap();
        assert_eq!(raw.status(), status);
        assert_eq!(&raw[..], body.as_bytes());
        assert_eq!(raw.headers()["x-n"], "1");
    }
}

#[tokio::test]
async fn test_raw_answers_are_tried_again_as_others_are() {
    let answers = [
        CannedResponse::empty(503).header("retry-after", "0"),
        CannedResponse::json(200, "[1]"),
    ];
    let server = ApiServer::start(answers).await.unwrap();
    let raw = vxg4(&server).clips_retrieve(7).send_raw().await.unwrap();
    assert_eq!(raw.json::<Vec<i64>>().unwrap(), [1]);
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn test_raw_answer_without_a_response_is_an_error() {
    let client = vxg_v4::Client::new("http://127.0.0.1:1").unwrap();
    let error = client.clips_retrieve(7).send_raw().await.unwrap_err();
    assert!(error.is_connect(), "{error}");
}

#[tokio::test]
async fn test_prepared_request_is_a_command_and_is_not_sent() {
    use vxg_v3::types::ChannelCreate;
    let server = listener().await;
    let client = vxg3(&server);
    let call = client
        .channels_create(ChannelCreate::new("it's \"here\""))
        .header("x-note", "a")
        .query("dry", true);
    let request = call.to_request().unwrap();
    assert!(server.received().is_empty());
    assert_eq!(request.method(), Method::POST);
    assert!(
        request
            .headers()
            .any(|(name, value)| (name, value) == ("x-note", "a"))
    );
    let shown = request.to_string();
    let begin = format!(
        "curl -X POST '{}/channels/?dry=true' \\\n  -H '",
        server.address()
    );
    assert!(shown.contains(&begin), "{shown}");
    assert!(shown.contains(r#"'{"name":"it'\''s \"here\""#), "{shown}");
    // The shown request is the sent one.
    let _ = call.send().await;
    let sent = only(&server);
    assert_eq!(request.body(), Some(sent.text()).as_deref());
    assert!(request.url().ends_with(&sent.target));
}

#[tokio::test]
async fn test_prepared_request_masks_credentials_and_secrets() {
    let server = listener().await;
    let origin = Origin::of(&server.address().parse().unwrap()).unwrap();
    let fields = Fields::new()
        .header("x-api-token", &Secret::new("hunter2"))
        .and_then(|fields| fields.query("token", &Secret::new("hunter2")));
    let client = sigsci_v0::Client::builder(server.address())
        .authenticate(StaticFields::new(origin, fields.unwrap()))
        .build()
        .unwrap();
    let call = client.corps_list().header("authorization", "Bearer hunter2");
    let request = call.to_request().unwrap();
    let shown = format!("{request} {request:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(
        shown.contains("x-api-token: [masked]") && shown.contains("token=[masked]"),
        "{shown}"
    );
}

#[tokio::test]
async fn test_prepared_request_masks_secrets_among_the_values() {
    use sevensignal_v2::types::Oauth2ClientCredentialsRequest;
    let server = listener().await;
    let client = sevensignal(&server);
    let body = Oauth2ClientCredentialsRequest::new("client_credentials", "id", "hunter2&\"é");
    let shown = client.create_access_token(body).to_request().unwrap().to_string();
    assert!(
        !shown.contains("hunter2") && shown.contains("[masked]"),
        "{shown}"
    );
}

#[tokio::test]
async fn test_prepared_request_names_what_it_lacks() {
    let server = listener().await;
    let error = sigsci(&server).corp_user_get("", "a@b").to_request().unwrap_err();
    assert!(error.is_build(), "{error}");
    let client = sevensignal(&server);
    let call = client.eyes_agent(uuid());
    assert!(
        call.to_request()
            .unwrap()
            .to_string()
            .starts_with("curl 'http://")
    );
}

#[tokio::test]
async fn test_request_beside_the_contract_carries_credentials_and_is_tried_again() {
    let answers = [
        CannedResponse::empty(503).header("retry-after", "0"),
        CannedResponse::json(201, r#"{"id": 7}"#),
    ];
    let server = ApiServer::start(answers).await.unwrap();
    let origin = Origin::of(&server.address().parse().unwrap()).unwrap();
    let fields = Fields::new()
        .header("x-api-token", &Secret::new("hunter2"))
        .unwrap();
    let client = sigsci_v0::Client::builder(&format!("{}/api/v0", server.address()))
        .authenticate(StaticFields::new(origin, fields))
        .build()
        .unwrap();
    let call = client
        .request(Method::PUT, "/corps/acme/shadow?a=1")
        .query("b", 2);
    let answer = call.json(&json!({"on": true})).send_raw().await.unwrap();
    assert_eq!(answer.json::<serde_json::Value>().unwrap()["id"], 7);
    let received = server.received();
    assert_eq!(received.len(), 2);
    assert_eq!(received[1].method, "PUT");
    assert_eq!(received[1].target, "/api/v0/corps/acme/shadow?a=1&b=2");
    assert_eq!(received[1].header("x-api-token"), Some("hunter2"));
    assert_eq!(received[1].text(), r#"{"on":true}"#);
}

#[tokio::test]
async fn test_request_beside_the_contract_stays_at_the_server() {
    let server = listener().await;
    let client = sigsci(&server);
    for path in ["corps", "https://other.example/corps", ""] {
        let error = client.request(Method::GET, path).send_raw().await.unwrap_err();
        assert!(error.is_build(), "{path}: {error}");
    }
    let _ = client
        .request(Method::GET, "//other.example/a#b")
        .send_raw()
        .await;
    assert_eq!(line(&server), "GET //other.example/a%23b");
    let method = Method::from_bytes(b"PURGE").unwrap();
    let error = client.request(method, "/a").send_raw().await.unwrap_err();
    assert!(error.to_string().contains("PURGE"), "{error}");
}
