//! Queries on results, in the jq language.

use crate::failure::Failure;
use jaq_core::data::JustLut;
use jaq_core::load::{Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Filter, Vars, unwrap_valr};
use jaq_json::{Val, read};
use serde_json::Value;
use std::fmt;

/// A query that is ready to run.
pub struct Query {
    filter: Filter<JustLut<Val>>,
}

impl Query {
    /// Compiles the query of the option `name`.
    ///
    /// # Errors
    ///
    /// When the text is not a valid query.
    pub fn new(name: &str, text: &str) -> Result<Self, Failure> {
        Self::without(&[], name, text)
    }

    /// Compiles a query in which these functions do not exist.
    fn without(unknown: &[&str], name: &str, text: &str) -> Result<Self, Failure> {
        let definitions = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
        let definitions = definitions.filter(|definition| !unknown.contains(&definition.name));
        let functions = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
        let functions = functions.filter(|(name, ..)| !unknown.contains(name));
        let wrong = |what: &str| Failure::usage(format!("--{name}: {what}"));
        let arena = Arena::default();
        let file = File { code: text, path: () };
        let modules = Loader::new(definitions).load(&arena, file);
        let modules = modules.map_err(|_| wrong("this is not a jq program"))?;
        let filter = Compiler::default().with_funs(functions).compile(modules);
        let filter = filter.map_err(|errors| {
            let undefined = errors.into_iter().flat_map(|(_, errors)| errors);
            let names: Vec<String> = undefined.map(|(name, _)| format!("`{name}`")).collect();
            wrong(&format!("jq knows no {}", names.join(", ")))
        })?;
        Ok(Self { filter })
    }

    /// The result of the query for `value`.
    ///
    /// # Errors
    ///
    /// When the query fails on the value.
    pub fn run(&self, value: &Value) -> Result<Vec<Value>, Failure> {
        let unreadable = |what: &dyn fmt::Display| Failure::local(format!("jq: {what}"));
        let text = serde_json::to_vec(value).map_err(|error| unreadable(&error))?;
        let input = read::parse_single(&text).map_err(|error| unreadable(&error))?;
        let context = Ctx::<JustLut<Val>>::new(&self.filter.lut, Vars::new([]));
        let outputs = self.filter.id.run((context, input)).map(unwrap_valr);
        outputs
            .map(|output| {
                let output = output.map_err(|error| Failure::usage(format!("jq: {error}")))?;
                serde_json::from_str(&output.to_string()).map_err(|error| unreadable(&error))
            })
            .collect()
    }

    /// Whether the query returns a true value for `value`: neither null nor false.
    ///
    /// # Errors
    ///
    /// As for [`run`](Self::run).
    pub fn holds(&self, value: &Value) -> Result<bool, Failure> {
        let last = self.run(value)?.pop();
        Ok(last.is_some_and(|last| !last.is_null() && last != Value::Bool(false)))
    }
}

/// Functions that read from this machine, or end this program.
#[cfg(feature = "mcp")]
const UNCONFINED: [&str; 4] = ["env", "halt", "halt_error", "input_filename"];

/// Refuses a program that [`confined`] cannot run.
///
/// # Errors
///
/// When the text is not a valid query.
#[cfg(feature = "mcp")]
pub fn check(name: &str, text: &str) -> Result<(), Failure> {
    Query::without(&UNCONFINED, name, text).map(drop)
}

/// Runs an untrusted query, which can read nothing on this machine except `value`, and cannot block
/// it.
///
/// # Errors
///
/// As for [`Query`], and when the query takes longer than `limit`.
#[cfg(feature = "mcp")]
pub fn confined(
    name: &'static str,
    text: &str,
    value: &Value,
    limit: std::time::Duration,
) -> Result<Vec<Value>, Failure> {
    let (sender, receiver) = std::sync::mpsc::channel();
    let (text, value) = (text.to_owned(), value.clone());
    let run = move || {
        let query = Query::without(&UNCONFINED, name, &text);
        // A caller that has stopped waiting is not notified.
        let _ = sender.send(query.and_then(|query| query.run(&value)));
    };
    std::thread::Builder::new()
        .spawn(run)
        .map_err(|error| Failure::local(format!("jq: {error}")))?;
    let late = |_| Failure::usage(format!("--{name}: the program takes longer than {limit:?}"));
    receiver.recv_timeout(limit).map_err(late)?
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query").finish_non_exhaustive()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    fn run(query: &str, value: &Value) -> Result<Vec<Value>, Failure> {
        Query::new("query", query)?.run(value)
    }

    #[test]
    fn test_queries_give_what_jq_gives() {
        let value =
            json!({"results": [{"id": 1, "name": "a"}, {"id": 18_446_744_073_709_551_615_u64, "x": 1.5}]});
        assert_eq!(
            run(".results[] | .id", &value).unwrap(),
            [json!(1), json!(18_446_744_073_709_551_615_u64)]
        );
        assert_eq!(run("[.results[].x | values]", &value).unwrap(), [json!([1.5])]);
        assert_eq!(
            run(".results | map(select(.name)) | length", &value).unwrap(),
            [json!(1)]
        );
    }

    #[test]
    fn test_members_keep_their_order() {
        let value = json!({"z": 1, "a": {"y": 2, "b": 3}});
        assert_eq!(run(".", &value).unwrap()[0].to_string(), value.to_string());
    }

    #[test]
    fn test_what_is_no_query_is_an_error() {
        assert!(
            run(".a[", &json!({}))
                .unwrap_err()
                .line()
                .contains("not a jq program")
        );
        assert!(
            run("nothing_of_the_kind", &json!({}))
                .unwrap_err()
                .line()
                .contains("nothing_of_the_kind")
        );
        assert!(run(".a.b", &json!({"a": 1})).is_err());
    }

    #[test]
    fn test_holds_is_jqs_truth() {
        let holds = |query: &str| {
            Query::new("until", query)
                .unwrap()
                .holds(&json!({"a": 0}))
                .unwrap()
        };
        assert!(holds(".a") && holds(".a == 0"));
        assert!(!holds(".b") && !holds(".a == 1") && !holds("empty"));
    }

    #[cfg(feature = "mcp")]
    #[test]
    fn test_confined_queries_see_nothing_of_this_machine() {
        let run = |query| confined("jq", query, &json!({"a": 1}), std::time::Duration::from_secs(1));
        assert_eq!(run(".a").unwrap(), [json!(1)]);
        for query in ["env", "$ENV", "halt", "1 | halt_error", "input_filename"] {
            assert!(run(query).is_err(), "{query}");
        }
        let late = run("last(repeat(1))").unwrap_err();
        assert!(late.line().contains("longer than 1s"), "{late}");
    }
}
