//! Calls the operations of an API from a command line, and compares the requests and the output
//! with the contract.

use super::lines::{CommandTarget, Listed, is_of, run};
use super::values::{Given, answer, given, normal};
use lorgnette_cli::ProgramApi;
use lorgnette_runtime::commands::{Command, Format};
use lorgnette_runtime::{Call, Client, ClientBuilder, PreparedRequest};
use lorgnette_tests::contract::Contract;
use lorgnette_tests::json_schema::Schemas;
use lorgnette_tests::server::{ApiServer, ReceivedRequest};
use lorgnette_tests::values::Manner;
use serde_json::Value;
use std::collections::BTreeMap;

/// The results for the operations of an API.
#[derive(Default)]
pub struct Judge {
    /// The number of operations that were called.
    pub judged: usize,
    /// The number of calls.
    pub called: usize,
    /// The faults.
    pub faults: Vec<String>,
}

/// Judges the operations of an API.
pub async fn judge(api: &'static ProgramApi, contract: &Contract) -> Judge {
    let folder = tempfile::tempdir().unwrap();
    let server = ApiServer::start([]).await.unwrap();
    let schemas = Schemas::of(contract).unwrap();
    let listed = Listed::of(api);
    let declared = contract.operations();
    let mut judge = Judge::default();
    for (tag, command) in api.table.commands() {
        let name = format!("{} {} {}", api.name, tag.command, command.name);
        let Some(declared) = declared.iter().find(|declared| is_of(command, declared)) else {
            judge
                .faults
                .push(format!("{name}: the contract has no such operation"));
            continue;
        };
        let about = &listed[&name];
        for parameter in about.shadowed() {
            judge
                .faults
                .push(format!("{name}: `--{parameter}` is not the parameter"));
        }
        judge.judged += 1;
        for manner in [Manner::Least, Manner::All, Manner::High] {
            for index in 0..command.bodies.len().max(1) {
                let given = match given((contract, &schemas), declared, manner, index) {
                    Ok(given) => given,
                    Err(why) => {
                        judge.faults.push(format!("{name}: {why}"));
                        continue;
                    }
                };
                let by_members = manner == Manner::All && is_object(command, &given);
                for is_split in [false, true].into_iter().take(1 + usize::from(by_members)) {
                    let answer = answer((contract, &schemas), declared, command);
                    server.add(answer.reply);
                    let before = server.received().len();
                    let written = about.arguments(command, &given, is_split, folder.path());
                    let target = CommandTarget {
                        address: server.address(),
                        declared: command.operation.server_address(),
                        credentials: &BTreeMap::new(),
                    };
                    let ran = run(&written, &target);
                    judge.called += 1;
                    let received = server.received().get(before..).unwrap_or_default().to_vec();
                    let client = client(&server, command);
                    let wrong = compared(&client, command, &given, &received)
                        .and_then(|()| answer.expected.check(&ran.out));
                    if let Err(why) = wrong {
                        let line = written.join(" ");
                        judge.faults.push(format!("{line}: {why} {}", ran.err.trim_end()));
                    }
                }
            }
        }
    }
    judge
}

fn is_object(command: &Command, given: &Given) -> bool {
    let body = given.body.as_ref();
    body.is_some_and(|(media_type, value)| {
        let form = command.bodies.iter().find(|form| form.media_type == media_type);
        form.is_some_and(|form| matches!(form.format, Format::Json))
            && value.as_object().is_some_and(|members| {
                let is_index = |name: &String| name.parse::<usize>().is_ok();
                !members.is_empty() && !members.keys().any(is_index)
            })
    })
}

fn client(server: &ApiServer, command: &Command) -> Client {
    let mut builder = ClientBuilder::new(server.address(), "judged", "1.0.0").allow_http_on_loopback();
    if let Some(declared) = command.operation.server_address() {
        builder = builder.server(declared, server.address());
    }
    builder.build().unwrap()
}

