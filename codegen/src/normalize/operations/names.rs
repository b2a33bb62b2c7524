//! Words of a contract as Rust identifiers: letter case, letters outside ASCII, keywords, uniqueness.
//!
//! Knows Rust's rules for identifiers, and nothing of operations, tags or parameters.

use heck::ToSnakeCase;

/// `text` in snake_case with nothing but ASCII letters, digits and underscores; `None` where nothing readable is left,
/// or where letters had to go that have no ASCII form.
///
/// A digit may come first and the result may be a keyword: those are for the caller to mend, who knows what is named.
pub fn snake(text: &str) -> Option<String> {
    let mut folded = String::with_capacity(text.len());
    let mut characters = text.trim().chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '+' | '-' if folded.is_empty() && characters.peek().is_some_and(char::is_ascii_digit) => {
                folded.push_str(if character == '+' { "plus " } else { "minus " });
            }
            '\'' | '’' => {}
            _ if character.is_ascii_alphanumeric() => folded.push(character),
            _ if character.is_alphanumeric() => folded.push_str(ascii(character)?),
            _ => folded.push(' '),
        }
    }
    let name = folded.to_snake_case();
    (!name.is_empty()).then_some(name)
}

/// The Latin letters with marks, written without.
fn ascii(letter: char) -> Option<&'static str> {
    Some(match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ª' => "a",
        'À'..='Å' | 'Ā' | 'Ă' | 'Ą' => "A",
        'æ' => "ae",
        'Æ' => "Ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'Ç' | 'Ć' | 'Ĉ' | 'Ċ' | 'Č' => "C",
        'ď' | 'đ' | 'ð' => "d",
        'Ď' | 'Đ' | 'Ð' => "D",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'È'..='Ë' | 'Ē' | 'Ĕ' | 'Ė' | 'Ę' | 'Ě' => "E",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'Ĝ' | 'Ğ' | 'Ġ' | 'Ģ' => "G",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'Ì'..='Ï' | 'Ĩ' | 'Ī' | 'Ĭ' | 'Į' | 'İ' => "I",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ł' => "l",
        'Ļ' | 'Ľ' | 'Ł' => "L",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'Ñ' | 'Ń' | 'Ņ' | 'Ň' => "N",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' | 'º' => "o",
        'Ò'..='Ö' | 'Ø' | 'Ō' | 'Ŏ' | 'Ő' => "O",
        'œ' => "oe",
        'Œ' => "Oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'Ŕ' | 'Ŗ' | 'Ř' => "R",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'Ś' | 'Ŝ' | 'Ş' | 'Š' | 'Ș' => "S",
        'ß' => "ss",
        'ţ' | 'ť' | 'ț' => "t",
        'Ţ' | 'Ť' | 'Ț' => "T",
        'þ' => "th",
        'Þ' => "Th",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'Ù'..='Ü' | 'Ũ' | 'Ū' | 'Ŭ' | 'Ů' | 'Ű' | 'Ų' => "U",
        'ŵ' => "w",
        'ý' | 'ÿ' => "y",
        'Ý' => "Y",
        'ź' | 'ż' | 'ž' => "z",
        'Ź' | 'Ż' | 'Ž' => "Z",
        _ => return None,
    })
}

/// Whether Rust reserves `name`, in any edition.
pub fn is_keyword(name: &str) -> bool {
    matches!(
        name,
        "abstract"
            | "as"
            | "async"
            | "await"
            | "become"
            | "box"
            | "break"
            | "const"
            | "continue"
            | "crate"
            | "do"
            | "dyn"
            | "else"
            | "enum"
            | "extern"
            | "false"
            | "final"
            | "fn"
            | "for"
            | "gen"
            | "if"
            | "impl"
            | "in"
            | "let"
            | "loop"
            | "macro"
            | "match"
            | "mod"
            | "move"
            | "mut"
            | "override"
            | "priv"
            | "pub"
            | "ref"
            | "return"
            | "self"
            | "static"
            | "struct"
            | "super"
            | "trait"
            | "true"
            | "try"
            | "type"
            | "typeof"
            | "unsafe"
            | "unsized"
            | "use"
            | "virtual"
            | "where"
            | "while"
            | "yield"
    )
}

/// `name`, or `name` and the first number from 2 with which it is not `taken`.
pub fn numbered(name: &str, taken: impl Fn(&str) -> bool) -> String {
    if !taken(name) {
        return name.to_string();
    }
    // Terminates: what is taken is finite.
    (2_u64..)
        .map(|number| format!("{name}_{number}"))
        .find(|name| !taken(name))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_snake_keeps_the_words_of_a_contract() {
        for (text, expected) in [
            ("agent-access-points", "agent_access_points"),
            (
                "PathAccessPointsAgents-post-n7p8",
                "path_access_points_agents_post_n7p8",
            ),
            ("getHTTPStatus", "get_http_status"),
            ("filter[name]", "filter_name"),
            ("$top", "top"),
            ("user's id", "users_id"),
            ("+1", "plus_1"),
            ("-1", "minus_1"),
            ("créer un élève", "creer_un_eleve"),
            ("2fa", "2fa"),
        ] {
            assert_eq!(snake(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn test_snake_is_a_fixpoint() {
        for text in ["agentAccessPoints", "V2_getX", "a-1", "listIPs", "x__y"] {
            let once = snake(text);
            assert_eq!(once.as_deref().and_then(snake), once, "{text}");
        }
    }

    #[test]
    fn test_snake_gives_up_on_letters_without_an_ascii_form() {
        assert_eq!(snake("获取用户"), None);
        assert_eq!(snake("???"), None);
        assert_eq!(snake(""), None);
    }

    #[test]
    fn test_numbered_finds_the_first_free_number() {
        assert_eq!(numbered("a", |name| ["a", "a_2"].contains(&name)), "a_3");
        assert_eq!(numbered("b", |name| name == "a"), "b");
    }
}
