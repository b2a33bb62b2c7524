//! The traversal of the model: every use of a type, in a fixed order.

use super::api::Api;
use super::operation::{Body, Content, Parameter, Response};
use super::types::{Shape, Type, TypeDef, TypeRef};
use std::collections::HashMap;

impl Api {
    /// Calls `visit` with every use of a type, those inside others included.
    pub fn each_use_mut(&mut self, visit: &mut impl FnMut(&mut TypeRef)) {
        for operation in &mut self.operations {
            let parameters = operation.parameters.iter_mut();
            parameters.for_each(|parameter| parameter.ty.each_mut(visit));
            let contents = operation.body.iter_mut().flat_map(|body| &mut body.content);
            contents
                .filter_map(|content| content.ty.as_mut())
                .for_each(|ty| ty.each_mut(visit));
            for response in &mut operation.responses {
                let contents = response
                    .content
                    .iter_mut()
                    .filter_map(|content| content.ty.as_mut());
                let headers = response
                    .headers
                    .iter_mut()
                    .filter_map(|header| header.ty.as_mut());
                contents.chain(headers).for_each(|ty| ty.each_mut(visit));
            }
        }
        for def in self.types.values_mut() {
            match &mut def.shape {
                Shape::Object(object) => {
                    let members = object.members.iter_mut().map(|member| &mut member.ty);
                    let rest = object.rest.iter_mut().map(|(_, ty)| ty);
                    members.chain(rest).for_each(|ty| ty.each_mut(visit));
                }
                Shape::Enum(_) => {}
                Shape::Union(union) => {
                    let branches = union.branches.iter_mut();
                    branches.for_each(|branch| branch.ty.each_mut(visit));
                }
            }
        }
    }

    /// Lets every use of a type that `names` has lead to the type of the name there.
    pub fn refer(&mut self, names: &HashMap<String, String>) {
        self.each_use_mut(&mut |used| {
            if let Type::Named(name) = &mut used.ty
                && let Some(new) = names.get(name)
            {
                name.clone_from(new);
            }
        });
    }
}

impl TypeRef {
    /// Calls `visit` with this use and those inside it, the outer ones first.
    fn each_mut(&mut self, visit: &mut impl FnMut(&mut Self)) {
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
}

impl Parameter {
    /// The use of a type in it.
    pub fn uses(&self) -> impl Iterator<Item = &TypeRef> {
        std::iter::once(&self.ty)
    }
}

impl Body {
    /// The uses of types in it.
    pub fn uses(&self) -> impl Iterator<Item = &TypeRef> {
        contents(&self.content)
    }
}

impl Response {
    /// The uses of types in it, those of its headers included.
    pub fn uses(&self) -> impl Iterator<Item = &TypeRef> {
        let headers = self.headers.iter().filter_map(|header| header.ty.as_ref());
        contents(&self.content).chain(headers)
    }
}

fn contents(content: &[Content]) -> impl Iterator<Item = &TypeRef> {
    content.iter().filter_map(|content| content.ty.as_ref())
}
