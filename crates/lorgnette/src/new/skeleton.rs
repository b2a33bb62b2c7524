//! Writes the skeleton of an adapter, a crate to be edited by hand, from the templates beside this
//! file.
//!
//! These files are written once and never overwritten.

mod credentials;

use crate::failure::CommandFailure;
use crate::manifest::Manifest;
use crate::scheme::Scheme;
use crate::workspace::Workspace;
use credentials::Parts;
use lorgnette_codegen::catalogue::Entry;
use lorgnette_codegen::diff::FIRST;
use lorgnette_codegen::text::{self, Markdown};
use std::collections::BTreeMap;
use std::fmt::Write;

const LIB: &str = include_str!("templates/lib.rs.txt");
const MANIFEST: &str = include_str!("templates/Cargo.toml.txt");
const README: &str = include_str!("templates/README.md.txt");
const TEST: &str = include_str!("templates/test.rs.txt");

/// The parts of an adapter.
pub struct Plan<'a> {
    /// The adapter's name.
    pub adapter: &'a str,
    /// The API whose crate it covers.
    pub api: &'a Entry,
    /// The version of that crate, without the contract's.
    pub version: &'a str,
    /// How the API authenticates.
    pub scheme: &'a Scheme,
    /// Whether the generated client has an address of the vendor's.
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

/// The version of a new adapter: the workspace's, where manifests inherit it.
///
/// # Errors
///
/// When the workspace's manifest cannot be read.
pub fn version(workspace: &Workspace) -> Result<String, CommandFailure> {
    let inherited = match workspace.project().inherit {
        true => Manifest::read(workspace)?.package("version"),
        false => None,
    };
    Ok(inherited.unwrap_or_else(|| FIRST.to_owned()))
}

/// The files of the adapter, by path inside its folder.
pub fn files(workspace: &Workspace, plan: &Plan<'_>) -> BTreeMap<&'static str, String> {
    let module = |name: &str| name.replace('-', "_");
    let prefix = module(plan.adapter).to_uppercase();
    let Parts {
        template,
        documentation,
        more,
        test,
        mut values,
    } = credentials::parts(plan.scheme, &prefix);
    let project = workspace.project();
    let test = test.filter(|_| project.tests);
    values.extend([
        ("adapter", plan.adapter.to_string()),
        ("adapter_module", module(plan.adapter)),
        ("api", plan.api.name.clone()),
        ("module", module(&plan.api.name)),
        ("title", Markdown::line(&plan.api.title).to_string()),
        ("PREFIX", prefix),
        ("credentials", documentation),
        (
            "unofficial",
            match project.official {
                true => "",
                false => " It is unofficial: the vendor does not provide or support it.",
            }
            .to_string(),
        ),
        (
            "license",
            project.license.as_ref().map_or_else(String::new, |license| {
                format!(" Licence: {}.", Markdown::line(license))
            }),
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
    // Errors after `Credentials::new` come from the client, except for certificates.
    let put_on = match plan.scheme {
        Scheme::Certificate => format!("credentials.put_on(Client::builder({base}).https_only())"),
        _ => format!("Ok(credentials.put_on(Client::builder({base}).https_only()))"),
    };
    values.extend([
        ("its_address", its_address.to_string()),
        ("base_parameter", base_parameter.to_string()),
        ("base_passed", base_passed.to_string()),
        ("put_on", put_on),
        ("base_argument", base_argument.to_string()),
    ]);
    values.extend(manifest(workspace, plan, more, test.is_some()));
    let mut files = BTreeMap::from([
        ("Cargo.toml", filled(MANIFEST, &values)),
        ("README.md", filled(README, &values)),
        ("src/lib.rs", filled(LIB, &values)),
        ("src/credentials.rs", filled(template, &values)),
    ]);
    if let Some(test) = test {
        values.extend([
            ("made", test.made),
            ("found", test.found),
            ("expected", test.expected),
        ]);
        files.insert("tests/credentials.rs", filled(TEST, &values));
    }
    files
}

/// The content of the manifest, from the project.
fn manifest(
    workspace: &Workspace,
    plan: &Plan<'_>,
    more: &[(&str, &str)],
    has_test: bool,
) -> [(&'static str, String); 7] {
    let project = workspace.project();
    let mut root = Manifest::read(workspace).ok();
    // If members inherit versions but the workspace has none, the crate has its own version.
    let mut dependency = |name: &str, version: &str, features: &str| {
        let is_inherited = project.inherit && root.as_mut().is_some_and(|root| root.has_dependency(name));
        match (is_inherited, features) {
            (true, "") => format!("{name}.workspace = true\n"),
            (true, _) => format!("{name} = {{ workspace = true, features = [{features}] }}\n"),
            (false, "") => format!("{name} = \"{version}\"\n"),
            (false, _) => format!("{name} = {{ version = \"{version}\", features = [{features}] }}\n"),
        }
    };
    let adapter = plan.adapter;
    let mut tests = String::new();
    if has_test {
        let tokio = dependency("tokio", "1", "\"macros\", \"rt\"");
        let _ = write!(
            tests,
            "\n[dev-dependencies]\n# The server that the test asks.\n{adapter} = {{ path = \".\", features = [\"mock\"] }}\n{tokio}"
        );
    }
    let more = more.iter().map(|(name, version)| dependency(name, version, ""));
    let more = more.collect();
    let features = match plan.scheme {
        Scheme::Certificate => Some(("features", "[\"client-certificate\"]")),
        _ => None,
    };
    // Features of the generated crate select TLS.
    let own = [("default-features", "false")];
    let keys: Vec<(&str, &str)> = match project.inherit {
        true => features.into_iter().collect(),
        false => own.into_iter().chain(features).collect(),
    };
    let api = &plan.api.name;
    [
        (
            "description",
            text::toml(&format!(
                "Client for {}: credentials in, client out.",
                plan.api.title
            )),
        ),
        ("shared", shared(workspace)),
        ("more", more),
        (
            "dependency",
            match project.inherit {
                true => format!("{api}.workspace = true"),
                false => format!(
                    "{api} = {{ path = \"../{api}\", version = \"{}\" }}",
                    plan.version
                ),
            },
        ),
        ("runtime", project.runtime(&keys)),
        ("tests", tests),
        (
            "lints",
            match project.inherit {
                true => "\n[lints]\nworkspace = true\n",
                false => "",
            }
            .to_string(),
        ),
    ]
}

/// The common settings of a project's manifests.
fn shared(workspace: &Workspace) -> String {
    let project = workspace.project();
    if project.inherit {
        let keys = ["version", "edition", "rust-version", "license", "repository"];
        return keys.map(|key| format!("{key}.workspace = true\n")).concat();
    }
    let mut out = format!(
        "version = \"{FIRST}\"\nedition = \"2024\"\nrust-version = \"{}\"\n",
        env!("CARGO_PKG_RUST_VERSION")
    );
    for (key, value) in [("license", &project.license), ("repository", &project.repository)] {
        if let Some(value) = value {
            let _ = writeln!(out, "{key} = {}", text::toml(value));
        }
    }
    out
}

/// A template with its names filled in. Inserted text may look like a name of the template, and is
/// left unchanged.
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
