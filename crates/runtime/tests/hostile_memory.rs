//! A client with default settings takes at most 64 MiB of memory, whatever a hostile server sends.
//!
//! Each kind of response is received in a separate process, so that memory left by one does not
//! hide what the next one takes. The test starts itself again for each.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(target_os = "linux")]

use flate2::write::GzEncoder;
use lorgnette_runtime::authenticate::Bearer;
use lorgnette_runtime::paging::Paging;
use lorgnette_runtime::retry::RetryPolicy;
use lorgnette_runtime::token::Token;
use lorgnette_runtime::{
    BTreeMap, ByteStream, Call, Client, ClientBuilder, EventStream, FromResponse, Items, JsonLines, Pages,
    Secret, Text, Undeclared, UnknownMembers, Value, object, open_enum, untagged_union,
};
use std::io::Write;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const MOST: u64 = 64 << 20;
const KIND: &str = "LORGNETTE_HOSTILE_KIND";

lorgnette_runtime::operation!(READ: "read" GET "/");
lorgnette_runtime::operation!(LIST: "list" GET "/", query "page");
lorgnette_runtime::operation!(GUARDED: "guarded" GET "/"; security(&[&["bearer"]]));

/// An object of the form that generated types have.
#[derive(Clone, Debug, Default, PartialEq)]
struct Wide {
    a: Option<String>,
    c: Option<i64>,
    many: Option<Vec<Wide>>,
    d: Option<Secret>,
    e: Option<BTreeMap<String, String>>,
    f: Option<Box<Wide>>,
    kind: Option<HostileKind>,
}
object!(Wide { 0 a: "a", 1 c: "c", 2 many: "many", 3 d: "d", 4 e: "e", 5 f: "f", 6 kind: "kind" });

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum HostileKind {
    One,
    Unknown(String),
}
open_enum!(HostileKind { One = "one" });

#[derive(Clone, Debug, PartialEq)]
struct Narrow {
    x: i64,
    next: Option<Box<Either>>,
}
object!(Narrow { 0 x: "x", 1 next: "next" });

#[derive(Clone, Debug, PartialEq)]
enum Either {
    Narrow(Narrow),
    Wide(Wide),
    Unknown(Value),
}
untagged_union!(Either { Narrow, Wide });

/// An object that keeps what it does not know, and what does not fit where that is tolerated.
#[derive(Clone, Debug, Default, PartialEq)]
struct Keeping {
    a: Option<String>,
    c: Option<i64>,
    unknown: UnknownMembers,
}
object!(Keeping { 0 a: "a", 1 c: "c" } keeps unknown);

/// A page of a list.
#[derive(Clone, Debug, PartialEq)]
struct EndlessPage {
    results: Vec<Wide>,
}
object!(EndlessPage { 0 results: "results" default });

/// A body: its beginning, and a chunk that is repeated.
struct EndlessBody {
    head: &'static str,
    begin: &'static [u8],
    again: &'static [u8],
    end: &'static [u8],
    /// The decompressed length, if the body is compressed.
    compressed: Option<usize>,
}

const JSON: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
const TEXT: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n";
const EVENTS: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n";
const ERROR: &str = "HTTP/1.1 400 Bad\r\ncontent-type: application/json\r\n";
const LINES: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\n";
const CHUNKS: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n";

const fn plain(head: &'static str, begin: &'static [u8], again: &'static [u8]) -> EndlessBody {
    EndlessBody {
        head,
        begin,
        again,
        end: b"{}]",
        compressed: None,
    }
}

