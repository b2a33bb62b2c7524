//! Generates clients in a build script, into `OUT_DIR`.
//!
//! Prefer a generated crate that is committed: its changes can be reviewed, its changelog lists
//! breaking changes, its published names are kept, it has a cargo feature per tag, and it compiles
//! without the generator, which a build script must compile first. Use this module for contracts
//! that change with the program itself, such as the one of a server in the same repository.
//!
//! ```no_run
//! // build.rs, with `lorgnette` among the build-dependencies
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     lorgnette::build::Generator::new("petstore.yaml").generate()?;
//!     Ok(())
//! }
//! ```
//!
//! ```ignore
//! // src/lib.rs or src/main.rs, with `lorgnette-runtime` among the dependencies
//! include!(concat!(env!("OUT_DIR"), "/petstore.rs"));
//!
//! use petstore::Client;
//! ```
//!
//! The module must be included at the root of the crate. It contains all operations; select some
//! with [`Generator::include`].

mod module;

use crate::about::About;
use crate::failure::CommandFailure;
use crate::files;
use crate::regen::source::on_large_stack;
use crate::scheme::Scheme;
use crate::write;
use lorgnette_codegen::catalogue::{self, Catalogue, Entry};
use lorgnette_codegen::diff::History;
use lorgnette_codegen::load::{self, Files};
use lorgnette_codegen::naming::module_name;
use lorgnette_codegen::pipeline::{self, Generated, Input};
use lorgnette_codegen::write::COMMANDS;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Generates a client from a contract in a build script.
#[derive(Clone, Debug, Default)]
pub struct Generator {
    contract: PathBuf,
    overlay: Option<PathBuf>,
    module: Option<String>,
    include: Vec<String>,
    exclude: Vec<String>,
    types_only: bool,
    output: Option<PathBuf>,
}

impl Generator {
    /// A generator for the contract in this JSON or YAML file, relative to the folder of the crate.
    /// Files that the contract refers to lie in its folder or below.
    pub fn new(contract: impl Into<PathBuf>) -> Self {
        Self {
            contract: contract.into(),
            ..Self::default()
        }
    }

    /// Repairs the contract with the overlay in this file.
    #[must_use]
    pub fn overlay(mut self, file: impl Into<PathBuf>) -> Self {
        self.overlay = Some(file.into());
        self
    }

    /// Sets the name of the module and of the file to include. The default is the contract's file
    /// name without its extension.
    #[must_use]
    pub fn module(mut self, name: impl Into<String>) -> Self {
        self.module = Some(name.into());
        self
    }

    /// Includes only the operations that this selector matches, along with those of other calls of
    /// this method: `tag:NAME`, a path such as `/pets/*` or `GET /pets/**`, or an operation's id.
    /// Types that no included operation uses are left out.
    #[must_use]
    pub fn include(mut self, selector: impl Into<String>) -> Self {
        self.include.push(selector.into());
        self
    }

    /// Leaves out the operations that this selector matches.
    #[must_use]
    pub fn exclude(mut self, selector: impl Into<String>) -> Self {
        self.exclude.push(selector.into());
        self
    }

    /// Generates only types, without a client.
    #[must_use]
    pub const fn types_only(mut self) -> Self {
        self.types_only = true;
        self
    }

    /// Sets the output folder; the default is the environment variable `OUT_DIR`.
    #[must_use]
    pub fn output(mut self, folder: impl Into<PathBuf>) -> Self {
        self.output = Some(folder.into());
        self
    }

    /// Writes `MODULE.rs`, the file to include, with the module's files in a folder beside it, and
    /// returns its path. Tells cargo which files the result depends on.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or written, a part of the contract cannot be generated, or
    /// `OUT_DIR` is not set.
    pub fn generate(self) -> Result<PathBuf, CommandFailure> {
        let (contracts, file) = files::of_contract(&self.contract)?;
        let folder = self.contract.parent().unwrap_or(Path::new(""));
        let read = contracts.keys().map(|name| folder.join(name));
        let read: Vec<PathBuf> = read.chain(self.overlay.clone()).collect();
        let api = self.api(&contracts, &file)?;
        let overlay = files::overlay(self.overlay.as_deref())?;
        let input = Input {
            api: &api,
            contract: contracts,
            overlay,
            history: History::default(),
        };
        let shown = folder.display().to_string();
        let generated = on_large_stack(&shown, || pipeline::generate_crate(&input))?;
        let generated = generated.map_err(|error| match error.file.as_str() {
            catalogue::FILE => CommandFailure::new(error.message).help(error.help),
            _ => CommandFailure::of_generator(&error, &shown),
        })?;
        // A warning about omissions from a build script would go unnoticed.
        if let Some(left) = generated.left_out.first() {
            return Err(CommandFailure::new(left.error.message.as_str())
                .at(format!("{}#{}", self.contract.display(), left.pointer))
                .help("repair it by an overlay, or leave the operation out with `exclude`"));
        }
        let place = self.write(&api.name, &generated)?;
        println!("cargo::rustc-check-cfg=cfg(feature, values(\"mock\"))");
        for path in read {
            println!("cargo::rerun-if-changed={}", path.display());
        }
        Ok(place)
    }

