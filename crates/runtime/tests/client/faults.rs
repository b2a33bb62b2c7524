//! Faults of the network and of the server, one by one.

use crate::guarded::{Fetch, Plain, Replace, Write, answering, builder, client, read};
use crate::support::{ServerStep, TestServer, answer, json};
use futures_core::Stream;
use lorgnette_runtime::retry::RetryPolicy;
use lorgnette_runtime::{Body, Limits};
use std::io::Write as _;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

const SHORT: Duration = Duration::from_millis(60);
const LONG: Duration = Duration::from_secs(30);

/// A server that responds to any request with these bytes, and then resets the connection.
async fn resetting(bytes: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(bytes).await;
                // The pause leaves time to read the bytes: a reset discards unread ones.
                tokio::time::sleep(Duration::from_millis(30)).await;
                let _ = stream.set_zero_linger();
            });
        }
    });
    format!("http://{address}")
}

/// The address of a server that accepts connections and never responds.
async fn silent() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address.to_string())
}

#[tokio::test]
async fn test_connection_refused() {
    let (listener, address) = silent().await;
    drop(listener);
    let error = read(&client(&format!("http://{address}")))
        .send()
        .await
        .unwrap_err();
    assert!(error.is_connect() && !error.is_timeout());
    assert_eq!(error.attempts(), 4);
    assert!(
        error
            .to_string()
            .starts_with("read: no connection to the server (Connection refused"),
        "{error}"
    );
    assert!(error.to_string().ends_with("(sent 4 times)"), "{error}");
}

#[tokio::test]
async fn test_name_that_does_not_resolve() {
    let client = client("http://nowhere.invalid");
    assert!(read(&client).send().await.unwrap_err().is_connect());
}

#[tokio::test]
async fn test_reset_in_the_header() {
    let client = client(&resetting(b"HTTP/1.1 200 OK\r\ncontent-le").await);
    let error = read(&client).send().await.unwrap_err();
    assert!(error.is_send() && !error.is_timeout(), "{error}");
    assert_eq!(error.attempts(), 4);
}

#[tokio::test]
async fn test_reset_in_the_body() {
    let client = client(&resetting(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\"").await);
    let error = read(&client).send().await.unwrap_err();
    // The server has processed the request, and confirmed it.
    assert!(error.is_send() && error.attempts() == 1, "{error}");
    let mut stream = Fetch::from(&client).send().await.unwrap();
    assert_eq!(stream.chunk().await.unwrap().unwrap(), "{\"id\"");
    assert!(stream.chunk().await.unwrap_err().is_send());
    assert!(stream.chunk().await.unwrap().is_none());
}

#[tokio::test]
async fn test_stall_while_connecting() {
    let (_listener, address) = silent().await;
    let client = builder(&format!("https://{address}"))
        .connect_timeout(SHORT)
        .build()
        .unwrap();
    let error = read(&client).send().await.unwrap_err();
    assert!(error.is_connect() && error.is_timeout(), "{error}");
    assert_eq!(error.attempts(), 4);
}

#[tokio::test]
async fn test_stall_before_the_answer() {
    let (server, client) = answering(vec![vec![ServerStep::Wait(LONG)]]).await;
    let error = read(&client).read_timeout(SHORT).send().await.unwrap_err();
    assert!(error.is_send() && error.is_timeout());
    assert_eq!(
        error.to_string(),
        format!(
            "read: no response came within the read_timeout of 60ms; `read_timeout` of the call or the client sets it \
             (GET {}/items/{{id}}) (sent 4 times)",
            server.url.trim_start_matches("http://")
        )
    );
    assert_eq!(server.received().len(), 4);
    let error = Write::from(&client).read_timeout(SHORT).send().await.unwrap_err();
    assert!(error.is_timeout() && error.attempts() == 1);
}

/// A server that reads this much at a time, and responds when it has read everything.
async fn taking(piece: usize, pause: Duration, whole: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let (mut taken, mut buffer) = (0, vec![0; piece]);
        while taken < whole {
            tokio::time::sleep(pause).await;
            taken += stream.read(&mut buffer).await.unwrap();
        }
        stream
            .write_all(b"HTTP/1.1 204 No Content\r\n\r\n")
            .await
            .unwrap();
    });
    url
}

#[tokio::test]
async fn test_sending_a_long_body_is_no_silence() {
    const LENGTH: usize = 64 * 1024 * 1024;
    let url = taking(1024 * 1024, Duration::from_millis(10), LENGTH).await;
    let client = builder(&url)
        .read_timeout(Duration::from_millis(400))
        .build()
        .unwrap();
    let begun = Instant::now();
    Replace::from(&client).body(vec![7; LENGTH]).send().await.unwrap();
    assert!(
        begun.elapsed() > Duration::from_millis(500),
        "{:?}",
        begun.elapsed()
    );
    // A server that accepts nothing more is silent.
    let url = taking(1, Duration::from_secs(30), LENGTH).await;
    let builder = builder(&url).read_timeout(Duration::from_millis(400));
    let client = builder.retry(RetryPolicy::off()).build().unwrap();
    let error = Replace::from(&client)
        .body(vec![7; LENGTH])
        .send()
        .await
        .unwrap_err();
    assert!(error.is_timeout() && error.is_send(), "{error}");
}