/// Serves a body: its beginning, the repeated part up to just under the limit, or far beyond it in
/// a stream, and its end.
async fn serve(body: EndlessBody) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let body = Arc::new(body);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let body = Arc::clone(&body);
            tokio::spawn(async move {
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                let mut head = format!("{}connection: close\r\n", body.head);
                if body.compressed.is_some() {
                    head.push_str("content-encoding: gzip\r\n");
                }
                // The data is a head that continues, if it begins like one.
                if body.begin != HEAD {
                    head.push_str("\r\n");
                }
                let _ = stream.write_all(head.as_bytes()).await;
                let piece = body.again.repeat(16 * 1024 / body.again.len().max(1) + 1);
                if let Some(length) = body.compressed {
                    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::best());
                    encoder.write_all(body.begin).unwrap();
                    for _ in 0..length / piece.len() {
                        encoder.write_all(&piece).unwrap();
                    }
                    let _ = encoder.write_all(b"{}]");
                    let _ = stream.write_all(&encoder.finish().unwrap()).await;
                    return;
                }
                let _ = stream.write_all(body.begin).await;
                // Just under the limit for bodies; streams continue for much longer.
                let is_stream = [EVENTS, LINES, CHUNKS].contains(&body.head);
                let length = if is_stream {
                    128 << 20
                } else {
                    (16 << 20) - 64 * 1024
                };
                for _ in 0..length / piece.len() {
                    if stream.write_all(&piece).await.is_err() {
                        return;
                    }
                }
                let _ = stream.write_all(body.end).await;
            });
        }
    });
    url
}

fn client(url: &str) -> Client {
    ClientBuilder::new(url, "hostile", "1.0.0").build().unwrap()
}

/// How the call ends.
async fn call<T: FromResponse + Send, E: FromResponse + Send>(body: EndlessBody) -> String {
    let url = serve(body).await;
    let client = client(&url);
    let before = idle();
    let outcome = Call::new(&client, &READ).send::<T, E>().await;
    let taken = memory("VmHWM:").saturating_sub(before);
    let outcome = match outcome {
        Ok(response) => format!("read {}", response.status()),
        Err(error) => format!("limit {}: {error}; {:?}", error.is_limit(), error.message()),
    };
    format!("{} {outcome}", taken.max(memory("VmHWM:").saturating_sub(before)))
}

/// Members that do not fit, where that is tolerated.
async fn misfits() -> String {
    let url = serve(plain(
        JSON,
        b"[",
        br#"{"a":[],"c":"x"},                                        "#,
    ))
    .await;
    let client: Client = ClientBuilder::new(&url, "hostile", "1.0.0")
        .lenient()
        .build()
        .unwrap();
    let before = idle();
    let outcome = Call::new(&client, &READ).send::<Vec<Keeping>, ()>().await;
    let taken = memory("VmHWM:").saturating_sub(before);
    let outcome = outcome.map(|read| read.into_inner().len());
    format!(
        "{taken} limit {}: {outcome:?}",
        outcome.as_ref().is_err_and(lorgnette_runtime::Error::is_limit)
    )
}

async fn events(again: &'static [u8]) -> String {
    let url = serve(plain(EVENTS, b"", again)).await;
    let client = client(&url);
    let before = idle();
    let mut events = Call::new(&client, &READ)
        .send::<EventStream<Value>, ()>()
        .await
        .unwrap()
        .into_inner();
    let outcome = loop {
        match tokio::time::timeout(Duration::from_secs(30), events.event()).await {
            Ok(Ok(Some(_))) => {}
            Ok(Ok(None)) => break "ended".to_owned(),
            Ok(Err(error)) => break format!("limit {}: {error}", error.is_limit()),
            Err(_) => break "is still on".to_owned(),
        }
    };
    format!("{} {outcome}", memory("VmHWM:").saturating_sub(before))
}

/// The outcome of pages or items.
#[derive(Default)]
struct Tally {
    read: usize,
    errors: usize,
    limits: usize,
}

impl Tally {
    fn add<T>(&mut self, outcome: Result<T, lorgnette_runtime::Error>) {
        self.read += usize::from(outcome.is_ok());
        self.errors += usize::from(outcome.is_err());
        self.limits += usize::from(outcome.is_err_and(|error| error.is_limit()));
    }
}

