//! The changelog of a generated crate: one section is kept up to date between releases, everything
//! else is written by hand.
//!
//! The section stands between two marks, so that writing it again gives the same text.

/// The line before the section; the command that keeps it goes in the middle.
const BEGIN: [&str; 2] = ["<!-- kept by `", "` until the release: begin -->"];
/// The line after the section.
const END: &str = "<!-- end -->";
/// The heading of the section between the marks.
pub(super) const PENDING: &str = " (not released)";

/// `existing` with `section` in place: between the marks, or before the first release. Without a
/// section, the marks are removed, too. `command` is the command that keeps the section.
pub fn with_section(existing: Option<&str>, name: &str, section: Option<&str>, command: &str) -> String {
    let text = existing.map_or_else(
        || {
            format!(
                "# Changelog of {name}\n\n\
                 What changed for programs that use this crate. The part between the marks, if there is one, is what has changed since\n\
                 the last release; all else is written by hand.\n"
            )
        },
        ToString::to_string,
    );
    let (before, after) = around(&text);
    let Some(section) = section else {
        return match line_of(&text, is_begin) {
            Some(_) => joined(&[before, after]),
            // Hand-written text is kept byte for byte.
            None => text,
        };
    };
    let [begin, end] = BEGIN;
    let section = section.trim();
    joined(&[before, &format!("{begin}{command}{end}\n{section}\n{END}"), after])
}

/// The changelog of a released crate: the section becomes permanent.
pub fn released(text: &str) -> String {
    let mut inside = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        match line {
            _ if is_begin(line) => inside = true,
            END if inside => inside = false,
            _ if inside && line.starts_with("## ") => lines.push(line.trim_end_matches(PENDING)),
            _ => lines.push(line),
        }
    }
    format!("{}\n", lines.join("\n"))
}

/// The text before and after the section.
fn around(text: &str) -> (&str, &str) {
    if let Some((before, rest)) = line_of(text, is_begin)
        && let Some((_, after)) = line_of(rest, |line| line == END)
    {
        return (before, after);
    }
    let first_release = text.match_indices("\n## ").next().map(|(index, _)| index + 1);
    text.split_at(first_release.unwrap_or(text.len()))
}

/// Whether a line is the mark before the section, with any command.
fn is_begin(line: &str) -> bool {
    let [begin, end] = BEGIN;
    let command = line.strip_prefix(begin).and_then(|rest| rest.strip_suffix(end));
    command.is_some_and(|command| !command.contains('`'))
}

/// The text before and after the mark's line only: the changes may contain the mark.
fn line_of(text: &str, is_mark: impl Fn(&str) -> bool) -> Option<(&str, &str)> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\r', '\n']);
        if is_mark(content) {
            return Some((&text[..at], &text[at + content.len()..]));
        }
        at += line.len();
    }
    None
}

/// Parts with one blank line between them, and a newline after the last.
fn joined(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts
        .iter()
        .map(|part| part.trim_matches('\n'))
        .filter(|part| !part.is_empty())
        .collect();
    format!("{}\n", parts.join("\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGIN: &str = "<!-- kept by `make crates` until the release: begin -->";

    fn with_section(existing: Option<&str>, name: &str, section: Option<&str>) -> String {
        super::with_section(existing, name, section, "make crates")
    }

    const BY_HAND: &str = "# Changelog\n\nOurs.\n\n## 0.1.0\n\nThe first.\n";

    #[test]
    fn test_section_goes_before_the_last_release_and_comes_out_again() {
        let with = with_section(Some(BY_HAND), "a", Some("## 0.2.0 (not released)\n\n- more\n"));
        let expected = format!(
            "# Changelog\n\nOurs.\n\n{BEGIN}\n## 0.2.0 (not released)\n\n- more\n{END}\n\n## 0.1.0\n\nThe first.\n"
        );
        assert_eq!(with, expected);
        assert_eq!(with_section(Some(&with), "a", None), BY_HAND);
    }

    #[test]
    fn test_section_of_another_command_is_replaced() {
        let other = super::with_section(Some(BY_HAND), "a", Some("## 0.1.1"), "cargo make");
        let expected = with_section(Some(BY_HAND), "a", Some("## 0.2.0"));
        assert_eq!(with_section(Some(&other), "a", Some("## 0.2.0")), expected);
    }

    #[test]
    fn test_section_written_again_changes_nothing() {
        for existing in [None, Some(BY_HAND), Some(""), Some("no end of line")] {
            let once = with_section(existing, "a", Some("## 0.2.0\n\n- more"));
            assert_eq!(with_section(Some(&once), "a", Some("## 0.2.0\n\n- more")), once);
            let other = with_section(Some(&once), "a", Some("## 0.1.1"));
            assert_eq!(with_section(Some(&other), "a", Some("## 0.2.0\n\n- more")), once);
        }
    }

    #[test]
    fn test_section_that_names_its_own_marks_is_replaced_as_a_whole() {
        let section = format!("## 0.2.0\n\n- `{END}` and `{BEGIN}`\n- more");
        let once = with_section(Some(BY_HAND), "a", Some(&section));
        assert_eq!(with_section(Some(&once), "a", Some(&section)), once);
        assert_eq!(with_section(Some(&once), "a", None), BY_HAND);
    }

    #[test]
    fn test_changelog_by_hand_keeps_every_byte_where_there_is_no_section() {
        let text = "# Changelog\r\n\n\n\n## 0.1.0";
        assert_eq!(with_section(Some(text), "a", None), text);
    }

    #[test]
    fn test_released_keeps_the_section_without_its_marks() {
        let with = with_section(Some(BY_HAND), "a", Some(&format!("## 0.2.0{PENDING}\n\n- more")));
        let expected = "# Changelog\n\nOurs.\n\n## 0.2.0\n\n- more\n\n## 0.1.0\n\nThe first.\n";
        assert_eq!(released(&with), expected);
        assert_eq!(released(expected), expected);
    }
}
