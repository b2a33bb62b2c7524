//! One interface for all generated crates, which differ in the type of their client.

use crate::credentials::credentials;
use crate::given::{Call, Given, Seen, Size, Type};
use lorgnette_runtime::authenticate::{Fields, Origin, StaticFields};
use lorgnette_runtime::reqwest::Url;
use lorgnette_runtime::retry::RetryPolicy;
use lorgnette_runtime::{Client, ClientBuilder, Limits, Secret};
use lorgnette_tests::contract::Contract;
use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;

/// A generated crate.
pub struct Api {
    /// Its name.
    pub name: &'static str,
    /// Its operations, given a client for a server.
    pub connect: fn(&JudgedServer) -> Vec<ClientOperation>,
    /// Its types.
    pub types: &'static [Type],
    /// The sizes of its types and responses.
    pub sizes: &'static [Size],
}

/// An operation of a client.
pub struct ClientOperation {
    /// The HTTP method.
    pub method: &'static str,
    /// The path template.
    pub path: &'static str,
    /// Sends a request with these values; the error says why it could not be made.
    pub send: Box<dyn Fn(Given) -> Coming + Send + Sync>,
}

/// The pending call.
pub type Coming = Pin<Box<dyn Future<Output = Result<Seen, String>> + Send>>;

/// Defines the list of the generated crates, from their modules.
macro_rules! generated {
    ($($module:ident: $name:literal,)*) => {
        $(
            #[rustfmt::skip]
            #[allow(deprecated, unused_imports, unused_mut, unused_variables, clippy::all, clippy::pedantic)]
            mod $module;
        )*

        /// All of them.
        const APIS: &[apis::Api] = &[$(apis::Api {
            name: $name,
            connect: |server| apis::operations(server.client(::$module::Client::builder), $module::CALLS),
            types: $module::TYPES,
            sizes: $module::SIZES,
        }),*];
    };
}
pub(crate) use generated;

/// The operations of `calls` with their client.
pub fn operations<C: Clone + Send + Sync + 'static>(
    client: C,
    calls: &'static [&'static [Call<C>]],
) -> Vec<ClientOperation> {
    let operation = |call: &'static Call<C>| {
        let client = client.clone();
        let send = move |given| -> Coming {
            let client = client.clone();
            Box::pin(async move {
                match (call.send)(&client, given) {
                    Ok(sending) => Ok(sending.await),
                    Err(error) => Err(error),
                }
            })
        };
        ClientOperation {
            method: call.method,
            path: call.path,
            send: Box::new(send),
        }
    };
    calls.iter().copied().flatten().map(operation).collect()
}

/// A server, and the settings that a client needs for it.
pub struct JudgedServer {
    address: String,
    /// The contract's servers of single operations, which this server replaces as well.
    others: BTreeSet<String>,
    /// Header fields with meaningless credentials.
    credentials: BTreeMap<String, String>,
}

impl JudgedServer {
    /// A server at `address` that replaces all servers in `contract`.
    pub fn new(address: &str, contract: &Contract) -> Self {
        let operations = contract.operations();
        let others = operations.iter().flat_map(|operation| {
            let path = operation.pointer.rsplit_once('/').map_or("", |(path, _)| path);
            let servers = [contract.at(&operation.pointer), contract.at(path)];
            servers
                .into_iter()
                .filter_map(|node| node.get("servers")?.as_array())
                .flatten()
        });
        let others = others.filter_map(|server| Some(server.get("url")?.as_str()?.to_owned()));
        Self {
            address: address.to_owned(),
            others: others.collect(),
            credentials: credentials(contract),
        }
    }

    /// A client for it, which does not retry.
    pub fn client<C: From<Client>>(&self, builder: fn(&str) -> ClientBuilder<C>) -> C {
        let origin = Origin::of(&self.address.parse::<Url>().unwrap()).unwrap();
        let mut fields = Fields::new();
        for (name, value) in &self.credentials {
            fields = fields.header(name, &Secret::new(value.clone())).unwrap();
        }
        // Prism nests lists to any depth, which no vendor does.
        let mut limits = Limits::default();
        limits.body = 256 << 20;
        limits.decoded = 1 << 30;
        let mut builder = builder(&self.address).retry(RetryPolicy::off()).limits(limits);
        if !self.credentials.is_empty() {
            builder = builder.authenticate(StaticFields::new(origin, fields));
        }
        for other in &self.others {
            builder = builder.server(other, &self.address);
        }
        builder.build().unwrap()
    }
}
