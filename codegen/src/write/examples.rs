//! Prints examples: a first program and a test for the README of a generated crate, and a call for
//! each operation.

use crate::catalogue::Entry;
use crate::generate::TypeExpression;
use crate::refine::Argument;
use crate::refine::model::{CrateBody, Def, Location, Member, Model, Operation, Outcome, Parameter, Payload};
use crate::text;
use std::cell::Cell;

/// The length above which a call is broken into lines.
const LONG: usize = 80;

/// A program that calls the operation that needs the fewest values.
pub fn first_program(model: &Model, api: &Entry) -> Option<String> {
    let operation = candidates(model).into_iter().next()?;
    let module = &api.name.replace('-', "_");
    let call = call(operation, model, &format!("{module}::runtime"))?;
    let imported = imported(&call);
    let base = text::rust(model.base_url.as_deref().unwrap_or("https://api.example.com"));
    Some(format!(
        "use {module}::{imported};\n\n\
         async fn first_program() -> Result<(), Box<dyn std::error::Error>> {{\n    \
             let client = Client::new({base})?;\n    \
             let answer = {call};\n    \
             println!(\"{{}} {{answer:?}}\", answer.status());\n    \
             Ok(())\n\
         }}\n",
    ))
}

/// A program that reads a list of several pages, with the operation that needs the fewest values.
pub fn list(model: &Model, api: &Entry) -> Option<String> {
    let module = &api.name.replace('-', "_");
    let mut paged = candidates(model)
        .into_iter()
        .filter(|operation| operation.paging.is_some());
    let call = paged.find_map(|operation| parts(operation, model, &format!("{module}::runtime")))?;
    let list = broken([call, vec![".stream()".to_string()]].concat());
    let imported = imported(&list);
    Some(format!(
        "use {module}::{imported};\n\n\
         async fn whole_list(client: &Client) -> Result<(), Box<dyn std::error::Error>> {{\n    \
             let mut list = {list};\n    \
             while let Some(item) = list.item().await? {{\n        \
                 println!(\"{{item:?}}\");\n    \
             }}\n    \
             Ok(())\n\
         }}\n",
    ))
}

/// A program that requests more than the contract declares, with the operation that needs the
/// fewest values.
pub fn escapes(model: &Model, api: &Entry) -> Option<String> {
    let module = &api.name.replace('-', "_");
    let operation = candidates(model).into_iter().next()?;
    let parts = parts(operation, model, &format!("{module}::runtime"))?;
    let call = broken([parts, vec![".query(\"verbose\", true)".to_string()]].concat());
    let imported = imported(&call);
    Some(format!(
        "use {module}::{imported};\n\
         use {module}::runtime::Method;\n\n\
         async fn beside_the_contract(client: &Client) -> Result<(), Box<dyn std::error::Error>> {{\n    \
             let call = {call};\n    \
             println!(\"{{}}\", call.to_request()?);\n    \
             let raw = call.send_raw().await?;\n    \
             println!(\"{{}} {{:?}}\", raw.status(), raw.headers());\n\n    \
             let raw = client.request(Method::GET, \"/new/path\").send_raw().await?;\n    \
             println!(\"{{}} bytes\", raw.len());\n    \
             Ok(())\n\
         }}\n",
    ))
}

/// A test that mocks the same operation, or else the first whose response is easily made.
pub fn test(model: &Model, api: &Entry) -> Option<String> {
    let module = &api.name.replace('-', "_");
    let made = candidates(model).into_iter().find_map(|operation| {
        let Outcome::One(Payload::Json(ty)) = &operation.success else {
            return None;
        };
        Some((
            operation,
            call(operation, model, &format!("{module}::runtime"))?,
            value(ty, "answer", model)?,
        ))
    });
    let (operation, call, answer) = made?;
    let imported = imported(&format!("{call}{answer}"));
    Some(format!(
        "use {module}::mock::Server;\n\
         use {module}::operations::{tag}::{request};\n\
         use {module}::{imported};\n\n\
         async fn a_test() -> Result<(), Box<dyn std::error::Error>> {{\n    \
             let server = Server::start().await?;\n    \
             let expected = {answer};\n    \
             let mock = server.on::<{request}>().answer(&expected);\n\n    \
             let client = Client::new(server.url())?;\n    \
             let answer = {call};\n    \
             assert_eq!(*answer, expected);\n    \
             mock.assert_calls(1);\n    \
             Ok(())\n\
         }}\n",
        tag = model.tags.get(operation.tag)?.module,
        request = operation.request,
    ))
}

