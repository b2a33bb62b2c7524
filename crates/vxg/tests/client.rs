//! The clients over HTTP: where a request carries each credential, and that nothing shows a secret.

#![allow(missing_docs, clippy::unwrap_used)]

#[allow(dead_code)]
#[path = "../../../tests/src/server.rs"]
mod server;

use base64::Engine;
use server::{ApiServer as Mock, CannedResponse, ReceivedRequest};
use std::error::Error;
use std::fmt::Write as _;
use std::net::TcpListener;
use std::sync::{Mutex, Once};
use vxg::runtime::retry::RetryPolicy;
use vxg::{AccessToken, Credential, GatewayLogin, GroupToken, LicenseKey, ServerAddress};

const CANARY: &str = "c4nary-s3cret";
const EMPTY: &str = r#"{"objects": []}"#;

/// Base64 of JSON, the form of VXG's tokens.
fn encode(json: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(json)
}

fn address(mock: &Mock) -> String {
    let port = mock.address().rsplit(':').next().unwrap();
    format!(r#""api": "127.0.0.1", "api_p": {port}, "path": "site-7""#)
}

fn access_token(mock: &Mock) -> (AccessToken, String) {
    let encoded = encode(&format!(
        r#"{{"camid": 17, "token": "share.{CANARY}", "access": "all", {}}}"#,
        address(mock)
    ));
    (AccessToken::new(encoded.as_str()).unwrap().allow_http(), encoded)
}

fn group_token(mock: &Mock) -> (GroupToken, String) {
    let encoded = encode(&format!(r#"{{"token": "share.{CANARY}", {}}}"#, address(mock)));
    (GroupToken::new(encoded.as_str()).unwrap().allow_http(), encoded)
}

fn account(mock: &Mock) -> vxg::Account {
    let server = ServerAddress::allowing_http(&format!("{}/site-7", mock.address())).unwrap();
    LicenseKey::new(format!("v3.{CANARY}"))
        .unwrap()
        .at(server)
        .unwrap()
}

fn seen(request: &ReceivedRequest) -> (&str, Option<&str>) {
    (&request.target, request.header("authorization"))
}

#[tokio::test]
async fn test_each_credential_stands_where_its_api_wants_it() {
    let mock = Mock::start((0..7).map(|_| CannedResponse::json(200, EMPTY)))
        .await
        .unwrap();
    let ((access, acc), (group, si), account) = (access_token(&mock), group_token(&mock), account(&mock));
    vxg::v3(&account).unwrap().channels_list().send().await.unwrap();
    vxg::v4(&access).unwrap().channel_retrieve().send().await.unwrap();
    vxg::v5(&group).unwrap().channels_list().send().await.unwrap();
    for credential in [
        Credential::try_from(&account),
        Credential::try_from(&access),
        Credential::try_from(&group),
        access.in_query(),
    ] {
        vxg::v2(credential.unwrap())
            .unwrap()
            .cameras_list()
            .send()
            .await
            .unwrap();
    }
    let (key, acc, si) = (
        format!("LKey v3.{CANARY}"),
        format!("Acc {acc}"),
        format!("SI {si}"),
    );
    let in_query = format!("/site-7/api/v2/cameras/?token=share.{CANARY}");
    let received = mock.received();
    assert_eq!(
        received.iter().map(seen).collect::<Vec<_>>(),
        [
            ("/site-7/api/v3/channels/", Some(key.as_str())),
            ("/site-7/api/v4/channel/", Some(&acc)),
            ("/site-7/api/v5/channels/", Some(&si)),
            ("/site-7/api/v2/cameras/", Some(&key)),
            ("/site-7/api/v2/cameras/", Some(&acc)),
            ("/site-7/api/v2/cameras/", Some(&si)),
            (&in_query, None),
        ]
    );
}

#[tokio::test]
async fn test_token_in_the_query_opens_records_of_v4() {
    let mock = Mock::start([CannedResponse::json(200, EMPTY)]).await.unwrap();
    let token = access_token(&mock).0.sent_in_query();
    let camera = vxg::v4(&token).unwrap();
    camera.storage_records_list().limit(10).send().await.unwrap();
    let target = format!("/site-7/api/v4/storage/records/?limit=10&token=share.{CANARY}");
    assert_eq!(seen(&mock.received()[0]), (&*target, None));
}

#[tokio::test]
async fn test_servers_of_an_account_take_its_license_key() {
    let mock = Mock::start([CannedResponse::json(200, EMPTY)]).await.unwrap();
    let servers = vxg::v6(account(&mock)).unwrap();
    servers.servers_list().send().await.unwrap();
    let key = format!("LKey v3.{CANARY}");
    let expected = ("/site-7/api/v6/servers/", Some(&*key));
    assert_eq!(seen(&mock.received()[0]), expected);
}

#[tokio::test]
async fn test_gateway_login_buys_a_token_once_and_again_when_refused() {
    let session = |token: &str| CannedResponse::json(200, &format!(r#"{{"accessToken": "{token}"}}"#));
    let mock = Mock::start([
        session("first"),
        CannedResponse::json(200, EMPTY),
        CannedResponse::json(401, "{}"),
        session("second"),
        CannedResponse::json(200, EMPTY),
    ]);
    let mock = mock.await.unwrap();
    let login = GatewayLogin::new("ada@example.com", CANARY).unwrap();
    assert_eq!(format!("{login:?}"), "GatewayLogin { .. }");
    let server = ServerAddress::allowing_http(mock.address()).unwrap();
    let client = vxg::gateway(login.at(server).unwrap()).unwrap();
    for _ in 0..2 {
        client.gateway_list().send().await.unwrap();
    }
    let received = mock.received();
    assert_eq!(
        received.iter().map(seen).collect::<Vec<_>>(),
        [
            ("/v1/auth", None),
            ("/v1/gateway", Some("Bearer first")),
            ("/v1/gateway", Some("Bearer first")),
            ("/v1/auth", None),
            ("/v1/gateway", Some("Bearer second")),
        ]
    );
    let body = format!(r#"{{"email":"ada@example.com","password":"{CANARY}"}}"#);
    assert_eq!(received[0].text(), body);
}

#[tokio::test]
async fn test_gateway_login_that_fails_says_what_is_wrong() {
    let mock = Mock::start([CannedResponse::json(401, r#"{"message": "c4nary-s3cret"}"#)])
        .await
        .unwrap();
    let login = GatewayLogin::new("ada@example.com", CANARY).unwrap();
    let server = ServerAddress::allowing_http(mock.address()).unwrap();
    let client = vxg::gateway(login.at(server).unwrap()).unwrap();
    let error = client.gateway_list().send().await.unwrap_err();
    let said = error.to_string();
    assert!(error.auth_error().unwrap().is_rejected(), "{said}");
    assert!(
        said.contains("password is wrong") && !said.contains(CANARY),
        "{said}"
    );
    assert_eq!(
        GatewayLogin::new("ada@example.com", "").unwrap_err().to_string(),
        "the password is empty"
    );
}

#[tokio::test]
async fn test_channel_becomes_a_client_of_its_own() {
    let mock = Mock::start([
        CannedResponse::json(503, "{}"),
        CannedResponse::json(200, r#"{"hls": "https://live.example"}"#),
    ])
    .await;
    let mock = mock.unwrap();
    let mut channel = vxg::v3::types::Channel::default();
    let mut tokens = vxg::v3::types::AccessTokens::default();
    tokens.all = Some(access_token(&mock).1.into());
    channel.access_tokens = Some(tokens);
    // The server is reached by https, unless the program sets another scheme.
    let address = vxg::v4(&channel).unwrap().as_ref().base_url().to_owned();
    assert_eq!(address, "https://127.0.0.1/site-7/api/v4");
    let camera = vxg::v4(AccessToken::try_from(&channel).unwrap().allow_http()).unwrap();
    let live = camera.live_watch_retrieve().send().await.unwrap();
    assert_eq!(
        (
            live.hls.as_ref().map(vxg::runtime::Secret::expose),
            mock.received().len()
        ),
        (Some("https://live.example"), 2)
    );
}

/// Everything that a program could print of an error, causes included.
fn shown(error: &(dyn Error + 'static)) -> String {
    let mut shown = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        write!(shown, "{error}\n{error:?}\n{error:#?}\n").unwrap();
        next = error.source();
    }
    shown
}

/// Records everything that is logged.
struct Log(Mutex<String>);

static LOG: Log = Log(Mutex::new(String::new()));

impl log::Log for Log {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }
    fn log(&self, record: &log::Record<'_>) {
        writeln!(self.0.lock().unwrap(), "{} {}", record.target(), record.args()).unwrap();
    }
    fn flush(&self) {}
}

/// The error of a call with one of five credentials. Collects everything that a program could print
/// in the meantime.
async fn failure(
    which: u8,
    mock: &Mock,
    instead: Option<ServerAddress>,
    secrets: &mut Vec<String>,
    everything: &mut String,
) -> vxg::runtime::Error {
    let ((mut access, acc), (mut group, si), mut account) =
        (access_token(mock), group_token(mock), account(mock));
    if let Some(server) = &instead {
        access = access.at(server).unwrap();
        group = group.at(server).unwrap();
        account = LicenseKey::new(format!("v3.{CANARY}"))
            .unwrap()
            .at(server)
            .unwrap();
    }
    secrets.extend([acc, si]);
    write!(everything, "{access:?} {group:#?} {account:?}").unwrap();
    let credential = match which {
        0 => Credential::try_from(account),
        1 => access.try_into(),
        2 => group.try_into(),
        3 => access.in_query(),
        _ => group.in_query(),
    };
    let builder = vxg::v2_builder(credential.unwrap()).unwrap();
    write!(everything, "{builder:?} {builder:#?}").unwrap();
    let client = builder.retry(RetryPolicy::off()).strict().build().unwrap();
    write!(everything, "{client:?} {client:#?}").unwrap();
    let call = client.cameras_list();
    write!(everything, "{call:?}").unwrap();
    let error = call.send().await.unwrap_err();
    *everything += &shown(&error);
    error.untyped()
}

#[tokio::test]
async fn test_nothing_shows_a_secret() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        log::set_logger(&LOG).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
    });
    let mut everything = String::new();
    let mut secrets = vec![CANARY.to_owned()];
    // A refusal that repeats the credentials, an empty response, and one with a member of the wrong
    // type.
    for (status, body) in [
        (
            401,
            r#"{"errorDetail": "SECRET", "errorType": "auth", "status": 401}"#,
        ),
        (200, "<html>SECRET"),
        (200, r#"{"objects": [{"id": "SECRET"}]}"#),
    ] {
        for which in 0..5 {
            // The secret as a server would repeat it: the key in its sent form, or the content of a
            // token.
            let secret = format!("{}.{CANARY}", if which == 0 { "v3" } else { "share" });
            let body = body.replace("SECRET", &secret);
            let answer = CannedResponse::json(status, &body).header("x-echo", CANARY);
            let mock = Mock::start([answer]).await.unwrap();
            let error = failure(which, &mock, None, &mut secrets, &mut everything).await;
            assert!(error.is_status() || error.is_decode(), "{error}");
            assert_eq!(mock.received().len(), 1);
        }
    }
    let mock = Mock::start([]).await.unwrap();
    for which in 0..5 {
        // A port on which nothing listens any longer.
        let port = TcpListener::bind(("127.0.0.1", 0))
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let nobody = ServerAddress::allowing_http(&format!("http://127.0.0.1:{port}")).unwrap();
        let error = failure(which, &mock, Some(nobody), &mut secrets, &mut everything).await;
        assert!(error.is_connect(), "{error}");
    }
    let logged = LOG.0.lock().unwrap().clone();
    assert!(logged.contains("127.0.0.1"), "nothing was logged: {logged}");
    assert!(logged.contains("cameras_list"), "no span: {logged}");
    for secret in secrets {
        assert!(!everything.contains(&secret), "{everything}");
        assert!(!logged.contains(&secret), "{logged}");
    }
}

#[test]
fn test_certificate_is_not_shown_over_http() {
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(vec!["company".to_owned()]).unwrap();
    let pem = params.self_signed(&key).unwrap().pem();
    let certificate = vxg::ClientCertificate::new(&pem, &key.serialize_pem()).unwrap();
    let server = ServerAddress::allowing_http("http://10.0.0.1").unwrap();
    let error = vxg::admin(&certificate, server).unwrap_err();
    assert!(error.to_string().contains("https only"), "{error}");
}

/// Responds to every request with an empty object, and counts connections.
fn counting() -> (u16, std::sync::Arc<std::sync::atomic::AtomicUsize>) {
    use std::io::{Read, Write};
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let connections = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = std::sync::Arc::clone(&connections);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let mut stream = stream.unwrap();
            std::thread::spawn(move || {
                while stream.read(&mut [0; 4096]).unwrap_or(0) > 0 {
                    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
                }
            });
        }
    });
    (port, connections)
}

#[tokio::test]
async fn test_clients_of_many_cameras_share_connections() {
    let (port, connections) = counting();
    for camera in 1..=20 {
        let token = encode(&format!(
            r#"{{"camid": {camera}, "token": "share.{CANARY}", "access": "all", "api": "127.0.0.1", "api_p": {port}}}"#
        ));
        let token = AccessToken::new(token.as_str()).unwrap().allow_http();
        vxg::v4(token).unwrap().channel_retrieve().send().await.ok();
    }
    assert_eq!(connections.load(std::sync::atomic::Ordering::Relaxed), 1);
}
