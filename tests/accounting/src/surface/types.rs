//! Reads structs, enums, unions and responses by status, each with the table that completes it.

use super::tables::{EnumTable, ObjectTable, StatusTable, UnionTable};
use super::{ResponseVariant, RustType, Surface, SurfaceBranch, SurfaceMember, SurfaceShape, SurfaceType};
use std::collections::BTreeMap;

/// Reads a file of types into `surface`.
pub(super) fn read(file: &syn::File, surface: &mut Surface) -> Result<(), String> {
    let declared = Declared::of(file)?;
    let mut found = BTreeMap::new();
    // The arguments of constructors follow from the members; those of response-only types are not
    // part of the surface.
    let constructors = ["branches", "converts", "only_read", "sent"];
    for (name, tokens) in calls(file).filter(|(name, _)| !constructors.contains(&name.as_str())) {
        let (name, shape) = match name.as_str() {
            "object" => struct_shape(parse(tokens)?, &declared)?,
            "open_enum" => enum_shape(parse(tokens)?, &declared)?,
            "tagged_union" | "untagged_union" => union_shape(parse(tokens)?, &declared)?,
            other => return Err(format!("an unknown macro {other}!")),
        };
        let deprecated = declared.deprecated.contains(&name);
        let docs = declared.docs.get(&name).cloned().unwrap_or_default();
        let ty = SurfaceType {
            shape,
            deprecated,
            docs,
        };
        if found.insert(name.clone(), ty).is_some() {
            return Err(format!("{name} has two tables"));
        }
    }
    if let Some(name) = declared
        .structs
        .keys()
        .chain(declared.enums.keys())
        .find(|name| !found.contains_key(*name))
    {
        return Err(format!("{name} has no table"));
    }
    for (name, ty) in found {
        if surface.types.insert(name.clone(), ty).is_some() {
            return Err(format!("{name} is there twice"));
        }
    }
    Ok(())
}

/// Reads the file of responses by status into `surface`.
pub(super) fn read_statuses(file: &syn::File, surface: &mut Surface) -> Result<(), String> {
    let declared = Declared::of(file)?;
    for (macro_name, tokens) in calls(file) {
        if macro_name != "statuses" {
            return Err(format!("an unknown macro {macro_name}!"));
        }
        let table: StatusTable = parse(tokens)?;
        let variants = declared
            .enums
            .get(&table.name)
            .ok_or_else(|| format!("{} is declared nowhere", table.name))?;
        let mut answers = Vec::new();
        for (variant, status, ty) in table.answers {
            let payload = RustType::read(&ty)?;
            let held = variants
                .iter()
                .find(|(name, _)| *name == variant)
                .and_then(|(_, fields)| fields.last());
            if held != Some(&payload) {
                return Err(format!(
                    "{}::{variant} does not hold what its table says",
                    table.name
                ));
            }
            answers.push(ResponseVariant {
                variant,
                status,
                payload,
            });
        }
        if answers.len() != variants.len() {
            return Err(format!("{} and its table differ in length", table.name));
        }
        surface.statuses.insert(table.name, answers);
    }
    match declared
        .enums
        .keys()
        .find(|name| !surface.statuses.contains_key(*name))
    {
        Some(name) => Err(format!("{name} has no table")),
        None => Ok(()),
    }
}

/// The modules that a `mod.rs` mounts, and the names that it exports.
pub(super) fn mounted(text: &str) -> Result<(Vec<String>, Vec<String>), String> {
    let file = syn::parse_file(text).map_err(|error| error.to_string())?;
    let (mut modules, mut names) = (Vec::new(), Vec::new());
    for item in &file.items {
        match item {
            syn::Item::Mod(module) => modules.push(module.ident.to_string()),
            syn::Item::Use(used) => used_names(&used.tree, &mut names),
            _ => {}
        }
    }
    Ok((modules, names))
}

