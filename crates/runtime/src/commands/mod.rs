//! Tables for programs that call operations by name. They describe what an API offers, in `static`s
//! of its generated crate.
//!
//! A generated crate contains them behind its feature `cli`, as `cli::API`. They add the
//! descriptions and kinds that operation descriptors leave out; the [`Operation`](crate::Operation)
//! of a [`Command`] describes how a request is written. A program makes a [`Call`](crate::Call)
//! from it, sets JSON values, and reads any response.
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
