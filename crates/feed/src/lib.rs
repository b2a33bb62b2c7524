#![doc = include_str!("../README.md")]

mod delivery;
mod error;
mod feed;
mod journal;
mod mapping;
mod metrics;
mod recent;
mod sink;
mod source;
mod store;

pub use error::{Error, Kind, Setback};
pub use feed::{Settings, run};
pub use mapping::{Known, Mapping};
pub use metrics::{Metrics, serve};
pub use sink::{Spec, bytes};
pub use source::{Fetching, Line, Pages, Source};
