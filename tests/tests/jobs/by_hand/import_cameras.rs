use super::http::{Result, checked, send};
use super::vxg::{Channel, ChannelsApi};
use reqwest::{Certificate, Client, Identity, Method};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;
use std::{env, fs};

#[derive(Deserialize)]
struct User {
    license_key: Option<LicenseKey>,
}

#[derive(Deserialize)]
struct LicenseKey {
    value: Option<String>,
}

#[derive(Deserialize)]
struct Group {
    token: Option<String>,
}

pub async fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [suid, usrc, file] = &arguments[..] else {
        return Err("usage: import_cameras SUID USRC FILE".into());
    };
    let mut identity = fs::read(env::var("VXG_CERTIFICATE")?)?;
    identity.extend(fs::read(env::var("VXG_KEY")?)?);
    let root = Certificate::from_pem(&fs::read(env::var("VXG_ROOT")?)?)?;
    let admin = Client::builder()
        .timeout(Duration::from_secs(30))
        .identity(Identity::from_pem(&identity)?)
        .add_root_certificate(root)
        .build()?;
    let new = json!({"suid": suid, "usrc": usrc, "license_key": {}});
    let host = env::var("VXG_ADMIN_HOST")?;
    let request = admin
        .post(format!("https://{host}/api/v2/admin/users/"))
        .json(&new);
    let user: User = checked(send(request).await?).await?.json().await?;
    let key = user.license_key.and_then(|key| key.value);
    let key = key.ok_or("the user has no license key")?;

    let server = env::var("VXG_HOST")?;
    let account = ChannelsApi::new(server.clone(), format!("LKey {key}"))?;
    let motion = json!({"record": true, "snapshot": true});
    let mut ids = Vec::new();
    for line in fs::read_to_string(file)?.lines() {
        let [name, url, login, password] = line.split(',').collect::<Vec<_>>()[..] else {
            return Err(format!("not a camera: {line}").into());
        };
        let source = json!({"url": url, "login": login, "password": password});
        let new = json!({"name": name, "source": source});
        let path = "/api/v3/channels/";
        let channel: Channel = account.call(Method::POST, path, Some(&new)).await?;
        let id = channel.id.ok_or("the channel has no id")?;
        let token = channel.access_tokens.and_then(|tokens| tokens.all);
        let camera = ChannelsApi::of_token(&token.ok_or("the channel has no token")?)?;
        let recording = json!({"rec_mode": "by_event"});
        let path = "/api/v4/channel/";
        let _: Value = camera.call(Method::PUT, path, Some(&recording)).await?;
        let path = format!("/api/v2/cameras/{id}/event_processing/events/motion/");
        let _: Value = camera.call(Method::PUT, &path, Some(&motion)).await?;
        ids.push(id);
    }

    let new = json!({"name": suid, "channels": ids});
    let path = "/api/v3/channel_groups/";
    let group: Group = account.call(Method::POST, path, Some(&new)).await?;
    let token = group.token.ok_or("the group has no token")?;
    let group = ChannelsApi::new(server, format!("SI {token}"))?;
    let channels: Vec<Channel> = group.list("/api/v5/channels/?limit=20").await?;
    for channel in &channels {
        println!("{:?} {}", channel.id, channel.name.as_deref().unwrap_or("?"));
    }
    Ok(())
}
