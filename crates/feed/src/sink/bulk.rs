//! Lines into Elasticsearch or OpenSearch, by the bulk API.
//!
//! Each line is created under its own id: one that is there already is answered with 409 and is done. What the server has no
//! room for now (429, and faults of its own) is sent again, item by item; what it will never take is given back.

use super::connect::{client, setback};
use super::{Event, Refused, Sink, Taking};
use crate::error::{Error, Setback};
use lorgnette_runtime::{Call, Client, Response, Secret, Undeclared, Value, operation};
use serde_json::json;

operation!(BULK: "bulk" POST "/_bulk", ; body_required(); security(&["authorization"]));

/// Lines in an index or data stream.
#[derive(Debug)]
pub struct Bulk {
    client: Client,
    index: String,
}

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
        for _ in 0..TRIES {
            let mut body = String::new();
            for event in pending.iter().filter_map(|index| events.get(*index)) {
                let action = json!({"create": {"_index": self.index, "_id": event.id}});
                body.push_str(&format!("{action}\n{}\n", event.text));
            }
            let mut call = Call::new(&self.client, &BULK);
            call.raw("application/x-ndjson", body.into());
            let response: Response<Value> = match call.send::<_, Undeclared>().await {
                Ok(response) => response,
                Err(error) => return Err(setback(&error)),
            };
            let items = response.get("items").and_then(Value::as_array);
            let items = items.filter(|items| items.len() == pending.len());
            let items = items.ok_or_else(|| Setback::later("the bulk API gave no result for each item"))?;
            let mut again = Vec::new();
            for (index, item) in pending.into_iter().zip(items) {
                let result = item.as_object().and_then(|item| item.values().next());
                let status = result.and_then(|result| result["status"].as_u64()).unwrap_or_default();
                match status {
                    200..=299 | 409 => {}
                    429 | 500..=599 | 0 => again.push(index),
                    _ => {
                        let why = result.map_or_else(String::new, |result| result["error"].to_string());
                        refused.push(Refused { index, why: format!("{status} {why}") });
                    }
                }
            }
            if again.is_empty() {
                return Ok(refused);
            }
            pending = again;
            tokio::time::sleep(PAUSE).await;
        }
        // Those that are there already are known by their ids when the batch comes again.
        Err(Setback::later("the cluster has no room for some lines"))
    }
}

/// How often what there was no room for is sent before the batch is begun anew, with longer pauses.
const TRIES: u32 = 4;
const PAUSE: std::time::Duration = std::time::Duration::from_millis(500);

impl Sink for Bulk {
    fn take<'s>(&'s mut self, events: &'s [Event]) -> Taking<'s> {
        Box::pin(self.send(events))
    }
}
