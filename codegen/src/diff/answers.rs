//! Compares responses: declared statuses, and the types of a call's success and error.

use super::change::{Of, code};
use super::rules::Rule;
use super::surface::{Reply, SurfaceOperation};
use crate::document::child;

/// Compares the responses of one operation.
pub fn compare(before: &SurfaceOperation, after: &SurfaceOperation, of: &mut Of<'_>) {
    let same_success = before.success == after.success;
    // An enum by status has a variant for each status; a single type for all has no variant to
    // lose.
    let by_status = before.success.starts_with("responses::");
    if !same_success {
        let what = format!("success: {} → {}", code(&before.success), code(&after.success));
        of.now(Rule::SuccessTypeChanged, child(&after.at, "responses"), what);
    }
    for (status, old) in &before.statuses {
        let Some(new) = after.statuses.get(status).filter(|new| new.error == old.error) else {
            let at = place(before, status);
            match old.error {
                true => of.was(
                    Rule::ErrorStatusRemoved,
                    at,
                    format!("error status {status} is no longer declared"),
                ),
                false if by_status && same_success => {
                    let what = format!("status {status} is no longer declared");
                    of.was(Rule::SuccessVariantRemoved, at, what);
                }
                false => of.was(
                    Rule::SuccessStatusRemoved,
                    at,
                    format!("status {status} is no longer declared"),
                ),
            }
            continue;
        };
        if old.ty != new.ty {
            let what = format!("status {status}: {} → {}", code(&old.ty), code(&new.ty));
            match old.error {
                true => of.now(Rule::ErrorTypeChanged, place(after, status), what),
                false if by_status && same_success => {
                    of.now(Rule::SuccessVariantChanged, place(after, status), what);
                }
                // The success type has changed as a whole, and that is reported.
                false => {}
            }
        }
    }
    for (status, new) in &after.statuses {
        if before
            .statuses
            .get(status)
            .is_some_and(|old| old.error == new.error)
        {
            continue;
        }
        let Reply { error, ty } = new;
        let at = place(after, status);
        if *error {
            let what = format!("error status {status} is declared: {}", code(ty));
            of.now(Rule::ErrorStatusAdded, at, what);
        } else {
            let what = format!("status {status} is declared: {}", code(ty));
            of.now(Rule::SuccessStatusAdded, at, what);
        }
    }
    // Operations whose errors do not contradict each other share an enum.
    if before.error != after.error {
        let shown = |error: &Option<String>| error.as_deref().map_or("none".to_string(), code);
        let what = format!(
            "declared errors: {} → {}",
            shown(&before.error),
            shown(&after.error)
        );
        of.now(Rule::ErrorTypeChanged, child(&after.at, "responses"), what);
    }
}

fn place(operation: &SurfaceOperation, status: &str) -> String {
    child(&child(&operation.at, "responses"), status)
}
