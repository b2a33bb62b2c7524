//! Which types the operations reach, and what for: the tags that need a type, and whether it is
//! sent, received or both.

use crate::ir::{Api, Body, Response, TypeDef, TypeRef};
use std::collections::{BTreeSet, HashMap};

/// What a type is used for.
#[derive(Clone, Debug, Default)]
pub struct Usage {
    /// Indices of the tags whose operations reach it.
    pub tags: BTreeSet<usize>,
    /// Some request holds it.
    pub sent: bool,
    /// Some answer holds it.
    pub received: bool,
}

/// What every type is used for, by name.
pub fn usages<'a>(api: &'a Api) -> HashMap<&'a str, Usage> {
    let mut usages: HashMap<&str, Usage> = HashMap::new();
    for operation in &api.operations {
        let mut mark = |used: &mut dyn Iterator<Item = &'a TypeRef>, sent: bool| {
            let mut pending = Vec::new();
            used.for_each(|used| used.each_name(&mut |name| pending.push(name)));
            while let Some(name) = pending.pop() {
                let usage = usages.entry(name).or_default();
                let before = (usage.tags.len(), usage.sent, usage.received);
                usage.tags.insert(operation.tag);
                usage.sent |= sent;
                usage.received |= !sent;
                if before != (usage.tags.len(), usage.sent, usage.received) {
                    let inside = api.types.get(name).into_iter().flat_map(TypeDef::uses);
                    inside.for_each(|used| used.each_name(&mut |name| pending.push(name)));
                }
            }
        };
        mark(
            &mut operation.parameters.iter().map(|parameter| &parameter.ty),
            true,
        );
        mark(&mut operation.body.iter().flat_map(Body::uses), true);
        mark(&mut operation.responses.iter().flat_map(Response::uses), false);
    }
    usages
}

/// Any use of any type, where nobody knows what a program uses them for: both directions, and no
/// tag.
pub fn any(api: &Api) -> HashMap<&str, Usage> {
    let usage = Usage {
        tags: BTreeSet::new(),
        sent: true,
        received: true,
    };
    api.types
        .keys()
        .map(|name| (name.as_str(), usage.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    #[test]
    fn test_usages_follows_members_and_remembers_the_direction() {
        let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let document = json!({
            "tags": [{"name": "t"}, {"name": "u"}],
            "components": {"schemas": {
                "A": {"properties": {"b": {"type": "array", "items": reference("B")}}},
                "B": {"properties": {"a": reference("A")}},
                "C": {"properties": {}}
            }},
            "paths": {
                "/x": {"put": {"tags": ["t"], "requestBody": {"content": {"application/json": {"schema": reference("A")}}}}},
                "/y": {"get": {"tags": ["u"], "responses": {"200": {"content": {"application/json": {"schema": reference("C")}}}}}}
            }
        });
        let api = crate::lower::lower(&document, &crate::origins::Origins::default()).unwrap();
        let usages = usages(&api);
        assert!(usages["B"].sent && !usages["B"].received);
        assert_eq!(usages["B"].tags, BTreeSet::from([0]));
        assert!(usages["C"].received && !usages["C"].sent);
    }
}
