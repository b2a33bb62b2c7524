//! The examples, run as programs against a server of this test.

#![allow(missing_docs, clippy::unwrap_used)]

#[allow(dead_code)]
#[path = "../../../tests/src/server.rs"]
mod server;

use server::{ApiServer, CannedResponse, ReceivedRequest};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The path of the example's program, which cargo builds beside the folder of the tests.
fn program(name: &str) -> PathBuf {
    let tests: PathBuf = std::env::current_exe().unwrap().parent().unwrap().into();
    let program = tests.parent().unwrap().join("examples").join(name);
    assert!(
        program.exists(),
        "the example {name} is not built; `cargo test` without `--test` builds it"
    );
    program
}

/// A program that finds the token in its environment.
fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env("SIGSCI_EMAIL", "ada@example.com")
        .env("SIGSCI_TOKEN", "token");
    command
}

fn example(name: &str) -> Command {
    command(&program(name))
}

async fn run(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap()
}

fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[tokio::test]
async fn test_corps_are_listed() {
    let corps = r#"{"data": [{"name": "acme", "displayName": "Acme Ltd", "authType": "of_tomorrow"}, {"name": "b"}]}"#;
    let server = ApiServer::start([CannedResponse::json(200, corps)])
        .await
        .unwrap();
    let mut command = example("corps");
    command.env("SIGSCI_URL", format!("{}/api/v0", server.address()));
    let output = run(command).await;
    assert!(output.status.success(), "{}", errors(&output));
    assert_eq!(output.stdout, b"acme (Acme Ltd)\nb (no name)\n");
}

