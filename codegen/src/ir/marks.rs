//! Marks on operations in a contract or an overlay, under lorgnette's own keys.

use crate::catalogue::Paging;
use serde::Serialize;

/// `x-lorgnette-pagination`: how a list is paged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pagination {
    /// The operation does not page.
    None,
    /// The operation pages in this way.
    By(Box<Paging>),
}

/// `x-lorgnette-wait`: the operation reports on a job, with the condition under which it is done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// The path of the member that reports the state; without it, any success means that the job is
    /// done.
    pub member: Option<String>,
    /// The values of the member that mean that the job is done.
    pub done: Vec<String>,
    /// The values that mean that the job is not done.
    pub pending: Vec<String>,
    /// The values that mean that the job failed.
    pub failed: Vec<String>,
    /// Statuses of errors that mean that the job is not done.
    pub not_yet: Vec<u16>,
    /// The wait between two requests, in seconds.
    pub every: Option<u64>,
    /// The maximum wait, in seconds.
    pub within: Option<u64>,
}

/// An entry of `x-lorgnette-limited-by`: a response that reports a rate limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Limit {
    /// Its status.
    pub status: u16,
    /// A required header and its value; an empty value matches any.
    pub header: Option<(String, String)>,
    /// A required text in its body.
    pub body: Option<String>,
}
