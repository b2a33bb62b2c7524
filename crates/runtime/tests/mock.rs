//! The server for tests: which requests a mock expects, how it responds, and what it reports about
//! other requests.
#![cfg(feature = "mock")]
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use lorgnette_runtime::mock::{Mock, On, Reply, Request, Server};
use lorgnette_runtime::retry::RetryPolicy;
use lorgnette_runtime::{ByteStream, Call, Client, ClientBuilder, EventStream, Secret, Text};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Item {
    pub id: Option<i64>,
    pub key: Option<Secret>,
}
lorgnette_runtime::object!(Item { 0 id: "id", 1 key: "key" });

#[derive(Debug)]
pub enum Created {
    Now(Item),
    Later(()),
}
lorgnette_runtime::statuses!(Created { 201 Now(Item), 202 Later(()) });

#[derive(Debug)]
pub enum MockProblem {
    NotFound(Item),
    Client(u16, Text),
    Other(u16, ()),
}
lorgnette_runtime::statuses!(MockProblem { 404 NotFound(Item), 400..=499 Client(u16, Text), _ Other(u16, ()) });

lorgnette_runtime::operation!(
    GET: "get" GET "/shelves/{shelf}/items/{id}", path "shelf", path "id", query "tags".comma(), query "q",
    header "X-Trace", cookie "session"
);
lorgnette_runtime::operation!(CREATE: "create" POST "/items");
lorgnette_runtime::operation!(LIST: "list" GET "/items/");

macro_rules! builders {
    ($($name:ident: $operation:ident => $success:ty $(, $error:ty)?;)*) => {$(
        #[derive(Debug)]
        pub struct $name<'client>(Call<'client>);
        lorgnette_runtime::builder!($name: $operation => $success $(, $error)?);
        impl $name<'_> {
            /// Sets the parameter at this place.
            #[must_use]
            pub fn set(mut self, index: usize, value: impl lorgnette_runtime::Wire) -> Self {
                self.0.set(index, &value);
                self
            }
            #[must_use]
            pub fn json(mut self, item: &Item) -> Self {
                self.0.json(item);
                self
            }
            #[must_use]
            pub fn form(mut self, item: &Item) -> Self {
                self.0.form(item);
                self
            }
        }
    )*};
}
builders! {
    Get: GET => Item, MockProblem;
    Create: CREATE => Created, MockProblem;
    List: LIST => Vec<Item>;
    Empty: LIST => ();
    Bytes: LIST => ByteStream;
    Words: LIST => Text;
    Events: LIST => EventStream<Item>;
    Lines: LIST => EventStream<String>;
}

fn item(id: i64) -> Item {
    Item {
        id: Some(id),
        key: None,
    }
}

fn client(url: &str) -> Client {
    let builder = ClientBuilder::new(url, "mocked", "1.0.0");
    builder.retry(RetryPolicy::off()).build().unwrap()
}

async fn get(client: &Client) -> Result<Item, u16> {
    let call = Get::from(client).set(0, "a/b".to_owned()).set(1, 7);
    let call = call.set(2, vec![1, 2]).set(4, "t".to_owned());
    let answer = call.set(5, "s".to_owned()).send().await;
    answer
        .map(lorgnette_runtime::Response::into_inner)
        .map_err(|error| error.status().map_or(0, |status| status.as_u16()))
}

#[tokio::test]
async fn test_mock_expects_what_its_builder_sets_and_no_more() {
    type Set = fn(Get<'_>) -> Get<'_>;
    let server = Server::start().await.unwrap();
    let client = client(server.url());
    let same: [Set; 7] = [
        |call| call,
        |call| call.set(0, "a/b".to_owned()),
        |call| call.set(1, 7),
        |call| call.set(2, vec![1, 2]),
        |call| call.set(4, "t".to_owned()),
        |call| call.set(5, "s".to_owned()),
        |call| {
            call.set(1, 7)
                .set(2, vec![1, 2])
                .header("accept", "application/json")
        },
    ];
    for set in same {
        let mock = server.on::<Get>().with(set).times(1).answer(&item(1));
        assert_eq!(get(&client).await, Ok(item(1)));
        mock.assert_calls(1);
    }
    let other: [Set; 8] = [
        |call| call.set(0, "a".to_owned()),
        |call| call.set(1, 8),
        |call| call.set(2, vec![1]),
        |call| call.set(3, String::new()),
        |call| call.set(4, "u".to_owned()),
        |call| call.set(5, "sess".to_owned()),
        |call| call.header("x-more", "1"),
        |call| call.json(&item(1)),
    ];
    for set in other {
        let mock = server.on::<Get>().with(set).times(1).answer(&item(1));
        assert_eq!(get(&client).await, Err(501));
        mock.assert_calls(0);
    }
}

#[tokio::test]
async fn test_bodies_are_the_same_if_their_values_are() {
    let server = Server::start().await.unwrap();
    let client = client(server.url());
    server
        .on::<Create>()
        .with(|call| call.json(&item(1)))
        .answer(&Created::Now(item(1)));
    server
        .on::<Create>()
        .with(|call| call.form(&item(2)))
        .answer(&Created::Later(()));
    let send = async |call: Create<'_>| match call.send().await {
        Ok(answer) => answer.status().as_u16(),
        Err(error) => error.status().unwrap().as_u16(),
    };
    assert_eq!(send(Create::from(&client).json(&item(1))).await, 201);
    assert_eq!(send(Create::from(&client).form(&item(2))).await, 202);
    assert_eq!(send(Create::from(&client).json(&item(3))).await, 501);
    assert_eq!(send(Create::from(&client)).await, 501);
    assert_eq!(server.requests()[0].json::<Item>().unwrap(), item(1));
}

