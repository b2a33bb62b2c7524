//! `sigsci lists add`: adds entries to a list. Those of IP lists can expire.

use crate::v0;
use crate::v0::types::{IpListEntryCreate, ListEntriesPatch, ListUpdate};
use lorgnette_cli::clap::{Arg, ArgAction, Command};
use lorgnette_cli::{Context, Done, Failure, Job, Moment, arguments, in_order};
use std::collections::BTreeSet;

/// The command.
pub const ADD: Job = Job {
    group: Some("lists"),
    name: "add",
    about: "Add entries to a list, or addresses to the blacklist or whitelist",
    arguments,
    run: |context| -> Done<'_> { Box::pin(run(context)) },
};

fn arguments(command: Command) -> Command {
    command
        .arg(
            Arg::new("list")
                .value_name("LIST")
                .required(true)
                .help("blacklist, whitelist, or the id of a list: site.NAME or corp.NAME"),
        )
        .arg(
            Arg::new("entries")
                .value_name("ENTRY")
                .required(true)
                .action(ArgAction::Append)
                .num_args(1..)
                .help("Addresses, or other entries of the list's type"),
        )
        .arg(arguments::option("corp", "TEXT", "Corp [env: SIGSCI_CORP]"))
        .arg(arguments::option("site", "TEXT", "Site [env: SIGSCI_SITE]"))
        .arg(arguments::time(
            "expires",
            "When addresses of the blacklist or whitelist end: +24h [default: never]",
        ))
        .arg(arguments::option(
            "note",
            "TEXT",
            "Why, for addresses of the blacklist or whitelist",
        ))
        .arg(arguments::at_once())
        .arg(arguments::yes())
        .after_help(
            "The report has a row for each entry; what is on the list already is left alone. Entries of \
             other lists than the blacklist and the whitelist cannot expire.\n\n\
             Example: sigsci lists add blacklist 192.0.2.7 198.51.100.0/24 --site www --expires +24h \
             --note scanner",
        )
}

async fn run(context: &Context<'_>) -> Result<(), Failure> {
    let list = context.text("list").unwrap_or_default();
    let mut seen = BTreeSet::new();
    let entries: Vec<&str> = context
        .matches
        .get_many::<String>("entries")
        .into_iter()
        .flatten()
        .map(String::as_str)
        .filter(|entry| seen.insert(*entry))
        .collect();
    let corp = context.preset("corp")?;
    let is_of_addresses = matches!(list, "blacklist" | "whitelist");
    let is_of_corp = list.starts_with("corp.");
    if !is_of_addresses && !is_of_corp && !list.starts_with("site.") {
        return Err(Failure::usage(format!(
            "`{list}`: expected blacklist, whitelist, site.NAME or corp.NAME"
        )));
    }
    let site = match is_of_corp {
        true => String::new(),
        false => context.preset("site")?,
    };
    if !is_of_addresses && (context.text("expires").is_some() || context.text("note").is_some()) {
        return Err(Failure::usage(
            "--expires and --note are for the blacklist and the whitelist; entries of other lists cannot \
             expire",
        ));
    }
    let client = v0::Client::from(super::connect(context.connection)?);
    match is_of_addresses {
        true => addresses(context, &client, (&corp, &site), list == "blacklist", &entries).await,
        false => others(context, &client, (&corp, &site), list, &entries).await,
    }
}

/// Adds addresses to the blacklist or the whitelist, one per request.
async fn addresses(
    context: &Context<'_>,
    client: &v0::Client,
    (corp, site): (&str, &str),
    is_black: bool,
    entries: &[&str],
) -> Result<(), Failure> {
    let now = Moment::now().utc();
    let expires = match context.time("expires")?.map(Moment::utc) {
        Some(time) if time <= now => return Err(Failure::usage("--expires is in the past")),
        // Whole seconds, as in the vendor's clients.
        time => time.map(|time| time.format("%Y-%m-%dT%H:%M:%SZ").to_string()),
    };
    let note = context.text("note").unwrap_or_default();
    let listed = match is_black {
        true => client
            .blacklist_list(corp, site)
            .limit(1000)
            .send()
            .await?
            .into_inner(),
        false => client
            .whitelist_list(corp, site)
            .limit(1000)
            .send()
            .await?
            .into_inner(),
    };
    let known: BTreeSet<String> = listed.data.into_iter().filter_map(|entry| entry.source).collect();
    let new = entries.iter().filter(|entry| !known.contains(**entry)).count();
    confirm(context, new)?;
    let (known, expires) = (&known, &expires);
    let add = |address: &'_ str| {
        let address = address.to_owned();
        async move {
            if known.contains(&address) {
                return (address, Ok("exists"));
            }
            let mut entry = IpListEntryCreate::new(&*address, note);
            if let Some(expires) = expires {
                entry = entry.expires(expires);
            }
            let sent = match is_black {
                true => client.blacklist_ip_add(corp, site, &entry).send().await,
                false => client.whitelist_ip_add(corp, site, &entry).send().await,
            };
            (address, sent.map(|_| "added").map_err(Failure::from))
        }
    };
    let mut report = context.report()?;
    let written = |(address, result): (String, Result<&str, Failure>)| {
        let expires = expires
            .as_deref()
            .filter(|_| result.as_ref().is_ok_and(|word| *word == "added"));
        let members = [("entry", address.into()), ("expires", expires.into())];
        report.item(members, result.as_ref().map(|word| *word))
    };
    in_order(entries.iter().copied(), context.at_once(), add, written).await?;
    report.finish("entries")
}

/// Adds entries to a list of a site or corp, all in one request.
async fn others(
    context: &Context<'_>,
    client: &v0::Client,
    (corp, site): (&str, &str),
    list: &str,
    entries: &[&str],
) -> Result<(), Failure> {
    let is_of_corp = list.starts_with("corp.");
    let known = match is_of_corp {
        true => client.corp_list_get(corp, list).send().await?.into_inner(),
        false => client.site_list_get(corp, site, list).send().await?.into_inner(),
    };
    let is_known = |entry: &str| known.entries.iter().any(|known| known == entry);
    let new: Vec<&str> = entries.iter().copied().filter(|entry| !is_known(entry)).collect();
    confirm(context, new.len())?;
    let mut refused = None;
    if !new.is_empty() {
        let update = ListUpdate::new().entries(ListEntriesPatch::new().additions(new));
        let sent = match is_of_corp {
            true => client.corp_list_update(corp, list, &update).send().await,
            false => client.site_list_update(corp, site, list, &update).send().await,
        };
        refused = sent.err().map(Failure::from);
    }
    let mut report = context.report()?;
    for entry in entries {
        let result = match (is_known(entry), &refused) {
            (true, _) => Ok("exists"),
            (false, None) => Ok("added"),
            (false, Some(failure)) => Err(failure),
        };
        report.item([("entry", (*entry).into())], result)?;
    }
    report.finish("entries")
}

fn confirm(context: &Context<'_>, count: usize) -> Result<(), Failure> {
    match count {
        0 => Ok(()),
        _ => context.confirm(&format!("{count} entries will be added.")),
    }
}
