//! The canary: the tests put a known secret wherever there can be one, force every failure, and
//! search for the secret in everything that a program might print.

use crate::guarded::{Item, Write, builder, client, keys, origin, read, remote};
use crate::logs::{Captured, log_everything, logged};
use crate::support::{ServerStep, TestServer, answer, json};
use lorgnette_runtime::authenticate::{
    AuthError, Authenticate, Bearer, Credentials, CredentialsFuture, Fields, Handle, Origin, StaticFields,
    Target, Together,
};
use lorgnette_runtime::call::Options;
use lorgnette_runtime::response::{BodyKind, RawResponse};
use lorgnette_runtime::retry::{Attempt, Failure};
use lorgnette_runtime::token::{Held, Token, TokenCache};
use lorgnette_runtime::{
    AnyOperation, Body, ByteStream, Call, Client, ClientBuilder, Error, EventStream, FromResponse, JsonLines,
    Method, Nullable, PreparedRequest, RawRequest, Secret, Sending, Undeclared, Upload, reqwest,
};
use std::fmt::{Debug, Write as _};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

const CANARY: &str = "c4nary-s3cret";

/// Everything that a program might print.
#[derive(Default)]
struct Printed(String);

impl Printed {
    fn debug(&mut self, value: &dyn Debug) {
        let _ = writeln!(self.0, "{value:?}\n{value:#?}");
    }
    fn error(&mut self, error: &(dyn std::error::Error + 'static)) {
        let mut next = Some(error);
        while let Some(error) = next {
            let _ = writeln!(self.0, "{error}\n{error:#}");
            self.debug(&error);
            next = error.source();
        }
    }
    fn call<T: Debug, E: Debug + 'static>(&mut self, outcome: Result<T, Error<E>>) {
        match outcome {
            Ok(success) => self.debug(&success),
            Err(error) => {
                self.error(&error);
                self.error(&AuthError::from(error));
            }
        }
    }
    fn is_silent(&self) {
        let lines: Vec<&str> = self.0.lines().filter(|line| line.contains(CANARY)).collect();
        assert!(lines.is_empty(), "{lines:#?}");
    }
}

/// Credentials of each kind that hold the canary.
fn authenticates(url: &str) -> Vec<Arc<dyn Authenticate>> {
    let bearer = || {
        let source = || async { Ok(Token::new(CANARY)) };
        Arc::new(Bearer::new(origin(url), source))
    };
    let keys: Arc<dyn Authenticate> = Arc::new(keys(url, CANARY));
    vec![
        keys.clone(),
        bearer(),
        Arc::new(Together::new([keys, bearer()])),
        Arc::new(remote(url, Duration::from_millis(100))),
    ]
}

/// Makes calls with the canary in every place, and returns everything that a program might print of
/// them.
async fn calls(printed: &mut Printed, client: &Client) {
    printed.debug(client);
    let call = read(client)
        .id(CANARY)
        .q(CANARY)
        .session(CANARY)
        .header("x-more", CANARY);
    let call = call.timeout(Duration::from_millis(300));
    printed.debug(&call);
    printed.call(call.send().await);
    let item = Item {
        id: 1,
        name: Some(CANARY.to_owned()),
    };
    let call = Write::from(client)
        .body(&item)
        .timeout(Duration::from_millis(300));
    printed.debug(&call);
    printed.call(call.send().await);
}

/// All that, with a server that behaves in this way.
async fn behaving(server: &TestServer) -> Printed {
    let mut printed = Printed::default();
    for authenticate in authenticates(&server.url) {
        printed.debug(&authenticate);
        let builder = builder(&server.url)
            .authenticate(authenticate)
            .user_agent("canary/1");
        printed.debug(&builder);
        calls(&mut printed, &builder.build().unwrap()).await;
    }
    printed
}

/// Runs the function, captures everything that is logged, and searches for the canary.
macro_rules! canary {
    ($($name:ident: $server:expr;)*) => {
        $(
            #[tokio::test]
            async fn $name() {
                log_everything();
                let (captured, guard) = Captured::start();
                let server = TestServer::start($server).await;
                let printed = behaving(&server).await;
                drop(guard);
                // The secret was part of the test's input.
                assert!(format!("{:?}", server.received()).contains(CANARY));
                assert!(captured.text().contains("/items/{id}") && logged().contains("reqwest"));
                printed.is_silent();
                Printed(captured.text()).is_silent();
                Printed(logged()).is_silent();
            }
        )*
    };
}

