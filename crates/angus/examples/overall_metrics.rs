//! Fetches the overall metrics of the last 24 hours, and prints them as JSON.
//!
//! `ANGUS_USERNAME`, `ANGUS_CLIENT_ID` and `ANGUS_ACCESS_TOKEN` hold the credentials of the stream.
//! `ANGUS_URL` and `ANGUS_CONSOLE_URL` may name other servers than those of Angus.ai, for data and
//! for tokens.

use angus::v1::types::{Metric, TimeBucket};
use angus::{CONSOLE_URL, StreamCredentials};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut builder = angus::v1_builder(StreamCredentials::from_env()?);
    if let Ok(url) = std::env::var("ANGUS_URL") {
        builder = builder.base_url(&url).allow_http_on_loopback();
    }
    if let Ok(url) = std::env::var("ANGUS_CONSOLE_URL") {
        builder = builder.server(CONSOLE_URL, &url).allow_http_on_loopback();
    }
    let client = builder.build()?;

    let now = chrono::Utc::now().fixed_offset();
    let day = client
        .entities_list()
        .metrics(vec![
            Metric::PassingBy,
            Metric::Interested,
            Metric::StopTime,
            Metric::AttentionTime,
            Metric::Category,
            Metric::Gender,
            Metric::Satisfaction,
        ])
        .from_date(now - chrono::TimeDelta::hours(24))
        .to_date(now)
        .time(TimeBucket::Global)
        .send()
        .await?;
    println!("{}", serde_json::to_string_pretty(&day.entities)?);
    Ok(())
}
