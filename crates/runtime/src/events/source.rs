//! Reads the bytes of an event stream, and limits the length of lines and events.

use crate::error::{Error, Failure, Stage};
use crate::transport::{Chunks, Limits};
use bytes::Bytes;
use futures_core::Stream;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The chunks of the body. Their failures pass through the parser as errors.
pub(super) struct EventSource {
    operation: &'static str,
    chunks: Chunks,
    meter: Meter,
}

impl EventSource {
    pub(super) fn new(operation: &'static str, chunks: Chunks, limits: &Limits) -> Self {
        Self {
            operation,
            chunks,
            meter: Meter::new(limits),
        }
    }
}

impl Stream for EventSource {
    type Item = Result<Bytes, Error>;
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.chunks.poll(cx).map(|next| {
            next.map(|chunk| {
                let chunk = chunk.and_then(|chunk| match self.meter.read(&chunk) {
                    Ok(()) => Ok(chunk),
                    Err(what) => Err(Failure::new(self.operation, Stage::Send, what).by_limit()),
                });
                chunk.map_err(|failure| Error::new(failure, None))
            })
        })
    }
}

/// Counts the bytes of the line and of the event that are being read.
struct Meter {
    longest_line: usize,
    longest_event: usize,
    line: usize,
    /// The length of the previous lines of the event, without comments, which the parser does not
    /// keep.
    event: usize,
    is_comment: bool,
    /// Whether a following line feed belongs to the end of the previous line.
    after_return: bool,
}

impl Meter {
    const fn new(limits: &Limits) -> Self {
        Self {
            longest_line: limits.event_line,
            longest_event: limits.event,
            line: 0,
            event: 0,
            is_comment: false,
            after_return: false,
        }
    }

    fn read(&mut self, bytes: &[u8]) -> Result<(), String> {
        for &byte in bytes {
            let after_return = std::mem::replace(&mut self.after_return, byte == b'\r');
            match byte {
                b'\n' if after_return => {}
                b'\n' | b'\r' => self.end_line(),
                _ => {
                    self.is_comment |= self.line == 0 && byte == b':';
                    self.line += 1;
                    self.check()?;
                }
            }
        }
        Ok(())
    }

    fn end_line(&mut self) {
        if self.line == 0 {
            self.event = 0;
        } else if !self.is_comment {
            self.event += self.line;
        }
        (self.line, self.is_comment) = (0, false);
    }

    fn check(&self) -> Result<(), String> {
        if self.line > self.longest_line {
            return Err(format!(
                "a line of the stream of events is longer than {} bytes; raise `Limits::event_line` of the client",
                self.longest_line
            ));
        }
        if !self.is_comment && self.event + self.line > self.longest_event {
            return Err(format!(
                "an event is longer than {} bytes; raise `Limits::event` of the client",
                self.longest_event
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads the text in chunks of each length, with limits of 10 bytes per line and 20 per event.
    fn read(text: &str) -> Result<(), String> {
        let limits = Limits {
            event_line: 10,
            event: 20,
            ..Limits::default()
        };
        let outcomes = [1, 3, usize::MAX].map(|length| {
            let mut meter = Meter::new(&limits);
            text.as_bytes()
                .chunks(length)
                .try_for_each(|chunk| meter.read(chunk))
        });
        let [first, ..] = &outcomes;
        assert!(outcomes.iter().all(|outcome| outcome == first), "{text:?}");
        first.clone()
    }

    #[test]
    fn test_lines_and_events_within_their_limits_pass() {
        for end in ["\n", "\r", "\r\n"] {
            let event = format!("data: 1234{end}data: 5678{end}{end}");
            assert_eq!(read(&event.repeat(50)), Ok(()), "{end:?}");
        }
        assert_eq!(
            read(&": still on\n".repeat(50)),
            Ok(()),
            "comments are of no event"
        );
    }

    #[test]
    fn test_line_and_event_that_are_too_long_are_told_apart() {
        assert!(read("data: 12345").is_err_and(|what| what.contains("event_line")));
        assert!(read(":234567890!").is_err_and(|what| what.contains("event_line")));
        let lines = "data: 123\nid: 12345\nretry: 1";
        assert!(read(lines).is_err_and(|what| what.contains("`Limits::event`")));
    }
}
