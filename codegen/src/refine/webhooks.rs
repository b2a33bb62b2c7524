//! Turns operations that represent webhooks into webhooks of the crate.

use super::model::{Operation, Outcome, Webhook};
use crate::ir::Api;
use crate::naming::{self, Scope};
use crate::text::Markdown;

/// Removes the webhooks from `operations`, which are those of `api`.
pub fn split(api: &Api, operations: &mut Vec<Operation>) -> Vec<Webhook> {
    let mut variants = Scope::reserving(["Unknown"]);
    let mut webhooks = Vec::new();
    let mut said = api.operations.iter();
    operations.retain(|operation| {
        let Some((said, event)) = said.next().and_then(|said| Some((said, said.webhook.as_ref()?))) else {
            return true;
        };
        // The same event delivered in several ways is one event.
        let is_known = webhooks.iter().any(|known: &Webhook| known.event == *event);
        if let (Outcome::One(payload), false) = (&operation.success, is_known) {
            let words = [&said.words.summary, &said.words.description];
            let words = words.into_iter().find(|text| !text.is_empty());
            webhooks.push(Webhook {
                event: event.clone(),
                variant: variants.claim(&naming::type_name(event)),
                payload: payload.clone(),
                docs: words.map_or_else(|| Markdown::code(event), |text| Markdown::prose(text)),
                tag: operation.tag,
                place: said.provenance.pointer().to_string(),
            });
        }
        false
    });
    webhooks
}
