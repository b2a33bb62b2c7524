//! `cargo xtask bench`: what lorgnette promises in numbers, measured.
//!
//! This module lists the benches; each is a child.

mod compile;
mod fetch;
mod plain_crate;
mod plain_document;
mod runtime;

use crate::failure::Failure;
use crate::workspace::Workspace;
use std::process::ExitCode;

/// Measures what lorgnette promises in numbers; `cargo xtask bench` alone lists what there is.
#[derive(clap::Args)]
#[command(arg_required_else_help = true)]
pub struct Options {
    #[command(subcommand)]
    bench: Bench,
}

#[derive(clap::Subcommand)]
enum Bench {
    Compile(compile::Options),
    Fetch(fetch::Options),
    Runtime(runtime::Options),
}

/// Measures.
///
/// # Errors
///
/// When what is to be measured cannot be made.
pub fn run(workspace: &Workspace, options: Options) -> Result<ExitCode, Failure> {
    match options.bench {
        Bench::Compile(options) => compile::run(workspace, &options),
        Bench::Runtime(options) => runtime::run(workspace, &options),
        Bench::Fetch(options) => fetch::run(&options),
    }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    match numbers.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => numbers[middle],
        _ => f64::midpoint(numbers[middle - 1], numbers[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_median_of_even_and_odd_counts() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median(vec![4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < 1e-9);
    }
}
