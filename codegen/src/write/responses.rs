//! Prints the `responses` module of a generated crate: enums of responses by status.

use super::source::{Mark, condition, doc, rust_file};
use crate::diagnostics::Result;
use crate::generate::Place;
use crate::refine::model::{Model, Outcome, Payload, Status, StatusResponse, Statuses};
use crate::text::Markdown;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use std::collections::BTreeSet;

/// The file of the `responses` module.
///
/// # Errors
///
/// When the file is not valid Rust.
pub fn file(model: &Model, mark: &Mark) -> Result<String> {
    let mut imports = Imports::default();
    let enums: Vec<TokenStream> = model
        .statuses
        .iter()
        .map(|statuses| statuses_enum(model, statuses, &mut imports))
        .collect();
    let imports = imports.tokens();
    let header = "Responses by status: enums of declared errors, and of successes whose types differ.\n\n\
                  Operations that declare the same errors share an enum.";
    rust_file(mark, &Markdown::ours(header), quote!(#imports #(#enums)*))
}

fn statuses_enum(model: &Model, statuses: &Statuses, imports: &mut Imports) -> TokenStream {
    let name = format_ident!("{}", statuses.name);
    let condition = condition(model, &statuses.tags);
    let variants = statuses.responses.iter().map(|response| {
        let (variant, docs, payload) = (
            format_ident!("{}", response.variant),
            doc(&Markdown::line(&docs(response))),
            payload(&response.payload),
        );
        if has_status(response) {
            quote!(#docs #variant(u16, #payload),)
        } else {
            quote!(#docs #variant(#payload),)
        }
    });
    let variants: Vec<TokenStream> = variants.collect();
    let table: Vec<TokenStream> = statuses.responses.iter().map(table_entry).collect();
    let is_default = statuses.tags.len() < model.tags.len();
    for response in &statuses.responses {
        imports.payload(&response.payload, is_default);
    }
    let docs = doc(&Markdown::line(&format!(
        "An answer with {}.",
        list(&statuses.responses)
    )));
    quote! {
        #docs
        #condition
        #[derive(Debug)]
        #[non_exhaustive]
        pub enum #name { #(#variants)* }
        #condition
        lorgnette_runtime::statuses!(#name { #(#table),* });
    }
}

fn table_entry(response: &StatusResponse) -> TokenStream {
    let (variant, payload) = (format_ident!("{}", response.variant), payload(&response.payload));
    match response.status {
        Status::Code(code) => {
            let code = Literal::u16_unsuffixed(code);
            quote!(#code #variant(#payload))
        }
        Status::Range(hundred) => {
            let least = Literal::u16_unsuffixed(u16::from(hundred) * 100);
            let most = Literal::u16_unsuffixed(u16::from(hundred) * 100 + 99);
            quote!(#least..=#most #variant(u16, #payload))
        }
        Status::Default => quote!(_ #variant(u16, #payload)),
    }
}

fn has_status(response: &StatusResponse) -> bool {
    !matches!(response.status, Status::Code(_))
}

fn docs(response: &StatusResponse) -> String {
    match response.status {
        Status::Code(code) => format!("Status {code}."),
        Status::Range(hundred) => {
            format!("Any other status from {hundred}00 to {hundred}99.")
        }
        Status::Default => "Any other status.".to_string(),
    }
}

fn list(responses: &[StatusResponse]) -> String {
    let names: Vec<String> = responses
        .iter()
        .map(|response| match response.status {
            Status::Code(code) => format!("status {code}"),
            Status::Range(hundred) => format!("a status {hundred}XX"),
            Status::Default => "any other status".to_string(),
        })
        .collect();
    match names.as_slice() {
        [] => "no status".to_string(),
        [only] => only.clone(),
        [head @ .., last] => format!("{} or {last}", head.join(", ")),
    }
}

/// The Rust type of a response's content.
pub fn payload(payload: &Payload) -> TokenStream {
    match payload {
        Payload::Json(ty) => ty.tokens(Place::Elsewhere),
        Payload::Empty => quote!(()),
        Payload::Text => quote!(Text),
        Payload::Bytes => quote!(ByteStream),
        Payload::Events(ty) => {
            let ty = ty.tokens(Place::Elsewhere);
            quote!(EventStream<#ty>)
        }
        Payload::Lines(ty) => {
            let ty = ty.tokens(Place::Elsewhere);
            quote!(JsonLines<#ty>)
        }
    }
}

/// The Rust type of a success.
pub fn success(outcome: &Outcome) -> TokenStream {
    match outcome {
        Outcome::One(one) => payload(one),
        Outcome::Several(name) => {
            let name = format_ident!("{name}");
            quote!(responses::#name)
        }
    }
}

/// The names that a module must import for the types in it.
#[derive(Debug, Default)]
pub struct Imports {
    runtime: BTreeSet<&'static str>,
    own: BTreeSet<&'static str>,
    borrow: bool,
    conditional: bool,
}

impl Imports {
    /// Records the imports of a payload. `conditional` says whether the code that needs them may be
    /// compiled out.
    pub fn payload(&mut self, payload: &Payload, conditional: bool) {
        self.conditional |= conditional;
        match payload {
            Payload::Json(ty) => self.ty(ty),
            Payload::Empty => {}
            Payload::Text => self.runtime("Text"),
            Payload::Bytes => self.runtime("ByteStream"),
            Payload::Events(ty) => {
                self.runtime.insert("EventStream");
                self.ty(ty);
            }
            Payload::Lines(ty) => {
                self.runtime.insert("JsonLines");
                self.ty(ty);
            }
        }
    }

    /// Records that all code that needs a name may be compiled out.
    pub const fn conditional(&mut self) {
        self.conditional = true;
    }

    /// Records the imports of an outcome.
    pub fn outcome(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::One(payload) => self.payload(payload, false),
            Outcome::Several(_) => self.own("responses"),
        }
    }

    /// Records the imports of a type.
    pub fn ty(&mut self, ty: &crate::generate::TypeExpression) {
        ty.imported(&mut |name| self.runtime(name));
        ty.generated(&mut |_| self.own("types"));
    }

    /// Records a name of the runtime.
    pub fn runtime(&mut self, name: &'static str) {
        self.runtime.insert(name);
    }

    /// Records that an argument is accepted by value or by reference.
    pub fn borrow(&mut self) {
        self.borrow = true;
    }

    /// Records a name of the crate itself, such as that of a module.
    pub fn own(&mut self, name: &'static str) {
        self.own.insert(name);
    }

    /// The `use` items.
    pub fn tokens(&self) -> TokenStream {
        let silence = self.conditional.then(|| quote!(#[allow(unused_imports)]));
        let is_map = |name: &&str| *name == "BTreeMap";
        let (maps, runtime): (Vec<&str>, Vec<&str>) = self.runtime.iter().copied().partition(is_map);
        let items = [
            import(&quote!(crate), self.own.iter().copied()),
            import(&quote!(lorgnette_runtime), runtime),
            import(&quote!(std::borrow), self.borrow.then_some("Borrow")),
            import(&quote!(std::collections), maps),
        ];
        let items = items.iter().flatten();
        quote!(#(#silence #items)*)
    }
}

/// The `use` item of these names, if there are any.
pub fn import<'n>(from: &TokenStream, names: impl IntoIterator<Item = &'n str>) -> Option<TokenStream> {
    let names: Vec<Ident> = names.into_iter().map(|name| format_ident!("{name}")).collect();
    (!names.is_empty()).then(|| quote!(use #from::{#(#names),*};))
}
