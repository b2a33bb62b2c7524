//! Makes the body of every form an object, one of several objects or a map, and allows files only
//! where a file can be sent.
//!
//! Before: a `multipart/form-data` body that is a file; a JSON body with a member that is a file.
//! After: the form has an object with the member `file`; the member of the JSON body is text.

use crate::diagnostics::Notes;
use crate::ir::{Api, Content, Home, Member, Object, Operation, Shape, Text, Type, TypeDef, TypeRef};
use crate::naming;
use indexmap::IndexMap;
use std::collections::{BTreeMap, HashSet};

type Types = IndexMap<String, TypeDef>;

/// The maximum depth of nested unions, since the stack is finite.
const DEEPEST: usize = 16;

/// Runs the pass.
pub(super) fn apply(api: &mut Api, notes: &mut Notes) {
    let Api {
        types, operations, ..
    } = api;
    for operation in operations.iter_mut() {
        let hint = format!("{} Form", naming::type_name(&operation.name));
        let contents = operation.body.iter_mut().flat_map(|body| &mut body.content);
        for form in contents.filter(|content| is_form(&content.media_type)) {
            be_object(form, &hint, types, notes);
        }
    }
    let in_json = in_json(operations, types);
    // Members that are also sent as JSON are text there, and have a separate type in the form.
    let mut copies: BTreeMap<String, TypeDef> = BTreeMap::new();
    for name in multipart(operations).filter_map(|used| used.named()) {
        if let Some(def) = types
            .get(name)
            .filter(|def| in_json.contains(name) && has_files(def))
        {
            let home = Home {
                owner: name.to_string(),
                hint: "Form".to_string(),
                role: "request".to_string(),
                ..Home::default()
            };
            let home = Some(home);
            copies.insert(name.to_string(), TypeDef { home, ..def.clone() });
        }
    }
    let mut in_forms: HashSet<String> = HashSet::new();
    let mut waiting: Vec<String> = Vec::new();
    for used in multipart(operations) {
        if let Type::Named(name) = &mut used.ty {
            if copies.contains_key(name) {
                name.push_str("/form");
            }
            waiting.push(name.clone());
        }
    }
    types.extend(copies.into_iter().map(|(name, copy)| (name + "/form", copy)));
    while let Some(name) = waiting.pop() {
        if let Some(Shape::Union(union)) = types.get(&name).map(|def| &def.shape) {
            let branches = union.branches.iter().filter_map(|branch| branch.ty.named());
            waiting.extend(
                branches
                    .filter(|branch| !in_forms.contains(*branch))
                    .map(str::to_string),
            );
        }
        in_forms.insert(name);
    }
    for (name, def) in types.iter_mut() {
        match &mut def.shape {
            Shape::Object(object) if in_forms.contains(name) => {
                let members = object.members.iter_mut().map(|member| &mut member.ty);
                members.filter(|used| !is_file(used)).for_each(texts);
            }
            _ => def.uses_mut().into_iter().for_each(texts),
        }
    }
    for operation in operations {
        let parameters = operation.parameters.iter_mut().map(|parameter| &mut parameter.ty);
        let bodies = operation.body.iter_mut().flat_map(|body| &mut body.content);
        let responses = operation.responses.iter_mut();
        let responses = responses.flat_map(|response| &mut response.content);
        // A response that is a file remains one, whatever its media type.
        let file = Type::Text(Text::Binary);
        let is_whole = |content: &Content| content.ty.as_ref().is_some_and(|used| used.ty == file);
        let contents = bodies.chain(responses.filter(|content| !is_whole(content)));
        let json = contents.filter(|content| is_json(content));
        parameters
            .chain(json.filter_map(|content| content.ty.as_mut()))
            .for_each(texts);
    }
}

fn is_form(media_type: &str) -> bool {
    media_type.starts_with("multipart/") || media_type.starts_with("application/x-www-form-urlencoded")
}

fn is_json(content: &Content) -> bool {
    let bare = content.media_type.split(';').next().unwrap_or_default().trim();
    bare == "application/json" || bare.ends_with("+json") || bare == "text/json" || bare == "*/*"
}

