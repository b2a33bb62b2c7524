//! Reads from the book which command lines replace each of the vendors' scripts.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

/// The command lines of a program, by the scripts that they replace.
///
/// # Errors
///
/// When the page of the book cannot be read.
pub fn lines(program: &str) -> io::Result<BTreeMap<String, Vec<Vec<String>>>> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../book/src/operators/scripts.md");
    let page = fs::read_to_string(page)?;
    let mut scripts = BTreeMap::new();
    for row in page.lines().filter(|line| line.starts_with("| `")) {
        // The script is between backticks, followed by its command lines.
        let mut parts = row.split('`').skip(1).step_by(2);
        let Some(script) = parts.next() else { continue };
        let own = format!("{program} ");
        let lines: Vec<Vec<String>> = parts
            .filter_map(|line| line.strip_prefix(&own))
            .map(words)
            .collect();
        if !lines.is_empty() {
            scripts.insert(script.to_owned(), lines);
        }
    }
    Ok(scripts)
}

/// The words of a command line; text in single quotes is one word.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in line.split('\'').enumerate() {
        match index % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    words
}

/// A request as method and path, the sorted pairs of its query, and its body as JSON, or as text if
/// it is not JSON.
pub fn sent(method: &str, target: &str, body: &str) -> String {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut pairs: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty()).collect();
    pairs.sort_unstable();
    let query = match pairs.is_empty() {
        true => String::new(),
        false => format!("?{}", pairs.join("&")),
    };
    let body = serde_json::from_str(body).map_or_else(|_| body.to_owned(), |body| sorted(body).to_string());
    format!("{method} {path}{query} {body}").trim_end().to_owned()
}

/// The same, with the members of objects sorted by name.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members: BTreeMap<String, Value> = members.into_iter().collect();
            members
                .into_iter()
                .map(|(name, value)| (name, sorted(value)))
                .collect()
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        other => other,
    }
}
