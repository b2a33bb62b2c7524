//! The request written by hand: reqwest, a bearer token, and types with serde's derives.

use crate::BenchResult;
use chrono::{DateTime, FixedOffset};
use serde::Deserialize;
use std::hint::black_box;
use uuid::Uuid;

/// The values that every call needs.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    token: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Incidents {
    range: Option<Range>,
    #[serde(default)]
    pub results: Vec<Incident>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "as many members as the generated type has")]
pub struct Range {
    to: i64,
    to_as_date_string: String,
    from: i64,
    from_as_date_string: String,
    total: i64,
    duration: i64,
    duration_as_string: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "as many members as the generated type has")]
#[expect(clippy::struct_field_names, reason = "the vendor's names")]
pub struct Incident {
    id: Option<Uuid>,
    start_timestamp: Option<DateTime<FixedOffset>>,
    as_of_timestamp: Option<DateTime<FixedOffset>>,
    end_timestamp: Option<DateTime<FixedOffset>>,
    timestamp_determined_to_be_incident: Option<DateTime<FixedOffset>>,
    organization_name: Option<String>,
    #[serde(rename = "type")]
    type_: Option<String>,
    location: Option<String>,
    network: Option<String>,
    band: Option<f64>,
    count_impacted: Option<i64>,
    population_count: Option<i64>,
    thresholds: Option<Thresholds>,
    location_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "as many members as the generated type has")]
pub struct Thresholds {
    warning_threshold: Option<f64>,
    critical_threshold: Option<f64>,
    success_rate_threshold: Option<f64>,
    min_population_count: Option<i64>,
    min_count_impacted: Option<i64>,
    min_percent_impacted: Option<f64>,
    min_incident_duration_minutes: Option<i64>,
}

/// A client without any settings, which is the cheapest one.
///
/// # Errors
///
/// When TLS cannot be set up.
pub fn client(url: &str) -> BenchResult<Client> {
    Ok(Client {
        http: reqwest::Client::builder().build()?,
        url: url.to_owned(),
        token: crate::server::TOKEN.to_owned(),
    })
}

/// One call.
///
/// # Errors
///
/// When no response arrives, or not the expected one.
pub async fn call(client: &Client) -> BenchResult {
    let answer = client
        .http
        .get(format!("{}/incidents/agents", client.url))
        .query(&[("from", crate::server::FROM), ("to", crate::server::TO)])
        .bearer_auth(&client.token)
        .send()
        .await?;
    let page: Incidents = answer.error_for_status()?.json().await?;
    let page = black_box(page);
    crate::server::check(page.results.len(), page.range.as_ref().map(|range| range.total))
}

/// Makes this many calls, one after the other.
///
/// # Errors
///
/// As for [`call`].
pub async fn calls(client: &Client, count: usize) -> BenchResult {
    for _ in 0..count {
        call(client).await?;
    }
    Ok(())
}
