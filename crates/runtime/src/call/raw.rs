//! Calls without the contract's types: the raw response, and the request that would be sent.

use super::Call;
use crate::error::{Error, Failure};
use crate::model::Response;
use crate::prepared::{PreparedRequest, Unmasked};
use crate::sending::Sending;
use crate::transport::authenticate::{Credentials, Target};
use crate::transport::{self, BodyKind, ResponseKinds};
use bytes::Bytes;

impl<'client> Call<'client> {
    /// Sends the request, and returns the raw response, regardless of its status.
    pub fn sending_raw(self) -> Sending<'client, Bytes> {
        Sending::new(self.operation.id, self.send_raw())
    }

    async fn send_raw(self) -> Result<Response<Bytes>, Error> {
        const ANY: ResponseKinds = ResponseKinds {
            success: |_| BodyKind::Whole,
            names: [|_| false; 2],
        };
        let client = self.client;
        let request = self.into_request().map_err(|failure| Error::new(failure, None))?;
        let response = transport::call(client, request, ANY).await;
        let mut response = response.map_err(|failure| Error::new(failure, None))?;
        let body = response.take_whole();
        let raw = body.clone();
        Ok(Response::new(response.status, response.headers, body).with_raw_body(Some(raw)))
    }

    /// Returns the request that would be sent, with secrets masked.
    ///
    /// # Errors
    ///
    /// When the request cannot be built.
    pub fn to_request(&self) -> Result<PreparedRequest, Error> {
        let prepared = self.prepare();
        prepared.map_err(|failure| Error::new(failure, None))
    }

    fn prepare(&self) -> Result<PreparedRequest, Box<Failure>> {
        let options = self.options.as_deref();
        let added = options.map(|options| options.headers.clone());
        let (url, headers) = self.head(self.values.clone(), added)?;
        let alternatives = self.operation.alternatives().unwrap_or_default();
        let asked = self
            .client
            .authenticate()
            .filter(|_| self.operation.alternatives().is_some());
        let credentials = match asked {
            None => Some(Credentials::none()),
            Some(authenticate) => {
                let at_hand = authenticate
                    .credentials(Target::new(&url, alternatives))
                    .at_hand();
                let at_hand = at_hand.transpose();
                at_hand.map_err(|error| Failure::authenticate(self.operation.id, error))?
            }
        };
        let none = Credentials::none();
        let sent = options.map_or(&[][..], |options| &options.settings.secrets);
        let secrets = transport::secrets(self.client, &headers, sent, credentials.as_ref().unwrap_or(&none));
        let request = Unmasked {
            method: self.operation.method(),
            url,
            headers,
            payload: &self.payload,
            credentials,
            alternatives,
        };
        Ok(PreparedRequest::of(request, secrets, sent))
    }
}
