//! Files at addresses that responses name, such as those that a storage service has signed.

use crate::byte_stream::ByteStream;
use crate::error::{Error, Failure, Stage, Undeclared};
use crate::from_response::{FromResponse, kinds};
use crate::model::body::Payload;
use crate::model::{Operation, Response, Secret};
use crate::sending::Sending;
use crate::transport::{self, CallSettings, Client, Request};
use http::header::{ACCEPT, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method};

/// What stands for a download in errors, spans and hooks. It has no path: that may hold secrets.
static DOWNLOAD: Operation = Operation::new("download", Method::GET, "");

/// Shorter values of a query than this are no secrets, and would mask words by chance.
const SHORTEST: usize = 6;

impl Client {
    /// Loads what is at an address that a response names, for instance one that a storage service
    /// has signed. A relative address is relative to the API's.
    ///
    /// Neither credentials nor header fields of the client go along, even to the API's own server:
    /// the address itself is the permission. Values in its query are secrets, which no error
    /// repeats. A download that breaks off goes on where it did, see [`ByteStream::save_to`].
    ///
    /// ```no_run
    /// # async fn example(client: lorgnette_runtime::Client) -> Result<(), lorgnette_runtime::Error> {
    /// let clip = client.download("https://storage.example.com/clip.mp4?signature=...").await?;
    /// clip.into_inner().save_to("clip.mp4").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When the address is not one that something may be sent to: it is neither `https` nor `http`,
    /// has no TLS where the API has it, holds a user name or password, leads from a server in the
    /// internet to an address inside of the client's network, or is on another server where the
    /// client follows no redirects either, see
    /// [`ClientBuilder::redirects`](crate::ClientBuilder::redirects). Otherwise as any call; each
    /// status that is no success is an error.
    pub fn download(&self, address: &str) -> Sending<'_, ByteStream> {
        let address = address.to_owned();
        Sending::new(DOWNLOAD.id(), async move { load(self, &address).await })
    }
}

async fn load(client: &Client, address: &str) -> Result<Response<ByteStream>, Error> {
    let plain = |failure| Error::new(failure, None);
    transport::in_runtime(DOWNLOAD.id()).map_err(plain)?;
    let url = client.named(address).await.map_err(|what| {
        let what = format!("the address of the download {what}");
        plain(Failure::new(DOWNLOAD.id(), Stage::Build, what))
    })?;
    let mut headers = HeaderMap::new();
    headers.insert(USER_AGENT, client.user_agent().clone());
    headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
    let secrets = url.query_pairs().filter(|(_, value)| value.len() >= SHORTEST);
    let settings = CallSettings {
        secrets: secrets.map(|(_, value)| Secret::new(value)).collect(),
        is_anonymous: true,
        ..CallSettings::default()
    };
    let request = Request {
        operation: &DOWNLOAD,
        url,
        headers,
        payload: Payload::Nothing,
        settings,
    };
    let mut response = transport::call(client, request, kinds::<ByteStream, Undeclared>())
        .await
        .map_err(plain)?;
    match ByteStream::read(&mut response) {
        Ok(stream) => Ok(response.into_response(stream)),
        Err(error) => Err(plain(response.undecodable(error, client, &DOWNLOAD))),
    }
}
