//! Lowering of schemas: those of components, and those that need a name, become types, all others uses of types.

use super::hints::Hint;
use super::nodes::{Place, string};
use super::{Lowering, spellings};
use crate::document::{Node, Object, mapped_schema, schema_pointer, text};
use crate::ir::{
    self, Alias, Annotations, Branch, Discriminator, Enum, EnumKind, EnumValue, Integer, Member, Own, Part,
    Shape, Stated, Text, Type, TypeDef, TypeRef, Union, Unsettled,
};
use crate::keywords::{self, Kind};
use serde_json::{Number, Value};

impl Lowering<'_> {
    /// Makes types of the component schemas.
    pub(super) fn components(&mut self) {
        for (name, node) in self.components {
            let nothing = Object::new();
            let schema = node.as_object().unwrap_or(&nothing);
            let place = Place::new(schema_pointer(name), schema, self.origins);
            let hint = Hint::inside(name);
            if self.is_type(schema) {
                self.type_def(name, &place, schema, None);
                continue;
            }
            let provenance = place.provenance();
            let used = self.simple(&place, schema, &hint);
            let is_implicit = is_implicit(schema);
            let alias = Alias {
                provenance,
                used,
                is_implicit,
            };
            self.aliases.insert(name.clone(), alias);
        }
    }

    /// Whether a component schema is a type, and not only another name of one.
    fn is_type(&self, schema: &Object) -> bool {
        match keywords::refers_to(schema) {
            // `Cat: allOf: [Pet]` is a kind of pet of its own, where pets are told apart.
            Some(base) => {
                let base = self.components.get(&base).and_then(Value::as_object);
                schema.contains_key("allOf") && base.is_some_and(is_base)
            }
            None => keywords::kind(schema) != Kind::Simple || is_base(schema) && is_object(schema),
        }
    }

    /// The use of a type that a schema is.
    pub(super) fn used(&mut self, place: &Place<'_>, node: &Value, hint: &Hint) -> TypeRef {
        let Some(schema) = node.as_object() else {
            return TypeRef::default();
        };
        if keywords::kind(schema) == Kind::Simple {
            return self.simple(place, schema, hint);
        }
        let mut name = hint.key();
        let mut number = 2;
        while self.components.contains_key(&name) || self.types.contains_key(&name) {
            name = format!("{}/{number}", hint.key());
            number += 1;
        }
        self.type_def(&name, place, schema, Some(hint));
        let mut used = TypeRef::of(Type::Named(name));
        used.nullable = schema.flag("nullable");
        let said = annotations(schema);
        used.say(|here| {
            here.description = said.description;
            here.default = said.default;
            here.deprecated = said.deprecated;
            here.read_only = said.read_only;
            here.write_only = said.write_only;
        });
        used
    }

    /// The use that a schema without a type of its own is.
    fn simple(&mut self, place: &Place<'_>, schema: &Object, hint: &Hint) -> TypeRef {
        let annotations = annotations(schema);
        let annotations = (annotations != Annotations::default()).then(|| Box::new(annotations));
        TypeRef {
            ty: self.ty(place, schema, hint),
            nullable: schema.flag("nullable"),
            annotations,
        }
    }

    fn ty(&mut self, place: &Place<'_>, schema: &Object, hint: &Hint) -> Type {
        if let Some(name) = keywords::refers_to(schema) {
            return Type::Named(name);
        }
        let mut inner = |key: &str, role: &'static str| match schema.get(key) {
            Some(inner) => Box::new(self.used(&place.child(key), inner, &hint.one(role))),
            None => Box::default(),
        };
        match text(schema, "type") {
            "array" => Type::List(inner("items", "item")),
            "object" => Type::Map(inner("additionalProperties", "value")),
            "string" => Type::Text(match text(schema, "format") {
                "date-time" => Text::DateTime,
                "naive-date-time" => Text::NaiveDateTime,
                "date" => Text::Date,
                "uuid" => Text::Uuid,
                "binary" => Text::Binary,
                "password" => Text::Password,
                _ => Text::Plain,
            }),
            "integer" => Type::Integer(match text(schema, "format") {
                "int32" => Integer::I32,
                "uint64" => Integer::U64,
                _ => Integer::I64,
            }),
            "number" => Type::Number,
            "boolean" => Type::Boolean,
            _ => Type::Any,
        }
    }

    /// Makes the type `name`; `hint` is there where the contract has not named it.
    fn type_def(&mut self, name: &str, place: &Place<'_>, schema: &Object, hint: Option<&Hint>) {
        let provenance = place.provenance();
        let is_named = hint.is_none();
        let home = hint.map(Hint::home);
        let mut def = TypeDef::new(provenance, home, Shape::Object(ir::Object::default()));
        // An owner stands before what it owns.
        self.types.insert(name.to_string(), def.clone());
        def.description = string(schema, "description");
        def.title = string(schema, "title");
        def.note = text(schema, "x-lorgnette-note").to_string();
        // What belongs to the use is said there.
        def.deprecated = is_named && schema.flag("deprecated");
        def.nullable = is_named && schema.flag("nullable");
        let inside = Hint::inside(name);
        match keywords::kind(schema) {
            Kind::Union => def.shape = Shape::Union(self.union(place, schema, &inside, is_named)),
            Kind::Enum => def.shape = Shape::Enum(values(schema)),
            Kind::Composition => def.parts = self.parts(place, schema, &inside),
            Kind::Simple if keywords::refers_to(schema).is_some() => {
                def.parts = self.parts(place, schema, &inside);
            }
            Kind::Object | Kind::Simple => {
                def.shape = Shape::Object(self.object(place, schema, &inside));
            }
        }
        if let (Some(Part::Own(own)), false) = (def.parts.last_mut(), is_named) {
            own.said.leave_use();
            own.nullable = false;
        }
        self.types.insert(name.to_string(), def);
    }

    fn object(&mut self, place: &Place<'_>, schema: &Object, hint: &Hint) -> ir::Object {
        let properties = schema.map("properties");
        let required = schema.list("required").iter().filter_map(Value::as_str);
        let (required, missing): (Vec<&str>, Vec<&str>) =
            required.partition(|name| properties.contains_key(*name));
        let usual = place.child("properties");
        let mut members = Vec::with_capacity(properties.len());
        for (wire, property) in properties {
            let place = usual.child(wire);
            let ty = self.used(&place, property, &hint.property(wire));
            let is_required = required.contains(&wire.as_str());
            members.push(Member::new(place.provenance(), wire, is_required, ty));
        }
        let rest = match schema.get("additionalProperties") {
            Some(Value::Bool(true)) => Some(TypeRef::default()),
            Some(inner @ Value::Object(_)) if !is_implicit(schema) => {
                Some(self.used(&place.child("additionalProperties"), inner, &hint.one("value")))
            }
            _ => None,
        };
        ir::Object {
            members,
            rest: rest.map(|rest| (String::new(), rest)),
            aliases: spellings::aliases(schema),
            missing: missing.into_iter().map(str::to_string).collect(),
            unknown: String::new(),
            discriminator: is_base(schema).then(|| Box::new(discriminator(schema))),
        }
    }

    fn union(&mut self, place: &Place<'_>, schema: &Object, hint: &Hint, is_named: bool) -> Union {
        let beside = keywords::has_properties(schema).then(|| self.object(place, schema, hint));
        let mut said = annotations(schema);
        if !is_named {
            said.leave_use();
        }
        let discriminator = schema.map("discriminator").text("propertyName");
        Union {
            tag: None,
            branches: self.branches(place, schema, hint),
            unsettled: Some(Box::new(Unsettled {
                discriminator: discriminator.map(str::to_string),
                beside,
                said,
            })),
        }
    }

    /// The alternatives of a choice, each with the values that a discriminator gives it: where the mapping is silent, the name
    /// of its type. A value whose type is no alternative makes it one.
    fn branches(&mut self, place: &Place<'_>, schema: &Object, hint: &Hint) -> Vec<Branch> {
        let tag = schema.map("discriminator").text("propertyName");
        let mut mapped = self.mapped(schema);
        let mut made = Vec::new();
        for keyword in ["oneOf", "anyOf"] {
            let place = place.child(keyword);
            for (index, branch) in schema.list(keyword).iter().enumerate() {
                let place = place.child(&index.to_string());
                let used = self.used(&place, branch, &hint.branch(branch, tag, index));
                let tags = match branch
                    .as_object()
                    .and_then(keywords::refers_to)
                    .filter(|_| tag.is_some())
                {
                    Some(name) => match mapped.iter().position(|(target, _)| *target == name) {
                        Some(index) => mapped.remove(index).1,
                        None => vec![crate::naming::last_name(&name).to_string()],
                    },
                    None => Vec::new(),
                };
                made.push(Branch::new(used, tags));
            }
        }
        let others = mapped.into_iter();
        made.extend(others.map(|(name, tags)| Branch::new(TypeRef::of(Type::Named(name)), tags)));
        made
    }

    /// The types that a discriminator's mapping names, each with its values.
    fn mapped(&self, schema: &Object) -> Vec<(String, Vec<String>)> {
        let mut mapped: Vec<(String, Vec<String>)> = Vec::new();
        for (value, target) in discriminator(schema).mapping {
            let known = |name: &str| self.components.contains_key(name);
            let Some(target) = mapped_schema(&target, &known) else {
                continue;
            };
            match mapped.iter_mut().find(|(name, _)| *name == target) {
                Some((_, values)) => values.push(value),
                None => mapped.push((target, vec![value])),
            }
        }
        mapped
    }

    /// What a composition is made of, in the order in which it is said.
    fn parts(&mut self, place: &Place<'_>, schema: &Object, hint: &Hint) -> Vec<Part> {
        // What stands beside `allOf` is looked at first, and counts last.
        let has_members = is_object(schema);
        let stated = if has_members && says_members(schema) {
            Stated::Object(self.object(place, schema, hint))
        } else if schema.contains_key("enum") {
            Stated::Values(values(schema))
        } else if !has_members {
            Stated::Used(TypeRef::of(self.ty(place, schema, hint)))
        } else {
            Stated::Nothing
        };
        let mut parts = Vec::new();
        let list = place.child("allOf");
        for (index, branch) in schema.list("allOf").iter().enumerate() {
            let Some(branch) = branch.as_object() else {
                continue;
            };
            match keywords::refers_to(branch) {
                Some(name) => parts.push(Part::Base {
                    name,
                    nullable: branch.flag("nullable"),
                }),
                None => parts.extend(self.parts(&list.child(&index.to_string()), branch, hint)),
            }
        }
        let required = schema.list("required").iter().filter_map(Value::as_str);
        let required = required.map(str::to_string).collect();
        let branches = self.branches(place, schema, hint);
        parts.push(Part::Own(Box::new(Own {
            said: annotations(schema),
            note: text(schema, "x-lorgnette-note").to_string(),
            nullable: schema.flag("nullable"),
            discriminator: schema
                .contains_key("discriminator")
                .then(|| discriminator(schema)),
            branches,
            required,
            stated,
        })));
        parts
    }
}

