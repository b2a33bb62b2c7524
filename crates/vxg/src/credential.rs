//! Adds each kind of credential to requests.

use crate::{AccessToken, Account, Error, GroupToken, ServerAddress};
use lorgnette_runtime::authenticate::{Fields, Origin, StaticFields};
use lorgnette_runtime::{Client, ClientBuilder, Secret};

/// The credentials that v2 accepts: an [`AccessToken`], a [`GroupToken`], an [`Account`], or a
/// token in the query, together with the server that it goes to.
#[derive(Debug)]
pub struct Credential {
    server: ServerAddress,
    fields: Fields,
    /// Further texts that errors must not quote.
    concealed: Vec<Secret>,
}

impl Credential {
    fn in_header(server: ServerAddress, word: &str, secret: &Secret) -> Result<Self, Error> {
        let fields = Fields::new().header_with_word("authorization", word, secret)?;
        Ok(Self::new(server, fields))
    }

    pub(crate) fn in_query(server: ServerAddress, secret: &Secret) -> Result<Self, Error> {
        let fields = Fields::new().query("token", secret)?;
        Ok(Self::new(server, fields))
    }

    const fn new(server: ServerAddress, fields: Fields) -> Self {
        Self {
            server,
            fields,
            concealed: Vec::new(),
        }
    }

    pub(crate) fn concealing(mut self, secrets: [&Secret; 2]) -> Self {
        self.concealed.extend(secrets.map(Clone::clone));
        self
    }

    /// Settings for a client of the API at `path` of the server, and of no other origin.
    pub(crate) fn builder<C: From<Client>>(
        self,
        path: &str,
        builder: fn(&str) -> ClientBuilder<C>,
    ) -> Result<ClientBuilder<C>, Error> {
        let origin = Origin::of(self.server.url())?;
        // Programs may have a client for each camera.
        let builder = builder(&api(&self.server, path)?)
            .shared_http()
            .conceal(self.concealed);
        Ok(builder.authenticate(StaticFields::new(origin, self.fields)))
    }
}

/// The address of an API of an installation.
pub(crate) fn api(server: &ServerAddress, path: &str) -> Result<String, Error> {
    if server.url().path().split('/').any(|part| part == "api") {
        return Err(Error::settings(
            "the server's address holds the path of an API version; leave out `/api/...`",
        ));
    }
    Ok(server.join(path))
}

impl TryFrom<AccessToken> for Credential {
    type Error = Error;
    fn try_from(token: AccessToken) -> Result<Self, Error> {
        if token.is_in_query() {
            return token.in_query();
        }
        let credential = Self::in_header(token.server()?, "Acc", token.encoded())?;
        Ok(credential.concealing([token.encoded(), token.inner_token()]))
    }
}

impl TryFrom<GroupToken> for Credential {
    type Error = Error;
    fn try_from(token: GroupToken) -> Result<Self, Error> {
        let credential = Self::in_header(token.server()?, "SI", token.encoded())?;
        Ok(credential.concealing([token.encoded(), token.inner_token()]))
    }
}

impl TryFrom<Account> for Credential {
    type Error = Error;
    fn try_from(account: Account) -> Result<Self, Error> {
        Self::in_header(account.server, "LKey", &account.key)
    }
}

/// References convert as well, since a token often serves several clients.
macro_rules! from_reference {
    ($($name:ident),*) => {$(
        impl TryFrom<&$name> for Credential {
            type Error = Error;
            fn try_from(credential: &$name) -> Result<Self, Error> {
                credential.clone().try_into()
            }
        }
    )*};
}
from_reference!(AccessToken, GroupToken, Account);
