//! Setters of bodies, and how parameters and fields of forms are written.

use super::responses::Imports;
use super::source::doc;
use crate::generate::{Place, TypeExpression};
use crate::refine::model::{Body, BodyKind, Encoding};
use crate::text::Markdown;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// The call that says how lists within a list are joined.
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

/// A field of a form as the parameter of a query that it is written like.
fn encoding(encoding: &Encoding) -> TokenStream {
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

/// The setter of a body in one of its forms.
pub fn body_setter(body: &Body, imports: &mut Imports) -> TokenStream {
    let setter = format_ident!("{}", body.setter);
    let docs = doc(&body.docs);
    let media_type = &body.media_type;
    let typed = body.ty.as_ref().map(|ty| {
        imports.ty(ty);
        ty.tokens(Place::Elsewhere)
    });
    let list = body.ty.as_ref().and_then(|ty| match ty {
        TypeExpression::Vec(item) => Some(item.tokens(Place::Elsewhere)),
        _ => None,
    });
    let encodings = body.encodings.iter().map(encoding);
    if !body.encodings.is_empty() {
        imports.runtime("Parameter");
    }
    let is_form_data = media_type.starts_with("multipart/form-data");
    let (ty, call) = match (body.kind, typed) {
        (BodyKind::Multipart, Some(ty)) if !is_form_data => (
            quote!(#ty),
            quote!(multipart_of(#media_type, body, &[#(#encodings),*])),
        ),
        (BodyKind::Form, Some(ty)) if !body.encodings.is_empty() => {
            (quote!(&#ty), quote!(form_as(body, &[#(#encodings),*])))
        }
        (BodyKind::Multipart, Some(ty)) if !body.encodings.is_empty() => {
            (quote!(#ty), quote!(multipart_as(body, &[#(#encodings),*])))
        }
        (BodyKind::Json, Some(ty)) if media_type == "application/json" && list.is_some() => (
            quote!(impl IntoIterator<Item = #list>),
            quote!(json(&body.into_iter().collect::<#ty>())),
        ),
        (BodyKind::Json, Some(ty)) if media_type == "application/json" => (quote!(&#ty), quote!(json(body))),
        (BodyKind::Json, Some(ty)) => (quote!(&#ty), quote!(json_as(#media_type, body))),
        (BodyKind::Form, Some(ty)) => (quote!(&#ty), quote!(form(body))),
        (BodyKind::Multipart, Some(ty)) => (quote!(#ty), quote!(multipart(body))),
        (BodyKind::Text, _) => (quote!(impl Into<String>), quote!(text(#media_type, body.into()))),
        _ => {
            imports.runtime("Body");
            (quote!(impl Into<Body>), quote!(raw(#media_type, body.into())))
        }
    };
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
        pub fn #setter(mut self, body: #ty) -> Self {
            self.0.#call;
            self
        }
        #null
    }
}
