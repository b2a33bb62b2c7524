use super::http::Result;
use super::token::TokenApi;
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;
use tokio::io::AsyncWriteExt;

#[derive(Deserialize)]
struct AgentPage<T> {
    #[serde(default = "Vec::new")]
    results: Vec<T>,
    pagination: Option<Pagination>,
}

#[derive(Deserialize)]
struct Pagination {
    page: Option<i64>,
    pages: Option<i64>,
}

#[derive(Deserialize)]
struct Agent {
    name: Option<String>,
    platform: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Incident {
    r#type: Option<String>,
    location_name: Option<String>,
    count_impacted: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Test {
    test_id: Option<String>,
    run_status: Option<String>,
}

#[derive(Deserialize)]
struct Rule {
    id: Option<String>,
}

pub async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [sensor, file] = &arguments[..] else {
        return Err("usage: agent_report SENSOR FILE".into());
    };
    let sensor: i64 = sensor.parse()?;
    let api = TokenApi::from_env()?;

    for number in 1.. {
        let query = [("perPage", 100), ("page", number)];
        let query = if number == 1 { &query[..1] } else { &query };
        let response = api
            .call(|http, url| http.get(format!("{url}/eyes/agents")).query(query))
            .await?;
        let page: AgentPage<Agent> = response.json().await?;
        for agent in &page.results {
            let (name, platform) = (agent.name.as_deref(), agent.platform.as_deref());
            println!("{} on {}", name.unwrap_or("?"), platform.unwrap_or("?"));
        }
        let (current, last) = page.pagination.map_or((None, None), |p| (p.page, p.pages));
        if page.results.is_empty() || current.unwrap_or(number) >= last.unwrap_or(0) {
            break;
        }
    }

    let since = (chrono::Utc::now() - chrono::TimeDelta::hours(24)).timestamp_millis();
    let response = api
        .call(|http, url| {
            http.get(format!("{url}/incidents/agents"))
                .query(&[("from", since)])
        })
        .await?;
    let day: AgentPage<Incident> = response.json().await?;
    for incident in &day.results {
        let (type_, place) = (incident.r#type.as_deref(), incident.location_name.as_deref());
        let impacted = incident.count_impacted.unwrap_or_default();
        println!("{} at {}: {impacted}", type_.unwrap_or("?"), place.unwrap_or("?"));
    }
    if day.results.is_empty() {
        return Ok(());
    }

    let tests = format!("/on-demand-tests/sensors/{sensor}/packet-capture");
    let capture = json!({"mode": "CHANNEL", "captureTimeSeconds": 10, "channel": 36});
    let response = api
        .call(|http, url| http.post(format!("{url}{tests}")).json(&capture))
        .await?;
    let started: Test = response.json().await?;
    let test = started.test_id.ok_or("the capture has no id")?;
    loop {
        let response = api
            .call(|http, url| http.get(format!("{url}{tests}/{test}")))
            .await?;
        let test: Test = response.json().await?;
        match test.run_status.as_deref() {
            Some("COMPLETE") => break,
            Some("ERROR") => return Err("the capture failed".into()),
            _ => tokio::time::sleep(Duration::from_secs(2)).await,
        }
    }
    let mut captured = api
        .call(|http, url| {
            let accept = "application/octet-stream, application/vnd.tcpdump.pcap, application/json";
            http.get(format!("{url}{tests}/{test}/download"))
                .header("accept", accept)
        })
        .await?;
    let mut written = tokio::fs::File::create(file).await?;
    let mut length = 0;
    while let Some(chunk) = captured.chunk().await? {
        written.write_all(&chunk).await?;
        length += chunk.len();
    }
    written.sync_all().await?;
    println!("captured {length} bytes");

    let response = api
        .call(|http, url| {
            http.get(format!("{url}/alerting/alert-rules"))
                .query(&[("metric", "ROAMING")])
        })
        .await?;
    let rules: AgentPage<Rule> = response.json().await?;
    if rules.results.is_empty() {
        let rule = json!({
            "name": "Roaming is poor",
            "metric": "ROAMING",
            "dimensionSet": ["location_id"],
            "aggregationFunction": "avg",
            "thresholdValue": 80,
            "thresholdOperator": "<",
        });
        let response = api
            .call(|http, url| http.post(format!("{url}/alerting/alert-rules")).json(&rule))
            .await?;
        let made: Rule = response.json().await?;
        println!("made the alert rule {}", made.id.ok_or("the rule has no id")?);
    }
    Ok(())
}
