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

/// The operation that represents a download in errors, spans and hooks. It has no path, since a
/// path may contain secrets.
static DOWNLOAD: Operation = Operation::new("download", Method::GET, "");

/// Query values shorter than this are not secrets, and would mask unrelated words.
const SHORTEST: usize = 6;

impl Client {
    /// Downloads the file at an address that a response names, such as one signed by a storage
    /// service. A relative address is relative to the API's.
    ///
    /// The request carries no credentials or header fields of the client, even to the API's own
    /// server: the address itself grants access. Values in its query are secrets, which no error
    /// repeats. An interrupted download is resumed, see [`ByteStream::save_to`].
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
    /// When the address is refused: it is neither `https` nor `http`, has no TLS although the API
    /// does, contains a user name or password, was named by a public server but is in the client's
    /// private network, or is on another server while the client does not follow redirects there,
    /// see [`ClientBuilder::redirects`](crate::ClientBuilder::redirects). Otherwise as for any
    /// call; each status that is not a success is an error.
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
