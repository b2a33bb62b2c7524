//! Passes over the typed model, in their order. The invariants of the model are checked after each
//! pass.

mod default_values;
mod duplicate_schemas;
mod form_bodies;
mod implied_tags;
mod inherited;
mod unreachable_schemas;

#[cfg(test)]
pub(crate) use unreachable_schemas::apply as drop_unreachable;

use crate::catalogue;
use crate::diagnostics::{Collected, Notes, Result};
use crate::ir::{self, Api};
use crate::names::{self, published::Published};

/// A pass over the model.
pub struct Pass {
    /// Its name.
    pub name: &'static str,
    /// Runs it; the API's entry in the catalogue may decide.
    run: fn(&mut Api, &catalogue::Entry, &Published, &mut Notes) -> Result<()>,
}

/// A pass that cannot fail.
macro_rules! pass {
    ($name:ident, |$api:pat_param, $entry:pat_param, $published:pat_param, $notes:pat_param| $run:expr) => {
        Pass {
            name: stringify!($name),
            run: |$api, $entry, $published, $notes| {
                $run;
                Ok(())
            },
        }
    };
}

/// The passes.
pub const PASSES: [Pass; 11] = [
    pass!(form_bodies, |api, _, _, notes| form_bodies::apply(api, notes)),
    pass!(unreachable_schemas, |api, entry, _, notes| {
        unreachable_schemas::apply(api, entry, notes);
    }),
    pass!(default_values, |api, _, _, notes| default_values::apply(
        api, notes
    )),
    pass!(inherited, |api, _, _, _| inherited::apply(api)),
    pass!(duplicate_schemas, |api, _, published, notes| {
        duplicate_schemas::apply(api, published, notes);
    }),
    pass!(implied_tags, |api, _, _, _| implied_tags::apply(api)),
    pass!(module_names, |api, entry, published, _| {
        names::modules::apply(api, entry, published);
    }),
    Pass {
        name: "type_names",
        run: names::types::apply,
    },
    pass!(request_names, |api, _, _, _| names::requests::apply(api)),
    pass!(variant_names, |api, _, published, _| {
        names::variants::apply(api, published);
    }),
    pass!(field_names, |api, _, published, _| names::fields::apply(
        api, published
    )),
];

/// Runs every pass; `published` names are kept. `observe` is called after each.
///
/// # Errors
///
/// When a pass finds something that a crate cannot express, or leaves an inconsistent model.
pub fn run(
    api: &mut Api,
    entry: &catalogue::Entry,
    published: &Published,
    notes: &mut Notes,
    observe: &mut dyn FnMut(&'static str, &Api, &Notes),
) -> Collected<()> {
    for pass in PASSES {
        (pass.run)(api, entry, published, notes)?;
        ir::verify(api, pass.name)?;
        observe(pass.name, api, notes);
    }
    Ok(ir::verify_names(api, "names")?)
}
