//! `cargo xtask fetch` as a shell calls it, against servers on loopback that serve what vendors serve.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on is a test that fails"
)]

use std::collections::BTreeMap;
use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::process::Command;
use xtask::serve::{self, Server};

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// What a command did: exit status, standard output, standard error.
struct Run(i32, String, String);

fn fetch_with(root: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("--root")
        .arg(root)
        .arg("fetch")
        .args(arguments)
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run(
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn fetch(root: &Path, arguments: &[&str]) -> Run {
    fetch_with(root, arguments, &[])
}

fn entry(name: &str, source: &str, more: &str) -> String {
    format!(
        "[[api]]\nname = \"{name}\"\ntitle = \"Lamps\"\nvendor = \"ACME\"\ncontract = \"openapi.json\"\n\
         documentation = \"https://example.com/docs\"\nsource = \"{source}\"\nauthentication = \"none\"\n{more}\n"
    )
}

/// A workspace with these entries in its catalogue, and nothing else.
fn workspace(entries: &[String]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir_all(root.path().join("specs")).unwrap();
    fs::write(root.path().join("specs/apis.toml"), entries.concat()).unwrap();
    root
}

/// Everything under `specs/`, with its content.
fn specs(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.join("specs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(path.clone(), fs::read(&path).unwrap());
            }
        }
    }
    files
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn served(folder: &str) -> Server {
    let folder = repository().join("tests/fixtures/served").join(folder);
    Server::start(LOOPBACK, move |request| serve::file(&folder, request)).unwrap()
}

const PAGE: &str = "/swagger-ui/index.html#/";

#[test]
fn test_hub_behind_a_swagger_page_becomes_the_committed_contract_byte_for_byte() {
    let server = served("sevensignal-v2");
    let source = format!("{}{PAGE}", server.address());
    let root = workspace(&[entry("sevensignal-v2", &source, "")]);
    let Run(status, output, errors) = fetch(root.path(), &["sevensignal-v2", "--allow-http"]);
    assert_eq!(status, 0, "{errors}");
    assert!(output.contains("new: 54 files"), "{output}");
    let fetched = fs::read(root.path().join("specs/sevensignal-v2/openapi.json")).unwrap();
    let committed = fs::read(repository().join("specs/sevensignal-v2/openapi.json")).unwrap();
    assert!(
        fetched == committed,
        "the fetched contract differs from the committed one"
    );
    // A page, a script, a hub and 51 fragments, each once.
    let mut targets: Vec<String> = server
        .requests()
        .into_iter()
        .map(|request| request.target)
        .collect();
    assert_eq!(targets.len(), 54);
    targets.sort();
    targets.dedup();
    assert_eq!(targets.len(), 54);
}

#[test]
fn test_second_fetch_of_all_asks_once_a_file_on_condition_and_writes_nothing() {
    let server = served("sevensignal-v2");
    let source = format!("{}{PAGE}", server.address());
    let described = entry("lamps", "described by us", "");
    let root = workspace(&[entry("sevensignal-v2", &source, ""), described]);
    let Run(status, _, errors) = fetch(root.path(), &["--all", "--allow-http", "--check"]);
    assert_eq!(status, 2, "{errors}");
    let before = specs(root.path());
    assert_eq!(server.requests().len(), 54);

    let Run(status, output, errors) = fetch(root.path(), &["--all", "--allow-http", "--check"]);
    assert_eq!(status, 0, "{errors}");
    assert!(output.contains("unchanged"), "{output}");
    assert!(output.contains("lamps           described by us"), "{output}");
    let requests = server.requests();
    assert_eq!(requests.len(), 54);
    let unconditional: Vec<_> = requests
        .iter()
        .filter(|request| request.header("if-none-match").is_none())
        .collect();
    assert!(unconditional.is_empty(), "{unconditional:?}");
    assert!(before == specs(root.path()), "something under specs/ has changed");
}
