//! The output of commands, and its destination.

use crate::server::{ProgramServer, RawReply, Run, SeenRequest, folder, json};
use std::fs;
use std::io::Read;
use std::process::Stdio;

/// Three lamps on two pages, with a member that no table declares.
fn pages(seen: &SeenRequest) -> RawReply {
    match seen.line.contains("page=2") {
        false => json(
            "{\"count\": 3, \"lamps\": [{\"id\": 1, \"name\": \"a\", \"place\": {\"room\": \"hall\"}, \"watt\": 5.50}, \
             {\"id\": 2, \"name\": \"b,c\", \"tags\": [\"x\"]}], \"next\": \"/houses/h1/lamps?page=2\"}",
        ),
        true => json(
            "{\"count\": 3, \"lamps\": [{\"id\": 18446744073709551615, \"name\": \"\\u202ed\"}], \"next\": null}",
        ),
    }
}

fn list(arguments: &[&str]) -> String {
    let server = ProgramServer::start(pages);
    server.lamps(&[&["lamps", "list"], arguments].concat()).out()
}

#[test]
fn test_pages_are_given_one_or_all() {
    let one: serde_json::Value = serde_json::from_str(&list(&[])).unwrap();
    assert_eq!(
        (one["count"].clone(), one["lamps"].as_array().unwrap().len()),
        (3.into(), 2)
    );
    let all: serde_json::Value = serde_json::from_str(&list(&["--all"])).unwrap();
    assert_eq!(all.as_array().unwrap().len(), 3);
    assert_eq!(all[2]["id"], u64::MAX);
    let two: serde_json::Value = serde_json::from_str(&list(&["--limit", "2"])).unwrap();
    assert_eq!(two.as_array().unwrap().len(), 2);
}

#[test]
fn test_formats_hold_what_the_contract_does_not_know() {
    assert_eq!(
        list(&["--all", "--output", "csv"]),
        "id,name,state,place.room,place.floor,tags,watt\n1,a,,hall,,,5.5\n2,\"b,c\",,,,\"[\"\"x\"\"]\",\n\
         18446744073709551615,\u{202e}d,,,,,\n"
    );
    assert_eq!(
        list(&["--output", "ndjson"]),
        "{\"id\":1,\"name\":\"a\",\"place\":{\"room\":\"hall\"},\"watt\":5.5}\n{\"id\":2,\"name\":\"b,c\",\"tags\":[\"x\"]}\n"
    );
    assert_eq!(
        list(&["--all", "--output", "table", "--columns", "id,place.room"]),
        "ID                    PLACE.ROOM\n1                     hall\n2\n18446744073709551615\n"
    );
    assert_eq!(
        list(&["--query", ".lamps[] | .name", "--output", "raw"]),
        "a\nb,c\n"
    );
    assert_eq!(
        list(&["--all", "--query", ".id", "--output", "ndjson"]),
        "1\n2\n18446744073709551615\n"
    );
    let yaml = list(&["--output", "yaml", "--query", ".lamps[0].place"]);
    assert_eq!(yaml, "room: hall\n");
    // The unchanged response, to the last digit.
    assert!(list(&["--output", "raw"]).contains("\"watt\": 5.50"));
}

#[test]
fn test_results_go_to_files_whole_or_not_at_all() {
    let server = ProgramServer::start(pages);
    let (_folder, path) = folder();
    let file = path.join("lamps.csv");
    let name = file.to_str().unwrap();
    let out = server.lamps(&["lamps", "list", "--all", "-o", name]).out();
    assert_eq!(out, "");
    assert!(fs::read_to_string(&file).unwrap().starts_with("id,name,"));
    let ran = server
        .lamps(&["lamps", "list", "-o", name, "--query", ".count.x"])
        .run();
    assert_ne!(ran.status, 0);
    assert!(fs::read_to_string(&file).unwrap().starts_with("id,name,"));
    assert_eq!(fs::read_dir(&path).unwrap().count(), 1);
}

#[test]
fn test_files_are_downloaded() {
    let content: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
    let sent = content.clone();
    let server = ProgramServer::start(move |_| {
        (
            200,
            vec![("content-type", "application/pdf".to_owned())],
            sent.clone(),
        )
    });
    let (_folder, path) = folder();
    let file = path.join("manual.pdf");
    let ran = server
        .lamps(&["lamps", "lamps-manual", "m", "-o", file.to_str().unwrap()])
        .run();
    assert_eq!((ran.status, ran.out.as_str(), ran.err.as_str()), (0, "", ""));
    assert!(fs::read(&file).unwrap() == content);
}