/// Compares the received request with the one that the values give for the operation.
fn compared(
    client: &Client,
    command: &Command,
    given: &Given,
    received: &[ReceivedRequest],
) -> Result<(), String> {
    let [received] = received else {
        return Err(format!("{} requests arrived", received.len()));
    };
    let mut call = Call::new(client, command.operation);
    for ((place, name), value) in &given.parameters {
        let parameter = command
            .parameters()
            .find(|parameter| parameter.name == name && parameter.place.name() == place)
            .ok_or_else(|| format!("there is no {name} in {place}"))?;
        call.set(parameter.index, &normal(parameter.kind, value));
    }
    let body = given.body.as_ref();
    let form = body.and_then(|(media_type, _)| {
        let mut forms = command.bodies.iter();
        forms.find(|form| form.media_type == media_type)
    });
    if let (Some((media_type, value)), Some(form)) = (body, form) {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        match form.format {
            Format::Json => call.json_as(media_type, value),
            Format::Form(encodings) => call.form_as(value, encodings),
            Format::Text => call.text(media_type, text),
            Format::Multipart(_) | Format::Raw => call.raw(media_type, text.into()),
        }
    }
    let expected = call.to_request().map_err(|error| error.to_string())?;
    let url = format!("{}{}", origin(expected.url()), received.target);
    if (expected.method().as_str(), expected.url()) != (&*received.method, &*url) {
        return Err(format!(
            "{} {} is not {} {}",
            received.method,
            received.target,
            expected.method(),
            expected.url()
        ));
    }
    let is_multipart = form.is_some_and(|form| matches!(form.format, Format::Multipart(_)));
    headers(&expected, received, is_multipart)?;
    match (is_multipart, body) {
        (true, Some((_, value))) => parts(value, &received.text()),
        _ => same_body(expected.body(), received),
    }
}

/// The scheme and host of an address.
fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url[host..].find('/').map_or(url.len(), |at| host + at);
    &url[..end]
}

fn headers(expected: &PreparedRequest, received: &ReceivedRequest, is_multipart: bool) -> Result<(), String> {
    for (name, value) in expected.headers().filter(|(name, _)| *name != "user-agent") {
        let found = received.header(name).unwrap_or_default();
        let fits = match name {
            "content-type" if is_multipart => found.starts_with(value),
            _ => found == value,
        };
        if !fits {
            return Err(format!("the header {name} is {found:?}, not {value:?}"));
        }
    }
    Ok(())
}

fn same_body(expected: Option<&str>, received: &ReceivedRequest) -> Result<(), String> {
    let (expected, text) = (expected.unwrap_or_default(), received.text());
    let json = |text: &str| serde_json::from_str::<Value>(text).ok();
    // Fields of a form have no order.
    let fields = |text: &str| {
        let mut fields: Vec<String> = text.split('&').map(str::to_owned).collect();
        fields.sort();
        fields
    };
    let is_form = received.header("content-type") == Some("application/x-www-form-urlencoded");
    let is_same = expected == text
        || json(expected).is_some() && json(expected) == json(&text)
        || is_form && fields(expected) == fields(&text);
    match is_same {
        true => Ok(()),
        false => Err(format!("the body is {text}, not {expected}")),
    }
}

/// Every text of a form has to be in what was sent.
fn parts(value: &Value, sent: &str) -> Result<(), String> {
    match value {
        Value::Object(members) => members.iter().try_for_each(|(name, value)| {
            if !value.is_null() && !sent.contains(&format!("name=\"{name}\"")) {
                return Err(format!("there is no part {name}"));
            }
            parts(value, sent)
        }),
        Value::Array(items) => items.iter().try_for_each(|value| parts(value, sent)),
        Value::String(text) if !sent.contains(text.as_str()) => Err(format!("{text:?} was not sent")),
        _ => Ok(()),
    }
}

/// The expected output of the program.
pub enum Expected {
    /// JSON; several documents, one per line.
    Json(Vec<Value>),
    /// Text or a file.
    Text(String),
}

impl Expected {
    fn check(&self, out: &str) -> Result<(), String> {
        let is_same = match self {
            Self::Text(text) => text == out,
            Self::Json(values) => {
                let written: Result<Vec<Value>, _> =
                    serde_json::Deserializer::from_str(out).into_iter().collect();
                written.is_ok_and(|written| written == *values)
            }
        };
        match is_same {
            true => Ok(()),
            false => Err(format!("it writes {out:?}")),
        }
    }
}
