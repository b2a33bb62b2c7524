use super::http::{Result, checked, send};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

#[derive(Deserialize)]
struct Token {
    token: String,
}

#[derive(Deserialize)]
struct MetricsPage {
    entities: BTreeMap<String, Value>,
}

pub async fn main() -> Result<()> {
    let url = std::env::var("ANGUS_URL").unwrap_or_else(|_| "https://data.angus.ai".to_owned());
    let console = std::env::var("ANGUS_CONSOLE_URL");
    let console = console.unwrap_or_else(|_| "https://console.angus.ai".to_owned());
    let http = reqwest::Client::builder()
        .timeout(Duration::from_secs(30))
        .build()?;
    let credentials = json!({
        "username": std::env::var("ANGUS_USERNAME")?,
        "client_id": std::env::var("ANGUS_CLIENT_ID")?,
        "access_token": std::env::var("ANGUS_ACCESS_TOKEN")?,
    });
    let request = http
        .post(format!("{console}/api-token-authstream/"))
        .json(&credentials);
    let token: Token = checked(send(request).await?).await?.json().await?;

    let now = chrono::Utc::now();
    let metrics = "passing_by,interested,stop_time,attention_time,category,gender,satisfaction";
    let request = http.get(format!("{url}/api/1/entities")).query(&[
        ("metrics", metrics),
        ("from_date", &(now - chrono::TimeDelta::hours(24)).to_rfc3339()),
        ("to_date", &now.to_rfc3339()),
        ("time", "global"),
    ]);
    let response = send(request.bearer_auth(&token.token)).await?;
    let day: MetricsPage = checked(response).await?.json().await?;
    println!("{}", serde_json::to_string_pretty(&day.entities)?);
    Ok(())
}
