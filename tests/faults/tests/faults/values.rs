//! Values on the wire: numbers, texts, lists, maps, null.

use crate::support::{done, only, serve};
use lorgnette_faults as clients;
use lorgnette_tests::server::CannedResponse;

#[tokio::test]
async fn test_charset_of_text_is_kept_in_both_directions() {
    use clients::f09_charset_of_text::Client;
    let answer = CannedResponse::new(200, "text/plain; charset=iso-8859-1", &b"\xfcn\xef"[..]);
    let server = serve(answer).await;
    let client = Client::new(server.address()).unwrap();
    let text = client.post_t("ü").send().await.unwrap();
    assert_eq!(&**text, "ünï");
    assert_eq!(
        only(&server).header("content-type"),
        Some("text/plain; charset=utf-8")
    );
}

#[tokio::test]
async fn test_parameter_of_text_content_is_no_json() {
    use clients::f12_text_content_parameter::Client;
    let server = serve(done()).await;
    Client::new(server.address())
        .unwrap()
        .hr()
        .t("a b")
        .send()
        .await
        .unwrap();
    assert_eq!(only(&server).target, "/hr?t=a%20b");
}

#[tokio::test]
async fn test_lists_of_a_swagger_contract_are_joined_as_it_says() {
    use clients::f15_swagger_lists::{Client, types::UpBody};
    let server = serve(done()).await;
    let mut form = UpBody::default();
    form.csv = Some(vec!["c1".into(), "c2".into()]);
    Client::new(server.address())
        .unwrap()
        .up()
        .body(form)
        .send()
        .await
        .unwrap();
    let text = only(&server).text();
    assert!(text.contains("name=\"csv\"\r\n\r\nc1,c2\r\n"), "{text}");
    let server = serve(done()).await;
    let client = Client::new(server.address()).unwrap();
    client
        .nested()
        .nested(vec![vec![1, 2], vec![3]])
        .send()
        .await
        .unwrap();
    assert_eq!(only(&server).target, "/n?nested=1,2%7C3");
}

