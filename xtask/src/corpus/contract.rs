//! `cargo xtask corpus-contract`: generates one contract in this process.
//!
//! `corpus` starts it for each contract. The outcome goes to standard output as one JSON object.

use super::row::{Omission, Row, Status};
use super::{account, cases};
use lorgnette::failure::CommandFailure;
use lorgnette::files;
use lorgnette::regen::source;
use lorgnette::workspace;
use lorgnette_codegen::catalogue::Catalogue;
use lorgnette_codegen::diff::History;
use lorgnette_codegen::load::Files;
use lorgnette_codegen::pipeline::{self, Generated, Input};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The contract to generate from.
#[derive(clap::Args)]
pub struct ContractOptions {
    /// The folder of the contracts; files outside it are not read.
    folder: PathBuf,
    /// The file of the contract inside it.
    file: String,
    /// The name of the crate.
    #[arg(long)]
    name: String,
    /// Where to write the crate; nowhere if not given.
    #[arg(long)]
    output: Option<PathBuf>,
    /// Compare the contract with the crate and its notes.
    #[arg(long)]
    account: bool,
    /// Write a program beside the crate that reads and writes the contract's own examples.
    #[arg(long, requires = "output")]
    examples: bool,
    /// How much memory the process may take, in bytes.
    #[arg(long)]
    memory: u64,
}

/// Generates a crate from the contract and prints the outcome.
///
/// # Errors
///
/// When the process cannot be limited, or a file cannot be read or written.
pub fn run(options: &ContractOptions) -> Result<ExitCode, CommandFailure> {
    limit_memory(options.memory)?;
    source::quiet_panics();
    let path = options.folder.join(&options.file);
    let text = read(&path).map_err(|error| CommandFailure::io("read", &path, &error))?;
    let (folder, file, name) = (options.folder.clone(), options.file.clone(), options.name.clone());
    let (account, examples) = (options.account, options.examples);
    let output = options.output.clone();
    let thread = std::thread::Builder::new()
        .name(source::THREAD.to_string())
        .stack_size(256 << 20)
        .spawn(move || {
            let files = files::referred_to(&folder, &file, &text);
            let files = files.unwrap_or_else(|| Files::from([(file.clone(), text)]));
            let kept = (account || examples).then(|| files.clone());
            let (mut row, generated) = generate(&name, &file, files)?;
            if let (Some(files), true) = (&kept, account) {
                row.findings = account::findings(&file, files, &generated)
                    .map_err(|error| Box::new(Row::failed("account", "", error)))?;
            }
            if let (Some(files), Some(output), true) = (&kept, &output, examples) {
                row.examples = cases::write(&folder, &file, files, &generated, output, &name)
                    .map_err(|error| Box::new(Row::failed("examples", "", error)))?;
            }
            Ok::<_, Box<Row>>((row, generated))
        })
        .map_err(|error| CommandFailure::new(format!("cannot start a thread: {error}")))?;
    let row = match thread.join() {
        Ok(Ok((row, generated))) => {
            if let Some(output) = &options.output {
                write(output, &generated)?;
            }
            row
        }
        Ok(Err(row)) => *row,
        Err(payload) => {
            let message = payload.downcast_ref::<String>().cloned();
            let message = message.or_else(|| payload.downcast_ref::<&str>().map(ToString::to_string));
            let message = message.unwrap_or_default();
            Row::failed("panic", "", format!("the generator panicked: {message}"))
        }
    };
    let text = serde_json::to_string(&row).map_err(|error| CommandFailure::new(error.to_string()))?;
    workspace::print(&text);
    Ok(ExitCode::SUCCESS)
}

/// Only Unix supports this; elsewhere the time limit must suffice.
fn limit_memory(bytes: u64) -> Result<(), CommandFailure> {
    #[cfg(unix)]
    rlimit::setrlimit(rlimit::Resource::AS, bytes, bytes)
        .map_err(|error| CommandFailure::new(format!("cannot limit the memory of this process: {error}")))?;
    #[cfg(not(unix))]
    let _ = bytes;
    Ok(())
}

fn read(path: &Path) -> std::io::Result<String> {
    let bytes = std::fs::read(path)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn generate(name: &str, contract: &str, files: Files) -> Result<(Row, Generated), Box<Row>> {
    let catalogue = format!(
        "[project]\ninherit = true\n\n[[api]]\nname = {name:?}\ntitle = {name:?}\nvendor = {name:?}\ncontract = {contract:?}\n\
         documentation = \"https://docs.example.com\"\nsource = \"https://api.example.com/openapi.json\"\n\
         authentication = \"as its documentation says\"\n"
    );
    let failed = |error: lorgnette_codegen::diagnostics::Error| {
        Box::new(Row::failed(
            &error.station.to_string(),
            &error.pointer,
            error.message,
        ))
    };
    let catalogue = Catalogue::parse(&catalogue).map_err(failed)?;
    let api = catalogue.api(name).map_err(failed)?;
    let input = Input {
        api,
        contract: files,
        overlay: None,
        history: History::default(),
    };
    let generated = pipeline::generate_crate(&input).map_err(failed)?;
    let omitted: Vec<Omission> = generated
        .notes
        .iter()
        .filter(|note| note.omits)
        .map(|note| Omission {
            pointer: note.pointer.clone(),
            what: note.what.clone(),
            why: note.why.to_string(),
        })
        .collect();
    let status = if omitted.is_empty() {
        Status::Generated
    } else {
        Status::GeneratedWithOmissions
    };
    let row = Row {
        status,
        omitted,
        lines: generated.summary.lines,
        largest: generated.summary.largest,
        declared: generated.summary.declared,
        operations: generated.summary.operations,
        ..Row::default()
    };
    Ok((row, generated))
}

fn write(output: &Path, generated: &Generated) -> Result<(), CommandFailure> {
    for (path, text) in &generated.files {
        let path = path
            .split('/')
            .fold(output.to_path_buf(), |folder, part| folder.join(part));
        let folder = path.parent().unwrap_or(output);
        std::fs::create_dir_all(folder).map_err(|error| CommandFailure::io("make", folder, &error))?;
        std::fs::write(&path, text).map_err(|error| CommandFailure::io("write", &path, &error))?;
    }
    Ok(())
}
