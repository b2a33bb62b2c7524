//! Reads parts of the document: their places, their servers, and members of the usual kinds.

use crate::document::{Node, Object, child, items};
use crate::ir::{Provenance, Server};
use crate::origins::Origins;

/// The place of a part of the document: its own if it was moved, or else the place inside its
/// holder.
pub(super) struct NodePlace<'o> {
    pub(super) pointer: String,
    pub(super) origins: &'o Origins,
}

impl<'o> NodePlace<'o> {
    /// The original place of `node`, which is now at `pointer`.
    pub(super) fn new(pointer: impl Into<String>, node: &Object, origins: &'o Origins) -> Self {
        let own = node.text("x-lorgnette-origin");
        // A reference to the whole contract names no place.
        let own = own.filter(|pointer| !pointer.is_empty());
        let pointer = own.map_or_else(|| pointer.into(), str::to_string);
        Self { pointer, origins }
    }

    /// The place of the member `token`.
    pub(super) fn child(&self, token: &str) -> Self {
        let pointer = child(&self.pointer, token);
        Self { pointer, ..*self }
    }

    /// The place of `node`, the member `token`.
    pub(super) fn holding(&self, token: &str, node: &Object) -> Self {
        Self::new(child(&self.pointer, token), node, self.origins)
    }

    pub(super) fn provenance(&self) -> Provenance {
        Provenance::new(self.origins.of(&self.pointer))
    }
}

/// The servers that `holder`, at `place`, lists.
pub(super) fn servers(holder: &Object, place: &NodePlace<'_>) -> Vec<Server> {
    let list = place.child("servers");
    let servers = items(holder, "servers").enumerate();
    let servers = servers.filter_map(|(index, server)| {
        let mut url = server.text("url")?.to_string();
        for (name, variable) in server.map("variables") {
            if let Some(default) = variable.text("default") {
                url = url.replace(&format!("{{{name}}}"), default);
            }
        }
        Some(Server {
            provenance: list.child(&index.to_string()).provenance(),
            url,
        })
    });
    servers.collect()
}

/// The text of a member.
pub(super) fn string(schema: &Object, key: &str) -> Option<String> {
    schema.text(key).map(str::to_string)
}

/// Whether a member exists and is `true`.
pub(super) fn flag(schema: &Object, key: &str) -> bool {
    schema.flag(key)
}
