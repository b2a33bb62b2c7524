//! Prints the `operations` module of a generated crate: one file per tag, with the client's methods
//! for the tag and their requests.
//!
//! A request sets the values of a call and passes it to the runtime; everything else is in the
//! operation's descriptor, which is a table.

use super::descriptors::{descriptor, descriptor_name};
use super::responses::{self, Imports};
use super::source::{Mark, doc, rust_file};
use super::{marks, methods, scopes, setters};
use crate::diagnostics::Result;
use crate::generate::Place;
use crate::refine::model::{Alternative, Model, Operation, Tag};
use crate::text::Markdown;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use std::collections::BTreeMap;

/// The files of the `operations` module, by path.
///
/// # Errors
///
/// When a file is not valid Rust.
pub fn files(model: &Model, mark: &Mark) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    let mut modules: BTreeMap<&str, TokenStream> = BTreeMap::new();
    for (index, tag) in model.tags_of_operations() {
        let operations: Vec<&Operation> = model
            .operations
            .iter()
            .filter(|operation| operation.tag == index)
            .collect();
        let (module, feature) = (format_ident!("{}", tag.module), tag.feature());
        modules.insert(&tag.module, quote!(#[cfg(feature = #feature)] pub mod #module;));
        files.insert(
            format!("src/operations/{}.rs", tag.module),
            rust_file(mark, &header(tag), tag_items(model, (index, tag), &operations))?,
        );
    }
    let modules = modules.values();
    let text = rust_file(
        mark,
        &Markdown::ours("Requests of operations, in one module per tag."),
        quote!(#(#modules)*),
    )?;
    files.insert("src/operations/mod.rs".into(), text);
    Ok(files)
}

fn header(tag: &Tag) -> Markdown {
    let name = Markdown::line(&tag.name);
    let description = Markdown::prose(&tag.description).sentence();
    match description.is_empty() {
        true => Markdown::filled("Operations of {}.", &[&name]),
        false => Markdown::filled("Operations of {}: {}", &[&name, &description]),
    }
}

fn tag_items(model: &Model, tag: (usize, &Tag), operations: &[&Operation]) -> TokenStream {
    let mut imports = Imports::default();
    imports.runtime("Call");
    let requests: Vec<TokenStream> = operations
        .iter()
        .map(|operation| request(operation, &mut imports))
        .collect();
    let methods = methods::of_client(model, tag.1, operations, &mut imports);
    let scoped = scopes::of_tag(model, tag, &mut imports);
    imports.own("Client");
    let imports = imports.tokens();
    quote! {
        #imports
        #methods
        #scoped
        #(#requests)*
    }
}

fn request(operation: &Operation, imports: &mut Imports) -> TokenStream {
    let name = format_ident!("{}", operation.request);
    let docs = doc(&operation.docs);
    let descriptor = descriptor(operation);
    let setters = setters::of_parameters(operation, imports);
    let bodies = setters::of_bodies(operation, imports);
    imports.outcome(&operation.success);
    let success = responses::success(&operation.success);
    let error = operation.error.as_ref().map(|error| {
        imports.own("responses");
        let error = format_ident!("{error}");
        quote!(, responses::#error)
    });
    let static_name = descriptor_name(operation);
    let pages = pages(operation, &success, error.as_ref(), imports);
    let waits = marks::waits(operation, &success, error.as_ref());
    let setters = (!setters.is_empty() || !bodies.is_empty())
        .then(|| quote!(impl #name<'_> { #(#setters)* #(#bodies)* }));
    let alternatives: Vec<TokenStream> = operation
        .alternatives
        .iter()
        .map(|alternative| alternative_send(alternative, error.as_ref(), imports))
        .collect();
    let alternatives =
        (!alternatives.is_empty()).then(|| quote!(impl<'client> #name<'client> { #(#alternatives)* }));
    quote! {
        #descriptor
        #docs
        #[derive(Debug)]
        #[must_use = "nothing is sent before `send`"]
        pub struct #name<'client>(Call<'client>);
        lorgnette_runtime::builder!(#name: #static_name => #success #error);
        #pages
        #waits
        #setters
        #alternatives
    }
}

/// The method that sends the request and reads the success in another form than `send` does.
fn alternative_send(
    alternative: &Alternative,
    error: Option<&TokenStream>,
    imports: &mut Imports,
) -> TokenStream {
    imports.payload(&alternative.payload, false);
    imports.runtime("Sending");
    let method = format_ident!("{}", alternative.method);
    let (accept, payload) = (&alternative.accept, responses::payload(&alternative.payload));
    let media_type = accept.split(',').next().unwrap_or_default();
    let docs = doc(&Markdown::filled(
        "Sends the request, and decodes the success as {}.\n\n# Errors\n\nAs for `send`.",
        &[&Markdown::code(media_type)],
    ));
    quote! {
        #docs
        pub fn #method(mut self) -> Sending<'client, #payload #error> {
            self.0.accept(#accept);
            self.0.sending()
        }
    }
}

/// Adds the whole list to a builder whose success is one page of it.
fn pages(
    operation: &Operation,
    success: &TokenStream,
    error: Option<&TokenStream>,
    imports: &mut Imports,
) -> Option<TokenStream> {
    let paging = operation.paging.as_ref()?;
    let name = format_ident!("{}", operation.request);
    let items = match &paging.items {
        Some(items) => {
            let items = format_ident!("{items}");
            quote!(#items)
        }
        None => quote!(_),
    };
    imports.ty(&paging.item);
    let item = paging.item.tokens(Place::Elsewhere);
    let item = if paging.is_map {
        quote!((String, #item))
    } else {
        item
    };
    let paged = marks::paging(paging);
    let wire = &paging.wire;
    Some(quote!(lorgnette_runtime::pages!(#name => #success #error; #items: #item; #paged.items(#wire));))
}
