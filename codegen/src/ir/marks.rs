//! Marks of a contract or an overlay on the use of an operation, under our own keys.

use crate::catalogue::Paging;
use serde::Serialize;

/// `x-lorgnette-pagination`: how a list is paged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pagination {
    /// The operation does not page after all.
    None,
    /// It pages so.
    By(Box<Paging>),
}

/// `x-lorgnette-wait`: the operation reports on a job, with the condition under which it is done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// The path of the member that says so; without, any success does.
    pub member: Option<String>,
    /// Its values that mean that it is done.
    pub done: Vec<String>,
    /// The values that mean that it is not done.
    pub pending: Vec<String>,
    /// The values that mean that it failed.
    pub failed: Vec<String>,
    /// Statuses of errors that mean that it is not done.
    pub not_yet: Vec<u16>,
    /// How long to wait between two requests, in seconds.
    pub every: Option<u64>,
    /// How long to wait at most, in seconds.
    pub within: Option<u64>,
}

/// One of `x-lorgnette-limited-by`: a response by which the server says that its rate limit is
/// reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Limit {
    /// Its status.
    pub status: u16,
    /// A required header and its value; an empty value matches any.
    pub header: Option<(String, String)>,
    /// A text in its body.
    pub body: Option<String>,
}
