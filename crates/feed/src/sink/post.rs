//! Sends lines by HTTP POST, in batches of NDJSON.

use super::connect::{client, setback};
use super::event::{Event, Sink, Taking};
use crate::error::{Error, Setback};
use lorgnette_runtime::{ByteStream, Call, Client, Secret, Undeclared, operation};

operation!(
    POST: "post" POST "", header "Idempotency-Key"; accept("*/*"); body_required();
    security(&[&["authorization"]])
);

/// The statuses for a body that is too long, or that contains a line that the server rejects.
const REFUSES: [u16; 3] = [400, 413, 422];

/// The sink for an HTTP address. Each batch carries the ids of its first and last line in
/// `Idempotency-Key`.
#[derive(Debug)]
pub struct Post {
    client: Client,
}

impl Post {
    /// Posts to `url`, with a bearer token if there is one.
    ///
    /// # Errors
    ///
    /// When the address or the token cannot be used.
    pub fn new(url: &str, token: Option<&Secret>) -> Result<Self, Error> {
        Ok(Self {
            client: client(url, "Bearer", token)?,
        })
    }

    async fn send(&self, events: &[Event]) -> Result<(), Setback> {
        let (Some(first), Some(last)) = (events.first(), events.last()) else {
            return Ok(());
        };
        let mut body =
            String::with_capacity(events.iter().map(|event| event.text.as_bytes().len() + 1).sum());
        for event in events {
            body.push_str(event.text.as_str());
            body.push('\n');
        }
        let mut call = Call::new(&self.client, &POST);
        call.set(0, &format!("{}..{}", first.id, last.id));
        call.raw("application/x-ndjson", body.into());
        let sent = call.send::<ByteStream, Undeclared>().await;
        sent.map(drop)
            .map_err(|error| setback(&error.untyped(), &REFUSES))
    }
}

impl Sink for Post {
    fn take<'s>(&'s mut self, events: &'s [Event]) -> Taking<'s> {
        Box::pin(async move { self.send(events).await.map(|()| Vec::new()) })
    }
}
