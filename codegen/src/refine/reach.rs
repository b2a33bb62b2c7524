//! Determines which types the operations use, and how: the tags that need a type, and whether it is
//! sent, received or both.

use super::model::Statuses;
use crate::ir::{Api, Body, Response, TypeDef};
use std::collections::{BTreeSet, HashMap};

/// The uses of a type.
#[derive(Clone, Debug, Default)]
pub struct Usage {
    /// The indices of the tags whose operations use it.
    pub tags: BTreeSet<usize>,
    /// Whether a request contains it.
    pub sent: bool,
    /// Whether a response contains it.
    pub received: bool,
}

/// The uses of every type, by name.
///
/// An enum of responses by status needs the types of all its variants wherever one of its
/// operations is compiled, since operations share it.
pub fn usages<'a>(api: &'a Api, statuses: &[Statuses]) -> HashMap<&'a str, Usage> {
    let mut usages = Usages {
        api,
        of: HashMap::new(),
    };
    for operation in &api.operations {
        let tags = BTreeSet::from([operation.tag]);
        let parameters = operation.parameters.iter().map(|parameter| &parameter.ty);
        for sent in parameters.chain(operation.body.iter().flat_map(Body::uses)) {
            sent.each_name(&mut |name| usages.mark(name, &tags, true));
        }
        for received in operation.responses.iter().flat_map(Response::uses) {
            received.each_name(&mut |name| usages.mark(name, &tags, false));
        }
    }
    for shared in statuses {
        for received in shared
            .responses
            .iter()
            .filter_map(|response| response.payload.ty())
        {
            received.generated(&mut |name| usages.mark_made(name, &shared.tags));
        }
    }
    usages.of
}

struct Usages<'a> {
    api: &'a Api,
    of: HashMap<&'a str, Usage>,
}

impl<'a> Usages<'a> {
    /// Records that operations of `tags` contain a type, and therefore everything in it.
    fn mark(&mut self, name: &'a str, tags: &BTreeSet<usize>, sent: bool) {
        let mut pending = vec![name];
        while let Some(name) = pending.pop() {
            let usage = self.of.entry(name).or_default();
            let before = (usage.tags.len(), usage.sent, usage.received);
            usage.tags.extend(tags);
            usage.sent |= sent;
            usage.received |= !sent;
            if before != (usage.tags.len(), usage.sent, usage.received) {
                let inside = self.api.types.get(name).into_iter().flat_map(TypeDef::uses);
                inside.for_each(|used| used.each_name(&mut |name| pending.push(name)));
            }
        }
    }

    /// The same for a response's type, as the engine names it.
    fn mark_made(&mut self, name: &str, tags: &BTreeSet<usize>) {
        if let Some((name, _)) = self.api.types.get_key_value(name) {
            self.mark(name, tags, false);
        }
    }
}

/// All uses of all types, if a program's uses are unknown: both directions, and no tag.
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
    use crate::generate::TypeExpression;
    use crate::refine::model::{Payload, Status, StatusResponse};
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
        let usages = usages(&api, &[]);
        assert!(usages["B"].sent && !usages["B"].received);
        assert_eq!(usages["B"].tags, BTreeSet::from([0]));
        assert!(usages["C"].received && !usages["C"].sent);
    }

    #[test]
    fn test_types_of_a_shared_enum_are_needed_by_all_its_tags() {
        let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let answer = |name: &str| json!({"content": {"application/json": {"schema": reference(name)}}});
        let document = json!({
            "tags": [{"name": "t"}, {"name": "u"}],
            "components": {"schemas": {
                "A": {"properties": {"b": reference("B")}}, "B": {"properties": {}}
            }},
            "paths": {
                "/x": {"get": {"tags": ["t"], "responses": {"404": answer("A")}}},
                "/y": {"get": {"tags": ["u"], "responses": {}}}
            }
        });
        let api = crate::lower::lower(&document, &crate::origins::Origins::default()).unwrap();
        let shared = Statuses {
            name: "DeclaredError".to_string(),
            responses: vec![StatusResponse {
                variant: "NotFound".to_string(),
                status: Status::Code(404),
                payload: Payload::Json(TypeExpression::Generated("A".into())),
            }],
            tags: BTreeSet::from([0, 1]),
        };
        let of = |statuses: &[Statuses], name: &str| usages(&api, statuses)[name].tags.clone();
        assert_eq!(of(&[], "B"), BTreeSet::from([0]));
        let shared = [shared];
        for name in ["A", "B"] {
            assert_eq!(of(&shared, name), BTreeSet::from([0, 1]), "{name}");
        }
    }
}
