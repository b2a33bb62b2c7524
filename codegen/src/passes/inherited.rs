//! Copies the contract's statements on a type's values to every use of the type.
//!
//! Before: a type whose values occur only in responses. After: members of that type are read-only.

use crate::ir::{Annotations, Api};
use std::collections::HashMap;

/// Runs the pass.
pub(super) fn apply(api: &mut Api) {
    let types = api.types.iter();
    let said = types.filter_map(|(name, def)| Some((name.clone(), def.said.as_deref()?.clone())));
    let said: HashMap<String, Annotations> = said.collect();
    api.each_use_mut(&mut |used| {
        let Some(said) = used.named().and_then(|name| said.get(name)) else {
            return;
        };
        used.say(|own| {
            own.read_only |= said.read_only;
            own.write_only |= said.write_only;
            if own.default.is_none() {
                own.default.clone_from(&said.default);
            }
        });
    });
}
