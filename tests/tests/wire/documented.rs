//! The requests that the vendors' pages document, as our adapters send them: method, target, header
//! fields and body, byte for byte.
//!
//! `Host`, `User-Agent`, `Accept` and `Accept-Encoding`, which the client chooses itself, are left
//! out, and `Content-Length` is checked without being shown.

use super::{ApiServer, CannedResponse, naive};
use angus::StreamCredentials;
use base64::Engine;
use sevensignal::ApiKey;
use sigsci::{ApiToken, FastlyKey, Login};
use std::fmt::Write;
use vxg::{AccessToken, GroupToken, LicenseKey};

/// The received requests as text.
fn sent(server: &ApiServer) -> Vec<String> {
    let own = ["host", "user-agent", "accept", "accept-encoding"];
    let received = server.received().into_iter();
    received
        .map(|request| {
            let mut text = format!("{} {}\n", request.method, request.target);
            let mut headers = request.headers.clone();
            headers.sort();
            for (name, value) in headers {
                if name == "content-length" {
                    assert_eq!(value, request.body.len().to_string());
                } else if !own.contains(&name.as_str()) {
                    writeln!(text, "{name}: {value}").unwrap();
                }
            }
            format!("{text}\n{}", request.text())
        })
        .collect()
}

async fn serving(answers: impl IntoIterator<Item = &'static str>) -> ApiServer {
    let answers = answers.into_iter().map(|body| CannedResponse::json(200, body));
    ApiServer::start(answers.collect::<Vec<_>>()).await.unwrap()
}

