//! The parts of a site, in the order in which they can be created: rules name lists and signals.

use crate::runtime::{Value, serde_json};
use serde_json::Map;

/// A kind of item in a site.
pub struct CopyKind {
    pub name: &'static str,
    pub tag: &'static str,
    pub list: &'static str,
    pub create: &'static str,
    /// Members that the server returns, and that cannot be sent.
    own: &'static [&'static str],
    /// Members in which two copies of the same item agree; all members, if none are named.
    key: &'static [&'static str],
    /// Members that identify an item in a report.
    title: &'static [&'static str],
    /// Whether an item can be created unchanged: some belong to other items.
    is_alone: fn(&Map<String, Value>) -> bool,
}

pub const KINDS: [CopyKind; 6] = [
    CopyKind {
        name: "lists",
        tag: "lists",
        list: "site-lists-list",
        create: "site-list-create",
        own: &["id", "createdBy", "created", "updated"],
        key: &["name"],
        title: &["name"],
        is_alone: |_| true,
    },
    CopyKind {
        name: "signals",
        tag: "signal-tags",
        list: "site-signal-tags-list",
        create: "site-signal-tag-create",
        own: &[
            "tagName",
            "longName",
            "configurable",
            "informational",
            "needsResponse",
            "createdBy",
            "created",
        ],
        key: &["shortName"],
        title: &["shortName"],
        is_alone: |signal| text(signal, "tagName").starts_with("site."),
    },
    CopyKind {
        name: "rules",
        tag: "rules",
        list: "site-rules-list",
        create: "site-rule-create",
        own: &["id", "siteNames", "createdBy", "created", "updated"],
        key: &[],
        title: &["type", "reason"],
        is_alone: |_| true,
    },
    CopyKind {
        name: "redactions",
        tag: "redactions",
        list: "redactions-list",
        create: "redaction-create",
        own: &["id", "createdBy", "created", "updated"],
        key: &[],
        title: &["field"],
        is_alone: |_| true,
    },
    CopyKind {
        name: "header-links",
        tag: "header-links",
        list: "header-links-list",
        create: "header-link-create",
        own: &["id", "createdBy", "created"],
        key: &[],
        title: &["type", "name"],
        is_alone: |_| true,
    },
    CopyKind {
        name: "alerts",
        tag: "alerts",
        list: "alerts-list",
        create: "alert-create",
        own: &[
            "id",
            "siteId",
            "siteID",
            "type",
            "createdBy",
            "created",
            "updated",
        ],
        key: &[],
        title: &["tagName", "longName"],
        // Items that belong to templates and rules are created with them.
        is_alone: |alert| !matches!(text(alert, "type"), "template" | "rateLimit"),
    },
];

/// The word of rules for the logging of requests, as received and as sent.
const REQUEST_LOGGING: [&str; 2] = ["requestLogging", "RequestLogging"];

fn text<'m>(members: &'m Map<String, Value>, name: &str) -> &'m str {
    members.get(name).and_then(Value::as_str).unwrap_or_default()
}

impl CopyKind {
    /// The values that create a copy; `None` for items that are created in another way.
    pub fn to_send(&self, item: Value) -> Option<Map<String, Value>> {
        let Value::Object(mut item) = item else {
            return None;
        };
        if !(self.is_alone)(&item) {
            return None;
        }
        item.retain(|name, value| !self.own.contains(&name.as_str()) && !value.is_null());
        for name in REQUEST_LOGGING {
            if let Some(value) = item.remove(name) {
                item.insert("requestlogging".to_owned(), value);
            }
        }
        Some(item)
    }

    /// Whether two items are the same, whatever they contain.
    pub fn is_same(&self, one: &Map<String, Value>, other: &Map<String, Value>) -> bool {
        match self.key {
            [] => one == other,
            key => key.iter().all(|name| one.get(*name) == other.get(*name)),
        }
    }

    /// The name of an item in reports.
    pub fn title(&self, item: &Map<String, Value>) -> String {
        let parts = self.title.iter().map(|name| text(item, name));
        parts
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(": ")
    }
}
