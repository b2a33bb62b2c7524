//! An API as commands: a group for each tag, a command for each operation.

use super::kind::Kind;
use super::paging::Paged;
use crate::model::operation::Location;
use crate::model::{Operation, Parameter};
use crate::wait::Until;

/// An API as commands.
#[derive(Debug)]
pub struct Api {
    /// The name of the API.
    pub title: &'static str,
    /// The contract's own version.
    pub version: &'static str,
    /// The default address of requests.
    pub base_url: Option<&'static str>,
    /// The security schemes of the contract, by name.
    pub schemes: &'static [Scheme],
    /// The tags whose features are enabled.
    pub tags: &'static [&'static Tag],
}

impl Api {
    /// The command of this name or alias below the tag of that name.
    pub fn find(&self, tag: &str, command: &str) -> Option<(&'static Tag, &'static Command)> {
        let tag = self.tags.iter().find(|known| known.command == tag)?;
        Some((tag, tag.find(command)?))
    }

    /// All commands with their tags.
    pub fn commands(&self) -> impl Iterator<Item = (&'static Tag, &'static Command)> {
        let tags = self.tags.iter().copied();
        tags.flat_map(|tag| tag.commands.iter().map(move |command| (tag, *command)))
    }

    /// The security scheme of this name.
    pub fn scheme(&self, name: &str) -> Option<&'static Scheme> {
        self.schemes.iter().find(|scheme| scheme.name == name)
    }
}

/// A security scheme: where credentials go.
#[derive(Clone, Copy, Debug)]
pub struct Scheme {
    /// The name of the scheme in the contract.
    pub name: &'static str,
    /// The places of the credentials.
    pub place: SchemePlace,
}

/// The place of credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemePlace {
    /// A header of this name.
    Header(&'static str),
    /// A parameter of the query of this name.
    Query(&'static str),
    /// A cookie of this name.
    Cookie(&'static str),
    /// The header `Authorization`, with this word before the credentials.
    Authorization(&'static str),
    /// Another place, for instance the connection.
    Elsewhere,
}

/// A group of commands.
#[derive(Debug)]
pub struct Tag {
    /// The name in the contract.
    pub name: &'static str,
    /// The name of the group.
    pub command: &'static str,
    /// The contract's description of the group; empty if there is none.
    pub about: &'static str,
    /// The commands, in the contract's order.
    pub commands: &'static [&'static Command],
}

impl Tag {
    /// The command of this name or alias.
    pub fn find(&self, name: &str) -> Option<&'static Command> {
        let mut commands = self.commands.iter().copied();
        let named = commands.clone().find(|command| command.name == name);
        named.or_else(|| commands.find(|command| command.alias == Some(name)))
    }
}

/// An operation as a command.
#[derive(Debug)]
pub struct Command {
    /// The operation, which defines how the request is built.
    pub operation: &'static Operation,
    /// The name of the command.
    pub name: &'static str,
    /// An additional short name: `list`, `get`, `create`, `update` or `delete`, if it is the only
    /// such operation of its tag.
    pub alias: Option<&'static str>,
    /// A description in one line.
    pub about: &'static str,
    /// The rest of the contract's description; empty if there is none.
    pub details: &'static str,
    /// Details of its parameters, in the operation's order.
    pub arguments: &'static [Argument],
    /// The forms in which its body can be given; the first is the usual one.
    pub bodies: &'static [Body],
    /// The content of a successful response.
    pub response: Response,
    /// How the whole list is returned, if a response is one page of it.
    pub paged: Option<Paged>,
    /// The condition under which the reported job is done, if it reports on one.
    pub until: Option<Until>,
    /// The reason why the operation is deprecated, if it is.
    pub deprecated: Option<&'static str>,
}

impl Command {
    /// A command without arguments or result.
    pub const fn new(operation: &'static Operation, name: &'static str, about: &'static str) -> Self {
        Self {
            operation,
            name,
            alias: None,
            about,
            details: "",
            arguments: &[],
            bodies: &[],
            response: Response::Nothing,
            paged: None,
            until: None,
            deprecated: None,
        }
    }

    /// Adds a short name.
    #[must_use]
    pub const fn alias(mut self, name: &'static str) -> Self {
        self.alias = Some(name);
        self
    }

    /// Adds further description.
    #[must_use]
    pub const fn details(mut self, text: &'static str) -> Self {
        self.details = text;
        self
    }

    /// Adds details of the parameters, in the operation's order.
    #[must_use]
    pub const fn arguments(mut self, arguments: &'static [Argument]) -> Self {
        self.arguments = arguments;
        self
    }

    /// Adds the forms in which a body can be given.
    #[must_use]
    pub const fn bodies(mut self, bodies: &'static [Body]) -> Self {
        self.bodies = bodies;
        self
    }

    /// Sets the content of a successful response.
    #[must_use]
    pub const fn response(mut self, response: Response) -> Self {
        self.response = response;
        self
    }

    /// Sets how a successful response, which is one page of a list, leads to the next.
    #[must_use]
    pub const fn paged(mut self, paged: Paged) -> Self {
        self.paged = Some(paged);
        self
    }

    /// Sets the condition under which the reported job is done.
    #[must_use]
    pub const fn until(mut self, until: Until) -> Self {
        self.until = Some(until);
        self
    }

    /// Marks the operation as deprecated.
    #[must_use]
    pub const fn deprecated(mut self, why: &'static str) -> Self {
        self.deprecated = Some(why);
        self
    }

    /// The parameters of the request with their details, in the order of their indices in
    /// [`Call::set`](crate::Call::set).
    pub fn parameters(&self) -> impl Iterator<Item = Given> {
        let parameters = self.operation.parameters.iter();
        parameters.enumerate().map(|(index, parameter)| {
            let known = self.arguments.get(index).copied();
            let mut given = Given::new(index, parameter, known.unwrap_or(argument(Kind::Any, "")));
            // Without a value, each call has its own key.
            let key = self.operation.idempotency_key;
            given.is_required &= !key.is_some_and(|key| parameter.is_header(key));
            given
        })
    }

    /// Whether the operation changes nothing on the server: its method is safe, such as GET, or the
    /// contract marks a POST as a query.
    pub fn is_read(&self) -> bool {
        let operation = self.operation;
        operation.method().is_safe() || operation.method().as_str() == "QUERY" || self.asks()
    }

    /// A POST that may be sent twice.
    fn asks(&self) -> bool {
        self.operation.is_repeatable && self.operation.method() == http::Method::POST
    }

    /// Whether a request without body is refused.
    pub const fn is_body_required(&self) -> bool {
        self.operation.is_body_required
    }
}

/// Details of a parameter other than its encoding.
#[derive(Clone, Copy, Debug)]
pub struct Argument {
    /// The kind of its value.
    pub kind: Kind,
    /// The contract's description.
    pub about: &'static str,
}

/// A parameter with a value of this kind.
pub const fn argument(kind: Kind, about: &'static str) -> Argument {
    Argument { kind, about }
}

/// The location of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The path.
    Path,
    /// The query.
    Query,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
}

