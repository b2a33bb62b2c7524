//! Passes over operations, in the order in which they run.
//!
//! They inspect a schema only to choose the form of a body. Schemas are repaired by the passes over
//! schemas, which run afterwards.

use super::step::{Batch, step};

mod bodiless_responses;
mod body_parameters;
mod form_bodies;
mod links;
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

// Functions that several passes use.
mod component_names;
mod ledger;
mod media_type;
mod places;
mod references;
mod schema_shape;
mod template;

#[cfg(test)]
mod testing;

/// The passes, each as a separate step.
pub(super) const STEPS: [Batch; 28] = [
    // Shared declarations are copied to the places that use them.
    step!(root_members),
    step!(path_references),
    step!(malformed_paths),
    step!(schema_references),
    step!(shared_components),
    step!(links),
    step!(path_members),
    step!(security),
    // Parameters.
    step!(malformed_parameters),
    step!(path_parameters),
    step!(textual_booleans),
    step!(body_parameters),
    step!(parameter_content),
    step!(parameter_schemas),
    step!(reserved_headers),
    step!(path_templates),
    step!(parameter_required),
    step!(parameter_styles),
    // Bodies and responses.
    step!(malformed_bodies),
    step!(status_codes),
    step!(response_headers),
    step!(media_types),
    step!(form_bodies),
    step!(bodiless_responses),
    step!(success_responses),
    // Names.
    step!(tags by catalogue),
    step!(operation_ids),
    step!(parameter_idents),
];
