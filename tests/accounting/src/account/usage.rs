//! Determines which types of a crate occur in requests, and which in responses.

use crate::surface::{RustType, Surface, SurfaceShape};
use std::collections::HashSet;

/// The generated types, by the direction in which they are used.
#[derive(Debug, Default)]
pub(super) struct Usage {
    /// Whether a request contains it.
    pub(super) sent: HashSet<String>,
    /// Whether a response contains it.
    pub(super) received: HashSet<String>,
}

impl Usage {
    pub(super) fn of(surface: &Surface) -> Self {
        let mut usage = Self::default();
        for operation in &surface.operations {
            let parameters = operation.parameters.iter().map(|parameter| &parameter.ty);
            for ty in parameters.chain(operation.bodies.iter().map(|body| &body.ty)) {
                reach(surface, ty, &mut usage.sent);
            }
            for ty in operation.error.iter().chain([&operation.success]) {
                reach(surface, ty, &mut usage.received);
                let answers = ty
                    .name
                    .strip_prefix("responses::")
                    .and_then(|name| surface.statuses.get(name));
                for answer in answers.into_iter().flatten() {
                    reach(surface, &answer.payload, &mut usage.received);
                }
            }
        }
        usage
    }
}

fn reach(surface: &Surface, ty: &RustType, reached: &mut HashSet<String>) {
    let mut open = vec![ty];
    while let Some(ty) = open.pop() {
        open.extend(&ty.arguments);
        let Some(name) = ty.generated() else { continue };
        let Some(found) = surface.types.get(name) else {
            continue;
        };
        if !reached.insert(name.to_string()) {
            continue;
        }
        match &found.shape {
            SurfaceShape::Struct { members, rest, .. } => {
                open.extend(members.iter().map(|member| &member.ty));
                open.extend(rest.iter().map(|(_, ty)| ty));
            }
            SurfaceShape::Union { branches, .. } => open.extend(branches.iter().map(|branch| &branch.ty)),
            SurfaceShape::Enum { .. } => {}
        }
    }
}
