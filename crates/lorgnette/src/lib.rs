//! The tool `lorgnette`: typed Rust clients from OpenAPI and Swagger contracts, in any repository.
//!
//! `lorgnette-codegen` maps strings to strings; all input and output around it happens here.

pub mod about;
pub mod adopt;
pub mod build;
pub mod bundle;
pub mod catalogue;
pub mod commands;
pub mod compare;
pub mod diff;
pub mod digest;
pub mod failure;
pub mod fetch;
pub mod files;
pub mod generate;
pub mod init;
pub mod list;
pub mod manifest;
pub mod names;
pub mod new;
pub mod paths;
pub mod places;
pub mod poor;
pub mod regen;
pub mod release;
pub mod remove;
pub mod rename;
pub mod scheme;
pub mod show;
pub mod stage;
mod unified;
pub mod workspace;
pub mod write;
