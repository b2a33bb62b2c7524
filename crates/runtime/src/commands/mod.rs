//! Tables for programs that call operations by name: what an API offers, in `static`s of its
//! generated crate.
//!
//! A generated crate has them behind its feature `cli`, as `cli::API`. They say in words and kinds
//! what the operation descriptors leave out; how a request is written is in the
//! [`Operation`](crate::Operation) that a [`Command`] names. A program makes a
//! [`Call`](crate::Call) of that, gives it values of JSON, and reads whatever comes back.
//!
//! The tables are written by [`command!`](crate::command!) and
//! [`command_type!`](crate::command_type!).

mod command;
mod kind;
mod macros;
mod paging;

pub use crate::shell::word as shell_word;
pub use command::{
    Api, Argument, Body, Command, Format, Given, Place, Response, Scheme, SchemePlace, Tag, argument,
};
pub use kind::{Kind, Member, Shape, Type};
pub use paging::Paged;
