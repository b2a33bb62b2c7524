//! The form of contracts: versions, references, names of members, byte-order marks.

use crate::support::{only, serve};
use lorgnette_faults as clients;
use lorgnette_tests::server::CannedResponse;

#[tokio::test]
async fn test_dynamic_reference_is_bound_where_it_is_used() {
    use clients::f17_dynamic_references::{Client, types::User};
    let server = serve(CannedResponse::json(200, r#"{"items": [{"name": "a"}]}"#)).await;
    let page = Client::new(server.address())
        .unwrap()
        .users()
        .send()
        .await
        .unwrap();
    let users: &Vec<User> = &page.items;
    assert_eq!(users[0].name.as_deref(), Some("a"));
}

#[tokio::test]
async fn test_reference_by_identifier_is_followed() {
    use clients::f17_dynamic_references::Client;
    let server = serve(CannedResponse::json(200, r#"{"t": {"n": 7}}"#)).await;
    let found = Client::new(server.address())
        .unwrap()
        .byid()
        .send()
        .await
        .unwrap();
    assert_eq!(found.t.as_ref().and_then(|thing| thing.n), Some(7));
}

#[tokio::test]
async fn test_operation_without_declared_success_accepts_anything() {
    use clients::f18_no_declared_success::Client;
    let server = serve(CannedResponse::new(200, "text/csv", "a,b")).await;
    let client = Client::new(server.address()).unwrap();
    let body = client.only4xx().send().await.unwrap().into_inner();
    assert_eq!(body.bytes(9).await.unwrap(), "a,b");
    assert_eq!(only(&server).header("accept"), Some("*/*"));
}

#[test]
fn test_member_called_null_in_yaml_is_a_member() {
    use clients::f23_member_called_null::types::GetXResponse;
    let text = r#"{"null":7}"#;
    let value: GetXResponse = serde_json::from_str(text).unwrap();
    assert_eq!(value.null, Some(7));
    assert_eq!(serde_json::to_string(&value).unwrap(), text);
}

#[tokio::test]
async fn test_byte_order_mark_before_json_is_passed_over() {
    use clients::f26_byte_order_mark::Client;
    let server = serve(CannedResponse::json(200, "\u{feff}{\"a\": \"x\"}")).await;
    let read = Client::new(server.address())
        .unwrap()
        .get_x()
        .send()
        .await
        .unwrap();
    assert_eq!(read.a.as_deref(), Some("x"));
}

#[tokio::test]
async fn test_events_of_openapi_3_2_are_read() {
    use clients::f27_openapi_3_2::Client;
    let server = serve(CannedResponse::new(
        200,
        "text/event-stream",
        "data: a\n\ndata: b\n\n",
    ))
    .await;
    let mut events = Client::new(server.address())
        .unwrap()
        .ev()
        .send()
        .await
        .unwrap()
        .into_inner();
    let mut read = Vec::new();
    while let Some(event) = events.event().await.unwrap() {
        read.push(event.data);
    }
    assert_eq!(read, ["a", "b"]);
    assert_eq!(only(&server).header("accept"), Some("text/event-stream"));
}

#[tokio::test]
async fn test_file_that_is_a_bare_string_is_that_string() {
    use clients::bare_string_file::Client;
    let server = serve(CannedResponse::empty(200)).await;
    Client::new(server.address())
        .unwrap()
        .get_b()
        .send()
        .await
        .unwrap();
    assert_eq!(only(&server).target, "/b");
}

#[tokio::test]
async fn test_methods_of_openapi_3_2_are_sent() {
    use clients::later::Client;
    use clients::later::types::SearchBody;
    let server = serve(CannedResponse::json(200, r#"[{"n": 1}]"#)).await;
    let client = Client::new(server.address()).unwrap();
    let lamps = client.search(SearchBody::default()).send().await.unwrap();
    assert_eq!(lamps[0].n, 1);
    assert_eq!(only(&server).method, "QUERY");
    let server = serve(CannedResponse::empty(204)).await;
    Client::new(server.address())
        .unwrap()
        .copy()
        .send()
        .await
        .unwrap();
    let request = only(&server);
    assert_eq!(
        (request.method.as_str(), request.target.as_str()),
        ("COPY", "/search")
    );
    let server = serve(CannedResponse::empty(204)).await;
    let client = Client::new(server.address()).unwrap();
    client.purge_search().send().await.unwrap();
    assert_eq!(only(&server).method, "PURGE");
    let notes = clients::notes("later");
    assert!(
        notes.contains("`/paths/~1search/additionalOperations/PURGE`"),
        "{notes}"
    );
    assert!(!notes.contains("fragment"), "{notes}");
}

#[tokio::test]
async fn test_parameter_that_is_the_whole_query_is_sent() {
    use clients::later::Client;
    use clients::later::types::WholeAll;
    let server = serve(CannedResponse::empty(204)).await;
    let mut all = WholeAll::default();
    (all.a, all.b) = (Some("x y".into()), Some(2));
    Client::new(server.address())
        .unwrap()
        .whole()
        .all(all)
        .send()
        .await
        .unwrap();
    assert_eq!(only(&server).target, "/whole?a=x%20y&b=2");
}

#[tokio::test]
async fn test_data_of_events_has_the_type_that_is_written_in_it() {
    use clients::later::{Client, types::Lamp};
    let server = serve(CannedResponse::new(
        200,
        "text/event-stream",
        "\u{feff}data: {\"n\": 3}\n\n",
    ))
    .await;
    let mut events = Client::new(server.address())
        .unwrap()
        .typed()
        .send()
        .await
        .unwrap()
        .into_inner();
    let lamp: Lamp = events.event().await.unwrap().unwrap().data;
    assert_eq!(lamp.n, 3);
}
