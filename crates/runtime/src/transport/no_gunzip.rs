//! Replaces decompression if the feature `gzip` is off: compressed responses are not requested, and
//! are an error.

use bytes::Bytes;
use std::io;

/// A gzip stream, which is not decompressed.
pub(super) struct Gunzip;

/// The next result, which is always the same.
#[allow(dead_code, reason = "the shape is that of the other module")]
pub(super) enum Piece {
    Bytes(Bytes),
    Starved,
    End,
    TooMuch(u32),
    Broken(io::Error),
}

#[allow(clippy::unused_self, reason = "the shape is that of the other module")]
impl Gunzip {
    pub(super) const fn new(_: Option<u32>) -> Self {
        Self
    }

    pub(super) fn feed(&mut self, _: Bytes) {}

    pub(super) fn end(&mut self) {}

    pub(super) fn next(&mut self) -> Piece {
        Piece::Broken(io::Error::other("the feature `gzip` of lorgnette-runtime is off"))
    }
}
