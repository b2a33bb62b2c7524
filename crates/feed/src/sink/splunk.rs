//! Sends lines to Splunk through its HTTP event collector, with acknowledgement.
//!
//! A success means that the collector has the lines; an acknowledgement means that the indexers
//! have them. Only acknowledged lines count as delivered; others are sent again after a while, with
//! the same ids.

use super::connect::{client, setback};
use super::event::{Event, Sink, Taking};
use crate::error::{Error, Setback};
use lorgnette_runtime::{Call, Client, Operation, Response, Secret, Undeclared, Uuid, Value, operation};
use serde_json::json;
use std::time::Duration;
use tokio::time::{Instant, sleep};

operation!(
    EVENT: "event" POST "/services/collector/event", header "X-Splunk-Request-Channel"; body_required();
    security(&[&["authorization"]])
);
operation!(
    ACK: "ack" POST "/services/collector/ack", header "X-Splunk-Request-Channel"; body_required();
    security(&[&["authorization"]])
);

/// Settings of the collector.
#[derive(Clone, Debug, Default)]
pub struct Collector {
    /// The index, if it is not the default of the token.
    pub index: Option<String>,
    /// The source type.
    pub source_type: Option<String>,
    /// Whether to wait for acknowledgement.
    pub is_acknowledged: bool,
}

/// The sink for Splunk.
#[derive(Debug)]
pub struct Splunk {
    client: Client,
    collector: Collector,
    channel: String,
}

/// How long an acknowledgement may take before lines are sent again.
const PATIENCE: Duration = Duration::from_secs(120);
/// The maximum length of a request body. The collector's own limit is a hundred times as large.
const BODY: usize = 1 << 20;
/// The collector's error codes that concern the events themselves: no data, invalid JSON, a missing
/// event, a blank event, fields that are not flat.
const WRONG_EVENTS: [u64; 5] = [5, 6, 12, 13, 15];

impl Splunk {
    /// Writes to the collector at `url`.
    ///
    /// # Errors
    ///
    /// When the address or the token cannot be used.
    pub fn new(url: &str, token: &Secret, collector: Collector) -> Result<Self, Error> {
        // The collector requires a channel per client; each run has its own.
        let channel = u128::from(fastrand::u64(..)) << 64 | u128::from(fastrand::u64(..));
        Ok(Self {
            client: client(url, "Splunk", Some(token))?,
            collector,
            channel: Uuid::from_u128(channel).to_string(),
        })
    }

    /// Sends lines in several requests, and waits until all of them are acknowledged, which takes
    /// the indexers seconds.
    async fn send(&self, events: &[Event]) -> Result<(), Setback> {
        let (mut body, mut acks) = (String::new(), Vec::new());
        for (index, event) in events.iter().enumerate() {
            self.write(event, &mut body);
            if body.len() >= BODY || index + 1 == events.len() {
                let reply = self.call(&EVENT, std::mem::take(&mut body)).await?;
                acks.push(reply["ackId"].as_u64());
            }
        }
        if !self.collector.is_acknowledged {
            return Ok(());
        }
        let acks: Option<Vec<u64>> = acks.into_iter().collect();
        let mut acks = acks.ok_or_else(|| {
            Setback::later(
                "the collector gives no acknowledgement; enable it for the token, or set ack=false",
            )
        })?;
        let begun = Instant::now();
        let mut pause = Duration::from_millis(50);
        while begun.elapsed() < PATIENCE {
            sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(5));
            let reply = self.call(&ACK, json!({ "acks": acks }).to_string()).await?;
            acks.retain(|id| reply["acks"][id.to_string()] != true);
            if acks.is_empty() {
                return Ok(());
            }
        }
        Err(Setback::later("the collector has not acknowledged the lines"))
    }

    fn write(&self, event: &Event, body: &mut String) {
        let mut entry = json!({"source": &*event.source, "fields": {"id": event.id}});
        if let Some(members) = entry.as_object_mut() {
            if let Some(time) = event.time {
                let (seconds, millis) = (time.div_euclid(1000), time.rem_euclid(1000));
                members.insert("time".to_owned(), format!("{seconds}.{millis:03}").into());
            }
            let (index, source_type) = (&self.collector.index, &self.collector.source_type);
            for (name, value) in [("index", index), ("sourcetype", source_type)] {
                if let Some(value) = value {
                    members.insert(name.to_owned(), value.as_str().into());
                }
            }
        }
        // The event stays unchanged: its envelope is written around its text.
        let entry = entry.to_string();
        body.push_str(entry.strip_suffix('}').unwrap_or(&entry));
        body.push_str(",\"event\":");
        body.push_str(event.text.as_str());
        body.push_str("}\n");
    }

    async fn call(&self, operation: &'static Operation, body: String) -> Result<Value, Setback> {
        let mut call = Call::new(&self.client, operation);
        call.set(0, &self.channel);
        call.raw("application/json", body.into());
        let sent = call.send::<Value, Undeclared>().await;
        sent.map(Response::into_inner).map_err(|error| {
            let body = error
                .body()
                .and_then(|body| serde_json::from_slice::<Value>(body).ok());
            let code = body.and_then(|body| body["code"].as_u64());
            let is_wrong = code.is_some_and(|code| WRONG_EVENTS.contains(&code));
            let refuses: &[u16] = if is_wrong { &[400, 413] } else { &[413] };
            setback(&error.untyped(), refuses)
        })
    }
}

impl Sink for Splunk {
    fn take<'s>(&'s mut self, events: &'s [Event]) -> Taking<'s> {
        Box::pin(async move { self.send(events).await.map(|()| Vec::new()) })
    }

    fn batch(&self) -> usize {
        4 * BODY
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn test_nothing_shows_the_token() {
        let token = Secret::new("c4nary");
        let sink = Splunk::new("https://splunk.example.com", &token, Collector::default()).unwrap();
        assert!(!format!("{sink:?}").contains("c4nary"));
        let broken = Secret::new("c4nary\n");
        let error = Splunk::new("https://splunk.example.com", &broken, Collector::default()).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("c4nary"));
    }

    #[test]
    fn test_events_stay_as_they_came() {
        let collector = Collector {
            index: Some("main".to_owned()),
            source_type: None,
            is_acknowledged: true,
        };
        let sink = Splunk::new("https://splunk.example.com", &Secret::new("t"), collector).unwrap();
        let mut body = String::new();
        let event = Event {
            source: "c/s".into(),
            id: "c/s/1".to_owned(),
            time: Some(1_738_312_215_250),
            text: "{\"n\": 1.50}".to_owned().into(),
        };
        sink.write(&event, &mut body);
        assert_eq!(
            body,
            "{\"source\":\"c/s\",\"fields\":{\"id\":\"c/s/1\"},\"time\":\"1738312215.250\",\"index\":\"main\",\
             \"event\":{\"n\": 1.50}}\n"
        );
    }
}
