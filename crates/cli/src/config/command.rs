//! Credentials printed by a command, for instance that of a password manager.

use crate::failure::{Exit, Failure};
use crate::setting::Owner;
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::{Command, Stdio};

/// Runs the command and reads the settings that it prints: a JSON object, or lines of `name=value`,
/// under the names used in a profile or in the environment. Its standard error is passed through.
///
/// # Errors
///
/// When the command cannot be run, fails, or prints something else. The error does not repeat its
/// output.
pub fn run(program: Owner, command: &[String]) -> Result<BTreeMap<&'static str, String>, Failure> {
    let failed = |what: String| Failure::new(Exit::Credentials, format!("credentials_command {what}"));
    let [name, arguments @ ..] = command else {
        return Err(failed(
            "is empty; it is a list: [\"pass\", \"show\", \"name\"]".to_owned(),
        ));
    };
    let output = Command::new(name)
        .args(arguments)
        .stdin(Stdio::inherit())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| failed(format!("cannot be run: {error}")))?;
    if !output.status.success() {
        return Err(failed(format!("failed ({})", output.status)));
    }
    let text = String::from_utf8(output.stdout)
        .map_err(|_| failed("printed something that is not text".to_owned()))?;
    let printed: Vec<(String, String)> = match serde_json::from_str::<Value>(&text) {
        Ok(Value::Object(members)) => {
            let members = members.into_iter();
            members
                .filter_map(|(name, value)| Some((name, value.as_str()?.to_owned())))
                .collect()
        }
        _ => text
            .lines()
            .filter_map(|line| line.split_once('='))
            .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
            .collect(),
    };
    let mut settings = BTreeMap::new();
    for setting in program.settings {
        let is_meant = |name: &str| name == setting.name || setting.variables.contains(&name);
        if let Some((_, value)) = printed.iter().find(|(name, _)| is_meant(name)) {
            settings.insert(setting.name, value.clone());
        }
    }
    // Most password managers have a command that prints one secret and nothing else.
    let mut secrets = program.settings.iter().filter(|setting| setting.is_secret);
    if let (true, Some(only), None) = (settings.is_empty(), secrets.next(), secrets.next())
        && !text.trim().is_empty()
        && !text.trim().contains(char::is_whitespace)
    {
        settings.insert(only.name, text.trim().to_owned());
    }
    if settings.is_empty() {
        let names: Vec<&str> = program.settings.iter().map(|setting| setting.name).collect();
        return Err(failed(format!(
            "printed no settings; it should print a JSON object or lines of name=value with {}",
            names.join(", ")
        )));
    }
    Ok(settings)
}
