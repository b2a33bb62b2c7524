//! Lines into Splunk, by its HTTP event collector, with acknowledgement.
//!
//! A success says that the collector has the lines, an acknowledgement that the indexers have. Only what is acknowledged is
//! done; what is not within a while comes again, with the same ids.

use super::connect::{client, setback};
use super::{Event, Sink, Taking};
use crate::error::{Error, Setback};
use lorgnette_runtime::{Call, CallOptions, Client, Response, Secret, Undeclared, Uuid, Value, operation};
use serde_json::json;
use std::time::Duration;
use tokio::time::{Instant, sleep};

operation!(EVENT: "event" POST "/services/collector/event", query "channel"; body_required(); security(&["authorization"]));
operation!(ACK: "ack" POST "/services/collector/ack", query "channel"; body_required(); security(&["authorization"]));

/// Settings of the collector.
#[derive(Clone, Debug, Default)]
pub struct Collector {
    /// The index, if it is not that of the token.
    pub index: Option<String>,
    /// The source type.
    pub source_type: Option<String>,
    /// Whether acknowledgement is waited for.
    pub is_acknowledged: bool,
}

/// Lines in Splunk.
#[derive(Debug)]
pub struct Splunk {
    client: Client,
    collector: Collector,
    channel: String,
}

/// How long an acknowledgement may take before lines are sent again.
const PATIENCE: Duration = Duration::from_secs(120);

impl Splunk {
    /// Writes to the collector at `url`.
    ///
    /// # Errors
    ///
    /// When the address or the token cannot be used.
    pub fn new(url: &str, token: &Secret, collector: Collector) -> Result<Self, Error> {
        let client = client(url, "Splunk", Some(token))?;
        Ok(Self {
            client,
            collector,
            channel: channel(),
        })
    }

    async fn send(&self, events: &[Event]) -> Result<(), Setback> {
        let mut body = String::new();
        for event in events {
            let mut entry = json!({"source": event.source, "fields": {"id": event.id}});
            if let Some(members) = entry.as_object_mut() {
                if let Some(time) = event.time {
                    let (seconds, millis) = (time.div_euclid(1000), time.rem_euclid(1000));
                    members.insert("time".to_owned(), format!("{seconds}.{millis:03}").into());
                }
                if let Some(index) = &self.collector.index {
                    members.insert("index".to_owned(), index.as_str().into());
                }
                if let Some(source_type) = &self.collector.source_type {
                    members.insert("sourcetype".to_owned(), source_type.as_str().into());
                }
            }
            // The event stays as it came: what stands around it is put around its text.
            let entry = entry.to_string();
            body.push_str(entry.strip_suffix('}').unwrap_or(&entry));
            body.push_str(",\"event\":");
            body.push_str(&event.text);
            body.push_str("}\n");
        }
        let response = self.call(&EVENT, body).await?;
        if !self.collector.is_acknowledged {
            return Ok(());
        }
        let id = response.get("ackId").and_then(Value::as_u64);
        let id = id.ok_or_else(|| {
            Setback::later("the collector gives no acknowledgement; enable it for the token, or say ack=false")
        })?;
        let begun = Instant::now();
        let mut pause = Duration::from_millis(50);
        while begun.elapsed() < PATIENCE {
            sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(5));
            let response = self.call(&ACK, json!({"acks": [id]}).to_string()).await?;
            if response["acks"][id.to_string()] == true {
                return Ok(());
            }
        }
        Err(Setback::later("the collector has not acknowledged the lines"))
    }

    async fn call(&self, operation: &'static lorgnette_runtime::Operation, body: String) -> Result<Value, Setback> {
        let mut call = Call::new(&self.client, operation);
        call.set(0, &self.channel);
        call.raw("application/json", body.into());
        let call = Headed(call).header("x-splunk-request-channel", &self.channel).0;
        let response: Result<Response<Value>, _> = call.send::<_, Undeclared>().await;
        response.map(Response::into_inner).map_err(|error| setback(&error))
    }
}

/// A call with the options of one.
struct Headed<'c>(Call<'c>);

impl CallOptions for Headed<'_> {
    fn options(&mut self) -> &mut lorgnette_runtime::call::Options {
        self.0.options()
    }
}

/// A channel of this run's own, as the collector wants one of each client.
fn channel() -> String {
    Uuid::from_u128(u128::from(fastrand::u64(..)) << 64 | u128::from(fastrand::u64(..))).to_string()
}

impl Sink for Splunk {
    fn take<'s>(&'s mut self, events: &'s [Event]) -> Taking<'s> {
        Box::pin(async move { self.send(events).await.map(|()| Vec::new()) })
    }

    fn needs_time(&self) -> bool {
        true
    }
}
