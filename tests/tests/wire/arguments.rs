//! Arguments of operations: their order, and the types that they accept.

use super::{angus, line, listener, sevensignal, sigsci, uuid, vxg2, vxg3, vxg4, vxg5};
use lorgnette_runtime::chrono::{FixedOffset, TimeZone, Utc};

#[tokio::test]
async fn test_all_versions_of_a_vendor_stand_side_by_side() {
    let server = listener().await;
    let url = server.address();
    let (v2, v3, v4, v5) = (vxg2(&server), vxg3(&server), vxg4(&server), vxg5(&server));
    let v6 = vxg::v6::Client::new(url).unwrap();
    let admin = vxg::admin::Client::new(url).unwrap();
    let gateway = vxg::gateway::Client::new(url).unwrap();
    // Methods of the same name belong to several of them.
    let _ = v2.cameras_list().send().await;
    let _ = admin.cameras_list().send().await;
    let _ = v3.channels_list().send().await;
    let _ = v5.channels_list().send().await;
    let _ = v4.clips_retrieve(7).send().await;
    let _ = v6.servers_retrieve(8).send().await;
    let _ = gateway.gateway_list().send().await;
    let received = server.received();
    assert_eq!(received.len(), 7);
    assert!(received[4].target.ends_with("/clips/7/"));
    assert!(received[5].target.ends_with("/servers/8/"));
}

#[tokio::test]
async fn test_arguments_are_in_the_order_of_the_path() {
    let server = listener().await;
    let _ = sigsci(&server)
        .edge_deployment_service_detach("acme", "shop", "sid")
        .send()
        .await;
    assert!(line(&server).starts_with("DELETE "));
    let (corp, site, service) = (
        line(&server).find("acme"),
        line(&server).find("shop"),
        line(&server).find("sid"),
    );
    assert!(
        corp.is_some() && corp < site && site < service,
        "{}",
        line(&server)
    );
}

#[tokio::test]
async fn test_bodies_are_taken_by_value_and_by_reference() {
    use vxg::v3::types::ChannelCreate;
    let server = listener().await;
    let channel = ChannelCreate::new("Door");
    let client = vxg3(&server);
    let _ = client.channels_create(&channel).send().await;
    let _ = client.channels_create(channel).send().await;
    let received = server.received();
    assert_eq!(received[0].text(), received[1].text());
    assert!(received[0].text().contains("Door"));
}

#[tokio::test]
async fn test_lists_of_a_body_are_taken_by_value_and_by_reference() {
    use vxg::v4::types::MetaDocumentRef;
    let server = listener().await;
    let documents = vec![MetaDocumentRef::new("d-1"), MetaDocumentRef::new("d-2")];
    let client = vxg4(&server);
    let _ = client.meta_delete(&documents).send().await;
    let _ = client.meta_delete(documents.iter().rev()).send().await;
    let _ = client.meta_delete(documents).send().await;
    let received = server.received();
    assert_eq!(received[0].text(), received[2].text());
    assert!(
        received[1].text().starts_with(r#"[{"id":"d-2""#),
        "{}",
        received[1].text()
    );
}

#[tokio::test]
async fn test_dates_are_taken_from_any_time_zone() {
    let server = listener().await;
    let zone = FixedOffset::east_opt(7200).unwrap();
    let client = angus(&server);
    let utc = Utc.with_ymd_and_hms(2026, 1, 2, 3, 4, 5).unwrap();
    let call = || client.entities_list().metrics(["Exits"]);
    let _ = call().from_date(utc.with_timezone(&zone)).send().await;
    let _ = call().from_date(utc).send().await;
    let _ = call().from_date(std::time::SystemTime::from(utc)).send().await;
    let received = server.received();
    assert!(
        received[0]
            .target
            .contains("from_date=2026-01-02T05%3A04%3A05%2B02%3A00")
    );
    assert_eq!(received[1].target, received[2].target);
    assert!(
        received[1].target.contains("03%3A04%3A05"),
        "{}",
        received[1].target
    );
}

#[tokio::test]
async fn test_lists_are_taken_from_what_becomes_their_items() {
    let server = listener().await;
    let client = sevensignal(&server);
    let _ = client.groups().ids([uuid()]).send().await;
    let _ = client.groups().ids(std::iter::once(uuid())).send().await;
    let received = server.received();
    assert_eq!(received[0].target, received[1].target);
    assert!(received[0].target.contains(&uuid().to_string()));
}