#[tokio::test]
async fn test_7signal_token_and_the_incidents_of_a_day() {
    let token = r#"{"access_token": "e.y.J", "token_type": "Bearer", "expires_in": 86400}"#;
    let server = serving([token, r#"{"results": []}"#]).await;
    let client = sevensignal::v2_builder(ApiKey::new("the-key", "the+secret").unwrap())
        .base_url(server.address())
        .allow_http_on_loopback()
        .build()
        .unwrap();
    client
        .agent_incidents()
        .from(1_673_970_951_000)
        .send()
        .await
        .unwrap();
    assert_eq!(
        sent(&server),
        [
            "POST /oauth2/token\n\
             content-type: application/x-www-form-urlencoded\n\n\
             grant_type=client_credentials&client_id=the-key&client_secret=the%2Bsecret",
            "GET /incidents/agents?from=1673970951000\n\
             authorization: Bearer e.y.J\n\n",
        ]
    );
}

#[tokio::test]
async fn test_vxg_channels_with_a_license_key() {
    use vxg::v3::types::{ChannelCreate, ChannelSource};
    let server = serving([r#"{"objects": []}"#, r#"{"id": 17}"#]).await;
    let at = vxg::ServerAddress::allowing_http(server.address()).unwrap();
    let client = vxg::v3(LicenseKey::new("v3.the-key").unwrap().at(at).unwrap()).unwrap();
    client
        .channels_list()
        .limit(1000)
        .include_meta(true)
        .send()
        .await
        .unwrap();
    let mut channel = ChannelCreate::new("gate");
    let mut source = ChannelSource::default();
    source.url = Some("rtsp://10.0.0.5:554/live?a=1".into());
    channel.source = Some(source);
    client.channels_create(&channel).send().await.unwrap();
    assert_eq!(
        sent(&server),
        [
            "GET /api/v3/channels/?limit=1000&include_meta=true\n\
             authorization: LKey v3.the-key\n\n",
            "POST /api/v3/channels/\n\
             authorization: LKey v3.the-key\n\
             content-type: application/json\n\n\
             {\"name\":\"gate\",\"source\":{\"url\":\"rtsp://10.0.0.5:554/live?a=1\"}}",
        ]
    );
}

/// VXG's tokens: base64 of JSON that names the server.
fn encoded(server: &ApiServer, members: &str) -> String {
    let port = server.address().rsplit(':').next().unwrap();
    let json = format!(r#"{{{members}"token":"share.a+b","api":"127.0.0.1","api_p":{port},"path":"svc"}}"#);
    base64::engine::general_purpose::STANDARD.encode(json)
}

#[tokio::test]
async fn test_vxg_live_addresses_and_records_with_an_access_token() {
    let server = serving([r#"{"hls": "https://a/1.m3u8"}"#, r#"{"objects": []}"#]).await;
    let token = encoded(&server, r#""camid":17,"cmngrid":3,"access":"all","#);
    let client = vxg::v4(AccessToken::new(token.as_str()).unwrap().allow_http()).unwrap();
    client.live_watch_retrieve().send().await.unwrap();
    let call = client.storage_records_list().limit(20);
    let call = call.start(naive("2016-06-08T19:59:25.000042"));
    call.send().await.unwrap();
    assert_eq!(
        sent(&server),
        [
            format!("GET /svc/api/v4/live/watch/\nauthorization: Acc {token}\n\n"),
            format!(
                "GET /svc/api/v4/storage/records/?limit=20&start=2016-06-08T19%3A59%3A25.000042\n\
                 authorization: Acc {token}\n\n"
            ),
        ]
    );
}

#[tokio::test]
async fn test_vxg_channels_of_a_group() {
    let server = serving([r#"{"objects": []}"#]).await;
    let token = encoded(&server, "");
    let client = vxg::v5(GroupToken::new(token.as_str()).unwrap().allow_http()).unwrap();
    client.channels_list().preview(true).send().await.unwrap();
    assert_eq!(
        sent(&server),
        [format!(
            "GET /svc/api/v5/channels/?preview=true\nauthorization: SI {token}\n\n"
        )]
    );
}

#[tokio::test]
async fn test_vxg_cameras_with_the_inner_token_in_the_query() {
    let server = serving([r#"{"objects": []}"#]).await;
    let token = encoded(&server, r#""camid":17,"access":"watch","#);
    let token = AccessToken::new(token).unwrap().allow_http();
    let client = vxg::v2(token.in_query().unwrap()).unwrap();
    let call = client.storage_events_list().events("motion,sound");
    call.send().await.unwrap();
    assert_eq!(
        sent(&server),
        ["GET /svc/api/v2/storage/events/?events=motion%2Csound&token=share.a%2Bb\n\n"]
    );
}

#[tokio::test]
async fn test_vxg_user_of_the_super_admin_without_any_header() {
    use vxg::admin::types::{AdminLicenseKey, AdminUserCreate};
    let server = serving([r#"{"id": 1}"#]).await;
    let client = vxg::admin::Client::new(&format!("{}/api/v2/admin", server.address())).unwrap();
    let user = AdminUserCreate::new("17", "acme", AdminLicenseKey::default());
    client.users_create(&user).send().await.unwrap();
    assert_eq!(
        sent(&server),
        ["POST /api/v2/admin/users/\n\
          content-type: application/json\n\n\
          {\"suid\":\"17\",\"usrc\":\"acme\",\"license_key\":{}}"]
    );
}

fn signal_sciences(server: &ApiServer, credentials: impl Into<sigsci::Credentials>) -> sigsci::v0::Client {
    sigsci::v0_builder(credentials)
        .base_url(&format!("{}/api/v0", server.address()))
        .allow_http_on_loopback()
        .build()
        .unwrap()
}

#[tokio::test]
async fn test_signal_sciences_requests_with_an_api_token() {
    let server = ApiServer::start([
        CannedResponse::json(200, r#"{"data": []}"#),
        CannedResponse::json(200, r#"{"data": []}"#),
        CannedResponse::empty(204),
        CannedResponse::json(200, "{}"),
    ]);
    let server = server.await.unwrap();
    let token = ApiToken::new("ada@example.com", "the-token").unwrap();
    let key = FastlyKey::new("f-key").unwrap();
    let client = signal_sciences(&server, token.with_fastly_key(key));
    client.corps_list().send().await.unwrap();
    let feed = client.requests_feed("c", "s");
    let feed = feed.from(1_673_970_900).until(1_673_971_500).tags("SQLI,XSS");
    feed.send().await.unwrap();
    client
        .corp_user_delete("c", "ada+x@example.com")
        .send()
        .await
        .unwrap();
    client
        .edge_deployment_service_detach("c", "s", "f")
        .send()
        .await
        .unwrap();
    let own = "x-api-token: the-token\nx-api-user: ada@example.com\n\n";
    assert_eq!(
        sent(&server),
        [
            format!("GET /api/v0/corps\ncontent-type: application/json\n{own}"),
            format!(
                "GET /api/v0/corps/c/sites/s/feed/requests?from=1673970900&until=1673971500&tags=SQLI%2CXSS\n\
                 content-type: application/json\n{own}"
            ),
            format!(
                "DELETE /api/v0/corps/c/users/ada%2Bx%40example.com\ncontent-type: application/json\n{own}"
            ),
            format!(
                "DELETE /api/v0/corps/c/sites/s/edgeDeployment/f\ncontent-type: application/json\nfastly-key: f-key\n{own}"
            ),
        ]
    );
}

#[tokio::test]
async fn test_signal_sciences_login() {
    let server = serving([r#"{"token": "session"}"#, r#"{"data": []}"#]).await;
    let login = Login::new("ada@example.com", "p&ss").unwrap();
    let client = signal_sciences(&server, login);
    client.corps_list().send().await.unwrap();
    assert_eq!(
        sent(&server),
        [
            "POST /api/v0/auth\n\
             content-type: application/x-www-form-urlencoded\n\n\
             email=ada%40example.com&password=p%26ss",
            "GET /api/v0/corps\n\
             authorization: Bearer session\n\
             content-type: application/json\n\n",
        ]
    );
}

#[tokio::test]
async fn test_angus_token_and_the_metrics_of_a_day() {
    use angus::v1::types::{Metric, TimeBucket};
    let console = serving([r#"{"token": "e.y.J"}"#]).await;
    let data = serving([r#"{"entities": {}}"#]).await;
    let id = "7f0c6b0e-3c1c-4f0a-9d3b-1f5e2a6b7c8d";
    let credentials = StreamCredentials::new("ada@example.com", id, "the-token").unwrap();
    let client = angus::v1_builder(credentials)
        .server(angus::CONSOLE_URL, console.address())
        .base_url(data.address())
        .allow_http_on_loopback()
        .build()
        .unwrap();
    let call = client
        .entities_list()
        .metrics(vec![Metric::Interested, Metric::PassingBy]);
    let call = call.from_date(
        "2017-09-03T05:45:00+00:00"
            .parse::<lorgnette_runtime::DateTime>()
            .unwrap(),
    );
    call.time(TimeBucket::ByHour).send().await.unwrap();
    assert_eq!(
        sent(&console),
        ["POST /api-token-authstream/\n\
          content-type: application/json\n\n\
          {\"username\":\"ada@example.com\",\"client_id\":\"7f0c6b0e-3c1c-4f0a-9d3b-1f5e2a6b7c8d\",\"access_token\":\"the-token\"}"]
    );
    assert_eq!(
        sent(&data),
        [
            "GET /api/1/entities?metrics=interested,passing_by&from_date=2017-09-03T05%3A45%3A00%2B00%3A00&time=by_hour\n\
          authorization: Bearer e.y.J\n\n"
        ]
    );
}
