//! The options of an operation: one for each parameter, and for each member of its body.

use crate::setting::Preset;
use lorgnette_runtime::commands::{Body, Command, Format, Kind, Place};
use std::collections::HashSet;

/// An option of a command that sets a part of the request.
#[derive(Clone, Debug)]
pub struct Flag {
    /// The id of the argument in clap.
    pub id: String,
    /// Its name, without leading hyphens.
    pub long: String,
    /// An additional name.
    pub also: Option<String>,
    /// The part of the request that it sets.
    pub source: ValueSource,
    /// The kind of the value.
    pub kind: Kind,
    /// The contract's description of it.
    pub about: &'static str,
    /// Whether a request without it is rejected.
    pub is_required: bool,
    /// The name of the preset that supplies a missing value, if there is one.
    pub preset: Option<&'static Preset>,
}

/// The part of a request that an option sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueSource {
    /// The parameter at this place in the operation's list.
    Parameter(usize, Place),
    /// The member of the body that has this name.
    Member(&'static str),
}

/// Options of calls that are renamed if a parameter has the same name, for instance to
/// `--call-until`.
pub const YIELDING: [&str; 6] = ["all", "every", "limit", "until", "wait", "within"];

/// The options of `command`, parameters first. `reserved` are the names of the commands' own
/// options; a parameter of such a name is prefixed with its location: `--query-profile`.
pub fn flags(command: &'static Command, presets: &'static [Preset], reserved: Vec<String>) -> Vec<Flag> {
    let mut taken: HashSet<String> = reserved.into_iter().collect();
    let mut parameters: Vec<_> = command.parameters().collect();
    // Path parameters come before query parameters.
    parameters.sort_by_key(|parameter| match parameter.place {
        Place::Path => 0,
        Place::Query => 1,
        Place::Header => 2,
        Place::Cookie => 3,
    });
    let mut flags = Vec::new();
    for parameter in parameters {
        let preset = presets
            .iter()
            .find(|preset| preset.parameters.contains(&parameter.name));
        let plain = kebab(parameter.name);
        let name = preset.map_or(plain.as_str(), |preset| preset.name);
        let long = free(name, parameter.place.name(), &mut taken);
        // An option also moves in front of the option that it overrides.
        let other = match YIELDING.contains(&&*long) {
            true => format!("{}-{long}", parameter.place.name()),
            false => plain,
        };
        let is_free = !other.is_empty() && long != other && taken.insert(other.clone());
        let also = is_free.then_some(other);
        flags.push(Flag {
            id: format!("parameter {}", parameter.index),
            long,
            also,
            source: ValueSource::Parameter(parameter.index, parameter.place),
            kind: parameter.kind,
            about: parameter.about,
            is_required: parameter.is_required,
            preset,
        });
    }
    for member in structured(command)
        .map(|body| body.kind.members())
        .unwrap_or_default()
    {
        flags.push(Flag {
            id: format!("member {}", member.name),
            long: free(&kebab(member.name), "body", &mut taken),
            also: None,
            source: ValueSource::Member(member.name),
            kind: member.kind,
            about: member.about,
            is_required: member.is_required,
            preset: None,
        });
    }
    flags
}

/// The options for path parameters, in the order of the path.
pub fn path_names<'f>(command: &Command, flags: &'f [Flag]) -> Vec<&'f Flag> {
    let place = |flag: &Flag| match flag.source {
        ValueSource::Parameter(index, Place::Path) => {
            let parameter = command.parameters().find(|parameter| parameter.index == index)?;
            command.operation.path().find(&format!("{{{}}}", parameter.name))
        }
        _ => None,
    };
    let mut placed: Vec<(usize, &Flag)> = flags
        .iter()
        .filter_map(|flag| Some((place(flag)?, flag)))
        .collect();
    placed.sort_by_key(|(place, _)| *place);
    placed.into_iter().map(|(_, flag)| flag).collect()
}

/// Whether a body in this form is an object or another value of JSON.
pub const fn is_structured(format: Format) -> bool {
    !matches!(format, Format::Text | Format::Raw)
}