#[tokio::test]
async fn test_errors_are_answered_by_their_status() {
    let server = Server::start().await.unwrap();
    let client = client(server.url());
    let call = || Get::from(&client).set(0, "a".to_owned()).set(1, 1).send();
    let errors = [
        MockProblem::NotFound(item(4)),
        MockProblem::Client(418, "short".into()),
        MockProblem::Other(503, ()),
    ];
    for error in &errors {
        server.on::<Get>().times(1).fail(error);
    }
    for expected in &errors {
        let error = call().await.unwrap_err();
        assert_eq!(
            format!("{:?}", error.declared().unwrap()),
            format!("{expected:?}")
        );
    }
}

#[tokio::test]
async fn test_streams_text_and_nothing_are_answered() {
    let server = Server::start().await.unwrap();
    let client = client(server.url());
    server.on::<Empty>().times(1).answer(&());
    assert_eq!(Empty::from(&client).send().await.unwrap().status(), 204);
    server.on::<Bytes>().times(1).answer(b"\0\xff");
    let bytes = Bytes::from(&client).send().await.unwrap().into_inner();
    assert_eq!(bytes.bytes(2).await.unwrap(), b"\0\xff".as_slice());
    server.on::<Words>().times(1).answer("words");
    assert_eq!(&**Words::from(&client).send().await.unwrap(), "words");
    server.on::<Events>().times(1).answer(&[item(1), item(2)]);
    let mut events = Events::from(&client).send().await.unwrap().into_inner();
    assert_eq!(events.event().await.unwrap().unwrap().data, item(1));
    assert_eq!(events.event().await.unwrap().unwrap().data, item(2));
    assert!(events.event().await.unwrap().is_none());
    server.on::<Lines>().times(1).answer(&["two\nlines".to_owned()]);
    let mut events = Lines::from(&client).send().await.unwrap().into_inner();
    assert_eq!(events.event().await.unwrap().unwrap().data, "two\nlines");
    server.on::<List>().answer(&vec![item(1)]);
    assert_eq!(List::from(&client).send().await.unwrap().len(), 1);
}

#[tokio::test]
async fn test_answer_may_have_another_status_headers_and_a_delay() {
    let server = Server::start().await.unwrap();
    let client = client(server.url());
    let mock = server.on::<List>().status(203).header("x-left", "7");
    mock.delay(Duration::from_millis(50)).answer(&vec![]);
    let before = Instant::now();
    let answer = List::from(&client).send().await.unwrap();
    assert!(before.elapsed() >= Duration::from_millis(50));
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["x-left"]),
        (203, &"7".parse().unwrap())
    );
}

#[tokio::test]
async fn test_anything_can_be_answered() {
    let server = Server::start().await.unwrap();
    let client = client(server.url());
    let page = Reply::of(429, "text/html", "<h1>Too many").header("retry-after", "9");
    server.on::<List>().reply(page);
    let error = List::from(&client).send().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 429);
    assert_eq!(error.headers().unwrap()["retry-after"], "9");
    assert_eq!(error.body().unwrap(), "<h1>Too many");
}

#[tokio::test]
async fn test_first_mock_that_expects_it_and_has_answers_left_answers() {
    let server = Server::start().await.unwrap();
    let client = client(server.url());
    let once = server.on::<List>().times(1).answer(&vec![item(1)]);
    let always = server.on::<List>().answer(&vec![]);
    for expected in [1, 0, 0] {
        assert_eq!(List::from(&client).send().await.unwrap().len(), expected);
    }
    once.assert_calls(1);
    always.assert_calls(2);
    server.assert_all_expected();
}

