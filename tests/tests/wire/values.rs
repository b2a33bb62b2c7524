//! The forms of values in requests and in responses.

use super::{ApiServer, CannedResponse, angus, naive, server, sevensignal, uuid, vxg2, vxg4};

#[tokio::test]
async fn test_members_that_the_contract_does_not_know_are_ignored() {
    let server = server(CannedResponse::json(
        200,
        r#"{"new": {"deep": [1]}, "name": "lobby", "newer": null}"#,
    ))
    .await;
    let answer = sevensignal(&server).eyes_agent(uuid()).send().await.unwrap();
    assert_eq!(answer.name.as_deref(), Some("lobby"));
}

#[tokio::test]
async fn test_members_that_the_contract_allows_for_are_kept() {
    let server = server(CannedResponse::json(200, r#"{"id": 1, "colour": "red"}"#)).await;
    let clip = vxg4(&server).clips_retrieve(1).send().await.unwrap();
    assert_eq!(clip.additional_properties["colour"], "red");
}

#[tokio::test]
async fn test_value_unknown_to_an_enum_is_kept_and_sent_back() {
    use vxg_v4::types::{ChannelUpdate, RecMode};
    let answers = [
        CannedResponse::json(200, r#"{"rec_mode": "on_sundays"}"#),
        CannedResponse::json(200, "{}"),
    ];
    let server = ApiServer::start(answers).await.unwrap();
    let client = vxg4(&server);
    let channel = client.channel_retrieve().send().await.unwrap();
    assert_eq!(channel.rec_mode, Some(RecMode::Unknown("on_sundays".into())));
    let mut changes = ChannelUpdate::default();
    changes.rec_mode.clone_from(&channel.rec_mode);
    client.channel_update(&changes).send().await.unwrap();
    assert_eq!(server.received()[1].text(), r#"{"rec_mode":"on_sundays"}"#);
}

#[tokio::test]
async fn test_enum_of_numbers_keeps_what_it_does_not_know() {
    use sevensignal_v2::types::Band;
    let body = r#"{"results": [{"band": 2.40}, {"band": 5}, {"band": 6.5}]}"#;
    let server = server(CannedResponse::json(200, body)).await;
    let answer = sevensignal(&server).agent_incidents().send().await.unwrap();
    let bands: Vec<_> = answer
        .results
        .iter()
        .map(|incident| incident.band.clone().unwrap())
        .collect();
    assert_eq!(bands, [Band::TwoPointFourGhz, Band::FiveGhz, Band::Unknown(6.5)]);
}

#[tokio::test]
async fn test_whole_numbers_are_read_however_they_are_written() {
    let body =
        r#"{"lastSeen": 1.673970951E12, "lastTestSeen": 1673970951000.0, "numberOfTxSpatialStreams": 2}"#;
    let server = server(CannedResponse::json(200, body)).await;
    let agent = sevensignal(&server).eyes_agent(uuid()).send().await.unwrap();
    assert_eq!(agent.last_seen, Some(1_673_970_951_000));
    assert_eq!(agent.last_test_seen, Some(1_673_970_951_000));
    assert_eq!(agent.number_of_tx_spatial_streams, Some(2));
}

#[tokio::test]
async fn test_times_without_zone_are_read_with_any_number_of_decimals() {
    let body = r#"{"start": "2016-06-08T19:59:25", "end": "2016-06-08T19:59:25.123", "created": "2016-06-08T19:59:25.123456"}"#;
    let server = server(CannedResponse::json(200, body)).await;
    let clip = vxg4(&server).clips_retrieve(1).send().await.unwrap();
    assert_eq!(clip.start, Some(naive("2016-06-08T19:59:25")));
    assert_eq!(clip.end, Some(naive("2016-06-08T19:59:25.123")));
    assert_eq!(clip.created, Some(naive("2016-06-08T19:59:25.123456")));
}

#[tokio::test]
async fn test_times_with_a_zone_keep_their_offset() {
    use angus_v1::types::Metric;
    let body = r#"{"entities": {}, "from_date": "2017-09-03T05:45:00+02:00"}"#;
    let server = server(CannedResponse::json(200, body)).await;
    let page = angus(&server)
        .entities_list()
        .metrics(vec![Metric::Gender])
        .from_date(
            "2017-09-03T03:45:00Z"
                .parse::<lorgnette_runtime::DateTime>()
                .unwrap(),
        )
        .send()
        .await
        .unwrap();
    assert_eq!(page.from_date.unwrap().to_rfc3339(), "2017-09-03T05:45:00+02:00");
}

#[tokio::test]
async fn test_member_named_by_a_question_mark_is_read() {
    use angus_v1::types::Metric;
    let body = r#"{"entities": {"global": {"gender": {"?": 3, "female": 5}, "stop_time": {"value": null}}}}"#;
    let server = server(CannedResponse::json(200, body)).await;
    let client = angus(&server);
    let call = client.entities_list().metrics(vec![Metric::Gender]).from_date(
        "2017-09-03T05:45:00+02:00"
            .parse::<lorgnette_runtime::DateTime>()
            .unwrap(),
    );
    let page = call.send().await.unwrap();
    let entity = &page.entities["global"];
    assert_eq!(entity.gender.as_ref().unwrap().question, Some(3));
    assert_eq!(entity.stop_time.as_ref().unwrap().value, None);
}

#[tokio::test]
async fn test_value_of_two_types_is_read_as_the_one_it_is() {
    use vxg_v2::types::IntegerOrText;
    let body = r#"{"objects": [{"id": 1, "name": "a"}, {"id": "Preset_2"}]}"#;
    let server = server(CannedResponse::json(200, body)).await;
    let presets = vxg2(&server).cameras_ptz_presets_list(7).send().await.unwrap();
    assert!(matches!(presets.objects[0].id, Some(IntegerOrText::Integer(1))));
    assert!(matches!(&presets.objects[1].id, Some(IntegerOrText::Text(id)) if id == "Preset_2"));
}

#[tokio::test]
async fn test_scope_of_a_token_may_be_text_or_a_list() {
    use sevensignal_v2::types::{Oauth2AccessTokenResponseScope, Oauth2ClientCredentialsRequest};
    let token = |scope: &str| {
        CannedResponse::json(
            200,
            &format!(
                r#"{{"token_type": "Bearer", "access_token": "t", "expires_in": 86400, "scope": {scope}}}"#
            ),
        )
    };
    let server = ApiServer::start([token(r#""a b""#), token(r#"["a", "b"]"#)])
        .await
        .unwrap();
    let client = sevensignal(&server);
    let request = Oauth2ClientCredentialsRequest::new("client_credentials", "key", "secret");
    let first = client.create_access_token(&request).send().await.unwrap();
    assert_eq!(first.access_token.expose(), "t");
    assert!(matches!(&first.scope, Some(Oauth2AccessTokenResponseScope::Text(text)) if text == "a b"));
    let second = client.create_access_token(&request).send().await.unwrap();
    assert!(
        matches!(&second.scope, Some(Oauth2AccessTokenResponseScope::TextList(list)) if list == &["a", "b"])
    );
}
