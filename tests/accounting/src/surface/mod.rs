//! Reads the surface of a generated crate from its source: operations with their descriptors, and
//! types with their tables.
//!
//! A request without a descriptor, a struct whose table does not fit its fields, or an enum without
//! a table is an error.

mod listing;
mod methods;
mod operations;
mod rust_type;
mod tables;
mod types;
mod webhooks;

pub use rust_type::RustType;
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};
use std::path::Path;

/// The public items of a generated crate.
#[derive(Clone, Debug, Default)]
pub struct Surface {
    /// The modules of operations, by name.
    pub tags: Vec<SurfaceTag>,
    /// The operations, by module and then in the order of the source.
    pub operations: Vec<SurfaceOperation>,
    /// Structs, enums and unions, by name.
    pub types: BTreeMap<String, SurfaceType>,
    /// Enums of responses by status, by name.
    pub statuses: BTreeMap<String, Vec<ResponseVariant>>,
    /// The types of webhook bodies, by event.
    pub webhooks: BTreeMap<String, RustType>,
    /// The texts in the client and in the crate's root, including addresses.
    pub texts: Vec<String>,
}

/// A module of operations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurfaceTag {
    /// The module.
    pub module: String,
}

/// An operation.
#[derive(Clone, Debug)]
pub struct SurfaceOperation {
    /// The module that contains it.
    pub module: String,
    /// The method of the client.
    pub method: String,
    /// The builder.
    pub builder: String,
    /// The id in the contract, according to the descriptor.
    pub contract_id: String,
    /// The HTTP method in upper case.
    pub http_method: String,
    /// The path template.
    pub path: String,
    /// The parameters of the descriptor with their setters.
    pub parameters: Vec<SurfaceParameter>,
    /// The setters of the body.
    pub bodies: Vec<BodySetter>,
    /// Whether the request requires a body.
    pub body_required: bool,
    /// Further calls on the descriptor (`accept`, `server`, `security`, `retry_on`) with their
    /// arguments.
    pub options: Vec<(String, String)>,
    /// The type of a success: the argument of `Response`.
    pub success: RustType,
    /// Further forms of the success.
    pub forms: Vec<Form>,
    /// The enum of declared errors.
    pub error: Option<RustType>,
    /// The paging, if a response is one page of a list.
    pub pages: Option<SurfacePages>,
    /// The condition under which the reported job is done, if it can be waited for.
    pub waits: Option<String>,
    /// Whether the builder is deprecated.
    pub deprecated: bool,
}

/// How a builder returns a list page by page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurfacePages {
    /// The field of a page that holds the items.
    pub items: String,
    /// The type of an item.
    pub item: String,
    /// How one page leads to the next: `link "meta.next"`.
    pub step: String,
}

/// A form of a success that is requested by a method of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// The media types that it requests, including those of errors.
    pub accept: String,
    /// The content of the success.
    pub payload: RustType,
}

/// A media type without parameters, in lower case.
pub fn essence(media_type: &str) -> String {
    let essence = media_type.split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

impl Form {
    /// Whether it is what comes as `media_type`: the first that it asks for.
    pub fn is_of(&self, media_type: &str) -> bool {
        let asked = self.accept.split(',').next().unwrap_or_default();
        essence(asked) == essence(media_type)
    }
}

/// A parameter of an operation.
#[derive(Clone, Debug)]
pub struct SurfaceParameter {
    /// The name on the wire.
    pub wire: String,
    /// `path`, `query`, `header` or `cookie`.
    pub location: String,
    /// Whether a request without it is rejected.
    pub required: bool,
    /// Further calls on the parameter (`explode`, `deep_object`, ...) with their arguments.
    pub options: Vec<(String, String)>,
    /// The setter.
    pub setter: String,
    /// The argument type of the setter.
    pub ty: RustType,
    /// The setter's documentation.
    pub docs: String,
}

/// A setter of the body.
#[derive(Clone, Debug)]
pub struct BodySetter {
    /// The setter.
    pub setter: String,
    /// The method of the runtime that writes it: `json`, `json_as`, `form`, `multipart`, `text` or
    /// `raw`.
    pub kind: String,
    /// The media type.
    pub media_type: String,
    /// The argument type of the setter.
    pub ty: RustType,
    /// Fields of a form that are not written in the usual way, with the calls that set their style.
    pub encodings: Vec<(String, Vec<(String, String)>)>,
}

/// A response in an enum of responses by status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseVariant {
    /// The variant.
    pub variant: String,
    /// The statuses: `404`, `4XX` or `default`.
    pub status: String,
    /// The content of the response.
    pub payload: RustType,
}

/// A generated type.
#[derive(Clone, Debug)]
pub struct SurfaceType {
    /// The kind of the type.
    pub shape: SurfaceShape,
    /// Whether it is deprecated.
    pub deprecated: bool,
    /// Its documentation.
    pub docs: String,
}

