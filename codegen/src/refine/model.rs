//! The model of a generated crate: operations, types and responses under their final names.
//!
//! `refine` fills it in, and `write` prints it.

use crate::generate::TypeExpression;
use crate::ir::{Limit, Waiting};
pub use crate::ir::{Location, SchemeKind, Status};
use crate::text::Markdown;
use std::collections::{BTreeMap, BTreeSet};

pub use super::item::{Branch, CrateType, Def, Implied, Member, Presence};
pub use super::pages::{PageInput, PageOutput, Paging, Step};

/// A generated crate.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// The contract's own version, `info.version`.
    pub version: String,
    /// The default address for requests.
    pub base_url: Option<String>,
    /// The security schemes, by name.
    pub schemes: BTreeMap<String, SchemeKind>,
    /// The tags, in the order in which operations use them.
    pub tags: Vec<Tag>,
    /// The operations, in the contract's order.
    pub operations: Vec<Operation>,
    /// Parameters that are fixed once for many operations.
    pub scopes: Vec<Scope>,
    /// The webhooks.
    pub webhooks: Vec<Webhook>,
    /// Structs, enums and unions, by name.
    pub types: Vec<CrateType>,
    /// Enums of responses by status, by name.
    pub statuses: Vec<Statuses>,
    /// The conversions of received types to sent types.
    pub conversions: Vec<Conversion>,
    /// Responses of any operation that report a rate limit.
    pub limited_by: Vec<Limit>,
}

/// The conversion of a received type to a sent type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// The received type.
    pub read: String,
    /// The sent type.
    pub sent: String,
    /// Members with different names on the wire: the name when read and the name when sent.
    pub renamed: Vec<(String, String)>,
    /// Members that only the received type declares, and that the sent type would keep as unknown.
    pub dropped: Vec<String>,
}

impl Model {
    /// The tags that operations have, with their indices. Webhooks have a tag without operations.
    pub fn tags_of_operations(&self) -> impl Iterator<Item = (usize, &Tag)> {
        let has_operations = |index: usize| self.operations.iter().any(|operation| operation.tag == index);
        self.tags
            .iter()
            .enumerate()
            .filter(move |(index, _)| has_operations(*index))
    }

    /// Keeps only the types.
    pub fn keep_types(&mut self) {
        self.tags.clear();
        self.operations.clear();
        self.scopes.clear();
        self.statuses.clear();
    }
}

/// A group of operations: a module, a cargo feature and a block of the client's methods.
#[derive(Clone, Debug)]
pub struct Tag {
    /// The name in the contract.
    pub name: String,
    /// The module's name; the feature is the same with hyphens.
    pub module: String,
    /// The contract's description of the group.
    pub description: String,
}

impl Tag {
    /// The cargo feature.
    pub fn feature(&self) -> String {
        let name = self.module.replace('_', "-");
        if FEATURES.contains(&name.as_str()) {
            format!("{name}-operations")
        } else {
            name
        }
    }
}

/// The features of each crate other than tags.
pub const FEATURES: [&str; 12] = [
    "blocking",
    "charset",
    "cli",
    "default",
    "gzip",
    "mock",
    "native-tls",
    "opentelemetry",
    "rustls",
    "rustls-no-provider",
    "tags",
    "tracing",
];

/// A parameter and its setter.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The name on the wire.
    pub wire: String,
    /// The setter.
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
    /// Whether UTC is written as `+00:00`: the contract or an overlay says
    /// `x-lorgnette-numeric-offset`.
    pub numeric_offset: bool,
    /// The separators of nested lists, one per level.
    pub nested: String,
    /// The media type of a parameter that is a separate document.
    pub content: Option<String>,
    /// The Rust type.
    pub ty: TypeExpression,
    /// Documentation as Markdown.
    pub docs: Markdown,
    /// Whether the contract marks it as deprecated.
    pub deprecated: bool,
}

/// How a request body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// JSON.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/form-data`.
    Multipart,
    /// Text of some kind, unchanged.
    Text,
    /// Bytes or a stream of bytes, unchanged.
    Raw,
}

/// A request body, in one of its media types.
#[derive(Clone, Debug)]
pub struct CrateBody {
    /// The setter.
    pub setter: String,
    /// The media type.
    pub media_type: String,
    /// How it is written.
    pub kind: BodyKind,
    /// The Rust type, if the body has a relevant schema.
    pub ty: Option<TypeExpression>,
    /// Whether null may be sent in its place.
    pub nullable: bool,
    /// The fields of a form that are not written in the usual way.
    pub encodings: Vec<Encoding>,
    /// Documentation as Markdown.
    pub docs: Markdown,
}

/// How one field of a form is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoding {
    /// The field's name.
    pub wire: String,
    /// OpenAPI's style.
    pub style: String,
    /// Whether items of a list, or members of an object, are separate parameters (`explode`).
    pub explode: bool,
    /// Whether characters that delimit parts of an address are sent unencoded.
    pub allow_reserved: bool,
    /// The separators of nested lists, one per level.
    pub nested: String,
    /// The media type of the field's value.
    pub content: Option<String>,
}

/// A parameter that is fixed once for the operations that take it.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The method that fixes it.
    pub method: String,
    /// The return type of the method.
    pub name: String,
    /// The enclosing scope, as an index into [`Model::scopes`].
    pub outer: Option<usize>,
    /// The parameter as in an operation.
    pub parameter: Parameter,
    /// The operations of which it is the innermost scope, as indices into [`Model::operations`].
    pub members: Vec<usize>,
}

