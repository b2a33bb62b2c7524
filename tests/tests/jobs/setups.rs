//! The environment of each program: servers with their responses, settings, files.

use crate::server::{ApiServer, CannedResponse, ReceivedRequest};
use crate::tls::Tls;
use base64::Engine;
use serde_json::{Value, json};
use std::fs;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;

/// Servers, and the command that starts a program. TLS works as long as this value is kept.
pub struct Setup {
    pub servers: Vec<ApiServer>,
    pub variables: Vec<(String, String)>,
    pub arguments: Vec<String>,
    pub _tls: Option<Tls>,
}

type Start = for<'p> fn(&'p Path) -> Pin<Box<dyn Future<Output = Setup> + 'p>>;

/// A program.
pub struct Job {
    pub name: &'static str,
    /// The source of the typed program.
    pub example: &'static str,
    pub setup: Start,
}

pub const JOBS: [Job; 7] = [
    Job {
        name: "agent_incidents",
        example: "crates/sevensignal/examples/agent_incidents.rs",
        setup: |folder| Box::pin(agent_incidents(folder)),
    },
    Job {
        name: "corps",
        example: "crates/sigsci/examples/corps.rs",
        setup: |folder| Box::pin(corps(folder)),
    },
    Job {
        name: "live_channel",
        example: "crates/vxg/examples/live_channel.rs",
        setup: |folder| Box::pin(live_channel(folder)),
    },
    Job {
        name: "overall_metrics",
        example: "crates/angus/examples/overall_metrics.rs",
        setup: |folder| Box::pin(overall_metrics(folder)),
    },
    Job {
        name: "agent_report",
        example: "crates/sevensignal/examples/agent_report.rs",
        setup: |folder| Box::pin(agent_report(folder)),
    },
    Job {
        name: "import_cameras",
        example: "crates/vxg/examples/import_cameras.rs",
        setup: |folder| Box::pin(import_cameras(folder)),
    },
    Job {
        name: "export_requests",
        example: "crates/sigsci/examples/export_requests.rs",
        setup: |folder| Box::pin(export_requests(folder)),
    },
];

/// A request without the parts that differ between runs: ports and the current time.
pub fn shown(request: &ReceivedRequest) -> (String, Value) {
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    let mut query: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    for (name, value) in &mut query {
        if ["from", "from_date", "to_date"].contains(&name.as_str()) {
            "TIME".clone_into(value);
        }
    }
    query.sort();
    let body = serde_json::from_slice::<Value>(&request.body).unwrap_or_else(|_| {
        let mut form: Vec<_> = url::form_urlencoded::parse(&request.body).into_owned().collect();
        form.sort();
        json!(form)
    });
    let credentials = ["authorization", "x-api-user", "x-api-token"];
    let credentials = credentials.map(|name| match request.header(name) {
        // The content of a channel's token names the port.
        Some(value) if value.starts_with("Acc ") => "Acc",
        value => value.unwrap_or_default(),
    });
    let line = format!("{} {path} {query:?} {credentials:?}", request.method);
    (line, body)
}

fn ok(body: &Value) -> CannedResponse {
    CannedResponse::json(200, &body.to_string())
}

fn created(body: &Value) -> CannedResponse {
    CannedResponse::json(201, &body.to_string())
}

/// A server that is busy for a moment.
fn busy(status: u16) -> CannedResponse {
    CannedResponse::empty(status).header("retry-after", "0")
}

async fn setup(answers: Vec<CannedResponse>, variables: &[(&str, &str)], url: &str) -> Setup {
    let server = ApiServer::start(answers).await.unwrap();
    let variables = variables.iter().copied().chain([(url, server.address())]);
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Setup {
        variables: variables.collect(),
        servers: vec![server],
        arguments: vec![],
        _tls: None,
    }
}

const SEVENSIGNAL: [(&str, &str); 2] = [
    ("SEVENSIGNAL_API_KEY", "key"),
    ("SEVENSIGNAL_API_SECRET", "dummy"),
];
const SIGSCI: [(&str, &str); 2] = [("SIGSCI_EMAIL", "ada@example.com"), ("SIGSCI_TOKEN", "dummy")];

