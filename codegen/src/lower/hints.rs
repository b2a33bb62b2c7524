//! What types may be called that the contract writes where they are used.

use crate::document::{Node, Object};
use crate::ir::Home;
use crate::naming;
use serde_json::Value;

/// What a schema without a name may be called.
#[derive(Clone, Debug)]
pub(super) struct Hint {
    /// The type that it is a part of; empty for what an operation has.
    owner: String,
    /// What it is to the owner: a property's name, for instance.
    text: String,
    /// What it would be called without its owner; empty where that says nothing.
    bare: String,
    /// The kind of place: decides over names for schemas that several places share.
    role: &'static str,
}

impl Hint {
    /// The hint for what is inside the type `name`.
    pub(super) fn inside(name: &str) -> Self {
        Self {
            owner: name.to_string(),
            text: String::new(),
            bare: String::new(),
            role: "",
        }
    }

    /// The hint for something that no type owns.
    pub(super) fn alone(text: String, bare: &str, role: &'static str) -> Self {
        Self {
            owner: String::new(),
            text,
            bare: bare.to_string(),
            role,
        }
    }

    /// The hint for a header.
    pub(super) fn header(&self, name: &str) -> Self {
        Self::alone(format!("{} {name} Header", self.text), name, "header")
    }

    /// The hint for a property.
    pub(super) fn property(&self, wire: &str) -> Self {
        Self {
            owner: self.owner.clone(),
            text: join(&self.text, wire),
            bare: wire.to_string(),
            role: "property",
        }
    }

    /// The hint for one of many: an item of a list or a value of a map.
    pub(super) fn one(&self, role: &'static str) -> Self {
        let bare = match self.bare.as_str() {
            "" if !self.owner.is_empty() && self.text.is_empty() && role == "item" => {
                naming::last_part(&self.owner).to_string()
            }
            "" => String::new(),
            bare => singular(bare, role),
        };
        Self {
            owner: self.owner.clone(),
            text: singular(&self.text, role),
            bare,
            role,
        }
    }

    /// The hint for an alternative, of which `tag` is the member that selects it.
    pub(super) fn branch(&self, branch: &Value, tag: Option<&str>, index: usize) -> Self {
        Self {
            owner: self.owner.clone(),
            text: join(&self.text, &branch_name(branch, tag, index)),
            bare: String::new(),
            role: "branch",
        }
    }

    /// The name of the type until `names` gives it one, were it the only one.
    pub(super) fn key(&self) -> String {
        format!("{}/{}", self.owner, self.text)
    }

    /// What the hint says of the type.
    pub(super) fn home(&self) -> Home {
        Home {
            owner: self.owner.clone(),
            hint: self.text.clone(),
            bare: self.bare.clone(),
            role: self.role.to_string(),
        }
    }
}

fn join(first: &str, second: &str) -> String {
    if first.is_empty() {
        second.to_string()
    } else if second.is_empty() {
        first.to_string()
    } else {
        format!("{first} {second}")
    }
}

/// What one of several alternatives is called: by its title, by the value that selects it, or by its number.
fn branch_name(branch: &Value, tag: Option<&str>, index: usize) -> String {
    const ORDINALS: [&str; 10] = [
        "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth",
    ];
    let Some(branch) = branch.as_object() else {
        return String::new();
    };
    if let Some(title) = branch.text("title").filter(|title| is_name(title)) {
        return title.to_string();
    }
    let properties: &Object = branch.map("properties");
    let single = |name: &str| match properties.get(name)?.list("enum") {
        [Value::String(value)] if is_name(value) => Some(value.clone()),
        _ => None,
    };
    let by_value = tag.and_then(single);
    let by_value = by_value.or_else(|| properties.keys().find_map(|name| single(name)));
    by_value.unwrap_or_else(|| {
        let ordinal = ORDINALS.get(index);
        ordinal.map_or_else(|| format!("N{}", index + 1), |it| (*it).to_string())
    })
}

/// Whether a text is short enough to be a part of a name.
fn is_name(text: &str) -> bool {
    text.len() <= 40 && text.split_whitespace().count() <= 4 && text.chars().any(char::is_alphabetic)
}

/// One of many: `results` gives `result`, `access` stays.
fn singular(text: &str, role: &str) -> String {
    let (head, word) = text
        .rsplit_once(' ')
        .map_or(("", text), |(head, word)| (head, word));
    // What is no plural is called alike for one: the list itself needs no name.
    let suffix = if role == "value" { "value" } else { "" };
    let lower = word.to_ascii_lowercase();
    let cut = |by: usize, with: &str| join(head, &format!("{}{with}", &word[..word.len() - by]));
    let ends = |ends: &[&str]| ends.iter().any(|end| lower.ends_with(end));
    if word.len() < 4 || !word.is_ascii() {
        join(text, suffix)
    } else if ends(&["ies"]) {
        cut(3, "y")
    } else if ends(&["sses", "xes", "ches", "shes", "tuses"]) {
        cut(2, "")
    } else if ends(&["s"]) && !ends(&["ss", "us", "is", "ews", "ies"]) {
        cut(1, "")
    } else {
        join(text, suffix)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn test_singular_of_names() {
        for (many, one) in [
            ("results", "result"),
            ("entries", "entry"),
            ("addresses", "address"),
            ("statuses", "status"),
            ("boxes", "box"),
            ("data", "data"),
            ("status", "status"),
            ("ids", "ids"),
        ] {
            assert_eq!(super::singular(many, "item"), one);
        }
    }
}
