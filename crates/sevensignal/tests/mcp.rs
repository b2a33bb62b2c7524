//! The tools for agents, called through the real program by the official MCP client.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

#[allow(dead_code)]
#[path = "../../../tests/src/server.rs"]
mod server;

use rmcp::model::{CallToolRequestParams, CallToolResult};
use rmcp::service::{RoleClient, RunningService, ServiceExt};
use rmcp::transport::TokioChildProcess;
use serde_json::{Value, json};
use server::{ApiServer, CannedResponse};
use tokio::process::Command;

const SECRET: &str = "c4nary-s3cret";
const TOKEN: &str = r#"{"access_token": "c4nary-t0ken", "token_type": "Bearer"}"#;

async fn server(answers: impl IntoIterator<Item = CannedResponse>) -> ApiServer {
    let token = CannedResponse::json(200, TOKEN);
    ApiServer::start(std::iter::once(token).chain(answers))
        .await
        .unwrap()
}

fn command(server: &ApiServer, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sevensignal"));
    command
        .arg("mcp")
        .args(arguments)
        .env_clear()
        .env("SEVENSIGNAL_CONFIG", "/nonexistent/config.toml")
        .env("SEVENSIGNAL_API_KEY", "key")
        .env("SEVENSIGNAL_API_SECRET", SECRET)
        .env("SEVENSIGNAL_BASE_URL", server.address());
    command
}

async fn agent(server: &ApiServer, arguments: &[&str]) -> RunningService<RoleClient, ()> {
    let program = TokioChildProcess::new(command(server, arguments)).unwrap();
    ().serve(program).await.unwrap()
}

/// Calls a tool, and returns whether it succeeded and the text parts of its result.
async fn call(
    agent: &RunningService<RoleClient, ()>,
    tool: &'static str,
    arguments: Value,
) -> (bool, Vec<String>) {
    let Value::Object(arguments) = arguments else {
        panic!("arguments are an object")
    };
    let result: CallToolResult = agent
        .call_tool(CallToolRequestParams::new(tool).with_arguments(arguments))
        .await
        .unwrap();
    let texts = result
        .content
        .iter()
        .map(|content| content.as_text().unwrap().text.clone());
    let texts: Vec<String> = texts.collect();
    let shown = texts.concat();
    assert!(!shown.contains(SECRET) && !shown.contains("c4nary"), "{shown}");
    (result.is_error != Some(true), texts)
}

fn json(texts: &[String]) -> Value {
    serde_json::from_str(&texts[0]).unwrap()
}

