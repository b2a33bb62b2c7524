//! Writes results: as a whole, or item by item as a list arrives.

use super::columns::Column;
use super::format::Format;
use super::query::Query;
use super::rows::Rows;
use super::sheet::Sheet;
use super::target::OutputTarget;
use crate::failure::Failure;
use crate::terminal;
use serde_json::Value;

/// How results are written.
#[derive(Debug, Default)]
pub struct Style {
    /// The format.
    pub format: Format,
    /// The query that each result passes through first.
    pub query: Option<Query>,
    /// The columns of CSV and tables.
    pub columns: Option<Vec<String>>,
    /// Whether the output is coloured.
    pub is_coloured: bool,
    /// The maximum width of a line of a table.
    pub width: Option<usize>,
}

/// Writes results.
#[derive(Debug)]
pub struct Output {
    format: Format,
    query: Option<Query>,
    rows: Rows,
    sheet: Option<Sheet>,
    to: OutputTarget,
    /// The number of results so far.
    count: usize,
    /// Whether the results are items of one list.
    is_list: bool,
}

impl Output {
    /// A writer to `to`; `rows` says where the rows of a result are.
    pub fn new(style: Style, rows: Rows, to: OutputTarget) -> Self {
        let is_table = style.format == Format::Table;
        let chosen = style
            .columns
            .map(|paths| paths.iter().map(|path| Column::parse(path)).collect());
        // The result of a query is not what the contract describes.
        let rows = if style.query.is_some() { Rows::ANY } else { rows };
        let sheet = matches!(style.format, Format::Csv | Format::Table)
            .then(|| Sheet::new(is_table, rows.kind(), chosen, style.width, style.is_coloured));
        Self {
            format: style.format,
            query: style.query,
            rows,
            sheet,
            to,
            count: 0,
            is_list: false,
        }
    }

    /// The format.
    pub const fn format(&self) -> Format {
        self.format
    }

    /// Whether the bytes of a response can be written unchanged.
    pub const fn takes_bytes(&self) -> bool {
        matches!(self.format, Format::Raw) && self.query.is_none()
    }

    /// The target.
    pub const fn target(&mut self) -> &mut OutputTarget {
        &mut self.to
    }

    /// Writes a result.
    ///
    /// # Errors
    ///
    /// When the result cannot be written, or the query fails on it.
    pub fn whole(&mut self, value: Value) -> Result<(), Failure> {
        match &self.query {
            None => self.result(value, true),
            Some(query) => {
                let results = query.run(&value)?;
                results
                    .into_iter()
                    .try_for_each(|value| self.result(value, false))
            }
        }
    }

    /// Writes an item of a list that arrives in pieces.
    ///
    /// # Errors
    ///
    /// As for [`whole`](Self::whole).
    pub fn item(&mut self, item: Value) -> Result<(), Failure> {
        self.begin_list();
        match &self.query {
            None => self.listed(item),
            Some(query) => {
                let results = query.run(&item)?;
                results.into_iter().try_for_each(|value| self.listed(value))
            }
        }
    }

    /// The result is a list, even if it has no items.
    pub const fn begin_list(&mut self) {
        self.is_list = true;
    }

    /// Flushes the output.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn flush(&mut self) -> Result<(), Failure> {
        self.to.flush()
    }

    /// Completes the output, and returns the columns that did not fit.
    ///
    /// # Errors
    ///
    /// When the rest of the output cannot be written.
    pub fn finish(mut self) -> Result<Vec<String>, Failure> {
        match (self.format, self.is_list, self.count) {
            (Format::Json | Format::Yaml, true, 0) => self.to.write("[]\n")?,
            (Format::Json, true, _) => self.to.write("\n]\n")?,
            _ => {}
        }
        let mut left_out = Vec::new();
        if let Some(mut sheet) = self.sheet.take() {
            sheet.finish(&mut self.to)?;
            left_out = sheet.left_out;
        }
        self.to.finish()?;
        Ok(left_out)
    }

    fn result(&mut self, value: Value, is_split: bool) -> Result<(), Failure> {
        let is_first = self.count == 0;
        self.count += 1;
        match self.format {
            Format::Json => {
                let text = pretty(&value)?;
                self.text(&format!("{text}\n"))
            }
            Format::Ndjson if is_split => {
                let rows = self.rows.take(value);
                rows.iter().try_for_each(|row| self.text(&format!("{row}\n")))
            }
            Format::Ndjson => self.text(&format!("{value}\n")),
            Format::Yaml => {
                let text = yaml(&value)?;
                let mark = if is_first { "" } else { "---\n" };
                self.text(&format!("{mark}{text}"))
            }
            Format::Raw => self.raw(&value),
            Format::Csv | Format::Table => {
                let rows = self.rows.take(value);
                rows.into_iter().try_for_each(|row| self.row(row))
            }
        }
    }

    fn listed(&mut self, item: Value) -> Result<(), Failure> {
        let is_first = self.count == 0;
        self.count += 1;
        match self.format {
            Format::Json => {
                let text = pretty(&item)?.replace('\n', "\n  ");
                let mark = if is_first { "[\n  " } else { ",\n  " };
                self.text(&format!("{mark}{text}"))
            }
            Format::Ndjson => self.text(&format!("{item}\n")),
            Format::Yaml => {
                let text = yaml(&Value::Array(vec![item]))?;
                self.text(&text)
            }
            Format::Raw => self.raw(&item),
            Format::Csv | Format::Table => self.row(item),
        }
    }

    fn row(&mut self, row: Value) -> Result<(), Failure> {
        match &mut self.sheet {
            Some(sheet) => sheet.row(row, &mut self.to),
            None => Ok(()),
        }
    }

    fn raw(&mut self, value: &Value) -> Result<(), Failure> {
        match value {
            Value::String(text) if self.to.is_terminal() => {
                let text = terminal::text(text).into_owned();
                self.to.write(&format!("{text}\n"))
            }
            Value::String(text) => self.to.write(&format!("{text}\n")),
            other => self.text(&format!("{other}\n")),
        }
    }

    /// JSON or YAML text, without anything that a terminal would interpret as a control sequence.
    fn text(&mut self, text: &str) -> Result<(), Failure> {
        match (self.to.is_terminal(), self.format) {
            (true, Format::Yaml) => self.to.write(&terminal::text(text)),
            (true, _) => self.to.write(&terminal::json(text)),
            (false, _) => self.to.write(text),
        }
    }
}

