//! Reads the operations of a tag: descriptors, builders with their setters, and the extension trait that gives them.
//!
//! This module knows what `operations/*.rs` of a generated crate look like.

use super::types::is_deprecated;
use super::{Body, Operation, Parameter, RustType, Surface, Tag};
use quote::ToTokens;
use std::collections::BTreeMap;
use syn::visit::Visit;

/// Reads a file of operations into `surface`.
pub(super) fn read(file: &syn::File, module: &str, surface: &mut Surface) -> Result<(), String> {
    let mut descriptors = BTreeMap::new();
    let mut builders: BTreeMap<String, Builder> = BTreeMap::new();
    let mut methods: Vec<Method> = Vec::new();
    let mut deprecated = Vec::new();
    for item in &file.items {
        match item {
            syn::Item::Static(item) => {
                let name = item.ident.to_string();
                descriptors.insert(
                    name.clone(),
                    descriptor(&item.expr).map_err(|error| format!("{name}: {error}"))?,
                );
            }
            syn::Item::Impl(block) if block.trait_.is_none() => {
                let builder = RustType::read(&block.self_ty)?.name;
                builders.insert(
                    builder.clone(),
                    self::builder(block).map_err(|error| format!("{builder}: {error}"))?,
                );
            }
            syn::Item::Struct(item) if is_deprecated(&item.attrs) => deprecated.push(item.ident.to_string()),
            syn::Item::Trait(item) => {
                surface.tags.push(Tag {
                    module: module.into(),
                    extension: item.ident.to_string(),
                });
                for item in &item.items {
                    if let syn::TraitItem::Fn(function) = item {
                        methods.push(method(function)?);
                    }
                }
            }
            _ => {}
        }
    }
    for Method {
        name,
        builder: wanted,
        descriptor,
    } in methods
    {
        let (contract_id, http_method, path, mut parameters, options) = descriptors
            .remove(&descriptor)
            .ok_or_else(|| format!("{name}: {descriptor} is not there, or taken twice"))?;
        let builder = builders
            .remove(&wanted)
            .ok_or_else(|| format!("{name}: builder {wanted} is not there, or taken twice"))?;
        for (setter, index, ty) in builder.setters {
            let parameter = parameters
                .get_mut(index)
                .ok_or_else(|| format!("{wanted}.{setter} sets no parameter"))?;
            if !parameter.setter.is_empty() {
                return Err(format!("{wanted}.{setter} sets a parameter that has a setter"));
            }
            (parameter.setter, parameter.ty) = (setter, ty);
        }
        if let Some(parameter) = parameters.iter().find(|parameter| parameter.setter.is_empty()) {
            return Err(format!("{wanted} has no setter for {:?}", parameter.wire));
        }
        let (success, error) = builder.outcome.ok_or_else(|| format!("{wanted} has no `send`"))?;
        surface.operations.push(Operation {
            module: module.into(),
            method: name,
            contract_id,
            http_method,
            path,
            parameters,
            bodies: builder.bodies,
            body_required: options.iter().any(|(option, _)| option == "body_required"),
            options: options
                .into_iter()
                .filter(|(option, _)| option != "body_required")
                .collect(),
            success,
            error,
            deprecated: deprecated.contains(&wanted),
            builder: wanted,
        });
    }
    match builders.keys().chain(descriptors.keys()).next() {
        Some(name) => Err(format!("no method of the extension trait gives {name}")),
        None => Ok(()),
    }
}

/// A method of an extension trait: its name, the builder it gives, and the descriptor that it gives it for.
struct Method {
    name: String,
    builder: String,
    descriptor: String,
}

fn method(function: &syn::TraitItemFn) -> Result<Method, String> {
    let name = function.sig.ident.to_string();
    let syn::ReturnType::Type(_, ty) = &function.sig.output else {
        return Err(format!("{name} gives nothing"));
    };
    let mut constants = Paths::default();
    if let Some(body) = &function.default {
        constants.visit_block(body);
    }
    let [descriptor] = constants.0.as_slice() else {
        return Err(format!(
            "{name} does not name one descriptor but {:?}",
            constants.0
        ));
    };
    Ok(Method {
        builder: RustType::read(ty)?.name,
        descriptor: descriptor.clone(),
        name,
    })
}

/// Names in capitals, as statics have them.
#[derive(Default)]
struct Paths(Vec<String>);

impl<'ast> Visit<'ast> for Paths {
    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        if let Some(name) = path.path.get_ident().map(ToString::to_string)
            && !name.contains(|c: char| c.is_ascii_lowercase())
        {
            self.0.push(name);
        }
    }
}

/// Contract id, HTTP method, path, parameters without setters, and further calls.
type Descriptor = (String, String, String, Vec<Parameter>, Vec<(String, String)>);

fn descriptor(expr: &syn::Expr) -> Result<Descriptor, String> {
    let (base, calls) = chain(expr);
    let syn::Expr::Call(call) = base else {
        return Err("a descriptor that is no call".into());
    };
    let arguments: Vec<&syn::Expr> = call.args.iter().collect();
    let [id, method, path] = arguments.as_slice() else {
        return Err("a descriptor with other than three arguments".into());
    };
    let http_method = last_segment(method).ok_or("a descriptor without an HTTP method")?;
    let mut parameters = Vec::new();
    let mut options = Vec::new();
    for call in calls {
        if call.method == "parameters" {
            let Some(syn::Expr::Reference(list)) = call.args.first() else {
                return Err("parameters that are no list".into());
            };
            let syn::Expr::Array(list) = &*list.expr else {
                return Err("parameters that are no list".into());
            };
            for expr in &list.elems {
                parameters.push(parameter(expr)?);
            }
        } else {
            options.push((call.method.to_string(), compact(&call.args)));
        }
    }
    Ok((text(id)?, http_method, text(path)?, parameters, options))
}

