//! Lowers lorgnette's own keys on operations. A mark with an invalid value is an error, since it
//! would otherwise be lost silently.

use super::nodes::{NodePlace, string};
use crate::catalogue::Paging;
use crate::diagnostics::{Error, Result, Station};
use crate::document::{Object, text};
use crate::ir::{Limit, Pagination, Waiting};
use serde_json::Value;

/// The usual names of headers by which servers recognize repeated requests.
const KEYS: [&str; 2] = ["idempotency-key", "x-idempotency-key"];

/// How the operation pages, if it is marked.
pub(super) fn pagination(node: &Object) -> Option<Pagination> {
    let said = node.get("x-lorgnette-pagination")?;
    let text = |pointer: &str| said.pointer(pointer).and_then(Value::as_str).map(str::to_string);
    let style = text("/style").unwrap_or_default();
    // The first word of `request` is the parameter of the style.
    let asks =
        |is_style: bool, pointer: &str| text(pointer).or_else(|| text("/request/0").filter(|_| is_style));
    if style == "none" {
        return Some(Pagination::None);
    }
    Some(Pagination::By(Box::new(Paging {
        next: text("/next"),
        next_header: text("/next-header"),
        cursor: asks(style == "cursor", "/cursor"),
        page: asks(!["cursor", "offset"].contains(&style.as_str()), "/page"),
        first: said.get("first").and_then(Value::as_u64),
        current: text("/current"),
        pages: text("/pages"),
        offset: asks(style == "offset", "/offset"),
        total: text("/total"),
        more: text("/more"),
        items: text("/items").into_iter().collect(),
    })))
}

/// The condition under which the reported job is done, if the operation reports on one.
pub(super) fn waiting(node: &Object, place: &NodePlace<'_>) -> Result<Option<Waiting>> {
    let Some(said) = node.get("x-lorgnette-wait") else {
        return Ok(None);
    };
    let wrong = |what: &str| {
        let pointer = place.child("x-lorgnette-wait");
        let message = format!("`x-lorgnette-wait` {what}");
        let error = Error::new(Station::Lower, pointer.pointer.as_str(), message);
        error.help(
            "it has `member`, `done`, `pending`, `failed`, `not-yet`, `every-seconds`, `within-seconds`",
        )
    };
    let said = said.as_object().ok_or_else(|| wrong("is no object"))?;
    let mut waiting = Waiting::default();
    for (key, value) in said {
        let texts = || -> Option<Vec<String>> {
            let items = value.as_array()?.iter();
            items.map(|item| item.as_str().map(str::to_string)).collect()
        };
        let statuses = || -> Option<Vec<u16>> {
            let items = value.as_array()?.iter();
            items.map(|item| u16::try_from(item.as_u64()?).ok()).collect()
        };
        let is_read = match key.as_str() {
            "member" => value
                .as_str()
                .map(|member| waiting.member = Some(member.to_string()))
                .is_some(),
            "done" => texts().map(|values| waiting.done = values).is_some(),
            "pending" => texts().map(|values| waiting.pending = values).is_some(),
            "failed" => texts().map(|values| waiting.failed = values).is_some(),
            "not-yet" => statuses().map(|values| waiting.not_yet = values).is_some(),
            "every-seconds" => value.as_u64().map(|time| waiting.every = Some(time)).is_some(),
            "within-seconds" => value.as_u64().map(|time| waiting.within = Some(time)).is_some(),
            _ => return Err(wrong(&format!("does not know `{key}`"))),
        };
        if !is_read {
            return Err(wrong(&format!("cannot take the value of `{key}`")));
        }
    }
    let has_values = !(waiting.done.is_empty() && waiting.pending.is_empty() && waiting.failed.is_empty());
    match (&waiting.member, has_values) {
        (None, true) => Err(wrong("names values without the `member` that has them")),
        (Some(_), false) => Err(wrong("names a member without values of it")),
        (None, false) if waiting.not_yet.is_empty() => Err(wrong(
            "says neither which values nor which statuses mean \"not yet\"",
        )),
        _ => Ok(Some(waiting)),
    }
}

/// Responses that report a rate limit.
pub(super) fn limited_by(node: &Object, place: &NodePlace<'_>) -> Result<Vec<Limit>> {
    let Some(said) = node.get("x-lorgnette-limited-by") else {
        return Ok(Vec::new());
    };
    let wrong = || {
        let pointer = place.child("x-lorgnette-limited-by");
        let message = "`x-lorgnette-limited-by` is not a list of responses";
        let error = Error::new(Station::Lower, pointer.pointer.as_str(), message);
        error
            .help("each has a `status`, and may have a `header` such as `x-left: 0` and a text of the `body`")
    };
    let limits = said.as_array().ok_or_else(wrong)?.iter().map(|limit| {
        let limit = limit.as_object().ok_or_else(wrong)?;
        let known = ["status", "header", "body"];
        if limit.keys().any(|key| !known.contains(&key.as_str())) {
            return Err(wrong());
        }
        let status = limit.get("status").and_then(Value::as_u64);
        let status = status
            .and_then(|status| u16::try_from(status).ok())
            .ok_or_else(wrong)?;
        let header = string(limit, "header").map(|header| {
            let (name, value) = header.split_once(':').unwrap_or((&header, ""));
            (name.trim().to_string(), value.trim().to_string())
        });
        Ok(Limit {
            status,
            header,
            body: string(limit, "body"),
        })
    });
    limits.collect()
}

/// The header by which the server recognizes repeated requests: the named one, or a parameter with
/// a usual name.
pub(super) fn idempotency_key(node: &Object, parameters: &[&Object]) -> Option<String> {
    if let Some(named) = string(node, "x-lorgnette-idempotency-key") {
        return Some(named).filter(|name| !name.is_empty());
    }
    let is_key = |parameter: &&&Object| {
        let name = text(parameter, "name").to_ascii_lowercase();
        text(parameter, "in") == "header" && KEYS.contains(&name.as_str())
    };
    let key = parameters.iter().find(is_key)?;
    Some(text(key, "name").to_string())
}
