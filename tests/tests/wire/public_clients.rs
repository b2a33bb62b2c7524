//! Requests that the vendors' public clients make, and responses that they read, expressed by typed
//! calls. `specs/EVIDENCE.md` lists the clients.

use super::{
    ApiServer, CannedResponse, line, listener, server, sevensignal, sigsci, vxg_gateway, vxg3, vxg6,
};

#[tokio::test]
async fn test_sigsci_lists_take_the_limit_that_clients_send() {
    let server = listener().await;
    let client = sigsci(&server);
    let call = client.site_lists_list("acme", "shop");
    let _ = call.limit(100).send().await;
    assert_eq!(line(&server), "GET /corps/acme/sites/shop/lists?limit=100");
}

#[tokio::test]
async fn test_sigsci_times_are_relative_or_in_seconds() {
    use sigsci_v0::types::Time;
    let server = listener().await;
    let client = sigsci(&server);
    let call = client.events_list("acme", "shop");
    let call = call
        .from(Time::Text("-1h".into()))
        .until(Time::Integer(1_714_521_600));
    let _ = call.send().await;
    assert_eq!(
        line(&server),
        "GET /corps/acme/sites/shop/events?from=-1h&until=1714521600"
    );
}

#[tokio::test]
async fn test_sigsci_analytics_events_give_all_pages() {
    use sigsci_v0::types::Time;
    let next = "/corps/acme/sites/shop/analytics/events?page=2";
    let first = format!(r#"{{"data": [{{"id": "a"}}], "next": {{"uri": "{next}"}}}}"#);
    let last = r#"{"data": [{"id": "b"}], "next": {"uri": ""}}"#;
    let answers = [CannedResponse::json(200, &first), CannedResponse::json(200, last)];
    let server = ApiServer::start(answers).await.unwrap();
    let client = sigsci(&server);
    let call = client.analytics_events_list("acme", "shop");
    let call = call.from(Time::Text("-7d".into())).limit(1).page(1);
    let mut events = call.stream();
    let mut ids = Vec::new();
    while let Some(event) = events.item().await.unwrap() {
        ids.push(event["id"].clone());
    }
    assert_eq!(ids, ["a", "b"]);
    let received = server.received();
    assert_eq!(
        received[0].target,
        "/corps/acme/sites/shop/analytics/events?from=-7d&limit=1&page=1"
    );
    assert_eq!(received[1].target, next);
}

#[tokio::test]
async fn test_sigsci_list_is_replaced_by_the_body_of_creation() {
    use sigsci_v0::types::{ListCreate, ListType};
    let server = listener().await;
    let client = sigsci(&server);
    let list = ListCreate::new("offices", ListType::Ip, ["192.0.2.7"]);
    let _ = client
        .site_list_replace("acme", "shop", "site.offices", &list)
        .send()
        .await;
    assert_eq!(
        server.received()[0].text(),
        r#"{"name":"offices","type":"ip","entries":["192.0.2.7"]}"#
    );
}

#[tokio::test]
async fn test_sigsci_template_is_read_in_both_spellings() {
    let body = r#"{"alerts": [
        {"tag_name": "LOGINATTEMPT", "field_name": "remoteIP", "created_by": "ada@example.com"},
        {"tagName": "LOGINFAILURE", "fieldName": "remoteIP", "createdBy": "ada@example.com"}
    ]}"#;
    let server = server(CannedResponse::json(200, body)).await;
    let client = sigsci(&server);
    let call = client.site_template_get("acme", "shop", "LOGINATTEMPT");
    let template = call.send().await.unwrap();
    let alerts = &template.alerts;
    let tags: Vec<_> = alerts
        .iter()
        .map(|alert| alert.tag_name.as_deref().unwrap())
        .collect();
    assert_eq!(tags, ["LOGINATTEMPT", "LOGINFAILURE"]);
    for alert in alerts {
        assert_eq!(alert.created_by.as_deref(), Some("ada@example.com"));
        assert!(alert.field_name.is_some());
    }
}

#[tokio::test]
async fn test_sigsci_integration_is_updated_with_the_events_it_was_made_of() {
    use sigsci_v0::types::IntegrationUpdate;
    let body = r#"{"id": "1", "events": ["flag", "somethingNew"]}"#;
    let answers = [CannedResponse::json(200, body), CannedResponse::empty(204)];
    let server = ApiServer::start(answers).await.unwrap();
    let client = sigsci(&server);
    let call = client.corp_integration_get("acme", "1");
    let integration = call.send().await.unwrap();
    let mut changes = IntegrationUpdate::default();
    changes.events = Some(integration.events.clone());
    client
        .corp_integration_update("acme", "1", &changes)
        .send()
        .await
        .unwrap();
    assert_eq!(
        server.received()[1].text(),
        r#"{"events":["flag","somethingNew"]}"#
    );
}