fn token(token: &str) -> CannedResponse {
    ok(&json!({"access_token": token, "token_type": "Bearer", "expires_in": 86400, "scope": ["openid"]}))
}

fn incidents() -> CannedResponse {
    let incident = json!({"id": "0b4d9a63-54a1-4a0c-a1f7-3a5e6e3c1f11", "type": "ROAMING",
        "locationName": "Hall 3", "countImpacted": 4});
    ok(&json!({"results": [incident]}))
}

async fn agent_incidents(_: &Path) -> Setup {
    let answers = vec![token("one"), busy(503), incidents()];
    setup(answers, &SEVENSIGNAL, "SEVENSIGNAL_URL").await
}

async fn agent_report(folder: &Path) -> Setup {
    let agents = |names: &[&str], page: i64| {
        let agents: Vec<Value> = names
            .iter()
            .map(|name| json!({"name": name, "platform": "Android"}))
            .collect();
        ok(&json!({"results": agents, "pagination": {"perPage": 2, "page": page, "total": 3, "pages": 2}}))
    };
    let no_rules = json!({"results": [], "pagination": {"perPage": 2, "page": 1, "total": 0, "pages": 0}});
    let answers = vec![
        token("one"),
        agents(&["a", "b"], 1),
        busy(429),
        agents(&["c"], 2),
        CannedResponse::json(401, r#"{"message": "token expired"}"#),
        token("two"),
        incidents(),
        ok(&json!({"testId": "t-1", "status": "STARTED"})),
        ok(&json!({"testId": "t-1", "runStatus": "COMPLETE"})),
        CannedResponse::new(200, "application/octet-stream", "captured"),
        ok(&no_rules),
        created(&json!({"id": "7f0c6b0e-3c1c-4f0a-9d3b-1f5e2a6b7c8d"})),
    ];
    let mut setup = setup(answers, &SEVENSIGNAL, "SEVENSIGNAL_URL").await;
    setup.arguments = vec!["7".into(), folder.join("out").display().to_string()];
    setup
}

async fn corps(_: &Path) -> Setup {
    let corps = json!({"data": [{"name": "acme", "displayName": "Acme"}, {"name": "other"}]});
    setup(vec![busy(503), ok(&corps)], &SIGSCI, "SIGSCI_URL").await
}

async fn export_requests(folder: &Path) -> Setup {
    let page = |ids: std::ops::Range<i64>, next: &str| {
        let requests: Vec<Value> = ids
            .map(|id| json!({"id": format!("r{id}"), "newMember": {"deep": id}}))
            .collect();
        ok(&json!({"totalCount": 5, "next": {"uri": next}, "data": requests}))
    };
    let next = "/corps/acme/sites/shop/requests?q=from%3A-1d&limit=1000&page=2";
    let answers = vec![
        ok(&json!({"data": [{"name": "acme"}]})),
        ok(&json!({"data": [{"name": "shop"}, {"name": "blog"}]})),
        page(0..3, next),
        busy(429),
        page(3..5, ""),
        page(0..0, ""),
        ok(&json!({"data": []})),
    ];
    let mut setup = setup(answers, &SIGSCI, "SIGSCI_URL").await;
    setup.arguments = vec!["from:-1d".into(), folder.join("out").display().to_string()];
    setup
}

async fn overall_metrics(_: &Path) -> Setup {
    let day = json!({"passing_by": {"value": 3}, "satisfaction": {"happy": 2}});
    let entities = json!({"2026-11-01T00:00:00+00:00": day});
    let page =
        json!({"entities": entities, "total_results": 1, "nb_of_pages": 1, "page": 1, "next_page": ""});
    let variables = [
        ("ANGUS_USERNAME", "ada@example.com"),
        ("ANGUS_CLIENT_ID", "3bd15f50-c69f-11e5-ae3c-0242ad110002"),
        ("ANGUS_ACCESS_TOKEN", "dummy"),
    ];
    let console = ApiServer::start([ok(&json!({"token": jwt()}))]).await.unwrap();
    let mut setup = setup(vec![busy(503), ok(&page)], &variables, "ANGUS_URL").await;
    let address = console.address().to_owned();
    setup.variables.push(("ANGUS_CONSOLE_URL".into(), address));
    setup.servers.push(console);
    setup
}

/// A token like those of the console; nobody checks it here.
fn jwt() -> String {
    let encode = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    let claims = encode(r#"{"orig_iat": 1793000000, "exp": 4102444800}"#);
    format!(
        "{}.{claims}.{}",
        encode(r#"{"alg": "HS256"}"#),
        encode("signature")
    )
}

/// The token of a channel on this server.
fn access_token(server: &ApiServer, id: i64) -> String {
    let port = server.address().rsplit(':').next().unwrap();
    base64::engine::general_purpose::STANDARD.encode(format!(
        r#"{{"camid": {id}, "token": "share.dummy", "access": "all", "api": "127.0.0.1", "api_p": {port}}}"#
    ))
}

async fn live_channel(_: &Path) -> Setup {
    let live = json!({"rtmp": "rtmp://a.example/x", "hls": "https://a.example/x.m3u8"});
    let camera = ApiServer::start([busy(503), ok(&live)]).await.unwrap();
    let token = access_token(&camera, 8);
    let list =
        |id: i64, next: Value| ok(&json!({"meta": {"next": next}, "objects": [{"id": id, "name": "Yard"}]}));
    let answers = vec![
        list(6, json!("/api/v3/channels/?limit=100&offset=1")),
        list(7, Value::Null),
        created(&json!({"id": 8, "name": "Front door", "access_tokens": {"all": token}})),
    ];
    let variables = [("VXG_LICENSE_KEY", "v3.key"), ("VXG_SOURCE", "rtsp://10.0.0.9/1")];
    let mut setup = setup(answers, &variables, "VXG_HOST").await;
    setup.servers.push(camera);
    setup
}

async fn import_cameras(folder: &Path) -> Setup {
    // The channels' tokens name the server, whose port is known at run time.
    let server = ApiServer::start([]).await.unwrap();
    let mut cameras = String::new();
    for id in 0..50 {
        let camera = format!("Camera {id},rtsp://10.0.0.{id}/1,admin,dummy\n");
        cameras.push_str(&camera);
        if id % 20 == 7 {
            server.add(busy(429));
        }
        let token = access_token(&server, id);
        server.add(created(&json!({"id": id, "access_tokens": {"all": token}})));
        if id % 20 == 9 {
            server.add(busy(503));
        }
        server.add(ok(&json!({"rec_mode": "by_event"})));
        server.add(ok(&json!({"name": "motion", "record": true})));
    }
    let group = r#"{"token": "share.group", "access": "all", "api": "elsewhere.example"}"#;
    let group = base64::engine::general_purpose::STANDARD.encode(group);
    server.add(created(&json!({"id": 1, "name": "ada", "token": group})));
    for start in [0, 20, 40] {
        let channels: Vec<Value> = (start..50.min(start + 20))
            .map(|id| json!({"id": id, "name": format!("Camera {id}")}))
            .collect();
        let next = format!("/api/v5/channels/?limit=20&offset={}", start + 20);
        let next = if start < 40 { json!(next) } else { Value::Null };
        server.add(ok(&json!({"meta": {"next": next}, "objects": channels})));
    }
    fs::write(folder.join("cameras.csv"), cameras).unwrap();
    let user = json!({"id": 5, "suid": "ada", "license_key": {"value": "v3.new"}});
    let admin = ApiServer::start([created(&user)]).await.unwrap();
    let tls = Tls::before(&admin).await;
    let files = tls.variables().into_iter();
    let files = files.map(|(name, path)| (name, path.display().to_string()));
    let hosts = [
        ("VXG_HOST".to_owned(), server.address().to_owned()),
        ("VXG_ADMIN_HOST".to_owned(), format!("127.0.0.1:{}", tls.port)),
    ];
    let file = folder.join("cameras.csv").display().to_string();
    Setup {
        variables: files.chain(hosts).collect(),
        servers: vec![admin, server],
        arguments: vec!["ada".into(), "acme".into(), file],
        _tls: Some(tls),
    }
}