/// Whether the types that extend a schema are told apart by one of its members.
fn is_base(schema: &Object) -> bool {
    schema.contains_key("discriminator") && !keywords::has_choice(schema)
}

/// Whether a schema may be about an object.
fn is_object(schema: &Object) -> bool {
    matches!(schema.text("type"), None | Some("object"))
        && !["enum", "items", "format"]
            .iter()
            .any(|keyword| schema.contains_key(*keyword))
}

/// Whether a schema says anything of members, if it is about an object.
fn says_members(schema: &Object) -> bool {
    ["type", "properties", "additionalProperties"]
        .iter()
        .any(|keyword| schema.contains_key(*keyword))
}

/// Whether the contract does not say that a map is one: a composition need not take over that it is open.
fn is_implicit(schema: &Object) -> bool {
    schema.flag("x-lorgnette-implicit")
}

fn discriminator(schema: &Object) -> Discriminator {
    let discriminator = schema.map("discriminator");
    let mapping = discriminator.map("mapping").iter();
    let mapping = mapping.filter_map(|(value, target)| Some((value.clone(), target.as_str()?.to_string())));
    Discriminator {
        wire: text(discriminator, "propertyName").to_string(),
        mapping: mapping.collect(),
    }
}

fn values(schema: &Object) -> Enum {
    let mut given = given(schema).into_iter();
    let values = || schema.list("enum").iter();
    let kind = match text(schema, "type") {
        "integer" if values().all(Value::is_i64) => EnumKind::Integer,
        "integer" | "number" => EnumKind::Number,
        "boolean" => EnumKind::Boolean,
        _ if values().any(|value| !value.is_string()) => EnumKind::Mixed,
        _ => EnumKind::Text,
    };
    let values = values().map(|value| EnumValue {
        value: value.clone(),
        given: given.next(),
        variant: String::new(),
    });
    Enum {
        kind,
        values: values.collect(),
    }
}

