//! The hazards in the Angus.ai contract.

use crate::support::{angus, line, listener, only, read, server};
use angus_v1::types::{Entity, Metric, StreamCredentials, TimeBucket};
use lorgnette_tests::server::CannedResponse;

#[test]
fn test_property_named_by_a_question_mark() {
    let entity: Entity = read(r#"{"gender": {"?": 3, "female": 5, "male": 4}}"#);
    let gender = entity.gender.unwrap();
    assert_eq!((gender.question, gender.female), (Some(3), Some(5)));
    assert_eq!(
        serde_json::to_string(&gender).unwrap(),
        r#"{"?":3,"female":5,"male":4}"#
    );
}

#[tokio::test]
async fn test_next_page_is_followed_to_the_same_origin_only() {
    let body = r#"{"entities": {"a": {}}, "next_page": "http://elsewhere.invalid/api/1/entities?page=2"}"#;
    let server = server(CannedResponse::json(200, body)).await;
    let client = angus(&server);
    let call = client.entities_list().metrics(vec![Metric::Gender]);
    let mut pages = call
        .from_date(
            "2017-09-03T05:45:00+02:00"
                .parse::<lorgnette_runtime::DateTime>()
                .unwrap(),
        )
        .pages();
    assert_eq!(pages.page().await.unwrap().unwrap().entities.len(), 1);
    let error = pages.page().await.unwrap_err();
    assert!(error.to_string().contains("another server"), "{error}");
    assert!(pages.page().await.unwrap().is_none());
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn test_dates_keep_their_offsets_and_fractions_have_6_digits_or_none() {
    for (text, encoded) in [
        ("2017-09-03T05:45:00+00:00", "2017-09-03T05%3A45%3A00%2B00%3A00"),
        (
            "2017-09-03T05:45:00.000042+02:00",
            "2017-09-03T05%3A45%3A00.000042%2B02%3A00",
        ),
    ] {
        let server = listener().await;
        let client = angus(&server);
        let call = client.entities_list().metrics(vec![Metric::Category]);
        let call = call
            .from_date(text.parse::<lorgnette_runtime::DateTime>().unwrap())
            .time(TimeBucket::Global);
        let _ = call.send().await;
        assert_eq!(
            line(&server),
            format!("GET /api/1/entities?metrics=category&from_date={encoded}&time=global")
        );
    }
}

#[tokio::test]
async fn test_token_endpoint_is_on_another_host_and_ends_in_a_slash() {
    let console = server(CannedResponse::json(200, r#"{"token": "a.b.c"}"#)).await;
    let client = angus_v1::Client::builder("http://data.invalid")
        .server("https://console.angus.ai", console.address())
        .build()
        .unwrap();
    let credentials = StreamCredentials::new(
        "ada@example.com",
        "7f0c6b0e-3c1c-4f0a-9d3b-1f5e2a6b7c8d".parse().unwrap(),
        "s3",
    );
    let token = client.stream_token_create(&credentials).send().await.unwrap();
    assert_eq!(token.token.expose(), "a.b.c");
    let request = only(&console);
    assert_eq!(
        (request.method.as_str(), request.target.as_str()),
        ("POST", "/api-token-authstream/")
    );
    assert_eq!(
        request.text(),
        r#"{"username":"ada@example.com","client_id":"7f0c6b0e-3c1c-4f0a-9d3b-1f5e2a6b7c8d","access_token":"s3"}"#
    );
}
