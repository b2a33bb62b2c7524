//! Prints lorgnette's own keys on an operation as calls of the runtime: the condition of a job,
//! paging, and responses that report a rate limit.

use crate::ir::Limit;
use crate::refine::model::{Operation, PageInput, PageOutput, Paging, Step};
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

/// Adds waiting to a request.
pub fn waits(
    operation: &Operation,
    success: &TokenStream,
    error: Option<&TokenStream>,
) -> Option<TokenStream> {
    let name = format_ident!("{}", operation.request);
    let until = until(operation)?;
    Some(quote!(lorgnette_runtime::waits!(#name => #success #error; #until);))
}

/// The condition for a reported job to be done, in the form of the runtime's `Until`.
pub fn until(operation: &Operation) -> Option<TokenStream> {
    let waiting = operation.waiting.as_ref()?;
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
    Some(quote!(#start #done #pending #failed #not_yet #every #within))
}

/// The paging, in the form of the runtime's `Paging`.
pub fn paging(paging: &Paging) -> TokenStream {
    let said = |word: &str, value: &Option<String>| {
        let word = format_ident!("{word}");
        value.as_ref().map(|value| quote!(.#word(#value)))
    };
    let step = match &paging.step {
        Step::Number {
            input,
            first,
            current,
            count,
        } => {
            let first = first.map(|first| {
                let first = Literal::u64_unsuffixed(first);
                quote!(.from(#first))
            });
            let (asked, current, count) = (
                asked("number", input),
                said("current", current),
                said("count", count),
            );
            quote!(#asked #first #current #count)
        }
        Step::Offset { input, total } => {
            let (asked, total) = (asked("offset", input), said("total", total));
            quote!(#asked #total)
        }
        Step::Cursor { input, output } => {
            let asked = asked("cursor", input);
            match output {
                PageOutput::Member(member) => quote!(#asked.next(#member)),
                PageOutput::Header(header) => quote!(#asked.next_header(#header)),
            }
        }
        Step::Link(PageOutput::Member(member)) => quote!(link(#member)),
        Step::Link(PageOutput::Header(header)) => quote!(link_header(#header)),
    };
    let more = said("more", &paging.more);
    quote!(#step #more)
}

/// The part of a request that selects a page.
fn asked(word: &str, input: &PageInput) -> TokenStream {
    let word = format_ident!("{word}");
    match input {
        PageInput::Query(parameter) => quote!(#word(#parameter)),
        PageInput::Body(member) => quote!(#word(#member).in_body()),
    }
}

/// The list of responses that report a rate limit; `None` if there are none.
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
