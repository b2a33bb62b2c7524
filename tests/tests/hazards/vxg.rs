//! The hazards in VXG's contracts.

use crate::support::{line, listener, naive, only, read, server, vxg2, vxg4, written};
use lorgnette_runtime::authenticate::{Fields, Origin, StaticFields};
use lorgnette_runtime::{Nullable, Secret};
use lorgnette_tests::server::{ApiServer, CannedResponse, ReceivedRequest};

/// A v4 client with an access token, as the adapter makes one.
fn with_token(server: &ApiServer) -> vxg_v4::Client {
    let token = Fields::new()
        .header_with_word("authorization", "Acc", &Secret::new("dG9rZW4="))
        .unwrap();
    let origin = Origin::of(&server.address().parse().unwrap()).unwrap();
    let builder = vxg_v4::Client::builder(&format!("{}/api/v4", server.address()));
    builder
        .authenticate(StaticFields::new(origin, token))
        .build()
        .unwrap()
}

#[tokio::test]
async fn test_ptz_preset_id_as_number_and_as_text() {
    use vxg_v2::types::{IntegerOrText, PtzPresetGoto};
    let body = r#"{"objects": [{"id": 1, "name": "door"}, {"id": "Preset_2"}]}"#;
    let answers = [
        CannedResponse::json(200, body),
        CannedResponse::empty(204),
        CannedResponse::empty(204),
    ];
    let server = ApiServer::start(answers).await.unwrap();
    let client = vxg2(&server);
    let presets = client.cameras_ptz_presets_list(7).send().await.unwrap();
    assert_eq!(presets.objects[0].id, Some(IntegerOrText::Integer(1)));
    assert_eq!(
        presets.objects[1].id,
        Some(IntegerOrText::Text("Preset_2".into()))
    );
    // Each is written back in its own form.
    for preset in &presets.objects {
        let goto = PtzPresetGoto::new(preset.id.clone().unwrap());
        let call = client.cameras_ptz_presets_goto(7, &goto);
        call.send().await.unwrap();
    }
    let bodies: Vec<String> = server.received()[1..].iter().map(ReceivedRequest::text).collect();
    assert_eq!(bodies, [r#"{"id":1}"#, r#"{"id":"Preset_2"}"#]);
}

#[test]
fn test_keys_that_are_data() {
    let timeline: vxg_v2::types::TimelineList =
        read(r#"{"objects": [{"60": [["2016-06-08T19:59:25", 60]], "3600": []}]}"#);
    let slices: Vec<&String> = timeline.objects[0].keys().collect();
    assert_eq!(slices, ["3600", "60"]);
    assert_eq!(timeline.objects[0]["60"][0][0], "2016-06-08T19:59:25");
}

#[tokio::test]
async fn test_fields_are_absent_unless_detail_is_asked_for() {
    use vxg_v2::types::Detail;
    let answers = [
        r#"{"id": 7}"#,
        r#"{"id": 7, "latitude": 48.85661400000001, "access": ["watch"]}"#,
    ];
    let server = ApiServer::start(answers.map(|body| CannedResponse::json(200, body)))
        .await
        .unwrap();
    let client = vxg2(&server);
    let short = client.cameras_retrieve(7).send().await.unwrap();
    assert_eq!((short.latitude, short.access.len()), (None, 0));
    let long = client.cameras_retrieve(7).detail(Detail::Detail);
    let long = long.send().await.unwrap();
    assert_eq!(
        (long.latitude, long.access.len()),
        (Some(48.856_614_000_000_01), 1)
    );
    assert_eq!(server.received()[1].target, "/cameras/7/?detail=detail");
}

#[tokio::test]
async fn test_flag_with_an_empty_value() {
    let server = listener().await;
    let _ = vxg2(&server).storage_clips_list().usecamtz("").send().await;
    assert_eq!(line(&server), "GET /storage/clips/?usecamtz=");
}

#[tokio::test]
async fn test_bare_json_array_as_request() {
    use vxg_v2::types::RecordUploadItem;
    let server = listener().await;
    let record = RecordUploadItem::new(naive("2016-06-08T19:59:25"), 60, 1024);
    let call = vxg2(&server);
    let call = call.camsess_records_upload(3, [record]);
    let _ = call.send().await;
    assert_eq!(
        only(&server).text(),
        r#"[{"time":"2016-06-08T19:59:25","duration":60,"size":1024}]"#
    );
}

#[tokio::test]
async fn test_body_that_may_be_an_empty_object() {
    let answers = [CannedResponse::json(200, "{}"), CannedResponse::json(200, "{}")];
    let server = ApiServer::start(answers).await.unwrap();
    let client = vxg2(&server);
    // Set to an empty value, it is an object; unset, it is absent.
    let call = client.cmngrs_reset(1).body(lorgnette_runtime::BTreeMap::new());
    call.send().await.unwrap();
    client.cmngrs_reset(1).send().await.unwrap();
    let received = server.received();
    assert_eq!(
        (received[0].text().as_str(), received[1].text().as_str()),
        ("{}", "")
    );
    assert_eq!(received[1].header("content-length"), Some("0"));
}

#[tokio::test]
async fn test_upload_by_an_address_that_the_api_hands_out() {
    use vxg_v4::types::RecordUploadItem;
    let storage = listener().await;
    let ticket = format!(
        r#"{{"expire": "2016-06-08T20:59:25", "urls": ["{}/v.mp4?X-Signature=ab%2B"]}}"#,
        storage.address()
    );
    let api = server(CannedResponse::json(200, &ticket)).await;
    let client = with_token(&api);
    let record = RecordUploadItem::new(naive("2016-06-08T19:59:25"), 60, 3);
    let ticket = client
        .storage_records_upload_create([record])
        .send()
        .await
        .unwrap();
    assert_eq!(only(&api).header("authorization"), Some("Acc dG9rZW4="));
    // Requests outside the contract use the HTTP client below, which has no credentials.
    let upload = client.as_ref().http().put(ticket.urls[0].expose());
    let answer = upload
        .header("content-type", "video/mp4")
        .body("mp4")
        .send()
        .await;
    assert_eq!(answer.unwrap().status(), 204);
    let request = only(&storage);
    assert_eq!((request.method.as_str(), request.text()), ("PUT", "mp4".into()));
    assert_eq!(request.target, "/v.mp4?X-Signature=ab%2B");
    assert_eq!(request.header("authorization"), None);
}

#[tokio::test]
async fn test_polling_until_pending_ends() {
    use vxg_v4::types::ClipStatus;
    let states = ["pending", "pending", "done"].map(|status| format!(r#"{{"id": 5, "status": "{status}"}}"#));
    let server = ApiServer::start(states.map(|body| CannedResponse::json(200, &body)))
        .await
        .unwrap();
    let client = vxg4(&server);
    let mut clip = client.clips_retrieve(5).send().await.unwrap();
    while clip.status == Some(ClipStatus::Pending) {
        clip = client.clips_retrieve(5).send().await.unwrap();
    }
    assert_eq!(clip.status, Some(ClipStatus::Done));
    assert_eq!(server.received().len(), 3);
}

#[test]
fn test_enums_are_open_throughout() {
    use vxg_v4::types::{ClipStatus, RecMode};
    let clip: vxg_v4::types::Clip = read(r#"{"status": "queued"}"#);
    assert_eq!(clip.status, Some(ClipStatus::Unknown("queued".into())));
    let camera: vxg_v2::types::Camera = read(r#"{"status": "dreaming", "rec_mode": "on"}"#);
    assert_eq!(camera.status.unwrap(), "dreaming");
    assert_eq!(written(&RecMode::from("on_sundays")), r#""on_sundays""#);
}

#[tokio::test]
async fn test_delete_with_a_json_body() {
    use vxg_v4::types::{MetaDocumentRef, MetaFilterNode, MetaFilterQuery};
    let server = ApiServer::start([CannedResponse::empty(204), CannedResponse::empty(204)])
        .await
        .unwrap();
    let client = vxg4(&server);
    let call = client.meta_delete([MetaDocumentRef::new("d-1")]);
    call.send().await.unwrap();
    let mut node = MetaFilterNode::default();
    (node.field, node.gte) = (Some("score".into()), Some(0.5.into()));
    let mut query = MetaFilterQuery::default();
    query.filter = Some(node);
    client.meta_filter_delete(&query).send().await.unwrap();
    let sent: Vec<(String, String, String)> = server
        .received()
        .into_iter()
        .map(|request| (request.method.clone(), request.target.clone(), request.text()))
        .collect();
    let expected = [
        ("DELETE", "/meta/", r#"[{"id":"d-1"}]"#),
        (
            "DELETE",
            "/meta/filter/",
            r#"{"filter":{"field":"score","gte":0.5}}"#,
        ),
    ];
    for (sent, expected) in sent.iter().zip(expected) {
        assert_eq!((sent.0.as_str(), sent.1.as_str(), sent.2.as_str()), expected);
    }
    assert_eq!(
        server.received()[0].header("content-type"),
        Some("application/json")
    );
}

#[tokio::test]
async fn test_live_watch_answers_503_while_a_stream_starts() {
    let answers = [
        CannedResponse::json(503, r#"{"status": 503}"#).header("retry-after", "0"),
        CannedResponse::json(503, r#"{"status": 503}"#).header("retry-after", "0"),
        CannedResponse::json(200, r#"{"hls": "https://live.example/1.m3u8"}"#),
    ];
    let server = ApiServer::start(answers).await.unwrap();
    let live = vxg4(&server).live_watch_retrieve().send().await.unwrap();
    assert_eq!(
        live.hls.as_ref().map(Secret::expose),
        Some("https://live.example/1.m3u8")
    );
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn test_pre_signed_download_is_fetched_without_the_authorization_header() {
    let storage = server(CannedResponse::new(200, "video/mp4", "mp4")).await;
    let record = format!(
        r#"{{"id": 1, "url": "{}/1.mp4?X-Signature=a"}}"#,
        storage.address()
    );
    let api = server(CannedResponse::json(200, &record)).await;
    let client = with_token(&api);
    let record = client.storage_records_retrieve(1).send().await;
    let url = record.unwrap().into_inner().url.unwrap();
    let video = client.as_ref().http().get(url.expose()).send().await.unwrap();
    assert_eq!(video.bytes().await.unwrap(), "mp4");
    assert_eq!(only(&api).header("authorization"), Some("Acc dG9rZW4="));
    assert_eq!(only(&storage).header("authorization"), None);
}

#[tokio::test]
async fn test_put_takes_a_partial_body() {
    use vxg_v2::types::CameraUpdate;
    let server = listener().await;
    let mut change = CameraUpdate::default();
    change.name = Some("gate".into());
    change.url = Nullable::Null;
    let call = vxg2(&server);
    let _ = call.cameras_update(7, &change).send().await;
    let request = only(&server);
    assert_eq!(
        (request.method.as_str(), request.text()),
        ("PUT", r#"{"name":"gate","url":null}"#.into())
    );
}

#[test]
fn test_meta_and_channels_replace_what_was_stored() {
    use vxg_v3::types::{ChannelGroupUpdate, ChannelUpdate};
    // So they are present only if set; empty, they remove everything.
    assert_eq!(written(&ChannelUpdate::default()), "{}");
    let mut group = ChannelGroupUpdate::default();
    group.channels = Some(vec![]);
    assert_eq!(written(&group), r#"{"channels":[]}"#);
    let mut channel = ChannelUpdate::default();
    channel.meta = Nullable::Value(lorgnette_runtime::BTreeMap::new());
    assert_eq!(written(&channel), r#"{"meta":{}}"#);
}

#[tokio::test]
async fn test_http_and_a_path_prefix_are_normal_on_premise() {
    let server = listener().await;
    let address = format!("{}/site-7/svc/", server.address());
    assert!(address.starts_with("http://"));
    let client = vxg_v4::Client::new(&address).unwrap();
    let _ = client.channel_retrieve().send().await;
    assert_eq!(line(&server), "GET /site-7/svc/channel/");
}

#[tokio::test]
async fn test_paths_end_in_a_slash_but_for_aliases() {
    let server = ApiServer::start([CannedResponse::json(200, "{}"), CannedResponse::json(200, "{}")])
        .await
        .unwrap();
    let client = crate::support::vxg3(&server);
    client.channels_list().send().await.unwrap();
    client.aliases_list().send().await.unwrap();
    let targets: Vec<String> = server
        .received()
        .into_iter()
        .map(|request| request.target)
        .collect();
    assert_eq!(targets, ["/channels/", "/aliases"]);
}
