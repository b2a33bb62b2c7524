//! Client certificates against a real TLS server: nginx in front of a server of this test, with
//! certificates that the test makes.
//!
//! nginx is taken from the path. If it is missing and root runs the test, Debian's package is
//! installed; otherwise the test fails.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use lorgnette_runtime::reqwest::{self, Identity};
use lorgnette_runtime::{ClientBuilder, Error, RedirectPolicy};
use lorgnette_tests::debian::installed;
use lorgnette_tests::server::{ApiServer, CannedResponse, ReceivedRequest};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use std::error::Error as _;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::{CryptoProvider, aws_lc_rs};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};
use vxg::ClientCertificate;
use vxg::admin::Client;

const USERS: &str = r#"{"objects": [{"id": 5, "suid": "ada"}]}"#;

/// Signs certificates.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate and its key, as PEM.
struct Pair {
    certificate: String,
    key: String,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate().unwrap();
        Self {
            pem: params.self_signed(&key).unwrap().pem(),
            issuer: Issuer::new(params, key),
        }
    }

    /// A certificate for this name, valid from 1 January of one year to 1 January of another.
    fn sign(&self, name: &str, usage: ExtendedKeyUsagePurpose, from: i32, until: i32) -> Pair {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.extended_key_usages = vec![usage];
        params.not_before = date_time_ymd(from, 1, 1);
        params.not_after = date_time_ymd(until, 1, 1);
        let key = KeyPair::generate().unwrap();
        Pair {
            certificate: params.signed_by(&key, &self.issuer).unwrap().pem(),
            key: key.serialize_pem(),
        }
    }

    fn company(&self, from: i32, until: i32) -> Pair {
        self.sign("company", ExtendedKeyUsagePurpose::ClientAuth, from, until)
    }
}

impl Pair {
    fn checked(&self) -> Result<ClientCertificate, vxg::Error> {
        Ok(ClientCertificate::new(&self.certificate, &self.key)?)
    }
}

/// The path of nginx.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let find = || {
            let path = std::env::var_os("PATH").unwrap_or_default();
            let folders = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
            folders
                .map(|folder| folder.join("nginx"))
                .find(|program| program.is_file())
        };
        let program = installed(&["nginx"], find);
        program.unwrap_or_else(|| panic!("these tests need nginx, which is not there: apt-get install nginx"))
    })
}

/// nginx, which forwards requests of clients with a certificate of `clients` to a server behind it.
struct Nginx {
    process: Child,
    port: u16,
    /// The folder with all files of nginx, which is removed with it.
    _folder: TempDir,
}

