//! Bodies of 1 GiB are sent and received in constant memory. This is a separate test program, since
//! it measures the memory of the whole process.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(target_os = "linux")]

use lorgnette_runtime::{Body, ByteStream, Bytes, Call, Client, ClientBuilder};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const LENGTH: u64 = 1 << 30;
const CHUNK: usize = 256 * 1024;
const MOST: u64 = 16 * 1024 * 1024;

lorgnette_runtime::operation!(DOWNLOAD: "download" GET "/file"; accept("application/octet-stream"));
lorgnette_runtime::operation!(UPLOAD: "upload" PUT "/file");

#[derive(Debug)]
struct Download<'client>(Call<'client>);
lorgnette_runtime::builder!(Download: DOWNLOAD => ByteStream);

#[derive(Debug)]
struct Upload<'client>(Call<'client>);
lorgnette_runtime::builder!(Upload: UPLOAD => ());

/// A server that sends 1 GiB in response to a GET, and reads as much from a PUT, each with one
/// buffer.
async fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut buffer = vec![b'x'; CHUNK];
                let read = stream.read(&mut buffer).await.unwrap();
                if buffer.starts_with(b"GET") {
                    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {LENGTH}\r\n\r\n");
                    stream.write_all(head.as_bytes()).await.unwrap();
                    for _ in 0..LENGTH / CHUNK as u64 {
                        stream.write_all(&buffer).await.unwrap();
                    }
                } else {
                    let head = buffer[..read]
                        .windows(4)
                        .position(|end| end == b"\r\n\r\n")
                        .unwrap()
                        + 4;
                    let mut left = LENGTH - (read - head) as u64;
                    while left > 0 {
                        left -= stream.read(&mut buffer).await.unwrap() as u64;
                    }
                    stream.write_all(b"HTTP/1.1 204 Done\r\n\r\n").await.unwrap();
                }
            });
        }
    });
    url
}

/// A stream of 1 GiB.
struct Zeros(u64);

impl futures_core::Stream for Zeros {
    type Item = Result<Bytes, std::io::Error>;
    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = self.0.checked_sub(CHUNK as u64).inspect(|left| self.0 = *left);
        Poll::Ready(next.map(|_| Ok(Bytes::from(vec![0; CHUNK]))))
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

#[tokio::test]
async fn test_bodies_of_1_gib_take_constant_memory() {
    let url = server().await;
    let client: Client = ClientBuilder::new(&url, "memory", "1.0.0").build().unwrap();
    let before = idle();
    let mut stream = Download::from(&client).send().await.unwrap().into_inner();
    assert_eq!(stream.content_length(), Some(LENGTH));
    let mut read = 0;
    while let Some(chunk) = stream.chunk().await.unwrap() {
        read += chunk.len() as u64;
    }
    assert_eq!(read, LENGTH);
    let taken = memory("VmHWM:") - before;
    assert!(taken < MOST, "a download took {taken} bytes");

    let before = idle();
    let mut upload = Upload::from(&client);
    upload.0.raw(
        "application/octet-stream",
        Body::stream(Zeros(LENGTH)).length(LENGTH),
    );
    upload.send().await.unwrap();
    let taken = memory("VmHWM:") - before;
    assert!(taken < MOST, "an upload took {taken} bytes");
}
