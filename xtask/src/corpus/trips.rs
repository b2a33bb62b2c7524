//! Reads the contracts' own examples with the crates' types, and compares what they write back.

use super::cases::{self, Case};
use super::row::{Examples, Fault, Row};
use super::{choice, compile};
use crate::cargo::package;
use lorgnette::failure::CommandFailure;
use lorgnette::workspace::Workspace;
use lorgnette_accounting::declared::{Declared, Documents};
use lorgnette_accounting::examples::declares;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Compiles the programs of the crates at `chosen`, which lie in `crates`, runs them, and compares
/// what comes back.
///
/// # Errors
///
/// When a file cannot be read or written, or cargo cannot be started.
pub fn run(
    workspace: &Workspace,
    folder: &Path,
    crates: &Path,
    rows: &mut [Row],
    chosen: &[usize],
) -> Result<(), CommandFailure> {
    let names: BTreeMap<String, usize> = chosen
        .iter()
        .map(|&at| (choice::crate_name(&rows[at].contract), at))
        .collect();
    compile::write(workspace, crates, names.keys(), false)?;
    let target = compile::target(workspace);
    eprintln!("compiling the examples of {} crates", names.len());
    let output = compile::cargo(
        crates,
        &target,
        &["build", "--workspace", "--keep-going", "--examples"],
    )?;
    let built = programs(&output.stdout);
    for (name, at) in names {
        let row = &mut rows[at];
        match built.get(&name) {
            Some(program) => {
                let examples = trip(program, folder, &crates.join(&name), &row.contract)?;
                row.examples = Some(examples);
            }
            None => {
                let fault = Fault {
                    pointer: String::new(),
                    ty: String::new(),
                    what: "the program does not compile".to_string(),
                };
                row.examples.get_or_insert_default().faults.push(fault);
            }
        }
    }
    Ok(())
}

/// The programs that cargo built, by crate.
fn programs(output: &[u8]) -> BTreeMap<String, PathBuf> {
    let mut built = BTreeMap::new();
    for line in String::from_utf8_lossy(output).lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else {
            continue;
        };
        let package = message["package_id"].as_str().and_then(package);
        if let (Some(package), Some(program)) = (package, message["executable"].as_str())
            && message["target"]["name"] == cases::program_name(package)
        {
            built.insert(package.to_string(), PathBuf::from(program));
        }
    }
    built
}

fn trip(program: &Path, folder: &Path, krate: &Path, contract: &str) -> Result<Examples, CommandFailure> {
    let path = krate.join(cases::FILE);
    let failure = |error: String| CommandFailure::new(error).at(path.display().to_string());
    let text = std::fs::read_to_string(&path).map_err(|error| CommandFailure::io("read", &path, &error))?;
    let cases: Vec<Case> = serde_json::from_str(&text).map_err(|error| failure(error.to_string()))?;
    let mut lines = String::new();
    for case in &cases {
        let _ = writeln!(lines, "{}\t{}", case.ty, case.value);
    }
    let mut child = Command::new(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| CommandFailure::io("start", program, &error))?;
    let input = child.stdin.take();
    let writer = std::thread::spawn(move || input.map(|mut input| input.write_all(lines.as_bytes())));
    let output = child
        .wait_with_output()
        .map_err(|error| CommandFailure::io("watch", program, &error))?;
    drop(writer.join());
    let answers = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut answers = answers.lines();
    let text =
        std::fs::read(folder.join(contract)).map_err(|error| CommandFailure::io("read", &path, &error))?;
    let text = String::from_utf8_lossy(&text).into_owned();
    let texts = BTreeMap::from([(contract.to_string(), text)]);
    let documents = Documents::parse(&texts, contract).map_err(failure)?;
    let declared = Declared::of(&documents);
    let mut examples = Examples::default();
    for case in &cases {
        let (mark, text) = answers
            .next()
            .and_then(|line| line.split_once('\t'))
            .unwrap_or(("refused", "the program ended"));
        let is_read = mark == "read";
        *match (case.valid, is_read) {
            (true, true) => &mut examples.valid_read,
            (true, false) => &mut examples.valid_refused,
            (false, true) => &mut examples.invalid_read,
            (false, false) => &mut examples.invalid_refused,
        } += 1;
        if !case.valid {
            continue;
        }
        if !is_read {
            fault(&mut examples, case, format!("refused: {text}"));
            continue;
        }
        let Ok(written) = serde_json::from_str::<Value>(text) else {
            fault(&mut examples, case, "the result is not JSON".to_string());
            continue;
        };
        let mut differences = Vec::new();
        compare(&case.value, &written, &mut Vec::new(), &mut differences);
        let schema = documents.target("", &reference(&case.schema));
        for (path, difference) in differences {
            let at = path.join(".");
            match difference {
                Difference::Null => examples.lost_nulls += 1,
                Difference::Lost
                    if schema
                        .as_ref()
                        .is_some_and(|schema| declares(&declared, schema, &path)) =>
                {
                    examples.lost += 1;
                    fault(&mut examples, case, format!("the member {at:?} is lost"));
                }
                Difference::Lost => examples.lost_undeclared += 1,
                Difference::Changed(what) => {
                    examples.changed += 1;
                    fault(&mut examples, case, format!("{at:?}: {what}"));
                }
            }
        }
    }
    Ok(examples)
}

