//! Types and their uses.

use super::provenance::Provenance;
use serde::Serialize;
use serde_json::{Number, Value};
use std::hash::{Hash, Hasher};

/// A type that gets a name in Rust.
#[derive(Clone, Debug, Serialize)]
pub struct TypeDef {
    /// The place of its schema.
    pub provenance: Provenance,
    /// Its name in the contract, or its owner's.
    pub called: Option<String>,
    /// Its owner, if the contract does not name it.
    pub home: Option<Home>,
    /// The types whose members it includes.
    pub extends: Vec<String>,
    /// All owners of a type that the contract writes in several places without naming it.
    pub shared: Vec<Home>,
    /// The places of further schemas that have this type.
    pub also: Vec<Provenance>,
    /// The contract's description.
    pub description: Option<String>,
    /// The title that the contract gives it.
    pub title: Option<String>,
    /// `x-lorgnette-note`: a note that an overlay adds.
    pub note: String,
    /// Whether the contract marks it as deprecated.
    pub deprecated: bool,
    /// The contract's statements on its values, which apply to every use.
    pub said: Option<Box<Annotations>>,
    /// The kind of the type.
    pub shape: Shape,
}

impl TypeDef {
    /// A type that the contract does not name, and describes only by its role.
    pub fn unnamed(provenance: Provenance, home: Home, shape: Shape) -> Self {
        Self {
            called: provenance.called().map(str::to_string),
            provenance,
            home: Some(home),
            extends: Vec::new(),
            shared: Vec::new(),
            also: Vec::new(),
            description: None,
            title: None,
            note: String::new(),
            deprecated: false,
            said: None,
            shape,
        }
    }
}

/// The owner of a type, and its role there. Fields that do not apply are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Home {
    /// The type that it is a part of; empty for parts of an operation.
    pub owner: String,
    /// Its role in the owner, or its whole name without an owner.
    pub hint: String,
    /// Its name without the owner; empty if that carries no meaning.
    pub bare: String,
    /// The kind of place: `property`, `item`, `error`...
    pub role: String,
}

/// The kind of a type.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Members by name.
    Object(Object),
    /// A list of values.
    Enum(Enum),
    /// One of several types.
    Union(Union),
}

/// Members by name.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Object {
    /// The members, in the contract's order.
    pub members: Vec<Member>,
    /// The field for members that the contract does not name, and the type of their values.
    pub rest: Option<(String, TypeRef)>,
    /// The field for undeclared members.
    pub unknown: String,
    /// Other spellings of members: the spelling and the name of the member on the wire.
    pub aliases: Vec<(String, String)>,
}

/// A member of an object.
#[derive(Clone, Debug, Serialize)]
pub struct Member {
    /// Its place.
    pub provenance: Provenance,
    /// The name on the wire.
    pub wire: String,
    /// The name of its field.
    pub field: String,
    /// The name of the method that sets it.
    pub setter: String,
    /// Whether the contract requires it.
    pub required: bool,
    /// Its type.
    pub ty: TypeRef,
}

impl Member {
    /// A member whose field is not named yet.
    pub fn new(provenance: Provenance, wire: &str, required: bool, ty: TypeRef) -> Self {
        Self {
            provenance,
            wire: wire.to_string(),
            field: String::new(),
            setter: String::new(),
            required,
            ty,
        }
    }
}

impl Object {
    /// The member called `wire`.
    pub fn member(&self, wire: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.wire == wire)
    }
}

/// A list of values. The server may send others, since an API grows.
#[derive(Clone, Debug, Serialize)]
pub struct Enum {
    /// The kind of the values.
    pub kind: EnumKind,
    /// The values, in the contract's order.
    pub values: Vec<EnumValue>,
}

/// The kind of an enum's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EnumKind {
    /// Texts.
    Text,
    /// Integers that fit 64 bits.
    Integer,
    /// Numbers.
    Number,
    /// Truth values.
    Boolean,
    /// Several kinds.
    Mixed,
}

/// A value of an enum.
#[derive(Clone, Debug, Serialize)]
pub struct EnumValue {
    /// The value on the wire.
    pub value: Value,
    /// The name that the contract gives it.
    pub given: Option<String>,
    /// The name of its variant.
    pub variant: String,
}

