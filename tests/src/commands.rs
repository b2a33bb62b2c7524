//! Reads the commands of the tool and of xtask from their sources: subcommands and options.
//!
//! Building the programs and asking them would take a test longer than everything else. Only the
//! parts of clap's derive that they use are supported.

use std::collections::{BTreeMap, BTreeSet};

/// The subcommands and options of a group of commands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commands {
    /// Subcommands by name, each with the module that contains its options.
    pub names: BTreeMap<String, String>,
    /// Long options of the module, without hyphens.
    pub options: BTreeSet<String>,
}

/// Reads the commands that a file declares: the enum that derives `Subcommand`, and the options of
/// its structs.
///
/// # Errors
///
/// When the file is not Rust.
pub fn read(text: &str) -> Result<Commands, String> {
    let file = syn::parse_file(text).map_err(|error| error.to_string())?;
    let mut commands = Commands::default();
    for item in &file.items {
        match item {
            syn::Item::Enum(item) if derives(&item.attrs, "Subcommand") => {
                for variant in &item.variants {
                    let module = variant.fields.iter().next().and_then(|field| match &field.ty {
                        syn::Type::Path(path) => path
                            .path
                            .segments
                            .first()
                            .map(|segment| segment.ident.to_string()),
                        _ => None,
                    });
                    let name = hyphenated(&variant.ident.to_string());
                    let module = module.unwrap_or(name.clone());
                    commands.names.extend(
                        aliases(&variant.attrs)
                            .into_iter()
                            .map(|alias| (alias, module.clone())),
                    );
                    commands.names.insert(name, module);
                }
            }
            syn::Item::Struct(item) => {
                for field in &item.fields {
                    let arguments = field
                        .attrs
                        .iter()
                        .filter(|attribute| attribute.path().is_ident("arg"));
                    let is_long = arguments.into_iter().any(|attribute| match &attribute.meta {
                        syn::Meta::List(list) => list
                            .tokens
                            .to_string()
                            .split([',', ' '])
                            .any(|word| word == "long"),
                        _ => false,
                    });
                    if let (true, Some(name)) = (is_long, &field.ident) {
                        commands.options.insert(name.to_string().replace('_', "-"));
                    }
                }
            }
            _ => {}
        }
    }
    Ok(commands)
}

fn derives(attributes: &[syn::Attribute], wanted: &str) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::List(list) if list.path.is_ident("derive") => list
            .tokens
            .to_string()
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| word == wanted),
        _ => false,
    })
}

/// The other names of a command, from `#[command(visible_alias = "...")]`.
fn aliases(attributes: &[syn::Attribute]) -> Vec<String> {
    let mut found = Vec::new();
    for attribute in attributes.iter().filter(|it| it.path().is_ident("command")) {
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("visible_alias") {
                found.push(meta.value()?.parse::<syn::LitStr>()?.value());
            }
            Ok(())
        });
    }
    found
}

/// `HostName` as `host-name`.
fn hyphenated(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.extend(c.to_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn test_read_finds_subcommands_and_options() {
        let text = "#[derive(clap::Subcommand)] enum C { #[command(visible_alias = \"again\")] Regen(regen::Options), DryRun }\n\
                    #[derive(clap::Args)] struct O { #[arg(long, hide = true)] keep_all: bool, #[arg(value_name = \"X\")] x: String }";
        let commands = read(text).unwrap();
        let names: Vec<(&str, &str)> = commands
            .names
            .iter()
            .map(|(name, module)| (name.as_str(), module.as_str()))
            .collect();
        assert_eq!(
            names,
            [("again", "regen"), ("dry-run", "dry-run"), ("regen", "regen")]
        );
        assert_eq!(commands.options.into_iter().collect::<Vec<_>>(), ["keep-all"]);
    }
}
