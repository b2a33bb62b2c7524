//! Checks `x-lorgnette-wait` against its operation: operations that report on a job, and the
//! condition under which it is done.

use super::model::Outcome;
use super::paging::{member, page};
use crate::diagnostics::{Error, Result, Station};
use crate::ir::{Api, Operation, Waiting};

/// The condition under which the reported job is done; `None` if the operation reports on none.
///
/// # Errors
///
/// When the operation has a body, so that it cannot be called repeatedly, or its success lacks the
/// named member.
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
            "the operation has a body, so it cannot be called repeatedly to wait for a job".to_string(),
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
