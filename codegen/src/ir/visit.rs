//! The traversal of the model: every use of a type, in a fixed order.

use super::{Body, Content, Parameter, Response, Shape, Type, TypeDef, TypeRef};

impl TypeRef {
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
