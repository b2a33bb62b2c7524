//! Passes over the typed model, in their order. What always holds of the model is checked after
//! each.

mod duplicate_schemas;
mod implied_tags;

use crate::catalogue;
use crate::diagnostics::{Collected, Notes, Result};
use crate::ir::{self, Api};
use crate::names::{self, published::Published};

/// A pass over the model.
pub struct Pass {
    /// Its name.
    pub name: &'static str,
    /// Runs it; the API's entry in the catalogue may decide.
    run: fn(&mut Api, &catalogue::Api, &Published, &mut Notes) -> Result<()>,
}

/// The passes.
pub const PASSES: [Pass; 7] = [
    Pass {
        name: "duplicate_schemas",
        run: |api, _, published, notes| {
            duplicate_schemas::apply(api, published, notes);
            Ok(())
        },
    },
    Pass {
        name: "implied_tags",
        run: |api, _, _, _| {
            implied_tags::apply(api);
            Ok(())
        },
    },
    Pass {
        name: "module_names",
        run: |api, entry, published, _| {
            names::modules::apply(api, entry, published);
            Ok(())
        },
    },
    Pass {
        name: "type_names",
        run: names::types::apply,
    },
    Pass {
        name: "request_names",
        run: |api, _, _, _| {
            names::requests::apply(api);
            Ok(())
        },
    },
    Pass {
        name: "variant_names",
        run: |api, _, published, _| {
            names::variants::apply(api, published);
            Ok(())
        },
    },
    Pass {
        name: "field_names",
        run: |api, _, published, _| {
            names::fields::apply(api, published);
            Ok(())
        },
    },
];

/// Runs every pass; names that are `published` are kept. `observe` looks on after each.
///
/// # Errors
///
/// When a pass meets something that has no form in a crate, or has left a model that does not hold
/// together.
pub fn run(
    api: &mut Api,
    entry: &catalogue::Api,
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
