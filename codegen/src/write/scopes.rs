//! Prints the scopes of a generated crate: types that hold fixed parameters, with the methods of
//! their operations.

use super::arguments;
use super::methods::{arguments_of, documentation};
use super::responses::Imports;
use super::source::{Mark, any_feature, deprecation, doc, rust_file};
use crate::diagnostics::Result;
use crate::generate::{Place, TypeExpression};
use crate::refine::Argument;
use crate::refine::model::{Location, Model, Operation, Parameter, Scope, Tag};
use crate::refine::scopes::parameter;
use crate::text::Markdown;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use std::collections::BTreeSet;

/// The parameters that a scope fixes, the outermost scope's first.
fn fixed<'m>(model: &'m Model, scope: &'m Scope) -> Vec<&'m Parameter> {
    let outer = scope.outer.and_then(|outer| model.scopes.get(outer));
    let mut fixed = outer.map_or_else(Vec::new, |outer| self::fixed(model, outer));
    fixed.push(&scope.parameter);
    fixed
}

/// The file of the `scopes` module.
///
/// # Errors
///
/// When the file is not valid Rust.
pub fn file(model: &Model, mark: &Mark) -> Result<String> {
    let mut imports = Imports::default();
    let tags: Vec<BTreeSet<usize>> = (0..model.scopes.len()).map(|index| tags(model, index)).collect();
    let all: BTreeSet<usize> = tags.iter().flatten().copied().collect();
    let scopes = model.scopes.iter().zip(&tags).map(|(scope, tags)| {
        let condition = (*tags != all).then(|| any_feature(model, tags));
        let condition = condition.map(|features| quote!(#[cfg(#features)]));
        scope_items(model, scope, condition.as_ref(), &mut imports)
    });
    let scopes: Vec<TokenStream> = scopes.collect();
    // Without some features, some scopes do not exist and their parts are unused.
    if tags.iter().any(|tags| *tags != all) {
        imports.conditional();
    }
    imports.own("Client");
    let imports = imports.tokens();
    let features = any_feature(model, &all);
    let header = Markdown::ours("Parameters that many operations take, fixed once.");
    rust_file(mark, &header, quote!(#![cfg(#features)] #imports #(#scopes)*))
}

/// The tags whose operations belong to a scope, or to one within it.
fn tags(model: &Model, index: usize) -> BTreeSet<usize> {
    let within = model.scopes.iter().enumerate();
    let within = within.filter(|(_, scope)| scope.outer == Some(index));
    let members = model.scopes[index].members.iter();
    let own = members
        .filter_map(|at| model.operations.get(*at))
        .map(|operation| operation.tag);
    own.chain(within.flat_map(|(inner, _)| tags(model, inner)))
        .collect()
}

fn scope_items(
    model: &Model,
    scope: &Scope,
    condition: Option<&TokenStream>,
    imports: &mut Imports,
) -> TokenStream {
    let (name, method) = (format_ident!("{}", scope.name), format_ident!("{}", scope.method));
    let fixed = fixed(model, scope);
    let fields: Vec<TokenStream> = fixed
        .iter()
        .map(|parameter| {
            imports.ty(&parameter.ty);
            let (field, ty) = (field(parameter), parameter.ty.tokens(Place::Elsewhere));
            quote!(pub(crate) #field: #ty)
        })
        .collect();
    let own = field(&scope.parameter);
    let argument = Argument::of_parameter(&scope.parameter.ty);
    let ty = arguments::ty(&argument, imports);
    let value = arguments::owned(&argument, &own);
    let outer = scope.outer.and_then(|outer| model.scopes.get(outer));
    let (receiver, lifetime, client) = match outer {
        None => (quote!(Client), quote!('_), quote!(self)),
        Some(outer) => {
            let outer = format_ident!("{}", outer.name);
            (
                quote!(<'client> #outer<'client>),
                quote!('client),
                quote!(self.client),
            )
        }
    };
    let before = &fixed[..fixed.len() - 1];
    let copies = before.iter().map(|parameter| {
        let field = field(parameter);
        quote!(#field: self.#field.clone())
    });
    let names = fixed.iter().map(|parameter| &parameter.wire);
    let docs = doc(&Markdown::filled(
        "Operations whose parameters {} are fixed.",
        &[&Markdown::codes(names, " and ")],
    ));
    let method_docs = doc(&Markdown::filled(
        "Fixes {} for the operations that take it: {}",
        &[
            &Markdown::code(&scope.parameter.wire),
            &scope.parameter.docs.item(),
        ],
    ));
    quote! {
        #docs
        #condition
        #[derive(Clone, Debug)]
        pub struct #name<'client> {
            pub(crate) client: &'client Client,
            #(#fields),*
        }
        #condition
        impl #receiver {
            #method_docs
            pub fn #method(&self, #own: #ty) -> #name<#lifetime> {
                #name { client: #client, #(#copies,)* #own: #value }
            }
        }
    }
}

fn field(parameter: &Parameter) -> Ident {
    format_ident!("{}", parameter.setter)
}

/// The methods of a tag's operations, a block for each scope.
pub fn of_tag(model: &Model, tag: (usize, &Tag), imports: &mut Imports) -> TokenStream {
    let mut blocks = Vec::new();
    for scope in &model.scopes {
        let fixed = fixed(model, scope);
        let members = scope.members.iter().filter_map(|at| model.operations.get(*at));
        let methods: Vec<TokenStream> = members
            .filter(|operation| operation.tag == tag.0)
            .map(|operation| method(tag.1, operation, &fixed, imports))
            .collect();
        if methods.is_empty() {
            continue;
        }
        let name = format_ident!("{}", scope.name);
        let docs = doc(&Markdown::filled(
            "Operations of {}, with the cargo feature {}.",
            &[&Markdown::line(&tag.1.name), &Markdown::code(&tag.1.feature())],
        ));
        blocks.push(quote! {
            #docs
            impl<'client> crate::scopes::#name<'client> { #(#methods)* }
        });
    }
    quote!(#(#blocks)*)
}

fn method(tag: &Tag, operation: &Operation, fixed: &[&Parameter], imports: &mut Imports) -> TokenStream {
    let (name, request) = (
        format_ident!("{}", operation.name),
        format_ident!("{}", operation.request),
    );
    let is_fixed = |name: &str| fixed.iter().any(|parameter| parameter.setter == name);
    let arguments = arguments_of(operation, imports);
    let taken = arguments
        .iter()
        .filter(|(name, _)| !is_fixed(&name.to_string()))
        .map(|(name, ty)| quote!(#name: #ty));
    let given = arguments
        .iter()
        .map(|(name, _)| match is_fixed(&name.to_string()) {
            true => held(fixed, name),
            false => quote!(#name),
        });
    let setters = fixed.iter().filter_map(|fixed| {
        let parameter = parameter(operation, &fixed.wire)?;
        let is_setter = parameter.location != Location::Path;
        let name = field(parameter);
        let value = held(&[fixed], &name);
        is_setter.then(|| quote!(.#name(#value)))
    });
    let docs = doc(&documentation(tag, operation, is_fixed, &Markdown::default()));
    let deprecated = deprecation(operation);
    let silence = operation
        .deprecated
        .as_ref()
        .map(|_| quote!(#[allow(deprecated)]));
    quote! {
        #docs
        #deprecated
        #silence
        pub fn #name(&self, #(#taken),*) -> #request<'client> {
            self.client.#name(#(#given),*) #(#setters)*
        }
    }
}

/// The fixed values, as arguments accept them.
fn held(fixed: &[&Parameter], name: &Ident) -> TokenStream {
    let parameter = fixed.iter().find(|parameter| name == parameter.setter.as_str());
    match parameter.map(|parameter| &parameter.ty) {
        Some(TypeExpression::Plain("String")) => quote!(&self.#name),
        Some(TypeExpression::Plain(ty)) if !["Secret", "Value"].contains(ty) => quote!(self.#name),
        _ => quote!(self.#name.clone()),
    }
}
