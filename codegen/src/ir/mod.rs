//! The typed model of an API: what its contract says, in one form for each thing.
//!
//! `lower` makes it from the repaired document. Everything after that reads this model and no
//! JSON document. [`verify()`] and [`verify_names()`] say what always holds of it.

mod names;
mod operation;
#[cfg(test)]
pub(crate) mod testing;
mod types;
mod verify;
mod visit;

pub use names::verify_names;
pub use operation::{
    Body, Content, FieldEncoding, Header, Location, Operation, Pagination, Parameter, Response, Security,
    Status, Words,
};
pub use types::{
    Annotations, Branch, Enum, EnumKind, EnumValue, Home, Integer, Member, Object, Shape, Text, Type,
    TypeDef, TypeRef, Union,
};
pub use verify::{verify, verify_types};

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// An API.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Api {
    /// The contract's own version.
    pub version: String,
    /// Where requests go.
    pub servers: Vec<Server>,
    /// The tags that operations have, in the order of their first use.
    pub tags: Vec<Tag>,
    /// The security schemes, by name.
    pub schemes: BTreeMap<String, Scheme>,
    /// The operations, in the contract's order.
    pub operations: Vec<Operation>,
    /// The types, by name, in the contract's order.
    pub types: IndexMap<String, TypeDef>,
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

/// The value without members that say nothing.
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

/// The place of a thing in its contract: a JSON pointer, never empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Provenance(String);

impl Provenance {
    /// The place at `pointer`.
    pub fn new(pointer: impl Into<String>) -> Self {
        Self(pointer.into())
    }

    /// The JSON pointer.
    pub fn pointer(&self) -> &str {
        &self.0
    }

    /// The place of the member `token` of what stands here.
    #[must_use]
    pub fn child(&self, token: &str) -> Self {
        Self(crate::document::child(&self.0, token))
    }
}

/// A server, its variables at their defaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Server {
    /// Its place.
    pub provenance: Provenance,
    /// Its address as the contract has it, which may be relative.
    pub url: String,
}

/// The first absolute address of `servers`, without a slash at its end.
pub fn absolute(servers: &[Server]) -> Option<String> {
    let mut urls = servers.iter().map(|server| &server.url);
    let url = urls.find(|url| url.starts_with("https://") || url.starts_with("http://"))?;
    Some(url.trim_end_matches('/').to_string())
}

/// A group of operations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tag {
    /// Its name in the contract.
    pub name: String,
    /// The name of its module.
    pub module: String,
    /// What the contract says of it.
    pub description: String,
}

/// A security scheme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Scheme {
    /// Its place.
    pub provenance: Provenance,
    /// How credentials are given.
    pub kind: SchemeKind,
}

/// How credentials are given.
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
    /// One that OpenAPI does not know, by its type.
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
