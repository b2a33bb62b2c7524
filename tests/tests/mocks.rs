//! The mocks of each generated crate, as a caller's test uses them: typed expectations, responses
//! and errors.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use lorgnette_runtime::Uuid;
use lorgnette_runtime::mock::{Reply, Server};

#[tokio::test]
async fn test_mock_of_7signal_answers_by_what_is_asked_for() {
    use sevensignal_v2::operations::eyes::EyesAgentRequest;
    use sevensignal_v2::responses::DeclaredError;
    use sevensignal_v2::types;
    let server = Server::start().await.unwrap();
    let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let mut agent = types::EyesAgent::default();
    agent.name = Some("lobby".into());
    let found = server
        .on::<EyesAgentRequest>()
        .with(|call| call.agent_id(one))
        .answer(&agent);
    let time = "2026-01-01T00:00:00Z".parse().unwrap();
    let problem = types::ResponseStatusException::new(time, 404, "Not Found", "/eyes", "0a-1");
    server
        .on::<EyesAgentRequest>()
        .fail(&DeclaredError::NotFound(problem));

    let client = sevensignal_v2::Client::new(server.url()).unwrap();
    let answer = client.eyes_agent(one).send().await.unwrap();
    assert_eq!(*answer, agent);
    let error = client.eyes_agent(other).send().await.unwrap_err();
    assert!(matches!(error.declared(), Some(DeclaredError::NotFound(problem)) if problem.path == "/eyes"));
    assert_eq!(error.request_id().as_deref(), Some("0a-1"));
    found.assert_calls(1);
    server.assert_all_expected();
}

#[tokio::test]
async fn test_mock_of_7signal_answers_with_bytes_events_and_nothing() {
    use sevensignal_v2::operations::access_points::DeleteAgentAccessPointRequest;
    use sevensignal_v2::operations::eyeris::StreamEyerisAnalysisRequest;
    use sevensignal_v2::operations::on_demand_tests::DownloadPacketCaptureRequest;
    let server = Server::start().await.unwrap();
    server
        .on::<DownloadPacketCaptureRequest>()
        .answer(b"\xd4\xc3\xb2\xa1");
    server
        .on::<StreamEyerisAnalysisRequest>()
        .answer(&["It".to_owned(), "roams.".to_owned()]);
    server.on::<DeleteAgentAccessPointRequest>().answer(&());

    let client = sevensignal_v2::Client::new(server.url()).unwrap();
    let call = client.download_packet_capture(1, Uuid::nil());
    let bytes = call.send().await.unwrap().into_inner();
    assert_eq!(bytes.bytes(4).await.unwrap(), b"\xd4\xc3\xb2\xa1".as_slice());
    let prompt = sevensignal_v2::types::EyerisCreateStreamRequest::default();
    let call = client.stream_eyeris_analysis(&prompt);
    let mut events = call.send().await.unwrap().into_inner();
    assert_eq!(events.event().await.unwrap().unwrap().data, "It");
    let call = client.delete_agent_access_point(Uuid::nil());
    assert_eq!(call.send().await.unwrap().status(), 204);
}

#[tokio::test]
async fn test_mock_of_vxg_v2_expects_a_body() {
    use vxg_v2::operations::cameras::CamerasUpdateRequest;
    use vxg_v2::responses::DeclaredError;
    use vxg_v2::types::{Camera, CameraUpdate, ErrorModel};
    let server = Server::start().await.unwrap();
    let mut change = CameraUpdate::default();
    change.name = Some("gate".into());
    let update = server
        .on::<CamerasUpdateRequest>()
        .with(|call| call.camid(7).body(&change));
    let update = update.answer(&Camera::default());
    let other = server.on::<CamerasUpdateRequest>();
    other.fail(&DeclaredError::Other(402, ErrorModel::default()));

    let client = vxg_v2::Client::new(server.url()).unwrap();
    client.cameras_update(7, &change).send().await.unwrap();
    let call = client.cameras_update(8, &change);
    assert_eq!(call.send().await.unwrap_err().status().unwrap(), 402);
    assert_eq!(update.calls()[0].json::<CameraUpdate>().unwrap(), change);
}

#[tokio::test]
async fn test_mock_of_vxg_v3_gives_a_list_page_by_page() {
    use vxg_v3::operations::channels::ChannelsListRequest;
    use vxg_v3::types::{Channel, ChannelList, ListMeta};
    let server = Server::start().await.unwrap();
    let page = |id, next: Option<&str>| {
        let mut channel = Channel::default();
        channel.id = Some(id);
        let mut page = ChannelList::default();
        let mut meta = ListMeta::default();
        meta.next = next.map(str::to_owned);
        (page.meta, page.objects) = (Some(meta), vec![channel]);
        page
    };
    let second = server.on::<ChannelsListRequest>().with(|call| call.offset(1));
    let second = second.answer(&page(2, None));
    server
        .on::<ChannelsListRequest>()
        .answer(&page(1, Some("/channels/?offset=1")));
    let client = vxg_v3::Client::new(server.url()).unwrap();
    let mut channels = client.channels_list().stream();
    let mut ids = Vec::new();
    while let Some(channel) = channels.item().await.unwrap() {
        ids.push(channel.id.unwrap());
    }
    assert_eq!(ids, [1, 2]);
    second.assert_calls(1);
}

