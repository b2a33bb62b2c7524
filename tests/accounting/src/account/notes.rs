//! Reads the notes of a crate, and determines which findings they explain.

use super::FindingKind;
use std::collections::BTreeSet;

/// A note of a crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The places in the contract; a note on several places shows the first one.
    pub places: Vec<String>,
    /// The difference and the reason.
    pub text: String,
}

/// Notes in a searchable form.
pub(super) struct Index(Vec<Indexed>);

struct Indexed {
    places: BTreeSet<String>,
    text: String,
}

impl Index {
    pub(super) fn of(notes: &[Note]) -> Self {
        let index = |note: &Note| {
            let text = note.text.to_lowercase();
            let places = note.places.iter().map(|place| canonical(place));
            let places = places.collect();
            Indexed { places, text }
        };
        Self(notes.iter().map(index).collect())
    }

    /// Whether a note explains a loss of this kind at `pointer`. The note must concern the kind,
    /// and be at `pointer`, within it or, if the note names the lost part, around it.
    pub(super) fn explains(&self, kind: FindingKind, pointer: &str, names: &[String]) -> bool {
        let pointer = canonical(pointer);
        let home = home(&pointer);
        self.0.iter().any(|note| {
            kind.words().iter().any(|word| note.text.contains(word)) && {
                let here = note.places.contains(home) || note.places.contains(&pointer);
                here || has_within(&note.places, &pointer)
                    || names.iter().any(|name| mentions(&note.text, name))
                        && around(&pointer).any(|place| note.places.contains(place))
            }
        })
    }
}

/// Whether a text contains a name as a separate word.
fn mentions(text: &str, name: &str) -> bool {
    let name = name.to_lowercase();
    let is_part = |character: Option<char>| character.is_some_and(|it| it.is_alphanumeric() || it == '_');
    !name.is_empty()
        && text.match_indices(&name).any(|(at, found)| {
            !is_part(text[..at].chars().next_back()) && !is_part(text[at + found.len()..].chars().next())
        })
}

/// The schema of a default or of a value, at which notes on it are placed.
fn home(pointer: &str) -> &str {
    match pointer.rsplit_once('/') {
        Some((schema, "default" | "const")) => schema,
        Some((list, index)) if index.bytes().all(|byte| byte.is_ascii_digit()) => {
            list.strip_suffix("/enum").unwrap_or(pointer)
        }
        _ => pointer,
    }
}

/// Whether one of `places` lies inside `outer`.
fn has_within(places: &BTreeSet<String>, outer: &str) -> bool {
    let start = format!("{outer}/");
    let first = places.range(start.clone()..).next();
    first.is_some_and(|place| place.starts_with(&start))
}

/// The enclosing places, from the inside out.
fn around(pointer: &str) -> impl Iterator<Item = &str> {
    let mut rest = pointer;
    std::iter::from_fn(move || {
        rest = &rest[..rest.rfind('/')?];
        Some(rest)
    })
}

/// The same pointer with both of the specifications' words for named components.
fn canonical(pointer: &str) -> String {
    for (swagger, openapi) in [
        ("/definitions/", "/components/schemas/"),
        ("/parameters/", "/components/parameters/"),
        ("/responses/", "/components/responses/"),
    ] {
        if let Some(rest) = pointer.strip_prefix(swagger) {
            return composed(&format!("{openapi}{rest}"));
        }
    }
    composed(pointer)
}

/// A pointer without the steps into compositions, whose parts form one schema.
fn composed(pointer: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut tokens = pointer.split('/').peekable();
    while let Some(token) = tokens.next() {
        let is_index = |next: &&str| !next.is_empty() && next.bytes().all(|byte| byte.is_ascii_digit());
        if token == "allOf" && tokens.next_if(is_index).is_some() {
            continue;
        }
        kept.push(token);
    }
    kept.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explains(note: (&str, &str), kind: FindingKind, pointer: &str, names: &[&str]) -> bool {
        let note = Note {
            places: vec![note.0.to_string()],
            text: note.1.to_string(),
        };
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        Index::of(&[note]).explains(kind, pointer, &names)
    }

    #[test]
    fn test_notes_explain_their_own_place_and_kind_only() {
        let note = ("/components/schemas/A", "The member \"b\" is dropped.");
        assert!(explains(note, FindingKind::Member, "/definitions/A", &["b"]));
        assert!(explains(
            note,
            FindingKind::Member,
            "/definitions/A/properties/b",
            &["b"]
        ));
        assert!(!explains(
            note,
            FindingKind::Member,
            "/definitions/A/properties/c",
            &["c"]
        ));
        assert!(!explains(
            note,
            FindingKind::Member,
            "/definitions/AB/properties/b",
            &["b"]
        ));
        assert!(!explains(
            note,
            FindingKind::NullMember,
            "/definitions/A/properties/b",
            &["b"]
        ));
        assert!(explains(
            note,
            FindingKind::Member,
            "/definitions/A/allOf/1",
            &["b"]
        ));
    }

    #[test]
    fn test_notes_for_several_places_explain_these_places_only() {
        let places = ["/paths/~1a", "/paths/~1b/get"].map(str::to_string).to_vec();
        let text = "media type text/csv is left out (and at one more place)".to_string();
        let index = Index::of(&[Note { places, text }]);
        let explains =
            |pointer: &str| index.explains(FindingKind::ResponseMedia, pointer, &["text/csv".to_string()]);
        assert!(explains("/paths/~1b/get") && explains("/paths/~1b/get/responses/200"));
        assert!(!explains("/paths/~1c/get"));
    }
}
