//! Decompresses the body of a response while it arrives, in pieces of a limited length.

use bytes::Bytes;
use flate2::bufread::MultiGzDecoder;
use std::io::{self, BufRead, ErrorKind, Read};

/// The maximum length of a piece, however large the decompressed data is.
const PIECE: usize = 32 * 1024;
/// The maximum length for which the compression ratio is not limited.
const FREE: u64 = 1 << 20;

/// A gzip stream.
pub(super) struct Gunzip {
    decoder: MultiGzDecoder<GunzipInput>,
    made: u64,
    /// The maximum ratio of decompressed to compressed length, if it is limited.
    ratio: Option<u32>,
}

/// The next result of decompression.
pub(super) enum Piece {
    Bytes(Bytes),
    /// More compressed bytes are needed.
    Starved,
    End,
    /// The body exceeds the compression ratio.
    TooMuch(u32),
    Broken(io::Error),
}

/// The compressed bytes that arrived.
#[derive(Default)]
struct GunzipInput {
    chunk: Bytes,
    taken: u64,
    is_end: bool,
}

impl Gunzip {
    pub(super) fn new(ratio: Option<u32>) -> Self {
        Self {
            decoder: MultiGzDecoder::new(GunzipInput::default()),
            made: 0,
            ratio,
        }
    }

    /// Adds a chunk, after the previous one has been used up.
    pub(super) fn feed(&mut self, chunk: Bytes) {
        self.decoder.get_mut().chunk = chunk;
    }

    /// Records that no more chunks follow.
    pub(super) fn end(&mut self) {
        self.decoder.get_mut().is_end = true;
    }

    pub(super) fn next(&mut self) -> Piece {
        let input = self.decoder.get_ref();
        if input.taken == 0 && input.chunk.is_empty() {
            // A body may be empty whatever its encoding, for instance in a response to HEAD.
            return if input.is_end { Piece::End } else { Piece::Starved };
        }
        let mut piece = vec![0; PIECE];
        match self.decoder.read(&mut piece) {
            Ok(0) => Piece::End,
            Ok(length) => {
                piece.truncate(length);
                self.made = self
                    .made
                    .saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
                let sent = self.decoder.get_ref().taken;
                match self.ratio {
                    Some(ratio) if self.made > FREE.max(sent.saturating_mul(ratio.into())) => {
                        Piece::TooMuch(ratio)
                    }
                    _ => Piece::Bytes(piece.into()),
                }
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Piece::Starved,
            Err(error) => Piece::Broken(error),
        }
    }
}

impl Read for GunzipInput {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.fill_buf()?.read(into)?;
        self.consume(length);
        Ok(length)
    }
}

impl BufRead for GunzipInput {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.chunk.is_empty() && !self.is_end {
            return Err(ErrorKind::WouldBlock.into());
        }
        Ok(&self.chunk)
    }
    fn consume(&mut self, length: usize) {
        let length = length.min(self.chunk.len());
        self.chunk = self.chunk.slice(length..);
        self.taken = self
            .taken
            .saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    /// The result for chunks of this length.
    fn gunzip(compressed: &[u8], length: usize, ratio: Option<u32>) -> Result<Vec<u8>, String> {
        let mut gunzip = Gunzip::new(ratio);
        let mut chunks = compressed.chunks(length);
        let mut all = Vec::new();
        loop {
            match gunzip.next() {
                Piece::Bytes(bytes) => {
                    assert!(bytes.len() <= PIECE);
                    all.extend_from_slice(&bytes);
                }
                Piece::Starved => match chunks.next() {
                    Some(chunk) => gunzip.feed(Bytes::copy_from_slice(chunk)),
                    None => gunzip.end(),
                },
                Piece::End => return Ok(all),
                Piece::TooMuch(ratio) => return Err(format!("more than {ratio} times")),
                Piece::Broken(error) => return Err(error.kind().to_string()),
            }
        }
    }

    #[test]
    fn test_chunks_of_any_length_become_the_text() {
        let text: Vec<u8> = (0..200_000_u32)
            .flat_map(|n| (n % 977).to_string().into_bytes())
            .collect();
        let mut members = gzip(&text);
        members.extend(gzip(b"and more"));
        let whole = [text.as_slice(), b"and more"].concat();
        for length in [1, 7, 4096, usize::MAX] {
            assert_eq!(gunzip(&members, length, None).unwrap(), whole, "{length}");
        }
        assert_eq!(gunzip(&[], 1, None).unwrap(), b"");
    }

    #[test]
    fn test_body_that_breaks_off_or_is_something_else_is_an_error() {
        let compressed = gzip(b"some text");
        for cut in 1..compressed.len() {
            assert!(gunzip(&compressed[..cut], 5, None).is_err(), "{cut}");
        }
        assert!(gunzip(b"{\"not\": \"gzip\"}", 5, None).is_err());
        let mut wrong = compressed.clone();
        *wrong.last_mut().unwrap() ^= 1;
        assert!(gunzip(&wrong, 100, None).is_err());
    }

    #[test]
    fn test_ratio_is_limited_beyond_the_first_mebibyte() {
        let bomb = gzip(&vec![0; 3 << 20]);
        assert_eq!(
            gunzip(&bomb, 100, Some(200)),
            Err("more than 200 times".to_owned())
        );
        assert_eq!(gunzip(&bomb, 100, Some(2000)).unwrap().len(), 3 << 20);
        assert_eq!(gunzip(&bomb, 100, None).unwrap().len(), 3 << 20);
        let short = gzip(&vec![0; 1 << 20]);
        assert_eq!(gunzip(&short, 100, Some(1)).unwrap().len(), 1 << 20);
    }
}
