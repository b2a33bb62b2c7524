//! Runs progenitor on a projected API, and reads the types that it made as data.
//!
//! progenitor and typify panic at input that they do not expect: a panic becomes an error that
//! names the type at fault.

use super::projection::{NamedType, Projection, openapi};
use super::type_expression::TypeExpression;
use crate::diagnostics::{Error, Result, Station};
use crate::ir;
use progenitor::{GenerationSettings, Generator, TypeImpl};
use schemars::schema::{InstanceType, SchemaObject};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use typify::{Type, TypeDetails, TypeId, TypeSpace};

/// String formats that typify does not support, with the runtime's types for them.
const CONVERSIONS: [(&str, &str); 4] = [
    ("naive-date-time", "::chrono::NaiveDateTime"),
    ("password", "::lorgnette_runtime::Secret"),
    ("binary", "::lorgnette_runtime::Upload"),
    ("byte", "::lorgnette_runtime::Base64"),
];

/// The Rust types of everything in an API.
#[derive(Debug, Default)]
pub struct Types {
    /// From the name of a type and the name of a member to the member's type.
    pub(super) members: HashMap<String, HashMap<String, TypeExpression>>,
    /// The Rust types of parameters, bodies and responses.
    pub(super) used: HashMap<ir::Type, TypeExpression>,
}

/// Runs the engine on a projected API.
///
/// # Errors
///
/// When the engine refuses a type or panics at it; the error names its place.
pub fn run(projection: &Projection<'_>) -> Result<Types> {
    match attempt(projection, usize::MAX) {
        Ok(generator) => read(generator.get_type_space(), projection),
        Err(message) => Err(pin(projection, &message)),
    }
}

/// The name of the type whose members are the types in use; no other type has it.
fn used_name(projection: &Projection<'_>) -> String {
    let mut name = "TypesInUse".to_string();
    while projection.named.iter().any(|named| named.name == name) {
        name.push_str("Too");
    }
    name
}

/// Passes the first parts of the projection to the engine: named types, then those in use. Of the
/// other types with names it gets only the names.
fn attempt(projection: &Projection<'_>, parts: usize) -> std::result::Result<Generator, String> {
    let named = projection.named.iter().enumerate();
    let named = named.map(|(index, NamedType { name, members, .. })| {
        let members = members.iter().filter(|_| index < parts);
        (*name, members.map(|(field, ty)| (field.as_str(), *ty)).collect())
    });
    let fields: Vec<String> = (0..projection.used.len()).map(used_field).collect();
    let used = fields
        .iter()
        .zip(&projection.used)
        .take(parts.saturating_sub(projection.named.len()))
        .map(|(field, (ty, _))| (field.as_str(), *ty));
    let used_name = used_name(projection);
    let document = openapi(named.chain([(used_name.as_str(), used.collect())]));
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
        let mut generator = Generator::new(&settings);
        let outcome = generator.generate_tokens(&document);
        outcome.map(|_| generator)
    }))
    .map_err(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        text.or_else(|| payload.downcast_ref::<&str>().copied())
            .unwrap_or("the engine panicked")
            .to_string()
    })?
    .map_err(|error| error.to_string())
}

fn used_field(index: usize) -> String {
    format!("type{index}")
}

/// Finds the part at which the engine fails: it accepts everything before that part.
fn pin(projection: &Projection<'_>, message: &str) -> Error {
    let (mut good, mut bad) = (0, projection.named.len() + projection.used.len());
    while bad - good > 1 {
        let middle = usize::midpoint(good, bad);
        match attempt(projection, middle) {
            Ok(_) => good = middle,
            Err(_) => bad = middle,
        }
    }
    let named = projection.named.iter().map(|named| named.pointer);
    let pointer = named
        .chain(projection.used.iter().map(|(_, pointer)| *pointer))
        .nth(good);
    failure(pointer.unwrap_or_default(), message)
}

fn failure(pointer: &str, message: &str) -> Error {
    Error::new(Station::Generate, pointer, format!("the type engine rejects this schema: {message}"))
        .help("simplify the schema in the overlay, and report it: a normalize pass should have removed what the engine refuses")
}

fn read(space: &TypeSpace, projection: &Projection<'_>) -> Result<Types> {
    // Named types come first, in their order, then types in use, then their parts.
    let made: Vec<Type<'_>> = space.iter_types().take(projection.named.len() + 1).collect();
    let named = || made.iter().zip(&projection.named);
    let mut reader = TypeReader {
        space,
        names: named().map(|(ty, named)| (ty.name(), named.name)).collect(),
        known: HashMap::new(),
    };
    let mut types = Types::default();
    for (ty, named) in named() {
        let members = reader.members(ty);
        let members = members.map_err(|made| failure(named.pointer, &made))?;
        types.members.insert(named.name.to_string(), members);
    }
    let used = made.last().map(|ty| reader.members(ty));
    let mut used = used
        .transpose()
        .map_err(|made| failure("", &made))?
        .unwrap_or_default();
    for (index, (ty, pointer)) in projection.used.iter().enumerate() {
        let made = used.remove(&used_field(index));
        let made = made.ok_or_else(|| failure(pointer, "it created no type for it"))?;
        types.used.insert((*ty).clone(), made);
    }
    Ok(types)
}

/// Reads types of the engine. Its errors name a type that generated code does not support.
struct TypeReader<'s> {
    space: &'s TypeSpace,
    /// From the engine's name of a type to the type's own.
    names: HashMap<String, &'s str>,
    known: HashMap<TypeId, TypeExpression>,
}

impl TypeReader<'_> {
    fn members(&mut self, ty: &Type<'_>) -> std::result::Result<HashMap<String, TypeExpression>, String> {
        let TypeDetails::Struct(details) = ty.details() else {
            return Err(format!("it turned an object into {}", ty.describe()));
        };
        details
            .properties()
            .map(|(name, id)| Ok((name.to_string(), self.expression(&id)?)))
            .collect()
    }

    fn expression(&mut self, id: &TypeId) -> std::result::Result<TypeExpression, String> {
        if let Some(known) = self.known.get(id) {
            return Ok(known.clone());
        }
        let ty = self.space.get_type(id).map_err(|error| error.to_string())?;
        let unknown = || format!("it made {}", ty.describe());
        let read = match ty.details() {
            TypeDetails::Option(inner) => self.expression(&inner)?.optional(),
            TypeDetails::Vec(item) => TypeExpression::Vec(Box::new(self.expression(&item)?)),
            TypeDetails::Map(_, value) => TypeExpression::Map(Box::new(self.expression(&value)?)),
            TypeDetails::Box(inner) => TypeExpression::Boxed(Box::new(self.expression(&inner)?)),
            TypeDetails::String => TypeExpression::Plain("String"),
            TypeDetails::Builtin(path) => TypeExpression::plain(path).ok_or_else(unknown)?,
            TypeDetails::Struct(_) => {
                let name = self.names.get(&ty.name()).ok_or_else(unknown)?;
                TypeExpression::Generated((*name).to_string())
            }
            _ => return Err(unknown()),
        };
        self.known.insert(id.clone(), read.clone());
        Ok(read)
    }
}
