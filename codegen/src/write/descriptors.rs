//! Prints the descriptor of an operation: the table from which the runtime builds a request.

use super::bodies::{nested, styled};
use super::marks;
use crate::document::METHODS;
use crate::generate::TypeExpression;
use crate::refine::model::{Location, Operation, Parameter};
use heck::{ToShoutySnakeCase, ToSnakeCase};
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

/// The name of the operation's table.
pub fn descriptor_name(operation: &Operation) -> proc_macro2::Ident {
    format_ident!("{}", operation.name.to_shouty_snake_case())
}

/// The operation as a table that the runtime reads.
pub fn descriptor(operation: &Operation) -> TokenStream {
    let name = descriptor_name(operation);
    let (id, path) = (&operation.id, &operation.path);
    let is_known = METHODS.contains(&operation.method.to_lowercase().as_str()) && operation.method != "QUERY";
    let method = format_ident!("{}", if is_known { &operation.method } else { "POST" });
    let custom = (!is_known).then(|| {
        let name = &operation.method;
        quote!(; custom_method(#name))
    });
    let parameters = operation.parameters.iter().map(parameter);
    let accept = match operation.accept.as_str() {
        "application/json" => None,
        "" => Some(quote!(; accept("*/*"))),
        accept => Some(quote!(; accept(#accept))),
    };
    let body = operation.body_required.then(|| quote!(; body_required()));
    let server = operation.server.as_ref().map(|server| quote!(; server(#server)));
    let security = operation.needs_credentials().then(|| {
        let alternatives = alternatives(&operation.security);
        quote!(; security(#alternatives))
    });
    let retry = (!operation.retry.is_empty()).then(|| {
        let statuses = operation
            .retry
            .iter()
            .map(|status| Literal::u16_unsuffixed(*status));
        quote!(; retry_on(&[#(#statuses),*]))
    });
    let repeatable = operation.is_repeatable.then(|| quote!(; repeatable()));
    let limits = marks::limits(&operation.limited_by);
    let limits = limits.map(|limits| quote!(; limited_by(#limits)));
    let key = operation
        .idempotency_key
        .as_ref()
        .map(|key| quote!(; idempotency_key(#key)));
    quote! {
        lorgnette_runtime::operation!(#name: #id #method #path #(, #parameters)* #custom #accept #body #server #security #retry #repeatable #limits #key);
    }
}

/// Alternatives of security schemes, each with those that are required together.
pub fn alternatives(security: &[Vec<String>]) -> TokenStream {
    let together = security.iter().map(|schemes| quote!(&[#(#schemes),*]));
    quote!(&[#(#together),*])
}

fn parameter(parameter: &Parameter) -> TokenStream {
    let wire = &parameter.wire;
    let location = match parameter.location {
        Location::Path => quote!(path),
        Location::Query => quote!(query),
        Location::Header => quote!(header),
        Location::Cookie => quote!(cookie),
    };
    let required = (parameter.required && parameter.location != Location::Path).then(|| quote!(.required()));
    // The meaning of the location itself is not repeated.
    let (style, explode) = match parameter.location {
        Location::Path | Location::Header => ("simple", false),
        Location::Query | Location::Cookie => ("form", true),
    };
    let style_differs = (parameter.style != style).then(|| styled(&parameter.style));
    let may_be_compound = !matches!(&parameter.ty, TypeExpression::Plain(name) if *name != "Value");
    let explode_differs = (parameter.explode != explode && may_be_compound).then(|| {
        let explode = parameter.explode;
        quote!(.explode(#explode))
    });
    let reserved = parameter.allow_reserved.then(|| quote!(.allow_reserved()));
    let offset = parameter.numeric_offset.then(|| quote!(.numeric_offset()));
    let nested = nested(&parameter.nested);
    let content = parameter.content.iter().map(|content| quote!(.content(#content)));
    // Errors name the setter; its usual name is omitted.
    let setter = (parameter.wire.to_snake_case() != parameter.setter).then(|| {
        let setter = &parameter.setter;
        quote!(.setter(#setter))
    });
    quote!(#location #wire #required #style_differs #explode_differs #reserved #offset #nested #(#content)* #setter)
}
