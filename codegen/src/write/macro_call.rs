//! Lays out the calls of the runtime's macros, which prettyplease prints with a blank between any
//! two tokens.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// How long a line may be.
const WIDTH: usize = 110;
/// The beginning of calls of the runtime's macros.
const PREFIX: &str = "lorgnette_runtime::";

/// Lays out every outermost macro call in `source`, which prettyplease printed.
pub fn tidy(source: &str) -> String {
    let mut text = String::with_capacity(source.len());
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        let mut call = line.to_string();
        let begins = line.starts_with(PREFIX) && line.contains("!(");
        let mut is_whole = !begins || line.ends_with(");");
        while !is_whole {
            let Some(more) = lines.next() else { break };
            call.push('\n');
            call.push_str(more);
            // A setting of the call may end a line in the same way.
            is_whole = more == ");";
        }
        text.push_str(&if begins {
            laid_out(&call).unwrap_or(call)
        } else {
            call
        });
        text.push('\n');
    }
    text
}

/// A single call; `None` for anything else, which stays unchanged.
fn laid_out(call: &str) -> Option<String> {
    let (head, arguments) = call.split_once("!(")?;
    let arguments: TokenStream = arguments.strip_suffix(");")?.parse().ok()?;
    let mut chunks = vec![String::new()];
    print(arguments, &mut chunks, &mut Before::Nothing);
    let chunks: Vec<&str> = chunks
        .iter()
        .map(|chunk| chunk.trim())
        .filter(|chunk| !chunk.is_empty())
        .collect();
    let flat = format!("{head}!({});", chunks.join(" "));
    if flat.len() <= WIDTH {
        return Some(flat);
    }
    let mut text = format!("{head}!(\n   ");
    let mut length = 3;
    for chunk in chunks {
        if length + 1 + chunk.len() > WIDTH && length > 4 {
            text.push_str("\n   ");
            length = 3;
        }
        text.push(' ');
        text.push_str(chunk);
        length += 1 + chunk.len();
    }
    text.push_str("\n);");
    Some(text)
}

/// The last printed token, as far as it affects the next one.
enum Before {
    /// Nothing that wants a blank after it.
    Nothing,
    /// A word, a literal or a closed group.
    Word,
    /// Punctuation that wants a blank after it.
    Mark,
}

/// Prints tokens into chunks; a line may break between two chunks.
fn print(tokens: TokenStream, chunks: &mut Vec<String>, before: &mut Before) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Brace => (" { ", " }"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Parenthesis | Delimiter::None => ("(", ")"),
                };
                // A tuple after a colon or an arrow, not the arguments of a call.
                if open == "(" && matches!(before, Before::Mark) {
                    push(chunks, " ");
                }
                push(chunks, open);
                let is_block = group.delimiter() == Delimiter::Brace;
                if is_block {
                    chunks.push(String::new());
                }
                *before = Before::Nothing;
                print(group.stream(), chunks, before);
                push(chunks, close);
                *before = Before::Word;
            }
            TokenTree::Punct(mark) => {
                let (character, joint) = (mark.as_char(), mark.spacing() == Spacing::Joint);
                match character {
                    ',' | ';' => {
                        push(chunks, &character.to_string());
                        chunks.push(String::new());
                        *before = Before::Nothing;
                    }
                    '=' | '|' => {
                        if matches!(before, Before::Word) {
                            push(chunks, " ");
                        }
                        let is_range = chunks.last().is_some_and(|chunk| chunk.ends_with(".."));
                        push(chunks, &character.to_string());
                        *before = if joint || is_range {
                            Before::Nothing
                        } else {
                            Before::Mark
                        };
                    }
                    // The end of an arrow, followed by a space, or of a list of types.
                    '>' => {
                        push(chunks, ">");
                        let is_arrow = chunks.last().is_some_and(|chunk| chunk.ends_with("=>"));
                        *before = if is_arrow { Before::Mark } else { Before::Word };
                    }
                    ':' if !joint && !chunks.last().is_some_and(|chunk| chunk.ends_with(':')) => {
                        push(chunks, ":");
                        *before = Before::Mark;
                    }
                    '&' | '-' => {
                        if matches!(before, Before::Word | Before::Mark) {
                            push(chunks, " ");
                        }
                        push(chunks, &character.to_string());
                        *before = Before::Nothing;
                    }
                    _ => {
                        push(chunks, &character.to_string());
                        *before = Before::Nothing;
                    }
                }
            }
            word => {
                if matches!(before, Before::Word | Before::Mark) {
                    push(chunks, " ");
                }
                push(chunks, &word.to_string());
                *before = Before::Word;
            }
        }
    }
}

fn push(chunks: &mut [String], text: &str) {
    if let Some(chunk) = chunks.last_mut() {
        chunk.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_tidy_prints_a_short_call_on_one_line() {
        let source =
            "lorgnette_runtime::object!(\n    Agent { 0 id : \"a : b\", 1 kind : \"kind\" default }\n);\n";
        assert_eq!(
            tidy(source),
            "lorgnette_runtime::object!(Agent { 0 id: \"a : b\", 1 kind: \"kind\" default });\n"
        );
    }

    #[test]
    fn test_tidy_knows_types_arrows_ranges_and_signs() {
        let call = |arguments: &str| format!("lorgnette_runtime::x!({arguments});\n");
        for (printed, tidied) in [
            (
                "A : A_B => EventStream < String >, responses :: E",
                "A: A_B => EventStream<String>, responses::E",
            ),
            (
                "E { 500 ..= 599 S(u16, types :: T), _ O(u16, ()) }",
                "E { 500..=599 S(u16, types::T), _ O(u16, ()) }",
            ),
            ("E : i64 { A = - 80, B = 5 }", "E: i64 { A = -80, B = 5 }"),
            (
                "O : \"o\" GET \"/o\", query \"q\".required(); security(& [\"a\"])",
                "O: \"o\" GET \"/o\", query \"q\".required(); security(&[\"a\"])",
            ),
            ("P => (); i : (String, T); n(1)", "P => (); i: (String, T); n(1)"),
            ("U, \"t\" { A = \"a\" | \"b\" }", "U, \"t\" { A = \"a\" | \"b\" }"),
            (
                "V => BTreeMap < String, Vec < types :: T > >",
                "V => BTreeMap<String, Vec<types::T>>",
            ),
        ] {
            assert_eq!(tidy(&call(printed)), call(tidied));
        }
    }

    #[test]
    fn test_tidy_fills_lines_of_a_long_call() {
        let members: Vec<String> = (0..30)
            .map(|index| format!("{index} member_{index} : \"member{index}\""))
            .collect();
        let text = tidy(&format!(
            "lorgnette_runtime::object!(\n    A {{ {} }}\n);\n",
            members.join(", ")
        ));
        assert!(text.lines().all(|line| line.len() <= WIDTH));
        assert!(text.starts_with("lorgnette_runtime::object!(\n    A { 0 member_0: \"member0\","));
        assert!(text.ends_with(" }\n);\n"));
    }

    #[test]
    fn test_tidy_reads_on_where_a_setting_ends_a_line() {
        let source = "lorgnette_runtime::x!(\n    A : \"a\"; b(1);\n    c(2)\n);\n";
        assert_eq!(tidy(source), "lorgnette_runtime::x!(A: \"a\"; b(1); c(2));\n");
    }

    #[test]
    fn test_tidy_leaves_other_lines_alone() {
        let source = "fn a() {\n    b!(c : d);\n}\n";
        assert_eq!(tidy(source), source);
    }
}
