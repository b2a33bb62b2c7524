//! Reads contracts, with or without overlays: operations with pointers to their schemas.
//!
//! Swagger 2.0 and OpenAPI 3.0 are each read in their own terms. This reader is deliberately
//! separate from the generator's, so that a fault in one is not hidden by the other.

use serde_json::Value;

/// A contract.
#[derive(Clone, Debug)]
pub struct Contract {
    /// The document.
    pub document: Value,
}

/// An operation of a contract.
#[derive(Clone, Debug)]
pub struct ContractOperation {
    /// Its JSON pointer.
    pub pointer: String,
    /// The HTTP method in upper case.
    pub method: String,
    /// The path template.
    pub path: String,
    /// `operationId`.
    pub id: Option<String>,
    /// Parameters of the operation and its path, without bodies.
    pub parameters: Vec<ContractParameter>,
    /// The body: media types with the pointers of their schemas.
    pub bodies: Vec<(String, Option<String>)>,
    /// Whether the body is required.
    pub body_required: bool,
    /// The declared responses.
    pub responses: Vec<ContractResponse>,
}

/// A parameter that is not a body.
#[derive(Clone, Debug)]
pub struct ContractParameter {
    /// Its JSON pointer, where it is defined.
    pub pointer: String,
    /// The name on the wire.
    pub name: String,
    /// `path`, `query`, `header`, `cookie` or `formData`.
    pub location: String,
    /// Whether it is required.
    pub required: bool,
    /// The pointer of its schema; of a Swagger parameter, its own.
    pub schema: Option<String>,
    /// OpenAPI's style, also for what Swagger calls `collectionFormat`.
    pub style: &'static str,
    /// OpenAPI's `explode`.
    pub explode: bool,
}

/// A declared response.
#[derive(Clone, Debug)]
pub struct ContractResponse {
    /// Its JSON pointer, where the operation declares it.
    pub pointer: String,
    /// `200`, `4XX`, `default`.
    pub status: String,
    /// Media types with the pointers of their schemas.
    pub contents: Vec<(String, Option<String>)>,
    /// The pointers of its headers.
    pub headers: Vec<String>,
}

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

impl Contract {
    /// The node at a pointer.
    pub fn at(&self, pointer: &str) -> &Value {
        self.document.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// The end of the chain of references that begins at `pointer`.
    pub fn resolve(&self, pointer: &str) -> String {
        self.chain(pointer).pop().unwrap_or_default()
    }

    /// The pointers of the chain of references that begins at `pointer`, itself included.
    pub fn chain(&self, pointer: &str) -> Vec<String> {
        let mut chain = vec![pointer.to_string()];
        let mut at = pointer.to_string();
        while let Some(target) = self
            .at(&at)
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|target| target.strip_prefix('#'))
        {
            at = decoded(target);
            if chain.contains(&at) {
                break;
            }
            chain.push(at.clone());
        }
        chain
    }

    /// Whether it is Swagger 2.0.
    pub fn is_swagger(&self) -> bool {
        self.document.get("swagger").is_some()
    }

