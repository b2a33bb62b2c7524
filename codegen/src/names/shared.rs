//! Chooses the name of a type that the contract writes in several places without naming it, and
//! decides whether it must be several types because no name fits them all.

use super::variants;
use crate::ir::{Home, Shape, TypeDef, Union};
use crate::naming;
use serde_json::Value;
use std::collections::BTreeMap;

/// The maximum number of values or branches for a name.
const SHORT: usize = 4;

/// Words that carry too little meaning to be a type's name alone.
const VAGUE: [&str; 40] = [
    "Action",
    "Attribute",
    "Attributes",
    "Body",
    "Category",
    "Code",
    "Config",
    "Content",
    "Count",
    "Data",
    "Detail",
    "Details",
    "Direction",
    "Field",
    "Fields",
    "Filter",
    "Format",
    "Id",
    "Info",
    "Item",
    "Items",
    "Key",
    "Kind",
    "Level",
    "Meta",
    "Metadata",
    "Method",
    "Mode",
    "Name",
    "Options",
    "Order",
    "Params",
    "Properties",
    "Role",
    "Settings",
    "Sort",
    "State",
    "Status",
    "Type",
    "Unit",
];

/// Words that name an action, not a thing.
const VERBS: [&str; 10] = [
    "Add", "Create", "Delete", "Get", "List", "Patch", "Post", "Put", "Set", "Update",
];

impl Home {
    /// The type's role there: if two places have the same role, its name may come from either of
    /// them.
    pub fn label(&self) -> String {
        let hint = |index: fn(&str) -> Option<&str>| index(&self.hint).unwrap_or_default().to_string();
        match self.role.as_str() {
            "error" => "error".to_string(),
            // The bodies of an operation belong to that operation.
            "request" | "response" => format!("{} {}", self.role, hint(|text| text.split(' ').next())),
            _ if self.bare.is_empty() => naming::type_name(&hint(|text| text.rsplit(' ').next())),
            _ => naming::type_name(&self.bare),
        }
    }
}

/// Whether one name suits all places.
pub fn is_one(def: &TypeDef, homes: &[Home]) -> bool {
    let same = |label: &String| homes.iter().all(|home| home.label() == *label);
    homes.first().is_none_or(|first| same(&first.label())) || !candidates(def, homes).is_empty()
}

/// Candidates for the type's name, the best first: its most common role; the common part of its
/// owners' names; its own content; or the common part of the owner's member names.
pub(super) fn candidates(def: &TypeDef, homes: &[Home]) -> Vec<String> {
    let by_place = || {
        by_owners(homes)
            .or_else(|| by_content(def))
            .or_else(|| by_members(homes))
    };
    by_role(homes).into_iter().chain(by_place()).collect()
}