#[tokio::test]
async fn test_token_is_found_under_the_name_of_the_python_clients() {
    let server = ApiServer::start([CannedResponse::json(200, r#"{"data": []}"#)])
        .await
        .unwrap();
    let mut command = example("corps");
    command
        .env("SIGSCI_URL", format!("{}/api/v0", server.address()))
        .env_remove("SIGSCI_TOKEN")
        .env("SIGSCI_API_TOKEN", "another");
    let output = run(command).await;
    assert!(output.status.success(), "{}", errors(&output));
    assert_eq!(server.received()[0].header("x-api-token"), Some("another"));
}

#[tokio::test]
async fn test_corps_without_a_token_names_the_variable() {
    let mut command = example("corps");
    command.env("SIGSCI_TOKEN", "");
    let output = run(command).await;
    let errors = errors(&output);
    assert!(
        !output.status.success() && errors.contains("SIGSCI_TOKEN is empty"),
        "{errors}"
    );
    assert!(!errors.contains("ada@example.com"), "{errors}");
}

const FROM: i64 = 1_714_521_600; // 2024-05-01T00:00:00Z

/// A page with requests of these ids, and the cursor of the next page.
fn page(ids: &[&str], cursor: &str) -> CannedResponse {
    let data: Vec<String> = ids
        .iter()
        .map(|id| {
            format!(r#"{{"id": "{id}", "tags": [{{"type": "XSS"}}], "timestamp": "2024-05-01T00:00:01Z"}}"#)
        })
        .collect();
    let uri = if cursor.is_empty() {
        String::new()
    } else {
        format!("/api/v0/corps/acme/sites/shop/feed/requests?limit=1000&next={cursor}")
    };
    CannedResponse::json(
        200,
        &format!(r#"{{"next": {{"uri": "{uri}"}}, "data": [{}]}}"#, data.join(",")),
    )
}

/// Runs the example for a period of this many minutes, against these responses.
async fn feed(
    file: &Path,
    minutes: i64,
    answers: impl IntoIterator<Item = CannedResponse>,
) -> (Output, Vec<ReceivedRequest>) {
    feed_by(example("request_feed"), file, minutes, answers).await
}

/// The same with this command.
async fn feed_by(
    mut command: Command,
    file: &Path,
    minutes: i64,
    answers: impl IntoIterator<Item = CannedResponse>,
) -> (Output, Vec<ReceivedRequest>) {
    let server = ApiServer::start(answers).await.unwrap();
    let until = format!("2024-05-01T00:{minutes:02}:00Z");
    command
        .args(["acme", "shop", "2024-05-01T00:00:00+00:00", until.as_str()])
        .arg(file);
    command.env("SIGSCI_URL", format!("{}/api/v0", server.address()));
    let output = run(command).await;
    (output, server.received())
}

fn ids(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap();
    text.lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["id"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect()
}

fn targets(received: &[ReceivedRequest]) -> Vec<String> {
    received
        .iter()
        .map(|request| {
            let query = request
                .target
                .strip_prefix("/api/v0/corps/acme/sites/shop/feed/requests?")
                .unwrap();
            format!("{} {query} {}", request.method, request.text())
        })
        .collect()
}

#[tokio::test]
async fn test_feed_is_written_by_windows_and_pages() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("feed.ndjson");
    let long = "x".repeat(1500);
    let pages = [
        page(&["a", "b"], "c1%2B"),
        page(&["c"], &long),
        page(&["d"], ""),
        // The request in the minute between two windows is in both.
        page(&["d", "e"], ""),
    ];
    let (output, received) = feed(&file, 15, pages).await;
    assert!(output.status.success(), "{}", errors(&output));
    assert_eq!(ids(&file), ["a", "b", "c", "d", "e"]);
    assert_eq!(
        targets(&received),
        [
            format!("GET from={FROM}&until={}&limit=1000 ", FROM + 600),
            "GET limit=1000&next=c1%2B ".to_owned(),
            format!("POST limit=1000 next={long}"),
            format!("GET from={}&until={}&limit=1000 ", FROM + 600, FROM + 900),
        ]
    );
    // Everything is there, so nothing is requested again.
    let (output, received) = feed(&file, 15, []).await;
    assert!(
        output.status.success() && received.is_empty(),
        "{}",
        errors(&output)
    );
}

#[tokio::test]
async fn test_feed_goes_on_after_an_interruption_without_gap_or_duplicate() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("feed.ndjson");
    let failed = || CannedResponse::json(400, r#"{"message": "the link has expired"}"#);
    // The second window breaks off after one page, three times.
    let mut answers = vec![page(&["a", "b"], "")];
    for _ in 0..3 {
        answers.extend([page(&["b", "c", "d"], "next"), failed()]);
    }
    let (output, received) = feed(&file, 30, answers).await;
    assert!(
        !output.status.success() && received.len() == 7,
        "{}",
        errors(&output)
    );
    assert_eq!(ids(&file), ["a", "b", "c", "d"]);
    // The program was killed while it wrote a line.
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{text}{{\"id\": \"e\", \"ta")).unwrap();

    let answers = [
        page(&["d", "b", "c"], "next"),
        page(&["e"], ""),
        page(&["e", "c", "f"], ""),
    ];
    let (output, received) = feed(&file, 30, answers).await;
    assert!(output.status.success(), "{}", errors(&output));
    assert_eq!(ids(&file), ["a", "b", "c", "d", "e", "f"]);
    assert!(targets(&received)[0].contains(&format!("from={}&", FROM + 600)));
    assert_eq!(received.len(), 3);

    // The period may be extended later, but must not start elsewhere.
    let (output, received) = feed(&file, 40, [page(&["f", "g"], "")]).await;
    assert!(
        output.status.success() && received.len() == 1,
        "{}",
        errors(&output)
    );
    assert_eq!(ids(&file).last().unwrap(), "g");
}

#[tokio::test]
async fn test_feed_goes_on_after_an_interruption_within_a_character() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("feed.ndjson");
    let (output, _) = feed(&file, 20, [page(&["a"], ""), CannedResponse::json(400, "{}")]).await;
    assert!(!output.status.success());
    let mut bytes = fs::read(&file).unwrap();
    bytes.extend(r#"{"id": "b", "path": "/caf"#.as_bytes());
    bytes.push("\u{e9}".as_bytes()[0]);
    fs::write(&file, bytes).unwrap();
    let (output, _) = feed(&file, 20, [page(&["b"], "")]).await;
    assert!(output.status.success(), "{}", errors(&output));
    assert_eq!(ids(&file), ["a", "b"]);
}

#[cfg(unix)]
#[tokio::test]
async fn test_feed_on_a_full_disk_leaves_no_half_line_and_goes_on_later() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("feed.ndjson");
    // The window's last line does not fit into a file of one block.
    let long = "b".repeat(2000);
    let mut full = command("sh".as_ref());
    full.args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\""]);
    full.arg(program("request_feed"));
    let (output, received) = feed_by(full, &file, 10, (0..3).map(|_| page(&["a", &long], ""))).await;
    assert!(!output.status.success() && received.len() == 3);
    assert_eq!(ids(&file), ["a"]);
    let (output, _) = feed(&file, 10, [page(&["a", &long], "")]).await;
    assert!(output.status.success(), "{}", errors(&output));
    assert_eq!(ids(&file), ["a", &long]);
}

#[tokio::test]
async fn test_feed_into_a_file_that_was_taken_away_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("feed.ndjson");
    let (output, _) = feed(&file, 20, [page(&["a"], ""), page(&["b"], "")]).await;
    assert!(output.status.success(), "{}", errors(&output));
    fs::write(&file, "").unwrap();
    let (output, received) = feed(&file, 30, []).await;
    assert!(!output.status.success() && received.is_empty());
    assert!(
        errors(&output).contains("shorter than it was"),
        "{}",
        errors(&output)
    );
    assert_eq!(fs::read(&file).unwrap(), b"");
}

#[tokio::test]
async fn test_feed_of_another_period_is_not_mixed_in() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("feed.ndjson");
    fs::write(
        folder.path().join("feed.ndjson.state"),
        r#"{"from": 60, "next": 120, "place": 0}"#,
    )
    .unwrap();
    let (output, received) = feed(&file, 15, []).await;
    assert!(!output.status.success() && received.is_empty());
    assert!(
        errors(&output).contains("began at another time"),
        "{}",
        errors(&output)
    );
}

#[tokio::test]
async fn test_feed_that_goes_in_circles_ends() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("feed.ndjson");
    let answers = (0..30).map(|_| page(&["a"], "again"));
    let (output, received) = feed(&file, 10, answers).await;
    assert!(
        !output.status.success() && errors(&output).contains("in circles"),
        "{}",
        errors(&output)
    );
    assert_eq!(received.len(), 6);
}
