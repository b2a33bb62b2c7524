//! The declared version of a contract, and the sections of components in that version.

use super::grammar::Kind;
use crate::diagnostics::{Error, Result, Station};
use crate::document::{Document, Object};
use serde_json::Value;

/// The major form of a contract, as far as bundling is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    Swagger,
    OpenApi,
}

/// Which version a document is of, and whether it has what any contract has.
pub(super) fn version(document: &Document) -> Result<Version> {
    let error =
        |pointer: &str, message: String, help: &str| Error::new(Station::Load, pointer, message).help(help);
    let Value::Object(root) = document else {
        return Err(error(
            "",
            "the file is not a contract: its top level is not an object".to_owned(),
            "fetch the file again",
        ));
    };
    // YAML reads an unquoted `2.0` as a number.
    let text = |key: &str| match root.get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        other => Some(other.to_string()),
    };
    let is = |text: &str, known: &str| {
        text == known || text.strip_prefix(known).is_some_and(|rest| rest.starts_with('.'))
    };
    let (version, needed): (_, &[&str]) = match (text("openapi"), text("swagger")) {
        (Some(text), _) if is(&text, "3.0") => (Version::OpenApi, &["paths"]),
        (Some(text), _) if is(&text, "3.1") || is(&text, "3.2") => {
            (Version::OpenApi, &["paths", "components", "webhooks"])
        }
        (None, Some(text)) if text == "2" || is(&text, "2.0") => (Version::Swagger, &["paths"]),
        (Some(text), _) => {
            let message = format!("unsupported version: OpenAPI {text:?}");
            return Err(error(
                "/openapi",
                message,
                "Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2 are supported",
            ));
        }
        (None, Some(text)) => {
            let message = format!("unsupported version: Swagger {text:?}");
            return Err(error(
                "/swagger",
                message,
                "Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2 are supported",
            ));
        }
        (None, None) => {
            let message = "the file is not a contract: it has neither \"openapi\" nor \"swagger\"".to_owned();
            return Err(error(
                "",
                message,
                "name the file that has one of them as the contract",
            ));
        }
    };
    if needed
        .iter()
        .any(|key| root.get(*key).is_some_and(Value::is_object))
    {
        return Ok(version);
    }
    if let Some(other) = root.get("paths").filter(|paths| !paths.is_null()) {
        let found = match other {
            Value::Array(_) => "a list",
            Value::String(_) => "a text",
            _ => "a plain value",
        };
        return Err(error(
            "/paths",
            format!("the contract's \"paths\" is {found}, not an object"),
            "its members are the paths, each with its methods",
        ));
    }
    Err(error(
        "",
        "the contract has no \"paths\"".to_owned(),
        "fetch the file again: it may be cut off",
    ))
}

impl Version {
    /// The section for components of a kind; without one, things are inserted in place.
    pub(super) fn section(self, kind: Kind) -> Option<&'static str> {
        Some(match (self, kind) {
            (Version::OpenApi, Kind::Schema) => "/components/schemas",
            (Version::OpenApi, Kind::Response) => "/components/responses",
            (Version::OpenApi, Kind::Parameter) => "/components/parameters",
            (Version::OpenApi, Kind::Example) => "/components/examples",
            (Version::OpenApi, Kind::RequestBody) => "/components/requestBodies",
            (Version::OpenApi, Kind::Header) => "/components/headers",
            (Version::OpenApi, Kind::SecurityScheme) => "/components/securitySchemes",
            (Version::OpenApi, Kind::Link) => "/components/links",
            (Version::OpenApi, Kind::Callback) => "/components/callbacks",
            (Version::OpenApi, Kind::MediaType) => "/components/mediaTypes",
            (Version::Swagger, Kind::Schema) => "/definitions",
            (Version::Swagger, Kind::Parameter) => "/parameters",
            (Version::Swagger, Kind::Response) => "/responses",
            (Version::Swagger, Kind::SecurityScheme) => "/securityDefinitions",
            _ => return None,
        })
    }

    /// All sections, in the specification's order.
    pub(super) fn sections(self) -> &'static [&'static str] {
        match self {
            Version::OpenApi => &[
                "/components/schemas",
                "/components/responses",
                "/components/parameters",
                "/components/examples",
                "/components/requestBodies",
                "/components/headers",
                "/components/securitySchemes",
                "/components/links",
                "/components/callbacks",
                "/components/mediaTypes",
            ],
            Version::Swagger => &[
                "/definitions",
                "/parameters",
                "/responses",
                "/securityDefinitions",
            ],
        }
    }

    /// Whether `pointer` is that of a component of this kind.
    pub(super) fn is_component(self, kind: Kind, pointer: &str) -> bool {
        let rest = self
            .section(kind)
            .and_then(|section| pointer.strip_prefix(section)?.strip_prefix('/'));
        rest.is_some_and(|name| !name.contains('/'))
    }

    /// The index at which a new section `name` is inserted into `map`: before the first section
    /// that comes later in the specification.
    pub(super) fn place_of_section(self, map: &Object, name: &str) -> usize {
        let rank = |key: &str| {
            self.sections()
                .iter()
                .position(|section| section.rsplit('/').next() == Some(key))
        };
        let Some(own) = rank(name) else { return map.len() };
        map.keys()
            .position(|key| rank(key).is_some_and(|other| other > own))
            .unwrap_or(map.len())
    }
}
