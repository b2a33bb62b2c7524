//! `sevensignal agents import`: sets licences and names of agents from a CSV file.

use crate::runtime::Uuid;
use crate::v2;
use crate::v2::types::{EyesAgent, PatchEyesAgentRequest};
use lorgnette_cli::clap::Command;
use lorgnette_cli::{Context, Done, Exit, Failure, Job, Record, arguments, in_order, records};
use std::collections::BTreeMap;
use std::path::Path;

/// The command.
pub const IMPORT: Job = Job {
    group: Some("agents"),
    name: "import",
    about: "Set licences and nicknames of agents from a CSV file",
    arguments,
    run: |context| -> Done<'_> { Box::pin(run(context)) },
};

fn arguments(command: Command) -> Command {
    command
        .arg(arguments::file())
        .arg(arguments::flag(
            "license",
            "License every agent in the file, if it has no column `licensed`",
        ))
        .arg(arguments::option(
            "organization",
            "TEXT",
            "Organization to query, if it is not that of the key [env: SEVENSIGNAL_ORGANIZATION]",
        ))
        .arg(arguments::at_once())
        .arg(arguments::yes())
        .after_help(
            "The first row names the columns: `hostname` or `id` identifies the agent, `nickname` its new \
             nickname, and `licensed` is yes or no. A cell that is empty changes nothing. The case of \
             host names does not matter. The report has a row for each agent, with what failed and \
             why; a row that fails does not stop the others.\n\n\
             Example: sevensignal agents import agents.csv --license -o report.csv",
        )
}

/// The request for a row.
struct RowChange {
    agent: Uuid,
    request: PatchEyesAgentRequest,
    /// The word that the report shows after a success.
    result: String,
}

impl RowChange {
    /// Sends the request.
    async fn send(self, client: &v2::Client, organization: Option<&str>) -> Result<String, Failure> {
        let mut request = client.update_eyes_agent(self.agent).body(&self.request);
        if let Some(organization) = organization {
            request = request.organization(organization);
        }
        request.send().await?;
        Ok(self.result)
    }
}

async fn run(context: &Context<'_>) -> Result<(), Failure> {
    let rows = records(Path::new(context.text("file").unwrap_or_default()), &[])?;
    let client = v2::Client::from(super::connect(context.connection)?);
    let organization = context.usual("organization");
    let agents = Agents::load(&client, organization.as_deref()).await?;
    let is_licensed = context.matches.get_flag("license");
    let changes: Vec<(Record, Result<Option<RowChange>, Failure>)> = rows
        .into_iter()
        .map(|row| {
            let change = change(&row, &agents, is_licensed);
            (row, change)
        })
        .collect();
    let count = changes
        .iter()
        .filter(|(_, change)| matches!(change, Ok(Some(_))))
        .count();
    if count > 0 {
        context.confirm(&format!("{count} agents will be changed."))?;
    }
    let mut report = context.report()?;
    let (client, organization) = (&client, organization.as_deref());
    let patch = |(row, change): (Record, Result<Option<RowChange>, Failure>)| async move {
        let result = match change {
            Ok(Some(change)) => change.send(client, organization).await,
            Ok(None) => Ok("unchanged".to_owned()),
            Err(failure) => Err(failure),
        };
        (row, result)
    };
    in_order(
        changes,
        context.at_once(),
        patch,
        |(row, result): (Record, Result<String, Failure>)| {
            let members = [
                ("line", row.line().into()),
                ("hostname", row.get("hostname").into()),
                ("id", row.get("id").into()),
            ];
            report.item(members, result.as_ref().map(String::as_str))
        },
    )
    .await?;
    report.finish("rows")
}

/// The change that a row requests, if any.
fn change(row: &Record, agents: &Agents, is_licensed: bool) -> Result<Option<RowChange>, Failure> {
    row.fits()?;
    let agent = agents.of(row)?;
    let id = agent
        .id
        .ok_or_else(|| Failure::new(Exit::Unreadable, "the server did not return the id of this agent"))?;
    let licensed = match row.yes("licensed")? {
        None if is_licensed => Some(true),
        licensed => licensed,
    };
    let licensed = licensed.filter(|licensed| agent.is_licensed != Some(*licensed));
    let mut request = PatchEyesAgentRequest::new();
    let mut result = Vec::new();
    if let Some(licensed) = licensed {
        request = request.is_licensed(licensed);
        result.push(if licensed { "licensed" } else { "unlicensed" });
    }
    if let Some(nickname) = row.get("nickname") {
        request = request.nickname(nickname);
        result.push("renamed");
    }
    Ok((!result.is_empty()).then(|| RowChange {
        agent: id,
        request,
        result: result.join(", "),
    }))
}

/// The organization's agents.
struct Agents {
    by_id: BTreeMap<Uuid, EyesAgent>,
    /// Agents by their host names in lower case.
    by_name: BTreeMap<String, Vec<Uuid>>,
}

impl Agents {
    async fn load(client: &v2::Client, organization: Option<&str>) -> Result<Self, Failure> {
        let mut request = client.eyes_agents();
        if let Some(organization) = organization {
            request = request.organization(organization);
        }
        let mut agents = Self {
            by_id: BTreeMap::new(),
            by_name: BTreeMap::new(),
        };
        let mut stream = request.stream();
        while let Some(agent) = stream.item().await? {
            let Some(id) = agent.id else { continue };
            let name = agent.name.as_deref().unwrap_or_default().to_lowercase();
            let named = agents.by_name.entry(name).or_default();
            if !named.contains(&id) {
                named.push(id);
            }
            agents.by_id.insert(id, agent);
        }
        Ok(agents)
    }

    /// The agent that a row names.
    fn of(&self, row: &Record) -> Result<&EyesAgent, Failure> {
        let id = match row.parse::<Uuid>("id", "a UUID")? {
            Some(id) => id,
            None => self.named(row.need("hostname")?)?,
        };
        let agent = self.by_id.get(&id);
        agent.ok_or_else(|| Failure::new(Exit::NotFound, "there is no agent with this id"))
    }

    fn named(&self, name: &str) -> Result<Uuid, Failure> {
        match self.by_name.get(&name.to_lowercase()).map(Vec::as_slice) {
            Some([id]) => Ok(*id),
            Some([_, _, ..]) => Err(Failure::usage(
                "several agents have this host name; name one in a column `id`",
            )),
            _ => Err(Failure::new(
                Exit::NotFound,
                "there is no agent with this host name",
            )),
        }
    }
}
