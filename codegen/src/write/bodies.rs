//! Prints setters of bodies, and the styles of parameters and form fields.

use super::arguments;
use super::responses::Imports;
use super::source::doc;
use crate::refine::Argument;
use crate::refine::model::{BodyKind, CrateBody, Encoding};
use crate::text::Markdown;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// The call that sets the separators of nested lists.
pub fn nested(separators: &str) -> Option<TokenStream> {
    (!separators.is_empty()).then(|| quote!(.nested(#separators)))
}

/// The call that gives a parameter one of OpenAPI's styles.
pub fn styled(style: &str) -> TokenStream {
    let style = match style {
        "spaceDelimited" => quote!(space_delimited),
        "pipeDelimited" => quote!(pipe_delimited),
        "deepObject" => quote!(deep_object),
        "matrix" => quote!(matrix),
        "label" => quote!(label),
        "simple" => quote!(simple),
        _ => quote!(form),
    };
    quote!(.#style())
}

/// A field of a form as the query parameter whose style it has.
pub fn encoding(encoding: &Encoding) -> TokenStream {
    let wire = &encoding.wire;
    let style = (encoding.style != "form").then(|| styled(&encoding.style));
    let explode = (!encoding.explode && encoding.style != "deepObject").then(|| quote!(.explode(false)));
    let reserved = encoding.allow_reserved.then(|| quote!(.allow_reserved()));
    match &encoding.content {
        Some(content) => quote!(Parameter::query(#wire).content(#content)),
        None => {
            let nested = nested(&encoding.nested);
            quote!(Parameter::query(#wire) #style #explode #reserved #nested)
        }
    }
}

/// Passes the argument `body` to the call at `target`: `call.json(..)`.
pub fn body_call(body: &CrateBody, target: &TokenStream, imports: &mut Imports) -> TokenStream {
    let media_type = &body.media_type;
    let encodings = body.encodings.iter().map(encoding);
    if !body.encodings.is_empty() {
        imports.runtime("Parameter");
    }
    let value = arguments::value(&Argument::of_body(body), &format_ident!("body"));
    let call = match (body.kind, body.ty.is_some()) {
        (BodyKind::Multipart, true) if !media_type.starts_with("multipart/form-data") => {
            quote!(multipart_of(#media_type, body, &[#(#encodings),*]))
        }
        (BodyKind::Multipart, true) if body.encodings.is_empty() => quote!(multipart(body)),
        (BodyKind::Multipart, true) => quote!(multipart_as(body, &[#(#encodings),*])),
        (BodyKind::Form, true) if body.encodings.is_empty() => quote!(form(#value)),
        (BodyKind::Form, true) => quote!(form_as(#value, &[#(#encodings),*])),
        (BodyKind::Json, true) if media_type == "application/json" => quote!(json(#value)),
        (BodyKind::Json, true) => quote!(json_as(#media_type, #value)),
        (BodyKind::Text, _) => quote!(text(#media_type, #value)),
        _ => quote!(raw(#media_type, #value)),
    };
    quote!(#target.#call;)
}

/// The setter of a body in one of its forms. `condition`: when there is one.
pub fn body_setter(body: &CrateBody, condition: &TokenStream, imports: &mut Imports) -> TokenStream {
    let setter = format_ident!("{}", body.setter);
    let docs = doc(&body.docs);
    let media_type = &body.media_type;
    let ty = arguments::ty(&Argument::of_body(body), imports);
    let call = body_call(body, &quote!(self.0), imports);
    let null = body.nullable.then(|| {
        let (name, docs) = (
            format_ident!("{}_null", body.setter),
            doc(&Markdown::ours("Sends null as the body.")),
        );
        quote! {
            #docs
            pub fn #name(mut self) -> Self {
                self.0.json_as(#media_type, &());
                self
            }
        }
    });
    quote! {
        #docs
        #condition
        pub fn #setter(mut self, body: #ty) -> Self {
            #call
            self
        }
        #null
    }
}
