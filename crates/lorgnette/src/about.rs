//! A contract's metadata: its title, its provider, its documentation.

use lorgnette_codegen::text::{LONG, line};
use serde_json::Value;

/// A contract's metadata; fields that the contract lacks are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// `info.title`.
    pub title: String,
    /// The provider: `info.contact.name`.
    pub vendor: String,
    /// The documentation page: the first web address among external documentation, contact, and
    /// servers.
    pub documentation: String,
}

impl About {
    /// Reads the metadata of a contract.
    pub fn of(document: &Value) -> Self {
        // Each is written on its own line, regardless of its line in the contract.
        let said = |pointer: &str| {
            let text = document.pointer(pointer).and_then(Value::as_str);
            line(text.unwrap_or_default(), LONG)
        };
        let pages = ["/externalDocs/url", "/info/contact/url", "/servers/0/url"].map(said);
        Self {
            title: said("/info/title"),
            vendor: said("/info/contact/name"),
            documentation: pages
                .into_iter()
                .find(|page| page.starts_with("https://") || page.starts_with("http://"))
                .unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn test_about_is_what_the_contract_says_on_one_line() {
        let contract = json!({
            "info": {"title": "The\n  lamps\u{7}", "contact": {"url": "mailto:a@example.com"}},
            "servers": [{"url": "https://lamps.example/v1"}]
        });
        let about = About {
            title: "The lamps\\u{7}".to_owned(),
            vendor: String::new(),
            documentation: "https://lamps.example/v1".to_owned(),
        };
        assert_eq!(About::of(&contract), about);
        assert_eq!(About::of(&json!([])), About::default());
    }
}
