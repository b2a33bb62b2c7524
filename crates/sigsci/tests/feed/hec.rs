//! A strict implementation of Splunk's HTTP event collector. Each rule comes from Splunk's
//! documentation, "Format events for HTTP Event Collector" and "About HTTP Event Collector Indexer
//! Acknowledgment".

use crate::http::{HttpReply, HttpRequest, serve};
use serde_json::{Deserializer, Value, json};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

#[derive(Default)]
pub struct Collector {
    /// Acknowledged events: how often each id arrived.
    pub indexed: BTreeMap<String, u64>,
    pub last: Option<Value>,
    /// Events that wait for acknowledgement, by channel and number.
    waiting: HashMap<(String, u64), Vec<String>>,
    next: u64,
    asked: u64,
    pub wrong: Vec<String>,
}

/// Starts a collector that is busy every `busy`th time, and forgets every `forgets`th batch before
/// indexing it.
pub fn start(busy: u64, forgets: u64) -> (u16, Arc<Mutex<Collector>>) {
    let collector = Arc::<Mutex<Collector>>::default();
    let kept = Arc::clone(&collector);
    let port = serve(move |request| {
        let mut collector = kept.lock().unwrap();
        let reply = answer(request, &mut collector, busy, forgets);
        if reply.status == 400 {
            let said = String::from_utf8_lossy(&reply.body).into_owned();
            collector.wrong.push(said);
        }
        reply
    });
    (port, collector)
}

fn answer(request: &HttpRequest, collector: &mut Collector, busy: u64, forgets: u64) -> HttpReply {
    // "Authorization: Splunk <token>"; code 3 for another form, code 4 for a token that is not
    // known.
    match request.headers.get("authorization").map(String::as_str) {
        Some("Splunk c4nary-hec") => {}
        Some(other) if other.starts_with("Splunk ") => {
            return HttpReply::json(403, "{\"text\":\"Invalid token\",\"code\":4}");
        }
        _ => return HttpReply::json(401, "{\"text\":\"Invalid authorization\",\"code\":3}"),
    }
    // With acknowledgement, requests need a channel: a GUID, in a header or in the query; codes 10
    // and 11.
    let channel = request
        .headers
        .get("x-splunk-request-channel")
        .or_else(|| request.query.get("channel"));
    let Some(channel) = channel.cloned() else {
        return HttpReply::json(400, "{\"text\":\"Data channel is missing\",\"code\":10}");
    };
    if channel.len() != 36 || channel.split('-').count() != 5 {
        return HttpReply::json(400, "{\"text\":\"Invalid data channel\",\"code\":11}");
    }
    match request.path.as_str() {
        "/services/collector/ack" => {
            let body: Value = serde_json::from_slice(&request.body).unwrap();
            let mut acks = serde_json::Map::new();
            for id in body["acks"].as_array().unwrap() {
                let number = id.as_u64().unwrap();
                // A batch is acknowledged at the second request, and then forgotten.
                collector.asked += 1;
                let is_due = collector.asked.is_multiple_of(2);
                let events = collector
                    .waiting
                    .get(&(channel.clone(), number))
                    .filter(|_| is_due)
                    .cloned();
                if let Some(events) = &events {
                    collector.waiting.remove(&(channel.clone(), number));
                    for id in events {
                        *collector.indexed.entry(id.clone()).or_default() += 1;
                    }
                }
                acks.insert(number.to_string(), events.is_some().into());
            }
            HttpReply::json(200, json!({ "acks": acks }).to_string())
        }
        "/services/collector/event" => {
            collector.next += 1;
            if busy > 0 && collector.next.is_multiple_of(busy) {
                return HttpReply::json(503, "{\"text\":\"Server is busy\",\"code\":9}");
            }
            let mut ids = Vec::new();
            for event in Deserializer::from_slice(&request.body).into_iter::<Value>() {
                // Code 6: an event that is not JSON.
                let Ok(event) = event else {
                    return HttpReply::json(
                        400,
                        "{\"text\":\"Invalid data format\",\"code\":6,\"invalid-event-number\":0}",
                    );
                };
                // Codes 12 and 13: "event" is required, and must not be blank. "time" is seconds
                // with up to three decimals.
                match event.get("event") {
                    None => {
                        return HttpReply::json(400, "{\"text\":\"Event field is required\",\"code\":12}");
                    }
                    Some(Value::String(text)) if text.trim().is_empty() => {
                        return HttpReply::json(
                            400,
                            "{\"text\":\"Event field cannot be blank\",\"code\":13}",
                        );
                    }
                    Some(_) => {}
                }
                let time = event["time"].as_str().and_then(|time| time.parse::<f64>().ok());
                if time.is_none_or(|time| time < 1e9) {
                    return HttpReply::json(400, "{\"text\":\"Invalid data format\",\"code\":6}");
                }
                // Code 15: fields are flat.
                let fields = event["fields"].as_object();
                if fields.is_some_and(|fields| fields.values().any(Value::is_object)) {
                    return HttpReply::json(
                        400,
                        "{\"text\":\"Error in handling indexed fields\",\"code\":15}",
                    );
                }
                ids.push(event["fields"]["id"].as_str().unwrap().to_owned());
                collector.last = Some(event);
            }
            // Code 5: no events.
            if ids.is_empty() {
                return HttpReply::json(400, "{\"text\":\"No data\",\"code\":5}");
            }
            let number = collector.next;
            if forgets == 0 || !number.is_multiple_of(forgets) {
                collector.waiting.insert((channel, number), ids);
            }
            HttpReply::json(
                200,
                format!("{{\"text\":\"Success\",\"code\":0,\"ackId\":{number}}}"),
            )
        }
        _ => HttpReply::json(404, "{}"),
    }
}
