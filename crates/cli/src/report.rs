//! The report of a job on many items: a row for each item, and a status that says whether all
//! succeeded.

use crate::failure::{Exit, Failure};
use crate::mask::Mask;
use crate::output::Output;
use serde_json::{Map, Value};

/// Writes a row for each item, with members `result` and `error` after its own.
#[derive(Debug)]
pub struct Report {
    output: Output,
    mask: Mask,
    items: usize,
    failed: usize,
    /// The status of the first failed item.
    exit: Option<Exit>,
    /// Whether the reader of the report has closed it.
    is_closed: bool,
}

impl Report {
    pub(crate) fn new(mut output: Output, mask: Mask) -> Self {
        output.begin_list();
        Self {
            output,
            mask,
            items: 0,
            failed: 0,
            exit: None,
            is_closed: false,
        }
    }

    /// Writes the outcome of an item, which `members` identify: a word such as `created`, or the
    /// reason for its failure. A closed pipe does not stop the job.
    ///
    /// # Errors
    ///
    /// When the report cannot be written.
    pub fn item<'m>(
        &mut self,
        members: impl IntoIterator<Item = (&'m str, Value)>,
        result: Result<&str, &Failure>,
    ) -> Result<(), Failure> {
        self.items += 1;
        let mut row: Map<String, Value> = members
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        row.insert("result".to_owned(), result.unwrap_or("failed").into());
        let error = result.err().map(|failure| self.mask.apply(&failure.line()));
        row.insert("error".to_owned(), error.into());
        if let Err(failure) = result {
            self.failed += 1;
            self.exit.get_or_insert(failure.exit());
        }
        if self.is_closed {
            return Ok(());
        }
        // Users who watch see each result immediately.
        let written = self.output.item(row.into()).and_then(|()| self.output.flush());
        match written {
            Err(failure) if failure.is_closed() => {
                self.is_closed = true;
                Ok(())
            }
            written => written,
        }
    }

    /// Ends the report. `what` names the items: `agents`.
    ///
    /// # Errors
    ///
    /// When the report cannot be written, or an item failed. The failure then has the status of the
    /// first failed item.
    pub fn finish(self, what: &str) -> Result<(), Failure> {
        if !self.is_closed {
            self.output.finish()?;
        }
        let Some(exit) = self.exit else {
            return Ok(());
        };
        let message = format!("{} of {} {what} failed", self.failed, self.items);
        Err(Failure::new(exit, message))
    }
}
