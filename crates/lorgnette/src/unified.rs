//! Unified diffs, as `git apply` reads them.

use diffy::DiffOptions;

/// The diff between two texts, with a name for each.
pub fn diff((before, old): (&str, &str), (after, new): (&str, &str)) -> String {
    let mut options = DiffOptions::new();
    options
        .set_original_filename(before.to_owned())
        .set_modified_filename(after.to_owned());
    options.create_patch(old, new).to_string()
}
