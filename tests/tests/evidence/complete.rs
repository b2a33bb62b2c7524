//! Checks that the lists are complete: every call of a public client, every program in
//! `specs/EVIDENCE.md`, and a reason for every request that cannot be expressed.

use crate::list::{Listed, lists};
use lorgnette_tests::workspace::{apis, read, root};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The owners of the clients that count: the vendors themselves, and one widely used client.
const CLIENTS: [&str; 7] = [
    "7Signal/",
    "VideoExpertsGroup/",
    "VideoExpertsGroup1/",
    "angus-ai/",
    "fastly/",
    "foospidy/pysigsci",
    "signalsciences/",
];

/// The repository of a place such as `owner/name:path:line` or `owner/name@commit`.
fn repository(place: &str) -> &str {
    place.split([':', '@']).next().unwrap()
}

/// Whether a request such as `GET /lamps/5?on=true` has this path and method.
fn is_of(request: &str, method: &str, path: &str) -> bool {
    let (of, target) = request.split_once(' ').unwrap();
    let target = target.split(['?', ' ']).next().unwrap();
    let (mine, others) = (target.split('/'), path.split('/'));
    of.eq_ignore_ascii_case(method)
        && mine.clone().count() == others.clone().count()
        && mine
            .zip(others)
            .all(|(mine, other)| mine == other || other.starts_with('{'))
}

#[test]
fn test_every_call_of_the_evidence_is_listed() {
    let lists: BTreeMap<_, _> = lists().into_iter().collect();
    let mut missing = Vec::new();
    for api in apis().unwrap() {
        let contract = read(&api.specs().join(&api.contract)).unwrap();
        let contract: Value = serde_json::from_str(&contract).unwrap();
        for (path, item) in contract["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let seen = operation["x-evidence"].as_array();
                let seen = seen.into_iter().flatten().filter_map(Value::as_str);
                let clients: BTreeSet<&str> = seen
                    .filter(|place| CLIENTS.iter().any(|client| place.starts_with(client)))
                    .map(repository)
                    .collect();
                let listed: BTreeSet<&str> = lists[&api.name]
                    .iter()
                    .filter(|listed| listed.request.as_ref().is_some_and(|r| is_of(r, method, path)))
                    .flat_map(|listed| listed.seen.iter().map(|place| repository(place)))
                    .collect();
                for client in clients.difference(&listed) {
                    missing.push(format!("{}: {method} {path} of {client}", api.name));
                }
            }
        }
    }
    assert!(missing.is_empty(), "not listed:\n{}", missing.join("\n"));
}

#[test]
fn test_all_is_said_but_the_clients_own_mistakes() {
    let (mut requests, mut mistaken) = (0, 0);
    for (api, list) in lists() {
        for listed in list {
            let Listed {
                request,
                say,
                client_sends,
                mistake,
                seen,
                ..
            } = &listed;
            assert!(!seen.is_empty(), "{api}: {listed:?}");
            assert_eq!(say.is_some(), request.is_some(), "{api}: {listed:?}");
            assert_eq!(client_sends.is_some(), mistake.is_some(), "{api}: {listed:?}");
            assert!(say.is_some() || mistake.is_some(), "{api}: {listed:?}");
            assert_ne!(request, client_sends, "{api}");
            requests += seen.len();
            mistaken += if mistake.is_some() { seen.len() } else { 0 };
        }
    }
    let text = read(&root().join("specs/EVIDENCE.md")).unwrap();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let figures = format!("They hold {requests} requests, {mistaken} of which are mistakes");
    assert!(text.contains(&figures), "EVIDENCE.md does not say: {figures}");
}

/// The cells of the rows of the tables below a heading.
fn rows<'t>(text: &'t str, heading: &str) -> Vec<Vec<&'t str>> {
    let part = text
        .split("\n## ")
        .find(|part| part.starts_with(heading))
        .unwrap();
    let rows = part.lines().filter(|line| line.starts_with("| "));
    // The first is the head.
    rows.skip(1)
        .map(|row| row.trim_matches('|').split('|').map(str::trim).collect())
        .collect()
}

/// The texts between backticks.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// Checks that each program of the table is listed with each of its operations.
fn assert_listed(rows: &[Vec<&str>], api_of: impl Fn(&[&str]) -> String, operations: usize) -> usize {
    let lists: BTreeMap<_, _> = lists().into_iter().collect();
    let (mut programs, mut all, mut missing) = (Vec::new(), BTreeSet::new(), Vec::new());
    for row in rows {
        let named = quoted(row[0]);
        if !named.is_empty() {
            programs = named;
        }
        all.extend(programs.iter().copied());
        let api = api_of(row);
        for operation in quoted(row[operations]) {
            // Credentials and parameters are listed beside the operations.
            if !operation.contains('_') || operation == "relay_to" || operation == "sent_in_query" {
                continue;
            }
            for program in &programs {
                let is_seen = lists[&api].iter().any(|listed| {
                    listed.operation.as_deref() == Some(operation)
                        && listed
                            .seen
                            .iter()
                            .any(|place| place.contains(&format!("{program}:")))
                });
                if !is_seen {
                    missing.push(format!("{program}: {operation} of {api}"));
                }
            }
        }
    }
    assert!(missing.is_empty(), "not listed:\n{}", missing.join("\n"));
    all.len()
}

#[test]
fn test_programs_of_vxg_need_typed_calls_only() {
    let text = read(&root().join("specs/EVIDENCE.md")).unwrap();
    let programs = assert_listed(&rows(&text, "VXG"), |row| quoted(row[1])[0].to_owned(), 2);
    assert_eq!(programs, 23, "22, of which one is there in two languages");
}

#[test]
fn test_programs_of_sevensignal_need_typed_calls_only() {
    let text = read(&root().join("specs/EVIDENCE.md")).unwrap();
    let programs = assert_listed(&rows(&text, "7SIGNAL"), |_| "sevensignal-v2".into(), 1);
    assert_eq!(programs, 22, "21, and what they share");
}

#[test]
fn test_samples_of_the_sites_are_examples() {
    let text = read(&root().join("specs/EVIDENCE.md")).unwrap();
    let rows = rows(&text, "The vendors' sites");
    assert!(!rows.is_empty());
    for row in rows {
        let example = quoted(row[1])[0];
        let program = read(&root().join(example)).unwrap();
        for operation in quoted(row[2]) {
            assert!(
                program.contains(&format!("{operation}(")),
                "{example}: {operation}"
            );
        }
    }
}
