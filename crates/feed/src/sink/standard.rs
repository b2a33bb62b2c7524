//! Writes lines to standard output.

use super::event::{Event, Sink, Taking};
use crate::error::{Error, Setback};
use std::io::{self, Write};

/// The sink for standard output. Lines written before a crash may be repeated.
#[derive(Debug)]
pub struct Standard;

impl Sink for Standard {
    fn take<'s>(&'s mut self, events: &'s [Event]) -> Taking<'s> {
        Box::pin(async move {
            let mut out = io::stdout().lock();
            let written = events.iter().try_for_each(|event| {
                out.write_all(event.text.as_bytes())?;
                out.write_all(b"\n")
            });
            match written.and_then(|()| out.flush()) {
                Ok(()) => Ok(Vec::new()),
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                    Err(Setback::Never(Error::closed()))
                }
                Err(error) => Err(Setback::later(format!("standard output: {error}"))),
            }
        })
    }
}