/// The pages of a list, its items, or its raw items.
async fn pages(body: EndlessBody, paging: Paging, kind: &str) -> String {
    let url = serve(body).await;
    let client = client(&url);
    let list = || -> Pages<EndlessPage, Undeclared> {
        Pages::new(Call::new(&client, &LIST), paging, |page: &EndlessPage| {
            page.results.len()
        })
    };
    let before = idle();
    let mut tally = Tally::default();
    match kind {
        "pages" => {
            let mut pages = list();
            while let Some(page) = pages.page().await.transpose() {
                tally.add(page);
            }
        }
        "items" => {
            let mut items: Items<Wide> = Items::of(list(), |page| page.results);
            while let Some(item) = items.item().await.transpose() {
                tally.add(item);
            }
        }
        _ => {
            let mut items = Items::<Wide>::of(list(), |page| page.results).raw();
            while let Some(item) = items.item().await.transpose() {
                tally.add(item);
            }
        }
    }
    let taken = memory("VmHWM:").saturating_sub(before);
    let Tally { read, errors, limits } = tally;
    format!("{taken} limit {}: {read} read, {errors} errors", limits > 0)
}

async fn lines(again: &'static [u8]) -> String {
    let url = serve(plain(LINES, b"", again)).await;
    let client = client(&url);
    let before = idle();
    let response = Call::new(&client, &READ).send::<JsonLines<Value>, ()>().await;
    let mut documents = response.unwrap().into_inner();
    let outcome = loop {
        match documents.item().await {
            Ok(Some(_)) => {}
            Ok(None) => break "ended".to_owned(),
            Err(error) => break format!("limit {}: {error}", error.is_limit()),
        }
    };
    format!("{} {outcome}", memory("VmHWM:").saturating_sub(before))
}

/// A token that is as long as a body may be.
async fn token() -> String {
    let url = serve(EndlessBody {
        end: b"\"}",
        ..plain(JSON, b"{\"a\":\"", b"eyJhIjpbW1tbW1tb.")
    })
    .await;
    let client = ClientBuilder::<Client>::new(&url, "hostile", "1.0.0")
        .authenticate_with(|client: Client, origin| {
            let source = move || {
                let client = client.clone();
                async move {
                    let issued = Call::new(&client, &READ).send::<Wide, Undeclared>().await?;
                    Ok(Token::new(issued.into_inner().a.unwrap_or_default()))
                }
            };
            Ok(Bearer::new(origin, source))
        })
        .retry(RetryPolicy::off())
        .build()
        .unwrap();
    let before = idle();
    let outcome = Call::new(&client, &GUARDED).send::<Value, Undeclared>().await;
    let taken = memory("VmHWM:").saturating_sub(before);
    format!(
        "{taken} limit false: {:?}",
        outcome.map(drop).map_err(|error| error.to_string())
    )
}

async fn file() -> String {
    // Beyond the limit; the server compresses all of it before the client waits.
    let url = serve(EndlessBody {
        compressed: Some(96 << 20),
        ..plain(TEXT, b"", b"0")
    })
    .await;
    let client = client(&url);
    let before = idle();
    let response = Call::new(&client, &READ).send::<ByteStream, ()>().await.unwrap();
    let mut stream = response.into_inner();
    let mut length = 0;
    while let Some(chunk) = stream.chunk().await.unwrap() {
        length += chunk.len();
    }
    format!("{} read {length}", memory("VmHWM:").saturating_sub(before))
}

