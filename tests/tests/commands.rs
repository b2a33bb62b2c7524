//! Checks that the tables of commands agree with the descriptor and the contract of each operation.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use lorgnette_runtime::commands::{Api, Kind, Member, Place, Response, Shape};
use lorgnette_tests::workspace;
use std::collections::BTreeSet;

macro_rules! generated {
    ($($module:ident: $name:literal,)*) => {
        const APIS: &[(&str, &Api)] = &[$(($name, &$module::cli::API)),*];
    };
}
include!("../conformance/list.rs");

fn api(name: &str) -> &'static Api {
    APIS.iter().find(|(known, _)| *known == name).unwrap().1
}

#[test]
fn test_every_operation_of_a_contract_is_a_command() {
    for entry in workspace::apis().unwrap() {
        let contract = lorgnette_tests::contract::of(&entry, true).unwrap();
        let declared: BTreeSet<(String, String)> = contract
            .operations()
            .iter()
            .map(|operation| {
                (
                    operation.method.to_uppercase(),
                    operation.path.split('#').next().unwrap_or_default().to_owned(),
                )
            })
            .collect();
        let commands: BTreeSet<(String, String)> = api(&entry.name)
            .commands()
            .map(|(_, command)| {
                (
                    command.operation.method().to_string(),
                    command.operation.path().to_owned(),
                )
            })
            .collect();
        assert_eq!(commands, declared, "{}", entry.name);
    }
}

#[test]
fn test_names_lead_to_one_command_each() {
    for (name, api) in APIS {
        let groups: BTreeSet<&str> = api.tags.iter().map(|tag| tag.command).collect();
        assert_eq!(groups.len(), api.tags.len(), "{name}");
        for tag in api.tags {
            let names = tag
                .commands
                .iter()
                .flat_map(|command| std::iter::once(command.name).chain(command.alias));
            let names: Vec<&str> = names.collect();
            let distinct: BTreeSet<&&str> = names.iter().collect();
            assert_eq!(distinct.len(), names.len(), "{name} {}: {names:?}", tag.command);
            let is_plain = |name: &&str| {
                name.bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            };
            assert!(names.iter().all(is_plain), "{names:?}");
        }
    }
}

#[test]
fn test_short_names_do_what_they_say() {
    let mut seen = BTreeSet::new();
    for (tag, command) in APIS.iter().flat_map(|(_, api)| api.commands()) {
        let (method, is_item) = (command.operation.method().as_str(), {
            command.operation.path().trim_end_matches('/').ends_with('}')
        });
        let is_right = match command.alias {
            None => true,
            Some("list") => method == "GET" && !is_item,
            Some("get") => method == "GET" && is_item,
            Some("create") => method == "POST" && !is_item,
            Some("update") => ["PUT", "PATCH"].contains(&method) && is_item,
            Some("delete") => method == "DELETE" && is_item,
            Some(other) => panic!("{other} is no short name"),
        };
        assert!(
            is_right,
            "{} {} is `{:?}`",
            tag.command, command.name, command.alias
        );
        seen.extend(command.alias);
    }
    assert_eq!(seen.len(), 5);
}

#[test]
fn test_arguments_are_those_of_the_descriptor() {
    for (tag, command) in APIS.iter().flat_map(|(_, api)| api.commands()) {
        let parameters: Vec<_> = command.parameters().collect();
        assert_eq!(
            parameters.len(),
            command.arguments.len(),
            "{} {}",
            tag.command,
            command.name
        );
        let in_path = parameters
            .iter()
            .filter(|parameter| parameter.place == Place::Path);
        for parameter in in_path {
            let template = format!("{{{}}}", parameter.name);
            assert!(command.operation.path().contains(&template), "{template}");
        }
        assert!(!command.is_body_required() || !command.bodies.is_empty());
    }
}

#[test]
fn test_items_of_pages_are_members_of_the_page() {
    let mut count = 0;
    for (_, command) in APIS.iter().flat_map(|(_, api)| api.commands()) {
        let Some(paged) = command.paged else { continue };
        let Response::Json(page) = command.response else {
            panic!("{} pages", command.name)
        };
        let has_items = |member: &&Member| member.name == paged.items;
        let items = match (paged.items, page) {
            ("", page) => page,
            (_, page) => page.members().iter().find(has_items).unwrap().kind,
        };
        assert!(matches!(items, Kind::List(_) | Kind::Map(_)), "{}", command.name);
        count += 1;
    }
    assert!(count > 50, "{count} commands page");
}

#[test]
fn test_times_in_words_are_times() {
    let (_, command) = api("sevensignal-v2")
        .find("incidents", "agent-incidents")
        .unwrap();
    let from = command
        .parameters()
        .find(|parameter| parameter.name == "from")
        .unwrap();
    assert!(matches!(from.kind, Kind::Millis));
    let (_, command) = api("sigsci-v0").find("requests", "requests-feed").unwrap();
    let from = command
        .parameters()
        .find(|parameter| parameter.name == "from")
        .unwrap();
    assert!(matches!(from.kind, Kind::Seconds));
}

#[test]
fn test_types_hold_what_the_contract_lists() {
    let (_, command) = api("sevensignal-v2")
        .find("incidents", "agent-incidents")
        .unwrap();
    let order = command
        .parameters()
        .find(|parameter| parameter.name == "order")
        .unwrap();
    let Shape::Values(values) = order.kind.named().unwrap().shape else {
        panic!("no values")
    };
    assert!(
        values.contains(&"\"ASC\"") || values.contains(&"\"asc\""),
        "{values:?}"
    );
}

#[test]
fn test_success_that_leads_elsewhere_is_one() {
    let (_, command) = api("sigsci-v0").find("auth", "auth-logout").unwrap();
    assert!(matches!(command.response, Response::Redirect));
}
