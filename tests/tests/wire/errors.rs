//! The errors for failed calls.

use super::{CannedResponse, server, sevensignal, sigsci, uuid, vxg2, vxg4};

#[tokio::test]
async fn test_declared_error_is_typed_by_its_status() {
    use sevensignal_v2::responses::DeclaredError;
    let body = r#"{"timestamp": "2023-01-18T15:51:20.437+00:00", "status": 404, "error": "Not Found",
                   "message": "no such agent", "path": "/eyes/agents/7", "requestId": "0a-1"}"#;
    let server = server(CannedResponse::json(404, body)).await;
    let error = sevensignal(&server).eyes_agent(uuid()).send().await.unwrap_err();
    assert!(error.is_status());
    assert_eq!(error.status().unwrap(), 404);
    assert_eq!(error.message().as_deref(), Some("no such agent"));
    assert_eq!(error.request_id().as_deref(), Some("0a-1"));
    let Some(DeclaredError::NotFound(said)) = error.declared() else {
        panic!("{error:?}")
    };
    assert_eq!(said.path, "/eyes/agents/7");
}

#[tokio::test]
async fn test_error_of_the_token_endpoint_is_typed() {
    use sevensignal_v2::responses::DeclaredErrorWithOauth2AccessTokenError as DeclaredError;
    use sevensignal_v2::types::{Oauth2ClientCredentialsRequest, OauthErrorCode};
    let server = server(CannedResponse::json(400, r#"{"error": "invalid_client"}"#)).await;
    let request = Oauth2ClientCredentialsRequest::new("client_credentials", "key", "secret");
    let error = sevensignal(&server)
        .create_access_token(&request)
        .send()
        .await
        .unwrap_err();
    let Some(DeclaredError::BadRequest(said)) = error.declared() else {
        panic!("{error:?}")
    };
    assert_eq!(said.error, OauthErrorCode::InvalidClient);
}

#[tokio::test]
async fn test_error_that_stands_for_all_others_keeps_its_status() {
    use vxg_v2::responses::DeclaredError;
    let server = server(CannedResponse::json(
        402,
        r#"{"errorType": "limit", "status": 402}"#,
    ))
    .await;
    let error = vxg2(&server).storage_events_list().send().await.unwrap_err();
    let Some(DeclaredError::Other(402, said)) = error.declared() else {
        panic!("{error:?}")
    };
    assert_eq!(said.error_type.as_deref(), Some("limit"));
}

#[tokio::test]
async fn test_undeclared_status_comes_with_its_headers_and_raw_body() {
    let server =
        server(CannedResponse::new(418, "text/plain", "short and stout").header("x-request-id", "r-2")).await;
    let error = sevensignal(&server).eyes_sensors().send().await.unwrap_err();
    assert!(error.is_status() && error.declared().is_none());
    assert_eq!(error.status().unwrap(), 418);
    assert_eq!(error.headers().unwrap()["content-type"], "text/plain");
    assert_eq!(error.body().unwrap(), "short and stout");
    assert_eq!(error.request_id().as_deref(), Some("r-2"));
}

#[tokio::test]
async fn test_undeclared_status_of_an_operation_without_declared_errors() {
    use angus_v1::types::StreamCredentials;
    let server = server(CannedResponse::json(400, r#"{"non_field_errors": ["no"]}"#)).await;
    let client = angus_v1::Client::builder("http://data.invalid")
        .server("https://console.angus.ai", server.address())
        .build()
        .unwrap();
    let credentials = StreamCredentials::new("ada@example.com", uuid(), "secret");
    let error = client.stream_token_create(&credentials).send().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 400);
    assert_eq!(error.body().unwrap(), r#"{"non_field_errors": ["no"]}"#);
}

#[tokio::test]
async fn test_declared_error_with_another_body_keeps_it_raw() {
    let server = server(CannedResponse::new(401, "text/html", "<h1>Unauthorized</h1>")).await;
    let error = vxg4(&server).clips_list().send().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 401);
    assert!(error.declared().is_none());
    assert_eq!(error.body().unwrap(), "<h1>Unauthorized</h1>");
}

#[tokio::test]
async fn test_error_prints_what_the_server_says() {
    let server = server(CannedResponse::json(
        403,
        r#"{"message": "token hunter2 may not"}"#,
    ))
    .await;
    let error = sigsci(&server).corps_list().send().await.unwrap_err();
    assert_eq!(error.message().as_deref(), Some("token hunter2 may not"));
    let shown = error.to_string();
    assert!(
        shown.starts_with("corps_list: 403 Forbidden from GET 127.0.0.1:"),
        "{shown}"
    );
    assert!(shown.ends_with(r#"/corps: "token hunter2 may not""#), "{shown}");
}

#[tokio::test]
async fn test_success_that_breaks_the_contract_names_the_place() {
    let server = server(CannedResponse::json(
        200,
        r#"{"objects": [{"id": 1}, {"id": "two"}]}"#,
    ))
    .await;
    let client = vxg4(&server);
    let error = client.clips_list().strict().send().await.unwrap_err();
    assert!(error.is_decode());
    assert_eq!(error.path(), "objects[1].id");
}

#[tokio::test]
async fn test_html_page_in_place_of_json_is_called_one() {
    let server = server(CannedResponse::new(200, "text/html", "<h1>Sign in</h1>")).await;
    let error = vxg4(&server).clips_list().send().await.unwrap_err();
    assert!(
        error.is_decode() && error.to_string().contains("the body is text/html, not JSON"),
        "{error}"
    );
}
