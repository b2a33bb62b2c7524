//! Responses that do not match their contract.

use crate::support::{done, serve};
use lorgnette_faults::lenient::{Client, responses::DeclaredError};
use lorgnette_runtime::codec;
use lorgnette_tests::server::{ApiServer, CannedResponse};

const ODD: &str = r#"{"id":1,"name":["a","b"],"since":"yesterday"}"#;

#[tokio::test]
async fn test_member_that_does_not_fit_is_read_as_absent_and_written_back() {
    let server = ApiServer::start([CannedResponse::json(200, ODD), done()])
        .await
        .unwrap();
    let client = Client::new(server.address()).unwrap();
    let lamp = client.get_lamp("1").send().await.unwrap();
    assert_eq!((lamp.id, lamp.name.as_deref(), lamp.since), (1, None, None));
    let misfits = lamp.misfits();
    let paths: Vec<String> = misfits.first().iter().map(codec::Error::path).collect();
    assert_eq!(
        (misfits.count(), paths.as_slice()),
        (2, &["name".to_string(), "since".to_string()][..])
    );
    client.put_lamp("1", &*lamp).send().await.unwrap();
    assert_eq!(server.received()[1].text(), ODD);
}

#[tokio::test]
async fn test_strict_call_and_client_refuse_what_does_not_fit() {
    let server = serve(CannedResponse::json(200, ODD)).await;
    let client = Client::new(server.address()).unwrap();
    let error = client.get_lamp("1").strict().send().await.unwrap_err();
    assert_eq!(error.path(), "name");
    let server = serve(CannedResponse::json(200, ODD)).await;
    let client = Client::builder(server.address()).strict().build().unwrap();
    assert!(client.get_lamp("1").send().await.is_err());
}

#[tokio::test]
async fn test_declared_error_is_read_with_patience() {
    let server = serve(CannedResponse::json(404, r#"{"code":"E1","message":"gone"}"#)).await;
    let client = Client::new(server.address()).unwrap();
    let error = client.get_lamp("1").send().await.unwrap_err();
    let Some(DeclaredError::NotFound(trouble)) = error.declared() else {
        panic!("{error:?}")
    };
    assert_eq!((trouble.code, trouble.message.as_deref()), (None, Some("gone")));
}

#[tokio::test]
async fn test_strict_call_reads_declared_errors_strictly() {
    let server = serve(CannedResponse::json(404, r#"{"code":"E1","message":"gone"}"#)).await;
    let client = Client::new(server.address()).unwrap();
    let error = client.get_lamp("1").strict().send().await.unwrap_err();
    assert!(error.declared().is_none(), "{error:?}");
    // The server's message is reported anyway.
    assert_eq!(error.status().map(|status| status.as_u16()), Some(404));
    assert!(error.to_string().contains("gone"), "{error}");
}

#[tokio::test]
async fn test_bad_items_are_errors_in_their_places_and_the_list_goes_on() {
    let pages = [
        r#"{"pages":3,"lampList":[{"id":1},{"id":"x"},{"id":3},7]}"#,
        r#"{"pages":3,"lampList":[{},null]}"#,
        r#"{"pages":3,"lampList":[{"id":4}]}"#,
    ];
    for is_strict in [false, true] {
        let server = ApiServer::start(pages.map(|page| CannedResponse::json(200, page)))
            .await
            .unwrap();
        let client = Client::builder(server.address());
        let client = if is_strict { client.strict() } else { client }.build().unwrap();
        let mut lamps = client.list_lamps().stream();
        let mut seen = Vec::new();
        loop {
            match lamps.item().await {
                Ok(Some(lamp)) => seen.push(lamp.id.to_string()),
                Ok(None) => break,
                Err(error) => seen.push(error.path().to_owned()),
            }
        }
        assert_eq!(
            seen,
            [
                "1",
                "lampList[1].id",
                "3",
                "lampList[3]",
                "lampList[0].id",
                "lampList[1]",
                "4"
            ]
        );
    }
}

#[tokio::test]
async fn test_page_of_which_an_item_is_bad_is_an_error() {
    let server = serve(CannedResponse::json(200, r#"{"lampList":[{"id":1},{"id":"x"}]}"#)).await;
    let client = Client::new(server.address()).unwrap();
    let error = client.list_lamps().pages().page().await.unwrap_err();
    assert_eq!(error.path(), "lampList[1].id");
}

#[tokio::test]
async fn test_required_list_that_is_null_is_an_empty_page() {
    let server = serve(CannedResponse::json(200, r#"{"lampList":null}"#)).await;
    let client = Client::builder(server.address()).strict().build().unwrap();
    assert!(client.list_lamps().send().await.unwrap().lamp_list.is_empty());
}
