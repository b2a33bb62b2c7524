//! Reads how an API authenticates, as far as an adapter depends on it, from the security schemes of
//! Swagger 2.0 and OpenAPI 3.

mod wording;

use lorgnette_codegen::document::METHODS;
use lorgnette_codegen::text::Markdown;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
pub use wording::Around;

/// A way to authenticate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// A key in a header, the query or a cookie, under a name.
    Key {
        /// `header`, `query` or `cookie`.
        place: String,
        /// The name.
        name: String,
        /// The text around the key, according to the scheme's description.
        around: Around,
    },
    /// A bearer token that the caller has.
    Bearer,
    /// Another credential of the caller, in the header `Authorization` after a word that the
    /// contract defines.
    Word(String),
    /// A user's name and password.
    Basic,
    /// An OAuth 2.0 client that obtains its tokens by the client credentials grant.
    ClientCredentials {
        /// The token endpoint; may be relative to the address of the API.
        token_url: String,
        /// Their scopes, separated by spaces.
        scope: String,
    },
    /// A TLS client certificate.
    Certificate,
    /// No scheme that is supported.
    None,
}

impl Scheme {
    /// The scheme that most operations of a contract use, and the names of others.
    pub fn of(contract: &Value) -> (Self, Others) {
        let declared = contract
            .pointer("/components/securitySchemes")
            .or_else(|| contract.get("securityDefinitions"));
        let declared = declared.and_then(Value::as_object);
        let uses = uses(contract);
        let used = |name: &str| uses.get(name).copied().unwrap_or_default();
        let mut names: Vec<&String> = declared.into_iter().flatten().map(|(name, _)| name).collect();
        // The sort is stable: among equally used schemes, the contract's first one wins.
        names.sort_by_key(|name| std::cmp::Reverse(used(name)));
        let Some((first, others)) = names.split_first() else {
            return (Self::None, Others::default());
        };
        let node = declared
            .and_then(|declared| declared.get(*first))
            .unwrap_or(&Value::Null);
        let node = lorgnette_codegen::document::resolve(contract, node).unwrap_or(node);
        let together = together(contract, first);
        let others = others.iter().map(ToString::to_string);
        let (together, instead) = others.partition(|other| together.contains(other));
        let described = node
            .get("description")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let others = Others {
            description: described.to_owned(),
            together,
            instead,
        };
        (Self::read(node), others)
    }

    fn read(node: &Value) -> Self {
        let text = |key: &str| node.get(key).and_then(Value::as_str).unwrap_or_default();
        match text("type") {
            "apiKey" => Self::key(text("in"), text("name"), text("description")),
            "basic" => Self::Basic,
            "http" if text("scheme").eq_ignore_ascii_case("basic") => Self::Basic,
            "http" if is_word(text("scheme")) => Self::Word(text("scheme").to_string()),
            "http" | "openIdConnect" => Self::Bearer,
            "mutualTLS" => Self::Certificate,
            "oauth2" => {
                // Swagger 2.0 has one flow per scheme, and calls this one `application`.
                let flow = match text("flow") {
                    "application" => Some(node),
                    _ => node.pointer("/flows/clientCredentials"),
                };
                flow.map_or(Self::Bearer, |flow| {
                    let scopes = flow.get("scopes").and_then(Value::as_object);
                    let scopes: Vec<&str> = scopes
                        .into_iter()
                        .flatten()
                        .map(|(name, _)| name.as_str())
                        .collect();
                    Self::ClientCredentials {
                        token_url: flow
                            .get("tokenUrl")
                            .and_then(Value::as_str)
                            .unwrap_or_default()
                            .to_string(),
                        scope: scopes.join(" "),
                    }
                })
            }
            _ => Self::None,
        }
    }

    /// A key, in the form that its description shows.
    fn key(place: &str, name: &str, description: &str) -> Self {
        let place = match place {
            place @ ("query" | "cookie") => place,
            _ => "header",
        };
        let around = wording::around(name, description).filter(|_| place == "header");
        let around = around.unwrap_or_default();
        // The text before the key may be all that identifies a scheme.
        if name.eq_ignore_ascii_case("authorization") && around.after.is_empty() {
            match around.before.strip_suffix(' ') {
                Some(word) if word.eq_ignore_ascii_case("bearer") => return Self::Bearer,
                Some(word) if is_word(word) => return Self::Word(word.to_owned()),
                _ => {}
            }
        }
        Self::Key {
            place: place.to_string(),
            name: name.to_string(),
            around,
        }
    }

    /// Details that a person must find out, because the contract does not contain them.
    pub fn doubt(&self) -> Option<&'static str> {
        match self {
            Self::Key { place, name, around }
                if place == "header"
                    && name.eq_ignore_ascii_case("authorization")
                    && around.before.is_empty() =>
            {
                Some(
                    "the key is sent unchanged; in `Authorization`, a word usually precedes it, but the contract names none",
                )
            }
            _ => None,
        }
    }

    /// A description of the scheme, which the generated documentation repeats.
    pub fn words(&self) -> String {
        match self {
            Self::Key { place, name, around } => match around.before.as_str() {
                "" => format!("an API key ({place} {})", Markdown::code(name)),
                before => {
                    let form = format!("{name}: {before}...{}", around.after);
                    format!("an API key ({})", Markdown::code(&form))
                }
            },
            Self::Bearer => "a bearer token (`Authorization: Bearer ...`)".to_string(),
            Self::Word(word) => format!("a token (`Authorization: {word} ...`)"),
            Self::Basic => "a user's name and password (`Authorization: Basic ...`)".to_string(),
            Self::ClientCredentials { token_url, .. } => format!(
                "OAuth 2.0 client credentials: a client's id and secret are exchanged for a bearer token at {}",
                Markdown::code(token_url)
            ),
            Self::Certificate => "a TLS client certificate and its key".to_string(),
            Self::None => "none, according to the contract".to_string(),
        }
    }
}

