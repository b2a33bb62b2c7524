//! Contract text is data: tests contracts in which every text is hostile, and checks the output as
//! rustc, rustdoc and Markdown readers see it.
//!
//! The places are found by walking the contracts in `fixtures/hostile`, so that additions to these
//! are tested as well.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use lorgnette_codegen::catalogue::{Catalogue, Entry};
use lorgnette_codegen::diagnostics::Error;
use lorgnette_codegen::diff::{History, Report, compare};
use lorgnette_codegen::pipeline::{Generated, Input, generate, surface};
use lorgnette_codegen::text::EXAMPLE;
use proc_macro2::{TokenStream, TokenTree};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Rust code that is in no crate of ours, and that must never run.
const CODE: &str = "std::process::abort();";

/// Texts of an attacker in place of a text.
fn payloads() -> Vec<String> {
    let mut payloads: Vec<String> = [
        // Code blocks, in all their forms.
        "```\nCODE\n```",
        "```rust\nCODE\n```",
        "~~~\nCODE\n~~~",
        "``````\nCODE\n``````",
        "~~~~ rust,should_panic\nCODE",
        "a\n\n    CODE\n\nb",
        "a\n\n\tCODE",
        "- ```\n  CODE\n  ```",
        "-      CODE",
        "1.\t\tCODE",
        "1. 2.      CODE",
        "> ```\n> CODE\n> ```",
        "* > - ~~~\nCODE",
        "\r```\rCODE\r```\r",
        "\u{85}```\u{2028}CODE",
        "`\n```\nCODE\n```\n`",
        "x\u{b}```\u{c}CODE",
        "+ \n      CODE",
        "- - -\n\n      CODE",
        "a.\n```CODE```\n```\nCODE",
        // Markup.
        "<script>CODE</script>",
        "<!-- x",
        "-->\n```\nCODE\n```\n<!--",
        "<img src=x onerror=CODE>",
        "<?php CODE ?>",
        "<![CDATA[ CODE ]]>",
        "</div><b>",
        "&lt;script&gt; &#60;b&#62; &amp;",
        "[CODE](javascript:CODE)",
        "![CODE](https://evil.example/x.png)",
        "[CODE]: javascript:CODE\n[CODE]",
        "[a]\n\n[a]: https://evil.example 'x'",
        "<javascript:CODE>",
        "<https://evil.example\">",
        "[^1]\n\n[^1]: CODE",
        "[std::process]",
        "CODE\n===\nCODE\n---",
        "# CODE\n## CODE",
        "| a | b |\n|---|---|\n| CODE | c |",
        "a\n:-:\nb",
        "***\n___\n---",
        "- [ ] CODE",
        "**CODE** _CODE_ ~~CODE~~ *",
        "term\n: CODE",
        // Delimiters of strings and comments, and format placeholders.
        "\"; CODE //",
        "\"#; CODE",
        "\"##\" CODE",
        "*/ CODE /*",
        "\\\"; CODE",
        "\\",
        "\\\\",
        "'",
        "\"\"\"\n[dependencies]\nevil = '1'\n\"\"\"",
        "'''\nevil = 1",
        "{}",
        "{CODE}",
        "{0} {{}} {x:?}",
        "{{api}} {{put_on}}",
        "]]",
        "\n]]\n",
        "\n[[bin]]\n",
        "#[CODE]",
        "#![CODE]",
        "r#\"",
        "$crate",
        "%s%n",
        "${x}",
        "$(x)",
        "`",
        "``",
        "`a``",
        "\n<!-- end -->\n",
        "<!-- kept by `lorgnette generate` until the release: begin -->",
        "self",
        "crate",
        "../../x",
        "/../x",
        "..",
        "con",
        "r#type",
        "_",
        "0",
        "",
        // Invisible characters, and those that control a terminal.
        "a\u{202e}CODE\u{2066}\u{2069}",
        "\u{200b}\u{200f}\u{feff}\u{ad}",
        "\u{1b}[2J\u{1b}]0;x\u{7}",
        "\u{0}a\u{0}",
        "\u{9b}31m",
        "a\r\nb",
        "\r",
        "\u{7f}\u{8}",
        "\u{e0041}\u{fffe}",
        "\u{fe0f}\u{301}\u{1f468}\u{200d}\u{1f469}",
    ]
    .iter()
    .map(|payload| payload.replace("CODE", CODE))
    .collect();
    payloads.push(format!("{} ```\n{CODE}", "long ".repeat(400)));
    payloads.push("`".repeat(500));
    payloads.push("[".repeat(500) + &"> - ".repeat(100));
    payloads
}

