//! Adds the members that later stages read to the root: `openapi`, `info`, `servers`, `paths`,
//! `components`.
//!
//! Before:
//! ```yaml
//! openapi: 3.0.1
//! info: { title: Lamps, version: 2 }
//! servers: { url: https://lamps.example }
//! components: null
//! ```
//! After:
//! ```yaml
//! openapi: 3.0.3
//! info: { title: Lamps, version: "2" }
//! servers: [ { url: https://lamps.example } ]
//! paths: {}
//! components: {}
//! ```

use super::ledger::Ledger;
use super::places::kind;
use crate::diagnostics::{Error, Notes, Result, Station};
use crate::document::{Document, Node, Object, child};
use serde_json::{Value, json};

/// Why a value is dropped.
const NO_OBJECT: &str = "It is not an object.";

/// Runs the pass.
///
/// # Errors
///
/// When the document or its `paths` is not an object.
pub fn apply(document: &mut Document, notes: &mut Notes) -> Result<()> {
    let mut ledger = Ledger::new("root_members");
    let found = kind(document);
    let Some(root) = document.as_object_mut() else {
        return Err(Error::new(
            Station::Normalize,
            "",
            format!("the contract is {found}, not an object"),
        ));
    };
    root.insert("openapi".into(), "3.0.3".into());
    info(root);
    servers("", root, &mut ledger);
    if root.get("servers").is_none() {
        // OpenAPI's default for contracts without servers.
        root.insert("servers".into(), json!([{ "url": "/" }]));
    }
    match root.get("paths") {
        Some(Value::Object(_)) => {}
        None | Some(Value::Null) => {
            root.insert("paths".into(), json!({}));
        }
        Some(other) => {
            return Err(Error::new(
                Station::Normalize,
                "/paths",
                format!("paths is {}, not an object", kind(other)),
            )
            .help("its members are the paths, each with its methods"));
        }
    }
    components(root, &mut ledger);
    ledger.write(notes);
    Ok(())
}

fn info(root: &mut Object) {
    if !matches!(root.get("info"), Some(Value::Object(_))) {
        root.insert("info".into(), json!({}));
    }
    if let Some(Value::Object(info)) = root.get_mut("info") {
        for member in ["title", "version"] {
            let text = match info.get(member) {
                Some(Value::String(_)) => continue,
                Some(Value::Number(number)) => number.to_string(),
                _ => String::new(),
            };
            info.insert(member.into(), text.into());
        }
    }
}

/// Makes `servers` of `holder` a list of objects with a `url`, with variables at their defaults, or
/// removes it if it names none. Requests go to the first server; the others are noted.
pub fn servers(at: &str, holder: &mut Object, ledger: &mut Ledger) {
    let Some(value) = holder.remove("servers") else {
        return;
    };
    let candidates = match value {
        Value::Array(list) => list,
        Value::Null => return,
        single => vec![single],
    };
    let mut servers = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        match candidate {
            Value::String(url) => servers.push(json!({ "url": url })),
            Value::Object(mut server) if server.get("url").is_some_and(Value::is_string) => {
                let url = expanded(&server);
                if let Some((_, name)) = url.split_once('{') {
                    let name = name.split('}').next().unwrap_or_default();
                    let what = format!("server {url} is left out: {name:?} has no value");
                    let why = "A variable of an address needs a default.";
                    ledger.add(child(at, "servers"), what, why);
                    continue;
                }
                server.insert("url".into(), url.into());
                server.shift_remove("variables");
                servers.push(Value::Object(server));
            }
            _ => ledger.add(child(at, "servers"), "a server is dropped", "It has no url."),
        }
    }
    for server in &mut servers {
        // An address without a scheme has the scheme of its page, which is fetched over https.
        if let Some(Value::String(url)) = server.get_mut("url")
            && url.starts_with("//")
        {
            url.insert_str(0, "https:");
        }
    }
    let first = servers.first().and_then(|server| server.text("url"));
    if let Some(url) = first.filter(|url| at.is_empty() && !url.contains("://") && *url != "/") {
        let what = format!("the address given to a client must end with server {url}");
        let why = "The contract does not say where the service is.";
        ledger.add(child(at, "servers"), what, why);
    }
    for server in servers.iter().skip(1) {
        let url = server.text("url").unwrap_or_default();
        let what = format!("requests go to server {url} only if the client is created with that address");
        let why = "The contract names several servers, and the first is used.";
        ledger.add(child(at, "servers"), what, why);
    }
    if !servers.is_empty() {
        holder.insert("servers".into(), servers.into());
    }
}

