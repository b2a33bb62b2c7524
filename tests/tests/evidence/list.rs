//! Reads the lists.

use lorgnette_tests::workspace::root;
use serde::Deserialize;
use std::fs;

/// A request of a public client.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    pub operation: Option<String>,
    pub request: Option<String>,
    #[serde(rename = "body")]
    pub _body: Option<String>,
    #[serde(rename = "client")]
    pub _client: Option<String>,
    pub say: Option<String>,
    pub client_sends: Option<String>,
    pub mistake: Option<String>,
    pub seen: Vec<String>,
}

#[derive(Deserialize)]
struct List {
    request: Vec<Listed>,
}

/// The lists, each with the name of its crate.
pub fn lists() -> Vec<(String, Vec<Listed>)> {
    let folder = root().join("tests/tests/evidence");
    let mut lists = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let list: List = toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            lists.push((name, list.request));
        }
    }
    lists.sort_by(|one, other| one.0.cmp(&other.0));
    lists
}

/// The query as pairs, decoded and sorted.
pub fn query(target: &str) -> Vec<(String, String)> {
    let Some((_, query)) = target.split_once('?') else {
        return Vec::new();
    };
    let mut pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    pairs.sort();
    pairs
}
