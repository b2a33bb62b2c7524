//! Shows a comparison as text, Markdown, JSON or HTML.

use super::differences::{Alone, Comparison, Count, Difference, Differing};
use crate::failure::CommandFailure;
use lorgnette_codegen::text::{Markdown, line, visible};
use std::fmt::Write;

/// How a comparison is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ComparisonFormat {
    /// Lines for a terminal.
    Text,
    /// For a pull request.
    Markdown,
    /// For programs.
    Json,
    /// A self-contained page.
    Html,
}

/// Shows a comparison.
///
/// # Errors
///
/// When the comparison cannot be written as JSON.
pub fn render(comparison: &Comparison, format: ComparisonFormat) -> Result<String, CommandFailure> {
    let mut text = String::new();
    match format {
        ComparisonFormat::Text => write(comparison, &Plain, &mut text),
        ComparisonFormat::Markdown => write(comparison, &Marked, &mut text),
        ComparisonFormat::Html => {
            let _ = writeln!(
                text,
                "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">\
                 <meta name=\"viewport\" content=\"width=device-width\">\
                 <title>{}: the vendor's contract and our description</title>\n<style>{STYLE}</style></head>\n<body><main>",
                html(&comparison.api)
            );
            write(comparison, &Html, &mut text);
            text.push_str("</main></body>\n</html>\n");
        }
        ComparisonFormat::Json => {
            text = serde_json::to_string_pretty(comparison).map_err(|error| {
                CommandFailure::new(format!("the comparison cannot be written as JSON: {error}"))
            })?;
            text.push('\n');
        }
    }
    Ok(text)
}

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1a1a1a;background:#fff}\
    table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{border:1px solid #bbb;padding:.3rem .6rem;text-align:left;vertical-align:top}\
    code{font-family:ui-monospace,monospace;overflow-wrap:anywhere}";

/// How one medium writes headings and tables.
trait Medium {
    fn heading(&self, level: usize, text: &str, out: &mut String);
    fn paragraph(&self, text: &str, out: &mut String);
    fn table(&self, head: &[&str], rows: &[Vec<String>], out: &mut String);
}

fn write(comparison: &Comparison, medium: &impl Medium, out: &mut String) {
    let api = &comparison.api;
    medium.heading(
        1,
        &format!("{api}: the vendor's contract and our description"),
        out,
    );
    let figures = &comparison.figures;
    let mut rows = vec![row("operations", figures.operations)];
    for (confidence, count) in &figures.by_confidence {
        rows.push(row(&format!("operations, confidence {confidence}"), *count));
    }
    rows.push(row("parameters of shared operations", figures.parameters));
    rows.push(row("bodies and responses of shared operations", figures.bodies));
    rows.push(row("members and values of shared types", figures.members));
    medium.table(
        &["", "ours", "confirmed", "share", "only the vendor's"],
        &rows,
        out,
    );

    alone(
        "Only in the vendor's contract",
        &comparison.only_theirs,
        medium,
        out,
    );
    alone("Only in our description", &comparison.only_ours, medium, out);
    differing("Operations that differ", &comparison.operations, medium, out);
    differing("Types that differ", &comparison.types, medium, out);
    if !comparison.undecided.is_empty() {
        medium.heading(2, "Types that fit several", out);
        let rows = comparison.undecided.iter();
        let rows: Vec<Vec<String>> = rows
            .map(|(one, several)| vec![one.clone(), several.join(", ")])
            .collect();
        medium.table(&["ours", "the vendor's"], &rows, out);
    }
}

fn row(what: &str, count: Count) -> Vec<String> {
    let share = match count.ours {
        0 => "-".to_owned(),
        // Rounded down, so that 100% means everything.
        ours => format!("{} %", count.confirmed * 100 / ours),
    };
    let Count {
        ours,
        confirmed,
        missing,
    } = count;
    vec![
        what.to_owned(),
        ours.to_string(),
        confirmed.to_string(),
        share,
        missing.to_string(),
    ]
}

fn alone(title: &str, list: &[Alone], medium: &impl Medium, out: &mut String) {
    if list.is_empty() {
        return;
    }
    medium.heading(2, title, out);
    let rows: Vec<Vec<String>> = list
        .iter()
        .map(|it| {
            vec![
                it.request.clone(),
                it.name.clone(),
                known(it.confidence.as_deref(), &it.evidence),
            ]
        })
        .collect();
    medium.table(&["request", "method", "confidence and evidence"], &rows, out);
}

fn known(confidence: Option<&str>, evidence: &[String]) -> String {
    let mut parts: Vec<&str> = confidence.into_iter().collect();
    parts.extend(evidence.iter().take(3).map(String::as_str));
    let more = evidence.len().saturating_sub(3);
    let tail = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    format!("{}{tail}", parts.join(", "))
}

fn differing(title: &str, list: &[Differing], medium: &impl Medium, out: &mut String) {
    if list.is_empty() {
        return;
    }
    medium.heading(2, title, out);
    for it in list {
        let names = if it.ours == it.theirs {
            it.ours.clone()
        } else {
            format!("{}, the vendor's {}", it.ours, it.theirs)
        };
        let title = if it.what == it.ours {
            names
        } else {
            format!("{} ({names})", it.what)
        };
        medium.heading(3, &title, out);
        let known = known(it.confidence.as_deref(), &it.evidence);
        if !known.is_empty() {
            medium.paragraph(&format!("Confidence and evidence: {known}"), out);
        }
        let form = |form: Option<&String>| match form.map(String::as_str) {
            None => "-".to_owned(),
            Some("") => "yes".to_owned(),
            Some(form) => form.to_owned(),
        };
        let row = |it: &Difference| vec![it.place.clone(), form(it.ours.as_ref()), form(it.theirs.as_ref())];
        let rows: Vec<Vec<String>> = it.differences.iter().map(row).collect();
        medium.table(&["", "ours", "the vendor's"], &rows, out);
    }
}

struct Plain;

impl Medium for Plain {
    fn heading(&self, level: usize, text: &str, out: &mut String) {
        let gap = if level == 1 { "" } else { "\n" };
        let indent = if level == 3 { "  " } else { "" };
        let _ = writeln!(out, "{gap}{indent}{}", line(text, usize::MAX));
    }

    fn paragraph(&self, text: &str, out: &mut String) {
        let _ = writeln!(out, "    {}", line(text, usize::MAX));
    }

    fn table(&self, head: &[&str], rows: &[Vec<String>], out: &mut String) {
        let head: Vec<String> = head.iter().map(|cell| (*cell).to_owned()).collect();
        let lines: Vec<Vec<String>> = std::iter::once(&head)
            .chain(rows)
            .map(|cells| cells.iter().map(|cell| line(cell, usize::MAX)).collect())
            .collect();
        let width = |column: usize| {
            let cells = lines.iter().filter_map(|line| line.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
        };
        for line in &lines {
            let mut text = String::from("    ");
            for (column, cell) in line.iter().enumerate() {
                let _ = write!(text, "{cell:<width$}  ", width = width(column));
            }
            let _ = writeln!(out, "{}", text.trim_end());
        }
    }
}

struct Marked;

impl Medium for Marked {
    fn heading(&self, level: usize, text: &str, out: &mut String) {
        let gap = if level == 1 { "" } else { "\n" };
        let _ = writeln!(out, "{gap}{} {}\n", "#".repeat(level), Markdown::line(text));
    }

    fn paragraph(&self, text: &str, out: &mut String) {
        let _ = writeln!(out, "{}\n", Markdown::line(text));
    }

    fn table(&self, head: &[&str], rows: &[Vec<String>], out: &mut String) {
        let _ = writeln!(out, "| {} |\n|{}", head.join(" | "), "---|".repeat(head.len()));
        for row in rows {
            let cells = Markdown::joined(row.iter().map(|cell| Markdown::cell(cell)), " | ");
            let _ = writeln!(out, "| {cells} |");
        }
    }
}

struct Html;

impl Medium for Html {
    fn heading(&self, level: usize, text: &str, out: &mut String) {
        let _ = writeln!(out, "<h{level}>{}</h{level}>", html(text));
    }

    fn paragraph(&self, text: &str, out: &mut String) {
        let _ = writeln!(out, "<p>{}</p>", html(text));
    }

    fn table(&self, head: &[&str], rows: &[Vec<String>], out: &mut String) {
        out.push_str("<table><thead><tr>");
        for cell in head {
            // Screen readers cannot read an empty header cell.
            let cell = if cell.is_empty() { "what" } else { cell };
            let _ = write!(out, "<th scope=\"col\">{}</th>", html(cell));
        }
        out.push_str("</tr></thead><tbody>\n");
        for row in rows {
            out.push_str("<tr>");
            for cell in row {
                let _ = write!(out, "<td><code>{}</code></td>", html(cell));
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</tbody></table>\n");
    }
}

/// Text, escaped for HTML.
fn html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in visible(text).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on is a test that fails")]
mod tests {
    use super::*;
    use lorgnette_codegen::text::is_hidden;

    #[test]
    fn test_hostile_names_are_text_in_every_medium() {
        let comparison = Comparison {
            api: "a|b <img src=x>\u{202e}\u{1b}[2J\n# heading `x".to_owned(),
            undecided: [("c|d".to_owned(), vec!["[x](http://y)".to_owned()])].into(),
            ..Comparison::default()
        };
        let shown = |format| render(&comparison, format).unwrap();
        for format in [
            ComparisonFormat::Text,
            ComparisonFormat::Markdown,
            ComparisonFormat::Html,
        ] {
            let text = shown(format);
            assert!(!text.contains(is_hidden), "{text}");
            assert!(
                format == ComparisonFormat::Html || !text.contains("\n# heading"),
                "{text}"
            );
        }
        let markdown = shown(ComparisonFormat::Markdown);
        assert!(
            !markdown.contains("<img") || markdown.contains("\\<img"),
            "{markdown}"
        );
        assert!(markdown.contains("c\\|d"), "{markdown}");
        assert!(!shown(ComparisonFormat::Html).contains("<img"));
    }
}
