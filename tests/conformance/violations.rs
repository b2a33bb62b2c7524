//! Prism's verdict on a request and on its own response.

use serde_json::Value;

/// The violations in the header `sl-violations`, of the request and of the response. Warnings, for
/// instance about a deprecated parameter, do not count.
pub fn violations(header: &str) -> (Vec<String>, Vec<String>) {
    if header.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let Ok(Value::Array(list)) = serde_json::from_str::<Value>(header) else {
        // Too many to list: shortened in the middle.
        let said = vec![header.chars().take(400).collect()];
        return if header.contains(r#""location":["request""#) {
            (said, Vec::new())
        } else {
            (Vec::new(), said)
        };
    };
    let (mut request, mut answer) = (Vec::new(), Vec::new());
    for violation in list.iter().filter(|violation| violation["severity"] == "Error") {
        let side = if violation["location"][0] == "response" {
            &mut answer
        } else {
            &mut request
        };
        side.push(said(violation));
    }
    (request, answer)
}

/// A violation on one line; the places of items are left out, since they differ between responses.
pub fn said(violation: &Value) -> String {
    let place = violation["location"].as_array().into_iter().flatten().skip(1);
    let place = place
        .filter_map(Value::as_str)
        .filter(|part| part.parse::<usize>().is_err());
    let place: Vec<&str> = place.collect();
    let code = violation["code"].as_str().unwrap_or("invalid");
    format!("`{}` breaks `{code}`", place.join("."))
}
