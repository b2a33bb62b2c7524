//! The programs with plain reqwest and serde: renewed tokens, all pages, retries, and types for
//! responses.

pub mod agent_incidents;
pub mod agent_report;
pub mod corps;
pub mod export_requests;
mod http;
pub mod import_cameras;
pub mod live_channel;
pub mod overall_metrics;
mod token;
mod vxg;
