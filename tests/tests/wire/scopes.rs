//! Parameters that are fixed once for many operations.

use super::{line, listener, sevensignal, sigsci};
use sigsci_v0::types::CorpUpdate;

#[tokio::test]
async fn test_scope_fixes_the_beginning_of_paths() {
    let server = listener().await;
    let client = sigsci(&server);
    let site = client.corp("acme").site("shop & more");
    let _ = site.site_lists_list().send().await;
    assert_eq!(line(&server), "GET /corps/acme/sites/shop%20%26%20more/lists");
}

#[tokio::test]
async fn test_outer_scope_has_the_operations_beside_the_inner_one() {
    let server = listener().await;
    let client = sigsci(&server);
    let corp = client.corp("acme");
    let _ = corp.corp_update(CorpUpdate::default()).send().await;
    let _ = corp.corp_user_get("a@b").send().await;
    let received = server.received();
    assert_eq!(received[0].target, "/corps/acme");
    assert_eq!(received[1].target, "/corps/acme/users/a%40b");
}

#[tokio::test]
async fn test_scope_fixes_a_parameter_of_the_query() {
    let server = listener().await;
    let client = sevensignal(&server);
    let organization = client.within_organization("o-1");
    let _ = organization.eyes_agents().send().await;
    let received = server.received();
    assert!(
        received[0].target.contains("organization=o-1"),
        "{}",
        received[0].target
    );
}