fn used_names(tree: &syn::UseTree, names: &mut Vec<String>) {
    match tree {
        syn::UseTree::Path(path) => used_names(&path.tree, names),
        syn::UseTree::Name(name) => names.push(name.ident.to_string()),
        syn::UseTree::Rename(rename) => names.push(rename.rename.to_string()),
        syn::UseTree::Group(group) => group.items.iter().for_each(|tree| used_names(tree, names)),
        syn::UseTree::Glob(_) => {}
    }
}

/// A field of a struct.
struct Field {
    name: String,
    ty: RustType,
    deprecated: bool,
    docs: String,
}

/// The fields of a struct.
type Fields = Vec<Field>;
/// The variants of an enum with their types.
type Variants = Vec<(String, Vec<RustType>)>;

/// The structs and enums of a file.
#[derive(Default)]
struct Declared {
    structs: BTreeMap<String, Fields>,
    enums: BTreeMap<String, Variants>,
    deprecated: Vec<String>,
    docs: BTreeMap<String, String>,
}

impl Declared {
    fn of(file: &syn::File) -> Result<Self, String> {
        let mut declared = Self::default();
        for item in &file.items {
            match item {
                syn::Item::Struct(item) => {
                    declared.note(&item.ident, &item.attrs);
                    let mut fields = Vec::new();
                    for field in &item.fields {
                        let name = field
                            .ident
                            .as_ref()
                            .ok_or("a struct without field names")?
                            .to_string();
                        let ty = RustType::read(&field.ty)?;
                        let is_public = matches!(field.vis, syn::Visibility::Public(_));
                        // The field for unnamed members has methods of its own.
                        if is_public == (ty == RustType::plain("UnknownMembers")) {
                            return Err(format!("{}.{name} is not public, or should not be", item.ident));
                        }
                        fields.push(Field {
                            name,
                            ty,
                            deprecated: is_deprecated(&field.attrs),
                            docs: docs(&field.attrs),
                        });
                    }
                    declared.structs.insert(item.ident.to_string(), fields);
                }
                syn::Item::Enum(item) => {
                    declared.note(&item.ident, &item.attrs);
                    let mut variants = Vec::new();
                    for variant in &item.variants {
                        let held: Result<Vec<RustType>, String> = variant
                            .fields
                            .iter()
                            .map(|field| RustType::read(&field.ty))
                            .collect();
                        variants.push((variant.ident.to_string(), held?));
                    }
                    declared.enums.insert(item.ident.to_string(), variants);
                }
                _ => {}
            }
        }
        Ok(declared)
    }

    fn note(&mut self, name: &syn::Ident, attributes: &[syn::Attribute]) {
        if is_deprecated(attributes) {
            self.deprecated.push(name.to_string());
        }
        self.docs.insert(name.to_string(), docs(attributes));
    }
}

/// The documentation among the attributes, a line for each.
pub(super) fn docs(attributes: &[syn::Attribute]) -> String {
    let line = |attribute: &syn::Attribute| match &attribute.meta {
        syn::Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    };
    attributes.iter().filter_map(line).collect::<Vec<_>>().join("\n")
}

/// The texts of a file, without documentation.
#[derive(Default)]
pub(super) struct Texts(pub(super) Vec<String>);

impl<'ast> syn::visit::Visit<'ast> for Texts {
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.0.push(text.value());
    }
}

/// Whether `#[deprecated]` is among the attributes.
pub(super) fn is_deprecated(attributes: &[syn::Attribute]) -> bool {
    attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("deprecated"))
}

/// The macro calls of a file that are items, with their tokens.
pub(super) fn calls(file: &syn::File) -> impl Iterator<Item = (String, &proc_macro2::TokenStream)> {
    file.items.iter().filter_map(|item| match item {
        syn::Item::Macro(call) => Some((call.mac.path.segments.last()?.ident.to_string(), &call.mac.tokens)),
        _ => None,
    })
}

/// Parses the tokens of a macro call.
pub(super) fn parse<T: syn::parse::Parse>(tokens: &proc_macro2::TokenStream) -> Result<T, String> {
    syn::parse2(tokens.clone()).map_err(|error| format!("{error} in {tokens}"))
}

