//! Creates a user with a client certificate, and prints the license key that the user got.
//!
//! `cargo run --example create_user -- SUID USRC`. `VXG_HOST` names the server, `VXG_CERTIFICATE`
//! and `VXG_KEY` the files with the certificate and its key, and `VXG_ROOT` the file with the
//! authority of the server's certificate, if the system does not trust it.

use std::env;
use vxg::ClientCertificate;
use vxg::admin::types::{AdminLicenseKey, AdminUserCreate};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [suid, usrc] = &arguments[..] else {
        return Err("usage: create_user SUID USRC".into());
    };
    let mut certificate = ClientCertificate::from_files(env::var("VXG_CERTIFICATE")?, env::var("VXG_KEY")?)?;
    if let Ok(root) = env::var("VXG_ROOT") {
        certificate = certificate.trust_root(&std::fs::read_to_string(root)?)?;
    }
    let admin = vxg::admin(&certificate, env::var("VXG_HOST")?)?;

    let new = AdminUserCreate::new(suid, usrc, AdminLicenseKey::default());
    let user = admin.users_create(&new).send().await?;
    let key = user.license_key.as_ref().and_then(|key| key.value.as_ref());
    // The program needs only the key here. A log must not contain it.
    println!(
        "{:?} {}",
        user.id,
        key.map_or("no license key", |key| key.expose())
    );
    Ok(())
}
