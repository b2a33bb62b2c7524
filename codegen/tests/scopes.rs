//! Scopes of the catalogue: the operations that they contain, and errors in them.
#![allow(clippy::unwrap_used, missing_docs)]

use lorgnette_codegen::catalogue::Catalogue;
use lorgnette_codegen::pipeline::{Input, generate};
use std::collections::BTreeMap;

const CONTRACT: &str = "
openapi: 3.0.3
info: { title: Lamps, version: '1' }
paths:
  /houses/{house}:
    get:
      operationId: read_house
      parameters: [ { name: house, in: path, required: true, schema: { type: string } } ]
      responses: { '204': { description: Done } }
  /houses/{house}/rooms/{roomId}/lamps/{lamp}:
    get:
      operationId: read_lamp
      deprecated: true
      parameters:
        - { name: house, in: path, required: true, schema: { type: string } }
        - { name: roomId, in: path, required: true, schema: { type: integer } }
        - { name: lamp, in: path, required: true, schema: { type: string } }
        - { name: tenant, in: query, schema: { type: string } }
      responses: { '204': { description: Done } }
  /tenants:
    get:
      operationId: tenants
      parameters:
        - { name: tenant, in: query, schema: { type: string } }
        - { name: shape, in: query, schema: { type: string } }
      responses: { '204': { description: Done } }
  /shapes/{shape}:
    get:
      operationId: shapes
      parameters: [ { name: shape, in: path, required: true, schema: { type: integer } } ]
      responses:
        '200':
          description: Done
          content: { application/json: { schema: { $ref: '#/components/schemas/WithinTaken' } } }
components: { schemas: { WithinTaken: { type: object, properties: { a: { type: string } } } } }
";

/// The sources of the crate with these scopes, on one line, or the error.
fn generated(scopes: &str) -> Result<String, String> {
    let catalogue = Catalogue::parse(&format!(
        "[[api]]\nname = 'lamps-v1'\ntitle = 'Lamps'\nvendor = 'nobody'\ncontract = 'openapi.yaml'\n\
         documentation = 'https://docs.example/'\nsource = 'described by us'\nauthentication = 'none'\nscopes = [{scopes}]\n",
    ))
    .map_err(|error| error.to_string())?;
    let generated = generate(&Input {
        api: &catalogue.apis[0],
        contract: BTreeMap::from([("openapi.yaml".to_string(), CONTRACT.to_string())]),
        overlay: None,
        history: lorgnette_codegen::diff::History::default(),
    })
    .map_err(|error| error.to_string())?;
    let sources = generated
        .files
        .iter()
        .filter(|(path, _)| path.starts_with("src/"));
    let sources: String = sources.map(|(_, text)| text.as_str()).collect();
    Ok(sources.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[test]
fn test_operations_belong_to_the_innermost_scope() {
    let scopes =
        "{ name = 'home', parameter = 'house' }, { name = 'room', parameter = 'roomId', within = 'home' }";
    let source = generated(scopes).unwrap();
    for expected in [
        "pub struct WithinRoom<'client> { pub(crate) client: &'client Client, pub(crate) house: String, \
         pub(crate) room_id: i64, }",
        "impl<'client> WithinHome<'client> {",
        "pub fn room(&self, room_id: i64) -> WithinRoom<'client> {",
        "pub fn read_house(&self) -> ReadHouseRequest<'client> { self.client.read_house(&self.house) }",
        "#[allow(deprecated)] pub fn read_lamp(&self, lamp: impl Into<String>) -> ReadLampRequest<'client> { \
         self.client.read_lamp(&self.house, self.room_id, lamp) }",
    ] {
        assert!(source.contains(expected), "no {expected} in\n{source}");
    }
    assert_eq!(source.matches("self.client.").count(), 2);
}

#[test]
fn test_scope_of_a_query_parameter_sets_it() {
    let source = generated("{ name = 'tenant', parameter = 'tenant' }").unwrap();
    let method =
        "pub fn tenants(&self) -> TenantsRequest<'client> { self.client.tenants().tenant(&self.tenant) }";
    assert!(source.contains(method), "{source}");
}

#[test]
fn test_scopes_that_fit_nothing_are_errors() {
    for (scopes, said) in [
        (
            "{ name = 'a', parameter = 'House' }",
            "no operation takes the parameter \"House\"",
        ),
        (
            "{ name = 'a', parameter = 'house' }, { name = 'b', parameter = 'shape', within = 'a' }",
            "no operation takes the parameter \"house\" and \"shape\"",
        ),
        (
            "{ name = 'a', parameter = 'house', within = 'b' }",
            "the scope \"a\" is within \"b\", which no earlier scope defines",
        ),
        (
            "{ name = 'shape', parameter = 'shape' }",
            "is `shape: String` in some operations and `shape: i64` in others",
        ),
        (
            "{ name = 'tenants', parameter = 'tenant' }",
            "\"tenants\" is not a name for a scope",
        ),
        (
            "{ name = 'request', parameter = 'tenant' }",
            "\"request\" is not a name for a scope",
        ),
        (
            "{ name = 'Home', parameter = 'house' }",
            "\"Home\" is not a valid name for a scope: it is not a method name",
        ),
        (
            "{ name = 'taken', parameter = 'house' }",
            "`WithinTaken`, already has it",
        ),
        ("{ name = 'a', parameters = 'house' }", "unknown field"),
    ] {
        let error = generated(scopes).unwrap_err();
        assert!(error.contains(said), "{scopes}: {error}");
    }
}
