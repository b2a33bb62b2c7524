//! Helpers for the VXG programs with plain reqwest: tokens that name their server, lists, calls.

use super::http::{Result, checked, next_page, send};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Client, Method, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;

#[derive(Deserialize)]
struct Content {
    api: String,
    api_p: Option<u16>,
    api_sp: Option<u16>,
    path: Option<String>,
}

#[derive(Deserialize)]
pub struct Meta {
    pub next: Option<String>,
}

#[derive(Deserialize)]
pub struct ChannelPage<T> {
    meta: Option<Meta>,
    objects: Vec<T>,
}

#[derive(Deserialize)]
pub struct Channel {
    pub id: Option<i64>,
    pub name: Option<String>,
    pub access_tokens: Option<AccessTokens>,
}

#[derive(Deserialize)]
pub struct AccessTokens {
    pub all: Option<String>,
}

pub struct ChannelsApi {
    pub http: Client,
    pub url: String,
    pub authorization: String,
}

impl ChannelsApi {
    pub fn new(url: String, authorization: String) -> Result<Self> {
        let http = Client::builder().timeout(Duration::from_secs(30)).build()?;
        Ok(Self {
            http,
            url,
            authorization,
        })
    }

    /// The server that an access token names.
    pub fn of_token(token: &str) -> Result<Self> {
        let content: Content = serde_json::from_slice(&STANDARD.decode(token)?)?;
        let Content { api, path, .. } = content;
        let path = path.map_or(String::new(), |path| format!("/{}", path.trim_matches('/')));
        let url = match (content.api_sp, content.api_p) {
            (Some(port), _) => format!("https://{api}:{port}{path}"),
            (None, Some(port)) => format!("http://{api}:{port}{path}"),
            (None, None) => format!("https://{api}{path}"),
        };
        Self::new(url, format!("Acc {token}"))
    }

    pub async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<T> {
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        request = request.header("authorization", &self.authorization);
        if let Some(body) = body {
            request = request.json(body);
        }
        Ok(checked(send(request).await?).await?.json().await?)
    }

    /// All items of a list.
    pub async fn list<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>> {
        let mut at = Url::parse(&format!("{}{path}", self.url))?;
        let mut all = Vec::new();
        loop {
            let request = self.http.get(at.clone());
            let request = request.header("authorization", &self.authorization);
            let page: ChannelPage<T> = checked(send(request).await?).await?.json().await?;
            all.extend(page.objects);
            match page.meta.and_then(|meta| meta.next) {
                Some(next) => at = next_page(&at, &next)?,
                None => return Ok(all),
            }
        }
    }
}
