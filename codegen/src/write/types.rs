//! Prints the `types` module of a generated crate: structs, open enums and unions, in one file for
//! each set of tags that needs them.
//!
//! The codec of the types comes from the runtime's macros.

use super::objects::object;
use super::responses::{Imports, import};
use super::source::{Mark, condition, deprecated, doc, rust_file};
use crate::diagnostics::Result;
use crate::generate::{Place, TypeExpression};
use crate::refine::model::{Branch, CrateType, Def, Model};
use crate::text::Markdown;
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The files of the `types` module, by path.
///
/// # Errors
///
/// When a file is not valid Rust.
pub fn files(model: &Model, mark: &Mark) -> Result<BTreeMap<String, String>> {
    let mut groups: BTreeMap<&BTreeSet<usize>, Vec<&CrateType>> = BTreeMap::new();
    for item in &model.types {
        groups.entry(&item.tags).or_default().push(item);
    }
    let enums = model.types.iter();
    let enums = enums.filter(|item| matches!(item.shape, Def::Enum { .. }));
    let enums = enums.map(|item| item.name.as_str()).collect();
    let mut files = BTreeMap::new();
    let mut modules: BTreeMap<String, TokenStream> = BTreeMap::new();
    for (tags, items) in groups {
        let module = module_name(model, tags, &modules);
        let header = header(model, tags);
        let conversions = conversions(model, &items);
        let text = rust_file(mark, &header, group(&items, &enums, &conversions))?;
        files.insert(format!("src/types/{module}.rs"), text);
        let condition = condition(model, tags);
        let ident = format_ident!("{module}");
        let names = items.iter().map(|item| format_ident!("{}", item.name));
        modules.insert(
            module,
            quote!(#condition mod #ident; #condition pub use #ident::{#(#names),*};),
        );
    }
    let modules = modules.values();
    let text = rust_file(
        mark,
        &Markdown::ours(
            "Types of parameters, bodies and responses, in the modules of the tags that use them.",
        ),
        quote!(#(#modules)*),
    )?;
    files.insert("src/types/mod.rs".into(), text);
    Ok(files)
}

/// The module of the types that these tags need: the tag itself, or `shared_by_...`.
fn module_name(model: &Model, tags: &BTreeSet<usize>, taken: &BTreeMap<String, TokenStream>) -> String {
    let names: Vec<&str> = tags
        .iter()
        .filter_map(|tag| model.tags.get(*tag))
        .map(|tag| tag.module.as_str())
        .collect();
    let name = match names.as_slice() {
        [only] => (*only).to_string(),
        _ if names.len() == model.tags.len() => "shared_by_all".to_string(),
        [one, other] => format!("shared_by_{one}_and_{other}"),
        several @ [_, ..] => format!("shared_by_{}_tags", several.len()),
        [] => "unused".to_string(),
    };
    let numbered = (2..).map(|number| format!("{name}_{number}"));
    std::iter::once(name.clone())
        .chain(numbered)
        .find(|name| !taken.contains_key(name))
        .unwrap_or(name)
}

fn header(model: &Model, tags: &BTreeSet<usize>) -> Markdown {
    let tags = tags.iter().filter_map(|tag| model.tags.get(*tag));
    let names: Vec<Markdown> = tags.map(|tag| Markdown::line(&tag.name)).collect();
    match names.as_slice() {
        [only] => Markdown::filled("Types that only operations of {} need.", &[only]),
        _ if names.len() == model.tags.len() => Markdown::ours("Types that operations of every tag need."),
        _ => Markdown::filled(
            "Types that operations of {} need.",
            &[&Markdown::joined(names, ", ")],
        ),
    }
}

fn group(items: &[&CrateType], enums: &BTreeSet<&str>, conversions: &TokenStream) -> TokenStream {
    let own: BTreeSet<&str> = items.iter().map(|item| item.name.as_str()).collect();
    let mut siblings = BTreeSet::new();
    let mut imports = Imports::default();
    for item in items {
        for ty in types_of(item) {
            ty.generated(&mut |name| {
                if !own.contains(name) {
                    siblings.insert(name);
                }
            });
            ty.imported(&mut |name| imports.runtime(name));
        }
        match &item.shape {
            Def::Union { .. } | Def::Enum { wire: "Value", .. } => {
                imports.runtime("Value");
            }
            Def::Object { rest, unknown, .. } => {
                if rest.is_some() {
                    imports.runtime("BTreeMap");
                }
                if unknown.is_some() {
                    imports.runtime("UnknownMembers");
                }
            }
            Def::Enum { .. } => {}
        }
    }
    let siblings = import(&quote!(super), siblings);
    let imports = imports.tokens();
    let items = items.iter().map(|item| self::item(item, enums));
    quote!(#siblings #imports #(#items)* #conversions)
}

/// The conversions of other types into the sent types of a file.
fn conversions(model: &Model, items: &[&CrateType]) -> TokenStream {
    let found = model.conversions.iter().filter_map(|conversion| {
        let sent = items.iter().find(|item| item.name == conversion.sent)?;
        let read = model.types.iter().find(|item| item.name == conversion.read)?;
        let condition = (!sent.tags.is_subset(&read.tags)).then(|| condition(model, &read.tags));
        let (read, sent) = (format_ident!("{}", read.name), format_ident!("{}", sent.name));
        let renamed = (!conversion.renamed.is_empty()).then(|| {
            let pairs = conversion.renamed.iter().map(|(from, to)| quote!(#from => #to));
            quote!(, renamed { #(#pairs),* })
        });
        let dropped = (!conversion.dropped.is_empty()).then(|| {
            let dropped = &conversion.dropped;
            quote!(, dropped [#(#dropped),*])
        });
        Some(quote!(#condition lorgnette_runtime::converts!(super::#read => #sent #renamed #dropped);))
    });
    found.collect()
}

fn types_of(item: &CrateType) -> Vec<&TypeExpression> {
    match &item.shape {
        Def::Object { members, rest, .. } => members
            .iter()
            .map(|member| &member.ty)
            .chain(rest.iter().map(|(_, ty)| ty))
            .collect(),
        Def::Enum { .. } => Vec::new(),
        Def::Union { branches, .. } => branches.iter().map(|branch| &branch.ty).collect(),
    }
}

fn item(item: &CrateType, enums: &BTreeSet<&str>) -> TokenStream {
    let docs = doc(&item.docs);
    let deprecated = deprecated(item.deprecated);
    let name = format_ident!("{}", item.name);
    match &item.shape {
        Def::Object { .. } => object(item, enums),
        Def::Enum { wire, values } => {
            let eq = item.is_eq.then(|| quote!(, Eq, Hash));
            let variants = values.iter().map(|(variant, value)| {
                let (variant, docs) = (format_ident!("{variant}"), doc(&value_docs(value)));
                quote!(#docs #variant,)
            });
            let table = values.iter().map(|(variant, value)| {
                let (variant, value) = (format_ident!("{variant}"), literal(wire, value));
                quote!(#variant = #value)
            });
            let unknown = match *wire {
                "str" => quote!(String),
                wire => {
                    let wire = format_ident!("{wire}");
                    quote!(#wire)
                }
            };
            let kind = (*wire != "str").then(|| {
                let wire = format_ident!("{wire}");
                quote!(: #wire)
            });
            quote! {
                #docs
                #deprecated
                #[derive(Clone, Debug, PartialEq #eq)]
                #[non_exhaustive]
                pub enum #name {
                    #(#variants)*
                    /// A value that this crate does not know, unchanged.
                    Unknown(#unknown),
                }
                lorgnette_runtime::open_enum!(#name #kind { #(#table),* });
            }
        }
        Def::Union { tag, branches } => {
            let made = item.sent.then(|| from_branches(&name, branches));
            let union = union(&name, &docs, &deprecated, tag.as_deref(), branches);
            quote!(#union #made)
        }
    }
}

fn union(
    name: &proc_macro2::Ident,
    docs: &TokenStream,
    deprecated: &TokenStream,
    tag: Option<&str>,
    branches: &[Branch],
) -> TokenStream {
    let variants = branches.iter().map(|branch| {
        let (variant, ty) = (
            format_ident!("{}", branch.variant),
            branch.ty.tokens(Place::Types),
        );
        let docs = match branch.tags.as_slice() {
            [] => Markdown::filled("{}.", &[&Markdown::code(&branch.ty.to_string())]),
            tags => Markdown::filled("Where the tag is {}.", &[&Markdown::codes(tags, " or ")]),
        };
        let docs = doc(&docs);
        quote!(#docs #variant(#ty),)
    });
    let table = match tag {
        Some(tag) => {
            let pairs = branches.iter().map(|branch| {
                let (variant, tags) = (format_ident!("{}", branch.variant), &branch.tags);
                quote!(#variant = #(#tags)|*)
            });
            quote!(lorgnette_runtime::tagged_union!(#name, #tag { #(#pairs),* });)
        }
        None => {
            let variants = branches.iter().map(|branch| format_ident!("{}", branch.variant));
            quote!(lorgnette_runtime::untagged_union!(#name { #(#variants),* });)
        }
    };
    quote! {
        #docs
        #deprecated
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
            /// A value that fits no alternative this crate knows, unchanged.
            Unknown(Value),
        }
        #table
    }
}

/// Conversions from branches to unions in requests, except for branches whose type does not
/// identify them.
fn from_branches(name: &proc_macro2::Ident, branches: &[Branch]) -> Option<TokenStream> {
    fn plain(ty: &TypeExpression) -> &TypeExpression {
        match ty {
            TypeExpression::Boxed(inner) => plain(inner),
            ty => ty,
        }
    }
    let types: Vec<&TypeExpression> = branches.iter().map(|branch| plain(&branch.ty)).collect();
    let told = branches.iter().zip(&types).filter(|(_, ty)| {
        ***ty != TypeExpression::any() && types.iter().filter(|other| other == ty).count() == 1
    });
    let rows: Vec<TokenStream> = told
        .flat_map(|(branch, ty)| {
            let (variant, tokens) = (format_ident!("{}", branch.variant), ty.tokens(Place::Types));
            let text = (**ty == TypeExpression::Plain("String")).then(|| quote!(#variant: &str));
            std::iter::once(quote!(#variant: #tokens)).chain(text)
        })
        .collect();
    (!rows.is_empty()).then(|| quote!(lorgnette_runtime::branches!(#name { #(#rows),* });))
}

fn value_docs(value: &Value) -> Markdown {
    match value.as_str() {
        Some("") => Markdown::ours("The empty text."),
        Some(text) => Markdown::code(text),
        None => Markdown::code(&value.to_string()),
    }
}

/// A value of an enum as a literal of its wire type.
fn literal(wire: &str, value: &Value) -> TokenStream {
    match (wire, value) {
        ("i64", Value::Number(number)) => {
            let number = number.as_i64().unwrap_or_default();
            let literal = Literal::i64_unsuffixed(number);
            quote!(#literal)
        }
        ("f64", Value::Number(number)) => {
            let literal = Literal::f64_unsuffixed(number.as_f64().unwrap_or_default());
            quote!(#literal)
        }
        ("bool", Value::Bool(flag)) => quote!(#flag),
        ("Value", value) => {
            let text = value.to_string();
            quote!(#text)
        }
        (_, Value::String(text)) => quote!(#text),
        (_, other) => {
            let text = other.to_string();
            quote!(#text)
        }
    }
}