/// A body of three pieces, with a pause before each.
struct Slow(mpsc::Receiver<&'static str>);

impl Slow {
    fn body(pause: Duration) -> Body {
        let (sender, receiver) = mpsc::channel(1);
        tokio::spawn(async move {
            for piece in ["ab", "cd", "ef"] {
                tokio::time::sleep(pause).await;
                let _ = sender.send(piece).await;
            }
        });
        Body::stream(Self(receiver))
    }
}

impl Stream for Slow {
    type Item = Result<&'static str, std::io::Error>;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(cx).map(|piece| piece.map(Ok))
    }
}

#[tokio::test]
async fn test_stream_that_has_nothing_to_send_is_no_silence() {
    let server = TestServer::start(|_| json(200, "{}")).await;
    let client = builder(&server.url).read_timeout(SHORT).build().unwrap();
    for body in [Slow::body(3 * SHORT), Slow::body(3 * SHORT).length(6)] {
        Replace::from(&client).body(body).send().await.unwrap();
    }
    // Even this body does not block the thread.
    let call = Replace::from(&client).body(Slow::body(SHORT));
    let call = call.read_timeout(Duration::ZERO).send();
    let _ = tokio::time::timeout(LONG / 10, call).await.unwrap();
}

#[tokio::test]
async fn test_stall_after_a_stream_has_been_sent() {
    let server = TestServer::start(|_| vec![ServerStep::Wait(LONG)]).await;
    let client = builder(&server.url).read_timeout(SHORT).build().unwrap();
    for body in [Slow::body(SHORT), Slow::body(SHORT).length(6)] {
        let call = Replace::from(&client).body(body).send();
        let outcome = tokio::time::timeout(LONG / 10, call).await;
        let error = outcome.unwrap().unwrap_err();
        assert!(
            error.is_timeout() && error.is_send() && error.attempts() == 1,
            "{error}"
        );
    }
}

#[tokio::test]
async fn test_stall_longer_than_the_call_may_take() {
    let (server, client) = answering(vec![vec![ServerStep::Wait(LONG)]]).await;
    let begun = Instant::now();
    let error = read(&client).timeout(SHORT).send().await.unwrap_err();
    assert!(error.is_send() && error.is_timeout());
    assert!(
        error
            .to_string()
            .contains("no response came within the timeout of 60ms"),
        "{error}"
    );
    assert_eq!(server.received().len(), 1);
    assert!(begun.elapsed() < LONG / 10);
}

#[tokio::test]
async fn test_stall_in_the_body() {
    let begins = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{\"id\"".to_vec();
    let (_server, client) = answering(vec![vec![ServerStep::Bytes(begins), ServerStep::Wait(LONG)]]).await;
    for (call, setting) in [
        (read(&client).read_timeout(SHORT), "read_timeout"),
        (read(&client).timeout(SHORT), "timeout"),
    ] {
        let error = call.send().await.unwrap_err();
        assert!(error.is_send() && error.is_timeout() && error.attempts() == 1);
        let expected = format!("the response did not end within the {setting} of 60ms");
        assert!(error.to_string().contains(&expected), "{error}");
    }
    // The time limit of a call does not limit how long a stream is read.
    let call = Fetch::from(&client).timeout(SHORT).read_timeout(4 * SHORT);
    let mut stream = call.send().await.unwrap();
    tokio::time::sleep(2 * SHORT).await;
    assert_eq!(stream.chunk().await.unwrap().unwrap(), "{\"id\"");
    assert!(stream.chunk().await.unwrap_err().is_timeout());
}

#[tokio::test]
async fn test_stall_in_the_body_of_an_error_keeps_the_error() {
    let begins = b"HTTP/1.1 400 Bad\r\ncontent-length: 10\r\n\r\nno".to_vec();
    let (_server, client) = answering(vec![vec![ServerStep::Bytes(begins), ServerStep::Wait(LONG)]]).await;
    let error = read(&client).timeout(SHORT).send().await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 400);
}

