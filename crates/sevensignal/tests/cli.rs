//! The program `sevensignal` as used from a shell, against a server of this test.

#![allow(missing_docs, clippy::unwrap_used)]

#[path = "../../../tests/src/programs.rs"]
mod programs;
#[allow(dead_code)]
#[path = "../../../tests/src/server.rs"]
mod server;

use server::{ApiServer, CannedResponse};
use std::fs;
use std::process::{Command, Output};

const SECRET: &str = "c4nary-s3cret";
const TOKEN: &str = r#"{"access_token": "c4nary-t0ken", "token_type": "Bearer"}"#;

fn sevensignal(server: &ApiServer, arguments: &[&str]) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_sevensignal"))
        .args(arguments)
        .env_clear()
        .env("SEVENSIGNAL_CONFIG", "/nonexistent/config.toml")
        .env("SEVENSIGNAL_API_KEY", "key")
        .env("SEVENSIGNAL_API_SECRET", SECRET)
        .env("SEVENSIGNAL_BASE_URL", server.address())
        .env("TZ", "UTC")
        .output()
        .unwrap();
    let shown = format!("{output:?}");
    assert!(!shown.contains(SECRET) && !shown.contains("c4nary"), "{shown}");
    output
}

fn text(output: &Output) -> String {
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{err}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

async fn server(answers: impl IntoIterator<Item = CannedResponse>) -> ApiServer {
    let token = CannedResponse::json(200, TOKEN);
    ApiServer::start(std::iter::once(token).chain(answers))
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn test_operations_take_tokens_of_the_key() {
    let page = |id: &str, page: u8| {
        let page = format!(
            r#"{{"results": [{{"id": "{id}", "name": "sensor", "new": 1}}],
            "pagination": {{"page": {page}, "pages": 2, "perPage": 1, "total": 2}}}}"#
        );
        CannedResponse::json(200, &page)
    };
    let server = server([page("1", 1), page("2", 2)]).await;
    let arguments = ["eyes", "eyes-agents", "--all", "--columns", "id,new"];
    let out = text(&sevensignal(
        &server,
        &[&arguments[..], &["--output", "csv"]].concat(),
    ));
    assert_eq!(out, "id,new\n1,1\n2,1\n");
    let asked = server.received();
    assert_eq!(asked[1].header("authorization"), Some("Bearer c4nary-t0ken"));
}

#[tokio::test(flavor = "multi_thread")]
async fn test_errors_as_json_do_not_repeat_the_token() {
    let refused = CannedResponse::json(403, r#"{"message": "c4nary-t0ken may not", "status": 403}"#);
    let server = server([refused]).await;
    let output = sevensignal(&server, &["eyes", "eyes-summary", "--errors", "json"]);
    assert_eq!(output.status.code(), Some(3));
    let error: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(
        error["error"]["body"],
        serde_json::json!({"message": "[masked] may not", "status": 403})
    );
}

const FIRST: &str = "0b4d9a63-54a1-4a0c-a1f7-3a5e6e3c1f11";
const SECOND: &str = "0b4d9a63-54a1-4a0c-a1f7-3a5e6e3c1f22";
const THIRD: &str = "0b4d9a63-54a1-4a0c-a1f7-3a5e6e3c1f33";

#[tokio::test(flavor = "multi_thread")]
async fn test_incidents_of_a_long_period_are_asked_for_in_parts() {
    let incidents = |ids: &[&str]| {
        let incidents = ids.iter().map(|id| {
            format!(
                r#"{{"id": "{id}", "location": "Hall, north", "thresholds": {{"criticalThreshold": 5}}, "new": 1}}"#
            )
        });
        let incidents: Vec<String> = incidents.collect();
        CannedResponse::json(200, &format!(r#"{{"results": [{}]}}"#, incidents.join(",")))
    };
    // A value that spans two parts.
    let server = server([incidents(&[FIRST, SECOND]), incidents(&[SECOND, THIRD])]).await;
    let period = ["--from", "2026-01-01", "--to", "2026-02-10"];
    let columns = ["--columns", "id,location,thresholds.criticalThreshold,new"];
    let out = text(&sevensignal(
        &server,
        &[&["report", "incidents"], &period[..], &columns[..]].concat(),
    ));
    let row = |id: &str| format!("{id},\"Hall, north\",5,1\n");
    assert_eq!(
        out,
        format!(
            "id,location,thresholds.criticalThreshold,new\n{}{}{}",
            row(FIRST),
            row(SECOND),
            row(THIRD)
        )
    );
    let asked: Vec<String> = server.received().into_iter().map(|asked| asked.target).collect();
    let (begin, middle, end) = (
        1_767_225_600_000_i64,
        1_769_817_600_000_i64,
        1_770_681_600_000_i64,
    );
    assert!(asked[1].contains(&format!("from={begin}")) && asked[1].contains(&format!("to={middle}")));
    assert!(asked[2].contains(&format!("from={middle}")) && asked[2].contains(&format!("to={end}")));
    assert_eq!(asked.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn test_kpis_of_agents_have_a_row_for_each_type() {
    let kpis = r#"{"results": [{"location": "l-1", "locationName": "Hall", "clientCount": 4, "types": [
        {"id": "ROAMING", "goodSum": 7, "warningSum": 2, "criticalSum": 1}, {"id": "COVERAGE", "goodSum": 9}]}]}"#;
    let server = server([CannedResponse::json(200, kpis)]).await;
    let period = ["--from", "2026-01-01T00:00:00Z", "--to", "2026-01-02T00:00:00Z"];
    let out = text(&sevensignal(
        &server,
        &[&["report", "kpis", "--by", "location"], &period[..]].concat(),
    ));
    assert_eq!(
        out,
        "location,locationName,clientCount,type,criticalSum,warningSum,goodSum\n\
         l-1,Hall,4,ROAMING,1,2,7\n\
         l-1,Hall,4,COVERAGE,,,9\n"
    );
    let asked = server.received();
    assert_eq!(
        asked[1].target,
        "/kpis/agents/locations?from=1767225600000&to=1767312000000"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn test_kpis_of_sensors_have_a_row_for_each_measurement() {
    let kpis = r#"{"results": [{"kpiCode": "HC005", "name": "Health", "units": "%",
        "measurements24GHz": [{"kpiValue": 97.5, "status": "GREEN"}],
        "measurements5GHz": [{"kpiValue": 50, "status": "RED"}]}]}"#;
    let server = server([CannedResponse::json(200, kpis)]).await;
    let arguments = ["report", "kpis", "--sensors", "HC005,HC006", "--output", "ndjson"];
    let out = text(&sevensignal(&server, &arguments));
    assert_eq!(
        out,
        "{\"kpiCode\":\"HC005\",\"name\":\"Health\",\"band\":\"2.4\",\"kpiValue\":97.5,\"status\":\"GREEN\",\
         \"units\":\"%\"}\n\
         {\"kpiCode\":\"HC005\",\"name\":\"Health\",\"band\":\"5\",\"kpiValue\":50,\"status\":\"RED\",\
         \"units\":\"%\"}\n"
    );
    let asked = &server.received()[1].target;
    assert!(
        asked.starts_with("/kpis/sensors/organizations?kpiCodes=HC005") && asked.contains("HC006"),
        "{asked}"
    );
}

