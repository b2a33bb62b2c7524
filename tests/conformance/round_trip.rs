//! Every type reads arbitrary JSON that its schema allows, and writes it back unchanged.
//!
//! A JSON Schema validator checks both the values that are read and those that are written. The
//! results are in `round_trip.md`, with which each run is compared.

use crate::APIS;
use crate::changes::Change;
use crate::report::chosen;
use crate::trips::{Tally, judge};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

const HEADER: &str = include_str!("round_trip_header.md");

/// The table's columns for changed values.
const CHANGES: [Change; 7] = [
    Change::Member,
    Change::Listed,
    Change::Tag,
    Change::Null,
    Change::Date,
    Change::Number,
    Change::Alias,
];

fn row(name: &str, tally: &Tally) -> String {
    let counts = [tally.types, tally.schemas, tally.values];
    let changed = CHANGES.map(|change| tally.changed.get(&change).copied().unwrap_or_default());
    let (put, back) = tally.unknown;
    let counts = counts
        .into_iter()
        .chain(changed)
        .chain([put, back, tally.secrets]);
    let counts = counts.map(|count| count.to_string());
    format!("| {name} | {} |\n", counts.collect::<Vec<_>>().join(" | "))
}

#[test]
fn test_every_type_writes_what_it_has_read() {
    let started = Instant::now();
    let (apis, next) = (chosen(), AtomicUsize::new(0));
    let work = || {
        let turns = std::iter::from_fn(|| apis.get(next.fetch_add(1, Ordering::Relaxed)));
        turns.map(|api| (api.name, judge(api))).collect::<Vec<_>>()
    };
    let found: BTreeMap<&str, Tally> = std::thread::scope(|scope| {
        let workers = [scope.spawn(work), scope.spawn(work)];
        let ended = workers.into_iter().flat_map(|worker| worker.join().unwrap());
        ended.collect()
    });
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    for api in &apis {
        let tally = &found[api.name];
        rows.push(row(api.name, tally));
        faults.extend(tally.faults.iter().map(|fault| format!("{} {fault}", api.name)));
    }
    let text = format!("{HEADER}{}", rows.concat());
    println!("{text}{:.1} s", started.elapsed().as_secs_f64());
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/round_trip.md");
    let whole = apis.len() == APIS.len();
    let (put, back) = found.values().fold((0, 0), |(put, back), tally| {
        (put + tally.unknown.0, back + tally.unknown.1)
    });
    assert!(
        put == back && (put >= 900 || !whole),
        "{back} of {put} unknown members came back"
    );
    if whole && std::env::var_os("CONFORMANCE_UPDATE").is_some() {
        std::fs::write(&file, &text).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        if whole {
            kept == text
        } else {
            rows.iter().all(|row| kept.contains(row))
        },
        "tests/conformance/round_trip.md is not what this run came to; `cargo xtask conformance --update` writes it"
    );
}
