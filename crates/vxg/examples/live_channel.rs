//! Lists the channels of a license key, creates one, and gets its live addresses with the access
//! token that it came with.
//!
//! `VXG_LICENSE_KEY` holds the key and `VXG_HOST` names the server; `http://...` is accepted for a
//! server on this machine or in the local network. `VXG_SOURCE` is the address of the camera.

use std::env;
use vxg::v3::types::{ChannelCreate, ChannelSource};
use vxg::{AccessToken, LicenseKey, ServerAddress};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = ServerAddress::allowing_http(&env::var("VXG_HOST")?)?;
    let account = vxg::v3(LicenseKey::from_env()?.at(server)?)?;

    let mut channels = account.channels_list().limit(100).stream();
    while let Some(channel) = channels.item().await? {
        println!(
            "{:?} {}",
            channel.id,
            channel.name.as_deref().unwrap_or("no name")
        );
    }

    let source = ChannelSource::new().url(env::var("VXG_SOURCE")?);
    let new = ChannelCreate::new("Front door").source(source);
    let channel = account.channels_create(&new).send().await?.into_inner();

    // `vxg::v4(&channel)` does the same for servers with https.
    let camera = vxg::v4(AccessToken::try_from(&channel)?.allow_http())?;
    let live = camera.live_watch_retrieve().send().await?;
    for address in [&live.rtmp, &live.rtsp, &live.hls].into_iter().flatten() {
        println!("{}", address.expose());
    }
    Ok(())
}
