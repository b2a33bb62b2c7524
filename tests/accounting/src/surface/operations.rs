//! Reads the operations of a tag: descriptors, requests with their setters, and methods of the
//! client.

use super::methods::{Method, RuntimeCalls, sets};
use super::tables::{BuilderTable, OperationTable, PagesTable, ParameterTable, TableWords, WaitsTable};
use super::types::{calls, docs, is_deprecated, parse};
use super::{
    BodySetter, Form, RustType, Surface, SurfaceOperation, SurfacePages, SurfaceParameter, SurfaceTag,
};
use quote::ToTokens;
use std::collections::BTreeMap;
use syn::visit::Visit as _;

/// Reads a file of operations into `surface`.
pub(super) fn read(file: &syn::File, module: &str, surface: &mut Surface) -> Result<(), String> {
    let mut descriptors: BTreeMap<String, OperationTable> = BTreeMap::new();
    let mut builders: BTreeMap<String, Builder> = BTreeMap::new();
    for (name, tokens) in calls(file) {
        match name.as_str() {
            "operation" => {
                let table: OperationTable = parse(tokens)?;
                descriptors.insert(table.name.clone(), table);
            }
            "builder" => {
                let table: BuilderTable = parse(tokens)?;
                let builder = Builder {
                    descriptor: table.operation,
                    success: RustType::read(&table.success)?,
                    error: table.error.as_ref().map(RustType::read).transpose()?,
                    setters: Vec::new(),
                    bodies: Vec::new(),
                    forms: Vec::new(),
                    pages: None,
                    waits: None,
                };
                builders.insert(table.name, builder);
            }
            "pages" => {
                let table: PagesTable = parse(tokens)?;
                let builder = builders.get_mut(&table.name);
                let builder = builder.ok_or_else(|| format!("{} is no builder that pages", table.name))?;
                builder.pages = Some(builder.paging(&table)?);
            }
            "waits" => {
                let table: WaitsTable = parse(tokens)?;
                let builder = builders.get_mut(&table.name);
                let builder = builder.ok_or_else(|| format!("{} is no builder that waits", table.name))?;
                builder.waits = Some(said(&table.until));
            }
            other => return Err(format!("an unknown macro {other}!")),
        }
    }
    let mut methods: Vec<Method> = Vec::new();
    let mut deprecated = Vec::new();
    for item in &file.items {
        match item {
            syn::Item::Impl(block) if block.trait_.is_none() => {
                let name = RustType::read(&block.self_ty)?.name;
                if name == "Client" {
                    surface.tags.push(SurfaceTag {
                        module: module.into(),
                    });
                    for item in &block.items {
                        methods.push(Method::read(item)?);
                    }
                    continue;
                }
                if is_scope(&block.self_ty) {
                    continue;
                }
                let builder = builders
                    .get_mut(&name)
                    .ok_or_else(|| format!("{name} is no builder"))?;
                builder
                    .read_setters(block)
                    .map_err(|error| format!("{name}: {error}"))?;
            }
            syn::Item::Struct(item) if is_deprecated(&item.attrs) => deprecated.push(item.ident.to_string()),
            _ => {}
        }
    }
    for method in methods {
        let name = method.request.clone();
        let builder = builders.remove(&name);
        let builder =
            builder.ok_or_else(|| format!("{}: builder {name} is not there, or given twice", method.name))?;
        let table = descriptors.remove(&builder.descriptor);
        let table =
            table.ok_or_else(|| format!("{name}: {} is not there, or taken twice", builder.descriptor))?;
        let is_body_required = |(option, _): &(String, String)| option == "body_required";
        let parameters = with_setters(&name, table.parameters, builder.setters)?;
        let body_required = table.options.iter().any(is_body_required);
        method.check(&table.path, &parameters, &builder.bodies, body_required)?;
        surface.operations.push(SurfaceOperation {
            module: module.into(),
            method: method.name,
            contract_id: table.id,
            http_method: table.method,
            path: table.path,
            parameters,
            bodies: builder.bodies,
            body_required,
            options: table
                .options
                .into_iter()
                .filter(|option| !is_body_required(option))
                .collect(),
            success: builder.success,
            forms: builder.forms,
            error: builder.error,
            pages: builder.pages,
            waits: builder.waits,
            deprecated: deprecated.contains(&name),
            builder: name,
        });
    }
    match builders.keys().chain(descriptors.keys()).next() {
        Some(name) => Err(format!("no method of the client gives {name}")),
        None => Ok(()),
    }
}

