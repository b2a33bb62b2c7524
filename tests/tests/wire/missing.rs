//! What the caller forgot is an error that names it, before anything is sent.

use super::{angus, listener, sevensignal, sigsci, vxg4};

#[tokio::test]
async fn test_missing_query_parameter_is_named_with_its_setter() {
    use sevensignal_v2::prelude::*;
    let server = listener().await;
    let client = sevensignal(&server);
    let call = client.agent_scans().start(1).end(2);
    let error = call.send().await.unwrap_err();
    assert!(error.is_build());
    assert_eq!(
        error.to_string(),
        "agent_scans: the required parameter `agentId` is missing; set it with `.agent_id(..)`"
    );
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn test_empty_list_is_refused_where_the_parameter_is_required() {
    use angus_v1::prelude::*;
    let server = listener().await;
    let from = "2017-09-03T03:45:00Z".parse().unwrap();
    let client = angus(&server);
    let error = client
        .entities_list()
        .metrics(vec![])
        .from_date(from)
        .send()
        .await
        .unwrap_err();
    assert!(error.is_build());
    assert_eq!(
        error.to_string(),
        "entities_list: the required parameter `metrics` is an empty list, which cannot be sent; give `.metrics(..)` an item"
    );
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn test_missing_path_parameter_is_named_with_its_setter() {
    use sigsci_v0::prelude::*;
    let server = listener().await;
    let error = sigsci(&server)
        .corp_user_get()
        .corp_name("acme")
        .send()
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "corp_user_get: the path parameter `userEmail` is missing; set it with `.user_email(..)`"
    );
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn test_empty_path_parameter_is_refused() {
    use sigsci_v0::prelude::*;
    let server = listener().await;
    let error = sigsci(&server)
        .corp_user_get()
        .corp_name("")
        .user_email("a@b")
        .send()
        .await
        .unwrap_err();
    assert!(
        error.is_build() && error.to_string().contains("`corpName` is empty"),
        "{error}"
    );
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn test_missing_body_is_named() {
    use vxg_v4::prelude::*;
    let server = listener().await;
    let error = vxg4(&server).clips_create().send().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "clips_create: the body is missing; set it with `.body(..)`"
    );
    assert!(server.received().is_empty());
}
