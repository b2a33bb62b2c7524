//! The quirks that VXG's contracts name themselves, in `x-quirks`.

use crate::support::{line, listener, naive, only, read, server, vxg3, vxg4, vxg5, written};
use lorgnette_runtime::authenticate::{Fields, Origin, StaticFields};
use lorgnette_runtime::{Nullable, Secret};
use lorgnette_tests::server::{ApiServer, CannedResponse};

#[tokio::test]
async fn test_next_link_is_relative_to_the_host_root() {
    let pages = [
        r#"{"meta": {"next": "/site-7/api/v3/channels/?limit=1&offset=1", "previous": null}, "objects": [{"id": 1}]}"#,
        r#"{"meta": {"next": null, "previous": "/site-7/api/v3/channels/?limit=1"}, "objects": [{"id": 2}]}"#,
    ];
    let server = ApiServer::start(pages.map(|body| CannedResponse::json(200, body)))
        .await
        .unwrap();
    let client = vxg_v3::Client::new(&format!("{}/site-7/api/v3", server.address())).unwrap();
    let mut channels = client.channels_list().limit(1).stream();
    let mut ids = Vec::new();
    while let Some(channel) = channels.item().await.unwrap() {
        ids.push(channel.id.unwrap());
    }
    assert_eq!(ids, [1, 2]);
    let targets: Vec<String> = server
        .received()
        .into_iter()
        .map(|request| request.target)
        .collect();
    assert_eq!(
        targets,
        [
            "/site-7/api/v3/channels/?limit=1",
            "/site-7/api/v3/channels/?limit=1&offset=1"
        ]
    );
}

