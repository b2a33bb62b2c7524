//! Profiles, which hold credentials and default values.

use crate::server::{KEY, ProgramServer, Ran, Run, folder, json};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn run(config: &Path, arguments: &[&str]) -> Run {
    Run::new(arguments).env("LAMPS_CONFIG", config.to_str().unwrap())
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn test_login_writes_a_file_that_only_its_owner_reads() {
    let server = ProgramServer::start(|_| json("{}"));
    let (_folder, path) = folder();
    let config = path.join("sub/config.toml");
    let login = run(&config, &["profile", "login"])
        .input(format!("api_key={KEY}\nhouse=h7\n"))
        .run();
    assert_eq!(
        (login.status, login.out.as_str(), login.err.as_str()),
        (0, "", "")
    );
    assert_eq!((mode(&config), mode(config.parent().unwrap())), (0o600, 0o700));
    run(&config, &["profile", "set", "base_url", &server.url]).out();
    run(&config, &["lamps", "get", "1"]).out();
    let seen = server.seen().pop().unwrap();
    assert_eq!(
        (seen.line.as_str(), seen.headers["x-key"].as_str()),
        ("GET /houses/h7/lamps/1", KEY)
    );
    let shown = run(&config, &["profile", "show"]).out();
    assert!(shown.contains("[masked]") && shown.contains("h7"), "{shown}");
}

#[test]
fn test_a_file_that_others_read_is_refused() {
    let (_folder, path) = folder();
    let config = path.join("config.toml");
    fs::write(&config, format!("[profiles.default]\napi_key = \"{KEY}\"\n")).unwrap();
    fs::set_permissions(&config, fs::Permissions::from_mode(0o644)).unwrap();
    let ran = run(&config, &["lamps", "get", "h", "1"]).run();
    assert_eq!(ran.status, 3);
    assert!(ran.err.contains("chmod 600"), "{}", ran.err);
}

fn with_config(text: &str, arguments: &[&str], more: &[(&str, &str)]) -> Ran {
    let (_folder, path) = folder();
    let config = path.join("config.toml");
    fs::write(&config, text).unwrap();
    fs::set_permissions(&config, fs::Permissions::from_mode(0o600)).unwrap();
    let mut run = run(&config, arguments);
    for (name, value) in more {
        run = run.env(name, value);
    }
    run.run()
}

#[test]
fn test_the_environment_stands_over_a_profile_that_is_not_named() {
    let text = "[profiles.default]\nhouse = \"d\"\n[profiles.other]\nhouse = \"o\"\n";
    let line = |arguments: &[&str], more: &[(&str, &str)]| {
        let all = [&["lamps", "get", "1", "--dry-run"], arguments].concat();
        let ran = with_config(text, &all, more);
        ran.out
            .lines()
            .next()
            .unwrap_or(&ran.err)
            .rsplit('/')
            .nth(2)
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(line(&[], &[]), "d");
    assert_eq!(line(&[], &[("LAMPS_HOUSE", "e")]), "e");
    assert_eq!(line(&["--profile", "other"], &[("LAMPS_HOUSE", "e")]), "o");
    assert_eq!(line(&[], &[("LAMPS_PROFILE", "other")]), "o");
    let ran = with_config(text, &["lamps", "get", "1", "--profile", "third"], &[]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("there are default, other"), "{}", ran.err);
}

#[test]
fn test_commands_print_credentials() {
    let server = ProgramServer::start(|_| json("{}"));
    for command in [
        format!("[\"echo\", \"{{\\\"api_key\\\": \\\"{KEY}\\\"}}\"]"),
        format!("[\"echo\", \"LAMPS_API_KEY={KEY}\"]"),
        format!("[\"echo\", \"{KEY}\"]"),
    ] {
        let text = format!(
            "[profiles.default]\nbase_url = \"{}\"\ncredentials_command = {command}\n",
            server.url
        );
        let ran = with_config(&text, &["lamps", "get", "h", "1"], &[("PATH", "/usr/bin:/bin")]);
        assert_eq!(ran.status, 0, "{}", ran.err);
        assert_eq!(server.seen().pop().unwrap().headers["x-key"], KEY);
    }
    let text = "[profiles.default]\ncredentials_command = [\"false\"]\n";
    let ran = with_config(text, &["lamps", "get", "h", "1"], &[("PATH", "/usr/bin:/bin")]);
    assert_eq!(ran.status, 3);
    assert!(ran.err.contains("credentials_command failed"), "{}", ran.err);
}

#[test]
fn test_a_file_that_is_wrong_shows_nothing_of_itself() {
    let ran = with_config(
        &format!("[profiles.default]\napi_key = {KEY}\n"),
        &["lamps", "get", "h", "1"],
        &[],
    );
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("config.toml:2: invalid TOML"), "{}", ran.err);
}

#[test]
fn test_secrets_are_not_set_by_arguments() {
    let (_folder, path) = folder();
    let config = path.join("config.toml");
    let ran = run(&config, &["profile", "set", "api_key", "x"]).run();
    assert_eq!(ran.status, 2);
    assert!(
        ran.err.contains("profile login") && !config.exists(),
        "{}",
        ran.err
    );
}

#[test]
fn test_profiles_are_listed_and_removed() {
    let (_folder, path) = folder();
    let config = path.join("config.toml");
    for name in ["one", "two"] {
        run(&config, &["profile", "login", "--profile", name])
            .input("{\"api_key\": \"abcd\"}")
            .out();
    }
    assert_eq!(
        run(&config, &["profile", "list", "--output", "csv"]).out(),
        "profile\none\ntwo\n"
    );
    run(&config, &["profile", "remove", "--profile", "one"]).out();
    assert_eq!(
        run(
            &config,
            &["profile", "list", "--query", ".profile", "--output", "raw"]
        )
        .out(),
        "two\n"
    );
    let ran = run(&config, &["profile", "login"]).input("nothing").run();
    assert_eq!(ran.status, 2);
}
