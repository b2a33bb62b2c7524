//! `sevensignal report`: writes incidents, KPIs and agents of a period as a table.

use super::period::Period;
use crate::runtime::codec::to_value;
use crate::runtime::serde_json::{Map, Value};
use crate::runtime::{Wire, chrono};
use crate::v2;
use crate::v2::types::{AgentKpiType, KpiTopology};
use chrono::{DateTime, SecondsFormat};
use lorgnette_cli::clap::{ArgAction, Command};
use lorgnette_cli::{Context, Done, Failure, Job, Rows, arguments};
use std::collections::BTreeSet;

/// The jobs.
pub const JOBS: [Job; 3] = [
    Job {
        group: Some("report"),
        name: "incidents",
        about: "Write the incidents that agents met in a period",
        arguments: of_incidents,
        run: |context| -> Done<'_> { Box::pin(incidents(context)) },
    },
    Job {
        group: Some("report"),
        name: "kpis",
        about: "Write the KPIs of agents or sensors in a period",
        arguments: of_kpis,
        run: |context| -> Done<'_> { Box::pin(kpis(context)) },
    },
    Job {
        group: Some("report"),
        name: "agents",
        about: "Write all agents, or those that were seen in a period",
        arguments: of_agents,
        run: |context| -> Done<'_> { Box::pin(agents(context)) },
    },
];

fn organization() -> lorgnette_cli::clap::Arg {
    arguments::option(
        "organization",
        "TEXT",
        "Organization to query, if it is not that of the key [env: SEVENSIGNAL_ORGANIZATION]",
    )
}

fn of_incidents(command: Command) -> Command {
    command
        .args(Period::arguments("-24h"))
        .arg(organization())
        .after_help(
            "The server returns at most 30 days at a time; a longer period is requested in parts, and each incident \
             is written once. Without --output, a terminal shows a table, and anything else gets CSV.\n\n\
             Example: sevensignal report incidents --from -90d -o incidents.csv",
        )
}

async fn incidents(context: &Context<'_>) -> Result<(), Failure> {
    let client = v2::Client::from(super::connect(context.connection)?);
    let period = Period::of(context)?;
    let organization = context.usual("organization");
    let mut output = context.sheet(rows_of("incidents", "agent-incidents"))?;
    output.begin_list();
    let mut known = BTreeSet::new();
    for (from, to) in period.parts() {
        let mut request = client.agent_incidents().from(from).to(to);
        if let Some(organization) = &organization {
            request = request.organization(organization);
        }
        for incident in request.send().await?.into_inner().results {
            // A value that spans two parts is in both.
            if incident.id.is_none_or(|id| known.insert(id)) {
                output.item(value(&incident)?)?;
            }
        }
    }
    output.finish().map(drop)
}

fn of_kpis(command: Command) -> Command {
    command
        .args(Period::arguments("-24h"))
        .arg(
            arguments::option("by", "WHAT", "What agents' KPIs are broken down by")
                .value_parser(["access-point", "adapter-driver", "all", "location"])
                .default_value("location")
                .conflicts_with("sensors"),
        )
        .arg(
            arguments::option(
                "sensors",
                "CODES",
                "KPIs of sensors instead, by their codes: HC005,HC006",
            )
            .value_delimiter(',')
            .action(ArgAction::Append),
        )
        .arg(organization().conflicts_with("sensors"))
        .after_help(
            "Agents' KPIs have a row for each type of each location, access point or driver, and sums of \
             the whole period. Sensors' KPIs have a row for each measurement. Without --output, a terminal \
             shows a table, and anything else gets CSV.\n\n\
             Example: sevensignal report kpis --by access-point --from yesterday --to today -o kpis.csv",
        )
}

async fn kpis(context: &Context<'_>) -> Result<(), Failure> {
    let client = v2::Client::from(super::connect(context.connection)?);
    let period = Period::of(context)?;
    let rows = match context.matches.get_many::<String>("sensors") {
        Some(codes) => of_sensors(&client, &period, codes.map(String::as_str)).await?,
        None => of_agents_kpis(context, &client, &period).await?,
    };
    let mut output = context.sheet(Rows::ANY)?;
    output.begin_list();
    for row in rows {
        output.item(row)?;
    }
    output.finish().map(drop)
}

#[allow(deprecated, reason = "the contract has no others")]
async fn of_agents_kpis(
    context: &Context<'_>,
    client: &v2::Client,
    period: &Period,
) -> Result<Vec<Value>, Failure> {
    let organization = context.usual("organization");
    // The requests have different types with the same methods.
    macro_rules! rows {
        ($operation:ident) => {{
            let mut request = client.$operation().from(period.from).to(period.to);
            if let Some(organization) = &organization {
                request = request.organization(organization);
            }
            let results = request.send().await?.into_inner().results;
            let rows = results
                .iter()
                .map(|result| of_types(value(result)?, &result.types))
                .collect::<Result<Vec<_>, Failure>>()?;
            rows.into_iter().flatten().collect()
        }};
    }
    Ok(match context.text("by") {
        Some("all") => rows!(agent_kpis_all),
        Some("access-point") => rows!(agent_kpis_by_access_point),
        Some("adapter-driver") => rows!(agent_kpis_by_adapter_driver),
        _ => rows!(agent_kpis_by_location),
    })
}

