//! Command lines that replace the vendor's scripts: each sends what the script sends.

#![allow(missing_docs, clippy::unwrap_used)]

#[path = "../../../tests/src/scripts.rs"]
mod scripts;
#[allow(dead_code)]
#[path = "../../../tests/src/server.rs"]
mod server;

use server::{ApiServer, CannedResponse};
use std::fs;
use std::process::Command;

const ID: &str = "0b4d9a63-54a1-4a0c-a1f7-3a5e6e3c1f11";
const TOKEN: &str = r#"{"access_token": "t", "token_type": "Bearer"}"#;
const AGENTS: &str = r#"{"results": [{"id": "0b4d9a63-54a1-4a0c-a1f7-3a5e6e3c1f11", "name": "WINPC-1", "isLicensed": false}],
    "pagination": {"page": 1, "pages": 1, "perPage": 1, "total": 1}}"#;

/// What a script sends, and the response to it: `{}` unless given.
struct Script {
    name: &'static str,
    sends: &'static [&'static str],
    answers: &'static [&'static str],
}

const fn script(name: &'static str, sends: &'static [&'static str]) -> Script {
    Script {
        name,
        sends,
        answers: &[],
    }
}

const fn answered(
    name: &'static str,
    sends: &'static [&'static str],
    answers: &'static [&'static str],
) -> Script {
    Script { name, sends, answers }
}

const SCRIPTS: [Script; 21] = [
    script(
        "access_points/access_points_agents.py",
        &["GET /access-points/agents"],
    ),
    script(
        "access_points/flow_accesspoints_agents.py",
        &["GET /access-points/agents", "GET /access-points/agents/ID"],
    ),
    script("api_keys/flow_apikeys.py", &["GET /apikeys", "GET /apikeys/ID"]),
    script("api_keys/get_apikeys.py", &["GET /apikeys"]),
    script("authentication/fetch_eyes.py", &["GET /eyes"]),
    answered(
        "eyes/csv_licensing.py",
        &["GET /eyes/agents", r#"PATCH /eyes/agents/ID {"isLicensed":true}"#],
        &[AGENTS],
    ),
    answered(
        "eyes/csv_nickname.py",
        &[
            "GET /eyes/agents",
            r#"PATCH /eyes/agents/ID {"nickname":"Reception"}"#,
        ],
        &[AGENTS],
    ),
    script("eyes/fetch_agents.py", &["GET /eyes/agents/ID"]),
    script("eyes/fetch_sensors.py", &["GET /eyes/sensors"]),
    script("groups/fetch_groups.py", &["GET /groups"]),
    script(
        "kpi/sensors_org.py",
        &["GET /kpis/sensors/organizations?kpiCodes=HC005"],
    ),
    script("networks/network_agents.py", &["GET /networks/agents"]),
    script("organization/fetch_orgs.py", &["GET /organizations"]),
    answered(
        "packet_capture/pcap.py",
        &[
            r#"POST /on-demand-tests/sensors/11/packet-capture {"band":5,"captureTimeSeconds":10,"channel":36,"mode":"CHANNEL"}"#,
            "GET /on-demand-tests/sensors/11/packet-capture/t1",
            "GET /on-demand-tests/sensors/11/packet-capture/t1/download",
        ],
        &[
            r#"{"testId": "t1"}"#,
            r#"{"testId": "t1", "runStatus": "COMPLETE"}"#,
        ],
    ),
    script("rate_limiting/rate_limit.py", &["GET /eyes"]),
    script("roles/fetch_roles.py", &["GET /roles"]),
    answered(
        "time_series/last_monitored_devices.py",
        &[
            "GET /eyes/agents?order=desc&sortField=lastTestSeen",
            "GET /time-series/agents/numeric/deviceId?aggregateFunctions=AVG&deviceIds=ID&from=1767225600000\
             &metrics=COVERAGE&metrics=ROAMING&timeBucket=10_MIN&to=1767254400000",
        ],
        &[AGENTS],
    ),
    script(
        "time_series/numeric_agents.py",
        &[
            "GET /time-series/agents/numeric/locationId?aggregateFunctions=AVG&from=1767225600000\
           &metrics=EXPERIENCE_SCORE&timeBucket=2_HOUR&to=1767254400000",
        ],
    ),
    script(
        "topologies/topology_agents.py",
        &["GET /topologies/agents/locations"],
    ),
    script(
        "user_management/add_users_from_csv.py",
        &[
            "GET /roles",
            "GET /organizations",
            r#"POST /users {"email":"ada@example.com","firstName":"Ada","lastName":"L","organizationId":"ID","roleId":"ID"}"#,
        ],
    ),
    script("user_management/fetch_user.py", &["GET /users"]),
];

#[tokio::test(flavor = "multi_thread")]
async fn test_command_lines_send_what_the_scripts_send() {
    let folder = tempfile::tempdir().unwrap();
    let file = |rows: &str| fs::write(folder.path().join("agents.csv"), rows).unwrap();
    let lines = scripts::lines("sevensignal").unwrap();
    assert_eq!(lines.len(), SCRIPTS.len());
    for script in SCRIPTS {
        file(match script.name {
            "eyes/csv_licensing.py" => "hostname\nWinPC-1\n",
            _ => "hostname,nickname\nwinpc-1,Reception\n",
        });
        let server = ApiServer::start([]).await.unwrap();
        let mut answers = script.answers.iter().copied();
        let mut sent = Vec::new();
        for line in &lines[script.name] {
            // Each command line logs in, and then sends the remaining changes.
            server.add(CannedResponse::json(200, TOKEN));
            let is_alone = lines[script.name].len() == 1;
            let count = if is_alone { script.sends.len() } else { 1 };
            for _ in 0..count {
                server.add(CannedResponse::json(200, answers.next().unwrap_or("{}")));
            }
            let words = line.iter().map(|word| match word.as_str() {
                "ID" => ID,
                "SENSOR" => "11",
                word => word,
            });
            let output = Command::new(env!("CARGO_BIN_EXE_sevensignal"))
                .args(words)
                .current_dir(folder.path())
                .env_clear()
                .env("SEVENSIGNAL_CONFIG", "/nonexistent/config.toml")
                .env("SEVENSIGNAL_API_KEY", "key")
                .env("SEVENSIGNAL_API_SECRET", "secret")
                .env("SEVENSIGNAL_BASE_URL", server.address())
                .output()
                .unwrap();
            assert!(output.status.success(), "{}: {line:?} {output:?}", script.name);
        }
        for asked in server.received() {
            if asked.target != "/oauth2/token" {
                sent.push(scripts::sent(&asked.method, &asked.target, &asked.text()).replace(ID, "ID"));
            }
        }
        assert_eq!(sent, script.sends, "{}", script.name);
    }
}
