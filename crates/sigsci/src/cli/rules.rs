//! `sigsci rules diff`: shows the differences between the rules of two sites.

use crate::runtime::Value;
use crate::runtime::codec::to_value;
use crate::runtime::serde_json::{Map, json};
use crate::v0;
use lorgnette_cli::clap::{Arg, Command};
use lorgnette_cli::{Context, Done, Failure, Job, Rows, arguments};

/// The command.
pub const DIFF: Job = Job {
    group: Some("rules"),
    name: "diff",
    about: "Compare the rules of two sites",
    arguments,
    run: |context| -> Done<'_> { Box::pin(run(context)) },
};

/// Members that differ between two rules even if the rules do the same.
const OWN: [&str; 5] = ["id", "siteNames", "createdBy", "created", "updated"];

fn arguments(command: Command) -> Command {
    command
        .arg(Arg::new("one").value_name("SITE").required(true))
        .arg(Arg::new("other").value_name("SITE").required(true))
        .arg(arguments::option("corp", "TEXT", "Corp [env: SIGSCI_CORP]"))
        .after_help(
            "Rules are the same if they do the same, whatever their ids and dates. Rules of one type and \
             reason that do not are written with the members that differ. Nothing is written for sites \
             whose rules are the same.\n\nExample: sigsci rules diff staging production --output table",
        )
}

async fn run(context: &Context<'_>) -> Result<(), Failure> {
    let client = v0::Client::from(super::connect(context.connection)?);
    let corp = context.preset("corp")?;
    let name = |id: &str| context.matches.get_one::<String>(id).cloned().unwrap_or_default();
    let (one, other) = (name("one"), name("other"));
    let ours = rules(&client, &corp, &one).await?;
    let theirs = rules(&client, &corp, &other).await?;
    let mut output = context.output(Rows::ANY)?;
    output.begin_list();
    for row in differences((&one, ours), (&other, theirs)) {
        output.item(row)?;
    }
    output.finish().map(drop)
}

/// The rules of a site, without the members that belong to that site alone.
async fn rules(client: &v0::Client, corp: &str, site: &str) -> Result<Vec<Map<String, Value>>, Failure> {
    let mut rules = Vec::new();
    let mut items = client.site_rules_list(corp, site).stream();
    while let Some(rule) = items.item().await? {
        let value = to_value(&rule).map_err(|error| Failure::local(error.to_string()))?;
        if let Value::Object(mut members) = value {
            members.retain(|name, value| !OWN.contains(&name.as_str()) && !value.is_null());
            rules.push(members);
        }
    }
    Ok(rules)
}

type Site<'s> = (&'s str, Vec<Map<String, Value>>);

/// A row for each rule that only one site has, and for each pair of rules that differ.
fn differences((one, mut ours): Site<'_>, (other, mut theirs): Site<'_>) -> Vec<Value> {
    ours.retain(|rule| match theirs.iter().position(|their| their == rule) {
        Some(same) => {
            theirs.remove(same);
            false
        }
        None => true,
    });
    let key = |rule: &Map<String, Value>| (rule.get("type").cloned(), rule.get("reason").cloned());
    let row = |sites: String, rule: &Map<String, Value>, differs: Option<String>| {
        json!({
            "sites": sites,
            "type": rule.get("type"),
            "reason": rule.get("reason"),
            "enabled": rule.get("enabled"),
            "differs": differs,
        })
    };
    let mut rows = Vec::new();
    for rule in &ours {
        let pair = theirs.iter().position(|their| key(their) == key(rule));
        rows.push(match pair.map(|pair| theirs.remove(pair)) {
            Some(their) => row(format!("{one}, {other}"), rule, Some(members(rule, &their))),
            None => row(one.to_owned(), rule, None),
        });
    }
    rows.extend(theirs.iter().map(|rule| row(other.to_owned(), rule, None)));
    rows
}

/// The names of the members that differ.
fn members(one: &Map<String, Value>, other: &Map<String, Value>) -> String {
    let mut names: Vec<&str> = one
        .keys()
        .chain(other.keys())
        .map(String::as_str)
        .filter(|name| one.get(*name) != other.get(*name))
        .collect();
    names.sort_unstable();
    names.dedup();
    names.join(", ")
}
