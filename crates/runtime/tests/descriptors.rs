//! Many concurrent calls in a process that may open few files. This is a separate test program,
//! since the limit applies to the process.
#![allow(missing_docs, clippy::unwrap_used)]
#![cfg(unix)]

mod support;

use lorgnette_runtime::{Call, Client, ClientBuilder};
use support::{TestServer, json};
use tokio::task::JoinSet;

lorgnette_runtime::operation!(READ: "read" GET "/");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn test_2000_calls_at_once_with_600_descriptors_succeed() {
    // The server is in this process, too, so a connection takes two descriptors.
    rlimit::Resource::NOFILE.set(600, 600).unwrap();
    let server = TestServer::start(|_| json(200, "1")).await;
    let client: Client = ClientBuilder::new(&server.url, "descriptors", "1.0.0")
        .build()
        .unwrap();
    let mut calls = JoinSet::new();
    for _ in 0..2000 {
        let client = client.clone();
        calls.spawn(async move {
            let call = Call::new(&client, &READ);
            call.send::<i64, ()>()
                .await
                .map(drop)
                .map_err(|error| error.to_string())
        });
    }
    let mut failed = Vec::new();
    while let Some(outcome) = calls.join_next().await {
        failed.extend(outcome.unwrap().err());
    }
    assert!(
        failed.is_empty(),
        "{} calls failed, such as {:?}",
        failed.len(),
        failed.first()
    );
}
