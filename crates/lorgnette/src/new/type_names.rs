//! Drafts better names for types whose names are too long or numbered.

use super::confidence::Confidence;
use super::rounds;
use crate::poor;
use lorgnette_codegen::diff::surface::{Surface, SurfaceShape, SurfaceType};
use lorgnette_codegen::document::unescaped;
use std::collections::BTreeSet;

/// The maximum length of a drafted name, so that it is readable at a glance.
const SHORT: usize = 50;

/// A better name for one type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeName {
    /// The schema, or the type's current name, as a key of `rename-types` in the catalogue.
    pub key: String,
    /// The current name of the type.
    pub old: String,
    /// A better one.
    pub new: String,
    /// The confidence of the better name.
    pub confidence: Confidence,
}

/// Better names for types. Each is unique, and no other type has it. They are either for the types
/// that the contract names, or for the others, whose names derive from those.
pub fn drafted(surface: &Surface, of_contract: bool) -> Vec<TypeName> {
    let poor = poor::types(surface).map(|(name, ty)| (name, ty, schema(ty)));
    let poor: Vec<_> = poor
        .filter(|(_, _, schema)| schema.is_some() == of_contract)
        .collect();
    let mut taken: BTreeSet<String> = surface.types.keys().cloned().collect();
    let wanting = poor.iter().map(|(name, ty, _)| candidates(name, ty)).collect();
    let given = rounds::given(wanting, str::to_owned, &mut taken);
    let names = poor.into_iter().zip(given);
    names
        .filter_map(|((old, _, schema), new)| {
            Some(TypeName {
                key: schema.unwrap_or_else(|| old.clone()),
                old: old.clone(),
                new: new?,
                confidence: match old.len() > poor::LONGEST {
                    true => Confidence::Medium,
                    false => Confidence::Low,
                },
            })
        })
        .collect()
}

/// The schema of the type, if the contract names it.
fn schema(ty: &SurfaceType) -> Option<String> {
    let name = ["/components/schemas/", "/definitions/"]
        .iter()
        .find_map(|parent| ty.at.strip_prefix(parent))?;
    (!name.contains('/')).then(|| unescaped(name))
}

/// Names with a shorter form of the owner, or with a description of the type in place of a number.
fn candidates(name: &str, ty: &SurfaceType) -> Vec<String> {
    if name.len() <= poor::LONGEST {
        let stem = poor::first_of_type(name).unwrap_or(name);
        let kind = match ty.shape {
            SurfaceShape::Object { .. } => "Object",
            SurfaceShape::Enum { .. } => "Value",
            SurfaceShape::Union { .. } => "Choice",
        };
        return vec![format!("{stem}{kind}")];
    }
    let words = words(name);
    // The action is kept as a whole, and the owner's name loses its end.
    let own = (1..=words.len())
        .rev()
        .find(|from| is_member(&words[*from..], ty));
    let own = own.unwrap_or(words.len());
    let (owner, own) = words.split_at(own.min(words.len()));
    let long = own.concat();
    let whole = (1..owner.len())
        .rev()
        .filter(|count| !own.starts_with(&owner[..*count]))
        .map(|count| owner[..count].concat() + &long);
    let ends = (1..words.len()).map(|from| words[from..].concat());
    let fits = |name: &String| name.len() <= SHORT;
    match own.is_empty() {
        true => ends.filter(fits).take(3).collect(),
        false => whole
            .filter(fits)
            .take(3)
            .chain(ends.filter(fits).take(1))
            .collect(),
    }
}

/// Whether the words are the name of the last member on the path to a type's schema.
fn is_member(words: &[String], ty: &SurfaceType) -> bool {
    let member = ty.at.rsplit_once("/properties/");
    let member = member.map_or("", |(_, rest)| rest.split('/').next().unwrap_or_default());
    let plain = |text: &str| {
        text.replace(|c: char| !c.is_ascii_alphanumeric(), "")
            .to_lowercase()
    };
    let words = plain(&words.concat());
    let member = plain(member);
    // Items of a list have singular names.
    !words.is_empty() && (words == member || format!("{words}s") == member)
}

/// The words of a type's name.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for c in name.chars() {
        match words.last_mut() {
            Some(word) if !c.is_ascii_uppercase() => word.push(c),
            _ => words.push(c.to_string()),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drafted(types: &[(&str, &str, SurfaceShape)], of_contract: bool) -> Vec<(String, String)> {
        let mut surface = Surface::default();
        for (name, at, shape) in types {
            let ty = SurfaceType {
                at: (*at).to_owned(),
                shape: shape.clone(),
                ..SurfaceType::default()
            };
            surface.types.insert((*name).to_owned(), ty);
        }
        let names = super::drafted(&surface, of_contract).into_iter();
        names.map(|name| (name.key, name.new)).collect()
    }

    fn pair(key: &str, new: &str) -> (String, String) {
        (key.to_owned(), new.to_owned())
    }

    #[test]
    fn test_long_names_keep_what_the_type_is_to_its_owner() {
        let long = "CollaborationAcceptanceRequirementsStatusStrongPasswordRequirement";
        let at = "/components/schemas/Collaboration/properties/status/properties/strong_password_requirement";
        assert_eq!(
            drafted(&[(long, at, SurfaceShape::default())], false),
            [pair(long, "CollaborationAcceptanceStrongPasswordRequirement")]
        );
    }

    #[test]
    fn test_long_names_do_not_stutter() {
        let long = "ShieldInformationBarrierSegmentMemberShieldInformationBarrierSegment";
        let at = "/components/schemas/ShieldInformationBarrierSegmentMember/properties/shield_information_barrier_segment";
        assert_eq!(
            drafted(&[(long, at, SurfaceShape::default())], false),
            [pair(long, "SegmentMemberShieldInformationBarrierSegment")]
        );
    }

    #[test]
    fn test_long_schemas_keep_the_end_of_their_names() {
        let long = "OpenaiTypesResponsesResponseConfigurationUpdateItemParamParamBlock";
        let at = "/components/schemas/openai__types__Block";
        let types = [(long, at, SurfaceShape::default())];
        assert_eq!(
            drafted(&types, true),
            [pair(
                "openai__types__Block",
                "ResponseConfigurationUpdateItemParamParamBlock"
            )]
        );
        assert_eq!(drafted(&types, false), []);
    }

    #[test]
    fn test_numbered_names_say_what_the_type_is() {
        let values = SurfaceShape::Enum {
            wire: String::new(),
            values: Vec::new(),
        };
        assert_eq!(
            drafted(
                &[
                    (
                        "LampMode",
                        "/components/schemas/Lamp/properties/mode",
                        values.clone()
                    ),
                    ("LampMode2", "/paths/~1lamps/get/parameters/0/schema", values),
                    ("Http2", "/components/schemas/Http2", SurfaceShape::default()),
                ],
                false
            ),
            [pair("LampMode2", "LampModeValue")]
        );
    }
}
