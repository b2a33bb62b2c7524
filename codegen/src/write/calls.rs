//! Prints the code with which the conformance tests call a generated crate: a function for each
//! operation that takes the values of its parameters and its body as JSON, and a table of the
//! crate's types.
//!
//! So the calls of a test are data, and the code for an operation is compiled once. The functions
//! use the crate as any program would.

use super::source::{Mark, rust_file};
use crate::boxes;
use crate::catalogue::Entry;
use crate::diagnostics::Result;
use crate::generate::Place;
use crate::refine::model::{BodyKind, CrateBody, Location, Model, Operation, Outcome, Parameter, Payload};
use crate::text::Markdown;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use std::collections::BTreeMap;

/// The files, by path: one for each tag, one for the types, and the root module.
///
/// # Errors
///
/// When a file is not valid Rust.
pub fn files(model: &Model, api: &Entry, mark: &Mark) -> Result<BTreeMap<String, String>> {
    let library = format_ident!("{}", api.name.replace('-', "_"));
    let mut files = BTreeMap::new();
    let mut modules = Vec::new();
    for (index, tag) in model.tags_of_operations() {
        let operations = model.operations.iter().filter(|operation| operation.tag == index);
        let operations: Vec<&Operation> = operations.collect();
        let header = Markdown::filled(
            "Calls of the operations of {}, with values as JSON.",
            &[&Markdown::line(&tag.name)],
        );
        let items = calls(&library, !model.types.is_empty(), &operations);
        files.insert(format!("{}.rs", tag.module), rust_file(mark, &header, items)?);
        modules.push(format_ident!("{}", tag.module));
    }
    let title = Markdown::line(&api.title);
    let header = Markdown::filled("The types of {}, each round-tripped through JSON.", &[&title]);
    files.insert(
        "types.rs".to_string(),
        rust_file(mark, &header, types(&library, model))?,
    );
    let header = Markdown::filled(
        "The types and responses of {}, with their maximum size in bytes.",
        &[&title],
    );
    files.insert(
        "sizes.rs".to_string(),
        rust_file(mark, &header, sizes(&library, model))?,
    );
    let header = Markdown::filled("All calls of {}.", &[&title]);
    let items = quote! {
        #(mod #modules;)*
        mod sizes;
        mod types;

        use crate::given::Call;
        pub use sizes::SIZES;
        pub use types::TYPES;

        /// The operations, a list for each tag.
        pub const CALLS: &[&[Call<#library::Client>]] = &[#(#modules::CALLS),*];
    };
    files.insert("mod.rs".to_string(), rust_file(mark, &header, items)?);
    Ok(files)
}

fn types(library: &Ident, model: &Model) -> TokenStream {
    let entries = model.types.iter().map(|item| {
        let (text, name) = (&item.name, format_ident!("{}", item.name));
        quote!(Type { name: #text, round_trip: round_trip::<#library::types::#name> })
    });
    quote! {
        use crate::given::{Type, round_trip};

        /// The types, in the order of the crate.
        pub const TYPES: &[Type] = &[#(#entries),*];
    }
}

fn sizes(library: &Ident, model: &Model) -> TokenStream {
    let types = model.types.iter().map(|item| ("types", item.name.as_str()));
    let responses = model
        .statuses
        .iter()
        .map(|statuses| ("responses", statuses.name.as_str()));
    let known: BTreeMap<&str, u64> = boxes::sizes(model).collect();
    let entries = types.chain(responses).map(|(module, text)| {
        let (module, name) = (format_ident!("{module}"), format_ident!("{text}"));
        let bytes = Literal::u64_unsuffixed(known.get(text).copied().unwrap_or_default());
        quote!(size::<#library::#module::#name>(#text, #bytes))
    });
    quote! {
        use crate::given::{Size, size};

        /// The types, then the responses.
        pub const SIZES: &[Size] = &[#(#entries),*];
    }
}

fn calls(library: &Ident, has_types: bool, operations: &[&Operation]) -> TokenStream {
    let types = has_types.then(|| quote!(use #library::types;));
    let entries = operations.iter().map(|operation| {
        let (method, path, name) = (
            &operation.method,
            &operation.path,
            format_ident!("{}", operation.name),
        );
        quote!(Call { method: #method, path: #path, send: #name })
    });
    let functions = operations.iter().map(|operation| function(operation));
    quote! {
        use crate::given::*;
        use #library::Client;
        #types

        /// The operations of the tag.
        pub const CALLS: &[Call<Client>] = &[#(#entries),*];

        #(#functions)*
    }
}

fn function(operation: &Operation) -> TokenStream {
    let name = format_ident!("{}", operation.name);
    let path = operation.path_arguments().into_iter().map(|(_, parameter)| {
        let (wire, ty) = (&parameter.wire, parameter.ty.tokens(Place::Elsewhere));
        quote!(given.required_parameter::<#ty>("path", #wire)?)
    });
    let body = operation.body_argument().map(|body| {
        let (media_type, ty) = (&body.media_type, body_type(body));
        quote!(given.required_body::<#ty>(#media_type)?)
    });
    let arguments: Vec<TokenStream> = path.chain(body).collect();
    let parameters = operation.parameters.iter();
    let parameters: Vec<TokenStream> = parameters
        .filter(|parameter| parameter.location != Location::Path)
        .map(parameter)
        .collect();
    let bodies: Vec<TokenStream> = match operation.body_argument() {
        Some(_) => Vec::new(),
        None => operation.bodies.iter().map(body_setter).collect(),
    };
    let changes = !parameters.is_empty() || !bodies.is_empty();
    let mutable = changes.then(|| quote!(mut));
    let observe = format_ident!("{}", observer(&operation.success));
    quote! {
        fn #name(client: &Client, mut given: Given) -> Sent<'_> {
            let #mutable call = client.#name(#(#arguments),*);
            #(#parameters)*
            #(#bodies)*
            #observe(given.ready(call)?.send())
        }
    }
}

fn parameter(parameter: &Parameter) -> TokenStream {
    let location = match parameter.location {
        Location::Path => "path",
        Location::Query => "query",
        Location::Header => "header",
        Location::Cookie => "cookie",
    };
    let (wire, setter) = (&parameter.wire, format_ident!("{}", parameter.setter));
    let ty = parameter.ty.tokens(Place::Elsewhere);
    quote! {
        if let Some(value) = given.parameter::<#ty>(#location, #wire)? {
            call = call.#setter(value);
        }
    }
}

/// The type from which a body is read before it is passed to the call.
fn body_type(body: &CrateBody) -> TokenStream {
    match (body.kind, &body.ty) {
        (BodyKind::Json | BodyKind::Form | BodyKind::Multipart, Some(ty)) => ty.tokens(Place::Elsewhere),
        _ => quote!(String),
    }
}

fn body_setter(body: &CrateBody) -> TokenStream {
    let (media_type, setter, ty) = (
        &body.media_type,
        format_ident!("{}", body.setter),
        body_type(body),
    );
    quote! {
        if let Some(body) = given.body::<#ty>(#media_type)? {
            call = call.#setter(body);
        }
    }
}

/// The function of the tests that sends a call and inspects its success.
fn observer(success: &Outcome) -> &'static str {
    match success {
        Outcome::One(Payload::Json(_) | Payload::Empty) => "json",
        Outcome::One(Payload::Text) => "text",
        Outcome::One(Payload::Bytes) => "bytes",
        Outcome::One(Payload::Events(_)) => "events",
        Outcome::One(Payload::Lines(_)) => "lines",
        Outcome::Several(_) => "by_status",
    }
}
