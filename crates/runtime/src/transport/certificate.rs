//! Client certificates, for servers that identify callers by them, and the certificates that the
//! client trusts.

use super::platform::system_time;
use super::tls;
use crate::error::{BuildError as Error, root_cause};
use crate::model::Secret;
use rustls_pki_types::pem::{PemObject, SectionKind};
use std::fmt;
use std::io::ErrorKind;
use std::path::Path;
use std::time::UNIX_EPOCH;
use x509_parser::time::ASN1Time;
use zeroize::Zeroizing;

/// A TLS client certificate with its key, both as PEM, and the rules for verifying the server.
///
/// The server's certificate must be signed by an authority that the system trusts, unless
/// [`trust_root`](Self::trust_root) adds one. The `Debug` of a certificate does not show its key.
#[derive(Clone)]
pub struct ClientCertificate {
    pem: Secret,
    not_after: ASN1Time,
    roots: Vec<reqwest::Certificate>,
    is_any_server_accepted: bool,
}

impl ClientCertificate {
    /// A certificate, followed by any intermediate certificates, and its key. The key is PKCS #8,
    /// PKCS #1 or SEC 1, without a passphrase.
    ///
    /// # Errors
    ///
    /// When the certificate or the key is missing or not PEM, or there are several keys; when the
    /// key has a passphrase, belongs to another certificate, or is of a kind that TLS cannot use;
    /// when a certificate has expired.
    pub fn new(certificate: &str, key: &str) -> Result<Self, Error> {
        let both = Zeroizing::new(format!("{certificate}\n{key}"));
        Self::from_pem(&both)
    }

    /// The same from one PEM text that contains both.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new).
    pub fn from_pem(pem: &str) -> Result<Self, Error> {
        let not_after = check(pem)?;
        // Whether the two match is known only when they are used.
        let client = backend(reqwest::Client::builder()).tls_certs_only([]);
        let client = client.identity(identity(pem)?);
        tls::build(client, |error| unusable(&error))?;
        Ok(Self {
            pem: Secret::new(pem),
            not_after,
            roots: Vec::new(),
            is_any_server_accepted: false,
        })
    }

    /// The same from two files, such as `company.crt` and `company.key`.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, and as for [`new`](Self::new).
    pub fn from_files(certificate: impl AsRef<Path>, key: impl AsRef<Path>) -> Result<Self, Error> {
        let read = |path: &Path| {
            let text = std::fs::read_to_string(path).map(Zeroizing::new);
            text.map_err(|error| {
                let path = path.display();
                if error.kind() == ErrorKind::InvalidData {
                    return Error::credentials(format!(
                        "{path} is not PEM but a binary file; convert it, for instance with `openssl x509`, `openssl pkey` or \
                         `openssl pkcs12`"
                    ));
                }
                Error::credentials(format!("{path} cannot be read")).caused_by(error)
            })
        };
        Self::new(&read(certificate.as_ref())?, &read(key.as_ref())?)
    }

    /// Also trusts servers whose certificate was issued by this authority, given as one or more PEM
    /// certificates. Use it for an installation's own authority.
    ///
    /// # Errors
    ///
    /// When the text contains no certificate.
    pub fn trust_root(mut self, pem: &str) -> Result<Self, Error> {
        let roots = reqwest::Certificate::from_pem_bundle(pem.as_bytes());
        let roots =
            roots.map_err(|_| Error::credentials("the root certificate is not the PEM of a certificate"))?;
        if roots.is_empty() {
            return Err(Error::credentials("the PEM of the root holds no certificate"));
        }
        self.roots.extend(roots);
        Ok(self)
    }

    /// Accepts any certificate of the server, including that of an impostor. The key is never sent,
    /// but all requests and responses, secrets included, can be read and changed in transit.
    ///
    /// This is `curl -k`. [`trust_root`](Self::trust_root) avoids it.
    #[must_use]
    pub const fn danger_accept_any_server_certificate(mut self) -> Self {
        self.is_any_server_accepted = true;
        self
    }

    /// Settings of an HTTP client that sends this certificate, for instance to add a proxy.
    ///
    /// # Errors
    ///
    /// When certificate and key cannot be used, although they could when this value was created.
    pub fn http_builder(&self) -> Result<reqwest::ClientBuilder, Error> {
        Ok(backend(reqwest::Client::builder())
            .https_only(true)
            .identity(identity(self.pem.expose())?)
            .tls_certs_merge(self.roots.clone())
            .tls_danger_accept_invalid_certs(self.is_any_server_accepted))
    }
}