impl Place {
    /// The location in OpenAPI's terms.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }
}

/// A parameter of a command.
#[derive(Clone, Copy, Debug)]
pub struct Given {
    /// Its index in the operation's list.
    pub index: usize,
    /// Its name in the request.
    pub name: &'static str,
    /// The location.
    pub place: Place,
    /// Whether a request without it is refused.
    pub is_required: bool,
    /// The kind of its value.
    pub kind: Kind,
    /// The contract's description.
    pub about: &'static str,
}

impl Given {
    fn new(index: usize, parameter: &'static Parameter, known: Argument) -> Self {
        let place = match parameter.location {
            Location::Path => Place::Path,
            Location::Query => Place::Query,
            Location::Header => Place::Header,
            Location::Cookie => Place::Cookie,
        };
        Self {
            index,
            name: parameter.name,
            place,
            is_required: parameter.is_required,
            kind: known.kind,
            about: known.about,
        }
    }
}

/// A form in which a request body can be given.
#[derive(Clone, Copy, Debug)]
pub struct Body {
    /// Its media type.
    pub media_type: &'static str,
    /// How the body is written.
    pub format: Format,
    /// The kind of its value.
    pub kind: Kind,
    /// The contract's description.
    pub about: &'static str,
}

/// How a body is written.
#[derive(Clone, Copy, Debug)]
pub enum Format {
    /// JSON.
    Json,
    /// A url-encoded form, with the fields that are not written in the usual way.
    Form(&'static [Parameter]),
    /// A multipart form, with the fields that are not written in the usual way.
    Multipart(&'static [Parameter]),
    /// Text, unchanged.
    Text,
    /// Bytes, unchanged.
    Raw,
}

/// The content of a successful response.
#[derive(Clone, Copy, Debug)]
pub enum Response {
    /// Nothing.
    Nothing,
    /// Only an address in the header `Location`, which is not requested.
    Redirect,
    /// JSON of this kind.
    Json(Kind),
    /// Text.
    Text,
    /// A file.
    Bytes,
    /// A stream of events whose data are of this kind.
    Events(Kind),
    /// A sequence of JSON documents of this kind.
    Lines(Kind),
}