/// The kind of a generated type.
#[derive(Clone, Debug)]
pub enum SurfaceShape {
    /// A struct.
    Struct {
        /// Members with a name on the wire.
        members: Vec<SurfaceMember>,
        /// The field that holds additional properties, and the type of their values.
        rest: Option<(String, RustType)>,
        /// Further names on the wire, each with the index of its member.
        aliases: Vec<(String, usize)>,
    },
    /// An open enum.
    Enum {
        /// The type on the wire: `str`, `i64`, `f64`, `bool` or `Value`.
        wire: String,
        /// Variants with their values on the wire.
        values: Vec<(String, Value)>,
    },
    /// One of several types.
    Union {
        /// The member that determines the branch.
        tag: Option<String>,
        /// The alternatives.
        branches: Vec<SurfaceBranch>,
    },
}

/// A member of a struct.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurfaceMember {
    /// The name on the wire.
    pub wire: String,
    /// The field.
    pub field: String,
    /// The type.
    pub ty: RustType,
    /// `default`, `nullable` or nothing.
    pub flags: Vec<String>,
    /// Whether it is deprecated.
    pub deprecated: bool,
    /// Its documentation.
    pub docs: String,
}

/// An alternative of a union.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurfaceBranch {
    /// The variant.
    pub variant: String,
    /// The type of the alternative.
    pub ty: RustType,
    /// The values of the tag that select it.
    pub tags: Vec<String>,
}

impl Surface {
    /// Reads the crate in `folder`.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or does not have the form of a generated file; the message names
    /// the file.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let source = folder.join("src");
        if !source.is_dir() {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            return Err(format!(
                "crates/{name} is not there; `cargo xtask regen {name}` makes it"
            ));
        }
        let mut files = BTreeMap::new();
        collect(&source, &source, &mut files)?;
        Self::parse(&files)
    }

    /// Reads a crate from its files, by path inside `src`.
    ///
    /// # Errors
    ///
    /// When a file does not have the form of a generated file; the message names the file.
    pub fn parse(files: &BTreeMap<String, String>) -> Result<Self, String> {
        let mut surface = Self::default();
        for (path, text) in files {
            let file: syn::File = syn::parse_file(text).map_err(|error| format!("{path}: {error}"))?;
            let in_file = |error: String| format!("{path}: {error}");
            match path.split_once('/') {
                Some(("operations" | "types", "mod.rs")) => {}
                Some(("operations", name)) => {
                    let module = name.trim_end_matches(".rs");
                    operations::read(&file, module, &mut surface).map_err(in_file)?;
                }
                Some(("types", _)) => types::read(&file, &mut surface).map_err(in_file)?,
                None if path == "webhooks.rs" => {
                    webhooks::read(&file, &mut surface).map_err(in_file)?;
                }
                None if path != "responses.rs" => {
                    let mut texts = types::Texts::default();
                    syn::visit::Visit::visit_file(&mut texts, &file);
                    surface.texts.extend(texts.0);
                }
                _ if path == "responses.rs" => types::read_statuses(&file, &mut surface).map_err(in_file)?,
                _ => {}
            }
        }
        surface.check_modules(files)?;
        surface.qualify();
        Ok(surface)
    }

    /// Members name their types without a module; generated types get theirs.
    fn qualify(&mut self) {
        let names: HashSet<String> = self.types.keys().cloned().collect();
        let is_generated = |name: &str| names.contains(name);
        for ty in self.types.values_mut() {
            match &mut ty.shape {
                SurfaceShape::Struct { members, rest, .. } => {
                    for member in members {
                        member.ty = member.ty.qualified(&is_generated);
                    }
                    if let Some((_, ty)) = rest {
                        *ty = ty.qualified(&is_generated);
                    }
                }
                SurfaceShape::Union { branches, .. } => {
                    for branch in branches {
                        branch.ty = branch.ty.qualified(&is_generated);
                    }
                }
                SurfaceShape::Enum { .. } => {}
            }
        }
    }

    /// Files that no `mod.rs` mounts are not part of the crate, and types that it does not export
    /// cannot be used.
    fn check_modules(&self, files: &BTreeMap<String, String>) -> Result<(), String> {
        for folder in ["operations", "types"] {
            let prefix = format!("{folder}/");
            let parts = || {
                files
                    .keys()
                    .filter_map(|path| path.strip_prefix(&prefix))
                    .filter(|name| *name != "mod.rs")
            };
            let root = format!("{folder}/mod.rs");
            let Some(text) = files.get(&root) else {
                if parts().next().is_some() {
                    return Err(format!("{root} is not there"));
                }
                continue;
            };
            let (mounted, named) = types::mounted(text).map_err(|error| format!("{root}: {error}"))?;
            if let Some(part) = parts().find(|part| !mounted.iter().any(|name| *part == format!("{name}.rs")))
            {
                return Err(format!("{root} does not mount {part}"));
            }
            if folder == "types"
                && let Some(name) = self.types.keys().find(|name| !named.contains(name))
            {
                return Err(format!("{root} does not name {name}"));
            }
        }
        Ok(())
    }

    /// The generated type in `ty`, without wrappers.
    pub fn generated(&self, ty: &RustType) -> Option<&SurfaceType> {
        self.types.get(ty.bare().generated()?)
    }
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) -> Result<(), String> {
    let said = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in std::fs::read_dir(folder).map_err(said)? {
        let path = entry.map_err(said)?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text =
                std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            let name = path
                .strip_prefix(root)
                .unwrap_or(&path)
                .to_string_lossy()
                .replace('\\', "/");
            files.insert(name, text);
        }
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