/// One text of each kind, for places that are tried one at a time.
const MIXED: &str = "\u{202e}\"#*/\\{}\u{1b}[1m\n```\nstd::process::abort();\n```\n\n<script>x</script>\n\n    std::process::abort();\n\n[a](javascript:x) `";

const CONTRACTS: [(&str, &str); 2] = [
    ("openapi.yaml", include_str!("fixtures/hostile/openapi.yaml")),
    ("swagger.yaml", include_str!("fixtures/hostile/swagger.yaml")),
];

fn contract(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap()
}

/// The catalogue entry that `lorgnette new` makes from a contract.
fn api(text: &str) -> Entry {
    let mut catalogue = Catalogue::parse(
        "[[api]]\nname = 'hostile-v1'\ntitle = ''\nvendor = ''\ncontract = 'openapi.json'\n\
         documentation = 'https://docs.example/'\nsource = 'described by us'\nauthentication = ''\n\
         paging = { next = 'meta.next', items = ['results'] }\n",
    )
    .unwrap();
    let mut api = catalogue.apis.pop().unwrap();
    (api.title, api.vendor, api.authentication) = (text.into(), text.into(), text.into());
    api.documentation = text.to_string();
    api
}

fn input<'a>(api: &'a Entry, document: &Value) -> Input<'a> {
    Input {
        api,
        contract: BTreeMap::from([("openapi.json".to_string(), document.to_string())]),
        overlay: None,
        history: History::default(),
    }
}

/// OpenAPI's own words in a contract; everything else is the vendor's.
const OURS: &str = "openapi swagger 3.0.3 2.0 info title summary description version termsOfService contact name url email license externalDocs \
    servers variables default enum tags security paths parameters in path query header cookie body formData required schema type string integer object \
    array boolean file pattern format binary date-time get put post operationId x-lorgnette-note x-lorgnette-confidence high x-lorgnette-evidence deprecated x-lorgnette-deprecated-reason example \
    content responses headers examples value links callbacks requestBody encoding style pipeDelimited explode contentType items minimum nullable properties \
    additionalProperties x-enum-varnames x-enum-descriptions oneOf anyOf allOf discriminator propertyName mapping components schemas securitySchemes apiKey \
    oauth2 flows flow application clientCredentials tokenUrl scopes host basePath schemes https consumes produces definitions securityDefinitions \
    collectionFormat pipes x-nullable application/json application/vnd.lamp+json multipart/form-data text/event-stream application/x-lamp text/lamp text/plain \
    200 201 204 206 404 500 page results meta next $ref";

/// Replaces the vendor's texts with hostile ones, equal texts with equal ones, so that references
/// still resolve.
struct Poison<'a> {
    payload: &'a str,
    known: HashMap<String, usize>,
    ours: BTreeSet<&'a str>,
}

impl<'a> Poison<'a> {
    fn new(payload: &'a str) -> Self {
        Self {
            payload,
            known: HashMap::new(),
            ours: OURS.split_whitespace().collect(),
        }
    }

    fn text(&mut self, text: &str) -> String {
        let next = self.known.len();
        match *self.known.entry(text.to_string()).or_insert(next) {
            // One text is only the payload.
            0 => self.payload.to_string(),
            number if number % 2 == 0 => format!("{}{number}", self.payload),
            number => format!("n{number} {}", self.payload),
        }
    }