/// What the server sends for each kind, and how the call ends.
const KINDS: &[(&str, &str)] = &[
    ("items in little gzip", "limit true"),
    ("items in gzip within the ratio", "limit true"),
    ("empty objects", "limit true"),
    ("small objects", "limit true"),
    ("objects in objects", "limit true"),
    ("empty texts", "limit true"),
    ("unknown values of an enum", "limit true"),
    ("entries of a map", "limit true"),
    ("any values", "limit true"),
    ("members that nobody knows", "limit true"),
    ("unions", "limit true"),
    ("nested unions", "limit true"),
    ("text that is not UTF-8", "limit true"),
    ("text in a wide charset", "limit true"),
    ("declared error", "limit false"),
    ("long error", "limit false"),
    ("document of another kind", "limit false"),
    ("file in gzip", "read 1006"),
    ("endless line", "limit true"),
    ("endless event", "limit true"),
    ("endless id", "limit true"),
    ("endless retry", "limit true"),
    ("endless comments", "ended"),
    ("event of many values", "limit true"),
    ("endless document", "limit true"),
    ("arrays in arrays", "limit false"),
    ("short chunks", "limit true"),
    ("head without end", "limit false"),
    ("heads without end", "limit false"),
    ("trailers without end", "limit false"),
    ("link to the next page", "limit false: 1 read, 1 errors"),
    ("cursor of the next page", "limit false: 1 read, 1 errors"),
    ("items that do not fit", "limit true"),
    ("items that do not fit, in pages", "limit false: 0 read, 1 errors"),
    ("few items that do not fit", "limit true"),
    ("members that do not fit", "limit true"),
    ("items as they came", "limit true"),
    ("token", "limit false"),
];

/// A chunk that adds nothing to a document.
const SPACES: &[u8] = b"20\r\n                                \r\n";

/// The beginning of a body that still belongs to the head.
const HEAD: &[u8] = b"x-first: 1\r\n";

/// A page with these items.
const fn items(again: &'static [u8]) -> EndlessBody {
    EndlessBody {
        end: b"{}]}",
        ..plain(JSON, b"{\"results\":[", again)
    }
}

