//! The paging of a crate's operations.

use crate::generate::TypeExpression;

/// How an operation returns a list page by page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paging {
    /// How one page leads to the next.
    pub step: Step,
    /// The path of the member that says whether there are more pages.
    pub more: Option<String>,
    /// The field of a page that holds its items; `None` if the page is the list.
    pub items: Option<String>,
    /// Its name on the wire; empty if the page is the list.
    pub wire: String,
    /// Whether that field is a map, whose entries are the items.
    pub is_map: bool,
    /// The type of an item, or of a map's values.
    pub item: TypeExpression,
}

/// How one page leads to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The request counts pages.
    Number {
        /// The place of the number.
        input: PageInput,
        /// The number of the first page, if the contract determines it.
        first: Option<u64>,
        /// The path of the member that holds the page's number.
        current: Option<String>,
        /// The path of the member that holds the number of pages.
        count: Option<String>,
    },
    /// The request holds the number of items to skip.
    Offset {
        /// The place of the number.
        input: PageInput,
        /// The path of the member that holds the number of items.
        total: Option<String>,
    },
    /// The request repeats a value of the response.
    Cursor {
        /// The place in the request.
        input: PageInput,
        /// The place in the response.
        output: PageOutput,
    },
    /// The response holds the address of the next page.
    Link(PageOutput),
}

/// The part of a request that selects a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageInput {
    /// A query parameter, by its name on the wire.
    Query(String),
    /// A member of the JSON body, by its path.
    Body(String),
}

impl PageInput {
    /// The parameter's name, or the member's path.
    pub fn name(&self) -> &str {
        match self {
            Self::Query(name) | Self::Body(name) => name,
        }
    }
}

/// The part of a response that identifies the next page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageOutput {
    /// The member at a path.
    Member(String),
    /// A header.
    Header(String),
}
