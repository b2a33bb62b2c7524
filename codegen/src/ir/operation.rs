//! Operations: parameters, bodies, responses, security, and descriptions.

use super::marks::{Limit, Pagination, Waiting};
use super::provenance::Provenance;
use super::server::Server;
use super::types::TypeRef;
use serde::Serialize;
use std::fmt;

/// An operation.
#[derive(Clone, Debug, Serialize)]
pub struct Operation {
    /// Its place.
    pub provenance: Provenance,
    /// Its id in the contract.
    pub contract_id: Option<String>,
    /// The name of its method in Rust.
    pub name: String,
    /// The name of its request in Rust, which is the return type of the method; empty until it is
    /// named.
    pub request: String,
    /// Index into the tags of the API.
    pub tag: usize,
    /// The HTTP method in lower case.
    pub method: &'static str,
    /// The method that is sent, if path items cannot name it.
    pub custom_method: Option<String>,
    /// The contract's path template.
    pub path: String,
    /// Servers that it goes to instead of the API's.
    pub servers: Vec<Server>,
    /// Its parameters, in the contract's order.
    pub parameters: Vec<Parameter>,
    /// The body of its request.
    pub body: Option<Body>,
    /// Its responses, in the contract's order.
    pub responses: Vec<Response>,
    /// The credentials that it requires.
    pub security: Security,
    /// Statuses that are retryable, in addition to the default ones.
    pub retry: Vec<u16>,
    /// Whether it may be sent twice although its method is not idempotent.
    pub idempotent: bool,
    /// How its list pages, according to the contract.
    pub pagination: Option<Pagination>,
    /// The event, if the vendor's server sends this request; its body is then the success.
    pub webhook: Option<String>,
    /// The condition under which the reported job is done, if it reports on one.
    pub waiting: Option<Waiting>,
    /// Responses that report a rate limit, in addition to status 429.
    pub limited_by: Vec<Limit>,
    /// The header by which the server recognizes a repeated request.
    pub idempotency_key: Option<String>,
    /// Whether the contract marks it as deprecated.
    pub deprecated: bool,
    /// The contract's description.
    pub words: Words,
}

impl Operation {
    /// The path template that is sent. In the contract's template, the part from a `#` on only
    /// distinguishes paths that are the same on the wire.
    pub fn sent_path(&self) -> &str {
        self.path.split('#').next().unwrap_or_default()
    }

    /// The method that is sent.
    pub fn sent_method(&self) -> String {
        let custom = self.custom_method.clone();
        custom.unwrap_or_else(|| self.method.to_uppercase())
    }

    /// The address of its own server, which may be relative to the API's; `None` if it goes to one
    /// of the API's.
    pub fn server(&self, of_api: &[Server]) -> Option<String> {
        let url = self.servers.first().map(|server| &server.url)?;
        if of_api.first().is_some_and(|server| server.url == *url) {
            return None;
        }
        let is_absolute = url.contains("://");
        Some(
            if is_absolute {
                url.trim_end_matches('/')
            } else {
                url
            }
            .to_string(),
        )
    }

    /// The query parameter called `name`.
    pub fn query(&self, name: &str) -> Option<&Parameter> {
        let mut query = self.parameters.iter();
        query.find(|parameter| parameter.location == Location::Query && parameter.wire == name)
    }
}

/// The contract's description of an operation. Absent fields are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Words {
    /// The summary.
    pub summary: String,
    /// The description.
    pub description: String,
    /// `x-lorgnette-note`: a note that an overlay adds.
    pub note: String,
    /// The address of its own documentation.
    pub documentation: Option<String>,
    /// `x-lorgnette-confidence`: how sure an overlay is of the operation.
    pub confidence: String,
    /// `x-lorgnette-evidence`: sources for the operation.
    pub evidence: Vec<String>,
    /// `x-lorgnette-deprecated-reason`.
    pub deprecation: String,
}

/// The location of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Location {
    /// A segment of the path, or a part of one.
    Path,
    /// The query.
    Query,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
}

impl fmt::Display for Location {
    /// Prints OpenAPI's word for it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        })
    }
}

