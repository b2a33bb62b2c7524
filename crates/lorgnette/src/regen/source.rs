//! Reads the generator's input from disk, and runs the generator safely.

use crate::failure::CommandFailure;
use crate::workspace::{CATALOGUE, Workspace};
use lorgnette_codegen::catalogue::Entry;
use lorgnette_codegen::diff::{History, RECORD};
use lorgnette_codegen::load::Files;
use lorgnette_codegen::pipeline::Input;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// Reads the input for generating `api`.
///
/// # Errors
///
/// When a file that the catalogue names is missing, or a file cannot be read.
pub fn input<'a>(workspace: &Workspace, api: &'a Entry) -> Result<Input<'a>, CommandFailure> {
    let folder = format!("specs/{}", api.name);
    let overlay = match &api.overlay {
        None => None,
        Some(file) => {
            let path = format!("{folder}/{file}");
            if !workspace.path(&path).is_file() {
                return Err(CommandFailure::new("the overlay is missing")
                    .at(path)
                    .help(format!(
                        "put it there, or take `overlay` out of the entry of {:?} in {CATALOGUE}",
                        api.name
                    )));
            }
            Some(workspace.read(&path)?)
        }
    };
    let contract = contract_files(&workspace.path(&folder), &folder, api.overlay.as_deref())?;
    if !contract.contains_key(&api.contract) {
        return Err(CommandFailure::new("the contract is missing")
            .at(format!("{folder}/{}", api.contract))
            .help(format!(
                "put it there, or correct `contract` in the entry of {:?} in {CATALOGUE}",
                api.name
            )));
    }
    Ok(Input {
        api,
        contract,
        overlay,
        history: history(workspace, &api.name)?,
    })
}

/// The JSON and YAML files in `folder` and below, by path inside it, except the one at `overlay`.
/// `shown` names the folder in failures. A missing folder has no files.
///
/// # Errors
///
/// When a file cannot be read or is not UTF-8.
pub fn contract_files(folder: &Path, shown: &str, overlay: Option<&str>) -> Result<Files, CommandFailure> {
    let mut files = Files::new();
    let mut folders = vec![(folder.to_path_buf(), String::new())];
    while let Some((path, prefix)) = folders.pop() {
        let failure = |error| CommandFailure::io("read", Path::new(&format!("{shown}/{prefix}")), &error);
        let entries = match std::fs::read_dir(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            entries => entries.map_err(failure)?,
        };
        for entry in entries {
            let entry = entry.map_err(failure)?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let inside = format!("{prefix}{name}");
            if entry.path().is_dir() {
                folders.push((entry.path(), format!("{inside}/")));
            } else if is_contract(&name) && overlay != Some(inside.as_str()) {
                let text = Workspace::at(folder.to_path_buf()).read(&inside);
                files.insert(
                    inside.clone(),
                    text.map_err(|failure| failure.at(format!("{shown}/{inside}")))?,
                );
            }
        }
    }
    Ok(files)
}

/// Whether a file of this name may be part of a contract.
pub fn is_contract(name: &str) -> bool {
    let extension = Path::new(name)
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default();
    ["json", "yaml", "yml"].contains(&extension)
}

/// The released surface of a crate, and its changelog.
///
/// # Errors
///
/// When one of the files exists but cannot be read.
pub fn history(workspace: &Workspace, name: &str) -> Result<History, CommandFailure> {
    let read = |path: String| {
        let there = workspace.path(&path).is_file();
        there.then(|| workspace.read(&path)).transpose()
    };
    Ok(History {
        released: read(format!("specs/{name}/{RECORD}"))?,
        changelog: read(format!("{}/CHANGELOG.md", workspace.crate_folder(name)))?,
    })
}

/// The name of the threads that run the generator.
pub const THREAD: &str = "regen";

/// The stack of the threads that run the generator. Contracts are nested, and the generator
/// recurses through them: a thread's usual 2 MiB would be the tightest of all limits.
pub const STACK: usize = 64 << 20;

thread_local! {
    static LAST_PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Keeps panics of the generator's threads off the terminal, since they are caught and reported
/// with the API that they belong to. Panics elsewhere are printed as before.
pub fn quiet_panics() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().name() == Some(THREAD) {
            let payload = panic.payload();
            let message = payload.downcast_ref::<&str>().copied();
            let message = message.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
            let at = panic
                .location()
                .map_or_else(String::new, |place| format!(" ({place})"));
            let text = format!("{}{at}", message.unwrap_or("without a message"));
            LAST_PANIC.with(|last| *last.borrow_mut() = text);
        } else {
            usual(panic);
        }
    }));
}

/// The message of this thread's last panic.
pub fn last_panic() -> String {
    LAST_PANIC.with(|last| last.borrow().clone())
}

/// Runs a part of the generator with a stack that is large enough for its recursion. `shown` names
/// the place in failures.
///
/// # Errors
///
/// When it panics, or no thread can be started.
pub fn on_large_stack<T: Send>(shown: &str, work: impl FnOnce() -> T + Send) -> Result<T, CommandFailure> {
    quiet_panics();
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new()
            .name(THREAD.to_string())
            .stack_size(STACK);
        let thread = builder.spawn_scoped(scope, || {
            catch_unwind(AssertUnwindSafe(work)).map_err(|_| last_panic())
        });
        let thread =
            thread.map_err(|error| CommandFailure::new(format!("cannot start a thread: {error}")))?;
        thread
            .join()
            .unwrap_or_else(|_| Err(String::new()))
            .map_err(|panic| {
                CommandFailure::new(format!("the generator panicked: {panic}"))
                    .at(shown)
                    .help("this is a mistake in codegen/, not in the contract")
            })
    })
}
