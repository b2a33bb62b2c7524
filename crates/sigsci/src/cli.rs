//! The command-line program for Signal Sciences: every operation of the API.

mod copy;
mod feed;
mod lists;
mod rules;

use crate::runtime::{Client, ClientError};
use crate::{ApiToken, BearerToken, Credentials, FastlyKey, Login, v0, v0_builder};
use lorgnette_cli::{Connection, Preset, Program, ProgramApi, Setting};

/// The program.
pub static PROGRAM: Program = Program {
    name: "sigsci",
    version: env!("CARGO_PKG_VERSION"),
    about: "Calls the Signal Sciences (Fastly Next-Gen WAF) API",
    apis: &[ProgramApi {
        name: "v0",
        table: &v0::cli::API,
        connect,
    }],
    address: None,
    settings: &[
        Setting::optional("email", &["SIGSCI_EMAIL"], "E-mail address of the user"),
        Setting::optional(
            "token",
            &["SIGSCI_TOKEN", "SIGSCI_API_TOKEN"],
            "API access token of the user",
        )
        .secret(),
        Setting::optional(
            "bearer_token",
            &["SIGSCI_BEARER_TOKEN"],
            "Bearer token, in place of address and token",
        )
        .secret(),
        Setting::optional(
            "password",
            &["SIGSCI_PASSWORD"],
            "Password, in place of the token",
        )
        .secret(),
        Setting::optional(
            "fastly_key",
            &["FASTLY_API_KEY"],
            "Fastly API key, for operations of the edge",
        )
        .secret(),
    ],
    defaults: &[
        Preset {
            name: "corp",
            variable: "SIGSCI_CORP",
            parameters: &["corpName"],
            about: "Corp",
        },
        Preset {
            name: "site",
            variable: "SIGSCI_SITE",
            parameters: &["siteName"],
            about: "Site",
        },
    ],
    jobs: &[feed::FEED, rules::DIFF, copy::COPY, lists::ADD],
    examples: &[
        ("sigsci sites list --output table", "the sites of the corp"),
        (
            "sigsci requests list --q 'from:-1h tag:SQLI' --limit 100 --output ndjson",
            "the latest hundred of an hour's requests",
        ),
        (
            "sigsci site copy production staging --only lists,signals,rules --dry-run",
            "what staging lacks of production's rules",
        ),
        (
            "sigsci lists add blacklist 192.0.2.7 --site www --expires +24h --note scanner",
            "an address that is blocked for a day",
        ),
        (
            "sigsci feed --all-sites --from -1h --follow --state /var/lib/sigsci-feed --to stdout:",
            "all requests, for ever",
        ),
    ],
};

fn connect(connection: &Connection) -> Result<Client, ClientError> {
    let mut credentials: Credentials = match (
        connection.text("bearer_token")?,
        connection.text("token")?,
        connection.text("password")?,
    ) {
        (Some(token), ..) => BearerToken::new(token)?.into(),
        (None, Some(token), _) => ApiToken::new(email(connection)?, token)?.into(),
        (None, None, Some(password)) => Login::new(email(connection)?, password)?.into(),
        (None, None, None) => return Err(connection.missing("token")),
    };
    if let Some(key) = connection.text("fastly_key")? {
        credentials = credentials.with_fastly_key(FastlyKey::new(key)?);
    }
    let client = connection.settings(v0_builder(credentials)).build()?;
    Ok(client.as_ref().clone())
}

fn email(connection: &Connection) -> Result<String, ClientError> {
    connection
        .text("email")?
        .ok_or_else(|| connection.missing("email"))
}