/// The address of a server, with its variables at their defaults, or else at their first allowed
/// value.
fn expanded(server: &Object) -> String {
    let url = server.text("url").unwrap_or_default();
    server
        .map("variables")
        .iter()
        .fold(url.to_string(), |url, (name, variable)| {
            let value = variable.get("default").or_else(|| variable.get("enum")?.get(0));
            let value = value.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_string));
            value.map_or(url.clone(), |value| url.replace(&format!("{{{name}}}"), &value))
        })
}

fn components(root: &mut Object, ledger: &mut Ledger) {
    if !matches!(root.get("components"), Some(Value::Object(_))) {
        if root
            .get("components")
            .is_some_and(|components| !components.is_null())
        {
            ledger.add("/components", "the components are dropped", NO_OBJECT);
        }
        root.insert("components".into(), json!({}));
    }
    let Some(Value::Object(components)) = root.get_mut("components") else {
        return;
    };
    components.retain(|section, value| {
        let keep = value.is_object() || section.starts_with("x-");
        if !keep && !value.is_null() {
            let what = format!("the components' {section} are dropped");
            ledger.add(child("/components", section), what, NO_OBJECT);
        }
        keep
    });
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::run;
    use super::*;

    #[test]
    fn test_root_members_are_completed() {
        let (document, notes) = run(
            apply,
            json!({
                "openapi": "3.0.1", "info": {"title": "Lamps", "version": 2}, "components": null,
                "servers": {"url": "https://lamps.example"}
            }),
        );
        assert_eq!(
            document,
            json!({
                "openapi": "3.0.3", "info": {"title": "Lamps", "version": "2"}, "components": {},
                "servers": [{"url": "https://lamps.example"}], "paths": {}
            })
        );
        assert!(notes.is_empty());
    }

    #[test]
    fn test_server_without_url_is_dropped_with_a_note() {
        let (document, notes) = run(
            apply,
            json!({"servers": [{"description": "x"}], "components": {"schemas": 3}}),
        );
        assert_eq!(document["servers"], json!([{"url": "/"}]));
        assert_eq!(
            notes,
            [
                "/servers a server is dropped",
                "/components/schemas the components' schemas are dropped"
            ]
        );
    }

    #[test]
    fn test_first_server_counts_and_the_others_are_noted() {
        let (document, notes) = run(
            apply,
            json!({"servers": [
                {"url": "https://{region}.example:{port}/{base}", "variables": {
                    "region": {"enum": ["eu", "us"]}, "port": {"default": 8443}, "base": {"default": "v1"}}},
                {"url": "https://{tenant}.example"}, {"url": "/v2"}
            ]}),
        );
        let urls = json!([{"url": "https://eu.example:8443/v1"}, {"url": "/v2"}]);
        assert_eq!(document["servers"], urls);
        assert_eq!(
            notes,
            [
                "/servers server https://{tenant}.example is left out: \"tenant\" has no value",
                "/servers requests go to server /v2 only if the client is created with that address"
            ]
        );
    }

    #[test]
    fn test_servers_without_a_host_are_noted_and_those_without_a_scheme_are_asked_over_https() {
        let (document, notes) = run(apply, json!({"servers": [{"url": "/v2"}]}));
        assert_eq!(document["servers"], json!([{"url": "/v2"}]));
        let note = "/servers the address given to a client must end with server /v2";
        assert_eq!(notes, [note]);
        let (document, notes) = run(apply, json!({"servers": [{"url": "//lamps.example/v2"}]}));
        assert_eq!(document["servers"], json!([{"url": "https://lamps.example/v2"}]));
        assert!(notes.is_empty(), "{notes:?}");
    }

    #[test]
    fn test_paths_that_are_no_object_are_an_error() {
        let error = apply(&mut json!({"paths": []}), &mut Notes::default()).unwrap_err();
        assert_eq!(
            (error.pointer.as_str(), error.message.as_str()),
            ("/paths", "paths is a list, not an object")
        );
        assert!(apply(&mut json!("text"), &mut Notes::default()).is_err());
    }
}
