//! Children of a base, and objects with further members.

use lorgnette_faults::endpoints::types::{Endpoint, Problem, Settings};
use lorgnette_faults::notes;
use lorgnette_runtime::codec::from_json;

#[test]
fn test_tag_whose_values_all_children_inherit_selects_one() {
    // Both have no member of their own: only the tag says which it is.
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
    assert!(notes("endpoints").contains("additional members take any value"));
}
