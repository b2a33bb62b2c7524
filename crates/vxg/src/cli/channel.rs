//! The client of one channel, whichever credentials the settings contain.

use super::connect;
use crate::{AccessToken, v3, v4};
use lorgnette_cli::clap::Arg;
use lorgnette_cli::{Context, Exit, Failure};

/// The argument that names a channel.
pub fn argument() -> Arg {
    Arg::new("channel")
        .value_name("CHANNEL")
        .required(true)
        .help("Id of the channel, or its name")
}

/// The client of the channel that the command line names: with the access token that the account
/// has for it, or with that of the environment if there is no license key.
pub async fn client(context: &Context<'_>) -> Result<v4::Client, Failure> {
    let connection = context.connection;
    let named = context.text("channel").unwrap_or_default();
    if connection.text("license_key")?.is_none() {
        let token = connect::access_token(connection)?;
        if named.parse() != Ok(token.camera_id()) {
            return Err(Failure::usage(format!(
                "the access token is for channel {}; the license key of the account (VXG_LICENSE_KEY) is \
                 for all, and for their names",
                token.camera_id()
            )));
        }
        return Ok(connect::v4(connection)?.into());
    }
    let account = v3::Client::from(connect::v3(connection)?);
    let id = match named.parse() {
        Ok(id) => id,
        Err(_) => by_name(&account, named).await?,
    };
    let channel = account.channels_retrieve(id).detail("detail").send().await?;
    let token = AccessToken::try_from(&channel.into_inner())?;
    Ok(connect::channel(connection, token)?.into())
}

/// The id of the channel with this name.
async fn by_name(account: &v3::Client, name: &str) -> Result<i64, Failure> {
    let mut found = None;
    let mut channels = account.channels_list().stream();
    while let Some(channel) = channels.item().await? {
        if channel.name.as_deref() == Some(name) {
            let id = channel.id.ok_or_else(|| {
                Failure::new(Exit::Unreadable, "the server does not say the id of this channel")
            })?;
            if found.replace(id).is_some() {
                return Err(Failure::usage(format!(
                    "several channels are called `{name}`; name one by its id"
                )));
            }
        }
    }
    found.ok_or_else(|| {
        Failure::new(
            Exit::NotFound,
            format!("no channel is called `{name}`; see `vxg channels list`"),
        )
    })
}
