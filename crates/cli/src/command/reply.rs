//! What an operation gives, as one value: for programs that call for others.

use super::request::Request;
use super::responses::{self, LONGEST, Received, Redirected};
use crate::failure::Failure;
use lorgnette_runtime::commands::{Command, Response as Kind};
use lorgnette_runtime::http::header::LOCATION;
use lorgnette_runtime::{Client, EventStream, Pages, Response, Undeclared};
use serde_json::{Value, json};

/// Calls an operation. Of a list, and of a stream of events, `limit` items are given.
///
/// # Errors
///
/// When the call fails.
pub async fn reply(
    client: &Client,
    command: &'static Command,
    request: &Request,
    limit: u64,
) -> Result<Value, Failure> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    match (command.response, command.paged) {
        (Kind::Json(_), Some(paged)) => {
            let mut pages: Pages<Value> = Pages::new(request.call(client), paged.paging, paged.is_empty);
            let mut items = Vec::new();
            let mut has_more = false;
            while items.len() < limit {
                let Some(page) = pages.page().await? else { break };
                items.extend(paged.take(page.into_inner()));
                has_more = items.len() > limit;
            }
            items.truncate(limit);
            Ok(json!({"items": items, "has_more": has_more || items.len() == limit}))
        }
        (Kind::Events(_), _) => {
            let events: Response<EventStream<String>> = request.call(client).send::<_, Undeclared>().await?;
            let (mut events, mut items) = (events.into_inner(), Vec::new());
            while items.len() < limit
                && let Some(event) = events.event().await?
            {
                items.push(serde_json::from_str(&event.data).unwrap_or(Value::String(event.data)));
            }
            Ok(Value::Array(items))
        }
        (Kind::Text, _) => {
            let response: Response<Received> = request.call(client).send::<_, Undeclared>().await?;
            let bytes = response.into_inner().0.bytes(LONGEST).await?;
            Ok(Value::String(String::from_utf8_lossy(&bytes).into_owned()))
        }
        (Kind::Bytes, _) => {
            let response: Response<Received> = request.call(client).send::<_, Undeclared>().await?;
            let stream = response.into_inner().0;
            Ok(json!({
                "media_type": stream.media_type(),
                "bytes": stream.content_length(),
                "note": "a file: download it at a shell, with -o FILE",
            }))
        }
        (Kind::Redirect, _) => {
            let response: Response<Redirected> = request.call(client).send::<_, Undeclared>().await?;
            let location = response.headers().get(LOCATION).and_then(|location| location.to_str().ok());
            Ok(json!({ "location": location }))
        }
        _ => {
            let response: Response<Received> = request.call(client).send::<_, Undeclared>().await?;
            responses::json(command.operation.id(), response).await
        }
    }
}
