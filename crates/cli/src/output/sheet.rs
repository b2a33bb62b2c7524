//! Rows as CSV or as a table, whose columns are chosen once the first rows have arrived.

use super::columns::{Column, columns, object};
use super::target::OutputTarget;
use super::{csv, table};
use crate::failure::Failure;
use lorgnette_runtime::commands::Kind;
use serde_json::Value;

/// The number of rows that are examined before the first one is written.
const LOOKED_AT: usize = 100;

/// Rows that are being written as CSV or as a table.
#[derive(Debug)]
pub struct Sheet {
    is_table: bool,
    kind: Kind,
    /// The requested columns.
    chosen: Option<Vec<Column>>,
    /// The maximum width of a line of a table.
    width: Option<usize>,
    is_bold: bool,
    waiting: Vec<Value>,
    begun: Option<Begun>,
    /// The columns that were not shown, for a message at the end.
    pub left_out: Vec<String>,
}

#[derive(Debug)]
struct Begun {
    columns: Vec<Column>,
    layout: Option<table::Layout>,
}

impl Sheet {
    pub fn new(
        is_table: bool,
        kind: Kind,
        chosen: Option<Vec<Column>>,
        width: Option<usize>,
        is_bold: bool,
    ) -> Self {
        Self {
            is_table,
            kind,
            chosen,
            width,
            is_bold,
            waiting: Vec::new(),
            begun: None,
            left_out: Vec::new(),
        }
    }

    /// Adds a row.
    pub fn row(&mut self, row: Value, to: &mut OutputTarget) -> Result<(), Failure> {
        let row = object(row);
        match &self.begun {
            Some(begun) => Self::write(self.width.is_some(), begun, &row, to),
            None => {
                self.waiting.push(row);
                match self.waiting.len() {
                    LOOKED_AT => self.begin(to),
                    _ => Ok(()),
                }
            }
        }
    }

    /// Ends the rows.
    pub fn finish(&mut self, to: &mut OutputTarget) -> Result<(), Failure> {
        match self.begun {
            Some(_) => Ok(()),
            None => self.begin(to),
        }
    }

    fn begin(&mut self, to: &mut OutputTarget) -> Result<(), Failure> {
        let rows = std::mem::take(&mut self.waiting);
        let columns = match self.chosen.take() {
            Some(chosen) => chosen,
            None => columns(self.kind, &rows),
        };
        let titles: Vec<String> = columns.iter().map(Column::title).collect();
        let layout = match self.is_table {
            false => {
                if !titles.is_empty() {
                    to.write(&csv::line(&titles)?)?;
                }
                None
            }
            true => {
                let cells = rows
                    .iter()
                    .map(|row| columns.iter().map(|column| column.cell(row)).collect());
                let upper: Vec<String> = titles.iter().map(|title| title.to_uppercase()).collect();
                let layout = table::Layout::new(&upper, &cells.collect::<Vec<_>>(), self.width);
                let line = layout.line(&upper, self.width.is_some());
                self.left_out = titles.get(layout.shown..).unwrap_or_default().to_vec();
                match (titles.is_empty(), self.is_bold) {
                    (true, _) => {}
                    (false, true) => to.write(&format!("\u{1b}[1m{}\u{1b}[0m\n", line.trim_end()))?,
                    (false, false) => to.write(&line)?,
                }
                Some(layout)
            }
        };
        let begun = Begun { columns, layout };
        for row in rows {
            Self::write(self.width.is_some(), &begun, &row, to)?;
        }
        self.begun = Some(begun);
        Ok(())
    }

    fn write(is_limited: bool, begun: &Begun, row: &Value, to: &mut OutputTarget) -> Result<(), Failure> {
        let cells: Vec<String> = begun.columns.iter().map(|column| column.cell(row)).collect();
        match &begun.layout {
            Some(layout) => to.write(&layout.line(&cells, is_limited)),
            None if cells.is_empty() => Ok(()),
            None => to.write(&csv::line(&cells)?),
        }
    }
}
