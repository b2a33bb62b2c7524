//! Builds the guides, with generated chapters: the list of references, and the changelogs.

use super::tools::Site;
use lorgnette::failure::CommandFailure;
use lorgnette_codegen::catalogue::Entry;
use std::ffi::OsString;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The variable that names the program.
const PROGRAM: &str = "MDBOOK";
/// The folder in which the book is assembled.
const BOOK: &str = "target/site-book";

/// Builds the book, and returns whether mdBook accepted it.
///
/// # Errors
///
/// When a file cannot be read or written, or mdBook cannot be started.
pub fn build(site: &Site<'_>, apis: &[Entry]) -> Result<bool, CommandFailure> {
    let folder = site.workspace.path(BOOK);
    let failure =
        |what: &'static str| move |error: std::io::Error| CommandFailure::io(what, Path::new(BOOK), &error);
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(failure("remove"))?;
    }
    copy(&site.workspace.path("book"), &folder).map_err(failure("write to"))?;
    let src = folder.join("src");
    let mut summary = site.workspace.read("book/src/SUMMARY.md")?;
    summary.push_str("\n# Reference\n\n- [Operations](reference.md)\n");
    fs::write(src.join("reference.md"), references(apis)).map_err(failure("write to"))?;
    summary.push_str("- [Changes](changes.md)\n");
    fs::write(src.join("changes.md"), changes(site, apis)?).map_err(failure("write to"))?;
    fs::create_dir_all(src.join("changes")).map_err(failure("write to"))?;
    for api in apis {
        let log = format!("{}/CHANGELOG.md", site.workspace.crate_folder(&api.name));
        fs::write(
            src.join(format!("changes/{}.md", api.name)),
            site.workspace.read(&log)?,
        )
        .map_err(failure("write to"))?;
        let _ = writeln!(summary, "  - [{0}](changes/{0}.md)", api.name);
    }
    fs::write(src.join("SUMMARY.md"), summary).map_err(failure("write to"))?;
    mdbook(site, &folder)
}

fn mdbook(site: &Site<'_>, folder: &Path) -> Result<bool, CommandFailure> {
    let program = std::env::var_os(PROGRAM).unwrap_or_else(|| OsString::from("mdbook"));
    let status = Command::new(&program)
        .arg("build")
        .arg(folder)
        .arg("--dest-dir")
        .arg(&site.out)
        .current_dir(site.workspace.root())
        .status();
    let status = status.map_err(|error| {
        CommandFailure::new(format!("cannot start {}: {error}", program.display())).help(format!(
            "install it with `cargo install --locked mdbook`, or name the program in the variable {PROGRAM}"
        ))
    })?;
    Ok(status.success())
}

/// The chapter that links to the references.
fn references(apis: &[Entry]) -> String {
    let mut text = "# Operations\n\nEvery operation of every API, as its contract and our overlay \
                    describe it, with samples in Rust, for the command line and for curl.\n\n\
                    | crate | API |\n|---|---|\n"
        .to_owned();
    for api in apis {
        let _ = writeln!(text, "| [{0}](reference/{0}.html) | {1} |", api.name, api.title);
    }
    text
}

/// The chapter that links to the changelogs, and if both exist, to the comparison of our
/// description with the vendor's document.
fn changes(site: &Site<'_>, apis: &[Entry]) -> Result<String, CommandFailure> {
    let mut text = "# Changes\n\nWhat has changed for callers of each crate, by release, and what \
                    each step breaks.\n\n| crate | contract |\n|---|---|\n"
        .to_owned();
    for api in apis {
        let whose = match api.is_described() {
            true => "a description of ours",
            false => "the vendor's",
        };
        let _ = writeln!(text, "| [{0}](changes/{0}.md) | {whose} |", api.name);
    }
    for api in apis {
        let vendor = format!("specs/{}/vendor.json", api.name);
        if site.workspace.path(&vendor).is_file() {
            let compared = lorgnette::compare::markdown(site.workspace, api)?;
            let _ = write!(
                text,
                "\n## {} against the vendor's document\n\n{compared}",
                api.name
            );
        }
    }
    Ok(text)
}

/// Copies a folder.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else if target.extension().is_some_and(|extension| extension == "md") {
            // The includes of this file are one folder further away.
            let text = fs::read_to_string(entry.path())?;
            fs::write(target, text.replace("{{#include ../", "{{#include ../../"))?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