/// The operations that are easy to understand; those that need the fewest values come first.
fn candidates(model: &Model) -> Vec<&Operation> {
    let operations = model.operations.iter();
    let mut candidates: Vec<&Operation> = operations
        .filter(|operation| operation.deprecated.is_none() && !operation.body_required)
        .collect();
    candidates.sort_by_key(|operation| {
        let required = operation.parameters.iter().filter(|parameter| parameter.required);
        let plain = matches!(operation.success, Outcome::One(Payload::Json(_)));
        (operation.method != "GET", !plain, required.count())
    });
    candidates
}

/// The imports from the crate for a program that writes `values`.
fn imported(values: &str) -> &'static str {
    match values.contains("types::") {
        true => "{Client, types}",
        false => "Client",
    }
}

/// The call of an operation with its required values, on one line or several.
fn call(operation: &Operation, model: &Model, runtime: &str) -> Option<String> {
    let mut parts = parts(operation, model, runtime)?;
    parts.extend([".send()".to_string(), ".await?".to_string()]);
    Some(broken(parts))
}

/// The call of an operation with its required values, for a sentence.
pub fn inline(operation: &Operation, model: &Model) -> Option<String> {
    let mut parts = parts(operation, model, "runtime")?;
    let argument = operation.body_argument();
    if let Some(body) = operation.bodies.first().filter(|_| operation.body_required)
        && argument.is_none()
    {
        parts.push(format!(
            ".{}({})",
            body.setter,
            body_sample(body, model, "runtime")?
        ));
    }
    Some(format!("{}.send().await?", parts.concat()))
}

/// A value for a body, in the form that its argument or setter accepts.
fn body_sample(body: &CrateBody, model: &Model, runtime: &str) -> Option<String> {
    match Argument::of_body(body) {
        Argument::Text | Argument::Raw => Some("\"content\"".to_string()),
        Argument::Borrow(TypeExpression::Plain("Value")) => {
            Some(format!("&{runtime}::Value::from(\"text\")"))
        }
        Argument::Borrow(TypeExpression::Map(_)) => Some("&Default::default()".to_string()),
        Argument::Borrow(ty) => sent(ty, "body", model, runtime).map(|value| format!("&{value}")),
        Argument::List(item, _) => sent(item, "item", model, runtime).map(|value| format!("[{value}]")),
        Argument::Value(ty) | Argument::Into(ty) => sent(ty, "body", model, runtime),
        Argument::DateTime => None,
    }
}

/// The request of an operation with its required values.
fn parts(operation: &Operation, model: &Model, runtime: &str) -> Option<Vec<String>> {
    let path = operation.path_arguments().into_iter();
    let arguments = path.map(|(_, parameter)| sample(parameter, model, runtime));
    let body = operation.body_argument().into_iter();
    let arguments = arguments.chain(body.map(|body| body_sample(body, model, runtime)));
    let arguments = arguments.collect::<Option<Vec<_>>>()?.join(", ");
    let required = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.required && parameter.location != Location::Path);
    let setters = required.map(|parameter| {
        Some(format!(
            ".{}({})",
            parameter.setter,
            sample(parameter, model, runtime)?
        ))
    });
    let mut parts = vec!["client".to_string(), format!(".{}({arguments})", operation.name)];
    parts.extend(setters.collect::<Option<Vec<_>>>()?);
    Some(parts)
}

/// A chain of calls, on one line or several.
fn broken(parts: Vec<String>) -> String {
    let line = parts.concat();
    if line.len() < LONG {
        line
    } else {
        parts.join("\n        ")
    }
}

/// A value for a parameter, in the form that its argument or setter accepts.
fn sample(parameter: &Parameter, model: &Model, runtime: &str) -> Option<String> {
    let (ty, is_list) = match &parameter.ty {
        TypeExpression::Vec(item) => (&**item, true),
        ty => (ty, false),
    };
    let mut sample = value(ty, &parameter.wire, model)?;
    // A parameter of several types does not determine how a text is read.
    if let TypeExpression::Plain(name @ ("DateTime" | "Uuid")) = ty
        && (is_list || *name == "DateTime")
    {
        sample = sample.replace(".parse()", &format!(".parse::<{runtime}::{name}>()"));
    }
    Some(if is_list { format!("[{sample}]") } else { sample })
}