canary! {
    test_canary_is_silent_when_the_server_echoes_it_with_a_401: |_| {
        let echo = format!(r#"{{"message": "{CANARY} is no good"}}"#);
        answer(401, &[("www-authenticate", CANARY), ("x-request-id", CANARY), ("content-type", CANARY)], echo)
    };
    test_canary_is_silent_when_the_server_echoes_it_with_a_500: |_| {
        let echo = format!(r#"{{"message": "{CANARY} is no good"}}"#);
        answer(500, &[("set-cookie", CANARY), ("retry-after", CANARY)], echo)
    };
    test_canary_is_silent_when_json_is_not_what_was_expected: |_| {
        json(200, &format!(r#"{{"id": "{CANARY}", "{CANARY}": "{CANARY}", "access_token": ["{CANARY}"]}}"#))
    };
    test_canary_is_silent_when_a_member_is_wrong: |_| {
        json(200, &format!(r#"{{"id": 1, "name": {{"{CANARY}": "{CANARY}"}}, "access_token": {{"{CANARY}": 1}}}}"#))
    };
    test_canary_is_silent_when_json_breaks_off: |_| json(200, &format!(r#"{{"id": 1, "name": "{CANARY}"#));
    test_canary_is_silent_when_there_is_no_json: |_| answer(200, &[("content-type", CANARY)], CANARY);
    test_canary_is_silent_when_the_connection_breaks_off: |_| vec![ServerStep::Close];
    test_canary_is_silent_when_the_answer_is_no_http: |_| {
        vec![ServerStep::Bytes(format!("{CANARY}\r\n\r\n").into_bytes()), ServerStep::Close]
    };
    test_canary_is_silent_when_a_header_is_none: |_| {
        vec![ServerStep::Bytes(format!("HTTP/1.1 200 {CANARY}\r\n{CANARY}\r\n\r\n").into_bytes()), ServerStep::Close]
    };
    test_canary_is_silent_when_the_body_breaks_off: |_| {
        let head = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n";
        vec![ServerStep::Bytes(format!("{head}{CANARY}").into_bytes()), ServerStep::Close]
    };
    test_canary_is_silent_when_time_is_over: |_| vec![ServerStep::Wait(Duration::from_secs(30))];
    test_canary_is_silent_when_redirects_go_in_circles: |request| {
        answer(307, &[("location", &format!("{}&again={CANARY}", request.target))], "")
    };
    test_canary_is_silent_when_a_redirect_leads_nowhere: |_| {
        answer(307, &[("location", &format!("http://nowhere.invalid/{CANARY}?token={CANARY}"))], "")
    };
    test_canary_is_silent_when_a_redirect_is_no_address: |_| {
        answer(307, &[("location", &format!("{CANARY}://{CANARY}"))], "")
    };
}

#[tokio::test]
async fn test_canary_is_silent_when_the_connection_is_refused() {
    log_everything();
    let server = TestServer::start(|_| Vec::new()).await;
    let url = server.url.clone();
    drop(server);
    tokio::time::sleep(Duration::from_millis(20)).await;
    let mut printed = Printed::default();
    for authenticate in authenticates(&url) {
        calls(
            &mut printed,
            &builder(&url).authenticate(authenticate).build().unwrap(),
        )
        .await;
    }
    assert!(printed.0.contains("no connection to the server"));
    printed.is_silent();
    Printed(logged()).is_silent();
}

#[tokio::test]
async fn test_canary_is_silent_when_a_request_cannot_be_made() {
    let mut printed = Printed::default();
    let client = client("http://127.0.0.1:9");
    let unsendable = format!("{CANARY}\r\n");
    printed.call(read(&client).header("x-key", &unsendable).send().await);
    printed.call(read(&client).header(&unsendable, "x").send().await);
    assert!(printed.0.contains("x-key"));
    for url in [
        format!("https://{CANARY}@api.example"),
        format!("https://api.example?{CANARY}"),
        format!("{CANARY}://api.example"),
        format!("https://[{CANARY}]"),
    ] {
        let builder: ClientBuilder = ClientBuilder::new(&url, "guarded", "1.0.0");
        printed.debug(&builder);
        printed.error(&builder.build().unwrap_err());
    }
    printed.error(
        &builder("http://a.example")
            .user_agent(&unsendable)
            .build()
            .unwrap_err(),
    );
    printed.is_silent();
}

#[tokio::test]
async fn test_canary_is_silent_in_what_is_at_hand() {
    let url = "https://api.example/";
    let mut printed = Printed::default();
    for authenticate in authenticates(url) {
        let address: reqwest::Url = format!("{url}{CANARY}?{CANARY}").parse().unwrap();
        let deadline = Instant::now() + Duration::from_millis(200);
        let target = Target::new(&address, &[]).until(deadline);
        printed.debug(&target);
        let credentials = authenticate.credentials(target);
        printed.debug(&credentials);
        if let Ok(credentials) = credentials.await {
            printed.debug(&credentials);
            let mut headers = reqwest::header::HeaderMap::new();
            credentials.put_headers(&mut headers);
            printed.debug(&headers);
        }
        printed.debug(&authenticate);
    }
    printed.is_silent();
}

#[tokio::test]
async fn test_canary_is_silent_in_requests_that_are_shown() {
    static ANY: AnyOperation = AnyOperation::new(&[&["key"]]);
    let url = "https://api.example/";
    let mut printed = Printed::default();
    for authenticate in authenticates(url) {
        let client: Client = builder(url).authenticate(authenticate).build().unwrap();
        let body = format!("{{\"password\": \"{CANARY}\"}}");
        let request: RawRequest<'_> = RawRequest::new(&client, &ANY, &Method::POST, "/item");
        let request = request.json(&Secret::new(CANARY)).header("authorization", CANARY);
        printed.debug(&request);
        let prepared: PreparedRequest = request.to_request().unwrap();
        printed.debug(&prepared);
        let _ = writeln!(printed.0, "{prepared}");
        // Text members are shown: only secrets and credentials are masked.
        let text = RawRequest::new(&client, &ANY, &Method::POST, "/item").body("text/plain", body);
        printed.debug(&text);
    }
    printed.is_silent();
}

lorgnette_runtime::operation!(LINES: "lines" GET "/lines"; accept("application/x-ndjson"));

#[tokio::test]
async fn test_canary_is_silent_in_documents_on_lines() {
    let server = TestServer::start(|_| answer(200, &[], format!("\"{CANARY}\"\n"))).await;
    let client = client(&server.url);
    let sending = Call::new(&client, &LINES).sending::<JsonLines<String>, Undeclared>();
    let mut lines = sending.await.unwrap();
    let mut printed = Printed::default();
    printed.debug(&lines);
    assert_eq!(lines.item().await.unwrap().as_deref(), Some(CANARY));
    printed.debug(&lines);
    printed.is_silent();
}

/// Prints the response that it is read from.
#[derive(Debug)]
struct Printing(String);

impl FromResponse for Printing {
    fn kind(status: u16) -> BodyKind {
        BodyKind::Whole.on_success(status)
    }
    fn read(reply: &mut RawResponse) -> lorgnette_runtime::codec::Result<Self> {
        Ok(Self(format!("{reply:?} {reply:#?}")))
    }
}

#[tokio::test]
async fn test_canary_is_silent_in_answers_and_what_is_made_of_them() {
    let headers = [
        ("set-cookie", CANARY),
        ("x-request-id", CANARY),
        ("content-type", CANARY),
    ];
    let server = TestServer::start(move |_| answer(200, &headers, CANARY)).await;
    let client = client(&server.url);
    let mut printed = Printed::default();
    let call = || Call::new(&client, &ANYTHING);
    let shown = call().send::<Printing, Undeclared>().await.unwrap();
    assert!(shown.0.contains("RawResponse"));
    printed.debug(&shown);
    printed.debug(&call().send::<ByteStream, Undeclared>().await.unwrap());
    printed.debug(&call().send::<EventStream<String>, Undeclared>().await.unwrap());
    let sending: Sending<'_, Printing> = call().sending();
    printed.debug(&sending);
    printed.debug(&Body::from(CANARY));
    printed.debug(&Upload::new("a.csv", CANARY));
    let mut options = Call::new(&client, &ANYTHING);
    options.raw("text/plain", CANARY.into());
    printed.debug(&options);
    let options: &mut Options = options.options();
    printed.debug(options);
    let received = TestServer::start(move |_| answer(503, &headers, CANARY)).await;
    let answered = reqwest::get(&received.url).await.unwrap();
    let attempt = Attempt {
        is_repeatable: true,
        retry_on: &[],
        can_resend: true,
        failure: Failure::Response(answered.status(), answered.headers()),
        retries: 0,
        waited: Duration::ZERO,
        left: None,
    };
    printed.debug(&attempt);
    printed.is_silent();
}

#[tokio::test]
async fn test_canary_is_silent_in_tokens_and_what_holds_them() {
    let secret = Secret::new(CANARY);
    let mut printed = Printed::default();
    printed.debug(&secret);
    printed.debug(&Some(Nullable::Value(secret.clone())));
    let token = Token::new(CANARY).expires_in(Duration::from_secs(60));
    printed.debug(&token);
    let cache: TokenCache = TokenCache::new(|| async { Ok(Token::new(CANARY)) });
    printed.debug(&cache);
    let held: Arc<Held<Token>> = cache.get().await.unwrap();
    assert_eq!(held.value().secret().expose(), CANARY);
    printed.debug(&held);
    printed.debug(&cache);
    let fields = || {
        let fields = Fields::new().header("x-key", &secret).unwrap();
        fields.query("key", &secret).unwrap()
    };
    printed.debug(&fields());
    let credentials = Credentials::new(Arc::new(fields())).with_handle(Handle::new(1, 2));
    printed.debug(&credentials);
    printed.debug(&CredentialsFuture::ready(Ok(credentials)));
    let origin = Origin::of(&format!("https://a.example/{CANARY}?{CANARY}").parse().unwrap()).unwrap();
    printed.debug(&origin);
    printed.debug(&StaticFields::new(origin.clone(), fields()));
    let source =
        || async { Err::<Token, _>(AuthError::rejected("no").caused_by(std::io::Error::other("no"))) };
    printed.debug(&Bearer::new(origin, source));
    printed.is_silent();
}

lorgnette_runtime::operation!(ANYTHING: "anything" GET "/anything");

/// The canary would be found, if it were there.
#[test]
#[should_panic(expected = "c4nary-s3cret")]
fn test_canary_that_is_printed_is_found() {
    let mut printed = Printed::default();
    printed.error(&std::io::Error::other(std::io::Error::other(CANARY)));
    printed.is_silent();
}
