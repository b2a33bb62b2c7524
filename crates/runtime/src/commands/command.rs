//! An API as commands: a group for each tag, a command for each operation.

use super::kind::Kind;
use super::paging::Paged;
use crate::model::operation::Location;
use crate::model::{Operation, Parameter};
use crate::wait::Until;

/// An API as commands.
#[derive(Debug)]
pub struct Api {
    /// What it is called.
    pub title: &'static str,
    /// The contract's own version.
    pub version: &'static str,
    /// The address that requests go to unless the caller names another.
    pub base_url: Option<&'static str>,
    /// The security schemes of the contract, by name.
    pub schemes: &'static [Scheme],
    /// The tags whose features are on.
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
    /// Its name in the contract.
    pub name: &'static str,
    /// Where they go.
    pub place: SchemePlace,
}

/// Where credentials go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemePlace {
    /// A header of this name.
    Header(&'static str),
    /// A parameter of the query of this name.
    Query(&'static str),
    /// A cookie of this name.
    Cookie(&'static str),
    /// The header `Authorization`, with this word before them.
    Authorization(&'static str),
    /// Somewhere else: the connection, for instance.
    Elsewhere,
}

/// A group of commands.
#[derive(Debug)]
pub struct Tag {
    /// The name in the contract.
    pub name: &'static str,
    /// The name of the group.
    pub command: &'static str,
    /// What the contract says of the group; empty where it says nothing.
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
    /// How its request is written.
    pub operation: &'static Operation,
    /// The name of the command.
    pub name: &'static str,
    /// A short name besides: `list`, `get`, `create`, `update` or `delete`, where it is the only
    /// one of its tag that does so.
    pub alias: Option<&'static str>,
    /// What it does, in one line.
    pub about: &'static str,
    /// What else the contract says of it; empty where it says no more.
    pub details: &'static str,
    /// What is known of its parameters, in the order of the operation's.
    pub arguments: &'static [Argument],
    /// The forms in which its body can be given; the first is the usual one.
    pub bodies: &'static [Body],
    /// What a success holds.
    pub response: Response,
    /// How it gives the whole list, if a response is one page of it.
    pub paged: Option<Paged>,
    /// When what it reports on is done, if that takes its time.
    pub until: Option<Until>,
    /// Why it should not be used any more.
    pub deprecated: Option<&'static str>,
}

impl Command {
    /// A command without arguments that gives nothing.
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

    /// With a short name besides.
    #[must_use]
    pub const fn alias(mut self, name: &'static str) -> Self {
        self.alias = Some(name);
        self
    }

    /// With more to say.
    #[must_use]
    pub const fn details(mut self, text: &'static str) -> Self {
        self.details = text;
        self
    }

    /// With what is known of the parameters, in the order of the operation's.
    #[must_use]
    pub const fn arguments(mut self, arguments: &'static [Argument]) -> Self {
        self.arguments = arguments;
        self
    }

    /// With the forms in which a body can be given.
    #[must_use]
    pub const fn bodies(mut self, bodies: &'static [Body]) -> Self {
        self.bodies = bodies;
        self
    }

    /// What a success holds.
    #[must_use]
    pub const fn response(mut self, response: Response) -> Self {
        self.response = response;
        self
    }

    /// A success is one page of a list.
    #[must_use]
    pub const fn paged(mut self, paged: Paged) -> Self {
        self.paged = Some(paged);
        self
    }

    /// What it reports on is done when its response says so.
    #[must_use]
    pub const fn until(mut self, until: Until) -> Self {
        self.until = Some(until);
        self
    }

    /// It should not be used any more.
    #[must_use]
    pub const fn deprecated(mut self, why: &'static str) -> Self {
        self.deprecated = Some(why);
        self
    }

    /// The parameters of the request with what is known of them, in the order in which
    /// [`Call::set`](crate::Call::set) counts them.
    pub fn parameters(&self) -> impl Iterator<Item = Given> {
        let parameters = self.operation.parameters.iter();
        parameters.enumerate().map(|(index, parameter)| {
            let known = self.arguments.get(index).copied();
            let mut given = Given::new(index, parameter, known.unwrap_or(argument(Kind::Any, "")));
            // Without a value, each call has a key of its own.
            let key = self.operation.idempotency_key;
            given.is_required &= !key.is_some_and(|key| parameter.is_header(key));
            given
        })
    }

    /// Whether sending it changes nothing on the server: its method is GET or the like, or the
    /// contract says that a POST only asks.
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

/// What is known of a parameter besides how it is written.
#[derive(Clone, Copy, Debug)]
pub struct Argument {
    /// The kind of its value.
    pub kind: Kind,
    /// What the contract says of it.
    pub about: &'static str,
}

/// A parameter with a value of this kind.
pub const fn argument(kind: Kind, about: &'static str) -> Argument {
    Argument { kind, about }
}

/// Where a parameter goes.
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
    /// OpenAPI's word.
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
    /// Its place in the operation's list.
    pub index: usize,
    /// Its name in the request.
    pub name: &'static str,
    /// Where it goes.
    pub place: Place,
    /// Whether a request without it is refused.
    pub is_required: bool,
    /// The kind of its value.
    pub kind: Kind,
    /// What the contract says of it.
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

/// A form in which the body of a request can be given.
#[derive(Clone, Copy, Debug)]
pub struct Body {
    /// Its media type.
    pub media_type: &'static str,
    /// How it is written.
    pub format: Format,
    /// The kind of its value.
    pub kind: Kind,
    /// What the contract says of it.
    pub about: &'static str,
}

/// How a body is written.
#[derive(Clone, Copy, Debug)]
pub enum Format {
    /// JSON.
    Json,
    /// A url-encoded form, with the fields that are written in another way than usual.
    Form(&'static [Parameter]),
    /// A multipart form, with the fields that are written in another way than usual.
    Multipart(&'static [Parameter]),
    /// Text, as it is.
    Text,
    /// Bytes, as they are.
    Raw,
}

/// What a success holds.
#[derive(Clone, Copy, Debug)]
pub enum Response {
    /// Nothing.
    Nothing,
    /// Nothing but the address of something else, in the header `Location`, which is not asked for.
    Redirect,
    /// JSON of this kind.
    Json(Kind),
    /// Text.
    Text,
    /// A file.
    Bytes,
    /// A stream of events whose data are of this kind.
    Events(Kind),
    /// JSON documents of this kind, one after the other.
    Lines(Kind),
}
