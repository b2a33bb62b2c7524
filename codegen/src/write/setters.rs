//! Prints the setters of requests.

use super::arguments;
use super::bodies::body_setter;
use super::responses::Imports;
use super::source::{deprecated, doc};
use crate::refine::Argument;
use crate::refine::model::{Location, Operation, Parameter};
use crate::text::Markdown;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// The setters of parameters.
pub fn of_parameters(operation: &Operation, imports: &mut Imports) -> Vec<TokenStream> {
    let parameters = operation.parameters.iter().enumerate();
    parameters
        .map(|(index, parameter)| setter(index, parameter, imports))
        .collect()
}

/// The setters of bodies.
pub fn of_bodies(operation: &Operation, imports: &mut Imports) -> Vec<TokenStream> {
    let condition = match operation.body_argument() {
        Some(_) => for_mocks(),
        None => TokenStream::new(),
    };
    let bodies = operation.bodies.iter();
    bodies
        .map(|body| body_setter(body, &condition, imports))
        .collect()
}

/// Programs pass these arguments to the method. A mock may expect only some of them, so each has a
/// setter as well.
fn for_mocks() -> TokenStream {
    quote!(#[cfg(feature = "mock")])
}

fn setter(index: usize, parameter: &Parameter, imports: &mut Imports) -> TokenStream {
    let name = format_ident!("{}", parameter.setter);
    let is_argument = parameter.location == Location::Path;
    let docs = doc(&match parameter.required && !is_argument {
        true => Markdown::filled("{} Required.", &[&parameter.docs]),
        false => parameter.docs.clone(),
    });
    let condition = is_argument.then(for_mocks);
    let deprecated = deprecated(parameter.deprecated);
    let argument = Argument::of_parameter(&parameter.ty);
    let ty = arguments::ty(&argument, imports);
    let with = arguments::with(&argument, index, &name);
    quote! {
        #docs
        #condition
        #deprecated
        pub fn #name(self, #name: #ty) -> Self {
            Self(self.0 #with)
        }
    }
}
