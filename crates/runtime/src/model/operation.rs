//! A contract's description of an operation, as a table that generated code holds in a `static`.
//!
//! [`Call`](crate::Call) sets the values and sends the request.

use super::limit_response::LimitResponse;
use http::Method;
use std::sync::OnceLock;

/// The replacement for a non-standard method, where only a few distinct values are allowed.
#[cfg(any(feature = "tracing", feature = "opentelemetry"))]
pub(crate) const OTHER: &str = "_OTHER";

/// An operation of an API.
#[derive(Debug)]
pub struct Operation {
    pub(crate) id: &'static str,
    method: Method,
    custom_method: Option<&'static str>,
    named_method: OnceLock<Method>,
    pub(crate) path: &'static str,
    pub(crate) parameters: &'static [Parameter],
    pub(crate) accept: &'static str,
    pub(crate) is_body_required: bool,
    pub(crate) server: Option<&'static str>,
    pub(crate) security: Option<&'static [&'static [&'static str]]>,
    pub(crate) retry_on: &'static [u16],
    pub(crate) limited_by: &'static [LimitResponse],
    pub(crate) is_repeatable: bool,
    /// The header by whose value the server recognizes a repeated request.
    pub(crate) idempotency_key: Option<&'static str>,
}

impl Operation {
    /// The operation `id`, which sends `method` to `path`: a template such as `/eyes/{id}`.
    ///
    /// It has no parameters, accepts JSON, needs no body and no credentials, and goes to the API's
    /// own server.
    pub const fn new(id: &'static str, method: Method, path: &'static str) -> Self {
        // Methods that RFC 9110 calls idempotent; others are marked individually.
        let is_repeatable = matches!(
            method,
            Method::GET | Method::HEAD | Method::PUT | Method::DELETE | Method::OPTIONS | Method::TRACE
        );
        Self {
            id,
            method,
            custom_method: None,
            named_method: OnceLock::new(),
            path,
            parameters: &[],
            accept: "application/json",
            is_body_required: false,
            server: None,
            security: None,
            retry_on: &[],
            limited_by: &[],
            is_repeatable,
            idempotency_key: None,
        }
    }

    /// Sets the parameters, which [`Call::set`](crate::Call::set) identifies by their index in the
    /// list.
    #[must_use]
    pub const fn parameters(mut self, parameters: &'static [Parameter]) -> Self {
        self.parameters = parameters;
        self
    }

    /// Replaces the method with one for which [`Method`] has no constant, such as `QUERY`. A name
    /// that HTTP does not allow changes nothing.
    #[must_use]
    pub const fn custom_method(mut self, name: &'static str) -> Self {
        self.custom_method = Some(name);
        self
    }

    /// Sets the media types of `Accept`.
    #[must_use]
    pub const fn accept(mut self, media_types: &'static str) -> Self {
        self.accept = media_types;
        self
    }

    /// Rejects requests without a body.
    #[must_use]
    pub const fn body_required(mut self) -> Self {
        self.is_body_required = true;
        self
    }

    /// Uses another server than the rest of the API; see
    /// [`ClientBuilder::server`](crate::ClientBuilder::server).
    #[must_use]
    pub const fn server(mut self, url: &'static str) -> Self {
        self.server = Some(url);
        self
    }

