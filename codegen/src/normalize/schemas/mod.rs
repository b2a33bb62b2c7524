//! Passes over schemas, in the order in which they run.
//!
//! Afterwards, component schemas are objects, enums and unions, and every other schema is simple
//! and inline.

use super::step::{Batch, step};
#[cfg(test)]
use crate::catalogue::Entry;
#[cfg(test)]
use crate::diagnostics::Collected;
use crate::diagnostics::Notes;
use crate::document::{Document, Object};
use walk::Place;

mod additional_properties;
mod aliases;
mod all_of;
mod conditions;
mod discriminators;
mod enum_values;
mod inheritance;
mod inline_schemas;
mod keywords;
mod missing_types;
mod nullable;
mod nullable_components;
mod number_formats;
mod origins;
mod ref_siblings;
mod reference_chains;
mod required_members;
mod shapes;
mod single_branches;
mod string_formats;
mod tuples;
mod unions;
mod values;
mod walk;

#[cfg(test)]
pub(crate) mod testing;

/// A pass that needs to see one schema at a time, inner schemas first.
type Local = fn(&Place<'_>, &mut Object, &mut Notes);

/// The passes that determine the kind of value that a single schema describes; they may add schemas
/// inside it.
const KINDS: [Local; 3] = [ref_siblings::apply, values::apply, missing_types::apply];

/// The passes that give schemas of each kind a single form.
const FORMS: [Local; 7] = [
    conditions::apply,
    nullable::apply,
    tuples::apply,
    enum_values::apply,
    number_formats::apply,
    string_formats::apply,
    single_branches::apply,
];

/// Passes that look beyond a schema, and therefore run after all schemas are repaired.
const LAST: [Local; 2] = [nullable::null_type, additional_properties::apply];

/// The passes in their order.
pub(super) const STEPS: [Batch; 14] = [
    step!(shapes),
    step!(reference_chains),
    Batch {
        passes: &["ref_siblings", "values", "missing_types"],
        run: |document, _, notes| {
            locally(&KINDS, document, notes);
            Ok(())
        },
    },
    Batch {
        passes: &[
            "conditions",
            "nullable",
            "tuples",
            "enum_values",
            "number_formats",
            "string_formats",
            "single_branches",
        ],
        run: |document, _, notes| {
            locally(&FORMS, document, notes);
            Ok(())
        },
    },
    Batch {
        passes: &["nullable", "additional_properties"],
        run: |document, _, notes| {
            locally(&LAST, document, notes);
            Ok(())
        },
    },
    step!(discriminators),
    step!(inline_schemas),
    step!(all_of),
    step!(inheritance),
    step!(aliases),
    step!(nullable_components),
    step!(unions),
    step!(aliases),
    step!(required_members),
];

/// Runs passes that look at one schema at a time over all schemas.
fn locally(passes: &[Local], document: &mut Document, notes: &mut Notes) {
    walk::each_object(document, &mut |place, schema| {
        // A bare reference is complete.
        if schema.len() == 1 && schema.contains_key("$ref") {
            return;
        }
        for pass in passes {
            pass(place, schema, notes);
        }
    });
}

/// Runs the passes.
#[cfg(test)]
pub(super) fn normalize(document: &mut Document, api: &Entry, notes: &mut Notes) -> Collected<()> {
    super::step::run(&STEPS, document, api, notes)
}
