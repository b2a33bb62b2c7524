//! Pages of every form, written for these tests, and the findings in each.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on is a test that fails")]

use super::*;
use std::path::Path;

fn base() -> Url {
    Url::parse("https://docs.example/pages/page.html?x=1").unwrap()
}

/// The description of a fixture, one item per line.
fn told(file: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/pages");
    let text = std::fs::read_to_string(folder.join(file)).unwrap();
    let looks = match file.rsplit('.').next() {
        Some("js") => Looks::Script,
        Some("json") if file.contains("config") => Looks::Settings,
        _ => Looks::Page,
    };
    lines(read(&text, looks, &base()))
}

fn lines(found: TextFindings) -> Vec<String> {
    let candidate = |how: &str, candidate: Candidate| {
        let name = candidate
            .name
            .map_or_else(String::new, |name| format!(" {name:?}"));
        match candidate.at {
            At::Address(url) => format!("{how} {url}{name} ({})", candidate.form),
            At::Inline(text) => format!("{how} {text}{name} ({})", candidate.form),
            At::Here => format!("{how} here"),
        }
    };
    let contracts = found.contracts.into_iter().map(|it| candidate("contract", it));
    let fallbacks = found.fallbacks.into_iter().map(|it| candidate("fallback", it));
    let further = found
        .further
        .into_iter()
        .map(|it| format!("{:?} {}", it.looks, it.address));
    let unread = found.unread.into_iter().map(|it| format!("unread {it}"));
    contracts.chain(fallbacks).chain(further).chain(unread).collect()
}

#[test]
fn test_every_form_of_page_tells_where_its_contract_is() {
    const AT: &str = "https://docs.example/pages";
    let lamps = |form: &str| vec![format!("contract {AT}/lamps.json ({form})")];
    let expected: Vec<(&str, Vec<String>)> = vec![
        ("lamps.json", vec!["contract here".to_owned()]),
        ("lamps.yaml", vec!["contract here".to_owned()]),
        ("swagger-ui-url.html", lamps("Swagger UI")),
        (
            "swagger-ui-urls.html",
            vec![
                format!("contract {AT}/lamps.json \"Lamps\" (Swagger UI)"),
                format!("contract {AT}/shades.json \"Shades\" (Swagger UI)"),
            ],
        ),
        (
            "swagger-ui-config-url.html",
            vec![
                format!("Settings {AT}/swagger-config.json"),
                "unread Swagger UI: https://petstore.swagger.io/v2/swagger.json is the example that the viewer shows by default"
                    .to_owned(),
            ],
        ),
        ("swagger-initializer.js", lamps("Swagger UI")),
        (
            "swagger-ui-initializer.html",
            vec![format!("Script {AT}/swagger-initializer.js")],
        ),
        (
            "swagger-ui-parsed.html",
            vec![format!("contract {AT}/lamps.json \"Lamps V1\" (Swagger UI)")],
        ),
        (
            "swagger-ui-2.html",
            vec![format!("contract {AT}/shades.json (Swagger UI)")],
        ),
        ("swagger-ui-template.html", lamps("Swagger UI")),
        (
            "swagger-ui-pushed.html",
            vec![
                format!("contract {AT}/lamps.json \"Lamps\" (Swagger UI)"),
                format!("contract {AT}/shades.json \"Shades\" (Swagger UI)"),
            ],
        ),
        ("redoc-element.html", lamps("ReDoc or RapiDoc")),
        ("redoc-init.html", lamps("ReDoc")),
        ("scalar-url.html", lamps("Scalar")),
        ("scalar-configuration.html", lamps("Scalar")),
        (
            "scalar-create.html",
            vec![
                format!("contract {AT}/lamps.json \"Lamps\" (Scalar)"),
                format!("contract {AT}/shades.json \"Shades\" (Scalar)"),
            ],
        ),
        (
            "scalar-aspnet.html",
            vec![
                // The page has another name here, so nothing is removed.
                "contract https://docs.example/lamps.json \"V1\" (Scalar)".to_owned(),
                format!("Script {AT}/scalar.js"),
            ],
        ),
        (
            "rapidoc.html",
            vec![format!("contract {AT}/lamps.yaml (ReDoc or RapiDoc)")],
        ),
        ("rapidoc-load.html", lamps("RapiDoc")),
        (
            "elements.html",
            vec![format!("contract {AT}/lamps.yaml (Stoplight Elements)")],
        ),
        (
            "elements-fetch.html",
            vec![format!("fallback {AT}/lamps.yaml (a script that asks for it)")],
        ),
        (
            "link.html",
            vec![format!("fallback {AT}/lamps.json (a link to the contract)")],
        ),
        (
            "download.html",
            vec![format!(
                "fallback {AT}/files/openapi-v2.yaml?download=1 (a link to the contract)"
            )],
        ),
        ("frame.html", vec![format!("Page {AT}/redoc-element.html")]),
        ("moved.html", vec![format!("Page {AT}/redoc-init.html")]),
        ("based.html", lamps("ReDoc or RapiDoc")),
        ("nothing.html", vec![format!("Script {AT}/app.js")]),
        (
            "code-inline.html",
            vec!["unread Swagger UI: code on the page builds the contract".to_owned()],
        ),
    ];
    for (file, expected) in expected {
        assert_eq!(told(file), expected, "{file}");
    }
}

