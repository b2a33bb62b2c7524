//! The output of `regen`: its progress and its outcome.

use super::outcome::RegenOutcome;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::fmt::Write;
use std::io::IsTerminal;
use std::time::Duration;

/// The progress of a run on standard error: a bar on a terminal, a line per API elsewhere.
pub struct RegenProgress {
    bar: ProgressBar,
    plain: bool,
}

impl RegenProgress {
    /// Starts the progress of a run over `total` APIs.
    pub fn new(total: usize) -> Self {
        let plain = !std::io::stderr().is_terminal();
        let target = if plain {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        let bar = ProgressBar::with_draw_target(Some(total as u64), target);
        if let Ok(style) = ProgressStyle::with_template("{bar:32} {pos}/{len} {msg}") {
            bar.set_style(style);
        }
        Self { bar, plain }
    }

    /// Counts one finished API.
    pub fn done(&self, name: &str, time: Duration, succeeded: bool) {
        self.bar.inc(1);
        self.bar.set_message(name.to_string());
        if self.plain {
            let how = if succeeded { "done" } else { "failed" };
            let (position, total) = (self.bar.position(), self.bar.length().unwrap_or_default());
            eprintln!("[{position}/{total}] {name} {how} in {}", seconds(time));
        }
    }

    /// Ends the progress.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// The table at the end of a run, with the total.
pub fn summary(outcomes: &[RegenOutcome], check: bool, wall: Duration) -> String {
    let width = outcomes
        .iter()
        .map(|outcome| outcome.name.len())
        .max()
        .unwrap_or_default()
        .max(3);
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{:width$}  {:>10}  {:>6}  {:>6}  {:>8}  {:>8}  crate",
        "API", "operations", "types", "notes", "lines", "time"
    );
    let (mut operations, mut lines) = (0, 0);
    for RegenOutcome { name, time, result } in outcomes {
        match result {
            Ok(made) => {
                let of = made.summary;
                operations += of.operations;
                lines += of.lines;
                let _ = writeln!(
                    out,
                    "{name:width$}  {:>10}  {:>6}  {:>6}  {:>8}  {:>8}  {}",
                    of.operations,
                    of.types,
                    of.notes,
                    thousands(of.lines),
                    seconds(*time),
                    verdict(made.changes, check)
                );
                for left_out in &made.left_out {
                    let _ = writeln!(
                        out,
                        "{:width$}  could not be generated, and is left out: {left_out}",
                        ""
                    );
                }
            }
            Err(_) => {
                let _ = writeln!(
                    out,
                    "{name:width$}  {:>10}  {:>6}  {:>6}  {:>8}  {:>8}  failed, left as it was",
                    "-",
                    "-",
                    "-",
                    "-",
                    seconds(*time)
                );
            }
        }
    }
    let good = outcomes.iter().filter(|outcome| outcome.result.is_ok()).count();
    let _ = writeln!(
        out,
        "{good} of {} APIs, {operations} operations, {} lines in {}",
        outcomes.len(),
        thousands(lines),
        seconds(wall)
    );
    out
}

fn verdict(changed: usize, check: bool) -> String {
    match (changed, check) {
        (0, _) => "unchanged".to_string(),
        (1, true) => "1 file would change".to_string(),
        (1, false) => "1 file changed".to_string(),
        (n, true) => format!("{n} files would change"),
        (n, false) => format!("{n} files changed"),
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

/// A number with a comma between thousands.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_thousands_are_separated() {
        assert_eq!(
            [0, 999, 1000, 40_135, 1_234_567].map(thousands),
            ["0", "999", "1,000", "40,135", "1,234,567"]
        );
    }
}
