//! Prints the methods of the client, in one block for each tag.

use super::bodies::body_call;
use super::descriptors::descriptor_name;
use super::responses::Imports;
use super::source::{deprecation, doc};
use super::{arguments, examples};
use crate::refine::Argument;
use crate::refine::model::{Model, Operation, Parameter, Tag};
use crate::text::Markdown;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// The block of a tag.
pub fn of_client(model: &Model, tag: &Tag, operations: &[&Operation], imports: &mut Imports) -> TokenStream {
    let docs = doc(&Markdown::filled(
        "Operations of {}, with the cargo feature {}.",
        &[&Markdown::line(&tag.name), &Markdown::code(&tag.feature())],
    ));
    let methods: Vec<TokenStream> = operations
        .iter()
        .map(|operation| method(model, tag, operation, imports))
        .collect();
    quote! {
        #docs
        impl Client { #(#methods)* }
    }
}

fn method(model: &Model, tag: &Tag, operation: &Operation, imports: &mut Imports) -> TokenStream {
    let (name, request, descriptor) = (
        format_ident!("{}", operation.name),
        format_ident!("{}", operation.request),
        descriptor_name(operation),
    );
    let arguments = arguments_of(operation, imports);
    let arguments = arguments.iter().map(|(name, ty)| quote!(#name: #ty));
    let path = operation.path_arguments().into_iter();
    let path = path.map(|(index, parameter)| {
        let name = format_ident!("{}", parameter.setter);
        arguments::with(&Argument::of_parameter(&parameter.ty), index, &name)
    });
    let call = quote!(Call::new(self.as_ref(), &#descriptor) #(#path)*);
    let body = operation.body_argument();
    let body = body.map(|body| body_call(body, &quote!(call), imports));
    let made = match body {
        None if operation.path_arguments().is_empty() => quote!(self.as_ref().into()),
        None => quote!(let call = #call; #request(call)),
        Some(body) => quote!(let mut call = #call; #body #request(call)),
    };
    let example = examples::inline(operation, model).map(|call| {
        let call = Markdown::code(&call);
        Markdown::filled(" Example: {}.", &[&call])
    });
    let docs = documentation(tag, operation, |_| false, &example.unwrap_or_default());
    let docs = doc(&docs);
    let deprecated = deprecation(operation);
    quote! {
        #docs
        #deprecated
        pub fn #name(&self, #(#arguments),*) -> #request<'_> {
            #made
        }
    }
}

/// The arguments of an operation with their types.
pub fn arguments_of(operation: &Operation, imports: &mut Imports) -> Vec<(Ident, TokenStream)> {
    let path = operation.path_arguments().into_iter();
    let path = path.map(|(_, parameter)| (&parameter.setter, Argument::of_parameter(&parameter.ty)));
    let body = operation.body_argument().into_iter();
    let body = body.map(|body| (&body.setter, Argument::of_body(body)));
    path.chain(body)
        .map(|(name, argument)| (format_ident!("{name}"), arguments::ty(&argument, imports)))
        .collect()
}

/// The documentation: the summary, the arguments except for fixed ones, the feature, and an
/// example.
pub fn documentation(
    tag: &Tag,
    operation: &Operation,
    is_fixed: impl Fn(&str) -> bool,
    example: &Markdown,
) -> Markdown {
    // A help text that only repeats the name is useless.
    let says_more = |parameter: &&Parameter| {
        let name = Markdown::filled("{}.", &[&Markdown::code(&parameter.wire)]);
        parameter.docs != name && !is_fixed(&parameter.setter)
    };
    let path = operation.path_arguments();
    let path = path.iter().map(|(_, parameter)| *parameter);
    let path = path
        .filter(says_more)
        .map(|parameter| (&parameter.setter, &parameter.docs));
    let body = operation.body_argument();
    let body = body.iter().map(|body| (&body.setter, &body.docs));
    let arguments = path
        .chain(body)
        .map(|(name, docs)| Markdown::filled("- {}: {}", &[&Markdown::code(name), &docs.item()]));
    let arguments = Markdown::joined(arguments, "\n");
    let request = Markdown::filled(
        "See [`{}`]. Cargo feature {}.{}",
        &[
            &Markdown::line(&operation.request),
            &Markdown::code(&tag.feature()),
            example,
        ],
    );
    Markdown::paragraphs([operation.summary.clone(), arguments, request])
}
