//! The traversal of the model: every use of a type, in a fixed order.

use super::api::Api;
use super::operation::{Body, Content, Header, Operation, Parameter, Response};
use super::provenance::Provenance;
use super::types::{Member, Shape, Type, TypeDef, TypeRef};
use std::collections::HashMap;

impl Api {
    /// Calls `visit` with every outermost use of a type, and a function that returns its place.
    pub fn each_site_mut(&mut self, visit: &mut dyn FnMut(&dyn Fn() -> Provenance, &mut TypeRef)) {
        for operation in &mut self.operations {
            for Parameter { provenance, ty, .. } in &mut operation.parameters {
                visit(&|| provenance.child("schema"), ty);
            }
            let bodies = operation.body.iter_mut().flat_map(|body| &mut body.content);
            let answers = operation.responses.iter_mut();
            for Content { provenance, ty, .. } in bodies.chain(answers.flat_map(|answer| &mut answer.content))
            {
                for ty in ty.iter_mut() {
                    visit(&|| provenance.child("schema"), ty);
                }
            }
            for Response {
                provenance, headers, ..
            } in &mut operation.responses
            {
                for Header { name, ty } in headers {
                    let place = || provenance.child("headers").child(name).child("schema");
                    for ty in ty.iter_mut() {
                        visit(&place, ty);
                    }
                }
            }
        }
        for TypeDef {
            provenance, shape, ..
        } in self.types.values_mut()
        {
            match shape {
                Shape::Object(object) => {
                    for Member { provenance, ty, .. } in &mut object.members {
                        visit(&|| provenance.clone(), ty);
                    }
                    if let Some((_, ty)) = &mut object.rest {
                        visit(&|| provenance.child("additionalProperties"), ty);
                    }
                }
                Shape::Enum(_) => {}
                Shape::Union(union) => {
                    for branch in &mut union.branches {
                        visit(&|| provenance.clone(), &mut branch.ty);
                    }
                }
            }
        }
    }

    /// Calls `visit` with every use of a type, those inside others included.
    pub fn each_use_mut(&mut self, visit: &mut impl FnMut(&mut TypeRef)) {
        self.each_site_mut(&mut |_, used| used.each_mut(visit));
    }

    /// Replaces every use of a type in `names` with the type named there.
    pub fn refer(&mut self, names: &HashMap<String, String>) {
        self.each_use_mut(&mut |used| {
            if let Type::Named(name) = &mut used.ty
                && let Some(new) = names.get(name)
            {
                name.clone_from(new);
            }
        });
        for name in self.types.values_mut().flat_map(|def| &mut def.extends) {
            if let Some(new) = names.get(name) {
                name.clone_from(new);
            }
        }
    }
}

impl TypeRef {
    /// Calls `visit` with this use and those inside it, the outer ones first.
    pub fn each_mut(&mut self, visit: &mut impl FnMut(&mut Self)) {
        visit(self);
        if let Type::List(inner) | Type::Map(inner) = &mut self.ty {
            inner.each_mut(visit);
        }
    }

    /// Calls `visit` with this use and those inside it, the outer ones first.
    pub fn each<'t>(&'t self, visit: &mut impl FnMut(&'t Self)) {
        visit(self);
        if let Type::List(inner) | Type::Map(inner) = &self.ty {
            inner.each(visit);
        }
    }

    /// Calls `visit` with the name of every type that is used.
    pub fn each_name<'t>(&'t self, visit: &mut impl FnMut(&'t str)) {
        self.each(&mut |inner| {
            if let Some(name) = inner.named() {
                visit(name);
            }
        });
    }
}

impl TypeDef {
    /// The uses of types in this one, outermost only.
    pub fn uses(&self) -> Vec<&TypeRef> {
        match &self.shape {
            Shape::Object(object) => {
                let members = object.members.iter().map(|member| &member.ty);
                members.chain(object.rest.iter().map(|(_, ty)| ty)).collect()
            }
            Shape::Enum(_) => Vec::new(),
            Shape::Union(union) => union.branches.iter().map(|branch| &branch.ty).collect(),
        }
    }

    /// The same as [`TypeDef::uses`], to change them.
    pub fn uses_mut(&mut self) -> Vec<&mut TypeRef> {
        match &mut self.shape {
            Shape::Object(object) => {
                let members = object.members.iter_mut().map(|member| &mut member.ty);
                members.chain(object.rest.iter_mut().map(|(_, ty)| ty)).collect()
            }
            Shape::Enum(_) => Vec::new(),
            Shape::Union(union) => union.branches.iter_mut().map(|branch| &mut branch.ty).collect(),
        }
    }
}

impl Operation {
    /// The outermost uses of types in it.
    pub fn uses(&self) -> impl Iterator<Item = &TypeRef> {
        let parameters = self.parameters.iter().map(|parameter| &parameter.ty);
        let body = self.body.iter().flat_map(Body::uses);
        parameters
            .chain(body)
            .chain(self.responses.iter().flat_map(Response::uses))
    }
}

impl Body {
    /// The uses of types in it.
    pub fn uses(&self) -> impl Iterator<Item = &TypeRef> {
        contents(&self.content)
    }
}

impl Response {
    /// The uses of types in it, including those in its headers.
    pub fn uses(&self) -> impl Iterator<Item = &TypeRef> {
        let headers = self.headers.iter().filter_map(|header| header.ty.as_ref());
        contents(&self.content).chain(headers)
    }
}

fn contents(content: &[Content]) -> impl Iterator<Item = &TypeRef> {
    content.iter().filter_map(|content| content.ty.as_ref())
}
