//! Values: what is typed on a command line becomes JSON of the kind that the contract asks for.

mod path;
mod text;
mod time;

pub use path::Assignment;
pub use text::{from_text, is_listed, shown};
pub use time::{Moment, moment};
