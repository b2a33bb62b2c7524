//! Notes of a crate, and which findings they explain.

use super::Kind;

/// A note of a crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The place in the contract.
    pub pointer: String,
    /// What is different, and why.
    pub text: String,
}

/// Notes that can be searched.
pub(super) struct Index(Vec<Indexed>);

struct Indexed {
    pointer: String,
    text: String,
    /// Whether it stands for other places as well.
    is_shared: bool,
}

impl Index {
    pub(super) fn of(notes: &[Note]) -> Self {
        let index = |note: &Note| {
            let text = note.text.to_lowercase();
            Indexed {
                pointer: canonical(&note.pointer),
                is_shared: text.contains("more place"),
                text,
            }
        };
        Self(notes.iter().map(index).collect())
    }

    /// Whether a note says that something of this kind is lost at `pointer`. The note is about the
    /// kind, and either about the very place or naming what is lost from a place around it. A note
    /// that stands for several places has to name what is lost.
    pub(super) fn explains(&self, kind: Kind, pointer: &str, names: &[String]) -> bool {
        let pointer = canonical(pointer);
        let home = home(&pointer);
        self.0.iter().any(|note| {
            kind.words().iter().any(|word| note.text.contains(word)) && {
                let is_named = names.iter().any(|name| mentions(&note.text, name));
                let here =
                    note.pointer == home || note.pointer == pointer || is_within(&note.pointer, &pointer);
                here || is_named && (note.is_shared || is_within(&pointer, &note.pointer))
            }
        })
    }
}

/// Whether a text names something, as a word of its own.
fn mentions(text: &str, name: &str) -> bool {
    let name = name.to_lowercase();
    let is_part = |character: Option<char>| character.is_some_and(|it| it.is_alphanumeric() || it == '_');
    !name.is_empty()
        && text.match_indices(&name).any(|(at, found)| {
            !is_part(text[..at].chars().next_back()) && !is_part(text[at + found.len()..].chars().next())
        })
}

/// The schema of a default or of a value, which is where notes on it are.
fn home(pointer: &str) -> &str {
    match pointer.rsplit_once('/') {
        Some((schema, "default" | "const")) => schema,
        Some((list, index)) if index.bytes().all(|byte| byte.is_ascii_digit()) => {
            list.strip_suffix("/enum").unwrap_or(pointer)
        }
        _ => pointer,
    }
}

/// Whether `inner` lies inside `outer`.
fn is_within(inner: &str, outer: &str) -> bool {
    inner
        .strip_prefix(outer)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// The same pointer for both words that the specifications have for named things.
fn canonical(pointer: &str) -> String {
    for (swagger, openapi) in [
        ("/definitions/", "/components/schemas/"),
        ("/parameters/", "/components/parameters/"),
        ("/responses/", "/components/responses/"),
    ] {
        if let Some(rest) = pointer.strip_prefix(swagger) {
            return format!("{openapi}{rest}");
        }
    }
    pointer.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explains(note: (&str, &str), kind: Kind, pointer: &str, names: &[&str]) -> bool {
        let note = Note {
            pointer: note.0.to_string(),
            text: note.1.to_string(),
        };
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        Index::of(&[note]).explains(kind, pointer, &names)
    }

    #[test]
    fn test_notes_explain_their_own_place_and_kind_only() {
        let note = ("/components/schemas/A", "The member \"b\" is dropped.");
        assert!(explains(note, Kind::Member, "/definitions/A", &["b"]));
        assert!(explains(
            note,
            Kind::Member,
            "/definitions/A/properties/b",
            &["b"]
        ));
        assert!(!explains(
            note,
            Kind::Member,
            "/definitions/A/properties/c",
            &["c"]
        ));
        assert!(!explains(
            note,
            Kind::Member,
            "/definitions/AB/properties/b",
            &["b"]
        ));
        assert!(!explains(
            note,
            Kind::NullMember,
            "/definitions/A/properties/b",
            &["b"]
        ));
    }

    #[test]
    fn test_notes_for_several_places_name_what_is_lost() {
        let note = (
            "/paths/~1a",
            "media type text/csv is left out (and at 3 more places)",
        );
        assert!(explains(
            note,
            Kind::ResponseMedia,
            "/paths/~1b/get",
            &["text/csv"]
        ));
        assert!(!explains(
            note,
            Kind::ResponseMedia,
            "/paths/~1b/get",
            &["text/css"]
        ));
    }
}
