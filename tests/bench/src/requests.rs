//! A request feed: pages of a thousand requests, each of a kilobyte.

use crate::Outcome;
use http_body_util::Full;
use hyper::Response;
use hyper::body::Bytes;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::fmt::Write;
use std::io::Read;
use tokio::net::TcpListener;

/// How many requests a page has.
const PAGE: usize = 1000;

/// Serves a feed of so many pages until standard input ends.
///
/// # Errors
///
/// When there is no port.
pub async fn serve(pages: usize) -> Outcome {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}/api/v0", listener.local_addr()?);
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let service = service_fn(move |request: hyper::Request<_>| {
            let query = request.uri().query().unwrap_or_default();
            let cursor = query.split('&').find_map(|pair| pair.strip_prefix("next="));
            let number = cursor.and_then(|cursor| cursor.parse().ok()).unwrap_or(0);
            let response = Response::new(Full::new(page(number, pages)));
            async move { Ok::<_, Infallible>(response) }
        });
        let connection =
            hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        tokio::spawn(connection);
    }
}

fn page(number: usize, pages: usize) -> Bytes {
    let next = match number + 1 < pages {
        true => format!("/api/v0/feed?next={}", number + 1),
        false => String::new(),
    };
    let mut body = String::with_capacity(PAGE * 1100);
    let _ = write!(body, "{{\"next\":{{\"uri\":\"{next}\"}},\"data\":[");
    for index in 0..PAGE {
        let id = number * PAGE + index;
        let comma = if index == 0 { "" } else { "," };
        let _ = write!(body, "{comma}{{\"id\":\"{id:024x}\",{REST}");
    }
    body.push_str("]}");
    body.into()
}

/// The rest of a request, as the contract has it.
const REST: &str = concat!(
    r#""serverHostname":"web-1.example.com","remoteIP":"203.0.113.9","remoteHostname":"","#,
    r#""remoteCountryCode":"DE","userAgent":"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0","#,
    r#""timestamp":"2025-01-31T08:30:15Z","method":"POST","serverName":"shop.example.com","#,
    r#""protocol":"HTTP/1.1","tlsProtocol":"TLSv1.3","tlsCipher":"TLS_AES_128_GCM_SHA256","#,
    r#""scheme":"https","path":"/search","uri":"/search?q=%27+or+1%3D1","responseCode":406,"#,
    r#""responseSize":712,"responseMillis":3,"agentResponseCode":406,"headersIn":["#,
    r#"["Host","shop.example.com"],["Accept","text/html,application/xhtml+xml"],["Accept-Language","#,
    r#""de-DE,de;q=0.9"],["Content-Type","application/x-www-form-urlencoded"],["X-Forwarded-For","#,
    r#""203.0.113.9"]],"headersOut":[["Content-Type","text/html"],["Server","nginx"]],"tags":["#,
    r#"{"type":"SQLI","location":"QUERYSTRING","value":"q=' or 1=1","detector":"SQLI"},"#,
    r#"{"type":"HTTP4XX","location":"","value":"406","detector":"HTTP4XX"}],"#,
    r#""summation":{"attrs":{"bot_j":"0"}}}"#
);
