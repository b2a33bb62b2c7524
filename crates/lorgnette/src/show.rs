//! `lorgnette show`: prints the document or the typed model of an API after a stage of the
//! generator.

use crate::failure::CommandFailure;
use crate::regen::source;
use crate::unified;
use crate::workspace::{self, CATALOGUE, Workspace};
use lorgnette_codegen::pipeline::{self, Input};
use std::process::ExitCode;

/// Shows an API after a stage of the generator.
///
/// Before `lower`, the output is the document after the passes so far; from then on, it is the
/// typed model. Without `--after`, the stages are listed in their order.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lorgnette show lamps-v1                           list the stages
  lorgnette show lamps-v1 --after all_of            the document once compositions are merged
  lorgnette show lamps-v1 --after lower             the typed model
  lorgnette show lamps-v1 --after unions --diff     what the pass over unions changes")]
pub struct ShowOptions {
    /// The API, as specs/apis.toml names it.
    #[arg(value_name = "API")]
    api: String,
    /// The stage; a pass that runs twice is shown after its last run.
    #[arg(long, value_name = "PASS")]
    after: Option<String>,
    /// Show the changes of the stage instead of its output.
    #[arg(long, requires = "after")]
    diff: bool,
}

/// Prints the requested output.
///
/// # Errors
///
/// When a file cannot be read, there is no such API or stage, or a stage before it fails.
pub fn run(workspace: &Workspace, options: &ShowOptions) -> Result<ExitCode, CommandFailure> {
    let catalogue = workspace.catalogue()?;
    let api = catalogue.api(&options.api);
    let api = api.map_err(|error| CommandFailure::of_generator(&error.in_file(CATALOGUE), ""))?;
    let input = source::input(workspace, api)?;
    let folder = format!("specs/{}", api.name);
    let text = source::on_large_stack(&folder, || shown(&input, options))?;
    workspace::print(&text.map_err(|error| error.at(folder))?);
    Ok(ExitCode::SUCCESS)
}

fn shown(input: &Input<'_>, options: &ShowOptions) -> Result<String, CommandFailure> {
    let mut stages: Vec<String> = Vec::new();
    let outcome = pipeline::observe(input, &mut |passes, _| stages.push(passes.join(", ")));
    let Some(wanted) = &options.after else {
        outcome.map_err(|error| CommandFailure::of_generator(&error, ""))?;
        return Ok(stages.join("\n") + "\n");
    };
    let Some(last) = stages
        .iter()
        .rposition(|stage| stage.split(", ").any(|pass| pass == wanted))
    else {
        let failure = CommandFailure::new(format!("no stage {wanted:?} has run"));
        return Err(failure.help(format!("the stages are {}", stages.join(", "))));
    };
    // A stage after the requested one may fail, which is often why users run `show`.
    let (mut before, mut after, mut index) = (String::new(), String::new(), 0);
    let _ = pipeline::observe(input, &mut |_, left| {
        if index == last {
            after = left.to_text();
        } else if options.diff && index + 1 == last {
            before = left.to_text();
        }
        index += 1;
    });
    if !options.diff {
        return Ok(after);
    }
    Ok(unified::diff(("before", &before), (wanted, &after)))
}