    /// Requires credentials: one of these alternatives, each of which lists the names of the
    /// security schemes that are required together. An alternative without schemes means that none
    /// need be sent.
    #[must_use]
    pub const fn security(mut self, alternatives: &'static [&'static [&'static str]]) -> Self {
        self.security = Some(alternatives);
        self
    }

    /// Declares retryable statuses, in addition to the default ones.
    #[must_use]
    pub const fn retry_on(mut self, statuses: &'static [u16]) -> Self {
        self.retry_on = statuses;
        self
    }

    /// Declares responses that report a rate limit, in addition to status 429.
    #[must_use]
    pub const fn limited_by(mut self, responses: &'static [LimitResponse]) -> Self {
        self.limited_by = responses;
        self
    }

    /// Marks the operation as idempotent, although its method is not.
    #[must_use]
    pub const fn repeatable(mut self) -> Self {
        self.is_repeatable = true;
        self
    }

    /// Declares a header by whose value the server recognizes repeated requests. Each call has its
    /// own value, the same in all its attempts, unless the caller sets one. So a request may be
    /// sent twice.
    ///
    /// ```
    /// lorgnette_runtime::operation!(
    ///     PAY: "pay" POST "/payments", header "Idempotency-Key".required(); idempotency_key("Idempotency-Key")
    /// );
    /// ```
    #[must_use]
    pub const fn idempotency_key(mut self, header: &'static str) -> Self {
        self.idempotency_key = Some(header);
        self.repeatable()
    }

    /// The id in the contract.
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// The HTTP method.
    pub fn method(&self) -> &Method {
        self.custom_method.map_or(&self.method, |name| {
            let named = || Method::from_bytes(name.as_bytes()).unwrap_or_else(|_| self.method.clone());
            self.named_method.get_or_init(named)
        })
    }

    /// The method if it is one of HTTP's own, or else `_OTHER`, as the semantic conventions
    /// require.
    #[cfg(any(feature = "tracing", feature = "opentelemetry"))]
    pub(crate) fn known_method(&self) -> &'static str {
        const KNOWN: [&str; 10] = [
            "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "QUERY",
        ];
        let method = self.method().as_str();
        KNOWN.into_iter().find(|known| *known == method).unwrap_or(OTHER)
    }

    /// The path with the names of its parameters in braces.
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// The address of its own server, which replaces the API's.
    pub const fn server_address(&self) -> Option<&'static str> {
        self.server
    }

    /// The alternatives of security schemes, one of which is required. Each lists the names of the
    /// schemes that are required together. `None` if no credentials are required.
    pub const fn alternatives(&self) -> Option<&'static [&'static [&'static str]]> {
        self.security
    }
}

/// The location of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    Path,
    Query,
    Header,
    Cookie,
}

/// How lists and objects are written, in OpenAPI's terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Simple,
    Label,
    Matrix,
    Form,
    SpaceDelimited,
    PipeDelimited,
    DeepObject,
}

/// A parameter of an operation.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) setter: Option<&'static str>,
    pub(crate) location: Location,
    pub(crate) style: Style,
    pub(crate) explode: bool,
    pub(crate) is_required: bool,
    pub(crate) allow_reserved: bool,
    pub(crate) numeric_offset: bool,
    pub(crate) nested: &'static str,
    pub(crate) content: Option<&'static str>,
}

impl Parameter {
    const fn new(name: &'static str, location: Location, style: Style, explode: bool) -> Self {
        let is_required = matches!(location, Location::Path);
        Self {
            name,
            setter: None,
            location,
            style,
            explode,
            is_required,
            allow_reserved: false,
            numeric_offset: false,
            nested: "",
            content: None,
        }
    }

    /// A path parameter: required, style `simple`.
    pub const fn path(name: &'static str) -> Self {
        Self::new(name, Location::Path, Style::Simple, false)
    }

    /// A query parameter: style `form`, exploded.
    pub const fn query(name: &'static str) -> Self {
        Self::new(name, Location::Query, Style::Form, true)
    }

    /// A header parameter: style `simple`.
    pub const fn header(name: &'static str) -> Self {
        Self::new(name, Location::Header, Style::Simple, false)
    }

    /// A cookie parameter: style `form`, exploded.
    pub const fn cookie(name: &'static str) -> Self {
        Self::new(name, Location::Cookie, Style::Form, true)
    }

    /// Joins nested lists with these separators, one per level: with `,|` a list of lists of lists
    /// is `1|2,3`.
    #[must_use]
    pub const fn nested(mut self, separators: &'static str) -> Self {
        self.nested = separators;
        self
    }

