//! The `cli` module of a generated crate: its operations as tables for command-line programs,
//! behind the feature of that name.
//!
//! A table adds to the operation's descriptor what a program needs to describe an operation and
//! accept values: names, descriptions, kinds of values, the content of a success. It contains no
//! code, so hundreds of operations compile quickly.

mod aliases;
mod kinds;

use super::descriptors::descriptor_name;
use super::source::{Mark, condition, rust_file};
use super::{bodies, marks};
use crate::catalogue::Entry;
use crate::diagnostics::Result;
use crate::generate::TypeExpression;
use crate::refine::model::{
    BodyKind, CrateBody, Model, Operation, Outcome, Paging, Parameter, Payload, SchemeKind, Status, Tag,
};
use crate::text::Markdown;
use aliases::{AliasBasis, aliases};
use kinds::{Kinds, beyond};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use std::collections::BTreeMap;

/// The files of the `cli` module, by path.
///
/// # Errors
///
/// When a file is not valid Rust.
pub fn files(model: &Model, api: &Entry, mark: &Mark) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    let mut reached = Vec::new();
    for (index, tag) in model.tags_of_operations() {
        let operations = model.operations.iter().filter(|operation| operation.tag == index);
        let mut kinds = Kinds::new(model);
        let items = tag_items(tag, &operations.collect::<Vec<_>>(), &mut kinds);
        let header = Markdown::filled("Commands of {}.", &[&Markdown::line(&tag.name)]);
        files.insert(
            format!("src/cli/tags/{}.rs", tag.module),
            rust_file(mark, &header, items)?,
        );
        reached.extend(kinds.take_reached());
    }
    let types = types(model, reached);
    let has_types = types.is_some();
    if let Some(items) = types {
        let header = Markdown::ours("The types of bodies, parameters and responses.");
        files.insert("src/cli/types.rs".into(), rust_file(mark, &header, items)?);
    }
    let header = Markdown::filled(
        "The operations of {} as tables, for command-line programs.",
        &[&Markdown::line(&api.title)],
    );
    files.insert(
        "src/cli/mod.rs".into(),
        rust_file(mark, &header, root(model, api, has_types))?,
    );
    Ok(files)
}

