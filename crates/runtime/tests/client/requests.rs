//! Requests that the server could read in another sense than the caller meant: they are refused or
//! sent correctly.

use crate::attempts::Once;
use crate::guarded::{ITEM, Item, Replace, answering, builder, keys, read};
use crate::support::{ServerStep, TestServer, answer, json};
use futures_core::Stream;
use lorgnette_runtime::reqwest::header::{HeaderName, HeaderValue};
use lorgnette_runtime::{Body, Call, Upload};
use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

lorgnette_runtime::operation!(
    ROUTED: "routed" GET "/routed", header "Host", header "Content-Length", header "Transfer-Encoding",
    header "Connection"
);
#[derive(Debug)]
#[must_use = "nothing is sent before `send`"]
struct Routed<'client>(Call<'client>);
lorgnette_runtime::builder!(Routed: ROUTED => Item);

lorgnette_runtime::operation!(IMPORT: "import" POST "/import"; accept("*/*"));
#[derive(Debug)]
#[must_use = "nothing is sent before `send`"]
struct Import<'client>(Call<'client>);
lorgnette_runtime::builder!(Import: IMPORT => ());

/// A stream of these pieces.
struct Pieces(VecDeque<&'static str>);

impl Stream for Pieces {
    type Item = Result<&'static str, Infallible>;
    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.pop_front().map(Ok))
    }
}

#[tokio::test]
async fn test_stream_of_another_length_than_announced_fails_the_call() {
    for (pieces, length, found) in [
        (&["12345", "67890"][..], 9, Some("more")),
        (&["12345", "67890"], 5, Some("more")),
        (&["12345", "67890"], 11, Some("fewer")),
        (&[], 1, Some("fewer")),
        (&["1"], 0, Some("more")),
        (&["12345", "", "67890", ""], 10, None),
        (&[], 0, None),
    ] {
        let (server, client) = answering(vec![answer(204, &[], "")]).await;
        let body = Body::stream(Pieces(pieces.iter().copied().collect())).length(length);
        let outcome = Replace::from(&client).body(body).send().await;
        let Some(found) = found else {
            outcome.unwrap();
            assert_eq!(server.only().text(), pieces.concat());
            let announced = if length == 0 {
                String::new()
            } else {
                length.to_string()
            };
            assert_eq!(server.only().header("content-length"), announced);
            continue;
        };
        let error = outcome.unwrap_err();
        let expected = format!("gives {found} than the {length} bytes that `length` announced");
        assert!(error.to_string().contains(&expected), "{error}");
        assert!(error.is_send() && error.attempts() == 1, "{error}");
        assert!(server.received().is_empty(), "no request is complete");
    }
}

#[tokio::test]
async fn test_headers_that_delimit_messages_are_refused() {
    let (server, client) = answering(vec![json(200, ITEM)]).await;
    for (index, name) in ["host", "content-length", "transfer-encoding", "connection"]
        .into_iter()
        .enumerate()
    {
        let mut call = Routed::from(&client);
        call.0.set(index, &"0".to_owned());
        let error = call.send().await.unwrap_err();
        let expected = format!("the header `{name}` cannot be set");
        assert!(
            error.is_build() && error.to_string().contains(&expected),
            "{error}"
        );
        // Nor can the caller set it, for one call or for all.
        let error = read(&client).header(name, "0").send().await.unwrap_err();
        assert!(
            error.is_build() && error.to_string().contains(&expected),
            "{error}"
        );
        let all = builder(&server.url).header(HeaderName::from_static(name), HeaderValue::from_static("0"));
        assert!(all.build().unwrap_err().to_string().contains(&expected));
    }
    assert!(server.received().is_empty());
    Routed::from(&client).send().await.unwrap();
}

