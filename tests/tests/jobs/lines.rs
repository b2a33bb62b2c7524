//! Counts the lines of the programs that are neither empty nor a comment.

use crate::setups::JOBS;
use lorgnette_tests::workspace::{read, root};
use std::fmt::Write as _;

/// Code that several hand-written programs share.
const SHARED: [&str; 4] = ["http", "mod", "token", "vxg"];

fn lines(path: &str) -> usize {
    let text = read(&root().join(path)).unwrap();
    text.lines()
        .map(str::trim_start)
        .filter(|line| !line.is_empty() && !line.starts_with("//"))
        .count()
}

fn by_hand(name: &str) -> usize {
    lines(&format!("tests/tests/jobs/by_hand/{name}.rs"))
}

/// Checks that the table in the book is correct, and that the typed programs are shorter.
pub fn assert_table() {
    let (mut typed, mut plain, mut table) = (0, 0, String::new());
    for job in JOBS {
        let (one, other) = (lines(job.example), by_hand(job.name));
        assert!(one < other, "{}: {one} lines, {other} by hand", job.name);
        writeln!(table, "| `{}` | {one} | {other} |", job.example).unwrap();
        typed += one;
        plain += other;
    }
    let shared: usize = SHARED.into_iter().map(by_hand).sum();
    plain += shared;
    writeln!(table, "| shared by several programs | 0 | {shared} |").unwrap();
    writeln!(table, "| in all | {typed} | {plain} |").unwrap();
    let page = read(&root().join("book/src/callers/compared.md")).unwrap();
    assert!(page.contains(&table), "the table of the book has to be:\n{table}");
}
