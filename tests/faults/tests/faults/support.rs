//! A server that answers once, and what it received.

use lorgnette_tests::server::{Answer, Request, Server};

/// A server with this answer.
pub async fn serve(answer: Answer) -> Server {
    Server::start([answer]).await.unwrap()
}

/// The one request that came.
pub fn only(server: &Server) -> Request {
    let received = server.received();
    assert_eq!(received.len(), 1, "{received:#?}");
    received[0].clone()
}

/// A success without a body.
pub fn done() -> Answer {
    Answer::empty(204)
}
