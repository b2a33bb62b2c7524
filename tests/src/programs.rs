//! Helpers for the tests of all adapters' programs.

use std::path::Path;
use std::process::Command;
use std::{fs, io};

/// The examples in a program's help that name a command or options that do not exist.
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

/// The operations whose example makes no request when run unchanged. A shell runs the examples in
/// `folder`, which contains the file that they send.
///
/// # Errors
///
/// When the program or the shell cannot be started, or the file cannot be written.
pub fn wrong_calls(program: &str, folder: &str) -> io::Result<Vec<String>> {
    let run = |line: &str| {
        let start = Path::new(program).parent().unwrap_or(Path::new("."));
        Command::new("/bin/sh")
            .args(["-c", line])
            .current_dir(folder)
            .env_clear()
            .env("PATH", start)
            .env("SECRET", "s3cret")
            .output()
    };
    fs::write(Path::new(folder).join("file"), "content")?;
    let name = Path::new(program).file_name().unwrap_or_default();
    let all = run(&format!(
        "{} commands --json --query .example --output raw",
        name.display()
    ))?;
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in String::from_utf8_lossy(&all.stdout).lines() {
        let output = run(&format!("{line} --curl"))?;
        let told = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() || !told.is_empty() || !output.stdout.starts_with(b"curl ") {
            wrong.push(format!("{line}: {told}"));
        }
        count += 1;
    }
    if count == 0 {
        wrong.push(String::from_utf8_lossy(&all.stderr).into_owned());
    }
    Ok(wrong)
}
