//! Clients with the credentials from the environment and the profile.

use crate::runtime::{Client, ClientBuilder, ClientError};
use crate::{
    AccessToken, Account, ClientCertificate, Credential, GatewayLogin, GroupToken, LicenseKey, ServerAddress,
};
use lorgnette_cli::{Connection, ProgramApi};

/// The server for requests, if the command line's address or the settings name one.
fn server(connection: &Connection) -> Result<Option<ServerAddress>, ClientError> {
    let named = match connection.base_url() {
        Some(url) => {
            let url: crate::runtime::http::Uri = url
                .parse()
                .map_err(|_| ClientError::settings("--base-url is not an address"))?;
            let scheme = url.scheme_str().unwrap_or("https").to_owned();
            url.authority().map(|authority| format!("{scheme}://{authority}"))
        }
        None => connection.text("server")?,
    };
    named.map(|named| address(&named)).transpose()
}

/// The address of an API on the server in the settings, if it can be determined without
/// credentials.
pub fn address_of(connection: &Connection, api: &ProgramApi) -> Option<String> {
    let server = server(connection).ok()??;
    let server = match api.name {
        "admin" => server.or_port(9000),
        _ => server,
    };
    let usual: crate::runtime::http::Uri = api.table.base_url?.parse().ok()?;
    Some(server.join(usual.path()))
}

/// An address, which uses https unless it is on this machine.
fn address(named: &str) -> Result<ServerAddress, ClientError> {
    let is_here = ["http://127.0.0.1", "http://localhost", "http://[::1]"]
        .iter()
        .any(|here| named.starts_with(here));
    match is_here {
        true => Ok(ServerAddress::allowing_http(named)?),
        false => Ok(ServerAddress::new(named)?),
    }
}

fn needed(connection: &Connection) -> Result<ServerAddress, ClientError> {
    server(connection)?.ok_or_else(|| connection.missing("server"))
}

fn account(connection: &Connection) -> Result<Account, ClientError> {
    LicenseKey::new(connection.secret("license_key")?)?.at(needed(connection)?)
}

/// The access token in the settings.
pub fn access_token(connection: &Connection) -> Result<AccessToken, ClientError> {
    let token = AccessToken::new(connection.secret("access_token")?)?;
    match server(connection)? {
        Some(server) => token.at(server),
        None => Ok(token),
    }
}

fn group_token(connection: &Connection) -> Result<GroupToken, ClientError> {
    let token = GroupToken::new(connection.secret("group_token")?)?;
    match server(connection)? {
        Some(server) => token.at(server),
        None => Ok(token),
    }
}

fn certificate(connection: &Connection) -> Result<ClientCertificate, ClientError> {
    let text = |name| connection.text(name)?.ok_or_else(|| connection.missing(name));
    let certificate = ClientCertificate::from_files(text("certificate")?, text("key")?)?;
    match connection.text("root")? {
        Some(path) => {
            let pem = std::fs::read_to_string(path).map_err(|error| {
                ClientError::settings(format!("cannot read the file that `root` names: {error}"))
            })?;
            Ok(certificate.trust_root(&pem)?)
        }
        None => Ok(certificate),
    }
}

fn built<C: From<Client> + AsRef<Client>>(
    connection: &Connection,
    builder: ClientBuilder<C>,
) -> Result<Client, ClientError> {
    Ok(connection.options(builder).build()?.as_ref().clone())
}

/// v2 accepts three kinds of credentials; the one with the most rights is used.
pub fn v2(connection: &Connection) -> Result<Client, ClientError> {
    let credential: Credential = if connection.text("license_key")?.is_some() {
        account(connection)?.try_into()?
    } else if connection.text("group_token")?.is_some() {
        group_token(connection)?.try_into()?
    } else {
        access_token(connection)?.try_into()?
    };
    built(connection, crate::v2_builder(credential)?)
}

pub fn v3(connection: &Connection) -> Result<Client, ClientError> {
    built(connection, crate::v3_builder(account(connection)?)?)
}

pub fn v4(connection: &Connection) -> Result<Client, ClientError> {
    built(connection, crate::v4_builder(access_token(connection)?)?)
}

/// A v4 client for a channel of the account, at the server that its token names, or at that of the
/// account if the token names none. It uses http only if the account's server does.
pub fn channel(connection: &Connection, token: AccessToken) -> Result<Client, ClientError> {
    let server = needed(connection)?;
    let token = match server.url().scheme() {
        "http" => token.allow_http(),
        _ => token,
    };
    let token = match token.names_server() {
        true => token,
        false => token.at(server)?,
    };
    built(connection, crate::v4_builder(token)?)
}

pub fn v5(connection: &Connection) -> Result<Client, ClientError> {
    built(connection, crate::v5_builder(group_token(connection)?)?)
}

/// A client for the servers of an account, with its license key, or for those of an installation,
/// with a client certificate.
pub fn v6(connection: &Connection) -> Result<Client, ClientError> {
    let has_certificate = connection.text("certificate")?.is_some();
    match (connection.text("license_key")?.is_some(), has_certificate) {
        (true, true) => {
            let builder = crate::v6_builder(account(connection)?)?;
            built(connection, builder.client_certificate(&certificate(connection)?)?)
        }
        (false, true) => built(
            connection,
            crate::v6_admin_builder(&certificate(connection)?, needed(connection)?)?,
        ),
        (_, false) => built(connection, crate::v6_builder(account(connection)?)?),
    }
}

pub fn gateway(connection: &Connection) -> Result<Client, ClientError> {
    let email = connection
        .text("gateway_email")?
        .ok_or_else(|| connection.missing("gateway_email"))?;
    let login = GatewayLogin::new(email, connection.secret("gateway_password")?)?;
    built(
        connection,
        crate::gateway_builder(login.at(needed(connection)?)?)?,
    )
}

pub fn admin(connection: &Connection) -> Result<Client, ClientError> {
    built(
        connection,
        crate::admin_builder(&certificate(connection)?, needed(connection)?)?,
    )
}
