//! Determines which files of a crate import which others from the paths in them: `use`
//! declarations, and paths that begin with `crate`, `super`, `self` or the name of a submodule.
//!
//! A `mod` declaration is not an import. A name that a module re-exports counts as the other
//! module's.

use std::collections::{BTreeMap, BTreeSet};
use syn::punctuated::Punctuated;
use syn::visit::Visit;

/// The path of a module from the root of its crate.
type Module = Vec<String>;

/// The files of a crate and what they import.
#[derive(Debug, Default)]
pub struct Modules {
    /// Each module with its file.
    files: BTreeMap<Module, String>,
    /// Names that a module re-exports: from module and name to the path from the root.
    names: BTreeMap<Module, BTreeMap<String, Module>>,
    /// From each file to the files that it imports.
    pub imports: BTreeMap<String, BTreeSet<String>>,
}

/// Reads the files of a crate: path below its `src` to text. Tests are left out.
///
/// # Errors
///
/// When a file is not Rust.
pub fn modules(files: &BTreeMap<String, String>) -> Result<Modules, String> {
    let mut modules = Modules::default();
    let mut sources = Vec::new();
    for (path, text) in files {
        let source = syn::parse_file(text).map_err(|error| format!("{path}: {error}"))?;
        modules.files.insert(module(path), path.clone());
        sources.push((path, source));
    }
    let mut paths = Vec::new();
    for (path, source) in &sources {
        let mut reader = ImportReader {
            module: module(path),
            modules: &mut modules,
            paths: Vec::new(),
        };
        reader.visit_file(source);
        paths.push((*path, std::mem::take(&mut reader.paths)));
    }
    for (path, found) in paths {
        let imported = found.iter().filter_map(|found| modules.file(found, 0));
        let imported: BTreeSet<String> = imported.filter(|other| other != path).collect();
        modules.imports.insert(path.clone(), imported);
    }
    Ok(modules)
}

/// The module of a file.
fn module(path: &str) -> Module {
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let mut parts: Module = path.split('/').map(ToString::to_string).collect();
    if parts
        .last()
        .is_some_and(|last| ["lib", "main", "mod"].contains(&last.as_str()))
    {
        parts.pop();
    }
    parts
}

impl Modules {
    /// The file of the item at a path from the root.
    fn file(&self, path: &[String], depth: usize) -> Option<String> {
        let length = (0..=path.len())
            .rev()
            .find(|length| self.files.contains_key(&path[..*length]))?;
        let (module, rest) = path.split_at(length);
        if let (Some(name), true) = (rest.first(), depth < 8) {
            let named = self.names.get(module).and_then(|names| names.get(name));
            if let Some(target) = named.filter(|target| *target != path) {
                let target: Module = target.iter().chain(&rest[1..]).cloned().collect();
                return self.file(&target, depth + 1);
            }
        }
        self.files.get(module).cloned()
    }

    /// Groups of files that import each other, directly or indirectly.
    pub fn circles(&self) -> Vec<Vec<String>> {
        let mut circles = Vec::new();
        let mut done = BTreeSet::new();
        for file in self.imports.keys() {
            if done.contains(file) {
                continue;
            }
            let reached = self.reached(file);
            if !reached.contains(file) {
                continue;
            }
            let circle: Vec<String> = reached
                .iter()
                .filter(|other| self.reached(other).contains(file))
                .cloned()
                .collect();
            done.extend(circle.iter().cloned());
            circles.push(circle);
        }
        circles
    }

    /// The files that a file imports, directly or indirectly.
    fn reached(&self, file: &str) -> BTreeSet<String> {
        let mut reached = BTreeSet::new();
        let mut pending = vec![file];
        while let Some(file) = pending.pop() {
            for other in self.imports.get(file).into_iter().flatten() {
                if reached.insert(other.clone()) {
                    pending.push(other);
                }
            }
        }
        reached
    }

    /// The imports that lead from a layer to one above it. Layers are lists of module paths such as
    /// `refine::model`, the lowest layer first; a module belongs to the layer with the longest
    /// listed prefix of its path.
    pub fn upward(&self, layers: &[&[&str]]) -> Vec<String> {
        let mut wrong = Vec::new();
        for (file, imported) in &self.imports {
            let Some(own) = layer(layers, file) else {
                wrong.push(format!("{file} is in no layer"));
                continue;
            };
            let above = imported
                .iter()
                .filter(|other| layer(layers, other).is_some_and(|layer| layer > own));
            wrong.extend(above.map(|other| format!("{file} imports {other}, which is in a layer above")));
        }
        wrong
    }
}

/// The layer of a file.
fn layer(layers: &[&[&str]], file: &str) -> Option<usize> {
    let module = module(file).join("::");
    let begins = |listed: &str| {
        listed == module
            || module
                .strip_prefix(listed)
                .is_some_and(|rest| rest.starts_with("::"))
    };
    layers
        .iter()
        .enumerate()
        .flat_map(|(index, layer)| layer.iter().map(move |listed| (index, *listed)))
        .filter(|(_, listed)| begins(listed))
        .max_by_key(|(_, listed)| listed.len())
        .map(|(index, _)| index)
}

/// Collects the paths of one file.
struct ImportReader<'m> {
    module: Module,
    modules: &'m mut Modules,
    paths: Vec<Module>,
}

