//! A server that answers once, and what it received.

use lorgnette_tests::server::{ApiServer, CannedResponse, ReceivedRequest};

/// A server with this answer.
pub async fn serve(answer: CannedResponse) -> ApiServer {
    ApiServer::start([answer]).await.unwrap()
}

/// The one request that came.
pub fn only(server: &ApiServer) -> ReceivedRequest {
    let received = server.received();
    assert_eq!(received.len(), 1, "{received:#?}");
    received[0].clone()
}

/// A success without a body.
pub fn done() -> CannedResponse {
    CannedResponse::empty(204)
}