/// The names that the contract itself gives the values, by the extensions of several tools.
fn given(schema: &Object) -> Vec<String> {
    let values: Vec<&Value> = schema.list("enum").iter().collect();
    for keyword in ["x-enum-varnames", "x-enumNames"] {
        let names: Vec<String> = schema
            .list(keyword)
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_string)
            .collect();
        if names.len() == values.len() && names.iter().all(|name| name.chars().any(char::is_alphanumeric)) {
            return names;
        }
    }
    let listed = schema
        .get("x-ms-enum")
        .and_then(|it| it.get("values")?.as_array());
    let name_of = |value: &&Value| {
        let mut listed = listed.into_iter().flatten();
        let entry = listed.find(|entry| entry.get("value") == Some(*value))?;
        Some(entry.get("name")?.as_str()?.to_string())
    };
    values
        .iter()
        .map(name_of)
        .collect::<Option<Vec<_>>>()
        .unwrap_or_default()
}

fn annotations(schema: &Object) -> Annotations {
    let number = |key: &str| -> Option<Number> { schema.get(key)?.as_number().cloned() };
    Annotations {
        description: string(schema, "description"),
        title: string(schema, "title"),
        deprecated: schema.flag("deprecated"),
        read_only: schema.flag("readOnly"),
        write_only: schema.flag("writeOnly"),
        default: schema.get("default").filter(|value| !value.is_null()).cloned(),
        minimum: number("minimum"),
        maximum: number("maximum"),
        min_length: number("minLength"),
        max_length: number("maxLength"),
        min_items: number("minItems"),
        max_items: number("maxItems"),
        min_properties: number("minProperties"),
        pattern: string(schema, "pattern"),
        format: string(schema, "x-lorgnette-format"),
    }
}
