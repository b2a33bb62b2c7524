//! Profiles: named sets of credentials and default values.

use crate::arguments::switch;
use crate::config::{Keyring, Profile, ProfileFile};
use crate::failure::Failure;
use crate::mask::MASKED;
use crate::output::Output;
use crate::program::Program;
use crate::setting::Setting;
use clap::{Arg, ArgMatches, Command};
use serde_json::{Map, Value, json};
use std::env;
use std::io::{self, BufRead, IsTerminal, Read, Write};

/// The command with the subcommands for profiles.
pub fn command(program: &'static Program) -> Command {
    let names = program.settings.iter().map(|setting| setting.name);
    let names: Vec<&str> = names
        .chain(program.defaults.iter().map(|preset| preset.name))
        .collect();
    Command::new("profile")
        .about("Manage credentials and default values")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("login")
                .about("Ask for credentials and write them to the profile")
                .arg(
                    switch("keyring")
                        .help("Keep secrets in the system's keyring instead of the file"),
                )
                .after_help(format!(
                    "Without a terminal, settings are read from standard input: a JSON object, or lines of name=value.\n\
                     Names: {}",
                    names.join(", ")
                )),
        )
        .subcommand(
            Command::new("set")
                .about("Set or remove a default value of the profile")
                .arg(Arg::new("name").required(true))
                .arg(Arg::new("value").num_args(0..=1).help("The value; omit it to remove the default")),
        )
        .subcommand(Command::new("list").about("List the profiles"))
        .subcommand(Command::new("show").about("Show the profile, secrets masked"))
        .subcommand(Command::new("remove").about("Remove the profile, and its secrets from the keyring"))
        .subcommand(Command::new("path").about("Print the path of the file with the profiles"))
}

/// Runs the command.
///
/// # Errors
///
/// When the profiles cannot be read or written, or when no terminal is available for questions.
pub fn run(
    program: &'static Program,
    matches: &ArgMatches,
    output: impl FnOnce() -> Result<Output, Failure>,
) -> Result<(), Failure> {
    let mut file = ProfileFile::read(program.owner())?;
    let of_variable = env::var(program.variable("PROFILE"))
        .ok()
        .filter(|name| !name.is_empty());
    let named = matches.get_one::<String>("profile").cloned().or(of_variable);
    let name = named.unwrap_or_else(|| "default".to_owned());
    let missing = || Failure::usage(format!("there is no profile `{name}`"));
    match matches.subcommand() {
        Some(("login", given)) => {
            let profile = file.profile(&name).unwrap_or_else(|| Profile::new(&name));
            let profile = login(program, profile, given.get_flag("keyring"))?;
            file.put(profile);
            file.write()
        }
        Some(("set", given)) => {
            let mut profile = file.profile(&name).unwrap_or_else(|| Profile::new(&name));
            let text = |id: &str| given.get_one::<String>(id).map(String::as_str);
            set(
                program,
                &mut profile,
                text("name").unwrap_or_default(),
                text("value"),
            )?;
            file.put(profile);
            file.write()
        }
        Some(("list", _)) => {
            let mut output = output()?;
            output.begin_list();
            for name in file.names() {
                output.item(json!({ "profile": name }))?;
            }
            output.finish().map(drop)
        }
        Some(("show", _)) => {
            let profile = file.profile(&name).ok_or_else(missing)?;
            let mut output = output()?;
            output.whole(shown(program, &profile))?;
            output.finish().map(drop)
        }
        Some(("remove", _)) => {
            let profile = file.profile(&name).ok_or_else(missing)?;
            if profile.text("keyring").is_some() {
                let keyring = Keyring::new(program.owner(), &name);
                for setting in program.settings.iter().filter(|setting| setting.is_secret) {
                    keyring.remove(setting.name)?;
                }
            }
            file.remove(&name);
            file.write()
        }
        Some(("path", _)) => {
            let mut output = output()?;
            output.whole(Value::String(file.path().display().to_string()))?;
            output.finish().map(drop)
        }
        _ => Err(Failure::usage("expected login, set, list, show, remove or path")),
    }
}

/// The settings of a profile, with asterisks for secrets and for unknown settings.
fn shown(program: &Program, profile: &Profile) -> Value {
    let is_open = |name: &str| {
        let setting = program.setting(name).is_some_and(|setting| !setting.is_secret);
        let preset = program.defaults.iter().any(|preset| preset.name == name);
        setting || preset || PLAIN.contains(&name)
    };
    let mut members = Map::new();
    for name in profile.names() {
        let list = || profile.list(name).map(Value::from);
        let value = profile
            .text(name)
            .map(Value::String)
            .or_else(list)
            .unwrap_or_default();
        let value = if is_open(name) { value } else { MASKED.into() };
        members.insert(name.to_owned(), value);
    }
    Value::Object(members)
}

/// The settings of every profile that are not secret.
const PLAIN: [&str; 4] = ["base_url", "keyring", "output", "credentials_command"];

