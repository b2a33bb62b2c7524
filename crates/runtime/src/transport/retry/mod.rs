//! Decides whether a request is sent again, and when, by a policy and a budget for all calls of a
//! client. This module neither sends nor waits.

mod budget;
mod policy;

pub use budget::RetryBudget;
pub use policy::{Attempt, Decision, Failure, Retry, RetryPolicy, Stop, decide, is_idempotent, retry_after};