#[tokio::test]
async fn test_next_and_previous_are_null_at_the_ends() {
    let body = r#"{"meta": {"limit": 20, "offset": 0, "total_count": 1, "next": null, "previous": null}, "objects": [{"id": 1}]}"#;
    let server = server(CannedResponse::json(200, body)).await;
    let mut pages = vxg3(&server).channels_list().pages();
    let page = pages.page().await.unwrap().unwrap();
    assert_eq!(page.meta.as_ref().unwrap().next, None);
    assert!(pages.page().await.unwrap().is_none());
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn test_timestamps_are_read_with_0_3_and_6_decimals_and_sent_without_zone() {
    for text in [
        "2016-06-08T19:59:25",
        "2016-06-08T19:59:25.123",
        "2016-06-08T19:59:25.123456",
    ] {
        let record: vxg_v4::types::Record = read(&format!(r#"{{"start": "{text}"}}"#));
        assert_eq!(record.start, Some(naive(text)));
        let server = listener().await;
        let call = vxg4(&server);
        let call = call.storage_records_list().start(record.start.unwrap());
        let _ = call.send().await;
        let encoded = text.replace(':', "%3A");
        assert_eq!(line(&server), format!("GET /storage/records/?start={encoded}"));
        assert_eq!(
            written(&record),
            format!(r#"{{"start":"{text}"}}"#),
            "and so in bodies"
        );
    }
}

#[tokio::test]
async fn test_booleans_in_queries_are_words() {
    let server = listener().await;
    let call = vxg3(&server);
    let call = call.channel_groups_list().include_meta(true).ai_targeted(false);
    let _ = call.send().await;
    assert_eq!(
        line(&server),
        "GET /channel_groups/?ai_targeted=false&include_meta=true"
    );
}

#[test]
fn test_meta_values_are_text_numbers_booleans_empty_or_null() {
    let json = r#"{"meta":{"a":"x","b":1.5,"c":true,"d":"","e":null}}"#;
    let channel: vxg_v3::types::Channel = read(json);
    let meta = channel.meta.as_ref().unwrap();
    assert_eq!(meta["b"], 1.5);
    assert!(meta["e"].is_null());
    assert_eq!(written(&channel), json);
}

#[tokio::test]
async fn test_meta_filters_are_names_of_tags_in_one_list() {
    let server = listener().await;
    let call = vxg5(&server);
    let call = call.channels_list().meta(["floor", "a,b"]).meta_not(["old"]);
    let _ = call.send().await;
    assert_eq!(line(&server), "GET /channels/?meta=floor,a%2Cb&meta_not=old");
}

#[tokio::test]
async fn test_deletes_answer_204_without_a_body() {
    let server = server(CannedResponse::empty(204)).await;
    let client = vxg3(&server);
    let answer = client.buckets_delete(3).send().await.unwrap();
    assert_eq!(answer.status(), 204);
}

#[test]
fn test_limits_are_numbers_or_null() {
    let json = r#"{"storage_size":1.5,"download_size":null,"records_max_age":72}"#;
    let limits: vxg_v3::types::ChannelLimits = read(json);
    assert_eq!(limits.download_size, Nullable::Null);
    assert_eq!(limits.live_size, Nullable::Absent);
    assert_eq!(limits.records_max_age, Nullable::Value(72.0));
    assert_eq!(written(&limits), json);
}

#[tokio::test]
async fn test_errors_repeat_the_status_beside_type_and_detail_or_are_html() {
    use vxg_v3::responses::DeclaredError;
    let body = r#"{"status": 401, "errorType": "unauthorized", "errorDetail": "no such key"}"#;
    let answers = [
        CannedResponse::json(401, body),
        CannedResponse::new(401, "text/html", "<h1>Unauthorized</h1>"),
    ];
    let server = ApiServer::start(answers).await.unwrap();
    let client = vxg3(&server);
    let error = client.buckets_list().send().await.unwrap_err();
    let Some(DeclaredError::Unauthorized(said)) = error.declared() else {
        panic!("{error:?}")
    };
    assert_eq!(
        (said.status, said.error_type.as_deref()),
        (Some(401), Some("unauthorized"))
    );
    assert_eq!(error.message().as_deref(), Some("no such key"));
    let error = client.buckets_list().send().await.unwrap_err();
    assert!(error.is_status() && error.declared().is_none());
    assert_eq!(error.body().unwrap(), "<h1>Unauthorized</h1>");
}

#[test]
fn test_relay_to_is_text_or_a_number() {
    let mut channel = vxg_v3::types::ChannelCreate::new("gate");
    channel.relay_to = Some(vxg_v3::types::IntegerOrText::Text("6".into()));
    assert_eq!(written(&channel), r#"{"name":"gate","relay_to":"6"}"#);
}

#[tokio::test]
async fn test_share_token_as_query_parameter_token() {
    let server = listener().await;
    let token = Fields::new().query("token", &Secret::new("share.a+b")).unwrap();
    let origin = Origin::of(&server.address().parse().unwrap()).unwrap();
    let builder = vxg_v4::Client::builder(server.address());
    let client = builder
        .authenticate(StaticFields::new(origin, token))
        .build()
        .unwrap();
    let _ = client.storage_records_list().limit(1).send().await;
    let request = only(&server);
    assert_eq!(request.target, "/storage/records/?limit=1&token=share.a%2Bb");
    assert_eq!(request.header("authorization"), None);
}

#[tokio::test]
async fn test_token_that_a_next_link_repeats_is_sent_once() {
    let pages = [
        r#"{"meta": {"next": "/cameras/?token=share.a%2Bb&offset=1"}, "objects": [{"id": 1}]}"#,
        r#"{"meta": {"next": null}, "objects": [{"id": 2}]}"#,
    ];
    let server = ApiServer::start(pages.map(|body| CannedResponse::json(200, body)))
        .await
        .unwrap();
    let token = Fields::new().query("token", &Secret::new("share.a+b")).unwrap();
    let origin = Origin::of(&server.address().parse().unwrap()).unwrap();
    let builder = vxg_v2::Client::builder(server.address());
    let client = builder
        .authenticate(StaticFields::new(origin, token))
        .build()
        .unwrap();
    let mut cameras = client.cameras_list().stream();
    while cameras.item().await.unwrap().is_some() {}
    let targets: Vec<String> = server
        .received()
        .into_iter()
        .map(|request| request.target)
        .collect();
    assert_eq!(
        targets,
        [
            "/cameras/?token=share.a%2Bb",
            "/cameras/?offset=1&token=share.a%2Bb"
        ]
    );
}

#[tokio::test]
async fn test_metadata_writes_take_arrays_even_for_one_document() {
    use vxg_v4::types::MetaDocumentUpdate;
    let server = listener().await;
    let call = vxg4(&server);
    let _ = call.meta_update([MetaDocumentUpdate::new("d-1")]).send().await;
    assert_eq!(only(&server).text(), r#"[{"id":"d-1"}]"#);
}

#[tokio::test]
async fn test_images_are_listed_by_the_origin_ids_of_a_task() {
    use vxg_v4::types::{ImageGenerationPeriod, ImageTaskCreate, StorageImagesListOrigin};
    let answers = [
        CannedResponse::json(200, r#"{"id": 9, "status": "pending"}"#),
        CannedResponse::json(200, "{}"),
    ];
    let server = ApiServer::start(answers).await.unwrap();
    let client = vxg4(&server);
    let (start, end) = (naive("2016-06-08T19:59:25"), naive("2016-06-08T20:59:25"));
    let task = ImageTaskCreate::new(start, end, ImageGenerationPeriod::Number(60.0));
    let task = client.images_generation_tasks_create(&task).send().await;
    let images = client
        .storage_images_list()
        .origin(StorageImagesListOrigin::GeneratedFromRecords);
    let images = images.origin_ids(vec![task.unwrap().id.unwrap(), 10]);
    images.send().await.unwrap();
    let received = server.received();
    assert_eq!(
        received[0].text(),
        r#"{"start":"2016-06-08T19:59:25","end":"2016-06-08T20:59:25","period":60}"#
    );
    assert_eq!(
        received[1].target,
        "/storage/images/?origin=generated_from_records&origin_ids=9,10"
    );
}

#[test]
fn test_image_generation_period_is_number_or_text_and_null_stops_it() {
    use vxg_v4::types::{ImageGenerationPeriod, LiveImageGeneration};
    let numbered: LiveImageGeneration = read(r#"{"image_generation_period": 60}"#);
    let textual: LiveImageGeneration = read(r#"{"image_generation_period": "60"}"#);
    assert_eq!(
        numbered.image_generation_period,
        Nullable::Value(ImageGenerationPeriod::Number(60.0))
    );
    assert_eq!(
        textual.image_generation_period,
        Nullable::Value(ImageGenerationPeriod::Text("60".into()))
    );
    let mut stopped = LiveImageGeneration::default();
    stopped.image_generation_period = Nullable::Null;
    assert_eq!(written(&stopped), r#"{"image_generation_period":null}"#);
}

#[test]
fn test_live_transports_that_are_missing_are_not_supported() {
    let live: vxg_v4::types::LiveWatch = read(
        r#"{"rtsp": null, "hls": "https://a/1.m3u8", "expire": "2016-06-08T19:59:25", "webrtc": {"connection_url": "wss://a/ws?t=1"}}"#,
    );
    assert_eq!((live.rtsp, live.rtmp), (None, None));
    assert_eq!(live.expire, Some(naive("2016-06-08T19:59:25")));
    // An endpoint outside this API: the address is plain text.
    assert_eq!(
        live.webrtc.unwrap().connection_url.as_ref().map(Secret::expose),
        Some("wss://a/ws?t=1")
    );
}

#[test]
fn test_meta_is_absent_or_null_unless_asked_for() {
    for json in [r#"{"id": 1}"#, r#"{"id": 1, "meta": null}"#] {
        assert!(read::<vxg_v5::types::Channel>(json).meta.is_none());
    }
    let channel: vxg_v5::types::Channel = read(r#"{"meta": {"floor": "2"}}"#);
    assert_eq!(channel.meta.unwrap()["floor"], "2");
}

#[test]
fn test_preview_is_absent_unless_asked_for_and_its_address_may_be_empty() {
    assert_eq!(read::<vxg_v5::types::Channel>("{}").preview, None);
    let channel: vxg_v5::types::Channel = read(r#"{"preview": {"url": ""}}"#);
    assert_eq!(
        channel.preview.unwrap().url.as_ref().map(Secret::expose),
        Some("")
    );
}

#[test]
fn test_tag_data_are_text_even_for_numbers() {
    let tag: vxg_v5::types::MetaTag = read(r#"{"tag": "storage_channel_id", "data": "17"}"#);
    assert_eq!(tag.data.as_deref(), Some("17"));
    assert_eq!(written(&tag), r#"{"tag":"storage_channel_id","data":"17"}"#);
}
