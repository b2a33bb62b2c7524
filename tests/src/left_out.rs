//! The parts of contracts that crates leave out on purpose: the table `left_out.toml`, which must
//! be exact.

use crate::accounting::Finding;
use crate::workspace::{read, root};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The table.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// Individual parts that a crate leaves out.
    #[serde(default)]
    left_out: Vec<LeftOutEntry>,
    /// Component schemas that no operation uses, by API.
    #[serde(default)]
    unused: BTreeMap<String, Vec<String>>,
}

/// A part that a crate leaves out.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LeftOutEntry {
    /// The API.
    api: String,
    /// The place in the contract, as a finding names it; a `*` matches any characters.
    pointer: String,
    /// Whether the overlay removes it, so that only the vendor's own contract contains it.
    #[serde(default)]
    by_overlay: bool,
    /// Why.
    reason: String,
}

impl LeftOut {
    /// Reads the table of the workspace.
    ///
    /// # Errors
    ///
    /// When the table cannot be read, or does not have this form.
    pub fn read() -> Result<Self, String> {
        Self::parse(&read(&root().join("tests/left_out.toml"))?)
    }

    /// Reads a table from its text.
    ///
    /// # Errors
    ///
    /// When the table does not have this form, or an entry has no reason.
    pub fn parse(text: &str) -> Result<Self, String> {
        let table: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        match table.left_out.iter().find(|entry| entry.reason.trim().is_empty()) {
            Some(entry) => Err(format!("{} {} has no reason", entry.api, entry.pointer)),
            None => Ok(table),
        }
    }

    /// The findings of `api` that the table does not explain, and the entries that explain nothing
    /// although they should: parts that an overlay removes are compared with the vendor's own
    /// contract, all others with the overlaid one.
    pub fn unexplained(&self, api: &str, findings: &[Finding], with_overlay: bool) -> Vec<String> {
        let entries: Vec<&LeftOutEntry> = self.left_out.iter().filter(|entry| entry.api == api).collect();
        let missing = findings
            .iter()
            .filter(|finding| !entries.iter().any(|entry| entry.explains(finding)))
            .map(|finding| format!("{}: {}", finding.pointer, finding.what));
        let idle = entries
            .iter()
            .filter(|entry| entry.by_overlay != with_overlay)
            .filter(|entry| !findings.iter().any(|finding| entry.explains(finding)))
            .map(|entry| {
                format!(
                    "left_out.toml: {} is not left out any more; remove the entry",
                    entry.pointer
                )
            });
        missing.chain(idle).collect()
    }

    /// The component schemas of `api` that no operation uses.
    pub fn unused(&self, api: &str) -> &[String] {
        self.unused.get(api).map_or(&[], Vec::as_slice)
    }

    /// The APIs that the table names.
    pub fn apis(&self) -> impl Iterator<Item = &str> {
        self.left_out
            .iter()
            .map(|entry| entry.api.as_str())
            .chain(self.unused.keys().map(String::as_str))
    }
}

impl LeftOutEntry {
    fn explains(&self, finding: &Finding) -> bool {
        let mut parts = self.pointer.split('*');
        let mut rest = parts.next().and_then(|start| finding.pointer.strip_prefix(start));
        let Some(end) = parts.next_back() else {
            return rest == Some("");
        };
        for part in parts {
            rest = rest.and_then(|rest| Some(rest.split_once(part)?.1));
        }
        rest.is_some_and(|rest| rest.ends_with(end))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn test_unexplained_reports_findings_and_entries_without_a_match() {
        let table = LeftOut::parse(
            "[[left_out]]\napi = \"a\"\npointer = \"/x\"\nreason = \"r\"\n\
             [[left_out]]\napi = \"a\"\npointer = \"/gone\"\nreason = \"r\"\n\
             [[left_out]]\napi = \"a\"\npointer = \"/many/*\"\nreason = \"r\"\n",
        )
        .unwrap();
        let finding = |pointer: &str| Finding {
            pointer: pointer.into(),
            what: "is missing".into(),
        };
        let said = table.unexplained("a", &[finding("/x"), finding("/y"), finding("/many/1")], true);
        assert_eq!(
            said,
            [
                "/y: is missing",
                "left_out.toml: /gone is not left out any more; remove the entry"
            ]
        );
    }

    #[test]
    fn test_a_star_stands_for_anything_anywhere() {
        let explains = |entry: &str, pointer: &str| {
            let entry = LeftOutEntry {
                api: "a".into(),
                pointer: entry.into(),
                by_overlay: false,
                reason: "r".into(),
            };
            entry.explains(&Finding {
                pointer: pointer.into(),
                what: "is missing".into(),
            })
        };
        assert!(explains("*/headers/*", "/responses/500/headers/X-Request-Id"));
        assert!(explains(
            "/paths/*/get/*/Link",
            "/paths/~1a/get/responses/200/headers/Link"
        ));
        assert!(!explains(
            "/paths/*/get/*/Link",
            "/paths/~1a/get/responses/200/headers/Location"
        ));
        assert!(!explains("/paths/*/get/*/Link", "/responses/200/headers/Link"));
        assert!(explains("/x", "/x") && !explains("/x", "/x/y") && explains("/x*", "/x/y"));
    }

    #[test]
    fn test_parse_wants_reasons() {
        assert!(LeftOut::parse("[[left_out]]\napi = \"a\"\npointer = \"/x\"\nreason = \" \"\n").is_err());
    }
}