#[tokio::test]
async fn test_mock_of_vxg_v4_starts_slowly() {
    use vxg_v4::operations::live::LiveWatchRetrieveRequest;
    use vxg_v4::responses::DeclaredError;
    use vxg_v4::types::{ErrorModel, LiveWatch};
    let server = Server::start().await.unwrap();
    let starting = server
        .on::<LiveWatchRetrieveRequest>()
        .times(2)
        .header("retry-after", "0");
    let starting = starting.fail(&DeclaredError::ServiceUnavailable(ErrorModel::default()));
    server
        .on::<LiveWatchRetrieveRequest>()
        .answer(&LiveWatch::default());
    let client = vxg_v4::Client::new(server.url()).unwrap();
    client.live_watch_retrieve().send().await.unwrap();
    starting.assert_calls(2);
}

#[tokio::test]
async fn test_mocks_of_vxg_v5_and_of_the_super_admin_share_a_server() {
    use vxg_admin_v2::operations::users::UsersListRequest;
    use vxg_v5::operations::channels::ChannelsListRequest;
    let server = Server::start().await.unwrap();
    let (v5, admin) = (server.below("/api/v5"), server.below("/api/v2/admin"));
    let channels = v5
        .on::<ChannelsListRequest>()
        .with(|call| call.meta(["floor", "wing"]));
    let channels = channels.answer(&vxg_v5::types::ChannelList::default());
    let users = admin.on::<UsersListRequest>();
    let users = users.answer(&vxg_admin_v2::types::AdminUserList::default());
    let client = vxg_v5::Client::new(v5.url()).unwrap();
    client
        .channels_list()
        .meta(["floor", "wing"])
        .send()
        .await
        .unwrap();
    let client = vxg_admin_v2::Client::new(admin.url()).unwrap();
    client.users_list().send().await.unwrap();
    channels.assert_calls(1);
    users.assert_calls(1);
}

#[tokio::test]
async fn test_mock_of_signal_sciences_tells_emails_in_paths_apart() {
    use sigsci_v0::operations::users::CorpUserGetRequest;
    use sigsci_v0::types::CorpUser;
    let server = Server::start().await.unwrap();
    let ada = server
        .on::<CorpUserGetRequest>()
        .with(|call| call.user_email("ada+test@example.com"));
    let ada = ada.answer(&CorpUser::new("ada+test@example.com"));
    let client = sigsci_v0::Client::new(server.url()).unwrap();
    assert_eq!(
        client
            .corp_user_get("acme", "ada+test@example.com")
            .send()
            .await
            .unwrap()
            .email,
        "ada+test@example.com"
    );
    assert_eq!(
        client
            .corp_user_get("acme", "eve@example.com")
            .send()
            .await
            .unwrap_err()
            .message()
            .unwrap(),
        "GET /corps/acme/users/eve%40example.com is not expected: the mock of corp_user_get expects \
         `userEmail` in the path to be \"ada+test@example.com\""
    );
    ada.assert_calls(1);
}

#[tokio::test]
async fn test_mock_of_angus_answers_for_the_console_and_what_is_not_declared() {
    use angus_v1::operations::authentication::StreamTokenCreateRequest;
    use angus_v1::types::{StreamCredentials, StreamToken};
    let server = Server::start().await.unwrap();
    let credentials = StreamCredentials::new("ada@example.com", Uuid::nil(), "secret");
    let known = server
        .on::<StreamTokenCreateRequest>()
        .with(|call| call.body(&credentials));
    known.answer(&StreamToken::new("e.y.J"));
    let page = Reply::of(403, "text/html", "<h1>Forbidden");
    server.on::<StreamTokenCreateRequest>().reply(page);
    let client = angus_v1::Client::builder("http://data.invalid")
        .server("https://console.angus.ai", server.url())
        .build()
        .unwrap();
    let token = client.stream_token_create(&credentials).send().await;
    assert_eq!(token.unwrap().token.expose(), "e.y.J");
    let unknown = StreamCredentials::new("eve@example.com", Uuid::nil(), "secret");
    let error = client.stream_token_create(&unknown).send().await.unwrap_err();
    assert_eq!(error.body().unwrap(), "<h1>Forbidden");
}