impl Nginx {
    fn start(behind: &ApiServer, own: &Pair, clients: &Authority) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("server.crt", &own.certificate);
        write("server.key", &own.key);
        write("clients.crt", &clients.pem);
        // Another program may take a port that was free a moment ago.
        for _ in 0..5 {
            let port = TcpListener::bind(("127.0.0.1", 0))
                .unwrap()
                .local_addr()
                .unwrap()
                .port();
            write("nginx.conf", &configuration(port, behind.address()));
            let mut command = Command::new(program());
            command
                .arg("-p")
                .arg(folder.path())
                .args(["-c", "nginx.conf", "-e", "error.log"]);
            let mut process = command
                .stdin(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let started = Instant::now();
            while started.elapsed() < Duration::from_secs(20) && process.try_wait().unwrap().is_none() {
                if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                    return Self {
                        process,
                        port,
                        _folder: folder,
                    };
                }
                std::thread::sleep(Duration::from_millis(20));
            }
            let _ = process.kill();
            process.wait().unwrap();
        }
        let log = fs::read_to_string(folder.path().join("error.log")).unwrap_or_default();
        panic!("nginx does not start: {log}");
    }

    fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// A client of the generated crate with this HTTP client, for requests that the adapter
    /// refuses.
    fn client(&self, http: reqwest::ClientBuilder) -> Client {
        let builder: ClientBuilder<Client> =
            Client::builder(&format!("https://{}/api/v2/admin", self.host()));
        builder.http_builder(http).build().unwrap()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn configuration(port: u16, behind: &str) -> String {
    format!(
        "daemon off; master_process off; pid nginx.pid; events {{}}
        http {{
            access_log off; client_body_temp_path body; proxy_temp_path proxy;
            fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
            server {{
                listen 127.0.0.1:{port} ssl;
                ssl_certificate server.crt; ssl_certificate_key server.key;
                ssl_client_certificate clients.crt; ssl_verify_client on;
                location / {{
                    proxy_pass {behind};
                    proxy_set_header X-Client-Verify $ssl_client_verify;
                    proxy_set_header X-Client-Subject $ssl_client_s_dn;
                }}
            }}
        }}"
    )
}

/// A server that responds with a list of users, nginx in front of it, and the authority of both
/// sides' certificates.
struct Installation {
    behind: ApiServer,
    nginx: Nginx,
    authority: Authority,
}

impl Installation {
    async fn start() -> Self {
        Self::named("127.0.0.1").await
    }

    /// The server's certificate is for this name.
    async fn named(name: &str) -> Self {
        let authority = Authority::new("installation");
        let behind = ApiServer::start([CannedResponse::json(200, USERS)])
            .await
            .unwrap();
        let own = authority.sign(name, ExtendedKeyUsagePurpose::ServerAuth, 2020, 2100);
        let nginx = Nginx::start(&behind, &own, &authority);
        Self {
            behind,
            nginx,
            authority,
        }
    }

    /// Lists users with a certificate, through the adapter.
    async fn list(&self, certificate: &ClientCertificate) -> Result<ReceivedRequest, Error> {
        list(&vxg::admin(certificate, self.nginx.host()).unwrap()).await?;
        Ok(self.behind.received().remove(0))
    }

    /// An HTTP client that trusts the installation.
    fn http(&self) -> reqwest::ClientBuilder {
        let root = reqwest::Certificate::from_pem(self.authority.pem.as_bytes()).unwrap();
        reqwest::Client::builder().tls_certs_merge([root])
    }

    fn is_untouched(&self) -> bool {
        self.behind.received().is_empty()
    }
}

async fn list(client: &Client) -> Result<(), Error> {
    let users = client.users_list().send().await.map_err(Error::untyped)?;
    assert_eq!(users.objects[0].suid.as_deref(), Some("ada"));
    Ok(())
}

#[tokio::test]
async fn test_right_certificate_is_let_in() {
    let installation = Installation::start().await;
    let pair = installation.authority.company(2020, 2100);
    let certificate = pair
        .checked()
        .unwrap()
        .trust_root(&installation.authority.pem)
        .unwrap();
    let request = installation.list(&certificate).await.unwrap();
    assert_eq!(request.target, "/api/v2/admin/users/");
    assert_eq!(request.header("x-client-verify"), Some("SUCCESS"));
    assert!(request.header("x-client-subject").unwrap().contains("CN=company"));
    assert_eq!(request.header("authorization"), None);
}

#[tokio::test]
async fn test_certificate_and_key_in_one_pem_are_let_in() {
    let installation = Installation::start().await;
    let pair = installation.authority.company(2020, 2100);
    let certificate = ClientCertificate::from_pem(&format!("{}{}", pair.key, pair.certificate)).unwrap();
    let certificate = certificate.trust_root(&installation.authority.pem).unwrap();
    installation.list(&certificate).await.unwrap();
}

#[tokio::test]
async fn test_certificate_that_the_server_does_not_take_shows_as_its_answer() {
    for (pair, verdict) in [
        (
            Authority::new("another").company(2020, 2100),
            "of another authority",
        ),
        // An authority of the same name signs with another key.
        (
            Authority::new("installation").company(2020, 2100),
            "of an impostor",
        ),
    ] {
        let installation = Installation::start().await;
        let certificate = pair
            .checked()
            .unwrap()
            .trust_root(&installation.authority.pem)
            .unwrap();
        let error = installation.list(&certificate).await.unwrap_err();
        assert_eq!(
            error.status().map(|status| status.as_u16()),
            Some(400),
            "{verdict}: {error}"
        );
        assert!(installation.is_untouched());
    }
    let installation = Installation::start().await;
    let tomorrow = installation.authority.company(2090, 2100).checked().unwrap();
    let tomorrow = tomorrow.trust_root(&installation.authority.pem).unwrap();
    let error = installation.list(&tomorrow).await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(400), "{error}");
    assert!(installation.is_untouched());
}

