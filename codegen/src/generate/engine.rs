//! Runs progenitor, and reads operations, parameters and types back from the syntax tree that it makes.
//!
//! progenitor and typify panic at input that they do not expect: a panic becomes an error that names the operation or
//! schema at fault. This module knows nothing of what the tree is used for.

use super::type_expression::TypeExpression;
use crate::diagnostics::{Error, Result, Station};
use crate::document::{self, Document, Object, child};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use progenitor::{GenerationSettings, Generator, TypeImpl};
use schemars::schema::{InstanceType, SchemaObject};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// String formats that typify does not know, with the types of the runtime that they stand for.
const CONVERSIONS: [(&str, &str); 3] = [
    ("naive-date-time", "::chrono::NaiveDateTime"),
    ("password", "::lorgnette_runtime::Secret"),
    ("binary", "::lorgnette_runtime::Upload"),
];

/// What the engine said of a projected document.
#[derive(Debug, Default)]
pub struct EngineOutput {
    /// Struct name to member name to type.
    pub structs: HashMap<String, HashMap<String, TypeExpression>>,
    /// Operation id to what its method takes and gives.
    pub operations: HashMap<String, Signature>,
}

/// What a method of the engine takes and gives.
#[derive(Debug, Default)]
pub struct Signature {
    /// Parameter name to type; the request body goes by `body`.
    pub parameters: HashMap<String, TypeExpression>,
    /// The type of a success.
    pub success: Option<TypeExpression>,
    /// The type of an error.
    pub error: Option<TypeExpression>,
}

/// How many operations the engine is shown at a time: it writes out each one's whole request, and holds all of it.
const AT_A_TIME: usize = 500;

/// Runs the engine on a projected document: on its schemas first, then on its operations, some at a time, which see of the
/// schemas only their names.
///
/// # Errors
///
/// When the engine refuses a part of the document or panics at it; the error names the operation or schema.
pub fn run(projection: &Document) -> Result<EngineOutput> {
    let mut output = EngineOutput::default();
    let schemas = with_paths(projection, Object::new(), projection["components"].clone());
    match attempt(&schemas) {
        Ok(tokens) => read(tokens, &mut output)?,
        Err(message) => return Err(pin_schema(schemas, &message)),
    }
    drop(schemas);
    let paths: Vec<(&String, &Value)> = projection["paths"].as_object().into_iter().flatten().collect();
    for some in paths.chunks(AT_A_TIME) {
        match attempt(&part(projection, some)) {
            Ok(tokens) => read(tokens, &mut output)?,
            Err(message) => return Err(pin_operation(projection, some, &message)),
        }
    }
    Ok(output)
}

fn with_paths(projection: &Document, paths: Object, components: Value) -> Document {
    json!({ "openapi": projection["openapi"], "info": projection["info"], "paths": paths, "components": components })
}

/// A document of these operations, in which every schema that they name is an object without members to speak of.
fn part(projection: &Document, operations: &[(&String, &Value)]) -> Document {
    let mut schemas = Object::new();
    for (_, operation) in operations {
        name_schemas(operation, &mut schemas);
    }
    let paths = operations
        .iter()
        .map(|(path, item)| ((*path).clone(), (*item).clone()));
    with_paths(projection, paths.collect(), json!({ "schemas": schemas }))
}

fn name_schemas(node: &Value, schemas: &mut Object) {
    if let Some(name) = document::reference(node).and_then(document::schema_name) {
        schemas.entry(name).or_insert_with(stub);
    }
    match node {
        Value::Object(members) => members.values().for_each(|inner| name_schemas(inner, schemas)),
        Value::Array(items) => items.iter().for_each(|inner| name_schemas(inner, schemas)),
        _ => {}
    }
}

fn stub() -> Value {
    json!({ "type": "object", "properties": { "value": { "type": "string" } } })
}

fn attempt(projection: &Document) -> std::result::Result<TokenStream, String> {
    let document = openapiv3::OpenAPI::deserialize(projection).map_err(|error| error.to_string())?;
    let mut settings = GenerationSettings::new();
    settings.with_map_type("::std::collections::BTreeMap");
    for (format, rust) in CONVERSIONS {
        let schema = SchemaObject {
            instance_type: Some(InstanceType::String.into()),
            format: Some(format.to_string()),
            ..SchemaObject::default()
        };
        settings.with_conversion(schema, rust, std::iter::empty::<TypeImpl>());
    }
    catch_unwind(AssertUnwindSafe(|| {
        Generator::new(&settings).generate_tokens(&document)
    }))
    .map_err(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        text.or_else(|| payload.downcast_ref::<&str>().copied())
            .unwrap_or("the engine panicked")
            .to_string()
    })?
    .map_err(|error| error.to_string())
}