impl ImportReader<'_> {
    /// The path from the root for a path in this module, if it stays in the crate.
    fn absolute(&self, path: &[String]) -> Option<Module> {
        let mut base = self.module.clone();
        let mut rest = path;
        match path.first()?.as_str() {
            "crate" => {
                base.clear();
                rest = &path[1..];
            }
            "self" => rest = &path[1..],
            "super" => {}
            first => {
                base.push(first.to_string());
                let is_below = self.modules.files.contains_key(&base);
                base.pop();
                if !is_below {
                    return None;
                }
            }
        }
        while rest.first().is_some_and(|first| first == "super") {
            base.pop()?;
            rest = &rest[1..];
        }
        base.extend(rest.iter().cloned());
        Some(base)
    }

    fn tree(&mut self, tree: &syn::UseTree, before: &mut Module) {
        match tree {
            syn::UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.tree(&path.tree, before);
                before.pop();
            }
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(tree, before)),
            syn::UseTree::Name(name) => self.import(before, Some(&name.ident), &name.ident),
            syn::UseTree::Rename(rename) => self.import(before, Some(&rename.ident), &rename.rename),
            syn::UseTree::Glob(_) => {
                let path = self.absolute(before);
                self.paths.extend(path);
            }
        }
    }

    fn import(&mut self, before: &[String], name: Option<&syn::Ident>, known_as: &syn::Ident) {
        let name = name.map(ToString::to_string).filter(|name| name != "self");
        let known_as = if known_as == "self" {
            before.last().cloned().unwrap_or_default()
        } else {
            known_as.to_string()
        };
        let path: Module = before.iter().cloned().chain(name).collect();
        if let Some(path) = self.absolute(&path) {
            self.modules
                .names
                .entry(self.module.clone())
                .or_default()
                .insert(known_as, path.clone());
            self.paths.push(path);
        }
    }
}

impl<'ast> Visit<'ast> for ImportReader<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !crate::source_rules::is_for_tests(crate::source_rules::attributes(item)) {
            syn::visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if module.content.is_some() {
            self.module.push(module.ident.to_string());
            syn::visit::visit_item_mod(self, module);
            self.module.pop();
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&item.tree, &mut Vec::new());
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() && path.segments.len() > 1 {
            let path: Module = path
                .segments
                .iter()
                .map(|segment| segment.ident.to_string())
                .collect();
            self.paths.extend(self.absolute(&path));
        }
        syn::visit::visit_path(self, path);
    }

    /// The arguments of a macro are inspected if they are expressions; the content of `quote!` is
    /// not code of this crate.
    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.visit_path(&call.path);
        let parser = Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated;
        if let Ok(arguments) = call.parse_body_with(parser) {
            arguments.iter().for_each(|argument| self.visit_expr(argument));
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(files: &[(&str, &str)]) -> Modules {
        let files = files
            .iter()
            .map(|(path, text)| ((*path).to_string(), (*text).to_string()));
        modules(&files.collect()).unwrap()
    }

    #[test]
    fn test_files_that_import_each_other_are_a_circle() {
        let modules = read(&[
            ("lib.rs", "mod a; mod b; mod c;"),
            ("a.rs", "use crate::b::B; pub struct A(B);"),
            ("b.rs", "pub struct B; fn f() { super::c::g(); }"),
            ("c.rs", "pub fn g() -> Option<crate::a::A> { None }"),
        ]);
        assert_eq!(modules.circles(), [["a.rs", "b.rs", "c.rs"]]);
    }

    #[test]
    fn test_parent_and_child_are_a_circle_only_if_both_import() {
        let child = ("a/b.rs", "use super::A; pub struct B(A);");
        let declared = read(&[("a.rs", "mod b; pub struct A;"), child]);
        assert!(declared.circles().is_empty());
        let used = read(&[("a.rs", "mod b; pub struct A; fn f(_: b::B) {}"), child]);
        assert_eq!(used.circles(), [["a.rs", "a/b.rs"]]);
    }

    #[test]
    fn test_name_that_is_handed_on_counts_as_its_home() {
        let modules = read(&[
            ("a/mod.rs", "mod b; mod c; pub use b::B;"),
            ("a/b.rs", "pub struct B;"),
            ("a/c.rs", "use super::B; pub struct C(B);"),
        ]);
        assert_eq!(modules.imports["a/c.rs"], BTreeSet::from(["a/b.rs".to_string()]));
    }

    #[test]
    fn test_tests_and_quoted_code_import_nothing() {
        let modules = read(&[
            (
                "a.rs",
                "fn f() { quote!(use crate::b::B;) } #[cfg(test)] mod tests { use crate::b::B; }",
            ),
            ("b.rs", "pub struct B; fn g() { assert!(crate::a::f()); }"),
        ]);
        assert!(modules.imports["a.rs"].is_empty());
        assert_eq!(modules.imports["b.rs"], BTreeSet::from(["a.rs".to_string()]));
    }

    #[test]
    fn test_import_of_a_layer_above_is_found() {
        let modules = read(&[
            ("low.rs", "use crate::high::inner::X;"),
            ("high/inner.rs", "pub struct X;"),
            ("stray.rs", ""),
        ]);
        assert_eq!(
            modules.upward(&[&["low"], &["high"]]),
            [
                "low.rs imports high/inner.rs, which is in a layer above",
                "stray.rs is in no layer"
            ]
        );
        assert_eq!(modules.upward(&[&["high", "stray"], &["low"]]), [""; 0]);
    }
}
