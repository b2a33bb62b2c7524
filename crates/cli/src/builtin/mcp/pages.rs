//! Results that are too long for one response: they are kept, and returned piece by piece.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// Results that were returned in part.
#[derive(Debug)]
pub struct PartialResults {
    longest: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    number: u64,
    results: VecDeque<(u64, String)>,
}

impl Kept {
    fn bytes(&self) -> usize {
        self.results.iter().map(|(_, result)| result.len()).sum()
    }
}

/// The limits on the number of kept results and on their bytes. An older result must be requested
/// again.
const RESULTS: usize = 8;
const BYTES: usize = 128 << 20;

impl PartialResults {
    /// Pages that are at most this long, in bytes.
    pub const fn new(longest: usize) -> Self {
        Self {
            longest,
            kept: Mutex::new(Kept {
                number: 0,
                results: VecDeque::new(),
            }),
        }
    }

    /// The beginning of a result, and the name by which the rest can be read.
    pub fn first(&self, result: String) -> (String, Option<String>) {
        let end = cut(&result, 0, self.longest);
        if end == result.len() {
            return (result, None);
        }
        let page = result[..end].to_owned();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.number += 1;
        let number = kept.number;
        kept.results.push_back((number, result));
        while kept.results.len() > 1 && (kept.results.len() > RESULTS || kept.bytes() > BYTES) {
            kept.results.pop_front();
        }
        (page, Some(format!("{number}-{end}")))
    }

    /// The page of this name, and the name of the next page; `None` if there is no such page.
    pub fn next(&self, name: &str) -> Option<(String, Option<String>)> {
        let (number, begin) = name.split_once('-')?;
        let (number, begin): (u64, usize) = (number.parse().ok()?, begin.parse().ok()?);
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, result) = kept.results.iter().find(|(known, _)| *known == number)?;
        if !result.is_char_boundary(begin) || begin >= result.len() {
            return None;
        }
        let end = cut(result, begin, self.longest);
        let next = (end < result.len()).then(|| format!("{number}-{end}"));
        Some((result[begin..end].to_owned(), next))
    }
}

/// The end of a page that begins here: after a line break, if there is one.
fn cut(text: &str, begin: usize, longest: usize) -> usize {
    let mut end = (begin + longest).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    if end == text.len() {
        return end;
    }
    match text[begin..end].rfind('\n') {
        Some(line) => begin + line + 1,
        None => end,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_pages_together_are_the_result() {
        let lines: Vec<String> = (0..500).map(|number| format!("línea {number}\n")).collect();
        let result = lines.concat();
        let pages = PartialResults::new(100);
        let (mut text, mut next) = pages.first(result.clone());
        while let Some(name) = next {
            let (page, after) = pages.next(&name).unwrap_or_default();
            assert!(!page.is_empty() && page.len() <= 100 && page.ends_with('\n'));
            text.push_str(&page);
            next = after;
        }
        assert_eq!(text, result);
        assert_eq!(pages.first("short".to_owned()), ("short".to_owned(), None));
    }

    #[test]
    fn test_pages_that_are_not_there_are_none() {
        let pages = PartialResults::new(10);
        pages.first("é".repeat(20));
        for name in ["", "1", "1-x", "2-0", "1-1", "1-9999"] {
            assert_eq!(pages.next(name), None, "{name}");
        }
    }
}