    fn word(&mut self, text: &str) -> String {
        if self.ours.contains(text) {
            return text.to_string();
        }
        if let Some(name) = text
            .strip_prefix("#/components/schemas/")
            .or_else(|| text.strip_prefix("#/definitions/"))
        {
            let folder = &text[..text.len() - name.len()];
            return format!(
                "{folder}{}",
                self.text(name).replace('~', "~0").replace('/', "~1")
            );
        }
        if let Some(path) = text.strip_prefix('/') {
            let segments = path.split('/').map(|segment| match segment.strip_prefix('{') {
                Some(name) => format!("{{{}}}", self.text(name.trim_end_matches('}'))),
                None => self.text(segment),
            });
            return format!("/{}", segments.collect::<Vec<_>>().join("/"));
        }
        match text.strip_prefix("https://") {
            Some(rest) => format!("https://{}", self.text(rest)),
            None => self.text(text),
        }
    }

    fn all(&mut self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.word(text).into(),
            Value::Array(items) => items.iter().map(|item| self.all(item)).collect(),
            Value::Object(members) => {
                let members = members
                    .iter()
                    .map(|(key, value)| (self.word(key), self.all(value)));
                Value::Object(members.collect::<Map<_, _>>())
            }
            other => other.clone(),
        }
    }
}

/// The contract with `payload` in the place of its text number `at`, be it OpenAPI's or the
/// vendor's, a name or a value.
fn with_one(value: &Value, at: &mut usize, payload: &str) -> Value {
    match value {
        Value::String(text) => (if taken(at) { payload } else { text }).into(),
        Value::Array(items) => items.iter().map(|item| with_one(item, at, payload)).collect(),
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| {
                let key = if taken(at) { payload } else { key }.to_string();
                (key, with_one(value, at, payload))
            });
            Value::Object(members.collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

/// Whether it is the turn of the next text.
fn taken(at: &mut usize) -> bool {
    let is_it = *at == 0;
    *at = at.wrapping_sub(1);
    is_it
}

/// The parts of a text that Markdown readers see besides words.
fn markdown(text: &str, what: &str, faults: &mut Vec<String>) -> Vec<String> {
    // In rustdoc's reading.
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_SMART_PUNCTUATION;
    let mut structure = Vec::new();
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) if !is_mark(&html) => {
                faults.push(format!("{what}: HTML {html:?}"));
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info)))
                if &*info == EXAMPLE && what == "README.md" =>
            {
                structure.push("example".into());
            }
            Event::Start(Tag::CodeBlock(kind)) => faults.push(format!("{what}: a code block {kind:?}")),
            Event::Start(Tag::Link { dest_url, .. }) => {
                let is_ours = matches!(&*dest_url, "ClientBuilder");
                if !is_ours && !dest_url.starts_with("https://") && !dest_url.starts_with("http://") {
                    faults.push(format!("{what}: a link to {dest_url:?}"));
                }
            }
            Event::Start(
                tag @ (Tag::Image { .. }
                | Tag::FootnoteDefinition(_)
                | Tag::BlockQuote(_)
                | Tag::Strikethrough),
            ) => {
                faults.push(format!("{what}: {tag:?}"));
            }
            Event::FootnoteReference(_) | Event::TaskListMarker(_) | Event::Rule => {
                faults.push(format!("{what}: {event:?}"));
            }
            Event::Start(Tag::Heading { level, .. }) => structure.push(format!("heading {level}")),
            Event::Start(Tag::Table(_)) => structure.push("table".into()),
            _ => {}
        }
    }
    structure
}

/// The generator's own marks in a file.
fn is_mark(html: &str) -> bool {
    html.trim().lines().all(|line| {
        line.starts_with("<!-- @generated by") && line.ends_with("do not edit. -->")
            || line == "<!-- end -->"
            || line == "<!-- kept by `lorgnette generate` until the release: begin -->"
    })
}

fn hidden(text: &str) -> Option<char> {
    let mut characters = text.chars();
    characters.find(|c| {
        c.is_control() && *c != '\n'
            || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0041}' | '\u{fffe}')
    })
}

/// The documentation and the string literals of a Rust file.
#[derive(Default)]
struct Rust {
    docs: Vec<String>,
    literals: BTreeSet<String>,
    is_foreign: bool,
}

