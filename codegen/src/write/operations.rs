//! The `operations` module of a generated crate: one file a tag, with the tag's methods of the client and their requests.
//!
//! A request fills a call of the runtime and hands it over; all else is in the operation's descriptor, a table.

use super::bodies::{nested, styled};
use super::responses::{self, Imports};
use super::source::{Mark, doc, rust_file};
use super::{methods, setters};
use crate::diagnostics::Result;
use crate::document::METHODS;
use crate::generate::{Place, TypeExpression};
use crate::refine::model::{Alternative, Location, Model, Operation, Parameter, Step, Tag};
use crate::text::Markdown;
use heck::{ToShoutySnakeCase, ToSnakeCase};
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use std::collections::BTreeMap;

/// The files of the `operations` module, by path.
///
/// # Errors
///
/// When a file is not Rust.
pub fn files(model: &Model, mark: &Mark) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    let mut modules: BTreeMap<&str, TokenStream> = BTreeMap::new();
    for (index, tag) in model.tags.iter().enumerate() {
        let operations: Vec<&Operation> = model
            .operations
            .iter()
            .filter(|operation| operation.tag == index)
            .collect();
        let (module, feature) = (format_ident!("{}", tag.module), tag.feature());
        modules.insert(&tag.module, quote!(#[cfg(feature = #feature)] pub mod #module;));
        files.insert(
            format!("src/operations/{}.rs", tag.module),
            rust_file(mark, &header(tag), tag_items(tag, &operations))?,
        );
    }
    let modules = modules.values();
    let text = rust_file(
        mark,
        &Markdown::ours("Requests of operations, a module for each tag."),
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

fn tag_items(tag: &Tag, operations: &[&Operation]) -> TokenStream {
    let mut imports = Imports::default();
    imports.runtime("Call");
    let requests: Vec<TokenStream> = operations
        .iter()
        .map(|operation| request(operation, &mut imports))
        .collect();
    let methods = methods::of_client(tag, operations, &mut imports);
    let imports = imports.tokens(&quote!(
        use crate::Client;
    ));
    quote! {
        #imports
        #methods
        #(#requests)*
    }
}

/// `#[deprecated]` with the reason, where the operation is.
pub fn deprecation(operation: &Operation) -> TokenStream {
    operation
        .deprecated
        .as_ref()
        .map_or_else(TokenStream::new, |note| {
            let note = note.as_str();
            quote!(#[deprecated(note = #note)])
        })
}

/// The name of the operation's table.
pub fn descriptor_name(operation: &Operation) -> proc_macro2::Ident {
    format_ident!("{}", operation.name.to_shouty_snake_case())
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
        imports.responses();
        let error = format_ident!("{error}");
        quote!(, responses::#error)
    });
    let static_name = descriptor_name(operation);
    let pages = pages(operation, &success, error.as_ref(), imports);
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
        "Sends the request, and reads the success as {}.\n\n# Errors\n\nAs `send`.",
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

/// What lets a builder give the whole list of which its success is one page.
fn pages(
    operation: &Operation,
    success: &TokenStream,
    error: Option<&TokenStream>,
    imports: &mut Imports,
) -> Option<TokenStream> {
    let paging = operation.paging.as_ref()?;
    let (name, items) = (
        format_ident!("{}", operation.request),
        format_ident!("{}", paging.items),
    );
    imports.ty(&paging.item);
    let item = paging.item.tokens(Place::Elsewhere);
    let item = if paging.is_map {
        quote!((String, #item))
    } else {
        item
    };
    let step = match &paging.step {
        Step::Number {
            parameter,
            first,
            count,
        } => {
            let first = first.map(|first| {
                let first = Literal::u64_unsuffixed(first);
                quote!(.from(#first))
            });
            let count = count.as_ref().map(|count| quote!(.count(#count)));
            quote!(number(#parameter) #first #count)
        }
        Step::Link(member) => quote!(link(#member)),
    };
    let wire = &paging.wire;
    Some(quote!(lorgnette_runtime::pages!(#name => #success #error; #items: #item; #step.items(#wire));))
}

/// The operation as a table that the runtime reads.
fn descriptor(operation: &Operation) -> TokenStream {
    let name = descriptor_name(operation);
    let (id, path) = (&operation.id, &operation.path);
    let is_known = METHODS.contains(&operation.method.to_lowercase().as_str()) && operation.method != "QUERY";
    let method = format_ident!("{}", if is_known { &operation.method } else { "POST" });
    let custom = (!is_known).then(|| {
        let name = &operation.method;
        quote!(; custom_method(#name))
    });
    let parameters = operation.parameters.iter().map(parameter);
    let accept = match operation.accept.as_str() {
        "application/json" => None,
        "" => Some(quote!(; accept("*/*"))),
        accept => Some(quote!(; accept(#accept))),
    };
    let body = operation.body_required.then(|| quote!(; body_required()));
    let server = operation.server.as_ref().map(|server| quote!(; server(#server)));
    // Whichever of the alternatives a caller has credentials for.
    let mut schemes: Vec<&String> = Vec::new();
    for scheme in operation.security.iter().flatten() {
        if !schemes.contains(&scheme) {
            schemes.push(scheme);
        }
    }
    let security = (!schemes.is_empty()).then(|| quote!(; security(&[#(#schemes),*])));
    let retry = (!operation.retry.is_empty()).then(|| {
        let statuses = operation
            .retry
            .iter()
            .map(|status| Literal::u16_unsuffixed(*status));
        quote!(; retry_on(&[#(#statuses),*]))
    });
    let repeatable = operation.is_repeatable.then(|| quote!(; repeatable()));
    quote! {
        lorgnette_runtime::operation!(#name: #id #method #path #(, #parameters)* #custom #accept #body #server #security #retry #repeatable);
    }
}

fn parameter(parameter: &Parameter) -> TokenStream {
    let wire = &parameter.wire;
    let location = match parameter.location {
        Location::Path => quote!(path),
        Location::Query => quote!(query),
        Location::Header => quote!(header),
        Location::Cookie => quote!(cookie),
    };
    let required = (parameter.required && parameter.location != Location::Path).then(|| quote!(.required()));
    // What the location means by itself is not said again.
    let (style, explode) = match parameter.location {
        Location::Path | Location::Header => ("simple", false),
        Location::Query | Location::Cookie => ("form", true),
    };
    let style_differs = (parameter.style != style).then(|| styled(&parameter.style));
    let may_be_compound = !matches!(&parameter.ty, TypeExpression::Plain(name) if *name != "Value");
    let explode_differs = (parameter.explode != explode && may_be_compound).then(|| {
        let explode = parameter.explode;
        quote!(.explode(#explode))
    });
    let reserved = parameter.allow_reserved.then(|| quote!(.allow_reserved()));
    let offset = parameter.numeric_offset.then(|| quote!(.numeric_offset()));
    let nested = nested(&parameter.nested);
    let content = parameter.content.iter().map(|content| quote!(.content(#content)));
    // Errors name the setter; its usual name need not be said.
    let setter = (parameter.wire.to_snake_case() != parameter.setter).then(|| {
        let setter = &parameter.setter;
        quote!(.setter(#setter))
    });
    quote!(#location #wire #required #style_differs #explode_differs #reserved #offset #nested #(#content)* #setter)
}
