//! Turns the sources of a crate into a module of another crate.
//!
//! Paths from the crate root are changed to lead to the module, and conditions on the features of
//! tags, which the other crate does not have, are removed. The changes are made on tokens, so text
//! from a contract, which is in literals, is unchanged.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use std::iter::Peekable;

/// A file of a crate, changed for the module of this name.
///
/// # Errors
///
/// When the text is not Rust, which is a fault of the generator.
pub fn of_crate(text: &str, module: &str) -> Result<String, String> {
    let tokens: TokenStream = text
        .parse()
        .map_err(|error| format!("the generator wrote invalid Rust: {error}"))?;
    Ok(at_home(tokens, module).to_string())
}

fn at_home(tokens: TokenStream, module: &str) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(hash) if hash.as_char() == '#' => {
                if let Some(attribute) = attribute(&mut tokens) {
                    let inner = attribute
                        .into_iter()
                        .flat_map(|token| at_home(token.into(), module));
                    out.push(TokenTree::Punct(hash));
                    out.extend(inner);
                }
            }
            TokenTree::Ident(ident) if ident == "crate" => {
                let is_of_macro =
                    matches!(out.last(), Some(TokenTree::Punct(punct)) if punct.as_char() == '$');
                let is_path =
                    matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
                out.push(TokenTree::Ident(ident));
                if is_path && !is_of_macro {
                    let colons: TokenStream = [
                        proc_macro2::Punct::new(':', proc_macro2::Spacing::Joint),
                        proc_macro2::Punct::new(':', proc_macro2::Spacing::Alone),
                    ]
                    .map(TokenTree::Punct)
                    .into_iter()
                    .collect();
                    out.extend(colons);
                    out.push(TokenTree::Ident(Ident::new(module, Span::call_site())));
                }
            }
            TokenTree::Group(group) => {
                let inner = at_home(group.stream(), module);
                out.push(TokenTree::Group(Group::new(group.delimiter(), inner)));
            }
            token => out.push(token),
        }
    }
    out.into_iter().collect()
}

/// The rest of an attribute after its `#`; `None` if it applies to a whole crate or requires the
/// feature of a tag.
fn attribute(tokens: &mut Peekable<proc_macro2::token_stream::IntoIter>) -> Option<Vec<TokenTree>> {
    let mut rest = Vec::new();
    let mut is_inner = false;
    if matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == '!') {
        is_inner = true;
        rest.extend(tokens.next());
    }
    let is_group =
        matches!(tokens.peek(), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket);
    if !is_group {
        return Some(rest);
    }
    let Some(TokenTree::Group(group)) = tokens.next() else {
        return Some(rest);
    };
    let text = group.stream().to_string();
    let is_of_tag = text.starts_with("cfg") && text.contains("feature") && !text.contains("\"mock\"");
    if is_inner || is_of_tag {
        return None;
    }
    rest.push(TokenTree::Group(group));
    Some(rest)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on is a test that fails")]
mod tests {
    use super::*;

    fn made(text: &str) -> String {
        let expected: TokenStream = of_crate(text, "pets").unwrap().parse().unwrap();
        expected.to_string()
    }

    fn plain(text: &str) -> String {
        text.parse::<TokenStream>().unwrap().to_string()
    }

    #[test]
    fn test_paths_from_the_root_lead_to_the_module_and_texts_stay() {
        assert_eq!(
            made(
                "use crate::types::Pet; fn f() -> &'static str { m!(crate::x, $crate::y, \"crate::z\") } pub(crate) struct A;"
            ),
            plain(
                "use crate::pets::types::Pet; fn f() -> &'static str { m!(crate::pets::x, $crate::y, \"crate::z\") } pub(crate) struct A;"
            )
        );
    }

    #[test]
    fn test_features_of_tags_are_on_and_others_are_asked_for() {
        assert_eq!(
            made(
                "#![doc = include_str!(\"../README.md\")] #[cfg(feature = \"pets\")] mod a; #[cfg(any(feature = \"a\", feature = \"b\"))] mod b; \
                 #[cfg(feature = \"mock\")] pub use m; #[derive(Debug)] struct S;"
            ),
            plain("mod a; mod b; #[cfg(feature = \"mock\")] pub use m; #[derive(Debug)] struct S;")
        );
    }
}
