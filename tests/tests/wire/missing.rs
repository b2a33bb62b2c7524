//! A missing required value is an error that names the value, before anything is sent.

use super::{angus, listener, sevensignal, sigsci, vxg4};
use sigsci_v0::operations::users::CorpUserGetRequest;
use vxg_v4::operations::clips::ClipsCreateRequest;

#[tokio::test]
async fn test_missing_query_parameter_is_named_with_its_setter() {
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
    let server = listener().await;
    let from = "2017-09-03T03:45:00Z"
        .parse::<lorgnette_runtime::DateTime>()
        .unwrap();
    let client = angus(&server);
    let error = client
        .entities_list()
        .metrics(Vec::<angus_v1::types::Metric>::new())
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
    let server = listener().await;
    let client = sigsci(&server);
    // Only a request that was built without the client's method can lack an argument.
    let request = CorpUserGetRequest::from(client.as_ref()).corp_name("acme");
    assert_eq!(
        request.send().await.unwrap_err().to_string(),
        "corp_user_get: the path parameter `userEmail` is missing; it is an argument of the operation's method"
    );
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn test_empty_path_parameter_is_refused() {
    let server = listener().await;
    let error = sigsci(&server).corp_user_get("", "a@b").send().await.unwrap_err();
    assert!(
        error.is_build() && error.to_string().contains("`corpName` is empty"),
        "{error}"
    );
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn test_missing_body_is_named() {
    let server = listener().await;
    let client = vxg4(&server);
    let request = ClipsCreateRequest::from(client.as_ref());
    assert_eq!(
        request.send().await.unwrap_err().to_string(),
        "clips_create: the body is missing; set it with `.body(..)`"
    );
    assert!(server.received().is_empty());
}
