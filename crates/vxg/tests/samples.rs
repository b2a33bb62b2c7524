//! The examples, run as programs against servers of the test's own.

#![allow(missing_docs, clippy::unwrap_used)]

#[allow(dead_code)]
#[path = "../../../tests/src/server.rs"]
mod server;

use base64::Engine;
use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use rustls::RootCertStore;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use server::{Answer, Server};
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// The example as a program: cargo builds it beside the tests' folder.
fn example(name: &str) -> Command {
    let tests: PathBuf = std::env::current_exe().unwrap().parent().unwrap().into();
    let program = tests.parent().unwrap().join("examples").join(name);
    assert!(
        program.exists(),
        "the example {name} is not built; `cargo test` without `--test` builds it"
    );
    let mut command = Command::new(program);
    for name in [
        "LICENSE_KEY",
        "GROUP_TOKEN",
        "HOST",
        "SOURCE",
        "CERTIFICATE",
        "KEY",
        "ROOT",
    ] {
        command.env_remove(format!("VXG_{name}"));
    }
    command
}

async fn run(mut command: Command) -> (Output, String, String) {
    let output = tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    let (out, err) = (output.stdout.clone(), output.stderr.clone());
    (
        output,
        String::from_utf8(out).unwrap(),
        String::from_utf8(err).unwrap(),
    )
}

