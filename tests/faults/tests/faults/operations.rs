//! Operations: their addresses, forms and credentials.

use crate::support::{done, only, serve};
use lorgnette_faults as clients;

#[tokio::test]
async fn test_operations_with_names_of_one_letter_are_called() {
    use clients::f01_one_letter_operation::{Client, prelude::*};
    let server = serve(done()).await;
    Client::new(server.address()).unwrap().x().send().await.unwrap();
    assert_eq!(only(&server).target, "/x");
}

#[tokio::test]
async fn test_relative_server_of_a_path_is_resolved() {
    use clients::f04_relative_server_of_an_operation::{Client, prelude::*};
    let server = serve(done()).await;
    let client = Client::new(&format!("{}/v1", server.address())).unwrap();
    client.rel().send().await.unwrap();
    assert_eq!(only(&server).target, "/other/rel");
}

#[tokio::test]
async fn test_query_of_a_path_stands_before_parameters() {
    use clients::forms_of_a_success::{Client, prelude::*};
    for (call, target) in [(false, "/q?beta=true"), (true, "/q?beta=true&z=1")] {
        let server = serve(done()).await;
        let client = Client::new(server.address()).unwrap();
        let mut request = client.q();
        if call {
            request = request.z("1");
        }
        request.send().await.unwrap();
        assert_eq!(only(&server).target, target);
    }
}

#[tokio::test]
async fn test_queries_and_fragments_of_paths_are_literal() {
    use clients::paths::{Client, prelude::*};
    let server = lorgnette_tests::server::Server::start((0..6).map(|_| done()))
        .await
        .unwrap();
    let client = Client::new(server.address()).unwrap();
    client.literal().send().await.unwrap();
    client.with_parameter().id("7").send().await.unwrap();
    client.with_parameter().id("7").more(2).send().await.unwrap();
    client.with_fragment().x("x?").send().await.unwrap();
    client.without_fragment().x("x").send().await.unwrap();
    client.bare().send().await.unwrap();
    let targets: Vec<String> = server
        .received()
        .into_iter()
        .map(|request| request.target)
        .collect();
    assert_eq!(
        targets,
        [
            "/a?beta=true&v=1.0",
            "/a?action=b%20c&id=7",
            "/a?action=b%20c&id=7&more=2",
            "/a/x%3F?beta=true",
            "/a/x?beta=true",
            "/a?flag"
        ]
    );
}

#[tokio::test]
async fn test_servers_of_operations_are_relative_to_the_api() {
    use clients::servers::{Client, prelude::*};
    assert_eq!(Client::BASE_URL, "https://eu.example/v1");
    let server = lorgnette_tests::server::Server::start((0..4).map(|_| done()))
        .await
        .unwrap();
    let client = Client::new(&format!("{}/x/v1", server.address())).unwrap();
    client.beside().send().await.unwrap();
    client.above().send().await.unwrap();
    client.unknown().send().await.unwrap();
    client.same().send().await.unwrap();
    let targets: Vec<String> = server
        .received()
        .into_iter()
        .map(|request| request.target)
        .collect();
    assert_eq!(
        targets,
        ["/x/v2/beside", "/up/b/above", "/x/v1/unknown", "/x/v1/same"]
    );
    let notes = clients::notes("servers");
    assert!(
        notes.contains("https://backup.example") && notes.contains("tenant"),
        "{notes}"
    );
}

#[tokio::test]
async fn test_media_type_of_a_request_without_body_is_sent() {
    use clients::headers::{Client, prelude::*, types::StartContentType};
    let server = serve(done()).await;
    let client = Client::new(server.address()).unwrap();
    client
        .start()
        .content_type(StartContentType::ApplicationJson)
        .send()
        .await
        .unwrap();
    assert_eq!(only(&server).header("content-type"), Some("application/json"));
}
