//! What the tests of every adapter's program share.

use std::io;
use std::process::Command;

/// The examples of a program's help that name no command that there is, or options that it has not.
///
/// # Errors
///
/// When the program cannot be started.
pub fn wrong_examples(program: &str, examples: &[(&str, &str)]) -> io::Result<Vec<String>> {
    let mut wrong = Vec::new();
    for (line, _) in examples {
        let words = line.split(' ').skip(1).take_while(|word| !word.starts_with('-'));
        let output = Command::new(program).args(words).arg("--help").output()?;
        let help = String::from_utf8_lossy(&output.stdout);
        let options = line.split(' ').filter(|word| word.starts_with("--"));
        let missing: Vec<&str> = options.filter(|option| !help.contains(option)).collect();
        if !output.status.success() || !missing.is_empty() {
            wrong.push(format!("{line}: {missing:?}"));
        }
    }
    Ok(wrong)
}

/// The jobs whose help has no example, or one that [`wrong_examples`] finds wrong. A job is named
/// by its words: `report incidents`.
///
/// # Errors
///
/// When the program cannot be started.
pub fn wrong_jobs(program: &str, jobs: &[&str]) -> io::Result<Vec<String>> {
    let mut wrong = Vec::new();
    for job in jobs {
        let output = Command::new(program)
            .args(job.split(' '))
            .arg("--help")
            .output()?;
        let help = String::from_utf8_lossy(&output.stdout);
        match help.split_once("Example: ") {
            Some((_, example)) => wrong.extend(wrong_examples(program, &[(example.trim(), "")])?),
            None => wrong.push((*job).to_owned()),
        }
    }
    Ok(wrong)
}
