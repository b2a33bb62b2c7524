//! Lists with all their pages, for each way in which APIs link one page to the next.
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use lorgnette_runtime::{Call, Client, ClientBuilder, Error, Items, Pages};
use std::collections::BTreeMap;
use support::{Received, TestServer, answer, json};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    pub results: Vec<i64>,
    pub pages: Option<i64>,
}
lorgnette_runtime::object!(Page { 0 results: "results" default, 1 pages: "pages" });

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Buckets {
    pub buckets: Option<BTreeMap<String, i64>>,
}
lorgnette_runtime::object!(Buckets { 0 buckets: "buckets" });

#[derive(Clone, Debug, Default, PartialEq)]
pub struct PagingProblem {
    pub message: Option<String>,
}
lorgnette_runtime::object!(PagingProblem { 0 message: "message" });

#[derive(Debug)]
pub enum Error404 {
    NotFound(PagingProblem),
}
lorgnette_runtime::statuses!(Error404 { 404 NotFound(PagingProblem) });

macro_rules! lists {
    ($($builder:ident: $operation:ident => $page:ty $(, $error:ty)?;)*) => {$(
        #[derive(Debug)]
        pub struct $builder<'client>(Call<'client>);
        lorgnette_runtime::builder!($builder: $operation => $page $(, $error)?);
        impl $builder<'_> {
            #[must_use]
            pub fn page(mut self, page: i64) -> Self {
                self.0.set(0, &page);
                self
            }
            #[must_use]
            pub fn filter(mut self, filter: &str) -> Self {
                self.0.set(1, &filter.to_owned());
                self
            }
        }
    )*};
}
lorgnette_runtime::operation!(LIST: "list" GET "/api/list", query "page", query "filter", header "X-Key");
lorgnette_runtime::operation!(SEARCH: "search" POST "/api/list");
lists! {
    Zero: LIST => Page;
    One: LIST => Page;
    Open: LIST => Page;
    Linked: LIST => Page, Error404;
    Mapped: LIST => Buckets;
    Skipped: LIST => Page;
    Told: LIST => Page;
    Cursor: LIST => Page;
    Header: LIST => Page;
    Root: LIST => Vec<i64>;
    Search: SEARCH => Page;
    Raw: LIST => Page;
    Said: LIST => Page;
}
lorgnette_runtime::pages!(Zero => Page; results: i64; number("page").from(0).count("pages"));
lorgnette_runtime::pages!(One => Page; results: i64; number("page").from(1).count("pages"));
lorgnette_runtime::pages!(Open => Page; results: i64; number("page").current("meta.page").count("pages"));
lorgnette_runtime::pages!(Linked => Page, Error404; results: i64; link("meta.next"));
lorgnette_runtime::pages!(Mapped => Buckets; buckets: (String, i64); link("next_page").items("buckets"));
lorgnette_runtime::pages!(Skipped => Page; results: i64; offset("skip").total("meta.total"));
lorgnette_runtime::pages!(Told => Page; results: i64; offset("skip").more("meta.more").items("results"));
lorgnette_runtime::pages!(Cursor => Page; results: i64; cursor("after").next("meta.after").more("meta.more"));
lorgnette_runtime::pages!(Header => Page; results: i64; cursor("after").next_header("X-After"));
lorgnette_runtime::pages!(
    Said => Page; results: i64; number("page").from(0).current("meta.page").count("pages")
);
lorgnette_runtime::pages!(Raw => Page; results: i64; number("page").from(1).items("results"));
lorgnette_runtime::pages!(Root => Vec<i64>; _: i64; link_header("Link").items(""));
lorgnette_runtime::pages!(Search => Page; results: i64; cursor("page.after").in_body().next("meta.after"));

fn client(url: &str) -> Client {
    ClientBuilder::new(url, "paging", "1.0.0").build().unwrap()
}

/// A server that responds according to the target of the request, and with 404 to other targets.
async fn serving(pages: &[(&str, &str)]) -> (TestServer, Client) {
    let pages: BTreeMap<String, String> = pages
        .iter()
        .map(|(target, body)| ((*target).to_owned(), (*body).to_owned()))
        .collect();
    let server = TestServer::start(move |request: &Received| match pages.get(&request.target) {
        Some(body) => json(200, body),
        None => json(404, r#"{"message": "no such page"}"#),
    })
    .await;
    let client = client(&server.url);
    (server, client)
}

async fn all<I, E>(mut items: Items<I, E>) -> Result<Vec<I>, Error<E>> {
    let mut found = Vec::new();
    while let Some(item) = items.item().await? {
        found.push(item);
    }
    Ok(found)
}

async fn lengths<E: lorgnette_runtime::FromResponse + Send + 'static>(
    mut pages: Pages<Page, E>,
) -> Result<Vec<usize>, Error<E>> {
    let mut found = Vec::new();
    while let Some(page) = pages.page().await? {
        found.push(page.results.len());
    }
    Ok(found)
}

