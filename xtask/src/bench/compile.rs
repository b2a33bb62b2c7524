//! `cargo xtask bench compile`: measures the compile time of a generated crate.
//!
//! The baseline is the same contract through plain progenitor, in the same run on the same machine,
//! since seconds alone say little. Cases take turns, so that other load on the machine affects all
//! of them equally.

use super::median::median;
use super::plain_crate::{self, Style};
use lorgnette::failure::CommandFailure;
use lorgnette::workspace::{self, CATALOGUE, Workspace};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

/// Measures `cargo check` of a generated crate, with its dependencies built, against the same
/// contract through plain progenitor.
///
/// Prints seconds, lines and ratios, and compares the ratios with the promises; exit status 1 if
/// one is missed.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  cargo xtask bench compile               some minutes: every case five times, every tag three times
  cargo xtask bench compile --runs 1      a first look")]
pub struct CompileOptions {
    /// The API to measure, as specs/apis.toml names it.
    #[arg(long, default_value = "sevensignal-v2")]
    api: String,
    /// The tag to compare with the promise, in the spelling of the crate's feature.
    #[arg(long, default_value = "access-points")]
    tag: String,
    /// How often each case is measured; the median counts.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..))]
    runs: u8,
}

/// A promise: its name, the case, the baseline, the maximum ratio, and the target ratio.
const PROMISES: [(&str, &str, Style, f64, f64); 3] = [
    ("all tags / positional", ALL, Style::Positional, 0.75, 0.50),
    ("all tags / builder", ALL, Style::Builder, 0.55, 0.35),
    ("one tag / positional", ONE, Style::Positional, 0.20, 0.20),
];

const ALL: &str = "all tags";
const ONE: &str = "one tag";

/// One `cargo check` that is measured.
struct Case {
    /// The folder in which cargo runs.
    folder: PathBuf,
    package: String,
    /// Arguments that choose features.
    features: Vec<String>,
    target: PathBuf,
}

/// Measures.
///
/// # Errors
///
/// When the API is unknown, or its crate or the baseline cannot be generated or compiled.
pub fn run(workspace: &Workspace, options: &CompileOptions) -> Result<ExitCode, CommandFailure> {
    let catalogue = workspace.catalogue()?;
    let api = catalogue.api(&options.api);
    let api = api.map_err(|error| CommandFailure::of_generator(&error.in_file(CATALOGUE), ""))?;
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| workspace.path("target"), PathBuf::from)
        .join("bench");
    let plain = target.join("plain");
    say("generating the contract with plain progenitor");
    let lines = plain_crate::write(workspace, api, &plain)?;

    let tags = tags(workspace, &options.api)?;
    if !tags.contains(&options.tag) {
        return Err(
            CommandFailure::new(format!("the crate {} has no tag {:?}", options.api, options.tag))
                .help(format!("its tags are {}", tags.join(", "))),
        );
    }
    let ours = |features: &[&str]| Case {
        folder: workspace.root().to_path_buf(),
        package: options.api.clone(),
        features: features.iter().map(ToString::to_string).collect(),
        target: target.clone(),
    };
    let yardstick = |style: Style| Case {
        folder: plain.clone(),
        package: style.crate_name().to_string(),
        features: Vec::new(),
        target: target.clone(),
    };
    let one = |tag: &str| ours(&["--no-default-features", "--features", tag]);
    let cases = [
        ("plain positional", yardstick(Style::Positional)),
        ("plain builder", yardstick(Style::Builder)),
        (ALL, ours(&[])),
        (ONE, one(&options.tag)),
    ];
    say("building the dependencies");
    for (_, case) in &cases {
        case.check()?;
    }
    let seconds = measure(&cases, options.runs)?;
    let every: Vec<(&str, Case)> = tags.iter().map(|tag| (tag.as_str(), one(tag))).collect();
    let each = measure(&every, options.runs.min(3))?;

    let lines = BTreeMap::from([
        ("plain positional", lines[0].1),
        ("plain builder", lines[1].1),
        (
            ALL,
            rust_lines(&workspace.path(&format!("crates/{}/src", options.api))),
        ),
    ]);
    let (text, kept) = report(options, &seconds, &each, &lines);
    workspace::print(&text);
    Ok(if kept {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

impl Case {
    /// Runs `cargo check`, and returns how long it took.
    fn check(&self) -> Result<f64, CommandFailure> {
        let started = Instant::now();
        self.cargo("check", &self.features)?;
        Ok(started.elapsed().as_secs_f64())
    }

    /// Removes cargo's output for this crate only.
    fn forget(&self) -> Result<(), CommandFailure> {
        self.cargo("clean", &[])
    }

    fn cargo(&self, command: &str, arguments: &[String]) -> Result<(), CommandFailure> {
        let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args([command, "--quiet", "--package", &self.package, "--target-dir"])
            .arg(&self.target)
            .args(arguments)
            .current_dir(&self.folder)
            // An incremental check of a crate that did not change would measure the cache.
            .env("CARGO_INCREMENTAL", "0")
            // `cargo xtask` sets this variable, and cargo would apply it to the measured crate.
            .env_remove("CARGO_MANIFEST_DIR")
            .output()
            .map_err(|error| {
                CommandFailure::new(format!("cannot start cargo: {error}")).help("install Rust")
            })?;
        if output.status.success() {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&output.stderr);
        let tail: Vec<&str> = text.lines().rev().take(30).collect();
        let tail: Vec<&str> = tail.into_iter().rev().collect();
        Err(CommandFailure::new(format!(
            "cargo {command} of {} failed:\n{}",
            self.package,
            tail.join("\n")
        )))
    }
}

/// Measures the cases in turns, and returns the median of each.
fn measure<'n>(cases: &[(&'n str, Case)], runs: u8) -> Result<BTreeMap<&'n str, f64>, CommandFailure> {
    let mut seconds: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for round in 1..=runs {
        for (name, case) in cases {
            case.forget()?;
            let taken = case.check()?;
            say(&format!("round {round} of {runs}: {name}: {taken:.2} s"));
            seconds.entry(name).or_default().push(taken);
        }
    }
    Ok(seconds
        .into_iter()
        .map(|(name, taken)| (name, median(taken)))
        .collect())
}

