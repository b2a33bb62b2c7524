//! Values of a contract as command lines, and runs of the program.

use super::values::{Given, words};
use lorgnette_cli::ProgramApi;
use lorgnette_runtime::commands::{Command, Format, Kind};
use lorgnette_tests::contract::ContractOperation;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::LazyLock;
use tempfile::NamedTempFile;

/// An operation, as described in the program's own list.
pub struct Listed {
    words: Vec<String>,
    /// Options of parameters, by location and name.
    options: Vec<(String, String, String)>,
    /// Options of the engine besides those.
    engines: Vec<String>,
    is_paged: bool,
}

impl Listed {
    /// The operations of an API by their commands, as `commands --json` lists them.
    pub fn of(api: &ProgramApi) -> BTreeMap<String, Self> {
        let arguments = ["commands", "--json", api.name].map(str::to_owned);
        let listed: Vec<Value> = serde_json::from_str(&run(&arguments, &CommandTarget::NONE).out).unwrap();
        let listed = listed.iter().map(|entry| {
            let command = entry["command"].as_str().unwrap_or_default();
            let about = Self {
                words: command.split(' ').map(str::to_owned).collect(),
                options: options(entry),
                engines: entry["options"].as_array().unwrap().iter().map(text).collect(),
                is_paged: entry["paged"] == true,
            };
            (command.to_owned(), about)
        });
        listed.collect()
    }

    /// Parameters whose names have another meaning on this command line. For operations with pages,
    /// `--limit` counts items, whatever the contract calls the page size.
    pub fn shadowed(&self) -> Vec<&str> {
        let is_shadowed = |(.., name, option): &&(String, String, String)| {
            let own = format!("--{name}");
            *option != own && self.engines.contains(&own) && !(name == "limit" && self.is_paged)
        };
        let shadowed = self.options.iter().filter(is_shadowed);
        shadowed.map(|(_, name, _)| name.as_str()).collect()
    }

    /// The command line with these values.
    pub fn arguments(&self, command: &Command, given: &Given, is_split: bool, folder: &Path) -> Vec<String> {
        let mut arguments = self.words.clone();
        for ((place, name), value) in &given.parameters {
            let parameter = command
                .parameters()
                .find(|parameter| parameter.name == name && parameter.place.name() == place);
            let kind = parameter.map_or(Kind::Any, |parameter| parameter.kind);
            let option = self
                .options
                .iter()
                .find(|(its, named, _)| its == place && named == name);
            let (.., option) = option.unwrap_or_else(|| panic!("{:?} has no {name}", self.words));
            arguments.push(format!("{option}={}", words(kind, value)));
        }
        let Some((media_type, value)) = &given.body else {
            return arguments;
        };
        let form = command.bodies.iter().find(|form| form.media_type == media_type);
        let form = form.unwrap_or_else(|| panic!("{:?} has no {media_type}", self.words));
        if is_split {
            for (name, value) in value.as_object().into_iter().flatten() {
                let name = name.replace('\\', "\\\\").replace('.', "\\.").replace('=', "\\=");
                arguments.push("--set".to_owned());
                arguments.push(format!("{name}:={value}"));
            }
            return arguments;
        }
        arguments.push("--content-type".to_owned());
        arguments.push(media_type.clone());
        let text = match (form.format, value) {
            (Format::Text | Format::Raw, Value::String(text)) => text.clone(),
            (Format::Multipart(_), Value::Object(members)) => {
                let mut members = members.clone();
                for member in form.kind.members() {
                    files(member.kind, members.get_mut(member.name), folder);
                }
                Value::Object(members).to_string()
            }
            (_, value) => value.to_string(),
        };
        let file = folder.join("body");
        std::fs::write(&file, text).unwrap();
        arguments.push("--body".to_owned());
        arguments.push(format!("@{}", file.display()));
        arguments
    }
}

/// Whether an operation of a contract corresponds to a command. The part after `#` only
/// distinguishes keys.
pub fn is_of(command: &Command, declared: &ContractOperation) -> bool {
    let path = declared.path.split('#').next().unwrap_or_default();
    let operation = command.operation;
    declared.method.eq_ignore_ascii_case(operation.method().as_str()) && path == operation.path()
}

/// Writes the contents of files to disk, and replaces them with the file names.
fn files(kind: Kind, value: Option<&mut Value>, folder: &Path) {
    match (kind, value) {
        (Kind::File, Some(value)) => {
            let content = value.as_str().unwrap_or_default();
            let name = format!("file-{}", content.len());
            std::fs::write(folder.join(&name), content).unwrap();
            *value = folder.join(&name).display().to_string().into();
        }
        (Kind::List(item), Some(Value::Array(items))) => {
            for value in items {
                files(*item, Some(value), folder);
            }
        }
        _ => {}
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn options(entry: &Value) -> Vec<(String, String, String)> {
    let parameters = entry["parameters"].as_array().unwrap().iter();
    parameters
        .map(|parameter| {
            (
                text(&parameter["in"]),
                text(&parameter["name"]),
                text(&parameter["option"]),
            )
        })
        .collect()
}

/// The target of a run of the program.
pub struct CommandTarget<'t> {
    /// The address of the server.
    pub address: &'t str,
    /// The operation's own server, which this server replaces as well.
    pub declared: Option<&'t str>,
    /// Header fields with credentials.
    pub credentials: &'t BTreeMap<String, String>,
}

impl CommandTarget<'_> {
    /// A run that calls nothing.
    const NONE: Self = CommandTarget {
        address: "http://127.0.0.1:9",
        declared: None,
        credentials: &BTreeMap::new(),
    };
}

/// The result of a run.
pub struct Ran {
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
    /// Whether the exit status is a success.
    pub is_success: bool,
}

/// Runs the program.
pub fn run(arguments: &[String], target: &CommandTarget<'_>) -> Ran {
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(arguments)
        .env_clear()
        .env("JUDGED_PROGRAM", "1")
        .env("JUDGED_BASE_URL", target.address)
        .env("JUDGED_SERVER", target.declared.unwrap_or_default())
        .env("JUDGED_CONFIG", "/nonexistent/config.toml")
        .env(
            "JUDGED_FIELDS",
            serde_json::to_string(target.credentials).unwrap(),
        )
        .env("JUDGED_SECRET", super::values::SECRET)
        .env("TZ", "UTC")
        // Reading the system's certificates takes most of the time of an unoptimised start.
        .env("SSL_CERT_FILE", roots())
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    Ran {
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
        is_success: output.status.success(),
    }
}

/// A file with one root certificate, which nothing here needs to trust.
fn roots() -> &'static Path {
    static ROOTS: LazyLock<NamedTempFile> = LazyLock::new(|| {
        let signed = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let mut file = NamedTempFile::new().unwrap();
        file.write_all(signed.cert.pem().as_bytes()).unwrap();
        file
    });
    ROOTS.path()
}
