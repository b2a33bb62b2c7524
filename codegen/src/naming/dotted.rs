//! Dotted schema names, which several tools generate: `eyes.Agent`.

/// The part of a dotted name that identifies the schema.
pub fn last_part(key: &str) -> &str {
    let plain = key
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/'));
    let start = key
        .split('/')
        .next()
        .unwrap_or(key)
        .rfind('.')
        .map_or(0, |dot| dot + 1);
    let last = &key[start..];
    if plain && last.starts_with(|c: char| c.is_ascii_alphabetic()) {
        last
    } else {
        key
    }
}