fn targets(server: &TestServer) -> Vec<String> {
    let received = server.received().into_iter();
    received
        .map(|request| request.target.trim_start_matches("/api/list").to_owned())
        .collect()
}

#[tokio::test]
async fn test_number_counts_from_the_first_page_to_the_last() {
    let pages = [
        ("/api/list", r#"{"results": [1, 2], "pages": 3}"#),
        ("/api/list?page=1", r#"{"results": [3], "pages": 3}"#),
        ("/api/list?page=2", r#"{"results": [4], "pages": 3.0}"#),
        ("/api/list?page=3", r#"{"results": [5], "pages": 3}"#),
    ];
    let (server, client) = serving(&pages).await;
    assert_eq!(all(Zero::from(&client).stream()).await.unwrap(), [1, 2, 3, 4]);
    assert_eq!(targets(&server), ["", "?page=1", "?page=2"]);
    let (server, client) = serving(&pages).await;
    assert_eq!(all(One::from(&client).stream()).await.unwrap(), [1, 2, 4, 5]);
    assert_eq!(targets(&server), ["", "?page=2", "?page=3"]);
}

#[tokio::test]
async fn test_number_goes_on_from_the_page_that_was_asked_for() {
    let (server, client) = serving(&[
        ("/api/list?page=7&filter=a%2Cb%20c", r#"{"results": [7]}"#),
        ("/api/list?filter=a%2Cb%20c&page=8", r#"{"results": [8]}"#),
        ("/api/list?filter=a%2Cb%20c&page=9", r#"{"results": []}"#),
    ])
    .await;
    let list = One::from(&client).page(7).filter("a,b c");
    assert_eq!(all(list.stream()).await.unwrap(), [7, 8]);
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn test_number_of_an_open_list_is_that_of_its_answers() {
    // Pages count from 1; the first was requested without a number.
    let (server, client) = serving(&[
        (
            "/api/list",
            r#"{"results": [1], "pages": 2, "meta": {"page": 1}}"#,
        ),
        (
            "/api/list?page=2",
            r#"{"results": [2], "pages": 2, "meta": {"page": 2}}"#,
        ),
    ])
    .await;
    assert_eq!(all(Open::from(&client).stream()).await.unwrap(), [1, 2]);
    assert_eq!(targets(&server), ["", "?page=2"]);
    // They count from 0.
    let (server, client) = serving(&[
        (
            "/api/list",
            r#"{"results": [1], "pages": 2, "meta": {"page": "0"}}"#,
        ),
        (
            "/api/list?page=1",
            r#"{"results": [2], "pages": 2, "meta": {"page": "1"}}"#,
        ),
    ])
    .await;
    assert_eq!(all(Open::from(&client).stream()).await.unwrap(), [1, 2]);
    assert_eq!(targets(&server), ["", "?page=1"]);
    // The last page is repeated for later numbers, with a time that distinguishes the bodies.
    let (server, client) = serving(&[
        (
            "/api/list?page=4",
            r#"{"results": [4], "meta": {"page": 4, "at": 1}}"#,
        ),
        (
            "/api/list?page=5",
            r#"{"results": [4], "meta": {"page": 4, "at": 2}}"#,
        ),
    ])
    .await;
    assert_eq!(all(Open::from(&client).page(4).stream()).await.unwrap(), [4]);
    assert_eq!(targets(&server), ["?page=4", "?page=5"]);
    // Requests count from 1 and responses from 0: one page would be returned twice, and another
    // never.
    let first = r#"{"results": [1], "pages": 2, "meta": {"page": 0}}"#;
    let (_server, client) = serving(&[("/api/list", first), ("/api/list?page=1", first)]).await;
    let mut items = Open::from(&client).stream();
    assert_eq!(items.item().await.unwrap(), Some(1));
    let error = items.item().await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("page 1 was requested and page 0 was returned"),
        "{error}"
    );
}

#[tokio::test]
async fn test_number_of_an_answer_goes_before_that_of_the_contract() {
    // The contract counts pages from 0.
    let (server, client) = serving(&[
        (
            "/api/list",
            r#"{"results": [1], "pages": 2, "meta": {"page": 1}}"#,
        ),
        (
            "/api/list?page=2",
            r#"{"results": [2], "pages": 2, "meta": {"page": 2}}"#,
        ),
    ])
    .await;
    assert_eq!(all(Said::from(&client).stream()).await.unwrap(), [1, 2]);
    assert_eq!(targets(&server), ["", "?page=2"]);
}

#[tokio::test]
async fn test_number_that_nobody_says_is_an_error_behind_the_first_page() {
    let (server, client) = serving(&[("/api/list", r#"{"results": [1], "pages": 2}"#)]).await;
    let mut items = Open::from(&client).stream();
    assert_eq!(items.item().await.unwrap(), Some(1));
    let error = items.item().await.unwrap_err().to_string();
    assert!(
        error.contains("`meta.page`") && error.contains("first page"),
        "{error}"
    );
    assert_eq!(items.item().await.unwrap(), None);
    assert_eq!(targets(&server), [""]);
    // A single page needs no number.
    let (_server, client) = serving(&[("/api/list", r#"{"results": [1], "pages": 1}"#)]).await;
    assert_eq!(all(Open::from(&client).stream()).await.unwrap(), [1]);
}

#[tokio::test]
async fn test_pages_that_are_alike_are_all_given_where_a_count_says_so() {
    let (server, client) = serving(&[
        ("/api/list", r#"{"results": [1], "pages": 3}"#),
        ("/api/list?page=2", r#"{"results": [1], "pages": 3}"#),
        ("/api/list?page=3", r#"{"results": [1], "pages": 3}"#),
    ])
    .await;
    assert_eq!(all(One::from(&client).stream()).await.unwrap(), [1, 1, 1]);
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn test_offset_counts_items_to_the_total_or_the_last_word() {
    let (server, client) = serving(&[
        (
            "/api/list?filter=x",
            r#"{"results": [1, 2], "meta": {"total": 3}}"#,
        ),
        (
            "/api/list?filter=x&skip=2",
            r#"{"results": [3], "meta": {"total": 3}}"#,
        ),
    ])
    .await;
    assert_eq!(
        all(Skipped::from(&client).filter("x").stream()).await.unwrap(),
        [1, 2, 3]
    );
    assert_eq!(targets(&server), ["?filter=x", "?filter=x&skip=2"]);
    // An item that cannot be read counts as well.
    let (server, client) = serving(&[
        ("/api/list", r#"{"results": [1, "two"], "meta": {"more": true}}"#),
        ("/api/list?skip=2", r#"{"results": [3], "meta": {"more": false}}"#),
    ])
    .await;
    let mut items = Told::from(&client).stream();
    assert_eq!(items.item().await.unwrap(), Some(1));
    assert!(items.item().await.unwrap_err().to_string().contains("results[1]"));
    assert_eq!(items.item().await.unwrap(), Some(3));
    assert_eq!(items.item().await.unwrap(), None);
    assert_eq!(targets(&server), ["", "?skip=2"]);
}

#[tokio::test]
async fn test_offset_ends_with_an_empty_page_without_a_total() {
    let (server, client) = serving(&[
        ("/api/list", r#"{"results": [1]}"#),
        ("/api/list?skip=1", r#"{"results": []}"#),
    ])
    .await;
    assert_eq!(lengths(Skipped::from(&client).pages()).await.unwrap(), [1]);
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn test_cursor_is_sent_back_from_a_member_or_a_header() {
    let (server, client) = serving(&[
        (
            "/api/list",
            r#"{"results": [1], "meta": {"after": "a/b=", "more": true}}"#,
        ),
        (
            "/api/list?after=a%2Fb%3D",
            r#"{"results": [], "meta": {"after": 7}}"#,
        ),
        (
            "/api/list?after=7",
            r#"{"results": [2], "meta": {"after": "8", "more": false}}"#,
        ),
    ])
    .await;
    // An empty page is not the end while there is a cursor.
    assert_eq!(lengths(Cursor::from(&client).pages()).await.unwrap(), [1, 0, 1]);
    assert_eq!(targets(&server), ["", "?after=a%2Fb%3D", "?after=7"]);
    let server = TestServer::start(|request: &Received| {
        let next: &[(&str, &str)] = match request.target.as_str() {
            "/api/list" => &[("content-type", "application/json"), ("x-after", "z")],
            _ => &[("content-type", "application/json"), ("x-after", "")],
        };
        answer(200, next, r#"{"results": [1]}"#)
    })
    .await;
    let client = self::client(&server.url);
    assert_eq!(all(Header::from(&client).stream()).await.unwrap(), [1, 1]);
    assert_eq!(targets(&server), ["", "?after=z"]);
}

#[tokio::test]
async fn test_cursor_that_came_before_is_an_error() {
    let body = r#"{"results": [1], "meta": {"after": "a"}}"#;
    let (server, client) = serving(&[("/api/list", body), ("/api/list?after=a", body)]).await;
    let error = all(Cursor::from(&client).stream()).await.unwrap_err();
    assert!(
        error.to_string().contains("leads back to an earlier one"),
        "{error}"
    );
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn test_cursor_is_sent_in_the_body_of_a_search() {
    let server = TestServer::start(
        |request: &Received| match request.text().contains("\"after\":\"x\"") {
            false => json(200, r#"{"results": [1], "meta": {"after": "x"}}"#),
            true => json(200, r#"{"results": [2], "meta": {}}"#),
        },
    )
    .await;
    let client = client(&server.url);
    let mut search = Search::from(&client);
    search
        .0
        .json(&serde_json::json!({"text": "a", "page": {"size": 1}}));
    assert_eq!(all(search.stream()).await.unwrap(), [1, 2]);
    let bodies: Vec<String> = server.received().iter().map(Received::text).collect();
    assert_eq!(
        bodies,
        [
            r#"{"text":"a","page":{"size":1}}"#,
            r#"{"text":"a","page":{"size":1,"after":"x"}}"#
        ]
    );
}

#[tokio::test]
async fn test_list_that_is_the_page_is_followed_by_the_link_header() {
    let server = TestServer::start(|request: &Received| {
        let link = match request.target.as_str() {
            "/api/list" => r#"</api/list>; rel="first", <?page=2>; title="a, b"; rel="next last""#,
            _ => r#"</api/list>; rel="prev""#,
        };
        answer(
            200,
            &[("content-type", "application/json"), ("link", link)],
            "[1, \"two\"]",
        )
    })
    .await;
    let client = client(&server.url);
    let mut items = Root::from(&client).stream();
    for _ in 0..2 {
        assert_eq!(items.item().await.unwrap(), Some(1));
        assert!(items.item().await.unwrap_err().to_string().contains("[1]"));
    }
    assert_eq!(items.item().await.unwrap(), None);
    assert_eq!(targets(&server), ["", "?page=2"]);
}

#[tokio::test]
async fn test_limit_ends_a_list_and_asks_for_no_page_behind_it() {
    let pages = [
        ("/api/list", r#"{"results": [1, 2]}"#),
        ("/api/list?page=2", r#"{"results": [3, 4]}"#),
    ];
    for (limit, found, asked) in [(0, 0, 0), (1, 1, 1), (2, 2, 1), (3, 3, 2)] {
        let (server, client) = serving(&pages).await;
        let items = One::from(&client).stream().limit(limit);
        assert_eq!(all(items).await.unwrap().len(), found);
        assert_eq!(server.received().len(), asked, "{limit}");
    }
}

#[tokio::test]
async fn test_raw_items_are_the_texts_that_the_server_sent() {
    let (_server, client) = serving(&[
        ("/api/list", r#"{"results": [1.50, {"not": "a number"}]}"#),
        ("/api/list?page=2", r#"{"results": [3]}"#),
        ("/api/list?page=3", r#"{"results": []}"#),
    ])
    .await;
    let items = all(Raw::from(&client).stream().raw().limit(3)).await.unwrap();
    assert_eq!(items, ["1.50", r#"{"not": "a number"}"#, "3"]);
    let (_server, client) = serving(&[("/api/list", r#"{"buckets": {"a": 1}}"#)]).await;
    let items = all(Mapped::from(&client).stream().raw()).await.unwrap();
    assert_eq!(items, [r#"{"a":1}"#]);
}

#[tokio::test]
async fn test_response_hands_out_the_body_as_it_came() {
    let (_server, client) = serving(&[("/api/list", r#"{"results": [1], "other": 1.0}"#)]).await;
    let page = One::from(&client).send().await.unwrap();
    assert_eq!(page.raw_body().unwrap(), r#"{"results": [1], "other": 1.0}"#);
    let page = One::from(&client).pages().page().await.unwrap().unwrap();
    assert_eq!(page.raw_body().unwrap(), r#"{"results": [1], "other": 1.0}"#);
}

#[tokio::test]
async fn test_pages_end_before_an_empty_page_that_is_not_the_first() {
    let (server, client) = serving(&[
        ("/api/list", r#"{"results": [1, 2]}"#),
        ("/api/list?page=2", r#"{"results": []}"#),
    ])
    .await;
    assert_eq!(lengths(One::from(&client).pages()).await.unwrap(), [2]);
    assert_eq!(targets(&server), ["", "?page=2"]);
}

#[tokio::test]
async fn test_empty_page_with_a_link_is_no_end() {
    let (server, client) = serving(&[
        ("/api/list", r#"{"meta": {"next": "/api/list?page=2"}}"#),
        (
            "/api/list?page=2",
            r#"{"results": [], "meta": {"next": "/api/list?page=3"}}"#,
        ),
        ("/api/list?page=3", r#"{"results": [3]}"#),
    ])
    .await;
    assert_eq!(lengths(Linked::from(&client).pages()).await.unwrap(), [0, 0, 1]);
    assert_eq!(targets(&server), ["", "?page=2", "?page=3"]);
}

#[tokio::test]
async fn test_pages_end_when_a_server_pays_no_heed_to_the_number() {
    let server = TestServer::start(|_| json(200, r#"{"results": [1, 2]}"#)).await;
    let client = client(&server.url);
    assert_eq!(lengths(One::from(&client).pages()).await.unwrap(), [2]);
    assert_eq!(targets(&server), ["", "?page=2"]);
}

#[tokio::test]
async fn test_links_are_followed_however_they_are_written() {
    let (server, client) = serving(&[
        (
            "/api/list",
            r#"{"results": [1], "meta": {"next": "/api/list?offset=1&q=a%2Cb"}}"#,
        ),
        (
            "/api/list?offset=1&q=a%2Cb",
            r#"{"results": [2], "meta": {"next": "?offset=2#top"}}"#,
        ),
        (
            "/api/list?offset=2",
            r#"{"results": [3], "meta": {"next": "/list?offset=3"}}"#,
        ),
        ("/api/list?offset=3", r#"{"results": [4], "meta": {"next": ""}}"#),
    ])
    .await;
    assert_eq!(all(Linked::from(&client).stream()).await.unwrap(), [1, 2, 3, 4]);
    assert_eq!(server.received().len(), 4);
}

#[tokio::test]
async fn test_links_end_where_there_is_none() {
    for body in [
        r#"{"results": [1], "meta": {"next": null}}"#,
        r#"{"results": [1], "meta": {}}"#,
        r#"{"results": [1], "meta": null}"#,
        r#"{"results": [1]}"#,
    ] {
        let (server, client) = serving(&[("/api/list", body)]).await;
        assert_eq!(lengths(Linked::from(&client).pages()).await.unwrap(), [1]);
        assert_eq!(server.received().len(), 1);
    }
}

#[tokio::test]
async fn test_link_that_leads_back_is_an_error() {
    let (server, client) = serving(&[
        ("/api/list", r#"{"results": [1], "meta": {"next": "?cursor=a"}}"#),
        (
            "/api/list?cursor=a",
            r#"{"results": [2], "meta": {"next": "?cursor=b"}}"#,
        ),
        (
            "/api/list?cursor=b",
            r#"{"results": [3], "meta": {"next": "?cursor=a"}}"#,
        ),
    ])
    .await;
    let mut items = Linked::from(&client).stream();
    for item in 1..=3 {
        assert_eq!(items.item().await.unwrap(), Some(item));
    }
    let error = items.item().await.unwrap_err();
    assert!(
        error.is_decode() && error.to_string().contains("an earlier one"),
        "{error}"
    );
    assert_eq!(items.item().await.unwrap(), None);
    assert_eq!(targets(&server), ["", "?cursor=a", "?cursor=b"]);
}

#[tokio::test]
async fn test_full_addresses_of_the_same_server_are_followed_over_entries_of_a_map() {
    let server = TestServer::start(|request: &Received| {
        let host = request.header("host");
        if request.target == "/api/list" {
            let next = format!("http://{host}/api/list?page=2");
            json(
                200,
                &format!(r#"{{"buckets": {{"b": 1, "a": 2}}, "next_page": "{next}"}}"#),
            )
        } else {
            json(200, r#"{"buckets": {"c": 3}, "next_page": null}"#)
        }
    })
    .await;
    let client = client(&server.url);
    let found = all(Mapped::from(&client).stream()).await.unwrap();
    assert_eq!(found, [("a".into(), 2), ("b".into(), 1), ("c".into(), 3)]);
}

#[tokio::test]
async fn test_a_link_to_another_server_is_an_error_and_no_request() {
    let other = TestServer::start(|_| json(200, r#"{"results": [9]}"#)).await;
    for link in [
        other.url.clone(),
        other.url.replace("http:", ""),
        "https://127.0.0.1/api/list".into(),
    ] {
        let body = format!(r#"{{"results": [1], "meta": {{"next": "{link}/api/list?cursor=hunter2"}}}}"#);
        let (server, client) = serving(&[("/api/list", &body)]).await;
        let mut items = Linked::from(&client).header("X-Key", "secret").stream();
        assert_eq!(items.item().await.unwrap(), Some(1));
        let error = items.item().await.unwrap_err();
        let origin = if link.starts_with("https") {
            "https://127.0.0.1"
        } else {
            &other.url
        };
        assert!(error.is_decode());
        assert_eq!(
            error.to_string(),
            format!(
                "list: the link to the next page leads to {origin}, which is on another server, where credentials must not go"
            )
        );
        assert!(!format!("{error:?}").contains("hunter2"));
        assert_eq!(items.item().await.unwrap(), None);
        assert_eq!(server.received().len(), 1);
    }
    assert!(other.received().is_empty());
}

#[tokio::test]
async fn test_every_page_is_asked_for_with_the_headers_of_the_call_and_no_credentials_of_a_link() {
    let server = TestServer::start(|request: &Received| {
        let host = request.header("host");
        let next = match request.target.contains("page=2") {
            true => String::new(),
            false => format!("http://ada:hunter2@{host}/api/list?page=2"),
        };
        json(
            200,
            &format!(r#"{{"results": [1], "meta": {{"next": "{next}"}}}}"#),
        )
    })
    .await;
    let client = client(&server.url);
    let list = Linked::from(&client).header("X-Key", "k");
    assert_eq!(lengths(list.pages()).await.unwrap(), [1, 1]);
    for request in server.received() {
        assert_eq!(
            (request.header("x-key"), request.header("authorization")),
            ("k", "")
        );
        assert_eq!(request.header("accept"), "application/json");
    }
}

#[tokio::test]
async fn test_last_number_that_there_is_has_no_page_after_it() {
    let page = format!("/api/list?page={}", u64::MAX);
    let (server, client) = serving(&[(&page, r#"{"results": [1]}"#)]).await;
    let mut list = Open::from(&client);
    list.0.set(0, &u64::MAX);
    let mut pages = list.pages();
    assert!(pages.page().await.unwrap().is_some());
    let error = pages.page().await.unwrap_err();
    assert!(
        error.is_build() && error.to_string().contains("18446744073709551615"),
        "{error}"
    );
    assert!(pages.page().await.unwrap().is_none());
    assert_eq!(targets(&server), [format!("?page={}", u64::MAX)]);
}

#[tokio::test]
async fn test_an_error_comes_once_and_is_the_end() {
    let (server, client) = serving(&[(
        "/api/list",
        r#"{"results": [1], "meta": {"next": "?cursor=gone"}}"#,
    )])
    .await;
    let mut items = Linked::from(&client).stream();
    assert_eq!(items.item().await.unwrap(), Some(1));
    let error = items.item().await.unwrap_err();
    assert!(matches!(error.declared(), Some(Error404::NotFound(problem)) if problem.message.is_some()));
    assert_eq!(items.item().await.unwrap(), None);
    assert_eq!(items.item().await.unwrap(), None);
    assert_eq!(server.received().len(), 2);
    let mut pages = Linked::from(&client).header("a b", "c").pages();
    assert!(pages.page().await.unwrap_err().is_build());
    assert!(pages.page().await.unwrap().is_none());
    let server = TestServer::start(|_| answer(200, &[("content-type", "text/html")], "<html>")).await;
    let client = self::client(&server.url);
    let mut pages = One::from(&client).pages();
    assert!(pages.page().await.unwrap_err().is_decode());
    assert!(pages.page().await.unwrap().is_none());
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn test_a_list_outlives_the_client_it_came_from_and_goes_to_other_tasks() {
    let (_server, client) = serving(&[("/api/list", r#"{"results": [1, 2]}"#)]).await;
    let items = Linked::from(&client).stream();
    drop(client);
    assert_eq!(tokio::spawn(all(items)).await.unwrap().unwrap(), [1, 2]);
}
