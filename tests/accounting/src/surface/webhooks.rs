//! Reads the webhooks that a vendor's server sends, by event.

use super::tables::comma;
use super::types::{calls, parse};
use super::{RustType, Surface};
use syn::parse::{Parse, ParseStream};
use syn::{Ident, Result};

/// Reads the events of the `webhooks` module.
pub(super) fn read(file: &syn::File, surface: &mut Surface) -> std::result::Result<(), String> {
    for (_, tokens) in calls(file) {
        let table: WebhooksTable = parse(tokens)?;
        for (event, payload) in &table.events {
            surface.webhooks.insert(event.clone(), RustType::read(payload)?);
        }
    }
    Ok(())
}

/// `webhooks!(Name { "event" Variant(Payload), ... })`
struct WebhooksTable {
    /// The events, each with the type of its body.
    events: Vec<(String, syn::Type)>,
}

impl Parse for WebhooksTable {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        input.call(syn::Attribute::parse_outer)?;
        input.parse::<Ident>()?;
        let table;
        syn::braced!(table in input);
        let mut events = Vec::new();
        while !table.is_empty() {
            table.call(syn::Attribute::parse_outer)?;
            let event = table.parse::<syn::LitStr>()?.value();
            table.parse::<Ident>()?;
            let payload;
            syn::parenthesized!(payload in table);
            events.push((event, payload.parse()?));
            comma(&table)?;
        }
        Ok(Self { events })
    }
}