fn agents(names: &[&str], page: u8, pages: u8) -> CannedResponse {
    let names = names
        .iter()
        .map(|name| format!(r#"{{"name": "{name}", "new": 1}}"#));
    let names: Vec<String> = names.collect();
    let pagination = format!(r#"{{"page": {page}, "pages": {pages}, "perPage": 2, "total": 4}}"#);
    let page = format!(
        r#"{{"results": [{}], "pagination": {pagination}}}"#,
        names.join(",")
    );
    CannedResponse::json(200, &page)
}

#[tokio::test(flavor = "multi_thread")]
async fn test_agents_find_describe_and_call_operations() {
    let server = server([agents(&["a", "b"], 1, 2), agents(&["c", "d"], 2, 2)]).await;
    let agent = agent(&server, &[]).await;
    let tools = agent.list_all_tools().await.unwrap();
    let names: Vec<&str> = tools.iter().map(|tool| &*tool.name).collect();
    assert_eq!(
        names,
        [
            "search_operations",
            "describe_operation",
            "call_operation",
            "read_page"
        ]
    );
    assert!(
        tools
            .iter()
            .all(|tool| tool.annotations.as_ref().unwrap().read_only_hint == Some(true))
    );

    let (_, found) = call(
        &agent,
        "search_operations",
        json!({"query": "page agent eyes", "limit": 3}),
    )
    .await;
    let found = json(&found);
    assert_eq!(found["operations"][0]["command"], "eyes eyes-agents");
    assert!(found["found"].as_u64().unwrap() > 3);
    assert_eq!(found["operations"].as_array().unwrap().len(), 3);

    let (_, described) = call(
        &agent,
        "describe_operation",
        json!({"operation": "eyes eyes-agents"}),
    )
    .await;
    assert_eq!(json(&described)["paged"], true);

    let arguments = json!({"operation": "eyes eyes-agents", "parameters": {"perPage": 2}, "limit": 3});
    let (is_success, items) = call(&agent, "call_operation", arguments).await;
    assert!(is_success, "{items:?}");
    assert_eq!(
        json(&items),
        json!({"items": [{"name": "a", "new": 1}, {"name": "b", "new": 1}, {"name": "c", "new": 1}], "complete": false})
    );
    let asked = server.received();
    assert!(
        asked[1].target.starts_with("/eyes/agents?perPage=2"),
        "{}",
        asked[1].target
    );
    agent.cancel().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn test_what_changes_something_takes_a_flag() {
    let id = "0b4d9a63-54a1-4a0c-a1f7-3a5e6e3c1f11";
    let arguments = json!({
        "operation": "update_eyes_agent", "parameters": {"agentId": id}, "body": {"nickname": "n"},
    });
    let server = server([CannedResponse::json(200, "{}")]).await;
    let reader = agent(&server, &[]).await;
    let (is_success, texts) = call(&reader, "call_operation", arguments.clone()).await;
    assert!(!is_success && texts[0].contains("not allowed here"), "{texts:?}");
    let (_, found) = call(&reader, "search_operations", json!({"limit": 1000})).await;
    assert!(!found.concat().contains("\"PATCH\""));
    assert_eq!(server.received().len(), 0);
    reader.cancel().await.unwrap();

    let writer = agent(&server, &["--allow-writes", "--tag", "eyes"]).await;
    let (is_success, texts) = call(&writer, "call_operation", arguments).await;
    assert!(is_success, "{texts:?}");
    let received = server.received();
    assert_eq!(
        (received[1].method.as_str(), received[1].text().as_str()),
        ("PATCH", r#"{"nickname":"n"}"#)
    );
    let other = json!({"operation": "incidents agent-incidents"});
    let (is_success, texts) = call(&writer, "call_operation", other).await;
    assert!(
        !is_success && texts[0].contains("group is not allowed"),
        "{texts:?}"
    );
    writer.cancel().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn test_long_results_are_read_page_by_page() {
    let names: Vec<String> = (0..200).map(|number| format!("agent-{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let server = server([agents(&names, 1, 1)]).await;
    let agent = agent(&server, &["--longest", "1000"]).await;
    let arguments = json!({"operation": "eyes eyes-agents", "limit": 1000});
    let (_, mut texts) = call(&agent, "call_operation", arguments).await;
    let mut whole = texts.remove(0);
    while let Some(more) = texts.first() {
        let page = more.split('"').nth(3).unwrap().to_owned();
        let (is_success, next) = call(&agent, "read_page", json!({ "page": page })).await;
        assert!(is_success && next[0].len() <= 1000);
        texts = next;
        whole.push_str(&texts.remove(0));
    }
    let whole: Value = serde_json::from_str(&whole).unwrap();
    assert_eq!(whole["items"].as_array().unwrap().len(), 200);
    assert_eq!(whole["complete"], true);
    let (is_success, _) = call(&agent, "read_page", json!({"page": "99-0"})).await;
    assert!(!is_success);
    agent.cancel().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn test_secrets_are_in_no_result() {
    let keys = r#"{"results": [{"id": 1, "name": "office", "passphraseOrPsk": "hunter2-psk"}],
        "pagination": {"page": 1, "pages": 1, "perPage": 1, "total": 1}}"#;
    let echo = CannedResponse::json(403, r#"{"message": "c4nary-t0ken may not"}"#);
    let server = server([CannedResponse::json(200, keys), echo]).await;
    let agent = agent(&server, &[]).await;
    let arguments = json!({"operation": "network-keys list", "jq": ".results[] | {name, passphraseOrPsk}"});
    let (is_success, texts) = call(&agent, "call_operation", arguments).await;
    assert!(is_success, "{texts:?}");
    assert_eq!(
        json(&texts),
        json!({"name": "office", "passphraseOrPsk": "[masked]"})
    );
    let arguments = json!({"operation": "eyes eyes-agents"});
    let (is_success, texts) = call(&agent, "call_operation", arguments).await;
    assert!(!is_success);
    assert_eq!(json(&texts)["error"]["status"], 403);
    agent.cancel().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn test_arguments_that_are_wrong_say_what_is_right() {
    let server = server([]).await;
    let agent = agent(&server, &[]).await;
    for (arguments, said) in [
        (json!({"operation": "nothing"}), "search_operations"),
        (
            json!({"operation": "eyes eyes-agents", "parameters": {"perpage": 2}}),
            "perPage",
        ),
        (
            json!({"operation": "eyes eyes-agents", "parameters": {"page": "two"}}),
            "a whole number",
        ),
        (json!({"operation": "eyes eyes-agent"}), "`agentId` is missing"),
        (json!({"operation": "eyes eyes-agents", "jq": ".["}), "jq"),
        (
            json!({"operation": "eyes eyes-agents", "jq": "env"}),
            "jq knows no `env`",
        ),
        // Nothing that an agent sends is used as a file name.
        (
            json!({"operation": "eyes eyes-agents", "parameters": ["@/etc/passwd"]}),
            "an object",
        ),
    ] {
        let (is_success, texts) = call(&agent, "call_operation", arguments).await;
        assert!(!is_success && texts[0].contains(said), "{texts:?}");
    }
    assert_eq!(server.received().len(), 0);
    agent.cancel().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn test_groups_that_are_not_there_and_missing_credentials_are_told() {
    let server = server([]).await;
    let output = command(&server, &["--tag", "nothing"]).output().await.unwrap();
    assert_eq!(output.status.code(), Some(2));
    let output = command(&server, &[])
        .env_remove("SEVENSIGNAL_API_KEY")
        .output()
        .await
        .unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(3), 0));
}
