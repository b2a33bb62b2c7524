//! Dotted names, as several tools give them to schemas: `eyes.Agent`.

/// The part of a dotted name that says what the schema is.
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

/// The name that a type without an entry in a discriminator's mapping has on the wire: as the vendor wrote it, without the prefix
/// that bundling gave it.
pub fn last_name(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}
