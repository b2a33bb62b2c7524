//! Imports cameras for a new user: creates the user with a license key, a channel for each camera
//! that records on motion, and a group of all of them. Prints what the group shows.
//!
//! `cargo run --example import_cameras -- SUID USRC FILE`, where each line of the file is a name,
//! an address, a login and a password, separated by commas. `VXG_ADMIN_HOST` names the server for
//! users, with `VXG_CERTIFICATE`, `VXG_KEY` and `VXG_ROOT` for its certificates; `VXG_HOST` names
//! the server for channels.

use std::{env, fs};
use vxg::admin::types::{AdminLicenseKey, AdminUserCreate};
use vxg::v2::types::EventProcessingUpdate;
use vxg::v3::types::{ChannelCreate, ChannelGroupCreate, ChannelSource};
use vxg::v4::types::{ChannelUpdate, RecMode};
use vxg::{AccessToken, ClientCertificate, GroupToken, LicenseKey, ServerAddress};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [suid, usrc, file] = &arguments[..] else {
        return Err("usage: import_cameras SUID USRC FILE".into());
    };
    let certificate = ClientCertificate::from_files(env::var("VXG_CERTIFICATE")?, env::var("VXG_KEY")?)?
        .trust_root(&fs::read_to_string(env::var("VXG_ROOT")?)?)?;
    let admin = vxg::admin(&certificate, env::var("VXG_ADMIN_HOST")?)?;
    let new = AdminUserCreate::new(suid, usrc, AdminLicenseKey::default());
    let user = admin.users_create(&new).send().await?.into_inner();
    let key = user.license_key.and_then(|key| key.value);
    let key = LicenseKey::new(key.ok_or("the user has no license key")?)?;

    let server = ServerAddress::allowing_http(&env::var("VXG_HOST")?)?;
    let account = vxg::v3(key.at(server.clone())?)?;
    let motion = EventProcessingUpdate::new().record(true).snapshot(true);
    let mut ids = Vec::new();
    for line in fs::read_to_string(file)?.lines() {
        let [name, url, login, password] = line.split(',').collect::<Vec<_>>()[..] else {
            return Err(format!("not a camera: {line}").into());
        };
        let source = ChannelSource::new().url(url).login(login).password(password);
        let new = ChannelCreate::new(name).source(source);
        let channel = account.channels_create(&new).send().await?.into_inner();
        let id = channel.id.ok_or("the channel has no id")?;
        let token = AccessToken::try_from(&channel)?.allow_http();
        let recording = ChannelUpdate::new().rec_mode(RecMode::ByEvent);
        vxg::v4(&token)?.channel_update(&recording).send().await?;
        let camera = vxg::v2(&token)?;
        let call = camera.cameras_event_processing_events_update(id, "motion", &motion);
        call.send().await?;
        ids.push(id);
    }

    let new = ChannelGroupCreate::new(suid).channels(ids);
    let group = account.channel_groups_create(&new).send().await?.into_inner();
    let token = GroupToken::new(group.token.ok_or("the group has no token")?)?;
    let group = vxg::v5(token.at(server)?)?;
    let mut channels = group.channels_list().limit(20).stream();
    while let Some(channel) = channels.item().await? {
        println!("{:?} {}", channel.id, channel.name.as_deref().unwrap_or("?"));
    }
    Ok(())
}
