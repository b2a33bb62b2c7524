//! A small crate in the form that the generator writes, and the contract for it.

use super::Surface;
use crate::contract::Contract;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The files of the crate.
pub(crate) fn files() -> BTreeMap<String, String> {
    let operations = r#"
        //! Operations of lamps.
        use crate::responses;
        use crate::types;
        use crate::Client;
        use lorgnette_runtime::Call;
        use std::borrow::Borrow;

        /// Operations of lamps, with the cargo feature `lamps`.
        impl Client {
            /// Lists lamps.
            pub fn lamps(&self, house: impl Into<String>) -> LampsRequest<'_> {
                let mut call = Call::new(self.as_ref(), &LAMPS);
                call.set(0, &Into::<String>::into(house));
                LampsRequest(call)
            }
            /// Adds a lamp.
            #[deprecated(note = "use another")]
            pub fn create_lamp(
                &self,
                house: impl Into<String>,
                body: impl Borrow<types::Lamp>,
            ) -> CreateLampRequest<'_> {
                let mut call = Call::new(self.as_ref(), &CREATE_LAMP);
                call.set(0, &Into::<String>::into(house));
                call.json(Borrow::<types::Lamp>::borrow(&body));
                CreateLampRequest(call)
            }
        }
        lorgnette_runtime::operation!(
            LAMPS: "lamps-get" GET "/houses/{house}/lamps", path "house", query "colour".required(),
            query "ids".explode(false).setter("ids_of_lamps"); security(&[&["key"]])
        );
        /// Lists lamps.
        #[derive(Debug)]
        pub struct LampsRequest<'client>(Call<'client>);
        lorgnette_runtime::builder!(LampsRequest: LAMPS => Vec<types::Lamp>, responses::Error404OrOther);
        impl LampsRequest<'_> {
            pub fn house(mut self, house: impl Into<String>) -> Self {
                self.0.set(0, &Into::<String>::into(house));
                self
            }
            pub fn colour(mut self, colour: impl Into<types::Colour>) -> Self {
                self.0.set(1, &Into::<types::Colour>::into(colour));
                self
            }
            pub fn ids_of_lamps(mut self, ids_of_lamps: Vec<i64>) -> Self { self.0.set(2, &ids_of_lamps); self }
        }
        lorgnette_runtime::operation!(
            CREATE_LAMP: "create_lamp" POST "/houses/{house}/lamps", path "house"; body_required()
        );
        /// Adds a lamp.
        #[deprecated(note = "use another")]
        pub struct CreateLampRequest<'client>(Call<'client>);
        #[allow(deprecated)]
        lorgnette_runtime::builder!(CreateLampRequest: CREATE_LAMP => responses::CreateLampResponse);
        #[allow(deprecated)]
        impl CreateLampRequest<'_> {
            pub fn house(mut self, house: impl Into<String>) -> Self {
                self.0.set(0, &Into::<String>::into(house));
                self
            }
            pub fn body(mut self, body: impl Borrow<types::Lamp>) -> Self {
                self.0.json(Borrow::<types::Lamp>::borrow(&body));
                self
            }
        }
    "#;
    let responses = r"
        use crate::types;
        use lorgnette_runtime::Text;
        #[derive(Debug)]
        pub enum CreateLampResponse { Created(types::Lamp), NoContent(()) }
        lorgnette_runtime::statuses!(CreateLampResponse { 201 Created(types::Lamp), 204 NoContent(()) });
        #[derive(Debug)]
        pub enum Error404OrOther { NotFound(()), ServerError(u16, Text), Other(u16, types::Trouble) }
        lorgnette_runtime::statuses!(Error404OrOther {
            404 NotFound(()), 500..=599 ServerError(u16, Text), _ Other(u16, types::Trouble)
        });
    ";
    let types = r#"
        use lorgnette_runtime::{Nullable, Value};
        use std::collections::BTreeMap;
        pub struct Lamp {
            pub id: i64,
            #[deprecated]
            pub colour: Option<Colour>,
            pub holder_: Nullable<Holder>,
            pub parts: Vec<Lamp>,
            pub parent: Option<Box<Lamp>>,
            pub labels: Option<BTreeMap<String, String>>,
            pub additional_properties: BTreeMap<String, Level>,
        }
        lorgnette_runtime::object!(Lamp {
            0 id: "id", 1 colour: "Colour", 2 holder_: "holder", 3 parts: "parts" default, 4 parent: "parent",
            5 labels: "labels"
        } rest additional_properties alias { "colour" => 1 });
        impl Lamp { pub fn new(id: i64) -> Self { todo!() } }
        pub enum Colour { Red, DarkGreen, Other, Unknown(String) }
        lorgnette_runtime::open_enum!(Colour { Red = "red", DarkGreen = "dark-green", Other = "*" });
        pub enum Level { Low, High, Unknown(i64) }
        lorgnette_runtime::open_enum!(Level: i64 { Low = -1, High = 7 });
        pub enum Holder { Table(Table), Wall(Wall), Unknown(Value) }
        lorgnette_runtime::tagged_union!(Holder, "kind" { Table = "table" | "desk", Wall = "wall" });
        pub struct Table { pub legs: Option<i64>, unknown: UnknownMembers }
        lorgnette_runtime::object!(Table { 0 legs: "legs" } keeps unknown);
        pub struct Wall { pub height: f64 }
        lorgnette_runtime::object!(Wall { 0 height: "height" });
        pub enum Trouble { Text(String), Code(Code), Unknown(Value) }
        lorgnette_runtime::untagged_union!(Trouble { Text, Code });
        pub struct Code { pub code: i64, pub details: Value }
        lorgnette_runtime::object!(Code { 0 code: "code", 1 details: "details" });
    "#;
    let modules = "mod lamps; pub use lamps::{Code, Colour, Holder, Lamp, Level, Table, Trouble, Wall};";
    BTreeMap::from(
        [
            ("lib.rs", "pub mod operations; pub mod responses; pub mod types;"),
            ("operations/lamps.rs", operations),
            ("operations/mod.rs", "#[cfg(feature = \"lamps\")] pub mod lamps;"),
            ("responses.rs", responses),
            ("types/lamps.rs", types),
            ("types/mod.rs", modules),
        ]
        .map(|(path, text)| (path.to_string(), text.to_string())),
    )
}

