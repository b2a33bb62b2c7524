//! CSV files that jobs read: a row for each item, below a header that names the columns.

use crate::failure::Failure;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

/// A row of a CSV file.
#[derive(Clone, Debug)]
pub struct Record {
    line: u64,
    cells: BTreeMap<String, String>,
    fault: Option<String>,
}

/// Reads the rows of a CSV file in UTF-8; `-` is standard input.
///
/// The names of columns are read without regard to case, spaces and hyphens: `Host Name` is
/// `host_name`. Cells are separated by commas, or by semicolons if the header has no comma. Empty
/// rows are left out. A row that does not match the header is kept with its error, so that it is
/// reported in its place.
///
/// # Errors
///
/// When the file cannot be read, is not UTF-8, or lacks one of the columns that are `needed`.
pub fn records(path: &Path, needed: &[&str]) -> Result<Vec<Record>, Failure> {
    let shown = path.display();
    let unread = |error: &dyn std::fmt::Display| Failure::local(format!("{shown} cannot be read: {error}"));
    let mut bytes = Vec::new();
    match path.as_os_str() == "-" {
        true => drop(
            io::stdin()
                .read_to_end(&mut bytes)
                .map_err(|error| unread(&error))?,
        ),
        false => bytes = fs::read(path).map_err(|error| unread(&error))?,
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = error.as_bytes().iter().take(valid);
        let line = 1 + before.filter(|byte| **byte == b'\n').count();
        Failure::usage(format!(
            "{shown} is not UTF-8 in line {line}; save it as CSV in UTF-8"
        ))
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    read(text, needed).map_err(|what| Failure::usage(format!("{shown}: {what}")))
}

fn read(text: &str, needed: &[&str]) -> Result<Vec<Record>, String> {
    let head = text.lines().next().unwrap_or_default();
    let delimiter = match head.contains(';') && !head.contains(',') {
        true => b';',
        false => b',',
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .flexible(true)
        .from_reader(text.as_bytes());
    let head: Vec<String> = reader
        .headers()
        .map_err(|error| error.to_string())?
        .iter()
        .map(column)
        .collect();
    for name in needed {
        if !head.iter().any(|known| known == name) {
            return Err(format!(
                "there is no column `{name}`; the first row names the columns"
            ));
        }
    }
    let mut records = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|error| error.to_string())?;
        if row.iter().all(str::is_empty) {
            continue;
        }
        let fault = (row.len() != head.len()).then(|| {
            format!(
                "the row has {} cells, and the header has {}",
                row.len(),
                head.len()
            )
        });
        let cells = head.iter().zip(row.iter()).filter(|(_, cell)| !cell.is_empty());
        records.push(Record {
            line: row.position().map_or(0, csv::Position::line),
            cells: cells
                .map(|(name, cell)| (name.clone(), cell.to_owned()))
                .collect(),
            fault,
        });
    }
    Ok(records)
}

/// The name of a column as jobs use it.
fn column(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

impl Record {
    /// The line at which the row begins, counted from 1.
    pub const fn line(&self) -> u64 {
        self.line
    }

    /// The value in this column, if there is one.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.cells.get(name).map(String::as_str)
    }

    /// The value in this column.
    ///
    /// # Errors
    ///
    /// When the row does not match the header, or the cell is empty.
    pub fn need(&self, name: &str) -> Result<&str, Failure> {
        self.fits()?;
        self.get(name)
            .ok_or_else(|| Failure::usage(format!("`{name}` is missing")))
    }

    /// The value in this column, converted to another type.
    ///
    /// # Errors
    ///
    /// When the text is not a value of that type; `expected` describes valid values.
    pub fn parse<T: std::str::FromStr>(&self, name: &str, expected: &str) -> Result<Option<T>, Failure> {
        let parse = |text: &str| {
            let parsed = text.parse().ok();
            parsed.ok_or_else(|| Failure::usage(format!("`{name}`: expected {expected}, got `{text}`")))
        };
        self.get(name).map(parse).transpose()
    }

    /// The value in this column as yes or no: `yes`, `true`, `1`, `x`, or the opposite.
    ///
    /// # Errors
    ///
    /// When the text is neither.
    pub fn yes(&self, name: &str) -> Result<Option<bool>, Failure> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        match text.to_lowercase().as_str() {
            "yes" | "y" | "true" | "1" | "x" | "on" => Ok(Some(true)),
            "no" | "n" | "false" | "0" | "off" => Ok(Some(false)),
            _ => Err(Failure::usage(format!(
                "`{name}`: expected yes or no, got `{text}`"
            ))),
        }
    }

    /// Whether the row matches the header.
    ///
    /// # Errors
    ///
    /// When the row has more or fewer cells than the header.
    pub fn fits(&self) -> Result<(), Failure> {
        self.fault
            .as_ref()
            .map_or(Ok(()), |fault| Err(Failure::usage(fault)))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn test_columns_are_found_however_they_are_written() {
        let rows = read(
            "Host Name;Licensed\nhall, north;yes\n;\n\"a;b\";0\n",
            &["host_name"],
        )
        .unwrap();
        let seen: Vec<_> = rows
            .iter()
            .map(|row| (row.line(), row.get("host_name"), row.yes("licensed").unwrap()))
            .collect();
        assert_eq!(
            seen,
            [
                (2, Some("hall, north"), Some(true)),
                (4, Some("a;b"), Some(false))
            ]
        );
    }

    #[test]
    fn test_a_row_that_does_not_fit_is_reported_in_its_place() {
        let rows = read("name,url\na,b,c\nd,e\n", &["name"]).unwrap();
        let fault = rows[0].need("name").unwrap_err();
        assert_eq!(fault.line(), "the row has 3 cells, and the header has 2");
        assert_eq!(rows[1].need("url").unwrap(), "e");
        assert_eq!(
            rows[1].yes("url").unwrap_err().line(),
            "`url`: expected yes or no, got `e`"
        );
        assert_eq!(rows[1].need("login").unwrap_err().line(), "`login` is missing");
    }

    #[test]
    fn test_files_without_the_columns_are_refused() {
        let error = read("name\na\n", &["name", "url"]).unwrap_err();
        assert!(error.contains("`url`"), "{error}");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("latin.csv");
        fs::write(&path, b"name\nB\xfcro\n").unwrap();
        let error = records(&path, &["name"]).unwrap_err().line();
        assert!(
            error.ends_with("is not UTF-8 in line 2; save it as CSV in UTF-8"),
            "{error}"
        );
    }
}
