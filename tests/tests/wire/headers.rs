//! The headers of requests.

use super::{listener, only, sevensignal, sigsci, uuid, vxg2, vxg4};

#[tokio::test]
async fn test_request_has_the_headers_it_needs_and_no_more() {
    let server = listener().await;
    let _ = sevensignal(&server).eyes_sensors().send().await;
    let mut names: Vec<String> = only(&server).headers.into_iter().map(|(name, _)| name).collect();
    names.sort();
    assert_eq!(names, ["accept", "accept-encoding", "host", "user-agent"]);
}

#[tokio::test]
async fn test_user_agent_names_lorgnette_and_the_crate_with_the_version_of_the_api() {
    let server = listener().await;
    let _ = sevensignal(&server).eyes_sensors().send().await;
    let lorgnette = env!("CARGO_PKG_VERSION");
    // The crate's version changes with its contract.
    let manifest = include_str!("../../../crates/sevensignal-v2/Cargo.toml");
    let version = manifest.lines().find_map(|line| line.strip_prefix("version = "));
    let version = version.unwrap().trim_matches('"');
    assert!(version.ends_with("+2.21.1"), "{version}");
    assert_eq!(
        only(&server).header("user-agent").unwrap(),
        format!("lorgnette/{lorgnette} sevensignal-v2/{version}")
    );
}

#[tokio::test]
async fn test_user_agent_names_the_program_where_it_says_so() {
    let server = listener().await;
    let client = vxg_v4::Client::builder(server.address())
        .user_agent("nvr/3")
        .build()
        .unwrap();
    let _ = client.channel_retrieve().send().await;
    assert!(only(&server).header("user-agent").unwrap().ends_with(" nvr/3"));
}

#[tokio::test]
async fn test_accept_names_the_media_types_of_the_contract() {
    let server = listener().await;
    let _ = sevensignal(&server).eyes_sensors().send().await;
    assert_eq!(only(&server).header("accept"), Some("application/json"));

    let server = listener().await;
    let _ = sevensignal(&server)
        .download_eyes_sensor_packet_capture(42, uuid())
        .send()
        .await;
    assert_eq!(
        only(&server).header("accept"),
        Some("application/octet-stream, application/vnd.tcpdump.pcap, application/json")
    );
}

#[tokio::test]
async fn test_header_of_the_contract_is_a_parameter() {
    let server = listener().await;
    let update = vxg_v2::types::CameraUpdate::default();
    let client = vxg2(&server);
    let call = client.cameras_update(7, &update);
    let _ = call.authorization2("LKey v3.new-owner").send().await;
    let request = only(&server);
    assert_eq!(request.header("authorization2"), Some("LKey v3.new-owner"));
    assert_eq!(request.header("authorization"), None);
    assert_eq!(request.target, "/cameras/7/");
}

#[tokio::test]
async fn test_header_of_a_single_call_comes_on_top() {
    let server = listener().await;
    let _ = sigsci(&server)
        .corps_list()
        .header("Content-Type", "application/json")
        .send()
        .await;
    assert_eq!(only(&server).header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn test_post_without_body_says_that_its_length_is_zero() {
    let server = listener().await;
    let _ = sigsci(&server).event_expire("c", "s", "e").send().await;
    let request = only(&server);
    assert_eq!(request.method, "POST");
    assert_eq!(request.header("content-length"), Some("0"));
    assert_eq!(request.header("content-type"), None);
}

#[tokio::test]
async fn test_post_without_its_optional_body_says_that_its_length_is_zero() {
    let server = listener().await;
    let _ = vxg4(&server).live_source_create().send().await;
    assert_eq!(only(&server).header("content-length"), Some("0"));
}