#[test]
fn test_settings_file_names_its_contract_beside_itself() {
    assert_eq!(
        told("swagger-config.json")[0],
        "contract https://docs.example/pages/lamps.json (Swagger UI)"
    );
}

#[test]
fn test_contract_on_the_page_itself_is_taken_as_it_stands() {
    for file in [
        "swagger-ui-inline.html",
        "swagger-ui-init.js",
        "redoc-state.html",
        "scalar-inline.html",
        "elements-inline.html",
    ] {
        let lines = told(file);
        assert_eq!(lines.len(), 1, "{file}: {lines:?}");
        for part in ["contract ", "openapi", "Lamps", "/lamps"] {
            assert!(lines[0].contains(part), "{file}: {lines:?}");
        }
    }
    assert!(told("swagger-ui-inline.html")[0].contains("\"url\":\"https://docs.example/api\""));
}

#[test]
fn test_query_of_the_page_configures_swagger_ui() {
    let page = Url::parse("https://docs.example/ui/?url=/a.json#/pets").unwrap();
    let found = read("<html></html>", Looks::Page, &page);
    assert_eq!(
        lines(found),
        ["contract https://docs.example/a.json (Swagger UI)"]
    );
    let page =
        Url::parse("https://docs.example/ui/index.html?configUrl=%2Fv3%2Fapi-docs%2Fswagger-config").unwrap();
    let found = read("<html><script src=\"b.js\"></script></html>", Looks::Page, &page);
    assert_eq!(
        lines(found),
        [
            "Settings https://docs.example/v3/api-docs/swagger-config",
            "Script https://docs.example/ui/b.js"
        ]
    );
}

#[test]
fn test_query_of_the_page_prefers_one_of_several_contracts() {
    let page = Url::parse("https://docs.example/ui/?urls.primaryName=Shades%20%26%20more#/").unwrap();
    let found = read("<html></html>", Looks::Page, &page);
    assert_eq!(found.preferred.as_deref(), Some("Shades & more"));
}

#[test]
fn test_contract_that_is_cut_off_or_has_a_slip_is_a_contract_still() {
    for text in [
        "{\"openapi\": \"3.0.3\", \"paths\": {},}",
        "{\"openapi\": \"3.0.3\", \"paths\": {\"/a\"",
        "swagger: '2.0'\npaths:\n  /a: {get",
        "\"openapi\": 3.1.0",
    ] {
        assert!(is_contract_text(text), "{text}");
    }
    for text in [
        "{\"a\": {\"openapi\": 1}}",
        "<openapi: 3>",
        "{\"urls\": []}",
        "x-openapi: 1",
    ] {
        assert!(!is_contract_text(text), "{text}");
    }
}

#[test]
fn test_guesses_begin_beside_the_page_and_end_at_the_root() {
    let guesses = guesses(&Url::parse("https://docs.example/shop/swagger-ui/index.html").unwrap());
    let addresses: Vec<&str> = guesses.iter().map(|guess| guess.address.as_str()).collect();
    assert_eq!(addresses[0], "https://docs.example/shop/swagger-ui/v3/api-docs");
    assert!(addresses.contains(&"https://docs.example/shop/v3/api-docs"));
    assert!(addresses.contains(&"https://docs.example/v3/api-docs/swagger-config"));
    assert_eq!(addresses.len(), 21);
}

#[test]
fn test_page_without_end_is_read_to_a_point() {
    use std::fmt::Write;
    let mut page = String::new();
    for number in 0..20_000 {
        let _ = write!(
            page,
            "<redoc spec-url='{number}.json'></redoc><iframe src='{number}'></iframe><script>Redoc.init('http://[{number}')</script>"
        );
    }
    let found = read(&page, Looks::Page, &base());
    assert_eq!(
        (found.contracts.len(), found.further.len(), found.unread.len()),
        (500, 16, 16)
    );
}
