//! Paginated lists: page by page, or item by item over all pages.
//!
//! A page leads to the next in one of four ways: the request counts pages, or items; the response
//! holds a cursor that the next request repeats; or it holds the address of the next page.

mod items;
mod list;
mod pages;
mod raw_items;
mod step;
mod walk;
mod wire;

pub use items::Items;
pub use list::List;
pub use pages::Pages;
pub use step::Paging;
