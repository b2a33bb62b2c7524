//! Identifiers: the Rust names of the contract's names and values.
//!
//! Every identifier in crates is created here from the words of a text, in the required letter
//! case. It is never a keyword and, with [`Scope`], unique in its place. The tables at the top of
//! this file list all exceptions.

mod dotted;
mod methods;
pub mod modules;
mod taken;

pub use dotted::last_part;
pub use methods::is_client_method;

use heck::{ToSnakeCase, ToUpperCamelCase};
use std::collections::BTreeSet;
use taken::TAKEN_TYPES;

/// Rust's keywords, including those of later editions and reserved ones.
const KEYWORDS: [&str; 52] = [
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do",
    "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual",
    "where", "while", "yield",
];

/// Variant names that a generated enum uses itself or that Rust forbids, with their replacements.
const TAKEN_VARIANTS: [(&str, &str); 2] = [("Unknown", "UnknownValue"), ("Self", "SelfValue")];

/// Spellings that the rules for letter case would split, each with the one word that it stands for.
const WORDS: [(&str, &str); 10] = [
    ("GHz", "Ghz"),
    ("MHz", "Mhz"),
    ("OAuth", "Oauth"),
    ("IPv4", "Ipv4"),
    ("IPv6", "Ipv6"),
    ("MacOS", "Macos"),
    ("macOS", "macos"),
    ("iOS", "ios"),
    ("SSLv", "Sslv"),
    ("TLSv", "Tlsv"),
];

/// Names for strings that consist of symbols only.
const SYMBOLS: [(&str, &str); 9] = [
    ("<=", "LessOrEqual"),
    (">=", "GreaterOrEqual"),
    ("<>", "NotEqual"),
    ("!=", "NotEqual"),
    ("==", "Equal"),
    ("=~", "Matches"),
    ("!~", "DoesNotMatch"),
    ("&&", "And"),
    ("||", "Or"),
];

/// The name of a symbol. The first ones are spelled out wherever they stand; `QUIET` ones only
/// where a text has no letter and no digit.
const LOUD: [(char, &str); 8] = [
    ('<', "LessThan"),
    ('>', "GreaterThan"),
    ('=', "Equal"),
    ('*', "Star"),
    ('+', "Plus"),
    ('&', "And"),
    ('%', "Percent"),
    ('°', "Degree"),
];

/// See [`LOUD`].
const QUIET: [(char, &str); 26] = [
    ('-', "Minus"),
    ('!', "Not"),
    ('?', "Question"),
    ('.', "Dot"),
    (',', "Comma"),
    (':', "Colon"),
    (';', "Semicolon"),
    ('/', "Slash"),
    ('\\', "Backslash"),
    ('|', "Pipe"),
    ('@', "At"),
    ('#', "Hash"),
    ('$', "Dollar"),
    ('~', "Tilde"),
    ('^', "Caret"),
    ('_', "Underscore"),
    ('\'', "Apostrophe"),
    ('"', "Quote"),
    ('`', "Backtick"),
    ('(', "OpenParenthesis"),
    (')', "CloseParenthesis"),
    ('[', "OpenBracket"),
    (']', "CloseBracket"),
    ('{', "OpenBrace"),
    ('}', "CloseBrace"),
    (' ', "Blank"),
];

/// Whether `name` is a keyword of Rust, now or in a later edition.
pub fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name)
}

/// Whether a name is an identifier in many languages.
pub fn is_plain(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// The name of a type: `access-points.Agent` gives `AccessPointsAgent`, `2.4 GHz` `N2Point4Ghz`,
/// `Vec` `VecModel`.
pub fn type_name(text: &str) -> String {
    let name = pascal(text);
    if TAKEN_TYPES.contains(&name.as_str()) {
        format!("{name}Model")
    } else {
        name
    }
}

/// The words of a text, run together with capital letters: as [`type_name`], also where that is
/// taken.
pub fn words(text: &str) -> String {
    pascal(text)
}

/// The name of an enum's variant: `>=` gives `GreaterOrEqual`, `2.4` `N2Point4`, an empty text
/// `Empty`; never `Unknown`.
pub fn variant_name(text: &str) -> String {
    let name = pascal(text);
    match TAKEN_VARIANTS.iter().find(|(taken, _)| *taken == name) {
        Some((_, instead)) => (*instead).to_string(),
        None => name,
    }
}

/// The name of a field, a setter or a function: `overTheAirName` gives `over_the_air_name`, `type`
/// `type_`.
pub fn field_name(text: &str) -> String {
    let mut name = spell(text).to_snake_case();
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert(0, 'n');
    }
    // A name that the caller cases again, as the engine does, must not change.
    for _ in 0..4 {
        let again = name.to_snake_case();
        if again == name {
            break;
        }
        name = again;
    }
    if is_keyword(&name) {
        format!("{name}_")
    } else {
        name
    }
}