/// Prints the table, and returns whether every promise is kept.
fn report(
    options: &CompileOptions,
    seconds: &BTreeMap<&str, f64>,
    each: &BTreeMap<&str, f64>,
    lines: &BTreeMap<&str, usize>,
) -> (String, bool) {
    let of = |name: &str| seconds.get(name).copied().unwrap_or(f64::NAN);
    let yardstick = |style: Style| match style {
        Style::Positional => of("plain positional"),
        Style::Builder => of("plain builder"),
    };
    let mut out = String::new();
    let _ = writeln!(
        out,
        "cargo check of {}, dependencies built, median of {} alternating runs; one tag: {}\n",
        options.api, options.runs, options.tag
    );
    let _ = writeln!(
        out,
        "{:<17} {:>8} {:>14} {:>11} {:>8}",
        "", "seconds", "of positional", "of builder", "lines"
    );
    for name in ["plain positional", "plain builder", ALL, ONE] {
        let lines = lines.get(name).map(ToString::to_string).unwrap_or_default();
        let (positional, builder) = (
            of(name) / yardstick(Style::Positional),
            of(name) / yardstick(Style::Builder),
        );
        let _ = writeln!(
            out,
            "{name:<17} {:>8.2} {positional:>14.2} {builder:>11.2} {lines:>8}",
            of(name)
        );
    }
    let typical = median(each.values().copied().collect());
    let largest = each
        .iter()
        .max_by(|a, b| a.1.total_cmp(b.1))
        .map_or(("", f64::NAN), |(tag, time)| (*tag, *time));
    let positional = yardstick(Style::Positional);
    let _ = writeln!(
        out,
        "\neach of the {} tags alone: median {typical:.2} s ({:.2} of positional), largest {:.2} s ({:.2}, {})\n",
        each.len(),
        typical / positional,
        largest.1,
        largest.1 / positional,
        largest.0
    );
    let mut kept = true;
    for (promise, case, style, most, aim) in PROMISES {
        let ratio = of(case) / yardstick(style);
        let verdict = match ratio {
            ratio if ratio <= aim => "kept, and the aim too",
            ratio if ratio <= most => "kept",
            _ => "MISSED",
        };
        kept &= ratio <= most;
        let _ = writeln!(
            out,
            "{promise:<22} {ratio:.2}, at most {most:.2} (aim {aim:.2}): {verdict}"
        );
    }
    (out, kept)
}

/// The crate's tags: the features that are on by default.
fn tags(workspace: &Workspace, name: &str) -> Result<Vec<String>, CommandFailure> {
    let path = format!("crates/{name}/Cargo.toml");
    let manifest = workspace
        .read(&path)
        .map_err(|failure| failure.help(format!("run `cargo xtask regen {name}`")))?;
    let manifest: toml::Table = toml::from_str(&manifest).map_err(|error| {
        CommandFailure::new(format!("the manifest is not TOML: {}", error.message())).at(path.as_str())
    })?;
    let tags = listed(&manifest);
    if tags.is_empty() {
        return Err(CommandFailure::new("the feature `tags` is missing or empty")
            .at(path)
            .help(format!("run `cargo xtask regen {name}`")));
    }
    Ok(tags)
}

/// The tags that a manifest lists in its feature `tags`.
fn listed(manifest: &toml::Table) -> Vec<String> {
    let tags = manifest
        .get("features")
        .and_then(|features| features.get("tags")?.as_array());
    let tags = tags.into_iter().flatten();
    tags.filter_map(|tag| tag.as_str().map(str::to_string)).collect()
}

/// How many lines the Rust files in `folder` and below have.
fn rust_lines(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| {
            let path = entry.path();
            if path.is_dir() {
                rust_lines(&path)
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                std::fs::read_to_string(&path).map_or(0, |text| text.lines().count())
            } else {
                0
            }
        })
        .sum()
}

fn say(what: &str) {
    eprintln!("bench compile: {what}");
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn test_tags_are_those_of_the_committed_manifests() {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/sevensignal-v2/Cargo.toml");
        let manifest = std::fs::read_to_string(manifest).unwrap();
        let manifest: toml::Table = manifest.parse().unwrap();
        let tags = listed(&manifest);
        assert!(tags.iter().any(|tag| tag == "access-points"), "{tags:?}");
        assert!(!tags.iter().any(|tag| tag == "gzip"), "{tags:?}");
    }
}
