//! The endpoints `/metrics` and `/healthz`.
//!
//! The two endpoints need no parameters, bodies or persistent connections. A general HTTP server
//! would be the largest part of the feed.

use crate::error::Error;
use crate::metrics::Metrics;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// The time limit of a request.
const PATIENCE: Duration = Duration::from_secs(5);
/// The maximum number of concurrent requests.
const AT_ONCE: usize = 16;
/// The maximum length of a request.
const LONGEST: usize = 8192;

/// Listens at this address of this machine.
///
/// # Errors
///
/// When it is not a loopback address, or is in use.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, Error> {
    if !address.ip().is_loopback() {
        return Err(Error::settings(format!(
            "{address}: metrics are served to this machine only; expected an address such as 127.0.0.1:9464"
        )));
    }
    let listener = TcpListener::bind(address).await;
    listener.map_err(|error| Error::settings(format!("{address}: {error}")))
}

/// Serves requests until the future is dropped.
pub async fn serve(listener: TcpListener, metrics: Metrics) {
    let mut conversations = JoinSet::new();
    loop {
        while conversations.try_join_next().is_some() || conversations.len() >= AT_ONCE {
            if conversations.len() >= AT_ONCE {
                conversations.join_next().await;
            }
        }
        match listener.accept().await {
            Ok((stream, _)) => {
                let talk = tokio::time::timeout(PATIENCE, converse(stream, metrics.clone()));
                conversations.spawn(talk);
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

async fn converse(mut stream: TcpStream, metrics: Metrics) {
    let mut request = Vec::with_capacity(1024);
    while !request.windows(4).any(|end| end == b"\r\n\r\n") && request.len() < LONGEST {
        if stream.read_buf(&mut request).await.unwrap_or_default() == 0 {
            return;
        }
    }
    let line = request.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let (status, kind, body) = respond(&String::from_utf8_lossy(line), &metrics);
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(body.as_bytes()).await;
    let _ = stream.shutdown().await;
}

fn respond(line: &str, metrics: &Metrics) -> (&'static str, &'static str, String) {
    let plain = "text/plain; charset=utf-8";
    let path = line
        .strip_prefix("GET ")
        .and_then(|rest| rest.split([' ', '?']).next());
    match path {
        Some("/metrics") => {
            let kind = "text/plain; version=0.0.4; charset=utf-8";
            ("200 OK", kind, metrics.text())
        }
        Some("/healthz") => match metrics.troubles().as_slice() {
            [] => ("200 OK", plain, "well\n".to_owned()),
            troubles => (
                "503 Service Unavailable",
                plain,
                format!("{}\n", troubles.join("\n")),
            ),
        },
        Some(_) => ("404 Not Found", plain, "/metrics or /healthz\n".to_owned()),
        None => ("405 Method Not Allowed", plain, "only GET\n".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_two_addresses_are_known() {
        let metrics = Metrics::new(|_| {});
        let status = |line: &str| respond(line, &metrics).0;
        assert_eq!(status("GET /metrics?x=1 HTTP/1.1"), "200 OK");
        assert_eq!(status("GET /healthz HTTP/1.1"), "200 OK");
        assert_eq!(status("GET / HTTP/1.1"), "404 Not Found");
        assert_eq!(status("POST /metrics HTTP/1.1"), "405 Method Not Allowed");
    }
}