/// One of several types.
#[derive(Clone, Debug, Serialize)]
pub struct Union {
    /// The member whose value determines the branch.
    pub tag: Option<String>,
    /// The alternatives, in the order in which they are tried.
    pub branches: Vec<Branch>,
}

/// An alternative of a union.
#[derive(Clone, Debug, Serialize)]
pub struct Branch {
    /// The name of its variant.
    pub variant: String,
    /// Its type.
    pub ty: TypeRef,
    /// The values of the tag that select it.
    pub tags: Vec<String>,
}

/// A use of a type.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TypeRef {
    /// The type.
    #[serde(rename = "type")]
    pub ty: Type,
    /// Whether null is allowed here.
    pub nullable: bool,
    /// The contract's statements on the values here; most uses have none.
    pub annotations: Option<Box<Annotations>>,
}

/// A type in use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// Any JSON value.
    #[default]
    Any,
    /// True or false.
    Boolean,
    /// A whole number.
    Integer(Integer),
    /// A number.
    Number,
    /// A text.
    Text(Text),
    /// A list.
    List(Box<TypeRef>),
    /// A map with string keys.
    Map(Box<TypeRef>),
    /// One of the types of the API, by name.
    Named(String),
}

/// How wide an integer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Integer {
    /// 32 bits.
    I32,
    /// 64 bits.
    I64,
    /// 64 bits, never negative.
    U64,
}

/// The content of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Text {
    /// Any text.
    Plain,
    /// A time with its offset.
    DateTime,
    /// A time in UTC without an offset.
    NaiveDateTime,
    /// A date.
    Date,
    /// A UUID.
    Uuid,
    /// Bytes, if a file can be sent or received in this place.
    Binary,
    /// Bytes, written in base64.
    Base64,
    /// A secret.
    Password,
}

/// The contract's statements on values, apart from their type.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Annotations {
    /// The description.
    pub description: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// Whether the contract marks it as deprecated.
    pub deprecated: bool,
    /// Whether only responses contain it.
    pub read_only: bool,
    /// Whether only requests contain it.
    pub write_only: bool,
    /// The value that replaces an absent one.
    pub default: Option<Value>,
    /// The minimum of a number.
    pub minimum: Option<Number>,
    /// The maximum of a number.
    pub maximum: Option<Number>,
    /// The minimum number of characters.
    pub min_length: Option<Number>,
    /// The maximum number of characters.
    pub max_length: Option<Number>,
    /// The minimum number of items.
    pub min_items: Option<Number>,
    /// The maximum number of items.
    pub max_items: Option<Number>,
    /// The minimum number of members.
    pub min_properties: Option<Number>,
    /// A regular expression that strings match.
    pub pattern: Option<String>,
    /// A format without a Rust type.
    pub format: Option<String>,
}

impl TypeRef {
    /// A use of `ty` without further statements.
    pub fn of(ty: Type) -> Self {
        Self {
            ty,
            ..Self::default()
        }
    }

    /// Changes the contract's statements on the values here.
    pub fn say(&mut self, change: impl FnOnce(&mut Annotations)) {
        let mut said = self.annotations.take().unwrap_or_default();
        change(&mut said);
        self.annotations = Some(said).filter(|said| **said != Annotations::nothing());
    }

    /// The name of the type, if it is one of the API's.
    pub fn named(&self) -> Option<&str> {
        match &self.ty {
            Type::Named(name) => Some(name),
            _ => None,
        }
    }

    /// The contract's statements on the values here.
    pub fn said(&self) -> &Annotations {
        const NOTHING: &Annotations = &Annotations::nothing();
        self.annotations.as_deref().unwrap_or(NOTHING)
    }
}

/// Two uses are equal if their types are, whatever the contract states about the values.
impl PartialEq for TypeRef {
    fn eq(&self, other: &Self) -> bool {
        self.nullable == other.nullable && self.ty == other.ty
    }
}

impl Eq for TypeRef {}

impl Hash for TypeRef {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.nullable, &self.ty).hash(state);
    }
}

impl Annotations {
    /// The default description of undescribed values.
    const fn nothing() -> Self {
        Self {
            description: None,
            title: None,
            deprecated: false,
            read_only: false,
            write_only: false,
            default: None,
            minimum: None,
            maximum: None,
            min_length: None,
            max_length: None,
            min_items: None,
            max_items: None,
            min_properties: None,
            pattern: None,
            format: None,
        }
    }
}
