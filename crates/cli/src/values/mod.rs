//! Values: converts command-line text to JSON of the kind that the contract declares.

mod path;
mod text;
mod time;

pub use path::Assignment;
pub use text::{from_text, is_listed, shown};
pub use time::{Moment, moment};