/// The schema's role in most places.
fn by_role(homes: &[Home]) -> Option<String> {
    if homes.iter().all(|home| home.role == "error") {
        return Some("ErrorBody".to_string());
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for home in homes.iter().filter(|home| !home.bare.is_empty()) {
        *counts.entry(naming::type_name(&home.bare)).or_default() += 1;
    }
    let (name, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    let telling =
        words(&name).len() >= 2 || (count >= 3 && name.len() > 3 && !VAGUE.contains(&name.as_str()));
    (count * 2 > homes.len() && telling).then_some(name)
}

/// The common beginning of all owners' names, and the schema's role in all of them: `CameraUpdate`
/// and `CameraCreate` share a `CameraMode`. A parameter with the same type is included.
fn by_owners(homes: &[Home]) -> Option<String> {
    let first = homes.first()?;
    if first.bare.is_empty() || homes.iter().any(|home| home.label() != first.label()) {
        return None;
    }
    let owners = homes.iter().filter(|home| home.role != "parameter");
    let common = owners
        .map(|home| words(naming::last_part(&home.owner)))
        .reduce(|one, other| {
            let pairs = one.into_iter().zip(other);
            pairs
                .take_while(|(one, other)| one == other)
                .map(|(word, _)| word)
                .collect()
        })?;
    let telling = match common.as_slice() {
        [] => false,
        [word] => !VERBS.contains(&word.as_str()),
        _ => true,
    };
    telling.then(|| naming::type_name(&format!("{} {}", common.concat(), first.bare)))
}

/// Names a shared type after the common prefix or suffix of its owner's members:
/// `measurements24GHz` and `measurements5GHz` of a `Kpi` become `KpiMeasurements`.
fn by_members(homes: &[Home]) -> Option<String> {
    let first = homes.first()?;
    if homes
        .iter()
        .any(|home| home.owner.is_empty() || home.bare.is_empty() || home.owner != first.owner)
    {
        return None;
    }
    let members: Vec<Vec<String>> = homes.iter().map(|home| words(&home.bare)).collect();
    let shortest = members.iter().map(Vec::len).min()?;
    let starts = |count: usize| members.iter().all(|words| words[..count] == members[0][..count]);
    let ends = |count: usize| {
        let end = |words: &Vec<String>| words[words.len() - count..].concat();
        members.iter().all(|words| end(words) == end(&members[0]))
    };
    let longest = |fits: &dyn Fn(usize) -> bool| (1..=shortest).rev().find(|count| fits(*count));
    let common = match (longest(&starts), longest(&ends)) {
        (Some(count), _) => members[0][..count].concat(),
        (None, Some(count)) => members[0][members[0].len() - count..].concat(),
        (None, None) => return None,
    };
    Some(naming::type_name(&format!(
        "{} {common}",
        naming::last_part(&first.owner)
    )))
}

/// The values of a short enum, or the branches of a union of plain types: `OffOrOnOrAuto`,
/// `IntegerOrText`.
fn by_content(def: &TypeDef) -> Option<String> {
    let parts: Vec<String> = match &def.shape {
        Shape::Object(_) => Vec::new(),
        Shape::Union(union) => branches(union)?,
        Shape::Enum(values) => {
            // A number or a code does not describe its subject.
            let word = |text: &&str| text.starts_with(|c: char| c.is_ascii_alphabetic());
            let variant = |value: &Value| value.as_str().filter(word).map(naming::variant_name);
            let values = values.values.iter();
            values.map(|value| variant(&value.value)).collect::<Option<_>>()?
        }
    };
    let name = naming::type_name(&parts.join(" Or "));
    ((2..=SHORT).contains(&parts.len()) && name.len() <= 40).then_some(name)
}

/// The branches of a union, where each is a plain type.
fn branches(union: &Union) -> Option<Vec<String>> {
    let branches = union.branches.iter().map(|branch| {
        if branch.ty.named().is_some() {
            return None;
        }
        let name = naming::type_name(&variants::called("", &branch.ty));
        Some(name.trim_end_matches("Model").to_string())
    });
    branches.collect()
}

/// Whether the words of `part`, at least two, occur consecutively in `name`.
pub(super) fn says_already(name: &str, part: &str) -> bool {
    let (name, part) = (words(name), words(part));
    part.len() >= 2 && name.windows(part.len()).any(|window| window == part)
}

/// Whether two names have a word in common, in singular or plural.
pub fn have_a_word_in_common(one: &str, other: &str) -> bool {
    let singular = |word: &String| word.trim_end_matches('s').to_string();
    let other: Vec<String> = words(other).iter().map(singular).collect();
    words(one).iter().any(|word| other.contains(&singular(word)))
}

/// The words of a name, each with a capital letter; a number is a word.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    if text.is_empty() {
        return words;
    }
    for c in naming::words(text).chars() {
        let goes_on = |word: &String| {
            !c.is_ascii_uppercase() && c.is_ascii_digit() == word.ends_with(|c: char| c.is_ascii_digit())
        };
        match words.last_mut() {
            Some(word) if goes_on(word) => word.push(c),
            _ => words.push(c.to_string()),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use crate::names::testing::{named, with_schemas};
    use serde_json::{Value, json};

    fn object(properties: Value) -> Value {
        json!({"type": "object", "properties": properties})
    }

    fn types(schemas: Value) -> Vec<String> {
        named(with_schemas(&schemas)).types.into_keys().collect()
    }

    #[test]
    fn test_short_enum_with_different_roles_is_named_after_its_values() {
        let switch = json!({"enum": ["off", "on", "auto"]});
        assert_eq!(
            types(
                json!({"Lamp": object(json!({"flash": switch})), "Camera": object(json!({"ir_light": switch}))})
            ),
            ["Lamp", "OffOrOnOrAuto", "Camera"]
        );
    }

    #[test]
    fn test_union_of_plain_types_is_named_after_its_branches() {
        let id = json!({"oneOf": [{"type": "string"}, {"type": "integer"}]});
        assert_eq!(
            types(json!({"Lamp": object(json!({"id": id})), "Post": object(json!({"number": id}))})),
            ["Lamp", "IntegerOrText", "Post"]
        );
    }

    #[test]
    fn test_schemas_that_no_name_fits_stay_apart() {
        let values = json!({"enum": ["a", "b", "c", "d", "e"]});
        assert_eq!(
            types(
                json!({"Lamp": object(json!({"colour": values})), "Post": object(json!({"height": values}))})
            ),
            ["Lamp", "LampColour", "Post", "PostHeight"]
        );
        let width = json!({"enum": [20, 40]});
        assert_eq!(
            types(json!({"Lamp": object(json!({"width": width})), "Post": object(json!({"height": width}))})),
            ["Lamp", "LampWidth", "Post", "PostHeight"]
        );
    }

    #[test]
    fn test_schema_of_kindred_owners_is_named_after_what_they_have_in_common() {
        let values = json!({"enum": ["a", "b", "c", "d", "e"]});
        assert_eq!(
            types(json!({
                "LampCreate": object(json!({"mode": values, "a": {"type": "string"}})),
                "LampUpdate": object(json!({"mode": values}))
            })),
            ["LampCreate", "LampMode", "LampUpdate"]
        );
    }

    #[test]
    fn test_members_of_one_owner_share_what_their_names_have_in_common() {
        let values = json!({"enum": ["a", "b", "c", "d", "e"]});
        assert_eq!(
            types(json!({"Lamp": object(json!({"level2GHz": values, "level5GHz": values}))})),
            ["Lamp", "LampLevel"]
        );
    }

    #[test]
    fn test_names_do_not_stutter() {
        assert_eq!(
            types(json!({
                "LampTopology": object(json!({"topologyNode": object(json!({"a": {"type": "string"}}))})),
                "LampColourInRequest": object(json!({"lampColour": object(json!({"b": {"type": "string"}}))}))
            })),
            [
                "LampTopology",
                "LampTopologyNode",
                "LampColourInRequest",
                "LampColour"
            ]
        );
    }

    #[test]
    fn test_items_of_a_list_are_called_as_the_list_where_that_is_no_plural() {
        assert_eq!(
            types(json!({
                "LevelFilter": {"type": "array", "items": {"enum": ["a", "b"]}},
                "Lamp": object(json!({"access": {"type": "array", "items": {"enum": ["c", "d"]}}}))
            })),
            ["LevelFilter", "Lamp", "LampAccess"]
        );
    }
}
