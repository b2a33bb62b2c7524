//! The typed model of an API: the content of its contract, with one form for each construct.
//!
//! `lower` builds it from the repaired document. Everything after that reads this model and no JSON
//! document. [`verify()`] and [`verify_names()`] check its invariants.

mod api;
mod marks;
mod names;
mod operation;
mod provenance;
mod server;
mod tags;
#[cfg(test)]
pub(crate) mod testing;
mod types;
mod verify;
mod visit;

pub use api::{Api, Flow, Scheme, SchemeKind, Tag};
pub use marks::{Limit, Pagination, Waiting};
pub use names::verify_names;
pub use operation::{
    Body, Content, FieldEncoding, Header, Location, Operation, Parameter, Response, Security, Status, Words,
};
pub use provenance::Provenance;
pub use server::{Server, absolute};
pub use tags::Branches;
pub use types::{
    Annotations, Branch, Enum, EnumKind, EnumValue, Home, Integer, Member, Object, Shape, Text, Type,
    TypeDef, TypeRef, Union,
};
pub use verify::{verify, verify_types};
