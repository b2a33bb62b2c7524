//! Writes the requests that all sites of all corps have seen to a file, one JSON document per line
//! (NDJSON), as the server sent them.
//!
//! `cargo run --example export_requests -- QUERY FILE`, with a query such as `from:-1d`.
//! `SIGSCI_EMAIL` and `SIGSCI_TOKEN` hold the token. `SIGSCI_URL` may name another server than the
//! vendor's.

use sigsci::ApiToken;
use std::io::Write;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [query, file] = &arguments[..] else {
        return Err("usage: export_requests QUERY FILE".into());
    };
    let mut builder = sigsci::v0_builder(ApiToken::from_env()?);
    if let Ok(url) = std::env::var("SIGSCI_URL") {
        builder = builder.base_url(&url).allow_http_on_loopback();
    }
    let client = builder.build()?;

    let mut file = std::fs::File::create(file)?;
    for corp in &client.corps_list().send().await?.data {
        let mut sites = client.sites_list(&corp.name).limit(100).stream();
        while let Some(site) = sites.item().await? {
            let search = client
                .requests_search(&corp.name, &site.name)
                .q(query)
                .limit(1000);
            let mut requests = search.stream().raw();
            let mut count = 0;
            while let Some(request) = requests.item().await? {
                file.write_all(&request)?;
                file.write_all(b"\n")?;
                count += 1;
            }
            println!("{} {}: {count}", corp.name, site.name);
        }
    }
    Ok(())
}
