//! The server: one list, with the headers of a rate limit, and a file of 1 GiB.

use crate::BenchResult;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Channel, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::io::Read;
use tokio::net::TcpListener;

/// The token that calls must send.
pub const TOKEN: &str = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJiZW5jaCJ9.c2lnbmF0dXJl";
/// The start of the period that calls request, in epoch milliseconds.
pub const FROM: i64 = 1_700_000_000_000;
/// The end of the period.
pub const TO: i64 = 1_700_086_400_000;
/// The length of the file.
pub const FILE: u64 = 1 << 30;

type ServerBody = BoxBody<Bytes, Infallible>;

/// Checks that a list has as many items as the server says.
///
/// # Errors
///
/// When it does not.
pub fn check(items: usize, total: Option<i64>) -> BenchResult {
    let is_whole = total.is_some_and(|total| usize::try_from(total).is_ok_and(|total| total == items));
    let wrong = || format!("{items} items of {total:?} came").into();
    is_whole.then_some(()).ok_or_else(wrong)
}

/// Serves a list with this many items until standard input ends.
///
/// # Errors
///
/// When no port is available.
pub async fn serve(items: usize) -> BenchResult {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    let list = Bytes::from(serde_json::to_vec(&incidents(items))?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let list = list.clone();
        let service = service_fn(move |request| {
            let answer = answer(&request, &list);
            async move { Ok::<_, Infallible>(answer) }
        });
        let connection =
            hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        tokio::spawn(connection);
    }
}

fn answer(request: &Request<Incoming>, list: &Bytes) -> Response<ServerBody> {
    let query = format!("from={FROM}&to={TO}");
    let token = request
        .headers()
        .get("authorization")
        .and_then(|token| token.to_str().ok());
    let is_allowed = token.and_then(|token| token.strip_prefix("Bearer ")) == Some(TOKEN);
    let mut answer = Response::new(match request.uri().path() {
        "/incidents/agents" if is_allowed && same(request.uri().query(), &query) => {
            Full::new(list.clone()).boxed()
        }
        "/file" => file(),
        _ => {
            let mut answer = Response::new(Full::default().boxed());
            *answer.status_mut() = hyper::StatusCode::BAD_REQUEST;
            return answer;
        }
    });
    let fields = [
        ("content-type", "application/json"),
        ("ratelimit-remaining", "9000"),
        ("ratelimit-burst-capacity", "10000"),
        ("ratelimit-replenish-rate", "1000"),
        ("ratelimit-requested-tokens", "1"),
    ];
    for (name, value) in fields {
        answer
            .headers_mut()
            .insert(name, hyper::header::HeaderValue::from_static(value));
    }
    answer
}

/// Whether both name the same parameters, in any order.
fn same(found: Option<&str>, expected: &str) -> bool {
    let sorted = |query: &str| {
        let mut pairs: Vec<_> = query.split('&').map(ToOwned::to_owned).collect();
        pairs.sort();
        pairs
    };
    found.is_some_and(|found| sorted(found) == sorted(expected))
}

/// Sends 1 GiB from one buffer.
fn file() -> ServerBody {
    const CHUNK: usize = 256 * 1024;
    let (mut sender, body) = Channel::<Bytes, Infallible>::new(1);
    tokio::spawn(async move {
        let chunk = Bytes::from(vec![b'x'; CHUNK]);
        for _ in 0..FILE / CHUNK as u64 {
            if sender.send_data(chunk.clone()).await.is_err() {
                break;
            }
        }
    });
    body.boxed()
}

fn incidents(count: usize) -> Value {
    let items: Vec<Value> = (0..count)
        .map(|item| {
            json!({
                "id": format!("6f1b2c3d-4e5f-4a6b-8c7d-{item:012x}"),
                "startTimestamp": "2024-03-05T07:11:13.250Z",
                "asOfTimestamp": "2024-03-05T07:41:13.250Z",
                "endTimestamp": null,
                "timestampDeterminedToBeIncident": "2024-03-05T07:15:00Z",
                "organizationName": "Example & Sons",
                "type": "CLIENT_CONNECTIVITY",
                "location": format!("Building {item} / Floor 2"),
                "network": "office-wifi",
                "band": 5.0,
                "countImpacted": 17 + item,
                "populationCount": 240,
                "thresholds": {
                    "warningThreshold": 80.5,
                    "criticalThreshold": 60.0,
                    "successRateThreshold": 95.25,
                    "minPopulationCount": 5,
                    "minCountImpacted": 3,
                    "minPercentImpacted": 12.5,
                    "minIncidentDurationMinutes": 15
                },
                "locationName": "Headquarters"
            })
        })
        .collect();
    json!({
        "range": {
            "to": TO,
            "toAsDateString": "2023-11-15T22:13:20.000Z[UTC]",
            "from": FROM,
            "fromAsDateString": "2023-11-14T22:13:20.000Z[UTC]",
            "total": count,
            "duration": TO - FROM,
            "durationAsString": "PT24H"
        },
        "results": items
    })
}
