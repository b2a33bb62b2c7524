//! An HTTP/1.1 server in the test's own process that does as instructed: it sends exact bytes,
//! slowly, or incorrectly.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A received request.
#[derive(Clone, Debug, Default)]
pub struct Received {
    pub method: String,
    pub target: String,
    /// Headers by name in lower case; values of equal names are joined by `, `.
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// What the server does in response.
#[derive(Clone, Debug)]
pub enum ServerStep {
    Bytes(Vec<u8>),
    Wait(Duration),
    /// Ends the connection. Otherwise the next request is read.
    Close,
}

/// A response that announces a body of this length.
pub fn answer(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Vec<ServerStep> {
    let mut head = format!(
        "HTTP/1.1 {status} Some Reason\r\ncontent-length: {}\r\n",
        body.as_ref().len()
    );
    for (name, value) in headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    head.push_str("\r\n");
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(body.as_ref());
    vec![ServerStep::Bytes(bytes)]
}

pub fn json(status: u16, body: &str) -> Vec<ServerStep> {
    answer(status, &[("content-type", "application/json")], body)
}

/// A server, which ends when it is dropped.
pub struct TestServer {
    pub url: String,
    received: Arc<Mutex<Vec<Received>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl TestServer {
    /// Responds to each request as `handler` says.
    pub async fn start(handler: impl Fn(&Received) -> Vec<ServerStep> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(Vec::new()));
        let (handler, log) = (Arc::new(handler), received.clone());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (handler, log) = (handler.clone(), log.clone());
                tokio::spawn(async move {
                    let _ = serve(stream, &*handler, &log).await;
                });
            }
        });
        Self { url, received, task }
    }

    /// All requests so far.
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// The only request so far.
    pub fn only(&self) -> Received {
        let received = self.received();
        assert_eq!(received.len(), 1, "{received:?}");
        received[0].clone()
    }
}

async fn serve(
    mut stream: TcpStream,
    handler: &(dyn Fn(&Received) -> Vec<ServerStep> + Send + Sync),
    log: &Mutex<Vec<Received>>,
) -> std::io::Result<()> {
    let mut buffer = Vec::new();
    while let Some(request) = read_request(&mut stream, &mut buffer).await? {
        log.lock().unwrap().push(request.clone());
        for step in handler(&request) {
            match step {
                ServerStep::Bytes(bytes) => stream.write_all(&bytes).await?,
                ServerStep::Wait(time) => tokio::time::sleep(time).await,
                ServerStep::Close => return Ok(()),
            }
        }
    }
    Ok(())
}

async fn more(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> std::io::Result<bool> {
    let mut chunk = vec![0; 16 * 1024];
    let read = stream.read(&mut chunk).await?;
    buffer.extend_from_slice(&chunk[..read]);
    Ok(read > 0)
}

async fn read_request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> std::io::Result<Option<Received>> {
    let end = loop {
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if !more(stream, buffer).await? {
            return Ok(None);
        }
    };
    let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
    buffer.drain(..end + 4);
    let mut lines = head.lines();
    let mut first = lines.next().unwrap_or_default().split(' ');
    let (method, target) = (first.next().unwrap_or_default(), first.next().unwrap_or_default());
    let mut request = Received {
        method: method.into(),
        target: target.into(),
        ..Received::default()
    };
    for line in lines {
        if let Some((name, value)) = line.split_once(':') {
            let entry = request.headers.entry(name.to_lowercase());
            entry
                .and_modify(|old| *old = format!("{old}, {}", value.trim()))
                .or_insert_with(|| value.trim().into());
        }
    }
    if request.header("transfer-encoding") == "chunked" {
        loop {
            let line = take_line(stream, buffer).await?;
            let length = usize::from_str_radix(line.trim(), 16).unwrap_or(0);
            while buffer.len() < length + 2 {
                if !more(stream, buffer).await? {
                    return Ok(None);
                }
            }
            request.body.extend(buffer.drain(..length));
            buffer.drain(..2);
            if length == 0 {
                break;
            }
        }
    } else {
        let length = request.header("content-length").parse().unwrap_or(0);
        while buffer.len() < length {
            if !more(stream, buffer).await? {
                return Ok(None);
            }
        }
        request.body.extend(buffer.drain(..length));
    }
    Ok(Some(request))
}

async fn take_line(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> std::io::Result<String> {
    loop {
        if let Some(end) = buffer.windows(2).position(|window| window == b"\r\n") {
            let line = String::from_utf8_lossy(&buffer[..end]).into_owned();
            buffer.drain(..end + 2);
            return Ok(line);
        }
        if !more(stream, buffer).await? {
            return Ok(String::new());
        }
    }
}
