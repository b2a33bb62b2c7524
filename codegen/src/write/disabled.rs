//! Prints the `disabled` module of a generated crate: placeholders for operations whose cargo
//! feature is off.
//!
//! The runtime's macro `disabled` explains them.

use super::source::{Mark, rust_file};
use crate::catalogue::Entry;
use crate::diagnostics::Result;
use crate::refine::model::{Model, Operation, Tag};
use crate::text::Markdown;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// The file of the module.
///
/// # Errors
///
/// When the file is not valid Rust.
pub fn file(model: &Model, api: &Entry, mark: &Mark) -> Result<String> {
    let tags = model.tags_of_operations().map(|(index, tag)| {
        let operations = model.operations.iter();
        tag_items(tag, operations.filter(|operation| operation.tag == index), api)
    });
    let header = Markdown::ours(
        "Operations whose cargo feature is off: a call is a compile error that names the feature.",
    );
    rust_file(mark, &header, quote!(#(#tags)*))
}

fn tag_items<'m>(tag: &Tag, operations: impl Iterator<Item = &'m Operation>, api: &Entry) -> TokenStream {
    let (feature, module) = (tag.feature(), format_ident!("{}", tag.module));
    let message = format!(
        "this operation needs the cargo feature `{feature}` of `{}`",
        api.name
    );
    let methods = operations.map(|operation| {
        let name = format_ident!("{}", operation.name);
        let arguments = operation.arguments();
        let arguments = arguments.iter().map(|_| quote!(_));
        quote!(#name(#(#arguments),*))
    });
    quote!(lorgnette_runtime::disabled!(#feature #module #message crate::Client: #(#methods),*);)
}
