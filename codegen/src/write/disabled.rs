//! The `disabled` module of a generated crate: what stands in for operations whose cargo feature is off.
//!
//! A method that is compiled out is unknown to the compiler, which then suggests whatever else it knows. A method in its
//! place whose bound never holds makes the error name the feature.

use super::source::{Mark, rust_file};
use crate::catalogue::Api;
use crate::diagnostics::Result;
use crate::refine::model::{Model, Operation, Tag};
use crate::text::Markdown;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// The file of the module.
///
/// # Errors
///
/// When the file is not Rust.
pub fn file(model: &Model, api: &Api, mark: &Mark) -> Result<String> {
    let tags = model.tags.iter().enumerate().map(|(index, tag)| {
        let operations = model.operations.iter();
        tag_items(tag, operations.filter(|operation| operation.tag == index), api)
    });
    let header =
        Markdown::ours("Operations whose cargo feature is off: calling one is an error that names it.");
    rust_file(mark, &header, quote!(#(#tags)*))
}

fn tag_items<'m>(tag: &Tag, operations: impl Iterator<Item = &'m Operation>, api: &Api) -> TokenStream {
    let (feature, module) = (tag.feature(), format_ident!("{}", tag.module));
    let message = format!(
        "this operation needs the cargo feature `{feature}` of `{}`",
        api.name
    );
    let label = format!("the feature `{feature}` is off");
    let methods = operations.map(|operation| {
        let name = format_ident!("{}", operation.name);
        let arguments = operation.arguments();
        let arguments = arguments.iter().map(|_| quote!(_: impl Sized));
        quote! {
            pub fn #name<'client>(&'client self, #(#arguments),*) -> FeatureIsOff<'client>
            where
                FeatureIsOff<'client>: FeatureIsOn,
            {
                FeatureIsOff(PhantomData)
            }
        }
    });
    quote! {
        #[cfg(not(feature = #feature))]
        mod #module {
            use crate::Client;
            use core::marker::PhantomData;

            #[derive(Debug)]
            pub struct FeatureIsOff<'client>(PhantomData<&'client Client>);

            #[diagnostic::on_unimplemented(message = #message, label = #label)]
            pub trait FeatureIsOn {}

            #[doc(hidden)]
            #[allow(missing_docs)]
            impl Client { #(#methods)* }
        }
    }
}