fn set(program: &Program, profile: &mut Profile, name: &str, value: Option<&str>) -> Result<(), Failure> {
    let setting = program.setting(name);
    if setting.is_some_and(|setting| setting.is_secret) {
        return Err(Failure::usage(format!(
            "`{name}` is a secret, and others can see arguments; `{} profile login` asks for it",
            program.name
        )));
    }
    let is_known = setting.is_some() || program.defaults.iter().any(|preset| preset.name == name);
    if !is_known && !["base_url", "output"].contains(&name) {
        let names = program.defaults.iter().map(|preset| preset.name);
        let names: Vec<&str> = names.chain(["base_url", "output"]).collect();
        return Err(Failure::usage(format!(
            "there is no setting `{name}`; there are {}",
            names.join(", ")
        )));
    }
    match value {
        Some(value) => profile.set(name, value),
        None => profile.unset(name),
    }
    Ok(())
}

/// Asks for the settings of a profile.
fn login(program: &'static Program, mut profile: Profile, in_keyring: bool) -> Result<Profile, Failure> {
    let given = match io::stdin().is_terminal() {
        true => asked(program, &profile)?,
        false => piped(program)?,
    };
    for setting in program.settings {
        let Some((_, value)) = given.iter().find(|(name, _)| *name == setting.name) else {
            continue;
        };
        if in_keyring && setting.is_secret {
            Keyring::new(program.owner(), profile.name()).set(setting.name, value)?;
            profile.set("keyring", true);
            profile.unset(setting.name);
        } else {
            profile.set(setting.name, value.as_str());
        }
    }
    for preset in program.defaults {
        if let Some((_, value)) = given.iter().find(|(name, _)| *name == preset.name) {
            profile.set(preset.name, value.as_str());
        }
    }
    Ok(profile)
}

type ProfileValues = Vec<(&'static str, String)>;

/// Asks on the terminal. An empty line leaves a setting unchanged.
fn asked(program: &'static Program, profile: &Profile) -> Result<ProfileValues, Failure> {
    let mut given = ProfileValues::new();
    for setting in program.settings {
        let value = ask(setting)?;
        match (
            value.is_empty(),
            setting.is_optional || profile.text(setting.name).is_some(),
        ) {
            (false, _) => given.push((setting.name, value)),
            (true, true) => {}
            (true, false) => return Err(Failure::usage(format!("{} is needed", setting.about))),
        }
    }
    for preset in program.defaults {
        let value = ask_plain(&format!("{} (may be empty)", preset.about))?;
        if !value.is_empty() {
            given.push((preset.name, value));
        }
    }
    Ok(given)
}

fn ask(setting: &Setting) -> Result<String, Failure> {
    let more = if setting.is_optional {
        " (may be empty)"
    } else {
        ""
    };
    let prompt = format!("{}{more}", setting.about);
    match setting.is_secret {
        false => ask_plain(&prompt),
        true => rpassword::prompt_password(format!("{prompt}: "))
            .map(|secret| secret.trim().to_owned())
            .map_err(|error| Failure::local(format!("nothing could be read from the terminal: {error}"))),
    }
}

fn ask_plain(prompt: &str) -> Result<String, Failure> {
    let mut to = io::stderr();
    let _ = write!(to, "{prompt}: ").and_then(|()| to.flush());
    let mut line = String::new();
    io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| Failure::local(format!("nothing could be read from the terminal: {error}")))?;
    Ok(line.trim().to_owned())
}

/// Reads settings from standard input.
fn piped(program: &'static Program) -> Result<ProfileValues, Failure> {
    let mut text = String::new();
    io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| Failure::local(format!("standard input cannot be read: {error}")))?;
    let pairs: Vec<(String, String)> = match serde_json::from_str::<Value>(&text) {
        Ok(Value::Object(members)) => members
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.as_str()?.to_owned())))
            .collect(),
        _ => text
            .lines()
            .filter_map(|line| line.split_once('='))
            .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
            .collect(),
    };
    let settings = program
        .settings
        .iter()
        .map(|setting| (setting.name, setting.variable()));
    let known: Vec<(&'static str, &'static str)> = settings
        .chain(
            program
                .defaults
                .iter()
                .map(|preset| (preset.name, preset.variable)),
        )
        .collect();
    let mut given = ProfileValues::new();
    for (name, value) in pairs {
        let meant = known
            .iter()
            .find(|(known, variable)| *known == name || *variable == name);
        match meant {
            Some((known, _)) => given.push((known, value)),
            None => {
                let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
                return Err(Failure::usage(format!(
                    "a setting is not known; there are {}",
                    names.join(", ")
                )));
            }
        }
    }
    match given.is_empty() {
        false => Ok(given),
        true => Err(Failure::usage(
            "standard input has no settings; give a JSON object or lines of name=value",
        )),
    }
}
