//! Access tokens of 7SIGNAL with plain reqwest: obtained once, and renewed when they expire.

use super::http::{Result, checked, send};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

pub struct TokenApi {
    http: Client,
    url: String,
    key: String,
    secret: String,
    token: Mutex<Option<(String, Instant)>>,
}

#[derive(Deserialize)]
struct Token {
    access_token: String,
    expires_in: u64,
}

impl TokenApi {
    pub fn from_env() -> Result<Self> {
        let url = std::env::var("SEVENSIGNAL_URL");
        Ok(Self {
            http: Client::builder().timeout(Duration::from_secs(30)).build()?,
            url: url.unwrap_or_else(|_| "https://api-v2.7signal.com".to_owned()),
            key: std::env::var("SEVENSIGNAL_API_KEY")?,
            secret: std::env::var("SEVENSIGNAL_API_SECRET")?,
            token: Mutex::new(None),
        })
    }

    async fn token(&self) -> Result<String> {
        let mut token = self.token.lock().await;
        if let Some((text, until)) = &*token
            && *until > Instant::now()
        {
            return Ok(text.clone());
        }
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &self.key),
            ("client_secret", &self.secret),
        ];
        let request = self.http.post(format!("{}/oauth2/token", self.url)).form(&form);
        let new: Token = checked(send(request).await?).await?.json().await?;
        let lives = Duration::from_secs(new.expires_in.saturating_sub(60));
        *token = Some((new.access_token.clone(), Instant::now() + lives));
        Ok(new.access_token)
    }

    /// Sends a request with a token, and once more with a new token if the server rejects it.
    pub async fn call(&self, make: impl Fn(&Client, &str) -> RequestBuilder) -> Result<Response> {
        let request = make(&self.http, &self.url).bearer_auth(self.token().await?);
        let response = send(request).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            return checked(response).await;
        }
        *self.token.lock().await = None;
        let request = make(&self.http, &self.url).bearer_auth(self.token().await?);
        checked(send(request).await?).await
    }
}
