//! What a contract or an overlay says of how an operation is used, under keys of ours.

use serde::Serialize;

/// `x-lorgnette-pagination`: how a list is given in pages. Members are named by their paths.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Pagination {
    /// Whether the operation does not page after all.
    pub none: bool,
    /// The member that holds the address of the next page; with `cursor`, what that takes.
    pub next: Option<String>,
    /// The same as a header.
    pub next_header: Option<String>,
    /// What of the request takes what `next` says.
    pub cursor: Option<String>,
    /// What of the request counts pages.
    pub page: Option<String>,
    /// The number of the first page.
    pub first: Option<u64>,
    /// The member that says which page it is.
    pub current: Option<String>,
    /// The member that says how many pages there are.
    pub pages: Option<String>,
    /// What of the request says how many items to skip.
    pub offset: Option<String>,
    /// The member that says how many items there are.
    pub total: Option<String>,
    /// The member that says whether there are more pages.
    pub more: Option<String>,
    /// The member that holds the items.
    pub items: Option<String>,
}

/// `x-lorgnette-wait`: the operation reports on something that takes its time, and when that is
/// done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// The path of the member that says so; without, any success does.
    pub member: Option<String>,
    /// Its values that mean that it is done.
    pub done: Vec<String>,
    /// Those that mean that it is not.
    pub pending: Vec<String>,
    /// Those that mean that it failed.
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
    /// A header that it has, and the value; an empty one stands for any.
    pub header: Option<(String, String)>,
    /// A text in its body.
    pub body: Option<String>,
}