#[tokio::test]
async fn test_live_channel_goes_from_license_key_to_live_addresses() {
    // The second server is the one that the new channel's token names.
    let live = r#"{"rtmp": "rtmp://a.example/x", "hls": "https://a.example/x.m3u8", "expire": "2024-05-01T10:00:00.123456"}"#;
    let camera = Server::start([Answer::json(503, "{}"), Answer::json(200, live)])
        .await
        .unwrap();
    let port = camera.address().rsplit(':').next().unwrap();
    let json = format!(
        r#"{{"camid": 8, "token": "share.x", "access": "all", "api": "127.0.0.1", "api_p": {port}}}"#
    );
    let token = encode(&json);
    let list = r#"{"meta": {"limit": 100, "offset": 0, "total_count": 1, "next": null}, "objects": [{"id": 7, "name": "Yard", "rec_mode": "of_tomorrow"}]}"#;
    let created =
        format!(r#"{{"id": 8, "name": "Front door", "access_tokens": {{"all": "{token}", "watch": "w"}}}}"#);
    let account = Server::start([Answer::json(200, list), Answer::json(201, &created)])
        .await
        .unwrap();
    let mut command = example("live_channel");
    command
        .env("VXG_LICENSE_KEY", "v3.key")
        .env("VXG_HOST", account.address())
        .env("VXG_SOURCE", "rtsp://10.0.0.9/1");
    let (output, printed, errors) = run(command).await;
    assert!(output.status.success(), "{errors}");
    assert_eq!(
        printed,
        "Some(7) Yard\nrtmp://a.example/x\nhttps://a.example/x.m3u8\n"
    );
    let received = account.received();
    assert_eq!(
        (received[0].target.as_str(), received[1].method.as_str()),
        ("/api/v3/channels/?limit=100", "POST")
    );
    assert_eq!(
        received[1].text(),
        r#"{"name":"Front door","source":{"url":"rtsp://10.0.0.9/1"}}"#
    );
    assert!(
        received
            .iter()
            .all(|request| request.header("authorization") == Some("LKey v3.key"))
    );
    let received = camera.received();
    assert_eq!(
        (received.len(), received[1].target.as_str()),
        (2, "/api/v4/live/watch/")
    );
    assert_eq!(
        received[1].header("authorization"),
        Some(format!("Acc {token}").as_str())
    );
}

#[tokio::test]
async fn test_live_channel_without_a_key_names_the_variable() {
    let mut command = example("live_channel");
    command
        .env("VXG_LICENSE_KEY", "")
        .env("VXG_HOST", "web.example.com");
    let (output, _, errors) = run(command).await;
    assert!(
        !output.status.success() && errors.contains("VXG_LICENSE_KEY is empty"),
        "{errors}"
    );
}

#[tokio::test]
async fn test_group_channels_are_listed_to_the_end() {
    let page = |ids: std::ops::Range<i64>, next: &str| {
        let objects: Vec<String> = ids
            .map(|id| format!(r#"{{"id": {id}, "name": "c{id}", "status": "active"}}"#))
            .collect();
        Answer::json(
            200,
            &format!(
                r#"{{"meta": {{"next": {next}}}, "objects": [{}]}}"#,
                objects.join(",")
            ),
        )
    };
    let server = Server::start([
        page(0..3, r#""/api/v5/channels/?limit=1000&offset=3""#),
        page(3..5, "null"),
    ])
    .await
    .unwrap();
    let token = encode(r#"{"token": "share.x", "api": "elsewhere.example"}"#);
    let mut command = example("group_channels");
    command
        .env("VXG_GROUP_TOKEN", &token)
        .env("VXG_HOST", server.address());
    let (output, printed, errors) = run(command).await;
    assert!(output.status.success(), "{errors}");
    assert_eq!(printed.lines().count(), 5);
    assert!(printed.ends_with("Some(4) c4 active\n"), "{printed}");
    let received = server.received();
    assert_eq!(received[1].target, "/api/v5/channels/?limit=1000&offset=3");
    assert_eq!(
        received[1].header("authorization"),
        Some(format!("SI {token}").as_str())
    );
}

#[tokio::test]
async fn test_create_user_shows_its_certificate() {
    let user = r#"{"id": 5, "suid": "ada", "license_key": {"value": "v3.new", "expire": null}}"#;
    let plain = Server::start([Answer::json(201, user)]).await.unwrap();
    let mut authority = CertificateParams::new(vec![]).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let root = authority.self_signed(&key).unwrap();
    let issuer = Issuer::new(authority, key);
    let signed = |name: &str, usage| {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.extended_key_usages = vec![usage];
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, &issuer).unwrap(), key)
    };
    let (certificate, key) = signed("127.0.0.1", ExtendedKeyUsagePurpose::ServerAuth);
    let port = serve_tls(&plain, root.der().clone(), certificate.der().clone(), &key).await;

    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = signed("company", ExtendedKeyUsagePurpose::ClientAuth);
    let mut command = example("create_user");
    command
        .args(["ada", "company"])
        .env("VXG_HOST", format!("127.0.0.1:{port}"));
    for (name, text) in [
        ("CERTIFICATE", certificate.pem()),
        ("KEY", key.serialize_pem()),
        ("ROOT", root.pem()),
    ] {
        let file = folder.path().join(name);
        fs::write(&file, text).unwrap();
        command.env(format!("VXG_{name}"), file);
    }
    let (output, printed, errors) = run(command).await;
    assert!(output.status.success(), "{errors}");
    assert_eq!(printed, "Some(5) v3.new\n");
    let received = plain.received();
    assert_eq!(received[0].target, "/api/v2/admin/users/");
    assert_eq!(
        received[0].text(),
        r#"{"suid":"ada","usrc":"company","license_key":{}}"#
    );
    assert_eq!(received[0].header("authorization"), None);
}

/// TLS in front of a server, for clients with a certificate of this authority. Gives the port.
async fn serve_tls(
    plain: &Server,
    root: rustls::pki_types::CertificateDer<'static>,
    certificate: rustls::pki_types::CertificateDer<'static>,
    key: &KeyPair,
) -> u16 {
    let mut roots = RootCertStore::empty();
    roots.add(root).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
        .build()
        .unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let behind = plain.address().trim_start_matches("http://").to_owned();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let mut behind = TcpStream::connect(&behind).await.unwrap();
                tokio::spawn(async move { tokio::io::copy_bidirectional(&mut stream, &mut behind).await });
            }
        }
    });
    port
}

/// Base64 without padding, which VXG takes as well.
fn encode(text: &str) -> String {
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text)
}
