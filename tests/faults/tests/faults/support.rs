//! A server that responds once, and the request that it received.

use lorgnette_tests::server::{ApiServer, CannedResponse, ReceivedRequest};

/// A server with this response.
pub async fn serve(answer: CannedResponse) -> ApiServer {
    ApiServer::start([answer]).await.unwrap()
}

/// The only request that arrived.
pub fn only(server: &ApiServer) -> ReceivedRequest {
    let received = server.received();
    assert_eq!(received.len(), 1, "{received:#?}");
    received[0].clone()
}

/// A success without a body.
pub fn done() -> CannedResponse {
    CannedResponse::empty(204)
}
