//! The parts of a contract that are neither in its crate nor in the crate's notes.

use super::row::Finding;
use lorgnette_accounting::account::{self, Note};
use lorgnette_accounting::declared::{Declared, Documents};
use lorgnette_accounting::surface::Surface;
use lorgnette_codegen::load::Files;
use lorgnette_codegen::pipeline::Generated;
use std::collections::BTreeMap;

/// The findings of a contract.
///
/// # Errors
///
/// When the contract or the source of the crate cannot be read.
pub fn findings(contract: &str, files: &Files, generated: &Generated) -> Result<Vec<Finding>, String> {
    let texts = files.iter().map(|(name, text)| (name.clone(), text.clone()));
    let documents = Documents::parse(&texts.collect(), contract)?;
    let surface = surface(generated)?;
    let note = |note: &lorgnette_codegen::diagnostics::Note| Note {
        places: std::iter::once(&note.pointer)
            .chain(&note.more)
            .cloned()
            .collect(),
        text: format!("{} {}", note.what, note.why),
    };
    let notes: Vec<Note> = generated.notes.iter().map(note).collect();
    let findings = account::account(&Declared::of(&documents), &surface, &notes);
    let finding = |finding: account::Finding| Finding {
        kind: finding.kind.to_string(),
        pointer: finding.pointer,
        what: finding.what,
    };
    Ok(findings.into_iter().map(finding).collect())
}

/// The surface of a crate, read from its source.
///
/// # Errors
///
/// When the source does not have the form of a generated crate.
pub fn surface(generated: &Generated) -> Result<Surface, String> {
    let files = generated.files.iter();
    let source =
        files.filter_map(|(path, text)| Some((path.strip_prefix("src/")?.to_string(), text.clone())));
    Surface::parse(&source.collect::<BTreeMap<_, _>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use lorgnette::regen::source;
    use lorgnette::workspace::Workspace;
    use lorgnette_codegen::pipeline;

    /// The crate's omissions are in its notes, even for an API that no other test covers yet.
    #[test]
    fn test_nothing_is_lost_of_any_api_in_the_catalogue() -> Result<(), Box<dyn std::error::Error>> {
        let workspace = Workspace::find(None)?;
        let mut lost = Vec::new();
        for api in &workspace.catalogue()?.apis {
            let input = source::input(&workspace, api)?;
            let generated = source::on_large_stack(&api.name, || pipeline::generate(&input))??;
            let repaired = pipeline::contract(&input)?.to_string();
            let files = Files::from([(api.contract.clone(), repaired)]);
            let findings = findings(&api.contract, &files, &generated)?;
            lost.extend(
                findings
                    .into_iter()
                    .map(|finding| format!("{}: {} {}", api.name, finding.pointer, finding.what)),
            );
        }
        assert!(lost.is_empty(), "{}", lost.join("\n"));
        Ok(())
    }
}
