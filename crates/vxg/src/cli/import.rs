//! `vxg import`: creates channels for the cameras in a CSV file.

use super::connect;
use crate::v3;
use crate::v3::types::{ChannelCreate, ChannelSource};
use lorgnette_cli::clap::Command;
use lorgnette_cli::{Context, Done, Failure, Job, Record, arguments, in_order, records};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The command.
pub const IMPORT: Job = Job {
    group: None,
    name: "import",
    about: "Create channels for the cameras of a CSV file",
    arguments,
    run: |context| -> Done<'_> { Box::pin(run(context)) },
};

fn arguments(command: Command) -> Command {
    command
        .arg(arguments::file())
        .arg(arguments::at_once())
        .arg(arguments::yes())
        .after_help(
            "The first row names the columns: `name` and `url`, and as needed `login`, `password`, \
             `timezone`, `rec_mode` (on, off, by_event) and `relay_to`. Cameras that the account has a \
             channel of the same name for are left alone, so that the same file can be imported again \
             after a failure. The report has a row for each camera, with the id of its channel or why it \
             failed; a row that fails does not stop the others.\n\n\
             Example: vxg import cameras.csv -o report.csv",
        )
}

/// The task for a row.
enum Plan {
    Create(Box<ChannelCreate>),
    /// A channel with this name exists.
    Exists(i64),
}

async fn run(context: &Context<'_>) -> Result<(), Failure> {
    let path = context.text("file").unwrap_or_default();
    let rows = records(Path::new(path), &["name", "url"])?;
    for secret in rows
        .iter()
        .flat_map(|row| [row.get("url"), row.get("password")])
        .flatten()
    {
        context.conceal(secret);
    }
    let account = v3::Client::from(connect::v3(context.connection)?);
    let known = known(&account).await?;
    let mut names = BTreeSet::new();
    let plans: Vec<(Record, Result<Plan, Failure>)> = rows
        .into_iter()
        .map(|row| {
            let plan = plan(&row, &known, &mut names);
            (row, plan)
        })
        .collect();
    let count = plans
        .iter()
        .filter(|(_, plan)| matches!(plan, Ok(Plan::Create(_))))
        .count();
    if count > 0 {
        context.confirm(&format!("{count} channels will be created."))?;
    }
    let mut report = context.report()?;
    let account = &account;
    let create = |(row, plan): (Record, Result<Plan, Failure>)| async move {
        let result = match plan {
            Ok(Plan::Create(channel)) => match account.channels_create(&*channel).send().await {
                Ok(created) => Ok((created.into_inner().id, "created")),
                Err(error) => Err(error.into()),
            },
            Ok(Plan::Exists(id)) => Ok((Some(id), "exists")),
            Err(failure) => Err(failure),
        };
        (row, result)
    };
    let written = |(row, result): (Record, Result<(Option<i64>, &str), Failure>)| {
        let id = result.as_ref().ok().and_then(|(id, _)| *id);
        let members = [
            ("line", row.line().into()),
            ("name", row.get("name").into()),
            ("id", id.into()),
        ];
        report.item(members, result.as_ref().map(|(_, word)| *word))
    };
    in_order(plans, context.at_once(), create, written).await?;
    report.finish("cameras")
}

/// The ids of the account's channels, by name.
async fn known(account: &v3::Client) -> Result<BTreeMap<String, i64>, Failure> {
    let mut known = BTreeMap::new();
    let mut channels = account.channels_list().limit(1000).stream();
    while let Some(channel) = channels.item().await? {
        if let (Some(name), Some(id)) = (channel.name, channel.id) {
            known.insert(name, id);
        }
    }
    Ok(known)
}

fn plan(row: &Record, known: &BTreeMap<String, i64>, names: &mut BTreeSet<String>) -> Result<Plan, Failure> {
    let name = row.need("name")?;
    if !names.insert(name.to_owned()) {
        return Err(Failure::usage("a row above has the same name"));
    }
    if let Some(id) = known.get(name) {
        return Ok(Plan::Exists(*id));
    }
    let mut source = ChannelSource::new().url(row.need("url")?);
    if let Some(login) = row.get("login") {
        source = source.login(login);
    }
    if let Some(password) = row.get("password") {
        source = source.password(password);
    }
    let mut channel = ChannelCreate::new(name).source(source);
    if let Some(timezone) = row.get("timezone") {
        channel = channel.timezone(timezone);
    }
    if let Some(mode) = row.get("rec_mode") {
        channel = channel.rec_mode(mode.into());
    }
    if let Some(relay) = row.get("relay_to") {
        channel = channel.relay_to(relay);
    }
    Ok(Plan::Create(Box::new(channel)))
}
