//! Parameters of paths and operations.

use super::{Declared, DeclaredParameter, Node, contents};

/// The parameters of an operation, by location.
#[derive(Debug, Default)]
pub(super) struct DeclaredParameters<'d> {
    /// Those that are not part of a body.
    pub(super) parameters: Vec<DeclaredParameter<'d>>,
    /// Swagger's body.
    pub(super) body: Option<Node<'d>>,
    /// Swagger's form fields.
    pub(super) fields: Vec<DeclaredParameter<'d>>,
}

impl<'d> DeclaredParameters<'d> {
    /// Adds a parameter; it replaces an earlier one of the same name and location.
    pub(super) fn add(&mut self, declared: &Declared<'d>, node: &Node<'d>) {
        let Some(node) = declared.resolve(node) else {
            return;
        };
        let name = node.text("name").filter(|name| !name.is_empty());
        let (Some(name), Some(location)) = (name, node.text("in")) else {
            if node.text("in") == Some("body") {
                self.body = Some(node);
            }
            return;
        };
        match location {
            "body" => self.body = Some(node),
            "formData" if declared.is_swagger => {
                let field = parameter(declared, node, name, "formData");
                self.fields.retain(|known| known.name != name);
                self.fields.push(field);
            }
            "path" | "query" | "header" | "cookie" if !is_ignored(name, location) => {
                let parameter = parameter(declared, node, name, location);
                let is_same =
                    |known: &str| known == name || location == "header" && known.eq_ignore_ascii_case(name);
                self.parameters
                    .retain(|known| known.location != location || !is_same(known.name));
                self.parameters.push(parameter);
            }
            // OpenAPI 3.2: one parameter describes the whole query.
            "querystring" => {
                let parameter = parameter(declared, node, name, location);
                self.parameters.push(parameter);
            }
            _ => {}
        }
    }
}

/// Whether OpenAPI requires that a parameter be ignored.
fn is_ignored(name: &str, location: &str) -> bool {
    location == "header"
        && ["accept", "authorization"]
            .iter()
            .any(|ignored| name.eq_ignore_ascii_case(ignored))
}

fn parameter<'d>(
    declared: &Declared<'d>,
    node: Node<'d>,
    name: &'d str,
    location: &'d str,
) -> DeclaredParameter<'d> {
    let usual = if matches!(location, "query" | "cookie" | "formData") {
        "form"
    } else {
        "simple"
    };
    let required = node.flag("required").unwrap_or(false) || location == "path";
    if declared.is_swagger {
        let (style, explode) = match node.text("collectionFormat") {
            Some("multi") if usual == "form" => (usual, true),
            Some("ssv") => ("spaceDelimited", false),
            Some("pipes") => ("pipeDelimited", false),
            Some("tsv") => ("tabDelimited", false),
            _ => (usual, false),
        };
        return DeclaredParameter {
            schema: Some(node.get("schema").unwrap_or_else(|| node.clone())),
            name,
            location,
            required,
            style: style.to_string(),
            explode,
            allow_reserved: false,
            content: None,
            node,
        };
    }
    let content = contents(declared, &node).into_iter().next();
    let style = node.text("style").unwrap_or(usual).to_string();
    DeclaredParameter {
        schema: node
            .get("schema")
            .or_else(|| content.as_ref().and_then(|content| content.schema.clone())),
        content: content.map(|content| content.media_type),
        explode: node.flag("explode").unwrap_or(style == "form"),
        allow_reserved: node.flag("allowReserved").unwrap_or(false),
        style,
        name,
        location,
        required,
        node,
    }
}