/// The surface of the crate.
pub(crate) fn surface() -> Result<Surface, String> {
    Surface::parse(&files())
}

/// The contract.
pub(crate) fn contract() -> Contract {
    let lamp = json!({"$ref": "#/components/schemas/Lamp"});
    let json_of = |schema: &Value| json!({"application/json": {"schema": schema}});
    Contract {
        document: json!({
            "openapi": "3.0.3",
            "paths": {"/houses/{house}/lamps": {
                "parameters": [{"name": "house", "in": "path", "required": true, "schema": {"type": "string"}}],
                "get": {
                    "operationId": "lamps-get",
                    "parameters": [
                        {"name": "colour", "in": "query", "required": true, "schema": {"$ref": "#/components/schemas/Colour"}},
                        {"name": "ids", "in": "query", "explode": false, "schema": {"type": "array", "items": {"type": "integer"}}}
                    ],
                    "responses": {
                        "200": {"content": json_of(&json!({"type": "array", "items": lamp}))},
                        "404": {},
                        "5XX": {"content": {"text/plain": {"schema": {"type": "string"}}}},
                        "default": {"content": json_of(&json!({"oneOf": [{"type": "string"}, {"type": "object", "properties": {
                            "code": {"type": "integer"}, "details": {}
                        }}]}))}
                    }
                },
                "post": {
                    "operationId": "create_lamp",
                    "requestBody": {"required": true, "content": json_of(&lamp)},
                    "responses": {"201": {"content": json_of(&lamp)}, "204": {}}
                }
            }},
            "components": {"schemas": {
                "Lamp": {
                    "allOf": [{"$ref": "#/components/schemas/Thing"}, {"type": "object", "properties": {
                        "Colour": {"$ref": "#/components/schemas/Colour", "x-lorgnette-aliases": ["colour"]},
                        "holder": {"discriminator": {"propertyName": "kind"}, "oneOf": [
                            {"type": "object", "properties": {"kind": {"enum": ["table", "desk"]}, "legs": {"type": "integer"}}},
                            {"type": "object", "properties": {"kind": {"enum": ["wall"]}, "height": {"type": "number"}}}
                        ]},
                        "parts": {"type": "array", "items": lamp},
                        "parent": {"allOf": [lamp], "nullable": true}
                    }}],
                    "additionalProperties": {"type": "integer", "enum": [-1, 7]}
                },
                "Thing": {"type": "object", "properties": {
                    "id": {"type": "integer", "format": "int64"},
                    "labels": {"type": "object", "additionalProperties": {"type": "string"}}
                }},
                "Colour": {"type": "string", "enum": ["red", "dark-green", "*", null]},
                "Unused": {"type": "object", "properties": {"nothing": {"type": "string"}}}
            }}
        }),
    }
}
