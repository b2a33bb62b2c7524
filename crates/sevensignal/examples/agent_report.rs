//! A report on agents and their incidents of the last 24 hours, a packet capture where there is
//! an incident, and an alert rule for the next one.
//!
//! `cargo run --example agent_report -- SENSOR FILE`: the sensor that captures, by its id, and
//! where the capture goes. `SEVENSIGNAL_API_KEY` and `SEVENSIGNAL_API_SECRET` hold the key.
//! `SEVENSIGNAL_URL` may name another server than 7SIGNAL's.

use sevensignal::ApiKey;
use sevensignal::v2::types::{
    AggregationFunction, AlertRuleRequest, Dimension, PacketCaptureTestRequest, PacketCaptureTestRequestMode,
    ThresholdOperator,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [sensor, file] = &arguments[..] else {
        return Err("usage: agent_report SENSOR FILE".into());
    };
    let sensor: i64 = sensor.parse()?;
    let mut builder = sevensignal::v2_builder(ApiKey::from_env()?);
    if let Ok(url) = std::env::var("SEVENSIGNAL_URL") {
        builder = builder.base_url(&url).allow_http_on_loopback();
    }
    let client = builder.build()?;

    let mut agents = client.eyes_agents().per_page(100).stream();
    while let Some(agent) = agents.item().await? {
        let (name, platform) = (agent.name.as_deref(), agent.platform.as_deref());
        println!("{} on {}", name.unwrap_or("?"), platform.unwrap_or("?"));
    }

    let since = (chrono::Utc::now() - chrono::TimeDelta::hours(24)).timestamp_millis();
    let day = client.agent_incidents().from(since).send().await?;
    for incident in &day.results {
        let (type_, place) = (incident.type_.as_deref(), incident.location_name.as_deref());
        let impacted = incident.count_impacted.unwrap_or_default();
        println!("{} at {}: {impacted}", type_.unwrap_or("?"), place.unwrap_or("?"));
    }
    if day.results.is_empty() {
        return Ok(());
    }

    let capture = PacketCaptureTestRequest::new(PacketCaptureTestRequestMode::Channel, 10).channel(36);
    let started = client.start_packet_capture(sensor).body(&capture).send().await?;
    let test = started.test_id.as_deref().ok_or("the capture has no id")?;
    client.packet_capture_status(sensor, test).wait().await?;
    let captured = client.download_packet_capture(sensor, test).send().await?;
    println!("captured {} bytes", captured.into_inner().save_to(file).await?);

    let mut rules = client.alert_rules().metric("ROAMING").stream();
    if rules.item().await?.is_none() {
        let (function, below) = (AggregationFunction::Avg, ThresholdOperator::LessThan);
        let rule = AlertRuleRequest::new("ROAMING", [Dimension::LocationId], function, 80.0, below);
        let made = client
            .create_alert_rule(rule.name("Roaming is poor"))
            .send()
            .await?;
        println!("made the alert rule {}", made.id.ok_or("the rule has no id")?);
    }
    Ok(())
}
