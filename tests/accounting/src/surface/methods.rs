//! Reads the methods of the client: their arguments, and where they are passed.

use super::{BodySetter, RustType, SurfaceParameter};
use quote::ToTokens;
use syn::visit::Visit;

/// A method of the client.
pub(super) struct Method {
    pub(super) name: String,
    /// Its return type.
    pub(super) request: String,
    arguments: Vec<(String, RustType)>,
    /// The methods that it calls on its `Call`, each with its arguments.
    calls: Vec<(String, Vec<String>)>,
}

impl Method {
    pub(super) fn read(item: &syn::ImplItem) -> Result<Self, String> {
        let syn::ImplItem::Fn(function) = item else {
            return Err("the client has something that is no method".into());
        };
        let name = function.sig.ident.to_string();
        let syn::ReturnType::Type(_, ty) = &function.sig.output else {
            return Err(format!("{name} gives nothing"));
        };
        let mut arguments = Vec::new();
        for input in &function.sig.inputs {
            if let syn::FnArg::Typed(argument) = input {
                let name = argument.pat.to_token_stream().to_string();
                arguments.push((name, RustType::read(&argument.ty)?));
            }
        }
        let mut calls = RuntimeCalls::on(&["call", "Call :: new"]);
        calls.visit_block(&function.block);
        let words = |expression: &syn::Expr| expression.to_token_stream().to_string();
        let calls = calls.calls.into_iter();
        Ok(Self {
            name,
            request: RustType::read(ty)?.name,
            arguments,
            calls: calls
                .map(|(name, arguments)| (name, arguments.iter().map(words).collect()))
                .collect(),
        })
    }

    /// Checks that the arguments are the path parameters in order, then a required body if it has
    /// only one form, and that each goes where its setter puts it.
    pub(super) fn check(
        &self,
        path: &str,
        parameters: &[SurfaceParameter],
        bodies: &[BodySetter],
        body_required: bool,
    ) -> Result<(), String> {
        let mut expected: Vec<(usize, &str, &RustType, String)> = Vec::new();
        for (index, parameter) in parameters.iter().enumerate() {
            if parameter.location == "path" {
                let place = path.find(&format!("{{{}}}", parameter.wire));
                let place = place.ok_or_else(|| format!("{path} has no {:?}", parameter.wire))?;
                expected.push((place, &parameter.setter, &parameter.ty, index.to_string()));
            }
        }
        expected.sort_by_key(|(place, ..)| *place);
        if let [body] = bodies
            && body_required
            && body.ty.name != "Option"
        {
            expected.push((usize::MAX, &body.setter, &body.ty, String::new()));
        }
        let expects = expected.iter().map(|(_, name, ty, _)| format!("{name}: {ty}"));
        let expects = expects.collect::<Vec<_>>().join(", ");
        let takes = self.arguments.iter().map(|(name, ty)| format!("{name}: {ty}"));
        let takes = takes.collect::<Vec<_>>().join(", ");
        if takes != expects {
            return Err(format!("{} takes ({takes}) instead of ({expects})", self.name));
        }
        let is_placed = |name: &str, index: &String, call: &str, words: &[String]| {
            let names_it = words.last().is_some_and(|word| word.contains(name));
            // The argument of a call with a body varies: encodings of a form come last.
            let is_body = index.is_empty() && !sets(call) && words.iter().any(|word| word.contains("body"));
            is_body || sets(call) && words.first() == Some(index) && names_it
        };
        let mut pairs = expected.iter().zip(&self.calls);
        if expected.len() != self.calls.len()
            || !pairs.all(|((_, name, _, index), (call, words))| is_placed(name, index, call, words))
        {
            return Err(format!(
                "{} does not put its arguments where they belong",
                self.name
            ));
        }
        Ok(())
    }
}

/// Whether this method of a call sets a parameter.
pub(super) fn sets(method: &str) -> bool {
    ["set", "with", "with_into", "with_list"].contains(&method)
}

/// Methods called on a receiver, or in a chain that begins with it.
pub(super) struct RuntimeCalls {
    receivers: &'static [&'static str],
    pub(super) calls: Vec<(String, Vec<syn::Expr>)>,
}

impl RuntimeCalls {
    pub(super) const fn on(receivers: &'static [&'static str]) -> Self {
        Self {
            receivers,
            calls: Vec::new(),
        }
    }
}

impl<'ast> Visit<'ast> for RuntimeCalls {
    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        // The methods at the start of a chain are called first.
        syn::visit::visit_expr_method_call(self, call);
        let mut first = &*call.receiver;
        while let syn::Expr::MethodCall(before) = first {
            first = &before.receiver;
        }
        let first = match first {
            syn::Expr::Call(made) => made.func.to_token_stream(),
            place => place.to_token_stream(),
        };
        if self.receivers.contains(&first.to_string().as_str()) {
            self.calls
                .push((call.method.to_string(), call.args.iter().cloned().collect()));
        }
    }
}
