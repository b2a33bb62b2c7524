//! Prints structs, each with its codec table and its constructor.

use super::source::{deprecated, doc};
use crate::generate::{Place, TypeExpression};
use crate::refine::model::{CrateType, Def, Implied, Member, Presence};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use std::collections::BTreeSet;

/// The struct of an item; empty for other items. `enums` are the names of enum types.
pub(super) fn object(item: &CrateType, enums: &BTreeSet<&str>) -> TokenStream {
    let Def::Object {
        members,
        rest,
        unknown,
        aliases,
    } = &item.shape
    else {
        return TokenStream::new();
    };
    let (docs, deprecated) = (doc(&item.docs), deprecated(item.deprecated));
    let name = format_ident!("{}", item.name);
    let is_empty = members.iter().all(|member| !member.required);
    let default = (is_empty && item.sent).then(|| quote!(, Default));
    let fields = members.iter().map(field);
    let rest_field = rest.as_ref().map(|(field, _)| format_ident!("{field}"));
    let open = rest.iter().map(|(field, ty)| {
        let (field, ty) = (format_ident!("{field}"), ty.tokens(Place::Types));
        quote! {
            /// Members that the contract does not name.
            pub #field: BTreeMap<String, #ty>,
        }
    });
    let unknown = unknown.as_ref().map(|field| format_ident!("{field}"));
    let kept = unknown.iter().map(|field| quote!(#field: UnknownMembers,));
    let table = members
        .iter()
        .enumerate()
        .map(|(index, member)| row(index, member));
    let rest_clause = rest_field.iter().map(|field| quote!(rest #field));
    let unknown_clause = unknown.iter().map(|field| quote!(keeps #field));
    let alias_clause = (!aliases.is_empty()).then(|| {
        let pairs = aliases.iter().map(|(alias, index)| {
            let index = Literal::usize_unsuffixed(*index);
            quote!(#alias => #index)
        });
        quote!(alias { #(#pairs),* })
    });
    let made = match item.sent {
        true => sent(&name, members, rest.as_ref(), unknown.as_ref(), enums),
        false => read(&name, members, rest_field.iter().chain(&unknown)),
    };
    quote! {
        #docs
        #deprecated
        #[derive(Clone, Debug, PartialEq #default)]
        #[non_exhaustive]
        pub struct #name { #(#fields)* #(#open)* #(#kept)* }
        lorgnette_runtime::object!(
            #name { #(#table),* } #(#rest_clause)* #(#unknown_clause)* #alias_clause
        );
        #made
    }
}

fn field(member: &Member) -> TokenStream {
    let docs = doc(&member.docs);
    let deprecated = deprecated(member.deprecated);
    let (field, ty) = (format_ident!("{}", member.field), member.ty.tokens(Place::Types));
    quote!(#docs #deprecated pub #field: #ty,)
}

/// A member in the table of its struct.
fn row(index: usize, member: &Member) -> TokenStream {
    let (index, field) = (
        Literal::usize_unsuffixed(index),
        format_ident!("{}", member.field),
    );
    let wire = &member.wire;
    let flag = match member.presence {
        Presence::Plain => None,
        Presence::Default => Some(quote!(default)),
        Presence::Nullable => Some(quote!(nullable)),
    };
    quote!(#index #field: #wire #flag)
}

/// The construction of a struct that only responses contain: by reading, and by a program's mocks.
/// The server decides which members are required.
fn read<'f>(name: &Ident, members: &[Member], others: impl Iterator<Item = &'f Ident>) -> TokenStream {
    let optional = members.iter().filter(|member| !member.required);
    let optional = optional.map(|member| format_ident!("{}", member.field));
    let fields = optional.chain(others.cloned());
    if members.iter().all(|member| !member.required) {
        return quote!(lorgnette_runtime::only_read!(#name { #(#fields),* }););
    }
    let required = members
        .iter()
        .filter(|member| member.required && member.implied.is_none());
    let implied = implied(members);
    let arguments = required.map(|member| {
        let (field, ty) = (format_ident!("{}", member.field), argument(&member.ty));
        quote!(#field: #ty)
    });
    quote!(lorgnette_runtime::only_read!(#name(#(#arguments),*) { #(#fields),* } #implied);)
}

/// The type of an argument: text may be borrowed, and boxed values are passed without their box.
fn argument(ty: &TypeExpression) -> TokenStream {
    let tokens = ty.tokens(Place::Types);
    match ty {
        TypeExpression::Plain("String" | "Secret") | TypeExpression::Boxed(_) => quote!(impl Into<#tokens>),
        _ => tokens,
    }
}

/// The construction of a struct in requests: a constructor for required members, and a setter for
/// each member.
fn sent(
    name: &Ident,
    members: &[Member],
    rest: Option<&(String, TypeExpression)>,
    unknown: Option<&Ident>,
    enums: &BTreeSet<&str>,
) -> TokenStream {
    let row = |member: &Member| {
        let field = format_ident!("{}", member.field);
        let setter = (member.setter != member.field).then(|| {
            let setter = format_ident!("{}", member.setter);
            quote!(as #setter)
        });
        let given = given(member, enums);
        quote!(#field #setter [#given])
    };
    let required = members
        .iter()
        .filter(|member| member.required && member.implied.is_none());
    let optional = members.iter().filter(|member| !member.required);
    let (required, optional) = (required.map(row), optional.map(row));
    let implied = implied(members);
    let unknown = unknown.iter();
    let rest = rest.map(|(field, value)| {
        let (field, entries) = (format_ident!("{field}"), entries(value));
        quote!(#field [#entries])
    });
    let optional = optional.chain(rest);
    quote!(lorgnette_runtime::sent!(#name(#(#required),*) { #(#optional),* } #implied #(keeps #unknown)*);)
}

/// Members that have one value only, with that value.
fn implied(members: &[Member]) -> Option<TokenStream> {
    let rows: Vec<TokenStream> = members
        .iter()
        .filter_map(|member| {
            let field = format_ident!("{}", member.field);
            match (member.implied.as_ref()?, &member.ty) {
                (Implied::Variant(variant), TypeExpression::Generated(name)) => {
                    let (name, variant) = (format_ident!("{name}"), format_ident!("{variant}"));
                    Some(quote!(#field = #name::#variant))
                }
                (Implied::Text(text), _) => Some(quote!(#field = #text.to_string())),
                (Implied::Variant(_), _) => None,
            }
        })
        .collect();
    (!rows.is_empty()).then(|| quote!(implied { #(#rows),* }))
}

/// The argument of a setter, in the syntax of the macro `sent`.
fn given(member: &Member, enums: &BTreeSet<&str>) -> TokenStream {
    let value = |ty: &TypeExpression| {
        let tokens = ty.tokens(Place::Types);
        match ty {
            TypeExpression::Vec(item) => {
                let tokens = item.tokens(Place::Types);
                // Other items are passed unchanged, so an empty list needs no type.
                match **item {
                    TypeExpression::Plain("String" | "Secret" | "DateTime") => quote!(list into #tokens),
                    _ => quote!(list #tokens),
                }
            }
            TypeExpression::Map(value) => entries(value),
            TypeExpression::Plain("Base64" | "String" | "Secret" | "DateTime" | "Value")
            | TypeExpression::Boxed(_) => {
                quote!(into #tokens)
            }
            // Accepting text in place of an enum would hide misspelled values.
            TypeExpression::Generated(name) if !enums.contains(name.as_str()) => quote!(into #tokens),
            _ => tokens,
        }
    };
    match &member.ty {
        TypeExpression::Option(inner) if member.required => {
            let inner = inner.tokens(Place::Types);
            quote!(opt #inner)
        }
        TypeExpression::Nullable(inner) => {
            let inner = inner.tokens(Place::Types);
            quote!(null #inner)
        }
        TypeExpression::Option(inner) => value(inner),
        ty => value(ty),
    }
}

/// The argument for a map of these values.
fn entries(value: &TypeExpression) -> TokenStream {
    let tokens = value.tokens(Place::Types);
    match value {
        TypeExpression::Plain("String" | "Secret" | "DateTime" | "Value") => quote!(map into #tokens),
        _ => quote!(map #tokens),
    }
}