/// The types in forms that may contain files.
fn multipart(operations: &mut [Operation]) -> impl Iterator<Item = &mut TypeRef> {
    let bodies = operations
        .iter_mut()
        .filter_map(|operation| operation.body.as_mut());
    let forms = bodies.flat_map(|body| &mut body.content);
    let forms = forms.filter(|content| content.media_type.starts_with("multipart/"));
    forms.filter_map(|form| form.ty.as_mut())
}

/// Makes a form an object.
fn be_object(form: &mut Content, hint: &str, types: &mut Types, notes: &mut Notes) {
    let at = form.provenance.child("schema");
    let used = form.ty.take().unwrap_or_default();
    let named = used.named().and_then(|name| types.get(name));
    let object = match (named.map(|def| &def.shape), used.ty.clone()) {
        (Some(shape), ty) if is_object(shape, types, 0) => {
            // A body is never null; its description belongs to its type.
            form.ty = Some(TypeRef::of(ty));
            return;
        }
        (_, Type::Map(_)) => {
            let nullable = false;
            form.ty = Some(TypeRef { nullable, ..used });
            return;
        }
        (_, Type::Any | Type::Named(_)) => Object {
            rest: Some(Default::default()),
            ..Object::default()
        },
        (_, ty) => {
            let wire = if ty == Type::Text(Text::Binary) {
                "file"
            } else {
                "value"
            };
            let what = format!("the form has one member, {wire:?}");
            let why = "The contract does not name the parts of the form.";
            notes.add("form_bodies", at.pointer(), what, why);
            let provenance = at.child("properties").child(wire);
            Object {
                members: vec![Member::new(provenance, wire, false, used)],
                ..Object::default()
            }
        }
    };
    let mut name = format!("/{hint}");
    while types.contains_key(&name) {
        name.push_str("/2");
    }
    let home = Home {
        hint: hint.to_string(),
        role: "request".to_string(),
        ..Home::default()
    };
    types.insert(name.clone(), TypeDef::unnamed(at, home, Shape::Object(object)));
    form.ty = Some(TypeRef::of(Type::Named(name)));
}

/// Whether all values are objects. For a union, this depends on its alternatives.
fn is_object(shape: &Shape, types: &Types, depth: usize) -> bool {
    match shape {
        Shape::Object(_) => true,
        Shape::Enum(_) => false,
        Shape::Union(union) => union.branches.iter().all(|branch| {
            let def = branch.ty.named().and_then(|name| types.get(name));
            depth <= DEEPEST && def.is_some_and(|def| is_object(&def.shape, types, depth + 1))
        }),
    }
}

/// The types that are used other than as the body of a form.
fn in_json(operations: &[Operation], types: &Types) -> HashSet<String> {
    let mut found = HashSet::new();
    let mut find = |used: &TypeRef| {
        used.each_name(&mut |name| {
            found.insert(name.to_string());
        });
    };
    for operation in operations {
        operation
            .parameters
            .iter()
            .for_each(|parameter| find(&parameter.ty));
        let bodies = operation.body.iter().flat_map(|body| &body.content);
        let responses = operation.responses.iter().flat_map(|response| &response.content);
        let json = bodies.chain(responses).filter(|content| is_json(content));
        json.filter_map(|content| content.ty.as_ref()).for_each(&mut find);
    }
    types.values().flat_map(TypeDef::uses).for_each(&mut find);
    found
}

fn has_files(def: &TypeDef) -> bool {
    match &def.shape {
        Shape::Object(object) => object.members.iter().any(|member| is_file(&member.ty)),
        _ => false,
    }
}

/// Whether a member of a form is a file, or a list of files.
fn is_file(used: &TypeRef) -> bool {
    match &used.ty {
        Type::List(item) => item.ty == Type::Text(Text::Binary),
        ty => *ty == Type::Text(Text::Binary),
    }
}