#[tokio::test]
async fn test_expired_certificate_is_refused_here_as_it_would_be_there() {
    let installation = Installation::start().await;
    let expired = installation.authority.company(2020, 2021);
    let error = expired.checked().unwrap_err();
    assert!(error.to_string().contains("has expired"), "{error}");
    let identity = Identity::from_pem(format!("{}{}", expired.certificate, expired.key).as_bytes()).unwrap();
    let client = installation.nginx.client(installation.http().identity(identity));
    let error = list(&client).await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(400), "{error}");
    assert!(installation.is_untouched());
}

#[tokio::test]
async fn test_missing_certificate_shows_as_the_servers_answer() {
    let installation = Installation::start().await;
    let error = list(&installation.nginx.client(installation.http()))
        .await
        .unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(400), "{error}");
    let page = String::from_utf8(error.body().unwrap().to_vec()).unwrap();
    assert!(page.contains("No required SSL certificate was sent"), "{page}");
    assert!(installation.is_untouched());
}

#[test]
fn test_certificate_without_its_key_is_refused_at_once() {
    let authority = Authority::new("installation");
    let (pair, other) = (authority.company(2020, 2100), authority.company(2020, 2100));
    let error = ClientCertificate::from_pem(&pair.certificate).unwrap_err();
    assert!(error.to_string().contains("comes without its key"), "{error}");
    let error = ClientCertificate::new(&pair.certificate, &other.key).unwrap_err();
    assert!(error.to_string().contains("do not belong together"), "{error}");
}

/// The causes of an error on one line.
fn causes(error: &Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}

#[tokio::test]
async fn test_server_that_nobody_vouches_for_gets_nothing() {
    let installation = Installation::start().await;
    let certificate = installation.authority.company(2020, 2100).checked().unwrap();
    let error = installation.list(&certificate).await.unwrap_err();
    assert!(error.is_connect(), "{}", causes(&error));
    assert!(causes(&error).contains("certificate"), "{}", causes(&error));
    // Another root does not help.
    let certificate = certificate.trust_root(&Authority::new("another").pem).unwrap();
    assert!(installation.list(&certificate).await.unwrap_err().is_connect());
    assert!(installation.is_untouched());
}

#[tokio::test]
async fn test_server_of_another_name_gets_nothing() {
    let installation = Installation::named("web.example.com").await;
    let certificate = installation.authority.company(2020, 2100).checked().unwrap();
    let certificate = certificate.trust_root(&installation.authority.pem).unwrap();
    let error = installation.list(&certificate).await.unwrap_err();
    assert!(error.is_connect(), "{}", causes(&error));
    assert!(installation.is_untouched());
}

#[tokio::test]
async fn test_any_server_is_accepted_by_the_switch_only() {
    for name in ["127.0.0.1", "web.example.com"] {
        let installation = Installation::named(name).await;
        let certificate = installation.authority.company(2020, 2100).checked().unwrap();
        assert!(installation.list(&certificate).await.unwrap_err().is_connect());
        let certificate = certificate.danger_accept_any_server_certificate();
        let request = installation.list(&certificate).await.unwrap();
        // The switch changes nothing about the client's own certificate.
        assert_eq!(request.header("x-client-verify"), Some("SUCCESS"));
    }
}

/// Another TLS server, which also requests a client certificate and accepts any request. For each
/// connection, it records whether it received one.
struct Elsewhere {
    url: String,
    shown: Arc<Mutex<Vec<bool>>>,
}