/// A value of a type; text values consist of the name.
fn value(ty: &TypeExpression, name: &str, model: &Model) -> Option<String> {
    Values::new(model, false, "").of(ty, name, 0)
}

/// The same for sent types: constructors accept lists of anything that converts to their items.
fn sent(ty: &TypeExpression, name: &str, model: &Model, runtime: &str) -> Option<String> {
    // They accept dates in any zone as well, which do not determine how text is read.
    Values::new(model, true, &format!("::<{runtime}::DateTime>")).of(ty, name, 0)
}

struct Values<'m> {
    model: &'m Model,
    is_sent: bool,
    /// A date.
    date: String,
    /// The maximum number of values in an example.
    left: Cell<usize>,
}

/// The maximum depth of nested values.
const DEEPEST: usize = 8;

/// A value with more parts is not a short example.
const MOST: usize = 64;

/// The maximum number of branches of a union to try.
const BRANCHES: usize = 3;

impl<'m> Values<'m> {
    /// `date` is the type that `parse` needs for a date, if the place does not determine it.
    fn new(model: &'m Model, is_sent: bool, date: &str) -> Self {
        Self {
            model,
            is_sent,
            date: format!("\"2026-01-01T00:00:00Z\".parse{date}()?"),
            left: Cell::new(MOST),
        }
    }

    fn of(&self, ty: &TypeExpression, name: &str, depth: usize) -> Option<String> {
        self.left.set(self.left.get().checked_sub(1)?);
        let inner = |ty, name| self.of(ty, name, depth + 1);
        match ty {
            TypeExpression::Plain("String" | "Secret" | "Value") => Some(text::rust(name)),
            TypeExpression::Plain("i32" | "i64" | "u32" | "u64") => Some("42".to_string()),
            TypeExpression::Plain("f64" | "f32") => Some("4.2".to_string()),
            TypeExpression::Plain("bool") => Some("true".to_string()),
            TypeExpression::Plain("Uuid") => {
                Some("\"6f0e2b6c-7f0d-4b43-9d2e-0d6a3f1a5c11\".parse()?".to_string())
            }
            TypeExpression::Plain("DateTime") => Some(self.date.clone()),
            TypeExpression::Plain("NaiveDateTime") => Some("\"2026-01-01T00:00:00\".parse()?".to_string()),
            TypeExpression::Plain("NaiveDate") => Some("\"2026-01-01\".parse()?".to_string()),
            TypeExpression::Vec(item) if self.is_sent => inner(item, "item").map(|item| format!("[{item}]")),
            TypeExpression::Map(item) if self.is_sent => {
                inner(item, "value").map(|item| format!("[(\"name\", {item})]"))
            }
            TypeExpression::Vec(_) | TypeExpression::Map(_) => Some("Default::default()".to_string()),
            TypeExpression::Generated(name) if depth < DEEPEST => {
                let item = self.model.types.iter().find(|item| item.name == *name)?;
                match &item.shape {
                    Def::Enum { values, .. } => {
                        let (variant, _) = values.first()?;
                        Some(format!("types::{name}::{variant}"))
                    }
                    Def::Object { members, .. } => {
                        let required: Vec<&Member> = members
                            .iter()
                            .filter(|member| member.required && member.implied.is_none())
                            .collect();
                        if members.iter().all(|member| !member.required) {
                            return Some(format!("types::{name}::default()"));
                        }
                        let values = required.iter().map(|member| inner(&member.ty, &member.wire));
                        let values: Vec<String> = values.collect::<Option<_>>()?;
                        Some(format!("types::{name}::new({})", values.join(", ")))
                    }
                    Def::Union { branches, .. } => {
                        let mut branches = branches.iter().take(BRANCHES);
                        branches.find_map(|branch| {
                            let value = inner(&branch.ty, "text")?;
                            Some(format!("types::{name}::{}({value})", branch.variant))
                        })
                    }
                }
            }
            _ => None,
        }
    }
}
