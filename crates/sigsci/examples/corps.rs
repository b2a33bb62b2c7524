//! Lists the corps that an API token sees, with their sites limit.
//!
//! `SIGSCI_EMAIL` and `SIGSCI_TOKEN` hold the token. `SIGSCI_URL` may name another server than the
//! vendor's.

use sigsci::ApiToken;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut builder = sigsci::v0_builder(ApiToken::from_env()?);
    if let Ok(url) = std::env::var("SIGSCI_URL") {
        builder = builder.base_url(&url).allow_http_on_loopback();
    }
    let client = builder.build()?;

    let corps = client.corps_list().send().await?;
    for corp in &corps.data {
        println!(
            "{} ({})",
            corp.name,
            corp.display_name.as_deref().unwrap_or("no name")
        );
    }
    Ok(())
}
