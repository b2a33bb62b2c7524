use super::http::Result;
use super::vxg::{Channel, ChannelsApi};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;
use std::env;

#[derive(Deserialize)]
struct Live {
    rtmp: Option<String>,
    rtsp: Option<String>,
    hls: Option<String>,
}

pub async fn main() -> Result<()> {
    let key = format!("LKey {}", env::var("VXG_LICENSE_KEY")?);
    let account = ChannelsApi::new(env::var("VXG_HOST")?, key)?;
    let channels: Vec<Channel> = account.list("/api/v3/channels/?limit=100").await?;
    for channel in &channels {
        println!(
            "{:?} {}",
            channel.id,
            channel.name.as_deref().unwrap_or("no name")
        );
    }

    let new = json!({"name": "Front door", "source": {"url": env::var("VXG_SOURCE")?}});
    let path = "/api/v3/channels/";
    let channel: Channel = account.call(Method::POST, path, Some(&new)).await?;
    let token = channel.access_tokens.and_then(|tokens| tokens.all);
    let camera = ChannelsApi::of_token(&token.ok_or("the channel has no token")?)?;
    let live: Live = camera.call(Method::GET, "/api/v4/live/watch/", None).await?;
    for address in [&live.rtmp, &live.rtsp, &live.hls].into_iter().flatten() {
        println!("{address}");
    }
    Ok(())
}