impl Rust {
    fn read(&mut self, stream: TokenStream) {
        let mut doc = String::new();
        for token in stream {
            match token {
                TokenTree::Punct(mark) if matches!(mark.as_char(), '#' | '!') => {}
                TokenTree::Group(group) => match documentation(&group) {
                    Some(line) => {
                        doc.push_str(line.strip_prefix(' ').unwrap_or(&line));
                        doc.push('\n');
                    }
                    None => self.read(group.stream()),
                },
                other => {
                    self.docs
                        .extend((!doc.is_empty()).then(|| std::mem::take(&mut doc)));
                    match other {
                        TokenTree::Ident(ident) => self.is_foreign |= ident == "abort",
                        TokenTree::Literal(literal) => {
                            if let syn::Lit::Str(text) = syn::Lit::new(literal) {
                                self.literals.insert(text.value());
                            }
                        }
                        _ => {}
                    }
                }
            }
        }
        self.docs.extend((!doc.is_empty()).then_some(doc));
    }
}

/// A line of documentation, or the reason of a deprecation, which browsers show as Markdown, too.
fn documentation(group: &proc_macro2::Group) -> Option<String> {
    let attribute = group.stream();
    match syn::parse2::<syn::Meta>(attribute).ok()? {
        syn::Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(line),
                ..
            }) => Some(line.value()),
            _ => None,
        },
        syn::Meta::List(list) if list.path.is_ident("deprecated") => {
            let pair: syn::MetaNameValue = list.parse_args().ok()?;
            let syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(note),
                ..
            }) = &pair.value
            else {
                return None;
            };
            Some(format!("\n\n{}\n\n", note.value()))
        }
        _ => None,
    }
}

/// The foreign parts of a crate, and the string literals that it contains.
fn faults(generated: &Generated) -> (Vec<String>, BTreeSet<String>) {
    let (mut faults, mut literals) = (Vec::new(), BTreeSet::new());
    for (path, text) in generated.files.iter().chain(&generated.calls) {
        if let Some(character) = hidden(text) {
            faults.push(format!("{path}: {character:?}"));
        }
        match path.rsplit('.').next() {
            Some("rs") => match syn::parse_file(text) {
                Err(error) => faults.push(format!("{path}: {error}")),
                Ok(_) => {
                    let mut rust = Rust::default();
                    rust.read(text.parse().unwrap());
                    faults.extend(rust.is_foreign.then(|| format!("{path}: foreign code")));
                    for doc in &rust.docs {
                        let structure = markdown(doc, path, &mut faults);
                        if path != "src/client.rs" && !structure.is_empty() {
                            faults.push(format!("{path}: {structure:?} in {doc:?}"));
                        }
                    }
                    literals.extend(rust.literals);
                }
            },
            Some("md") => {
                let structure = markdown(text, path, &mut faults);
                let count = |what: &str| structure.iter().filter(|part| part.starts_with(what)).count();
                let expected = match path.as_str() {
                    // The documentation of webhooks has no example.
                    "README.md" => (
                        count("example") + 4 + usize::from(generated.files.contains_key("src/webhooks.rs")),
                        1,
                    ),
                    "CHANGELOG.md" => (2, 0),
                    _ => (text.lines().filter(|line| line.starts_with('#')).count(), 0),
                };
                if (count("heading"), count("table")) != expected {
                    faults.push(format!("{path}: {structure:?}"));
                }
                for example in text.split(&format!("```{EXAMPLE}\n")).skip(1) {
                    let code = example.split("\n```").next().unwrap();
                    let mut rust = Rust::default();
                    match code.parse() {
                        Ok(code) => rust.read(code),
                        Err(_) => faults.push(format!("{path}: an example that is no Rust: {code}")),
                    }
                    faults.extend(rust.is_foreign.then(|| format!("{path}: foreign code: {code}")));
                }
            }
            Some("toml") => {
                let manifest: toml::Table = text.parse().unwrap();
                let keys: Vec<&String> = manifest.keys().collect();
                if keys != ["dependencies", "dev-dependencies", "features", "package"]
                    || manifest["dependencies"].as_table().unwrap().len() != 1
                {
                    faults.push(format!("{path}: {text}"));
                }
            }
            _ => faults.push(format!("{path} is a file of a kind that is not looked at")),
        }
    }
    (faults, literals)
}