fn agents(agents: &[(&str, &str, bool)], page: u8, pages: u8) -> CannedResponse {
    let agents = agents.iter().enumerate().map(|(index, (id, name, is_licensed))| {
        let seen = 1_767_225_600_000_i64 + 1000 * i64::try_from(index).unwrap();
        format!(r#"{{"id": "{id}", "name": "{name}", "isLicensed": {is_licensed}, "lastSeen": {seen}}}"#)
    });
    let agents: Vec<String> = agents.collect();
    let page = format!(
        r#"{{"results": [{}], "pagination": {{"page": {page}, "pages": {pages}, "perPage": 2, "total": 3}}}}"#,
        agents.join(",")
    );
    CannedResponse::json(200, &page)
}

#[tokio::test(flavor = "multi_thread")]
async fn test_agents_of_a_period_are_those_seen_in_it() {
    let server = server([
        agents(&[(FIRST, "one", true), (SECOND, "two", false)], 1, 2),
        agents(&[(THIRD, "three", true)], 2, 2),
    ])
    .await;
    let arguments = ["report", "agents", "--from", "2026-01-01T00:00:01Z"];
    let columns = ["--columns", "name,lastSeen"];
    let out = text(&sevensignal(&server, &[&arguments[..], &columns[..]].concat()));
    assert_eq!(out, "name,lastSeen\ntwo,2026-01-01T00:00:01Z\n");
    assert_eq!(server.received().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn test_captures_are_started_waited_for_and_saved() {
    let status =
        |status: &str| CannedResponse::json(200, &format!(r#"{{"testId": "t/1", "runStatus": "{status}"}}"#));
    let server = server([
        CannedResponse::json(200, r#"{"results": [{"commonId": 11, "commonName": "Lobby"}]}"#),
        CannedResponse::json(200, r#"{"testId": "t/1", "status": "STARTED"}"#),
        status("COMPLETE"),
        CannedResponse::new(200, "application/vnd.tcpdump.pcap", "\u{1}packets"),
    ])
    .await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lobby.pcap");
    let arguments = ["capture", "Lobby", "--channel", "36", "--seconds", "30", "-o"];
    let output = sevensignal(&server, &[&arguments[..], &[file.to_str().unwrap()]].concat());
    assert_eq!(text(&output), "");
    assert_eq!(fs::read(&file).unwrap(), b"\x01packets");
    let asked = server.received();
    let targets: Vec<&str> = asked[1..].iter().map(|asked| asked.target.as_str()).collect();
    assert_eq!(
        targets,
        [
            "/eyes/sensors",
            "/on-demand-tests/sensors/11/packet-capture",
            "/on-demand-tests/sensors/11/packet-capture/t%2F1",
            "/on-demand-tests/sensors/11/packet-capture/t%2F1/download",
        ]
    );
    assert_eq!(
        asked[2].text(),
        r#"{"mode":"CHANNEL","captureTimeSeconds":30,"band":5,"channel":36}"#
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn test_captures_that_fail_leave_no_file() {
    let failed = r#"{"testId": "7", "runStatus": "COMPLETE", "captureStatus": "CHANNEL_SET_ERROR",
        "errorMessage": "no such channel"}"#;
    let server = server([
        CannedResponse::json(200, r#"{"testId": "7"}"#),
        CannedResponse::json(200, failed),
    ])
    .await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.pcap");
    let output = sevensignal(
        &server,
        &["capture", "11", "--channel", "233", "-o", file.to_str().unwrap()],
    );
    assert_eq!(output.status.code(), Some(6));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "sevensignal: the sensor failed to capture: no such channel\n"
    );
    assert!(!file.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn test_agents_of_a_file_are_licensed_and_named() {
    let server = server([
        agents(&[(FIRST, "WINPC-1", false), (SECOND, "twin", true)], 1, 2),
        agents(&[(THIRD, "Twin", true)], 2, 2),
        CannedResponse::json(200, "{}"),
        CannedResponse::json(403, r#"{"message": "not yours"}"#),
    ])
    .await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("agents.csv");
    let rows = format!(
        "Hostname,id,nickname,licensed\nwinpc-1,,Reception,yes\ntwin,,x,\nnobody,,x,\n,{THIRD},,no\n\
         twin,{SECOND},,yes\na,b\n,,,maybe\n"
    );
    fs::write(&file, rows).unwrap();
    let file = file.to_str().unwrap();
    let arguments = ["agents", "import", file, "--at-once", "1"];
    let output = sevensignal(
        &server,
        &[&arguments[..], &["--columns", "line,result,error"]].concat(),
    );
    let host = server.address().trim_start_matches("http://");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout).replace(host, "HOST"),
        "line,result,error\n\
         2,\"licensed, renamed\",\n\
         3,failed,several agents have this host name; name one in a column `id`\n\
         4,failed,there is no agent with this host name\n\
         5,failed,\"update_eyes_agent: 403 Forbidden from PATCH HOST/eyes/agents/{agentId}: \"\"not yours\"\"\"\n\
         6,unchanged,\n\
         7,failed,\"the row has 2 cells, and the header has 4\"\n\
         8,failed,`hostname` is missing\n"
    );
    // The status is that of the first item that failed.
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "sevensignal: 5 of 7 rows failed\n"
    );
    let asked = server.received();
    assert_eq!(
        asked[3..]
            .iter()
            .map(|asked| (asked.method.as_str(), asked.target.clone(), asked.text()))
            .collect::<Vec<_>>(),
        [
            (
                "PATCH",
                format!("/eyes/agents/{FIRST}"),
                r#"{"isLicensed":true,"nickname":"Reception"}"#.to_owned()
            ),
            (
                "PATCH",
                format!("/eyes/agents/{THIRD}"),
                r#"{"isLicensed":false}"#.to_owned()
            ),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn test_files_of_host_names_alone_can_be_licensed() {
    let server = server([
        agents(&[(FIRST, "a", false), (SECOND, "b", true)], 1, 1),
        CannedResponse::json(200, "{}"),
    ])
    .await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("agents.csv");
    fs::write(&file, "\u{feff}hostname\nA\nB\n\n").unwrap();
    let out = text(&sevensignal(
        &server,
        &[
            "agents",
            "import",
            file.to_str().unwrap(),
            "--license",
            "--query",
            ".result",
            "--output",
            "raw",
        ],
    ));
    assert_eq!(out, "licensed\nunchanged\n");
    assert_eq!(server.received()[2].text(), r#"{"isLicensed":true}"#);
}

#[test]
fn test_examples_of_the_help_are_commands() {
    let wrong = programs::wrong_examples(
        env!("CARGO_BIN_EXE_sevensignal"),
        sevensignal::cli::PROGRAM.examples,
    );
    assert_eq!(wrong.unwrap(), Vec::<String>::new());
}

#[test]
fn test_jobs_have_examples_that_are_commands() {
    let jobs = [
        "report incidents",
        "report kpis",
        "report agents",
        "capture",
        "agents import",
    ];
    let wrong = programs::wrong_jobs(env!("CARGO_BIN_EXE_sevensignal"), &jobs);
    assert_eq!(wrong.unwrap(), Vec::<String>::new());
}

#[test]
fn test_example_of_every_operation_makes_its_request() {
    let wrong = programs::wrong_calls(env!("CARGO_BIN_EXE_sevensignal"), env!("CARGO_TARGET_TMPDIR"));
    assert_eq!(wrong.unwrap(), Vec::<String>::new());
}
