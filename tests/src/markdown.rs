//! Reads code and links from a Markdown file.
//!
//! Only the parts of Markdown that the documents of the repository use are supported.

/// The code and links of a Markdown file, each with its line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamedItems {
    /// Code in backticks, and the lines of code blocks.
    pub code: Vec<(usize, String)>,
    /// The targets of links.
    pub links: Vec<(usize, String)>,
}

/// Reads a Markdown text.
pub fn named(text: &str) -> NamedItems {
    let mut named = NamedItems::default();
    let mut in_block = false;
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
        } else if in_block {
            named.code.push((number, line.trim().to_string()));
        } else {
            // Code is between backticks; links may be outside of them.
            for (part, piece) in line.split('`').enumerate() {
                if part % 2 == 1 {
                    named.code.push((number, piece.to_string()));
                }
            }
            let targets = line.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
            named
                .links
                .extend(targets.map(|(target, _)| (number, target.to_string())));
        }
    }
    named
}

impl NamedItems {
    /// Paths below one of `folders` that the code names, up to the first part that is a
    /// placeholder.
    pub fn paths(&self, folders: &[&str]) -> Vec<(usize, String)> {
        let mut paths = Vec::new();
        for (number, code) in &self.code {
            let words = code.split(|c: char| c.is_whitespace() || "\"'(),;".contains(c));
            for word in words.filter(|word| folders.iter().any(|folder| word.starts_with(folder))) {
                // A part of the file follows: a heading, or a test.
                let file = word.split('#').next().unwrap_or_default();
                let word = file
                    .split("::")
                    .next()
                    .unwrap_or_default()
                    .trim_end_matches(['.', ':']);
                let fixed: Vec<&str> = word
                    .split('/')
                    .take_while(|part| !part.contains(['<', '*', '{', '…']) && *part != "...")
                    .collect();
                paths.push((*number, fixed.join("/")));
            }
        }
        paths
    }

    /// The tests that the code names as `path.rs::test`: line, path and name.
    pub fn tests(&self) -> Vec<(usize, String, String)> {
        let named = |(number, code): &(usize, String)| {
            let (file, test) = code.split_once(".rs::")?;
            Some((*number, format!("{file}.rs"), test.to_string()))
        };
        self.code.iter().filter_map(named).collect()
    }

    /// The words after `program` wherever it stands as a word of the code, up to a comment or the
    /// next command.
    pub fn commands(&self, program: &str) -> Vec<(usize, Vec<String>)> {
        let mut commands = Vec::new();
        for (number, code) in &self.code {
            for (at, _) in code.match_indices(program) {
                let (before, rest) = (&code[..at], &code[at + program.len()..]);
                let is_edge = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || "()".contains(c));
                if is_edge(before.chars().next_back()) && is_edge(rest.chars().next()) {
                    let rest = rest.split(['#', ';', '|', '&', ')']).next().unwrap_or_default();
                    let words = rest.split_whitespace().map(ToString::to_string);
                    commands.push((*number, words.collect()));
                }
            }
        }
        commands
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "See `specs/apis.toml` and [codegen](codegen/README.md#why) at `crates/<api>/src`.\n\
                        ```sh\ncargo xtask regen vxg-v4 # makes crates/vxg-v4/\n```\n`cargo xtask` alone. `specs/a.json#/b`.\n";

    #[test]
    fn test_paths_stop_where_something_is_left_open() {
        let paths = named(TEXT).paths(&["specs/", "crates/"]);
        let expected = [
            (1, "specs/apis.toml"),
            (1, "crates"),
            (3, "crates/vxg-v4/"),
            (5, "specs/a.json"),
        ];
        assert_eq!(paths, expected.map(|(line, path)| (line, path.to_string())));
    }

    #[test]
    fn test_commands_are_words_without_comments() {
        let words = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(
            named(TEXT).commands("cargo xtask"),
            [(3, words(&["regen", "vxg-v4"])), (5, words(&[]))]
        );
    }

    #[test]
    fn test_commands_begin_with_the_program_as_a_word() {
        let text = "`lorgnette fetch --all`, `lorgnette/crates`, `x-lorgnette-y z`\n";
        let words = ["fetch", "--all"].map(ToString::to_string).to_vec();
        assert_eq!(named(text).commands("lorgnette"), [(1, words)]);
    }

    #[test]
    fn test_tests_are_named_behind_their_file() {
        let expected = (1, "a/b.rs".to_string(), "test_c".to_string());
        assert_eq!(named("`a/b.rs::test_c` and `a/b.rs`\n").tests(), [expected]);
    }

    #[test]
    fn test_links_are_read_outside_of_code() {
        assert_eq!(named(TEXT).links, [(1, "codegen/README.md#why".to_string())]);
    }
}
