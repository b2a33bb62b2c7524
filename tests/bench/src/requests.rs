//! A request feed: pages of a thousand requests, each of two kilobytes with thirty headers and
//! signals, like those that browsers send.

use crate::BenchResult;
use http_body_util::{BodyExt, Full};
use hyper::Response;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::fmt::Write;
use std::io::Read;
use std::sync::Arc;
use tokio::net::TcpListener;

/// The number of requests on a page.
const PAGE: usize = 1000;

/// Serves a feed of this many pages until standard input ends.
///
/// # Errors
///
/// When no port is available.
pub async fn serve(pages: usize) -> BenchResult {
    let request: Value = serde_json::from_str(include_str!("request.json"))?;
    let rest: Arc<str> = request.to_string().trim_start_matches('{').into();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}/api/v0", listener.local_addr()?);
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let rest = Arc::clone(&rest);
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let rest = Arc::clone(&rest);
            async move {
                let (head, body) = request.into_parts();
                let form = body.collect().await?.to_bytes();
                let given = [head.uri.query().unwrap_or_default().as_bytes(), &form];
                let mut pairs = given.iter().flat_map(|text| text.split(|byte| *byte == b'&'));
                let cursor = pairs.find_map(|pair| pair.strip_prefix(b"next="));
                let number = cursor.and_then(|cursor| str::from_utf8(cursor).ok()?.parse().ok());
                let mut response = Response::new(Full::new(page(&rest, number.unwrap_or(0), pages)));
                let kind = HeaderValue::from_static("application/json");
                response.headers_mut().insert(CONTENT_TYPE, kind);
                Ok::<_, hyper::Error>(response)
            }
        });
        let connection =
            hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        tokio::spawn(connection);
    }
}

fn page(rest: &str, number: usize, pages: usize) -> Bytes {
    let next = match number + 1 < pages {
        true => format!("/api/v0/feed?next={}", number + 1),
        false => String::new(),
    };
    let mut body = String::with_capacity(PAGE * (rest.len() + 50));
    let _ = write!(body, "{{\"next\":{{\"uri\":\"{next}\"}},\"data\":[");
    for index in 0..PAGE {
        let id = number * PAGE + index;
        let comma = if index == 0 { "" } else { "," };
        let _ = write!(body, "{comma}{{\"id\":\"{id:024x}\",{rest}");
    }
    body.push_str("]}");
    body.into()
}
