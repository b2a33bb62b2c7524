//! Passes over the typed model, in their order. What always holds of the model is checked after each.

mod aliases;
mod all_of;
mod default_values;
mod duplicate_schemas;
mod form_bodies;
mod inheritance;
mod nullable_types;
mod required_members;
mod unions;
mod unreachable_schemas;

use crate::catalogue;
use crate::diagnostics::{Collected, Notes};
use crate::ir::{self, Api};
use crate::names;

/// A pass over the model.
pub struct Pass {
    /// Its name.
    pub name: &'static str,
    /// Runs it; the API's entry in the catalogue may decide.
    run: fn(&mut Api, &catalogue::Api, &mut Notes) -> Collected<()>,
}

/// A pass that cannot fail.
macro_rules! pass {
    ($name:ident, |$api:pat_param, $entry:pat_param, $notes:pat_param| $run:expr) => {
        Pass {
            name: stringify!($name),
            run: |$api, $entry, $notes| {
                $run;
                Ok(())
            },
        }
    };
}

/// The passes.
pub const PASSES: [Pass; 17] = [
    Pass {
        name: "all_of",
        run: |api, _, notes| all_of::apply(api, notes),
    },
    pass!(inheritance, |api, _, _| inheritance::apply(api)),
    pass!(aliases, |api, _, notes| aliases::apply(api, notes)),
    pass!(nullable_types, |api, _, _| nullable_types::apply(api)),
    pass!(unions, |api, _, notes| unions::apply(api, notes)),
    pass!(aliases, |api, _, notes| aliases::apply(api, notes)),
    pass!(required_members, |api, _, notes| required_members::apply(
        api, notes
    )),
    pass!(form_bodies, |api, _, notes| form_bodies::apply(api, notes)),
    pass!(unreachable_schemas, |api, entry, notes| {
        unreachable_schemas::apply(api, entry, notes);
    }),
    pass!(default_values, |api, _, notes| default_values::apply(api, notes)),
    pass!(duplicate_schemas, |api, _, notes| duplicate_schemas::apply(
        api, notes
    )),
    pass!(implied_tags, |api, _, _| implied_tags::apply(api)),
    pass!(module_names, |api, entry, _| names::modules::apply(api, entry)),
    Pass {
        name: "type_names",
        run: |api, entry, notes| Ok(names::types::apply(api, entry, notes)?),
    },
    pass!(request_names, |api, _, _| names::requests::apply(api)),
    pass!(variant_names, |api, _, _| names::variants::apply(api)),
    pass!(field_names, |api, _, _| names::fields::apply(api)),
];

/// Runs every pass; `observe` looks on after each.
///
/// # Errors
///
/// When a pass meets something that has no form in a crate, or has left a model that does not hold
/// together.
pub fn run(
    api: &mut Api,
    entry: &catalogue::Api,
    notes: &mut Notes,
    observe: &mut dyn FnMut(&'static str, &Api, &Notes),
) -> Collected<()> {
    for pass in PASSES {
        notes.begin(pass.name);
        (pass.run)(api, entry, notes)?;
        ir::verify(api, pass.name)?;
        observe(pass.name, api, notes);
    }
    Ok(ir::verify_names(api, "names")?)
}
