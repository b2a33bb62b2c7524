//! Rows as columns for people to read.

use crate::terminal;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The maximum width of a column if the width of lines is limited.
const WIDEST: usize = 40;
/// The separator of two columns.
const GAP: &str = "  ";

/// The widths of the columns, and how many of them fit.
#[derive(Debug)]
pub struct Layout {
    widths: Vec<usize>,
    /// The number of columns that are shown.
    pub shown: usize,
}

impl Layout {
    /// A layout for a title and the first rows. With a width, lines are no longer than that.
    pub fn new(titles: &[String], rows: &[Vec<String>], width: Option<usize>) -> Self {
        let mut widths: Vec<usize> = titles.iter().map(|title| title.width()).collect();
        for row in rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(terminal::line(cell).width());
            }
        }
        let Some(limit) = width else {
            let shown = widths.len();
            return Self { widths, shown };
        };
        let mut used = 0;
        let mut shown = 0;
        for width in &mut widths {
            *width = (*width).min(WIDEST);
            used += *width + if shown == 0 { 0 } else { GAP.len() };
            if used > limit && shown > 0 {
                break;
            }
            shown += 1;
        }
        // A single column gets the whole line.
        if let (1, [only]) = (shown, widths.as_mut_slice()) {
            *only = limit;
        }
        Self { widths, shown }
    }

    /// A line of cells, without trailing spaces.
    pub fn line(&self, cells: &[String], is_limited: bool) -> String {
        let mut line = String::new();
        for (cell, width) in cells.iter().zip(&self.widths).take(self.shown) {
            if !line.is_empty() {
                line.push_str(GAP);
            }
            let mut cell = terminal::line(cell);
            if is_limited {
                cell = shortened(cell, *width);
            }
            let blanks = width.saturating_sub(cell.width());
            line.push_str(&cell);
            line.extend(std::iter::repeat_n(' ', blanks));
        }
        line.truncate(line.trim_end().len());
        line.push('\n');
        line
    }
}

/// Text, cut to at most this width.
fn shortened(text: String, width: usize) -> String {
    if text.width() <= width {
        return text;
    }
    let mut used = 1;
    let kept = text.chars().take_while(|character| {
        used += character.width().unwrap_or_default();
        used <= width
    });
    let mut kept: String = kept.collect();
    kept.push('…');
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn test_columns_stand_below_each_other() {
        let (titles, row) = (cells(&["ID", "NAME", "X"]), cells(&["7", "日本 lamp", ""]));
        let layout = Layout::new(&titles, std::slice::from_ref(&row), None);
        assert_eq!(layout.line(&titles, false), "ID  NAME       X\n");
        assert_eq!(layout.line(&row, false), "7   日本 lamp\n");
    }

    #[test]
    fn test_lines_are_no_wider_than_the_terminal() {
        let (titles, row) = (
            cells(&["A", "B", "C"]),
            cells(&["x".repeat(90).as_str(), "yyyy", "zzzz"]),
        );
        let layout = Layout::new(&titles, std::slice::from_ref(&row), Some(47));
        assert_eq!(layout.shown, 2);
        let line = layout.line(&row, true);
        assert_eq!(line, format!("{}…  yyyy\n", "x".repeat(39)));
    }

    #[test]
    fn test_cells_steer_no_terminal() {
        let layout = Layout::new(&cells(&["A"]), &[], None);
        assert_eq!(layout.line(&cells(&["\u{1b}[2J\nb"]), false), "\\u{1b}[2J b\n");
    }
}
