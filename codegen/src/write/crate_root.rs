//! Prints `lib.rs` and the client of a generated crate.

use super::descriptors::alternatives;
use super::marks;
use super::source::{Mark, doc, rust_file};
use crate::catalogue::{Entry, is_public};
use crate::diagnostics::Result;
use crate::refine::model::{Def, Model};
use crate::text::Markdown;
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The documentation in `lib.rs` of the tables for command-line programs.
pub const COMMANDS: &str = "#[cfg(feature = \"cli\")]\n#[rustfmt::skip]\npub mod cli;\n";

/// Lints whose advice would change names and types with each change of the contract, and so break
/// callers: boxing large values, renaming modules, taking fewer arguments.
pub const ALLOWED: &str = "#![allow(\n    clippy::large_enum_variant,\n    clippy::module_inception,\n    clippy::too_many_arguments,\n    reason = \"sizes, names and arguments are the contract's choice\"\n)]\n\n";

/// The files, by path.
///
/// # Errors
///
/// When a file is not valid Rust.
pub fn files(model: &Model, api: &Entry, mark: &Mark) -> Result<BTreeMap<String, String>> {
    Ok(BTreeMap::from([
        ("src/lib.rs".to_string(), lib(model, mark)),
        ("src/client.rs".to_string(), client(model, api, mark)?),
    ]))
}

/// `lib.rs` is formatted here, since rustfmt reads this file, and only this one.
fn lib(model: &Model, mark: &Mark) -> String {
    let mut text = mark.rust();
    text.push_str("#![doc = include_str!(\"../README.md\")]\n");
    text.push_str("#![cfg_attr(docsrs, feature(doc_cfg))]\n");
    text.push_str(ALLOWED);
    let modules = [
        ("mod client", true),
        ("mod disabled", true),
        ("pub mod operations", true),
        ("pub mod responses", !model.statuses.is_empty()),
        ("pub mod scopes", !model.scopes.is_empty()),
        ("pub mod types", !model.types.is_empty()),
    ];
    let has_deprecated = has_deprecated(model);
    text.push_str(COMMANDS);
    for (module, _) in modules.iter().filter(|(_, there)| *there) {
        text.push_str("#[rustfmt::skip]\n");
        if has_deprecated && ["pub mod operations", "pub mod responses", "pub mod types"].contains(module) {
            text.push_str("#[allow(deprecated, reason = \"a crate names what it deprecates\")]\n");
        }
        text.push_str(module);
        text.push_str(";\n");
    }
    if let Some(tag) = model
        .webhooks
        .first()
        .and_then(|webhook| model.tags.get(webhook.tag))
    {
        let feature = crate::text::rust(&tag.feature());
        let _ = write!(
            text,
            "#[cfg(feature = {feature})]\n#[rustfmt::skip]\npub mod webhooks;\n"
        );
    }
    text.push_str("\npub use client::Client;\npub use lorgnette_runtime as runtime;\n");
    text.push_str("#[cfg(feature = \"mock\")]\npub use lorgnette_runtime::mock;\n");
    text
}

/// Whether the crate has deprecated types, members or values.
fn has_deprecated(model: &Model) -> bool {
    model.types.iter().any(|item| {
        let members = match &item.shape {
            Def::Object { members, .. } => members.as_slice(),
            _ => &[],
        };
        item.deprecated || members.iter().any(|member| member.deprecated)
    })
}

fn client(model: &Model, api: &Entry, mark: &Mark) -> Result<String> {
    let docs = doc(&Markdown::filled(
        "A client for {}. Cloning is cheap: clones share connections, credentials and limits.\n\n\
         Operations are methods, a block and a cargo feature for each tag. The features are these:\n\n\
         | feature | operations |\n|---|---|\n{}",
        &[&Markdown::line(&api.title), &tags(model)],
    ));
    let base = model.base_url.as_ref().map(|base| {
        let docs = doc(&Markdown::ours(if is_public(base) {
            "The address of the vendor's own service."
        } else {
            "The address that the contract names. It cannot be reached from elsewhere."
        }));
        quote! {
            #docs
            pub const BASE_URL: &'static str = #base;
        }
    });
    // A description by someone other than the vendor may be wrong.
    let lenient = api.is_described().then(|| quote!(.lenient()));
    let patience = api.is_described().then(|| {
        doc(&Markdown::ours(
            "\nA response member that does not match its type is kept unchanged and read as absent, since the contract is \
             our own description; see [`ClientBuilder::strict`].",
        ))
    });
    let security = usual_security(model);
    let limits = marks::limits(&model.limited_by);
    let (limits, limited_by) = limits
        .map(|limits| {
            let limits = quote! {
                /// Responses that report a rate limit, in addition to status 429.
                const LIMITED_BY: &[lorgnette_runtime::LimitResponse] = #limits;
            };
            (limits, quote!(.limited_by(LIMITED_BY)))
        })
        .unzip();
    let items = quote! {
        use lorgnette_runtime::{AnyOperation, BuildError, ClientBuilder, Method, RawRequest};

        /// Requests that the contract does not know, with the credentials that most of its operations take.
        static ANY: AnyOperation = AnyOperation::new(#security);

        #limits

        #docs
        #[derive(Clone, Debug)]
        pub struct Client { inner: lorgnette_runtime::Client }

        impl Client {
            #base

            /// A client for the service at `base_url`, without credentials and with the runtime's
            /// defaults.
            ///
            /// # Errors
            ///
            /// When `base_url` is not an `https` or `http` address, or TLS cannot be set up.
            pub fn new(base_url: &str) -> Result<Self, BuildError> {
                Self::builder(base_url).build()
            }

            /// Settings for a client of the service at `base_url`: authentication, timeouts, retries, the HTTP client to use.
            #patience
            pub fn builder(base_url: &str) -> ClientBuilder<Self> {
                ClientBuilder::new(base_url, env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")) #lenient #limited_by
            }

            /// A request that the contract does not know, with the credentials, retries and limits of this client. `path` begins
            /// with a slash, stands below the client's address, and may have a query; values in it are encoded already.
            pub fn request(&self, method: Method, path: &str) -> RawRequest<'_> {
                RawRequest::new(&self.inner, &ANY, &method, path)
            }
        }

        impl From<lorgnette_runtime::Client> for Client {
            fn from(inner: lorgnette_runtime::Client) -> Self {
                Self { inner }
            }
        }

        impl AsRef<lorgnette_runtime::Client> for Client {
            fn as_ref(&self) -> &lorgnette_runtime::Client {
                &self.inner
            }
        }
    };
    rust_file(mark, &Markdown::ours("The client."), items)
}

/// The security that most operations with credentials have.
fn usual_security(model: &Model) -> TokenStream {
    let mut counts: BTreeMap<&[Vec<String>], usize> = BTreeMap::new();
    for operation in &model.operations {
        if operation.needs_credentials() {
            *counts.entry(&operation.security).or_default() += 1;
        }
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    alternatives(most.map_or(&[], |(security, _)| security))
}

/// The tags as a table: the name in the contract, the required feature, and the methods.
fn tags(model: &Model) -> Markdown {
    let rows = model.tags.iter().enumerate().map(|(index, tag)| {
        let operations = model.operations.iter();
        let methods = operations
            .filter(|operation| operation.tag == index)
            .map(|operation| &operation.name);
        Markdown::filled(
            "| {} | {} |",
            &[&Markdown::code(&tag.feature()), &Markdown::codes(methods, ", ")],
        )
    });
    Markdown::joined(rows, "\n")
}