fn parameter(expr: &syn::Expr) -> Result<Parameter, String> {
    let (base, calls) = chain(expr);
    let syn::Expr::Call(call) = base else {
        return Err("a parameter that is no call".into());
    };
    let location = last_segment(&call.func).ok_or("a parameter without a location")?;
    if !["path", "query", "header", "cookie"].contains(&location.as_str()) {
        return Err(format!("a parameter in {location}"));
    }
    let wire = text(call.args.first().ok_or("a parameter without a name")?)?;
    let mut options: Vec<(String, String)> = calls
        .iter()
        .map(|call| (call.method.to_string(), compact(&call.args)))
        .collect();
    let required = location == "path" || options.iter().any(|(option, _)| option == "required");
    options.retain(|(option, _)| option != "required");
    Ok(Parameter {
        wire,
        location,
        required,
        options,
        setter: String::new(),
        ty: RustType::plain("()"),
    })
}

/// The expression that a chain of method calls begins with, and the calls in order.
fn chain(expr: &syn::Expr) -> (&syn::Expr, Vec<&syn::ExprMethodCall>) {
    match expr {
        syn::Expr::MethodCall(call) => {
            let (base, mut calls) = chain(&call.receiver);
            calls.push(call);
            (base, calls)
        }
        base => (base, Vec::new()),
    }
}

fn last_segment(expr: &syn::Expr) -> Option<String> {
    match expr {
        syn::Expr::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        _ => None,
    }
}

fn text(expr: &syn::Expr) -> Result<String, String> {
    match expr {
        syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text),
            ..
        }) => Ok(text.value()),
        other => Err(format!("{} where text was expected", other.to_token_stream())),
    }
}

fn compact(tokens: &impl ToTokens) -> String {
    tokens
        .to_token_stream()
        .to_string()
        .replace(" ,", ",")
        .replace("& [", "[")
        .replace("[ ", "[")
        .replace(" ]", "]")
}

/// What a builder has: setters with their index and type, bodies, and the outcome of `send`.
#[derive(Default)]
struct Builder {
    setters: Vec<(String, usize, RustType)>,
    bodies: Vec<Body>,
    outcome: Option<(RustType, Option<RustType>)>,
}

fn builder(block: &syn::ItemImpl) -> Result<Builder, String> {
    let mut builder = Builder::default();
    for item in &block.items {
        let syn::ImplItem::Fn(function) = item else {
            continue;
        };
        let name = function.sig.ident.to_string();
        if !matches!(function.vis, syn::Visibility::Public(_)) {
            return Err(format!("{name} is not public"));
        }
        let mut calls = RuntimeCalls::default();
        calls.visit_block(&function.block);
        let [(method, arguments)] = calls.0.as_slice() else {
            return Err(format!("{name} does not make one call of the runtime"));
        };
        let argument = function.sig.inputs.iter().find_map(|input| match input {
            syn::FnArg::Typed(argument) => Some(RustType::read(&argument.ty)),
            syn::FnArg::Receiver(_) => None,
        });
        let media_type = |index: usize| {
            arguments
                .get(index)
                .map_or_else(|| Err("a body without a media type".into()), text)
        };
        let kind = method.as_str();
        let media_type = match kind {
            "send" => {
                builder.outcome = Some(outcome(&function.sig.output)?);
                continue;
            }
            "set" => {
                let index = arguments
                    .first()
                    .map(|index| index.to_token_stream().to_string())
                    .unwrap_or_default();
                let index = index.parse().map_err(|_| format!("{name} sets {index:?}"))?;
                builder.setters.push((
                    name.clone(),
                    index,
                    argument.ok_or_else(|| format!("{name} takes nothing"))??,
                ));
                continue;
            }
            "json" => "application/json".to_string(),
            "form" => "application/x-www-form-urlencoded".to_string(),
            "multipart" => "multipart/form-data".to_string(),
            "json_as" | "text" | "raw" => media_type(0)?,
            other => return Err(format!("{name} calls {other}")),
        };
        let ty = argument.ok_or_else(|| format!("{name} takes nothing"))??;
        builder.bodies.push(Body {
            setter: name,
            kind: kind.into(),
            media_type,
            ty,
        });
    }
    Ok(builder)
}

/// Methods called on `self.call`.
#[derive(Default)]
struct RuntimeCalls(Vec<(String, Vec<syn::Expr>)>);

impl<'ast> Visit<'ast> for RuntimeCalls {
    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if call.receiver.to_token_stream().to_string() == "self . call" {
            self.0
                .push((call.method.to_string(), call.args.iter().cloned().collect()));
        }
        syn::visit::visit_expr_method_call(self, call);
    }
}

/// `Result<Response<S>, Error<E>>`
fn outcome(output: &syn::ReturnType) -> Result<(RustType, Option<RustType>), String> {
    let syn::ReturnType::Type(_, ty) = output else {
        return Err("`send` gives nothing".into());
    };
    let ty = RustType::read(ty)?;
    match ty.arguments.as_slice() {
        [response, error] if ty.name == "Result" && response.name == "Response" && error.name == "Error" => {
            let success = response
                .arguments
                .first()
                .cloned()
                .ok_or("`send` does not say what the answer holds")?;
            Ok((success, error.arguments.first().cloned()))
        }
        _ => Err(format!("`send` gives {ty}")),
    }
}
