//! Prints a surface as plain text, short enough to be read when a contract changes.

use super::{ResponseVariant, Surface, SurfaceOperation, SurfaceShape, SurfaceType};
use crate::digest;
use serde_json::Value;
use std::fmt::Write;

/// The maximum length of a line, unless a single entry is longer.
const WIDTH: usize = 120;

/// The maximum number of values of an enum that are listed; of longer ones, the first values and a
/// digest of the others are listed.
const LONG: usize = 60;

/// The number of values that are listed of a long enum.
const SHOWN: usize = 24;

impl Surface {
    /// The listing: operations by module with parameters, bodies and responses, then responses by
    /// status, then types.
    ///
    /// A setter or field with another name on the wire is followed by that name in quotes; `!`
    /// marks required ones. A variant is listed without its value if it differs from it only in
    /// letter case and punctuation.
    pub fn listing(&self) -> String {
        let security = self.usual_security();
        let mut text = format!(
            "{} operations in {} modules, {} answers by status, {} types; security {security} unless said otherwise\n",
            self.operations.len(),
            self.tags.len(),
            self.statuses.len(),
            self.types.len(),
        );
        for tag in &self.tags {
            let _ = write!(text, "\n== {}\n\n", tag.module);
            for operation in self
                .operations
                .iter()
                .filter(|operation| operation.module == tag.module)
            {
                list_operation(&mut text, operation, &security);
            }
        }
        text.push_str("\n== answers by status\n\n");
        for (name, answers) in &self.statuses {
            entry(&mut text, name, &answers.iter().map(answer).collect::<Vec<_>>());
        }
        text.push_str("\n== types\n\n");
        for (name, ty) in &self.types {
            list_type(&mut text, name, ty);
        }
        text
    }

    /// The security that most operations have.
    fn usual_security(&self) -> String {
        let mut counts = std::collections::BTreeMap::new();
        for operation in &self.operations {
            *counts.entry(security(operation)).or_insert(0_usize) += 1;
        }
        counts
            .into_iter()
            .max_by_key(|(_, count)| *count)
            .map(|(security, _)| security)
            .unwrap_or_default()
    }
}

fn security(operation: &SurfaceOperation) -> String {
    let found = operation.options.iter().find(|(option, _)| option == "security");
    found.map_or_else(|| "none".to_string(), |(_, schemes)| schemes.clone())
}

fn list_operation(text: &mut String, operation: &SurfaceOperation, usual_security: &str) {
    let deprecated = if operation.deprecated { ", deprecated" } else { "" };
    let id = if operation.contract_id == operation.method {
        String::new()
    } else {
        format!(" {:?}", operation.contract_id)
    };
    let _ = writeln!(
        text,
        "{}{id} = {} {}{deprecated}",
        operation.method, operation.http_method, operation.path
    );
    if !same_letters(&format!("{}_request", operation.method), &operation.builder) {
        let _ = writeln!(text, "    builder {}", operation.builder);
    }
    for location in ["path", "query", "header", "cookie"] {
        let of_location = operation
            .parameters
            .iter()
            .filter(|parameter| parameter.location == location);
        let parameters = of_location.map(|parameter| {
            let options: Vec<String> = parameter.options.iter().map(option).collect();
            let options = if options.is_empty() {
                String::new()
            } else {
                format!(" ({})", options.join(", "))
            };
            let required = if parameter.required && location != "path" {
                "!"
            } else {
                ""
            };
            format!(
                "{}{required}: {}{options}",
                named(&parameter.setter, &parameter.wire),
                parameter.ty
            )
        });
        entry(text, &format!("    {location}"), &parameters.collect::<Vec<_>>());
    }
    let bodies = operation.bodies.iter().map(|body| {
        let required = if operation.body_required { "!" } else { "" };
        format!("{}{required}: {} as {}", body.setter, body.ty, body.media_type)
    });
    entry(text, "    body", &bodies.collect::<Vec<_>>());
    let mut others: Vec<String> = operation
        .options
        .iter()
        .filter(|(name, _)| name != "security")
        .map(option)
        .collect();
    if security(operation) != usual_security {
        others.push(format!("security {}", security(operation)));
    }
    entry(text, "    with", &others);
    let error = operation
        .error
        .as_ref()
        .map(|error| format!(" or {error}"))
        .unwrap_or_default();
    let _ = writeln!(text, "    -> {}{error}", operation.success);
    if let Some(pages) = &operation.pages {
        let item = pages.item.replace("types::", "");
        let _ = writeln!(text, "    pages {}: {item} by {}", pages.items, pages.step);
    }
    if let Some(waits) = &operation.waits {
        let _ = writeln!(text, "    waits until {waits}");
    }
}

