//! The program `vxg` as used from a shell, against a server of this test.

#![allow(missing_docs, clippy::unwrap_used)]

#[path = "support/program.rs"]
mod program;
#[path = "../../../tests/src/programs.rs"]
mod programs;
#[allow(dead_code)]
#[path = "../../../tests/src/server.rs"]
mod server;

use program::{KEY, command, vxg};
use server::{ApiServer, CannedResponse};

#[tokio::test(flavor = "multi_thread")]
async fn test_apis_stand_below_the_address_of_the_server() {
    let page = r#"{"meta": {"next": null}, "objects": [{"id": 7, "name": "door"}]}"#;
    let server = ApiServer::start([CannedResponse::json(200, page), CannedResponse::json(200, page)])
        .await
        .unwrap();
    let arguments = ["channels", "list", "--all", "--query", ".name", "--output", "raw"];
    for arguments in [arguments.to_vec(), [&["v3"], &arguments[..]].concat()] {
        let output = vxg(&server, &arguments);
        assert!(output.status.success(), "{output:?}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "door\n");
    }
    let asked = server.received();
    assert_eq!(asked[0].header("authorization"), Some(&*format!("LKey {KEY}")));
    assert!(asked.iter().all(|asked| asked.target == "/api/v3/channels/"));
}

#[tokio::test(flavor = "multi_thread")]
async fn test_credentials_that_are_missing_are_named() {
    let server = ApiServer::start([]).await.unwrap();
    let output = vxg(&server, &["v4", "clips", "list"]);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("VXG_ACCESS_TOKEN") && server.received().is_empty(),
        "{said}"
    );
}

#[test]
fn test_requests_without_credentials_show_the_whole_address() {
    let shown = |arguments: &[&str], variables: &[(&str, &str)]| {
        let output = command(arguments)
            .arg("--dry-run")
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.lines().next().unwrap().to_owned()
    };
    let base = ("VXG_BASE_URL", "https://vms.example.com");
    assert_eq!(
        shown(&["channels", "list"], &[base]),
        "GET https://vms.example.com/api/v3/channels/"
    );
    assert_eq!(
        shown(&["admin", "users", "list"], &[("VXG_SERVER", "vms.example.com")]),
        "GET https://vms.example.com:9000/api/v2/admin/users/"
    );
    assert_eq!(
        shown(&["v4", "clips", "list"], &[]),
        "GET https://web.vxgdemo.vxgdemo.cloud-vms.com/api/v4/clips/"
    );
}

#[test]
fn test_examples_of_the_help_are_commands() {
    let wrong = programs::wrong_examples(env!("CARGO_BIN_EXE_vxg"), vxg::cli::PROGRAM.examples);
    assert_eq!(wrong.unwrap(), Vec::<String>::new());
}

#[test]
fn test_jobs_have_examples_that_are_commands() {
    let jobs = ["import", "clip", "live", "admin user create"];
    let wrong = programs::wrong_jobs(env!("CARGO_BIN_EXE_vxg"), &jobs);
    assert_eq!(wrong.unwrap(), Vec::<String>::new());
}

#[test]
fn test_example_of_every_operation_makes_its_request() {
    let wrong = programs::wrong_calls(env!("CARGO_BIN_EXE_vxg"), env!("CARGO_TARGET_TMPDIR"));
    assert_eq!(wrong.unwrap(), Vec::<String>::new());
}
