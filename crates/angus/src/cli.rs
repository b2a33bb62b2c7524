//! The command-line program for Angus.ai: every operation of the Data API.

mod metrics;

use crate::runtime::{Client, ClientError};
use crate::{CONSOLE_URL, StreamCredentials, v1, v1_builder};
use lorgnette_cli::{Connection, Program, ProgramApi, Setting};

/// The program.
pub static PROGRAM: Program = Program {
    name: "angus",
    version: env!("CARGO_PKG_VERSION"),
    about: "Calls the Angus.ai Data API",
    apis: &[ProgramApi {
        name: "v1",
        table: &v1::cli::API,
        connect,
    }],
    address: None,
    settings: &[
        Setting::optional("username", &["ANGUS_USERNAME"], "E-mail address of the user").required(),
        Setting::optional("client_id", &["ANGUS_CLIENT_ID"], "Client id of the stream").required(),
        Setting::optional(
            "access_token",
            &["ANGUS_ACCESS_TOKEN"],
            "Access token of the stream",
        )
        .required()
        .secret(),
        Setting::optional(
            "console_url",
            &["ANGUS_CONSOLE_URL"],
            "Address of the console that issues tokens, if not the default",
        ),
    ],
    defaults: &[],
    jobs: &[metrics::METRICS],
    examples: &[
        ("angus metrics --weekly -o weeks.csv", "the last four weeks"),
        (
            "angus entities list --metrics gender,interested --from-date -7d --output table",
            "the days of the last week",
        ),
    ],
};

fn connect(connection: &Connection) -> Result<Client, ClientError> {
    let text = |name| connection.text(name)?.ok_or_else(|| connection.missing(name));
    let credentials = StreamCredentials::new(
        &text("username")?,
        &text("client_id")?,
        connection.secret("access_token")?,
    )?;
    let mut builder = connection.settings(v1_builder(credentials));
    if let Some(console) = connection.text("console_url")? {
        builder = builder.server(CONSOLE_URL, &console);
    }
    Ok(builder.build()?.as_ref().clone())
}
