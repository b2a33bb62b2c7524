//! Writes a new entry of the catalogue.

use super::type_names::TypeName;
use crate::failure::CommandFailure;
use crate::workspace::{CATALOGUE, Workspace};
use crate::write;
use lorgnette_codegen::catalogue::{Catalogue, Entry};
use lorgnette_codegen::text::{LONG, line};
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, TomlError, Value, value};

/// The keys in the order in which the catalogue explains them.
const ORDER: [&str; 11] = [
    "name",
    "title",
    "vendor",
    "contract",
    "documentation",
    "source",
    "overlay",
    "base_url",
    "authentication",
    "paging",
    "naming",
];

/// An entry.
pub struct DraftEntry {
    table: Table,
}

impl DraftEntry {
    /// The entry of the API `name`, whose contract comes from `source`.
    pub fn new(name: &str, source: &str) -> Self {
        let mut entry = Self { table: Table::new() };
        for key in ["title", "vendor", "documentation", "authentication"] {
            entry.set(key, "");
        }
        entry.set("name", name);
        entry.set("contract", "openapi.json");
        entry.set("source", source);
        entry
    }

    /// Sets a key to a text. Since it may come from a contract, it is put on one line, and
    /// invisible characters are made visible.
    pub fn set(&mut self, key: &str, text: &str) {
        self.table[key] = value(line(text, LONG));
    }

    /// Sets a key to an inline table, given as TOML.
    ///
    /// # Errors
    ///
    /// When the text is invalid.
    pub fn set_table(&mut self, key: &str, text: &str) -> Result<(), CommandFailure> {
        let table: Value = text
            .parse()
            .map_err(|error: TomlError| CommandFailure::new(error.message()).at(CATALOGUE))?;
        self.table[key] = value(table);
        Ok(())
    }

    /// Sets the names of types.
    pub fn rename_types(&mut self, names: &[TypeName]) {
        if names.is_empty() {
            return;
        }
        let mut types = Table::new();
        for name in names {
            types.insert(&name.key, value(name.new.as_str()));
        }
        let mut naming = Table::new();
        naming.set_implicit(true);
        naming.insert("rename-types", Item::Table(types));
        self.table.insert("naming", Item::Table(naming));
    }

    /// The entry as the generator reads it in the project of the workspace.
    ///
    /// # Errors
    ///
    /// When the entry is invalid, for instance because the name is not a crate name.
    pub fn api(&self, workspace: &Workspace) -> Result<Entry, CommandFailure> {
        let mut catalogue = Catalogue::parse(&self.alone().to_string())
            .map_err(|error| CommandFailure::of_generator(&error.in_file(CATALOGUE), ""))?;
        let mut api = catalogue
            .apis
            .pop()
            .ok_or_else(|| CommandFailure::new("the entry is empty").at(CATALOGUE))?;
        api.project.clone_from(workspace.project());
        Ok(api)
    }

    /// The entry as a separate catalogue.
    fn alone(&self) -> DocumentMut {
        let mut document = DocumentMut::new();
        let mut entries = ArrayOfTables::new();
        entries.push(self.sorted());
        document.insert("api", Item::ArrayOfTables(entries));
        document
    }

    fn sorted(&self) -> Table {
        let mut table = Table::new();
        for key in ORDER {
            if let Some(item) = self.table.get(key) {
                table.insert(key, item.clone());
            }
        }
        table
    }

    /// Appends the entry to the catalogue, which keeps its comments.
    ///
    /// # Errors
    ///
    /// When the catalogue cannot be read or written.
    pub fn append_to(&self, workspace: &Workspace) -> Result<(), CommandFailure> {
        let old = workspace.read(CATALOGUE)?;
        let blank = if old.is_empty() || old.ends_with("\n\n") {
            ""
        } else {
            "\n"
        };
        write::whole(
            &workspace.path(CATALOGUE),
            &format!("{old}{blank}{}", self.alone()),
        )
    }
}
