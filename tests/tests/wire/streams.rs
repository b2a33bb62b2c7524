//! Responses that are read while they arrive.

use super::{CannedResponse, line, only, server, sevensignal, uuid};

#[tokio::test]
async fn test_binary_answer_is_a_stream_of_its_bytes() {
    let (mut capture, answer) = CannedResponse::in_pieces("application/vnd.tcpdump.pcap");
    let server = server(answer).await;
    let client = sevensignal(&server);
    let call = client.download_eyes_sensor_packet_capture(42, uuid());
    let mut bytes = call.send().await.unwrap().into_inner();
    assert_eq!(
        line(&server),
        "GET /eyes/sensors/42/packet-captures/7f0c6b0e-3c1c-4f0a-9d3b-1f5e2a6b7c8d/download"
    );
    assert_eq!(bytes.media_type(), Some("application/vnd.tcpdump.pcap"));
    // The first piece is read before the second arrives.
    capture
        .send_data(b"\xd4\xc3\xb2\xa1".as_slice().into())
        .await
        .unwrap();
    assert_eq!(
        bytes.chunk().await.unwrap().unwrap().as_ref(),
        b"\xd4\xc3\xb2\xa1"
    );
    capture.send_data(b"\0\xff".as_slice().into()).await.unwrap();
    assert_eq!(bytes.chunk().await.unwrap().unwrap().as_ref(), b"\0\xff");
    drop(capture);
    assert_eq!(bytes.chunk().await.unwrap(), None);
}

#[tokio::test]
async fn test_binary_answer_knows_its_length_where_the_server_says_it() {
    let server = server(CannedResponse::new(200, "application/octet-stream", vec![0; 5])).await;
    let client = sevensignal(&server);
    let call = client.download_packet_capture(42, uuid());
    let bytes = call.send().await.unwrap().into_inner();
    assert_eq!(bytes.content_length(), Some(5));
    assert_eq!(bytes.bytes(5).await.unwrap(), vec![0; 5]);
}

#[tokio::test]
async fn test_events_arrive_one_by_one() {
    let (mut analysis, answer) = CannedResponse::in_pieces("text/event-stream");
    let server = server(answer).await;
    let client = sevensignal(&server);
    let mut prompt = sevensignal_v2::types::EyerisCreateStreamRequest::default();
    prompt.prompt_type_key = Some("client".into());
    let mut events = client
        .stream_eyeris_analysis(&prompt)
        .send()
        .await
        .unwrap()
        .into_inner();
    let request = only(&server);
    assert_eq!(request.target, "/eyeris/analysis/stream");
    assert_eq!(request.header("accept"), Some("text/event-stream"));
    assert_eq!(request.text(), r#"{"promptTypeKey":"client"}"#);

    analysis
        .send_data("event: token\nid: 1\ndata: The client\n\n: still there\n\nda".into())
        .await
        .unwrap();
    let first = events.event().await.unwrap().unwrap();
    assert_eq!(
        (first.event.as_str(), first.id.as_deref(), first.data.as_str()),
        ("token", Some("1"), "The client")
    );

    analysis
        .send_data("ta: {\"roams\":\ndata: 3}\n\n".into())
        .await
        .unwrap();
    drop(analysis);
    let second = events.event().await.unwrap().unwrap();
    assert_eq!(
        (second.event.as_str(), second.data.as_str()),
        ("message", "{\"roams\":\n3}")
    );
    assert!(events.event().await.unwrap().is_none());
}
