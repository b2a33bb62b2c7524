//! Prints the arguments of methods and setters: their types, and the conversions of their values.

use super::responses::Imports;
use crate::generate::{Place, TypeExpression};
use crate::refine::Argument;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

/// The type of an argument.
pub fn ty(argument: &Argument<'_>, imports: &mut Imports) -> TokenStream {
    let mut written = |ty: &TypeExpression| {
        imports.ty(ty);
        ty.tokens(Place::Elsewhere)
    };
    match argument {
        Argument::Value(ty) => written(ty),
        Argument::Into(ty) => {
            let ty = written(ty);
            quote!(impl Into<#ty>)
        }
        Argument::DateTime => {
            imports.runtime("IntoDateTime");
            quote!(impl IntoDateTime)
        }
        Argument::Borrow(ty) => {
            let ty = written(ty);
            imports.borrow();
            quote!(impl Borrow<#ty>)
        }
        Argument::List(ty, item) => {
            imports.ty(ty);
            let item = self::ty(item, imports);
            quote!(impl IntoIterator<Item = #item>)
        }
        Argument::Text => quote!(impl Into<String>),
        Argument::Raw => {
            imports.runtime("Body");
            quote!(impl Into<Body>)
        }
    }
}

/// The conversion of the argument `name`: a borrowable expression, or a list of borrowed values for
/// arguments that accept such lists.
pub fn value(argument: &Argument<'_>, name: &Ident) -> TokenStream {
    match argument {
        Argument::Value(_) => quote!(&#name),
        Argument::Into(ty) => {
            let ty = ty.tokens(Place::Elsewhere);
            quote!(&Into::<#ty>::into(#name))
        }
        Argument::DateTime => quote!(&#name.into_date_time()),
        Argument::Borrow(ty) => {
            let ty = ty.tokens(Place::Elsewhere);
            quote!(Borrow::<#ty>::borrow(&#name))
        }
        Argument::List(ty, item) => {
            let ty = ty.tokens(Place::Elsewhere);
            match **item {
                Argument::Into(_) => quote!(&#name.into_iter().map(Into::into).collect::<Vec<#ty>>()),
                Argument::DateTime => {
                    quote!(&#name.into_iter().map(IntoDateTime::into_date_time).collect::<Vec<#ty>>())
                }
                Argument::Borrow(_) => quote!(&lorgnette_runtime::codec::Borrowed::<_, #ty>::of(#name)),
                _ => quote!(&#name.into_iter().collect::<Vec<#ty>>()),
            }
        }
        Argument::Text | Argument::Raw => quote!(#name.into()),
    }
}

/// Sets the argument `name` as the parameter at this index of a call: `.with(..)`.
pub fn with(argument: &Argument<'_>, index: usize, name: &Ident) -> TokenStream {
    let index = Literal::usize_unsuffixed(index);
    let (method, ty) = match argument {
        Argument::Into(ty) => (quote!(with_into), ty.tokens(Place::Elsewhere)),
        Argument::List(ty, item) if **item != Argument::DateTime => {
            (quote!(with_list), ty.tokens(Place::Elsewhere))
        }
        _ => {
            let value = value(argument, name);
            return quote!(.with(#index, #value));
        }
    };
    quote!(.#method::<#ty>(#index, #name))
}

/// The conversion of the argument `name` into an owned value.
pub fn owned(argument: &Argument<'_>, name: &Ident) -> TokenStream {
    match argument {
        Argument::Into(_) => quote!(#name.into()),
        Argument::DateTime => quote!(#name.into_date_time()),
        // Other kinds are not single values, and a scope fixes single values.
        _ => quote!(#name),
    }
}
