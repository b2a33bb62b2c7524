//! Prints the `webhooks` module of a generated crate: the requests that the vendor's server sends,
//! by event.

use super::responses::{self, Imports};
use super::source::{Mark, doc, rust_file};
use crate::diagnostics::Result;
use crate::refine::model::Model;
use crate::text::Markdown;
use quote::{format_ident, quote};

/// The file of the module.
///
/// # Errors
///
/// When the file is not valid Rust.
pub fn file(model: &Model, mark: &Mark) -> Result<String> {
    let mut imports = Imports::default();
    let events = model.webhooks.iter().map(|webhook| {
        imports.payload(&webhook.payload, false);
        let (event, variant) = (&webhook.event, format_ident!("{}", webhook.variant));
        let (docs, payload) = (doc(&webhook.docs), responses::payload(&webhook.payload));
        quote!(#docs #event #variant(#payload))
    });
    let events: Vec<_> = events.collect();
    let imports = imports.tokens();
    let docs = doc(&Markdown::ours(
        "Requests from the vendor's server, by event.\n\nThe sender is unknown until the program has verified the \
         signature.",
    ));
    let header = Markdown::ours("Webhooks and callbacks: requests that the vendor's server sends.");
    let items = quote! {
        #imports
        lorgnette_runtime::webhooks!(#docs Webhook { #(#events),* });
    };
    rust_file(mark, &header, items)
}