async fn receive(kind: &str) -> String {
    let gzip = |length| EndlessBody {
        compressed: Some(length),
        ..plain(JSON, b"[", b"{},")
    };
    match kind {
        "items in little gzip" => call::<Vec<Wide>, ()>(gzip(4 << 20)).await,
        "items in gzip within the ratio" => call::<Vec<Wide>, ()>(gzip(1 << 20)).await,
        "empty objects" => call::<Vec<Wide>, ()>(plain(JSON, b"[", b"{},")).await,
        "small objects" => call::<Vec<Wide>, ()>(plain(JSON, b"[", br#"{"a":"b","d":"c"},"#)).await,
        "objects in objects" => {
            call::<Vec<Wide>, ()>(plain(JSON, b"[", br#"{"f":{"f":{}},"many":[{}]},"#)).await
        }
        "empty texts" => call::<Vec<String>, ()>(plain(JSON, b"[", br#""","#)).await,
        "unknown values of an enum" => call::<Vec<HostileKind>, ()>(plain(JSON, b"[", br#""","#)).await,
        "entries of a map" => {
            let entries = br#"{"a":"","b":"","c":"","d":""},"#;
            call::<Vec<BTreeMap<String, String>>, ()>(plain(JSON, b"[", entries)).await
        }
        "any values" => call::<Vec<Value>, ()>(plain(JSON, b"[", b"[[]],{\"a\":{}},")).await,
        "members that nobody knows" => call::<Vec<Value>, ()>(plain(JSON, b"[{\"x\":[", b"1,")).await,
        "unions" => call::<Vec<Either>, ()>(plain(JSON, b"[", b"{\"x\":1},{\"c\":2},")).await,
        "nested unions" => {
            let nested = br#"{"x":1,"next":{"x":1,"next":{"x":1,"next":{"x":true}}}},"#;
            call::<Either, ()>(plain(JSON, b"{\"many\":[", nested)).await
        }
        "text that is not UTF-8" => call::<Text, ()>(plain(TEXT, b"", b"\xff")).await,
        "text in a wide charset" => {
            let head = "HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=windows-1252\r\n";
            call::<Text, ()>(plain(head, b"", b"\x80")).await
        }
        "declared error" => call::<(), Vec<Wide>>(plain(ERROR, b"[", b"{},")).await,
        "long error" => call::<(), ()>(plain(ERROR, b"[", b"[],")).await,
        "document of another kind" => call::<Wide, ()>(plain(JSON, b"{\"a\":[", b"[],")).await,
        "file in gzip" => file().await,
        "endless line" => events(b"data").await,
        "endless event" => events(b"data: 12345678901234567890\n").await,
        "endless id" => events(b"id: 1").await,
        "endless retry" => events(b"retry: 1\nretry: 12345678901234567890\n").await,
        "endless comments" => events(b": still on\n").await,
        "event of many values" => {
            let lines = b"data:[\ndata:[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[]\n";
            events(lines).await
        }
        "endless document" => lines(b"[1,").await,
        "arrays in arrays" => call::<Value, ()>(plain(JSON, b"", b"[")).await,
        "short chunks" => call::<Vec<Wide>, ()>(plain(CHUNKS, b"1\r\n[\r\n", SPACES)).await,
        "head without end" => call::<Wide, ()>(plain(JSON, HEAD, b"x-more: 0123456789\r\n")).await,
        "heads without end" => {
            let hints = b"\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n";
            call::<Wide, ()>(plain("HTTP/1.1 103 Early Hints\r\n", HEAD, hints)).await
        }
        "trailers without end" => {
            call::<Wide, ()>(plain(CHUNKS, b"2\r\n{}\r\n0\r\n", b"x-more: 1\r\n")).await
        }
        "link to the next page" => {
            let body = EndlessBody {
                end: b"\"}",
                ..plain(JSON, b"{\"next\":\"", b"/\xc3\xbc")
            };
            pages(body, Paging::link("next"), "pages").await
        }
        "cursor of the next page" => {
            let body = EndlessBody {
                end: b"\"}",
                ..plain(JSON, b"{\"next\":\"", b"\xc3\xbc")
            };
            pages(body, Paging::cursor("page").next("next"), "pages").await
        }
        "items that do not fit" => {
            pages(
                items(b"1,"),
                Paging::number("page").from(1).items("results"),
                "items",
            )
            .await
        }
        "items that do not fit, in pages" => {
            pages(
                items(b"1,"),
                Paging::number("page").from(1).items("results"),
                "pages",
            )
            .await
        }
        "few items that do not fit" => {
            let item = b"1,                                                              ";
            pages(
                items(item),
                Paging::number("page").from(1).items("results"),
                "items",
            )
            .await
        }
        "members that do not fit" => misfits().await,
        "items as they came" => {
            pages(
                items(b"1,"),
                Paging::number("page").from(1).items("results"),
                "raw",
            )
            .await
        }
        "token" => token().await,
        other => panic!("{other} is no kind"),
    }
}

/// The memory that the process uses, or its peak since the last reset.
fn memory(field: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(field)).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

/// Returns the memory in use, and resets the peak.
fn idle() -> u64 {
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    memory("VmRSS:")
}

#[test]
fn test_no_response_takes_more_than_64_mib() {
    if let Ok(kind) = std::env::var(KIND) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        println!("outcome: {}", runtime.block_on(receive(&kind)));
        return;
    }
    let mut wrong = Vec::new();
    for (kind, expected) in KINDS {
        let child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "test_no_response_takes_more_than_64_mib",
                "--nocapture",
            ])
            .env(KIND, kind)
            .output()
            .unwrap();
        let output = String::from_utf8_lossy(&child.stdout).into_owned();
        let outcome = output.lines().find_map(|line| line.split_once("outcome: "));
        let (taken, outcome) = outcome
            .unwrap_or_else(|| panic!("{kind}: {output}"))
            .1
            .split_once(' ')
            .unwrap();
        let taken: u64 = taken.parse().unwrap();
        println!("{kind}: {} KiB, {outcome}", taken / 1024);
        if taken > MOST || !outcome.starts_with(expected) {
            wrong.push(format!("{kind}: {} KiB, {outcome}", taken / 1024));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
