//! The generated code of a small contract whose operations need credentials, and shared test
//! helpers.
#![allow(dead_code, unused_imports)]

use crate::support::{ServerStep, TestServer};
use lorgnette_runtime::authenticate::{AuthError, Bearer, Fields, Origin, StaticFields};
use lorgnette_runtime::retry::RetryPolicy;
use lorgnette_runtime::token::{Renewal, Token};
use lorgnette_runtime::{
    Body, ByteStream, Call, Client, ClientBuilder, EventStream, Secret, reqwest, serde_json,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    pub id: i64,
    pub name: Option<String>,
}
lorgnette_runtime::object!(Item { 0 id: "id", 1 name: "name" });

#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    pub message: Option<String>,
}
lorgnette_runtime::object!(Problem { 0 message: "message" });

/// Errors with several statuses that are retried.
#[derive(Debug)]
pub enum Busy {
    Unauthorized(Problem),
    TooMany(Problem),
    Unavailable(Problem),
}
lorgnette_runtime::statuses!(Busy { 401 Unauthorized(Problem), 429 TooMany(Problem), 503 Unavailable(Problem) });

/// A redirect that is declared as a response.
#[derive(Debug)]
pub enum Found {
    Found(()),
}
lorgnette_runtime::statuses!(Found { 302 Found(()) });

/// The same, with a response declared for all other statuses.
#[derive(Debug)]
pub enum FoundOrOther {
    Found(()),
    Other(u16, ()),
}
lorgnette_runtime::statuses!(FoundOrOther { 302 Found(()), _ Other(u16, ()) });

macro_rules! made {
    ($builder:ident: $operation:ident => $success:ty $(, $error:ty)? { $($item:item)* }) => {
        #[derive(Debug)]
        #[must_use = "nothing is sent before `send`"]
        pub struct $builder<'client>(pub Call<'client>);
        lorgnette_runtime::builder!($builder: $operation => $success $(, $error)?);
        impl $builder<'_> {
            $($item)*
        }
    };
}
pub(crate) use made;

lorgnette_runtime::operation!(
    READ: "read" GET "/items/{id}", path "id", query "q", cookie "session"; security(&[&["key"]])
);
made!(Read: READ => Item, Busy {
    pub fn id(mut self, id: &str) -> Self {
        self.0.set(0, &id.to_owned());
        self
    }
    pub fn q(mut self, q: &str) -> Self {
        self.0.set(1, &q.to_owned());
        self
    }
    pub fn session(mut self, session: &str) -> Self {
        self.0.set(2, &session.to_owned());
        self
    }
});

lorgnette_runtime::operation!(WRITE: "write" POST "/items"; security(&[&["key"]]));
made!(Write: WRITE => Item, Busy {
    pub fn body(mut self, body: &Item) -> Self {
        self.0.json(body);
        self
    }
});

lorgnette_runtime::operation!(REPLACE: "replace" PUT "/items"; security(&[&["key"]]));
made!(Replace: REPLACE => (), Busy {
    pub fn body(mut self, body: impl Into<Body>) -> Self {
        self.0.raw("application/octet-stream", body.into());
        self
    }
});

lorgnette_runtime::operation!(START: "start" POST "/start"; security(&[&["key"]]); retry_on(&[503]));
made!(Start: START => Item {});

lorgnette_runtime::operation!(POLL: "poll" GET "/poll"; security(&[&["key"]]); retry_on(&[404]));
made!(Poll: POLL => Item {});

lorgnette_runtime::operation!(PLAIN: "plain" GET "/plain");
made!(Plain: PLAIN => Item {});

lorgnette_runtime::operation!(LOCATE: "locate" GET "/locate"; security(&[&["key"]]));
made!(Locate: LOCATE => Item, Found {});
made!(Seek: LOCATE => Item, FoundOrOther {});

lorgnette_runtime::operation!(FETCH: "fetch" GET "/file"; accept("application/octet-stream"); security(&[&["key"]]));
made!(Fetch: FETCH => ByteStream {});