/// The parameters of a table, each with its only setter.
fn with_setters(
    builder: &str,
    table: Vec<ParameterTable>,
    setters: Vec<Setter>,
) -> Result<Vec<SurfaceParameter>, String> {
    let mut by_index: Vec<Option<Setter>> = vec![None; table.len()];
    for found in setters {
        let (setter, index) = (&found.name, found.index);
        let slot = by_index
            .get_mut(index)
            .ok_or_else(|| format!("{builder}.{setter} sets no parameter"))?;
        if slot.is_some() {
            return Err(format!("{builder}.{setter} sets a parameter that has a setter"));
        }
        *slot = Some(found);
    }
    let mut parameters = Vec::new();
    for ((location, wire, mut options), setter) in table.into_iter().zip(by_index) {
        let setter = setter.ok_or_else(|| format!("{builder} has no setter for {wire:?}"))?;
        let (setter, ty, docs) = (setter.name, setter.ty, setter.docs);
        if !["path", "query", "header", "cookie"].contains(&location.as_str()) {
            return Err(format!("{builder} has a parameter in {location}"));
        }
        let required = location == "path" || options.iter().any(|(option, _)| option == "required");
        if let Some((_, named)) = options.iter().find(|(option, _)| option == "setter")
            && *named != format!("{setter:?}")
        {
            return Err(format!("{builder}.{setter} goes by {named} in errors"));
        }
        options.retain(|(option, _)| option != "required" && option != "setter");
        parameters.push(SurfaceParameter {
            wire,
            location,
            required,
            options,
            setter,
            ty,
            docs,
        });
    }
    Ok(parameters)
}

/// A setter of a parameter, with the index of the parameter in the descriptor.
#[derive(Clone)]
struct Setter {
    name: String,
    index: usize,
    ty: RustType,
    docs: String,
}

/// The parts of a builder: its descriptor, the result of `send`, setters with their index and type,
/// bodies.
struct Builder {
    descriptor: String,
    success: RustType,
    error: Option<RustType>,
    setters: Vec<Setter>,
    bodies: Vec<BodySetter>,
    forms: Vec<Form>,
    pages: Option<SurfacePages>,
    waits: Option<String>,
}

/// Whether a type is a scope, whose methods call those of the client.
fn is_scope(ty: &syn::Type) -> bool {
    ty.to_token_stream().to_string().starts_with("crate :: scopes ::")
}

/// Calls with their arguments, on one line.
fn said(words: &TableWords) -> String {
    let words = words
        .iter()
        .map(|(name, arguments)| format!("{name} {arguments}"));
    words.collect::<Vec<_>>().join(" ").trim_end().to_owned()
}

/// Another form of a success, from the method that requests it.
fn form(function: &syn::ImplItemFn, calls: &[(String, Vec<syn::Expr>)]) -> Option<Form> {
    let [(accept, arguments), (sending, _)] = calls else {
        return None;
    };
    let syn::ReturnType::Type(_, ty) = &function.sig.output else {
        return None;
    };
    if accept != "accept" || sending != "sending" {
        return None;
    }
    Some(Form {
        accept: text(arguments.first()?)?,
        payload: RustType::read(ty).ok()?.arguments.into_iter().next()?,
    })
}

