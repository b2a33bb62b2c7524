//! Streams of JSON documents: one per line, or each after a record separator.

use crate::error::{Error, Failure, Stage};
use crate::from_response::FromResponse;
use crate::model::codec::{self, Wire};
use crate::transport::{BodyKind, Chunks, Limits, RawResponse};
use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// JSON documents as they arrive, each of type `T`: newline-delimited JSON (`application/x-ndjson`,
/// `application/jsonl`), or a JSON text sequence (`application/json-seq`).
///
/// An interrupted stream is an error; it is not resumed.
pub struct JsonLines<T> {
    operation: &'static str,
    limits: Arc<Limits>,
    is_lenient: bool,
    chunks: Chunks,
    documents: Documents,
    item: PhantomData<fn() -> T>,
}

impl<T: Wire> JsonLines<T> {
    /// The next document; `None` when the server has ended the stream.
    ///
    /// # Errors
    ///
    /// When the connection is interrupted or a document is longer than [`Limits::event`]; both end
    /// the stream. When a document does not match the contract; the stream then continues.
    pub async fn item(&mut self) -> Result<Option<T>, Error> {
        poll_fn(|cx| self.poll(cx)).await.transpose()
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            let document = self.documents.next();
            let longest = document.as_ref().map_or(self.documents.longest(), Bytes::len);
            if longest > self.limits.event {
                self.documents.end();
                let what = format!(
                    "a document of the stream is longer than {} bytes; raise `Limits::event` of the client",
                    self.limits.event
                );
                let failure = Failure::new(self.operation, Stage::Send, what).by_limit();
                return Poll::Ready(Some(Err(Error::new(failure, None))));
            }
            if let Some(document) = document {
                return Poll::Ready(Some(self.decode(&document)));
            }
            if self.documents.is_over {
                return Poll::Ready(None);
            }
            match ready!(self.chunks.poll(cx)) {
                Some(Ok(chunk)) => self.documents.push(&chunk),
                Some(Err(failure)) => {
                    self.documents.end();
                    return Poll::Ready(Some(Err(Error::new(failure, None))));
                }
                None => self.documents.is_over = true,
            }
        }
    }

    fn decode(&self, document: &[u8]) -> Result<T, Error> {
        let mut reading = codec::Reading::leniently(self.limits.decoded, self.is_lenient);
        T::from_body(document, &mut reading).map_err(|error| {
            let what = if error.is_too_large() {
                format!("a document of the stream: {error}; raise `Limits::decoded` of the client")
            } else {
                format!("a document of the stream does not match the contract: {error}")
            };
            Error::new(Failure::decode(self.operation, error, what), None)
        })
    }
}

/// The bytes that have arrived, split into documents.
struct Documents {
    separator: u8,
    buffer: BytesMut,
    /// The number of bytes at the start of the buffer that contain no separator.
    searched: usize,
    is_over: bool,
}

impl Documents {
    fn new(separator: u8) -> Self {
        Self {
            separator,
            buffer: BytesMut::new(),
            searched: 0,
            is_over: false,
        }
    }

    fn push(&mut self, chunk: &[u8]) {
        self.buffer.extend_from_slice(chunk);
    }

    /// The length of the incomplete document.
    fn longest(&self) -> usize {
        self.buffer.len()
    }

    /// The next complete document; blank ones are skipped.
    fn next(&mut self) -> Option<Bytes> {
        loop {
            let rest = &self.buffer[self.searched..];
            let document = match rest.iter().position(|byte| *byte == self.separator) {
                Some(at) => {
                    let end = self.searched + at;
                    let mut document = self.buffer.split_to(end + 1);
                    document.truncate(end);
                    self.searched = 0;
                    document.freeze()
                }
                None if self.is_over && !self.buffer.is_empty() => {
                    self.searched = 0;
                    self.buffer.split().freeze()
                }
                None => {
                    self.searched = self.buffer.len();
                    return None;
                }
            };
            if !document.trim_ascii().is_empty() {
                return Some(document);
            }
        }
    }

    fn end(&mut self) {
        self.buffer.clear();
        self.searched = 0;
        self.is_over = true;
    }
}

impl<T: Wire> Stream for JsonLines<T> {
    type Item = Result<T, Error>;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(cx)
    }
}

impl<T> fmt::Debug for JsonLines<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JsonLines")
    }
}

impl<T: Wire> FromResponse for JsonLines<T> {
    fn kind(status: u16) -> BodyKind {
        BodyKind::Events.on_success(status)
    }
    fn read(response: &mut RawResponse) -> codec::Result<Self> {
        // A text sequence may contain line feeds inside a document.
        let is_sequence = response.media_type().ends_with("json-seq");
        Ok(Self {
            is_lenient: response.reading.is_lenient(),
            operation: response.operation,
            limits: Arc::clone(&response.limits),
            chunks: response.take_stream(),
            documents: Documents::new(if is_sequence { 0x1e } else { b'\n' }),
            item: PhantomData,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The documents of a text that arrives in chunks of each length.
    fn documents(text: &str, separator: u8) -> Vec<String> {
        let outcomes = [1, 3, usize::MAX].map(|length| {
            let mut documents = Documents::new(separator);
            let mut found = Vec::new();
            for chunk in text.as_bytes().chunks(length) {
                documents.push(chunk);
                while let Some(document) = documents.next() {
                    found.push(String::from_utf8_lossy(document.trim_ascii()).into_owned());
                }
            }
            documents.is_over = true;
            while let Some(document) = documents.next() {
                found.push(String::from_utf8_lossy(document.trim_ascii()).into_owned());
            }
            found
        });
        let [first, ..] = &outcomes;
        assert!(outcomes.iter().all(|outcome| outcome == first), "{outcomes:?}");
        first.clone()
    }

    #[test]
    fn test_lines_are_documents_and_the_last_needs_no_end() {
        assert_eq!(
            documents("{\"a\":1}\r\n\n[2]\n\"three\"", b'\n'),
            ["{\"a\":1}", "[2]", "\"three\""]
        );
        assert!(documents("\n \n", b'\n').is_empty());
    }

    #[test]
    fn test_documents_of_a_sequence_may_have_lines() {
        assert_eq!(
            documents("\u{1e}{\n\"a\":1}\n\u{1e}2\n", 0x1e),
            ["{\n\"a\":1}", "2"]
        );
    }
}