/// A row for each type of KPI: the members of its subject come first.
fn of_types(about: Value, types: &[AgentKpiType]) -> Result<Vec<Value>, Failure> {
    let Value::Object(mut about) = about else {
        return Ok(Vec::new());
    };
    about.retain(|name, _| name != "types");
    let rows = types.iter().map(|kpi| {
        let mut row = about.clone();
        if let Value::Object(members) = value(kpi)? {
            // The subject may have an id as well.
            let named = members.into_iter().map(|(name, value)| match name.as_str() {
                "id" => ("type".to_owned(), value),
                _ => (name, value),
            });
            row.extend(named);
        }
        Ok(Value::Object(row))
    });
    rows.collect()
}

#[allow(deprecated, reason = "the contract has no others")]
async fn of_sensors(
    client: &v2::Client,
    period: &Period,
    codes: impl Iterator<Item = &str>,
) -> Result<Vec<Value>, Failure> {
    let request = client
        .sensor_kpis_by_organization()
        .kpi_codes(codes)
        .from(period.from)
        .to(period.to);
    let results = request.send().await?.into_inner().results;
    let mut rows = Vec::new();
    for kpi in &results {
        rows.extend(of_measurements(kpi)?);
    }
    Ok(rows)
}

/// A row for each measurement of a KPI, with its band.
fn of_measurements(kpi: &KpiTopology) -> Result<Vec<Value>, Failure> {
    let bands = [
        ("2.4", &kpi.measurements24_ghz),
        ("5", &kpi.measurements5_ghz),
        ("6", &kpi.measurements6_ghz),
    ];
    let mut rows = Vec::new();
    for (band, measurements) in bands {
        for measurement in measurements {
            let mut row = Map::new();
            row.insert("kpiCode".to_owned(), kpi.kpi_code.clone().into());
            row.insert("name".to_owned(), kpi.name.clone().into());
            row.insert("band".to_owned(), band.into());
            if let Value::Object(members) = value(measurement)? {
                row.extend(members);
            }
            row.insert("units".to_owned(), kpi.units.clone().into());
            rows.push(Value::Object(row));
        }
    }
    Ok(rows)
}

fn of_agents(command: Command) -> Command {
    command
        .arg(arguments::time(
            "from",
            "Leave out agents that were last seen before",
        ))
        .arg(arguments::time(
            "to",
            "Leave out agents that were last seen after",
        ))
        .arg(
            arguments::option("licensed", "YES|NO", "Only agents with, or without, a licence")
                .value_parser(["yes", "no"]),
        )
        .arg(organization())
        .after_help(
            "Times are written in UTC. Without --output, a terminal shows a table, and anything else gets \
             CSV.\n\nExample: sevensignal report agents --from -7d -o agents.csv",
        )
}

async fn agents(context: &Context<'_>) -> Result<(), Failure> {
    let client = v2::Client::from(super::connect(context.connection)?);
    let millis = |name| Ok::<_, Failure>(context.time(name)?.map(|time| time.utc().timestamp_millis()));
    let (from, to) = (millis("from")?, millis("to")?);
    let mut request = client.eyes_agents();
    if let Some(organization) = context.usual("organization") {
        request = request.organization(organization);
    }
    request = match context.text("licensed") {
        Some("yes") => request.license_constraint("licensed"),
        Some(_) => request.license_constraint("unlicensed"),
        None => request,
    };
    let mut output = context.sheet(rows_of("eyes", "eyes-agents"))?;
    output.begin_list();
    let mut agents = request.stream();
    while let Some(agent) = agents.item().await? {
        let is_within = match agent.last_seen {
            Some(seen) => from.is_none_or(|from| seen >= from) && to.is_none_or(|to| seen <= to),
            None => from.is_none() && to.is_none(),
        };
        if is_within {
            let mut row = value(&agent)?;
            for name in ["lastSeen", "lastTestSeen"] {
                if let Some(time) = row.get_mut(name) {
                    *time = readable(time.take());
                }
            }
            output.item(row)?;
        }
    }
    output.finish().map(drop)
}

/// Milliseconds since 1970 as a readable time.
fn readable(millis: Value) -> Value {
    let time = millis.as_i64().and_then(DateTime::from_timestamp_millis);
    time.map_or(millis, |time| {
        time.to_rfc3339_opts(SecondsFormat::Secs, true).into()
    })
}

/// The columns that the contract defines for the rows of an operation.
fn rows_of(tag: &str, command: &str) -> Rows {
    let found = v2::cli::API.find(tag, command);
    found.map_or(Rows::ANY, |(_, command)| Rows::of(command))
}

fn value(value: &dyn Wire) -> Result<Value, Failure> {
    to_value(value).map_err(|error| Failure::local(error.to_string()))
}