fn pretty(value: &Value) -> Result<String, Failure> {
    serde_json::to_string_pretty(value).map_err(|error| Failure::local(format!("json: {error}")))
}

fn yaml(value: &Value) -> Result<String, Failure> {
    let mut text =
        serde_saphyr::to_string(value).map_err(|error| Failure::local(format!("yaml: {error}")))?;
    if !text.ends_with('\n') {
        text.push('\n');
    }
    Ok(text)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use lorgnette_runtime::command_type;
    use lorgnette_runtime::commands::Kind;
    use serde_json::json;
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    command_type!(Lamp: ""; object "id" Text, "watt" Integer);

    static LAMPS: Kind = Kind::Of(&Lamp);

    #[derive(Clone, Default)]
    struct SharedBuffer(Arc<Mutex<Vec<u8>>>);

    impl Write for SharedBuffer {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn written(format: Format, query: Option<&str>, write: impl FnOnce(&mut Output)) -> String {
        let shared = SharedBuffer::default();
        let style = Style {
            format,
            query: query.map(|query| Query::new("query", query).unwrap()),
            ..Style::default()
        };
        let mut output = Output::new(style, Rows::ANY, OutputTarget::other(shared.clone()));
        write(&mut output);
        output.finish().unwrap();
        String::from_utf8(shared.0.lock().unwrap().clone()).unwrap()
    }

    fn whole(format: Format, query: Option<&str>) -> String {
        let value = json!([{"id": "a", "watt": 5}, {"id": "b", "new": [true]}]);
        written(format, query, |output| output.whole(value).unwrap())
    }

    fn items(format: Format) -> String {
        written(format, None, |output| {
            output.item(json!({"id": "a", "watt": 5})).unwrap();
            output.item(json!({"id": "b", "new": [true]})).unwrap();
        })
    }

    #[test]
    fn test_lists_are_the_same_whole_and_in_pieces() {
        for format in [
            Format::Json,
            Format::Ndjson,
            Format::Yaml,
            Format::Csv,
            Format::Table,
        ] {
            assert_eq!(items(format), whole(format, None), "{format:?}");
        }
        assert_eq!(
            items(Format::Ndjson),
            "{\"id\":\"a\",\"watt\":5}\n{\"id\":\"b\",\"new\":[true]}\n"
        );
        assert_eq!(items(Format::Csv), "id,watt,new\na,5,\nb,,[true]\n");
        assert_eq!(items(Format::Table), "ID  WATT  NEW\na   5\nb         [true]\n");
    }

    #[test]
    fn test_a_list_without_items_is_one() {
        let empty = |format| written(format, None, Output::begin_list);
        assert_eq!(empty(Format::Json), "[]\n");
        assert_eq!(empty(Format::Ndjson), "");
    }

    #[test]
    fn test_results_of_queries_are_written_one_after_the_other() {
        assert_eq!(whole(Format::Raw, Some(".[].id")), "a\nb\n");
        assert_eq!(
            whole(Format::Ndjson, Some(".[].id, [1,2]")),
            "\"a\"\n\"b\"\n[1,2]\n"
        );
        assert_eq!(whole(Format::Csv, Some("map({id})")), "id\na\nb\n");
        assert_eq!(whole(Format::Json, Some("length")), "2\n");
    }

    #[test]
    fn test_yaml_is_read_back_as_the_same() {
        let value = json!({"a": "no", "b": ["1", 2, null, "x: y\nz"], "c": {"d": "", "e": 1.5}});
        let text = written(Format::Yaml, None, |output| output.whole(value.clone()).unwrap());
        let read: Value = serde_saphyr::from_str(&text).unwrap();
        assert_eq!(read, value, "{text}");
    }

    #[test]
    fn test_columns_of_the_contract_come_first() {
        let rows = json!([{"new": 1, "id": "a"}]);
        let shared = SharedBuffer::default();
        let style = Style {
            format: Format::Csv,
            ..Style::default()
        };
        let rows_of = Rows::of_list(&LAMPS);
        let mut output = Output::new(style, rows_of, OutputTarget::other(shared.clone()));
        output.whole(rows).unwrap();
        output.finish().unwrap();
        assert_eq!(
            String::from_utf8(shared.0.lock().unwrap().clone()).unwrap(),
            "id,watt,new\na,,1\n"
        );
    }
}