/// A parameter.
#[derive(Clone, Debug, Serialize)]
pub struct Parameter {
    /// Its place.
    pub provenance: Provenance,
    /// The name on the wire.
    pub wire: String,
    /// The name of its setter.
    pub setter: String,
    /// The location.
    pub location: Location,
    /// OpenAPI's `style`.
    pub style: String,
    /// OpenAPI's `explode`.
    pub explode: bool,
    /// Whether a request without it is refused.
    pub required: bool,
    /// Whether reserved characters are sent unencoded.
    pub allow_reserved: bool,
    /// `x-lorgnette-numeric-offset`: whether UTC is written as `+00:00`.
    pub numeric_offset: bool,
    /// The separators of nested lists, one per level.
    pub nested: String,
    /// The media type of a parameter that is a separate document.
    pub content: Option<String>,
    /// The contract's description.
    pub description: Option<String>,
    /// Whether the contract marks it as deprecated.
    pub deprecated: bool,
    /// Its type.
    pub ty: TypeRef,
}

/// The body of a request.
#[derive(Clone, Debug, Serialize)]
pub struct Body {
    /// Its place.
    pub provenance: Provenance,
    /// Whether a request without it is refused.
    pub required: bool,
    /// The contract's description.
    pub description: String,
    /// The alternatives, by media type.
    pub content: Vec<Content>,
}

/// One form of a body or response.
#[derive(Clone, Debug, Serialize)]
pub struct Content {
    /// Its place.
    pub provenance: Provenance,
    /// The media type that determines how it is written and read.
    pub media_type: String,
    /// The media type that is sent, or the list of those that are accepted.
    pub wire: String,
    /// Its type; `None` if the contract does not describe the content.
    pub ty: Option<TypeRef>,
    /// How the fields of a form are encoded.
    pub encoding: Vec<FieldEncoding>,
}

impl Content {
    /// Whether the whole content may be null.
    pub fn is_nullable(&self) -> bool {
        self.ty.as_ref().is_some_and(|ty| ty.nullable)
    }

    /// Whether it is written as a form, field by field.
    pub fn is_form(&self) -> bool {
        self.media_type == "application/x-www-form-urlencoded" || self.media_type.starts_with("multipart/")
    }
}

/// How the contract encodes a field of a form. Undeclared values are `None`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldEncoding {
    /// The field's name.
    pub wire: String,
    /// OpenAPI's `style`.
    pub style: Option<String>,
    /// OpenAPI's `explode`.
    pub explode: Option<bool>,
    /// OpenAPI's `allowReserved`.
    pub allow_reserved: Option<bool>,
    /// The separators of nested lists, one per level.
    pub nested: String,
    /// The media type of its value.
    pub content_type: Option<String>,
    /// The headers that the contract declares for its part.
    pub headers: Vec<String>,
}

/// The statuses that a response is declared for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// One status.
    Code(u16),
    /// A hundred statuses: 2 for `2XX`.
    Range(u8),
    /// All statuses that are not declared otherwise.
    Default,
}

impl fmt::Display for Status {
    /// Prints OpenAPI's key: `200`, `2XX`, `default`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "{code}"),
            Self::Range(hundred) => write!(f, "{hundred}XX"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A response.
#[derive(Clone, Debug, Serialize)]
pub struct Response {
    /// Its place.
    pub provenance: Provenance,
    /// The statuses that it is declared for.
    pub status: Status,
    /// The contract's description.
    pub description: String,
    /// The alternatives, by media type.
    pub content: Vec<Content>,
    /// Its headers.
    pub headers: Vec<Header>,
}

/// A header of a response.
#[derive(Clone, Debug, Serialize)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Option<TypeRef>,
}

/// The credentials that an operation requires.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Security {
    /// The place in the contract that declares them.
    pub provenance: Provenance,
    /// Names of security schemes that are required together, by alternative. An alternative without
    /// a scheme allows requests without credentials.
    pub alternatives: Vec<Vec<String>>,
}

impl Security {
    /// The alternatives that require credentials.
    pub fn combinations(&self) -> impl Iterator<Item = &Vec<String>> {
        self.alternatives
            .iter()
            .filter(|combination| !combination.is_empty())
    }

    /// Whether requests without credentials are allowed as an alternative.
    pub fn is_optional(&self) -> bool {
        self.alternatives.iter().any(Vec::is_empty) && self.combinations().next().is_some()
    }
}
