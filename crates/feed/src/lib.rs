#![doc = include_str!("../README.md")]

mod delivery;
mod disk;
mod error;
mod feed;
mod fetch;
mod hash;
mod intake;
mod journal;
mod mapping;
mod metrics;
mod progress;
mod recent;
mod serve;
mod settings;
mod sink;
mod source;
mod sources;
mod store;
mod wait;

pub use error::{Error, FeedErrorKind, Setback};
pub use feed::run;
pub use hash::part;
pub use mapping::{KnownMappings, Mapping};
pub use metrics::Metrics;
pub use settings::Settings;
pub use sink::{Spec, bytes};
pub use source::{Fetching, Line, Listing, Pages, Roster, Source};
pub use sources::{Sources, Watch};