/// The maximum length of a module's name, since it is also a file name, in some cases together with
/// the name of another module.
const LONGEST_MODULE: usize = 80;

/// The name of a module: like [`field_name`], cut after the last word that fits.
pub fn module_name(text: &str) -> String {
    let name = field_name(text);
    match name.get(..LONGEST_MODULE) {
        Some(start) if name.len() > LONGEST_MODULE => {
            field_name(start.rsplit_once('_').map_or(start, |(words, _)| words))
        }
        _ => name,
    }
}

/// Assigns unique identifiers.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    taken: BTreeSet<String>,
}

impl Scope {
    /// A scope in which every name is available.
    pub fn new() -> Self {
        Self::default()
    }

    /// A scope in which `names` are already taken.
    pub fn reserving<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            taken: names.into_iter().map(str::to_string).collect(),
        }
    }

    /// Whether `name` is available.
    pub fn is_free(&self, name: &str) -> bool {
        !self.taken.contains(name)
    }

    /// Takes `name` if it is available, and returns whether it was.
    pub fn take(&mut self, name: &str) -> bool {
        self.taken.insert(name.to_string())
    }

    /// Takes `wanted`, or the first free one of `wanted2`, `wanted3`... if it is taken.
    /// (`wanted_2`... in snake case).
    pub fn claim(&mut self, wanted: &str) -> String {
        if self.take(wanted) {
            return wanted.to_string();
        }
        let stem = match wanted.chars().next() {
            Some(first) if first.is_uppercase() && wanted.ends_with(|c: char| c.is_ascii_digit()) => {
                format!("{wanted}Other")
            }
            Some(first) if first.is_uppercase() => wanted.to_string(),
            _ => format!("{}_", wanted.trim_end_matches('_')),
        };
        if stem.ends_with("Other") && self.take(&stem) {
            return stem;
        }
        let mut number = 2_u64;
        loop {
            let name = format!("{stem}{number}");
            if self.take(&name) {
                return name;
            }
            number += 1;
        }
    }
}

/// The words of a text, run together with capital letters; always an identifier that no lint
/// complains about.
fn pascal(text: &str) -> String {
    let mut name = spell(text).to_upper_camel_case();
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert(0, 'N');
    }
    // A name that the caller cases again, as the engine does, must not change.
    for _ in 0..4 {
        let again = name.to_upper_camel_case();
        if again == name {
            break;
        }
        name = again;
    }
    name
}

