//! The result of an operation as one value without secrets, for programs that call on behalf of
//! others.

use super::fields::{item, member};
use super::request::RequestValues;
use super::responses::{self, Received, Redirected};
use crate::failure::Failure;
use crate::mask::MASKED;
use lorgnette_runtime::commands::{Command, Kind, Response as Given};
use lorgnette_runtime::http::header::LOCATION;
use lorgnette_runtime::{Client, EventStream, JsonLines, Pages, Response, Undeclared};
use serde_json::{Value, json};

/// The maximum length of a response.
const LONGEST: usize = 64 << 20;

/// Calls an operation. A list or a stream is limited to `limit` items. Members that the contract
/// marks as secret are masked.
///
/// # Errors
///
/// When the call fails.
pub async fn reply(
    client: &Client,
    command: &'static Command,
    request: &RequestValues,
    limit: usize,
) -> Result<Value, Failure> {
    let call = request.call(client);
    let (items, kind, is_complete) = match (command.response, command.paged) {
        (Given::Json(_), Some(paged)) => {
            let mut pages: Pages<Value> = Pages::new(call, paged.paging, paged.count);
            let (mut items, mut is_complete) = (Vec::new(), false);
            while items.len() < limit && !is_complete {
                match pages.page().await? {
                    Some(page) => items.extend(paged.take(page.into_inner())),
                    None => is_complete = true,
                }
            }
            (items, paged.item, is_complete)
        }
        (Given::Events(kind), _) => {
            let mut events = call.send::<EventStream<String>, Undeclared>().await?.into_inner();
            let (mut items, mut is_complete) = (Vec::new(), false);
            while items.len() < limit && !is_complete {
                match events.event().await? {
                    Some(event) => {
                        let data = serde_json::from_str(&event.data);
                        items.push(data.unwrap_or(Value::String(event.data)));
                    }
                    None => is_complete = true,
                }
            }
            (items, kind, is_complete)
        }
        (Given::Lines(kind), _) => {
            let mut lines = call.send::<JsonLines<Value>, Undeclared>().await?.into_inner();
            let (mut items, mut is_complete) = (Vec::new(), false);
            while items.len() < limit && !is_complete {
                match lines.item().await? {
                    Some(line) => items.push(line),
                    None => is_complete = true,
                }
            }
            (items, kind, is_complete)
        }
        (Given::Text, _) => {
            let response: Response<Received> = call.send::<_, Undeclared>().await?;
            let bytes = response.into_inner().0.bytes(LONGEST).await?;
            return Ok(Value::String(String::from_utf8_lossy(&bytes).into_owned()));
        }
        (Given::Bytes, _) => {
            let response: Response<Received> = call.send::<_, Undeclared>().await?;
            let stream = response.into_inner().0;
            return Ok(json!({
                "media_type": stream.media_type(),
                "bytes": stream.content_length(),
                "note": "a file, which can only be downloaded from a shell",
            }));
        }
        (Given::Redirect, _) => {
            let response: Response<Redirected> = call.send::<_, Undeclared>().await?;
            let location = response.headers().get(LOCATION);
            return Ok(json!({ "location": location.and_then(|location| location.to_str().ok()) }));
        }
        (given, _) => {
            let response: Response<Received> = call.send::<_, Undeclared>().await?;
            let value = responses::json(command.operation.id(), response, LONGEST).await?;
            let kind = match given {
                Given::Json(kind) => kind,
                _ => Kind::Any,
            };
            return Ok(masked(kind, value));
        }
    };
    let is_complete = is_complete && items.len() <= limit;
    let items = items.into_iter().take(limit);
    let items: Vec<Value> = items.map(|item| masked(kind, item)).collect();
    Ok(json!({"items": items, "complete": is_complete}))
}

/// Masks the members of a value that the contract marks as secret.
fn masked(kind: Kind, value: Value) -> Value {
    match (kind, value) {
        (Kind::Secret, Value::String(text)) if !text.is_empty() => MASKED.into(),
        (kind, Value::Array(items)) => {
            let kind = item(kind);
            items.into_iter().map(|value| masked(kind, value)).collect()
        }
        (kind, Value::Object(members)) => {
            let members = members.into_iter().map(|(name, value)| {
                let kind = member(kind, &name);
                (name, masked(kind, value))
            });
            Value::Object(members.collect())
        }
        (_, value) => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lorgnette_runtime::command_type;

    command_type!(Door: ""; object "name" Text, "keys" [Secret], "lock" (Lock));
    command_type!(Lock: ""; object "pin" Secret, "size" Integer);

    #[test]
    fn test_what_the_contract_calls_secret_is_masked() {
        let door = json!({"name": "a", "keys": ["k"], "lock": {"pin": "p", "size": 2}, "new": "n"});
        assert_eq!(
            masked(Kind::Of(&Door), door),
            json!({"name": "a", "keys": [MASKED], "lock": {"pin": MASKED, "size": 2}, "new": "n"})
        );
    }
}
