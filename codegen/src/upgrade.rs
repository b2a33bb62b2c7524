//! The upgrade stage: turns Swagger 2.0 and OpenAPI 3.0 to 3.2 into OpenAPI 3.0.3.
//!
//! Nothing is lost: constructs that 3.0.3 lacks are expressed as closely as possible, with a note
//! if callers see the difference, and extensions are kept. The steps accept common deviations, too:
//! a type that is a list in a 2.0 contract, or a numeric `exclusiveMinimum` in a 3.0 one.
//!
//! `roas` converts 2.0 to 3.0 as well, and was tried: it refuses contracts that are common and
//! harmless (a list as `type`, `type: file` in a response, `minItems: "2"`), sorts paths, schemas
//! and properties by name, so that their order in the contract is lost, drops `collectionFormat:
//! tsv`, the discriminators of objects, the names of bodies and every unknown member, and panics
//! where its own output does not fit its types. So the steps are our own: small ones, over the tree
//! of JSON.

mod additions;
mod bindings;
mod discriminators;
mod document;
mod hoist;
mod members;
mod parts;
mod schemas;
mod swagger;
mod walk;
mod webhooks;

use crate::diagnostics::{Notes, Result};
use crate::document::{Document, Node};
use serde_json::Value;

/// The place of component schemas in OpenAPI 3 and in Swagger 2.0.
const SCHEMAS: &str = "/components/schemas";
const DEFINITIONS: &str = "/definitions";

/// Turns a contract of any known version into OpenAPI 3.0.3.
///
/// # Errors
///
/// None today: whatever the load stage lets through can be upgraded. The signature is that of all
/// stages.
pub fn upgrade(mut document: Document, notes: &mut Notes) -> Result<Document> {
    if document.get("swagger").is_some() {
        hoist::apply(&mut document, DEFINITIONS, notes);
        document = swagger::upgrade(document, notes);
    } else {
        webhooks::apply(&mut document, notes);
        document::apply(&mut document, notes);
        bindings::apply(&mut document);
        if is_later(&document) {
            additions::apply(&mut document, notes);
        }
        parts::apply(&mut document);
        hoist::apply(&mut document, SCHEMAS, notes);
    }
    discriminators::apply(&mut document);
    schemas::apply(&mut document, notes);
    if let Value::Object(root) = &mut document {
        members::rename(root, "openapi", "openapi", Value::String("3.0.3".to_owned()));
    }
    Ok(document)
}

/// Whether the contract may use features that OpenAPI 3.1 lacks.
fn is_later(document: &Document) -> bool {
    let version = document.text("openapi");
    version.is_some_and(|version| version.starts_with("3.2"))
}