#[test]
fn test_events_are_written_as_they_come() {
    let events = "data: {\"lamp\": 1, \"state\": \"on\"}\n\ndata: plain\n\n";
    let server = ProgramServer::start(move |_| {
        (
            200,
            vec![("content-type", "text/event-stream".to_owned())],
            events.as_bytes().to_vec(),
        )
    });
    let out = server.lamps(&["lamps", "lamps-events", "--from", "-1h"]).out();
    assert_eq!(out, "{\"lamp\":1,\"state\":\"on\"}\n\"plain\"\n");
    assert!(server.seen()[0].line.starts_with("GET /events?from=20"));
}

#[test]
fn test_a_reader_that_leaves_is_no_error() {
    let many: Vec<String> = (0..50_000).map(|id| format!("{{\"id\": {id}}}")).collect();
    let body = format!("{{\"lamps\": [{}]}}", many.join(","));
    let server = ProgramServer::start(move |_| json(&body));
    let mut run = server.lamps(&["lamps", "list", "--output", "ndjson"]);
    run.command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = run.command.spawn().unwrap();
    let mut first = [0; 9];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        (output.status.code(), output.stderr.as_slice()),
        (Some(0), &b""[..])
    );
}

#[test]
fn test_nothing_is_coloured_unless_it_is_wanted() {
    assert!(!list(&["--output", "table"]).contains('\u{1b}'));
    assert!(list(&["--output", "table", "--color", "always"]).starts_with("\u{1b}[1mID"));
}

#[test]
fn test_commands_are_listed_and_described() {
    let listed: serde_json::Value = serde_json::from_str(&Run::new(&["commands", "--json"]).out()).unwrap();
    let commands = listed.as_array().unwrap();
    assert_eq!(commands.len(), 9);
    let create = commands
        .iter()
        .find(|command| command["id"] == "lamps-create")
        .unwrap();
    assert_eq!(create["command"], "lamps lamps-create");
    assert_eq!(
        (
            create["changes"].clone(),
            create["parameters"][0]["option"].clone()
        ),
        (true.into(), "--house".into())
    );
    assert_eq!(create["bodies"][0]["members"]["state"]["one_of"][0], "on");
    assert!(create["options"].as_array().unwrap().contains(&"--set".into()));
    let found = Run::new(&["commands", "picture"]).out();
    assert!(found.lines().count() == 2 && found.contains("PUT"), "{found}");
}

#[test]
fn test_help_and_pages_show_parameters() {
    let help = Run::new(&["lamps", "list", "--help"]).out();
    for expected in [
        "--since <TIME>",
        "[possible values: on, off]",
        "--query-limit",
        "--call-until <JQ>",
        "LAMPS_HOUSE",
        "GET /houses/{house}/lamps",
    ] {
        assert!(help.contains(expected), "{expected} in {help}");
    }
    let page = Run::new(&["man", "lamps", "lamps-create"]).out();
    assert!(page.contains(".TH") && page.contains("\\-\\-name"), "{page}");
    let (_folder, path) = folder();
    Run::new(&["man", "--all", path.to_str().unwrap()]).out();
    assert!(fs::read_dir(&path).unwrap().count() > 12);
}

#[test]
fn test_shells_are_given_values_and_profiles() {
    for (shell, expected) in [
        ("bash", "complete"),
        ("zsh", "compdef"),
        ("fish", "complete"),
        ("powershell", "Register"),
    ] {
        let script = Run::new(&["completions", shell]).out();
        assert!(
            script.contains(expected) && script.contains("COMPLETE"),
            "{script}"
        );
    }
    let complete = |words: &[&str]| {
        let index = (words.len() - 1).to_string();
        Run::new(&[&["--"], words].concat())
            .env("COMPLETE", "bash")
            .env("_CLAP_COMPLETE_INDEX", &index)
            .env("_CLAP_IFS", "\n")
            .out()
    };
    assert_eq!(complete(&["lamps", "lam"]).trim(), "lamps");
    let states = complete(&["lamps", "lamps", "list", "--state", ""]);
    assert_eq!(states.split_whitespace().collect::<Vec<_>>(), ["on", "off"]);
    assert!(complete(&["lamps", "lamps", "cr"]).contains("create"));
}
