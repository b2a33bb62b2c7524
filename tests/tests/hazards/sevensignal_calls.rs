//! The hazards in 7SIGNAL's contract that affect calls: numbers, times, bodies and responses.

use crate::support::{line, listener, only, read, server, sevensignal, uuid, written};
use lorgnette_tests::server::{ApiServer, CannedResponse};
use sevensignal_v2::types::*;

// Numbers and times

#[tokio::test]
async fn test_id_42_typed_number_goes_out_as_42() {
    let server = listener().await;
    let _ = sevensignal(&server)
        .sensor_access_points()
        .sensor_id(42)
        .signal_strength_min(-70)
        .send()
        .await;
    assert_eq!(
        line(&server),
        "GET /access-points/sensors?sensorId=42&signalStrengthMin=-70"
    );

    let server = listener().await;
    let network = PostSensorNetworkRequest::new("guest", 42);
    let _ = sevensignal(&server).create_sensor_network(&network).send().await;
    assert_eq!(only(&server).text(), r#"{"name":"guest","networkKeyId":42}"#);
    let point: SensorAccessPoint = read(r#"{"id": 42.0}"#);
    assert_eq!(point.id, Some(42));
}

#[tokio::test]
async fn test_1673970951000_is_not_1_673970951e12() {
    // `format: datetime` on a `number`: epoch milliseconds.
    let server = listener().await;
    let client = sevensignal(&server);
    #[allow(deprecated)]
    let call = client.agent_kpis_all();
    let _ = call.from(1_673_970_951_000).send().await;
    assert_eq!(line(&server), "GET /kpis/agents?from=1673970951000");
    // The value is the same in each spelling of the server.
    for written in ["1673970951000", "1.673970951e12", "1673970951000.0"] {
        let agent: EyesAgent = read(&format!(r#"{{"lastSeen": {written}}}"#));
        assert_eq!(agent.last_seen, Some(1_673_970_951_000));
    }
}

#[test]
fn test_integer_without_format_does_not_overflow_32_bits() {
    let range = r#"{"to":1673970951000,"toAsDateString":"","from":1,"fromAsDateString":"","total":9007199254740993,"duration":86400000,"durationAsString":""}"#;
    let read_back: Range = read(range);
    assert_eq!(
        (read_back.to, read_back.total),
        (Some(1_673_970_951_000), Some(9_007_199_254_740_993))
    );
    assert_eq!(written(&read_back), range);
}

#[tokio::test]
async fn test_date_time_with_its_zone_in_brackets_is_read() {
    let body = r#"{"results": [], "range": {"to": 1674057080437, "toAsDateString": "2023-01-18T15:51:20.437Z[UTC]",
        "from": 1, "fromAsDateString": "2023-01-17T15:51:20.437+02:00[Europe/Helsinki]", "total": 1, "duration": 1,
        "durationAsString": "1d"}}"#;
    let server = server(CannedResponse::json(200, body)).await;
    let answer = sevensignal(&server).agent_incidents().send().await.unwrap();
    let range = answer.range.as_ref().unwrap();
    assert_eq!(
        range.to_as_date_string.as_deref(),
        Some("2023-01-18T15:51:20.437Z[UTC]")
    );
    // If a contract calls such text a `date-time`, it is read as one.
    let time: Vec<lorgnette_runtime::DateTime> =
        lorgnette_runtime::codec::from_json(br#"["2023-01-18T15:51:20.437Z[UTC]"]"#).unwrap();
    assert_eq!(time[0].to_rfc3339(), "2023-01-18T15:51:20.437+00:00");
}

// Secrets

/// A network key as the server shows it, with masked secrets.
fn masked() -> NetworkKey {
    read(
        r#"{"id": 7, "name": "guest", "type": "WPA2", "usePassphrase": true, "passphraseOrPsk": "********"}"#,
    )
}

#[tokio::test]
async fn test_masked_secret_is_never_sent_back_by_accident() {
    let key = masked();
    assert!(key.passphrase_or_psk.as_ref().unwrap().is_mask());
    // A client that wrote back the key as it was read would destroy the passphrase.
    let server = listener().await;
    let mut change = PostNetworkKeyRequest::new(NetworkKeyType::Wpa2, "guests");
    change.passphrase_or_psk = key.passphrase_or_psk;
    let client = sevensignal(&server);
    let call = client.replace_sensor_network_key(7, &change);
    let error = call.send().await.unwrap_err();
    assert!(
        error.is_build() && error.to_string().contains("passphraseOrPsk"),
        "{error}"
    );
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn test_masked_secret_deep_in_a_body_is_not_sent_back_either() {
    let server = listener().await;
    let mut change = PostNetworkKeyRequest::new(NetworkKeyType::WpaEap, "corporate");
    let mut inner = PeapInnerAuthentication::default();
    inner.private_key_password = Some("*****".into());
    change.inner_authentication = Some(InnerAuthentication::PeapInnerAuthentication(inner));
    let client = sevensignal(&server);
    let call = client.replace_sensor_network_key(7, &change);
    let error = call.send().await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("innerAuthentication.privateKeyPassword"),
        "{error}"
    );
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn test_masked_secret_is_sent_back_on_purpose() {
    let server = listener().await;
    let mut change = PostNetworkKeyRequest::new(NetworkKeyType::Wpa2, "guests");
    change.passphrase_or_psk = Some(lorgnette_runtime::Secret::masked_on_purpose("********"));
    let _ = sevensignal(&server)
        .replace_sensor_network_key(7, &change)
        .send()
        .await;
    assert_eq!(
        only(&server).text(),
        r#"{"type":"WPA2","name":"guests","passphraseOrPsk":"********"}"#
    );
}

#[tokio::test]
async fn test_put_that_replaces_everything_holds_what_was_set_and_nothing_else() {
    let server = listener().await;
    let mut change = AlertRuleRequest::new(
        "rssi",
        vec![Dimension::Band],
        AggregationFunction::Min,
        -70.0,
        ThresholdOperator::LessThan,
    );
    change.enabled = Some(false);
    let _ = sevensignal(&server)
        .replace_alert_rule(uuid(), &change)
        .send()
        .await;
    let request = only(&server);
    assert_eq!(request.method, "PUT");
    assert_eq!(
        request.text(),
        r#"{"metric":"rssi","dimensionSet":["band"],"aggregationFunction":"min","thresholdValue":-70,"thresholdOperator":"<","enabled":false}"#
    );
}

// Shapes of bodies

#[tokio::test]
async fn test_free_form_objects_are_kept_as_they_are() {
    let json = r#"{"metric":"m","dimensionSet":[],"dimensionFilters":{"band":{"in":["2.4",5]},"n":1},"aggregationFunction":"avg","thresholdValue":0.5,"thresholdOperator":">"}"#;
    let rule: AlertRuleRequest = read(json);
    assert_eq!(rule.dimension_filters.value().unwrap()["band"]["in"][1], 5);
    assert_eq!(written(&rule), json);
}

#[tokio::test]
async fn test_answer_that_is_a_map_or_a_bare_array() {
    let answers = [
        CannedResponse::json(200, r#"{"7f0c": {"updated": true}}"#),
        CannedResponse::json(200, r#"[{"incidents": []}]"#),
    ];
    let server = ApiServer::start(answers).await.unwrap();
    let client = sevensignal(&server);
    let answer = client
        .update_eyes_agents()
        .body(Vec::<sevensignal_v2::types::PatchBatchEyesAgentRequest>::new())
        .send()
        .await
        .unwrap();
    assert_eq!(answer["7f0c"]["updated"], true);
    let answer = client.alerting_incidents_by_rule().send().await.unwrap();
    assert_eq!(answer.len(), 1);
}

#[tokio::test]
async fn test_request_that_is_a_bare_array() {
    let server = listener().await;
    let _ = sevensignal(&server)
        .update_eyes_agents()
        .body([PatchBatchEyesAgentRequest::new(uuid())])
        .send()
        .await;
    assert_eq!(
        only(&server).text(),
        r#"[{"agentId":"7f0c6b0e-3c1c-4f0a-9d3b-1f5e2a6b7c8d"}]"#
    );
}

// Successes

#[tokio::test]
async fn test_success_as_200_201_202_or_204_without_a_body() {
    let answers = [200, 201, 202, 204].map(CannedResponse::empty);
    let server = ApiServer::start(answers).await.unwrap();
    let client = sevensignal(&server);
    let groups = UsersGroupsRequest::new(vec![uuid()]);
    let call = client.replace_user_groups(uuid(), &groups);
    assert_eq!(call.send().await.unwrap().status(), 200);
    let call = client.add_user_to_groups(uuid(), &groups);
    assert_eq!(call.send().await.unwrap().status(), 201);
    let call = client.delete_eyes_agent(uuid());
    assert_eq!(call.send().await.unwrap().status(), 202);
    let call = client.remove_user_from_group(uuid(), uuid());
    assert_eq!(call.send().await.unwrap().status(), 204);
}

#[tokio::test]
async fn test_two_content_types_of_one_binary_body_are_one_stream() {
    for media_type in ["application/octet-stream", "application/vnd.tcpdump.pcap"] {
        let server = server(CannedResponse::new(
            200,
            media_type,
            b"\xd4\xc3\xb2\xa1".as_slice(),
        ))
        .await;
        let client = sevensignal(&server);
        let call = client.download_packet_capture(42, uuid());
        let capture = call.send().await.unwrap().into_inner();
        let accepted = only(&server).header("accept").unwrap().to_owned();
        assert!(accepted.contains(media_type), "{accepted}");
        assert_eq!(capture.media_type(), Some(media_type));
        assert_eq!(capture.bytes(4).await.unwrap(), b"\xd4\xc3\xb2\xa1".as_slice());
    }
}

#[tokio::test]
async fn test_event_stream_is_a_stream_of_events() {
    let events = "data: The client\n\ndata: roams.\n\n";
    let server = server(CannedResponse::new(200, "text/event-stream", events)).await;
    let client = sevensignal(&server);
    let prompt = EyerisCreateStreamRequest::default();
    let call = client.stream_eyeris_analysis(&prompt);
    let mut events = call.send().await.unwrap().into_inner();
    let mut text = Vec::new();
    while let Some(event) = events.event().await.unwrap() {
        text.push(event.data);
    }
    assert_eq!(text, ["The client", "roams."]);
    assert_eq!(only(&server).header("accept"), Some("text/event-stream"));
}

// Errors that the contract does not declare

#[tokio::test]
async fn test_401_and_429_happen_on_operations_that_declare_neither() {
    for status in [401, 429] {
        let problem = format!(r#"{{"status": {status}, "message": "no", "requestId": "0a-1"}}"#);
        let server = server(CannedResponse::json(status, &problem)).await;
        let client = sevensignal_v2::Client::builder(server.address())
            .retry(lorgnette_runtime::retry::RetryPolicy::off())
            .build()
            .unwrap();
        let error = client.eyes_sensors().send().await.unwrap_err();
        assert_eq!(error.status().unwrap(), status);
        assert!(error.declared().is_none());
        assert_eq!(error.message().as_deref(), Some("no"));
        assert_eq!(error.request_id().as_deref(), Some("0a-1"));
    }
}

// Names

#[tokio::test]
async fn test_operation_ids_that_say_nothing_have_names_that_do() {
    // `PathAccessPointsAgents-post-n7p8`
    let server = listener().await;
    let _ = sevensignal(&server)
        .create_agent_access_points(Vec::<sevensignal_v2::types::AgentAccessPointRequest>::new())
        .send()
        .await;
    assert_eq!(line(&server), "POST /access-points/agents");
}

#[test]
fn test_19_deprecated_operations_say_so() {
    let root = lorgnette_tests::workspace::root().join("crates/sevensignal-v2/src/operations");
    let deprecated: Vec<String> = ["kpis.rs", "topologies.rs"]
        .iter()
        .flat_map(|file| {
            let source = std::fs::read_to_string(root.join(file)).unwrap();
            let lines: Vec<String> = source.lines().map(|line| line.trim().to_owned()).collect();
            let marked = lines
                .windows(3)
                .filter(|pair| pair[0].starts_with("#[deprecated"));
            let methods =
                marked.filter(|pair| pair[1].starts_with("pub fn ") && pair[1..].concat().contains("&self"));
            methods.map(|pair| pair[1].clone()).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(deprecated.len(), 19, "{deprecated:#?}");
}
