//! What keys of ours say of an operation, as the runtime reads it: when it is done, and which
//! responses are refusals by a rate limit.

use crate::ir::Limit;
use crate::refine::model::Operation;
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

/// What lets a request be waited for.
pub fn waits(
    operation: &Operation,
    success: &TokenStream,
    error: Option<&TokenStream>,
) -> Option<TokenStream> {
    let waiting = operation.waiting.as_ref()?;
    let name = format_ident!("{}", operation.request);
    let start = match &waiting.member {
        Some(member) => quote!(member(#member)),
        None => quote!(success()),
    };
    let values = |method: &str, values: &[String]| {
        let method = format_ident!("{method}");
        (!values.is_empty()).then(|| quote!(.#method(&[#(#values),*])))
    };
    let done = values("done", &waiting.done);
    let pending = values("pending", &waiting.pending);
    let failed = values("failed", &waiting.failed);
    let statuses = waiting
        .not_yet
        .iter()
        .map(|status| Literal::u16_unsuffixed(*status));
    let not_yet = (!waiting.not_yet.is_empty()).then(|| quote!(.not_yet(&[#(#statuses),*])));
    let seconds = |method: &str, time: Option<u64>| {
        let method = format_ident!("{method}");
        time.map(Literal::u64_unsuffixed)
            .map(|time| quote!(.#method(#time)))
    };
    let every = seconds("every_seconds", waiting.every);
    let within = seconds("within_seconds", waiting.within);
    Some(quote! {
        lorgnette_runtime::waits!(#name => #success #error; #start #done #pending #failed #not_yet #every #within);
    })
}

/// The list of refusals by a rate limit; `None` if there are none.
pub fn limits(limited_by: &[Limit]) -> Option<TokenStream> {
    if limited_by.is_empty() {
        return None;
    }
    let limits = limited_by.iter().map(|limit| {
        let status = Literal::u16_unsuffixed(limit.status);
        let header = limit
            .header
            .iter()
            .map(|(name, value)| quote!(.header(#name, #value)));
        let body = limit.body.iter().map(|body| quote!(.body(#body)));
        quote!(lorgnette_runtime::LimitResponse::status(#status) #(#header)* #(#body)*)
    });
    Some(quote!(&[#(#limits),*]))
}