/// The place of a schema, as a reference from the main document.
fn reference(place: &str) -> String {
    if place.contains('#') {
        place.to_string()
    } else {
        format!("#{}", place.replace('%', "%25"))
    }
}

fn fault(examples: &mut Examples, case: &Case, what: String) {
    examples.faults.push(Fault {
        pointer: case.place.clone(),
        ty: case.name.clone(),
        what,
    });
}

/// The differences between a payload and the value that was written back.
enum Difference {
    /// A member is missing.
    Lost,
    /// A member that was null is missing.
    Null,
    /// A value differs.
    Changed(String),
}

fn compare(
    one: &Value,
    other: &Value,
    path: &mut Vec<String>,
    differences: &mut Vec<(Vec<String>, Difference)>,
) {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            for (name, value) in one {
                path.push(name.clone());
                match other.get(name) {
                    Some(other) => compare(value, other, path, differences),
                    None if value.is_null() => differences.push((path.clone(), Difference::Null)),
                    // An empty optional list is read as an absent one.
                    None => differences.push((path.clone(), Difference::Lost)),
                }
                path.pop();
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                path.push(index.to_string());
                compare(one, other, path, differences);
                path.pop();
            }
        }
        _ if same(one, other) => {}
        _ => {
            let what = format!("{one} became {other}");
            differences.push((path.clone(), Difference::Changed(what)));
        }
    }
}

/// Whether two scalars mean the same: `1.0` and `1`, a moment in two time zones, a UUID in
/// capitals.
fn same(one: &Value, other: &Value) -> bool {
    if one == other {
        return true;
    }
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            let is_exact = one.as_i128() == other.as_i128() && one.as_i128().is_some();
            is_exact || (one.is_f64() || other.is_f64()) && one.as_f64() == other.as_f64()
        }
        (Value::String(one), Value::String(other)) => {
            let moment = |text: &str| chrono::DateTime::parse_from_rfc3339(text).ok();
            moment(one).is_some() && moment(one) == moment(other) || one.eq_ignore_ascii_case(other)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn test_compare_tells_what_is_lost_from_what_is_changed() {
        let before = json!({"a": 1.0, "b": null, "c": {"d": ["x"]}, "e": "2024-01-01T00:00:00Z", "f": 3});
        let after = json!({"a": 1, "c": {"d": ["y"]}, "e": "2024-01-01T00:00:00+00:00", "g": 1});
        let mut differences = Vec::new();
        compare(&before, &after, &mut Vec::new(), &mut differences);
        let shown: Vec<String> = differences
            .iter()
            .map(|(path, difference)| match difference {
                Difference::Lost => format!("{} lost", path.join(".")),
                Difference::Null => format!("{} null", path.join(".")),
                Difference::Changed(what) => format!("{} {what}", path.join(".")),
            })
            .collect();
        assert_eq!(shown, ["b null", "c.d.0 \"x\" became \"y\"", "f lost"]);
    }

    #[test]
    fn test_same_keeps_large_integers_apart() {
        assert!(!same(
            &json!(9_007_199_254_740_993_u64),
            &json!(9_007_199_254_740_992_u64)
        ));
        assert!(!same(&json!("a"), &json!(1)) && same(&json!(2.50), &json!(2.5)));
    }
}