/// Turns files into plain strings.
fn texts(used: &mut TypeRef) {
    used.each_mut(&mut |used| {
        if used.ty == Type::Text(Text::Binary) {
            used.ty = Type::Text(Text::Plain);
            used.say(|said| said.format = Some("binary".to_string()));
        }
    });
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, clippy::unwrap_used)]
    use crate::ir::{Api, Object, Shape, Text, Type};
    use crate::names::testing::noted;
    use serde_json::json;

    fn posting(media_type: &str, schema: &serde_json::Value) -> serde_json::Value {
        json!({"paths": {"/eyes": {"post": {
            "operationId": "create_eye",
            "requestBody": {"content": {media_type: {"schema": schema}}},
            "responses": {}
        }}}})
    }

    fn object<'a>(api: &'a Api, name: &str) -> &'a Object {
        match &api.types[name].shape {
            Shape::Object(object) => object,
            _ => panic!("{name} is no object"),
        }
    }

    /// The type of a member.
    fn ty<'a>(api: &'a Api, name: &str, wire: &str) -> &'a Type {
        &object(api, name).member(wire).unwrap().ty.ty
    }

    #[test]
    fn test_form_without_members_has_one() {
        let file = json!({"type": "string", "format": "binary"});
        let (api, _) = noted(posting("multipart/form-data", &file));
        assert_eq!(*ty(&api, "CreateEyeBody", "file"), Type::Text(Text::Binary));
    }

    #[test]
    fn test_form_of_anything_is_a_map() {
        let (api, notes) = noted(posting(
            "application/x-www-form-urlencoded",
            &json!({"type": "object"}),
        ));
        let form = &api.operations[0].body.as_ref().unwrap().content[0];
        assert_eq!(form.ty.as_ref().unwrap().ty, Type::Map(Box::default()));
        assert!(notes.is_empty() && api.types.is_empty());
    }

    #[test]
    fn test_form_with_alternatives_is_one_of_them_with_their_files() {
        let schema = json!({"oneOf": [
            {"type": "object", "properties": {"a": {"type": "string", "format": "binary"}}},
            {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}}
        ]});
        let (api, notes) = noted(posting("multipart/form-data", &schema));
        let Shape::Union(union) = &api.types["CreateEyeBody"].shape else {
            panic!("no union");
        };
        let held = union
            .branches
            .iter()
            .map(|branch| ty(&api, branch.ty.named().unwrap(), "a"));
        let held: Vec<&Type> = held.collect();
        assert!(held.contains(&&Type::Text(Text::Binary)), "{held:?}");
        assert!(held.contains(&&Type::Text(Text::Plain)), "{held:?}");
        assert!(notes.is_empty(), "{notes:?}");
    }

    #[test]
    fn test_file_in_json_is_a_text_and_in_a_form_a_file() {
        let upload = json!({"type": "object", "properties": {
            "file": {"type": "string", "format": "binary"},
            "more": {"type": "array", "items": {"type": "string", "format": "binary"}},
            "inner": {"type": "object", "additionalProperties": {"type": "string", "format": "binary"}}
        }});
        let reference = json!({"$ref": "#/components/schemas/Upload"});
        let mut document = posting("multipart/form-data", &reference);
        document["components"] = json!({"schemas": {"Upload": upload}});
        document["paths"]["/eyes"]["put"] = json!({
            "operationId": "replace_eye",
            "requestBody": {"content": {"application/json": {"schema": reference}}},
            "responses": {}
        });
        let (api, _) = noted(document);
        assert_eq!(
            api.types.keys().collect::<Vec<_>>(),
            ["UploadModel", "UploadModelForm"]
        );
        assert_eq!(*ty(&api, "UploadModel", "file"), Type::Text(Text::Plain));
        assert_eq!(*ty(&api, "UploadModelForm", "file"), Type::Text(Text::Binary));
        let Type::List(items) = ty(&api, "UploadModelForm", "more") else {
            panic!()
        };
        assert_eq!(items.ty, Type::Text(Text::Binary));
        let Type::Map(values) = ty(&api, "UploadModelForm", "inner") else {
            panic!()
        };
        assert_eq!(values.ty, Type::Text(Text::Plain));
    }
}
