//! A server that requires client certificates, and certificates that it accepts.

use super::server::ApiServer;
use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use rustls::RootCertStore;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// TLS in front of a server, and the files that a client needs.
pub struct Tls {
    pub port: u16,
    folder: tempfile::TempDir,
}

impl Tls {
    /// Puts TLS in front of a server.
    pub async fn before(plain: &ApiServer) -> Self {
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
        let port = serve(plain, root.der().clone(), certificate.der().clone(), &key).await;
        let (certificate, key) = signed("company", ExtendedKeyUsagePurpose::ClientAuth);
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("CERTIFICATE", certificate.pem()),
            ("KEY", key.serialize_pem()),
            ("ROOT", root.pem()),
        ] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        Self { port, folder }
    }

    /// The environment variables that name the files.
    pub fn variables(&self) -> [(String, PathBuf); 3] {
        ["CERTIFICATE", "KEY", "ROOT"].map(|name| (format!("VXG_{name}"), self.folder.path().join(name)))
    }
}

/// Puts TLS in front of a server, for clients with a certificate of this authority. Returns the
/// port.
async fn serve(
    plain: &ApiServer,
    root: CertificateDer<'static>,
    certificate: CertificateDer<'static>,
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
