//! The skeleton of an adapter: a hand-written crate to begin with, from the templates beside this
//! file.
//!
//! The security scheme decides which template fits. What is written here is never written again.

use crate::scheme::Scheme;
use lorgnette_codegen::catalogue::Api;
use lorgnette_codegen::text::{self, Markdown};
use std::collections::BTreeMap;

const LIB: &str = include_str!("templates/lib.rs.txt");
const MANIFEST: &str = include_str!("templates/Cargo.toml.txt");
const README: &str = include_str!("templates/README.md.txt");
const KEY: &str = include_str!("templates/key.rs.txt");
const BASIC: &str = include_str!("templates/basic.rs.txt");
const CLIENT_CREDENTIALS: &str = include_str!("templates/client_credentials.rs.txt");
const CERTIFICATE: &str = include_str!("templates/certificate.rs.txt");
const NONE: &str = include_str!("templates/none.rs.txt");

/// What an adapter is made of.
pub struct Plan<'a> {
    /// The adapter's name.
    pub adapter: &'a str,
    /// The API whose crate it covers.
    pub api: &'a Api,
    /// How the API authenticates.
    pub scheme: &'a Scheme,
    /// Whether the generated client knows an address of the vendor's own.
    pub has_base_url: bool,
}

/// The name of the adapter of an API: its name without the version.
pub fn adapter_name(api: &str) -> String {
    match api.rsplit_once("-v") {
        Some((name, version)) if !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit()) => {
            name.to_string()
        }
        _ => format!("{api}-client"),
    }
}

/// The files of the adapter, by path inside its folder.
pub fn files(plan: &Plan<'_>) -> BTreeMap<&'static str, String> {
    let prefix = plan.adapter.replace('-', "_").to_uppercase();
    let module = |name: &str| name.replace('-', "_");
    let mut values: BTreeMap<&str, String> = BTreeMap::from([
        ("adapter", plan.adapter.to_string()),
        ("adapter_module", module(plan.adapter)),
        ("api", plan.api.name.clone()),
        ("module", module(&plan.api.name)),
        ("title", Markdown::line(&plan.api.title).to_string()),
        ("PREFIX", prefix.clone()),
        (
            "description",
            text::toml(&format!(
                "Client for {}: credentials in, client out.",
                plan.api.title
            )),
        ),
        (
            "more",
            if *plan.scheme == Scheme::Basic {
                "base64.workspace = true\n"
            } else {
                ""
            }
            .to_string(),
        ),
    ]);
    let (its_address, base_parameter, base_passed, base, base_argument) = match plan.has_base_url {
        true => ("the vendor's own address", "", "", "Client::BASE_URL", ""),
        false => (
            "`base_url`",
            ", base_url: &str",
            ", base_url",
            "base_url",
            ", \"https://api.example.com\"",
        ),
    };
    // What can fail later than with `Credentials::new` fails with the client, but for certificates.
    let (put_on, runtime) = match plan.scheme {
        Scheme::Certificate => (
            format!("credentials.put_on(Client::builder({base}).https_only())"),
            "{ workspace = true, features = [\"client-certificate\"] }",
        ),
        _ => (
            format!("Ok(credentials.put_on(Client::builder({base}).https_only()))"),
            "{ workspace = true }",
        ),
    };
    values.extend([
        ("its_address", its_address.to_string()),
        ("base_parameter", base_parameter.to_string()),
        ("base_passed", base_passed.to_string()),
        ("put_on", put_on),
        ("runtime", runtime.to_string()),
        ("base_argument", base_argument.to_string()),
    ]);
    let variables = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| format!("`{prefix}_{name}`")).collect();
        format!("`Credentials::from_env` reads {}.", names.join(" and "))
    };
    let (template, credentials) = match plan.scheme {
        Scheme::Key { place, name } => {
            let (shown, name) = (Markdown::code(name), text::rust(name));
            values.extend([
                ("what", "an API key".to_string()),
                ("What", "An API key".to_string()),
                ("name", "the API key".to_string()),
                ("VARIABLE", format!("{prefix}_API_KEY")),
            ]);
            let (at, fields) = match place.as_str() {
                "query" => (
                    format!("into the query as {shown}"),
                    format!("Fields::new().query({name}, &self.secret)"),
                ),
                "cookie" => (
                    format!("into the cookie {shown}"),
                    format!(
                        "Fields::new().header(\"cookie\", &Secret::new([{name}, \"=\", self.secret.expose()].concat()))"
                    ),
                ),
                _ => (
                    format!("into the header {shown}"),
                    format!("Fields::new().header({name}, &self.secret)"),
                ),
            };
            values.extend([("where", at), ("fields", fields)]);
            (KEY, variables(&["API_KEY"]))
        }
        Scheme::Bearer | Scheme::Word(_) => {
            let word = match plan.scheme {
                Scheme::Word(word) => word.as_str(),
                _ => "Bearer",
            };
            values.extend([
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
            ]);
            (KEY, variables(&["TOKEN"]))
        }
        Scheme::Basic => (BASIC, variables(&["USER", "PASSWORD"])),
        Scheme::ClientCredentials { token_url, scope } => {
            values.extend([("token_url", text::rust(token_url)), ("scope", text::rust(scope))]);
            (
                CLIENT_CREDENTIALS,
                variables(&["CLIENT_ID", "CLIENT_SECRET"])
                    + " They buy tokens, which are renewed by themselves.",
            )
        }
        Scheme::Certificate => (
            CERTIFICATE,
            variables(&["CERTIFICATE", "KEY"]) + " They name files with PEM.",
        ),
        Scheme::None => (NONE, "The contract asks for no credentials.".to_string()),
    };
    values.insert("credentials", credentials);
    BTreeMap::from([
        ("Cargo.toml", filled(MANIFEST, &values)),
        ("README.md", filled(README, &values)),
        ("src/lib.rs", filled(LIB, &values)),
        ("src/credentials.rs", filled(template, &values)),
    ])
}

/// A template with its names filled in. What is filled in may look like a name of the template, and
/// stays.
fn filled(template: &str, values: &BTreeMap<&str, String>) -> String {
    let mut text = String::with_capacity(template.len());
    for (index, piece) in template.split("{{").enumerate() {
        match piece.split_once("}}").filter(|_| index > 0) {
            Some((name, rest)) => {
                text.push_str(values.get(name).map_or("", String::as_str));
                text.push_str(rest);
            }
            None => text.push_str(piece),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_adapter_is_called_after_the_api_without_its_version() {
        let names = ["lamps-v1", "lamps", "lamps-admin-v2", "lamps-v", "tv-vault"].map(adapter_name);
        assert_eq!(
            names,
            [
                "lamps",
                "lamps-client",
                "lamps-admin",
                "lamps-v-client",
                "tv-vault-client"
            ]
        );
    }
}
