//! The file with the profiles of a program.
//!
//! ```toml
//! [profiles.default]
//! base_url = "https://api.example.com"
//! api_key = "..."
//! corp = "acme"
//!
//! [profiles.staging]
//! credentials_command = ["pass", "show", "example/staging"]
//! ```

use crate::failure::{Exit, Failure};
use crate::setting::Owner;
use etcetera::BaseStrategy;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// The file with the profiles of a program.
#[derive(Debug)]
pub struct ProfileFile {
    path: PathBuf,
    table: Table,
}

/// A profile: settings by name.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    name: String,
    table: Table,
}

/// The table of the file that holds the profiles.
const PROFILES: &str = "profiles";

impl ProfileFile {
    /// Reads the file of `program`. Its path is in the variable `…_CONFIG`, or else follows the
    /// platform's convention. A missing file has no profiles.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is not TOML, or is readable by users other than its owner.
    pub fn read(program: Owner) -> Result<Self, Failure> {
        let path = path(program)?;
        let shown = path.display();
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(Failure::local(format!("{shown} cannot be read: {error}"))),
        };
        if !text.is_empty() {
            check_mode(&path)?;
        }
        // The parser's error would show the line, and the line may contain a secret.
        let table = text.parse::<Table>().map_err(|error| {
            let at = error.span().map_or(0, |span| span.start.min(text.len()));
            let line = text.get(..at).unwrap_or_default().matches('\n').count() + 1;
            Failure::usage(format!(
                "{shown}:{line}: invalid TOML; correct it, or log in again"
            ))
        })?;
        Ok(Self { path, table })
    }

    /// The path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The names of the profiles.
    pub fn names(&self) -> Vec<&str> {
        let profiles = self.table.get(PROFILES).and_then(Value::as_table);
        profiles
            .into_iter()
            .flat_map(Table::keys)
            .map(String::as_str)
            .collect()
    }

    /// The profile of this name, if there is one.
    pub fn profile(&self, name: &str) -> Option<Profile> {
        let table = self.table.get(PROFILES)?.get(name)?.as_table()?;
        Some(Profile {
            name: name.to_owned(),
            table: table.clone(),
        })
    }

    /// Adds a profile, replacing one of the same name.
    pub fn put(&mut self, profile: Profile) {
        let profiles = self
            .table
            .entry(PROFILES)
            .or_insert_with(|| Value::Table(Table::new()));
        if let Value::Table(profiles) = profiles {
            profiles.insert(profile.name, Value::Table(profile.table));
        }
    }

    /// Removes a profile, and returns whether it existed.
    pub fn remove(&mut self, name: &str) -> bool {
        let profiles = self.table.get_mut(PROFILES).and_then(Value::as_table_mut);
        profiles.is_some_and(|profiles| profiles.remove(name).is_some())
    }

    /// Writes the file atomically, readable by its owner only.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn write(&self) -> Result<(), Failure> {
        let write = || {
            let folder = self.path.parent().unwrap_or(Path::new("."));
            create_private_folder(folder)?;
            let text = toml::to_string_pretty(&self.table).map_err(io::Error::other)?;
            let beside = self.path.with_extension(format!("toml.{}", std::process::id()));
            let mut file = create_private_file(&beside)?;
            let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
            drop(file);
            written
                .and_then(|()| fs::rename(&beside, &self.path))
                .inspect_err(|_| drop(fs::remove_file(&beside)))
        };
        write().map_err(|error| Failure::local(format!("{} cannot be written: {error}", self.path.display())))
    }
}

impl Profile {
    /// An empty profile of this name.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            table: Table::new(),
        }
    }

    /// The name of the profile.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A setting as text.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.table.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Table(_) | Value::Array(_) => None,
            other => Some(other.to_string()),
        }
    }

    /// A setting that is a list of strings.
    pub fn list(&self, name: &str) -> Option<Vec<String>> {
        let items = self.table.get(name)?.as_array()?.iter();
        items.map(|item| item.as_str().map(str::to_owned)).collect()
    }

    /// Sets a setting to this value.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.table.insert(name.to_owned(), value.into());
    }

    /// Removes a setting.
    pub fn unset(&mut self, name: &str) {
        self.table.remove(name);
    }

    /// The names of the settings.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.table.keys().map(String::as_str)
    }
}

fn path(program: Owner) -> Result<PathBuf, Failure> {
    let variable = program.variable("CONFIG");
    if let Some(path) = std::env::var_os(&variable).filter(|path| !path.is_empty()) {
        return Ok(path.into());
    }
    let strategy = etcetera::choose_base_strategy();
    let strategy = strategy.map_err(|_| {
        Failure::new(
            Exit::Usage,
            format!("there is no home directory to look for profiles in; name a file with {variable}"),
        )
    })?;
    Ok(strategy.config_dir().join(program.name).join("config.toml"))
}

/// Refuses a file that others can read, since it holds secrets.
#[cfg(unix)]
fn check_mode(path: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).map_or(0, |metadata| metadata.permissions().mode());
    if mode.trailing_zeros() >= 6 {
        return Ok(());
    }
    let shown = path.display();
    Err(Failure::new(
        Exit::Credentials,
        format!(
            "{shown} can be read by others (mode {:03o}); run `chmod 600 {shown}`",
            mode & 0o777
        ),
    ))
}

#[cfg(not(unix))]
fn check_mode(_: &Path) -> Result<(), Failure> {
    Ok(())
}

fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}

fn create_private_file(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}
