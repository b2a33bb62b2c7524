//! Schemas with compositions, choices and discriminators.

use lorgnette_faults as clients;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Reads a text as a type and writes it back.
fn there_and_back<T: DeserializeOwned + Serialize>(text: &str) -> T {
    let value: T = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&value).unwrap(), text);
    value
}

#[test]
fn test_items_of_a_list_in_two_branches_have_the_members_of_both() {
    use clients::all_of_list_members::types::R;
    let value: R = there_and_back(r#"{"p":[{"a":"x","b":"y"}]}"#);
    let item = &value.p[0];
    assert_eq!((item.a.as_deref(), item.b.as_deref()), (Some("x"), Some("y")));
}

#[test]
fn test_list_with_constraints_beside_it_keeps_its_items() {
    use clients::f19_all_of_list::types::GetXResponse;
    let value: GetXResponse = there_and_back(r#"{"list":["a"]}"#);
    let list: &Vec<String> = &value.list;
    assert_eq!(list, &["a"]);
}

#[test]
fn test_lists_maps_and_unions_of_two_branches_are_merged() {
    use clients::merges::types::{Both, BothUnion};
    let value: Both = there_and_back(
        r#"{"deep":[[{"a":"1","b":"2"}]],"map":{"k":{"a":"1","b":"2"}},"union":{"b":"2","a":"1"},"texts":["t"]}"#,
    );
    assert_eq!(value.deep[0][0].b.as_deref(), Some("2"));
    assert_eq!(value.map["k"].a.as_deref(), Some("1"));
    assert!(matches!(value.union, Some(BothUnion::A(_))), "{:?}", value.union);
    let texts: &Vec<String> = &value.texts;
    assert_eq!(texts, &["t"]);
}

#[test]
fn test_maps_of_two_branches_have_values_with_the_members_of_both() {
    use clients::merges::types::GetMResponseValue;
    let value: std::collections::BTreeMap<String, GetMResponseValue> =
        there_and_back(r#"{"k":{"a":"1","b":"2"}}"#);
    assert_eq!(value["k"].b.as_deref(), Some("2"));
}

#[test]
fn test_items_without_a_type_are_alternatives() {
    use clients::list_of_item_schemas::types::{GetUResponse, GetUResponseUser};
    for text in [r#"{"user":{"id":"1"}}"#, r#"{"user":{"name":"n"}}"#] {
        let value: GetUResponse = there_and_back(text);
        assert!(!matches!(value.user, GetUResponseUser::Unknown(_)), "{value:?}");
    }
}

#[test]
fn test_stated_type_wins_over_items() {
    use clients::item_types::types::GetAResponse;
    let value: GetAResponse =
        there_and_back(r#"{"object":{"k":1},"listed":{"k":1},"text":"t","one":{"a":"x"},"list":[1]}"#);
    assert_eq!(
        (value.text.as_deref(), value.list.as_slice()),
        (Some("t"), &[1][..])
    );
}

#[test]
fn test_base_of_a_hierarchy_is_a_branch() {
    use clients::f21_base_of_a_hierarchy::types::Base;
    let base: Base = serde_json::from_str(r#"{"kind":"Base","id":7}"#).unwrap();
    let Base::Base(base) = base else {
        panic!("{base:?}")
    };
    assert_eq!(base.id, Some(7));
    let child: Base = serde_json::from_str(r#"{"kind":"Child","id":7,"value":"v"}"#).unwrap();
    assert!(matches!(child, Base::Child(_)), "{child:?}");
}

#[test]
fn test_base_has_the_values_that_no_child_is_called_like() {
    use clients::concrete_base::types::Restriction;
    let base: Restriction = serde_json::from_str(r#"{"type":"daily_restriction","seconds":5}"#).unwrap();
    assert!(
        matches!(&base, Restriction::Base(base) if base.seconds == 5),
        "{base:?}"
    );
    let child: Restriction =
        serde_json::from_str(r#"{"type":"weekly_restriction","seconds":5,"day":1}"#).unwrap();
    assert!(
        matches!(&child, Restriction::WeeklyRestriction(child) if child.day == 1),
        "{child:?}"
    );
}

#[test]
fn test_base_is_a_branch_beside_mapped_and_narrower_children() {
    use clients::hierarchy::types::{GetAResponse, Mapped, Narrow};
    let text = r#"{"mapped":{"kind":"Mapped","id":1},"narrow":{"kind":"own","id":2}}"#;
    let value: GetAResponse = serde_json::from_str(text).unwrap();
    assert!(
        matches!(&value.mapped, Some(Mapped::Base(base)) if base.id == Some(1)),
        "{value:?}"
    );
    assert!(
        matches!(&value.narrow, Some(Narrow::Base(base)) if base.id == Some(2)),
        "{value:?}"
    );
    let text = r#"{"mapped":{"kind":"child","more":"m"},"narrow":{"kind":"other","deep":"d"}}"#;
    let value: GetAResponse = serde_json::from_str(text).unwrap();
    assert!(matches!(&value.mapped, Some(Mapped::Child(_))), "{value:?}");
    assert!(
        matches!(&value.narrow, Some(Narrow::Child(child)) if child.deep == "d"),
        "{value:?}"
    );
}

#[test]
fn test_untyped_items_are_read_alone_and_in_a_list() {
    use clients::choices::types::{GetChannelResponse, GetChannelResponseChannel as Channel};
    let value: GetChannelResponse = there_and_back(r#"{"channel":{"name":"n"}}"#);
    assert!(matches!(value.channel, Some(Channel::Plain(_))), "{value:?}");
    let value: GetChannelResponse = there_and_back(r#"{"channel":[{"name":"n"},{"type":"t"}]}"#);
    let Some(Channel::ItemList(items)) = value.channel else {
        panic!("{value:?}");
    };
    assert_eq!(items.len(), 2);
}

#[test]
fn test_what_a_part_or_choice_requires_is_required() {
    use clients::choices::types::{Either, PostSenderBody};
    let sender: PostSenderBody = there_and_back(r#"{"from":{"email":"e"}}"#);
    let email: &String = &sender.from.unwrap().email;
    assert_eq!(email, "e");
    assert!(serde_json::from_str::<PostSenderBody>(r#"{"from":{"name":"n"}}"#).is_err());
    let either: Either = there_and_back(r#"{"id":"1","b":"x"}"#);
    let Either::WithB(with) = either else {
        panic!("{either:?}");
    };
    let id: &String = &with.id;
    assert_eq!(id, "1");
}
