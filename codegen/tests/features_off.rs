//! The compiler's message for an operation whose cargo feature is off.
#![allow(clippy::unwrap_used, missing_docs)]

use lorgnette_codegen::catalogue::Catalogue;
use lorgnette_codegen::pipeline::{Input, generate};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

const CONTRACT: &str = "
openapi: 3.0.3
info: { title: Lamps, version: '1' }
tags: [ { name: lamps }, { name: rooms } ]
paths:
  /rooms/{room}/lamps/{lamp}:
    put:
      tags: [ lamps ]
      operationId: put_lamp
      parameters:
        - { name: room, in: path, required: true, schema: { type: string } }
        - { name: lamp, in: path, required: true, schema: { type: integer } }
      requestBody: { required: true, content: { application/json: { schema: { type: object } } } }
      responses: { '204': { description: Done } }
  /rooms:
    get: { tags: [ rooms ], operationId: rooms, responses: { '204': { description: Done } } }
";

/// The compiler's message for a program with this `main` and the generated module for disabled
/// operations.
fn compiled(name: &str, features: &[&str], main: &str) -> (bool, String) {
    let catalogue = Catalogue::parse(
        "[[api]]\nname = 'lamps-v1'\ntitle = 'Lamps'\nvendor = 'nobody'\ncontract = 'openapi.yaml'\n\
         documentation = 'https://docs.example/'\nsource = 'described by us'\nauthentication = 'none'\n",
    );
    let generated = generate(&Input {
        api: &catalogue.unwrap().apis[0],
        contract: BTreeMap::from([("openapi.yaml".to_string(), CONTRACT.to_string())]),
        overlay: None,
        history: lorgnette_codegen::diff::History::default(),
    })
    .unwrap();
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("disabled.rs"), &generated.files["src/disabled.rs"]).unwrap();
    // The program replaces the runtime, of which it needs only this macro.
    let macros = include_str!("../../crates/runtime/src/disabled.rs").replace("//!", "//");
    let program = format!(
        "extern crate self as lorgnette_runtime;\n{macros}\nmod disabled;\n#[derive(Debug)]\n\
         pub struct Client;\nfn main() {{ {main} }}\n"
    );
    std::fs::write(folder.join("main.rs"), program).unwrap();
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut command = Command::new(rustc);
    command.current_dir(&folder).args([
        "--edition=2024",
        "--emit=metadata",
        "-Dwarnings",
        "-Adead_code",
        "main.rs",
    ]);
    for feature in features {
        command.arg(format!("--cfg=feature=\"{feature}\""));
    }
    let output = command.output().unwrap();
    (output.status.success(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn test_compiler_names_the_feature_of_an_operation() {
    let (is_built, said) = compiled("off", &["rooms"], "Client.put_lamp(\"a\", 7, &());");
    assert!(!is_built);
    let message = "error[E0277]: this operation needs the cargo feature `lamps` of `lamps-v1`";
    assert!(said.starts_with(message), "{said}");
    assert_eq!(said.matches("error[").count(), 1, "{said}");
}

#[test]
fn test_module_of_disabled_operations_is_built_without_warnings() {
    for features in [&[][..], &["rooms"], &["lamps", "rooms"]] {
        let (is_built, said) = compiled(&format!("{}", features.len()), features, "let _ = Client;");
        assert!(is_built && said.is_empty(), "{said}");
    }
}