/// A text of ASCII letters, digits and spaces with the meaning of `text`. At least one character is
/// not a space.
fn spell(text: &str) -> String {
    if text.is_empty() {
        return "Empty".to_string();
    }
    if let Some((_, name)) = SYMBOLS.iter().find(|(symbol, _)| *symbol == text.trim()) {
        return (*name).to_string();
    }
    let mut ascii = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() || c == '°' {
            ascii.push(c);
        } else {
            let transcription = any_ascii::any_ascii_char(c);
            if transcription.chars().any(|c| c.is_ascii_alphanumeric()) {
                // Only Latin letters continue a word; each character of other scripts is a word of
                // its own.
                if !c.is_alphabetic() || u32::from(c) > 0x24f {
                    ascii.push(' ');
                }
                ascii.push_str(transcription);
            } else if c.is_alphanumeric() || transcription.is_empty() {
                ascii.push(' ');
                ascii.push_str(&code(c));
                ascii.push(' ');
            } else {
                ascii.push(' ');
            }
        }
    }
    for (spelling, word) in WORDS {
        if ascii.contains(spelling) {
            ascii = ascii.replace(spelling, word);
        }
    }
    let characters: Vec<char> = ascii.chars().collect();
    let has_words = characters.iter().any(char::is_ascii_alphanumeric);
    let mut spelled = String::with_capacity(ascii.len() + 8);
    for (index, &c) in characters.iter().enumerate() {
        let before = index
            .checked_sub(1)
            .and_then(|before| characters.get(before))
            .copied();
        let after = characters.get(index + 1).copied();
        let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        if c.is_ascii_alphanumeric() {
            // A plural of an abbreviation, `SSIDs`, is one word.
            let plural = c == 's'
                && before.is_some_and(|c| c.is_ascii_uppercase())
                && index >= 2
                && characters[index - 2].is_ascii_uppercase()
                && !after.is_some_and(|c| c.is_ascii_lowercase());
            // An abbreviation after a version, as in `v1API`, is a separate word.
            let begins = c.is_ascii_uppercase()
                && is_digit(before)
                && after.is_some_and(|c| c.is_ascii_uppercase())
                && ends_with_version(&characters[..index]);
            if begins {
                spelled.push(' ');
            }
            spelled.push(if plural { 'S' } else { c });
            if plural {
                spelled.push(' ');
            }
        } else if c == '\'' && has_words {
            // `don't` is one word.
        } else if c == '.' && is_digit(before) && is_digit(after) {
            spelled.push_str(" Point ");
        } else if c == '-' && has_words && minus(&characters[..index], after) {
            spelled.push_str(" Minus ");
        } else if let Some(word) = word_for(c, has_words) {
            spelled.push(' ');
            spelled.push_str(word);
            spelled.push(' ');
        } else {
            spelled.push(' ');
        }
    }
    if spelled.chars().all(|c| c == ' ') {
        // Control characters and similar.
        let codes: Vec<String> = text.chars().take(4).map(code).collect();
        spelled = codes.join(" ");
    }
    spelled
}

/// Whether the last word is one letter, or lower-case letters, with a number: `v1`, `S3`, `base64`.
fn ends_with_version(characters: &[char]) -> bool {
    let mut before = characters.iter().rev().skip_while(|c| c.is_ascii_digit());
    match before.next() {
        Some(letter) if letter.is_ascii_lowercase() => true,
        Some(letter) => {
            letter.is_ascii_uppercase() && !before.next().is_some_and(char::is_ascii_alphanumeric)
        }
        None => false,
    }
}

/// The name of a character without a specific name.
fn code(c: char) -> String {
    format!("U{:04x}", u32::from(c))
}

/// Whether a hyphen is a minus sign: at the start of a text, and between a time zone and its
/// offset.
fn minus(before: &[char], after: Option<char>) -> bool {
    let Some(after) = after else { return false };
    if before.is_empty() {
        return after.is_ascii_alphanumeric();
    }
    let zone = before.ends_with(&['G', 'M', 'T']) || before.ends_with(&['U', 'T', 'C']);
    zone && after.is_ascii_digit()
}

