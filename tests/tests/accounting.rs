//! Checks that no part of a contract is lost in its crate: operations, parameters, properties and
//! enum values are counted in the contract and found again in the crate's source.
//!
//! Parts that are left out on purpose are listed with their reasons in `tests/left_out.toml`.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use lorgnette_tests::accounting::{Comparison, compare};
use lorgnette_tests::contract::Contract;
use lorgnette_tests::left_out::LeftOut;
use lorgnette_tests::reach::Reach;
use lorgnette_tests::surface::Surface;
use lorgnette_tests::workspace::{CatalogueEntry, apis};
use std::collections::BTreeSet;

/// How many operations the contracts had when they were copied or written.
const OPERATIONS: &[(&str, usize)] = &[
    ("sevensignal-v2", 215),
    ("vxg-v2", 109),
    ("vxg-admin-v2", 5),
    ("vxg-v3", 25),
    ("vxg-v4", 30),
    ("vxg-v5", 3),
    ("vxg-v6", 5),
    ("vxg-gateway-v1", 6),
    ("sigsci-v0", 157),
    ("angus-v1", 2),
];

/// Calls `check` for every API that is counted above, and fails with all reported faults. A new API
/// is first checked by `cargo xtask corpus specs/<api> --account`, which relies on notes.
fn for_each_api(mut check: impl FnMut(&CatalogueEntry) -> Result<Vec<String>, String>) {
    let mut said = Vec::new();
    let is_counted = |api: &CatalogueEntry| OPERATIONS.iter().any(|(name, _)| *name == api.name);
    for api in apis().unwrap().into_iter().filter(is_counted) {
        let lines = check(&api).unwrap_or_else(|error| vec![error]);
        if !lines.is_empty() {
            said.push(format!(
                "{}: {} findings\n  {}",
                api.name,
                lines.len(),
                lines.join("\n  ")
            ));
        }
    }
    assert!(said.is_empty(), "{}", said.join("\n"));
}

fn compared(api: &CatalogueEntry, with_overlay: bool) -> Result<(Contract, Comparison), String> {
    let contract = lorgnette_tests::contract::of(api, with_overlay)?;
    let comparison = compare(&contract, &Surface::read(&api.folder())?, with_overlay);
    Ok((contract, comparison))
}

#[test]
fn test_contracts_have_the_operations_that_they_had() {
    for (name, operations) in OPERATIONS {
        let api = apis().unwrap().into_iter().find(|api| api.name == *name).unwrap();
        for with_overlay in [false, true] {
            assert_eq!(
                lorgnette_tests::contract::of(&api, with_overlay)
                    .unwrap()
                    .operations()
                    .len(),
                *operations,
                "{name}"
            );
        }
    }
}

#[test]
fn test_crates_hold_what_their_contracts_and_overlays_say() {
    let left_out = LeftOut::read().unwrap();
    for_each_api(|api| Ok(left_out.unexplained(&api.name, &compared(api, true)?.1.findings, true)));
}

/// An overlay makes repairs, but parts of the vendor's contract that it removes must be listed with
/// a reason, too.
#[test]
fn test_crates_hold_what_the_vendors_say() {
    let left_out = LeftOut::read().unwrap();
    for_each_api(|api| Ok(left_out.unexplained(&api.name, &compared(api, false)?.1.findings, false)));
}

/// The comparison is complete: its matches and reports together equal a count of the contract
/// alone.
#[test]
fn test_accounting_counts_everything_that_operations_reach() {
    println!(
        "{:<15} {:>10} {:>10} {:>10} {:>10}",
        "", "operations", "parameters", "properties", "values"
    );
    for_each_api(|api| {
        let (contract, comparison) = compared(api, true)?;
        let reach = Reach::of(&contract);
        let reported = |pointer: &String| {
            comparison
                .findings
                .iter()
                .any(|finding| pointer.starts_with(&finding.pointer))
        };
        let mut said: Vec<String> = reach
            .unread
            .iter()
            .map(|pointer| format!("{pointer} is not read by this test"))
            .collect();
        for (wanted, found) in [
            (&reach.operations, &comparison.operations),
            (&reach.parameters, &comparison.parameters),
            (&reach.properties, &comparison.properties),
            (&reach.values, &comparison.values),
        ] {
            said.extend(
                wanted
                    .difference(found)
                    .filter(|pointer| !reported(pointer))
                    .map(|pointer| format!("{pointer} was not compared")),
            );
            said.extend(
                found
                    .difference(wanted)
                    .map(|pointer| format!("{pointer} is reached by no operation")),
            );
        }
        let counts = [
            comparison.operations.len(),
            comparison.parameters.len(),
            comparison.properties.len(),
            comparison.values.len(),
        ];
        println!(
            "{:<15} {:>10} {:>10} {:>10} {:>10}",
            api.name, counts[0], counts[1], counts[2], counts[3]
        );
        if let Some((_, operations)) = OPERATIONS.iter().find(|(name, _)| *name == api.name)
            && counts[0] != *operations
        {
            said.push(format!("{} operations of {operations}", counts[0]));
        }
        Ok(said)
    });
}

#[test]
fn test_components_that_no_operation_uses_are_listed() {
    let left_out = LeftOut::read().unwrap();
    for_each_api(|api| {
        let contract = lorgnette_tests::contract::of(api, true)?;
        let unused: BTreeSet<String> = Reach::of(&contract)
            .unused_components(&contract)
            .into_iter()
            .collect();
        let listed: BTreeSet<String> = left_out.unused(&api.name).iter().cloned().collect();
        let more = unused
            .difference(&listed)
            .map(|name| format!("{name} is used by no operation and not listed as such"));
        let fewer = listed
            .difference(&unused)
            .map(|name| format!("{name} is used, or gone; remove it from [unused]"));
        Ok(more.chain(fewer).collect())
    });
}

#[test]
fn test_left_out_names_apis_of_the_catalogue() {
    let known: BTreeSet<String> = apis().unwrap().into_iter().map(|api| api.name).collect();
    let left_out = LeftOut::read().unwrap();
    let strangers: Vec<&str> = left_out.apis().filter(|api| !known.contains(*api)).collect();
    assert!(strangers.is_empty(), "{strangers:?}");
}
