use super::http::Result;
use super::token::TokenApi;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Incidents {
    results: Vec<Value>,
}

pub async fn main() -> Result<()> {
    let api = TokenApi::from_env()?;
    let since = (chrono::Utc::now() - chrono::TimeDelta::hours(24)).timestamp_millis();
    let response = api
        .call(|http, url| {
            http.get(format!("{url}/incidents/agents"))
                .query(&[("from", since)])
        })
        .await?;
    let day: Incidents = response.json().await?;
    println!("{}", serde_json::to_string_pretty(&day.results)?);
    Ok(())
}
