//! Writes lines to Elasticsearch or OpenSearch through the bulk API.
//!
//! Each line is created under its own id. A line that already exists is refused with 409 and counts
//! as delivered. Items that the server cannot take now (429, and server errors) are sent again;
//! items that it rejects permanently are returned.

use super::connect::{client, setback};
use super::event::{Event, Refused, Sink, Taking};
use crate::error::{Error, Setback};
use lorgnette_runtime::{Call, Client, Response, Secret, Undeclared, Value, operation};
use serde_json::json;
use std::fmt::Write;
use std::time::Duration;

operation!(BULK: "bulk" POST "/_bulk"; body_required(); security(&[&["authorization"]]));

/// The sink for an index or data stream.
#[derive(Debug)]
pub struct Bulk {
    client: Client,
    index: String,
}

/// The time that the cluster has to accept the rest of a batch.
const PAUSE: Duration = Duration::from_millis(500);

impl Bulk {
    /// Writes to `index` of the cluster at `url`, with an API key if there is one.
    ///
    /// # Errors
    ///
    /// When the address or the key cannot be used.
    pub fn new(url: &str, index: &str, key: Option<&Secret>) -> Result<Self, Error> {
        Ok(Self {
            client: client(url, "ApiKey", key)?,
            index: index.to_owned(),
        })
    }

    async fn send(&self, events: &[Event]) -> Result<Vec<Refused>, Setback> {
        let mut refused = Vec::new();
        let mut pending: Vec<usize> = (0..events.len()).collect();
        loop {
            let mut body = String::new();
            for event in pending.iter().filter_map(|index| events.get(*index)) {
                let action = json!({"create": {"_index": self.index, "_id": event.id}});
                let _ = writeln!(body, "{action}\n{}", event.text);
            }
            let count = pending.len();
            let results = self.bulk(body, count).await?;
            let mut again = Vec::new();
            for (index, result) in pending.into_iter().zip(results) {
                match result["status"].as_u64().unwrap_or_default() {
                    // A line with this id already existed.
                    200..=299 | 409 => {}
                    0 | 429 | 500..=599 => again.push(index),
                    status => refused.push(Refused {
                        index,
                        why: format!("{status} {}", result["error"]),
                    }),
                }
            }
            if again.is_empty() {
                return Ok(refused);
            }
            if again.len() == count {
                // Lines that already exist are recognized by their ids when the batch is repeated.
                return Err(Setback::later("the cluster has no room for more lines"));
            }
            pending = again;
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// The result of each of `count` items.
    async fn bulk(&self, body: String, count: usize) -> Result<Vec<Value>, Setback> {
        let mut call = Call::new(&self.client, &BULK);
        call.raw("application/x-ndjson", body.into());
        let sent = call.send::<Value, Undeclared>().await;
        let mut reply = sent.map(Response::into_inner);
        let reply = reply.as_mut().map_err(|error| setback(error, &[413]))?;
        let Value::Array(items) = reply["items"].take() else {
            return Err(Setback::later("the bulk API returned no results"));
        };
        let results = items.into_iter().filter_map(|item| match item {
            Value::Object(item) => item.into_iter().next().map(|(_, result)| result),
            _ => None,
        });
        let results: Vec<Value> = results.collect();
        match results.len() == count {
            true => Ok(results),
            false => Err(Setback::later("the bulk API returned no result for some lines")),
        }
    }
}

impl Sink for Bulk {
    fn take<'s>(&'s mut self, events: &'s [Event]) -> Taking<'s> {
        Box::pin(self.send(events))
    }
}
