//! Errors and their sources: a report of the whole chain names each cause once.

use std::error::Error as StdError;
use std::fmt;

/// The innermost cause, which is the most specific: `Connection refused (os error 111)`.
pub(crate) fn root_cause(error: &dyn StdError) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

/// The source of an error, unless the error's own text already contains it.
///
/// Reports that print a chain of errors would repeat it.
pub(super) fn unsaid<'e>(
    error: &dyn fmt::Display,
    source: Option<&'e (dyn StdError + 'static)>,
) -> Option<&'e (dyn StdError + 'static)> {
    let (source, text) = (source?, error.to_string());
    let is_said = text.contains(&source.to_string()) || text.contains(&root_cause(source));
    (!is_said).then_some(source)
}
