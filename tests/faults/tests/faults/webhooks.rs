//! Reads the webhooks of a vendor's server by event, with types.

use lorgnette_faults::events::webhooks::Webhook;
use lorgnette_faults::{events, notes};

#[test]
fn test_webhook_is_read_by_its_event() {
    let body = br#"{"name": "hall", "since": 3}"#;
    let Ok(Webhook::LampBroke(lamp)) = Webhook::parse("lamp.broke", body) else {
        panic!("no lamp");
    };
    assert_eq!((lamp.name.as_str(), &lamp.room), ("hall", &None));
    // Undeclared members are kept, as in any response.
    assert_eq!(lamp.unknown().get("since"), Some(&3.into()));
    let error = Webhook::parse("lamp.broke", b"{}").unwrap_err();
    assert!(error.to_string().contains("name"), "{error}");
}

#[test]
fn test_webhook_of_a_shared_path_item_may_be_null() {
    let sold = |body: &[u8]| match Webhook::parse("lamp-sold", body) {
        Ok(Webhook::LampSold(sold)) => sold.as_ref().as_ref().map(|sold| sold.price),
        other => panic!("{other:?}"),
    };
    assert_eq!(sold(br#"{"price": 2.5}"#), Some(Some(2.5)));
    assert_eq!(sold(b"null"), None);
}

#[test]
fn test_callbacks_of_one_name_are_told_apart() {
    assert_eq!(
        Webhook::EVENTS,
        ["lamp.broke", "lamp-sold", "order.done", "repair.done"]
    );
    let Ok(Webhook::OrderDone(done)) = Webhook::parse("order.done", br#"{"lamps": ["a"]}"#) else {
        panic!("no list");
    };
    assert_eq!(done.lamps, ["a"]);
    let Ok(Webhook::RepairDone(count)) = Webhook::parse("repair.done", b"7") else {
        panic!("no number");
    };
    assert_eq!(*count, 7);
}

#[test]
fn test_event_that_nobody_knows_is_kept() {
    let webhook = Webhook::parse("lamp.bought", br#"{"a": 1}"#).unwrap();
    assert_eq!(webhook.event(), "lamp.bought");
    assert!(matches!(&webhook, Webhook::Unknown(_, value) if value["a"] == 1));
}

#[test]
fn test_webhooks_are_no_operations() {
    // Both operations are methods; missing bodies are noted.
    let _ = |client: &events::Client| {
        drop(client.order());
        drop(client.repair());
    };
    assert!(notes("events").contains("webhook \"rung\" is left out"));
}
