//! Lines by HTTP POST, in batches of NDJSON.

use super::connect::{client, setback};
use super::{Event, Refused, Sink, Taking};
use crate::error::{Error, Setback};
use lorgnette_runtime::{ByteStream, Call, CallOptions, Client, Secret, Undeclared, operation};

operation!(POST: "post" POST "/", ; accept("*/*"); body_required(); security(&["authorization"]));

/// Lines to an address. Each batch has the ids of its first and last line in `Idempotency-Key`.
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

    /// Sends lines; what is too much at once is sent in halves.
    async fn send(&self, events: &[Event], first: usize, refused: &mut Vec<Refused>) -> Result<(), Setback> {
        let (Some(begin), Some(end)) = (events.first(), events.last()) else {
            return Ok(());
        };
        let mut body = String::new();
        for event in events {
            body.push_str(&event.text);
            body.push('\n');
        }
        let mut call = Call::new(&self.client, &POST);
        call.raw("application/x-ndjson", body.into());
        let key = format!("{}..{}", begin.id, end.id);
        let call = Headed(call).header("idempotency-key", &key).0;
        match call.send::<ByteStream, Undeclared>().await {
            Ok(_) => Ok(()),
            Err(error) => match (error.status().map(|status| status.as_u16()), events.len()) {
                (Some(413 | 400 | 422), 2..) => {
                    let middle = events.len() / 2;
                    Box::pin(self.send(&events[..middle], first, refused)).await?;
                    Box::pin(self.send(&events[middle..], first + middle, refused)).await
                }
                (Some(413 | 400 | 422), _) => {
                    refused.push(Refused {
                        index: first,
                        why: error.to_string(),
                    });
                    Ok(())
                }
                _ => Err(setback(&error)),
            },
        }
    }
}

struct Headed<'c>(Call<'c>);

impl CallOptions for Headed<'_> {
    fn options(&mut self) -> &mut lorgnette_runtime::call::Options {
        self.0.options()
    }
}

impl Sink for Post {
    fn take<'s>(&'s mut self, events: &'s [Event]) -> Taking<'s> {
        Box::pin(async move {
            let mut refused = Vec::new();
            self.send(events, 0, &mut refused).await?;
            Ok(refused)
        })
    }
}