/// Whether `scheme` is a word for the header `Authorization` other than the usual one.
fn is_word(scheme: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    !scheme.is_empty() && scheme.bytes().all(is_letter) && !scheme.eq_ignore_ascii_case("bearer")
}

/// Further statements of the contract about a scheme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Others {
    /// The scheme's own description.
    pub description: String,
    /// The schemes that are required together with the first one.
    pub together: Vec<String>,
    /// The schemes that may replace it.
    pub instead: Vec<String>,
}

/// The number of operations that name each scheme.
fn uses(contract: &Value) -> BTreeMap<String, usize> {
    let mut uses = BTreeMap::new();
    for name in alternatives(contract).into_iter().flat_map(Map::keys) {
        *uses.entry(name.clone()).or_insert(0) += 1;
    }
    uses
}

/// The schemes that are required wherever `first` is.
fn together(contract: &Value, first: &str) -> BTreeSet<String> {
    alternatives(contract)
        .into_iter()
        .filter(|alternative| alternative.contains_key(first))
        .map(|alternative| alternative.keys().cloned().collect::<BTreeSet<_>>())
        .reduce(|all, next| &all & &next)
        .unwrap_or_default()
}

/// The security requirements of operations: each operation's alternatives, or the common ones.
fn alternatives(contract: &Value) -> Vec<&Map<String, Value>> {
    let mut alternatives = Vec::new();
    let usual = contract.get("security");
    let paths = contract.get("paths").and_then(Value::as_object);
    for item in paths.into_iter().flatten().map(|(_, item)| item) {
        let item = lorgnette_codegen::document::resolve(contract, item).unwrap_or(item);
        for operation in METHODS.iter().filter_map(|method| item.get(method)) {
            let operation = lorgnette_codegen::document::resolve(contract, operation).unwrap_or(operation);
            let security = operation.get("security").or(usual).and_then(Value::as_array);
            alternatives.extend(security.into_iter().flatten().filter_map(Value::as_object));
        }
    }
    alternatives
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn test_scheme_is_the_one_that_most_operations_take() {
        let contract = json!({
            "security": [{"b": []}],
            "paths": {"/x": {"get": {}, "put": {}, "post": {"security": [{"a": []}]}}},
            "components": {"securitySchemes": {
                "a": {"type": "apiKey", "in": "header", "name": "X"},
                "b": {"type": "http", "scheme": "Basic"}
            }}
        });
        let others = Others {
            instead: vec!["a".to_string()],
            ..Others::default()
        };
        assert_eq!(Scheme::of(&contract), (Scheme::Basic, others));
    }

    #[test]
    fn test_schemes_that_are_asked_for_together_are_told_from_those_instead() {
        let key = json!({"type": "apiKey", "in": "header", "name": "X"});
        let contract = json!({
            "paths": {"/x": {
                "get": {"security": [{"id": [], "key": []}, {"b": []}]},
                "put": {"security": [{"key": [], "id": [], "c": []}]}
            }},
            "components": {"securitySchemes": {"b": {"type": "basic"}, "id": key, "key": key, "c": key}}
        });
        let (scheme, others) = Scheme::of(&contract);
        assert!(matches!(scheme, Scheme::Key { .. }));
        assert_eq!(
            (others.together, others.instead),
            (vec!["key".to_string()], vec!["b".to_string(), "c".to_string()])
        );
    }

    #[test]
    fn test_key_has_the_form_of_its_description() {
        let of = |description: &str| {
            let key = json!({"type": "apiKey", "in": "header", "name": "Authorization", "description": description});
            Scheme::of(&json!({"securityDefinitions": {"a": key}})).0
        };
        let token = of("Send `Token token=<key>`.");
        assert!(matches!(&token, Scheme::Key { around, .. } if around.before == "Token token="));
        assert_eq!(token.words(), "an API key (`Authorization: Token token=...`)");
        assert_eq!(of("`GenieKey <key>`"), Scheme::Word("GenieKey".to_string()));
        assert_eq!(of("`Bearer <key>`"), Scheme::Bearer);
        assert!(of("").doubt().is_some() && token.doubt().is_none());
    }

    #[test]
    fn test_schemes_of_swagger_and_openapi_are_read() {
        let of = |scheme: Value| Scheme::of(&json!({"securityDefinitions": {"a": scheme}})).0;
        let bought = |scope: &str| Scheme::ClientCredentials {
            token_url: "/token".to_string(),
            scope: scope.to_string(),
        };
        assert_eq!(
            of(json!({"type": "oauth2", "flow": "application", "tokenUrl": "/token"})),
            bought("")
        );
        let flows = json!({"clientCredentials": {"tokenUrl": "/token", "scopes": {"a": "", "b": ""}}});
        assert_eq!(of(json!({"type": "oauth2", "flows": flows})), bought("a b"));
        assert_eq!(
            of(json!({"type": "oauth2", "flows": {"implicit": {}}})),
            Scheme::Bearer
        );
        assert_eq!(of(json!({"type": "mutualTLS"})), Scheme::Certificate);
        assert_eq!(of(json!({"type": "http", "scheme": "BEARER"})), Scheme::Bearer);
        assert_eq!(
            of(json!({"type": "http", "scheme": "Token"})),
            Scheme::Word("Token".to_string())
        );
        assert_eq!(of(json!({"type": "basic"})), Scheme::Basic);
        assert_eq!(Scheme::of(&json!({})).0, Scheme::None);
    }
}
