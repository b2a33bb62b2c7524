//! Requests one item from a server, with a client certificate. Prints the item's id, or the number
//! of attempts if they failed, or the reason why there is no client.
//!
//! Arguments: the address, and the PEM files of the authority's certificate and of the client's
//! certificate with its key.

use lorgnette_runtime::{Call, Client, ClientBuilder, ClientCertificate};
use std::error::Error;

#[derive(Debug)]
struct Item {
    id: i64,
}
lorgnette_runtime::object!(Item { 0 id: "id" });

lorgnette_runtime::operation!(READ: "read" GET "/item");

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().ok_or("an argument is missing");
    let (address, authority, client) = (next()?, next()?, next()?);
    #[cfg(feature = "ring")]
    if std::env::var_os("WITHOUT_PROVIDER").is_none() {
        rustls::crypto::ring::default_provider().install_default().map_err(|_| "installed twice")?;
    }
    let certificate = ClientCertificate::from_pem(&std::fs::read_to_string(client)?)?;
    let certificate = certificate.trust_root(&std::fs::read_to_string(authority)?)?;
    let builder = ClientBuilder::<Client>::new(&address, "tls", "0.0.0").https_only();
    let client = builder.client_certificate(&certificate)?.build()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match runtime.block_on(Call::new(&client, &READ).send::<Item, lorgnette_runtime::Undeclared>()) {
        Ok(item) => println!("item {}", item.id),
        Err(error) => {
            let stage = if error.is_connect() { "connect" } else { "later" };
            println!("failed to {stage}, attempts {}", error.attempts());
            eprintln!("{error}");
        }
    }
    Ok(())
}
