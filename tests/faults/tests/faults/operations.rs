//! Operations: their addresses, forms and credentials.

use crate::support::{done, only, serve};
use lorgnette_faults as clients;
use lorgnette_tests::server::{ApiServer, CannedResponse};

#[tokio::test]
async fn test_operations_with_names_of_one_letter_are_called() {
    use clients::f01_one_letter_operation::Client;
    let server = serve(done()).await;
    Client::new(server.address()).unwrap().x().send().await.unwrap();
    assert_eq!(only(&server).target, "/x");
}

#[tokio::test]
async fn test_relative_server_of_a_path_is_resolved() {
    use clients::f04_relative_server_of_an_operation::Client;
    let server = serve(done()).await;
    let client = Client::new(&format!("{}/v1", server.address())).unwrap();
    client.rel().send().await.unwrap();
    assert_eq!(only(&server).target, "/other/rel");
}

#[tokio::test]
async fn test_query_of_a_path_stands_before_parameters() {
    use clients::forms_of_a_success::Client;
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
    use clients::paths::Client;
    let server = ApiServer::start((0..6).map(|_| done())).await.unwrap();
    let client = Client::new(server.address()).unwrap();
    client.literal().send().await.unwrap();
    client.with_parameter().id("7").send().await.unwrap();
    client.with_parameter().id("7").more(2).send().await.unwrap();
    client.with_fragment("x?").send().await.unwrap();
    client.without_fragment("x").send().await.unwrap();
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
    use clients::servers::Client;
    assert_eq!(Client::BASE_URL, "https://eu.example/v1");
    let server = ApiServer::start((0..4).map(|_| done())).await.unwrap();
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
    use clients::headers::{Client, types::StartContentType};
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

#[tokio::test]
async fn test_stream_beside_json_is_asked_for_and_read() {
    use clients::f05_stream_beside_json::{Client, types::ChatBody};
    let answer = CannedResponse::new(200, "text/event-stream", "data: {\"delta\": \"a\"}\n\n");
    let server = serve(answer).await;
    let client = Client::new(server.address()).unwrap();
    let request = client.chat(ChatBody::default());
    let mut events = request.send_as_event_stream().await.unwrap().into_inner();
    let event = events.event().await.unwrap().unwrap();
    assert_eq!(event.data.delta.as_deref(), Some("a"));
    assert_eq!(only(&server).header("accept"), Some("text/event-stream"));
    let server = serve(CannedResponse::json(200, r#"{"done": true}"#)).await;
    let client = Client::new(server.address()).unwrap();
    let whole = client.chat(ChatBody::default()).send().await.unwrap();
    assert_eq!(whole.done, Some(true));
    assert_eq!(only(&server).header("accept"), Some("application/json"));
}

#[tokio::test]
async fn test_every_form_of_a_success_is_asked_for_and_read() {
    use clients::forms_of_a_success::Client;
    let answers = [
        CannedResponse::new(200, "text/event-stream", "data: {\"delta\": \"a\"}\n\n"),
        CannedResponse::new(200, "application/octet-stream", "sound"),
        CannedResponse::new(200, "application/pdf", "%PDF"),
        CannedResponse::new(200, "text/csv", "a,b"),
        CannedResponse::json(200, r#"{"text": "t"}"#),
        CannedResponse::new(200, "text/csv", "c,d"),
        CannedResponse::new(200, "application/pdf", "%PDF-2"),
        CannedResponse::new(200, "application/xml", "<a/>"),
        CannedResponse::json(200, r#"{"n": 1}"#),
        CannedResponse::new(200, "application/vnd.b+json", r#"{"b": 2}"#),
    ];
    let server = ApiServer::start(answers).await.unwrap();
    let client = Client::new(server.address()).unwrap();
    let mut events = client.speech().send().await.unwrap().into_inner();
    assert_eq!(events.event().await.unwrap().unwrap().data.delta, "a");
    let bytes = client.speech().send_as_octet_stream().await.unwrap().into_inner();
    assert_eq!(bytes.bytes(9).await.unwrap(), "sound");
    let bytes = client.doc().send_as_pdf().await.unwrap().into_inner();
    assert_eq!(bytes.bytes(9).await.unwrap(), "%PDF");
    assert_eq!(&**client.doc().send_as_csv().await.unwrap(), "a,b");
    assert_eq!(client.doc().send().await.unwrap().text, "t");
    assert_eq!(&**client.doc2().send().await.unwrap(), "c,d");
    let bytes = client.doc2().send_as_pdf().await.unwrap().into_inner();
    assert_eq!(bytes.bytes(9).await.unwrap(), "%PDF-2");
    assert_eq!(&**client.doc2().send_as_xml().await.unwrap(), "<a/>");
    assert_eq!(client.two().send().await.unwrap().n, Some(1));
    assert_eq!(client.two().send_as_vnd_b_json().await.unwrap().b, Some(2));
    let accepted: Vec<String> = server
        .received()
        .iter()
        .map(|request| request.header("accept").unwrap().to_owned())
        .collect();
    assert_eq!(
        accepted,
        [
            "text/event-stream",
            "application/octet-stream",
            "application/pdf",
            "text/csv",
            "application/json",
            "text/csv, application/xml",
            "application/pdf",
            "application/xml",
            "application/json",
            "application/vnd.b+json"
        ]
    );
}

#[tokio::test]
async fn test_credentials_of_any_alternative_reach_an_operation() {
    use clients::f06_security_alternatives::Client;
    use lorgnette_runtime::Secret;
    use lorgnette_runtime::authenticate::{Fields, Origin, StaticFields};
    for scheme in ["key", "bearer"] {
        let server = serve(done()).await;
        let origin = Origin::of(&server.address().parse().unwrap()).unwrap();
        let fields = Fields::new()
            .header("x-credentials", &Secret::new("dummy"))
            .unwrap();
        let fields = StaticFields::new(origin, fields).for_schemes([scheme]);
        let client = Client::builder(server.address())
            .authenticate(fields)
            .build()
            .unwrap();
        client.read_a().send().await.unwrap();
        assert_eq!(only(&server).header("x-credentials"), Some("dummy"));
    }
}

#[tokio::test]
async fn test_documents_on_lines_of_their_own_are_read_one_by_one() {
    use clients::lines::Client;
    let answers = [
        CannedResponse::new(200, "application/x-ndjson", "{\"n\": 1}\n{\"n\": 2}\n"),
        CannedResponse::new(200, "application/jsonl", "{\"n\": 3}\nnothing\n{\"n\": 4}"),
        CannedResponse::new(200, "application/json-seq", "\u{1e}{\n\"n\": 5}\n"),
    ];
    let server = ApiServer::start(answers).await.unwrap();
    let client = Client::new(server.address()).unwrap();
    let mut lamps = client.lamps().send_as_x_ndjson().await.unwrap().into_inner();
    assert_eq!(lamps.item().await.unwrap().unwrap().n, 1);
    assert_eq!(lamps.item().await.unwrap().unwrap().n, 2);
    assert!(lamps.item().await.unwrap().is_none());
    let mut log = client.log().send().await.unwrap().into_inner();
    assert_eq!(log.item().await.unwrap().unwrap().n, 3);
    assert!(log.item().await.is_err());
    assert_eq!(log.item().await.unwrap().unwrap().n, 4);
    assert!(log.item().await.unwrap().is_none());
    let mut sequence = client.seq().send().await.unwrap().into_inner();
    assert_eq!(sequence.item().await.unwrap().unwrap().n, 5);
    let accepted: Vec<String> = server
        .received()
        .iter()
        .map(|request| request.header("accept").unwrap().to_owned())
        .collect();
    assert_eq!(
        accepted,
        [
            "application/x-ndjson",
            "application/jsonl",
            "application/json-seq"
        ]
    );
}

#[tokio::test]
async fn test_document_that_is_too_long_ends_its_stream() {
    use clients::lines::Client;
    use lorgnette_runtime::Limits;
    // One whole document that arrived at once, and an endless one.
    let long = format!("{{\"n\": 1, \"more\": \"{}\"}}", "x".repeat(2_000));
    for body in [
        format!("{{\"n\": 1}}\n{long}\n{{\"n\": 2}}\n"),
        format!("{{\"n\": 1}}\n{long}"),
    ] {
        let server = serve(CannedResponse::new(200, "application/jsonl", body)).await;
        let client = Client::builder(server.address()).limits(Limits::default().event(1_000));
        let client = client.build().unwrap();
        let mut log = client.log().send().await.unwrap().into_inner();
        assert_eq!(log.item().await.unwrap().unwrap().n, 1);
        let error = log.item().await.unwrap_err().to_string();
        assert!(
            error.contains("longer than 1000 bytes") && error.contains("Limits::event"),
            "{error}"
        );
        assert!(log.item().await.unwrap().is_none());
    }
}

#[tokio::test]
async fn test_parameter_keeps_the_name_that_it_has_without_punctuation() {
    use clients::f24_names_that_are_free_are_taken::Client;
    let server = serve(CannedResponse::json(
        200,
        r#"{"additional_properties": "own", "x": "more"}"#,
    ))
    .await;
    let client = Client::new(server.address()).unwrap();
    let read = client.get_x().filter("a").send().await.unwrap();
    assert_eq!(only(&server).target, "/x?filter=a");
    assert_eq!(read.additional_properties.as_deref(), Some("own"));
    assert_eq!(serde_json::to_value(&*read).unwrap()["x"], "more");
}

#[tokio::test]
async fn test_errors_ask_for_no_other_form_of_a_success() {
    use lorgnette_faults::choices::Client;
    let server = ApiServer::start([
        CannedResponse::json(200, r#"{"type":"Point"}"#),
        CannedResponse::json(200, r#"{"name":"n"}"#),
        CannedResponse::json(200, r#"{"name":"n"}"#),
        CannedResponse::new(200, "image/png", "png"),
        CannedResponse::json(200, r#"{"name":"n"}"#),
        CannedResponse::json(200, r#"{"type":"Point"}"#),
    ])
    .await
    .unwrap();
    let client = Client::new(server.address()).unwrap();
    assert_eq!(client.get_map().send().await.unwrap().type_, "Point");
    assert_eq!(client.get_map().send_as_json().await.unwrap().name, "n");
    assert_eq!(client.get_image().send().await.unwrap().name, "n");
    let image = client.get_image().send_as_image().await.unwrap().into_inner();
    assert_eq!(image.bytes(9).await.unwrap(), "png");
    assert_eq!(client.get_any().send().await.unwrap().name, "n");
    assert_eq!(client.get_any().send_as_any().await.unwrap().type_, "Point");
    let accepted: Vec<String> = server
        .received()
        .iter()
        .map(|request| request.header("accept").unwrap_or_default().to_string())
        .collect();
    assert_eq!(
        accepted,
        [
            "application/geo+json",
            "application/json",
            "application/json",
            "image/*",
            "application/json",
            "*/*"
        ]
    );
}

#[tokio::test]
async fn test_response_that_is_a_file_is_bytes_under_any_media_type() {
    use clients::choices::Client;
    let server = serve(CannedResponse::new(200, "application/json", "a,b\n1,2\n")).await;
    let client = Client::new(server.address()).unwrap();
    let file = client.get_export().send().await.unwrap().into_inner();
    assert_eq!(file.bytes(9).await.unwrap(), "a,b\n1,2\n");
}