#[tokio::test]
#[allow(deprecated)] // the rules that the older client copies from site to site
async fn test_sigsci_legacy_rule_says_its_type_and_actions() {
    let rule = r#"{"id":"1","type":"signal","actions":[{"type":"excludeSignal"}]}"#;
    let answers = [
        CannedResponse::json(200, &format!(r#"{{"data": [{rule}]}}"#)),
        CannedResponse::json(201, rule),
    ];
    let server = ApiServer::start(answers).await.unwrap();
    let client = sigsci(&server);
    let call = client.signal_rules_list("acme", "shop");
    let rules = call.limit(100).send().await.unwrap();
    let rule_read = &rules.data[0];
    assert_eq!(rule_read.actions.as_ref().unwrap().len(), 1);
    client
        .signal_rule_create("acme", "shop", rule_read)
        .send()
        .await
        .unwrap();
    assert_eq!(server.received()[1].text(), rule);
}

#[tokio::test]
async fn test_sigsci_site_is_created_with_its_members() {
    use sigsci_v0::types::{SiteCreate, SiteCreateExpand};
    let server = listener().await;
    let client = sigsci(&server);
    let site = SiteCreate::new("shop", "Shop");
    let _ = client
        .site_create("acme", &site)
        .expand(SiteCreateExpand::Members)
        .send()
        .await;
    assert_eq!(line(&server), "POST /corps/acme/sites?expand=members");
}

#[tokio::test]
async fn test_sevensignal_members_of_the_samples_are_read() {
    let organization = r#"{"connection": {"id": "c-1"}, "isSuspended": false}"#;
    let kpi = r#"{"kpiCode": "K", "measurements24GHz": [{"slaValue": 0.9, "targetValue": 1,
        "worstKpiName": "Ping", "slaParameters": {"thresholdMap": {"GREEN": 95}}}]}"#;
    let answers = [
        CannedResponse::json(200, &format!(r#"{{"results": [{organization}]}}"#)),
        CannedResponse::json(200, r#"{"results": [{"roleKey": "reader"}]}"#),
        CannedResponse::json(200, &format!(r#"{{"range": {{}}, "results": [{kpi}]}}"#)),
    ];
    let server = ApiServer::start(answers).await.unwrap();
    let client = sevensignal(&server);
    let organizations = client.organizations().send().await.unwrap();
    let organization = &organizations.results[0];
    let connection = organization.connection.as_ref().unwrap();
    assert_eq!(
        (connection.id.as_deref(), organization.is_suspended),
        (Some("c-1"), Some(false))
    );
    let users = client.users().send().await.unwrap();
    assert_eq!(users.results[0].role_key.as_deref(), Some("reader"));
    #[allow(deprecated)] // the vendor's sample calls it
    let kpis = client
        .sensor_kpis_by_organization()
        .kpi_codes(["K"])
        .send()
        .await
        .unwrap();
    assert_eq!(kpis.range.as_ref().unwrap().total, None);
    let measured = &kpis.results[0].measurements24_ghz[0];
    assert_eq!(
        (measured.sla_value, measured.target_value),
        (Some(0.9), Some(1.0))
    );
    assert_eq!(measured.worst_kpi_name.as_deref(), Some("Ping"));
    let parameters = measured.sla_parameters.as_ref().unwrap();
    assert!((parameters.threshold_map["GREEN"] - 95.0).abs() < f64::EPSILON);
}

#[tokio::test]
async fn test_sevensignal_test_id_is_handed_on_as_it_came() {
    use sevensignal_v2::types::{PacketCaptureTestRequest, PacketCaptureTestRequestMode};
    let answers = [
        CannedResponse::json(200, r#"{"testId": "test123"}"#),
        CannedResponse::json(200, r#"{"testId": "test123", "runStatus": "RUNNING"}"#),
    ];
    let server = ApiServer::start(answers).await.unwrap();
    let client = sevensignal(&server);
    let request = PacketCaptureTestRequest::new(PacketCaptureTestRequestMode::Channel, 10);
    let call = client.start_packet_capture(7).body(&request);
    let started = call.send().await.unwrap().into_inner();
    assert_eq!(
        client
            .packet_capture_status(7, started.test_id.unwrap())
            .send()
            .await
            .unwrap()
            .test_id,
        "test123"
    );
    assert_eq!(
        server.received()[1].target,
        "/on-demand-tests/sensors/7/packet-capture/test123"
    );
}

#[tokio::test]
async fn test_vxg_relay_goes_into_a_channel_as_it_came() {
    use vxg_v3::types::{ChannelCreate, IntegerOrText};
    for (id, sent, expected) in [
        ("6", r#""relay_to":6"#, IntegerOrText::Integer(6)),
        (r#""6""#, r#""relay_to":"6""#, IntegerOrText::Text("6".into())),
    ] {
        let relays = format!(r#"{{"objects": [{{"id": {id}}}]}}"#);
        let answers = [
            CannedResponse::json(200, &relays),
            CannedResponse::json(201, "{}"),
        ];
        let server = ApiServer::start(answers).await.unwrap();
        let client = vxg3(&server);
        let relays = client
            .server_relays_list()
            .name("VXG Cloud")
            .send()
            .await
            .unwrap();
        assert_eq!(relays.objects[0].id, Some(expected));
        let mut channel = ChannelCreate::new("Test_relay");
        channel.relay_to.clone_from(&relays.objects[0].id);
        client.channels_create(&channel).send().await.unwrap();
        let body = server.received()[1].text().clone();
        assert!(body.contains(sent), "{body}");
    }
}

#[tokio::test]
async fn test_vxg_servers_are_listed_registered_and_taken_away() {
    use vxg_v6::types::{AdminServerCreate, ServersListDetail};
    let registered = r#"{"id": 7, "online": false, "owner": 12345, "uuid": "A-B", "l_key": "srv.key"}"#;
    let answers = [
        CannedResponse::json(
            200,
            r#"{"meta": {"next": null}, "objects": [{"id": 7, "online": true}]}"#,
        ),
        CannedResponse::json(201, registered),
        CannedResponse::empty(204),
    ];
    let server = ApiServer::start(answers).await.unwrap();
    let client = vxg6(&server);
    let call = client
        .servers_list()
        .detail(ServersListDetail::Detail)
        .limit(1000)
        .is_owner(true);
    assert_eq!(call.send().await.unwrap().objects[0].online, Some(true));
    let body = AdminServerCreate::new("A-B", 12345);
    let made = client.admin_servers_create(&body).send().await.unwrap();
    assert_eq!((made.id, made.owner, &made.token), (Some(7), Some(12345), &None));
    client.admin_servers_delete(7).send().await.unwrap();
    let received = server.received();
    let lines: Vec<_> = received.iter().map(|request| request.target.as_str()).collect();
    assert_eq!(
        lines,
        [
            "/servers/?limit=1000&detail=detail&is_owner=true",
            "/admin/servers/",
            "/admin/servers/7/",
        ]
    );
    assert_eq!(received[1].text(), r#"{"uuid":"A-B","owner":12345}"#);
}

#[tokio::test]
async fn test_vxg_gateway_is_found_and_gets_a_camera() {
    use vxg_gateway_v1::types::{GatewayCameraCreate, IntegerOrText};
    let gateways = r#"{"objects": [{"id": 3, "meta": {"gateway_id": "G-1", "siteId": "9"}}]}"#;
    let answers = [
        CannedResponse::json(200, gateways),
        CannedResponse::json(201, r#"{"id": 17}"#),
    ];
    let server = ApiServer::start(answers).await.unwrap();
    let client = vxg_gateway(&server);
    let call = client.gateway_list().params(r#"{"include_meta": true}"#);
    let gateways = call.send().await.unwrap();
    let meta = gateways.objects[0].meta.as_ref().unwrap();
    assert_eq!(meta.gateway_id.as_deref(), Some("G-1"));
    let mut camera =
        GatewayCameraCreate::new("one", "America/Toronto", "192.168.0.2", 80, 554, "admin", "pass");
    camera.guuid = meta.gateway_id.clone();
    assert_eq!(
        client
            .gateway_camera_create("3", &camera)
            .send()
            .await
            .unwrap()
            .id,
        Some(IntegerOrText::Integer(17))
    );
    let received = server.received();
    assert_eq!(
        received[0].target,
        "/gateway?params=%7B%22include_meta%22%3A%20true%7D"
    );
    assert_eq!(received[1].target, "/gateway/3/camera");
    assert!(received[1].text().contains(r#""guuid":"G-1""#));
}