    /// The pointer of the named schemas.
    pub fn components(&self) -> &'static str {
        if self.is_swagger() {
            "/definitions"
        } else {
            "/components/schemas"
        }
    }

    /// All operations, in the contract's order.
    pub fn operations(&self) -> Vec<ContractOperation> {
        let mut operations = Vec::new();
        for path in keys(self.at("/paths")).filter(|key| !key.starts_with("x-")) {
            let item = self.resolve(&child("/paths", path));
            for method in METHODS {
                let pointer = child(&item, method);
                if self.at(&pointer).is_object() {
                    operations.push(self.operation(path, method, &item, pointer));
                }
            }
        }
        operations
    }

    fn operation(&self, path: &str, method: &str, item: &str, pointer: String) -> ContractOperation {
        let node = self.at(&pointer);
        let mut operation = ContractOperation {
            method: method.to_uppercase(),
            path: path.to_string(),
            id: node
                .get("operationId")
                .and_then(Value::as_str)
                .map(ToString::to_string),
            parameters: Vec::new(),
            bodies: Vec::new(),
            body_required: false,
            responses: Vec::new(),
            pointer,
        };
        for list in [child(item, "parameters"), child(&operation.pointer, "parameters")] {
            for index in 0..self.at(&list).as_array().map_or(0, Vec::len) {
                let at = self.resolve(&child(&list, &index.to_string()));
                self.parameter(at, &mut operation);
            }
        }
        let body = self.resolve(&child(&operation.pointer, "requestBody"));
        if self.at(&body).is_object() {
            operation.body_required = flag(self.at(&body), "required").unwrap_or(false);
            operation.bodies = self.contents(&body);
        }
        let responses = child(&operation.pointer, "responses");
        for status in keys(self.at(&responses)).filter(|key| !key.starts_with("x-")) {
            let declared = child(&responses, status);
            let at = self.resolve(&declared);
            // HTTP has no body there, whatever the contract says.
            let bodiless = method == "head" || matches!(status.as_str(), "204" | "205" | "304");
            let contents = match (self.is_swagger(), self.at(&at).get("schema")) {
                _ if bodiless => Vec::new(),
                (false, _) => self.contents(&at),
                (true, Some(_)) => {
                    let schema = child(&at, "schema");
                    self.media_types(&operation.pointer, "produces")
                        .map(|name| (name, Some(schema.clone())))
                        .collect()
                }
                (true, None) => Vec::new(),
            };
            let headers = child(&at, "headers");
            let headers = keys(self.at(&headers))
                .map(|name| child(&headers, name))
                .collect();
            operation.responses.push(ContractResponse {
                pointer: declared,
                status: status.to_uppercase(),
                contents,
                headers,
            });
        }
        for response in &mut operation.responses {
            if response.status == "DEFAULT" {
                response.status = "default".into();
            }
        }
        operation
    }

    /// Adds a parameter; it replaces one that the path has declared, too.
    fn parameter(&self, pointer: String, operation: &mut ContractOperation) {
        let node = self.at(&pointer);
        let text = |key: &str| node.get(key).and_then(Value::as_str).unwrap_or_default();
        let (name, location) = (text("name").to_string(), text("in").to_string());
        let required = flag(node, "required").unwrap_or(false);
        if location == "body" {
            let schema = child(&pointer, "schema");
            operation.body_required = required;
            operation.bodies = self
                .media_types(&operation.pointer, "consumes")
                .map(|media| (media, Some(schema.clone())))
                .collect();
            return;
        }
        let own_schema = node.get("schema").map(|_| child(&pointer, "schema"));
        let content = || {
            self.contents(&pointer)
                .into_iter()
                .next()
                .and_then(|(_, schema)| schema)
        };
        let schema = if self.is_swagger() {
            Some(pointer.clone())
        } else {
            own_schema.or_else(content)
        };
        let usual = if location == "query" || location == "cookie" {
            "form"
        } else {
            "simple"
        };
        let (style, explode) = if self.is_swagger() {
            match text("collectionFormat") {
                "multi" => (usual, true),
                "ssv" => ("spaceDelimited", false),
                "pipes" => ("pipeDelimited", false),
                "tsv" => ("tabDelimited", false),
                _ => (usual, false),
            }
        } else {
            let known = [
                "form",
                "simple",
                "spaceDelimited",
                "pipeDelimited",
                "deepObject",
                "matrix",
                "label",
            ];
            let style = known
                .into_iter()
                .find(|style| *style == text("style"))
                .unwrap_or(usual);
            (style, flag(node, "explode").unwrap_or(style == "form"))
        };
        let parameter = ContractParameter {
            pointer,
            name,
            location,
            required,
            schema,
            style,
            explode,
        };
        operation
            .parameters
            .retain(|other| (&other.name, &other.location) != (&parameter.name, &parameter.location));
        operation.parameters.push(parameter);
    }

    /// The media types of an OpenAPI body or response, with the pointers of their schemas.
    fn contents(&self, carrier: &str) -> Vec<(String, Option<String>)> {
        let content = child(carrier, "content");
        let entry = |media: &String| {
            let at = child(&content, media);
            let schema = self.at(&at).get("schema").map(|_| child(&at, "schema"));
            (media.clone(), schema)
        };
        keys(self.at(&content)).map(entry).collect()
    }

    /// The media types of a Swagger operation.
    fn media_types(&self, operation: &str, key: &str) -> impl Iterator<Item = String> {
        let list = self
            .at(operation)
            .get(key)
            .or_else(|| self.document.get(key))
            .and_then(Value::as_array);
        let named: Vec<String> = list
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(ToString::to_string)
            .collect();
        if named.is_empty() {
            vec!["application/json".to_string()]
        } else {
            named
        }
        .into_iter()
    }
}

