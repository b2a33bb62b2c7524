//! Generates the crates in `crates/`, and the calls that test them, from the contracts in `specs/`.
//!
//! Each API is processed independently: read, generate, compare with the crate on disk, then write
//! or show. If one fails, the failure is reported and its crate left unchanged, and the others
//! continue. The modules below contain the steps.

pub mod check;
pub mod outcome;
mod report;
mod requirements;
mod seen;
pub mod source;
mod swap;
pub mod tree;

use crate::digest::digest;
use crate::failure::CommandFailure;
use crate::workspace::{self, CATALOGUE, Workspace};
use lorgnette_codegen::catalogue::{Catalogue, Entry};
use lorgnette_codegen::diagnostics;
use lorgnette_codegen::pipeline::{Generated, Input};
use lorgnette_codegen::text::{LONG, line};
use outcome::{Made, RegenOutcome};
use report::RegenProgress;
use std::fmt::Write;
use std::fs::{File, TryLockError};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Instant;
use tree::{Changes, FolderKind, Home, Tree};

/// Which crates to generate.
#[derive(Debug, Default)]
pub struct RegenOptions {
    /// The APIs, as the catalogue names them; by default, all of them.
    pub apis: Vec<String>,
    /// Write nothing; print a unified diff of what would change, and exit with 1 if there is any.
    pub check: bool,
}

impl RegenOptions {
    /// The selection of one API's crate, to be written.
    pub fn only(api: &str) -> Self {
        Self {
            apis: vec![api.to_string()],
            check: false,
        }
    }
}

/// The generator, as a function that tests can replace.
pub type Generator = fn(&Input<'_>) -> diagnostics::Result<Generated>;

/// The messages of a run, and whether it failed.
struct Said {
    output: String,
    errors: String,
    failed: bool,
}

/// Regenerates or checks the crates.
///
/// # Errors
///
/// When the catalogue cannot be read or has no API of a given name. Failures of single APIs are
/// printed, and the exit status is 1.
pub fn run(
    workspace: &Workspace,
    options: &RegenOptions,
    generator: Generator,
) -> Result<ExitCode, CommandFailure> {
    let said = regen(workspace, options, generator)?;
    workspace::print(&said.output);
    eprint!("{}", said.errors);
    Ok(if said.failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn regen(
    workspace: &Workspace,
    options: &RegenOptions,
    generator: Generator,
) -> Result<Said, CommandFailure> {
    let started = Instant::now();
    let catalogue = workspace.catalogue()?;
    let apis = chosen(&catalogue, &options.apis)?;
    let lock = if options.check {
        None
    } else {
        Some(lock(workspace)?)
    };
    if lock.is_some() {
        swap::recover(workspace);
    }

    let progress = RegenProgress::new(apis.len());
    let outcomes = all(workspace, &apis, options.check, generator, &progress);
    progress.finish();

    let mut said = Said {
        output: String::new(),
        errors: String::new(),
        failed: false,
    };
    let mut fail = |errors: &mut String, name: &str, failure: &CommandFailure| {
        let _ = writeln!(errors, "{name}: {failure}");
        said.failed = true;
    };
    let mut changed = false;
    let mut versions = Vec::new();
    for outcome in &outcomes {
        match &outcome.result {
            Ok(made) => {
                said.output.push_str(&made.diff);
                changed |= made.changes > 0;
                versions.push((outcome.name.as_str(), made.version.as_str()));
            }
            Err(failure) => fail(&mut said.errors, &outcome.name, failure),
        }
    }
    match requirements::bring_up(workspace, &versions, options.check) {
        Ok(diff) => {
            changed |= !diff.is_empty();
            said.output.push_str(&diff);
        }
        Err(failure) => fail(&mut said.errors, "Cargo.toml", &failure),
    }
    said.output
        .push_str(&report::summary(&outcomes, options.check, started.elapsed()));
    for folder in tree::left_over(workspace, &catalogue) {
        let failure =
            CommandFailure::new("the folder was generated, but its API is no longer in the catalogue")
                .at(folder.as_str())
                .help(format!(
                    "remove the folder, or put the entry back into {CATALOGUE}"
                ));
        fail(&mut said.errors, &folder, &failure);
    }
    for (api, overlay) in tree::unnamed_overlays(workspace, &catalogue) {
        let failure = CommandFailure::new(format!(
            "the entry of {api:?} does not name this overlay, so nothing applies it"
        ))
        .at(overlay.as_str())
        .help(format!(
            "add `overlay = \"overlay.yaml\"` to the entry in {CATALOGUE}, or remove the file"
        ));
        fail(&mut said.errors, &api, &failure);
    }
    if options.check && changed {
        let failure = CommandFailure::new("the crates on disk differ from those that specs/ gives").help(
            format!("run `{}`, and commit the result", workspace.command("generate")),
        );
        fail(&mut said.errors, "crates", &failure);
    }
    Ok(said)
}

/// Locks out other processes that write the same crates, until the file is dropped.
///
/// # Errors
///
/// When another process holds the lock.
pub fn lock(workspace: &Workspace) -> Result<File, CommandFailure> {
    let path = lock_file(workspace);
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path);
    let file = file.map_err(|error| CommandFailure::io("open", &path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(CommandFailure::new("another `regen` is writing these crates")
            .at("crates")
            .help("wait until it has ended, and run the command again")),
        Err(TryLockError::Error(error)) => Err(CommandFailure::io("lock", &path, &error)),
    }
}

/// The lock file of a process that writes the workspace's crates. It lies outside the workspace, so
/// that a run leaves nothing in it that must not be committed.
pub fn lock_file(workspace: &Workspace) -> PathBuf {
    let root = workspace
        .root()
        .canonicalize()
        .unwrap_or_else(|_| workspace.root().to_path_buf());
    let name = digest(root.as_os_str().as_encoded_bytes());
    std::env::temp_dir().join(format!("lorgnette-regen-{}.lock", &name[..16]))
}

/// The entries called `names`, each once; all of them if no name is given.
fn chosen<'c>(catalogue: &'c Catalogue, names: &[String]) -> Result<Vec<&'c Entry>, CommandFailure> {
    let mut apis: Vec<&Entry> = Vec::new();
    for name in names {
        let api = catalogue.api(name);
        let api = api.map_err(|error| CommandFailure::of_generator(&error.in_file(CATALOGUE), ""))?;
        if !apis.iter().any(|chosen| chosen.name == api.name) {
            apis.push(api);
        }
    }
    if names.is_empty() {
        apis.extend(&catalogue.apis);
    }
    Ok(apis)
}

/// Processes all APIs, several at a time. The outcomes are in the order of `apis`.
fn all(
    workspace: &Workspace,
    apis: &[&Entry],
    check: bool,
    generator: Generator,
    progress: &RegenProgress,
) -> Vec<RegenOutcome> {
    // The longest contract comes first: started last, it would leave other threads idle.
    let mut order: Vec<usize> = (0..apis.len()).collect();
    order.sort_by_key(|&index| {
        let contract = workspace.path(&format!("specs/{}/{}", apis[index].name, apis[index].contract));
        std::cmp::Reverse(std::fs::metadata(contract).map_or(0, |data| data.len()))
    });
    let threads = std::thread::available_parallelism()
        .map_or(2, std::num::NonZero::get)
        .min(apis.len());
    let next = AtomicUsize::new(0);
    let work = &|sender: mpsc::Sender<(usize, RegenOutcome)>| {
        while let Some(&index) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            let started = Instant::now();
            let result = one(workspace, apis[index], check, generator);
            let outcome = RegenOutcome {
                name: apis[index].name.clone(),
                time: started.elapsed(),
                result,
            };
            if sender.send((index, outcome)).is_err() {
                break;
            }
        }
    };

    let mut outcomes: Vec<(usize, RegenOutcome)> = Vec::with_capacity(apis.len());
    source::quiet_panics();
    std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        let spawn = |sender: mpsc::Sender<_>| {
            let builder = std::thread::Builder::new()
                .name(source::THREAD.to_string())
                .stack_size(source::STACK);
            builder.spawn_scoped(scope, move || work(sender)).is_ok()
        };
        let spawned = (0..threads).filter(|_| spawn(sender.clone())).count();
        if spawned == 0 {
            work(sender.clone());
        }
        drop(sender);
        for (index, outcome) in receiver {
            progress.done(&outcome.name, outcome.time, outcome.result.is_ok());
            outcomes.push((index, outcome));
        }
    });
    outcomes.sort_by_key(|(index, _)| *index);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