fn struct_shape(table: ObjectTable, declared: &Declared) -> Result<(String, SurfaceShape), String> {
    let name = table.name;
    let fields = declared
        .structs
        .get(&name)
        .ok_or_else(|| format!("{name} is declared nowhere"))?;
    let mut fields_left = fields.iter();
    let mut members = Vec::new();
    for (field, wire, flags) in table.members {
        match fields_left.next() {
            Some(declared) if declared.name == field => {
                if members.iter().any(|member: &SurfaceMember| member.wire == wire) {
                    return Err(format!("{name} has {wire:?} twice"));
                }
                members.push(SurfaceMember {
                    wire,
                    field,
                    ty: declared.ty.clone(),
                    flags,
                    deprecated: declared.deprecated,
                    docs: declared.docs.clone(),
                });
            }
            _ => {
                return Err(format!(
                    "{name}: the table's {field} is not the field at its place"
                ));
            }
        }
    }
    if let Some(kept) = table.keeps {
        let last = fields_left.next_back();
        if !last.is_some_and(|field| field.name == kept && field.ty == RustType::plain("UnknownMembers")) {
            return Err(format!("{name}.{kept} is not its last field"));
        }
    }
    let rest = match (table.rest, fields_left.next()) {
        (None, None) => None,
        (Some(rest), Some(field)) if field.name == rest => {
            let value = field
                .ty
                .map_value()
                .ok_or_else(|| format!("{name}.{rest} is no map"))?;
            Some((rest, value.clone()))
        }
        (_, field) => {
            return Err(format!(
                "{name}: the table says nothing of {:?}",
                field.map(|field| &field.name)
            ));
        }
    };
    if fields_left.next().is_some() || table.aliases.iter().any(|(_, index)| *index >= members.len()) {
        return Err(format!("{name} and its table differ in length"));
    }
    Ok((
        name,
        SurfaceShape::Struct {
            members,
            rest,
            aliases: table.aliases,
        },
    ))
}

/// Checks that variants and table agree, and that the last variant is `Unknown` with the content
/// `unknown`.
fn check_variants<'v>(
    name: &str,
    declared: &'v Declared,
    table: &[&str],
    unknown: &str,
) -> Result<&'v [(String, Vec<RustType>)], String> {
    let variants = declared
        .enums
        .get(name)
        .ok_or_else(|| format!("{name} is declared nowhere"))?;
    let Some(((last, held), known)) = variants.split_last() else {
        return Err(format!("{name} has no variant"));
    };
    if last != "Unknown" || *held != [RustType::plain(unknown)] {
        return Err(format!("{name} does not end in Unknown({unknown})"));
    }
    if !known
        .iter()
        .map(|(variant, _)| variant.as_str())
        .eq(table.iter().copied())
    {
        return Err(format!("{name} and its table name different variants"));
    }
    Ok(known)
}

fn enum_shape(table: EnumTable, declared: &Declared) -> Result<(String, SurfaceShape), String> {
    let names: Vec<&str> = table.values.iter().map(|(variant, _)| variant.as_str()).collect();
    let unknown = if table.wire == "str" {
        "String"
    } else {
        &table.wire
    };
    check_variants(&table.name, declared, &names, unknown)?;
    Ok((
        table.name,
        SurfaceShape::Enum {
            wire: table.wire,
            values: table.values,
        },
    ))
}

fn union_shape(table: UnionTable, declared: &Declared) -> Result<(String, SurfaceShape), String> {
    let names: Vec<&str> = table
        .branches
        .iter()
        .map(|(variant, _)| variant.as_str())
        .collect();
    let variants = check_variants(&table.name, declared, &names, "Value")?;
    let mut branches = Vec::new();
    for ((variant, held), (_, tags)) in variants.iter().zip(table.branches) {
        let [ty] = held.as_slice() else {
            return Err(format!("{}::{variant} does not hold one value", table.name));
        };
        branches.push(SurfaceBranch {
            variant: variant.clone(),
            ty: ty.clone(),
            tags,
        });
    }
    Ok((
        table.name,
        SurfaceShape::Union {
            tag: table.tag,
            branches,
        },
    ))
}