#[tokio::test]
async fn test_condition_of_the_tests_own_is_asked() {
    let server = Server::start().await.unwrap();
    let client = client(server.url());
    let mock = server
        .on::<List>()
        .when(|request: &Request| request.header("user-agent").unwrap().contains("mocked"));
    let mock = mock.answer(&vec![]);
    server.on::<Empty>().answer(&());
    List::from(&client).send().await.unwrap();
    mock.assert_calls(1);
}

#[tokio::test]
async fn test_apis_below_a_path_are_told_apart() {
    let server = Server::start().await.unwrap();
    let (one, two) = (server.below("/api/v1"), server.below("api/v2/"));
    assert_eq!(two.url(), format!("{}/api/v2", server.url()));
    one.on::<List>().answer(&vec![item(1)]);
    two.on::<List>().answer(&vec![]);
    for (below, expected) in [(&one, 1), (&two, 0)] {
        let client = client(below.url());
        assert_eq!(List::from(&client).send().await.unwrap().len(), expected);
    }
    let client = client(server.url());
    assert!(List::from(&client).send().await.is_err());
}

#[tokio::test]
async fn test_unexpected_request_says_what_was_different() {
    let server = Server::start().await.unwrap();
    let client = client(server.url());
    let mock = server
        .on::<Get>()
        .with(|call| call.set(2, vec![1]))
        .answer(&item(1));
    let call = Get::from(&client)
        .set(0, "a".to_owned())
        .set(1, 7)
        .set(2, vec![2]);
    let error = call.send().await.unwrap_err();
    let sentence =
        "GET /shelves/a/items/7 is not expected: the mock of get expects `tags` in the query to be [\"1\"]";
    assert_eq!(error.message().as_deref(), Some(sentence));
    assert_eq!(server.unexpected(), [sentence]);
    let _ = List::from(&client).send().await;
    assert_eq!(
        server.unexpected()[1],
        "GET /items/ is not expected: there is no mock for this operation"
    );
    let complaint = catch_unwind(AssertUnwindSafe(|| mock.assert_calls(1))).unwrap_err();
    let complaint = complaint.downcast_ref::<String>().unwrap();
    assert!(
        complaint.contains("received 0 requests instead of 1") && complaint.contains(sentence),
        "{complaint}"
    );
    assert!(catch_unwind(AssertUnwindSafe(|| server.assert_all_expected())).is_err());
}

#[tokio::test]
async fn test_masked_secret_is_neither_expected_nor_answered_by_accident() {
    let server = Server::start().await.unwrap();
    let client = client(server.url());
    let mut masked = item(1);
    masked.key = Some("***".into());
    let mock = server.on::<Create>().with(|call| call.json(&masked)).times(1);
    let mock = mock.answer(&Created::Now(item(1)));
    server.on::<List>().answer(&vec![masked]);
    for outcome in [
        Create::from(&client)
            .json(&item(1))
            .send()
            .await
            .err()
            .map(lorgnette_runtime::Error::untyped),
        List::from(&client).send().await.err(),
    ] {
        let message = outcome.unwrap().message().unwrap();
        assert!(message.contains("key: a secret of asterisks"), "{message}");
    }
    mock.assert_calls(0);
    assert_eq!(server.unexpected().len(), 2);
}

#[tokio::test]
async fn test_nothing_shows_the_headers_or_the_body_of_a_request() {
    let server = Server::start().await.unwrap();
    let client = client(server.url());
    let mut secret = item(1);
    secret.key = Some("c4nary-three".into());
    let create = server.on::<Create>().with(|call| call.json(&secret));
    create.answer(&Created::Now(item(1)));
    secret.key = Some("c4nary-four".into());
    let _ = Create::from(&client).json(&secret).send().await;
    let mock: On<'_, List<'_>> = server.on::<List>().with(|call| call.header("x-key", "c4nary"));
    let expecting = format!("{mock:?}");
    let mock: Mock = mock.answer(&vec![]);
    let wrong = List::from(&client).header("x-key", "c4nary-too").send().await;
    List::from(&client)
        .header("x-key", "c4nary")
        .send()
        .await
        .unwrap();
    let shown = format!(
        "{server:?} {mock:?} {expecting} {:?} {:?} {:?} {}",
        Reply::of(200, "c4nary", "c4nary"),
        server.requests(),
        server.unexpected(),
        wrong.unwrap_err().message().unwrap()
    );
    assert!(!shown.contains("c4nary"), "{shown}");
    assert!(server.unexpected()[0].ends_with("the mock of create expects another `key` in the body"));
    assert_eq!(server.requests()[2].header("x-key"), Some("c4nary"));
}
