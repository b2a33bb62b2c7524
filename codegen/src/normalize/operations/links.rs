//! Drops the links of responses, which callers do not need.
//!
//! Before:
//! ```yaml
//! paths: { /lamps: { post: { responses: { "200": { links: {...} } } } } }
//! ```
//! After:
//! ```yaml
//! paths: { /lamps: { post: { responses: { "200": {} } } } }
//! ```

use super::places::for_each_response;
use crate::diagnostics::Notes;
use crate::document::{Document, for_each_operation};

/// Runs the pass.
pub fn apply(document: &mut Document, _: &mut Notes) {
    for_each_operation(document, |at, _, _, operation| {
        for_each_response(at, operation, |_, _, response| {
            response.shift_remove("links");
        });
    });
}

#[cfg(test)]
mod tests {
    use super::super::testing::run_infallible;
    use super::*;
    use serde_json::json;

    #[test]
    fn test_links_leave_without_a_note() {
        let (document, notes) = run_infallible(
            apply,
            json!({"paths": {"/lamps": {"get": {"responses": {"200": {"links": {"next": {}}}}}}}}),
        );
        assert_eq!(document["paths"]["/lamps"]["get"]["responses"]["200"], json!({}));
        assert!(notes.is_empty());
    }
}
