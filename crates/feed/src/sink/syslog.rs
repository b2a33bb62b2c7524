//! Sends lines to syslog: RFC 5424 over TCP (RFC 6587, counted), TLS (RFC 5425) and a socket on
//! this machine.
//!
//! Syslog acknowledges nothing. The only confirmation of a stream is that the receiver has read it
//! to its end. So each batch has its own connection, whose sending half is closed after the last
//! message. The batch counts as delivered when the receiver closes its half, which servers do once
//! they have read everything. Datagrams on this machine count as delivered when the socket has
//! accepted them.

use super::event::{Event, Sink, Taking};
use crate::error::{Error, Setback};
use chrono::{DateTime, SecondsFormat};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// The address of the syslog server.
#[derive(Clone, Debug)]
pub enum Where {
    /// A host and port, without TLS.
    Tcp(String, u16),
    /// A host and port, with TLS, and a file with its certificate authority if the system does not
    /// trust it.
    Tls(String, u16, Option<PathBuf>),
    /// A socket on this machine.
    Unix(PathBuf),
}

/// The sink for syslog.
pub struct Syslog {
    to: Where,
    tls: Option<TlsConnector>,
    head: Head,
    is_confirmed: bool,
}

/// The header of each message.
#[derive(Clone, Debug)]
pub struct Head {
    /// The facility, from 0 to 23. Messages have severity 6, informational.
    pub facility: u8,
    /// The name of this machine.
    pub host: String,
    /// The name of the program.
    pub name: String,
}

/// The time limit for connecting, and for the receiver to read a batch.
const PATIENCE: Duration = Duration::from_secs(30);
/// The enterprise number that RFC 5612 reserves for examples, since the feed has none of its own.
const ENTERPRISE: u32 = 32473;

impl Syslog {
    /// A sink for this address. Without confirmation, a batch counts as delivered when it is sent.
    ///
    /// # Errors
    ///
    /// When the certificate authority cannot be read.
    pub fn new(to: Where, head: Head, is_confirmed: bool) -> Result<Self, Error> {
        let tls = match &to {
            Where::Tls(_, _, root) => Some(connector(root.as_ref())?),
            Where::Tcp(..) | Where::Unix(_) => None,
        };
        Ok(Self {
            to,
            tls,
            head,
            is_confirmed,
        })
    }

    async fn send(&self, events: &[Event]) -> Result<(), Setback> {
        let sent = async {
            match &self.to {
                Where::Tcp(host, port) => self.through(connect(host, *port).await?, events).await,
                Where::Tls(host, port, _) => {
                    let name = ServerName::try_from(host.clone()).map_err(io::Error::other)?;
                    let tls = self.tls.as_ref().ok_or_else(|| io::Error::other("no TLS"))?;
                    let stream = tls.connect(name, connect(host, *port).await?).await?;
                    self.through(stream, events).await
                }
                Where::Unix(path) => self.local(path, events).await,
            }
        };
        match timeout(PATIENCE * 2, sent).await {
            Ok(Ok(())) => Ok(()),
            // `EMSGSIZE` on Linux and BSD: the socket does not accept a datagram of this length.
            Ok(Err(error)) if matches!(error.raw_os_error(), Some(90 | 40)) => {
                Err(Setback::Batch(format!("syslog: {error}")))
            }
            Ok(Err(error)) => Err(Setback::later(format!("syslog: {error}"))),
            Err(_) => Err(Setback::later("syslog has not read the lines in time")),
        }
    }

    /// Sends octet-counted messages, and waits until the receiver has read them all.
    async fn through(
        &self,
        mut stream: impl AsyncRead + AsyncWrite + Unpin,
        events: &[Event],
    ) -> io::Result<()> {
        let mut bytes = Vec::new();
        for event in events {
            let message = self.head.message(event);
            bytes.extend_from_slice(format!("{} ", message.len()).as_bytes());
            bytes.extend_from_slice(message.as_bytes());
        }
        stream.write_all(&bytes).await?;
        stream.shutdown().await?;
        if !self.is_confirmed {
            return Ok(());
        }
        let mut rest = [0; 64];
        let ended = timeout(PATIENCE, async {
            loop {
                match stream.read(&mut rest).await {
                    Ok(0) => return Ok(()),
                    Ok(_) => {}
                    // A peer that closes TLS without a notification has still read everything.
                    Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
                    Err(error) => return Err(error),
                }
            }
        });
        ended.await.unwrap_or_else(|_| {
            Err(io::Error::other(
                "the server does not close the connection behind a batch; confirm=false continues without that",
            ))
        })
    }

