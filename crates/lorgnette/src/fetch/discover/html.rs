//! Reads a page's elements: those that show a contract, scripts that configure a viewer, and links
//! to further places.

use super::found::{Further, Looks, TextFindings};
use super::recognize::{file_name, is_contract_file};
use super::script;
use super::settings::{self, Findings};
use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};
use url::Url;

/// The maximum number of elements and scripts: no page for human readers has more.
const ELEMENTS: usize = 5000;
const SCRIPTS: usize = 200;

/// The relevant parts of a page.
#[derive(Default)]
struct HtmlPage {
    base: Option<Url>,
    elements: Vec<Element>,
    scripts: Vec<Script>,
}

struct Element {
    name: String,
    attributes: Vec<(String, String)>,
}

impl Element {
    fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

struct Script {
    element: Element,
    text: String,
}

/// Reads a page at `address`.
pub fn read(text: &str, address: &Url, found: &mut TextFindings) {
    let page = tokens(text, address);
    let base = page.base.as_ref().unwrap_or(address);
    let mut findings = Findings { base, found };
    for element in &page.elements {
        read_element(element, &mut findings);
    }
    for script in page.scripts.iter().take(SCRIPTS) {
        read_script(script, &mut findings);
    }
    findings.found.base = Some(base.clone());
}

/// Whether a page has a password field.
pub fn is_login(text: &str) -> bool {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(text, emitter).any(|token| match token {
        Ok(Token::StartTag(tag)) => {
            let kind = tag
                .attributes
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(b"type"));
            tag.name.eq_ignore_ascii_case(b"input")
                && kind.is_some_and(|(_, value)| value.eq_ignore_ascii_case(b"password"))
        }
        _ => false,
    })
}

fn tokens(text: &str, address: &Url) -> HtmlPage {
    let mut page = HtmlPage::default();
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut open: Option<Script> = None;
    for token in Tokenizer::new_with_emitter(text, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                let element = element(tag);
                if let Some(script) = open.take() {
                    page.scripts.push(script);
                }
                match element.name.as_str() {
                    "script" => {
                        let text = String::new();
                        open = Some(Script { element, text });
                    }
                    "base" if page.base.is_none() => {
                        page.base = element.attribute("href").and_then(|href| address.join(href).ok());
                    }
                    _ if page.elements.len() < ELEMENTS && is_of_interest(&element) => {
                        page.elements.push(element);
                    }
                    _ => {}
                }
            }
            Token::String(text) => {
                if let Some(script) = &mut open {
                    script.text.push_str(&String::from_utf8_lossy(&text.value));
                }
            }
            Token::EndTag(tag) if tag.name.as_slice() == b"script" => page.scripts.extend(open.take()),
            _ => {}
        }
    }
    page.scripts.extend(open);
    page
}

fn element(tag: StartTag<()>) -> Element {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Element {
        name: text(&tag.name),
        attributes: tag
            .attributes
            .iter()
            .map(|(name, value)| (text(name), text(&value.value)))
            .collect(),
    }
}

fn is_of_interest(element: &Element) -> bool {
    let has = |name: &str| element.attribute(name).is_some();
    has("spec-url")
        || has("apidescriptionurl")
        || has("apidescriptiondocument")
        || matches!(element.name.as_str(), "iframe" | "frame" | "link" | "meta")
        || (element.name == "a" && element.attribute("href").is_some_and(is_contract_file))
}

fn read_element(element: &Element, found: &mut Findings<'_>) {
    for (name, value) in &element.attributes {
        settings::attribute(name, value, found);
    }
    let words = |name: &str| element.attribute(name).unwrap_or_default().to_ascii_lowercase();
    match element.name.as_str() {
        "iframe" | "frame" => further(element.attribute("src"), Looks::Page, found),
        "link"
            if words("rel").split_whitespace().any(|rel| rel == "service-desc")
                || words("type").contains("openapi") =>
        {
            if let Some(href) = element.attribute("href") {
                found.address(href, element.attribute("title"), "a link to the contract", true);
            }
        }
        "meta" if words("http-equiv") == "refresh" => {
            let content = element.attribute("content").unwrap_or_default();
            let at = content.to_ascii_lowercase().find("url=");
            let target = at.map(|at| content[at + 4..].trim().trim_matches(['"', '\'']));
            further(target, Looks::Page, found);
        }
        "a" => {
            if let Some(href) = element.attribute("href") {
                found.address(href, None, "a link to the contract", true);
            }
        }
        _ => {}
    }
}

fn read_script(script: &Script, found: &mut Findings<'_>) {
    let element = &script.element;
    if element.attribute("id") == Some("api-reference") {
        read_scalar(script, found);
    }
    let media_type = element.attribute("type").unwrap_or_default().to_ascii_lowercase();
    if media_type.contains("json") || media_type.contains("yaml") {
        if element.attribute("id") != Some("api-reference") {
            settings::document_text(&script.text, "a contract on the page itself", found);
        }
    } else if let Some(source) = element.attribute("src") {
        if !is_library(source) {
            further(Some(source), Looks::Script, found);
        }
    } else {
        script::read(&script.text, found.base, found);
    }
}

/// Scalar's element: the configuration is in attributes, or the contract itself is inside.
fn read_scalar(script: &Script, found: &mut Findings<'_>) {
    let configuration = script.element.attribute("data-configuration");
    let value = configuration.and_then(|text| serde_json::from_str(text).ok());
    if let Some(value) = value {
        settings::scalar(&value, found);
    }
    if let Some(url) = script.element.attribute("data-url") {
        found.address(url, None, "Scalar", false);
    }
    settings::document_text(&script.text, "Scalar", found);
}

fn further(target: Option<&str>, looks: Looks, found: &mut Findings<'_>) {
    let address = target
        .filter(|target| !target.trim().is_empty())
        .and_then(|target| found.base.join(target).ok());
    if let Some(address) = address {
        found.found.further(Further { address, looks });
    }
}

/// Whether a script is a viewer or another library, rather than the configuration of a viewer.
fn is_library(source: &str) -> bool {
    let file = file_name(source);
    let parts = [
        "bundle",
        "standalone",
        "preset",
        "polyfill",
        ".min.",
        "jquery",
        "analytics",
        "gtag",
        "web-components",
        "rapidoc",
        "api-reference",
    ];
    parts.iter().any(|part| file.contains(part))
}
