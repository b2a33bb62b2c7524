//! Formats the calls of the runtime's macros, which prettyplease would print with a blank between
//! any two tokens.

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};

/// The maximum length of a line.
const WIDTH: usize = 110;
/// The crate whose macros are called.
const RUNTIME: &str = "lorgnette_runtime";

/// Removes the arguments from the outermost calls of the runtime's macros, in order, since parsing
/// and printing them like the rest would be wasted work.
pub fn take_arguments(items: TokenStream) -> (TokenStream, Vec<TokenStream>) {
    let (mut taken, mut matched) = (Vec::new(), 0);
    let items = items.into_iter().map(|token| {
        let continues = match (&token, matched) {
            (TokenTree::Ident(word), 0) => *word == RUNTIME,
            (TokenTree::Punct(mark), 1 | 2) => mark.as_char() == ':',
            (TokenTree::Ident(_), 3) => true,
            (TokenTree::Punct(mark), 4) => mark.as_char() == '!',
            _ => false,
        };
        let is_call = matched == 5;
        matched = if continues { matched + 1 } else { 0 };
        match token {
            TokenTree::Group(group) if is_call => {
                taken.push(group.stream());
                Group::new(Delimiter::Parenthesis, TokenStream::new()).into()
            }
            token => token,
        }
    });
    (items.collect(), taken)
}

/// Puts the arguments back into `source`, which prettyplease printed without them.
pub fn lay_out(source: &str, arguments: Vec<TokenStream>) -> String {
    let mut text = String::with_capacity(source.len());
    let mut arguments = arguments.into_iter();
    for line in source.lines() {
        let head = line.strip_suffix("!();").filter(|head| head.starts_with(RUNTIME));
        match head.and_then(|head| Some(laid_out(head, arguments.next()?))) {
            Some(call) => text.push_str(&call),
            None => text.push_str(line),
        }
        text.push('\n');
    }
    text
}

/// One macro call.
fn laid_out(head: &str, arguments: TokenStream) -> String {
    let mut chunks = vec![String::new()];
    print(arguments, &mut chunks, &mut Before::Nothing);
    let chunks: Vec<&str> = chunks
        .iter()
        .map(|chunk| chunk.trim())
        .filter(|chunk| !chunk.is_empty())
        .collect();
    let flat = format!("{head}!({});", chunks.join(" "));
    if flat.len() <= WIDTH {
        return flat;
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
    text
}

/// The last printed token, as far as it affects the next one.
enum Before {
    /// A token that needs no blank after it.
    Nothing,
    /// A word, a literal or a closed group.
    Word,
    /// Punctuation that needs a blank after it.
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
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The call of a macro with these arguments.
    fn call(arguments: &str) -> String {
        laid_out("lorgnette_runtime::x", arguments.parse().unwrap())
    }

    #[test]
    fn test_call_is_laid_out_by_its_tokens() {
        for (printed, tidied) in [
            (
                "Agent { 0 id : \"a : b\", 1 kind : \"kind\" default }",
                "Agent { 0 id: \"a : b\", 1 kind: \"kind\" default }",
            ),
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
            assert_eq!(call(printed), format!("lorgnette_runtime::x!({tidied});"));
        }
    }

    #[test]
    fn test_long_call_fills_lines() {
        let members: Vec<String> = (0..30)
            .map(|index| format!("{index} member_{index} : \"member{index}\""))
            .collect();
        let text = call(&format!("A {{ {} }}", members.join(", ")));
        assert!(text.lines().all(|line| line.len() <= WIDTH));
        assert!(text.starts_with("lorgnette_runtime::x!(\n    A { 0 member_0: \"member0\","));
        assert!(text.ends_with(" }\n);"));
    }

    #[test]
    fn test_outermost_calls_of_the_runtime_alone_are_laid_out() {
        let source = "fn a() {\n    lorgnette_runtime::b!(c: d);\n}\nb!(c: d);\n#[cfg(test)]\n\
                      lorgnette_runtime::x!(A: \"a\"; b(1); c(2));\nlorgnette_runtime::y!();\n";
        let (items, arguments) = take_arguments(source.parse().unwrap());
        let printed: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        assert_eq!(printed, ["A : \"a\" ; b (1) ; c (2)", ""]);
        let printed = prettyplease::unparse(&syn::parse2(items).unwrap());
        assert_eq!(lay_out(&printed, arguments), source.replace("c: d", "c : d"));
    }
}
