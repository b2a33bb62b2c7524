//! Passes over operations, in the order in which they run.
//!
//! They know paths, parameters, bodies and responses, and look into a schema only to choose a body's form: what is inside
//! schemas is the business of the passes over schemas, which run afterwards.

use crate::catalogue::Api;
use crate::diagnostics::{Notes, Result};
use crate::document::Document;

mod bodiless_responses;
mod body_parameters;
mod callbacks;
mod form_bodies;
mod malformed_bodies;
mod malformed_parameters;
mod malformed_paths;
mod media_types;
mod operation_ids;
mod parameter_content;
mod parameter_idents;
mod parameter_required;
mod parameter_schemas;
mod parameter_styles;
mod path_members;
mod path_parameters;
mod path_references;
mod path_templates;
mod reserved_headers;
mod response_headers;
mod root_members;
mod schema_references;
mod security;
mod shared_components;
mod status_codes;
mod success_responses;
mod tags;
mod textual_booleans;

// What several passes use.
mod component_names;
mod ledger;
mod media_type;
mod places;
mod references;
mod schema_shape;
mod template;

#[cfg(test)]
mod conventions;
#[cfg(test)]
mod testing;

/// Runs the passes.
///
/// # Errors
///
/// When a pass meets something that has no form in a crate.
pub fn normalize(document: &mut Document, api: &Api, notes: &mut Notes) -> Result<()> {
    // What the contract says elsewhere comes to where it is used.
    root_members::apply(document, notes)?;
    path_references::apply(document, notes)?;
    malformed_paths::apply(document, notes)?;
    schema_references::apply(document, notes)?;
    shared_components::apply(document, notes)?;
    callbacks::apply(document, notes);
    path_members::apply(document, notes);
    security::apply(document, notes);

    // Parameters.
    malformed_parameters::apply(document, notes)?;
    path_parameters::apply(document, notes);
    textual_booleans::apply(document, notes);
    body_parameters::apply(document, notes);
    parameter_content::apply(document, notes);
    parameter_schemas::apply(document, notes);
    reserved_headers::apply(document, notes);
    path_templates::apply(document, notes);
    parameter_required::apply(document, notes);
    parameter_styles::apply(document, notes);

    // Bodies and responses.
    malformed_bodies::apply(document, notes);
    status_codes::apply(document, notes);
    response_headers::apply(document, notes);
    media_types::apply(document, notes);
    form_bodies::apply(document, notes);
    bodiless_responses::apply(document, notes);
    success_responses::apply(document, notes);

    // Names.
    tags::apply(document, &api.naming.rename_tags, notes);
    operation_ids::apply(document, notes);
    parameter_idents::apply(document, notes);
    Ok(())
}
