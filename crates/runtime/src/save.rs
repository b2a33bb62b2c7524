//! Saves the body of a response as a file, completely or not at all, and resumes interrupted
//! downloads.

use crate::byte_stream::{ByteStream, Resume};
use crate::error::{Error, Failure, Stage};
use crate::from_response::FromResponse;
use crate::transport::platform::sleep;
use crate::transport::retry::{self, Attempt, Decision};
use crate::transport::{self, Resend, ResponseKinds};
use http::header::{CONTENT_RANGE, IF_RANGE, RANGE};
use http::{HeaderMap, HeaderValue, StatusCode};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::fs::{self, File};
use tokio::io::{AsyncSeekExt, AsyncWriteExt};

impl ByteStream {
    /// Saves the bytes as a file and returns their number. The file is written completely or not at
    /// all: it is written to a temporary file beside `path` and renamed at the end, in place of an
    /// existing file.
    ///
    /// An interrupted download is resumed by the client's retry policy, if the server can send
    /// parts of the file and identifies its version. If the file has changed in the meantime, it is
    /// downloaded again.
    ///
    /// # Errors
    ///
    /// As for [`ByteStream::chunk`], and when the file cannot be written.
    pub async fn save_to(self, path: impl AsRef<Path>) -> Result<u64, Error> {
        self.save_with(path, |_, _| {}).await
    }

    /// Saves the bytes as a file; `progress` receives the number of bytes written, and the total if
    /// the server announced it.
    ///
    /// # Errors
    ///
    /// As for [`ByteStream::save_to`].
    pub async fn save_with(
        self,
        path: impl AsRef<Path>,
        mut progress: impl FnMut(u64, Option<u64>) + Send,
    ) -> Result<u64, Error> {
        let (operation, total) = (self.operation(), self.content_length());
        save(operation, self, path.as_ref(), |written| progress(written, total)).await
    }
}

/// Saves `stream` at `path`; `progress` receives the number of bytes written.
async fn save(
    operation: &'static str,
    mut stream: ByteStream,
    path: &Path,
    mut progress: impl FnMut(u64) + Send,
) -> Result<u64, Error> {
    let part = part_of(path);
    let mut resume = stream.take_resume();
    let outcome = async {
        let mut file = File::create(&part)
            .await
            .map_err(|error| unwritten(operation, error))?;
        let (mut written, mut breaks, mut waited) = (0_u64, 0, Duration::ZERO);
        loop {
            match stream.chunk().await {
                Ok(Some(chunk)) => {
                    file.write_all(&chunk)
                        .await
                        .map_err(|error| unwritten(operation, error))?;
                    written += chunk.len() as u64;
                    progress(written);
                }
                Ok(None) => break,
                Err(error) => {
                    let Some(again) = resume.as_mut() else {
                        return Err(error);
                    };
                    let Some(wait) = wait_after(again, breaks, waited) else {
                        return Err(error);
                    };
                    (breaks, waited) = (breaks + 1, waited + wait);
                    sleep(wait).await;
                    let Some((rest, from)) = rest(again, written).await else {
                        return Err(error);
                    };
                    stream = rest;
                    if from != written {
                        file.set_len(from)
                            .await
                            .map_err(|error| unwritten(operation, error))?;
                        file.seek(io::SeekFrom::Start(from))
                            .await
                            .map_err(|error| unwritten(operation, error))?;
                        written = from;
                    }
                }
            }
        }
        file.sync_all()
            .await
            .map_err(|error| unwritten(operation, error))?;
        drop(file);
        fs::rename(&part, path)
            .await
            .map_err(|error| unwritten(operation, error))?;
        Ok(written)
    }
    .await;
    if outcome.is_err() {
        // The partial content is useless; the original error explains more.
        let _ = fs::remove_file(&part).await;
    }
    outcome
}

/// A temporary file beside the final one, so that renaming is atomic.
fn part_of(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{:08x}.part", fastrand::u32(..)));
    path.with_file_name(name)
}

fn unwritten(operation: &'static str, error: io::Error) -> Error {
    let what = format!("the file cannot be written ({})", error.kind());
    let mut failure = Failure::new(operation, Stage::Send, what);
    failure.source = Some(Box::new(error));
    Error::new(failure, None)
}

/// The wait before the rest is requested, if it is requested.
fn wait_after(resume: &Resume, breaks: u32, waited: Duration) -> Option<Duration> {
    let retry = resume.resend.client.retry();
    let own = resume.resend.request.settings.retry.as_deref();
    let attempt = Attempt {
        is_repeatable: true,
        retry_on: &[],
        can_resend: true,
        failure: retry::Failure::NoResponse,
        retries: breaks,
        waited,
        left: None,
    };
    match retry.decide_by(own.unwrap_or(retry.policy()), &attempt) {
        Decision::After(wait) => Some(wait),
        Decision::Stop(_) => None,
    }
}

/// The bytes after the first `written`, with their offset: 0 if the file has changed.
async fn rest(resume: &mut Resume, written: u64) -> Option<(ByteStream, u64)> {
    let Resend { client, request, .. } = &mut *resume.resend;
    let range = HeaderValue::try_from(format!("bytes={written}-")).ok()?;
    request.headers.insert(RANGE, range);
    request.headers.insert(IF_RANGE, resume.version.clone());
    let kinds = ResponseKinds {
        success: ByteStream::kind,
        names: [ByteStream::names, |_| false],
    };
    let mut response = transport::exchange(client, request, kinds).await.ok()?;
    let from = match response.status {
        StatusCode::PARTIAL_CONTENT => Some(written).filter(|from| begins_at(&response.headers, *from))?,
        _ => 0,
    };
    Some((ByteStream::read(&mut response).ok()?, from))
}

fn begins_at(headers: &HeaderMap, from: u64) -> bool {
    let range = headers.get(CONTENT_RANGE).and_then(|range| range.to_str().ok());
    range.is_some_and(|range| range.starts_with(&format!("bytes {from}-")))
}
