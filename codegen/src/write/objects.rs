//! Structs, each with the table that reads and writes it and with its constructor.

use super::source::{deprecated, doc};
use crate::generate::{Place, TypeExpression};
use crate::refine::model::{Item, Member, Presence, Shape};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

/// The struct of an item; nothing for an item that is none.
pub(super) fn object(item: &Item) -> TokenStream {
    let Shape::Object {
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
    let rest = rest.iter().map(|(field, ty)| {
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
    let made = made(item, &name, members, rest_field.iter().chain(&unknown));
    quote! {
        #docs
        #deprecated
        #[derive(Clone, Debug, PartialEq #default)]
        #[non_exhaustive]
        pub struct #name { #(#fields)* #(#rest)* #(#kept)* }
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

/// How a struct is made. What only responses hold is made by reading, and by a program's mocks: the server decides what it
/// needs.
fn made<'f>(
    item: &Item,
    name: &Ident,
    members: &[Member],
    others: impl Iterator<Item = &'f Ident>,
) -> Option<TokenStream> {
    let (required, optional): (Vec<_>, Vec<_>) = members.iter().partition(|member| member.required);
    let optional = optional.iter().map(|member| format_ident!("{}", member.field));
    let fields = optional.chain(others.cloned());
    let arguments = required.iter().map(|member| {
        let (field, ty) = (format_ident!("{}", member.field), argument(&member.ty));
        quote!(#field: #ty)
    });
    match (required.is_empty(), item.sent) {
        (true, true) => None,
        (true, false) => Some(quote!(lorgnette_runtime::only_read!(#name { #(#fields),* });)),
        (false, true) => Some(quote!(
            lorgnette_runtime::constructor!(#name(#(#arguments),*) { #(#fields),* });
        )),
        (false, false) => Some(quote!(
            lorgnette_runtime::only_read!(#name(#(#arguments),*) { #(#fields),* });
        )),
    }
}

/// The type of an argument: text may be borrowed, and what is boxed may be given without its box.
fn argument(ty: &TypeExpression) -> TokenStream {
    let tokens = ty.tokens(Place::Types);
    match ty {
        TypeExpression::Plain("String" | "Secret") | TypeExpression::Boxed(_) => quote!(impl Into<#tokens>),
        _ => tokens,
    }
}
