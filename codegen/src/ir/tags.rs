//! The tags that unions use for the types of their branches.

use super::api::Api;
use super::operation::{Body, Response};
use super::types::{Shape, TypeDef, TypeRef};
use std::collections::{BTreeMap, BTreeSet};

/// How types are used as branches of unions.
#[derive(Debug, Default)]
pub struct Branches<'a> {
    /// Branches by the name of their type: the tag, and its value if only one selects the branch.
    told: BTreeMap<&'a str, BTreeSet<(&'a str, Option<&'a str>)>>,
    /// Types that are also used elsewhere.
    elsewhere: BTreeSet<&'a str>,
}

impl<'a> Branches<'a> {
    /// The branches of all unions.
    pub fn of(api: &'a Api) -> Self {
        let mut found = Self::default();
        for operation in &api.operations {
            let parameters = operation.parameters.iter().map(|parameter| &parameter.ty);
            found.elsewhere(parameters);
            found.elsewhere(operation.body.iter().flat_map(Body::uses));
            found.elsewhere(operation.responses.iter().flat_map(Response::uses));
        }
        for def in api.types.values() {
            match &def.shape {
                Shape::Union(union) => {
                    for branch in &union.branches {
                        match (&union.tag, branch.ty.named()) {
                            (Some(tag), Some(name)) => {
                                let value = branch.tags.first().filter(|_| branch.tags.len() == 1);
                                let said = found.told.entry(name).or_default();
                                said.insert((tag, value.map(String::as_str)));
                            }
                            _ => found.elsewhere(std::iter::once(&branch.ty)),
                        }
                    }
                }
                _ => found.elsewhere(TypeDef::uses(def).into_iter()),
            }
        }
        found
    }

    fn elsewhere(&mut self, used: impl Iterator<Item = &'a TypeRef>) {
        used.for_each(|ty| {
            ty.each_name(&mut |name| {
                self.elsewhere.insert(name);
            });
        });
    }

    /// The member of a type that is the tag of unions, and its one value in all of them.
    pub fn tag(&self, name: &str) -> Option<(&'a str, &'a str)> {
        let said = self.told.get(name)?;
        let (tag, value) = said.first().filter(|_| said.len() == 1)?;
        Some((*tag, (*value)?))
    }

    /// The types that are only branches, each with its tag.
    pub fn mere(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let names = self.told.keys().filter(|name| !self.elsewhere.contains(*name));
        names.filter_map(|name| Some((*name, self.tag(name)?.0)))
    }

    /// Whether a type is used as anything other than a branch.
    pub fn is_elsewhere(&self, name: &str) -> bool {
        self.elsewhere.contains(name)
    }
}
