//! Selects the template for a security scheme, the values of its names, and a test of the
//! credentials.

use crate::scheme::{Around, Scheme};
use lorgnette_codegen::text::{self, Markdown};
use std::collections::BTreeMap;

const KEY: &str = include_str!("../templates/key.rs.txt");
const BASIC: &str = include_str!("../templates/basic.rs.txt");
const CLIENT_CREDENTIALS: &str = include_str!("../templates/client_credentials.rs.txt");
const CERTIFICATE: &str = include_str!("../templates/certificate.rs.txt");
const NONE: &str = include_str!("../templates/none.rs.txt");

/// The secret that the drafted test uses.
const SECRET: &str = "c4nary-s3cret";

/// The parts of an adapter that depend on the scheme.
pub struct Parts {
    /// The template of its credentials.
    pub template: &'static str,
    /// The description of the credentials in the README.
    pub documentation: String,
    /// Dependencies that only this scheme needs, with their versions.
    pub more: &'static [(&'static str, &'static str)],
    /// How a test verifies that the credentials arrive, if it can do so without the vendor.
    pub test: Option<Test>,
    /// The values of the template's names.
    pub values: BTreeMap<&'static str, String>,
}

/// Expressions of a test.
pub struct Test {
    /// Credentials with the secret.
    pub made: String,
    /// The place of the credentials in a `request`.
    pub found: String,
    /// The existing content.
    pub expected: String,
}

impl Test {
    fn of_one(found: String, expected: &str) -> Self {
        Self {
            made: "Credentials::new(SECRET).unwrap()".to_string(),
            found,
            expected: text::rust(expected),
        }
    }
}

/// The parts for a scheme; the names of environment variables begin with `prefix`.
pub fn parts(scheme: &Scheme, prefix: &str) -> Parts {
    let variables = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| format!("`{prefix}_{name}`")).collect();
        format!("`Credentials::from_env` reads {}.", names.join(" and "))
    };
    let plain = |template, documentation| Parts {
        template,
        documentation,
        more: &[],
        test: None,
        values: BTreeMap::new(),
    };
    match scheme {
        Scheme::Key { place, name, around } => {
            let (at, fields, test) = key(place, name, around);
            Parts {
                test: Some(test),
                values: BTreeMap::from([
                    ("what", "an API key".to_string()),
                    ("What", "An API key".to_string()),
                    ("name", "the API key".to_string()),
                    ("VARIABLE", format!("{prefix}_API_KEY")),
                    ("where", at),
                    ("fields", fields),
                ]),
                ..plain(KEY, variables(&["API_KEY"]))
            }
        }
        Scheme::Bearer => token("Bearer", prefix, plain(KEY, variables(&["TOKEN"]))),
        Scheme::Word(word) => token(word, prefix, plain(KEY, variables(&["TOKEN"]))),
        Scheme::Basic => Parts {
            more: &[("base64", "0.23")],
            test: Some(Test {
                made: "Credentials::new(\"ada\", SECRET).unwrap()".to_string(),
                found: "request.header(\"authorization\")".to_string(),
                // Of `ada:` and the secret.
                expected: "\"Basic YWRhOmM0bmFyeS1zM2NyZXQ=\"".to_string(),
            }),
            ..plain(BASIC, variables(&["USER", "PASSWORD"]))
        },
        Scheme::ClientCredentials { token_url, scope } => Parts {
            // The test must not request tokens from another server.
            test: (!token_url.contains("//")).then(|| Test {
                made: "Credentials::new(\"id\", SECRET).unwrap()".to_string(),
                found: "request.text().split('&').find(|pair| pair.starts_with(\"client_secret=\"))"
                    .to_string(),
                expected: text::rust(&format!("client_secret={SECRET}")),
            }),
            values: BTreeMap::from([("token_url", text::rust(token_url)), ("scope", text::rust(scope))]),
            ..plain(
                CLIENT_CREDENTIALS,
                variables(&["CLIENT_ID", "CLIENT_SECRET"])
                    + " They buy tokens, which are renewed by themselves.",
            )
        },
        Scheme::Certificate => plain(
            CERTIFICATE,
            variables(&["CERTIFICATE", "KEY"]) + " They name files with PEM.",
        ),
        Scheme::None => plain(NONE, "The contract requires no credentials.".to_string()),
    }
}

/// Where a key goes, the code that puts it there, and the code with which a test reads it.
fn key(place: &str, name: &str, around: &Around) -> (String, String, Test) {
    let (shown, literal) = (Markdown::code(name), text::rust(name));
    match place {
        "query" => (
            format!("into the query as {shown}"),
            format!("Fields::new().query({literal}, &self.secret)"),
            Test::of_one(format!("request.query({literal}).as_deref()"), SECRET),
        ),
        "cookie" => (
            format!("into the cookie {shown}"),
            format!(
                "Fields::new().header(\"cookie\", &Secret::new([{literal}, \"=\", self.secret.expose()].concat()))"
            ),
            Test::of_one(
                "request.header(\"cookie\")".to_string(),
                &format!("{name}={SECRET}"),
            ),
        ),
        _ => {
            let found = format!("request.header({literal})");
            let Around { before, after } = around;
            let test = Test::of_one(found, &format!("{before}{SECRET}{after}"));
            if *around == Around::default() {
                return (
                    format!("into the header {shown}"),
                    format!("Fields::new().header({literal}, &self.secret)"),
                    test,
                );
            }
            let form = Markdown::code(&format!("{before}...{after}"));
            let (before, after) = (text::rust(before), text::rust(after));
            (
                format!("into the header {shown} as {form}"),
                format!(
                    "Fields::new().header({literal}, &Secret::new([{before}, self.secret.expose(), {after}].concat()))"
                ),
                test,
            )
        }
    }
}

/// A token after a word in the header `Authorization`.
fn token(word: &str, prefix: &str, plain: Parts) -> Parts {
    Parts {
        test: Some(Test::of_one(
            "request.header(\"authorization\")".to_string(),
            &format!("{word} {SECRET}"),
        )),
        values: BTreeMap::from([
            ("what", "a token".to_string()),
            ("What", "A token".to_string()),
            ("name", "the token".to_string()),
            ("VARIABLE", format!("{prefix}_TOKEN")),
            ("where", "into the header `Authorization`".to_string()),
            (
                "fields",
                format!(
                    "Fields::new().header_with_word(\"authorization\", {}, &self.secret)",
                    text::rust(word)
                ),
            ),
        ]),
        ..plain
    }
}