fn assert_shown(error: &Error) {
    let shown = error.to_string();
    assert!(
        hidden(&shown).is_none() && !shown.contains('\n') && shown.len() < 12_000,
        "{shown:?}"
    );
}

#[test]
fn test_contract_of_hostile_texts_makes_a_crate_without_anything_foreign() {
    for (name, text) in CONTRACTS {
        let plain = contract(text);
        for payload in payloads() {
            let mut poison = Poison::new(&payload);
            let document = poison.all(&plain);
            let generated = generate(&input(&api(&payload), &document))
                .unwrap_or_else(|error| panic!("{name} with {payload:?}: {error}"));
            let (faults, literals) = faults(&generated);
            assert!(
                faults.is_empty(),
                "{name} with {payload:.200?}:\n{}",
                faults.join("\n")
            );
            // Sent and received names match the contract, to the last character.
            for wire in ["lamp name", "trouble code", "dark blue", "bright red"] {
                let wire = poison.text(wire);
                assert!(
                    literals.contains(&wire),
                    "{name} with {payload:.200?}: {wire:?} is not there"
                );
            }
        }
    }
}

#[test]
fn test_hostile_text_in_any_one_place_is_data_or_an_error() {
    for (name, text) in CONTRACTS {
        let plain = contract(text);
        for place in 0.. {
            let mut at = place;
            let document = with_one(&plain, &mut at, MIXED);
            // The contract no longer has such a place.
            if at < usize::MAX / 2 {
                assert!(place > 200, "{name} has {place} places");
                break;
            }
            match generate(&input(&api(MIXED), &document)) {
                Ok(generated) => {
                    let (faults, _) = faults(&generated);
                    assert!(faults.is_empty(), "{name}, place {place}:\n{}", faults.join("\n"));
                }
                Err(error) => assert_shown(&error),
            }
        }
    }
}

#[test]
fn test_changes_between_hostile_contracts_are_shown_as_text() {
    for (_, text) in CONTRACTS {
        let plain = contract(text);
        let entry = api("Lamps");
        let before = surface(&input(&entry, &plain)).unwrap();
        for payload in payloads() {
            let document = Poison::new(&payload).all(&plain);
            let after = surface(&input(&entry, &document)).unwrap();
            let report = Report {
                api: "hostile-v1".to_string(),
                released: "0.1.0".to_string(),
                contract: (
                    before.surface.head.contract.clone(),
                    after.surface.head.contract.clone(),
                ),
                changes: compare(&before.surface, &after.surface, Some(&after.contract)),
            };
            let (shown, list) = (report.text(), report.markdown());
            let json = lorgnette_codegen::text::json(&report.json()).unwrap();
            for text in [&shown, &list, &json] {
                assert!(hidden(text).is_none(), "{payload:.200?}: {text}");
            }
            assert!(shown.lines().all(|line| line.chars().count() < 1000), "{shown}");
            let mut faults = Vec::new();
            let structure = markdown(&list, "diff", &mut faults);
            assert!(
                structure.len() <= 4 && structure.iter().all(|part| part.starts_with("heading")),
                "{payload:.200?}: {structure:?}\n{list}"
            );
            assert!(faults.is_empty(), "{payload:.200?}: {faults:?}");
            assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), report.json());
        }
    }
}

#[test]
fn test_half_a_surrogate_pair_is_an_error_or_a_mark() {
    let document = contract(CONTRACTS[0].1)
        .to_string()
        .replace("All about lamps", "\\ud800 ```\\u202e");
    let entry = api("Lamps");
    let made = generate(&Input {
        contract: BTreeMap::from([("openapi.json".to_string(), document)]),
        ..input(&entry, &Value::Null)
    });
    match made {
        Ok(generated) => assert_eq!(faults(&generated).0, Vec::<String>::new()),
        Err(error) => assert_shown(&error),
    }
}
