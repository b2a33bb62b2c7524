//! How the lists of an API page.

use serde::{Deserialize, Serialize};

/// How an API's lists page. An operation pages if it has what one of the ways takes; members of a
/// response are named by their paths, as in `meta.next`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Paging {
    /// The member that holds the address of the next page; with `cursor`, what that takes.
    pub next: Option<String>,
    /// The same as a header. Of `Link`, it is the address with the relation `next`.
    pub next_header: Option<String>,
    /// The parameter of the query, or member of the JSON body, that takes what `next` says.
    pub cursor: Option<String>,
    /// The parameter of the query, or member of the JSON body, that counts pages.
    pub page: Option<String>,
    /// The number of the first page.
    pub first: Option<u64>,
    /// The member that says which page it is.
    pub current: Option<String>,
    /// The member that says how many pages there are.
    pub pages: Option<String>,
    /// The parameter of the query, or member of the JSON body, that says how many items to skip.
    pub offset: Option<String>,
    /// The member that says how many items there are.
    pub total: Option<String>,
    /// The member that says whether there are more pages.
    pub more: Option<String>,
    /// The member that holds the items, in the names that it may have; else it is the only list.
    pub items: Vec<String>,
}
