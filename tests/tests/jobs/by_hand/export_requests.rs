use super::http::{Result, checked, next_page, send};
use reqwest::{Client, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::io::Write;
use std::time::Duration;

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct RequestPage<T> {
    data: Vec<T>,
    next: Option<Next>,
}

#[derive(Deserialize)]
struct Next {
    uri: Option<String>,
}

struct RequestsApi {
    http: Client,
    email: String,
    token: String,
}

impl RequestsApi {
    async fn get<T: DeserializeOwned>(&self, url: &Url) -> Result<T> {
        let request = self.http.get(url.clone()).header("x-api-user", &self.email);
        let request = request.header("x-api-token", &self.token);
        Ok(checked(send(request).await?).await?.json().await?)
    }
}

/// An address with each part of the path escaped.
fn address(base: &str, path: &[&str]) -> Result<Url> {
    let mut url = Url::parse(base)?;
    let parts = url.path_segments_mut();
    parts.map_err(|()| "the address has no path")?.extend(path);
    Ok(url)
}

pub async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [query, file] = &arguments[..] else {
        return Err("usage: export_requests QUERY FILE".into());
    };
    let url = std::env::var("SIGSCI_URL");
    let url = url.unwrap_or_else(|_| "https://dashboard.signalsciences.net/api/v0".to_owned());
    let api = RequestsApi {
        http: Client::builder().timeout(Duration::from_secs(30)).build()?,
        email: std::env::var("SIGSCI_EMAIL")?,
        token: std::env::var("SIGSCI_TOKEN")?,
    };

    let mut file = std::fs::File::create(file)?;
    let corps: RequestPage<Named> = api.get(&address(&url, &["corps"])?).await?;
    for corp in &corps.data {
        for number in 1.. {
            let mut url_of_sites = address(&url, &["corps", &corp.name, "sites"])?;
            url_of_sites.query_pairs_mut().append_pair("limit", "100");
            if number > 1 {
                let mut pairs = url_of_sites.query_pairs_mut();
                pairs.append_pair("page", &number.to_string());
            }
            let sites: RequestPage<Named> = api.get(&url_of_sites).await?;
            if sites.data.is_empty() {
                break;
            }
            for site in &sites.data {
                let mut at = address(&url, &["corps", &corp.name, "sites", &site.name, "requests"])?;
                at.query_pairs_mut()
                    .append_pair("q", query)
                    .append_pair("limit", "1000");
                let mut count = 0;
                loop {
                    let page: RequestPage<Box<RawValue>> = api.get(&at).await?;
                    for request in &page.data {
                        writeln!(file, "{request}")?;
                        count += 1;
                    }
                    match page.next.and_then(|next| next.uri) {
                        Some(next) if !next.is_empty() => at = next_page(&at, &next)?,
                        _ => break,
                    }
                }
                println!("{} {}: {count}", corp.name, site.name);
            }
        }
    }
    Ok(())
}
