//! A strict implementation of Elasticsearch's bulk API. Each rule is quoted from Elastic's
//! reference, "Bulk API".

use crate::http::{HttpReply, HttpRequest, serve};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

#[derive(Default)]
pub struct Cluster {
    /// Documents by id.
    pub documents: BTreeMap<String, Value>,
    /// The number of times a document was sent that already existed.
    pub conflicts: u64,
    count: u64,
    pub wrong: Vec<String>,
}

/// Starts a server that has no room for every `full`th item, and that never accepts documents with
/// this id.
pub fn start(full: u64, refuses: Option<&'static str>) -> (u16, Arc<Mutex<Cluster>>) {
    let cluster = Arc::<Mutex<Cluster>>::default();
    let kept = Arc::clone(&cluster);
    let port = serve(move |request| {
        let mut cluster = kept.lock().unwrap();
        match answer(request, &mut cluster, full, refuses) {
            Ok(reply) => reply,
            Err(what) => {
                cluster.wrong.push(what.clone());
                HttpReply::json(
                    400,
                    json!({"error": {"type": "illegal_argument_exception", "reason": what}}).to_string(),
                )
            }
        }
    });
    (port, cluster)
}

fn answer(
    request: &HttpRequest,
    cluster: &mut Cluster,
    full: u64,
    refuses: Option<&str>,
) -> Result<HttpReply, String> {
    if request.method != "POST" || request.path != "/_bulk" {
        return Err(format!("{} {}", request.method, request.path));
    }
    // "the Content-Type header should be set to application/json or application/x-ndjson"
    let media_type = request.headers.get("content-type").map_or("", String::as_str);
    if !["application/json", "application/x-ndjson"].contains(&media_type) {
        return Err(format!("content type {media_type}"));
    }
    // "The final line of data must end with a newline character"
    let body = String::from_utf8(request.body.clone()).map_err(|error| error.to_string())?;
    if !body.ends_with('\n') {
        return Err("the bulk request must be terminated by a newline".to_owned());
    }
    let mut lines = body.lines();
    let (mut items, mut errors) = (Vec::new(), false);
    while let Some(action) = lines.next() {
        // "action_and_meta_data\n optional_source\n": a create has a source on the next line.
        let action: Value = serde_json::from_str(action).map_err(|error| format!("action: {error}"))?;
        let meta = &action["create"];
        let (Some(id), Some(index)) = (meta["_id"].as_str(), meta["_index"].as_str()) else {
            return Err(format!("no create with index and id: {action}"));
        };
        // "An id ... must be no longer than 512 bytes."
        if id.len() > 512 || index.is_empty() || index.contains('/') {
            return Err(format!("id or index {id} {index}"));
        }
        let source = lines.next().ok_or("a create without a source")?;
        let document: Value = serde_json::from_str(source).map_err(|error| format!("source: {error}"))?;
        cluster.count += 1;
        // "status": 201 if created, 409 if the document already exists, 429 if the queue is full.
        let (status, error) = if refuses.is_some_and(|part| id.contains(part)) {
            (
                400,
                json!({"type": "document_parsing_exception", "reason": "failed to parse field [path]"}),
            )
        } else if full > 0 && cluster.count.is_multiple_of(full) {
            (
                429,
                json!({"type": "es_rejected_execution_exception", "reason": "rejected"}),
            )
        } else if cluster.documents.contains_key(id) {
            cluster.conflicts += 1;
            (
                409,
                json!({"type": "version_conflict_engine_exception", "reason": "document already exists"}),
            )
        } else {
            cluster.documents.insert(id.to_owned(), document);
            (201, Value::Null)
        };
        errors |= status >= 400;
        items.push(json!({"create": {"_index": index, "_id": id, "status": status, "error": error}}));
    }
    Ok(HttpReply::json(
        200,
        json!({"took": 1, "errors": errors, "items": items}).to_string(),
    ))
}
