//! The bodies of requests.

use super::{listener, naive, only, sevensignal, sigsci, uuid, vxg2, vxg4};
use lorgnette_runtime::{BTreeMap, Nullable};

// JSON

#[tokio::test]
async fn test_json_body_holds_what_was_set_and_nothing_else() {
    use sevensignal_v2::types::PatchEyesAgentRequest;
    let server = listener().await;
    let mut changes = PatchEyesAgentRequest::default();
    changes.is_licensed = Some(false);
    let _ = sevensignal(&server)
        .update_eyes_agent(uuid())
        .body(&changes)
        .send()
        .await;
    let request = only(&server);
    assert_eq!(request.method, "PATCH");
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("content-length"), Some("20"));
    assert_eq!(request.text(), r#"{"isLicensed":false}"#);
}

#[tokio::test]
async fn test_json_body_tells_null_from_absent_where_the_contract_does() {
    use sevensignal_v2::types::ServiceNowIntegrationConfigPatchRequest;
    let server = listener().await;
    let mut changes = ServiceNowIntegrationConfigPatchRequest::default();
    changes.service_now_url = "https://example.service-now.com".into();
    changes.basic_auth_username = Nullable::Null;
    let _ = sevensignal(&server)
        .update_servicenow_integration_config(uuid(), &changes)
        .send()
        .await;
    assert_eq!(
        only(&server).text(),
        r#"{"serviceNowUrl":"https://example.service-now.com","basicAuthUsername":null}"#
    );
}

#[tokio::test]
async fn test_json_body_of_no_members_is_an_empty_object() {
    use vxg_v2::types::CameraUpdate;
    let server = listener().await;
    let _ = vxg2(&server)
        .cameras_update(7, CameraUpdate::default())
        .send()
        .await;
    assert_eq!(only(&server).text(), "{}");
}

#[tokio::test]
async fn test_json_body_may_be_a_bare_list() {
    use sevensignal_v2::types::PatchBatchEyesAgentRequest;
    let server = listener().await;
    let mut item = PatchBatchEyesAgentRequest::new(uuid());
    item.nickname = Some("entrance \u{1f6aa}".into());
    let _ = sevensignal(&server)
        .update_eyes_agents()
        .body([item])
        .send()
        .await;
    assert_eq!(
        only(&server).text(),
        r#"[{"agentId":"7f0c6b0e-3c1c-4f0a-9d3b-1f5e2a6b7c8d","nickname":"entrance 🚪"}]"#
    );
}

#[tokio::test]
async fn test_delete_may_have_a_json_body() {
    use vxg_v4::types::MetaDocumentRef;
    let server = listener().await;
    let _ = vxg4(&server)
        .meta_delete([MetaDocumentRef::new("d-1")])
        .send()
        .await;
    let request = only(&server);
    assert_eq!(request.method, "DELETE");
    assert_eq!(request.text(), r#"[{"id":"d-1"}]"#);
}

#[tokio::test]
async fn test_numbers_are_written_without_exponent_and_needless_decimals() {
    use vxg_v2::types::CameraUpdate;
    let server = listener().await;
    let mut changes = CameraUpdate::default();
    changes.latitude = 48.856_614_000_000_01.into();
    changes.longitude = 2.0.into();
    changes.onvif_rtsp_port_fwd = 8554.into();
    let _ = vxg2(&server).cameras_update(7, &changes).send().await;
    assert_eq!(
        only(&server).text(),
        r#"{"latitude":48.85661400000001,"longitude":2,"onvif_rtsp_port_fwd":8554}"#
    );
}

#[tokio::test]
async fn test_times_without_zone_have_the_decimals_they_need() {
    use vxg_v4::types::ClipCreate;
    let server = listener().await;
    let mut clip = ClipCreate::new(naive("2016-06-08T19:59:25"), naive("2016-06-08T20:00:00.5"));
    clip.event_time = naive("2016-06-08T19:59:30.000042").into();
    let _ = vxg4(&server).clips_create(&clip).send().await;
    assert_eq!(
        only(&server).text(),
        r#"{"start":"2016-06-08T19:59:25","end":"2016-06-08T20:00:00.500","event_time":"2016-06-08T19:59:30.000042"}"#
    );
}

#[tokio::test]
async fn test_maps_are_objects_with_the_keys_of_the_caller() {
    use vxg_v4::types::MetaDocumentInput;
    let server = listener().await;
    let mut document = MetaDocumentInput::new(naive("2016-06-08T19:59:25"));
    document.long = Some(BTreeMap::from([("plate/no".to_owned(), 9_007_199_254_740_993)]));
    document.float = Some(BTreeMap::new());
    let _ = vxg4(&server).meta_create([document]).send().await;
    assert_eq!(
        only(&server).text(),
        r#"[{"timestamp":"2016-06-08T19:59:25","long":{"plate/no":9007199254740993},"float":{}}]"#
    );
}

#[tokio::test]
async fn test_mask_of_a_secret_that_was_read_is_not_sent_back() {
    use sevensignal_v2::types::ServiceNowIntegrationConfigPatchRequest;
    let server = listener().await;
    let mut changes = ServiceNowIntegrationConfigPatchRequest::default();
    changes.basic_auth_password = Nullable::Value("********".into());
    let client = sevensignal(&server);
    let call = client.update_servicenow_integration_config(uuid(), &changes);
    let error = call.send().await.unwrap_err();
    assert!(
        error.is_build() && error.to_string().contains("basicAuthPassword"),
        "{error}"
    );
    assert!(server.received().is_empty());
}

// Forms

#[tokio::test]
async fn test_form_is_url_encoded() {
    use sevensignal_v2::types::Oauth2ClientCredentialsRequest;
    let server = listener().await;
    let mut request = Oauth2ClientCredentialsRequest::new("client_credentials", "key", "s&cret=ä");
    request.scope = Some("openid https://login.7signal.com/scopes/user.read".into());
    let _ = sevensignal(&server).create_access_token(&request).send().await;
    let request = only(&server);
    assert_eq!(request.target, "/oauth2/token");
    assert_eq!(
        request.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(
        request.text(),
        "grant_type=client_credentials&client_id=key&client_secret=s%26cret%3D%C3%A4\
         &scope=openid%20https%3A%2F%2Flogin.7signal.com%2Fscopes%2Fuser.read"
    );
}

#[tokio::test]
async fn test_form_and_query_go_together() {
    use sigsci_v0::types::RequestFeedNextForm;
    let server = listener().await;
    let _ = sigsci(&server)
        .requests_feed_next("c", "s", RequestFeedNextForm::new("cursor=="))
        .limit(1000)
        .send()
        .await;
    let request = only(&server);
    assert_eq!(request.target, "/corps/c/sites/s/feed/requests?limit=1000");
    assert_eq!(request.text(), "next=cursor%3D%3D");
}
