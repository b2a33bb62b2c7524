//! Authenticates with an API key, lists the agent incidents of the last 24 hours, and prints them
//! as JSON.
//!
//! `SEVENSIGNAL_API_KEY` and `SEVENSIGNAL_API_SECRET` hold the key. `SEVENSIGNAL_URL` may name
//! another server than 7SIGNAL's.

use sevensignal::ApiKey;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut builder = sevensignal::v2_builder(ApiKey::from_env()?);
    if let Ok(url) = std::env::var("SEVENSIGNAL_URL") {
        builder = builder.base_url(&url).allow_http_on_loopback();
    }
    let client = builder.build()?;

    let since = (chrono::Utc::now() - chrono::TimeDelta::hours(24)).timestamp_millis();
    let day = client.agent_incidents().from(since).send().await?;
    println!("{}", serde_json::to_string_pretty(&day.results)?);
    Ok(())
}
