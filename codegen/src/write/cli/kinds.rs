//! Prints the kinds of values in the tables, and the types that they name.

use crate::generate::TypeExpression;
use crate::refine::model::{CrateType, Def, Member, Model};
use crate::text::Markdown;
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use std::collections::BTreeSet;

/// Writes kinds, and remembers the types of the contract that they name.
pub struct Kinds<'m> {
    pub model: &'m Model,
    reached: BTreeSet<String>,
}

impl<'m> Kinds<'m> {
    pub fn new(model: &'m Model) -> Self {
        Self {
            model,
            reached: BTreeSet::new(),
        }
    }

    /// Whether types were named.
    pub fn has_reached(&self) -> bool {
        !self.reached.is_empty()
    }

    /// The types that were named since the last call of this function.
    pub fn take_reached(&mut self) -> BTreeSet<String> {
        std::mem::take(&mut self.reached)
    }

    /// The kind of a type, given the contract's description of the value: a number can be a time.
    pub fn of_said(&mut self, ty: &TypeExpression, said: &str) -> TokenStream {
        match is_integer(ty).then(|| epoch(said)).flatten() {
            Some(unit) => format_ident!("{unit}").to_token_stream(),
            None => self.of(ty),
        }
    }

    /// The kind of a type, in a module beside `types`.
    pub fn of(&mut self, ty: &TypeExpression) -> TokenStream {
        self.written(ty, &quote!(types::))
    }

    fn written(&mut self, ty: &TypeExpression, types: &TokenStream) -> TokenStream {
        let plain = match ty {
            TypeExpression::Plain(name) => match *name {
                "String" => "Text",
                "bool" => "Boolean",
                "f32" | "f64" => "Number",
                "NaiveDate" => "Date",
                "Upload" => "File",
                "Value" => "Any",
                same @ ("Uuid" | "DateTime" | "NaiveDateTime" | "Secret") => same,
                _ => "Integer",
            },
            TypeExpression::Generated(name) => {
                let ident = format_ident!("{name}");
                self.reached.insert(name.clone());
                return quote!((#types #ident));
            }
            TypeExpression::Vec(item) => {
                let item = self.written(item, types);
                return quote!([#item]);
            }
            TypeExpression::Map(item) => {
                let item = self.written(item, types);
                return quote!({#item});
            }
            TypeExpression::Option(inner)
            | TypeExpression::Boxed(inner)
            | TypeExpression::Nullable(inner) => {
                return self.written(inner, types);
            }
        };
        format_ident!("{plain}").to_token_stream()
    }

    /// The table of a type, within `types`.
    pub fn definition(&mut self, item: &CrateType) -> TokenStream {
        let name = format_ident!("{}", item.name);
        // Types that occur only in responses are never entered on a command line.
        let about = match item.sent {
            true => said(&item.docs),
            false => String::new(),
        };
        let here = TokenStream::new();
        let definition = match &item.shape {
            Def::Object { members, rest, .. } => {
                let members = members.iter().map(|member| self.member(member, item.sent));
                let members: Vec<TokenStream> = members.collect();
                let rest = rest.as_ref().map(|(_, ty)| {
                    let rest = self.written(ty, &here);
                    quote!(; rest #rest)
                });
                quote!(object #(#members),* #rest)
            }
            Def::Enum { values, .. } => {
                let values = values.iter().map(|(_, value)| value.to_string());
                quote!(values #(#values),*)
            }
            Def::Union { tag, branches } => {
                let branches = branches.iter().map(|branch| {
                    let (kind, tags) = (self.written(&branch.ty, &here), &branch.tags);
                    quote!(#kind #(#tags)*)
                });
                let (branches, tag): (Vec<TokenStream>, _) = (branches.collect(), tag.iter());
                quote!(union #(#tag)* { #(#branches),* })
            }
        };
        quote!(lorgnette_runtime::command_type!(#name: #about; #definition);)
    }

    fn member(&mut self, member: &Member, is_sent: bool) -> TokenStream {
        let said = member.docs.plain();
        let unit = is_integer(&member.ty).then(|| epoch(&said)).flatten();
        let kind = match unit {
            Some(unit) => format_ident!("{unit}").to_token_stream(),
            None => self.written(&member.ty, &TokenStream::new()),
        };
        let wire = &member.wire;
        let said = beyond(&said, wire);
        let required = member.required.then(|| quote!(required));
        let said = (is_sent && !said.is_empty()).then_some(said).into_iter();
        quote!(#wire #kind #required #(#said)*)
    }
}

/// The contract's description of a type, without the generator's default text.
fn said(docs: &Markdown) -> String {
    let plain = docs.plain();
    let own = [
        "The contract's `",
        "The values of the contract's `",
        "The alternatives of the contract's `",
    ];
    let paragraphs = plain.split("\n\n");
    let said = paragraphs.filter(|paragraph| !own.iter().any(|own| paragraph.starts_with(own)));
    said.collect::<Vec<_>>().join("\n\n")
}

/// The documentation of a parameter or member beyond its name, which replaces missing
/// documentation.
pub fn beyond<'s>(said: &'s str, name: &str) -> &'s str {
    let name = Markdown::filled("{}.", &[&Markdown::code(name)]).plain();
    said.strip_prefix(&name).unwrap_or(said).trim_start()
}

fn is_integer(ty: &TypeExpression) -> bool {
    match ty {
        TypeExpression::Plain(name) => name.starts_with(['i', 'u']) && name[1..].parse::<u8>().is_ok(),
        TypeExpression::Option(inner) | TypeExpression::Nullable(inner) => is_integer(inner),
        _ => false,
    }
}

/// The unit of a time that is a number, if the description says so: contracts have no other way to
/// state it.
fn epoch(said: &str) -> Option<&'static str> {
    let said = said.to_lowercase();
    let is_time = ["epoch", "unix", "since 1970"]
        .iter()
        .any(|word| said.contains(word));
    let mut words = said.split(|c: char| !c.is_alphanumeric());
    if !is_time {
        None
    } else if words
        .clone()
        .any(|word| word.starts_with("millis") || word == "ms")
    {
        Some("Millis")
    } else if words.any(|word| word.starts_with("second") || word == "s") {
        Some("Seconds")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_words_tell_the_unit_of_a_time() {
        assert_eq!(epoch("Upper time bound, Unix milliseconds."), Some("Millis"));
        assert_eq!(epoch("Start, epoch seconds, whole minute."), Some("Seconds"));
        assert_eq!(epoch("Seconds since 1970-01-01."), Some("Seconds"));
        assert_eq!(epoch("Timeout in seconds."), None);
        assert_eq!(epoch("Unix time."), None);
    }

    #[test]
    fn test_only_integers_can_be_times() {
        assert!(is_integer(&TypeExpression::Plain("i64").optional()));
        assert!(!is_integer(&TypeExpression::Plain("String")));
        assert!(!is_integer(&TypeExpression::Plain("Upload")));
    }
}
