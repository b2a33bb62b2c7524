//! Which operations report on something that takes its time, and when that is done: what
//! `x-lorgnette-wait` says, held against the operation.

use super::model::Outcome;
use super::paging::{member, page};
use crate::diagnostics::{Error, Result, Station};
use crate::ir::{Api, Operation, Waiting};

/// When what an operation reports on is done; `None` if it reports on nothing.
///
/// # Errors
///
/// When the operation has a body, so that it cannot be called again and again, or its success has
/// not the member that is named.
pub fn waiting(api: &Api, operation: &Operation, success: &Outcome) -> Result<Option<Waiting>> {
    let Some(said) = &operation.waiting else {
        return Ok(None);
    };
    let wrong = |message: String| {
        let pointer = operation.provenance.child("x-lorgnette-wait");
        let error = Error::new(Station::Refine, pointer.pointer(), message);
        error.help("correct it in the overlay, or remove it")
    };
    if operation.body.as_ref().is_some_and(|body| body.required) {
        return Err(wrong(
            "the operation has a body, and cannot be called again and again to wait for something"
                .to_string(),
        ));
    }
    // A success without a type of its own, such as any JSON, is inspected at run time.
    if let (Some(name), Some((_, object))) = (&said.member, page(api, success))
        && member(api, object, name).is_none()
    {
        return Err(wrong(format!("`{name}` is not a member of the success response")));
    }
    Ok(Some(said.clone()))
}