/// The webhooks.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// The event, by the contract's name.
    pub event: String,
    /// The variant.
    pub variant: String,
    /// The type of its body.
    pub payload: Payload,
    /// Its documentation.
    pub docs: Markdown,
    /// The tag of all webhooks, an index into [`Model::tags`].
    pub tag: usize,
    /// Its place in the contract.
    pub place: String,
}

/// The content of a response.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Payload {
    /// A JSON document.
    Json(TypeExpression),
    /// Nothing.
    Empty,
    /// Text.
    Text,
    /// A stream of bytes.
    Bytes,
    /// Server-sent events whose data are of this type.
    Events(TypeExpression),
    /// A sequence of JSON documents of this type.
    Lines(TypeExpression),
}

impl Payload {
    /// The type of the documents that it holds.
    pub const fn ty(&self) -> Option<&TypeExpression> {
        match self {
            Self::Json(ty) | Self::Events(ty) | Self::Lines(ty) => Some(ty),
            Self::Empty | Self::Text | Self::Bytes => None,
        }
    }
}

/// A response for some statuses.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StatusResponse {
    /// The variant.
    pub variant: String,
    /// The statuses of the response.
    pub status: Status,
    /// The content of the response.
    pub payload: Payload,
}

/// An enum of responses, one variant for each declared status.
#[derive(Clone, Debug)]
pub struct Statuses {
    /// The enum's name.
    pub name: String,
    /// The variants.
    pub responses: Vec<StatusResponse>,
    /// The tags whose operations respond with it.
    pub tags: BTreeSet<usize>,
}

/// The type of a success or an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The same type for every status.
    One(Payload),
    /// An enum by status, by its name in [`Model::statuses`].
    Several(String),
}

/// A further form of a success, which the caller requests by a separate method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// The method that sends the request.
    pub method: String,
    /// The value of `Accept`.
    pub accept: String,
    /// The content of the success.
    pub payload: Payload,
}

/// An operation and its request.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The id in the contract, after the overlay.
    pub id: String,
    /// The client's method.
    pub name: String,
    /// The request, a builder.
    pub request: String,
    /// Index into [`Model::tags`].
    pub tag: usize,
    /// The HTTP method in upper case.
    pub method: String,
    /// The path template.
    pub path: String,
    /// An absolute address that this operation goes to instead of the API's.
    pub server: Option<String>,
    /// Parameters, in the contract's order.
    pub parameters: Vec<Parameter>,
    /// The ways to give the body; the caller chooses one.
    pub bodies: Vec<CrateBody>,
    /// Whether a request without body is refused.
    pub body_required: bool,
    /// The success.
    pub success: Outcome,
    /// Further forms of the success.
    pub alternatives: Vec<Alternative>,
    /// The declared errors; `None` if there are none.
    pub error: Option<String>,
    /// How it pages, if its success is one page of a list.
    pub paging: Option<Paging>,
    /// The condition under which the reported job is done, if it can be waited for.
    pub waiting: Option<Waiting>,
    /// The value of the `Accept` header; empty when there is nothing to accept.
    pub accept: String,
    /// Names of the contract's security schemes, one list for each alternative; empty for an
    /// operation without credentials.
    pub security: Vec<Vec<String>>,
    /// Statuses that are retryable, in addition to the default ones.
    pub retry: Vec<u16>,
    /// Whether the operation is idempotent although its method is not.
    pub is_repeatable: bool,
    /// Responses that report a rate limit.
    pub limited_by: Vec<Limit>,
    /// The header by which the server recognizes a repeated request.
    pub idempotency_key: Option<String>,
    /// Documentation as Markdown.
    pub docs: Markdown,
    /// The first line of the documentation.
    pub summary: Markdown,
    /// The reason why it is deprecated; `None` if it is not.
    pub deprecated: Option<Markdown>,
}

impl Operation {
    /// The parameters of the path with their places in [`Operation::parameters`], in the order of
    /// the path: arguments of the method.
    pub fn path_arguments(&self) -> Vec<(usize, &Parameter)> {
        let parameters = self.parameters.iter().enumerate();
        let mut arguments: Vec<_> = parameters
            .filter(|(_, parameter)| parameter.location == Location::Path)
            .collect();
        let place = |parameter: &Parameter| self.path.find(&format!("{{{}}}", parameter.wire));
        arguments.sort_by_key(|(_, parameter)| place(parameter).unwrap_or(usize::MAX));
        arguments
    }

    /// The body, if it is an argument of the method: it is required, has one form, and cannot be
    /// null.
    pub fn body_argument(&self) -> Option<&CrateBody> {
        match self.bodies.as_slice() {
            [body] if self.body_required && !body.nullable => Some(body),
            _ => None,
        }
    }

    /// Whether one of the alternatives has a security scheme.
    pub fn needs_credentials(&self) -> bool {
        self.security.iter().any(|schemes| !schemes.is_empty())
    }

    /// The names of the method's arguments, in their order.
    pub fn arguments(&self) -> Vec<&str> {
        let path = self.path_arguments().into_iter();
        let body = self.body_argument().into_iter();
        path.map(|(_, parameter)| parameter.setter.as_str())
            .chain(body.map(|body| body.setter.as_str()))
            .collect()
    }
}