/// A literal text.
fn text(argument: &syn::Expr) -> Option<String> {
    match argument {
        syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}

impl Builder {
    fn paging(&self, table: &PagesTable) -> Result<SurfacePages, String> {
        let error = table.error.as_ref().map(RustType::read).transpose()?;
        if RustType::read(&table.success)? != self.success || error != self.error {
            return Err(format!("{} pages through what it does not send", table.name));
        }
        Ok(SurfacePages {
            items: table.items.clone(),
            item: table.item.to_token_stream().to_string().replace(' ', ""),
            // The field determines the member.
            step: {
                let step = table.step.iter().filter(|(name, _)| name != "items");
                said(&step.cloned().collect())
            },
        })
    }

    /// A setter without a value sends null: the body of its media type may be that as well.
    fn read_null(&mut self, name: &str, kind: &str, arguments: &[syn::Expr]) -> Result<(), String> {
        let text = |index: usize| arguments.get(index).map(|it| it.to_token_stream().to_string());
        let is_null = kind == "json_as" && text(1).is_some_and(|it| it.replace(' ', "") == "&()");
        let media_type = text(0).unwrap_or_default();
        let body = self
            .bodies
            .iter_mut()
            .find(|body| is_null && format!("{:?}", body.media_type) == media_type);
        let body = body.ok_or_else(|| format!("{name} takes nothing"))?;
        body.ty = RustType {
            name: "Option".into(),
            arguments: vec![body.ty.clone()],
        };
        Ok(())
    }

    fn read_setters(&mut self, block: &syn::ItemImpl) -> Result<(), String> {
        for item in &block.items {
            let syn::ImplItem::Fn(function) = item else {
                continue;
            };
            let name = function.sig.ident.to_string();
            if !matches!(function.vis, syn::Visibility::Public(_)) {
                return Err(format!("{name} is not public"));
            }
            let mut calls = RuntimeCalls::on(&["self . 0"]);
            calls.visit_block(&function.block);
            // Another form of the success: the caller selects it, and the request is the same.
            let is_form = calls.calls.iter().any(|(call, _)| call == "accept");
            if name.starts_with("send_as_") && is_form {
                self.forms.push(
                    form(function, &calls.calls).ok_or(format!("{name} does not ask for a form and send"))?,
                );
                continue;
            }
            let [(kind, arguments)] = calls.calls.as_slice() else {
                return Err(format!("{name} does not make one call of the runtime"));
            };
            let argument = function.sig.inputs.iter().find_map(|input| match input {
                syn::FnArg::Typed(argument) => Some(RustType::read(&argument.ty)),
                syn::FnArg::Receiver(_) => None,
            });
            let Some(argument) = argument else {
                self.read_null(&name, kind, arguments)?;
                continue;
            };
            let ty = argument?;
            let media_type = match kind.as_str() {
                method if sets(method) => {
                    let index = arguments.first().map(|index| index.to_token_stream().to_string());
                    let index = index.and_then(|index| index.parse().ok());
                    self.setters.push(Setter {
                        index: index.ok_or_else(|| format!("{name} sets what?"))?,
                        name,
                        ty,
                        docs: docs(&function.attrs),
                    });
                    continue;
                }
                "json" => "application/json".to_string(),
                "form" | "form_as" => "application/x-www-form-urlencoded".to_string(),
                "multipart" | "multipart_as" => "multipart/form-data".to_string(),
                "json_as" | "text" | "raw" | "multipart_of" => arguments
                    .first()
                    .and_then(text)
                    .ok_or_else(|| format!("{name} sends a body without a media type"))?,
                other => return Err(format!("{name} calls {other}")),
            };
            let encodings = match kind.as_str() {
                "form_as" | "multipart_as" | "multipart_of" => arguments.last().map(encodings),
                _ => None,
            };
            self.bodies.push(BodySetter {
                setter: name,
                kind: match kind.as_str() {
                    "form_as" => "form".to_string(),
                    "multipart_as" | "multipart_of" => "multipart".to_string(),
                    _ => kind.clone(),
                },
                media_type,
                ty,
                encodings: encodings.unwrap_or_default(),
            });
        }
        Ok(())
    }
}

/// The fields of `&[SurfaceParameter::query("name").explode(false), ...]` with the calls on each.
fn encodings(list: &syn::Expr) -> Vec<(String, Vec<(String, String)>)> {
    let list = match list {
        syn::Expr::Reference(reference) => &*reference.expr,
        other => other,
    };
    let syn::Expr::Array(list) = list else {
        return Vec::new();
    };
    let field = |field: &syn::Expr| {
        let (mut words, mut at) = (Vec::new(), field);
        loop {
            let arguments = |list: &syn::punctuated::Punctuated<syn::Expr, syn::Token![,]>| {
                list.to_token_stream().to_string()
            };
            match at {
                syn::Expr::MethodCall(call) => {
                    words.push((call.method.to_string(), arguments(&call.args)));
                    at = &call.receiver;
                }
                syn::Expr::Call(call) => {
                    return Some((text(call.args.first()?)?, words));
                }
                _ => return None,
            }
        }
    };
    list.elems.iter().filter_map(field).collect()
}
