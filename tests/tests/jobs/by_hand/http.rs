//! Helpers for the programs with plain reqwest: errors with the server's message, and retries.

use reqwest::{RequestBuilder, Response, StatusCode};
use std::time::Duration;

pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The maximum number of retries of a request.
const RETRIES: u32 = 3;

/// Sends a request, and retries it when the server is busy: always after 429 and 503, and after
/// other 5xx statuses and broken connections if the request can be repeated safely.
pub async fn send(request: RequestBuilder) -> Result<Response> {
    let repeatable = {
        let request = request
            .try_clone()
            .ok_or("the body can be sent once only")?
            .build()?;
        matches!(request.method().as_str(), "GET" | "PUT" | "DELETE")
    };
    let mut wait = Duration::from_millis(200);
    for attempt in 0.. {
        let request = request.try_clone().ok_or("the body can be sent once only")?;
        let last = attempt >= RETRIES;
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) if last || !(repeatable || error.is_connect()) => return Err(error.into()),
            Err(_) => {
                tokio::time::sleep(wait).await;
                wait *= 2;
                continue;
            }
        };
        let status = response.status();
        let is_busy = matches!(
            status,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
        );
        if last || !(is_busy || repeatable && status.is_server_error()) {
            return Ok(response);
        }
        let named = response.headers().get("retry-after");
        let named = named.and_then(|value| value.to_str().ok()?.parse().ok());
        tokio::time::sleep(named.map_or(wait, Duration::from_secs)).await;
        wait *= 2;
    }
    unreachable!("the last attempt returns")
}

/// An error with the server's message, unless the response is a success.
pub async fn checked(response: Response) -> Result<Response> {
    let (status, path) = (response.status(), response.url().path().to_owned());
    if status.is_success() {
        return Ok(response);
    }
    let text = response.text().await.unwrap_or_default();
    let text: String = text.chars().filter(|c| !c.is_control()).take(500).collect();
    Err(format!("{path}: {status}: {text}").into())
}

/// The address of the next page: on the same server, whatever the link says.
pub fn next_page(current: &reqwest::Url, link: &str) -> Result<reqwest::Url> {
    let next = current.join(link)?;
    if next.origin() != current.origin() {
        return Err("the next page is on another server".into());
    }
    Ok(next)
}