fn root(model: &Model, api: &Entry, has_types: bool) -> TokenStream {
    let mut tags: Vec<&Tag> = model.tags_of_operations().map(|(_, tag)| tag).collect();
    tags.sort_by(|one, other| one.module.cmp(&other.module));
    let modules = tags.iter().map(|tag| {
        let (feature, module) = (tag.feature(), format_ident!("{}", tag.module));
        quote!(#[cfg(feature = #feature)] pub mod #module;)
    });
    let entries = model.tags_of_operations().map(|(_, tag)| {
        let (feature, module) = (tag.feature(), format_ident!("{}", tag.module));
        quote!(#[cfg(feature = #feature)] &tags::#module::TAG)
    });
    let types = has_types.then(|| {
        quote! {
            #[allow(dead_code, reason = "some are used by errors only")]
            mod types;
        }
    });
    let (title, version) = (crate::text::line(&api.title, crate::text::LONG), &model.version);
    let base = match &model.base_url {
        Some(url) => quote!(Some(#url)),
        None => quote!(None),
    };
    let schemes = model.schemes.iter().map(|(name, kind)| {
        let place = scheme(kind);
        quote!(Scheme { name: #name, place: SchemePlace::#place })
    });
    let names = match model.schemes.is_empty() {
        true => quote!(Api),
        false => quote!({Api, Scheme, SchemePlace}),
    };
    quote! {
        #types

        /// A table for each tag.
        pub mod tags {
            #(#modules)*
        }

        use lorgnette_runtime::commands::#names;

        /// The API as commands.
        pub static API: Api = Api {
            title: #title,
            version: #version,
            base_url: #base,
            schemes: &[#(#schemes),*],
            tags: &[#(#entries),*],
        };
    }
}

fn scheme(kind: &SchemeKind) -> TokenStream {
    match kind {
        SchemeKind::ApiKey { location, name } => match location.as_str() {
            "query" => quote!(Query(#name)),
            "cookie" => quote!(Cookie(#name)),
            _ => quote!(Header(#name)),
        },
        SchemeKind::Http { scheme } if scheme.eq_ignore_ascii_case("basic") => quote!(Authorization("Basic")),
        SchemeKind::Http { scheme } if !scheme.eq_ignore_ascii_case("bearer") => {
            quote!(Authorization(#scheme))
        }
        SchemeKind::Http { .. } | SchemeKind::OAuth2 { .. } | SchemeKind::OpenIdConnect { .. } => {
            quote!(Authorization("Bearer"))
        }
        SchemeKind::Other(_) => quote!(Elsewhere),
    }
}

fn tag_items(tag: &Tag, operations: &[&Operation], kinds: &mut Kinds<'_>) -> TokenStream {
    let names: Vec<String> = operations
        .iter()
        .map(|operation| name(operation, operations))
        .collect();
    let requests = operations.iter().zip(&names).map(|(operation, name)| AliasBasis {
        method: &operation.method,
        path: &operation.path,
        name,
    });
    let aliases = aliases(&requests.collect::<Vec<_>>());
    let commands = operations.iter().zip(&names).zip(aliases);
    let commands: Vec<TokenStream> = commands
        .map(|((operation, name), alias)| command(tag, operation, name, alias, kinds))
        .collect();
    let descriptors = operations.iter().map(|operation| descriptor_name(operation));
    let (name, command) = (
        crate::text::line(&tag.name, crate::text::LONG),
        tag.module.replace('_', "-"),
    );
    let about = Markdown::prose(&tag.description).plain();
    let module = format_ident!("{}", tag.module);
    let types = kinds.has_reached().then(|| {
        quote!(
            use crate::cli::types;
        )
    });
    let is_form = |body: &CrateBody| !body.encodings.is_empty();
    let forms = operations
        .iter()
        .flat_map(|operation| &operation.bodies)
        .any(is_form);
    let parameter = forms.then(|| {
        quote!(
            use lorgnette_runtime::Parameter;
        )
    });
    quote! {
        #types
        use crate::operations::#module;
        #parameter
        use lorgnette_runtime::commands::Tag;

        /// The commands of the tag.
        pub static TAG: Tag = Tag {
            name: #name,
            command: #command,
            about: #about,
            commands: &[#(&#descriptors),*],
        };

        #(#commands)*
    }
}

/// The name of a command: that of the method, without the suffix that distinguishes it from a Rust
/// keyword.
fn name(operation: &Operation, operations: &[&Operation]) -> String {
    let name = operation.name.trim_end_matches('_');
    let is_taken = operations.iter().any(|other| other.name == name);
    let name = if is_taken { operation.name.as_str() } else { name };
    name.replace('_', "-")
}

fn command(
    tag: &Tag,
    operation: &Operation,
    name: &str,
    alias: Option<&'static str>,
    kinds: &mut Kinds<'_>,
) -> TokenStream {
    let (module, descriptor) = (format_ident!("{}", tag.module), descriptor_name(operation));
    let about = operation.summary.plain();
    let details = details(operation);
    let details = (!details.is_empty()).then(|| quote!(; details(#details)));
    let alias = alias.map(|alias| quote!(; alias(#alias)));
    let arguments: Vec<TokenStream> = operation
        .parameters
        .iter()
        .map(|parameter| argument(parameter, kinds))
        .collect();
    let arguments = (!arguments.is_empty()).then(|| quote!(; arguments(#(#arguments),*)));
    let bodies: Vec<TokenStream> = operation
        .bodies
        .iter()
        .map(|body| self::body(body, kinds))
        .collect();
    let bodies = (!bodies.is_empty()).then(|| quote!(; bodies(#(#bodies),*)));
    let response = match is_redirect(operation, kinds.model) {
        true => Some(quote!(Redirect)),
        false => success(operation, kinds.model).and_then(|payload| response(payload, kinds)),
    };
    let response = response.map(|response| quote!(; response(#response)));
    let paging = operation.paging.as_ref();
    let paged = paging.and_then(|paging| paged(operation, paging, kinds));
    let paged = paged.map(|paged| quote!(; paged(#paged)));
    let until = marks::until(operation).map(|until| quote!(; until(#until)));
    let deprecated = operation.deprecated.as_ref().map(|why| {
        let why = why.plain();
        quote!(; deprecated(#why))
    });
    quote! {
        lorgnette_runtime::command!(
            #descriptor of #module: #name #about
            #alias #deprecated #details #arguments #bodies #response #paged #until
        );
    }
}

/// The documentation of an operation apart from its first line, its request and its sources;
/// programs take those from the descriptor or leave them out.
fn details(operation: &Operation) -> String {
    let request = format!("`{} {}`", operation.method, operation.path);
    let plain = operation.docs.plain();
    let paragraphs = plain.split("\n\n");
    let mut paragraphs: Vec<&str> = paragraphs
        .take_while(|paragraph| !paragraph.starts_with(&request))
        .collect();
    if paragraphs
        .first()
        .is_some_and(|first| *first == operation.summary.plain())
    {
        paragraphs.remove(0);
    }
    paragraphs.join("\n\n")
}

fn argument(parameter: &Parameter, kinds: &mut Kinds<'_>) -> TokenStream {
    let about = parameter.docs.plain();
    let kind = kinds.of_said(&parameter.ty, &about);
    let about = beyond(&about, &parameter.wire);
    quote!(#kind #about)
}

fn body(body: &CrateBody, kinds: &mut Kinds<'_>) -> TokenStream {
    let media_type = &body.media_type;
    let sent_as = Markdown::filled("Sent as {}.", &[&Markdown::code(media_type)]).plain();
    let about = body.docs.plain().replace(&sent_as, "").trim().to_string();
    let encodings: Vec<TokenStream> = body.encodings.iter().map(bodies::encoding).collect();
    let format = match body.kind {
        BodyKind::Json => quote!(Json),
        BodyKind::Form => quote!(Form [#(#encodings),*]),
        BodyKind::Multipart => quote!(Multipart [#(#encodings),*]),
        BodyKind::Text => quote!(Text),
        BodyKind::Raw => quote!(Raw),
    };
    let any = TypeExpression::any();
    let kind = kinds.of(body.ty.as_ref().unwrap_or(&any));
    quote!(#format #media_type #kind #about)
}

/// The content of a success; of several forms by status, the most detailed one.
fn success<'m>(operation: &'m Operation, model: &'m Model) -> Option<&'m Payload> {
    match &operation.success {
        Outcome::One(payload) => Some(payload),
        Outcome::Several(name) => {
            let statuses = model.statuses.iter().find(|statuses| statuses.name == *name)?;
            let successes = statuses
                .responses
                .iter()
                .filter(|response| match response.status {
                    Status::Code(code) => (200..300).contains(&code),
                    Status::Range(hundred) => hundred == 2,
                    Status::Default => true,
                });
            let payloads = successes.map(|response| &response.payload);
            payloads.min_by_key(|payload| match payload {
                Payload::Events(_) => 0,
                Payload::Lines(_) => 1,
                Payload::Json(_) => 2,
                Payload::Bytes => 3,
                Payload::Text => 4,
                Payload::Empty => 5,
            })
        }
    }
}

/// Whether a success is a redirect, whatever its status.
fn is_redirect(operation: &Operation, model: &Model) -> bool {
    let Outcome::Several(name) = &operation.success else {
        return false;
    };
    let statuses = model.statuses.iter().find(|statuses| statuses.name == *name);
    let responses = || statuses.into_iter().flat_map(|statuses| &statuses.responses);
    let leads_on = |status: Status| matches!(status, Status::Code(300..=399) | Status::Range(3));
    responses().next().is_some() && responses().all(|response| leads_on(response.status))
}

fn response(payload: &Payload, kinds: &mut Kinds<'_>) -> Option<TokenStream> {
    Some(match payload {
        Payload::Empty => return None,
        Payload::Text => quote!(Text),
        Payload::Bytes => quote!(Bytes),
        Payload::Json(ty) => {
            let kind = kinds.of(ty);
            quote!(Json #kind)
        }
        Payload::Events(ty) => {
            let kind = kinds.of(ty);
            quote!(Events #kind)
        }
        Payload::Lines(ty) => {
            let kind = kinds.of(ty);
            quote!(Lines #kind)
        }
    })
}

fn paged(operation: &Operation, paging: &Paging, kinds: &mut Kinds<'_>) -> Option<TokenStream> {
    // A list can only be requested as a whole if its pages are JSON.
    if !matches!(success(operation, kinds.model)?, Payload::Json(_)) {
        return None;
    }
    let (step, items) = (marks::paging(paging), &paging.wire);
    let item = kinds.of(&paging.item);
    Some(quote!(#step, #items #item))
}

/// The types that commands use, as statics that are named as in `types`; `None` if there are none.
fn types(model: &Model, reached: Vec<String>) -> Option<TokenStream> {
    let mut kinds = Kinds::new(model);
    let mut pending = reached;
    let mut done: BTreeMap<String, TokenStream> = BTreeMap::new();
    while let Some(name) = pending.pop() {
        let Some(item) = model.types.iter().find(|item| item.name == name) else {
            continue;
        };
        if done.contains_key(&name) {
            continue;
        }
        let condition = condition(model, &item.tags);
        let definition = kinds.definition(item);
        done.insert(name, quote!(#condition #definition));
        pending.extend(kinds.take_reached());
    }
    if done.is_empty() {
        return None;
    }
    let items = done.values();
    Some(quote!(#(#items)*))
}
