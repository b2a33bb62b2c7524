//! The differences between two states of a contract from the view of a caller of the generated
//! crate, with their consequences.
//!
//! The pipeline builds the model of a crate for both states, with their overlays: a repair in an
//! overlay can change the crate as much as the vendor can. The model becomes a
//! [`Surface`](surface::Surface), and [`compare()`] lists how two surfaces differ. Nothing here
//! reads a file: the states are passed as strings.

mod answers;
mod change;
mod changelog;
mod compare;
mod history;
mod operations;
mod pair;
mod read;
mod record;
mod render;
mod rules;
pub mod surface;
mod types;
mod version;

pub use change::{Change, Subject, step};
pub use compare::compare;
pub use history::{History, Prepared, RECORD, Release, last_release, next, release};
pub use read::surface;
pub use record::{Record, read as read_record};
pub use render::Report;
pub use rules::{Bump, Rule};
pub use version::{FIRST, breaks, is_breaking, next as next_version};
