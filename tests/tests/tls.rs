//! Checks that TLS is the caller's choice: the TLS implementations that the features of each crate
//! compile, and handshakes with each of them, including client certificates.
//!
//! A separate program (`tests/tls`) makes the handshakes, since cargo enables features for a whole
//! workspace. It is compiled when this test runs, for OpenSSL with Debian's `libssl-dev`, which is
//! installed if root runs the test.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use lorgnette_tests::debian::installed;
use lorgnette_tests::workspace::{apis, root};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

const ADAPTERS: [&str; 4] = ["angus", "sevensignal", "sigsci", "vxg"];

/// The names of the crates that are compiled for a package with these features.
fn compiled(package: &str, arguments: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--locked",
            "--package",
            package,
            "--edges",
            "normal",
            "--prefix",
            "none",
        ])
        .args(arguments)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .map(|line| line.trim_end_matches(" (*)").to_owned())
        .collect()
}

fn has(crates: &BTreeSet<String>, name: &str) -> bool {
    crates.iter().any(|line| line.split(' ').next() == Some(name))
}

fn packages() -> Vec<String> {
    let generated = apis().unwrap().into_iter().map(|api| api.name);
    generated.chain(ADAPTERS.map(str::to_owned)).collect()
}

#[test]
fn test_features_compile_the_tls_that_they_name_and_no_other() {
    for package in packages() {
        for (features, rustls, aws, native) in [
            ("", false, false, false),
            ("rustls", true, true, false),
            ("rustls-no-provider", true, false, false),
            ("native-tls", false, false, true),
        ] {
            let crates = compiled(&package, &["--no-default-features", "--features", features]);
            let found = [
                has(&crates, "rustls"),
                has(&crates, "aws-lc-sys"),
                has(&crates, "native-tls"),
            ];
            assert_eq!(found, [rustls, aws, native], "{package} with `{features}`");
            assert!(!has(&crates, "ring"), "{package} with `{features}`");
        }
        let crates = compiled(&package, &[]);
        assert!(
            has(&crates, "aws-lc-sys") && !has(&crates, "native-tls"),
            "{package}"
        );
    }
}

#[test]
fn test_features_compile_what_their_operations_need() {
    let with = |features: &str| compiled("sevensignal", &["--no-default-features", "--features", features]);
    let one = with("incidents,rustls");
    assert!(one.len() <= 105, "{} crates: {one:#?}", one.len());
    for name in ["flate2", "mime_guess", "sse-stream"] {
        assert!(!has(&one, name), "{name}");
    }
    let all = compiled("sevensignal", &[]);
    assert!(all.len() <= 105, "{} crates: {all:#?}", all.len());
    assert!(has(&all, "flate2") && has(&all, "sse-stream"), "{all:#?}");
    assert!(has(&with("gzip"), "flate2"));
}

/// An authority and the certificates that it signs, in files.
struct Files {
    folder: TempDir,
}

impl Files {
    fn new() -> Self {
        let mut params = CertificateParams::new(vec![]).unwrap();
        // If certificate and issuer have the same name, OpenSSL assumes a self-signed certificate.
        params.distinguished_name.push(DnType::CommonName, "authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let files = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        files.write("authority.pem", &authority.pem());
        for (name, usage) in [
            ("server.pem", ExtendedKeyUsagePurpose::ServerAuth),
            ("client.pem", ExtendedKeyUsagePurpose::ClientAuth),
        ] {
            let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
            params.distinguished_name.push(DnType::CommonName, name);
            params.extended_key_usages = vec![usage];
            let key = KeyPair::generate().unwrap();
            let certificate = params.signed_by(&key, &authority).unwrap().pem();
            files.write(name, &(certificate + &key.serialize_pem()));
        }
        files
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).unwrap();
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// A server that accepts only clients with a certificate of the authority.
    async fn server(&self) -> String {
        let certificates = |name: &str| CertificateDer::pem_file_iter(self.path(name)).unwrap().flatten();
        // A process with two cryptography providers has no default.
        let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
        let mut roots = RootCertStore::empty();
        for certificate in certificates("authority.pem") {
            roots.add(certificate).unwrap();
        }
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .build()
            .unwrap();
        let key = PrivateKeyDer::from_pem_file(self.path("server.pem")).unwrap();
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(verifier);
        let config = config
            .with_single_cert(certificates("server.pem").collect(), key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let mut stream = acceptor.accept(stream).await?;
                    let _ = stream.read(&mut [0; 4096]).await?;
                    stream
                        .write_all(
                            b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\nconnection: close\r\n\r\n{\"id\": 7}",
                        )
                        .await?;
                    stream.shutdown().await
                });
            }
        });
        format!("https://localhost:{port}")
    }
}

