//! Whether a request is sent again, and when: a pure decision by a policy, and a budget for all
//! calls of a client. Nothing is sent or waited for here.

mod budget;
mod policy;

pub use budget::RetryBudget;
pub use policy::{Attempt, Decision, Failure, Retry, RetryPolicy, Stop, decide, is_idempotent, retry_after};
