//! Determines where to start for one API: the catalogue's address or another, the network or a
//! saved copy, and the credentials.

use super::address;
use super::disk::Disk;
use super::exchange::PageCredentials;
use super::outcome::Settings;
use super::session::FetchSource;
use super::web::Web;
use crate::failure::CommandFailure;
use crate::workspace::CATALOGUE;
use lorgnette_codegen::catalogue::{DESCRIBED_BY_US, Entry};
use std::path::Path;
use url::Url;

/// Where to begin, and through what.
pub fn source(
    api: &Entry,
    settings: &Settings,
    choose: Option<&str>,
) -> Result<(FetchSource, Url), CommandFailure> {
    let from = settings.from.as_deref().unwrap_or(&api.source);
    if from == DESCRIBED_BY_US {
        return Err(CommandFailure::new(format!(
            "the contract of {:?} is described by us: there is nothing to fetch",
            api.name
        ))
        .at(CATALOGUE)
        .help("if the vendor publishes one now, set `source` to its address, or give it with `--from`"));
    }
    if from.contains("://") || settings.from.is_none() {
        let start = address::parse(from).map_err(|failure| {
            let is_given = settings.from.is_some();
            if is_given {
                failure
            } else {
                failure
                    .after(&format!("`source` of {:?}", api.name))
                    .at(CATALOGUE)
            }
        })?;
        let web = Web::new(
            settings.network.clone(),
            settings.allow_http,
            credentials(api)?,
            settings.limits.clone(),
        )?;
        return Ok((FetchSource::Web(Box::new(web)), start));
    }
    let (disk, start) = Disk::open(Path::new(from), choose, &settings.limits)?;
    Ok((FetchSource::Disk(disk), start))
}

/// The credentials that the catalogue names, from the environment.
fn credentials(api: &Entry) -> Result<Option<PageCredentials>, CommandFailure> {
    let Some(named) = &api.fetch.credentials else {
        return Ok(None);
    };
    let at = |message: String| CommandFailure::new(message).at(CATALOGUE);
    let origin = named.origin.as_deref().unwrap_or(&api.source);
    let origin = address::parse(origin).map_err(|_| {
        at(format!(
            "the credentials of {:?} have no origin to which they may be sent",
            api.name
        ))
        .help("set `fetch.credentials.origin`, for instance to \"https://docs.example.com\"")
    })?;
    let variable = &named.variable;
    let value = std::env::var(variable).map_err(|_| {
        at(format!(
            "the environment variable {variable} is not set, which holds the credentials for {:?}",
            api.name
        ))
        .help("set it, for instance to \"Bearer ...\"")
    })?;
    Ok(Some(PageCredentials {
        origin: origin.origin(),
        header: named.header.clone(),
        variable: variable.clone(),
        value,
    }))
}
