//! Finds poor names: those that are too long to read, or that differ from another only by a number.

use lorgnette_codegen::diff::surface::{Surface, SurfaceType};

/// The maximum length of a convenient type name.
pub const LONGEST: usize = 60;

/// The name of an operation without the number at its end: `list_lamps` of `list_lamps_2`.
pub fn first_of(operation: &str) -> Option<&str> {
    let (stem, number) = operation.rsplit_once('_')?;
    number.bytes().all(|byte| byte.is_ascii_digit()).then_some(stem)
}

/// The name of a type without the number at its end: `Lamp` of `Lamp2`.
pub fn first_of_type(name: &str) -> Option<&str> {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    (stem.len() < name.len()).then_some(stem)
}

/// Whether the type name of the operation's request is too long.
pub fn is_long_method(name: &str) -> bool {
    const REQUEST: usize = "Request".len();
    name.chars().filter(|c| *c != '_').count() + REQUEST > LONGEST
}

/// The types whose names are poor.
pub fn types(surface: &Surface) -> impl Iterator<Item = (&String, &SurfaceType)> {
    surface.types.iter().filter(|(name, _)| {
        let first = first_of_type(name);
        name.len() > LONGEST || first.is_some_and(|first| surface.types.contains_key(first))
    })
}

/// The operations whose names are poor.
pub fn operations(surface: &Surface) -> impl Iterator<Item = &String> {
    surface.operations.keys().filter(|name| {
        let first = first_of(name);
        is_long_method(name) || first.is_some_and(|first| surface.operations.contains_key(first))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use lorgnette_codegen::diff::surface::SurfaceOperation;

    #[test]
    fn test_numbers_are_poor_only_where_there_is_a_first() {
        let mut surface = Surface::default();
        for name in ["Lamp", "Lamp2", "Http2", &"Long".repeat(16)] {
            surface.types.insert(name.to_owned(), SurfaceType::default());
        }
        for name in ["list", "list_2", "oauth_2", &"long_".repeat(16)] {
            surface
                .operations
                .insert(name.to_owned(), SurfaceOperation::default());
        }
        let found: Vec<&str> = types(&surface).map(|(name, _)| &name[..4]).collect();
        assert_eq!(found, ["Lamp", "Long"]);
        let found: Vec<&str> = operations(&surface).map(|name| &name[..4]).collect();
        assert_eq!(found, ["list", "long"]);
    }
}