lorgnette_runtime::operation!(FOLLOW: "follow" GET "/events"; accept("text/event-stream"); security(&[&["key"]]));
made!(Follow: FOLLOW => EventStream<Item> {});

#[derive(Clone, Debug, PartialEq)]
pub struct Issued {
    pub access_token: String,
}
lorgnette_runtime::object!(Issued { 0 access_token: "access_token" });

lorgnette_runtime::operation!(ISSUE: "issue" POST "/token");
made!(Issue: ISSUE => Issued {});

/// Tokens from `POST /token` of the server at `url`, obtained with an operation of the API itself,
/// without retries.
pub fn by_call(url: &str) -> Bearer {
    let client: Client = builder(url).retry(RetryPolicy::off()).build().unwrap();
    let source = move || {
        let client = client.clone();
        async move {
            let issued = Issue::from(&client).send().await?;
            Ok(Token::new(issued.into_inner().access_token))
        }
    };
    let mut renewal = Renewal::default();
    renewal.pause = Duration::from_millis(10);
    Bearer::with(origin(url), "Bearer", source, renewal)
}

pub fn read(client: &Client) -> Read<'_> {
    Read::from(client).id("1")
}

pub const ITEM: &str = r#"{"id": 1}"#;

/// Settings for a client that does not wait long.
pub fn builder(url: &str) -> ClientBuilder {
    ClientBuilder::new(url, "guarded", "1.0.0").retry(quick())
}

/// Three retries, with almost no pauses.
pub fn quick() -> RetryPolicy {
    let mut policy = RetryPolicy::default();
    policy.backoff = Duration::from_millis(1);
    (policy.limit_retries, policy.limit_backoff) = (3, Duration::from_millis(1));
    policy
}

pub fn client(url: &str) -> Client {
    builder(url).build().unwrap()
}

/// A server that gives each of these responses once, and then repeats the last one, and a client
/// for it.
pub async fn answering(answers: Vec<Vec<ServerStep>>) -> (TestServer, Client) {
    let count = AtomicUsize::new(0);
    let server = TestServer::start(move |_| {
        let index = count.fetch_add(1, Ordering::Relaxed);
        answers[index.min(answers.len() - 1)].clone()
    })
    .await;
    let client = client(&server.url);
    (server, client)
}

pub fn origin(url: &str) -> Origin {
    Origin::of(&url.parse().unwrap()).unwrap()
}

/// A key in a header field and another in the query.
pub fn keys(url: &str, key: &str) -> StaticFields {
    let fields = Fields::new()
        .header("x-api-key", &Secret::new(key))
        .unwrap()
        .query("token", &Secret::new(key))
        .unwrap();
    StaticFields::new(origin(url), fields)
}

/// Tokens `token-1`, `token-2`..., and the number issued so far.
pub fn numbered(url: &str) -> (Bearer, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    let source = move || {
        let number = counter.fetch_add(1, Ordering::Relaxed) + 1;
        async move { Ok(Token::new(format!("token-{number}"))) }
    };
    (Bearer::new(origin(url), source), count)
}

/// Tokens from `POST /token` of the server at `url`, with the time limit `limit`.
pub fn remote(url: &str, limit: Duration) -> Bearer {
    let address = format!("{url}/token");
    let source = move || {
        let address = address.clone();
        async move {
            let answer = reqwest::Client::new()
                .post(address)
                .body("c4nary-s3cret")
                .send()
                .await;
            let answer =
                answer.map_err(|error| AuthError::unavailable("no answer").caused_by(error.without_url()))?;
            let text = answer.text().await.unwrap_or_default();
            let document: serde_json::Value = serde_json::from_str(&text)
                .map_err(|error| AuthError::invalid("the answer is not JSON").caused_by(error))?;
            match document["access_token"].as_str() {
                Some(token) => Ok(Token::new(token)),
                None => Err(AuthError::rejected("the answer holds no token")),
            }
        }
    };
    let mut renewal = Renewal::default();
    renewal.fetch_timeout = limit;
    renewal.pause = Duration::from_millis(1);
    Bearer::with(origin(url), "Bearer", source, renewal)
}
