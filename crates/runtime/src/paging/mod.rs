//! Lists that come in pages: a page at a time, or item by item over all of them.
//!
//! A page leads to the next in one of two ways: a query parameter counts pages up, or the answer
//! holds a link. All else that APIs do (`limit` with `offset`, cursors, full or relative addresses)
//! is in the link.

mod list;
mod pages;
mod step;
mod walk;

pub use list::List;
pub use pages::{Items, Pages};
pub use step::Paging;