#[tokio::test]
async fn test_timeouts_that_are_longer_than_time_do_no_harm() {
    let begins = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{\"id\"".to_vec();
    let steps = vec![
        ServerStep::Bytes(begins),
        ServerStep::Wait(SHORT),
        ServerStep::Bytes(b": 1}".to_vec()),
    ];
    let (_server, client) = answering(vec![steps]).await;
    let call = read(&client).timeout(Duration::MAX).read_timeout(Duration::MAX);
    assert_eq!(call.send().await.unwrap().id, 1);
}

#[tokio::test]
async fn test_truncated_json() {
    let (_server, client) = answering(vec![json(200, r#"{"id": 1, "na"#)]).await;
    let error = read(&client).send().await.unwrap_err();
    assert!(error.is_decode() && error.attempts() == 1, "{error}");
    assert_eq!(error.body().unwrap(), r#"{"id": 1, "na"#);
}

#[tokio::test]
async fn test_wrong_content_type() {
    let body = [0x89, b'P', b'N', b'G'];
    let (_server, client) = answering(vec![answer(200, &[("content-type", "image/png")], body)]).await;
    let error = read(&client).send().await.unwrap_err();
    assert!(error.is_decode(), "{error}");
    assert!(
        error.to_string().contains("the body is image/png, not JSON"),
        "{error}"
    );
}

#[tokio::test]
async fn test_html_page_instead_of_an_answer() {
    let page = |status| answer(status, &[("content-type", "text/html")], "<html>Sign in</html>");
    let (_server, client) = answering(vec![page(200)]).await;
    let error = read(&client).send().await.unwrap_err();
    assert!(
        error.is_decode() && error.to_string().contains("the body is text/html, not JSON"),
        "{error}"
    );
    // As an error it is the error of its status, even if the contract declares JSON.
    let (_server, client) = answering(vec![page(503)]).await;
    let error = read(&client).send().await.unwrap_err();
    assert!(error.is_status() && error.declared().is_none() && error.message().is_none());
    assert_eq!(error.body().unwrap(), "<html>Sign in</html>");
    let shown = error.to_string();
    assert!(
        shown.starts_with("read: 503 Service Unavailable from GET 127.0.0.1:")
            && shown.ends_with("(sent 4 times)")
    );
}

#[tokio::test]
async fn test_no_http_at_all() {
    let (server, client) = answering(vec![vec![
        ServerStep::Bytes(b"SSH-2.0-OpenSSH_9.6\r\n".to_vec()),
        ServerStep::Close,
    ]])
    .await;
    let error = Write::from(&client).send().await.unwrap_err();
    assert!(error.is_send(), "{error}");
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn test_no_tls_where_tls_should_be() {
    let url = resetting(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let client = client(&url.replace("http://", "https://"));
    let error = Plain::from(&client)
        .timeout(Duration::from_secs(5))
        .send()
        .await
        .unwrap_err();
    // Another attempt would not help.
    assert!(error.is_connect() && error.attempts() == 1, "{error}");
}

/// Polls a future once, outside of any runtime.
fn poll_once<T>(future: impl Future<Output = T>) -> Poll<T> {
    std::pin::pin!(future).poll(&mut Context::from_waker(std::task::Waker::noop()))
}

#[test]
fn test_call_without_a_runtime_is_an_error() {
    let client = client("http://127.0.0.1:9");
    let Poll::Ready(Err(error)) = poll_once(read(&client).send()) else {
        panic!("the call went on");
    };
    assert!(
        error.is_build() && error.to_string().contains("tokio runtime"),
        "{error}"
    );
}

#[test]
fn test_stream_read_without_a_runtime_is_an_error() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let (_server, mut stream) = runtime.block_on(async {
        let begun = vec![
            ServerStep::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nbegun".to_vec()),
            ServerStep::Wait(Duration::from_secs(60)),
        ];
        let (server, client) = answering(vec![begun]).await;
        let mut stream = Fetch::from(&client).send().await.unwrap().into_inner();
        assert_eq!(stream.chunk().await.unwrap().unwrap(), "begun");
        (server, stream)
    });
    let Poll::Ready(Err(error)) = poll_once(stream.chunk()) else {
        panic!("the stream went on");
    };
    assert!(error.to_string().contains("tokio runtime"), "{error}");
}

#[tokio::test]
async fn test_gzip_that_is_cut_off() {
    let headers = [("content-type", "application/json"), ("content-encoding", "gzip")];
    for body in [
        &[31, 139, 8, 0, 0, 0, 0, 0, 0, 255, 1, 9, 0, 246, 255, b'{'][..],
        b"{\"id\": 1}",
    ] {
        let (_server, client) = answering(vec![answer(200, &headers, body)]).await;
        let error = read(&client).send().await.unwrap_err();
        assert!(error.is_send() && error.attempts() == 1, "{error}");
    }
}

#[tokio::test]
async fn test_gzip_that_becomes_more_than_a_limit() {
    let bomb = compressed(10_000_000);
    let headers = [("content-type", "application/json"), ("content-encoding", "gzip")];
    let server = TestServer::start(move |_| answer(200, &headers, &bomb)).await;
    let mut short = Limits::default();
    short.body = 1_000_000;
    for (limits, name) in [
        (short, "`Limits::body`"),
        (Limits::default(), "`Limits::compression`"),
    ] {
        let client = builder(&server.url).limits(limits).build().unwrap();
        let error = read(&client).send().await.unwrap_err();
        assert!(error.is_send() && error.is_limit(), "{error}");
        assert!(error.to_string().contains(name), "{error}");
    }
    let mut limits = Limits::default();
    limits.compression = 2000;
    let client = builder(&server.url).limits(limits).build().unwrap();
    assert!(read(&client).send().await.unwrap_err().is_decode());
}

/// This many equal bytes, compressed.
fn compressed(count: usize) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&vec![b'0'; count]).unwrap();
    encoder.finish().unwrap()
}
