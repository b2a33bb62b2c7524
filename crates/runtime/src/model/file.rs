//! A file as the body of a request.

use bytes::Bytes;
use futures_core::Stream;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::fs::File;
use tokio::io::{AsyncRead, ReadBuf};

/// The number of bytes read at once.
const PIECE: usize = 64 * 1024;

/// A file that is read while it is sent, and opened again for each attempt.
#[derive(Clone, Debug)]
pub(super) struct FileBody {
    path: Arc<Path>,
    pub(super) length: u64,
}

impl FileBody {
    /// The file at a path, with its current length.
    pub(super) async fn new(path: PathBuf) -> io::Result<Self> {
        let metadata = tokio::fs::metadata(&path).await?;
        if !metadata.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file"));
        }
        Ok(Self {
            path: path.into(),
            length: metadata.len(),
        })
    }

    pub(super) fn read(&self) -> FileReading {
        let path = Arc::clone(&self.path);
        FileReading::Opening(Box::pin(async move { File::open(&path).await }))
    }
}

/// The bytes of a file.
pub(super) enum FileReading {
    Opening(Pin<Box<dyn Future<Output = io::Result<File>> + Send>>),
    Open(File),
    Over,
}

impl Stream for FileReading {
    type Item = io::Result<Bytes>;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let outcome = loop {
            match &mut *self {
                Self::Opening(opening) => match ready!(opening.as_mut().poll(cx)) {
                    Ok(file) => *self = Self::Open(file),
                    Err(error) => break Some(Err(error)),
                },
                Self::Open(file) => {
                    let mut piece = vec![0; PIECE];
                    let mut buffer = ReadBuf::new(&mut piece);
                    break match ready!(Pin::new(file).poll_read(cx, &mut buffer)) {
                        Ok(()) if buffer.filled().is_empty() => None,
                        Ok(()) => {
                            let length = buffer.filled().len();
                            piece.truncate(length);
                            Some(Ok(piece.into()))
                        }
                        Err(error) => Some(Err(error)),
                    };
                }
                Self::Over => break None,
            }
        };
        if !matches!(outcome, Some(Ok(_))) {
            *self = Self::Over;
        }
        Poll::Ready(outcome)
    }
}
