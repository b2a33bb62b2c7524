//! Passes over schemas, in the order in which they run.
//!
//! What they establish, for the stations after them: component schemas are objects, enums and unions, named as their Rust types, and every
//! other schema is simple and stands where it is used.

use crate::catalogue::Api;
use crate::diagnostics::{Notes, Result};
use crate::document::{Document, Object};
use walk::Place;

mod additional_properties;
mod aliases;
mod all_of;
mod conditions;
mod default_values;
mod discriminators;
mod duplicate_schemas;
mod enum_values;
mod enum_variants;
mod form_bodies;
mod inheritance;
mod inline_schemas;
mod keywords;
mod member_idents;
mod missing_types;
mod nullable;
mod nullable_components;
mod number_formats;
mod ref_siblings;
mod reference_chains;
mod required_members;
mod schema_names;
mod shapes;
mod single_branches;
mod string_formats;
mod tuples;
mod unions;
mod unreachable_schemas;
mod values;
mod walk;

#[cfg(test)]
mod conventions;
#[cfg(test)]
mod losses;
#[cfg(test)]
mod testing;

/// A pass that needs to see one schema at a time, inner schemas first.
type Local = fn(&Place<'_>, &mut Object, &mut Notes);

/// The passes that settle what kind of value a single schema is about; they may put schemas inside it.
const KINDS: [Local; 3] = [ref_siblings::apply, values::apply, missing_types::apply];

/// The passes that let a schema of each kind say it in one way.
const FORMS: [Local; 7] = [
    conditions::apply,
    nullable::apply,
    tuples::apply,
    enum_values::apply,
    number_formats::apply,
    string_formats::apply,
    single_branches::apply,
];

/// The passes that look at what is around a schema too, and so wait until all schemas are repaired.
const LAST: [Local; 2] = [nullable::null_type, additional_properties::apply];

/// Runs the passes.
///
/// # Errors
///
/// When a pass meets something that has no form in a crate.
pub(super) fn normalize(document: &mut Document, api: &Api, notes: &mut Notes) -> Result<()> {
    shapes::apply(document, notes);
    reference_chains::apply(document)?;
    for passes in [&KINDS[..], &FORMS[..], &LAST[..]] {
        walk::each_object(document, &mut |place, schema| {
            // A bare reference says all that it has to say.
            if schema.len() == 1 && schema.contains_key("$ref") {
                return;
            }
            for pass in passes {
                pass(place, schema, notes);
            }
        });
    }
    discriminators::apply(document, notes);
    inline_schemas::apply(document, notes);
    all_of::apply(document, notes)?;
    inheritance::apply(document, notes);
    aliases::apply(document, notes);
    nullable_components::apply(document, notes);
    unions::apply(document, notes);
    aliases::apply(document, notes);
    let mut schemas = walk::take_schemas(document);
    walk::each_of(&mut schemas, document, &mut |place, schema| {
        required_members::drop_undefined(place, schema, notes);
    });
    walk::put_schemas(document, schemas);
    form_bodies::apply(document, notes);
    unreachable_schemas::apply(document, notes);
    duplicate_schemas::apply(document, notes);
    default_values::apply(document, notes);
    schema_names::apply(document, &api.naming, notes);
    enum_variants::apply(document, notes);
    member_idents::apply(document, notes);
    Ok(())
}
