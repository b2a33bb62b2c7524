//! The formats of results.

use std::path::Path;
use std::str::FromStr;

/// A format of results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Indented JSON.
    #[default]
    Json,
    /// JSON, one value per line.
    Ndjson,
    /// YAML.
    Yaml,
    /// Comma-separated values.
    Csv,
    /// Columns for people to read.
    Table,
    /// The unchanged response; for a query, text without quotation marks.
    Raw,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 6] = [
        Self::Json,
        Self::Ndjson,
        Self::Yaml,
        Self::Csv,
        Self::Table,
        Self::Raw,
    ];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Yaml => "yaml",
            Self::Csv => "csv",
            Self::Table => "table",
            Self::Raw => "raw",
        }
    }

    /// The description of the format.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Json => "JSON, indented",
            Self::Ndjson => "JSON, one item of a list per line",
            Self::Yaml => "YAML",
            Self::Csv => "comma-separated values, a row for each item of a list",
            Self::Table => "columns for people to read",
            Self::Raw => "the unchanged response; texts of a query without quotation marks",
        }
    }

    /// The format of a file, according to its name.
    pub fn of_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "json" => Some(Self::Json),
            "ndjson" | "jsonl" => Some(Self::Ndjson),
            "yaml" | "yml" => Some(Self::Yaml),
            "csv" => Some(Self::Csv),
            "txt" => Some(Self::Table),
            _ => None,
        }
    }
}

impl FromStr for Format {
    type Err = String;
    fn from_str(name: &str) -> Result<Self, String> {
        let format = Self::ALL.into_iter().find(|format| format.name() == name);
        format.ok_or_else(|| "expected json, ndjson, yaml, csv, table or raw".to_owned())
    }
}
