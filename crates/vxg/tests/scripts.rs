//! Command lines that replace the vendor's scripts: each sends what the script sends.

#![allow(missing_docs, clippy::unwrap_used)]

#[path = "../../../tests/src/scripts.rs"]
mod scripts;
#[allow(dead_code)]
#[path = "../../../tests/src/server.rs"]
mod server;
#[path = "support/tls.rs"]
mod tls;

use base64::Engine;
use server::{ApiServer, CannedResponse};
use std::process::Command;
use tls::Tls;

/// The credentials that a script has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Has {
    Account,
    Channel,
    Group,
    Certificate,
    AccountAndCertificate,
    Gateway,
    /// An account, a group and a channel.
    Tokens,
}

use Has::{Account, AccountAndCertificate, Certificate, Channel, Gateway, Group, Tokens};

const THUMBNAILS: &[&str] = &[
    "GET /api/v2/storage/thumbnails/?end=2026-01-01T09:00:00&order_by=-time\
                               &origin=generated_from_live&start=2026-01-01T08:00:00",
];

/// A script's credentials, and the requests that it sends.
const SCRIPTS: [(&str, Has, &[&str]); 23] = [
    (
        "admin_api_create_channel.py",
        Account,
        &[r#"POST /api/v3/channels/ {"name":"Yard"}"#],
    ),
    (
        "admin_api_create_channels.py",
        Account,
        &[
            r#"POST /api/v3/channels/ {"name":"Test_relay","rec_mode":"on","relay_to":"6","source":{"url":"rtsp://10.0.0.1/1"}}"#,
        ],
    ),
    (
        "admin_api_get_channels_on_server.py",
        Account,
        &["GET /api/v3/channels/"],
    ),
    (
        "admin_api_get_meta.py",
        Account,
        &["GET /api/v3/channels/7/meta/"],
    ),
    (
        "admin_api_get_servers.py",
        Certificate,
        &["GET /api/v6/admin/servers/"],
    ),
    (
        "admin_api_register_server.py",
        Certificate,
        &[r#"POST /api/v6/admin/servers/ {"owner":5,"uuid":"ID"}"#],
    ),
    (
        "admin_api_set_meta.py",
        Account,
        &[r#"POST /api/v3/channels/7/meta/ {"data":"gold","tag":"plan"}"#],
    ),
    (
        "admin_api_unregister_server.py",
        Certificate,
        &["DELETE /api/v6/admin/servers/3/"],
    ),
    (
        "ai_integration.py",
        Tokens,
        &[
            "GET /api/v3/channels/",
            r#"POST /api/v3/channel_groups/ {"name":"AI"}"#,
            "GET /api/v3/channel_groups/4/",
            r#"PUT /api/v3/channel_groups/4/ {"channels":[7,8]}"#,
            "GET /api/v5/channels/",
            "GET /api/v4/live/watch/",
            r#"POST /api/v4/meta/ [{"string":{"seen":"car"},"timestamp":"2026-01-01T08:00:00"}]"#,
        ],
    ),
    (
        "cameras_create_custom_event.py",
        Channel,
        &[r#"POST /api/v2/cameras/7/event_processing/events/ {"name":"smoke","notify":true}"#],
    ),
    (
        "cameras_enable_motion_detector.py",
        Channel,
        &[
            r#"PUT /api/v2/cameras/7/motion_detection/regions/ {"objects":[{"enabled":true,"map":"6zEBMDDr"}]}"#,
        ],
    ),
    (
        "cameras_event_processing_events.py",
        Channel,
        &[r#"PUT /api/v2/cameras/7/event_processing/events/motion/ {"record":true,"snapshot":true}"#],
    ),
    (
        "cameras_migrate_to_cloud_two.py",
        Gateway,
        &[
            r#"PATCH /v1/company/1/auth {"endpoint":"https://vms.example.com/","lKey":"v3.key"}"#,
            r#"POST /v1/site {"location":{"city":"Toronto"},"site":[{"name":"cloudone"}]}"#,
            "GET /api/v3/channel_groups/?limit=1000",
            "GET /api/v3/channels/?limit=1000",
            r#"PUT /api/v3/channel_groups/4/ {"channels":[7,8]}"#,
            r#"PATCH /v1/site/9 {"groupToken":"GROUP"}"#,
            r#"POST /api/v3/channels/7/meta/ {"data":"NOPLAN","tag":"planId"}"#,
            r#"PUT /api/v3/channels/7/meta/planId/ {"data":"NOPLAN"}"#,
        ],
    ),
    (
        "cameras_set_rec_mode.py",
        Channel,
        &[r#"PUT /api/v2/cameras/7/ {"rec_mode":"on"}"#],
    ),
    (
        "create_gateway_channels_from_csv.py",
        Gateway,
        &[
            "GET /v1/gateway?params=%7B%22include_meta%22:%20true%7D",
            r#"POST /v1/gateway/5/camera {"guuid":"G","http":80,"name":"Yard","password":"pw","rtsp":554,"timezone":"UTC","url":"10.0.0.1","username":"admin"}"#,
        ],
    ),
    (
        "download_storage_for_camera_id.py",
        Account,
        &[
            "GET /api/v2/storage/data/?camid=7&end=2026-01-01T09:00:00&order_by=time&start=2026-01-01T08:00:00",
        ],
    ),
    (
        "install_vxg_cloud_key.py",
        Account,
        &[
            r#"POST /api/v3/server/relays/ {"access_key":"relay-key","api_uri":"https://vms.example.com/","cm_uri":"wss://vms.example.com:8883/","name":"VXG Cloud"}"#,
            "GET /api/v3/server/relays/?name=VXG%20Cloud",
        ],
    ),
    (
        "servers_get_server_info.py",
        AccountAndCertificate,
        &["GET /api/v6/servers/3/"],
    ),
    (
        "servers_get_servers.py",
        AccountAndCertificate,
        &["GET /api/v6/servers/"],
    ),
    (
        "storage_api_get_events.py",
        Channel,
        &[
            "GET /api/v2/storage/events/?end=2026-01-01T09:00:00&events=motion,sound&limit=10&order_by=time\
           &start=2026-01-01T08:00:00",
        ],
    ),
    (
        "storage_api_get_records.py",
        Channel,
        &["GET /api/v4/storage/records/?end=2026-01-01T09:00:00&limit=10&start=2026-01-01T08:00:00"],
    ),
    ("test_opencv.py", Group, THUMBNAILS),
    ("test_opencv_en.py", Group, THUMBNAILS),
];

const ID: &str = "0b4d9a63-54a1-4a0c-a1f7-3a5e6e3c1f11";

#[tokio::test(flavor = "multi_thread")]
async fn test_command_lines_send_what_the_scripts_send() {
    let lines = scripts::lines("vxg").unwrap();
    assert_eq!(lines.len(), SCRIPTS.len());
    let encode = |token: &str| base64::engine::general_purpose::STANDARD.encode(token);
    let channel = encode(r#"{"camid": 7, "token": "share.c", "access": "all", "api": "elsewhere.example"}"#);
    let group = encode(r#"{"token": "share.g", "api": "elsewhere.example"}"#);
    for (script, has, sends) in SCRIPTS {
        let server = ApiServer::start([]).await.unwrap();
        let tls = Tls::before(&server).await;
        for line in &lines[script] {
            let words = line.iter().map(|word| if word == "ID" { ID } else { word });
            let mut command = Command::new(env!("CARGO_BIN_EXE_vxg"));
            command
                .args(words)
                .env_clear()
                .env("VXG_CONFIG", "/nonexistent/config.toml")
                .env("RELAY_KEY", "relay-key")
                .env("TZ", "UTC");
            if matches!(has, Account | AccountAndCertificate | Gateway | Tokens) {
                command.env("VXG_LICENSE_KEY", "v3.key");
            }
            if matches!(has, Channel | Tokens) {
                command.env("VXG_ACCESS_TOKEN", &channel);
            }
            if matches!(has, Group | Gateway | Tokens) {
                command.env("VXG_GROUP_TOKEN", &group);
            }
            if line.iter().any(|word| word == "gateway") {
                command
                    .env("VXG_GATEWAY_EMAIL", "a@example.com")
                    .env("VXG_GATEWAY_PASSWORD", "pw");
                server.add(CannedResponse::json(200, r#"{"accessToken": "t"}"#));
            }
            match matches!(has, Certificate | AccountAndCertificate) {
                true => command
                    .env("VXG_SERVER", format!("127.0.0.1:{}", tls.port))
                    .envs(tls.variables()),
                false => command.env("VXG_BASE_URL", server.address()),
            };
            server.add(CannedResponse::json(200, "{}"));
            let output = command.output().unwrap();
            assert!(output.status.success(), "{script}: {line:?} {output:?}");
        }
        let received = server.received().into_iter();
        let sent: Vec<String> = received
            .filter(|asked| asked.target != "/v1/auth")
            .map(|asked| scripts::sent(&asked.method, &asked.target, &asked.text()))
            .map(|sent| {
                sent.replace(ID, "ID")
                    .replace(&group, "GROUP")
                    .replace("%3A", ":")
                    .replace("%2C", ",")
            })
            .collect();
        assert_eq!(sent, sends, "{script}");
    }
}
