//! Tests of the reader and of the listing, on the small crate of `testing`.

#![allow(clippy::unwrap_used)]

use super::testing::{files, surface};
use super::{Surface, SurfaceShape};

/// The result of reading the crate if `from` is replaced by `to` in the file at `path`.
fn said(path: &str, from: &str, to: &str) -> String {
    let mut files = files();
    let text = files.get_mut(path).unwrap();
    assert!(text.contains(from), "{from} is not in {path}");
    *text = text.replace(from, to);
    Surface::parse(&files).unwrap_err()
}

#[test]
fn test_listing_shows_the_whole_crate() {
    insta::assert_snapshot!(surface().unwrap().listing(), @r#"
    2 operations in 1 modules, 2 answers by status, 8 types; security none unless said otherwise

    == lamps

    lamps "lamps-get" = GET /houses/{house}/lamps
        path house: impl Into<String>
        query colour!: impl Into<Colour>, ids_of_lamps "ids": Vec<i64> (explode false)
        with security [["key"]]
        -> Vec<Lamp> or responses::Error404OrOther
    create_lamp = POST /houses/{house}/lamps, deprecated
        path house: impl Into<String>
        body body!: impl Borrow<Lamp> as application/json
        -> responses::CreateLampResponse

    == answers by status

    CreateLampResponse: 201 Created: Lamp, 204 NoContent: ()
    Error404OrOther: 404 NotFound: (), 5XX ServerError: Text, default Other: Trouble

    == types

    struct Code: code: i64, details: Value
    enum Colour: red, dark-green, Other = "*"
    union Holder by "kind": Table(Table) = "table|desk", Wall(Wall) = "wall"
    struct Lamp: id: i64, colour "Colour": Option<Colour> deprecated, holder_ "holder": Nullable<Holder>,
        parts: Vec<Lamp> default, parent: Option<Box<Lamp>>, labels: Option<BTreeMap<String, String>>,
        ..additional_properties: Level, colour also "colour"
    enum Level of i64: Low = -1, High = 7
    struct Table: legs: Option<i64>
    union Trouble: Text(String), Code(Code)
    struct Wall: height: f64
    "#);
}

#[test]
fn test_parse_reads_numbers_with_their_sign() {
    let surface = surface().unwrap();
    let SurfaceShape::Enum { values, wire } = &surface.types["Level"].shape else {
        unreachable!()
    };
    assert_eq!((wire.as_str(), &values[0].1), ("i64", &serde_json::json!(-1)));
}

#[test]
fn test_parse_refuses_a_table_that_does_not_fit_its_struct() {
    let types = "types/lamps.rs";
    assert!(
        said(types, "0 height: \"height\"", "0 width: \"height\"").contains("not the field at its place")
    );
    assert!(said(types, "1 colour: \"Colour\"", "1 colour: \"id\"").contains("Lamp has \"id\" twice"));
    assert!(
        said(
            types,
            "object!(Wall { 0 height: \"height\" })",
            "object!(Wall {})"
        )
        .contains("Wall")
    );
    assert!(said(types, "High = 7", "Higher = 7").contains("different variants"));
    assert!(
        said(
            types,
            "pub struct Wall",
            "pub struct Fence { pub high: f64 } pub struct Wall"
        )
        .contains("Fence has no table")
    );
    assert!(said(types, "pub height", "height").contains("not public"));
    assert!(said(types, "unknown: Unk", "pub unknown: Unk").contains("not public"));
    assert!(said(types, "keeps unknown", "").contains("says nothing of"));
    assert!(said(types, "keeps unknown", "keeps legs").contains("not its last field"));
}

#[test]
fn test_parse_refuses_a_builder_that_does_not_fit_its_descriptor() {
    let operations = "operations/lamps.rs";
    assert!(said(operations, "self.0.set(2, ", "self.0.set(3, ").contains("sets no parameter"));
    assert!(said(operations, "self.0.set(2, ", "self.0.set(1, ").contains("that has a setter"));
    assert!(
        said(operations, "path \"house\",", "path \"house\", query \"more\",")
            .contains("LampsRequest has no setter for \"ids\"")
    );
    assert!(
        said(operations, ".setter(\"ids_of_lamps\")", ".setter(\"ids\")")
            .contains("goes by \"ids\" in errors")
    );
    assert!(
        said(
            operations,
            "CreateLampRequest: CREATE_LAMP",
            "CreateLampRequest: LAMPS"
        )
        .contains("taken twice")
    );
    assert!(
        said(
            operations,
            "body: impl Borrow<types::Lamp>,\n            ) -> CreateLampRequest",
            "body: impl Borrow<types::Lamp>,\n            ) -> LampsRequest"
        )
        .contains("given twice")
    );
}

#[test]
fn test_parse_refuses_a_method_without_an_argument_of_its_path() {
    let operations = "operations/lamps.rs";
    let method = "pub fn lamps(&self, house: impl Into<String>)";
    assert!(said(operations, method, "pub fn lamps(&self)").contains("lamps takes"));
    let set = "call.set(0, &Into::<String>::into(house));\n                LampsRequest(call)";
    for other in [
        "LampsRequest(call)",
        "call.set(1, &Into::<String>::into(house)); LampsRequest(call)",
    ] {
        assert!(said(operations, set, other).contains("where they belong"));
    }
}

#[test]
fn test_parse_reads_how_a_builder_pages() {
    let (path, builder) = ("operations/lamps.rs", "impl LampsRequest<'_> {");
    let paged = |success: &str| {
        let mut files = files();
        let text = files.get_mut(path).unwrap();
        let pages =
            format!("pages!(LampsRequest => {success}; lamps: types::Lamp; number(\"page\").from(0));");
        *text = text.replace(builder, &format!("lorgnette_runtime::{pages} {builder}"));
        Surface::parse(&files)
    };
    let listing = paged("Vec<types::Lamp>, responses::Error404OrOther")
        .unwrap()
        .listing();
    assert!(
        listing.contains("\n    pages lamps: Lamp by number \"page\" from 0\n"),
        "{listing}"
    );
    let error = paged("Vec<types::Lamp>").unwrap_err();
    assert!(
        error.contains("LampsRequest pages through what it does not send"),
        "{error}"
    );
}

#[test]
fn test_parse_refuses_what_cannot_be_reached() {
    assert!(said("types/mod.rs", "Wall", "Other").contains("does not name Wall"));
    assert!(said("operations/mod.rs", "pub mod lamps", "pub mod others").contains("does not mount lamps.rs"));
}

#[test]
fn test_parse_refuses_answers_that_differ_from_their_table() {
    assert!(
        said("responses.rs", "204 NoContent(())", "204 NoContent(types::Lamp)")
            .contains("what its table says")
    );
    assert!(said("responses.rs", ", 204 NoContent(())", "").contains("differ in length"));
}

#[test]
fn test_parse_reads_a_body_that_may_be_null() {
    let mut files = files();
    let text = files.get_mut("operations/lamps.rs").unwrap();
    let body = "pub fn body(mut self, body: impl Borrow<types::Lamp>) -> Self {\n                self.0.json(Borrow::<types::Lamp>::borrow(&body));\n                self\n            }";
    // Nullable members are not arguments.
    let (argument, given) = (
        "body: impl Borrow<types::Lamp>,\n            ) ->",
        "call.json(Borrow::<types::Lamp>::borrow(&body));",
    );
    for part in [body, argument, given] {
        assert!(text.contains(part));
    }
    *text = text.replacen(argument, ") ->", 1).replacen(given, "", 1);
    let null = "pub fn body_null(mut self) -> Self { self.0.json_as(\"application/json\", &()); self }";
    *text = text.replace(body, &format!("{body} {null}"));
    let surface = Surface::parse(&files).unwrap();
    let create = surface
        .operations
        .iter()
        .find(|it| it.builder == "CreateLampRequest")
        .unwrap();
    assert_eq!(create.bodies[0].ty.name, "Option");
}
