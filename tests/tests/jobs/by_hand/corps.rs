use super::http::{Result, checked, send};
use serde::Deserialize;
use std::time::Duration;

#[derive(Deserialize)]
struct Corps {
    data: Vec<Corp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Corp {
    name: String,
    display_name: Option<String>,
}

pub async fn main() -> Result<()> {
    let (email, token) = (std::env::var("SIGSCI_EMAIL")?, std::env::var("SIGSCI_TOKEN")?);
    let url = std::env::var("SIGSCI_URL");
    let url = url.unwrap_or_else(|_| "https://dashboard.signalsciences.net/api/v0".to_owned());
    let http = reqwest::Client::builder()
        .timeout(Duration::from_secs(30))
        .build()?;
    let request = http.get(format!("{url}/corps"));
    let request = request.header("x-api-user", email).header("x-api-token", token);
    let corps: Corps = checked(send(request).await?).await?.json().await?;
    for corp in &corps.data {
        println!(
            "{} ({})",
            corp.name,
            corp.display_name.as_deref().unwrap_or("no name")
        );
    }
    Ok(())
}
