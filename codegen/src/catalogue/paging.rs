//! Settings for how the lists of an API page.

use serde::{Deserialize, Serialize};

/// How an API's lists page. An operation pages if it has the parameter and the members that one of
/// the ways requires. Members of a response are named by their paths, as in `meta.next`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Paging {
    /// The member that holds the address of the next page, or with `cursor`, the next cursor.
    pub next: Option<String>,
    /// The header that holds the same. In `Link`, it is the address with the relation `next`.
    pub next_header: Option<String>,
    /// The query parameter, or member of the JSON body, that takes the cursor of `next`.
    pub cursor: Option<String>,
    /// The query parameter, or member of the JSON body, that counts pages.
    pub page: Option<String>,
    /// The number of the first page.
    pub first: Option<u64>,
    /// The member that holds the page number.
    pub current: Option<String>,
    /// The member that holds the number of pages.
    pub pages: Option<String>,
    /// The query parameter, or member of the JSON body, that holds the number of items to skip.
    pub offset: Option<String>,
    /// The member that holds the number of items.
    pub total: Option<String>,
    /// The member that says whether there are more pages.
    pub more: Option<String>,
    /// The possible names of the member that holds the items; by default, it is the only list.
    pub items: Vec<String>,
}