#[tokio::test]
async fn test_deep_object_of_a_form_numbers_its_lists() {
    use clients::f16_deep_object_lists_of_objects::Client;
    use clients::f16_deep_object_lists_of_objects::types::{CreateCBody, CreateCBodyItem};
    let server = serve(done()).await;
    let mut item = CreateCBodyItem::default();
    (item.price, item.qty) = (Some("p".into()), Some(2));
    let mut form = CreateCBody::default();
    form.items = Some(vec![item]);
    Client::new(server.address())
        .unwrap()
        .create_c()
        .body(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(
        only(&server).text(),
        "items%5B0%5D%5Bprice%5D=p&items%5B0%5D%5Bqty%5D=2"
    );
}

#[tokio::test]
async fn test_parts_are_wrapped_as_the_contract_asks() {
    use clients::parts::Client;
    use clients::parts::types::{FormBody, FormBodyData, FormBodyFilter, MixedBody};
    let server = serve(done()).await;
    let (mut data, mut filter) = (FormBodyData::default(), FormBodyFilter::default());
    (data.a, filter.b) = (Some("a".into()), Some("b".into()));
    let mut form = FormBody::default();
    (form.note, form.ids) = (Some("ü".into()), Some(vec![1, 2]));
    (form.data, form.filter) = (Some(data), Some(filter));
    Client::new(server.address())
        .unwrap()
        .form(form)
        .send()
        .await
        .unwrap();
    let request = only(&server);
    let (text, body) = (request.text(), request.body);
    assert!(text.contains("text/plain; charset=iso-8859-1\r\n\r\n"), "{text}");
    assert!(body.windows(5).any(|window| window == b"\r\n\xfc\r\n"), "{text}");
    assert!(
        text.contains("application/json; version=2\r\n\r\n{\"a\":\"a\"}"),
        "{text}"
    );
    assert!(text.contains("name=\"ids\"\r\n\r\n1,2\r\n"), "{text}");
    assert!(text.contains("name=\"filter[b]\"\r\n\r\nb\r\n"), "{text}");
    let server = serve(done()).await;
    let mut parts = MixedBody::default();
    parts.a = Some("a".into());
    Client::new(server.address())
        .unwrap()
        .mixed(parts)
        .send()
        .await
        .unwrap();
    let kind = only(&server).header("content-type").unwrap().to_owned();
    assert!(kind.starts_with("multipart/mixed; boundary="), "{kind}");
}

#[tokio::test]
async fn test_related_parts_are_sent_under_their_media_type() {
    use clients::parts::Client;
    use clients::parts::types::{RelatedBody, RelatedBodyMeta};
    use lorgnette_runtime::Upload;
    let server = serve(done()).await;
    let parts = RelatedBody::new()
        .meta(RelatedBodyMeta::new().c(3))
        .file(Upload::new("a.bin", "bytes"));
    let client = Client::new(server.address()).unwrap();
    client.related(parts).send().await.unwrap();
    let request = only(&server);
    let kind = request.header("content-type").unwrap().to_owned();
    assert!(kind.starts_with("multipart/related; boundary="), "{kind}");
    let text = request.text();
    assert!(text.contains("application/json\r\n\r\n{\"c\":3}\r\n"), "{text}");
    assert!(text.contains("\r\n\r\nbytes\r\n"), "{text}");
}

#[tokio::test]
async fn test_files_are_sent_under_the_media_types_of_their_schemas() {
    use clients::parts::Client;
    use clients::parts::types::ScansBody;
    use lorgnette_runtime::Upload;
    let server = serve(done()).await;
    let parts = ScansBody::new()
        .scan(Upload::new("a.png", "one"))
        .pages([
            Upload::new("b.tiff", "two"),
            Upload::new("c.jpg", "three").media_type("image/jpeg"),
        ])
        // The caller has encoded it in the contract's alphabet.
        .key("_-8");
    let client = Client::new(server.address()).unwrap();
    client.scans(parts).send().await.unwrap();
    let text = only(&server).text();
    for (kind, content) in [
        ("image/png", "one"),
        ("image/tiff", "two"),
        ("image/jpeg", "three"),
    ] {
        let part = format!("{kind}\r\n\r\n{content}\r\n");
        assert!(
            text.to_lowercase().contains(&format!("content-type: {part}")),
            "{text}"
        );
    }
    assert!(text.contains("\r\n\r\n_-8\r\n"), "{text}");
}

#[tokio::test]
async fn test_map_is_a_form_with_any_fields() {
    use clients::f25_map_as_a_form::Client;
    use lorgnette_runtime::Upload;
    use std::collections::BTreeMap;
    let server = serve(done()).await;
    let client = Client::new(server.address()).unwrap();
    let fields = BTreeMap::from([
        ("a b".to_owned(), "1&2".to_owned()),
        ("c".to_owned(), "3".to_owned()),
    ]);
    client.map_form(&fields).send().await.unwrap();
    let request = only(&server);
    assert_eq!(request.text(), "a%20b=1%262&c=3");
    assert_eq!(
        request.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    let server = serve(done()).await;
    let client = Client::new(server.address()).unwrap();
    let files = BTreeMap::from([("front".to_owned(), Upload::new("front.jpg", "photo"))]);
    client.mp_map(files).send().await.unwrap();
    let text = only(&server).text();
    assert!(
        text.contains("name=\"front\"") && text.contains("\r\n\r\nphoto\r\n"),
        "{text}"
    );
}

#[tokio::test]
async fn test_form_with_alternatives_is_one_of_them() {
    use clients::forms::Client;
    use clients::forms::types::{PayBody, PayBodyCard, PayBodyIban};
    let card = PayBodyCard::new().number("42");
    let iban = PayBodyIban::new().number(7);
    for (body, sent) in [
        (PayBody::Card(card), "number=42"),
        (PayBody::Iban(iban), "number=7"),
    ] {
        let server = serve(done()).await;
        let client = Client::new(server.address()).unwrap();
        client.pay(&body).send().await.unwrap();
        assert_eq!(only(&server).text(), sent);
    }
}

#[tokio::test]
async fn test_null_is_sent_where_a_member_may_be_null() {
    use clients::f14_null_in_a_post::{Client, types::UpdateUBody};
    use lorgnette_runtime::Nullable;
    for (name, text) in [
        (Nullable::Absent, "{}"),
        (Nullable::Null, r#"{"name":null}"#),
        (Nullable::Value("n".into()), r#"{"name":"n"}"#),
    ] {
        let server = serve(done()).await;
        let mut body = UpdateUBody::default();
        body.name = name;
        Client::new(server.address())
            .unwrap()
            .update_u("1", &body)
            .send()
            .await
            .unwrap();
        assert_eq!(only(&server).text(), text);
    }
}

#[tokio::test]
async fn test_null_is_a_whole_response() {
    use clients::nulls::Client;
    use clients::nulls::responses::{DeclaredError, GetSeveralResponse};
    use clients::nulls::types::Lamp;
    let nulls = [200, 200, 200, 200, 200, 400, 200, 200].map(|status| CannedResponse::json(status, "null"));
    let server = lorgnette_tests::server::ApiServer::start(nulls).await.unwrap();
    let client = Client::new(server.address()).unwrap();
    assert!(client.put_inline().body_null().send().await.unwrap().is_none());
    assert!(client.put_named().body_null().send().await.unwrap().is_none());
    assert!(client.get_component().send().await.unwrap().is_none());
    assert!(client.put_list().body_null().send().await.unwrap().is_none());
    assert!(client.put_scalar().body_null().send().await.unwrap().is_none());
    let error = client.get_error().send().await.unwrap_err();
    assert!(
        matches!(error.declared(), Some(DeclaredError::BadRequest(None))),
        "{error:?}"
    );
    let several = client.get_several().send().await.unwrap();
    assert!(matches!(*several, GetSeveralResponse::Ok(None)));
    let nothing: Option<Vec<Lamp>> = client.get_nothing().send().await.unwrap().into_inner();
    assert!(nothing.is_none());
    for request in &server.received()[..2] {
        assert_eq!(request.text(), "null");
    }
}

#[tokio::test]
async fn test_null_is_a_whole_response_of_an_older_contract() {
    use clients::nulls_3_0::Client;
    let nulls = (0..4).map(|_| CannedResponse::json(200, "null"));
    let server = lorgnette_tests::server::ApiServer::start(nulls).await.unwrap();
    let client = Client::new(server.address()).unwrap();
    assert!(client.get_inline().send().await.unwrap().is_none());
    assert!(client.get_wrapped().send().await.unwrap().is_none());
    assert!(client.get_list().send().await.unwrap().is_none());
    assert!(client.get_text().send().await.unwrap().is_none());
}

#[tokio::test]
async fn test_large_whole_number_is_sent() {
    use clients::f13_large_number_parameter::Client;
    for (number, text) in [
        (1e20, "100000000000000000000"),
        (1e39, "1e39"),
        (-2e19, "-20000000000000000000"),
        (2.0, "2"),
    ] {
        let server = serve(done()).await;
        Client::new(server.address())
            .unwrap()
            .big_f()
            .f(number)
            .send()
            .await
            .unwrap();
        assert_eq!(only(&server).target, format!("/big?f={text}"));
    }
}

#[test]
fn test_integers_of_unions_are_kept_to_the_last_digit() {
    use clients::f22_integers_in_unions::types::GetLResponse;
    let text = r#"{"arg":9007199254740993,"n":9007199254740993}"#;
    let value: GetLResponse = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&value).unwrap(), text);
}

#[test]
fn test_large_whole_numbers_are_the_same_numbers_again() {
    use clients::integers::types::Numbers;
    // From 2^64 on, numbers are floats, as in nearly all JSON readers.
    for text in [
        r#"{"any":18446744073709551615,"either":18446744073709551616}"#,
        r#"{"any":-9223372036854775808,"either":1e300}"#,
        r#"{"any":36893488147419103232,"either":"x"}"#,
    ] {
        let value: Numbers = serde_json::from_str(text).unwrap();
        let written = serde_json::to_string(&value).unwrap();
        let (read, again): (serde_json::Value, serde_json::Value) = (
            serde_json::from_str(text).unwrap(),
            serde_json::from_str(&written).unwrap(),
        );
        for member in ["any", "either"] {
            assert_eq!(read[member].as_f64(), again[member].as_f64(), "{written}");
            assert_eq!(read[member].as_u64(), again[member].as_u64(), "{written}");
            assert_eq!(read[member].as_str(), again[member].as_str(), "{written}");
        }
    }
}

#[tokio::test]
async fn test_unknown_members_are_put_back_as_they_were_read() {
    use clients::f20_unknown_members::Client;
    let text = r#"{"name":"n","extra":{"a":[1,null]},"more":2.5}"#;
    let server = lorgnette_tests::server::ApiServer::start([CannedResponse::json(200, text), done()]).await;
    let server = server.unwrap();
    let client = Client::new(server.address()).unwrap();
    let mut x = client.get_x().send().await.unwrap().into_inner();
    assert_eq!(x.unknown().get("more"), Some(&2.5.into()));
    client.put_x(&x).send().await.unwrap();
    assert_eq!(server.received()[1].text(), text);
    x.unknown_mut().remove("extra");
    assert_ne!(x, serde_json::from_str(text).unwrap());
}

#[tokio::test]
async fn test_bytes_in_base64_are_bytes() {
    use clients::formats::{Client, types::File};
    let text = r#"{"content":"AP8=","parts":["aGk="],"home":"https://h","price":"1.10","length":"P1D","at":"10:00:00Z"}"#;
    let server = lorgnette_tests::server::ApiServer::start([CannedResponse::json(200, text), done()]).await;
    let server = server.unwrap();
    let client = Client::new(server.address()).unwrap();
    let file = client.get_file().digest(b"hi".into()).send().await.unwrap();
    assert_eq!(
        (&*file.content, file.price.as_deref()),
        (&[0, 0xff][..], Some("1.10"))
    );
    client.put_file(&*file).send().await.unwrap();
    let received = server.received();
    assert_eq!(received[0].target, "/files?digest=aGk%3D");
    assert_eq!(received[1].text(), text);
    let made = File::new(b"hi").home("https://h");
    assert_eq!(
        serde_json::to_string(&made).unwrap(),
        r#"{"content":"aGk=","home":"https://h"}"#
    );
}