/// Runs the program with this feature against a server.
async fn handshake(feature: &'static str, is_provided: bool) -> Output {
    let files = Files::new();
    let address = files.server().await;
    run(feature, is_provided, address, files).await
}

/// Runs the program with this feature against the server at this address, which has a certificate
/// of another authority, or no TLS at all.
async fn refused(feature: &'static str, address: String) -> String {
    let output = run(feature, true, address, Files::new()).await;
    let said = String::from_utf8_lossy(&output.stdout);
    said.into_owned() + &String::from_utf8_lossy(&output.stderr)
}

async fn run(feature: &'static str, is_provided: bool, address: String, files: Files) -> Output {
    let run = move || {
        let folder = root().join("tests/tls");
        let mut command = Command::new(env!("CARGO"));
        command
            .args(["run", "--quiet", "--locked", "--features", feature, "--"])
            .args([address, files.path("authority.pem"), files.path("client.pem")])
            .current_dir(folder)
            .env(
                "CARGO_TARGET_DIR",
                Path::new(env!("CARGO_TARGET_TMPDIR")).join("tls"),
            )
            .stdin(Stdio::null());
        if !is_provided {
            command.env("WITHOUT_PROVIDER", "1");
        }
        command.output().unwrap()
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

fn assert_answered(output: &Output) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "item 7\n", "{said}");
}

#[tokio::test]
async fn test_rustls_takes_the_cryptography_that_the_program_installs() {
    assert_answered(&handshake("ring", true).await);
}

#[tokio::test]
async fn test_rustls_without_cryptography_is_an_error_that_says_what_to_do() {
    let output = handshake("ring", false).await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && output.stdout.is_empty());
    assert!(
        said.contains("rustls has no cryptography: install some"),
        "{said}"
    );
}

/// A server that accepts connections, reads once, sends these bytes and closes them.
async fn closing(bytes: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(bytes).await;
        }
    });
    format!("https://localhost:{port}")
}

/// Permanent failures are tried once, and broken connections are retried.
async fn assert_retries(feature: &'static str) {
    let elsewhere = Files::new();
    let said = refused(feature, elsewhere.server().await).await;
    assert!(said.starts_with("failed to connect, attempts 1\n"), "{said}");
    let said = refused(feature, closing(b"HTTP/1.1 400 Bad Request\r\n\r\n").await).await;
    assert!(said.starts_with("failed to connect, attempts 1\n"), "{said}");
    let said = refused(feature, closing(b"").await).await;
    assert!(said.starts_with("failed to connect, attempts 4\n"), "{said}");
}

#[tokio::test]
async fn test_rustls_tries_again_only_where_that_can_help() {
    assert_retries("ring").await;
}

#[tokio::test]
async fn test_native_tls_tries_again_only_where_that_can_help() {
    install_openssl();
    assert_retries("native").await;
}

#[tokio::test]
async fn test_native_tls_makes_the_handshake() {
    install_openssl();
    assert_answered(&handshake("native", true).await);
}

/// Installs OpenSSL's headers if they are missing and root runs the test.
fn install_openssl() {
    let find = || {
        let mut found = Command::new("pkg-config");
        let found = found.args(["--exists", "openssl"]).status();
        found.is_ok_and(|status| status.success()).then_some(())
    };
    assert!(
        installed(&["libssl-dev", "pkg-config"], find).is_some(),
        "this test needs OpenSSL's headers, which are not there: apt-get install libssl-dev pkg-config"
    );
}