    #[cfg(unix)]
    async fn local(&self, path: &std::path::Path, events: &[Event]) -> io::Result<()> {
        let datagrams = tokio::net::UnixDatagram::unbound()?;
        if datagrams.connect(path).is_err() {
            return self
                .through(tokio::net::UnixStream::connect(path).await?, events)
                .await;
        }
        for event in events {
            datagrams.send(self.head.message(event).as_bytes()).await?;
        }
        Ok(())
    }

    #[cfg(not(unix))]
    async fn local(&self, _: &std::path::Path, _: &[Event]) -> io::Result<()> {
        Err(io::Error::other("this platform has no such sockets"))
    }
}

async fn connect(host: &str, port: u16) -> io::Result<TcpStream> {
    match timeout(PATIENCE, TcpStream::connect((host, port))).await {
        Ok(stream) => stream,
        Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "no connection in time")),
    }
}

fn connector(root: Option<&PathBuf>) -> Result<TlsConnector, Error> {
    let wrong = |error: &dyn std::fmt::Display| Error::settings(format!("syslog over TLS: {error}"));
    // The provider is named explicitly, since a program may contain two cryptography providers.
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| wrong(&error))?;
    let mut roots = RootCertStore::empty();
    let config = match root {
        Some(path) => {
            use tokio_rustls::rustls::pki_types::{CertificateDer, pem::PemObject};
            let certificates = CertificateDer::pem_file_iter(path).map_err(|error| wrong(&error))?;
            for certificate in certificates {
                let certificate = certificate.map_err(|error| wrong(&error))?;
                roots.add(certificate).map_err(|error| wrong(&error))?;
            }
            builder.with_root_certificates(roots).with_no_client_auth()
        }
        None => {
            use rustls_platform_verifier::BuilderVerifierExt;
            let verified = builder.with_platform_verifier();
            verified.map_err(|error| wrong(&error))?.with_no_client_auth()
        }
    };
    Ok(TlsConnector::from(Arc::new(config)))
}

impl Head {
    /// A message according to RFC 5424, with the stable id and the source as structured data.
    fn message(&self, event: &Event) -> String {
        let time = event.time.and_then(DateTime::from_timestamp_millis);
        let time = time.map_or_else(
            || "-".to_owned(),
            |time| time.to_rfc3339_opts(SecondsFormat::Millis, true),
        );
        format!(
            "<{}>1 {time} {} {} - request [feed@{ENTERPRISE} id=\"{}\" source=\"{}\"] {}",
            u16::from(self.facility) * 8 + 6,
            word(&self.host, 255),
            word(&self.name, 48),
            value(&event.id),
            value(&event.source),
            event.text
        )
    }
}

/// A word of the header: printable ASCII, of a limited length.
fn word(text: &str, longest: usize) -> String {
    let word: String = text
        .chars()
        .filter(char::is_ascii_graphic)
        .take(longest)
        .collect();
    if word.is_empty() { "-".to_owned() } else { word }
}

/// The value of a parameter of structured data.
fn value(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    for character in text.chars().filter(|character| !character.is_control()) {
        if matches!(character, '"' | '\\' | ']') {
            value.push('\\');
        }
        value.push(character);
    }
    value
}

impl Sink for Syslog {
    fn take<'s>(&'s mut self, events: &'s [Event]) -> Taking<'s> {
        Box::pin(async move { self.send(events).await.map(|()| Vec::new()) })
    }
}

impl std::fmt::Debug for Syslog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Syslog")
            .field("to", &self.to)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_messages_are_those_of_rfc_5424() {
        let head = Head {
            facility: 16,
            host: "web 1".to_owned(),
            name: "sigsci".to_owned(),
        };
        let event = Event {
            source: "c/s".into(),
            id: "c/s/a\"]\\".to_owned(),
            time: Some(1_738_312_215_250),
            text: "{\"id\":1}".to_owned().into(),
        };
        assert_eq!(
            head.message(&event),
            "<134>1 2025-01-31T08:30:15.250Z web1 sigsci - request \
             [feed@32473 id=\"c/s/a\\\"\\]\\\\\" source=\"c/s\"] {\"id\":1}"
        );
    }
}