impl Elsewhere {
    async fn start(authority: &Authority) -> Self {
        let root = CertificateDer::from_pem_slice(authority.pem.as_bytes()).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(root).unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider())
            .allow_unauthenticated()
            .build()
            .unwrap();
        let own = authority.sign("127.0.0.1", ExtendedKeyUsagePurpose::ServerAuth, 2020, 2100);
        let certificate = CertificateDer::from_pem_slice(own.certificate.as_bytes()).unwrap();
        let key = PrivateKeyDer::from_pem_slice(own.key.as_bytes()).unwrap();
        let config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(verifier)
            .with_single_cert(vec![certificate], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let shown = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&shown);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, notes) = (acceptor.clone(), Arc::clone(&notes));
                tokio::spawn(async move {
                    // Every attempted handshake is recorded, whatever its outcome.
                    let accepted = acceptor.accept(stream).await;
                    let is_shown = accepted
                        .as_ref()
                        .is_ok_and(|stream| stream.get_ref().1.peer_certificates().is_some());
                    notes.lock().unwrap().push(is_shown);
                    let mut stream = accepted.unwrap();
                    let _ = stream.read(&mut [0; 4096]).await;
                    let head = format!(
                        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{USERS}",
                        USERS.len()
                    );
                    let _ = stream.write_all(head.as_bytes()).await;
                });
            }
        });
        Self { url, shown }
    }

    fn shown(&self) -> Vec<bool> {
        self.shown.lock().unwrap().clone()
    }
}

/// The cryptography of the server: a process with two has no default.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

#[tokio::test]
async fn test_client_certificate_follows_no_redirect() {
    for status in [301, 302, 303, 307, 308] {
        let authority = Authority::new("installation");
        let elsewhere = Elsewhere::start(&authority).await;
        let target = format!("{}/users", elsewhere.url);
        let redirects = (0..3).map(|_| CannedResponse::empty(status).header("location", &target));
        let behind = ApiServer::start(redirects).await.unwrap();
        let own = authority.sign("127.0.0.1", ExtendedKeyUsagePurpose::ServerAuth, 2020, 2100);
        let nginx = Nginx::start(&behind, &own, &authority);
        let pair = authority.company(2020, 2100);
        let certificate = pair.checked().unwrap().trust_root(&authority.pem).unwrap();
        let of_adapter = |policy: Option<RedirectPolicy>| {
            let builder = vxg::admin_builder(&certificate, nginx.host()).unwrap();
            let builder = policy.into_iter().fold(builder, ClientBuilder::redirects);
            builder.build().unwrap()
        };
        let root = || reqwest::Certificate::from_pem(authority.pem.as_bytes()).unwrap();
        let identity = Identity::from_pem(format!("{}{}", pair.certificate, pair.key).as_bytes()).unwrap();
        let by_hand = reqwest::Client::builder()
            .tls_certs_merge([root()])
            .identity(identity);
        // The adapter's certificate is kept whatever the policy; a caller's own is kept unless the
        // policy removes it.
        for client in [
            of_adapter(None),
            of_adapter(Some(RedirectPolicy::safe_across_origins())),
            nginx.client(by_hand),
        ] {
            let error = list(&client).await.unwrap_err();
            assert_eq!(error.status().map(|it| it.as_u16()), Some(status), "{error}");
            assert!(error.to_string().contains("another server"), "{error}");
        }
        assert_eq!(elsewhere.shown(), [false; 0], "{status}");
        let received = behind.received();
        assert_eq!(received.len(), 3);
        let is_let_in = |request: &ReceivedRequest| request.header("x-client-verify") == Some("SUCCESS");
        assert!(received.iter().all(is_let_in));

        // The other server would have accepted it: a request without a certificate gets there.
        let plain = lorgnette_tests::server::CannedResponse::empty(307).header("location", &target);
        let open = ApiServer::start([plain]).await.unwrap();
        let builder: ClientBuilder<Client> = Client::builder(open.address());
        let client = builder
            .http_builder(reqwest::Client::builder().tls_certs_merge([root()]))
            .redirects(RedirectPolicy::safe_across_origins())
            .build()
            .unwrap();
        list(&client).await.unwrap();
        assert_eq!(elsewhere.shown(), [false]);
    }
}