/// The workspace's licence files, of which each published crate contains a copy.
///
/// # Errors
///
/// When one cannot be read.
pub fn licences(workspace: &Workspace) -> Result<Vec<(String, String)>, CommandFailure> {
    let root = workspace.root();
    let entries = std::fs::read_dir(root).map_err(|error| CommandFailure::io("read", root, &error))?;
    let names = entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok());
    let licences = names.filter(|name| name.starts_with("LICENSE"));
    licences
        .map(|name| workspace.read(&name).map(|text| (name, text)))
        .collect()
}

/// Processes one API: read, generate, compare, write.
///
/// # Errors
///
/// When one of the steps fails; the crate on disk is unchanged then.
pub fn one(
    workspace: &Workspace,
    api: &Entry,
    check: bool,
    generator: Generator,
) -> Result<Made, CommandFailure> {
    let folder = format!("specs/{}", api.name);
    let read = |home: Home| Tree::read(workspace, &home, &api.name).map(|tree| (home, tree));
    let homes: Vec<(Home, Tree)> = Home::all(&api.project)
        .into_iter()
        .map(read)
        .collect::<Result<_, CommandFailure>>()?;
    let input = source::input(workspace, api)?;
    let licences = licences(workspace)?;
    // A check always generates, since others rely on its result.
    let state = (!check).then(|| seen::State::of(workspace, &input, &homes, &licences));
    let state = state.flatten();
    if let Some(made) = state.as_ref().and_then(seen::State::known) {
        return Ok(made);
    }
    // The engine panics on unexpected input. The generator catches panics; if it misses one, the
    // other APIs continue.
    let mut generated = catch_unwind(AssertUnwindSafe(|| generator(&input)))
        .map_err(|_| {
            CommandFailure::new(format!("the generator panicked: {}", source::last_panic()))
                .at(folder.as_str())
                .help("this is a mistake in codegen/, not in the contract")
        })?
        .map_err(|error| CommandFailure::of_generator(&error, &folder))?;
    generated.files.extend(licences);
    let mut made = Made {
        summary: generated.summary,
        changes: 0,
        version: generated.version,
        diff: String::new(),
        left_out: generated
            .left_out
            .iter()
            .map(|left| line(&format!("{}: {}", left.pointer, left.error.message), LONG))
            .collect(),
    };
    for (home, existing) in homes {
        let files = match home.kind {
            FolderKind::Crate => &generated.files,
            FolderKind::Calls => &generated.calls,
        };
        let changes = Changes::between(&existing, files);
        if check {
            made.diff
                .push_str(&check::diff(&format!("{}/", home.path(&api.name)), &changes));
        } else if !changes.is_empty() {
            swap::replace(workspace, &home.path(&api.name), &existing, files)?;
        }
        made.changes += changes.len();
    }
    if let Some(state) = state.filter(|_| made.changes == 0) {
        state.remember(&made);
    }
    Ok(made)
}

#[cfg(test)]
mod tests;