#[tokio::test]
async fn test_names_in_a_form_stay_between_their_quotes() {
    let (server, client) = answering(vec![answer(204, &[], "")]).await;
    let file = Upload::new("a\r\nx-evil: 1\r\n\r\n\"b\\ü\0.csv", "1,2");
    let body = BTreeMap::from([("my \"file\"\r\nü".to_owned(), file)]);
    let mut call = Import::from(&client);
    call.0.multipart(body);
    call.send().await.unwrap();
    let request = server.only();
    let text = request.text();
    let head: Vec<&str> = text.split("\r\n").take_while(|line| !line.is_empty()).collect();
    let expected = "Content-Disposition: form-data; name=\"my %22file%22%0D%0Aü\"; \
                    filename=\"a%0D%0Ax-evil: 1%0D%0A%0D%0A\\\"b\\\\ü%00.csv\"";
    assert_eq!(head[1..], [expected, "Content-Type: application/octet-stream"]);
}

#[tokio::test]
async fn test_redirect_that_repeats_a_secret_takes_it_nowhere() {
    const KEY: &str = "c4nary s3cret";
    let elsewhere = TestServer::start(|_| json(200, ITEM)).await;
    for (location, is_followed) in [
        ("/x?y=z&token=c4nary%2520s3cret", true),
        ("/x?y=z&token=c4nary%252520s3cret", true),
        (
            "/x?y=z&back=https%3A%2F%2Fapi.example%2F%3Ftoken%3Dc4nary%2520s3cret",
            true,
        ),
        ("/x?y=z&token=c4nary+s3cret", true),
        ("/x?y=z&%2Fback%3Ftoken%3Dc4nary%2520s3cret", true),
        ("/x?y=z&%2Fback%3Ftoken%3Dc4nary%2520s3cret=1", true),
        ("/c4nary%20s3cret?y=z", false),
        ("/c4nary%2520s3cret?y=z", false),
    ] {
        let location = format!("{}{location}", elsewhere.url);
        let server = TestServer::start(move |_| answer(302, &[("location", location.as_str())], "")).await;
        let builder = builder(&server.url).authenticate(keys(&server.url, KEY));
        let outcome = read(&builder.build().unwrap()).send().await;
        assert_eq!(outcome.is_ok(), is_followed, "{outcome:?}");
    }
    for request in elsewhere.received() {
        assert_eq!(request.target, "/x?y=z");
    }
}

#[tokio::test]
async fn test_secret_is_taken_nowhere_by_other_servers_either() {
    const KEY: &str = "c4nary s3cret";
    let last = TestServer::start(|_| json(200, ITEM)).await;
    // The server may know the secret from a source other than the client's requests.
    let on = format!("{}/x?y=z&token=c4nary%20s3cret", last.url);
    let elsewhere = TestServer::start(move |_| answer(302, &[("location", on.as_str())], "")).await;
    let away = elsewhere.url.clone();
    let server = TestServer::start(move |_| answer(302, &[("location", away.as_str())], "")).await;
    let client = builder(&server.url).authenticate(keys(&server.url, KEY));
    read(&client.build().unwrap()).send().await.unwrap();
    assert_eq!(last.only().target, "/x?y=z");
}

#[tokio::test]
async fn test_answer_that_is_not_http_is_asked_for_once() {
    for head in [
        "SSH-2.0-OpenSSH_9.6\r\n\r\n",
        "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
        "HTTP/9.9 200 OK\r\n\r\n",
    ] {
        let (server, client) = answering(vec![vec![
            ServerStep::Bytes(head.as_bytes().to_vec()),
            ServerStep::Close,
        ]])
        .await;
        let error = read(&client).send().await.unwrap_err();
        assert!(error.is_send(), "{head:?}: {error}");
        assert!(error.to_string().contains("is not HTTP"), "{head:?}: {error}");
        assert_eq!((error.attempts(), server.received().len()), (1, 1), "{head:?}");
    }
    // A response that breaks off within its headers may arrive whole the next time.
    let broken = vec![
        ServerStep::Bytes(b"HTTP/1.1 200 OK\r\ncontent-le".to_vec()),
        ServerStep::Close,
    ];
    let (_server, client) = answering(vec![broken, json(200, ITEM)]).await;
    assert_eq!(read(&client).send().await.unwrap().id, 1);
}

#[tokio::test]
async fn test_body_without_announced_length_is_sent_as_it_comes() {
    let (server, client) = answering(vec![answer(204, &[], "")]).await;
    let call = Replace::from(&client).body(Body::stream(Once(Some("all"))));
    call.send().await.unwrap();
    assert_eq!(server.only().text(), "all");
}