fn option((name, arguments): &(String, String)) -> String {
    if arguments.is_empty() {
        name.clone()
    } else {
        format!("{name} {arguments}")
    }
}

fn answer(answer: &ResponseVariant) -> String {
    format!("{} {}: {}", answer.status, answer.variant, answer.payload)
}

fn list_type(text: &mut String, name: &str, ty: &SurfaceType) {
    let deprecated = if ty.deprecated { " (deprecated)" } else { "" };
    match &ty.shape {
        SurfaceShape::Struct {
            members,
            rest,
            aliases,
        } => {
            let mut fields: Vec<String> = members
                .iter()
                .map(|member| {
                    let flags = member
                        .flags
                        .iter()
                        .fold(String::new(), |flags, flag| flags + " " + flag);
                    let deprecated = if member.deprecated { " deprecated" } else { "" };
                    format!(
                        "{}: {}{flags}{deprecated}",
                        named(&member.field, &member.wire),
                        member.ty
                    )
                })
                .collect();
            fields.extend(rest.iter().map(|(field, ty)| format!("..{field}: {ty}")));
            fields.extend(aliases.iter().map(|(alias, index)| {
                let field = members.get(*index).map_or("?", |member| &member.field);
                format!("{field} also {alias:?}")
            }));
            entry(text, &format!("struct {name}{deprecated}"), &fields);
        }
        SurfaceShape::Enum { wire, values } => {
            let wire = if wire == "str" {
                String::new()
            } else {
                format!(" of {wire}")
            };
            let head = format!("enum {name}{wire}{deprecated}");
            entry(text, &head, &values_of(values));
        }
        SurfaceShape::Union { tag, branches } => {
            let tag = tag.as_ref().map(|tag| format!(" by {tag:?}")).unwrap_or_default();
            let branches = branches.iter().map(|branch| {
                let tags = if branch.tags.is_empty() {
                    String::new()
                } else {
                    format!(" = {:?}", branch.tags.join("|"))
                };
                format!("{}({}){tags}", branch.variant, branch.ty)
            });
            entry(
                text,
                &format!("union {name}{tag}{deprecated}"),
                &branches.collect::<Vec<_>>(),
            );
        }
    }
}

fn values_of(values: &[(String, Value)]) -> Vec<String> {
    let mut shown: Vec<String> = values
        .iter()
        .map(|(variant, value)| match value {
            Value::String(text) if same_letters(variant, text) && plain(text) => text.clone(),
            value => format!("{variant} = {value}"),
        })
        .collect();
    if shown.len() > LONG {
        let digest = digest(shown[SHOWN..].join("\n"));
        let digest = digest.get(..8).unwrap_or(&digest);
        let count = shown.len() - SHOWN;
        shown.truncate(SHOWN);
        shown.push(format!("and {count} more with digest {digest}"));
    }
    shown
}

/// Whether a value can stand in a list without quotes.
fn plain(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-./+ ".contains(c))
}

/// Whether two names differ only in letter case and punctuation.
fn same_letters(one: &str, other: &str) -> bool {
    let letters = |name: &str| {
        name.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect::<String>()
    };
    letters(one) == letters(other)
}

fn named(name: &str, wire: &str) -> String {
    if name == wire {
        name.to_string()
    } else {
        format!("{name} {wire:?}")
    }
}

/// A line `head: item, item, ...`, continued on indented lines if it is too long; empty if there
/// are no items and the head only introduces a list.
fn entry(text: &mut String, head: &str, items: &[String]) {
    let listed_only = head.starts_with(' ');
    if items.is_empty() {
        if !listed_only {
            let _ = writeln!(text, "{head}");
        }
        return;
    }
    let indent = if listed_only { "        " } else { "    " };
    let mut line = format!("{head}{}", if listed_only { "" } else { ":" });
    for (index, item) in items.iter().enumerate() {
        let comma = if index + 1 < items.len() { "," } else { "" };
        if line.chars().count() + item.chars().count() + comma.len() + 1 > WIDTH && line.trim_start() != "" {
            text.push_str(&line);
            text.push('\n');
            line = format!("{indent}{item}{comma}");
        } else {
            line = format!("{line} {item}{comma}");
        }
    }
    text.push_str(&line);
    text.push('\n');
}
