//! Lists the channels of a group.
//!
//! `VXG_GROUP_TOKEN` holds the group's token, which names the server; `VXG_HOST` may name another
//! one.

use vxg::{GroupToken, ServerAddress};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut group = GroupToken::from_env()?;
    if let Ok(host) = std::env::var("VXG_HOST") {
        group = group.at(ServerAddress::allowing_http(&host)?)?;
    }
    let group = vxg::v5(group)?;

    let mut channels = group.channels_list().limit(1000).stream();
    while let Some(channel) = channels.item().await? {
        let (name, status) = (channel.name.as_deref(), channel.status.as_deref());
        println!(
            "{:?} {} {}",
            channel.id,
            name.unwrap_or("no name"),
            status.unwrap_or("unknown")
        );
    }
    Ok(())
}