    /// The entry of the API, as a catalogue would contain it.
    fn api(&self, contracts: &Files, file: &str) -> Result<Entry, CommandFailure> {
        let document = load::load(contracts, file);
        let document = document.map_err(|error| CommandFailure::of_generator(&error.in_file(file), ""))?;
        let about = About::of(&document);
        let stem = Path::new(file).file_stem().and_then(|stem| stem.to_str());
        let name = self.module.as_deref().or(stem).unwrap_or("api");
        let mut catalogue = Catalogue::parse(
            "[[api]]\nname = 'api'\ntitle = ''\nvendor = ''\ncontract = ''\ndocumentation = ''\nsource = ''\nauthentication = ''\n",
        )
        .map_err(|error| CommandFailure::of_generator(&error, ""))?;
        let mut api = catalogue
            .apis
            .pop()
            .ok_or_else(|| CommandFailure::new("there is no entry"))?;
        module_name(name).trim_end_matches('_').clone_into(&mut api.name);
        api.title = if about.title.is_empty() {
            api.name.clone()
        } else {
            about.title
        };
        api.vendor = if about.vendor.is_empty() {
            api.title.clone()
        } else {
            about.vendor
        };
        file.clone_into(&mut api.contract);
        file.clone_into(&mut api.source);
        api.documentation = about.documentation;
        api.authentication = Scheme::of(&document).0.words();
        api.overlay = self.overlay.as_ref().map(|path| path.display().to_string());
        api.include.clone_from(&self.include);
        api.exclude.clone_from(&self.exclude);
        api.types_only = self.types_only;
        api.alone = Some(("build.rs".to_owned(), file.to_owned()));
        Ok(api)
    }

    /// Writes the sources of a crate as sources of a module.
    fn write(&self, module: &str, generated: &Generated) -> Result<PathBuf, CommandFailure> {
        let output = match &self.output {
            Some(output) => output.clone(),
            None => std::env::var_os("OUT_DIR").map(PathBuf::from).ok_or_else(|| {
                CommandFailure::new("the environment variable OUT_DIR is not set")
                    .help("call this from a build script, or say where to write with `output`")
            })?,
        };
        let folder = output.join(module);
        if folder.exists() {
            std::fs::remove_dir_all(&folder)
                .map_err(|error| CommandFailure::io("remove", &folder, &error))?;
        }
        let mut files = Vec::new();
        for (path, text) in &generated.files {
            if let Some(inside) = path.strip_prefix("src/") {
                // Only a separate crate can use the tables for command-line programs.
                if inside.starts_with("cli/") {
                    continue;
                }
                let (inside, text) = match inside {
                    "lib.rs" => ("mod.rs", text.replace(COMMANDS, "")),
                    // The including crate has no features for tags, so all operations are compiled.
                    "disabled.rs" => (inside, String::new()),
                    _ => (inside, text.clone()),
                };
                let text = module::of_crate(&text, module)
                    .map_err(|error| CommandFailure::new(error).at(path.as_str()))?;
                files.push((folder.join(inside), text));
            }
        }
        let root = std::path::absolute(folder.join("mod.rs"))
            .map_err(|error| CommandFailure::io("find", &folder, &error))?;
        let mut text = String::new();
        let _ = writeln!(
            text,
            "#[path = {:?}]\n#[rustfmt::skip]",
            root.display().to_string()
        );
        let _ = writeln!(
            text,
            "#[allow(missing_docs, unused, clippy::all, clippy::pedantic)]\npub mod {module};"
        );
        let place = output.join(format!("{module}.rs"));
        files.push((place.clone(), text));
        write::all(&files)?;
        Ok(place)
    }
}