fn word_for(c: char, has_words: bool) -> Option<&'static str> {
    let find = |table: &[(char, &'static str)]| {
        table
            .iter()
            .find(|(symbol, _)| *symbol == c)
            .map(|(_, word)| *word)
    };
    find(&LOUD).or_else(|| if has_words { None } else { find(&QUIET) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_variant_name_of_symbols_reads_as_words() {
        for (value, name) in [
            ("<", "LessThan"),
            ("<=", "LessOrEqual"),
            (">", "GreaterThan"),
            (">=", "GreaterOrEqual"),
            ("=", "Equal"),
            ("!=", "NotEqual"),
            ("<>", "NotEqual"),
            ("==", "Equal"),
            ("=~", "Matches"),
            ("!~", "DoesNotMatch"),
            ("&&", "And"),
            ("||", "Or"),
            ("*", "Star"),
            ("?", "Question"),
            ("-", "Minus"),
            ("", "Empty"),
            (" ", "Blank"),
            ("+1", "Plus1"),
            ("-1", "Minus1"),
            ("-created_at", "MinusCreatedAt"),
            ("created-at", "CreatedAt"),
            ("Etc/GMT+1", "EtcGmtPlus1"),
            ("Etc/GMT-1", "EtcGmtMinus1"),
            ("us-east-1", "UsEast1"),
            ("2.4", "N2Point4"),
            ("2.4 GHz", "N2Point4Ghz"),
            ("1_MIN", "N1Min"),
            ("20", "N20"),
            ("100%", "N100Percent"),
            ("image/*", "ImageStar"),
            ("C++", "CPlusPlus"),
            ("Trinidad & Tobago", "TrinidadAndTobago"),
            ("Côte d'Ivoire", "CoteDIvoire"),
            ("Curaçao", "Curacao"),
            ("北京", "BeiJing"),
            ("UNKNOWN", "UnknownValue"),
            ("self", "SelfValue"),
            ("\u{7}", "U0007"),
        ] {
            assert_eq!(variant_name(value), name, "{value:?}");
        }
    }

    #[test]
    fn test_words_that_letter_case_would_tear_apart_stay_whole() {
        for (text, name) in [
            ("OAuthToken", "OauthToken"),
            ("IPv4Address", "Ipv4Address"),
            ("IPv6", "Ipv6"),
            ("MacOSVersion", "MacosVersion"),
            ("macOS", "Macos"),
            ("5GHzBand", "N5ghzBand"),
            ("80MHz", "N80mhz"),
            ("iOS", "Ios"),
            ("SSIDs", "Ssids"),
            ("listOfBSSIDsSeen", "ListOfBssidsSeen"),
            ("APIKey", "ApiKey"),
        ] {
            assert_eq!(type_name(text), name, "{text:?}");
        }
    }

    #[test]
    fn test_type_name_never_hides_a_name_of_the_prelude() {
        assert_eq!(type_name("result"), "ResultModel");
        assert_eq!(
            type_name("access-points.AgentAccessPoint"),
            "AccessPointsAgentAccessPoint"
        );
        for taken in TAKEN_TYPES {
            assert!(!TAKEN_TYPES.contains(&type_name(taken).as_str()), "{taken}");
        }
    }

    #[test]
    fn test_module_name_is_short_enough_for_a_file() {
        assert_eq!(module_name("Lamp things"), "lamp_things");
        let name = module_name(&"many words ".repeat(40));
        assert!(
            (60..=80).contains(&name.len()) && name.ends_with("_words"),
            "{name}"
        );
        assert_eq!(module_name(&"x".repeat(300)).len(), 80);
    }

    #[test]
    fn test_field_name_is_snake_case_and_no_keyword() {
        for (text, name) in [
            ("overTheAirName", "over_the_air_name"),
            ("type", "type_"),
            ("self", "self_"),
            ("gen", "gen_"),
            ("?", "question"),
            ("agent.status", "agent_status"),
            ("+1", "plus_1"),
            ("-1", "minus_1"),
            ("$ref", "ref_"),
            ("@type", "type_"),
            ("_id", "id"),
            ("24hours", "n24hours"),
            ("BSSIDs", "bssids"),
            ("v1API", "v1_api"),
            ("S3URL", "s3_url"),
            ("CST6CDT", "cst6cdt"),
            ("x-api-key", "x_api_key"),
        ] {
            assert_eq!(field_name(text), name, "{text:?}");
        }
    }

    #[test]
    fn test_names_are_fixpoints_of_letter_case() {
        for text in [
            "a1B",
            "N1X2",
            "A-1-b",
            "aB1C2d",
            "X509Certificate",
            "HTTP2Server",
            "été 2B",
            "I18N",
            "ABCd1EF",
        ] {
            let name = type_name(text);
            assert_eq!(name.to_upper_camel_case(), name, "{text:?}");
            let field = field_name(text);
            assert_eq!(field.to_snake_case(), field.trim_end_matches('_'), "{text:?}");
        }
    }

    #[test]
    fn test_scope_never_hands_out_a_name_twice() {
        let mut scope = Scope::reserving(["send"]);
        assert_eq!(scope.claim("Agent"), "Agent");
        assert_eq!(scope.claim("Agent"), "Agent2");
        assert_eq!(scope.claim("Agent"), "Agent3");
        assert_eq!(scope.claim("N1"), "N1");
        assert_eq!(scope.claim("N1"), "N1Other");
        assert_eq!(scope.claim("N1"), "N1Other2");
        assert_eq!(scope.claim("type_"), "type_");
        assert_eq!(scope.claim("type_"), "type_2");
        assert_eq!(scope.claim("send"), "send_2");
    }
}