/// The keys of an object; empty for other values.
pub fn keys(node: &Value) -> impl Iterator<Item = &String> {
    node.as_object().into_iter().flatten().map(|(key, _)| key)
}

/// A flag of an object.
pub fn flag(node: &Value, key: &str) -> Option<bool> {
    node.get(key)?.as_bool()
}

/// `pointer` extended by one token.
pub fn child(pointer: &str, token: &str) -> String {
    format!("{pointer}/{}", token.replace('~', "~0").replace('/', "~1"))
}

fn decoded(pointer: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = pointer.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits: Vec<u8> = rest.by_ref().take(2).collect();
        let code = std::str::from_utf8(&digits)
            .ok()
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(code.unwrap_or(b'%'));
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn test_operations_merge_the_parameters_of_the_path() {
        let contract = Contract {
            document: json!({"openapi": "3.0.3", "paths": {"/a/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": true}, {"name": "q", "in": "query"}],
            "get": {"parameters": [{"$ref": "#/components/parameters/Q"}]}
        }}, "components": {"parameters": {"Q": {"name": "q", "in": "query", "required": true}}}}),
        };
        let operations = contract.operations();
        let found: Vec<_> = operations[0]
            .parameters
            .iter()
            .map(|p| (p.name.as_str(), p.required, p.pointer.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                ("id", true, "/paths/~1a~1{id}/parameters/0"),
                ("q", true, "/components/parameters/Q")
            ]
        );
    }

    #[test]
    fn test_operations_have_no_content_where_http_has_no_body() {
        let content = json!({"content": {"application/json": {"schema": {}}}});
        let contract = Contract {
            document: json!({"openapi": "3.0.3", "paths": {"/a": {
                "get": {"responses": {"200": content, "204": content, "304": content}},
                "head": {"responses": {"200": content, "404": content}}
            }}}),
        };
        let operations = contract.operations();
        let responses = operations.iter().flat_map(|operation| &operation.responses);
        let counts: Vec<usize> = responses.map(|response| response.contents.len()).collect();
        assert_eq!(counts, [1, 0, 0, 0, 0]);
    }

    #[test]
    fn test_operations_of_swagger_have_bodies_by_consumes() {
        let contract = Contract {
            document: json!({"swagger": "2.0", "consumes": ["text/json"], "paths": {"/a": {"post": {
                "parameters": [{"in": "body", "name": "b", "required": true, "schema": {}}, {"in": "query", "name": "l", "type": "array"}],
                "responses": {"200": {"schema": {}}, "204": {}}
            }}}}),
        };
        let operation = &contract.operations()[0];
        assert_eq!(
            operation.bodies,
            [(
                "text/json".into(),
                Some("/paths/~1a/post/parameters/0/schema".into())
            )]
        );
        assert!(operation.body_required && !operation.parameters[0].explode);
        assert_eq!(operation.responses[0].contents[0].0, "application/json");
        assert!(operation.responses[1].contents.is_empty());
    }

    #[test]
    fn test_resolve_decodes_and_survives_a_circle() {
        let contract = Contract {
            document: json!({"a b": {"$ref": "#/c"}, "c": {"$ref": "#/a%20b"}}),
        };
        assert_eq!(contract.resolve("/c"), "/a b");
    }
}
