//! The grammar of contracts: which nodes may be references, which hold schemas, and which are data
//! that only looks like either.
//!
//! One table covers Swagger 2.0 and OpenAPI 3.0 to 3.2, since no member has two meanings in them as
//! far as references are concerned.

use crate::document::METHODS;

/// The maximum nesting of a contract. JSON is parsed no deeper either.
pub const DEEPEST: usize = 120;

/// The kind of an object of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Root,
    Components,
    PathItem,
    Operation,
    Parameter,
    RequestBody,
    Response,
    Header,
    MediaType,
    Encoding,
    Example,
    Link,
    Callback,
    SecurityScheme,
    Schema,
    Discriminator,
    /// Everything else, which has no section among the components.
    Other,
}

/// A node together with the meaning of its members. A list is understood as each of its items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Slot {
    /// An object of this kind.
    One(Kind),
    /// A map whose values are of this kind, whatever their keys.
    Map(Kind),
    /// A map whose values are of this kind, apart from extensions (`x-...`).
    Extensible(Kind),
    /// The values of a discriminator's mapping, which act as references.
    Mapping,
    /// Examples, defaults, extensions: never searched.
    Data,
}

// One row per member is easier to read than rows grouped by outcome.
#[allow(clippy::match_same_arms)]
impl Slot {
    /// The kind of the member `key` of such a node.
    pub fn member(self, key: &str) -> Slot {
        match self {
            Slot::Map(kind) => Slot::One(kind),
            Slot::Extensible(_) if key.starts_with("x-") => Slot::Data,
            Slot::Extensible(kind) => Slot::One(kind),
            Slot::Mapping | Slot::Data => Slot::Data,
            Slot::One(kind) => kind.member(key),
        }
    }

    /// The kind of object that a reference in this place refers to.
    pub fn target(self) -> Kind {
        match self {
            Slot::One(kind) => kind,
            Slot::Mapping => Kind::Schema,
            Slot::Map(_) | Slot::Extensible(_) | Slot::Data => Kind::Other,
        }
    }
}

// As above.
#[allow(clippy::match_same_arms)]
impl Kind {
    fn member(self, key: &str) -> Slot {
        use Kind::{
            Callback, Components, Discriminator, Encoding, Example, Header, Link, MediaType, Operation,
            Other, Parameter, PathItem, RequestBody, Response, Root, Schema, SecurityScheme,
        };
        use Slot::{Data, Extensible, Map, One};
        if key.starts_with("x-") {
            return Data;
        }
        match (self, key) {
            (Root, "paths" | "webhooks") => Extensible(PathItem),
            (Root, "components") => One(Components),
            (Root, "definitions") | (Components, "schemas") => Map(Schema),
            (Root | Components, "parameters") => Map(Parameter),
            (Root | Components, "responses") => Map(Response),
            (Root, "securityDefinitions") | (Components, "securitySchemes") => Map(SecurityScheme),
            (Components, "requestBodies") => Map(RequestBody),
            (Components, "headers") => Map(Header),
            (Components, "examples") => Map(Example),
            (Components, "links") => Map(Link),
            (Components, "callbacks") => Map(Callback),
            (Components, "pathItems") => Map(PathItem),
            (Components, "mediaTypes") => Map(MediaType),
            (PathItem, key) if METHODS.contains(&key) => One(Operation),
            (PathItem, "additionalOperations") => Map(Operation),
            (PathItem | Operation, "parameters") => One(Parameter),
            (Operation, "requestBody") => One(RequestBody),
            (Operation, "responses") => Extensible(Response),
            (Operation, "callbacks") => Map(Callback),
            (Callback, _) => One(PathItem),
            (Parameter | Header, "schema" | "items") | (MediaType | Response, "schema") => One(Schema),
            (MediaType, "itemSchema") => One(Schema),
            (Parameter | Header | RequestBody | Response, "content") => Map(MediaType),
            (Parameter | Header | MediaType, "examples") => Map(Example),
            (MediaType | Encoding, "encoding") => Map(Encoding),
            (MediaType | Encoding, "itemEncoding" | "prefixEncoding") => One(Encoding),
            (Encoding | Response | Link, "headers") => Map(Header),
            (Response, "links") => Map(Link),
            (
                Schema,
                "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas"
                | "dependencies",
            ) => Map(Schema),
            (Schema, "discriminator") => One(Discriminator),
            (Discriminator, "mapping") => Slot::Mapping,
            (Example, "value") | (Link, "parameters" | "requestBody") => Data,
            (_, "example" | "examples" | "default" | "enum" | "const") => Data,
            (Schema, "xml" | "externalDocs") => One(Other),
            // An unknown member of a schema is most often a keyword, or a property in the wrong
            // place.
            (Schema, _) => One(Schema),
            _ => One(Other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(path: &[&str]) -> Slot {
        path.iter()
            .fold(Slot::One(Kind::Root), |shape, key| shape.member(key))
    }

    #[test]
    fn test_properties_may_be_called_like_keywords() {
        assert_eq!(
            shape(&["definitions", "default", "properties", "example"]),
            Slot::One(Kind::Schema)
        );
        assert_eq!(
            shape(&["components", "schemas", "x-A", "properties", "x-b"]),
            Slot::One(Kind::Schema)
        );
    }

    #[test]
    fn test_data_is_data_all_the_way_down() {
        let schema = ["components", "schemas", "A"];
        for keyword in ["default", "example", "examples", "enum", "const", "x-any"] {
            assert_eq!(
                shape(&[&schema[..], &[keyword, "properties", "a"]].concat()),
                Slot::Data,
                "{keyword}"
            );
        }
        assert_eq!(
            shape(&[
                "paths",
                "/a",
                "get",
                "responses",
                "200",
                "examples",
                "application/json"
            ]),
            Slot::Data
        );
    }

    #[test]
    fn test_example_objects_may_be_references() {
        let media = ["paths", "/a", "get", "responses", "200", "content", "text/plain"];
        assert_eq!(
            shape(&[&media[..], &["examples", "one"]].concat()),
            Slot::One(Kind::Example)
        );
        assert_eq!(
            shape(&[&media[..], &["examples", "one", "value"]].concat()),
            Slot::Data
        );
    }

    #[test]
    fn test_extensions_are_data_where_names_cannot_be_extensions() {
        assert_eq!(shape(&["paths", "x-a"]), Slot::Data);
        assert_eq!(shape(&["paths", "/a", "get", "responses", "x-a"]), Slot::Data);
        assert_eq!(
            shape(&["paths", "/a", "get", "responses", "200", "headers", "x-a"]),
            Slot::One(Kind::Header)
        );
    }
}