/// The settings of an HTTP client with the TLS implementation that [`identity`] is made for.
fn backend(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    #[cfg(feature = "native-tls")]
    return builder.tls_backend_native();
    #[cfg(all(
        any(feature = "rustls", feature = "rustls-no-provider"),
        not(feature = "native-tls")
    ))]
    return builder.tls_backend_rustls();
    #[cfg(not(any(feature = "rustls", feature = "rustls-no-provider", feature = "native-tls")))]
    compile_error!("client certificates need TLS: enable `rustls`, `rustls-no-provider` or `native-tls`");
}

/// Certificate and key in the form that TLS uses.
#[cfg(not(feature = "native-tls"))]
fn identity(pem: &str) -> Result<reqwest::Identity, Error> {
    reqwest::Identity::from_pem(pem.as_bytes()).map_err(|error| unusable(&error))
}

/// Certificate and key in the form that TLS uses.
#[cfg(feature = "native-tls")]
fn identity(pem: &str) -> Result<reqwest::Identity, Error> {
    const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
    // The platform's TLS takes certificate and key separately, and keys only as PKCS #8.
    let key = pem
        .find(BEGIN)
        .and_then(|begin| pem.get(begin..))
        .unwrap_or_default();
    if key.is_empty() {
        return Err(Error::credentials(
            "the key of the client certificate is not PKCS #8, which the platform's TLS needs; convert it with \
             `openssl pkcs8 -topk8 -nodes`",
        ));
    }
    reqwest::Identity::from_pkcs8_pem(pem.as_bytes(), key.as_bytes()).map_err(|error| unusable(&error))
}

fn unusable(error: &reqwest::Error) -> Error {
    Error::credentials(format!(
        "the client certificate and its key do not belong together, or are of a kind that cannot be used ({})",
        root_cause(error)
    ))
}

/// Inspects a PEM text, and returns the end of its validity.
fn check(pem: &str) -> Result<ASN1Time, Error> {
    let wrong = |what: &str| Err(Error::credentials(format!("the client certificate {what}")));
    if pem.contains("ENCRYPTED") {
        return wrong("has a key with a passphrase; remove it, for instance with `openssl pkey`");
    }
    let (mut certificates, mut keys) = (Vec::new(), 0);
    for section in <(SectionKind, Vec<u8>)>::pem_slice_iter(pem.as_bytes()) {
        match section.map(|(kind, der)| (kind, Zeroizing::new(der))) {
            Ok((SectionKind::Certificate, der)) => certificates.push(der),
            Ok((SectionKind::PrivateKey | SectionKind::RsaPrivateKey | SectionKind::EcPrivateKey, _)) => {
                keys += 1;
            }
            Ok(_) => return wrong("has something in its PEM that is neither a certificate nor a key"),
            Err(_) => return wrong("is damaged: its PEM cannot be read"),
        }
    }
    match (certificates.len(), keys) {
        (0, 0) => return wrong("is not PEM: it holds neither a certificate nor a key"),
        (0, _) => return wrong("is missing: there is only a key"),
        (_, 0) => return wrong("comes without its key; give both, as two PEMs or in one"),
        (_, 1) => {}
        _ => return wrong("comes with several keys"),
    }
    let now = system_time().duration_since(UNIX_EPOCH).unwrap_or_default();
    let mut first = None;
    for der in certificates {
        let Ok((_, certificate)) = x509_parser::parse_x509_certificate(&der) else {
            return wrong("is damaged: it is not an X.509 certificate");
        };
        let not_after = certificate.validity().not_after;
        if u64::try_from(not_after.timestamp()).is_ok_and(|end| end > now.as_secs()) {
            first.get_or_insert(not_after);
        } else {
            return wrong(&format!("has expired: it was valid until {not_after}"));
        }
    }
    first.map_or_else(|| wrong("is missing"), Ok)
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCertificate")
            .field("not_after", &self.not_after.to_string())
            .field("extra_roots", &self.roots.len())
            .field("is_any_server_accepted", &self.is_any_server_accepted)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "certificate_tests.rs"]
mod tests;
