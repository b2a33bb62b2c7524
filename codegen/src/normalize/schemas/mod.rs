//! Passes over schemas, in the order in which they run.
//!
//! What they establish, for the stations after them: component schemas are objects, enums and unions, and every
//! other schema is simple and stands where it is used.

use super::step::{Step, step};
use crate::diagnostics::Notes;
use crate::document::{Document, Object};
use walk::Place;

mod additional_properties;
mod conditions;
mod enum_values;
mod missing_types;
mod nullable;
mod number_formats;
mod ref_siblings;
mod reference_chains;
mod shapes;
mod single_branches;
mod string_formats;
mod tuples;
mod values;
mod walk;

#[cfg(test)]
mod testing;

/// A pass that needs to see one schema at a time, inner schemas first.
type Local = fn(&Place<'_>, &mut Object, &mut Notes);

/// The step of passes that look at one schema at a time.
macro_rules! locally {
    ($($name:ident: $pass:path),+ $(,)?) => {
        Step {
            passes: &[$(stringify!($name)),+],
            run: |document, _, notes| {
                locally(&[$((stringify!($name), $pass as Local)),+], document, notes);
                Ok(())
            },
        }
    };
}

/// The passes in their order.
pub(super) const STEPS: [Step; 5] = [
    step!(shapes),
    step!(reference_chains),
    // What kind of value a schema is about; these may put schemas inside it.
    locally!(
        ref_siblings: ref_siblings::apply,
        values: values::apply,
        missing_types: missing_types::apply,
    ),
    // A schema of each kind says it in one way.
    locally!(
        conditions: conditions::apply,
        nullable: nullable::apply,
        tuples: tuples::apply,
        enum_values: enum_values::apply,
        number_formats: number_formats::apply,
        string_formats: string_formats::apply,
        single_branches: single_branches::apply,
    ),
    // These look at what is around a schema too, and so wait until all schemas are repaired.
    locally!(nullable: nullable::null_type, additional_properties: additional_properties::apply),
];

/// Runs passes that look at one schema at a time over all schemas.
fn locally(passes: &[(&'static str, Local)], document: &mut Document, notes: &mut Notes) {
    walk::each_object(document, &mut |place, schema| {
        // A bare reference says all that it has to say.
        if schema.len() == 1 && schema.contains_key("$ref") {
            return;
        }
        for (name, pass) in passes {
            notes.begin(name);
            pass(place, schema, notes);
        }
    });
}
