//! Command lines that replace the vendor's script: each sends what the script sends.

#![allow(missing_docs, clippy::unwrap_used)]

#[path = "../../../tests/src/scripts.rs"]
mod scripts;
#[allow(dead_code)]
#[path = "../../../tests/src/server.rs"]
mod server;

use server::{ApiServer, CannedResponse};
use std::fs;
use std::process::Command;

/// What each switch sends, below the address of the site.
const SWITCHES: [(&str, &[&str]); 33] = [
    ("SigSci.py", &["GET /requests?limit=100&q=from:-1h%20tag:SQLI"]),
    (
        "--feed",
        &["GET /feed/requests?from=1767225600&tags=SQLI,XSS&until=1767229200"],
    ),
    ("--agents", &["GET /agents"]),
    (
        "--timeseries",
        &["GET /timeseries/requests?from=1767225600&rollup=60&tag=SQLI&until=1767229200"],
    ),
    (
        "--list-events",
        &["GET /events?from=1767225600&limit=100&until=1767229200"],
    ),
    ("--event-by-id", &["GET /events/E"]),
    ("--custom-alerts", &["GET /alerts?limit=100"]),
    ("--custom-alerts-add", &[r#"POST /alerts {"longName":"many"}"#]),
    ("--custom-alerts-delete", &["DELETE /alerts/A"]),
    ("--whitelist-parameters", &["GET /paramwhitelist?limit=100"]),
    (
        "--whitelist-parameters-add",
        &[r#"POST /paramwhitelist {"name":"q","note":"safe","type":"SQLI"}"#],
    ),
    ("--whitelist-parameters-delete", &["DELETE /paramwhitelist/P"]),
    ("--whitelist-paths", &["GET /pathwhitelist?limit=100"]),
    (
        "--whitelist-paths-add",
        &[r#"POST /pathwhitelist {"note":"safe","path":"/health"}"#],
    ),
    ("--whitelist-paths-delete", &["DELETE /pathwhitelist/P"]),
    ("--whitelist", &["GET /whitelist?limit=100"]),
    (
        "--whitelist-add",
        &[
            "GET /whitelist?limit=1000",
            r#"POST /whitelist {"note":"office","source":"192.0.2.7"}"#,
        ],
    ),
    ("--whitelist-delete", &["DELETE /whitelist/I"]),
    ("--blacklist", &["GET /blacklist?limit=100"]),
    (
        "--blacklist-add",
        &[
            "GET /blacklist?limit=1000",
            r#"POST /blacklist {"note":"scanner","source":"192.0.2.7"}"#,
        ],
    ),
    ("--blacklist-delete", &["DELETE /blacklist/I"]),
    ("--request-rules", &["GET /requestRules?limit=100"]),
    ("--request-rules-add", &[r#"POST /requestRules {"reason":"bad"}"#]),
    ("--request-rules-delete", &["DELETE /requestRules/R"]),
    ("--signal-rules", &["GET /signalRules?limit=100"]),
    ("--signal-rules-add", &[r#"POST /signalRules {"reason":"bad"}"#]),
    ("--signal-rules-delete", &["DELETE /signalRules/R"]),
    ("--redactions", &["GET /redactions?limit=100"]),
    (
        "--redactions-add",
        &[r#"POST /redactions {"field":"pin","redactionType":0}"#],
    ),
    ("--redactions-delete", &["DELETE /redactions/R"]),
    ("--integrations", &["GET /integrations?limit=100"]),
    ("--headerlinks", &["GET /headerLinks?limit=100"]),
    ("--health", &["GET /health"]),
];

#[tokio::test(flavor = "multi_thread")]
async fn test_command_lines_send_what_the_script_sends() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("alert.json"), r#"{"longName": "many"}"#).unwrap();
    fs::write(folder.path().join("rule.json"), r#"{"reason": "bad"}"#).unwrap();
    let lines = scripts::lines("sigsci").unwrap();
    assert_eq!(lines.len(), SWITCHES.len());
    for (switch, sends) in SWITCHES {
        let script = match switch {
            "SigSci.py" => switch.to_owned(),
            switch => format!("SigSci.py {switch}"),
        };
        let answers = [r#"{"data": []}"#, r#"{"id": "1"}"#].map(|body| CannedResponse::json(200, body));
        let server = ApiServer::start(answers).await.unwrap();
        for line in &lines[&script] {
            let output = Command::new(env!("CARGO_BIN_EXE_sigsci"))
                .args(line)
                .current_dir(folder.path())
                .env_clear()
                .env("SIGSCI_CONFIG", "/nonexistent/config.toml")
                .env("SIGSCI_EMAIL", "somebody@example.com")
                .env("SIGSCI_TOKEN", "token")
                .env("SIGSCI_CORP", "acme")
                .env("SIGSCI_SITE", "www")
                .env("SIGSCI_BASE_URL", server.address())
                .output()
                .unwrap();
            assert!(output.status.success(), "{line:?} {output:?}");
        }
        let received = server.received().into_iter();
        let sent: Vec<String> = received
            .map(|asked| scripts::sent(&asked.method, &asked.target, &asked.text()))
            .map(|sent| {
                sent.replacen("/corps/acme/sites/www", "", 1)
                    .replacen("/corps/acme", "", 1)
            })
            .map(|sent| sent.replace("%3A", ":").replace("%2C", ","))
            .collect();
        assert_eq!(sent, sends, "{script}");
    }
}
