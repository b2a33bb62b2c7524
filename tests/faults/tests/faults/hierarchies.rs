//! Children of a base, and objects with further members.

use lorgnette_faults::choices::types::{Check, Setting};
use lorgnette_faults::endpoints::types::{Endpoint, Problem, Settings};
use lorgnette_faults::notes;
use lorgnette_runtime::codec::from_json;

#[test]
fn test_tag_whose_values_all_children_inherit_selects_one() {
    // Neither has a member of its own: only the tag distinguishes them.
    let endpoint: Endpoint = from_json(br#"{"endpointType": "EventGrid"}"#).unwrap();
    assert!(matches!(endpoint, Endpoint::EventGrid(_)), "{endpoint:?}");
    let endpoint: Endpoint = from_json(br#"{"endpointType": "EventHub", "grid": "x"}"#).unwrap();
    assert!(matches!(endpoint, Endpoint::EventHub(_)), "{endpoint:?}");
}

#[test]
fn test_further_members_that_are_maps_are_maps() {
    let settings: Settings = from_json(br#"{"name": "a", "limits": {"calls": 3}}"#).unwrap();
    assert_eq!(settings.additional_properties["limits"]["calls"], 3);
}

#[test]
fn test_further_members_of_any_value_are_taken_with_a_note() {
    let problem: Problem = from_json(br#"{"title": "a", "traceId": "00-4b", "more": {"b": 1}}"#).unwrap();
    assert_eq!(problem.additional_properties["traceId"], "00-4b");
    assert!(notes("endpoints").contains("additional members accept any value"));
}

#[test]
fn test_base_that_adds_only_a_discriminator_has_its_children() {
    let setting: Setting = from_json(br#"{"kind": "Export", "target": "t"}"#).unwrap();
    let Setting::ExportSetting(export) = setting else {
        panic!("{setting:?}");
    };
    assert_eq!(export.target.as_deref(), Some("t"));
    let setting: Setting = from_json(br#"{"kind": "Suppress"}"#).unwrap();
    assert!(matches!(setting, Setting::Base(_)), "{setting:?}");
}

#[test]
fn test_child_of_a_child_that_adds_nothing_has_all_members() {
    let check: Check = from_json(br#"{"kind": "Quorum", "partition": "p"}"#).unwrap();
    let Check::QuorumCheck(quorum) = check else {
        panic!("{check:?}");
    };
    assert_eq!(quorum.partition.as_deref(), Some("p"));
}