/// The form of the body whose members become options: the first that has members.
pub fn structured(command: &'static Command) -> Option<&'static Body> {
    let bodies = || command.bodies.iter().filter(|body| is_structured(body.format));
    bodies()
        .find(|body| !body.kind.members().is_empty())
        .or_else(|| bodies().next())
}

/// `name`, or if that is taken, `name` prefixed with its location.
fn free(name: &str, place: &str, taken: &mut HashSet<String>) -> String {
    let placed = match name {
        "" => place.to_owned(),
        name => format!("{place}-{name}"),
    };
    let numbered = (2..).map(|number| format!("{placed}-{number}"));
    let names = std::iter::once(name.to_owned())
        .chain([placed.clone()])
        .chain(numbered);
    let free = names
        .filter(|name| !name.is_empty())
        .find(|name| taken.insert(name.clone()));
    free.unwrap_or(placed)
}

/// `locationId` as `location-id`.
pub fn kebab(name: &str) -> String {
    let mut kebab = String::with_capacity(name.len() + 4);
    let mut characters = name.chars().peekable();
    let mut before: Option<char> = None;
    while let Some(character) = characters.next() {
        if !character.is_ascii_alphanumeric() {
            before = None;
            continue;
        }
        let begins = match before {
            None => !kebab.is_empty(),
            // `siteID` consists of two words, `IDs` of one, `HTTPProxy` of two.
            Some(before) => {
                let ends_capitals = before.is_ascii_uppercase()
                    && characters.peek().is_some_and(char::is_ascii_lowercase)
                    && !is_plural(&characters);
                character.is_ascii_uppercase() && (!before.is_ascii_uppercase() || ends_capitals)
            }
        };
        if begins {
            kebab.push('-');
        }
        kebab.push(character.to_ascii_lowercase());
        before = Some(character);
    }
    kebab
}

/// Whether nothing but an `s` remains of the word.
fn is_plural(rest: &std::iter::Peekable<std::str::Chars<'_>>) -> bool {
    let mut rest = rest.clone();
    rest.next() == Some('s') && !rest.next().is_some_and(|next| next.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use lorgnette_runtime::{command, command_type};

    mod operations {
        lorgnette_runtime::operation!(
            LAMPS: "lamps" POST "/corps/{corpName}/lamps/{id}", query "limit", query "id", path "corpName", path "id",
            header "X-Trace", query "_", query "until"
        );
    }
    command_type!(Lamp: ""; object "name" Text required, "id" Uuid);
    command!(
        LAMPS of operations: "lamps" "";
        arguments(Integer "", Text "", Text "", Uuid "", Text "", Text "", Text ""); bodies(Json "application/json" (Lamp) "")
    );
    static PRESETS: [Preset; 1] = [Preset {
        name: "corp",
        variable: "LAMPS_CORP",
        parameters: &["corpName"],
        about: "",
    }];

    #[test]
    fn test_names_are_words_with_hyphens() {
        for (name, expected) in [
            ("organizationId", "organization-id"),
            ("location_id", "location-id"),
            ("siteID", "site-id"),
            ("IDs", "ids"),
            ("HTTPProxy", "http-proxy"),
            ("filter[name]", "filter-name"),
            ("X-Request-ID", "x-request-id"),
            ("ap2Name", "ap2-name"),
            ("日本", ""),
        ] {
            assert_eq!(kebab(name), expected, "{name}");
        }
    }

    #[test]
    fn test_a_name_that_is_taken_has_its_place_in_front() {
        let flags = flags(&LAMPS, &PRESETS, vec!["limit".to_owned(), "all".to_owned()]);
        let named: Vec<(&str, Option<&str>)> = flags
            .iter()
            .map(|flag| (flag.long.as_str(), flag.also.as_deref()))
            .collect();
        assert_eq!(
            named,
            [
                ("corp", Some("corp-name")),
                ("id", None),
                ("query-limit", None),
                ("query-id", None),
                ("query", None),
                ("until", Some("query-until")),
                ("x-trace", None),
                ("name", None),
                ("body-id", None),
            ]
        );
    }
}