    /// Rejects requests without the parameter.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.is_required = true;
        self
    }

    /// Sets the setter's name for errors; by default, the parameter's name in snake case.
    #[must_use]
    pub const fn setter(mut self, setter: &'static str) -> Self {
        self.setter = Some(setter);
        self
    }

    /// Style `form`, not exploded: a list is `name=a,b`.
    #[must_use]
    pub const fn comma(self) -> Self {
        self.form().explode(false)
    }

    /// Style `simple`: a list is `a,b`.
    #[must_use]
    pub const fn simple(self) -> Self {
        self.style(Style::Simple)
    }

    /// Style `label`: a list is `.a.b`.
    #[must_use]
    pub const fn label(self) -> Self {
        self.style(Style::Label)
    }

    /// Style `matrix`: a list is `;name=a,b`.
    #[must_use]
    pub const fn matrix(self) -> Self {
        self.style(Style::Matrix)
    }

    /// Style `form`: a list is `name=a&name=b` if exploded.
    #[must_use]
    pub const fn form(self) -> Self {
        self.style(Style::Form)
    }

    /// Style `spaceDelimited`: a list is `name=a%20b`.
    #[must_use]
    pub const fn space_delimited(self) -> Self {
        self.style(Style::SpaceDelimited)
    }

    /// Style `pipeDelimited`: a list is `name=a%7Cb`.
    #[must_use]
    pub const fn pipe_delimited(self) -> Self {
        self.style(Style::PipeDelimited)
    }

    /// Style `deepObject`: an object is `name[a]=1&name[b]=2`.
    #[must_use]
    pub const fn deep_object(self) -> Self {
        self.style(Style::DeepObject)
    }

    /// Whether items of a list, or members of an object, are separate parameters (`explode`).
    #[must_use]
    pub const fn explode(mut self, explode: bool) -> Self {
        self.explode = explode;
        self
    }

    /// Leaves characters that delimit parts of an address unencoded, unless they would end the
    /// value.
    #[must_use]
    pub const fn allow_reserved(mut self) -> Self {
        self.allow_reserved = true;
        self
    }

    /// Writes times in UTC with `+00:00` instead of `Z`, for servers that accept only numeric
    /// offsets.
    #[must_use]
    pub const fn numeric_offset(mut self) -> Self {
        self.numeric_offset = true;
        self
    }

    /// Encodes the value as a document of this media type, which is JSON.
    #[must_use]
    pub const fn content(mut self, media_type: &'static str) -> Self {
        self.content = Some(media_type);
        self
    }

    const fn style(mut self, style: Style) -> Self {
        self.style = style;
        self
    }

    /// Whether it is the header of this name, in any letter case.
    pub(crate) fn is_header(&self, name: &str) -> bool {
        self.location == Location::Header && self.name.eq_ignore_ascii_case(name)
    }

    /// The setter that gives the parameter its value.
    pub(crate) fn setter_name(&self) -> String {
        let Some(setter) = self.setter else {
            return snake_case(self.name);
        };
        setter.to_owned()
    }
}

/// `organizationId` as `organization_id`.
fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    let mut was_lower = false;
    for character in name.chars() {
        if !character.is_alphanumeric() {
            if !snake.is_empty() && !snake.ends_with('_') {
                snake.push('_');
            }
            was_lower = false;
            continue;
        }
        if character.is_uppercase() && was_lower {
            snake.push('_');
        }
        was_lower = !character.is_uppercase();
        snake.extend(character.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_setter_name_is_snake_case_unless_given() {
        assert_eq!(
            Parameter::query("organizationId").setter_name(),
            "organization_id"
        );
        assert_eq!(Parameter::header("X-Request-ID").setter_name(), "x_request_id");
        assert_eq!(Parameter::query("type").setter("type_").setter_name(), "type_");
    }

    #[test]
    fn test_post_and_patch_are_not_repeatable_unless_marked() {
        assert!(Operation::new("a", Method::PUT, "/").is_repeatable);
        assert!(!Operation::new("a", Method::POST, "/").is_repeatable);
        assert!(!Operation::new("a", Method::PATCH, "/").is_repeatable);
        assert!(Operation::new("a", Method::POST, "/").repeatable().is_repeatable);
    }
}
