//! `regen --check`: shows what would change, as a unified diff that `git apply` understands.

use super::tree::{Changes, FileChange};
use crate::unified;
use std::fmt::Write;

/// The diff of changes in `folder`, which is empty or ends with a slash. The diff is empty if
/// nothing changes.
pub fn diff(folder: &str, changes: &Changes) -> String {
    let mut out = String::new();
    for (path, change) in &changes.0 {
        let path = format!("{folder}{path}");
        let (before, after) = (format!("a/{path}"), format!("b/{path}"));
        let _ = writeln!(out, "diff --git {before} {after}");
        match change {
            FileChange::New(new) => {
                out.push_str("new file mode 100644\n");
                unified(&mut out, b"", new.as_bytes(), "/dev/null", &after);
            }
            FileChange::Changed(old, new) => unified(&mut out, old, new.as_bytes(), &before, &after),
            FileChange::Stale(old) => {
                out.push_str("deleted file mode 100644\n");
                unified(&mut out, old, b"", &before, "/dev/null");
            }
        }
    }
    out
}

fn unified(out: &mut String, old: &[u8], new: &[u8], before: &str, after: &str) {
    let (Ok(old), Ok(new)) = (str::from_utf8(old), str::from_utf8(new)) else {
        let _ = writeln!(out, "Binary files {before} and {after} differ");
        return;
    };
    out.push_str(&unified::diff((before, old), (after, new)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn test_diff_shows_changed_new_and_stale_files() {
        let changes = Changes(BTreeMap::from([
            (
                "a.rs".to_string(),
                FileChange::Changed(b"one\ntwo\n".to_vec(), "one\n2\n".to_string()),
            ),
            ("b.rs".to_string(), FileChange::New("fresh\n".to_string())),
            ("c.rs".to_string(), FileChange::Stale(b"gone\n".to_vec())),
        ]));
        let expected = "\
diff --git a/crates/x/a.rs b/crates/x/a.rs
--- a/crates/x/a.rs
+++ b/crates/x/a.rs
@@ -1,2 +1,2 @@
 one
-two
+2
diff --git a/crates/x/b.rs b/crates/x/b.rs
new file mode 100644
--- /dev/null
+++ b/crates/x/b.rs
@@ -0,0 +1 @@
+fresh
diff --git a/crates/x/c.rs b/crates/x/c.rs
deleted file mode 100644
--- a/crates/x/c.rs
+++ /dev/null
@@ -1 +0,0 @@
-gone
";
        assert_eq!(diff("crates/x/", &changes), expected);
    }

    #[test]
    fn test_diff_of_nothing_is_empty() {
        assert_eq!(diff("crates/x/", &Changes::default()), "");
    }
}
