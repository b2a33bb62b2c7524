//! The command-line program for 7SIGNAL: every operation of the Platform API.

mod agents;
mod capture;
mod period;
mod report;

use crate::runtime::{Client, ClientError};
use crate::{ApiKey, v2, v2_builder};
use lorgnette_cli::{Connection, Preset, Program, ProgramApi, Setting};

/// The program.
pub static PROGRAM: Program = Program {
    name: "sevensignal",
    version: env!("CARGO_PKG_VERSION"),
    about: "Calls the 7SIGNAL Platform API",
    apis: &[ProgramApi {
        name: "v2",
        table: &v2::cli::API,
        connect,
    }],
    address: None,
    settings: &[
        Setting::optional("api_key", &["SEVENSIGNAL_API_KEY"], "API key")
            .required()
            .secret(),
        Setting::optional("api_secret", &["SEVENSIGNAL_API_SECRET"], "API secret")
            .required()
            .secret(),
    ],
    defaults: &[Preset {
        name: "organization",
        variable: "SEVENSIGNAL_ORGANIZATION",
        parameters: &["organization"],
        about: "Organization to query, if it is not that of the key",
    }],
    jobs: &JOBS,
    examples: &[
        (
            "sevensignal incidents agent-incidents --from -24h --output table",
            "the incidents of the last day",
        ),
        (
            "sevensignal eyes eyes-agents --all --output csv -o agents.csv",
            "all agents as a spreadsheet",
        ),
        (
            "sevensignal report incidents --from -90d -o incidents.csv",
            "the incidents of three months, requested in parts that the server accepts",
        ),
        (
            "sevensignal capture 4711 --channel 36 -o lobby.pcap",
            "ten seconds of what a sensor receives",
        ),
    ],
};

const JOBS: [lorgnette_cli::Job; 5] = {
    let [incidents, kpis, agents] = report::JOBS;
    [incidents, kpis, agents, capture::CAPTURE, agents::IMPORT]
};

fn connect(connection: &Connection) -> Result<Client, ClientError> {
    let key = ApiKey::new(connection.secret("api_key")?, connection.secret("api_secret")?)?;
    let client = connection.settings(v2_builder(key)).build()?;
    Ok(client.as_ref().clone())
}
