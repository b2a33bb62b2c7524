//! An API as a whole: its tags and security schemes.

use super::marks::Limit;
use super::operation::Operation;
use super::provenance::Provenance;
use super::server::Server;
use super::types::TypeDef;
use indexmap::IndexMap;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// An API.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Api {
    /// The contract's own version.
    pub version: String,
    /// The address for requests.
    pub servers: Vec<Server>,
    /// The tags that operations have, in the order of their first use.
    pub tags: Vec<Tag>,
    /// The security schemes, by name.
    pub schemes: BTreeMap<String, Scheme>,
    /// The operations, in the contract's order.
    pub operations: Vec<Operation>,
    /// The types, by name, in the contract's order.
    pub types: IndexMap<String, TypeDef>,
    /// Responses of any operation that report a rate limit, in addition to status 429.
    pub limited_by: Vec<Limit>,
}

impl Api {
    /// The model as text, for people to read.
    pub fn to_text(&self) -> String {
        match serde_json::to_value(self) {
            Ok(value) => format!("{:#}\n", bare(value)),
            Err(error) => format!("the model cannot be shown: {error}\n"),
        }
    }
}

/// The value without members that carry no information.
fn bare(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter().map(|(key, value)| (key, bare(value)));
            let says_nothing = |value: &Value| match value {
                Value::Null | Value::Bool(false) => true,
                Value::String(text) => text.is_empty(),
                Value::Array(list) => list.is_empty(),
                _ => false,
            };
            members.filter(|(_, value)| !says_nothing(value)).collect()
        }
        Value::Array(list) => list.into_iter().map(bare).collect(),
        other => other,
    }
}

/// A group of operations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tag {
    /// Its name in the contract.
    pub name: String,
    /// The name of its module.
    pub module: String,
    /// The contract's description.
    pub description: String,
}

/// A security scheme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Scheme {
    /// Its place.
    pub provenance: Provenance,
    /// The form of credentials.
    pub kind: SchemeKind,
}

/// The form of credentials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SchemeKind {
    /// A key in a header, the query or a cookie.
    ApiKey {
        /// Where it goes: `header`, `query` or `cookie`.
        location: String,
        /// The name of the header, parameter or cookie.
        name: String,
    },
    /// A scheme of the header `Authorization`.
    Http {
        /// `basic`, `bearer` or another scheme of HTTP.
        scheme: String,
    },
    /// OAuth 2.0.
    OAuth2 {
        /// The flows, each with its addresses.
        flows: Vec<Flow>,
    },
    /// OpenID Connect.
    OpenIdConnect {
        /// The address of the provider's description.
        url: String,
    },
    /// A value that OpenAPI does not know, by its type.
    Other(String),
}

/// A flow of OAuth 2.0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Flow {
    /// Its name in OpenAPI: `clientCredentials`.
    pub name: String,
    /// The address for the user's consent and that for tokens, as far as the flow has them.
    pub urls: Vec<String>,
}