/// Finds the schema that the engine fails at, by putting another in the place of each.
fn pin_schema(mut bare: Document, message: &str) -> Error {
    let names: Vec<String> = bare["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone())
        .collect();
    for name in names {
        let schema = std::mem::replace(&mut bare["components"]["schemas"][&name], stub());
        if attempt(&bare).is_ok() {
            return failure(&child("/components/schemas", &name), message);
        }
        bare["components"]["schemas"][&name] = schema;
    }
    failure("/components/schemas", message)
}

/// Finds the operation that the engine fails at, by showing it each alone.
fn pin_operation(projection: &Document, operations: &[(&String, &Value)], message: &str) -> Error {
    for one in operations {
        if let Err(message) = attempt(&part(projection, std::slice::from_ref(one))) {
            let (path, item) = one;
            let id = item
                .pointer("/post/operationId")
                .and_then(Value::as_str)
                .unwrap_or(path);
            return failure(&format!("/operations/{id}"), &message);
        }
    }
    failure("", message)
}

fn failure(pointer: &str, message: &str) -> Error {
    Error::new(Station::Generate, pointer, format!("the engine cannot take this: {message}"))
        .help("simplify the schema in the overlay, and report it: a normalize pass should have removed what the engine refuses")
}

fn read(tokens: TokenStream, output: &mut EngineOutput) -> Result<()> {
    let file: syn::File = syn::parse2(outlines(tokens)).map_err(|error| {
        Error::new(
            Station::Generate,
            "",
            format!("the engine's output is not Rust: {error}"),
        )
    })?;
    for item in &file.items {
        match item {
            syn::Item::Mod(module) if module.ident == "types" => {
                for item in module.content.iter().flat_map(|(_, items)| items) {
                    // What an operation saw by its name alone has been read with its members.
                    if let syn::Item::Struct(item) = item
                        && !output.structs.contains_key(&item.ident.to_string())
                    {
                        output.structs.insert(item.ident.to_string(), members(item)?);
                    }
                }
            }
            syn::Item::Impl(block) if block.trait_.is_none() => {
                for item in &block.items {
                    if let syn::ImplItem::Fn(method) = item
                        && method.sig.asyncness.is_some()
                    {
                        output
                            .operations
                            .insert(method.sig.ident.to_string(), signature(&method.sig)?);
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// The tokens without what nobody reads, which is most of them: bodies of methods, and all but the items of modules that
/// begin with `struct`.
fn outlines(tokens: TokenStream) -> TokenStream {
    let mut kept = Vec::new();
    // The first word of an item that says what it is, while the item goes on.
    let mut kind = String::new();
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                if kind.is_empty() && ["mod", "impl"].iter().any(|word| ident == word) {
                    kind = ident.to_string();
                }
                kept.push(TokenTree::Ident(ident));
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                let inside = match kind.as_str() {
                    "mod" => structs(group.stream()),
                    "impl" => without_bodies(group.stream()),
                    _ => group.stream(),
                };
                kept.push(Group::new(Delimiter::Brace, inside).into());
                kind.clear();
            }
            other => kept.push(other),
        }
    }
    kept.into_iter().collect()
}

/// The structs of a module.
fn structs(tokens: TokenStream) -> TokenStream {
    let (mut kept, mut item) = (Vec::new(), Vec::new());
    let mut is_struct = false;
    for token in tokens {
        is_struct |= matches!(&token, TokenTree::Ident(ident) if ident == "struct");
        let ends = match &token {
            TokenTree::Punct(mark) => mark.as_char() == ';',
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            _ => false,
        };
        item.push(token);
        if ends {
            if is_struct {
                kept.append(&mut item);
            }
            item.clear();
            is_struct = false;
        }
    }
    kept.into_iter().collect()
}

/// The items of an `impl` with empty bodies.
fn without_bodies(tokens: TokenStream) -> TokenStream {
    let empty = |token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
            Group::new(Delimiter::Brace, TokenStream::new()).into()
        }
        other => other,
    };
    tokens.into_iter().map(empty).collect()
}

fn members(item: &syn::ItemStruct) -> Result<HashMap<String, TypeExpression>> {
    let pointer = child("/components/schemas", &item.ident.to_string());
    let fields = item
        .fields
        .iter()
        .filter_map(|field| Some((field.ident.as_ref()?.to_string(), &field.ty)));
    fields
        .map(|(name, ty)| Ok((name, expression(ty, &pointer)?)))
        .collect()
}

fn signature(sig: &syn::Signature) -> Result<Signature> {
    let pointer = format!("/operations/{}", sig.ident);
    let mut signature = Signature::default();
    for input in &sig.inputs {
        if let syn::FnArg::Typed(argument) = input
            && let syn::Pat::Ident(name) = &*argument.pat
        {
            signature
                .parameters
                .insert(name.ident.to_string(), expression(&argument.ty, &pointer)?);
        }
    }
    // `Result<ResponseValue<Success>, Error<Failure>>`
    if let syn::ReturnType::Type(_, ty) = &sig.output
        && let [response, error] = type_arguments(ty).as_slice()
    {
        let typed = |wrapper: &syn::Type| match type_arguments(wrapper).first() {
            Some(syn::Type::Tuple(_)) | None => Ok(None),
            Some(ty) => expression(ty, &pointer).map(Some),
        };
        signature.success = typed(response)?;
        signature.error = typed(error)?;
    }
    Ok(signature)
}

fn expression(ty: &syn::Type, pointer: &str) -> Result<TypeExpression> {
    TypeExpression::read(ty).map_err(|text| {
        Error::new(
            Station::Generate,
            pointer,
            format!("the engine made a type that is not known here: {text}"),
        )
    })
}

fn type_arguments(ty: &syn::Type) -> Vec<&syn::Type> {
    let syn::Type::Path(path) = ty else {
        return Vec::new();
    };
    let Some(segment) = path.path.segments.last() else {
        return Vec::new();
    };
    let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return Vec::new();
    };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.collect()
}

/// The pointer of a schema or operation of the projection, as a pointer into the normalized document.
pub fn contract_pointer(document: &Document, pointer: &str) -> String {
    let Some(id) = pointer.strip_prefix("/operations/") else {
        return pointer.to_string();
    };
    let id = id.split_once("_more_").map_or(id, |(id, _)| id);
    document::operations(document)
        .find(|place| place.operation.get("operationId").and_then(Value::as_str) == Some(id))
        .map_or_else(|| pointer.to_string(), |place| place.pointer)
}
